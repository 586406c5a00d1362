//! Received and made files, as their bytes were, sealed. The same bytes are kept once for each client.

use claim::ClientId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    seal::hex,
    sql::{in_scope, statements},
    value::{Row, filter, params},
};

statements! {
    INSERT = "INSERT INTO document (client_id, id, sha256, kind, name, size, bytes, kept_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_HASH = concat!("SELECT client_id, id, sha256, kind, name, size, kept_at FROM document WHERE ", in_scope!(),
                      " AND sha256 = $2");
    GET = concat!("SELECT client_id, id, sha256, kind, name, size, kept_at FROM document WHERE ", in_scope!(),
                  " AND id = $2");
    BYTES = concat!("SELECT bytes, sha256 FROM document WHERE ", in_scope!(), " AND id = $2");
    LIST = concat!("SELECT client_id, id, sha256, kind, name, size, kept_at FROM document WHERE ", in_scope!(),
                   " AND ($2 = '' OR kind = $2) ORDER BY id DESC LIMIT $3 OFFSET $4");
}

const BYTES_FIELD: &str = "document.bytes";

/// A kept file without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: Uuid,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// What it is: `837`, `835`, `999`, `277ca`, `ta1`, `270`, `271`, `statement`, `letter`, `note`.
    pub kind: String,
    /// File name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Since when.
    pub kept_at: Timestamp,
}

/// Outcome of [`keep`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The document, old or new.
    pub document: Document,
    /// False when the same bytes were kept before.
    pub is_new: bool,
}

fn read(row: &mut Row) -> Result<Document> {
    Ok(Document {
        client_id: row.get()?,
        id: row.get()?,
        sha256: row.get()?,
        kind: row.get()?,
        name: row.get()?,
        size: row.get()?,
        kept_at: row.get()?,
    })
}

/// Keeps bytes; the same bytes again give the document they are kept as.
pub fn keep(tx: &mut Tx<'_>, kind: &str, name: &str, bytes: &[u8]) -> Result<Kept> {
    let sha256 = hex(&Sha256::digest(bytes));
    if let Some(document) = by_hash(tx, &sha256)? {
        return Ok(Kept { document, is_new: false });
    }
    let id: Uuid = tx.new_id()?;
    let client_id = tx.client()?;
    let sealed = tx.seal(BYTES_FIELD, &id.to_string(), bytes)?;
    let kept_at = tx.now();
    tx.execute(INSERT, params![client_id, id, &sha256, kind, name, bytes.len(), sealed, kept_at])?;
    tx.audit("document.keep", "document", id, &(kind, &sha256))?;
    let (kind, name, size) = (kind.to_owned(), name.to_owned(), bytes.len() as u64);
    Ok(Kept { document: Document { client_id, id, sha256, kind, name, size, kept_at }, is_new: true })
}

/// One document.
pub fn get(tx: &mut Tx<'_>, id: Uuid) -> Result<Document> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("document", id))?;
    read(&mut row)
}

/// The document of a hash.
pub fn by_hash(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<Document>> {
    let params = params![tx.clients(), sha256];
    tx.row(BY_HASH, params)?.as_mut().map(read).transpose()
}

/// A document's bytes, held against their hash.
pub fn bytes(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<u8>> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(BYTES, params)?.ok_or_else(|| StoreError::not_found("document", id))?;
    let (sealed, sha256): (Vec<u8>, String) = (row.get()?, row.get()?);
    let bytes = tx.unseal(BYTES_FIELD, &id.to_string(), &sealed)?;
    if hex(&Sha256::digest(&bytes)) != sha256 {
        return Err(StoreError::Unsealable(format!("{BYTES_FIELD} of {id}")));
    }
    Ok(bytes)
}

/// Documents in scope, newest first; of one kind, or all.
pub fn list(tx: &mut Tx<'_>, kind: Option<&str>, limit: u32, offset: u32) -> Result<Vec<Document>> {
    let params = params![tx.clients(), filter(kind), limit, offset];
    tx.list(LIST, params, read)
}
