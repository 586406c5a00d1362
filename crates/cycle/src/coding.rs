//! Coding: suggestions for a signed note, the coder's decisions, questions to the provider, final codes.

use claim::{
    CodeSet, Coding, CodingDecision, DecisionKind, Encounter, EncounterId, EncounterStatus, Patient, Prompt,
    ProviderId, QueryId,
};
use coder::Visit;
pub use coder::likeness::Likeness;
use codes::Library;
use store::Tx;

use crate::{
    CycleError, bill, chart, learning,
    round::{self, CodingRound},
};

/// What the coding assistant may know of a visit besides the note.
pub(crate) fn visit(tx: &mut Tx<'_>, encounter: &Encounter, patient: &Patient) -> Result<Visit, CycleError> {
    let rendering = store::provider::get(tx, encounter.rendering_id)?.provider;
    let coverage = bill::coverages(tx, encounter)?.into_iter().next();
    Ok(Visit {
        served_on: encounter.served_on,
        setting: encounter.setting,
        is_established: encounter.is_established,
        patient_born_on: Some(patient.born_on),
        patient_sex: patient.sex,
        payer_kind: coverage.map(|(_, payer)| payer.kind),
        place_of_service: encounter.place_of_service.clone(),
        specialty: Some(rendering.taxonomy),
    })
}

/// Reads the newest version of the note and suggests codes, ordered by what the client's people taught and the site's word
/// vectors, where there are some; what it says is kept with the versions it ran with,
/// unless it is what it said before.
///
/// # Errors
/// [`CycleError::Refused`] when no note is signed.
pub fn suggest(
    tx: &mut Tx<'_>,
    library: &Library,
    likeness: Option<&Likeness>,
    encounter_id: EncounterId,
) -> Result<Coding, CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    let Some(note) = store::note::latest(tx, encounter_id)? else {
        return Err(CycleError::refused("there is no signed note to read: the clinician signs it first"));
    };
    let patient = store::patient::get(tx, encounter.patient_id)?;
    let visit = visit(tx, &encounter, &patient)?;
    let ranking = learning::in_use(tx)?.with_likeness(likeness);
    let coding = coder::suggest(&note, &visit, library, &ranking);
    let said_before = store::coding::latest_run(tx, encounter_id)?
        .is_some_and(|run| run.note_version == note.version && run.coding == coding);
    if !said_before {
        store::coding::save_run(tx, encounter_id, (note.id, note.version), &coding)?;
    }
    Ok(coding)
}

/// Records what a coder decided about suggestions and the codes they make.
///
/// # Errors
/// [`CycleError::Refused`] when the codes are final already.
pub fn settle(
    tx: &mut Tx<'_>,
    encounter_id: EncounterId,
    decisions: &[CodingDecision],
    codes: &CodeSet,
) -> Result<(), CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    match encounter.status {
        EncounterStatus::ToCode | EncounterStatus::Queried => {}
        EncounterStatus::Unsigned => return Err(CycleError::refused("the note is not signed: it cannot be coded yet")),
        _ => {
            return Err(CycleError::refused(
                "the codes of this visit are final: take its claim apart first, or correct the claim once it is decided",
            ));
        }
    }
    for decision in decisions {
        store::coding::decide(tx, encounter_id, decision)?;
    }
    store::coding::save_codes(tx, encounter_id, codes)?;
    Ok(())
}

/// Asks the clinician of a visit; the visit waits for the answer.
///
/// # Errors
/// [`CycleError::Refused`] when the visit is not being coded.
pub fn query(tx: &mut Tx<'_>, encounter_id: EncounterId, prompt: &Prompt) -> Result<QueryId, CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    if !matches!(encounter.status, EncounterStatus::ToCode | EncounterStatus::Queried) {
        return Err(CycleError::refused("a question needs a visit that is being coded"));
    }
    let decision = CodingDecision {
        kind: DecisionKind::Query,
        system: "icd10cm".to_owned(),
        suggested: prompt.code.clone(),
        decided: None,
        reason: prompt.text.clone(),
        evidence: prompt.evidence.clone(),
        at: tx.now(),
    };
    store::coding::decide(tx, encounter_id, &decision)?;
    let id = store::query::ask(tx, encounter_id, encounter.rendering_id, prompt)?;
    store::encounter::set_status(tx, encounter_id, EncounterStatus::Queried, &prompt.question)?;
    Ok(id)
}

/// The clinician answers with an addendum; when no question is left, the visit goes back to the coder.
///
/// # Errors
/// [`CycleError::Refused`] for an empty answer; the store's refusal when the question is answered already.
pub fn answer(tx: &mut Tx<'_>, id: QueryId, by: ProviderId, addendum: &str) -> Result<(), CycleError> {
    let encounter_id = store::query::get(tx, id)?.encounter_id;
    chart::addend(tx, encounter_id, by, addendum)?;
    store::query::answer(tx, id, addendum.trim())?;
    let is_open = store::query::of_encounter(tx, encounter_id)?.iter().any(|query| query.answered_at.is_none());
    if !is_open {
        store::encounter::set_status(tx, encounter_id, EncounterStatus::ToCode, "The provider answered")?;
    }
    Ok(())
}

