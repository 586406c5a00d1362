//! What a sentence says about a mention: there, not there, perhaps, once, in the family, or only if.

use std::{collections::HashMap, sync::LazyLock};

use claim::Evidence;

use crate::{
    document::{Document, Sentence, Token, tokens},
    family::{self, Relative},
    sections::SectionKind,
    table::{cell, table},
};

/// What is said about a mentioned condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assertion {
    /// The patient has it now.
    Affirmed,
    /// "Probable", "rule out": not established.
    Uncertain,
    /// The patient had it.
    Historical,
    /// A relative has it.
    Family,
    /// It might come, or is asked for, prevented or warned of.
    Hypothetical,
    /// The patient does not have it.
    Negated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Assert(Assertion),
    /// Looks like a cue and is none: "no change".
    Nothing,
    /// Ends the reach of cues before it.
    Stop,
    /// "The risks of surgery, including": what was said before it holds to the end.
    GoesOn,
}

#[derive(Clone, Debug)]
struct Cue {
    words: Vec<String>,
    effect: Effect,
    /// Reaches forward; otherwise backward.
    is_before: bool,
    /// How many tokens it reaches.
    reach: usize,
}

static CUES: LazyLock<HashMap<String, Vec<Cue>>> = LazyLock::new(|| {
    let mut cues: HashMap<String, Vec<Cue>> = HashMap::new();
    for row in table!("cues.tsv") {
        let words: Vec<String> = tokens(cell(row, 0)).into_iter().map(|t| t.stem).collect();
        let effect = match cell(row, 1) {
            "negated" => Effect::Assert(Assertion::Negated),
            "uncertain" => Effect::Assert(Assertion::Uncertain),
            "historical" => Effect::Assert(Assertion::Historical),
            "family" => Effect::Assert(Assertion::Family),
            "hypothetical" => Effect::Assert(Assertion::Hypothetical),
            "stop" => Effect::Stop,
            "goes on" => Effect::GoesOn,
            _ => Effect::Nothing,
        };
        let reach = cell(row, 3).parse().unwrap_or(usize::MAX);
        let Some(first) = words.first().cloned() else { continue };
        cues.entry(first).or_default().push(Cue { words, effect, is_before: cell(row, 2) != "after", reach });
    }
    for list in cues.values_mut() {
        list.sort_by_key(|cue| std::cmp::Reverse(cue.words.len()));
    }
    cues
});

/// "Lupus and diabetes in a sister": how many tokens back a relative bears.
const BEARER_REACH: usize = 8;

/// A cue found in a sentence; positions are token numbers of the note.
#[derive(Clone, Copy, Debug)]
struct Found {
    first: usize,
    last: usize,
    effect: Effect,
    is_before: bool,
    reach: usize,
    /// Token it does not reach beyond.
    until: usize,
}

/// The cues of one sentence.
pub(crate) struct Context {
    found: Vec<Found>,
    section: SectionKind,
}

impl Context {
    pub(crate) fn of(document: &Document<'_>, sentence: &Sentence) -> Self {
        let words = document.tokens_of(sentence);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = words.get(at) {
            if let Some(relative) = family::relative(words, at, document.child) {
                let (length, effect, is_before) = match relative {
                    Relative::Subject(length) => (length, Effect::Assert(Assertion::Family), true),
                    Relative::Bearer => (1, Effect::Assert(Assertion::Family), false),
                    Relative::Witness => (1, Effect::Nothing, true),
                };
                let (first, last) = (sentence.first + at, sentence.first + at + length);
                let until = family::ends(words, at + length).map_or(usize::MAX, |end| sentence.first + end);
                let reach = if is_before { usize::MAX } else { BEARER_REACH };
                found.push(Found { first, last, effect, is_before, reach, until });
                at += length;
                continue;
            }
            let hit = CUES.get(&token.stem).and_then(|list| list.iter().find(|cue| stands(words, at, cue)));
            let Some(cue) = hit else {
                at += 1;
                continue;
            };
            let (first, length) = (sentence.first + at, cue.words.len());
            let effect = match cue.effect {
                Effect::GoesOn => found.iter().rev().find_map(hypothetical).unwrap_or(Effect::Nothing),
                other => other,
            };
            found.push(Found {
                first,
                last: first + length,
                effect,
                is_before: cue.is_before,
                reach: cue.reach,
                until: until(document, sentence, first + length),
            });
            at += length;
        }
        Self { found, section: sentence.section }
    }

