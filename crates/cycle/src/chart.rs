//! Documentation: a visit is opened, its note signed, addenda written. What is not signed is not billable.

use claim::{
    Encounter, EncounterId, EncounterStatus, Money, Note, PatientId, PlaceOfService, Provider, ProviderId, Setting,
    Signature,
};
use jiff::{ToSpan, civil::Date};
use serde_json::json;
use store::{Role, Tx, encounter::EncounterFilter, work::NewWorkItem};

use crate::CycleError;

/// The kind of work an addendum to a coded visit is: its codes or claim may be wrong now.
pub const ADDENDUM: &str = "addendum";
/// Bytes of a note: longer than any visit's, short enough to be read while somebody waits.
pub const NOTE_BYTES_MAX: usize = 512 * 1024;
/// An established patient was seen by the group and specialty within this many years (CPT evaluation and
/// management guidelines; Medicare Claims Processing Manual chapter 12 §30.6.7).
const ESTABLISHED_YEARS: i64 = 3;
/// Visits looked at to tell new patients from established ones.
const VISITS_MAX: u32 = 1_000;

/// Refuses a note longer than [`NOTE_BYTES_MAX`].
///
/// # Errors
/// [`CycleError::Refused`] with its length and the limit.
pub fn refuse_long(text: &str) -> Result<(), CycleError> {
    if text.len() <= NOTE_BYTES_MAX {
        return Ok(());
    }
    Err(CycleError::refused(format!(
        "the note has {} bytes, and a note is read up to {} KiB: give the note of each visit by itself",
        text.len(),
        NOTE_BYTES_MAX / 1024
    )))
}

/// What is known of a visit before its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVisit {
    /// Whose.
    pub patient_id: PatientId,
    /// Who rendered it.
    pub rendering_id: ProviderId,
    /// Who referred or ordered, when known.
    pub referring_id: Option<ProviderId>,
    /// Date of service.
    pub served_on: Date,
    /// Where.
    pub place_of_service: PlaceOfService,
    /// Which coding rules apply.
    pub setting: Setting,
}

/// Opens a visit without a note.
///
/// # Errors
/// [`CycleError::Refused`] for a day to come, or before the patient's birth.
pub fn open_visit(tx: &mut Tx<'_>, new: &NewVisit) -> Result<EncounterId, CycleError> {
    let patient = store::patient::get(tx, new.patient_id)?;
    let rendering = store::provider::get(tx, new.rendering_id)?;
    if new.served_on > tx.today() {
        return Err(CycleError::refused(format!(
            "the date of service {} is in the future: today is {}",
            new.served_on,
            tx.today()
        )));
    }
    if new.served_on < patient.born_on {
        return Err(CycleError::refused(format!(
            "the date of service {} is before the patient's birth on {}",
            new.served_on, patient.born_on
        )));
    }
    let encounter = Encounter {
        id: tx.new_id()?,
        number: store::encounter::next_number(tx)?,
        patient_id: new.patient_id,
        served_on: new.served_on,
        rendering_id: new.rendering_id,
        referring_id: new.referring_id,
        place_of_service: new.place_of_service.clone(),
        setting: new.setting,
        is_established: is_established(tx, new, &rendering.provider)?,
        status: EncounterStatus::Unsigned,
    };
    store::encounter::insert(tx, &encounter)?;
    Ok(encounter.id)
}

fn is_established(tx: &mut Tx<'_>, new: &NewVisit, rendering: &Provider) -> Result<bool, CycleError> {
    let since = new.served_on.saturating_sub(ESTABLISHED_YEARS.years());
    let of_patient = EncounterFilter { patient_id: Some(new.patient_id), ..EncounterFilter::default() };
    for earlier in store::encounter::list(tx, &of_patient, VISITS_MAX, 0)? {
        let on = earlier.encounter.served_on;
        if since <= on && on < new.served_on {
            let seen_by = store::provider::get(tx, earlier.encounter.rendering_id)?.provider;
            if seen_by.taxonomy == rendering.taxonomy {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Signs the draft of a visit: it becomes version 1 of the note, and the visit can be coded.
///
/// # Errors
/// [`CycleError::Refused`] when there is no draft or nothing is written in it, when a note is signed already, or
/// when who acts is nobody who could have signed.
pub fn sign(tx: &mut Tx<'_>, encounter_id: EncounterId, by: ProviderId) -> Result<u32, CycleError> {
    let record = store::encounter::get(tx, encounter_id)?;
    let draft = store::note::draft(tx, encounter_id)?;
    let Some(draft) = draft.filter(|draft| !draft.text.trim().is_empty()) else {
        return Err(CycleError::refused("there is nothing to sign: write or paste the note first"));
    };
    if record.encounter.status != EncounterStatus::Unsigned {
        return Err(CycleError::refused("this note is signed already: write an addendum instead"));
    }
    let note = Note {
        id: tx.new_id()?,
        encounter_id,
        version: 1,
        kind: draft.kind,
        text: draft.text,
        signature: Some(signature(tx, by)?),
        reason: String::new(),
    };
    store::note::write(tx, &note)?;
    store::encounter::set_status(tx, encounter_id, EncounterStatus::ToCode, "")?;
    Ok(note.version)
}

/// Adds an addendum: the next version is the text so far, an empty line and the addendum, signed. Where the visit is
/// coded already, the coder looks at it again.
///
/// # Errors
/// [`CycleError::Refused`] when nothing is written, no note is signed yet, or the note gets too long.
pub fn addend(tx: &mut Tx<'_>, encounter_id: EncounterId, by: ProviderId, addendum: &str) -> Result<u32, CycleError> {
    let addendum = addendum.trim();
    if addendum.is_empty() {
        return Err(CycleError::refused("the addendum is empty: write what is to be added"));
    }
    let Some(so_far) = store::note::latest(tx, encounter_id)? else {
        return Err(CycleError::refused("the note is not signed yet: change the draft instead"));
    };
    let note = Note {
        version: so_far.version + 1,
        text: format!("{}\n\n{addendum}", so_far.text.trim_end()),
        signature: Some(signature(tx, by)?),
        reason: "Addendum".to_owned(),
        ..so_far
    };
    refuse_long(&note.text)?;
    store::note::write(tx, &note)?;
    let record = store::encounter::get(tx, encounter_id)?.encounter;
    if matches!(record.status, EncounterStatus::Coded | EncounterStatus::Billed) {
        let item = NewWorkItem {
            kind: ADDENDUM,
            owner: Role::Coder,
            subject: ("encounter", encounter_id.to_string()),
            title: format!("{}: an addendum came after coding", record.number),
            amount: Money::ZERO,
            due_on: None,
        };
        store::work::open(tx, &item, &json!({ "version": note.version, "addendum": addendum }))?;
    }
    Ok(note.version)
}

/// Keeps the file a visit's note was read from, as its bytes were: sealed, with their hash, under the visit's number.
///
/// # Errors
/// When the store refuses.
pub fn keep_original(tx: &mut Tx<'_>, visit: &str, file_name: &str, bytes: &[u8]) -> Result<(), CycleError> {
    store::document::keep(tx, "note", &format!("{visit} {file_name}"), bytes)?;
    Ok(())
}

fn signature(tx: &mut Tx<'_>, provider_id: ProviderId) -> Result<Signature, CycleError> {
    let account = store::provider::get(tx, provider_id)?.user_id;
    let by = tx.actor().user().or(account);
    let Some(by) = by.filter(|user| account.is_none_or(|account| account == *user)) else {
        return Err(CycleError::refused("a note is signed by its clinician, signed in with their own account"));
    };
    Ok(Signature { provider_id, by, at: tx.now() })
}
