//! How much of an operation was done: levels of the spine, area of a wound, stages, grafts.

use claim::Evidence;

use super::besides;
use crate::{
    Visit,
    document::Document,
    service::Services,
    table::{Days, cell, table},
};

/// Adds the codes for what goes beyond the first level, area or stage.
pub(super) fn read(document: &Document<'_>, visit: &Visit, titles: &[(usize, usize)], found: &mut Services) {
    for row in table!("extents.tsv").filter(|row| Days::of(row, 6).covers(visit.served_on)) {
        let base = cell(row, 0);
        if !found.services.iter().any(|s| s.code == base) {
            continue;
        }
        let (first, step): (u32, u32) = (cell(row, 3).parse().unwrap_or(1), cell(row, 4).parse().unwrap_or(1));
        let counted = match cell(row, 2) {
            "levels" => levels(document, titles),
            "area" => area(document),
            _ => stages(document),
        };
        let Some((count, evidence)) = counted.filter(|(count, _)| *count > first) else { continue };
        let units = (count - first).div_ceil(step.max(1));
        let text = format!("{count} in all, the first {first} with {base}.");
        besides(found, cell(row, 1), cell(row, 5), units, vec![evidence], "PX-EXTENT", text);
    }
    devices(document, titles, found);
    hernia(document, titles, found);
}

/// Hernias of the front of the belly: first or again, reducible or not, and the length of the defect (CPT 2023).
fn hernia(document: &Document<'_>, titles: &[(usize, usize)], found: &mut Services) {
    const KINDS: &[&str] = &["ventral", "incisional", "umbilical", "epigastric", "spigelian"];
    let title: String = titles.iter().filter_map(|(start, end)| document.lower.get(*start..*end)).collect();
    let Some(kind) = KINDS.iter().find(|kind| title.contains(*kind) && title.contains("hernia")) else { return };
    let Some(at) = document.lower.find(kind) else { return };
    let length = ["defect", "fascial"].iter().find_map(|word| {
        let from = document.lower.find(word)?;
        let rest = document.lower.get(from..)?;
        let near: Vec<u32> = rest
            .get(..rest.len().min(120))
            .unwrap_or(rest)
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .filter_map(|n| tenths(n.trim_matches('.')))
            .filter(|n| (5..=300).contains(n))
            .collect();
        Some((near.iter().max().copied()?, from))
    });
    let Some((tenths, from)) = length else { return };
    let is_again = title.contains("recurrent");
    let is_stuck = title.contains("incarcerated") || title.contains("strangulated");
    let step = if tenths < 30 {
        0
    } else if tenths <= 100 {
        1
    } else {
        2
    };
    let codes: [&str; 3] = match (is_again, is_stuck) {
        (false, false) => ["49591", "49593", "49595"],
        (false, true) => ["49592", "49594", "49596"],
        (true, false) => ["49613", "49615", "49617"],
        (true, true) => ["49614", "49616", "49618"],
    };
    let words = [document.evidence(at, at + kind.len()), document.evidence(from, from + 6)];
    let text = format!("Defect of {}.{} cm.", tenths / 10, tenths % 10);
    let code = codes.get(step).copied().unwrap_or_default();
    found.services.retain(|s| !("49591".."49619").contains(&s.code.as_str()));
    besides(
        found,
        code,
        "Repair of a hernia of the abdominal wall",
        1,
        words.into_iter().flatten().collect(),
        "PX-EXTENT",
        text,
    );
}

/// Levels of the spine: `L3-4`, `L4-L5`, `C5/6`, each once.
fn levels(document: &Document<'_>, titles: &[(usize, usize)]) -> Option<(u32, Evidence)> {
    let mut seen: Vec<(char, u32)> = Vec::new();
    let mut span: Option<(usize, usize)> = None;
    for (start, end) in titles {
        let text = document.lower.get(*start..*end)?;
        for (at, region) in text.match_indices(['l', 'c', 't']) {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let rest = text.get(at + 1..).unwrap_or_default();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let after = rest.get(digits.len()..).unwrap_or_default();
            let next = after.strip_prefix(['-', '/', '\u{2013}']).map(|t| t.trim_start_matches(['l', 'c', 't', 's']));
            let is_level = next.is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
            let is_word = before.is_some_and(char::is_alphanumeric);
            let (Ok(number), true, false) = (digits.parse::<u32>(), is_level, is_word) else { continue };
            let level = (region.chars().next()?, number);
            if !seen.contains(&level) {
                seen.push(level);
            }
            let place = (start + at, start + at + 1 + digits.len());
            span = Some(span.map_or(place, |(a, b)| (a.min(place.0), b.max(place.1))));
        }
    }
    let (start, end) = span?;
    Some((u32::try_from(seen.len()).ok()?, document.evidence(start, end)?))
}

