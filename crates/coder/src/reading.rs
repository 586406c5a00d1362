//! Images that a report reads, by its titles, and tissue that a pathologist reads.

use claim::Band;

use crate::{
    Visit,
    clock::times_of_day,
    document::{Document, word_position},
    procedures,
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

mod exam;
mod pathology;

use exam::{Exam, Title, exams, holds, named, titles};

/// Contrast by its volume, where the owner of the scanner bills.
fn contrast(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    if visit.is_in_facility() || !found.services.iter().any(|s| s.kind == ServiceKind::Test) {
        return;
    }
    let media = table!("drugs.tsv").filter(|row| cell(row, 7) == "contrast");
    for row in media.filter(|row| Days::of(row, 5).covers(visit.served_on)) {
        let told = document.sentences.iter().find_map(|sentence| {
            let name = cell(row, 0).split('|').find_map(|n| word_position(document.lower_of(sentence), n))?;
            Some((sentence, name))
        });
        if let Some(service) = told.and_then(|told| procedures::priced(document, row, told, found)) {
            found.services.push(service);
        }
    }
}

/// A title of an examination, what only reports say, and nobody who was seen.
pub(crate) fn is_report(document: &Document<'_>, visit: &Visit) -> bool {
    let told = |facet: &str| {
        let words = exam::words(facet).flat_map(|(_, words, _)| words.split('|'));
        words
            .filter(|word| {
                word_position(&document.lower, word).is_some() || word.ends_with(':') && document.lower.contains(word)
            })
            .count()
    };
    const SEEN: usize = 2;
    told("report") > 0 && told("visit") < SEEN && !titles(document, visit.served_on).is_empty()
}

/// Reads the examinations of a report.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Reading {
        return;
    }
    if pathology::read(document, visit, found) {
        return;
    }
    let titles = titles(document, visit.served_on);
    for (number, title) in titles.iter().enumerate() {
        let next = titles.get(number + 1).map_or(document.lower.len(), |next| next.start);
        let (details, head) = details(document, title, next);
        for exam in exams(document, title, &details, visit.served_on) {
            add(document, visit, title, &exam, [title.text, &details, &head], found);
        }
    }
    contrast(document, visit, found);
}

/// Only so much behind a title belongs to how the examination was made.
const DETAIL_BYTES: usize = 900;

/// The lines between a title and the findings that tell how it was made, with the technique wherever it stands; and all
/// lines before the findings.
fn details(document: &Document<'_>, title: &Title<'_>, next: usize) -> (String, String) {
    let (mut text, mut head) = (String::new(), String::new());
    let mut is_before = true;
    for (start, line) in document.lines().filter(|(start, _)| *start < next) {
        let own = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let is_about = own.starts_with("technique") || own.starts_with("views") || own.starts_with("contrast");
        if start > title.start && ["findings", "impression", "result", "impr"].iter().any(|w| own.starts_with(w)) {
            is_before = false;
        }
        let is_near = is_before && start < title.start + DETAIL_BYTES;
        if start != title.start && (is_near && !exam::is_aside(line) || is_about) {
            text.push_str(line);
        }
        if is_near {
            head.push_str(line);
        }
    }
    (text, head)
}

/// Adds an examination; its side stands in the title, else in how it was made, else in its reason.
fn add(document: &Document<'_>, visit: &Visit, title: &Title<'_>, exam: &Exam, told: [&str; 3], found: &mut Services) {
    let row = exam.row;
    let code = cell(row, 5);
    let Some(words) = document.evidence(exam.start, exam.end) else { return };
    let mut service =
        Service::new(code, ServiceKind::Test, cell(row, 8), vec![words], 0).ruled("PX-DONE", "The report reads it.");
    service.treats = cell(row, 7).split_whitespace().map(str::to_owned).collect();
    service.band = Band::Accept;
    let says = |part: &str| holds(&document.lower, named("part", part));
    if says("technical") {
        service.modifiers.push("TC".to_owned());
        service.rules.push(applied("MOD-26", "Made here, read by others."));
    } else if visit.is_in_facility() || says("professional") {
        service.modifiers.push("26".to_owned());
        service.rules.push(applied("MOD-26", "Read by the physician; the place bills its making."));
    }
    let sides = told.into_iter().map(sides).find(|sides| !sides.is_empty()).filter(|_| cell(row, 6) == "s");
    let is_again = found.services.iter().any(|known| known.code == code);
    if is_again {
        // The same examination made and read again on the day stands under a title with a time of its own.
        if times_of_day(title.text).is_empty() {
            return;
        }
        service.modifiers.push("76".to_owned());
        service.rules.push(applied("MOD-REPEAT", "Made and read again on the same day."));
    }
    // Films of both sides are paid in full for each (fee schedule indicator 3): a line for either.
    for side in sides.unwrap_or_default() {
        let mut one = service.clone();
        one.modifiers.push((*side).to_owned());
        found.services.push(one);
    }
    if sides.is_none() {
        found.services.push(service);
    }
}

/// The sides that a text names.
fn sides(text: &str) -> &'static [&'static str] {
    let right = holds(text, "right|rt|r");
    let left = holds(text, "left|lt|l");
    match (holds(text, "bilateral|both|bilat|bilaterally"), right, left) {
        (true, _, _) | (_, true, true) => &["RT", "LT"],
        (_, true, _) => &["RT"],
        (_, _, true) => &["LT"],
        _ => &[],
    }
}
