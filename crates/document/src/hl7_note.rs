//! Notes of HL7 v2 messages: MDM with its document, ORU with its report.

use hl7::{Event, Hl7Error, Message, Patient, Visit};

use crate::{About, Kind, Place, Read, ReadError, builder::Builder, embedded, limit::NOTES_MAX};

fn refused(error: &Hl7Error) -> ReadError {
    ReadError::new(
        Kind::Hl7,
        format!("byte {}, {}", error.offset, error.place),
        format!("found {}", error.found),
        format!("expected {}", error.expected),
    )
}

/// Reads the notes of a file of messages. Messages that announce no document are left out.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Read>, ReadError> {
    let mut notes = Vec::new();
    let mut others = Vec::new();
    for (offset, bytes) in hl7::split(bytes).map_err(|e| refused(&e))? {
        let message = Message::read(bytes, offset).map_err(|e| refused(&e))?;
        let about = match hl7::event(&message).map_err(|e| refused(&e))? {
            Event::Mdm(mdm) => {
                let mut about = about(Some(mdm.patient), mdm.visit)?;
                let activity = mdm.document.activity_at().map_err(|e| refused(&e))?;
                about.served_on = activity.map(|at| at.date()).or(about.served_on);
                about.number = mdm.document.number().into_owned();
                if let Some(npi) = npi(&mdm.document.author_ids()) {
                    about.author_npi = npi;
                }
                about
            }
            Event::Oru(oru) => about(oru.patient, oru.visit)?,
            Event::Ack(_) => continue,
            Event::Adt(adt) => {
                others.push(format!("{}^{}", adt.header.kind(), adt.header.trigger()));
                continue;
            }
            Event::Dft(dft) => {
                others.push(dft.header.kind().into_owned());
                continue;
            }
            Event::Siu(siu) => {
                others.push(siu.header.kind().into_owned());
                continue;
            }
            Event::Other(header) => {
                others.push(header.kind().into_owned());
                continue;
            }
        };
        if notes.len() >= NOTES_MAX {
            return Err(ReadError::new(Kind::Hl7, format!("byte {offset}"), "too many notes", "split the file"));
        }
        notes.push(note(&message, about)?);
    }
    if notes.is_empty() {
        others.dedup();
        let found = if others.is_empty() { "no message".to_owned() } else { format!("only {}", others.join(", ")) };
        return Err(ReadError::new(Kind::Hl7, "file", found, "expected MDM or ORU messages, which carry notes"));
    }
    Ok(notes)
}

fn about(patient: Option<Patient<'_>>, visit: Option<Visit<'_>>) -> Result<About, ReadError> {
    let mut about = About::default();
    if let Some(patient) = patient {
        let name = patient.name();
        about.family = name.family.into_owned();
        about.given = name.given.into_owned();
        about.born_on = patient.born_on().map_err(|e| refused(&e))?;
        let mut ids = patient.ids();
        ids.sort_by_key(|id| id.kind != "MR");
        about.patient_numbers = ids.into_iter().map(|id| id.number.into_owned()).collect();
    }
    if let Some(visit) = visit {
        about.served_on = visit.admitted_at().map_err(|e| refused(&e))?.map(|at| at.date());
        about.author_npi = npi(&visit.attending_ids()).unwrap_or_default();
    }
    Ok(about)
}

fn npi(ids: &[hl7::Identifier<'_>]) -> Option<String> {
    let id = ids.iter().find(|id| id.kind == "NPI" || id.authority == "NPI")?;
    Some(id.number.clone().into_owned())
}

fn note(message: &Message<'_>, about: About) -> Result<Read, ReadError> {
    let said = hl7::note_text(message).map_err(|e| refused(&e))?;
    let mut builder = Builder::new(Kind::Hl7);
    let mut done = 0;
    for run in &said.runs {
        builder.add(said.text.get(done..run.text.start).unwrap_or_default())?;
        builder.push(said.text.get(run.text.clone()).unwrap_or_default(), Place::bytes(run.original.clone()))?;
        done = run.text.end;
    }
    builder.add(said.text.get(done..).unwrap_or_default())?;
    let mut left_out = Vec::new();
    let mut hints = Vec::new();
    for (n, attachment) in said.attachments.iter().enumerate() {
        let place = format!("attachment {}", n + 1);
        match embedded::read(&attachment.bytes, "", 1) {
            Ok(inner) => {
                builder.embed(&inner, &place)?;
                left_out.extend(inner.left_out);
                hints.extend(inner.hints);
            }
            // A picture beside the words costs no words; a note that is only a picture is refused as empty.
            Err(error) => left_out.push(format!("{place} at byte {}: {error}", attachment.original.start)),
        }
    }
    let (text, map) = builder.finish();
    Ok(Read { kind: Kind::Hl7, text, map, about, hints, left_out })
}
