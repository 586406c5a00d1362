//! Operations by the words of their title: what was done, on which side, what it includes, and what more of it was done.

use claim::{Band, Evidence, Prompt};

use crate::{
    Visit,
    document::{Document, word_position},
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
};

mod circumstances;
mod extent;
mod measure;
pub(crate) mod words;

use words::{OPERATIONS, Operation, Wording, shared};

/// Reads the operations of an operative report.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Operation {
        return;
    }
    let wording = Wording::of(document);
    let mut titles = titles(document, &wording);
    if spelled(&wording, &titles, visit).is_empty() {
        titles = wording.told.clone();
    }
    let operations = spelled(&wording, &titles, visit);
    for (operation, (start, end)) in &operations {
        let evidence = document.evidence(*start, *end).into_iter().collect();
        let mut service = Service::new(operation.code, ServiceKind::Operation, operation.label, evidence, 0)
            .ruled("PX-DONE", "The report names it as done.");
        service.treats = operation.treats.split_whitespace().map(str::to_owned).collect();
        service.band = Band::Accept;
        side(document, &titles, operation.sides, (*start, *end), &mut service);
        found.services.push(service);
    }
    let whole = |part: &Service| {
        operations.iter().find(|(whole, _)| whole.absorbs.split_whitespace().any(|code| code == part.code))
    };
    found.reject("PX-BUNDLED", |service| Some(format!("A step of {}.", whole(service)?.0.code)));
    contradicted(document, found);
    extent::read(document, visit, &wording, &titles, found);
    measure::read(document, visit, found);
    circumstances::read(document, visit, &wording, found);
}

/// The operations whose words the titles hold, the first of each group, each with its span.
fn spelled(
    wording: &Wording<'_>,
    titles: &[(usize, usize)],
    visit: &Visit,
) -> Vec<(&'static Operation, (usize, usize))> {
    let mut found: Vec<(&Operation, (usize, usize))> = Vec::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.is_for(visit)) {
        let is_known = found.iter().any(|(known, _)| known.group == operation.group || known.code == operation.code);
        if let Some(span) = (!is_known).then(|| operation.spelled(wording, titles)).flatten() {
            found.push((operation, span));
        }
    }
    found
}

/// Where the report says what was done: what follows headings such as "Procedures", and the line that names the paper;
/// without a heading, all that it tells.
fn titles(document: &Document<'_>, wording: &Wording<'_>) -> Vec<(usize, usize)> {
    let headed = ["@headings", "@intended"].iter().map(|names| under(document, &shared(names)));
    let Some(mut titles) = headed.into_iter().find(|titles| !titles.is_empty()) else { return wording.told.clone() };
    // The first line names the paper: "Colonoscopy report".
    let end = document.lower.find('\n').unwrap_or(document.lower.len());
    if titles.first().is_some_and(|(start, _)| *start >= end) {
        titles.insert(0, (0, end));
    }
    titles
}

/// The lines under the headings, up to an empty line or the next heading.
fn under(document: &Document<'_>, headings: &[&str]) -> Vec<(usize, usize)> {
    let mut titles: Vec<(usize, usize)> = Vec::new();
    let mut is_open = false;
    for (at, line) in document.lines() {
        let trimmed = line.trim_end();
        let is_list =
            trimmed.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '-' | '*' | '#'));
        let label = trimmed.find(':').filter(|end| *end < 60 && !is_list);
        let from = headings.iter().find_map(|heading| after_heading(line, heading));
        // A heading may stand in the middle of a line, behind the diagnosis.
        if let Some(from) = from {
            is_open = true;
            if trimmed.len() > from {
                titles.push((at + from, at + line.len()));
            }
            continue;
        }
        if trimmed.is_empty() {
            is_open = is_open && titles.last().is_none_or(|(start, end)| end - start <= 24);
        } else if label.is_some() {
            is_open = false;
        }
        // A paragraph of prose under a heading is the description, no title.
        if is_open && !trimmed.is_empty() && line.len() < 420 {
            titles.push((at, at + line.len()));
        }
    }
    titles.retain(|(start, end)| {
        document.lower.get(*start..*end).is_some_and(|text| text.chars().any(char::is_alphabetic))
    });
    titles
}

/// Where the words behind a heading begin: "procedure: ", "operation(s) performed -", or the heading alone on its line.
fn after_heading(line: &str, heading: &str) -> Option<usize> {
    let (start, mut end) = word_position(line, heading)?;
    if line.get(end..)?.starts_with("(s)") {
        end += "(s)".len();
    }
    let rest = line.get(end..)?;
    let before = line.get(..start)?.trim_start_matches(|c: char| !c.is_alphanumeric());
    if rest.trim().is_empty() && before.is_empty() {
        return Some(line.len());
    }
    // "Procedure performed by": another word of the heading follows.
    let gap = rest.len() - rest.trim_start_matches(' ').len();
    let is_ended = rest.get(gap..)?.starts_with([':', '=']) || before.is_empty() && rest.get(gap..)?.starts_with("- ");
    let is_start = before.is_empty()
        || line.get(..start)?.ends_with("  ")
        || line.get(..start)?.ends_with(". ")
        || line.get(..start)?.ends_with("| ");
    (is_ended && is_start).then_some(end + gap + 1)
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

/// A side that the description never names while it names the other again and again: asked for, never coded.
fn contradicted(document: &Document<'_>, found: &mut Services) {
    const OFTEN: usize = 3;
    let mut told = (0, 0);
    for (at, line) in document.lines() {
        // The lines with labels tell what was planned and consented to.
        let is_labelled = line.find(':').is_some_and(|end| end < 32);
        let words = document.tokens.iter().filter(|t| !is_labelled && (at..at + line.len()).contains(&t.start));
        for token in words {
            match token.stem.as_str() {
                "right" => told.0 += 1,
                "left" => told.1 += 1,
                _ => {}
            }
        }
    }
    let is_contradicted = |service: &Service| {
        let has = |side: &str| service.modifiers.iter().any(|modifier| modifier == side);
        service.kind == ServiceKind::Operation
            && (has("RT") && told.0 == 0 && told.1 >= OFTEN || has("LT") && told.1 == 0 && told.0 >= OFTEN)
    };
    for service in found.services.iter().filter(|service| is_contradicted(service)) {
        found.prompts.push(Prompt {
            id: "conflicting-side".to_owned(),
            text: format!("{}: title and description name different sides.", service.label),
            question: "On which side was the operation done?".to_owned(),
            options: vec!["Right".to_owned(), "Left".to_owned(), "Both sides".to_owned()],
            evidence: service.evidence.clone(),
            code: Some(service.code.clone()),
            is_blocking: true,
        });
    }
    found.reject("MOD-SIDE", |service| is_contradicted(service).then(|| "The sides contradict each other.".to_owned()));
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
