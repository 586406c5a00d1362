//! Mentions of conditions: the longest keys of the dictionary that the words of a sentence spell, in any order.

use crate::{
    dictionary::{Dictionary, Origin, Side, WORDS_MAX, Word, is_content},
    document::{Document, Sentence},
};

/// Words between the words of a key.
const SKIPPED_MAX: usize = 2;

/// A key found in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    /// Tokens of the note, from the first to one past the last word of the key.
    pub first: usize,
    pub last: usize,
    /// Words of the key.
    pub words: usize,
    /// Its codes, best first.
    pub codes: Vec<String>,
    pub origin: Origin,
    /// Position of the sentence.
    pub sentence: usize,
}

/// Words that must not stand between the words of a key.
const BARRIERS: &[&str] = &[
    "no", "not", "denies", "without", "but", "vs", "versus", "nor", "period", "however", "absent", "negative",
    "normal", "resolved", "gone",
];

struct Hit {
    first_word: usize,
    last_word: usize,
    words: usize,
    skipped: usize,
    key: u64,
}

/// The mentions of a sentence, left to right, none over another.
pub(crate) fn find(document: &Document<'_>, dictionary: &Dictionary, at: usize, sentence: &Sentence) -> Vec<Mention> {
    let words: Vec<Word<'_>> = dictionary
        .words(document.tokens_of(sentence), sentence.first)
        .into_iter()
        .filter(|word| is_content(word.text) || Side::of(word.text).is_some())
        .collect();
    let content: Vec<&Word<'_>> = words.iter().filter(|word| is_content(word.text)).collect();
    let mut hits = Vec::new();
    for start in 0..content.len() {
        spell(dictionary, &content, start, &mut hits);
    }
    hits.sort_by_key(|hit| (std::cmp::Reverse(hit.words), hit.skipped, hit.first_word));
    let mut taken = vec![false; content.len()];
    let mut mentions = Vec::new();
    for hit in hits {
        let range = hit.first_word..=hit.last_word;
        if taken.get(range.clone()).unwrap_or_default().iter().any(|t| *t) {
            continue;
        }
        let Some(codes) = dictionary.codes(hit.key) else { continue };
        let codes: Vec<(String, Origin)> = codes.map(|(code, origin)| (code.to_owned(), origin)).collect();
        let Some(origin) = codes.iter().map(|(_, origin)| *origin).min() else { continue };
        let inside = content.get(range.clone()).unwrap_or_default();
        let first = inside.iter().map(|w| w.first).min().unwrap_or_default();
        let last = inside.iter().map(|w| w.last).max().unwrap_or_default();
        for place in taken.get_mut(range).unwrap_or_default() {
            *place = true;
        }
        let codes = codes.into_iter().map(|(code, _)| code).collect();
        mentions.push(Mention { first, last, words: hit.words, codes, origin, sentence: at });
    }
    mentions.sort_by_key(|mention| mention.first);
    mentions
}

/// Tries every key that begins with the word at `start`, leaving out at most [`SKIPPED_MAX`] words.
fn spell(dictionary: &Dictionary, content: &[&Word<'_>], start: usize, hits: &mut Vec<Hit>) {
    let Some(first) = content.get(start) else { return };
    // Sum of the key so far, its words, the words left out, the last word taken.
    let mut open = vec![(first.hash, 1_usize, 0_usize, start)];
    while let Some((key, words, skipped, last)) = open.pop() {
        if dictionary.has(key) {
            hits.push(Hit { first_word: start, last_word: last, words, skipped, key });
        }
        if words >= WORDS_MAX {
            continue;
        }
        for skip in 0..=SKIPPED_MAX - skipped {
            let Some(next) = content.get(last + 1 + skip) else { break };
            if skip > 0 && content.get(last + skip).is_some_and(|w| BARRIERS.contains(&w.text)) {
                break;
            }
            open.push((key.wrapping_add(next.hash), words + 1, skipped + skip, last + 1 + skip));
        }
    }
}
