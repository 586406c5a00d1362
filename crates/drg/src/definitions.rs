//! One version of the definitions.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::formula::{Attribute, Formula};

/// A code without its point, in capitals, filled up with zero bytes.
pub(crate) type Key = [u8; 7];

/// The key of a code; none when it cannot be one.
pub(crate) fn key(code: &str) -> Option<Key> {
    let mut key = Key::default();
    let mut places = key.iter_mut();
    for byte in code.trim().bytes().filter(|b| *b != b'.') {
        *places.next()? = if byte.is_ascii_alphanumeric() { byte.to_ascii_uppercase() } else { return None };
    }
    (key != Key::default()).then_some(key)
}

/// Surgical or medical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DrgKind {
    /// An operating-room procedure decides.
    Surgical,
    /// The principal diagnosis decides.
    Medical,
    /// Neither: 998 and 999.
    Neither,
}

/// A DRG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drg {
    /// Number of three digits.
    pub number: String,
    /// Major diagnostic category; `PRE` comes before all, and none have those of no category.
    pub mdc: String,
    /// Surgical or medical.
    pub kind: DrgKind,
    /// Official title.
    pub title: String,
    /// The condition in the words of `formula.rs`.
    pub condition: String,
    pub(crate) formula: Formula,
    /// Secondary diagnoses that are part of this DRG and no complication of it.
    pub(crate) parts: Vec<Key>,
}

/// A major diagnostic category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mdc {
    /// Number of two digits.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// What brings a stay here whatever category the principal diagnosis has.
    pub(crate) entry: Option<Formula>,
    /// What counts as an operation unrelated to the principal diagnosis.
    pub(crate) unrelated: Formula,
}

/// How much a secondary diagnosis weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A complication or comorbidity.
    Cc,
    /// A major one.
    Mcc,
}

impl Level {
    /// `CC` or `MCC`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cc => "CC",
            Self::Mcc => "MCC",
        }
    }
}

/// A category of hospital-acquired conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalAcquired {
    /// Number of two digits.
    pub number: String,
    /// What it is about, in our words.
    pub label: String,
    /// What else must have happened in the stay.
    pub(crate) formula: Formula,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DiagnosisRow {
    /// One bit a major diagnostic category.
    pub mdcs: u32,
    pub set: usize,
    pub level: Option<Level>,
    /// Counts only when the patient lives.
    pub is_for_the_living: bool,
    pub exclusion: Option<usize>,
    pub acquired: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProcedureRow {
    pub set: usize,
    pub is_operation: bool,
    pub is_extensive: bool,
}

/// Which diagnoses of a stay an attribute looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Principal,
    Secondary,
    Any,
    Procedure,
}

/// Codes that mean something only together; the first is the key it is found by.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub attribute: Attribute,
    pub others: Vec<Key>,
    /// Its codes stand for nothing else once it is complete.
    pub is_whole: bool,
}

/// One version of the definitions.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    pub(crate) drgs: Vec<Drg>,
    pub(crate) mdcs: Vec<Mdc>,
    pub(crate) acquired: Vec<HospitalAcquired>,
    /// The scope of each attribute.
    pub(crate) attributes: Vec<Scope>,
    pub(crate) sets: Vec<Vec<Attribute>>,
    pub(crate) diagnoses: HashMap<Key, DiagnosisRow>,
    pub(crate) procedures: HashMap<Key, ProcedureRow>,
    pub(crate) clusters: BTreeMap<Key, Vec<Cluster>>,
    pub(crate) exclusions: Vec<Vec<Key>>,
}

impl Definitions {
    /// The DRG of a number such as `291`.
    #[must_use]
    pub fn drg(&self, number: &str) -> Option<&Drg> {
        self.drgs.iter().find(|drg| drg.number == number)
    }

    /// Every DRG in the order of decision: surgical before medical, by rank.
    #[must_use]
    pub fn drgs(&self) -> &[Drg] {
        &self.drgs
    }

    /// A major diagnostic category.
    #[must_use]
    pub fn mdc(&self, number: &str) -> Option<&Mdc> {
        self.mdcs.iter().find(|mdc| mdc.number == number)
    }

    /// Whether a diagnosis is a complication, and how grave.
    #[must_use]
    pub fn level(&self, diagnosis: &str) -> Option<Level> {
        self.diagnosis(&key(diagnosis)?)?.level
    }

    /// Whether a procedure counts as done in an operating room; none when the definitions do not know the code.
    #[must_use]
    pub fn is_operation(&self, procedure: &str) -> Option<bool> {
        self.procedures.get(&key(procedure)?).map(|row| row.is_operation)
    }

    pub(crate) fn diagnosis(&self, key: &Key) -> Option<&DiagnosisRow> {
        self.diagnoses.get(key)
    }

    pub(crate) fn set(&self, at: usize) -> &[Attribute] {
        self.sets.get(at).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn scope(&self, attribute: Attribute) -> Option<Scope> {
        self.attributes.get(usize::from(attribute)).copied()
    }

    /// Whether a principal diagnosis takes the weight from a secondary one.
    pub(crate) fn excludes(&self, exclusion: usize, principal: &Key) -> bool {
        self.exclusions.get(exclusion).is_some_and(|codes| codes.binary_search(principal).is_ok())
    }
}