    /// Leaves out the cues that are words of a name ("migraine without aura"); they say nothing of what follows.
    pub(crate) fn without_names(mut self, names: &[(usize, usize)]) -> Self {
        let is_part = |cue: &Found, (first, last): &(usize, usize)| {
            cue.first >= *first && cue.last <= *last && cue.last - cue.first < last - first
        };
        self.found.retain(|cue| !names.iter().any(|name| is_part(cue, name)));
        self
    }

    /// What is said about the tokens `first..last`, and the tokens that say so.
    pub(crate) fn assertion(&self, first: usize, last: usize) -> (Assertion, Option<(usize, usize)>) {
        let mut strongest = (self.by_section(), None);
        for cue in &self.found {
            let Effect::Assert(assertion) = cue.effect else { continue };
            // Of two that say the same the nearer one speaks.
            let is_nearer = assertion == strongest.0 && cue.is_before && strongest.1.is_some();
            if self.reaches(cue, first, last) && (assertion > strongest.0 || is_nearer) {
                strongest = (assertion, Some((cue.first, cue.last)));
            }
        }
        strongest
    }

    fn by_section(&self) -> Assertion {
        match self.section {
            SectionKind::Family => Assertion::Family,
            SectionKind::Past | SectionKind::Surgical => Assertion::Historical,
            SectionKind::Instructions | SectionKind::Allergies => Assertion::Hypothetical,
            _ => Assertion::Affirmed,
        }
    }

    fn reaches(&self, cue: &Found, first: usize, last: usize) -> bool {
        // A cue inside the mention belongs to its name ("without foreign body").
        if cue.first >= first && cue.last <= last {
            return false;
        }
        // "Family history of melanoma": the cue begins before the name that shares a word with it.
        if cue.is_before && cue.first < first && first < cue.last {
            return true;
        }
        let (from, to) = if cue.is_before { (cue.last, first) } else { (last, cue.first) };
        let is_near = from <= to && to - from <= cue.reach && (!cue.is_before || first < cue.until);
        is_near
            && !self.found.iter().any(|other| other.effect == Effect::Stop && other.first >= from && other.last <= to)
    }
}

/// What the note says about the words of a span.
pub(crate) fn said_of(document: &Document<'_>, words: &Evidence) -> Assertion {
    let first = document.tokens.partition_point(|token| token.end <= words.start);
    let last = document.tokens.partition_point(|token| token.start < words.end);
    let sentence = document.sentence_at(first);
    sentence.map_or(Assertion::Affirmed, |sentence| Context::of(document, sentence).assertion(first, last).0)
}

/// True when the words of a span tell of the patient and are neither denied nor doubted.
pub(crate) fn is_believed(document: &Document<'_>, words: &Evidence) -> bool {
    !matches!(said_of(document, words), Assertion::Negated | Assertion::Family | Assertion::Uncertain)
}

fn hypothetical(cue: &Found) -> Option<Effect> {
    (cue.effect == Effect::Assert(Assertion::Hypothetical)).then_some(cue.effect)
}

/// "Parkinson disease without dyskinesia, repeated falls": what follows the comma is another item, unless an "or"
/// makes it one list ("without fever, chills or cough").
fn until(document: &Document<'_>, sentence: &Sentence, after: usize) -> usize {
    let rest = document.tokens.get(after..sentence.last).unwrap_or_default();
    let cue = after.checked_sub(1).and_then(|at| document.tokens.get(at));
    let is_without = cue.is_some_and(|token| matches!(token.stem.as_str(), "without" | "w/o"));
    if !is_without || rest.iter().any(|token| matches!(token.stem.as_str(), "or" | "nor")) {
        return usize::MAX;
    }
    let ends = |pair: &[Token]| matches!(pair, [a, b] if document.text.get(a.end..b.start).is_some_and(|gap| gap.contains(',')));
    rest.windows(2).position(ends).map_or(usize::MAX, |at| after + at + 1)
}

fn stands(words: &[Token], at: usize, cue: &Cue) -> bool {
    let there = words.get(at..at + cue.words.len()).unwrap_or_default();
    there.len() == cue.words.len() && there.iter().zip(&cue.words).all(|(token, word)| token.stem == *word)
}
