//! Search over services: CPT numbers by our labels, Level II and ICD-10-PCS by what was imported.
#![allow(clippy::float_arithmetic, reason = "scores rank codes, they are no money")]

use super::{
    Hit, Index, Source,
    index::number,
    query::{Fit, Letters, fit, readings, retrieve},
};
use crate::lexicon::Lexicon;

/// A code list besides the diagnoses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Services {
    /// Numbers of the American Medical Association, with labels of our own.
    Cpt,
    /// Level II: shipped labels, and the official texts once imported.
    Hcpcs,
    /// Inpatient procedures: the shipped list, and what was imported.
    Pcs,
}

impl Services {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Cpt, Self::Hcpcs, Self::Pcs];
}

/// The code list of a kind of service, searchable.
#[derive(Debug, Default)]
pub(crate) struct ServiceIndex {
    index: Index,
    /// Code and label, in order of the code.
    rows: Vec<(Box<str>, Box<str>)>,
}

/// Terms that are compared word by word.
const TERMS_MAX: usize = 200;

impl ServiceIndex {
    /// From codes with their labels.
    pub fn new(mut rows: Vec<(Box<str>, Box<str>)>, lexicon: &Lexicon) -> Self {
        rows.sort();
        rows.dedup_by(|later, first| later.0 == first.0);
        let terms = rows.iter().zip(0..).map(|((_, label), entry)| (&**label, entry, Source::Title));
        let index = Index::new(terms, lexicon);
        Self { index, rows }
    }

    fn hit(&self, entry: usize, score: f32, words: Vec<String>, is_whole: bool) -> Option<Hit> {
        let (code, label) = self.rows.get(entry)?;
        Some(Hit { code: code.to_string(), score, title: label.to_string(), is_billable: true, words, is_whole })
    }

    /// By number, else by words.
    pub fn search(&self, lexicon: &Lexicon, text: &str, limit: usize) -> Vec<Hit> {
        let code = text.trim().to_uppercase();
        let has_digit = code.bytes().any(|b| b.is_ascii_digit()) || code.len() == 7;
        if has_digit && code.len() >= 2 && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let first = self.rows.partition_point(|(known, _)| **known < *code);
            let found = self.rows.iter().skip(first).take_while(|(known, _)| known.starts_with(&code)).take(limit);
            let hits: Vec<Hit> =
                (first..).zip(found).filter_map(|(entry, _)| self.hit(entry, 1.0, Vec::new(), true)).collect();
            if !hits.is_empty() {
                return hits;
            }
        }
        let mut best: Vec<(f32, u32, Fit, usize)> = Vec::new();
        let readings = readings(&self.index, lexicon, text);
        for (nth, reading) in readings.iter().enumerate() {
            let typed = Letters::of(reading);
            for found in retrieve(&self.index, reading, TERMS_MAX) {
                let words = self.index.words_of(found.term);
                let fit = fit(&self.index, reading, words);
                let score = fit.overall() * 0.8 + typed.cosine(&self.index, words) * 0.2;
                match best.iter_mut().find(|(_, term, _, _)| *term == found.term) {
                    Some(known) if known.0 < score => *known = (score, found.term, fit, nth),
                    Some(_) => {}
                    None => best.push((score, found.term, fit, nth)),
                }
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let hits = best.into_iter().take(limit).filter_map(|(score, term, fit, nth)| {
            let entry = self.index.terms.get(term as usize)?.entry;
            let slots = readings.get(nth).map_or(&[][..], |reading| &reading.slots);
            let answered = |nth: usize| fit.slots & 1_u32.checked_shl(number(nth)).unwrap_or_default() != 0;
            let words = slots.iter().enumerate().filter(|(nth, _)| answered(*nth)).map(|(_, slot)| slot.text.clone());
            self.hit(entry as usize, score, words.collect(), fit.is_whole())
        });
        hits.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_found_by_number_and_words() {
        let rows =
            [("97110", "Therapy: exercise, 15 min"), ("97112", "Therapy: balance"), ("E0143", "Walker, folding")];
        let rows = rows.iter().map(|(code, label)| ((*code).into(), (*label).into())).collect();
        let lexicon = Lexicon::default();
        let services = ServiceIndex::new(rows, &lexicon);
        let codes = |text: &str| services.search(&lexicon, text, 5).into_iter().map(|hit| hit.code).collect::<Vec<_>>();
        assert_eq!(codes("9711"), ["97110", "97112"]);
        assert_eq!(codes("exercise therapy").first().map(String::as_str), Some("97110"));
        assert_eq!(codes("folding walkr"), ["E0143"]);
        assert!(codes("xyzzy").is_empty());
    }
}
