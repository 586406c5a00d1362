//! Procedures, office tests, drugs and vaccines that the note says were done, by concepts of our own.

use claim::{Band, Evidence, Prompt};

use crate::{
    Visit,
    diagnose::Diagnoses,
    document::{Document, Sentence, word_position},
    report::Report,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

mod biopsy;
mod counselling;
mod doing;
mod dose;
mod excision;
mod feet;
mod infusion;
mod laboratory;
mod lesion;
mod named;
mod repair;
mod substance;
mod vaccine;
mod waste;

use named::Row;

pub(crate) use doing::is_not_done;
pub(crate) use laboratory::is_visit as is_laboratory_visit;
pub(crate) use substance::priced;
pub(crate) use vaccine::{vaccine_names, vaccines_given};

/// Reads what was done.
pub(crate) fn read(
    document: &Document<'_>,
    visit: &Visit,
    report: Report,
    diagnoses: &Diagnoses,
    found: &mut Services,
) {
    // What else an operative report tells are its steps; the closure after Mohs surgery stands for itself.
    let is_whole = |service: &Service| service.kind == ServiceKind::Operation && !service.code.starts_with("173");
    let is_asked_for = found.rejected.iter().any(|rejected| rejected.rule == "MOD-SIDE");
    if report == Report::Operation && (is_asked_for || found.services.iter().any(is_whole)) {
        substance::drugs(document, visit, found);
        return;
    }
    laboratory::read(document, visit, report, found);
    concepts(document, visit, found);
    spirometry(document, found);
    biopsy::read(document, found);
    lesion::read(document, found);
    excision::read(document, diagnoses, found);
    excision::shaving(document, found);
    repair::read(document, found);
    feet::read(document, visit, found);
    of_the_note(document, visit, found);
    infusion::read(document, visit, found);
    substance::drugs(document, visit, found);
    vaccine::vaccines(document, visit, found);
    counselling::read(document, visit, found);
    bundled(found);
}

/// Steps that operations include: drainage, closures, casts, injections and what is put in or looked at on the way.
const IN_OPERATIONS: &[std::ops::RangeInclusive<&str>] = &[
    "10060"..="10180",
    "11000"..="11999",
    "12001"..="13160",
    "20520"..="20612",
    "29000"..="29799",
    "51700"..="52000",
    "58100"..="58100",
    "62320"..="64530",
    "69200"..="69210",
];

/// The services of the concept table.
fn concepts(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let mut taken: Vec<&str> = Vec::new();
    // What the titles of an operative report say is not said again by its description.
    let is_operation = found.services.iter().any(|s| s.kind == ServiceKind::Operation);
    for row in table!("procedures.tsv").filter(|row| Days::of(row, 7).covers(visit.served_on)) {
        let group = cell(row, 0);
        // Steps that an operation includes.
        if is_operation && IN_OPERATIONS.iter().any(|codes| codes.contains(&cell(row, 1))) {
            continue;
        }
        let can_stand = cell(row, 3).split(" & ").all(|words| !document.present(words.split('|')).is_empty());
        let is_known = found.services.iter().any(|s| s.code == cell(row, 1));
        if taken.contains(&group) || !can_stand || is_known || is_operation && cell(row, 2) == "operation" {
            continue;
        }
        let kind = match cell(row, 2) {
            "operation" => ServiceKind::Operation,
            "administration" => ServiceKind::Administration,
            "test" => ServiceKind::Test,
            _ => ServiceKind::Procedure,
        };
        let told: Vec<(&Sentence, Evidence)> = document
            .sentences
            .iter()
            .filter_map(|sentence| Some((sentence, spelled(document, sentence, row)?)))
            .filter(|(sentence, words)| {
                doing::is_done(document, sentence, kind)
                    || kind == ServiceKind::Procedure && is_headed(document, sentence, words)
            })
            .collect();
        let told = if told.is_empty() && kind == ServiceKind::Procedure { in_paragraph(document, row) } else { told };
        let Some((first, _)) = told.first() else { continue };
        taken.push(group);
        let block = first.block;
        let mut evidence: Vec<Evidence> = told.iter().map(|(_, e)| e.clone()).collect();
        evidence.truncate(3);
        let mut service = Service::new(cell(row, 1), kind, cell(row, 6), evidence, block)
            .ruled("PX-DONE", "The note says it was done at this visit.");
        service.treats = cell(row, 5).split_whitespace().map(str::to_owned).collect();
        let in_procedure = told.iter().any(|(s, _)| s.section == SectionKind::Procedure);
        if in_procedure {
            service.band = Band::Accept;
        }
        found.services.push(service);
    }
}

/// Spirometry told again after a bronchodilator is the longer test.
fn spirometry(document: &Document<'_>, found: &mut Services) {
    let Some(test) = found.services.iter_mut().find(|s| s.code == "94010") else { return };
    let drug = document.find_phrase(&["albuterol", "bronchodilator", "salbutamol"]);
    let after =
        document.find_phrase(&["post", "min post", "after bronchodilator", "post-bronchodilator", "post-albuterol"]);
    if let (Some((_, drug)), Some((_, after))) = (drug, after) {
        test.code = "94060".to_owned();
        test.label = "Spirometry before and after bronchodilator".to_owned();
        test.evidence.extend([drug, after]);
    }
}

const TITLE_BYTES: usize = 60;

/// A line that is headed by what was done: "NASAL ENDOSCOPY (rigid)", "Punch biopsy: left arm".
fn is_headed(document: &Document<'_>, sentence: &Sentence, words: &Evidence) -> bool {
    let is_first = words.start == sentence.start;
    let is_in_capitals = words.text.len() > 4 && !words.text.contains(|c: char| c.is_ascii_lowercase());
    let after = document.text.get(words.end..).unwrap_or_default().trim_start();
    let is_told = !matches!(
        sentence.section,
        SectionKind::Plan
            | SectionKind::Instructions
            | SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Results
            | SectionKind::Assessment
    );
    let is_title = document.text.get(..sentence.start).is_none_or(|before| before.trim().is_empty());
    let is_named_alone = sentence.last - sentence.first <= words.text.split_whitespace().count() + 1;
    is_told
        && is_first
        && !is_title
        && !is_named_alone
        && (is_in_capitals || after.starts_with([':', '(']))
        && !doing::is_not_done(document.lower_of(sentence))
}

/// A procedure told over the sentences of one paragraph: the first words in a sentence that plans nothing, the others
/// near it, and something in the paragraph that was done.
fn in_paragraph<'d>(document: &'d Document<'_>, row: &[&'static str]) -> Vec<(&'d Sentence, Evidence)> {
    let groups: Vec<&str> = cell(row, 3).split(" & ").collect();
    let Some((first, others)) = groups.split_first() else { return Vec::new() };
    let holds = |lower: &str, group: &str| group.split('|').find_map(|word| word_position(lower, word.trim()));
    let is_other = |s: &Sentence| !cell(row, 4).is_empty() && holds(document.lower_of(s), cell(row, 4)).is_some();
    if document.sentences.iter().take_while(|s| s.start < TITLE_BYTES).any(is_other) {
        return Vec::new();
    }
    let found = document.sentences.iter().find_map(|sentence| {
        let (start, end) = holds(document.lower_of(sentence), first)?;
        // The title of a note names what the whole of it tells.
        let is_title = start + sentence.start < TITLE_BYTES;
        let block: Vec<&Sentence> =
            document.sentences.iter().filter(|s| is_title || s.block == sentence.block).collect();
        let is_planned = doing::is_not_done(document.lower_of(sentence));
        let is_done = block.iter().any(|s| doing::is_done(document, s, ServiceKind::Procedure));
        if block.iter().any(|s| is_other(s)) || is_planned || !is_done {
            return None;
        }
        // Where the other words stand is told too: the site with its side.
        let place = |group: &&str| {
            let near = block.iter().filter(|s| !doing::is_not_done(document.lower_of(s))).chain(&block);
            near.into_iter().find_map(|s| Some((*s, holds(document.lower_of(s), group)?)))
        };
        let others: Option<Vec<(&Sentence, (usize, usize))>> = others.iter().map(place).collect();
        Some([(sentence, (start, end))].into_iter().chain(others?).collect::<Vec<_>>())
    });
    let words = |(s, (start, end)): (&'d Sentence, (usize, usize))| {
        Some((s, document.evidence(s.start + start, s.start + end)?))
    };
    found.into_iter().flatten().filter_map(words).collect()
}

