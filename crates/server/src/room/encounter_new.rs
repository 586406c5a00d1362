//! A new visit with its note, the draft of an unsigned one, signing, addenda.

use claim::{
    Coverage, EncounterId, EncounterStatus, NoteKind, PatientId, PayerSequence, PlaceOfService, ProviderId,
    Relationship, Setting,
};
use cycle::{chart, coding};
use store::encounter::EncounterRecord;
use store::{Role, Tx};

use crate::answer::{Fault, Outcome, page, refused_page};
use crate::asked::{Fields, Upload};
use crate::call::{Call, found};
use crate::view::encounter_new::EncounterNew;
use crate::view::part::Choice;
use crate::words;

/// Who writes drafts of notes; only the clinician signs.
pub const WRITERS: &[Role] = &[Role::Provider, Role::FrontDesk, Role::Coder, Role::Manager];
/// Patients shown when a name fits several.
const SEVERAL: u32 = 4;

const KINDS: [(&str, &str); 6] = [
    ("progress", "Visit note"),
    ("therapy", "Therapy note"),
    ("operative", "Operative note"),
    ("transcript", "Dictation"),
    ("report", "Report"),
    ("anesthesia", "Anesthesia record"),
];

/// The clinician the person is, when they may sign notes of this visit.
pub(super) fn signer(tx: &mut Tx<'_>, call: &Call<'_>, rendering: ProviderId) -> Result<Option<ProviderId>, Fault> {
    let record = store::provider::get(tx, rendering)?;
    Ok(Some(rendering).filter(|_| record.user_id == Some(call.person.user.id)))
}

/// The form with what was typed so far.
fn form(tx: &mut Tx<'_>, call: &Call<'_>, fields: &Fields) -> Result<EncounterNew, Fault> {
    let providers: Vec<_> = store::provider::list(tx)?.into_iter().filter(|record| record.is_rendering).collect();
    let own = providers.iter().find(|record| record.user_id == Some(call.person.user.id));
    let typed = fields.text("provider").to_owned();
    let chosen = if typed.is_empty() { own.map(|r| r.provider.id.to_string()).unwrap_or_default() } else { typed };
    let choice = |value: String, label: String, chosen: &str| Choice {
        is_selected: value == chosen,
        ..Choice::new(value, label)
    };
    let today = tx.today().to_string();
    let or = |name: &str, default: &str| {
        let text = fields.text(name);
        if text.is_empty() { default.to_owned() } else { text.to_owned() }
    };
    let place = or("place", OFFICE);
    let places = call.app.library.places_of_service();
    let kind = or("kind", "progress");
    let payers = store::payer::list(tx)?;
    Ok(EncounterNew {
        frame: call.frame(tx)?,
        patient: fields.text("patient").to_owned(),
        served_on: or("served_on", &today),
        served_on_max: today,
        places: places.map(|p| choice(p.code.to_string(), format!("{} {}", p.code, p.label), &place)).collect(),
        kinds: words::choices(KINDS, &kind),
        text: fields.raw("text").to_owned(),
        may_sign: own.is_some(),
        is_stay: fields.text("is_stay") == "true",
        payers: payers.into_iter().map(|p| choice(p.id.to_string(), p.name, fields.text("payer"))).collect(),
        providers: providers
            .into_iter()
            .map(|r| {
                choice(
                    r.provider.id.to_string(),
                    format!("{} {}", r.provider.name.full(), r.provider.credential),
                    &chosen,
                )
            })
            .collect(),
        ..EncounterNew::default()
    })
}

/// `GET /encounters/new`.
pub fn new_page(call: &Call<'_>) -> Outcome {
    page(&call.read(|tx| form(tx, call, &call.asked.query))?)
}

/// A note as it came with a form.
struct Written<'a> {
    text: String,
    /// The file it was read from.
    file: Option<&'a Upload>,
}

/// The note as typed, else the file that came with the form.
///
/// # Errors
/// [`Fault::Refused`] for an empty note, one larger than a note can be, or a file that is not read.
fn written<'a>(call: &'a Call<'_>) -> Result<Written<'a>, Fault> {
    let typed = call.asked.form.raw("text").replace("\r\n", "\n");
    let file = call.asked.files.first().filter(|_| typed.trim().is_empty());
    let text = match file {
        Some(upload) => read_file(call, upload)?.replace("\r\n", "\n"),
        None => typed,
    };
    if text.trim().is_empty() {
        return Err(Fault::refused("The note is empty: type, paste or drop it."));
    }
    chart::refuse_long(&text)?;
    if text.contains('\0') {
        return Err(Fault::refused("The note holds signs that are no text: save the file as plain text first."));
    }
    Ok(Written { text, file })
}

