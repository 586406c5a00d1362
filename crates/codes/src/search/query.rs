//! What was typed, as the words of an index: each word with the words it may stand for.
#![allow(clippy::float_arithmetic, reason = "weights rank codes, they are no money")]

use std::{cell::RefCell, collections::HashMap};

use super::{
    index::{Index, real},
    text::{grams, is_abbreviation, is_one_slip, root},
};
use crate::lexicon::Lexicon;

/// A word of the question and the words of the index that may be meant, each with how surely (1 is the word itself).
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// As it was typed, after abbreviations and synonyms were replaced.
    pub text: String,
    pub words: Vec<(u32, f32)>,
    /// How much it tells.
    pub weight: f32,
}

/// One way to read a question.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub slots: Vec<Slot>,
    /// For each word of the index: where in `answers` it stands, 0 when it is not meant.
    meant: Vec<u16>,
    /// The slots a word answers, and how surely.
    answers: Vec<Vec<(u32, f32)>>,
}

/// How surely another word of the same root is meant (metabolic, metabolism).
const ROOT_SURE: f32 = 0.85;
/// An unfinished word (diab), an abbreviation (hdache), a misspelling, a word with a resembling part (enteritis,
/// gastroenteritis).
const BEGINNING_SURE: f32 = 0.6;
const ABBREVIATION_SURE: f32 = 0.5;
const SLIP_SURE: f32 = 0.8;
const ALIKE_SURE: f32 = 0.6;
/// Words alike share this much of their letters in a row (Dice coefficient).
const ALIKE_MIN: f32 = 0.6;
/// More alternatives for one word than this say nothing.
const ALTERNATIVES_MAX: usize = 48;
/// Ways to read one question that are followed.
pub(super) const READINGS_MAX: usize = 6;
/// Words of a question that are read.
const SLOTS_MAX: usize = 24;

impl Reading {
    fn new(slots: Vec<Slot>, index: &Index) -> Self {
        let mut meant = vec![0_u16; index.word_count()];
        let mut answers: Vec<Vec<(u32, f32)>> = vec![Vec::new()];
        for (slot, i) in slots.iter().zip(0..) {
            for (word, sure) in &slot.words {
                let Some(place) = meant.get_mut(*word as usize) else { continue };
                if *place == 0 {
                    *place = u16::try_from(answers.len()).unwrap_or_default();
                    answers.push(Vec::new());
                }
                if let Some(list) = answers.get_mut(usize::from(*place)) {
                    list.push((i, *sure));
                }
            }
        }
        Self { slots, meant, answers }
    }

    /// The slots a word of a term answers.
    pub fn answered_by(&self, word: u32) -> &[(u32, f32)] {
        let place = self.meant.get(word as usize).copied().unwrap_or_default();
        self.answers.get(usize::from(place)).map_or(&[], Vec::as_slice)
    }
}

/// The ways to read a question: as it stands, then with each wider meaning of our lexicon.
pub(super) fn readings(index: &Index, lexicon: &Lexicon, text: &str) -> Vec<Reading> {
    let is_unfinished = text.chars().last().is_some_and(char::is_alphanumeric);
    let typed = crate::lexicon::words(text);
    let mut sequences = vec![typed.clone()];
    for wider in lexicon.wider(&typed) {
        if sequences.len() < READINGS_MAX && !sequences.contains(&wider) {
            sequences.push(wider);
        }
    }
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut known: HashMap<String, Slot> = HashMap::new();
    let mut readings = Vec::new();
    for sequence in sequences {
        let words = lexicon.normal_words(&sequence);
        if !words.is_empty() && !seen.contains(&words) {
            let unfinished = is_unfinished.then(|| typed.last()).flatten();
            readings.push(Reading::new(slots(index, &words, unfinished, &mut known), index));
            seen.push(words);
        }
    }
    readings
}