/// Square centimetres as written, else length by width of the wound.
fn area(document: &Document<'_>) -> Option<(u32, Evidence)> {
    for unit in ["sq cm", "sq. cm", "cm2", "cm\u{b2}", "square centimeters"] {
        for (at, _) in document.lower.match_indices(unit) {
            let before = document.lower.get(..at)?.trim_end();
            let digits = before.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
            let start = before.len() - digits;
            if let Some(whole) = before.get(start..).and_then(|n| n.split('.').next()).and_then(|n| n.parse().ok()) {
                return Some((whole, document.evidence(start, at + unit.len())?));
            }
        }
    }
    document.lower.match_indices(" x ").find_map(|(at, _)| {
        let left = document.lower.get(..at)?;
        let digits = left.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let length = tenths(left.get(left.len() - digits..)?)?;
        let right = document.lower.get(at + 3..)?;
        let width_text: String = right.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let width = tenths(&width_text)?;
        let is_cm = right.get(..right.len().min(24)).is_some_and(|near| near.contains("cm"));
        let area = u32::try_from((u64::from(length) * u64::from(width)).div_ceil(100)).ok()?;
        let evidence = document.evidence(left.len() - digits, at + 3 + width_text.len())?;
        is_cm.then_some((area, evidence))
    })
}

/// A number in tenths: `6.0` is 60.
fn tenths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(part.get(..1).unwrap_or("0").parse().ok()?)
}

/// Stages of Mohs surgery, by the highest that is named.
fn stages(document: &Document<'_>) -> Option<(u32, Evidence)> {
    const NAMED: &[(u32, &[&str])] = &[
        (4, &["four stages", "4 stages", "stage iv", "stage 4", "fourth stage"]),
        (3, &["three stages", "3 stages", "stage iii", "stage 3", "third stage"]),
        (2, &["two stages", "2 stages", "stage ii", "stage 2", "second stage"]),
    ];
    NAMED.iter().find_map(|(count, words)| {
        let (at, word) = words.iter().find_map(|word| Some((document.lower.find(word)?, word)))?;
        Some((*count, document.evidence(at, at + word.len())?))
    })
}

/// Cages and plates of spinal fusions, by what the report names.
fn devices(document: &Document<'_>, titles: &[(usize, usize)], found: &mut Services) {
    const FUSIONS: &[&str] = &["22551", "22558", "22630", "22633"];
    if !found.services.iter().any(|s| FUSIONS.contains(&s.code.as_str())) {
        return;
    }
    let levels = levels(document, titles).map_or(1, |(count, _)| count.max(1));
    let find = |words: &[&str]| {
        words.iter().find_map(|word| {
            let at = document.lower.find(word)?;
            document.evidence(at, at + word.len())
        })
    };
    if let Some(words) = find(&["peek", "cage", "interbody device", "interbody spacer", "titanium spacer"]) {
        let text = format!("A device in each of {levels} interspace(s).");
        besides(found, "22853", "Interbody device", levels, vec![words], "PX-EXTENT", text);
    }
    let is_anterior_neck = found.services.iter().any(|s| s.code == "22551");
    if let Some(words) = find(&[
        "anterior plate",
        "cervical plate",
        "locking plate",
        "plate and",
        "plate with",
        "plate placed",
        "plate from",
        "mm plate",
        "level plate",
    ]) && is_anterior_neck
    {
        let code = if levels <= 2 { "22845" } else { "22846" };
        let text = format!("A plate over {} vertebral segments.", levels + 1);
        besides(found, code, "Anterior plate", 1, vec![words], "PX-EXTENT", text);
    }
}
