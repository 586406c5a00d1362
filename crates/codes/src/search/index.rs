//! The structures a search reads: words with the terms that hold them, and terms with their words.
#![allow(clippy::float_arithmetic, reason = "weights rank codes, they are no money")]

use std::collections::HashMap;

use super::{Source, text::root};
use crate::lexicon::{self, Lexicon};

/// Lists of numbers end to end, and where each begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    pub fn get(&self, position: u32) -> &[u32] {
        let position = position as usize;
        let begin = position.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(position).map_or(begin, |end| *end as usize);
        self.items.get(begin..end).unwrap_or_default()
    }

    fn push(&mut self, list: &[u32]) {
        self.items.extend_from_slice(list);
        self.ends.push(number(self.items.len()));
    }

    /// Pairs of list and item, turned into lists; items keep their order.
    fn of_pairs(lists: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; lists];
        for (list, _) in pairs.clone() {
            if let Some(end) = ends.get_mut(list as usize) {
                *end += 1;
            }
        }
        let mut total = 0;
        let mut begins = Vec::with_capacity(lists);
        for end in &mut ends {
            begins.push(total);
            total += *end;
            *end = total;
        }
        let mut items = vec![0_u32; total as usize];
        for (list, item) in pairs {
            if let Some(next) = begins.get_mut(list as usize)
                && let Some(place) = items.get_mut(*next as usize)
            {
                *place = item;
                *next += 1;
            }
        }
        Self { ends, items }
    }

    fn write(&self, to: &mut Vec<u8>) {
        write_numbers(to, &self.ends);
        write_numbers(to, &self.items);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(Self { ends: read_numbers(from)?, items: read_numbers(from)? })
    }
}

/// Words that mean an entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Position of the entry (a code) in its list.
    pub entry: u32,
    pub source: Source,
}

/// The terms of one code list, ready to be searched.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// In order, so that an unfinished word is a range.
    words: Vec<Box<str>>,
    /// For each word, the terms that hold it.
    postings: Lists,
    pub(super) terms: Vec<Term>,
    /// For each term, its words without repetition, in the order they stand.
    term_words: Lists,
    /// For each entry, its terms, the title first.
    entry_terms: Lists,
    /// Official terms as they are written, before synonyms make different words alike: a number made of the words, and
    /// the entry meant, in order.
    spoken: Vec<(u64, u32)>,
    /// For each word, how much it tells: the inverse document frequency.
    rarity: Vec<f32>,
    /// Words in order of their roots.
    by_root: Vec<u32>,
    /// Three letters in a row, in order, and for each the words that hold them.
    grams: Vec<u32>,
    gram_words: Lists,
    pub(super) words_mean: f32,
}

/// First bytes of a packed index; the number changes with the layout.
const MAGIC: &[u8] = b"superbill-search-2\n";

