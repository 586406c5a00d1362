//! Files on their way out: written in the transaction that makes them, carried out afterwards.

use claim::ClientId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Tx,
    sql::{in_scope, statements},
    value::params,
};

statements! {
    ADD = "INSERT INTO outbox (client_id, id, partner, file_name, document_id, state, error, created_at) \
           VALUES ($1, $2, $3, $4, $5, 'waiting', '', $6)";
    WAITING = concat!("SELECT client_id, id, partner, file_name, document_id, error, created_at FROM outbox WHERE ",
                      in_scope!(), " AND state = 'waiting' ORDER BY client_id, id LIMIT $2");
    SENT = "UPDATE outbox SET state = 'sent', sent_at = $3, error = '' WHERE client_id = $1 AND id = $2";
    FAILED = "UPDATE outbox SET error = $3 WHERE client_id = $1 AND id = $2";
}

/// A file that waits to be carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: Uuid,
    /// To whom: the partner's folder name.
    pub partner: String,
    /// File name.
    pub file_name: String,
    /// Its bytes.
    pub document_id: Uuid,
    /// What went wrong last time, or empty.
    pub error: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Adds a kept document to the outbox.
pub fn add(tx: &mut Tx<'_>, partner: &str, file_name: &str, document_id: Uuid) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    tx.execute(ADD, params![tx.owner()?, id, partner, file_name, document_id, tx.now()])?;
    tx.audit("outbox.add", "document", document_id, &partner)?;
    Ok(id)
}

/// Files in scope that wait, oldest first.
pub fn waiting(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Outgoing>> {
    let params = params![tx.clients(), limit];
    tx.list(WAITING, params, |row| {
        Ok(Outgoing {
            client_id: row.get()?,
            id: row.get()?,
            partner: row.get()?,
            file_name: row.get()?,
            document_id: row.get()?,
            error: row.get()?,
            created_at: row.get()?,
        })
    })
}

/// Records that a file was carried.
pub fn sent(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    tx.change("outgoing file", id, SENT, params![tx.owner()?, id, tx.now()])?;
    tx.audit("outbox.sent", "outbox", id, &())
}

/// Records why a file could not be carried; it keeps waiting.
pub fn failed(tx: &mut Tx<'_>, id: Uuid, error: &str) -> Result<()> {
    tx.execute_mechanics(FAILED, params![tx.owner()?, id, error]).map(|_| ())
}
