//! Home: the person's worklists and what is lost when a day passes.

use claim::{ClaimStatus, Money};
use cycle::limits;
use jiff::civil::Date;
use store::Tx;
use store::claim::{ClaimFilter, ClaimOrder};
use store::encounter::EncounterFilter;
use store::remittance::{RemittanceFilter, RemittanceState};
use store::work::{WorkFilter, WorkItem, WorkOrder};

use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::session::Person;
use crate::view::home::{Deadline, Home, ListSummary};
use crate::view::part::Amount;
use crate::words;
use crate::worklist::{self, Counts, Source, Worklist};

/// How far ahead deadlines are shown.
const AHEAD_DAYS: i64 = 30;
/// Most items looked at for deadlines.
const LOOK_MAX: u32 = 200;
/// Claims that are not sent yet lose their money at the filing limit.
const UNSENT: [ClaimStatus; 4] = [ClaimStatus::Draft, ClaimStatus::Held, ClaimStatus::Ready, ClaimStatus::Rejected];

/// `GET /`.
pub fn show(call: &Call<'_>) -> Outcome {
    let home = call.read(|tx| {
        let counts = Counts::gather(tx, call.person)?;
        let mut lists = Vec::new();
        for list in worklist::of(call.person) {
            lists.push(summary(tx, call, &counts, list)?);
        }
        let (deadlines, releases) = (deadlines(tx, call)?, super::releases::alerts(tx, call)?);
        Ok(Home { frame: call.frame(tx)?, lists, deadlines, releases })
    })?;
    page(&home)
}

fn summary(tx: &mut Tx<'_>, call: &Call<'_>, counts: &Counts, list: &Worklist) -> Result<ListSummary, Fault> {
    let (count, money) = counts.with_money(list);
    let first = if count == 0 { None } else { first(tx, call, list.source, count)? };
    let today = tx.today();
    let (first, since) = first.map_or((String::new(), None), |(href, since)| (href, since));
    Ok(ListSummary {
        label: list.label.to_owned(),
        href: list.href(),
        what: list.what.to_owned(),
        count,
        oldest: since.map(|since| words::age(since, today)).unwrap_or_default(),
        amount: Amount::balance(money),
        first,
        key: list.key.to_owned(),
    })
}

type First = Option<(String, Option<Date>)>;

/// The item to work first: its address, and since when it waits.
fn first(tx: &mut Tx<'_>, call: &Call<'_>, source: Source, count: usize) -> Result<First, Fault> {
    let person = call.person;
    let last = u32::try_from(count.saturating_sub(1)).unwrap_or(0);
    let day = |at: jiff::Timestamp| jiff::tz::TimeZone::UTC.to_datetime(at).date();
    Ok(match source {
        Source::Encounters(status) => {
            let mine = worklist::own(tx, person)?;
            let rendering_id = mine.filter(|_| status == claim::EncounterStatus::Unsigned);
            let which = EncounterFilter { status: Some(status), rendering_id, ..Default::default() };
            let oldest = store::encounter::list(tx, &which, 1, last)?.pop();
            oldest.map(|r| (format!("/encounters/{}", r.encounter.number), Some(r.encounter.served_on)))
        }
        Source::Queries => {
            let mine = worklist::own(tx, person)?;
            match store::query::open(tx, mine, 1, 0)?.pop() {
                Some(query) => {
                    let visit = store::encounter::get(tx, query.encounter_id)?;
                    Some((format!("/encounters/{}", visit.encounter.number), Some(day(query.asked_at))))
                }
                None => None,
            }
        }
        Source::Claims(status) => {
            let which = ClaimFilter { status: Some(status), ..Default::default() };
            let next = store::claim::list(tx, &which, ClaimOrder::FileBy, 1, 0)?.pop();
            next.map(|r| (format!("/claims/{}", r.number), Some(day(r.created_at))))
        }
        Source::Work(kinds) => {
            let kind = kinds.first().map(|kind| (*kind).to_owned());
            let next = store::work::list(tx, &WorkFilter { kind, owner: None }, WorkOrder::Due, 1, 0)?.pop();
            match next {
                Some(item) => Some((super::denial::href(tx, call, &item)?, Some(day(item.opened_at)))),
                None => None,
            }
        }
        Source::OtherWork => match other(tx, person)?.first() {
            Some(item) => Some((super::denial::href(tx, call, item)?, Some(day(item.opened_at)))),
            None => None,
        },
        Source::Appeals => match store::appeal::pending(tx, 1, 0)?.pop() {
            Some(appeal) => {
                let claim = store::claim::get(tx, appeal.claim_id)?;
                Some((super::work::appeal_href(&appeal, &claim.number), None))
            }
            None => None,
        },
        Source::Remittances => {
            let mut next = None;
            for state in [RemittanceState::Parked, RemittanceState::Posting] {
                let which = RemittanceFilter { state: Some(state), payer_id: None };
                next = next.or(store::remittance::list(tx, &which, 1, 0)?.pop());
            }
            next.map(|r| (format!("/remittances/{}", r.id), Some(day(r.received_at))))
        }
        Source::Statements => {
            super::account::owing(tx)?.first().map(|due| (format!("/patients/{}", due.patient_id), Some(due.since)))
        }
    })
}

