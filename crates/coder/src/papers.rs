//! Papers of other trades: anesthesia records, ambulance runs, equipment delivered.

use claim::{Band, Evidence};

use crate::{
    Visit,
    document::{Document, word_position},
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

mod ambulance;
mod anesthesia;
mod equipment;

pub(crate) use anesthesia::is_record as is_anesthesia_record;

/// Reads the services of such a paper.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, report: Report, found: &mut Services) {
    match report {
        Report::Anesthesia => anesthesia::read(document, visit, found),
        Report::Ambulance => ambulance::read(document, visit, found),
        Report::Equipment => equipment::read(document, visit, found),
        Report::Visit | Report::Operation | Report::Reading | Report::Laboratory => {}
    }
}

/// The first of the words that the paper holds as a whole word.
fn find(document: &Document<'_>, words: &[&str]) -> Option<Evidence> {
    words.iter().find_map(|word| {
        let (start, end) = word_position(&document.lower, word)?;
        document.evidence(start, end)
    })
}

fn service(code: &str, label: &str, evidence: Vec<Evidence>, rule: &str, text: impl Into<String>) -> Service {
    let mut service = Service::new(code, ServiceKind::Procedure, label, evidence, 0).ruled(rule, text);
    service.band = Band::Accept;
    service
}