/// The one procedure of a note that tells how it went in many short lines: its words stand anywhere in what was done.
fn of_the_note(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let has_procedure =
        found.services.iter().any(|s| matches!(s.kind, ServiceKind::Procedure | ServiceKind::Operation));
    if has_procedure || !doing::tells_of_steps(document) {
        return;
    }
    let year = visit.served_on.year();
    let told: Vec<&Sentence> = document.sentences.iter().filter(|s| doing::may_tell(document, s, year)).collect();
    let mut taken: Vec<&str> = Vec::new();
    let mut best: Option<(Row, Vec<(usize, usize)>)> = None;
    for row in table!("procedures.tsv").filter(|row| cell(row, 2) == "procedure") {
        if !Days::of(row, 7).covers(visit.served_on) || taken.contains(&cell(row, 0)) {
            continue;
        }
        // What makes it another procedure may stand in any of the lines.
        let others = document.present(cell(row, 4).split('|').filter(|no| !no.is_empty()));
        if told.iter().any(|s| others.iter().any(|no| word_position(document.lower_of(s), no).is_some())) {
            continue;
        }
        let holds = |group: &str| {
            told.iter().find_map(|sentence| {
                let lower = document.lower_of(sentence);
                let (start, end) = group.split('|').find_map(|word| doing::asserted(lower, word.trim()))?;
                Some((sentence.start + start, sentence.start + end))
            })
        };
        let places: Option<Vec<(usize, usize)>> = cell(row, 3).split(" & ").map(holds).collect();
        let Some(places) = places else { continue };
        taken.push(cell(row, 0));
        if best.as_ref().is_none_or(|(_, others)| places.first() < others.first()) {
            best = Some((row, places));
        }
    }
    let Some((row, places)) = best else { return };
    let start = places.first().map_or(0, |place| place.0);
    let words: Vec<Evidence> = places.into_iter().filter_map(|(from, to)| document.evidence(from, to)).collect();
    let block = told.iter().find(|s| s.start <= start && start < s.end).map_or(0, |s| s.block);
    let mut service = Service::new(cell(row, 1), ServiceKind::Procedure, cell(row, 6), words, block)
        .ruled("PX-DONE", "The note tells how it was done at this visit.");
    service.treats = cell(row, 5).split_whitespace().map(str::to_owned).collect();
    found.services.push(service);
}

