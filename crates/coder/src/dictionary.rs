//! The words that mean a code: keys without order over titles, inclusion terms, the lexicon and our phrases.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, LazyLock, Mutex},
};

use codes::{Icd10cm, Library, TermKind};

use crate::{
    document::{Token, tokens},
    table::{cell, rows},
};

/// A key has at most this many words.
pub(crate) const WORDS_MAX: usize = 7;

/// Words that carry no meaning in a key.
const STOP_WORDS: &[&str] = &[
    "a", "an", "the", "of", "and", "or", "in", "with", "to", "for", "by", "on", "at", "as", "is", "was", "are", "be",
    "due", "this", "that", "his", "her", "their", "has", "had", "have", "from", "into", "he", "she", "they", "it",
    "my", "your", "about", "over", "also", "some", "both",
];

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
    "without mention of",
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
    "ca", "pm", "be", "go", "so", "fh", "sh", "hr", "doe", "cap", "nv", "pac", "rad", "add", "mr",
];

/// Words as this crate compares them, from words as people write them.
#[derive(Default)]
struct Rewrites {
    by_phrase: HashMap<String, Vec<String>>,
    first_words: HashSet<String>,
}

impl Rewrites {
    fn knows(&self, phrase: &str) -> bool {
        let stems: Vec<String> = tokens(phrase).into_iter().map(|t| t.stem).collect();
        self.by_phrase.contains_key(&stems.join(" "))
    }

    fn add(&mut self, from: &str, to: &[String]) {
        let from: Vec<String> = tokens(from).into_iter().map(|t| t.stem).collect();
        if let Some(first) = from.first() {
            self.first_words.insert(first.clone());
            self.by_phrase.insert(from.join(" "), to.iter().flat_map(|w| tokens(w)).map(|t| t.stem).collect());
        }
    }
}

/// A word of a text in comparable form with the tokens it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub text: String,
    pub hash: u64,
    pub first: usize,
    pub last: usize,
}

