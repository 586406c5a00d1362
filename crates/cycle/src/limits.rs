//! Filing limits: whatever is not sent yet and nears the last day its payer takes it becomes work for whoever holds it
//! up.

use std::collections::BTreeMap;

use claim::{ClaimStatus, EncounterStatus, Money, WorkItemId};
use jiff::{ToSpan, civil::Date};
use serde_json::json;
use store::{
    Role, Tx,
    claim::{ClaimFilter, ClaimOrder},
    encounter::EncounterFilter,
    work::NewWorkItem,
};

use crate::{CycleError, bill};

/// The kind of work a near limit is.
pub const FILING_LIMIT: &str = "filing_limit";
/// Days before the last filing day: two weeks leave a week to code and a week to repeat a refused file.
const WINDOW_DAYS: i64 = 14;
/// Visits or claims read at once.
const PAGE: u32 = 2_000;

/// A visit or claim that must go out soon.
struct Near {
    subject: (&'static str, String),
    owner: Role,
    title: String,
    amount: Money,
    last_day: Date,
}

/// Opens work for what nears its limit, once, and ends what was sent since. An item put off sleeps on, and one that a
/// person finished is not opened again for the same last day. Returns how many were opened.
///
/// Scope: one client.
///
/// # Errors
/// When the store refuses.
pub fn watch(tx: &mut Tx<'_>) -> Result<usize, CycleError> {
    let mut near = visits(tx)?;
    near.extend(claims(tx)?);
    let mut open: BTreeMap<(String, String), WorkItemId> = store::work::open_of_kind(tx, FILING_LIMIT)?
        .into_iter()
        .map(|item| ((item.subject_kind, item.subject_id), item.id))
        .collect();
    let mut opened = 0;
    for one in near {
        let is_open = open.remove(&(one.subject.0.to_owned(), one.subject.1.clone())).is_some();
        if is_open || was_settled(tx, &one)? {
            continue;
        }
        let item = NewWorkItem {
            kind: FILING_LIMIT,
            owner: one.owner,
            subject: one.subject,
            title: one.title,
            amount: one.amount,
            due_on: Some(one.last_day),
        };
        store::work::open(tx, &item, &json!({ "last_day": one.last_day }))?;
        opened += 1;
    }
    for id in open.into_values() {
        store::work::finish(tx, id, "On its way, or no longer to be billed")?;
    }
    Ok(opened)
}

/// True when a person looked at it and finished it, for the limit it has now. What was ended here because it went out
/// counts anew when it comes back refused.
fn was_settled(tx: &mut Tx<'_>, near: &Near) -> Result<bool, CycleError> {
    let items = store::work::of_subject(tx, near.subject.0, &near.subject.1)?;
    Ok(items.iter().any(|item| {
        let by_person = item.done_by.as_ref().is_some_and(|by| by.starts_with("user:"));
        item.kind == FILING_LIMIT && by_person && item.due_on == Some(near.last_day)
    }))
}

fn is_near(tx: &Tx<'_>, last_day: Date) -> bool {
    last_day <= tx.today().saturating_add(WINDOW_DAYS.days())
}

/// Every page of a list: what is left out would count as sent.
fn all<T>(mut page: impl FnMut(u32) -> store::Result<Vec<T>>) -> store::Result<Vec<T>> {
    let mut found = Vec::new();
    loop {
        let offset = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let more = page(offset)?;
        if more.is_empty() {
            return Ok(found);
        }
        found.extend(more);
    }
}

/// Visits on no claim, held up by the clinician who has not signed or answered, or by the coder.
fn visits(tx: &mut Tx<'_>) -> Result<Vec<Near>, CycleError> {
    let waiting = [
        (EncounterStatus::Unsigned, Role::Provider),
        (EncounterStatus::ToCode, Role::Coder),
        (EncounterStatus::Queried, Role::Provider),
        (EncounterStatus::Coded, Role::Biller),
    ];
    let mut near = Vec::new();
    for (status, owner) in waiting {
        let filter = EncounterFilter { status: Some(status), ..EncounterFilter::default() };
        for record in all(|offset| store::encounter::list(tx, &filter, PAGE, offset))? {
            let Some((_, payer)) = bill::coverages(tx, &record.encounter)?.into_iter().next() else { continue };
            let limit = i64::from(payer.filing_limit_days).days();
            let last_day = record.encounter.served_on.saturating_add(limit);
            if is_near(tx, last_day) {
                near.push(Near {
                    subject: ("encounter", record.encounter.id.to_string()),
                    owner,
                    title: format!("{} must reach {} by {last_day}", record.encounter.number, payer.name),
                    amount: Money::ZERO,
                    last_day,
                });
            }
        }
    }
    Ok(near)
}

/// Claims that were never sent, or refused at the door.
fn claims(tx: &mut Tx<'_>) -> Result<Vec<Near>, CycleError> {
    let mut near = Vec::new();
    for status in [ClaimStatus::Draft, ClaimStatus::Held, ClaimStatus::Ready, ClaimStatus::Rejected] {
        let filter = ClaimFilter { status: Some(status), ..ClaimFilter::default() };
        for record in all(|offset| store::claim::list(tx, &filter, ClaimOrder::FileBy, PAGE, offset))? {
            if is_near(tx, record.file_by) {
                near.push(Near {
                    subject: ("claim", record.id.to_string()),
                    owner: Role::Biller,
                    title: format!("Claim {} must reach {} by {}", record.number, record.payer_name, record.file_by),
                    amount: record.charge,
                    last_day: record.file_by,
                });
            }
        }
    }
    Ok(near)
}