/// The span of the words of a concept in one sentence, when all its groups are there.
fn spelled(document: &Document<'_>, sentence: &Sentence, row: &[&'static str]) -> Option<Evidence> {
    let lower = document.lower_of(sentence);
    if !cell(row, 4).is_empty() && cell(row, 4).split('|').any(|no| word_position(lower, no).is_some()) {
        return None;
    }
    let mut span: Option<(usize, usize)> = None;
    for group in cell(row, 3).split(" & ") {
        let (start, end) = group.split('|').find_map(|word| word_position(lower, word.trim()))?;
        span = Some(span.map_or((start, end), |(a, b)| (a.min(start), b.max(end))));
    }
    let (start, end) = span?;
    document.evidence(sentence.start + start, sentence.start + end)
}

/// What another service of the visit includes.
fn bundled(found: &mut Services) {
    const INCLUDED: &[(&str, &[&str])] = &[
        ("45378", &["45380", "45385"]),
        ("43235", &["43239"]),
        ("69209", &["69210"]),
        ("10060", &["10061"]),
        ("80048", &["80053"]),
        ("80076", &["80053"]),
        ("20610", &["27447", "29881", "29880", "29827", "20611"]),
    ];
    let codes: Vec<String> = found.services.iter().map(|s| s.code.clone()).collect();
    let is_included = |code: &str| {
        INCLUDED
            .iter()
            .any(|(part, wholes)| *part == code && wholes.iter().any(|whole| codes.iter().any(|c| c == whole)))
    };
    // The first cast, splint or strapping belongs to the care of the fracture.
    let is_cared_for = found.services.iter().any(|s| s.label.starts_with("Care of a"));
    let is_included = |code: &str| is_included(code) || is_cared_for && ("29000".."29800").contains(&code);
    let reason = "Part of another service of this visit.";
    found.reject("PX-DONE", |service| is_included(&service.code).then(|| reason.to_owned()));
}

/// A question about a fact without which a service cannot be coded.
fn missing(id: &str, text: String, question: &str, code: &str, evidence: Vec<Evidence>) -> Prompt {
    Prompt {
        id: id.to_owned(),
        text,
        question: question.to_owned(),
        options: Vec::new(),
        evidence,
        code: Some(code.to_owned()),
        is_blocking: true,
    }
}
