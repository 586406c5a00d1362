//! Coding: decisions about codes, questions and their answers, finishing a visit.

use std::collections::BTreeMap;

use claim::{
    Band, CodeSet, Coding, CodingDecision, DecisionKind, Encounter, EncounterStatus, ProcedureCode, Prompt, QueryId,
};
use cycle::{bill, coding, round};
use jiff::civil::Date;
use store::encounter::EncounterFilter;
use store::{Role, Tx};

use super::decide::{self, Wanted};
use super::encounter_new::{by_number, signer};
use crate::answer::{Fault, Outcome};
use crate::call::Call;

/// Who decides about codes.
pub const CODERS: &[Role] = &[Role::Coder, Role::Manager];

/// The suggestion of an id such as `s3`.
fn of_id<'a, T>(all: &'a [T], id: &str, letter: char) -> Option<&'a T> {
    let place: usize = id.strip_prefix(letter)?.parse().ok()?;
    all.get(place.checked_sub(1)?)
}

/// `POST /encounters/{number}/decisions`.
pub fn decide(call: &Call<'_>) -> Outcome {
    let form = &call.asked.form;
    let said = form.text("decision").to_owned();
    let wanted = Wanted {
        code: form.text("code").to_owned(),
        modifiers: form.text("modifiers").to_owned(),
        units: form.text("units").to_owned(),
        pointers: form.text("pointers").to_owned(),
        position: form.text("position").to_owned(),
        reason: form.text("reason").to_owned(),
    };
    let number = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        let run = store::coding::latest_run(tx, visit.id)?;
        let coding = run.map(|run| run.coding).unwrap_or_default();
        let decided: Vec<CodingDecision> =
            store::coding::decisions(tx, visit.id)?.into_iter().map(|(_, d)| d).collect();
        let codes = store::coding::codes(tx, visit.id)?.map(|decided| decided.codes).unwrap_or_default();
        let (decisions, codes) = if said == "rest" {
            take_rest(&coding, decided, codes, tx.now())?
        } else {
            let (decision, codes) = one(call, &coding, &decided, &codes, &said, &wanted, (visit.served_on, tx.now()))?;
            (vec![decision], codes)
        };
        coding::settle(tx, visit.id, &decisions, &codes)?;
        Ok(visit.number)
    })?;
    Ok(crate::answer::go(&format!("/encounters/{number}")))
}

type Step = (CodingDecision, CodeSet);

fn one(
    call: &Call<'_>,
    coding: &Coding,
    decided: &[CodingDecision],
    codes: &CodeSet,
    said: &str,
    wanted: &Wanted,
    (on, at): (Date, jiff::Timestamp),
) -> Result<Step, Fault> {
    let kind = DecisionKind::from_code(said).ok_or_else(|| Fault::refused("This decision is not known."))?;
    if kind == DecisionKind::Add {
        let undotted = wanted.code.replace('.', "").to_uppercase();
        let is_service =
            ProcedureCode::new(&undotted).is_ok_and(|code| call.app.library.procedure(&code, on).is_some());
        let is_diagnosis = !is_service && call.app.library.icd10cm(on).get(&undotted).is_some();
        if !is_service && !is_diagnosis {
            return Err(Fault::Refused(format!("\u{201c}{}\u{201d} is no code valid on {on}.", wanted.code)));
        }
        return decide::add(coding, decided, codes, is_diagnosis, wanted, at).map_err(Fault::Refused);
    }
    let suggestion = of_id(&coding.suggestions, call.asked.form.text("suggestion"), 's').ok_or(Fault::NotFound)?;
    decide::about(coding, decided, codes, suggestion, kind, wanted, at).map_err(Fault::Refused)
}

/// Takes every suggestion nobody decided about that would be coded, under the rule anyone can read.
fn take_rest(
    coding: &Coding,
    mut decided: Vec<CodingDecision>,
    mut codes: CodeSet,
    at: jiff::Timestamp,
) -> Result<(Vec<CodingDecision>, CodeSet), Fault> {
    let (id, rule) = round::RULES.first().copied().unwrap_or_default();
    let wanted = Wanted { reason: format!("{id}: {rule}"), ..Wanted::default() };
    let mut taken = Vec::new();
    for suggestion in coding.suggestions.iter().filter(|s| s.band >= Band::Suggest) {
        if decide::last(&decided, suggestion).is_some() {
            continue;
        }
        let (decision, next) = decide::about(coding, &decided, &codes, suggestion, DecisionKind::Accept, &wanted, at)
            .map_err(Fault::Refused)?;
        codes = next;
        decided.push(decision.clone());
        taken.push(decision);
    }
    Ok((taken, codes))
}

