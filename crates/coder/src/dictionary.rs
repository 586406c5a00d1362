//! The words that mean a code: keys without order over titles, inclusion terms, the lexicon and our phrases.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use codes::{Icd10cm, Library, TermKind};

use crate::{
    document::{Token, tokens},
    table::{cell, table},
};

mod names;
mod words;

use names::{neoplasms, past_operations};
use words::{ByKey, Rewrites};

pub(crate) use words::Word;

/// A key has at most this many words.
pub(crate) const WORDS_MAX: usize = 7;

/// Words that carry no meaning in a key.
const STOP_WORDS: &[&str] = &[
    "a", "an", "the", "of", "and", "or", "in", "with", "to", "for", "by", "on", "at", "as", "is", "was", "are", "be",
    "due", "this", "that", "his", "her", "their", "has", "had", "have", "from", "into", "he", "she", "they", "it",
    "my", "your", "about", "over", "also", "some", "both",
];

/// The length of the longest of them.
const STOP_WORD_MAX: usize = 5;

/// Sides are read apart from the key.
pub(crate) const SIDES: &[(&str, Side)] = &[
    ("right", Side::Right),
    ("rt", Side::Right),
    ("left", Side::Left),
    ("lt", Side::Left),
    ("bilateral", Side::Both),
    ("bilaterally", Side::Both),
    ("unilateral", Side::One),
];

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Right,
    Left,
    Both,
    One,
}

impl Side {
    pub(crate) fn of(word: &str) -> Option<Self> {
        SIDES.iter().find(|(name, _)| *name == word).map(|(_, side)| *side)
    }
}

/// Where a key comes from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Phrase,
    Lexicon,
    Title,
    /// The official alphabetic index, where it was imported.
    Index,
    Inclusion,
}

/// Parts of titles that the words of a clinician leave out: what the index takes for granted.
const TAKEN_FOR_GRANTED: &[&str] = &[
    "not elsewhere classified",
    "not otherwise specified",
    "without complications",
    "without complication",
    "without foreign body",
    "without (acute) exacerbation",
    "uncomplicated",
    "unspecified as to",
    "unspecified",
    "initial encounter",
    "of unknown cause",
    ", nos",
    " nos",
    " nec",
];

/// Words that mean something only together with others.
const NEVER_ALONE: &[&str] = &[
    "pain",
    "injury",
    "disease",
    "disorder",
    "syndrome",
    "infection",
    "lesion",
    "mass",
    "swelling",
    "deformity",
    "problem",
    "symptom",
    "other",
    "fall",
    "wound",
    "tear",
    "complication",
    "encounter",
    "screening",
    "examination",
    "therapy",
    "counseling",
    "observation",
    "status",
    "history",
    "death",
    "stress",
    "hypertrophy",
    "atrophy",
    "weakness",
    "ulcer",
    "cyst",
    "polyp",
    "stone",
    "inflammation",
    "contracture",
    "stiffness",
    "bleeding",
    "hemorrhage",
    "abscess",
    "burn",
    "bite",
    "neoplasm",
    "cancer",
    "tumor",
    "discharge",
    "allergy",
    "apnea",
    "block",
    "shock",
    "delivery",
    "pregnancy",
    "abortion",
    "labor",
    "shoulder",
    "immunization",
    "vaccination",
    "plague",
    "lead",
    "cold",
    "common",
    "benign",
    "malignant",
    "acute",
    "chronic",
    "primary",
    "secondary",
    "mild",
    "moderate",
    "severe",
    "male",
    "female",
    "type",
    "growth",
    "rest",
    "donor",
    "smoker",
    "dependence",
    "abuse",
    "follow",
    "exercise",
    "positive",
    "negative",
    "failure",
    "arrest",
    "defect",
    "strain",
    "sprain",
    "fracture",
    "dislocation",
    "contusion",
    "abrasion",
    "laceration",
    "puncture",
    "foreign",
    "fistula",
    "stenosis",
    "obstruction",
    "occlusion",
    "effusion",
    "spasm",
    "crush",
    "amputation",
    "insufficiency",
    "hernia_",
    "chill",
    "irritability",
    "tension",
    "distress",
    "ache",
    "spine",
    "neck",
];

/// Combinations whose parts are read one by one, because the part besides (the stage of a kidney disease, the kind
/// of a heart failure) is coded too.
const MADE_OF_PARTS: &[&str] = &["E0822", "E0922", "E1022", "E1122", "E1322", "I110", "I12", "I13"];

