//! Images that a report reads, by the words of its head.

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

/// The same examination made and read again on the day: a report of its own with its own time (modifier 76).
fn repeated(document: &Document<'_>, row: &[&'static str], first: &Service) -> Option<Service> {
    let mut titles = Vec::new();
    for (start, line) in document.lines() {
        let has = |group: &str| group.split('|').any(|word| word_position(line, word).is_some());
        let names = cell(row, 2).split(" & ").all(has);
        if names && !times_of_day(line).is_empty() {
            titles.push((start, start + line.trim_end().len()));
        }
    }
    let (start, end) = *titles.get(1)?;
    let mut again = first.clone();
    again.modifiers.push("76".to_owned());
    again.evidence = document.evidence(start, end).into_iter().collect();
    again.rules.push(applied("MOD-REPEAT", "Made and read again on the same day."));
    Some(again)
}

/// The head of a report names the examination.
const HEAD_BYTES: usize = 500;

/// Reads the examinations of a report.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Reading {
        return;
    }
    let end = (0..=HEAD_BYTES.min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end));
    let head = document.lower.get(..end.unwrap_or_default()).unwrap_or_default();
    let findings = head.find("findings").unwrap_or(head.len());
    let head = head.get(..findings).unwrap_or(head);
    let mut taken: Vec<&str> = Vec::new();
    for row in table!("imaging.tsv").filter(|row| Days::of(row, 7).covers(visit.served_on)) {
        let (group, code) = (cell(row, 0), cell(row, 1));
        let is_other = !cell(row, 3).is_empty() && cell(row, 3).split('|').any(|w| word_position(head, w).is_some());
        if taken.contains(&group) || is_other {
            continue;
        }
        let groups: Option<Vec<(usize, usize)>> =
            cell(row, 2).split(" & ").map(|g| g.split('|').find_map(|w| word_position(head, w))).collect();
        let Some((start, end)) =
            groups.and_then(|groups| Some((groups.iter().map(|g| g.0).min()?, groups.iter().map(|g| g.1).max()?)))
        else {
            continue;
        };
        taken.push(group);
        let mut service =
            Service::new(code, ServiceKind::Test, cell(row, 6), document.evidence(start, end).into_iter().collect(), 0)
                .ruled("PX-DONE", "The report reads it.");
        service.treats = cell(row, 5).split_whitespace().map(str::to_owned).collect();
        service.band = Band::Accept;
        if visit.is_in_facility() {
            service.modifiers.push("26".to_owned());
            service.rules.push(applied("MOD-26", "Read by the physician; the place bills its making."));
        }
        let side = |word: &str| word_position(head, word).is_some();
        if cell(row, 4) == "s" {
            match (side("right"), side("left"), side("bilateral") || side("both")) {
                (_, _, true) | (true, true, _) => service.modifiers.push("50".to_owned()),
                (true, ..) => service.modifiers.push("RT".to_owned()),
                (_, true, _) => service.modifiers.push("LT".to_owned()),
                _ => {}
            }
        } else {
            // No side is asked of it.
            service.modifiers.retain(|m| m != "RT" && m != "LT");
        }
        let again = repeated(document, row, &service);
        found.services.push(service);
        found.services.extend(again);
    }
    contrast(document, visit, found);
}
