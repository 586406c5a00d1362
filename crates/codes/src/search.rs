//! Search over terms: BM25 over the words of each term, the best term of a code speaks for it.
#![allow(clippy::float_arithmetic, reason = "scores rank codes, they are no money")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    icd10cm::{Icd10cm, Kind, bare},
    lexicon::Lexicon,
};

/// A code that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Without the dot. May need a seventh character or be a category: see `is_billable`.
    pub code: String,
    /// Higher is better; only to compare hits of one search.
    pub score: f32,
    /// Title.
    pub title: String,
    /// Valid on a claim as it stands.
    pub is_billable: bool,
}

/// Postings of one edition.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Words in order, so that an unfinished word is a range.
    vocabulary: BTreeMap<String, u32>,
    /// For each word, the terms that hold it.
    postings: Vec<Vec<u32>>,
    /// For each term, its code and how many words it has.
    terms: Vec<(u32, u16)>,
    codes: Vec<Box<str>>,
    words_mean: f32,
}

/// How fast a repeated word saturates and how much long terms are held back (Robertson and Zaragoza 2009).
const SATURATION: f32 = 1.2;
const LENGTH_WEIGHT: f32 = 0.6;
/// An unfinished or misspelt word counts less than a whole one.
const PREFIX_WEIGHT: f32 = 0.7;
const MISSPELT_WEIGHT: f32 = 0.6;
/// So does another word of the same root (metabolic, metabolism).
const ROOT_WEIGHT: f32 = 0.6;
/// Endings that words of one root differ by, longest first.
const ENDINGS: [&str; 24] = [
    "ization", "ations", "ation", "osis", "itis", "isms", "tion", "ical", "ism", "ial", "ous", "ing", "oma", "ia",
    "ic", "al", "ed", "es", "um", "us", "is", "y", "e", "a",
];
/// A shorter root means too many things.
const ROOT_LENGTH_MIN: usize = 5;
/// So many times the asked number are looked at for what a plain question most likely means.
const RERANKED_FACTOR: usize = 8;
/// More alternatives for one word than this say nothing.
const ALTERNATIVES_MAX: usize = 64;

impl Index {
    pub fn new<'a>(terms: impl Iterator<Item = (&'a str, &'a str)>, lexicon: &Lexicon) -> Self {
        let mut index = Self::default();
        let mut positions: HashMap<&str, u32> = HashMap::new();
        let mut words_total = 0_usize;
        for (text, code) in terms {
            let words: BTreeSet<String> = lexicon.normal(text).into_iter().collect();
            if words.is_empty() {
                continue;
            }
            let code = *positions.entry(code).or_insert_with(|| {
                index.codes.push(code.into());
                count(index.codes.len()) - 1
            });
            words_total += words.len();
            let term_id = count(index.terms.len());
            index.terms.push((code, u16::try_from(words.len()).unwrap_or(u16::MAX)));
            let roots: BTreeSet<String> = words.iter().filter_map(|word| root(word)).collect();
            for word in words.into_iter().chain(roots) {
                index.post(word, term_id);
            }
        }
        index.words_mean = real(words_total) / real(index.terms.len().max(1));
        index
    }

    fn post(&mut self, word: String, term: u32) {
        let next = count(self.postings.len());
        let id = *self.vocabulary.entry(word).or_insert(next);
        if id == next {
            self.postings.push(Vec::new());
        }
        if let Some(list) = self.postings.get_mut(id as usize) {
            list.push(term);
        }
    }

    pub fn search(&self, icd10cm: Icd10cm<'_>, text: &str, limit: usize) -> Vec<Hit> {
        if let Some(hits) = by_code(icd10cm, text, limit) {
            return hits;
        }
        let words: BTreeSet<String> = icd10cm.lexicon().normal(text).into_iter().collect();
        let last = crate::lexicon::words(text).pop().filter(|_| !text.ends_with(char::is_whitespace));
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for word in &words {
            for (term, weight) in self.matches(word, last.as_deref() == Some(word.as_str())) {
                *scores.entry(term).or_default() += weight;
            }
        }
        let mut best: BTreeMap<u32, f32> = BTreeMap::new();
        for (term, score) in scores {
            if let Some((code, length)) = self.terms.get(term as usize) {
                let excess = real(usize::from(*length).abs_diff(words.len())) / real(words.len().max(1));
                let entry = best.entry(*code).or_default();
                *entry = entry.max(score / (1.0 + 0.05 * excess));
            }
        }
        let mut ranked: Vec<(f32, &str)> =
            best.iter().filter_map(|(code, score)| Some((*score, &**self.codes.get(*code as usize)?))).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let best = ranked.into_iter().take(limit.saturating_mul(RERANKED_FACTOR));
        let mut hits: Vec<Hit> = best.filter_map(|(score, code)| hit(icd10cm, code, score)).collect();
        for hit in &mut hits {
            hit.score *= default_weight(icd10cm, hit);
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
        hits.truncate(limit);
        hits
    }

    /// The terms a word finds, each with its weight.
    fn matches(&self, word: &str, is_last: bool) -> HashMap<u32, f32> {
        let mut found: HashMap<u32, f32> = HashMap::new();
        let mut add = |id: u32, factor: f32| {
            let list = self.postings.get(id as usize).map_or(&[][..], Vec::as_slice);
            let rarity = (1.0 + (real(self.terms.len()) - real(list.len()) + 0.5) / (real(list.len()) + 0.5)).ln();
            for term in list {
                let length = self.terms.get(*term as usize).map_or(1, |(_, length)| usize::from(*length));
                let held_back = 1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * real(length) / self.words_mean.max(1.0);
                let weight = factor * rarity * (SATURATION + 1.0) / (1.0 + SATURATION * held_back);
                let entry = found.entry(*term).or_default();
                *entry = entry.max(weight);
            }
        };
        let exact = self.vocabulary.get(word).copied();
        if let Some(id) = exact {
            add(id, 1.0);
        }
        if let Some(id) = root(word).and_then(|root| self.vocabulary.get(&root)) {
            add(*id, ROOT_WEIGHT);
        }
        // An unknown word is an abbreviation more often than a mistake.
        if (is_last && word.len() >= 2) || (exact.is_none() && word.len() >= 3) {
            let unfinished = self.vocabulary.range(word.to_owned()..).take_while(|(known, _)| known.starts_with(word));
            for (_, id) in unfinished.take(ALTERNATIVES_MAX).filter(|(_, id)| Some(**id) != exact) {
                add(*id, PREFIX_WEIGHT);
            }
        }
        if exact.is_none() && word.len() >= 5 {
            for (_, id) in self.vocabulary.iter().filter(|(known, _)| is_one_slip(word, known)).take(ALTERNATIVES_MAX) {
                add(*id, MISSPELT_WEIGHT);
            }
        }
        found
    }
}