/// The text of a file in any format that is read; documents are read in a process of their own.
fn read_file(call: &Call<'_>, upload: &Upload) -> Result<String, Fault> {
    let refused = |why: String| Fault::Refused(format!("{}: {why}.", upload.name));
    let reader = call.app.office.as_ref().and_then(|office| office.reader());
    let read = match reader {
        Some(reader) => reader.read(&upload.bytes).map_err(|error| refused(error.to_string()))?,
        None => {
            let kind = document::detect(&upload.bytes).map_err(|error| refused(error.to_string()))?;
            if kind.is_bounded() {
                return Err(refused(format!("nothing here reads {kind}; paste the text instead")));
            }
            document::read(&upload.bytes, kind).map_err(|error| refused(error.to_string()))?
        }
    };
    match <[document::Read; 1]>::try_from(read) {
        Ok([note]) => Ok(note.text),
        Err(several) => Err(refused(format!("it holds {} notes: give the note of this visit alone", several.len()))),
    }
}

/// Keeps the file a note was read from.
fn keep_file(tx: &mut Tx<'_>, visit: &str, written: &Written<'_>) -> Result<(), Fault> {
    match written.file {
        Some(upload) => Ok(chart::keep_original(tx, visit, &upload.name, &upload.bytes)?),
        None => Ok(()),
    }
}

/// `POST /encounters`: the visit with its note, signed when its author says so.
pub fn create(call: &Call<'_>) -> Outcome {
    let done = written(call).and_then(|written| call.write(|tx| open(tx, call, &written)));
    match done {
        Ok((number, true)) => {
            call.done(&format!("/encounters/{number}"), "The note is signed and read: decide about its codes.")
        }
        Ok((number, false)) => {
            let text = "The note is kept as a draft. It is coded and billed once its author signs it.";
            call.done(&format!("/encounters/{number}"), text)
        }
        Err(Fault::Refused(why)) => {
            let form = call.read(|tx| form(tx, call, &call.asked.form))?;
            refused_page(&EncounterNew { errors: vec![why], ..form })
        }
        Err(fault) => Err(fault),
    }
}

/// Places of service: an office, and a hospital for those who stay.
const OFFICE: &str = "11";
const HOSPITAL: &str = "21";

fn open(tx: &mut Tx<'_>, call: &Call<'_>, written: &Written<'_>) -> Result<(String, bool), Fault> {
    let fields = &call.asked.form;
    let patient_id = if fields.text("new_last").is_empty() { pick(tx, fields)? } else { register(tx, fields)? };
    let rendering_id: ProviderId = fields.value("provider", "one of the providers")?;
    let is_stay = fields.text("is_stay") == "true";
    // The office is only what the form begins with; nobody stays there.
    let told = match fields.text("place") {
        OFFICE if is_stay => HOSPITAL,
        told => told,
    };
    let place =
        PlaceOfService::new(told).map_err(|_| Fault::refused("The place of service is two digits, such as 11."))?;
    let visit = chart::NewVisit {
        patient_id,
        rendering_id,
        referring_id: None,
        served_on: fields.value("served_on", "a date of service such as 2026-03-02")?,
        place_of_service: place,
        setting: if is_stay { Setting::Inpatient } else { Setting::Outpatient },
    };
    let id = chart::open_visit(tx, &visit)?;
    store::note::save_draft(tx, id, NoteKind::from_code(fields.text("kind")), &written.text)?;
    let number = store::encounter::get(tx, id)?.encounter.number;
    keep_file(tx, &number, written)?;
    let is_signed = fields.text("is_signed") == "true";
    if is_signed {
        sign_and_read(tx, call, id, rendering_id)?;
    }
    Ok((number, is_signed))
}

/// The patient of a record number, a name or a date of birth, when it is one patient.
fn pick(tx: &mut Tx<'_>, fields: &Fields) -> Result<PatientId, Fault> {
    let words = fields.required("patient", "The patient")?;
    let found = store::patient::find(tx, &super::lists::search(words), SEVERAL, 0)?;
    if let Some((_, patient)) = found.iter().find(|(_, patient)| patient.mrn.eq_ignore_ascii_case(words)) {
        return Ok(patient.id);
    }
    match found.as_slice() {
        [(_, only)] => Ok(only.id),
        [] => Err(Fault::Refused(format!("No patient is found for \u{201c}{words}\u{201d}: register one below."))),
        several => {
            let names: Vec<String> = several.iter().map(|(_, p)| format!("{} ({})", p.name.sorted(), p.mrn)).collect();
            Err(Fault::Refused(format!("Several patients fit: {}. Give the record number.", names.join(", "))))
        }
    }
}

