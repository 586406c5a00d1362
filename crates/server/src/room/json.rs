//! What the script asks while somebody types: codes, patients, everything.

use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::remittance::RemittanceFilter;

use super::library::dotted;
use crate::answer::{Fault, Outcome, go, json, page};
use crate::call::Call;
use crate::view::listing::{Cell, Column, Listing, Row};
use crate::words;
use crate::worklist::{ACCOUNTS, CHART, CLAIMS, MONEY};

/// Answers of one question.
const HITS_MAX: usize = 12;
/// Remittances looked through for a trace number.
const TRACES_MAX: u32 = 500;

/// Something found.
#[derive(Debug, Serialize)]
struct Hit {
    value: String,
    label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    href: String,
}

/// `GET /codes.json?q=&system=`: billable diagnoses and services of today by number or words.
pub fn codes(call: &Call<'_>) -> Outcome {
    let (words, system) = (call.asked.query.text("q").to_lowercase(), call.asked.query.text("system"));
    let on = call.read(|tx| Ok(tx.today()))?;
    let mut hits = Vec::new();
    if system != "icd10cm" {
        hits.extend(services(call, &words, on));
    }
    if system != "hcpcs" {
        let icd = call.app.library.icd10cm(on);
        let found = icd.search(&words, HITS_MAX * 2).into_iter().filter(|hit| hit.is_billable);
        hits.extend(found.map(|hit| Hit { value: dotted(&hit.code), label: hit.title, href: String::new() }));
    }
    hits.truncate(HITS_MAX);
    Ok(json(&hits))
}

fn services(call: &Call<'_>, words: &str, on: Date) -> Vec<Hit> {
    let wanted: Vec<&str> = words.split_whitespace().collect();
    let fits = |procedure: &&codes::Procedure| {
        let number = procedure.code.as_str().to_lowercase();
        let label = procedure.label.to_lowercase();
        !wanted.is_empty() && wanted.iter().all(|word| number.starts_with(word) || label.contains(word))
    };
    let found = call.app.library.procedures(on).filter(fits).take(HITS_MAX / 2);
    found.map(|p| Hit { value: p.code.to_string(), label: p.label.clone(), href: String::new() }).collect()
}

/// `GET /patients.json?q=`.
pub fn patients(call: &Call<'_>) -> Outcome {
    let words = call.asked.query.text("q");
    let found = call.read(|tx| Ok(store::patient::find(tx, &super::lists::search(words), HITS_MAX as u32, 0)?))?;
    let hits: Vec<Hit> = found
        .into_iter()
        .map(|(_, patient)| Hit {
            label: format!("{}, born {}", patient.name.sorted(), patient.born_on),
            value: patient.mrn,
            href: String::new(),
        })
        .collect();
    Ok(json(&hits))
}

/// Claims, visits, patients and traces of the client, as far as the person may see them.
fn search(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<Vec<Hit>, Fault> {
    let words = call.asked.query.text("q");
    let number = words.to_uppercase();
    let mut hits = Vec::new();
    if words.is_empty() {
        return Ok(hits);
    }
    if call.has(CLAIMS)
        && let Some(claim) = store::claim::by_number(tx, &number)?
    {
        let label = format!("{}, {}, {}", claim.patient_name.sorted(), claim.served_on, claim.status.label());
        hits.push(Hit { href: format!("/claims/{}", claim.number), value: claim.number, label });
    }
    if call.has(CHART)
        && let Some(record) = store::encounter::by_number(tx, &number)?
    {
        let visit = record.encounter;
        let label = format!("{}, {}, {}", record.patient_name.sorted(), visit.served_on, visit.status.label());
        hits.push(Hit { href: format!("/encounters/{}", visit.number), value: visit.number, label });
    }
    if call.has(ACCOUNTS) {
        for (_, patient) in store::patient::find(tx, &super::lists::search(words), HITS_MAX as u32, 0)? {
            let label = format!("{}, born {}", patient.name.sorted(), patient.born_on);
            hits.push(Hit { href: format!("/patients/{}", patient.id), value: patient.mrn, label });
        }
    }
    if call.has(MONEY) {
        let all = store::remittance::list(tx, &RemittanceFilter::default(), TRACES_MAX, 0)?;
        for record in all.into_iter().filter(|r| r.trace_number.to_uppercase().contains(&number)).take(HITS_MAX) {
            let label = format!("{}, {}, {} USD", record.payer_name, record.paid_on, record.amount);
            hits.push(Hit { href: format!("/remittances/{}", record.id), value: record.trace_number, label });
        }
    }
    Ok(hits)
}

/// `GET /search.json?q=`.
pub fn search_json(call: &Call<'_>) -> Outcome {
    let mut hits = call.read(|tx| search(tx, call))?;
    hits.truncate(HITS_MAX);
    Ok(json(&hits))
}

/// `GET /search?q=`: the same as a page; one hit opens at once.
pub fn search_page(call: &Call<'_>) -> Outcome {
    let hits = call.read(|tx| search(tx, call))?;
    if let [only] = hits.as_slice() {
        return Ok(go(&only.href));
    }
    let listing = call.read(|tx| {
        let rows =
            hits.into_iter().map(|hit| Row { cells: vec![Cell::open(hit.href, hit.value), Cell::Text(hit.label)] });
        let rows: Vec<Row> = rows.collect();
        Ok(Listing {
            frame: call.frame(tx)?,
            title: "Search".into(),
            lead: format!(
                "{} for \u{201c}{}\u{201d}",
                words::count(rows.len(), "hit", "hits"),
                call.asked.query.text("q")
            ),
            columns: ["Number", "What"].map(Column::text).to_vec(),
            rows,
            empty: "Nothing is found in this client. Search by name, date of birth, record, claim or trace number."
                .into(),
            ..Listing::default()
        })
    })?;
    page(&listing)
}
