//! Search as coders think: words in any order, abbreviations, synonyms, misspellings, or part of a code.
//!
//! Terms (titles, inclusion terms, our lexicon, the alphabetic index) are found by their words (BM25, each word with
//! what it may stand for); the codes they mean become candidates with features; boosted trees put them in order.
#![allow(clippy::float_arithmetic, reason = "scores rank codes, they are no money")]

mod candidate;
mod code;
mod index;
mod query;
mod rank;
mod service;
mod text;

pub use candidate::FEATURES;
pub use rank::{Branch, Ranker};
pub use service::Services;

pub(crate) use index::Index;
pub(crate) use service::ServiceIndex;

use candidate::Candidate;

use crate::icd10cm::Icd10cm;

/// A code that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Without the dot.
    pub code: String,
    /// How likely it is what was meant, among the codes found; they sum to 1 at most. Calibrated on phrases, so a
    /// threshold on it means about the same for every question.
    pub score: f32,
    /// Title.
    pub title: String,
    /// Valid on a claim as it stands.
    pub is_billable: bool,
    /// The words of the question that its terms answer, abbreviations and synonyms replaced.
    pub words: Vec<String>,
    /// The question is its title or another of its terms, word for word in any order.
    pub is_whole: bool,
}

/// Where a term comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Title = 0,
    Inclusion = 1,
    Lexicon = 2,
    Index = 3,
    /// The tables of neoplasms, drugs and external causes.
    Table = 4,
}

impl Source {
    fn of_number(number: u32) -> Option<Self> {
        [Self::Title, Self::Inclusion, Self::Lexicon, Self::Index, Self::Table].get(number as usize).copied()
    }
}

/// A candidate and what the ranker knows of it, for training it and for asking why.
#[derive(Clone, Debug)]
pub struct Described {
    /// Without the dot; complete.
    pub code: String,
    /// By the names of [`FEATURES`].
    pub features: [f32; FEATURES.len()],
}

/// What a term that is word for word the question adds to a score: a title comes before all else.
const WHOLE_TITLE: f32 = 30.0;
const WHOLE_TERM: f32 = 15.0;
/// What the very words of an official term add, synonyms aside: they come before another term, and before a title that
/// says the same in other words.
const SPOKEN_TERM: f32 = 35.0;
/// The same words in the same order come before the same words in another.
const SAME_ORDER: f32 = 30.0;

fn search_of<'a>(icd: Icd10cm<'a>, index: &'a Index) -> candidate::Search<'a> {
    candidate::Search { icd, index }
}

/// The codes that words find, best first.
pub(crate) fn by_words(icd: Icd10cm<'_>, index: &Index, text: &str, limit: usize) -> Vec<Hit> {
    let ranker = Ranker::shipped();
    let candidates = search_of(icd, index).candidates(text);
    let asked = icd.lexicon().normal(text);
    // The lines of the list that an official term with these very words leads to, each with what is below it.
    let spoken: Vec<std::ops::Range<usize>> = index
        .spoken(text)
        .filter_map(|entry| Some(entry as usize..icd.tabular().nodes().get(entry as usize)?.end))
        .collect();
    let mut rated: Vec<(f32, Candidate)> = candidates
        .into_iter()
        .map(|mut candidate| {
            if candidate.is_title_spoken && is_completed_title(icd, candidate.node, &asked) {
                candidate.is_whole = Some(Source::Title);
            }
            let mut score = rate(ranker, &candidate);
            if candidate.is_whole == Some(Source::Title) && is_in_order(icd, candidate.node, &asked) {
                score += SAME_ORDER;
            }
            if spoken.iter().any(|lines| lines.contains(&candidate.node)) {
                score += SPOKEN_TERM;
            }
            (score, candidate)
        })
        .collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.node.cmp(&b.1.node)));
    let most = rated.first().map_or(0.0, |(score, _)| *score);
    let sum: f32 = rated.iter().map(|(score, _)| (score - most).exp()).sum();
    let hits = rated.into_iter().take(limit).filter_map(|(score, candidate)| {
        let diagnosis = icd.get(&complete(icd, candidate.node, &asked)?)?;
        Some(Hit {
            code: diagnosis.code.into_owned(),
            score: (score - most).exp() / sum,
            title: diagnosis.title.into_owned(),
            is_billable: diagnosis.is_billable,
            words: candidate.words,
            is_whole: candidate.is_whole.is_some(),
        })
    });
    hits.collect()
}

/// True when the question is the title with a seventh character's meaning, word for word.
fn is_completed_title(icd: Icd10cm<'_>, position: usize, asked: &[String]) -> bool {
    let has_sevenths = icd.tabular().nodes().get(position).is_some_and(|node| !node.sevenths.is_empty());
    let title = || icd.title(&complete(icd, position, asked)?).map(|title| icd.lexicon().normal(&title));
    has_sevenths
        && title().is_some_and(|title| {
            title.iter().all(|word| asked.contains(word)) && asked.iter().all(|word| title.contains(word))
        })
}

fn is_in_order(icd: Icd10cm<'_>, position: usize, asked: &[String]) -> bool {
    let title = || icd.title(&complete(icd, position, asked)?);
    title().is_some_and(|title| icd.lexicon().normal(&title) == asked)
}

fn rate(ranker: &Ranker, candidate: &Candidate) -> f32 {
    let whole = match candidate.is_whole {
        Some(Source::Title) => WHOLE_TITLE,
        Some(_) => WHOLE_TERM,
        None => 0.0,
    };
    whole + ranker.score(&candidate.features)
}

/// Candidates with their features.
pub(crate) fn describe(icd: Icd10cm<'_>, index: &Index, text: &str) -> Vec<Described> {
    let asked = icd.lexicon().normal(text);
    let candidates = search_of(icd, index).candidates(text).into_iter();
    candidates
        .filter_map(|found| Some(Described { code: complete(icd, found.node, &asked)?, features: found.features }))
        .collect()
}

/// The code of a line with the seventh character that the question speaks of, else the first one: the initial
/// encounter, the closed fracture, the stage not said.
fn complete(icd: Icd10cm<'_>, position: usize, asked: &[String]) -> Option<String> {
    let node = icd.tabular().nodes().get(position)?;
    let Some(first) = node.sevenths.chars().next() else { return Some(node.code.to_string()) };
    if node.sevenths.chars().count() == 1 {
        return Some(node.completed(first));
    }
    let own = icd.lexicon().normal(&node.title);
    let rated = node.sevenths.chars().map(|character| {
        let meaning = icd.lexicon().normal(icd.tabular().meaning(position, character).unwrap_or_default());
        let told = meaning.iter().filter(|word| !own.contains(word));
        let (mut rated, mut left) = (0.0_f32, 0.0_f32);
        for word in told {
            if asked.contains(word) {
                rated += 1.0;
            } else {
                left += 1.0;
            }
        }
        (character, if rated > 0.0 { rated - 0.1 * left } else { 0.0 })
    });
    let best = rated.fold((first, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    Some(node.completed(best.0))
}

pub(crate) use code::by_code;
