//! Rows of lists, whichever list shows them, and turning its pages.

use jiff::civil::Date;
use store::claim::ClaimRecord;
use store::encounter::EncounterRecord;
use store::remittance::RemittanceRecord;

use crate::call::Call;
use crate::view::listing::{Cell, Column, Listing, Row};
use crate::view::part::Amount;
use crate::words;

/// Items of one page.
pub(super) const PAGE: u32 = 100;

/// A page of items: what to skip, and what the addresses of its neighbours carry.
pub(super) struct Paging {
    pub(super) offset: u32,
    path: String,
    kept: String,
}

impl Paging {
    pub(super) fn of(call: &Call<'_>, kept: &[&str]) -> Self {
        let query = &call.asked.query;
        let offset = query.text("from").parse().unwrap_or(0);
        let kept = kept.iter().filter(|name| !query.text(name).is_empty());
        let kept: String = kept.map(|name| format!("&{name}={}", escaped(query.text(name)))).collect();
        Self { offset, path: call.asked.uri.path().to_owned(), kept }
    }

    /// Cuts a list read with one item more than a page.
    pub(super) fn cut(&self, listing: &mut Listing) {
        let has_more = listing.rows.len() > PAGE as usize;
        listing.rows.truncate(PAGE as usize);
        let shown = u32::try_from(listing.rows.len()).unwrap_or(PAGE);
        if shown == 0 {
            return;
        }
        listing.shown = format!("{}\u{2013}{}", self.offset + 1, self.offset + shown);
        if has_more {
            listing.next = format!("{}?from={}{}", self.path, self.offset + PAGE, self.kept);
        }
        if self.offset > 0 {
            listing.previous = format!("{}?from={}{}", self.path, self.offset.saturating_sub(PAGE), self.kept);
        }
    }
}

/// A value for an address.
pub(super) fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

pub(super) fn row<const N: usize>(cells: [Cell; N]) -> Row {
    Row { cells: cells.into() }
}

pub(super) fn encounter_columns() -> Vec<Column> {
    let served = Column::text("Service").sorted("descending");
    vec![Column::text("Encounter"), Column::text("Patient"), served, Column::text("Provider"), Column::text("State")]
}

pub(super) fn encounter_rows(found: &[EncounterRecord]) -> Vec<Row> {
    let one = |record: &EncounterRecord| {
        let visit = &record.encounter;
        row([
            Cell::open(format!("/encounters/{}", visit.number), &visit.number),
            Cell::Text(record.patient_name.sorted()),
            Cell::Day(visit.served_on.to_string()),
            Cell::Text(record.provider_name.clone()),
            Cell::State(words::encounter(visit.status)),
        ])
    };
    found.iter().map(one).collect()
}

pub(super) fn claim_columns(last: &str) -> Vec<Column> {
    ["Claim", "Patient", "Payer", "Service", "State", last]
        .map(Column::text)
        .into_iter()
        .chain([Column::money("Charge, USD"), Column::money("Paid, USD")])
        .collect()
}

pub(super) fn claim_rows(found: &[ClaimRecord], today: Date) -> Vec<Row> {
    let one = |record: &ClaimRecord| {
        let is_sent = record.submitted_on.is_some();
        let last = if is_sent {
            Cell::Day(record.file_by.to_string())
        } else {
            Cell::State(words::left(record.file_by, today))
        };
        row([
            Cell::open(format!("/claims/{}", record.number), &record.number),
            Cell::Text(record.patient_name.sorted()),
            Cell::Text(format!("{}, {}", record.payer_name, words::sequence(record.sequence))),
            Cell::Day(record.served_on.to_string()),
            Cell::State(words::claim(record.status)),
            last,
            Cell::Money(Amount::balance(record.charge)),
            Cell::Money(Amount::payment(record.paid)),
        ])
    };
    found.iter().map(one).collect()
}

pub(super) fn remittance_columns() -> Vec<Column> {
    let mut columns = ["Trace", "Payer", "Paid on", "Claims", "State"].map(Column::text).to_vec();
    columns.push(Column::money("Paid, USD"));
    columns
}

pub(super) fn remittance_rows(found: &[RemittanceRecord]) -> Vec<Row> {
    let one = |record: &RemittanceRecord| {
        row([
            Cell::open(format!("/remittances/{}", record.id), &record.trace_number),
            Cell::Text(record.payer_name.clone()),
            Cell::Day(record.paid_on.to_string()),
            Cell::Text(match record.parked_count {
                0 => words::count(record.posted_count as usize, "claim posted", "claims posted"),
                parked => format!("{parked} of {} parked", record.claims_count),
            }),
            Cell::State(words::remittance(record)),
            Cell::Money(Amount::payment(record.amount)),
        ])
    };
    found.iter().map(one).collect()
}
