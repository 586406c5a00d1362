//! Services of a note: therapy, procedures, drugs and vaccines, the visit itself; their modifiers and diagnoses.

use claim::{
    AppliedRule, Band, DiagnosisCode, Evidence, Modifier, ProcedureCode, Prompt, RejectedCandidate, SuggestedCode,
    Suggestion, Units, VisitLevel,
};
use codes::Library;

use crate::{
    Ranking, Visit, diagnose::Diagnoses, document::Document, modifiers, operations, papers, preventive, procedures,
    reading, report::Report, rule::applied, therapy, visit,
};

/// What a service is, as far as modifiers and order ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServiceKind {
    Visit,
    Preventive,
    Prolonged,
    Operation,
    Procedure,
    Therapy,
    Drug,
    Vaccine,
    Administration,
    Test,
    Counselling,
}

/// A service in the making.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub code: String,
    pub kind: ServiceKind,
    /// Our few words.
    pub label: String,
    /// Whole units; miles alone have tenths.
    pub units: u32,
    pub tenths: u32,
    pub modifiers: Vec<String>,
    /// Prefixes of diagnoses it treats.
    pub treats: Vec<String>,
    /// Its diagnoses in order, filled at the end.
    pub diagnoses: Vec<String>,
    pub evidence: Vec<Evidence>,
    pub rules: Vec<AppliedRule>,
    pub band: Band,
    pub alternatives: Vec<(String, String)>,
    pub block: usize,
}

/// The services of a note in line order.
#[derive(Default)]
pub(crate) struct Services {
    pub services: Vec<Service>,
    pub rejected: Vec<RejectedCandidate>,
    pub prompts: Vec<Prompt>,
    /// How the level of the visit was reached.
    pub level: Option<VisitLevel>,
}

/// Reads the services of a note.
pub(crate) fn services(document: &Document<'_>, visit: &Visit, library: &Library, diagnoses: &Diagnoses) -> Services {
    let mut found = Services::default();
    if document.is_therapy {
        therapy::read(document, visit, &mut found);
    } else {
        let report = Report::of(document, visit);
        operations::read(document, visit, report, &mut found);
        reading::read(document, visit, report, &mut found);
        papers::read(document, visit, report, &mut found);
        // Papers of other trades name what others did.
        if !matches!(report, Report::Anesthesia | Report::Ambulance | Report::Equipment | Report::Reading) {
            procedures::read(document, visit, report, diagnoses, &mut found);
        }
        elsewhere(document, visit, &mut found);
        preventive::read(document, visit, &mut found);
        visit::read(document, visit, report, diagnoses, &mut found);
    }
    if visit.is_in_facility() {
        of_the_place(&mut found);
    }
    modifiers::assign(document, visit, library, diagnoses, &mut found);
    found.services.sort_by_key(|s| s.kind);
    for service in &mut found.services {
        service.diagnoses = linked(service, diagnoses);
    }
    found
}

/// Nobody operates at home, in a nursing home or over a screen: an operation told there was done elsewhere, and one that a
/// later visit looks back on was done before.
fn elsewhere(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    const PLACES: &[&str] = &["02", "10", "12", "13", "14", "31", "32", "33"];
    if PLACES.contains(&visit.place_of_service.as_str()) || visit::is_after_operation(document) {
        let reason = "It was done elsewhere or on another day.";
        found.reject("PX-PLACE", |service| (service.kind == ServiceKind::Operation).then(|| reason.to_owned()));
    }
}

/// In a hospital or nursing facility its staff gives drugs and makes tests, and the place bills them.
fn of_the_place(found: &mut Services) {
    let is_its_own = |service: &Service| match service.kind {
        ServiceKind::Drug | ServiceKind::Vaccine | ServiceKind::Administration => true,
        ServiceKind::Test => !service.modifiers.iter().any(|modifier| modifier == "26"),
        _ => false,
    };
    let reason = "The place where it was given or made bills it.";
    found.reject("PX-PLACE", |service| is_its_own(service).then(|| reason.to_owned()));
}

/// At most four diagnoses explain a line (SV107).
const LINKED_MAX: usize = 4;