impl Index {
    /// From texts with the position of the entry they mean. Of equal terms of an entry the first counts.
    pub fn new<'a>(terms: impl Iterator<Item = (&'a str, u32, Source)>, lexicon: &Lexicon) -> Self {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut seen: std::collections::HashSet<(u32, Box<[u32]>)> = std::collections::HashSet::new();
        let mut kept = Vec::new();
        let mut term_words = Lists::default();
        let mut sorted = Vec::new();
        let mut spoken = Vec::new();
        for (text, entry, source) in terms {
            if matches!(source, Source::Inclusion | Source::Index | Source::Table) {
                spoken.extend(spoken_number(text).map(|number| (number, entry)));
            }
            let mut words: Vec<u32> = Vec::new();
            for word in lexicon.normal(text) {
                let next = number(known.len());
                let word = *known.entry(word).or_insert(next);
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            sorted.clone_from(&words);
            sorted.sort_unstable();
            if words.is_empty() || !seen.insert((entry, sorted.as_slice().into())) {
                continue;
            }
            kept.push(Term { entry, source });
            term_words.push(&words);
        }
        spoken.sort_unstable();
        spoken.dedup();
        Self { spoken, ..Self::finish(known, kept, &term_words) }
    }

    fn finish(known: HashMap<String, u32>, terms: Vec<Term>, by_arrival: &Lists) -> Self {
        let mut words: Vec<(String, u32)> = known.into_iter().collect();
        words.sort_unstable();
        let mut places = vec![0_u32; words.len()];
        for (place, (_, arrival)) in (0..).zip(&words) {
            if let Some(to) = places.get_mut(*arrival as usize) {
                *to = place;
            }
        }
        let items = by_arrival.items.iter().map(|word| places.get(*word as usize).copied().unwrap_or_default());
        let term_words = Lists { ends: by_arrival.ends.clone(), items: items.collect() };
        Self::derive(words.into_iter().map(|(word, _)| word.into()).collect(), terms, term_words)
    }

    /// Everything that follows from words, terms and the words of terms.
    fn derive(words: Vec<Box<str>>, terms: Vec<Term>, term_words: Lists) -> Self {
        let of_terms = (0..number(terms.len())).flat_map(|term| term_words.get(term).iter().map(move |w| (*w, term)));
        let postings = Lists::of_pairs(words.len(), of_terms);
        let entries = terms.iter().map(|term| term.entry as usize + 1).max().unwrap_or(0);
        let entry_terms = Lists::of_pairs(entries, terms.iter().zip(0..).map(|(term, i)| (term.entry, i)));
        let mut by_root: Vec<u32> = (0..number(words.len())).collect();
        by_root.sort_by_cached_key(|word| words.get(*word as usize).map_or("", |word| root(word)).to_owned());
        let mut held: Vec<(u32, u32)> = Vec::new();
        for (word, id) in words.iter().zip(0..) {
            held.extend(super::text::grams(word).map(|gram| (gram_number(gram), id)));
        }
        held.sort_unstable();
        held.dedup();
        let mut grams: Vec<u32> = held.iter().map(|(gram, _)| *gram).collect();
        grams.dedup();
        let place = |gram: u32| number(grams.partition_point(|known| *known < gram));
        let gram_words = Lists::of_pairs(grams.len(), held.iter().map(|(gram, word)| (place(*gram), *word)));
        Self { words, postings, terms, term_words, entry_terms, by_root, grams, gram_words, ..Self::default() }
            .weighed()
    }

    /// How much each word tells, which follows from how many terms hold it.
    fn weighed(mut self) -> Self {
        let count = real(self.terms.len());
        let rarity = (0..number(self.words.len())).map(|word| {
            let held = real(self.postings.get(word).len());
            (1.0 + (count - held + 0.5) / (held + 0.5)).ln()
        });
        self.rarity = rarity.collect();
        self.words_mean = real(self.term_words.items.len()) / count.max(1.0);
        self
    }

    pub(super) fn word_count(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, id: u32) -> &str {
        self.words.get(id as usize).map_or("", |word| word)
    }

    pub(super) fn find(&self, word: &str) -> Option<u32> {
        self.words.binary_search_by(|known| (**known).cmp(word)).ok().map(number)
    }

    /// Words that begin with some letters, in order.
    pub(super) fn beginning(&self, letters: &str) -> impl Iterator<Item = (u32, &str)> {
        let first = self.words.partition_point(|word| &**word < letters);
        let found = self.words.get(first..).unwrap_or_default().iter().zip(number(first)..);
        let letters = letters.to_owned();
        found.take_while(move |(word, _)| word.starts_with(&letters)).map(|(word, id)| (id, &**word))
    }

    pub(super) fn of_root(&self, wanted: &str) -> &[u32] {
        let root_of = |word: &u32| root(self.word(*word));
        let first = self.by_root.partition_point(|word| root_of(word) < wanted);
        let rest = self.by_root.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|word| root_of(word) == wanted)).unwrap_or_default()
    }

    pub(super) fn with_gram(&self, gram: [u8; 3]) -> &[u32] {
        let place = self.grams.binary_search(&gram_number(gram)).ok();
        place.map_or(&[], |place| self.gram_words.get(number(place)))
    }

    /// The entries of which an official term has the words of a text, no more and no less, as they are written.
    pub(super) fn spoken(&self, text: &str) -> impl Iterator<Item = u32> {
        let number = spoken_number(text);
        let first = self.spoken.partition_point(|(known, _)| Some(*known) < number);
        let rest = self.spoken.get(first..).unwrap_or_default().iter();
        rest.take_while(move |(known, _)| Some(*known) == number).map(|(_, entry)| *entry)
    }

    pub(super) fn rarity(&self, word: u32) -> f32 {
        self.rarity.get(word as usize).copied().unwrap_or_default()
    }

    /// How much a word tells that stands nowhere.
    pub(super) fn rarity_max(&self) -> f32 {
        (real(self.terms.len()) + 1.0).ln()
    }

    pub(super) fn terms_with(&self, word: u32) -> &[u32] {
        self.postings.get(word)
    }

    pub(super) fn words_of(&self, term: u32) -> &[u32] {
        self.term_words.get(term)
    }

    pub(super) fn terms_of(&self, entry: u32) -> &[u32] {
        self.entry_terms.get(entry)
    }

    /// The packed index: made once, read at every start.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let text = self.words.join("\n");
        write_numbers(&mut bytes, &[number(text.len())]);
        bytes.extend_from_slice(text.as_bytes());
        let terms: Vec<u32> = self.terms.iter().map(|term| term.entry << 3 | term.source as u32).collect();
        write_numbers(&mut bytes, &terms);
        write_numbers(&mut bytes, &self.by_root);
        write_numbers(&mut bytes, &self.grams);
        let spoken = self.spoken.iter();
        let halves = spoken.flat_map(|(words, entry)| [(words >> 32) as u32, (words & 0xFFFF_FFFF) as u32, *entry]);
        write_numbers(&mut bytes, &halves.collect::<Vec<u32>>());
        for lists in [&self.term_words, &self.postings, &self.entry_terms, &self.gram_words] {
            lists.write(&mut bytes);
        }
        bytes
    }

    /// Reads a packed index; nothing when the bytes are of another layout.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let length = *read_numbers(&mut rest)?.first()?;
        let (text, mut rest) = rest.split_at_checked(length as usize)?;
        let words = std::str::from_utf8(text).ok()?.split('\n').map(Into::into).collect();
        let terms = read_numbers(&mut rest)?.into_iter();
        let terms: Option<Vec<Term>> =
            terms.map(|packed| Some(Term { entry: packed >> 3, source: Source::of_number(packed & 7)? })).collect();
        let index = Self {
            words,
            terms: terms?,
            by_root: read_numbers(&mut rest)?,
            grams: read_numbers(&mut rest)?,
            spoken: read_spoken(&mut rest)?,
            term_words: Lists::read(&mut rest)?,
            postings: Lists::read(&mut rest)?,
            entry_terms: Lists::read(&mut rest)?,
            gram_words: Lists::read(&mut rest)?,
            ..Self::default()
        };
        Some(index.weighed())
    }
}

