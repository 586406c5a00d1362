//! The coder's page: the note beside its codes, decisions, questions, finishing.

use std::collections::BTreeMap;
use std::ops::Range;

use claim::{
    Band, CodeSet, Coding, CodingDecision, DecisionKind, DiagnosisCode, Encounter, EncounterStatus, Note,
    ProcedureCode, Prompt, QueryId, SuggestedCode, Suggestion,
};
use cycle::{bill, coding, round};
use jiff::civil::Date;
use store::encounter::{EncounterFilter, EncounterRecord};
use store::{Role, Tx};

use super::context::{self, Names};
use super::decide::{self, Wanted};
use super::encounter_new::{WRITERS, by_number, signer};
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::encounter::{EncounterPage, PromptView, QueryView, RejectedView, RuleView, SuggestionView};
use crate::view::part::{Choice, Tag};
use crate::view::segment::segments;
use crate::words;

/// Who decides about codes.
pub const CODERS: &[Role] = &[Role::Coder, Role::Manager];

/// `GET /encounters/{number}`.
pub fn show(call: &Call<'_>) -> Outcome {
    let number: String = call.asked.param("number")?;
    let is_unread = call.read(|tx| {
        let visit = by_number(tx, call)?.encounter;
        is_unread(tx, &visit)
    })?;
    if is_unread {
        // The assistant reads a signed note when it is first opened; what it said is kept once.
        call.write(|tx| {
            let visit = by_number(tx, call)?.encounter.id;
            Ok(coding::suggest(tx, &call.app.library, visit).map(|_| ())?)
        })?;
    }
    let page_view = call.read(|tx| view(tx, call, &number))?;
    page(&page_view)
}

fn is_unread(tx: &mut Tx<'_>, visit: &Encounter) -> Result<bool, Fault> {
    if !matches!(visit.status, EncounterStatus::ToCode | EncounterStatus::Queried) {
        return Ok(false);
    }
    let Some(note) = store::note::latest(tx, visit.id)? else { return Ok(false) };
    let run = store::coding::latest_run(tx, visit.id)?;
    Ok(run.is_none_or(|run| run.note_version != note.version))
}

fn view(tx: &mut Tx<'_>, call: &Call<'_>, number: &str) -> Result<EncounterPage, Fault> {
    let record = by_number(tx, call)?;
    let visit = &record.encounter;
    let versions = store::note::versions(tx, visit.id)?;
    let wanted: Option<u32> = call.asked.query.text("version").parse().ok();
    let note = versions.iter().find(|note| wanted.is_none_or(|version| note.version == version));
    let draft = store::note::draft(tx, visit.id)?;
    let run = store::coding::latest_run(tx, visit.id)?;
    let coding = run.as_ref().map(|run| run.coding.clone()).unwrap_or_default();
    let is_read = note.zip(run.as_ref()).is_some_and(|(note, run)| note.version == run.note_version);
    let decided: Vec<CodingDecision> = store::coding::decisions(tx, visit.id)?.into_iter().map(|(_, d)| d).collect();
    let codes = store::coding::codes(tx, visit.id)?.map(|decided| decided.codes).unwrap_or_default();
    let signer_id = signer(tx, call, visit.rendering_id)?;
    let is_open = matches!(visit.status, EncounterStatus::ToCode | EncounterStatus::Queried);
    let text = match note {
        Some(note) => note.text.clone(),
        None => draft.map(|draft| draft.text).unwrap_or_default(),
    };
    let spans = if is_read { spans(&coding) } else { Vec::new() };
    let spans: Vec<(Range<usize>, &str)> = spans.iter().map(|(range, id)| (range.clone(), id.as_str())).collect();
    let shown = Shown { call, on: visit.served_on, coding: &coding, decisions: &decided, codes: &codes };
    let place = call.app.library.place_of_service(&visit.place_of_service);
    let claims = store::claim::of_encounter(tx, visit.id)?;
    Ok(EncounterPage {
        frame: call.frame(tx)?,
        context: context::bar(tx, visit.patient_id)?,
        number: number.to_owned(),
        served_on: visit.served_on.to_string(),
        provider: record.provider_name.clone(),
        place: place
            .map_or_else(|| visit.place_of_service.to_string(), |place| format!("{} {}", place.code, place.label)),
        standing: if visit.is_established { "established patient".into() } else { "new patient".into() },
        status: words::encounter(visit.status),
        reason: record.reason.clone(),
        may_decide: is_open && call.has(CODERS),
        may_sign: visit.status == EncounterStatus::Unsigned && signer_id.is_some() && !text.trim().is_empty(),
        may_write: visit.status == EncounterStatus::Unsigned && call.has(WRITERS),
        may_addend: note.is_some() && signer_id.is_some(),
        may_build: visit.status == EncounterStatus::Coded && call.has(super::claim::BILLERS),
        has_rest: is_open
            && coding.suggestions.iter().any(|s| s.band >= Band::Suggest && decide::last(&decided, s).is_none()),
        blockers: if is_open { blockers(visit, &coding, &decided, &codes) } else { Vec::new() },
        note: segments(&text, &spans),
        note_version: note.map_or_else(|| "draft".to_owned(), |note| note.version.to_string()),
        signature: note.and_then(|note| signature(note, &record)).unwrap_or_default(),
        versions: versions
            .iter()
            .filter(|other| Some(other.version) != note.map(|note| note.version))
            .map(|other| Choice::new(format!("?version={}", other.version), format!("Version {}", other.version)))
            .collect(),
        diagnoses: shown.views("icd10cm"),
        procedures: shown.views("hcpcs"),
        level: None,
        prompts: prompts(&coding),
        queries: queries(tx, call, visit, signer_id.is_some())?,
        rejected: rejected(&coding),
        claim_href: claims.first().map(|claim| format!("/claims/{}", claim.number)).unwrap_or_default(),
        editions: coding.versions.clone(),
    })
}