fn slots(index: &Index, words: &[String], unfinished: Option<&String>, known: &mut HashMap<String, Slot>) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut slot_of = |word: &str, is_unfinished: bool| match known.get(word) {
        Some(slot) => slot.clone(),
        None => {
            let made = slot(index, word, is_unfinished);
            known.insert(word.to_owned(), made.clone());
            made
        }
    };
    for word in words.iter().take(SLOTS_MAX) {
        if slots.iter().any(|slot| slot.text == *word) {
            continue;
        }
        match halves(index, word) {
            Some((first, second)) => slots.extend([first, second].map(|part| slot_of(part, false))),
            None => slots.push(slot_of(word, unfinished == Some(word))),
        }
    }
    // Two words may be one in the list (non union, nonunion).
    for (first, second) in words.iter().zip(words.iter().skip(1)) {
        if let Some(joined) = index.find(&format!("{first}{second}")) {
            for slot in slots.iter_mut().filter(|slot| slot.text == *first || slot.text == *second) {
                add(&mut slot.words, joined, 1.0);
            }
        }
    }
    slots
}

/// One word may be two in the list (gastroesophageal, gastro-esophageal).
fn halves<'a>(index: &Index, word: &'a str) -> Option<(&'a str, &'a str)> {
    const HALF_MIN: usize = 4;
    if index.find(word).is_some() || word.len() < 2 * HALF_MIN || !word.is_ascii() {
        return None;
    }
    let mut cuts = (HALF_MIN..=word.len().checked_sub(HALF_MIN)?).filter_map(|at| word.split_at_checked(at));
    cuts.find(|(a, b)| index.find(a).is_some() && index.find(b).is_some())
}

fn add(words: &mut Vec<(u32, f32)>, word: u32, sure: f32) {
    match words.iter_mut().find(|(known, _)| *known == word) {
        Some((_, known)) => *known = known.max(sure),
        None => words.push((word, sure)),
    }
}

fn slot(index: &Index, word: &str, is_unfinished: bool) -> Slot {
    let mut words: Vec<(u32, f32)> = Vec::new();
    let exact = index.find(word);
    words.extend(exact.map(|id| (id, 1.0)));
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        for id in index.of_root(root(word)) {
            add(&mut words, *id, ROOT_SURE);
        }
        let is_known = exact.is_some();
        if (is_unfinished && word.len() >= 2) || (!is_known && word.len() >= 2) {
            unfinished(index, word, &mut words);
        }
        if !is_known && words.is_empty() && (3..=9).contains(&word.len()) {
            abbreviated(index, word, &mut words);
        }
        if word.len() >= 5 {
            alike(index, word, is_known, &mut words);
        }
    }
    words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    words.truncate(ALTERNATIVES_MAX);
    let weight = match exact {
        Some(id) => index.rarity(id),
        None => words.iter().map(|(id, sure)| index.rarity(*id) * sure).fold(0.0, f32::max),
    };
    let weight = if weight > 0.0 { weight } else { index.rarity_max() * 0.6 };
    Slot { text: word.to_owned(), words, weight }
}

fn unfinished(index: &Index, word: &str, words: &mut Vec<(u32, f32)>) {
    // The more of the word is there, the surer.
    let sure = |known: &str| {
        let share = real(word.len()) / real(known.len());
        BEGINNING_SURE + (1.0 - BEGINNING_SURE) * share * share
    };
    let mut found: Vec<(u32, f32, usize)> = index
        .beginning(word)
        .filter(|(_, known)| *known != word)
        .map(|(id, known)| (id, sure(known), index.terms_with(id).len()))
        .collect();
    // Of many words the common ones are meant.
    found.sort_by_key(|(_, _, terms)| std::cmp::Reverse(*terms));
    for (id, sure, _) in found.into_iter().take(ALTERNATIVES_MAX / 2) {
        add(words, id, sure);
    }
}

fn abbreviated(index: &Index, word: &str, words: &mut Vec<(u32, f32)>) {
    let Some(first) = word.chars().next() else { return };
    let mut found: Vec<(u32, f32, usize)> = index
        .beginning(first.encode_utf8(&mut [0; 4]))
        .filter(|(_, known)| known.len() >= 4 && is_abbreviation(word, known))
        .map(|(id, known)| {
            let share = real(word.len()) / real(known.len());
            (id, ABBREVIATION_SURE * (0.6 + 0.4 * share), index.terms_with(id).len())
        })
        .collect();
    found.sort_by(|a, b| (b.1 * real(b.2).sqrt()).total_cmp(&(a.1 * real(a.2).sqrt())));
    for (id, sure, _) in found.into_iter().take(ALTERNATIVES_MAX / 3) {
        add(words, id, sure);
    }
}

