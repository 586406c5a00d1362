//! The examinations that a report names in its titles, and what is told of each: contrast, views, sides.

use crate::{
    clause::affirmed,
    document::{Document, word_position},
    table::{Days, cell, table},
};

/// Words of one facet, with the name and the count of its row.
pub(super) fn words(facet: &str) -> impl Iterator<Item = (&'static str, &'static str, u32)> {
    table!("imaging_words.tsv")
        .filter(move |row| cell(row, 0) == facet)
        .map(|row| (cell(row, 1), cell(row, 2), cell(row, 3).parse().unwrap_or(0)))
}

/// The words of one name.
pub(super) fn named(facet: &str, name: &str) -> &'static str {
    words(facet).find(|(row, _, _)| *row == name).map_or("", |(_, words, _)| words)
}

pub(super) fn holds(text: &str, words: &str) -> bool {
    words.split('|').any(|word| word_position(text, word).is_some())
}

/// A line that names an examination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Title<'d> {
    pub start: usize,
    pub text: &'d str,
    /// The kind of image, where the title leaves it to the head of the paper.
    pub kind: Option<&'static str>,
}

/// A row of the table that a title names, with the span of its words.
pub(super) struct Exam {
    pub row: &'static [&'static str],
    pub start: usize,
    pub end: usize,
}

/// Titles are short; a report in one line names its examination first.
const TITLE_BYTES: usize = 160;
/// The first examination is named among the first lines.
const TITLE_LINES: usize = 12;

/// The titles of a paper.
pub(super) fn titles<'d>(document: &'d Document<'_>, on: jiff::civil::Date) -> Vec<Title<'d>> {
    let mut found: Vec<Title<'d>> = Vec::new();
    let mut inherited: Option<&'static str> = None;
    let lines = document.lines().filter(|(_, line)| !line.trim().is_empty());
    for (number, (start, line)) in lines.enumerate() {
        let title = Title { start, text: shortened(line), kind: None };
        if found.is_empty() && number >= TITLE_LINES {
            break;
        }
        let own = kinds(document, &title);
        let is_label = is_labelled(line);
        let is_views = views(title.text).is_some();
        let kind = own.first().copied().or(inherited.filter(|_| is_label || is_views)).or(is_views.then_some("xr"));
        let is_open =
            is_label || is_enumerated(line) || is_capital(document, &title) || number < FIRST_LINES && is_name(&title);
        let may_name = is_open && !is_aside(line) && affirmed(title.text, "guided|guidance").is_none();
        inherited = inherited.or(own.first().copied().filter(|_| number < FIRST_LINES));
        let title = Title { kind, ..title };
        if may_name && kind.is_some() && !exams(document, &title, title.text, on).is_empty() {
            found.push(title);
        }
    }
    found
}

/// The line up to the reason and to where its first sentence ends, where it is a long one.
fn shortened(line: &str) -> &str {
    let line = line.trim_end();
    let line = if line.len() > TITLE_BYTES { line.split(". ").next().unwrap_or(line) } else { line };
    let reason = ["indication", "history", "hx:", "reason", "clinical", "comparison", "compared", " for ", "no prior"];
    let cut = reason.iter().filter_map(|word| line.find(word)).filter(|at| *at > 0).min();
    line.get(..cut.unwrap_or(line.len())).unwrap_or(line)
}

/// Names of papers stand here, without prose about a patient.
const FIRST_LINES: usize = 4;
const NAME_BYTES: usize = 110;

fn is_name(title: &Title<'_>) -> bool {
    let is_body =
        ["technique", "findings", "impression", "result"].iter().any(|word| title.text.trim_start().starts_with(word));
    !is_body && title.text.len() < NAME_BYTES && !holds(title.text, named("prose", "prose"))
}

/// Written in capitals, but for what stands behind it.
fn is_capital(document: &Document<'_>, title: &Title<'_>) -> bool {
    const START_BYTES: usize = 24;
    let text = document.text.get(title.start..title.start + title.text.len()).unwrap_or_default();
    let letters = text.chars().take(START_BYTES).filter(|c| c.is_alphabetic());
    let (upper, lower): (Vec<char>, Vec<char>) = letters.partition(|c| c.is_uppercase());
    upper.len() > 5 && lower.len() < 3
}

fn is_labelled(line: &str) -> bool {
    const LABELS: &[&str] =
        &["exam", "examination", "exams", "study", "procedure", "order", "test", "type", "modality", "views", "title"];
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let label = line.split([':', '-']).next().unwrap_or_default();
    let opens = |word: &&str| word_position(label, word).is_some_and(|(at, _)| at == 0);
    label.len() < line.trim_end().len() && label.len() < 30 && LABELS.iter().any(opens)
}

