//! Notes that come as files: kept as they came, matched to patient and clinician, drafted for their author to sign.
//! What cannot be matched without doubt becomes work; nothing is guessed.

use claim::{Encounter, EncounterId, EncounterStatus, Money, NoteKind, Patient, PlaceOfService, ProviderId, Setting};
use document::{About, Read};
use jiff::civil::Date;
use serde_json::json;
use store::{Role, Tx, encounter::EncounterFilter, patient::PatientSearch, work::NewWorkItem};
use uuid::Uuid;

use crate::{
    CycleError,
    chart::{self, NOTE_BYTES_MAX, NewVisit},
};

/// The kind of work a note is whose patient, clinician or day is in doubt.
pub const UNMATCHED: &str = "unmatched_note";
/// Patients looked at for one note: more of one name and birth date do not become clearer.
const PATIENTS_MAX: u32 = 50;
/// Visits of a patient looked at for an open one of the day.
const VISITS_MAX: u32 = 200;
/// The office, where a message does not say otherwise: the place is shown and changed before anything is billed.
const OFFICE: &str = "11";

/// What became of a file of notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The document the file is kept as.
    pub document: Uuid,
    /// False when the same bytes came before: nothing was added.
    pub is_new: bool,
    /// Numbers of the visits that have a draft now.
    pub drafts: Vec<String>,
    /// Why notes were not matched, in the order of the file.
    pub unmatched: Vec<String>,
}

/// Keeps a file and drafts its notes.
///
/// Scope: one client. The same file again adds nothing.
///
/// # Errors
/// When the store refuses, or a visit that a note would open is not possible.
pub fn import(tx: &mut Tx<'_>, file_name: &str, bytes: &[u8], notes: &[Read]) -> Result<Imported, CycleError> {
    let kept = store::document::keep(tx, "note", file_name, bytes)?;
    let mut imported =
        Imported { document: kept.document.id, is_new: kept.is_new, drafts: Vec::new(), unmatched: Vec::new() };
    if !kept.is_new {
        return Ok(imported);
    }
    for note in notes {
        match draft(tx, note)? {
            Ok(number) => imported.drafts.push(number),
            Err(why) => imported.unmatched.push(why),
        }
    }
    if !imported.unmatched.is_empty() {
        let title = format!(
            "{file_name}: {} of {} notes not matched: {}",
            imported.unmatched.len(),
            notes.len(),
            imported.unmatched.first().map_or("", String::as_str)
        );
        let item = NewWorkItem {
            kind: UNMATCHED,
            owner: Role::FrontDesk,
            subject: ("document", imported.document.to_string()),
            title,
            amount: Money::ZERO,
            due_on: None,
        };
        store::work::open(tx, &item, &json!({ "file": file_name, "unmatched": imported.unmatched }))?;
    }
    Ok(imported)
}

/// Drafts one note; the number of its visit, or why there is none.
fn draft(tx: &mut Tx<'_>, note: &Read) -> Result<Result<String, String>, CycleError> {
    let about = &note.about;
    if note.text.len() > NOTE_BYTES_MAX {
        return Ok(Err(format!("the note of {} is longer than {NOTE_BYTES_MAX} bytes", shown(about))));
    }
    let patient = match patient(tx, about)? {
        Ok(patient) => patient,
        Err(why) => return Ok(Err(why)),
    };
    let Some(served_on) = about.served_on else {
        return Ok(Err(format!("the note of {} names no day", shown(about))));
    };
    if served_on > tx.today() || served_on < patient.born_on {
        return Ok(Err(format!("the note of {} is of {served_on}, which cannot be its day", shown(about))));
    }
    let Some(rendering) = author(tx, &about.author_npi)? else {
        let npi = if about.author_npi.is_empty() { "none" } else { about.author_npi.as_str() };
        return Ok(Err(format!("the note of {} is by no clinician here (NPI: {npi})", shown(about))));
    };
    let visit = match open_visit(tx, &patient, rendering, served_on)? {
        Some(visit) => visit,
        None => {
            let id = chart::open_visit(tx, &new_visit(&patient, rendering, served_on)?)?;
            store::encounter::get(tx, id)?.encounter
        }
    };
    if has_draft(tx, visit.id)? {
        return Ok(Err(format!("{} has a draft already: the note of {} waits", visit.number, shown(about))));
    }
    store::note::save_draft(tx, visit.id, NoteKind::default(), &note.text)?;
    Ok(Ok(visit.number))
}