/// Misspellings, and words with a resembling part.
fn alike(index: &Index, word: &str, is_known: bool, words: &mut Vec<(u32, f32)>) {
    let mut shared = vec![0_u8; index.word_count()];
    let mut seen: Vec<u32> = Vec::new();
    let mut own = 0_usize;
    for gram in grams(word) {
        own += 1;
        for id in index.with_gram(gram) {
            if let Some(count) = shared.get_mut(*id as usize) {
                *count = count.saturating_add(1);
                // Two letters in a row in common make no likeness.
                if *count == 3 {
                    seen.push(*id);
                }
            }
        }
    }
    let mut found: Vec<(u32, f32)> = Vec::new();
    for id in seen {
        let count = shared.get(id as usize).copied().unwrap_or_default();
        let known = index.word(id);
        let of_known = known.len();
        let dice = 2.0 * f32::from(count) / real(own + of_known).max(1.0);
        // The shorter of the two stands whole in the longer one.
        let contained = (known.len() >= 6 && word.ends_with(known)) || (word.len() >= 6 && known.ends_with(word));
        if !is_known && is_one_slip(word, known) {
            found.push((id, SLIP_SURE));
        } else if contained {
            found.push((id, ALIKE_SURE));
        } else if dice >= ALIKE_MIN && known != word {
            found.push((id, if is_known { ALIKE_SURE * dice * 0.8 } else { ALIKE_SURE * dice * 1.2 }));
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (id, sure) in found.into_iter().take(12) {
        add(words, id, sure);
    }
}

/// A term that answers a reading, before the codes are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub term: u32,
    pub score: f32,
}

/// How fast long terms are held back (Robertson and Zaragoza 2009; a word stands once in a term).
const SATURATION: f32 = 1.2;
const LENGTH_WEIGHT: f32 = 0.6;

/// Terms that hold one of the rarer words, from which on a common word brings no new ones.
const TOUCHED_ENOUGH: usize = 3_000;
const COMMON: usize = 6_000;

/// The best terms of a reading (BM25, the best alternative of each word).
pub(super) fn retrieve(index: &Index, reading: &Reading, limit: usize) -> Vec<Found> {
    let count = index.terms.len();
    let mut scores = vec![0.0_f32; count];
    let mut answered = vec![0_u8; count];
    let mut touched: Vec<u32> = Vec::new();
    let mut slots: Vec<&Slot> = reading.slots.iter().collect();
    slots.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    for (slot, nth) in slots.into_iter().zip(1_u8..) {
        let mut words: Vec<(u32, f32)> =
            slot.words.iter().map(|(word, sure)| (*word, sure * index.rarity(*word).min(slot.weight * 1.2))).collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (word, weight) in words {
            let terms = index.terms_with(word);
            let is_selective = terms.len() < COMMON || touched.len() < TOUCHED_ENOUGH;
            for term in terms {
                let at = *term as usize;
                let (Some(score), Some(last)) = (scores.get_mut(at), answered.get_mut(at)) else { continue };
                if *last == nth || (*score == 0.0 && !is_selective) {
                    continue;
                }
                *last = nth;
                if *score == 0.0 {
                    touched.push(*term);
                }
                *score += weight;
            }
        }
    }
    let mut found: Vec<Found> = touched
        .into_iter()
        .map(|term| {
            let length = real(index.words_of(term).len());
            let held_back = 1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / index.words_mean.max(1.0);
            let raw = scores.get(term as usize).copied().unwrap_or_default();
            Found { term, score: raw * (SATURATION + 1.0) / (1.0 + SATURATION * held_back) }
        })
        .collect();
    let best_first = |a: &Found, b: &Found| b.score.total_cmp(&a.score).then(a.term.cmp(&b.term));
    if found.len() > limit {
        found.select_nth_unstable_by(limit, best_first);
        found.truncate(limit);
    }
    found.sort_by(best_first);
    found
}

/// How well a term answers a reading.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fit {
    /// Share of the question that the term answers, by how much each word tells.
    pub question: f32,
    /// Share of the term that the question speaks of.
    pub term: f32,
    /// Words of the question without an answer, and of the term without a question.
    pub question_left: u32,
    pub term_left: u32,
    /// How much the most telling word left on either side tells.
    pub question_left_most: f32,
    pub term_left_most: f32,
    /// The first word of the term is spoken of; the last word of the question is answered.
    pub is_first_spoken: bool,
    pub is_last_answered: bool,
    /// Slots answered, one bit each.
    pub slots: u32,
    /// Some word is only alike, or of the same root.
    pub is_loose: bool,
}