fn signature(note: &Note, record: &EncounterRecord) -> Option<String> {
    let signature = note.signature.as_ref()?;
    Some(format!("by {}, {}", record.provider_name, words::moment(signature.at)))
}

/// The words of the note with the ids of what they support.
fn spans(coding: &Coding) -> Vec<(Range<usize>, String)> {
    let suggested = (1..).zip(&coding.suggestions).map(|(n, s)| (format!("s{n}"), &s.evidence));
    let asked = (1..).zip(&coding.prompts).map(|(n, p)| (format!("p{n}"), &p.evidence));
    let dropped = (1..).zip(&coding.rejected).map(|(n, r)| (format!("r{n}"), &r.evidence));
    suggested
        .chain(asked)
        .chain(dropped)
        .flat_map(|(id, evidence): (String, _)| evidence.iter().map(move |e| (e.start..e.end, id.clone())))
        .collect()
}

/// What keeps the visit from being finished.
fn blockers(visit: &Encounter, coding: &Coding, decided: &[CodingDecision], codes: &CodeSet) -> Vec<String> {
    let mut found = Vec::new();
    if visit.status == EncounterStatus::Queried {
        found.push("A question to the provider is open; the visit waits for the answer.".to_owned());
    }
    let open =
        coding.suggestions.iter().filter(|s| s.band >= Band::Suggest && decide::last(decided, s).is_none()).count();
    if open > 0 {
        found.push(format!("{} for a decision.", words::count(open, "code waits", "codes wait")));
    }
    if codes.diagnoses.is_empty() {
        found.push("No diagnosis is taken yet.".to_owned());
    }
    if codes.services.is_empty() {
        found.push("No service is taken yet.".to_owned());
    }
    found
}

/// Codes as the page shows them.
struct Shown<'a> {
    call: &'a Call<'a>,
    on: Date,
    coding: &'a Coding,
    decisions: &'a [CodingDecision],
    codes: &'a CodeSet,
}

