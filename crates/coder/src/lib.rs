//! From a note to suggested codes with the words behind them.
//!
//! [`suggest`] reads a note the way a trained coder does: sections and sentences, mentions of
//! conditions and what is said about them (negated, uncertain, of the family, of the past), the leaf the words
//! support, the official guidelines on top; then the level of the visit, therapy minutes and procedures. Every
//! suggestion carries byte spans of the note and the rules applied, and a code without words behind it is not made.
//! Nothing here knows a price: ranking is blind to payment.

mod clause;
mod clock;
mod combine;
mod context;
mod diagnose;
mod dialogue;
mod dictionary;
mod document;
mod external;
mod family;
mod findings;
mod guideline;
mod homonym;
mod inpatient;
mod language;
pub mod learn;
mod level;
pub mod likeness;
mod line;
mod medication;
mod mention;
mod modifiers;
mod numeral;
mod operations;
mod papers;
mod past;
mod preventive;
mod procedures;
mod prompts;
mod reading;
mod report;
mod rule;
mod sections;
mod separate;
mod service;
mod skin;
mod specify;
mod standing;
mod table;
mod therapy;
mod tobacco;
mod units;
mod visit;

use claim::{Coding, Note, PayerKind, PlaceOfService, Setting, Sex, Taxonomy};
use codes::Library;
use jiff::civil::Date;

pub use context::Assertion;
pub use learn::Ranking;
pub use level::{
    Complexity, DataElements, ProblemElements, VisitFamily, data_level, em_level_from_mdm, em_level_from_time, mdm,
    problem_level, risk_level,
};
pub use line::{PairOutcome, digit_modifier, line_modifiers, lines_by_side, pair_outcome};
pub use units::{
    Regime, anesthesia_units, prolonged_units, therapy_total_cms8, therapy_units_cms8, therapy_units_midpoint,
    timed_service_units,
};

/// Version of the rules and phrase tables of this crate; it stands in [`Coding::versions`].
pub const RULES_VERSION: &str = "2026.4";

/// What is known about the visit besides the note.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Day of service; chooses every edition.
    pub served_on: Date,
    /// Which guidelines apply.
    pub setting: Setting,
    /// Seen by the same group and specialty within three years.
    pub is_established: bool,
    /// Date of birth, when known.
    pub patient_born_on: Option<Date>,
    /// Sex, when known.
    pub patient_sex: Sex,
    /// Kind of payer where code sets differ by payer (Medicare's own codes); never a price.
    pub payer_kind: Option<PayerKind>,
    /// Where it took place.
    pub place_of_service: PlaceOfService,
    /// Specialty of the clinician, when known.
    pub specialty: Option<Taxonomy>,
}

impl Visit {
    pub(crate) fn age(&self) -> Option<u16> {
        self.patient_born_on.map(|born| claim::age_on(born, self.served_on))
    }

    /// A place whose owner bills what its staff gives and makes: drugs, tests, the making of images (Claims Processing
    /// Manual 12 §20.4.2, 13 §20).
    pub(crate) fn is_in_facility(&self) -> bool {
        ["19", "21", "22", "23", "24", "31"].contains(&self.place_of_service.as_str())
    }

    pub(crate) fn is_medicare(&self) -> bool {
        self.payer_kind == Some(PayerKind::MedicareB)
    }
}

/// Suggests codes for a note.
///
/// Never fails: a note that cannot be read gives no suggestions and a prompt that says why.
#[must_use]
pub fn suggest(note: &Note, visit: &Visit, library: &Library, ranking: &Ranking) -> Coding {
    let icd = library.icd10cm(visit.served_on);
    let mut coding = Coding { versions: versions(&icd, ranking), ..Coding::default() };
    if let Some(prompt) = language::objection(&note.text) {
        coding.prompts.push(prompt);
        return coding;
    }
    let document = document::Document::read(note, visit);
    let diagnoses = diagnose::diagnose(&document, visit, library);
    let services = service::services(&document, visit, library, &diagnoses);
    prompts::collect(note, &document, visit, &diagnoses, &services, &mut coding.prompts);
    if visit.setting == Setting::Inpatient {
        coding.inpatient = Some(inpatient::view(&document, visit, library, &diagnoses, &mut coding.prompts));
    }
    coding.suggestions.extend(diagnoses.suggestions(&icd, ranking));
    coding.suggestions.extend(services.suggestions(library, visit, ranking));
    coding.rejected = diagnoses.rejected;
    coding.rejected.extend(services.rejected);
    coding.visit_level = services.level;
    coding
}

/// Every finding of a note, as registries and research code it: what is there, wherever the note tells it, symptoms
/// beside their diagnosis and old conditions beside today's. Nothing to bill from.
///
/// Never fails, as [`suggest`].
#[must_use]
pub fn findings(note: &Note, visit: &Visit, library: &Library, ranking: &Ranking) -> Coding {
    let icd = library.icd10cm(visit.served_on);
    let mut coding = Coding { versions: versions(&icd, ranking), ..Coding::default() };
    if let Some(prompt) = language::objection(&note.text) {
        coding.prompts.push(prompt);
        return coding;
    }
    let document = document::Document::read(note, visit);
    let found = findings::read(&document, visit, library);
    coding.suggestions = found.suggestions(&icd, ranking);
    coding.rejected = found.rejected;
    coding
}

/// What the note says about the words at bytes `start..end`; affirmed when they stand in no sentence.
#[must_use]
pub fn assertion(note: &Note, visit: &Visit, library: &Library, start: usize, end: usize) -> Assertion {
    let icd = library.icd10cm(visit.served_on);
    let dictionary = dictionary::Dictionary::of(&icd, library);
    let document = document::Document::read(note, visit);
    diagnose::assertion(&document, &dictionary, start, end)
}

fn versions(icd: &codes::Icd10cm<'_>, ranking: &Ranking) -> Vec<String> {
    let stale = if icd.is_stale() { "-stale" } else { "" };
    vec![format!("icd10cm@{}{stale}", icd.edition()), format!("coder@{RULES_VERSION}"), ranking.name()]
}