/// Registers a new patient, with their coverage when a payer is chosen.
fn register(tx: &mut Tx<'_>, fields: &Fields) -> Result<PatientId, Fault> {
    let (id, mrn) = (tx.new_id()?, format!("N{:06}", store::counter::next(tx, "mrn")?));
    let patient = super::registration::patient(tx, fields, "new_", id, mrn)?;
    store::patient::insert(tx, &patient)?;
    if !fields.text("payer").is_empty() {
        let coverage = Coverage {
            id: tx.new_id()?,
            patient_id: patient.id,
            payer_id: fields.value("payer", "one of the payers")?,
            sequence: PayerSequence::Primary,
            member_id: fields.required("member_id", "The member number")?.to_uppercase(),
            group_number: fields.text("group_number").to_owned(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
            effective_on: fields.value("served_on", "a date of service such as 2026-03-02")?,
            terminated_on: None,
            copay: None,
            property_casualty_claim: None,
            accident: None,
            prior_authorization: None,
        };
        store::coverage::insert(tx, &coverage)?;
    }
    Ok(patient.id)
}

/// Signs the draft, then lets the assistant read it.
fn sign_and_read(tx: &mut Tx<'_>, call: &Call<'_>, id: EncounterId, rendering: ProviderId) -> Result<(), Fault> {
    let by = signer(tx, call, rendering)?;
    let by = by.ok_or_else(|| {
        Fault::refused("A note is signed by the clinician who rendered the visit: save it as a draft.")
    })?;
    chart::sign(tx, id, by)?;
    coding::suggest(tx, &call.app.library, call.app.likeness.as_ref(), id)?;
    Ok(())
}

pub(super) fn by_number(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<EncounterRecord, Fault> {
    let number: String = call.asked.param("number")?;
    found(store::encounter::by_number(tx, &number))
}

/// `GET /encounters/{number}/draft`.
pub fn draft_page(call: &Call<'_>) -> Outcome {
    let form = call.read(|tx| {
        let record = by_number(tx, call)?;
        if record.encounter.status != EncounterStatus::Unsigned {
            return Err(Fault::refused("This note is signed: write an addendum instead."));
        }
        let draft = store::note::draft(tx, record.encounter.id)?;
        let may_sign = signer(tx, call, record.encounter.rendering_id)?.is_some();
        let text = draft.map(|draft| draft.text).unwrap_or_default();
        Ok(EncounterNew { draft_of: record.encounter.number, text, may_sign, ..form(tx, call, &Fields::default())? })
    })?;
    page(&form)
}

/// `POST /encounters/{number}/draft`: saves what is written, signed when its author says so.
pub fn save_draft(call: &Call<'_>) -> Outcome {
    let written = written(call)?;
    let (number, is_signed) = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        if visit.status != EncounterStatus::Unsigned {
            return Err(Fault::refused("This note is signed: write an addendum instead."));
        }
        let kind = store::note::draft(tx, visit.id)?.map(|draft| draft.kind).unwrap_or_default();
        store::note::save_draft(tx, visit.id, kind, &written.text)?;
        keep_file(tx, &visit.number, &written)?;
        let is_signed = call.asked.form.text("is_signed") == "true";
        if is_signed {
            sign_and_read(tx, call, visit.id, visit.rendering_id)?;
        }
        Ok((visit.number, is_signed))
    })?;
    let said = if is_signed { "The note is signed and read." } else { "The draft is saved." };
    call.done(&format!("/encounters/{number}"), said)
}

/// `POST /encounters/{number}/sign`: the draft as it stands.
pub fn sign(call: &Call<'_>) -> Outcome {
    let number = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        sign_and_read(tx, call, visit.id, visit.rendering_id)?;
        Ok(visit.number)
    })?;
    call.done(&format!("/encounters/{number}"), "The note is signed and read.")
}

/// `GET /encounters/{number}/addendum`.
pub fn addendum_page(call: &Call<'_>) -> Outcome {
    let form = call.read(|tx| {
        let record = by_number(tx, call)?;
        Ok(EncounterNew { addendum_to: record.encounter.number, ..form(tx, call, &Fields::default())? })
    })?;
    page(&form)
}

/// `POST /encounters/{number}/addenda`: the next version, read again.
pub fn addend(call: &Call<'_>) -> Outcome {
    let written = written(call)?;
    let (number, version) = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        let by = signer(tx, call, visit.rendering_id)?;
        let by = by.ok_or_else(|| Fault::refused("An addendum is signed by the clinician who rendered the visit."))?;
        let version = chart::addend(tx, visit.id, by, &written.text)?;
        keep_file(tx, &visit.number, &written)?;
        coding::suggest(tx, &call.app.library, call.app.likeness.as_ref(), visit.id)?;
        Ok((visit.number, version))
    })?;
    call.done(&format!("/encounters/{number}"), format!("The addendum is version {version} of the note."))
}
