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
    /// By the clinician's specialty, else by the title of the note, its signature, or whose treatment it tells of;
    /// physical therapy when nothing says.
    pub(super) fn of(document: &Document<'_>, visit: &Visit) -> Self {
        if let Some(discipline) = Self::of_specialty(visit) {
            return discipline;
        }
        let lines = || document.text.lines().map(str::trim).filter(|line| !line.is_empty());
        let title = lines().take(2).find_map(Self::named);
        let signature = || lines().rev().take(3).find_map(Self::signed);
        title
            .or_else(signature)
            .or_else(|| lines().find_map(Self::signed))
            .or_else(|| Self::named(document.text))
            .unwrap_or(Self::Physical)
    }

    /// The trade that a text names.
    fn named(text: &str) -> Option<Self> {
        const NAMES: &[(Discipline, &[&str], &[&str])] = &[
            (
                Discipline::Speech,
                &["speech therap", "speech-language", "speech language", "swallow evaluation"],
                &["SLP", "ST", "CCC-SLP"],
            ),
            (Discipline::Occupational, &["occupational therap", "hand therapy"], &["OT", "OTR", "OTR/L", "COTA"]),
            (Discipline::Physical, &["physical therap", "aquatic"], &["PT", "PTA", "DPT"]),
        ];
        let lower = text.to_lowercase();
        let found = NAMES.iter().filter_map(|(discipline, words, short)| {
            let word = words.iter().filter_map(|word| lower.find(word)).min();
            let letters = short.iter().filter_map(|word| word_position(text, word)).map(|(at, _)| at).min();
            Some((word.into_iter().chain(letters).min()?, *discipline))
        });
        found.min_by_key(|(at, _)| *at).map(|(_, discipline)| discipline)
    }

    /// The trade of a person by the letters behind a name: "K. Diaz, PT", "F. Iyer OTR/L CHT".
    fn signed(line: &str) -> Option<Self> {
        const LETTERS: &[(&str, Discipline)] = &[
            ("CCC-SLP", Discipline::Speech),
            ("SLP", Discipline::Speech),
            ("COTA/L", Discipline::Occupational),
            ("COTA", Discipline::Occupational),
            ("OTR/L", Discipline::Occupational),
            ("OTR", Discipline::Occupational),
            ("OTD", Discipline::Occupational),
            ("PTA", Discipline::Physical),
            ("DPT", Discipline::Physical),
            ("MPT", Discipline::Physical),
            ("PT", Discipline::Physical),
            ("OT", Discipline::Occupational),
        ];
        LETTERS.iter().find_map(|(letters, discipline)| {
            let (start, _) = word_position(line, letters)?;
            let name = line.get(..start)?.trim_end_matches([' ', ',']).rsplit([' ', '.']).next()?;
            let is_name = name.chars().next().is_some_and(char::is_uppercase)
                && name.chars().nth(1).is_some_and(|c| c.is_lowercase() || c == '.');
            is_name.then_some(*discipline)
        })
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