/// `POST /encounters/{number}/queries`.
pub fn query(call: &Call<'_>) -> Outcome {
    let form = &call.asked.form;
    let question = form.required("question", "The question")?.to_owned();
    let number = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        let coding = store::coding::latest_run(tx, visit.id)?.map(|run| run.coding).unwrap_or_default();
        let asked = of_id(&coding.prompts, form.text("prompt"), 'p').cloned();
        let about = of_id(&coding.suggestions, form.text("suggestion"), 's');
        let prompt = match (asked, about) {
            (Some(prompt), _) => Prompt { question: question.clone(), ..prompt },
            (None, Some(suggestion)) => Prompt {
                id: format!("coder-{}", suggestion.code.code()),
                text: format!("The coder asks about {}", suggestion.code.code()),
                question: question.clone(),
                options: Vec::new(),
                evidence: suggestion.evidence.clone(),
                code: Some(suggestion.code.code().to_owned()),
                is_blocking: true,
            },
            (None, None) => return Err(Fault::NotFound),
        };
        coding::query(tx, visit.id, &prompt)?;
        Ok(visit.number)
    })?;
    call.done(&format!("/encounters/{number}"), "The question is with the provider; the visit waits for the answer.")
}

/// `POST /queries/{id}/answer`: the answer is an addendum, signed by who gives it.
pub fn answer(call: &Call<'_>) -> Outcome {
    let id: QueryId = call.asked.param("id")?;
    let text = call.asked.form.required("answer", "The answer")?.to_owned();
    let number = call.write(|tx| {
        let asked = store::query::get(tx, id)?;
        let by = signer(tx, call, asked.provider_id)?;
        let by = by.ok_or(Fault::Forbidden("A question is answered by the clinician it was asked."))?;
        let question = &asked.prompt.question;
        coding::answer(tx, id, by, &format!("Addendum. {question} {text}"))?;
        coding::suggest(tx, &call.app.library, call.app.likeness.as_ref(), asked.encounter_id)?;
        Ok(store::encounter::get(tx, asked.encounter_id)?.encounter.number)
    })?;
    call.done(&format!("/encounters/{number}"), "The answer is the next version of the note.")
}

/// `POST /encounters/{number}/finish`: codes final, charges entered, claim made; then the next visit.
pub fn finish(call: &Call<'_>) -> Outcome {
    let done = call.once(|tx| {
        let visit = by_number(tx, call)?.encounter;
        coding::finish(tx, &call.app.library, visit.id)?;
        built(tx, call, &visit)
    })?;
    let (made, text) = &done.value;
    let next = call.read(next_to_code)?;
    let to = match (next, made) {
        (Some(next), _) => format!("/encounters/{next}"),
        (None, Some(claim)) => format!("/claims/{claim}"),
        (None, None) => "/work/to-code".to_owned(),
    };
    call.done_once(&to, &done, text)
}

/// Makes the claim; where nobody can be billed the visit stays coded, and the sentence says why.
fn built(tx: &mut Tx<'_>, call: &Call<'_>, visit: &Encounter) -> Result<(Option<String>, String), Fault> {
    match bill::build(tx, &call.app.library, visit.id) {
        Ok(id) => {
            let claim = store::claim::get(tx, id)?;
            let status = claim.status.label().to_lowercase();
            let text =
                format!("{} is coded; claim {} of {} USD is {status}.", visit.number, claim.number, claim.charge);
            Ok((Some(claim.number), text))
        }
        Err(cycle::CycleError::Refused(why)) => {
            Ok((None, format!("{} is coded and charged. No claim yet: {why}.", visit.number)))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /encounters/{number}/claim`: makes the claim of a coded visit that could not be made before.
pub fn build(call: &Call<'_>) -> Outcome {
    let done = call.once(|tx| {
        let visit = by_number(tx, call)?.encounter;
        let claim = bill::build(tx, &call.app.library, visit.id)?;
        Ok(store::claim::get(tx, claim)?.number)
    })?;
    call.done_once(&format!("/claims/{}", done.value), &done, "The claim is made and examined.")
}

/// `POST /encounters/{number}/self-pay`: nobody covers it, so its charges stay the patient's.
pub fn self_pay(call: &Call<'_>) -> Outcome {
    let done = call.once(|tx| {
        let visit = by_number(tx, call)?.encounter;
        bill::self_pay(tx, visit.id)?;
        Ok(visit.number)
    })?;
    call.done_once(&format!("/encounters/{}", done.value), &done, "The patient pays: the charges are theirs.")
}

/// `POST /encounters/{number}/do-not-bill`.
pub fn do_not_bill(call: &Call<'_>) -> Outcome {
    let reason = call.asked.form.required("reason", "The reason")?.to_owned();
    let number = call.write(|tx| {
        let visit = by_number(tx, call)?.encounter;
        coding::do_not_bill(tx, visit.id, &reason)?;
        Ok(visit.number)
    })?;
    call.done(&format!("/encounters/{number}"), "The visit is kept off any claim, with the reason.")
}

/// The visit that waits longest for a coder.
fn next_to_code(tx: &mut Tx<'_>) -> Result<Option<String>, Fault> {
    let counts: BTreeMap<&str, u64> = store::encounter::counts(tx)?.iter().map(|(s, n)| (s.code(), *n)).collect();
    let waiting = counts.get(EncounterStatus::ToCode.code()).copied().unwrap_or(0);
    let last = u32::try_from(waiting.saturating_sub(1)).unwrap_or(0);
    let which = EncounterFilter { status: Some(EncounterStatus::ToCode), ..Default::default() };
    Ok(store::encounter::list(tx, &which, 1, last)?.pop().map(|record| record.encounter.number))
}
