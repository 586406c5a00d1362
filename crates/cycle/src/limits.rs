//! Filing limits: whatever is not sent yet and nears the last day its payer takes it becomes work for whoever holds it
//! up.

use std::collections::BTreeMap;

use claim::{ClaimStatus, EncounterStatus, Money};
use jiff::{ToSpan, civil::Date};
use serde_json::json;
use store::{
    Role, Tx,
    claim::{ClaimFilter, ClaimOrder},
    encounter::EncounterFilter,
    work::{NewWorkItem, WorkFilter, WorkItem, WorkOrder},
};

use crate::{CycleError, bill};

/// The kind of work a near limit is.
pub const FILING_LIMIT: &str = "filing_limit";
/// Days before the last filing day: two weeks leave a week to code and a week to repeat a refused file.
const WINDOW_DAYS: i64 = 14;
/// Visits, claims and items looked at in one pass.
const PASS_MAX: u32 = 2_000;

/// A visit or claim that must go out soon.
struct Near {
    subject: (&'static str, String),
    owner: Role,
    title: String,
    amount: Money,
    last_day: Date,
}

/// Opens work for what nears its limit and was not opened before, and ends what was sent since. Returns how many
/// were opened.
///
/// Scope: one client.
///
/// # Errors
/// When the store refuses.
pub fn watch(tx: &mut Tx<'_>) -> Result<usize, CycleError> {
    let mut near = visits(tx)?;
    near.extend(claims(tx)?);
    let mut open = open_items(tx)?;
    let mut opened = 0;
    for one in near {
        if open.remove(&(one.subject.0.to_owned(), one.subject.1.clone())).is_some() {
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
    for item in open.into_values() {
        store::work::finish(tx, item.id, "On its way, or no longer to be billed")?;
    }
    Ok(opened)
}

fn open_items(tx: &mut Tx<'_>) -> Result<BTreeMap<(String, String), WorkItem>, CycleError> {
    let filter = WorkFilter { kind: Some(FILING_LIMIT.to_owned()), ..WorkFilter::default() };
    let items = store::work::list(tx, &filter, WorkOrder::Due, PASS_MAX, 0)?;
    Ok(items.into_iter().map(|item| ((item.subject_kind.clone(), item.subject_id.clone()), item)).collect())
}

fn is_near(tx: &Tx<'_>, last_day: Date) -> bool {
    last_day <= tx.today().saturating_add(WINDOW_DAYS.days())
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
        for record in store::encounter::list(tx, &filter, PASS_MAX, 0)? {
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
        for record in store::claim::list(tx, &filter, ClaimOrder::FileBy, PASS_MAX, 0)? {
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