impl Shown<'_> {
    fn views(&self, system: &'static str) -> Vec<SuggestionView> {
        let of_system = (1..).zip(&self.coding.suggestions).filter(|(_, s)| s.code.system() == system);
        let suggested: Vec<SuggestionView> =
            of_system.enumerate().map(|(place, (n, s))| self.suggested(place + 1, n, s)).collect();
        let added = self.decisions.iter().filter(|d| d.kind == DecisionKind::Add && d.system == system);
        let added = added.filter_map(|d| self.added(suggested.len() + 1, system, d)).collect::<Vec<_>>();
        suggested.into_iter().chain(added).collect()
    }

    fn suggested(&self, position: usize, n: usize, suggestion: &Suggestion) -> SuggestionView {
        let decision = decide::last(self.decisions, suggestion);
        let decided = decision.and_then(|d| d.decided.as_deref());
        let percent = suggestion.score / 10;
        let certainty = match suggestion.band {
            Band::Accept => Tag::good(format!("Sure, {percent}%")),
            Band::Suggest => Tag::open(format!("Likely, {percent}%")),
            Band::Offer => Tag::warn(format!("Only if you see it, {percent}%")),
        };
        let mut view = SuggestionView {
            id: format!("s{n}"),
            position,
            title: suggestion.title.clone(),
            certainty,
            quotes: suggestion.evidence.iter().map(|e| e.text.clone()).collect(),
            rules: suggestion
                .rules
                .iter()
                .map(|r| RuleView { id: r.id.clone(), text: r.text.clone(), citation: r.citation.clone() })
                .collect(),
            alternatives: suggestion.alternatives.iter().map(|(code, title)| Choice::new(code, title)).collect(),
            decision: decision.map(|d| match d.kind {
                DecisionKind::Accept => Tag::good("Accepted"),
                DecisionKind::Reject => Tag::bad("Rejected"),
                _ => Tag::warn("Changed"),
            }),
            decision_reason: decision.map(|d| d.reason.clone()).unwrap_or_default(),
            ..SuggestionView::default()
        };
        match &suggestion.code {
            SuggestedCode::Diagnosis { code } => {
                view.system = "icd10cm";
                view.code = code.dotted();
                self.as_decided(&mut view, decided);
            }
            SuggestedCode::Procedure { code, modifiers, units, diagnoses } => {
                view.system = "hcpcs";
                view.code = code.to_string();
                view.modifiers = modifiers.iter().map(claim::Modifier::as_str).collect::<Vec<_>>().join(", ");
                view.units = units.to_string();
                view.pointers = list(&round::pointers(diagnoses, &self.codes.diagnoses));
                self.as_decided(&mut view, decided);
            }
        }
        view
    }

    /// A code taken otherwise than suggested is shown as it was taken.
    fn as_decided(&self, view: &mut SuggestionView, decided: Option<&str>) {
        let Some(decided) = decided else { return };
        if view.system == "icd10cm" {
            if let Some(place) = self.codes.diagnoses.iter().position(|d| d.code.as_str() == decided) {
                view.position = place + 1;
            }
            if let Ok(code) = DiagnosisCode::new(decided)
                && code.dotted() != view.code
            {
                view.title = self.title(view.system, decided);
                view.code = code.dotted();
            }
            return;
        }
        let Some(service) = self.codes.services.iter().find(|s| s.code.as_str() == decided) else { return };
        if service.code.as_str() != view.code {
            view.title = self.title(view.system, decided);
        }
        view.code = service.code.to_string();
        view.modifiers = service.modifiers.iter().map(claim::Modifier::as_str).collect::<Vec<_>>().join(", ");
        view.units = service.units.to_string();
        view.pointers = list(&service.pointers);
    }

    fn added(&self, position: usize, system: &'static str, decision: &CodingDecision) -> Option<SuggestionView> {
        let decided = decision.decided.as_deref()?;
        let is_taken = self.codes.diagnoses.iter().any(|d| d.code.as_str() == decided)
            || self.codes.services.iter().any(|s| s.code.as_str() == decided);
        let mut view = SuggestionView {
            id: format!("a-{system}-{decided}"),
            system,
            position,
            code: decided.to_owned(),
            title: self.title(system, decided),
            decision: Some(if is_taken { Tag::good("Added") } else { Tag::bad("Taken out") }),
            decision_reason: decision.reason.clone(),
            is_added: true,
            ..SuggestionView::default()
        };
        if let Ok(code) = DiagnosisCode::new(decided)
            && system == "icd10cm"
        {
            view.code = code.dotted();
        }
        self.as_decided(&mut view, Some(decided));
        is_taken.then_some(view)
    }

    fn title(&self, system: &str, code: &str) -> String {
        let library = &self.call.app.library;
        if system == "icd10cm" {
            return library.icd10cm(self.on).title(code).map(|title| title.into_owned()).unwrap_or_default();
        }
        let procedure = ProcedureCode::new(code).ok().and_then(|code| library.procedure(&code, self.on));
        procedure.map(|procedure| procedure.label).unwrap_or_default()
    }
}

fn list(pointers: &[u8]) -> String {
    pointers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn prompts(coding: &Coding) -> Vec<PromptView> {
    (1..)
        .zip(&coding.prompts)
        .map(|(n, prompt): (usize, &Prompt)| PromptView {
            id: format!("p{n}"),
            text: prompt.text.clone(),
            question: prompt.question.clone(),
            options: prompt.options.clone(),
            is_blocking: prompt.is_blocking,
        })
        .collect()
}

fn rejected(coding: &Coding) -> Vec<RejectedView> {
    (1..)
        .zip(&coding.rejected)
        .map(|(n, dropped)| RejectedView {
            id: format!("r{n}"),
            code: dropped.code.clone(),
            title: dropped.title.clone(),
            reason: dropped.reason.clone(),
            rule: dropped.rule.clone(),
        })
        .collect()
}

fn queries(tx: &mut Tx<'_>, _: &Call<'_>, visit: &Encounter, is_signer: bool) -> Result<Vec<QueryView>, Fault> {
    let names = Names::read(tx)?;
    let all = store::query::of_encounter(tx, visit.id)?;
    Ok(all
        .into_iter()
        .map(|query| QueryView {
            id: query.id.to_string(),
            may_answer: is_signer && query.answered_at.is_none(),
            asked: format!("{}, {}", words::moment(query.asked_at), names.of(&query.asked_by)),
            status: if query.answered_at.is_some() { Tag::good("Answered") } else { Tag::warn("Open") },
            answer: query.answer.unwrap_or_default(),
            options: query.prompt.options,
            question: query.prompt.question,
        })
        .collect())
}

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
    let anchor = form.text("suggestion");
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    Ok(crate::answer::go(&format!("/encounters/{number}{anchor}")))
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
        coding::suggest(tx, &call.app.library, asked.encounter_id)?;
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