/// Abbreviations that are other words unless written in capitals.
pub(crate) const IN_CAPITALS: &[&str] = &[
    "ms", "he", "pt", "as", "ad", "it", "pe", "am", "ra", "la", "us", "ed", "or", "an", "mi", "om", "oa", "st", "pa",
    "ca", "pm", "be", "go", "so", "fh", "sh", "hr", "doe", "cap", "nv", "pac", "rad", "add", "mr", "pad",
];

/// The keys of one edition.
pub(crate) struct Dictionary {
    codes: Vec<Box<str>>,
    entries: ByKey<Vec<(u32, Origin)>>,
    rewrites: Rewrites,
}

static MADE: LazyLock<Mutex<BTreeMap<String, Arc<Dictionary>>>> = LazyLock::new(Mutex::default);

impl Dictionary {
    /// The dictionary of an edition, made once.
    pub(crate) fn of(icd: &Icd10cm<'_>, library: &Library) -> Arc<Self> {
        let index = library.packs().iter().filter(|pack| pack.system.starts_with("index"));
        let name = index.fold(icd.edition().to_owned(), |name, pack| format!("{name} {}", pack.sha256));
        let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(made.entry(name).or_insert_with(|| Arc::new(Self::new(icd, library))))
    }

    fn new(icd: &Icd10cm<'_>, library: &Library) -> Self {
        let lexicon = library.lexicon();
        let mut rewrites = Rewrites::default();
        for row in table!("words.tsv") {
            rewrites.add(cell(row, 0), &[cell(row, 1).to_owned()]);
        }
        let mut dictionary = Self { codes: Vec::new(), entries: ByKey::default(), rewrites };
        // The lexicon's words in our own forms; a word that only grows ("diabetes mellitus" for "diabetes") stays.
        let added: Vec<(&str, Vec<String>)> = lexicon
            .rewrites()
            .filter(|(from, to)| !from.split(' ').all(|word| to.iter().any(|t| t == word)))
            .map(|(from, to)| {
                (from, dictionary.words(&tokens(&to.join(" ")), 0).iter().map(|w| w.text.to_owned()).collect())
            })
            .collect();
        for (from, to) in added {
            if !dictionary.rewrites.knows(from) {
                dictionary.rewrites.add(from, &to);
            }
        }
        let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
        for row in table!("phrases.tsv") {
            let code = bare(cell(row, 1));
            if icd.get(&code).is_some() {
                for phrase in cell(row, 0).split('|') {
                    dictionary.add(phrase, &code, Origin::Phrase, &mut numbers);
                }
            }
        }
        for (phrase, code) in neoplasms().chain(past_operations()) {
            if icd.get(&code).is_some() {
                dictionary.add(&phrase, &code, Origin::Phrase, &mut numbers);
            }
        }
        let mut named: Vec<(&str, &str, Origin)> = Vec::new();
        for term in icd.terms() {
            let origin = match term.kind {
                TermKind::Title => Origin::Title,
                TermKind::Inclusion => Origin::Inclusion,
                TermKind::Lexicon => Origin::Lexicon,
            };
            if is_named_in_prose(term.code, origin) {
                named.push((term.text, term.code, origin));
            }
        }
        let of_index = library.index_phrases();
        let of_index = of_index.filter(|(text, code)| {
            icd.get(code).is_some() && is_named_in_prose(code, Origin::Index) && is_telling(text, code)
        });
        named.extend(of_index.map(|(text, code)| (text, code, Origin::Index)));
        for (key, code, origin) in dictionary.keys(&named) {
            dictionary.enter(key, code, origin, &mut numbers);
        }
        dictionary
    }