/// "[2] XR", "2. CT", "B) MRI".
fn is_enumerated(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['[', '(', '#']);
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    (1..=2).contains(&digits) && line.get(digits..).is_some_and(|rest| rest.starts_with([']', ')', '.', ':']))
}

/// Lines that tell of other films, of the reason and of people.
pub(super) fn is_aside(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    named("aside", "aside").split('|').any(|word| word_position(line, word).is_some_and(|(at, _)| at == 0))
}

/// The kinds of image a title names, in the order of the table; short names only where they are written in capitals.
fn kinds(document: &Document<'_>, title: &Title<'_>) -> Vec<&'static str> {
    const SHORT: usize = 3;
    let is_written = |from: usize, to: usize| {
        to - from > SHORT
            || is_labelled(title.text)
            || document
                .text
                .get(title.start + from..title.start + to)
                .is_some_and(|w| !w.contains(|c: char| c.is_ascii_lowercase()))
    };
    let is_named = |group: &str| {
        group.split('|').any(|word| word_position(title.text, word).is_some_and(|(from, to)| is_written(from, to)))
    };
    words("kind").filter(|(_, group, _)| is_named(group)).map(|(name, _, _)| name).collect()
}

/// The rows that a title names: of its first kind that names any. Details are the lines before the findings.
pub(super) fn exams(document: &Document<'_>, title: &Title<'_>, details: &str, on: jiff::civil::Date) -> Vec<Exam> {
    let named = parts(document, title).into_iter().flat_map(|part| {
        let own = kinds(document, &part);
        let mut found = own.into_iter().chain(part.kind).map(|kind| of_kind(document, &part, kind, details, on));
        found.find(|found| !found.is_empty()).unwrap_or_default()
    });
    named.collect()
}

/// A title of several kinds of image in its parts: "mammogram, left, and ultrasound of the left breast".
fn parts<'d>(document: &Document<'_>, title: &Title<'d>) -> Vec<Title<'d>> {
    let breaks = [" and ", ", ", " & ", " + ", "; "];
    let mut cuts: Vec<usize> =
        breaks.iter().flat_map(|word| title.text.match_indices(word)).map(|(at, word)| at + word.len()).collect();
    cuts.sort_unstable();
    let piece = |from: usize, to: usize| {
        Some(Title { start: title.start + from, text: title.text.get(from..to)?, kind: title.kind })
    };
    cuts.push(title.text.len());
    let (mut from, mut last, mut found) = (0, 0, Vec::new());
    for cut in cuts {
        let (Some(part), Some(own)) = (piece(from, last), piece(last, cut)) else { continue };
        let (known, next) = (kinds(document, &part), kinds(document, &own));
        if !known.is_empty() && next.first().is_some_and(|kind| !known.contains(kind)) {
            found.push(part);
            from = last;
        }
        last = cut;
    }
    found.extend(piece(from, title.text.len()));
    found
}

fn of_kind(document: &Document<'_>, title: &Title<'_>, kind: &str, details: &str, on: jiff::civil::Date) -> Vec<Exam> {
    let contrast = contrast(title.text, details);
    let views = views(title.text).or_else(|| views(details));
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut found: Vec<Exam> = Vec::new();
    for row in table!("imaging.tsv").filter(|row| cell(row, 0) == kind && Days::of(row, 9).covers(on)) {
        let is_other = !cell(row, 3).is_empty() && holds(title.text, cell(row, 3));
        if is_other
            || !stands(document, title.text, details, cell(row, 2))
            || !fits(cell(row, 4), contrast, views, title.text)
        {
            continue;
        }
        let beside = cell(row, 4).strip_prefix("beside=");
        if beside.is_some_and(|code| !found.iter().any(|known| cell(known.row, 5) == code)) {
            continue;
        }
        let Some(places) = places(title.text, cell(row, 1), &taken) else { continue };
        let start = places.iter().map(|p| p.0).min().unwrap_or(0);
        let end = places.iter().map(|p| p.1).max().unwrap_or(title.text.trim_end().len());
        taken.extend(places);
        if !found.iter().any(|known| cell(known.row, 5) == cell(row, 5)) {
            found.push(Exam { row, start: title.start + start, end: title.start + end });
        }
    }
    found
}

/// Where the groups of a part stand, each on words of its own.
fn places(text: &str, part: &str, taken: &[(usize, usize)]) -> Option<Vec<(usize, usize)>> {
    let mut own: Vec<(usize, usize)> = Vec::new();
    let (optional, required): (Vec<&str>, Vec<&str>) =
        part.split(" & ").filter(|group| !group.is_empty()).partition(|group| group.starts_with('?'));
    for group in required {
        let place = free(text, group, taken, &own)?;
        own.push(place);
    }
    for group in optional {
        own.extend(free(text, group.trim_start_matches('?'), taken, &own));
    }
    Some(own)
}

