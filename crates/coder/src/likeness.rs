//! Optional: word vectors from a file the site supplies, which order offers and alternatives by how near their titles
//! come to the words of the note.
//!
//! The file is the text form that word2vec, GloVe and fastText write: a word and its numbers on each line, frequent
//! words first, with or without a first line of two counts. Nothing is shipped, nothing is fetched, and without a
//! file nothing changes.

use std::{collections::HashMap, fmt, io::BufRead, sync::Arc};

use sha2::{Digest as _, Sha256};

/// Words kept; the rest of a file holds rare ones. With 300 numbers each they take 60 MB.
const WORDS_MAX: usize = 100_000;
/// Most numbers of a word.
const WIDTH_MAX: usize = 1_024;
/// Longest line read, in bytes.
const LINE_MAX: usize = 64 * 1024;
/// A number is kept as a whole number of this part of the word's length, so that every machine counts alike.
const LENGTH: i64 = 1_000;

/// Word vectors, shared by whoever ranks.
#[derive(Clone)]
pub struct Likeness {
    version: String,
    words: Arc<HashMap<String, Vec<i16>>>,
}

impl fmt::Debug for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Likeness({}, {} words)", self.version, self.words.len())
    }
}

/// The same file.
impl PartialEq for Likeness {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl Eq for Likeness {}

/// A file that holds no word vectors.
#[derive(Debug, thiserror::Error)]
pub enum LikenessError {
    /// A line that does not fit.
    #[error("line {line}: expected {expected}")]
    Line {
        /// From 1.
        line: usize,
        /// What should stand there.
        expected: String,
    },
    /// It ended before a word.
    #[error("it holds no word: expected lines of a word and its numbers, as word2vec and fastText write them as text")]
    Empty,
    /// It cannot be read.
    #[error("it cannot be read")]
    Read(#[from] std::io::Error),
}

impl Likeness {
    /// Reads the first [`WORDS_MAX`] words of a file.
    ///
    /// # Errors
    /// [`LikenessError`] with the line.
    pub fn read(mut file: impl BufRead) -> Result<Self, LikenessError> {
        let mut hash = Sha256::new();
        let mut words: HashMap<String, Vec<i16>> = HashMap::new();
        let (mut width, mut line, mut text) = (0_usize, 0_usize, Vec::new());
        while words.len() < WORDS_MAX {
            text.clear();
            let mut limited = std::io::Read::take(&mut file, LINE_MAX as u64);
            if limited.read_until(b'\n', &mut text)? == 0 {
                break;
            }
            line += 1;
            let wrong = |expected: String| LikenessError::Line { line, expected };
            if text.len() == LINE_MAX {
                return Err(wrong(format!("at most {} KiB", LINE_MAX / 1024)));
            }
            hash.update(&text);
            let shown = std::str::from_utf8(&text).map_err(|_| wrong("UTF-8 text".to_owned()))?;
            let mut parts = shown.split_ascii_whitespace();
            let Some(word) = parts.next() else { continue };
            let numbers: Result<Vec<f32>, _> = parts.map(str::parse::<f32>).collect();
            let numbers =
                numbers.map_err(|_| wrong(format!("a word and its numbers, after \u{201c}{word}\u{201d}")))?;
            if line == 1 && numbers.len() == 1 {
                continue;
            }
            if width == 0 {
                width = numbers.len();
            }
            if numbers.len() != width || !(2..=WIDTH_MAX).contains(&width) || numbers.iter().any(|n| !n.is_finite()) {
                let wanted =
                    if (2..=WIDTH_MAX).contains(&width) { width.to_string() } else { format!("2 to {WIDTH_MAX}") };
                return Err(wrong(format!(
                    "{wanted} numbers after \u{201c}{word}\u{201d}, there are {}",
                    numbers.len()
                )));
            }
            words.entry(word.to_lowercase()).or_insert_with(|| whole(&numbers));
        }
        if words.is_empty() {
            return Err(LikenessError::Empty);
        }
        let version: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { version, words: Arc::new(words) })
    }

    /// Tells files apart; it stands among the versions of a run.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How near two texts come, from -1000 to 1000: the cosine of the sums of their words' vectors; 0 when either has no
    /// known word.
    #[must_use]
    pub fn of(&self, one: &str, other: &str) -> i64 {
        let (one, other) = (self.sum(one), self.sum(other));
        let product = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i64>();
        let lengths = product(&one, &one).unsigned_abs().isqrt() * product(&other, &other).unsigned_abs().isqrt();
        let lengths = i64::try_from(lengths).unwrap_or(i64::MAX);
        (product(&one, &other) * 1_000).checked_div(lengths).unwrap_or_default().clamp(-1_000, 1_000)
    }

    fn sum(&self, text: &str) -> Vec<i64> {
        let mut sum: Vec<i64> = Vec::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).take(WORDS_OF_TEXT) {
            if let Some(vector) = self.words.get(&word.to_lowercase()) {
                sum.resize(vector.len(), 0);
                sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += i64::from(*number));
            }
        }
        sum
    }
}

/// Words of a text that count; more would be no phrase, and no sum of them overflows.
const WORDS_OF_TEXT: usize = 200;

/// A vector of length [`LENGTH`] in whole numbers.
#[expect(clippy::float_arithmetic, reason = "directions of words are no money")]
#[expect(clippy::cast_possible_truncation, reason = "a part of a length of 1,000 fits")]
fn whole(numbers: &[f32]) -> Vec<i16> {
    let length = numbers.iter().map(|n| f64::from(*n) * f64::from(*n)).sum::<f64>().sqrt();
    let unit = if length > 0.0 { LENGTH as f64 / length } else { 0.0 };
    numbers.iter().map(|n| (f64::from(*n) * unit).round() as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4 3\nknee 0.9 0.1 0\npain 0.1 0.9 0\njoint 0.8 0.2 0.1\nCough 0 0.1 0.9\n";

    #[test]
    fn nearer_words_give_nearer_texts() {
        let likeness = Likeness::read(FILE.as_bytes()).unwrap();
        assert_eq!(likeness.of("knee", "KNEE"), 1000);
        assert!(likeness.of("knee pain", "pain in joint") > likeness.of("knee pain", "cough") + 500);
        assert_eq!(likeness.of("knee", "unheard"), 0);
        let other = Likeness::read("knee 1 0\n".as_bytes()).unwrap();
        assert_ne!(likeness.version(), other.version());
        assert_ne!(likeness, other);
    }

    #[test]
    fn a_file_of_another_kind_is_named_by_its_line() {
        let error = |text: &str| Likeness::read(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(error("knee 1 2\npain 1\n"), "line 2: expected 2 numbers after \u{201c}pain\u{201d}, there are 1");
        assert!(error("knee one two\n").contains("line 1: expected a word and its numbers"));
        assert!(error("").contains("it holds no word"));
        assert!(error("knee 1 NaN\n").contains("line 1"));
        assert!(error(&"x".repeat(LINE_MAX + 5)).contains("at most 64 KiB"));
        assert!(Likeness::read(&b"\xff\xfe1 2\n"[..]).unwrap_err().to_string().contains("UTF-8"));
    }
}
