//! Worklists and the lists of records.

use claim::{ClaimStatus, EncounterStatus, Money};
use store::Tx;
use store::appeal::{Appeal, AppealStatus};
use store::claim::{ClaimFilter, ClaimOrder, ClaimRecord};
use store::encounter::EncounterFilter;
use store::remittance::{RemittanceFilter, RemittanceState};
use store::work::{WorkFilter, WorkItem, WorkOrder};

use super::rows::{
    PAGE, Paging, claim_columns, claim_rows, encounter_columns, encounter_rows, escaped, remittance_columns,
    remittance_rows, row,
};
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::listing::{Bulk, Cell, Column, Filter, Listing, Row};
use crate::view::part::{Amount, Tag};
use crate::words;
use crate::worklist::{self, Source, Worklist};

/// `GET /work/{list}`.
pub fn worklist(call: &Call<'_>) -> Outcome {
    let list = worklist::by_slug(&call.asked.param::<String>("list")?).ok_or(Fault::NotFound)?;
    if !call.has(list.roles) {
        return Err(Fault::Forbidden("This worklist belongs to other roles."));
    }
    let listing = call.read(|tx| {
        let paging = Paging::of(call, &["cause"]);
        let mut listing = Listing {
            frame: call.frame(tx)?,
            title: list.label.to_owned(),
            lead: list.what.to_owned(),
            empty: list.empty.to_owned(),
            ..Listing::default()
        };
        fill(tx, call, list, &paging, &mut listing)?;
        paging.cut(&mut listing);
        Ok(listing)
    })?;
    page(&listing)
}

fn fill(
    tx: &mut Tx<'_>,
    call: &Call<'_>,
    list: &Worklist,
    paging: &Paging,
    listing: &mut Listing,
) -> Result<(), Fault> {
    let today = tx.today();
    match list.source {
        Source::Encounters(status) => {
            let mine = worklist::own(tx, call.person)?.filter(|_| status == EncounterStatus::Unsigned);
            let which = EncounterFilter { status: Some(status), rendering_id: mine, ..Default::default() };
            listing.columns = encounter_columns();
            listing.rows = encounter_rows(&store::encounter::list(tx, &which, PAGE + 1, paging.offset)?);
        }
        Source::Queries => {
            let mine = worklist::own(tx, call.person)?;
            listing.columns = ["Encounter", "Patient", "Question", "Waits"].map(Column::text).to_vec();
            for query in store::query::open(tx, mine, PAGE + 1, paging.offset)? {
                let visit = store::encounter::get(tx, query.encounter_id)?;
                let asked = jiff::tz::TimeZone::UTC.to_datetime(query.asked_at).date();
                listing.rows.push(row([
                    Cell::open(format!("/encounters/{}", visit.encounter.number), &visit.encounter.number),
                    Cell::Text(visit.patient_name.sorted()),
                    Cell::Text(query.prompt.question),
                    Cell::Text(words::age(asked, today)),
                ]));
            }
        }
        Source::Claims(status) => {
            let which = ClaimFilter { status: Some(status), ..Default::default() };
            let found = store::claim::list(tx, &which, ClaimOrder::FileBy, PAGE + 1, paging.offset)?;
            if status == ClaimStatus::Ready && !found.is_empty() {
                listing.bulk = Some(send_all(&found));
            }
            listing.columns = claim_columns("Last day");
            listing.rows = claim_rows(&found, today);
        }
        Source::Work(_) | Source::OtherWork => {
            let items = items(tx, call, list, paging.offset)?;
            listing.filters = causes(&items, call.asked.query.text("cause"), list);
            listing.columns = work_columns();
            let wanted = call.asked.query.text("cause");
            let shown =
                items.iter().filter(|item| wanted.is_empty() || cause(item).is_some_and(|cause| cause == wanted));
            for item in shown {
                listing.rows.push(work_row(tx, call, item)?);
            }
        }
        Source::Appeals => appeals(tx, paging, listing)?,
        Source::Remittances => {
            listing.columns = remittance_columns();
            for state in [RemittanceState::Parked, RemittanceState::Posting] {
                let which = RemittanceFilter { state: Some(state), payer_id: None };
                let found = store::remittance::list(tx, &which, PAGE + 1, paging.offset)?;
                listing.rows.extend(remittance_rows(&found));
            }
        }
        Source::Statements => {
            listing.columns = vec![Column::text("Patient"), Column::text("Since"), Column::money("Owes, USD")];
            let due = super::account::owing(tx)?;
            if !due.is_empty() && call.has(super::payment::TAKERS) {
                listing.bulk = Some(Bulk {
                    href: "/work/statements/print".into(),
                    label: "Print what is due".into(),
                    consequence: "A statement for each patient who owes enough and had none in 30 days.".into(),
                    key: "b".into(),
                });
            }
            let total: Money = due.iter().map(|d| d.amount).sum();
            listing.rows = due
                .iter()
                .skip(paging.offset as usize)
                .map(|d| {
                    row([
                        Cell::open(format!("/patients/{}", d.patient_id), &d.name),
                        Cell::Day(d.since.to_string()),
                        Cell::Money(Amount::balance(d.amount)),
                    ])
                })
                .collect();
            listing.totals =
                vec![Cell::Text("Total".into()), Cell::Text(String::new()), Cell::Money(Amount::balance(total))];
        }
    }
    Ok(())
}

