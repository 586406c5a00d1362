//! Sizes as a report tells them: the length of a defect, the size of a tumor, the weight of a specimen.

use claim::Evidence;

use crate::{
    Visit,
    document::{Document, word_position},
    rule::applied,
    service::Services,
    table::{Days, cell, table},
};

/// Gives the code that holds for the size, where the code depends on it.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for service in &mut found.services {
        let first = service.code.clone();
        let rows = table!("operation_sizes.tsv")
            .filter(|row| cell(row, 0) == first && Days::of(row, 6).covers(visit.served_on));
        for row in rows {
            let words: Vec<&str> = cell(row, 1).split('|').collect();
            let above: u32 = cell(row, 3).parse().unwrap_or(u32::MAX);
            let Some((tenths, evidence)) = largest(document, &words, cell(row, 2)).filter(|(size, _)| *size > above)
            else {
                continue;
            };
            cell(row, 4).clone_into(&mut service.code);
            cell(row, 5).clone_into(&mut service.label);
            service.evidence.push(evidence);
            service.rules.push(applied("PX-EXTENT", format!("{}.{} {}.", tenths / 10, tenths % 10, cell(row, 2))));
        }
    }
}

/// The largest size, in tenths, of the first sentence that names what is measured, with its words.
pub(super) fn largest(document: &Document<'_>, words: &[&str], unit: &str) -> Option<(u32, Evidence)> {
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        words.iter().find(|word| word_position(lower, word).is_some())?;
        let size = sizes(lower, unit).max()?;
        Some((size, document.sentence_evidence(sentence)?))
    })
}

/// Every size of a text in tenths of the unit; of `4 x 3 cm` both, and never those of a mesh, a scope or a catheter.
fn sizes<'t>(text: &'t str, unit: &'t str) -> impl Iterator<Item = u32> + 't {
    const DEVICES: &[&str] =
        &["mesh", "patch", "port", "trocar", "scope", "sheath", "graft", "needle", "balloon", "incision"];
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    text.match_indices(is_number).filter_map(move |(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|c| is_number(c) || c.is_alphanumeric()) {
            return None;
        }
        let rest = text.get(at..)?;
        let digits = rest.find(|c: char| !is_number(c)).unwrap_or(rest.len());
        let size = tenths(rest.get(..digits)?.trim_matches('.'))?;
        let (per, after) = scale(rest.get(digits..)?, unit)?;
        let near = after.trim_start_matches([' ', '-']).split_whitespace().take(3);
        let is_device = near.into_iter().any(|word| DEVICES.iter().any(|device| word.starts_with(device)));
        (!is_device).then(|| if per { size.div_ceil(10) } else { size })
    })
}

/// What stands behind a number: its unit at once or after further dimensions; true for the tenth of the unit (mm for cm).
fn scale<'t>(rest: &'t str, unit: &str) -> Option<(bool, &'t str)> {
    let units: &[(&str, bool)] = if unit == "cm" {
        &[
            ("centimeters", false),
            ("centimeter", false),
            ("cm", false),
            ("millimeters", true),
            ("millimeter", true),
            ("mm", true),
        ]
    } else {
        &[("grams", false), ("gram", false), ("gm", false), ("g", false)]
    };
    let dimension = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | 'x' | '-' | '\u{d7}');
    let behind = rest.trim_start_matches(dimension);
    units.iter().find_map(|(name, is_tenth)| {
        let after = behind.strip_prefix(name)?;
        (!after.starts_with(|c: char| c.is_alphanumeric())).then_some((*is_tenth, after))
    })
}

/// A number in tenths: `6.0` is 60.
pub(super) fn tenths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(part.get(..1).unwrap_or("0").parse().ok()?)
}
