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

/// Shorter beginnings list main terms only: a letter has thousands of lines.
const SUBTERMS_FROM: usize = 3;

impl Library {
    /// The lines of the index that begin so, in its order, at most `limit`; a beginning of one or two letters gives main
    /// terms only. An older index may serve a newer year: lines whose code the edition of the day does not have are left
    /// out.
    #[must_use]
    pub fn index_lines(&self, begin: &str, on: Date, limit: usize) -> Vec<IndexLine> {
        let icd = self.icd10cm(on);
        let begins = |path: &str| path.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
        let steps = |path: &str| path.matches(", ").count();
        let is_main = |path: &str| begin.len() >= SUBTERMS_FROM || steps(path) == 0;
        let line = |path: &str, code: &str, see: &str| IndexLine {
            path: path.to_owned(),
            depth: steps(path).saturating_sub(steps(begin)),
            code: code.to_owned(),
            see: see.to_owned(),
        };
        if self.has_index() {
            let known = |code: &str| code.is_empty() || icd.get(code).is_some();
            let rows = self.index_rows().iter().filter(|row| begins(&row.path) && is_main(&row.path));
            return rows
                .filter(|row| known(&row.code))
                .map(|row| line(&row.path, &row.code, &row.see))
                .take(limit)
                .collect();
        }
        let terms = icd.terms().filter(|term| term.kind != TermKind::Title && begins(term.text));
        let mut lines: Vec<IndexLine> = terms.map(|term| line(term.text, term.code, "")).collect();
        lines.sort_by_cached_key(|line| (line.path.to_lowercase(), line.code.clone()));
        lines.dedup();
        lines.truncate(limit);
        lines
    }
}
