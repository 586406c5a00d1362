//! What payers announce and what a team agrees on, with who has read it. The words are sealed and never change: a
//! correction is a new bulletin.

use claim::{PayerId, UserId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, coded, params},
};

statements! {
    INSERT = "INSERT INTO bulletin (client_id, id, kind, payer_id, title, body, published_at, published_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = concat!("SELECT id, kind, payer_id, title, body, published_at, published_by FROM bulletin WHERE ",
                   in_scope!(), " ORDER BY id DESC LIMIT $2");
    READ = "INSERT INTO bulletin_receipt (client_id, bulletin_id, user_id, read_at) VALUES ($1, $2, $3, $4)";
    RECEIPTS = concat!("SELECT r.bulletin_id, r.user_id, u.name, r.read_at FROM bulletin_receipt r \
                        JOIN user_account u ON u.id = r.user_id WHERE ", in_scope!("r"), " ORDER BY r.read_at, u.name");
}

const BODY_FIELD: &str = "bulletin.body";

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulletinKind {
    /// A payer.
    Payer,
    /// The team itself.
    Team,
}

impl BulletinKind {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payer => "payer",
            Self::Team => "team",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Payer, Self::Team].into_iter().find(|kind| kind.code() == code)
    }
}
coded!(BulletinKind);

/// A bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    /// Our record.
    pub id: Uuid,
    /// Who speaks.
    pub kind: BulletinKind,
    /// The payer it comes from or is about.
    pub payer_id: Option<PayerId>,
    /// One line.
    pub title: String,
    /// The words.
    pub body: String,
    /// Since when it is there.
    pub published_at: Timestamp,
    /// Who wrote it down: `user:ID`.
    pub published_by: String,
}

/// That somebody has read a bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which one.
    pub bulletin_id: Uuid,
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// When.
    pub read_at: Timestamp,
}

/// Publishes a bulletin to the client's people.
pub fn publish(
    tx: &mut Tx<'_>,
    kind: BulletinKind,
    payer_id: Option<PayerId>,
    title: &str,
    body: &str,
) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    let sealed = tx.seal(BODY_FIELD, &id.to_string(), body.as_bytes())?;
    let params = params![tx.client()?, id, kind, payer_id, title, sealed, tx.now(), tx.actor().to_string()];
    tx.execute(INSERT, params)?;
    tx.audit("bulletin.publish", "bulletin", id, &title)?;
    Ok(id)
}

fn read_row(tx: &Tx<'_>, row: &mut Row) -> Result<Bulletin> {
    let id: Uuid = row.get()?;
    let (kind, payer_id, title) = (row.get()?, row.get()?, row.get()?);
    let sealed: Vec<u8> = row.get()?;
    let body = tx.unseal_text(BODY_FIELD, &id.to_string(), &sealed)?;
    Ok(Bulletin { id, kind, payer_id, title, body, published_at: row.get()?, published_by: row.get()? })
}

/// The newest bulletins, newest first.
pub fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Bulletin>> {
    let params = params![tx.clients(), limit];
    let mut rows = tx.rows(LIST, params)?;
    rows.iter_mut().map(|row| read_row(tx, row)).collect()
}

/// Notes that a person has read a bulletin; the first time counts.
///
/// # Errors
/// [`StoreError::NotFound`] when the client has no such bulletin.
pub fn read(tx: &mut Tx<'_>, id: Uuid, user_id: UserId) -> Result<()> {
    if !list(tx, u32::MAX)?.iter().any(|bulletin| bulletin.id == id) {
        return Err(StoreError::not_found("bulletin", id));
    }
    if receipts(tx)?.iter().any(|receipt| receipt.bulletin_id == id && receipt.user_id == user_id) {
        return Ok(());
    }
    tx.execute(READ, params![tx.client()?, id, user_id, tx.now()])?;
    tx.audit("bulletin.read", "bulletin", id, &user_id)
}

/// Who has read what, in order of time.
pub fn receipts(tx: &mut Tx<'_>) -> Result<Vec<Receipt>> {
    let params = params![tx.clients()];
    tx.list(RECEIPTS, params, |row| {
        Ok(Receipt { bulletin_id: row.get()?, user_id: row.get()?, name: row.get()?, read_at: row.get()? })
    })
}
