//! Appeals of denials.

use claim::{AppealId, ClaimId, ClientId, WorkItemId};
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, coded, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT client_id, id, claim_id, work_item_id, level, status, due_on, filed_on, decided_on, document_id, body \
             FROM appeal WHERE ",
            in_scope!(),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO appeal (client_id, id, claim_id, work_item_id, level, status, due_on, body) \
              VALUES ($1, $2, $3, $4, $5, 'open', $6, $7)";
    FILE = "UPDATE appeal SET status = 'filed', filed_on = $3, document_id = $4 WHERE client_id = $1 AND id = $2 \
            AND status = 'open'";
    DECIDE = "UPDATE appeal SET status = $3, decided_on = $4 WHERE client_id = $1 AND id = $2 AND decided_on IS NULL";
    GET = columns!(" AND id = $2");
    OF_CLAIM = columns!(" AND claim_id = $2 ORDER BY level, id");
    PENDING = columns!(" AND decided_on IS NULL ORDER BY due_on, id LIMIT $2 OFFSET $3");
}

/// Where an appeal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealStatus {
    /// Being prepared.
    Open,
    /// Sent.
    Filed,
    /// The payer changed its decision.
    Won,
    /// The payer upheld its decision.
    Lost,
    /// Given up.
    Withdrawn,
}

impl AppealStatus {
    const ALL: [Self; 5] = [Self::Open, Self::Filed, Self::Won, Self::Lost, Self::Withdrawn];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Filed => "filed",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}
coded!(AppealStatus);

/// An appeal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: AppealId,
    /// Of which claim.
    pub claim_id: ClaimId,
    /// The denial's work item.
    pub work_item_id: Option<WorkItemId>,
    /// 1 for the first level.
    pub level: u8,
    /// Where it stands.
    pub status: AppealStatus,
    /// Last day to file.
    pub due_on: Date,
    /// Filed on.
    pub filed_on: Option<Date>,
    /// Decided on.
    pub decided_on: Option<Date>,
    /// The letter.
    pub document_id: Option<Uuid>,
    /// Grounds and details, as JSON.
    pub body: serde_json::Value,
}

fn read(row: &mut Row) -> Result<Appeal> {
    Ok(Appeal {
        client_id: row.get()?,
        id: row.get()?,
        claim_id: row.get()?,
        work_item_id: row.get()?,
        level: row.get()?,
        status: row.get()?,
        due_on: row.get()?,
        filed_on: row.get()?,
        decided_on: row.get()?,
        document_id: row.get()?,
        body: row.json()?,
    })
}

/// Opens an appeal.
pub fn open(
    tx: &mut Tx<'_>,
    claim_id: ClaimId,
    work_item_id: Option<WorkItemId>,
    level: u8,
    due_on: Date,
    body: &impl Serialize,
) -> Result<AppealId> {
    let id: AppealId = tx.new_id()?;
    let params = params![tx.owner()?, id, claim_id, work_item_id, u32::from(level), due_on, to_json(body)?];
    tx.execute(INSERT, params)?;
    tx.audit("appeal.open", "claim", claim_id, &(level, due_on))?;
    Ok(id)
}

/// Records that the letter went out.
pub fn file(tx: &mut Tx<'_>, id: AppealId, on: Date, document_id: Uuid) -> Result<()> {
    if tx.execute(FILE, params![tx.owner()?, id, on, document_id])? == 0 {
        return Err(StoreError::Illegal("this appeal is not open".into()));
    }
    tx.audit("appeal.file", "appeal", id, &on)
}

/// Records how it ended.
pub fn decide(tx: &mut Tx<'_>, id: AppealId, status: AppealStatus, on: Date) -> Result<()> {
    if tx.execute(DECIDE, params![tx.owner()?, id, status, on])? == 0 {
        return Err(StoreError::Illegal("this appeal was decided before".into()));
    }
    tx.audit("appeal.decide", "appeal", id, &status.code())
}

/// One appeal.
pub fn get(tx: &mut Tx<'_>, id: AppealId) -> Result<Appeal> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("appeal", id))?;
    read(&mut row)
}

/// The appeals of a claim, by level.
pub fn of_claim(tx: &mut Tx<'_>, claim_id: ClaimId) -> Result<Vec<Appeal>> {
    let params = params![tx.clients(), claim_id];
    tx.list(OF_CLAIM, params, read)
}

/// Undecided appeals in scope, nearest deadline first.
pub fn pending(tx: &mut Tx<'_>, limit: u32, offset: u32) -> Result<Vec<Appeal>> {
    let params = params![tx.clients(), limit, offset];
    tx.list(PENDING, params, read)
}
