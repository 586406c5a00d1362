//! Tests made in the practice's own laboratory: ticked or listed as run there; what was sent out is billed by others.

use claim::{Band, PayerKind};

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
    "not reported",
    "not run",
    "not due",
    "not done",
    "not drawn",
    "not today",
    "not needed",
    "not collected",
    "not performed",
    "could not",
    "unable",
    "declined",
    "deferred",
    "refused",
    "sent out",
    "send out",
    "send-out",
    "sent to",
    "send to",
    "quest",
    "labcorp",
    "reference lab",
    "ref lab",
    "reference laboratory",
    "outside",
    "courier",
    "duplicate",
    "hospital lab",
    "they bill",
    "add-on next",
    "next visit",
    "next draw",
    "crossed out",
    "last",
    "previous",
    "prior",
];

/// Heads of lists of what others make.
const HEADS_ELSEWHERE: &[&str] =
    &["sent out", "send out", "send-outs", "send outs", "sent to", "reference lab", "not done"];

/// Nobody but the staff of the laboratory saw the patient.
pub(crate) fn is_visit(document: &Document<'_>, head: &str) -> bool {
    const TITLES: &[&str] = &[
        "lab visit",
        "lab only",
        "labs only",
        "laboratory visit",
        "lab draw",
        "blood draw visit",
        "phlebotomy visit",
        "laboratory flowsheet",
        "lab encounter",
        "laboratory encounter",
        "lab flowsheet",
        "in-house lab",
        "in house lab",
        "office laboratory",
        "lab log",
        "specimen collection",
    ];
    const NOBODY: &[&str] = &[
        "no provider seen",
        "provider seen today: none",
        "provider seen: none",
        "no provider visit",
        "no provider encounter",
        "not seen by provider",
        "provider not seen",
        "no visit with provider",
        "did not see provider",
        "no office visit",
        "no e/m",
    ];
    let title = TITLES.iter().any(|word| head.contains(word));
    let nobody = NOBODY.iter().any(|word| document.lower.contains(word));
    let is_seen =
        ["hpi", "assessment", "review of systems", "physical exam"].iter().any(|w| document.lower.contains(w));
    let tests = || tests(document).filter(|(_, _, row)| !cell(row, 1).starts_with("364")).count();
    !is_seen && (title || nobody) && (tests() > 0 || title && nobody)
}

/// The tests that the lines name as made here, each with its words; of words inside others the longer.
fn tests<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (usize, usize, &'static [&'static str])> + 'd {
    let mut is_list_elsewhere = false;
    document.lines().flat_map(move |(start, line)| {
        let own = line.trim();
        let is_head = own.ends_with(':') && HEADS_ELSEWHERE.iter().any(|word| own.contains(word));
        is_list_elsewhere = is_head || is_list_elsewhere && !own.is_empty() && !own.ends_with(':');
        let is_unticked = own.starts_with("[ ]") || own.starts_with("( )") || own.starts_with('\u{2610}');
        let parts = if is_list_elsewhere || is_unticked { Vec::new() } else { sentences(line) };
        let mut found: Vec<(usize, usize, &'static [&'static str])> = Vec::new();
        for (from, part) in parts {
            if ELSEWHERE.iter().any(|word| word_position(part, word).is_some()) {
                continue;
            }
            let named = table!("laboratory.tsv").filter_map(|row| {
                let places = cell(row, 0).split('|').filter_map(|name| word_position(part, name));
                let (a, b) = places.max_by_key(|(a, b)| b - a)?;
                Some((start + from + a, start + from + b, row))
            });
            found.extend(named);
        }
        let all = found.clone();
        found.retain(|(a, b, _)| !all.iter().any(|(c, d, _)| c <= a && b <= d && d - c > b - a));
        found
    })
}

/// The sentences of a line with their places.
fn sentences(line: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let pieces = line.split_inclusive(". ").flat_map(|piece| piece.split_inclusive(';'));
    pieces
        .map(|piece| {
            let start = at;
            at += piece.len();
            (start, piece)
        })
        .collect()
}

/// Adds the tests of a visit to the laboratory.
pub(super) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    if report != Report::Laboratory {
        return;
    }
    for (start, end, row) in tests(document) {
        let is_known = found.services.iter().any(|s| s.code == cell(row, 1));
        let Some(words) =
            document.evidence(start, end).filter(|_| !is_known && Days::of(row, 4).covers(visit.served_on))
        else {
            continue;
        };
        let mut service = Service::new(cell(row, 1), ServiceKind::Test, cell(row, 3), vec![words], 0)
            .ruled("PX-DONE", "The laboratory visit lists it as made here.");
        service.treats = cell(row, 2).split_whitespace().map(str::to_owned).collect();
        service.band = Band::Accept;
        found.services.push(service);
    }
    collection(found);
    general_panel(visit, found);
}

/// One way of taking blood: a prick of the skin is part of the test, and nothing beside a vein.
fn collection(found: &mut Services) {
    let reason = "Taking capillary blood is part of its test.";
    found.reject("PX-DONE", |service| (service.code == "36416").then(|| reason.to_owned()));
}

/// Three tests that plans other than Medicare take as one panel; Medicare does not know it (fee schedule status N).
fn general_panel(visit: &Visit, found: &mut Services) {
    const PARTS: &[&str] = &["80053", "85025", "84443"];
    let is_commercial = matches!(visit.payer_kind, Some(PayerKind::Ppo | PayerKind::Hmo | PayerKind::Commercial));
    let parts: Vec<Service> = found.services.iter().filter(|s| PARTS.contains(&s.code.as_str())).cloned().collect();
    if !is_commercial || parts.len() != PARTS.len() {
        return;
    }
    let mut panel = Service::new("80050", ServiceKind::Test, "General health panel", Vec::new(), 0)
        .ruled("PX-BUNDLED", "The three tests are one panel.");
    panel.evidence = parts.iter().flat_map(|s| s.evidence.clone()).collect();
    panel.treats = parts.iter().flat_map(|s| s.treats.clone()).collect();
    panel.band = Band::Accept;
    found.reject("PX-BUNDLED", |s| {
        PARTS.contains(&s.code.as_str()).then(|| "Part of the general health panel.".to_owned())
    });
    found.services.push(panel);
}
