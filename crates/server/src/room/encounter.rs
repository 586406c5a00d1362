//! The coder's page: the note beside its codes.

use std::ops::Range;

use claim::{
    Band, CodeSet, Coding, CodingDecision, DecisionKind, DiagnosisCode, Encounter, EncounterStatus, Evidence, Note,
    ProcedureCode, ProlongedTime, Prompt, SuggestedCode, Suggestion,
};
use cycle::{coding, round};
use jiff::civil::Date;
use store::Tx;
use store::encounter::EncounterRecord;

use super::coding::CODERS;
use super::context::{self, Names};
use super::decide;
use super::encounter_new::{WRITERS, by_number, signer};
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::encounter::{
    EncounterPage, LevelReasoning, LevelRow, PromptView, QueryView, RejectedView, RuleView, SuggestionView,
};
use crate::view::part::{Choice, Tag};
use crate::view::segment::segments;
use crate::view::stay::StayView;
use crate::words;
use crate::worklist::CLAIMS;

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
            Ok(coding::suggest(tx, &call.app.library, call.app.likeness.as_ref(), visit).map(|_| ())?)
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
        context: context::bar(tx, call, visit.patient_id)?,
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
            .map(|other| {
                Choice::new(
                    format!("/encounters/{number}?version={}", other.version),
                    format!("Version {}", other.version),
                )
            })
            .collect(),
        diagnoses: shown.views("icd10cm"),
        procedures: shown.views("hcpcs"),
        level: level(&coding),
        stay: coding.inpatient.as_ref().map(StayView::of),
        prompts: prompts(&coding),
        queries: queries(tx, call, visit, signer_id.is_some())?,
        rejected: rejected(&coding),
        claim_href: claims.first().map(|c| call.link(CLAIMS, format!("/claims/{}", c.number))).unwrap_or_default(),
        editions: coding.versions.clone(),
    })
}

fn signature(note: &Note, record: &EncounterRecord) -> Option<String> {
    let signature = note.signature.as_ref()?;
    Some(format!("by {}, {}", record.provider_name, words::moment(signature.at)))
}

/// How the level of the visit was reached, both ways.
fn level(coding: &Coding) -> Option<LevelReasoning> {
    let level = coding.visit_level.as_ref()?;
    let quotes = |evidence: &[Evidence]| evidence.iter().map(|e| e.text.clone()).collect();
    let mut elements: Vec<LevelRow> = (1..)
        .zip(&level.elements)
        .map(|(n, element)| LevelRow {
            id: format!("l{n}"),
            name: element.name.clone(),
            level: element.complexity.clone(),
            counted: element.counted.clone(),
            quotes: quotes(&element.evidence),
        })
        .collect();
    let by_time = level.time.as_ref().map(|time| {
        elements.push(LevelRow {
            id: format!("l{}", elements.len() + 1),
            name: "Time".to_owned(),
            level: time.code.clone().unwrap_or_else(|| "no code".to_owned()),
            counted: words::count(time.minutes as usize, "minute", "minutes"),
            quotes: quotes(std::slice::from_ref(&time.evidence)),
        });
        time.code.as_deref().unwrap_or("no code")
    });
    let by_making = level.by_decision_making.as_deref().unwrap_or("no code");
    Some(LevelReasoning {
        result: format!("{}, {}", level.code, level.complexity),
        elements,
        conclusion: match by_time {
            Some(by_time) => format!(
                "Two of three elements are {}: {by_making}. By time: {by_time}. The higher one is suggested.",
                level.complexity
            ),
            None => {
                format!("Two of three elements are {}: {by_making}. No total time is documented.", level.complexity)
            }
        },
        prolonged: level.prolonged.iter().map(prolonged).collect(),
    })
}

/// Time beyond the visit under one set of thresholds, in words.
fn prolonged(time: &ProlongedTime) -> String {
    let reached = time.code.as_ref().map_or_else(
        || "no unit".to_owned(),
        |code| format!("{code}, {}", words::count(time.units as usize, "unit", "units")),
    );
    format!("{} thresholds{}: {reached}", time.regime, if time.is_of_payer { " (this payer)" } else { "" })
}

/// The words of the note with the ids of what they support.
fn spans(coding: &Coding) -> Vec<(Range<usize>, String)> {
    let suggested = (1..).zip(&coding.suggestions).map(|(n, s)| (format!("s{n}"), s.evidence.as_slice()));
    let asked = (1..).zip(&coding.prompts).map(|(n, p)| (format!("p{n}"), p.evidence.as_slice()));
    let dropped = (1..).zip(&coding.rejected).map(|(n, r)| (format!("r{n}"), r.evidence.as_slice()));
    let level = coding.visit_level.iter().flat_map(|level| {
        let time = level.time.iter().map(|time| std::slice::from_ref(&time.evidence));
        (1..).zip(level.elements.iter().map(|e| e.evidence.as_slice()).chain(time))
    });
    let levelled = level.map(|(n, evidence): (usize, _)| (format!("l{n}"), evidence));
    suggested
        .chain(asked)
        .chain(dropped)
        .chain(levelled)
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
            href: super::library::href(suggestion.code.code(), self.on),
            quotes: suggestion.evidence.iter().map(|e| e.text.clone()).collect(),
            rules: suggestion
                .rules
                .iter()
                .map(|r| RuleView {
                    id: r.id.clone(),
                    text: r.text.clone(),
                    citation: r.citation.clone(),
                    href: super::library::section_href(&self.call.app.library, &r.citation, self.on),
                })
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
