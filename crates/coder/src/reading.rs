//! Images that a report reads, by the words of its head.

use claim::Band;

use crate::{
    Visit,
    document::{Document, word_position},
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

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
        found.services.push(service);
    }
}