fn read_spoken(from: &mut &[u8]) -> Option<Vec<(u64, u32)>> {
    let numbers = read_numbers(from)?;
    let rows = numbers.as_chunks::<3>().0.iter();
    Some(rows.map(|[high, low, entry]| (u64::from(*high) << 32 | u64::from(*low), *entry)).collect())
}

/// One number for the words of a text, whatever their order; nothing for a text without words. The function is
/// Fowler, Noll and Vo's, whose numbers may be kept in files.
fn spoken_number(text: &str) -> Option<u64> {
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let words = lexicon::spoken(text);
    let mix = |number: u64, byte: u8| (number ^ u64::from(byte)).wrapping_mul(PRIME);
    (!words.is_empty()).then(|| words.join(" ").bytes().fold(BASIS, mix))
}

/// Three letters as one number that orders as they do.
fn gram_number([first, second, third]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, first, second, third])
}

fn write_numbers(to: &mut Vec<u8>, numbers: &[u32]) {
    to.extend_from_slice(&number(numbers.len()).to_le_bytes());
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

fn read_numbers(from: &mut &[u8]) -> Option<Vec<u32>> {
    let (count, rest) = from.split_first_chunk::<4>()?;
    let (numbers, rest) = rest.split_at_checked((u32::from_le_bytes(*count) as usize).checked_mul(4)?)?;
    *from = rest;
    Some(numbers.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
}

pub(super) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

pub(super) fn real(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_structures_are_those_that_were_made() {
        let lexicon = Lexicon::default();
        let texts = [("Fracture of radius", 0), ("Fractures, ulna", 1), ("Neuropathy", 2), ("Neuropathic pain", 3)];
        let index = Index::new(texts.iter().map(|(text, entry)| (*text, *entry, Source::Title)), &lexicon);
        let bytes = index.to_bytes();
        assert_eq!(Index::from_bytes(&bytes).as_ref(), Some(&index));
        let of_root: Vec<&str> = index.of_root(root("neuropathy")).iter().map(|word| index.word(*word)).collect();
        assert!(of_root.contains(&"neuropathy") && index.of_root("absent").is_empty(), "{of_root:?}");
        let with_gram = index.with_gram(*b"rac").iter().map(|word| index.word(*word));
        assert!(with_gram.into_iter().all(|word| word.contains("rac")) && !index.with_gram(*b"rac").is_empty());
        for cut in 0..bytes.len() {
            assert_eq!(Index::from_bytes(bytes.get(..cut).unwrap_or_default()), None, "{cut}");
        }
    }
}
