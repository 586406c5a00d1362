//! Walking the alphabetic index: the official one where it was imported, else inclusion terms and our own lexicon in the
//! order of the alphabet.

use jiff::civil::Date;

use crate::{Library, TermKind};

/// A line of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexLine {
    /// Main term and subterms, joined by commas.
    pub path: String,
    /// Steps below the main term.
    pub depth: usize,
    /// The code it leads to, without the dot; empty for a reference.
    pub code: String,
    /// Where a reference leads; empty for a code.
    pub see: String,
}

/// Shorter beginnings list first words only: a letter has thousands of lines.
const LINES_FROM: usize = 3;

impl Library {
    /// The lines of the index that begin so, in its order, at most `limit`; a beginning of one or two letters gives the
    /// main words to go on with. An older index may serve a newer year: lines whose code the edition of the day does not have are left
    /// out.
    #[must_use]
    pub fn index_lines(&self, begin: &str, on: Date, limit: usize) -> Vec<IndexLine> {
        let icd = self.icd10cm(on);
        let begins = |path: &str| path.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
        let steps = |path: &str| path.matches(", ").count();
        let line = |path: &str, code: &str, see: &str| IndexLine {
            path: path.to_owned(),
            depth: steps(path).saturating_sub(steps(begin)),
            code: code.to_owned(),
            see: see.to_owned(),
        };
        if self.has_index() {
            let known = |code: &str| code.is_empty() || icd.get(code).is_some();
            let rows = self.index_rows().iter().filter(|row| begins(&row.path) && known(&row.code));
            let lines = rows.map(|row| line(&row.path, &row.code, &row.see));
            return if begin.len() < LINES_FROM { first_words(lines, limit) } else { lines.take(limit).collect() };
        }
        let terms = icd.terms().filter(|term| term.kind != TermKind::Title && begins(term.text));
        let mut lines: Vec<IndexLine> = terms.map(|term| line(&capital(term.text), term.code, "")).collect();
        lines.sort_by_cached_key(|line| (line.path.to_lowercase(), line.code.clone()));
        lines.dedup();
        if begin.len() < LINES_FROM {
            return first_words(lines.into_iter(), limit);
        }
        lines.truncate(limit);
        lines
    }
}

/// Main terms begin with a capital, as in the official index.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Each first word once, with its code where the word alone leads to one.
fn first_words(lines: impl Iterator<Item = IndexLine>, limit: usize) -> Vec<IndexLine> {
    let mut words: Vec<IndexLine> = Vec::new();
    for line in lines {
        let word = line.path.split([' ', ',']).next().unwrap_or_default();
        let is_known = words.last().is_some_and(|last| last.path.eq_ignore_ascii_case(word));
        if !is_known && words.len() < limit {
            let is_whole = line.path == word;
            let (code, see) = if is_whole { (line.code, line.see) } else { Default::default() };
            words.push(IndexLine { path: word.to_owned(), depth: 0, code, see });
        }
    }
    words
}
