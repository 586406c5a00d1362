//! Operations by the words of their title: what was done, on which side, what it includes, and what more of it was done.

use claim::{Band, Evidence};

use crate::{
    Visit,
    document::{Document, word_position},
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

mod circumstances;
mod extent;

/// Reads the operations of an operative report.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Operation {
        return;
    }
    let titles = titles(document);
    let mut taken: Vec<&str> = Vec::new();
    let mut absorbed: Vec<(&str, &str)> = Vec::new();
    for row in table!("operations.tsv").filter(|row| Days::of(row, 9).covers(visit.served_on)) {
        let (group, code) = (cell(row, 0), cell(row, 1));
        if taken.contains(&group) || found.services.iter().any(|s| s.code == code) {
            continue;
        }
        let Some((start, end)) = spelled(document, &titles, row) else { continue };
        taken.push(group);
        absorbed.extend(cell(row, 7).split_whitespace().map(|part| (part, code)));
        let evidence = document.evidence(start, end).into_iter().collect();
        let mut service = Service::new(code, ServiceKind::Operation, cell(row, 8), evidence, 0)
            .ruled("PX-DONE", "The report names it as done.");
        service.treats = cell(row, 6).split_whitespace().map(str::to_owned).collect();
        service.band = Band::Accept;
        side(document, &titles, cell(row, 5), (start, end), &mut service);
        found.services.push(service);
    }
    let whole = |part: &Service| absorbed.iter().find(|(code, _)| *code == part.code).map(|(_, whole)| *whole);
    found.reject("PX-BUNDLED", |service| Some(format!("A step of {}.", whole(service)?)));
    extent::read(document, visit, &titles, found);
    circumstances::read(document, visit, found);
}

/// Where the report says what was done: the paragraphs under headings such as "Procedures"; without one, all that is
/// not diagnosis, history or advice.
fn titles(document: &Document<'_>) -> Vec<(usize, usize)> {
    const HEADINGS: &[&str] = &[
        "procedure",
        "procedures",
        "procedure performed",
        "procedures performed",
        "operation",
        "operations",
        "operation performed",
        "operations performed",
        "name of operation",
        "title of operation",
        "surgery",
        "surgical procedure",
        "arthroscopic procedures",
        "intervention",
        "diagnostic",
        "procedure(s)",
        "operation(s)",
    ];
    let mut titles = Vec::new();
    let head = document.lower.find('\n').unwrap_or(document.lower.len());
    let mut is_open = false;
    for (at, line) in document.lines() {
        let trimmed = line.trim();
        let label = trimmed.split(':').next().unwrap_or_default().trim();
        let is_heading = HEADINGS.contains(&label) && trimmed.contains([':']) || HEADINGS.contains(&trimmed);
        let is_other = !is_heading
            && (trimmed.is_empty()
                || trimmed.find(':').is_some_and(|end| end < 36 && !trimmed.starts_with(|c: char| c.is_ascii_digit())));
        if is_heading {
            is_open = true;
        } else if is_other && (!trimmed.is_empty() || titles.last().is_some_and(|(_, end)| *end == at)) {
            is_open = is_open && trimmed.is_empty() && titles.last().is_none_or(|(start, end)| end - start <= 24);
        }
        // A paragraph of prose under a heading is the description, no title.
        if is_open && line.len() < 420 {
            titles.push((at, at + line.len()));
        }
    }
    if titles.iter().map(|(start, end)| end - start).sum::<usize>() > 12 {
        // The first line names the paper: "Colonoscopy report".
        titles.insert(0, (0, head));
        return titles;
    }
    use crate::sections::SectionKind as Kind;
    let told = document.sentences.iter().filter(|s| {
        !matches!(
            s.section,
            Kind::Past
                | Kind::Surgical
                | Kind::Family
                | Kind::Social
                | Kind::Medications
                | Kind::Allergies
                | Kind::Instructions
                | Kind::Plan
                | Kind::Complaint
                | Kind::Results
        )
    });
    told.map(|s| (s.start, s.end)).collect()
}