impl Fit {
    /// One figure to choose the best term of a code by.
    pub fn overall(&self) -> f32 {
        self.question * (0.4 + 0.6 * self.term)
    }

    /// Every word of both sides has its counterpart, the very same word.
    pub fn is_whole(&self) -> bool {
        self.question_left == 0 && self.term_left == 0 && !self.is_loose
    }
}

/// Compares a reading with the words of a term.
pub(super) fn fit(index: &Index, reading: &Reading, words: &[u32]) -> Fit {
    let mut fit = Fit::default();
    let mut answers = [0.0_f32; SLOTS_MAX * 2];
    let (mut spoken, mut all) = (0.0_f32, 0.0_f32);
    let most = index.rarity_max();
    for (word, nth) in words.iter().zip(0_usize..) {
        let rarity = index.rarity(*word);
        let mut best = 0.0_f32;
        for (slot, sure) in reading.answered_by(*word) {
            best = best.max(*sure);
            if let Some(answer) = answers.get_mut(*slot as usize) {
                *answer = answer.max(*sure);
            }
        }
        all += rarity;
        spoken += rarity * best;
        fit.is_loose |= best < 1.0;
        if best == 0.0 {
            fit.term_left += 1;
            fit.term_left_most = fit.term_left_most.max(rarity / most);
        } else if nth == 0 {
            fit.is_first_spoken = true;
        }
    }
    let (mut answered, mut whole) = (0.0_f32, 0.0_f32);
    for ((slot, answer), nth) in reading.slots.iter().zip(answers).zip(0_u32..) {
        whole += slot.weight;
        answered += slot.weight * answer;
        fit.is_last_answered = answer > 0.0;
        if answer == 0.0 {
            fit.question_left += 1;
            fit.question_left_most = fit.question_left_most.max(slot.weight / most);
        } else {
            fit.slots |= 1_u32.checked_shl(nth).unwrap_or_default();
        }
    }
    fit.question = if whole > 0.0 { answered / whole } else { 0.0 };
    fit.term = if all > 0.0 { spoken / all } else { 0.0 };
    fit
}

/// Letters in a row of a question; how like a term is them (cosine of the counts, each word of the term by itself).
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// In order, each with its count over the length of the vector.
    grams: Vec<([u8; 3], f32)>,
    /// What each word of the index met so far adds.
    known: RefCell<HashMap<u32, f32>>,
}

impl Letters {
    pub fn of(reading: &Reading) -> Self {
        let mut all: Vec<[u8; 3]> = reading.slots.iter().flat_map(|slot| grams(&slot.text)).collect();
        all.sort_unstable();
        let mut counted: Vec<([u8; 3], f32)> = Vec::with_capacity(all.len());
        for gram in all {
            match counted.last_mut() {
                Some((last, count)) if *last == gram => *count += 1.0,
                _ => counted.push((gram, 1.0)),
            }
        }
        let norm = counted.iter().map(|(_, count)| count * count).sum::<f32>().sqrt().max(1.0);
        counted.iter_mut().for_each(|(_, count)| *count /= norm);
        Self { grams: counted, known: RefCell::default() }
    }

    pub fn cosine(&self, index: &Index, words: &[u32]) -> f32 {
        let mut known = self.known.borrow_mut();
        let (mut sum, mut length) = (0.0, 0_usize);
        for word in words {
            let text = index.word(*word);
            length += text.len();
            sum += *known.entry(*word).or_insert_with(|| grams(text).map(|gram| self.weight(gram)).sum());
        }
        sum / real(length).sqrt().max(1.0)
    }

    fn weight(&self, gram: [u8; 3]) -> f32 {
        let found = self.grams.binary_search_by(|(known, _)| known.cmp(&gram)).ok();
        found.and_then(|at| self.grams.get(at)).map_or(0.0, |(_, weight)| *weight)
    }
}