fn send_all(found: &[ClaimRecord]) -> Bulk {
    let found: Vec<&ClaimRecord> = found.iter().take(PAGE as usize).collect();
    let charge: Money = found.iter().map(|r| r.charge).sum();
    let mut payers: Vec<_> = found.iter().map(|r| r.payer_id).collect();
    payers.sort_unstable();
    payers.dedup();
    Bulk {
        href: "/claims/send".into(),
        label: format!("Send {}", words::count(found.len(), "claim", "claims")),
        consequence: format!(
            "{} of {charge} USD go to {} in one file each.",
            words::count(found.len(), "claim", "claims"),
            words::count(payers.len(), "payer", "payers")
        ),
        key: "b".into(),
    }
}

fn work_columns() -> Vec<Column> {
    let mut columns = ["What", "Whose work", "Last day", "Left"].map(Column::text).to_vec();
    columns.push(Column::money("At stake, USD"));
    columns
}

fn work_row(tx: &mut Tx<'_>, call: &Call<'_>, item: &WorkItem) -> Result<Row, Fault> {
    let today = tx.today();
    Ok(row([
        Cell::open(super::denial::href(tx, call, item)?, &item.title),
        Cell::Text(item.owner.label().to_owned()),
        Cell::Day(item.due_on.map(|on| on.to_string()).unwrap_or_default()),
        Cell::State(item.due_on.map_or_else(|| Tag::open("No limit"), |on| words::left(on, today))),
        Cell::Money(Amount::balance(item.amount)),
    ]))
}

/// The reason an item of denial work names, `CO-50`.
pub(super) fn cause(item: &WorkItem) -> Option<String> {
    let of = |name: &str| item.body.get(name).and_then(serde_json::Value::as_str);
    Some(format!("{}-{}", of("group")?, of("carc")?))
}

fn causes(items: &[WorkItem], current: &str, list: &Worklist) -> Vec<Filter> {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for code in items.iter().filter_map(cause) {
        *counts.entry(code).or_default() += 1;
    }
    if counts.is_empty() {
        return Vec::new();
    }
    let all = Filter {
        label: "All".into(),
        href: list.href(),
        count: items.len().to_string(),
        is_current: current.is_empty(),
    };
    let each = counts.into_iter().map(|(code, count)| Filter {
        href: format!("{}?cause={}", list.href(), escaped(&code)),
        is_current: code == current,
        count: count.to_string(),
        label: code,
    });
    std::iter::once(all).chain(each).collect()
}

fn items(tx: &mut Tx<'_>, call: &Call<'_>, list: &Worklist, offset: u32) -> Result<Vec<WorkItem>, Fault> {
    let Source::Work(kinds) = list.source else { return super::home::other(tx, call.person) };
    let mut found = Vec::new();
    for kind in kinds {
        let which = WorkFilter { kind: Some((*kind).to_owned()), owner: None };
        found.extend(store::work::list(tx, &which, WorkOrder::Due, PAGE + 1, offset)?);
    }
    Ok(found)
}

fn appeals(tx: &mut Tx<'_>, paging: &Paging, listing: &mut Listing) -> Result<(), Fault> {
    let today = tx.today();
    listing.columns = ["Claim", "Patient", "Payer", "State", "Last day to file"].map(Column::text).to_vec();
    listing.columns.push(Column::money("At stake, USD"));
    for appeal in store::appeal::pending(tx, PAGE + 1, paging.offset)? {
        let claim = store::claim::get(tx, appeal.claim_id)?;
        let is_open = appeal.status == AppealStatus::Open;
        let href = appeal_href(&appeal, &claim.number);
        let filed = appeal.filed_on.map_or_else(|| Tag::open("Filed"), |on| Tag::open(format!("Filed {on}")));
        listing.rows.push(row([
            Cell::open(href, &claim.number),
            Cell::Text(claim.patient_name.sorted()),
            Cell::Text(claim.payer_name),
            Cell::State(if is_open { Tag::warn("To file") } else { filed }),
            Cell::State(if is_open { words::left(appeal.due_on, today) } else { Tag::open(appeal.due_on.to_string()) }),
            Cell::Money(Amount::balance(claim.charge - claim.paid)),
        ]));
    }
    Ok(())
}

/// Where an appeal is worked: at its denial until it is filed, then in the history of its claim.
pub(super) fn appeal_href(appeal: &Appeal, claim: &str) -> String {
    match appeal.work_item_id.filter(|_| appeal.status == AppealStatus::Open) {
        Some(item) => format!("/denials/{item}"),
        None => format!("/claims/{claim}?view=history"),
    }
}