fn free(text: &str, group: &str, taken: &[(usize, usize)], own: &[(usize, usize)]) -> Option<(usize, usize)> {
    group.split('|').find_map(|word| {
        let mut from = 0;
        loop {
            let (start, end) = word_position(text.get(from..)?, word)?;
            let (start, end) = (from + start, from + end);
            if taken.iter().chain(own).all(|(a, b)| end <= *a || *b <= start) {
                return Some((start, end));
            }
            from = end;
        }
    })
}

/// What must be told besides: by the title or the lines before the findings, behind an asterisk by the whole paper.
fn stands(document: &Document<'_>, title: &str, details: &str, with: &str) -> bool {
    with.split(" & ").filter(|group| !group.is_empty()).all(|group| match group.strip_prefix('*') {
        Some(group) => affirmed(&document.lower, group).is_some(),
        None => affirmed(title, group).or_else(|| affirmed(details, group)).is_some(),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contrast {
    With,
    Without,
    Both,
}

/// Contrast as the title says, else as the technique does.
fn contrast(title: &str, details: &str) -> Contrast {
    told(title).or_else(|| told(details)).unwrap_or(Contrast::Without)
}

fn told(text: &str) -> Option<Contrast> {
    let is_given = || affirmed(text, named("contrast", "agent")).is_some();
    if holds(text, named("contrast", "both")) {
        return Some(Contrast::Both);
    }
    let without = holds(text, named("contrast", "without"));
    let with = affirmed(text, named("contrast", "with")).is_some() || is_given();
    match (with, without) {
        (true, false) => Some(Contrast::With),
        (true, true) if is_given() && text.contains("pre") => Some(Contrast::Both),
        (true, true) | (false, true) => Some(Contrast::Without),
        (false, false) => None,
    }
}

/// How many views a text tells of: by number, else by its projections, else by how complete it is.
pub(super) fn views(text: &str) -> Option<u32> {
    counted(text).or_else(|| {
        let projections: u32 =
            words("view").filter(|(_, group, _)| holds(text, group)).map(|(_, _, count)| count).sum();
        let double = u32::from(holds(text, named("view", "obliques")) && holds(text, named("view", "oblique")));
        let extent = || words("extent").find(|(_, group, _)| holds(text, group)).map(|(_, _, count)| count);
        Some(projections.saturating_sub(double)).filter(|count| *count > 0).or_else(extent)
    })
}

/// "3 views", "three-view", "4v", "2 or more views", "views: 3".
fn counted(text: &str) -> Option<u32> {
    const NUMBERS: &[(&str, u32)] =
        &[("one", 1), ("single", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7)];
    let number = |word: &str| {
        let figure = word.parse::<u32>().ok().filter(|n| (1..=12).contains(n));
        figure.or_else(|| NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n))
    };
    let tokens: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).collect();
    let is_views = |word: &str| matches!(word, "view" | "views" | "vw" | "vws" | "v" | "projections" | "exposures");
    tokens.iter().enumerate().find_map(|(at, token)| {
        // "3v", "2vw"
        let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if !digits.is_empty() && digits.len() < token.len() && token.get(digits.len()..).is_some_and(is_views) {
            return digits.parse::<u32>().ok().filter(|n| (1..=12).contains(n));
        }
        if !is_views(token) {
            return None;
        }
        let before = at.checked_sub(1).and_then(|i| tokens.get(i)).and_then(|word| number(word));
        let further = || {
            let near = tokens.get(at.saturating_sub(4)..at)?;
            let is_least = near.iter().any(|word| matches!(*word, "more" | "minimum" | "or" | "least" | "x"));
            near.iter().rev().find_map(|word| number(word)).filter(|_| is_least)
        };
        before.or_else(further).or_else(|| {
            tokens
                .get(at + 1)
                .and_then(|word| word.parse::<u32>().ok())
                .filter(|n| (1..=8).contains(n) && *token != "v")
        })
    })
}

/// What the row asks of contrast, views and sides.
fn fits(when: &str, contrast: Contrast, views: Option<u32>, title: &str) -> bool {
    when.split_whitespace().all(|condition| match condition {
        "with" => contrast == Contrast::With,
        "both" => contrast == Contrast::Both,
        "two" => holds(title, "bilateral|both|bilat"),
        _ if condition.starts_with("beside=") => true,
        _ => {
            let least = condition.strip_prefix(">=").and_then(|n| n.parse::<u32>().ok());
            let most = condition.strip_prefix("<=").and_then(|n| n.parse::<u32>().ok());
            views.is_some_and(|views| least.is_none_or(|n| views >= n) && most.is_none_or(|n| views <= n))
        }
    })
}
