//! Which notes tell of therapy under a plan of care, and whose plan it is.

use claim::NoteKind;

use crate::{
    Visit,
    document::{Document, word_position},
    sections::SectionKind,
};

/// The three disciplines of outpatient therapy (Claims Processing Manual 5 §10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Discipline {
    Physical,
    Occupational,
    Speech,
}

/// Therapists and their assistants by the first characters of their specialty (NUCC provider taxonomy).
const SPECIALTIES: &[(&str, Discipline)] = &[
    ("2251", Discipline::Physical),
    ("2252", Discipline::Physical),
    ("225X", Discipline::Occupational),
    ("224Z", Discipline::Occupational),
    ("235Z", Discipline::Speech),
];

impl Discipline {
    /// By the clinician's specialty, else by the words of the note; physical therapy when neither says.
    pub(super) fn of(document: &Document<'_>, visit: &Visit) -> Self {
        let has = |words: &[&str]| words.iter().any(|w| word_position(&document.lower, w).is_some());
        if let Some(discipline) = Self::of_specialty(visit) {
            discipline
        } else if has(&["occupational therapy", "occupational therapist", "otr/l", "otr", "cota", "ot evaluation"])
            && !has(&["physical therapy", "physical therapist"])
        {
            Self::Occupational
        } else if has(&["speech therapy", "speech-language", "slp", "ccc-slp"]) {
            Self::Speech
        } else {
            Self::Physical
        }
    }

    fn of_specialty(visit: &Visit) -> Option<Self> {
        let specialty = visit.specialty.as_ref()?.as_str();
        SPECIALTIES.iter().find(|(prefix, _)| specialty.starts_with(prefix)).map(|(_, discipline)| *discipline)
    }

    /// The modifier of its plan of care.
    pub(super) const fn modifier(self) -> &'static str {
        match self {
            Self::Physical => "GP",
            Self::Occupational => "GO",
            Self::Speech => "GN",
        }
    }

    /// The modifier of its assistants; speech therapy has none.
    pub(super) const fn assistant_modifier(self) -> Option<&'static str> {
        match self {
            Self::Physical => Some("CQ"),
            Self::Occupational => Some("CO"),
            Self::Speech => None,
        }
    }
}

/// How therapists sign and head their notes.
const SIGNED: &[&str] = &[
    "dpt",
    "otr/l",
    "ccc-slp",
    "pta",
    "cota",
    "pt note",
    "pt daily",
    "pt daily note",
    "physical therapy evaluation",
    "pt evaluation",
    "ot daily note",
    "occupational therapy evaluation",
    "occupational therapy daily",
    "speech-language pathology",
    "outpatient rehab",
];

/// The first lines name the trade: "Physical Therapy Initial Evaluation", "PT progress note".
fn is_headed(text: &str) -> bool {
    const TRADES: &[&str] = &[
        "physical therap",
        "occupational therap",
        "speech therap",
        "speech-language",
        "speech language",
        "hand therap",
    ];
    const SHORT: &[&str] = &["PT", "OT", "SLP"];
    const PAPERS: &[&str] = &[
        "note",
        "daily",
        "eval",
        "evaluation",
        "treatment",
        "progress",
        "visit",
        "re-eval",
        "reevaluation",
        "log",
        "session",
    ];
    const OTHERS: &[&str] = &["referral", "order", "order for", "refer", "prescription", "chemo", "radiation"];
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(2);
    lines.any(|written| {
        let line = &written.get(..80).unwrap_or(written).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| word_position(line, word).is_some());
        let is_trade = TRADES.iter().any(|trade| line.contains(trade));
        let first = written.trim_start_matches(['#', '*', ' ']).split([' ', ':']).next().unwrap_or_default();
        let is_short = SHORT.contains(&first);
        (is_trade || is_short) && has(PAPERS) && !has(OTHERS)
    })
}

/// The last line is the signature of a therapist: "K. Diaz, PT".
fn is_signed(text: &str) -> bool {
    const TITLES: &[&str] =
        &["PT", "DPT", "MPT", "PTA", "OT", "OTR", "OTR/L", "OTD", "COTA", "COTA/L", "SLP", "CCC-SLP"];
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(2);
    lines.any(|line| {
        let last = line.rsplit([' ', ',']).find(|word| !word.is_empty()).unwrap_or_default().trim_end_matches('.');
        line.len() < 60 && line.contains(' ') && TITLES.contains(&last)
    })
}

/// True for the notes of a therapist: by kind, by specialty, else by a log of treatment in minutes.
pub(crate) fn is_therapy(document: &Document<'_>, visit: &Visit) -> bool {
    let has = |words: &[&str]| words.iter().any(|w| document.lower.contains(w));
    let has_word = |words: &[&str]| words.iter().any(|w| word_position(&document.lower, w).is_some());
    document.kind == NoteKind::Therapy
        || is_headed(document.text)
        || is_signed(document.text)
        || has_word(SIGNED) && document.lower.contains("min")
        || has(&["speech therapy note", "physical therapy note", "occupational therapy note", "therapy daily note"])
        || Discipline::of_specialty(visit).is_some()
        || has(&["therapeutic exercise", "therapeutic activit", "manual therapy", "therex", "ther ex", "neuro re-ed"])
            && document.lower.contains("min")
            && (document.has_section(SectionKind::Treatment)
                || has(&["timed minutes", "timed min", "total timed", "timed code", "therapy daily note"]))
}