/// The keys of one edition.
pub(crate) struct Dictionary {
    codes: Vec<Box<str>>,
    entries: HashMap<u64, Vec<(u32, Origin)>>,
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
        for row in rows(include_str!("../data/words.tsv")) {
            rewrites.add(cell(&row, 0), &[cell(&row, 1).to_owned()]);
        }
        let mut dictionary = Self { codes: Vec::new(), entries: HashMap::new(), rewrites };
        // The lexicon's words in our own forms; a word that only grows ("diabetes mellitus" for "diabetes") stays.
        let added: Vec<(&str, Vec<String>)> = lexicon
            .rewrites()
            .filter(|(from, to)| !from.split(' ').all(|word| to.iter().any(|t| t == word)))
            .map(|(from, to)| (from, dictionary.words(&tokens(&to.join(" ")), 0).into_iter().map(|w| w.text).collect()))
            .collect();
        for (from, to) in added {
            if !dictionary.rewrites.knows(from) {
                dictionary.rewrites.add(from, &to);
            }
        }
        let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
        for row in rows(include_str!("../data/phrases.tsv")) {
            let code = bare(cell(&row, 1));
            if icd.get(&code).is_some() {
                for phrase in cell(&row, 0).split('|') {
                    dictionary.add(phrase, &code, Origin::Phrase, &mut numbers);
                }
            }
        }
        for (phrase, code) in neoplasms().chain(past_operations()) {
            if icd.get(&code).is_some() {
                dictionary.add(&phrase, &code, Origin::Phrase, &mut numbers);
            }
        }
        for term in icd.terms() {
            let origin = match term.kind {
                TermKind::Title => Origin::Title,
                TermKind::Inclusion => Origin::Inclusion,
                TermKind::Lexicon => Origin::Lexicon,
            };
            if is_named_in_prose(term.code, origin) {
                for form in forms(term.text) {
                    dictionary.add(&form, term.code, origin, &mut numbers);
                }
            }
        }
        for (text, code) in library.index_phrases() {
            if icd.get(code).is_some() && is_named_in_prose(code, Origin::Index) {
                dictionary.add(&text.to_lowercase(), code, Origin::Index, &mut numbers);
            }
        }
        dictionary
    }

    fn add(&mut self, text: &str, code: &str, origin: Origin, numbers: &mut HashMap<Box<str>, u32>) {
        if MADE_OF_PARTS.iter().any(|made| code.starts_with(made)) {
            return;
        }
        let words = self.words(&tokens(text), 0);
        let content: Vec<&Word> = words.iter().filter(|w| is_content(&w.text)).collect();
        let alone = content.len() == 1 && origin > Origin::Lexicon;
        if content.is_empty()
            || content.len() > WORDS_MAX
            || alone && content.iter().any(|w| NEVER_ALONE.contains(&w.text.as_str()) || w.text.len() < 4)
        {
            return;
        }
        let key = content.iter().fold(0_u64, |sum, word| sum.wrapping_add(word.hash));
        let next = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(code.into()).or_insert_with(|| {
            self.codes.push(code.into());
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
    pub(crate) fn words(&self, tokens: &[Token], offset: usize) -> Vec<Word> {
        const PHRASE_MAX: usize = 4;
        let mut words = Vec::with_capacity(tokens.len());
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let is_name = IN_CAPITALS.contains(&token.stem.as_str()) && !token.is_capitals;
            let longest = (!is_name && self.rewrites.first_words.contains(&token.stem)).then(|| {
                (1..=PHRASE_MAX).rev().find_map(|count| {
                    let phrase: Vec<&str> = tokens.get(at..at + count)?.iter().map(|t| t.stem.as_str()).collect();
                    self.rewrites.by_phrase.get(&phrase.join(" ")).map(|to| (to, count))
                })
            });
            if let Some((to, count)) = longest.flatten() {
                words.extend(to.iter().map(|text| word(text, offset + at, offset + at + count)));
                at += count;
            } else {
                words.push(word(&token.stem, offset + at, offset + at + 1));
                at += 1;
            }
        }
        words
    }
}

/// Neoplasms of each site as clinicians name them, with their code.
fn neoplasms() -> impl Iterator<Item = (String, String)> {
    const NAMES: &[(usize, &[&str])] = &[
        (
            1,
            &[
                "cancer",
                "carcinoma",
                "adenocarcinoma",
                "malignancy",
                "malignant neoplasm",
                "malignant tumor",
                "squamous cell carcinoma",
            ],
        ),
        (2, &["metastasis", "metastatic disease to", "secondary malignant neoplasm of"]),
        (3, &["carcinoma in situ of"]),
        (4, &["adenoma", "benign neoplasm of", "benign tumor of"]),
        (5, &["tumor", "neoplasm"]),
    ];
    rows(include_str!("../data/neoplasms.tsv")).flat_map(|row| {
        let of_kind = move |(column, names): &'static (usize, &'static [&'static str])| {
            let (sites, code) = (cell(&row, 0), bare(cell(&row, *column)));
            let named = move |site: &'static str| names.iter().map(move |name| format!("{name} {site}"));
            let phrases = sites.split('|').flat_map(named);
            phrases.map(|phrase| (phrase, code.clone())).filter(|(_, code)| !code.is_empty()).collect::<Vec<_>>()
        };
        NAMES.iter().flat_map(of_kind).collect::<Vec<_>>()
    })
}

/// Operations of the past with the status they leave.
fn past_operations() -> impl Iterator<Item = (String, String)> {
    rows(include_str!("../data/operations_past.tsv")).flat_map(|row| {
        let code = bare(cell(&row, 1));
        let told = |operation: &'static str| {
            ["status post", "history", "prior", "previous", "past"].map(|told| format!("{told} {operation}"))
        };
        cell(&row, 0).split('|').flat_map(told).map(|phrase| (phrase, code.clone())).collect::<Vec<_>>()
    })
}

fn bare(code: &str) -> String {
    code.chars().filter(|c| *c != '.').collect()
}

fn word(text: &str, first: usize, last: usize) -> Word {
    Word { text: text.to_owned(), hash: hash(text), first, last }
}

/// FNV-1a, then mixed so that sums of hashes of different words do not meet (Steele, splitmix64).
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// True for words that count in a key.
pub(crate) fn is_content(word: &str) -> bool {
    !STOP_WORDS.contains(&word) && Side::of(word).is_none()
}

/// External causes, poisonings and multiple-drug titles are coded by rules of their own, not by their titles.
fn is_named_in_prose(code: &str, origin: Origin) -> bool {
    let is_external = code.starts_with(['V', 'W', 'X', 'Y']);
    let is_drug = code.starts_with('T') && code.get(1..3).is_some_and(|n| ("36"..="50").contains(&n));
    !is_external && (!is_drug || origin == Origin::Lexicon)
}

/// A title as clinicians may write it: whole, without brackets, without what is taken for granted.
fn forms(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let plain = without_brackets(&lower);
    let mut short = plain.clone();
    for part in TAKEN_FOR_GRANTED {
        short = short.replace(part, " ");
    }
    let mut forms = vec![lower, plain, short];
    let trimmed: Vec<String> = forms.iter().map(|f| f.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    forms = trimmed;
    forms.sort_unstable();
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
    let words = dictionary.words(&tokens(&without_brackets(title)), 0);
    words.into_iter().map(|w| w.text).filter(|w| is_content(w)).collect()
}
