//! Tissue that a pathologist reads: a level for each specimen that came for itself, and the stains made of it.

use claim::{Band, Evidence};

use crate::{
    Visit,
    clause::affirmed,
    document::{Document, word_position},
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

use super::exam::holds;

/// A specimen under its letter, with every line that tells of it.
struct Specimen {
    letter: char,
    text: String,
    start: usize,
    end: usize,
}

/// No report of ours has more of them than letters.
const SPECIMENS_MAX: usize = 26;

/// True when the paper is a pathologist's, and its services are added.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) -> bool {
    if !is_report(document) {
        return false;
    }
    let specimens = specimens(document);
    let on = visit.served_on;
    let rows = |facet: &'static str| {
        table!("pathology.tsv").filter(move |row| cell(row, 0) == facet && Days::of(row, 5).covers(on))
    };
    let fits = |row: &[&'static str], text: &str| {
        let is_other = !cell(row, 3).is_empty() && holds(text, cell(row, 3));
        !is_other && cell(row, 2).split(" & ").all(|group| holds(text, group))
    };
    let mut add = |row: &[&'static str], units: u32, words: Option<Evidence>| {
        let Some(words) = words else { return };
        if let Some(known) = found.services.iter_mut().find(|s| s.code == cell(row, 1)) {
            known.units = known.units.saturating_add(units);
            known.evidence.push(words);
            return;
        }
        let mut service = Service::new(cell(row, 1), ServiceKind::Test, cell(row, 4), vec![words], 0)
            .ruled("PX-DONE", "The pathologist reads it.");
        service.units = units;
        service.band = Band::Accept;
        if visit.is_in_facility() || holds(&document.lower, super::named("part", "professional")) {
            service.modifiers.push("26".to_owned());
            service.rules.push(applied("MOD-26", "Read by the physician; the place bills its making."));
        }
        found.services.push(service);
    };
    for specimen in &specimens {
        let words = || document.evidence(specimen.start, specimen.end);
        let row = rows("smear").chain(rows("tissue")).find(|row| fits(row, &specimen.text));
        if let Some(row) = row {
            add(row, 1, words());
        }
        for row in rows("stain").filter(|row| affirmed(&specimen.text, cell(row, 2)).is_some()) {
            add(row, 1, words());
            let more = antibodies(&specimen.text, cell(row, 2)).saturating_sub(1);
            if cell(row, 1) == FIRST_ANTIBODY && more > 0 {
                add(&["stain", FURTHER_ANTIBODY, "", "", "Further antibody"], more, words());
            }
        }
    }
    for row in rows("study") {
        if let Some((start, end)) = affirmed(&document.lower, cell(row, 2)) {
            add(row, 1, document.evidence(start, end));
        }
    }
    true
}

const FIRST_ANTIBODY: &str = "88342";
const FURTHER_ANTIBODY: &str = "88341";

fn is_report(document: &Document<'_>) -> bool {
    const TITLES: &str = "surgical pathology|pathology report|pathology consultation|dermatopathology|pathologist|\
                          anatomic pathology|cytopathology|histopathology";
    const TOLD: &str = "gross|microscopic|specimen|specimens|final diagnosis|blocks|received";
    holds(&document.lower, TITLES) && holds(&document.lower, TOLD)
}

/// Specimens by their letters; a report without letters has one.
fn specimens(document: &Document<'_>) -> Vec<Specimen> {
    let mut found: Vec<Specimen> = Vec::new();
    for (start, line) in document.lines() {
        for (letter, from, to) in lettered(line) {
            let text = line.get(from..to).unwrap_or_default();
            let is_new = found.len() < SPECIMENS_MAX && is_next(&found, letter);
            if let Some(known) = found.iter_mut().find(|s| s.letter == letter) {
                known.text.push('\n');
                known.text.push_str(text);
            } else if is_new {
                let end = start + from + text.trim_end().len();
                found.push(Specimen { letter, text: text.to_owned(), start: start + from, end });
            }
        }
    }
    if found.is_empty() {
        let first = document.lines().find(|(_, line)| {
            ["specimen", "source", "tissue", "diagnosis", "received"].iter().any(|w| word_position(line, w).is_some())
        });
        let (start, line) = first.unwrap_or((0, document.lower.lines().next().unwrap_or_default()));
        let text = document.lower.clone();
        found.push(Specimen { letter: 'a', text, start, end: start + line.trim_end().len() });
    }
    found
}

/// Letters follow each other.
fn is_next(found: &[Specimen], letter: char) -> bool {
    let last = found.last().map_or(b'a'.saturating_sub(1), |s| u8::try_from(s.letter).unwrap_or(b'z'));
    u8::try_from(letter).is_ok_and(|letter| letter == last.saturating_add(1))
}

/// The parts of a line that begin with a letter or number and a mark: "A. Duodenum", "B) antrum", "part C: polyp", "2)".
fn lettered(line: &str) -> Vec<(char, usize, usize)> {
    let mut places: Vec<(char, usize)> = Vec::new();
    let mut is_start = true;
    for (at, word) in words_of(line) {
        let mark = word.trim_start_matches(['(', '[', '#']);
        let mut chars = mark.chars();
        let (first, second) = (chars.next(), chars.next());
        let is_marked = matches!(second, Some('.' | ')' | ':' | ']'));
        let is_behind_part = line.get(..at).is_some_and(|before| {
            let before = before.trim_end();
            ["part", "specimen", "jar", "container"].iter().any(|w| before.ends_with(w))
        });
        let is_break = is_start
            || is_behind_part
            || line.get(..at).is_some_and(|b| b.ends_with("  ") || b.trim_end().ends_with([';', ',', '.', ':']));
        if let Some(letter) = first.filter(|_| is_break && (is_marked || is_behind_part && second.is_none())) {
            let letter = letter.to_digit(10).and_then(|n| char::from_digit(n + 9, 36)).unwrap_or(letter);
            if letter.is_ascii_lowercase() {
                places.push((letter, at));
            }
        }
        is_start = false;
    }
    let ends = places.iter().skip(1).map(|(_, at)| *at).chain([line.len()]).collect::<Vec<_>>();
    places.into_iter().zip(ends).map(|((letter, from), to)| (letter, from, to)).collect()
}

fn words_of(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split_inclusive(char::is_whitespace).filter_map(move |word| {
        let start = at;
        at += word.len();
        let word = word.trim_end();
        (!word.is_empty()).then_some((start, word))
    })
}

/// How many antibodies are listed behind the word for them: "immunostains for p16, Ki-67 and CK5/6".
fn antibodies(text: &str, stain: &str) -> u32 {
    let Some((_, end)) = affirmed(text, stain) else { return 0 };
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.split(['\n', '.', ';']).next().unwrap_or_default();
    let listed = ["for ", "with ", ": ", "("].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min();
    let Some(list) = listed.and_then(|at| rest.get(at..)) else { return 1 };
    let parts = list.replace(" and ", ", ").replace(" & ", ", ");
    u32::try_from(parts.split([',', '+']).filter(|part| part.trim().len() > 1).count()).unwrap_or(1).max(1)
}