    /// The keys of names in their order, made on all processors at once.
    fn keys<'t>(&self, named: &[(&str, &'t str, Origin)]) -> Vec<(u64, &'t str, Origin)> {
        let parts = std::thread::available_parallelism().map_or(1, usize::from);
        let keys = |part: &[(&str, &'t str, Origin)]| -> Vec<(u64, &'t str, Origin)> {
            let of_name = |(text, code, origin): &(&str, &'t str, Origin)| {
                let forms = if *origin == Origin::Index { vec![text.to_lowercase()] } else { forms(text) };
                let keys = forms.into_iter().filter_map(|form| self.key(&form, code, *origin));
                keys.map(|key| (key, *code, *origin)).collect::<Vec<_>>()
            };
            part.iter().flat_map(of_name).collect()
        };
        std::thread::scope(|scope| {
            let size = named.len().div_ceil(parts).max(1);
            let jobs: Vec<_> = named.chunks(size).map(|part| scope.spawn(move || keys(part))).collect();
            jobs.into_iter().flat_map(|job| job.join().unwrap_or_default()).collect()
        })
    }

    fn add(&mut self, text: &str, code: &str, origin: Origin, numbers: &mut HashMap<Box<str>, u32>) {
        if let Some(key) = self.key(text, code, origin) {
            self.enter(key, code, origin, numbers);
        }
    }

    /// The key of a name; nothing for names that are read by their parts or mean nothing by themselves.
    fn key(&self, text: &str, code: &str, origin: Origin) -> Option<u64> {
        if MADE_OF_PARTS.iter().any(|made| code.starts_with(made)) {
            return None;
        }
        let tokens = tokens(text);
        let mut words = self.rewrites.words(&tokens, 0);
        words.retain(|word| is_content(word.text));
        let is_alone = words.len() == 1 && origin > Origin::Lexicon;
        if words.is_empty()
            || words.len() > WORDS_MAX
            || is_alone && words.iter().any(|w| NEVER_ALONE.contains(&w.text) || w.text.len() < 4)
        {
            return None;
        }
        Some(words.iter().fold(0_u64, |sum, word| sum.wrapping_add(word.hash)))
    }

    fn enter(&mut self, key: u64, code: &str, origin: Origin, numbers: &mut HashMap<Box<str>, u32>) {
        let number = numbers.get(code).copied().unwrap_or_else(|| {
            let next = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
            self.codes.push(code.into());
            numbers.insert(code.into(), next);
            next
        });
        let list = self.entries.entry(key).or_default();
        if !list.iter().any(|(known, _)| *known == number) {
            list.push((number, origin));
        }
    }

    /// The codes of a key with their origin, best origin first.
    pub(crate) fn codes(&self, key: u64) -> Option<impl Iterator<Item = (&str, Origin)>> {
        let list = self.entries.get(&key)?;
        let best = list.iter().map(|(_, origin)| *origin).min()?;
        let is_ours = best <= Origin::Lexicon;
        let listed = list.iter().filter(move |(_, origin)| !is_ours || *origin == best);
        Some(
            listed.filter_map(|(number, origin)| {
                Some((self.codes.get(usize::try_from(*number).ok()?)?.as_ref(), *origin))
            }),
        )
    }

    pub(crate) fn has(&self, key: u64) -> bool {
        self.entries.contains_key(&key)
    }

    /// The words of tokens in comparable form: abbreviations and synonyms replaced, longest phrase first.
    pub(crate) fn words<'w>(&'w self, tokens: &'w [Token], offset: usize) -> Vec<Word<'w>> {
        self.rewrites.words(tokens, offset)
    }
}

fn bare(code: &str) -> String {
    code.chars().filter(|c| *c != '.').collect()
}

/// True for words that count in a key.
pub(crate) fn is_content(word: &str) -> bool {
    (word.len() > STOP_WORD_MAX || !STOP_WORDS.contains(&word)) && Side::of(word).is_none()
}

/// External causes, poisonings and multiple-drug titles are coded by rules of their own, not by their titles.
fn is_named_in_prose(code: &str, origin: Origin) -> bool {
    let is_external = code.starts_with(['V', 'W', 'X', 'Y']);
    let is_drug = code.starts_with('T') && code.get(1..3).is_some_and(|n| ("36"..="50").contains(&n));
    !is_external && (!is_drug || origin == Origin::Lexicon)
}

/// Entries of the index that are words of everyday ("heat", "advice", "follow-up") name a condition only with others.
fn is_telling(text: &str, code: &str) -> bool {
    let words =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| is_content(&word.to_lowercase()) && !word.is_empty());
    let least = match code.get(..1) {
        Some("Z") => 3,
        Some("R" | "S" | "T") => 2,
        _ => 1,
    };
    words.count() >= least
}

/// A title as clinicians may write it: whole, without brackets, without what is taken for granted.
fn forms(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let plain = without_brackets(&lower);
    // What is not mentioned is not said.
    let mut short = plain.split(", without mention of").next().unwrap_or(&plain).to_owned();
    for part in TAKEN_FOR_GRANTED.iter().filter(|part| plain.contains(**part)) {
        short = short.replace(part, " ");
    }
    let mut forms = vec![lower, plain, short];
    forms.dedup();
    forms
}

pub(crate) fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| match c {
            '(' | '[' => {
                depth += 1;
                false
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// The content words of a title, in comparable form.
pub(crate) fn title_words(dictionary: &Dictionary, title: &str) -> Vec<String> {
    let tokens = tokens(&without_brackets(title));
    let words = dictionary.words(&tokens, 0).into_iter().map(|w| w.text);
    words.filter(|word| is_content(word)).map(str::to_owned).collect()
}