/// Makes the decided codes final and enters their charges.
///
/// # Errors
/// [`CycleError::Refused`] with everything that is missing or not valid on the date of service.
pub fn finish(tx: &mut Tx<'_>, library: &Library, encounter_id: EncounterId) -> Result<(), CycleError> {
    let codes = decided(tx, encounter_id)?;
    finish_as_keyed(tx, library, encounter_id, &codes)
}

/// As [`finish`], with the services as somebody keyed them at charge entry, which may differ from the coder's.
///
/// # Errors
/// As [`finish`].
pub fn finish_as_keyed(
    tx: &mut Tx<'_>,
    library: &Library,
    encounter_id: EncounterId,
    keyed: &CodeSet,
) -> Result<(), CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    if encounter.status != EncounterStatus::ToCode {
        return Err(CycleError::refused(format!(
            "visit {} is not ready: {}",
            encounter.number,
            encounter.status.label().to_lowercase()
        )));
    }
    let faults = faults(keyed, &encounter, library);
    if !faults.is_empty() {
        return Err(CycleError::Refused(faults.join("; ")));
    }
    bill::enter_charges(tx, &encounter, keyed)?;
    store::encounter::set_status(tx, encounter_id, EncounterStatus::Coded, "")?;
    Ok(())
}

fn decided(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<CodeSet, CycleError> {
    let decided = store::coding::codes(tx, encounter_id)?;
    decided.map(|decided| decided.codes).ok_or_else(|| CycleError::refused("no code is decided yet"))
}

/// What keeps codes from being final: a code missing, not valid on the date, or pointing nowhere.
fn faults(codes: &CodeSet, encounter: &Encounter, library: &Library) -> Vec<String> {
    let on = encounter.served_on;
    let icd = library.icd10cm(on);
    let mut faults = Vec::new();
    if codes.diagnoses.is_empty() {
        faults.push("a claim needs at least one diagnosis".to_owned());
    }
    if codes.services.is_empty() {
        faults.push("a claim needs at least one service: add it, or mark the visit as not billed".to_owned());
    }
    for diagnosis in codes.diagnoses.iter().filter(|d| !icd.is_billable(d.code.as_str())) {
        faults.push(format!(
            "{} cannot be billed on {on}: choose a code with all its characters",
            diagnosis.code.dotted()
        ));
    }
    for service in &codes.services {
        let strays = service.pointers.iter().any(|p| *p == 0 || usize::from(*p) > codes.diagnoses.len());
        if strays || service.pointers.is_empty() {
            faults.push(format!("{} must point to one of the diagnoses", service.code));
        }
        if service.units.is_zero() {
            faults.push(format!("{} needs at least one unit", service.code));
        }
    }
    faults
}

/// Keeps a visit off any claim; charges that were entered are taken back.
///
/// # Errors
/// [`CycleError::Refused`] without a reason or when it is on a claim.
pub fn do_not_bill(tx: &mut Tx<'_>, encounter_id: EncounterId, reason: &str) -> Result<(), CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    if reason.trim().is_empty() {
        return Err(CycleError::refused("say why this visit is not billed"));
    }
    if encounter.status == EncounterStatus::Billed {
        return Err(CycleError::refused("this visit is on a claim: take the claim apart first"));
    }
    bill::take_back_charges(tx, encounter_id, "not billed")?;
    Ok(store::encounter::set_status(tx, encounter_id, EncounterStatus::NotBilled, reason.trim())?)
}

/// What the demo coder did with a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundOutcome {
    /// Questions went to the clinician; the visit waits.
    Queried(usize),
    /// The codes are decided and not yet final.
    Settled(CodeSet),
    /// The note carries no service or no diagnosis; a person decides.
    LeftToPeople(String),
}

/// Does what the demo coder does under the rules of [`round::RULES`].
///
/// # Errors
/// As [`suggest`] and [`settle`].
pub fn demo_round(tx: &mut Tx<'_>, library: &Library, encounter_id: EncounterId) -> Result<RoundOutcome, CycleError> {
    let coding = suggest(tx, library, None, encounter_id)?;
    let CodingRound { decisions, codes, queries } = round::decide(&coding, tx.now());
    let asked_before: Vec<String> =
        store::query::of_encounter(tx, encounter_id)?.into_iter().map(|query| query.prompt.id).collect();
    let new: Vec<&Prompt> = queries.iter().filter(|prompt| !asked_before.contains(&prompt.id)).collect();
    if !new.is_empty() {
        for prompt in &new {
            query(tx, encounter_id, prompt)?;
        }
        return Ok(RoundOutcome::Queried(new.len()));
    }
    settle(tx, encounter_id, &decisions, &codes)?;
    if codes.diagnoses.is_empty() || codes.services.is_empty() {
        let what = if codes.services.is_empty() { "service" } else { "diagnosis" };
        let reason = format!("The demo coder found no {what} in the note");
        store::encounter::set_status(tx, encounter_id, EncounterStatus::ToCode, &reason)?;
        return Ok(RoundOutcome::LeftToPeople(reason));
    }
    Ok(RoundOutcome::Settled(codes))
}
