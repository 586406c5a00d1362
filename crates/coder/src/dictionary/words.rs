//! Words as they are compared: abbreviations and synonyms replaced, each with its part of a key.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

use crate::document::{Token, tokens};

use super::IN_CAPITALS;

/// A phrase that is replaced has at most this many words.
const PHRASE_MAX: usize = 4;

/// A word of a text in comparable form with the tokens it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'w> {
    pub text: &'w str,
    /// Its part of a key: keys are sums.
    pub hash: u64,
    pub first: usize,
    pub last: usize,
}

/// Words as this crate compares them, from words as people write them.
#[derive(Default)]
pub(super) struct Rewrites {
    by_phrase: HashMap<String, Vec<String>>,
    first_words: HashSet<String>,
}

impl Rewrites {
    pub(super) fn knows(&self, phrase: &str) -> bool {
        let stems: Vec<String> = tokens(phrase).into_iter().map(|t| t.stem).collect();
        self.by_phrase.contains_key(&stems.join(" "))
    }

    pub(super) fn add(&mut self, from: &str, to: &[String]) {
        let from: Vec<String> = tokens(from).into_iter().map(|t| t.stem).collect();
        if let Some(first) = from.first() {
            self.first_words.insert(first.clone());
            self.by_phrase.insert(from.join(" "), to.iter().flat_map(|w| tokens(w)).map(|t| t.stem).collect());
        }
    }

    /// The words of tokens, the longest phrase first; places count from `offset`.
    pub(super) fn words<'w>(&'w self, tokens: &'w [Token], offset: usize) -> Vec<Word<'w>> {
        let mut words = Vec::with_capacity(tokens.len());
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some((to, count)) = self.longest(tokens.get(at..).unwrap_or_default()) {
                words.extend(to.iter().map(|text| word(text, offset + at, offset + at + count)));
                at += count;
            } else {
                words.push(word(&token.stem, offset + at, offset + at + 1));
                at += 1;
            }
        }
        words
    }

    /// What the longest known phrase at the beginning of the tokens becomes, and its length.
    fn longest(&self, tokens: &[Token]) -> Option<(&[String], usize)> {
        let first = tokens.first()?;
        if !self.first_words.contains(&first.stem) {
            return None;
        }
        if !first.is_capitals && IN_CAPITALS.contains(&first.stem.as_str()) {
            return None;
        }
        let mut phrase = String::new();
        let ends: Vec<usize> = tokens
            .iter()
            .take(PHRASE_MAX)
            .map(|token| {
                if !phrase.is_empty() {
                    phrase.push(' ');
                }
                phrase.push_str(&token.stem);
                phrase.len()
            })
            .collect();
        ends.iter().enumerate().rev().find_map(|(last, end)| {
            let to = self.by_phrase.get(phrase.get(..*end)?)?;
            Some((to.as_slice(), last + 1))
        })
    }
}

fn word(text: &str, first: usize, last: usize) -> Word<'_> {
    Word { text, hash: hash(text), first, last }
}

/// FNV-1a, then mixed so that sums of hashes of different words do not meet (Steele, splitmix64).
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Keys are mixed already; hashing them again would only take time.
#[derive(Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A map by key.
pub(super) type ByKey<T> = HashMap<u64, T, BuildHasherDefault<Mixed>>;