/// The diagnoses a service treats: those its concept names, else those of its paragraph, else the first-listed.
fn linked(service: &Service, diagnoses: &Diagnoses) -> Vec<String> {
    let may_explain = |code: &str| !code.starts_with(['V', 'W', 'X', 'Y']);
    let reported: Vec<_> = diagnoses.reported().filter(|p| may_explain(&p.code)).collect();
    if matches!(service.kind, ServiceKind::Visit | ServiceKind::Prolonged | ServiceKind::Therapy) {
        let own = reported.iter().filter(|p| p.code != "Z23" && !p.code.starts_with("Z00"));
        let own: Vec<String> = own.map(|p| p.code.clone()).take(LINKED_MAX).collect();
        if !own.is_empty() {
            return own;
        }
    }
    let named: Vec<String> = reported
        .iter()
        .filter(|p| service.treats.iter().any(|prefix| p.code.starts_with(prefix)))
        .map(|p| p.code.clone())
        .take(LINKED_MAX)
        .collect();
    if !named.is_empty() {
        return named;
    }
    let block = reported.iter().find(|p| p.block == service.block && p.block > 0);
    block.or(reported.first()).map(|p| p.code.clone()).into_iter().collect()
}

impl Services {
    /// Drops the services for which there is a reason, and keeps it.
    pub(crate) fn reject(&mut self, rule: &str, reason: impl Fn(&Service) -> Option<String>) {
        for service in std::mem::take(&mut self.services) {
            match reason(&service) {
                None => self.services.push(service),
                Some(reason) => self.rejected.push(RejectedCandidate {
                    code: service.code,
                    title: service.label,
                    reason,
                    rule: rule.to_owned(),
                    evidence: service.evidence,
                }),
            }
        }
    }

    pub(crate) fn suggestions(&self, library: &Library, visit: &Visit, ranking: &Ranking) -> Vec<Suggestion> {
        self.services.iter().filter_map(|service| suggestion(service, library, visit, ranking)).collect()
    }
}

fn suggestion(service: &Service, library: &Library, visit: &Visit, ranking: &Ranking) -> Option<Suggestion> {
    let code = ProcedureCode::new(&service.code).ok()?;
    if service.evidence.is_empty() || (service.units, service.tenths) == (0, 0) {
        return None;
    }
    let title = library.procedure(&code, visit.served_on).map_or_else(|| service.label.clone(), |p| p.label);
    let base: u16 = match service.band {
        Band::Accept => 900,
        Band::Suggest => 700,
        Band::Offer => 300,
    };
    Some(Suggestion {
        code: SuggestedCode::Procedure {
            code,
            modifiers: service.modifiers.iter().filter_map(|m| Modifier::new(m).ok()).collect(),
            units: [Units::from(service.units), Units::from_tenths(service.tenths)].into_iter().sum(),
            diagnoses: service.diagnoses.iter().filter_map(|d| DiagnosisCode::new(d).ok()).collect(),
        },
        title,
        score: ranking.score(&service.code, base),
        band: ranking.band(&service.code, service.band),
        evidence: service.evidence.clone(),
        rules: service.rules.clone(),
        alternatives: service.alternatives.clone(),
    })
}

impl Service {
    /// Procedures hold the evaluation that leads to them; a splint or strapping put on as a first measure does not
    /// (CPT application of casts and strapping), nor what is done to save a life.
    pub(crate) fn holds_evaluation(&self) -> bool {
        const RESCUES: &[&str] = &["31500", "32551", "36556", "36620", "92950", "95992"];
        self.kind == ServiceKind::Procedure
            && !("29000".."29800").contains(&self.code.as_str())
            && !RESCUES.contains(&self.code.as_str())
    }

    /// A service of one unit with the words it rests on.
    pub(crate) fn new(code: &str, kind: ServiceKind, label: &str, evidence: Vec<Evidence>, block: usize) -> Self {
        Self {
            code: code.to_owned(),
            kind,
            label: label.to_owned(),
            units: 1,
            tenths: 0,
            modifiers: Vec::new(),
            treats: Vec::new(),
            diagnoses: Vec::new(),
            evidence,
            rules: Vec::new(),
            band: Band::Suggest,
            alternatives: Vec::new(),
            block,
        }
    }

    /// With a rule that was applied.
    pub(crate) fn ruled(mut self, id: &str, text: impl Into<String>) -> Self {
        self.rules.push(applied(id, text));
        self
    }
}