fn new_visit(patient: &Patient, rendering_id: ProviderId, served_on: Date) -> Result<NewVisit, CycleError> {
    let place_of_service =
        PlaceOfService::new(OFFICE).map_err(|_| CycleError::refused("the place of service is two digits"))?;
    Ok(NewVisit {
        patient_id: patient.id,
        rendering_id,
        referring_id: None,
        served_on,
        place_of_service,
        setting: Setting::Outpatient,
    })
}

fn has_draft(tx: &mut Tx<'_>, visit: EncounterId) -> Result<bool, CycleError> {
    Ok(store::note::draft(tx, visit)?.is_some_and(|draft| !draft.text.trim().is_empty()))
}

/// The patient's visit of the day that waits for its note.
fn open_visit(
    tx: &mut Tx<'_>,
    patient: &Patient,
    rendering: ProviderId,
    served_on: Date,
) -> Result<Option<Encounter>, CycleError> {
    let filter = EncounterFilter {
        patient_id: Some(patient.id),
        rendering_id: Some(rendering),
        status: Some(EncounterStatus::Unsigned),
    };
    let visits = store::encounter::list(tx, &filter, VISITS_MAX, 0)?;
    Ok(visits.into_iter().map(|record| record.encounter).find(|visit| visit.served_on == served_on))
}

fn author(tx: &mut Tx<'_>, npi: &str) -> Result<Option<ProviderId>, CycleError> {
    let own = store::provider::list(tx)?.into_iter().filter(|record| record.is_rendering);
    Ok(own.map(|record| record.provider).find(|p| !npi.is_empty() && p.npi.as_str() == npi).map(|p| p.id))
}

/// As front desks name a person of whom a message tells.
fn shown(about: &About) -> String {
    let born = about.born_on.map(|on| format!(", born {on}")).unwrap_or_default();
    let number = about.patient_numbers.first().map(|number| format!(" ({number})")).unwrap_or_default();
    match (about.family.as_str(), about.given.as_str()) {
        ("", "") => format!("nobody named{number}{born}"),
        (family, given) => format!("{family}, {given}{number}{born}"),
    }
}

/// The one patient a note is about: by record number with a name or birth date that agrees, else by both of these.
fn patient(tx: &mut Tx<'_>, about: &About) -> Result<Result<Patient, String>, CycleError> {
    let is_same = |stated: &str, ours: &str| stated.is_empty() || stated.eq_ignore_ascii_case(ours);
    let agrees = |patient: &Patient| {
        is_same(&about.family, &patient.name.last) && about.born_on.is_none_or(|born| born == patient.born_on)
    };
    let says_who = !about.family.is_empty() || about.born_on.is_some();
    for number in &about.patient_numbers {
        let search = PatientSearch { text: number.clone(), born_on: None };
        let found = store::patient::find(tx, &search, PATIENTS_MAX, 0)?;
        let Some((_, patient)) = found.into_iter().find(|(_, p)| p.mrn.eq_ignore_ascii_case(number)) else { continue };
        return Ok(if !agrees(&patient) {
            Err(format!("record number {number} is not that of {}", shown(about)))
        } else if !says_who {
            Err(format!("record number {number} comes without name and birth date"))
        } else {
            Ok(patient)
        });
    }
    if about.family.is_empty() || about.born_on.is_none() {
        return Ok(Err(format!("no patient: {}", shown(about))));
    }
    let search = PatientSearch { text: about.family.clone(), born_on: about.born_on };
    let found = store::patient::find(tx, &search, PATIENTS_MAX, 0)?;
    let mut fitting = found.into_iter().map(|(_, p)| p).filter(|p| agrees(p) && is_same(&about.given, &p.name.first));
    Ok(match (fitting.next(), fitting.next()) {
        (Some(patient), None) => Ok(patient),
        (None, _) => Err(format!("no patient: {}", shown(about))),
        (Some(_), Some(_)) => Err(format!("several patients fit {}", shown(about))),
    })
}
