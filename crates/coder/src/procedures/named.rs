//! Drugs as sentences name them, each with the words that belong to it.

use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    table::{Days, cell, table},
};

/// A row of the table of drugs.
pub(super) type Row = &'static [&'static str];
/// A sentence that tells of a drug given, with the place of its name.
pub(super) type Told<'d> = (&'d Sentence, (usize, usize));

/// A drug named in a sentence: its row, the place of its name, and the words up to the next drug.
pub(super) struct Mention<'d> {
    pub row: Row,
    pub sentence: &'d Sentence,
    pub name: (usize, usize),
    pub own: (usize, usize),
}

/// The rows of drugs that the note may name.
pub(super) fn rows(document: &Document<'_>, visit: &Visit) -> Vec<Row> {
    table!("drugs.tsv")
        .filter(|row| Days::of(row, 5).covers(visit.served_on) && cell(row, 7) != "contrast")
        .filter(|row| !document.present(cell(row, 0).split('|')).is_empty())
        .collect()
}

/// The drugs that a text names, in order; a longer name holds the shorter ones within it.
pub(super) fn named(lower: &str, rows: &[Row]) -> Vec<((usize, usize), Row)> {
    let places = |row: &Row| {
        let names = cell(row, 0).split('|').filter_map(|name| word_position(lower, name));
        names.map(|place| (place, *row)).collect::<Vec<_>>()
    };
    let mut all: Vec<((usize, usize), Row)> = rows.iter().flat_map(places).collect();
    all.sort_by_key(|((start, end), _)| (*start, std::cmp::Reverse(*end)));
    let mut kept: Vec<((usize, usize), Row)> = Vec::new();
    for (place, row) in all {
        // "Depo-Provera (medroxyprogesterone)" is one drug under two names.
        let is_again = |((_, end), last): &((usize, usize), Row)| {
            let between = lower.get(*end..place.0).unwrap_or_default();
            *end > place.0 || cell(last, 1) == cell(row, 1) && !between.contains(char::is_alphanumeric)
        };
        match kept.last_mut() {
            Some(last) if is_again(last) => last.0.1 = last.0.1.max(place.1),
            _ => kept.push((place, row)),
        }
    }
    kept
}

/// Where the words that belong to a drug begin: "then 1 litre saline", the amount before a name is its own.
pub(super) fn opens(lower: &str, name: usize) -> usize {
    const BEFORE_MAX: usize = 30;
    let before = lower.get(..name).unwrap_or_default();
    before.rfind([',', ';', '|', '+']).filter(|at| name - at < BEFORE_MAX).map_or(name, |at| at + 1)
}

pub(super) fn mentions<'d>(document: &'d Document<'_>, rows: &[Row]) -> Vec<Mention<'d>> {
    let in_sentence = |sentence: &'d Sentence| {
        let lower = document.lower_of(sentence);
        let named = named(lower, rows);
        let ends: Vec<usize> = named.iter().skip(1).map(|(next, _)| opens(lower, next.0)).collect();
        named
            .into_iter()
            .enumerate()
            .map(|(at, (name, row))| {
                let from = if at == 0 { 0 } else { opens(lower, name.0) };
                let to = ends.get(at).copied().unwrap_or(lower.len()).min(label_after(lower, name.1)).max(name.1);
                Mention { row, sentence, name, own: (from, to) }
            })
            .collect::<Vec<_>>()
    };
    document.sentences.iter().flat_map(in_sentence).collect()
}

/// Where a line with a label of its own begins: "rx: prednisone".
fn label_after(lower: &str, from: usize) -> usize {
    let rest = lower.get(from..).unwrap_or_default();
    let is_label = |at: &usize| {
        let line = rest.get(at + 1..).unwrap_or_default();
        let word = line.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        word.len() > 1 && word.ends_with(':')
    };
    let breaks = rest.match_indices('\n').map(|(at, _)| at);
    breaks.into_iter().find(is_label).map_or(lower.len(), |at| from + at)
}

/// The part of a sentence in which a name stands.
pub(super) fn clause(lower: &str, name: (usize, usize)) -> &str {
    let before = lower.get(..name.0).unwrap_or_default();
    // "given here: dexamethasone" begins a line of its own.
    let line = before.rfind('\n').filter(|at| before.get(*at..).is_some_and(|line| line.contains(':')));
    let from = before.rfind(';').max(line).map_or(0, |at| at + 1);
    let to = lower.get(name.1..).and_then(|after| after.find(';')).map_or(lower.len(), |at| name.1 + at);
    let to = to.min(label_after(lower, name.1));
    lower.get(from..to).unwrap_or(lower)
}

/// What is told of this visit: neither history, nor a list of medications, nor what is to be done at home.
pub(super) fn is_of_today(sentence: &Sentence) -> bool {
    !matches!(
        sentence.section,
        SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Family
            | SectionKind::Allergies
            | SectionKind::Medications
            | SectionKind::Instructions
    )
}
