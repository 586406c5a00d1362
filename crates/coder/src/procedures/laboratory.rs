//! Tests made in the practice's own laboratory: ticked or listed as run there; what was sent out is billed by others.

use claim::Band;

use crate::{
    Visit,
    document::{Document, word_position},
    report::Report,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

/// Words that say a test was not made here.
const ELSEWHERE: &[&str] = &[
    "cancelled",
    "canceled",
    "not ordered",
    "not run",
    "not done",
    "not drawn",
    "sent out",
    "send out",
    "sent to",
    "quest",
    "labcorp",
    "reference lab",
    "reference laboratory",
    "outside",
    "duplicate",
    "hospital lab",
    "they bill",
    "add-on next",
];

/// Adds the tests of a visit to the laboratory.
pub(super) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Laboratory {
        return;
    }
    for (start, line) in document.lines() {
        let is_unticked = line.trim_start().starts_with("[ ]");
        if is_unticked || ELSEWHERE.iter().any(|word| word_position(line, word).is_some()) {
            continue;
        }
        for row in table!("laboratory.tsv").filter(|row| Days::of(row, 4).covers(visit.served_on)) {
            let place = cell(row, 0).split('|').find_map(|name| word_position(line, name));
            let Some((from, to)) = place else { continue };
            let is_known = found.services.iter().any(|s| s.code == cell(row, 1));
            let Some(words) = document.evidence(start + from, start + to).filter(|_| !is_known) else { continue };
            let mut service = Service::new(cell(row, 1), ServiceKind::Test, cell(row, 3), vec![words], 0)
                .ruled("PX-DONE", "The laboratory visit lists it as made here.");
            service.treats = cell(row, 2).split_whitespace().map(str::to_owned).collect();
            service.band = Band::Accept;
            found.services.push(service);
        }
    }
}
