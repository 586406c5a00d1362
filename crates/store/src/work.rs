//! Work items: what somebody has to do, with whom, by when, and for how much.

use claim::{ClientId, Money, UserId, WorkItemId};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{
    Result, Role, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, filter, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT client_id, id, kind, owner, subject_kind, subject_id, title, body, amount_cents, due_on, \
             snoozed_until, claimed_by, opened_at, done_at, done_by, outcome FROM work_item WHERE ",
            in_scope!(),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO work_item (client_id, id, kind, owner, subject_kind, subject_id, title, body, amount_cents, \
              due_on, opened_at, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')";
    GET = columns!(" AND id = $2");
    OF_SUBJECT = columns!(" AND subject_kind = $2 AND subject_id = $3 ORDER BY id");
    OPEN_OF_KIND = columns!(" AND kind = $2 AND done_at IS NULL ORDER BY id");
    LIST_DUE = columns!(" AND done_at IS NULL AND ($2 = '' OR owner = $2) AND ($3 = '' OR kind = $3) \
                         AND (snoozed_until IS NULL OR snoozed_until <= $4) \
                         ORDER BY COALESCE(due_on, '9999-12-31'), amount_cents DESC, id LIMIT $5 OFFSET $6");
    LIST_AMOUNT = columns!(" AND done_at IS NULL AND ($2 = '' OR owner = $2) AND ($3 = '' OR kind = $3) \
                            AND (snoozed_until IS NULL OR snoozed_until <= $4) \
                            ORDER BY amount_cents DESC, COALESCE(due_on, '9999-12-31'), id LIMIT $5 OFFSET $6");
    LIST_DONE = columns!(" AND done_at IS NOT NULL AND ($2 = '' OR owner = $2) AND ($3 = '' OR kind = $3) \
                          ORDER BY done_at DESC, id DESC LIMIT $4 OFFSET $5");
    COUNTS = concat!("SELECT kind, owner, COUNT(*), CAST(SUM(amount_cents) AS BIGINT) FROM work_item WHERE ", in_scope!(),
                     " AND done_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= $2) GROUP BY kind, owner \
                     ORDER BY kind, owner");
    CLAIM = "UPDATE work_item SET claimed_by = $3 WHERE client_id = $1 AND id = $2 AND done_at IS NULL \
             AND (claimed_by IS NULL OR claimed_by = $3)";
    RELEASE = "UPDATE work_item SET claimed_by = NULL WHERE client_id = $1 AND id = $2 AND done_at IS NULL";
    SNOOZE = "UPDATE work_item SET snoozed_until = $3 WHERE client_id = $1 AND id = $2 AND done_at IS NULL";
    CHANGE = "UPDATE work_item SET title = $3, body = $4, due_on = $5 WHERE client_id = $1 AND id = $2 \
              AND done_at IS NULL";
    FINISH = "UPDATE work_item SET done_at = $3, done_by = $4, outcome = $5 WHERE client_id = $1 AND id = $2 \
              AND done_at IS NULL";
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: WorkItemId,
    /// What kind: `denial`, `rejection`, `held_claim`, `unmatched`, `credit_balance`, `filing_limit`.
    pub kind: String,
    /// Whose list it is on.
    pub owner: Role,
    /// What it is about: `claim`, `remittance`, `encounter`, `patient`.
    pub subject_kind: String,
    /// Which.
    pub subject_id: String,
    /// One line.
    pub title: String,
    /// Details of the kind, as JSON.
    pub body: serde_json::Value,
    /// Money at stake.
    pub amount: Money,
    /// Deadline.
    pub due_on: Option<Date>,
    /// Out of sight until this day.
    pub snoozed_until: Option<Date>,
    /// Who works on it.
    pub claimed_by: Option<UserId>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when.
    pub done_at: Option<Timestamp>,
    /// By whom: `user:ID` or `system:part`.
    pub done_by: Option<String>,
    /// What came of it, or empty.
    pub outcome: String,
}

/// What a new item says.
#[derive(Clone, Debug)]
pub struct NewWorkItem<'a> {
    /// What kind.
    pub kind: &'a str,
    /// Whose list it goes on.
    pub owner: Role,
    /// What it is about.
    pub subject: (&'a str, String),
    /// One line.
    pub title: String,
    /// Money at stake.
    pub amount: Money,
    /// Deadline.
    pub due_on: Option<Date>,
}

/// Which items to list.
#[derive(Clone, Debug, Default)]
pub struct WorkFilter {
    /// On this role's list.
    pub owner: Option<Role>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// In which order open items come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkOrder {
    /// Nearest deadline first.
    #[default]
    Due,
    /// Most money first.
    Amount,
}

/// How much work of one kind waits on one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkCount {
    /// What kind.
    pub kind: String,
    /// Whose list.
    pub owner: Role,
    /// How many.
    pub count: u64,
    /// Money at stake.
    pub amount: Money,
}

fn read(row: &mut Row) -> Result<WorkItem> {
    Ok(WorkItem {
        client_id: row.get()?,
        id: row.get()?,
        kind: row.get()?,
        owner: row.get()?,
        subject_kind: row.get()?,
        subject_id: row.get()?,
        title: row.get()?,
        body: row.json()?,
        amount: row.get()?,
        due_on: row.get()?,
        snoozed_until: row.get()?,
        claimed_by: row.get()?,
        opened_at: row.get()?,
        done_at: row.get()?,
        done_by: row.get()?,
        outcome: row.get()?,
    })
}