/// Work items that no other list shows and that are this person's to do.
pub(super) fn other(tx: &mut Tx<'_>, person: &Person) -> Result<Vec<WorkItem>, Fault> {
    let all = store::work::list(tx, &WorkFilter::default(), WorkOrder::Due, LOOK_MAX, 0)?;
    Ok(all.into_iter().filter(|item| worklist::is_other(&item.kind, item.owner, person)).collect())
}

/// What is lost when a day passes, of the person's own work: filing limits, last days to appeal.
fn deadlines(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<Vec<Deadline>, Fault> {
    let today = tx.today();
    let is_near = |last: Date| words::days(today, last) <= AHEAD_DAYS;
    let is_biller = call.has(super::claim::BILLERS);
    let mut found: Vec<(Date, Deadline)> = Vec::new();
    let mut add = |last: Date, label: String, href: String, amount: Money| {
        let left = words::left(last, today);
        found.push((last, Deadline { label, href, on: last.to_string(), left, amount: Amount::balance(amount) }));
    };
    for status in UNSENT.into_iter().filter(|_| is_biller) {
        let which = ClaimFilter { status: Some(status), ..Default::default() };
        for record in store::claim::list(tx, &which, ClaimOrder::FileBy, LOOK_MAX, 0)? {
            if is_near(record.file_by) {
                let label = format!("Filing limit of {}, {}", record.number, record.payer_name);
                add(record.file_by, label, format!("/claims/{}", record.number), record.charge);
            }
        }
    }
    for item in store::work::list(tx, &WorkFilter::default(), WorkOrder::Due, LOOK_MAX, 0)? {
        // The filing limit of a claim stands above already.
        let is_told = is_biller && item.kind == limits::FILING_LIMIT && item.subject_kind == "claim";
        let near = item.due_on.filter(|last| is_near(*last) && !is_told && super::denial::is_mine(call, &item));
        if let Some(last) = near {
            add(last, item.title.clone(), super::denial::href(tx, call, &item)?, item.amount);
        }
    }
    for appeal in store::appeal::pending(tx, LOOK_MAX, 0)?.into_iter().filter(|_| is_biller) {
        if appeal.filed_on.is_none() && is_near(appeal.due_on) {
            let claim = store::claim::get(tx, appeal.claim_id)?;
            let label = format!("Appeal of {} must be filed", claim.number);
            let href = super::work::appeal_href(&appeal, &claim.number);
            add(appeal.due_on, label, href, claim.charge - claim.paid);
        }
    }
    found.sort_by_key(|(last, _)| *last);
    Ok(found.into_iter().map(|(_, deadline)| deadline).collect())
}