/// What is left of a word without its ending, marked so that it is no word.
fn root(word: &str) -> Option<String> {
    let base = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    (base.len() >= ROOT_LENGTH_MIN && base.bytes().all(|b| b.is_ascii_alphabetic())).then(|| format!("~{base}"))
}

/// Words that say no more mean the code that says no more: the unspecified one, and one that is complete.
fn default_weight(icd10cm: Icd10cm<'_>, hit: &Hit) -> f32 {
    let is_complete = hit.is_billable || icd10cm.get(&hit.code).is_some_and(|diagnosis| diagnosis.needs_seventh);
    let is_unspecified = hit.title.to_lowercase().contains("unspecified");
    (if is_complete { 1.02 } else { 1.0 }) * (if is_unspecified { 1.04 } else { 1.0 })
}

fn hit(icd10cm: Icd10cm<'_>, code: &str, score: f32) -> Option<Hit> {
    let diagnosis = icd10cm.get(code)?;
    Some(Hit {
        code: diagnosis.code.into_owned(),
        score,
        title: diagnosis.title.into_owned(),
        is_billable: diagnosis.is_billable,
    })
}

/// A code or the beginning of one: the code itself, then what stands below it in the order of the list.
fn by_code(icd10cm: Icd10cm<'_>, text: &str, limit: usize) -> Option<Vec<Hit>> {
    let code = bare(text.trim());
    let mut chars = code.chars();
    // The second character is a letter in a few codes (QA0).
    let is_code = chars.next()?.is_ascii_alphabetic()
        && chars.all(|c| c.is_ascii_alphanumeric())
        && code.bytes().any(|b| b.is_ascii_digit())
        && (2..=7).contains(&code.len());
    if !is_code {
        return None;
    }
    let nodes = icd10cm.tabular().nodes().iter();
    let below = nodes.filter(|node| node.kind == Kind::Code && node.code.starts_with(&code)).map(|node| &*node.code);
    let exact = icd10cm.get(&code).filter(|d| d.kind == Kind::Code).map(|d| d.code.into_owned());
    let is_new = |known: &&str| exact.as_deref() != Some(*known);
    let completed = icd10cm.children(&code).into_iter().filter(|d| d.is_billable && d.code.len() == 7);
    let completed: Vec<String> = completed.map(|d| d.code.into_owned()).collect();
    let all = exact.iter().map(String::as_str).chain(below.filter(is_new));
    let mut listed: Vec<&str> = all.take(limit).collect();
    for code in &completed {
        if listed.len() < limit && !listed.contains(&code.as_str()) {
            listed.push(code);
        }
    }
    let hits: Vec<Hit> = listed.into_iter().filter_map(|code| hit(icd10cm, code, 1.0)).collect();
    (!hits.is_empty()).then_some(hits)
}

/// True when one letter was added, dropped, changed or two neighbours were swapped.
fn is_one_slip(typed: &str, known: &str) -> bool {
    let (mut a, mut b) = (typed.as_bytes(), known.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    while let ([rest_a @ .., x], [rest_b @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    match (a, b) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([w, x], [y, z]) => w == z && x == y,
        _ => false,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn real(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip() {
        for typed in ["diabtes", "diabettes", "diabetas", "daibetes"] {
            assert!(is_one_slip(typed, "diabetes"), "{typed}");
        }
        for typed in ["dabts", "diabetesxx", "hypertension"] {
            assert!(!is_one_slip(typed, "diabetes"), "{typed}");
        }
    }
}