/// Opens an item.
pub fn open(tx: &mut Tx<'_>, new: &NewWorkItem<'_>, body: &impl Serialize) -> Result<WorkItemId> {
    let id: WorkItemId = tx.new_id()?;
    let params = params![
        tx.owner()?,
        id,
        new.kind,
        new.owner,
        new.subject.0,
        &new.subject.1,
        &new.title,
        to_json(body)?,
        new.amount,
        new.due_on,
        tx.now(),
    ];
    tx.execute(INSERT, params)?;
    tx.audit("work.open", "work_item", id, &(new.kind, new.amount))?;
    Ok(id)
}

/// One item.
pub fn get(tx: &mut Tx<'_>, id: WorkItemId) -> Result<WorkItem> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("work item", id))?;
    read(&mut row)
}

/// Every item about a record, open and done, in order.
pub fn of_subject(tx: &mut Tx<'_>, kind: &str, id: impl ToString) -> Result<Vec<WorkItem>> {
    let params = params![tx.clients(), kind, id.to_string()];
    tx.list(OF_SUBJECT, params, read)
}

/// Opens an item unless one of its kind about the same record is open; true when it was opened.
pub fn open_once(tx: &mut Tx<'_>, new: &NewWorkItem<'_>, body: &impl Serialize) -> Result<bool> {
    let (subject, id) = &new.subject;
    let is_it = |item: &WorkItem| item.kind == new.kind && item.done_at.is_none();
    if of_subject(tx, subject, id)?.iter().any(is_it) {
        return Ok(false);
    }
    open(tx, new, body).map(|_| true)
}

/// Every open item of a kind in scope, asleep or not.
pub fn open_of_kind(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<WorkItem>> {
    let params = params![tx.clients(), kind];
    tx.list(OPEN_OF_KIND, params, read)
}

/// Open items in scope that are not asleep.
pub fn list(tx: &mut Tx<'_>, which: &WorkFilter, order: WorkOrder, limit: u32, offset: u32) -> Result<Vec<WorkItem>> {
    let sql = match order {
        WorkOrder::Due => LIST_DUE,
        WorkOrder::Amount => LIST_AMOUNT,
    };
    let (owner, kind) = (filter(which.owner.map(Role::code)), filter(which.kind.as_ref()));
    let params = params![tx.clients(), owner, kind, tx.today(), limit, offset];
    tx.list(sql, params, read)
}

/// Done items in scope, latest first.
pub fn list_done(tx: &mut Tx<'_>, which: &WorkFilter, limit: u32, offset: u32) -> Result<Vec<WorkItem>> {
    let (owner, kind) = (filter(which.owner.map(Role::code)), filter(which.kind.as_ref()));
    let params = params![tx.clients(), owner, kind, limit, offset];
    tx.list(LIST_DONE, params, read)
}

/// Open work in scope by kind and list.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<WorkCount>> {
    let params = params![tx.clients(), tx.today()];
    tx.list(COUNTS, params, |row| {
        Ok(WorkCount { kind: row.get()?, owner: row.get()?, count: row.get()?, amount: row.get()? })
    })
}

fn changed(rows: u64, why: &str) -> Result<()> {
    if rows == 0 { Err(StoreError::Illegal(why.to_owned())) } else { Ok(()) }
}

/// Takes an item to oneself.
pub fn take(tx: &mut Tx<'_>, id: WorkItemId, user_id: UserId) -> Result<()> {
    let rows = tx.execute(CLAIM, params![tx.owner()?, id, user_id])?;
    changed(rows, "this item is done, or somebody else works on it")?;
    tx.audit("work.take", "work_item", id, &user_id)
}

/// Gives an item back to the list.
pub fn release(tx: &mut Tx<'_>, id: WorkItemId) -> Result<()> {
    let rows = tx.execute(RELEASE, params![tx.owner()?, id])?;
    changed(rows, "this item is done")?;
    tx.audit("work.release", "work_item", id, &())
}

/// Puts an item out of sight until a day.
pub fn snooze(tx: &mut Tx<'_>, id: WorkItemId, until: Date) -> Result<()> {
    let rows = tx.execute(SNOOZE, params![tx.owner()?, id, until])?;
    changed(rows, "this item is done")?;
    tx.audit("work.snooze", "work_item", id, &until)
}

/// Changes what an open item says.
pub fn change(tx: &mut Tx<'_>, id: WorkItemId, title: &str, body: &impl Serialize, due_on: Option<Date>) -> Result<()> {
    let rows = tx.execute(CHANGE, params![tx.owner()?, id, title, to_json(body)?, due_on])?;
    changed(rows, "this item is done")?;
    tx.audit("work.change", "work_item", id, &due_on)
}

/// Finishes an item with what came of it.
pub fn finish(tx: &mut Tx<'_>, id: WorkItemId, outcome: &str) -> Result<()> {
    let params = params![tx.owner()?, id, tx.now(), tx.actor().to_string(), outcome];
    let rows = tx.execute(FINISH, params)?;
    changed(rows, "this item is done already")?;
    tx.audit("work.finish", "work_item", id, &())
}