/// The span of the words of a row in the titles, when they are all there and none that makes it another operation.
fn spelled(document: &Document<'_>, titles: &[(usize, usize)], row: &[&'static str]) -> Option<(usize, usize)> {
    let find = |word: &str| {
        titles.iter().find_map(|(start, end)| {
            let (from, to) = word_position(document.lower.get(*start..*end)?, word)?;
            Some((start + from, start + to))
        })
    };
    let is_told_to_be_absent = |word: &str| ["no ", "without ", "does not "].iter().any(|no| word.starts_with(no));
    let contradicts = |word: &str| {
        if is_told_to_be_absent(word) { document.lower.contains(word) } else { find(word).is_some() }
    };
    if !cell(row, 4).is_empty() && cell(row, 4).split('|').any(contradicts) {
        return None;
    }
    if !cell(row, 3).is_empty() && !cell(row, 3).split('|').any(|word| word_position(&document.lower, word).is_some()) {
        return None;
    }
    let groups: Option<Vec<(usize, usize)>> =
        cell(row, 2).split(" & ").map(|group| group.split('|').find_map(|word| find(word.trim()))).collect();
    let groups = groups?;
    let (start, end) = groups.first().copied()?;
    // Words that stand far apart are shown by the first of them.
    let near = groups.iter().filter(|(from, to)| from.abs_diff(start) < 160 && to.abs_diff(end) < 160);
    Some(near.fold((start, end), |(a, b), (from, to)| (a.min(*from), b.max(*to))))
}

/// The side nearest to the words in the title, else the only one of the whole report.
fn side(document: &Document<'_>, titles: &[(usize, usize)], sides: &str, at: (usize, usize), service: &mut Service) {
    if sides == "-" {
        return;
    }
    if sides == "d"
        && let Some((digit, words)) = crate::modifiers::digit(document, service)
    {
        service.modifiers.push(digit.to_owned());
        service.evidence.push(words);
        service.rules.push(applied("MOD-SIDE", "The digit is written."));
        return;
    }
    if sides == "c" {
        vessel(document, service);
        return;
    }
    let tokens = document.tokens.iter().filter_map(|token| Some((name(&token.stem, token.is_capitals, sides)?, token)));
    let tokens: Vec<_> = tokens.collect();
    let in_titles = |start: usize| titles.iter().any(|(from, to)| (*from..*to).contains(&start));
    let distance = |start: usize| if start < at.0 { at.0 - start } else { start.saturating_sub(at.1) + 4 };
    let own = tokens.iter().filter(|(_, t)| in_titles(t.start) && distance(t.start) < 90);
    let best = own.min_by_key(|(_, t)| distance(t.start));
    let only = || {
        let first = tokens.first()?;
        tokens.iter().all(|(side, _)| side == &first.0).then_some(first)
    };
    // The part of the report before the description names the diagnosis with its side.
    let head = || tokens.iter().find(|(_, t)| t.start < document.lower.len() / 2);
    let Some((modifier, token)) = best.or_else(only).or_else(head) else { return };
    service.modifiers.push((*modifier).to_owned());
    service.evidence.extend(document.evidence(token.start, token.end));
    let rule = if *modifier == "50" { "MOD-50" } else { "MOD-SIDE" };
    service.rules.push(applied(rule, "The side is written."));
}

fn name(stem: &str, is_capitals: bool, sides: &str) -> Option<&'static str> {
    match stem {
        "right" | "rt" => Some("RT"),
        "left" | "lt" => Some("LT"),
        "r" if is_capitals => Some("RT"),
        "l" if is_capitals => Some("LT"),
        "bilateral" | "bilaterally" => Some("50"),
        "od" if sides == "e" && is_capitals => Some("RT"),
        "os" if sides == "e" && is_capitals => Some("LT"),
        "ou" if sides == "e" && is_capitals => Some("50"),
        _ => None,
    }
}

/// The coronary artery treated (HCPCS modifiers LD, LC, RC, LM).
fn vessel(document: &Document<'_>, service: &mut Service) {
    const VESSELS: &[(&str, &[&str])] =
        &[("LD", &["stent", "lad"]), ("RC", &["stent", "rca"]), ("LC", &["stent", "lcx", "circumflex"])];
    for sentence in &document.sentences {
        let lower = document.lower_of(sentence);
        if word_position(lower, "stent").is_none() && word_position(lower, "pci").is_none() {
            continue;
        }
        let found = VESSELS.iter().find_map(|(modifier, words)| {
            let (start, end) = words.iter().skip(1).find_map(|word| word_position(lower, word))?;
            Some((*modifier, document.evidence(sentence.start + start, sentence.start + end)?))
        });
        if let Some((modifier, words)) = found {
            service.modifiers.push(modifier.to_owned());
            service.evidence.push(words);
            service.rules.push(applied("MOD-SIDE", "The artery is written."));
            return;
        }
    }
}

/// A service that another one brings with it.
fn besides(
    found: &mut Services,
    code: &str,
    label: &str,
    units: u32,
    evidence: Vec<Evidence>,
    rule: &str,
    text: String,
) {
    if units == 0 || found.services.iter().any(|s| s.code == code) {
        return;
    }
    let mut service = Service::new(code, ServiceKind::Operation, label, evidence, 0).ruled(rule, text);
    service.units = units;
    found.services.push(service);
}
