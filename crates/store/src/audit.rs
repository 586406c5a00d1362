//! The audit log: one row for every change, in the change's own transaction, chained into blocks later.
//!
//! A row carries a hash of its content. [`seal_blocks`] gathers the rows of a client that no block holds
//! yet and chains their hashes; doing that apart from the change keeps writers from waiting for each
//! other. [`verify`] recomputes everything and names each break and the tail no block holds yet.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Result, Tx,
    seal::hex,
    sql::{in_scope, statements},
    value::{Row, filter, params},
};

/// Rows in one block at most.
const BLOCK_MAX: u32 = 1_000;

statements! {
    APPEND = "INSERT INTO audit_row (client_id, id, at, actor, action, entity, entity_id, detail, hash) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = concat!("SELECT id, client_id, at, actor, action, entity, entity_id, detail, hash FROM audit_row WHERE ",
                   in_scope!(), " AND ($2 = '' OR entity = $2) AND ($3 = '' OR entity_id = $3) \
                   ORDER BY id DESC LIMIT $4 OFFSET $5");
    COUNT = concat!("SELECT COUNT(*) FROM audit_row WHERE ", in_scope!());
    UNSEALED = "SELECT a.id, a.hash FROM audit_row a LEFT JOIN audit_sealed s \
                ON s.client_id = a.client_id AND s.audit_id = a.id \
                WHERE a.client_id = $1 AND s.audit_id IS NULL ORDER BY a.id LIMIT $2";
    LAST_BLOCK = "SELECT number, hash FROM audit_block WHERE client_id = $1 ORDER BY number DESC LIMIT 1";
    ADD_BLOCK = "INSERT INTO audit_block (client_id, number, sealed_at, rows_count, previous_hash, hash) \
                 VALUES ($1, $2, $3, $4, $5, $6)";
    ADD_SEALED = "INSERT INTO audit_sealed (client_id, block_number, position, audit_id) VALUES ($1, $2, $3, $4)";
    BLOCKS = "SELECT number, rows_count, previous_hash, hash FROM audit_block WHERE client_id = $1 ORDER BY number";
    BLOCK_ROWS = "SELECT s.audit_id, a.id, a.client_id, a.at, a.actor, a.action, a.entity, a.entity_id, a.detail, a.hash \
                  FROM audit_sealed s LEFT JOIN audit_row a ON a.client_id = s.client_id AND a.id = s.audit_id \
                  WHERE s.client_id = $1 AND s.block_number = $2 ORDER BY s.position";
    TAIL = "SELECT a.id, a.client_id, a.at, a.actor, a.action, a.entity, a.entity_id, a.detail, a.hash \
            FROM audit_row a LEFT JOIN audit_sealed s ON s.client_id = a.client_id AND s.audit_id = a.id \
            WHERE a.client_id = $1 AND s.audit_id IS NULL ORDER BY a.id";
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Its identity.
    pub id: Uuid,
    /// Client, or `-` for the installation.
    pub client: String,
    /// When.
    pub at: Timestamp,
    /// Who: `user:ID` or `system:part`.
    pub actor: String,
    /// What: `claim.submit`.
    pub action: String,
    /// Kind of record.
    pub entity: String,
    /// Which record.
    pub entity_id: String,
    /// JSON: codes and money, never free text.
    pub detail: String,
    /// Hash of the above.
    pub hash: String,
}

/// What the log's proof found for one client or the installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditProof {
    /// Blocks checked.
    pub blocks: usize,
    /// Rows checked in blocks.
    pub sealed: usize,
    /// Rows no block holds yet: their own hash was checked, their order was not.
    pub unsealed: usize,
    /// Hash of the newest block: keep it elsewhere and compare.
    pub head: String,
    /// What does not hold; empty means intact.
    pub breaks: Vec<String>,
}

/// Which entries to list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Kind of record, or any.
    pub entity: Option<String>,
    /// Which record, or any.
    pub entity_id: Option<String>,
}

pub(crate) fn append(tx: &mut Tx<'_>, action: &str, entity: &str, entity_id: &str, detail: &str) -> Result<()> {
    let id: Uuid = tx.new_id()?;
    let (owner, at, actor) = (tx.owner()?, tx.now(), tx.actor().to_string());
    let hash = content_hash([&id.to_string(), &owner, &at.to_string(), &actor, action, entity, entity_id, detail]);
    let params = params![owner, id, at, actor, action, entity, entity_id, detail, hash];
    tx.execute_mechanics(APPEND, params).map(|_| ())
}

/// Each part with its length in front, so that no two contents give the same bytes.
fn content_hash(parts: [&str; 8]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

fn block_hash<'a>(previous: &str, hashes: impl Iterator<Item = &'a String>) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hashes.for_each(|h| hash.update(h.as_bytes()));
    hex(&hash.finalize())
}

impl AuditRow {
    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            client: row.get()?,
            at: row.get()?,
            actor: row.get()?,
            action: row.get()?,
            entity: row.get()?,
            entity_id: row.get()?,
            detail: row.get()?,
            hash: row.get()?,
        })
    }

    fn is_intact(&self) -> bool {
        let (id, at) = (self.id.to_string(), self.at.to_string());
        let parts = [&id, &self.client, &at, &self.actor, &self.action, &self.entity, &self.entity_id, &self.detail]
            .map(String::as_str);
        self.hash == content_hash(parts)
    }
}

/// Entries in scope, newest first.
///
/// # Errors
/// When the engine fails.
pub fn list(tx: &mut Tx<'_>, which: &AuditFilter, limit: u32, offset: u32) -> Result<Vec<AuditRow>> {
    let (entity, id) = (filter(which.entity.as_ref()), filter(which.entity_id.as_ref()));
    let params = params![tx.clients(), entity, id, limit, offset];
    tx.list(LIST, params, AuditRow::read)
}

/// How many entries are in scope.
///
/// # Errors
/// When the engine fails.
pub fn count(tx: &mut Tx<'_>) -> Result<u64> {
    let params = params![tx.clients()];
    tx.one(COUNT, params)?.get()
}

/// Chains the scope's rows that no block holds yet; returns how many.
///
/// # Errors
/// When the engine fails.
pub fn seal_blocks(tx: &mut Tx<'_>) -> Result<usize> {
    let owner = tx.owner()?;
    let mut total = 0;
    loop {
        let rows: Vec<(String, String)> =
            tx.list(UNSEALED, params![&owner, BLOCK_MAX], |row| Ok((row.get()?, row.get()?)))?;
        if rows.is_empty() {
            return Ok(total);
        }
        let (number, previous): (i64, String) = match tx.row(LAST_BLOCK, params![&owner])? {
            Some(mut row) => (row.get::<i64>()? + 1, row.get()?),
            None => (1, String::new()),
        };
        let hash = block_hash(&previous, rows.iter().map(|(_, hash)| hash));
        tx.execute_mechanics(ADD_BLOCK, params![&owner, number, tx.now(), rows.len(), previous, hash])?;
        for (position, (id, _)) in rows.iter().enumerate() {
            tx.execute_mechanics(ADD_SEALED, params![&owner, number, position, id])?;
        }
        total += rows.len();
    }
}

/// Recomputes every hash of the scope's log.
///
/// # Errors
/// When the engine fails; what does not hold is in the proof, not an error.
pub fn verify(tx: &mut Tx<'_>) -> Result<AuditProof> {
    let owner = tx.owner()?;
    let mut proof = AuditProof::default();
    let mut previous = String::new();
    type Block = (i64, usize, String, String);
    let blocks: Vec<Block> = tx.list(BLOCKS, params![&owner], |row| {
        let (number, count) = (row.get()?, row.get::<u32>()?);
        Ok((number, usize::try_from(count).unwrap_or(usize::MAX), row.get()?, row.get()?))
    })?;
    for (expected, (number, count, linked, hash)) in (1i64..).zip(blocks) {
        if number != expected || linked != previous {
            proof.breaks.push(format!("block {number} does not continue the chain"));
        }
        let hashes = check_block(tx, &owner, number, &mut proof)?;
        if hashes.len() != count || block_hash(&linked, hashes.iter()) != hash {
            proof.breaks.push(format!("block {number}: its rows are not the ones that were sealed"));
        }
        proof.blocks += 1;
        proof.sealed += hashes.len();
        previous = hash;
    }
    for row in tx.list(TAIL, params![&owner], AuditRow::read)? {
        proof.unsealed += 1;
        if !row.is_intact() {
            proof.breaks.push(format!("row {} (not yet sealed) was changed", row.id));
        }
    }
    proof.head = previous;
    Ok(proof)
}

/// The row hashes of a block, with each row held against its own hash.
fn check_block(tx: &mut Tx<'_>, owner: &str, number: i64, proof: &mut AuditProof) -> Result<Vec<String>> {
    let mut hashes = Vec::new();
    for mut row in tx.rows(BLOCK_ROWS, params![owner, number])? {
        let sealed: String = row.get()?;
        // A deleted row leaves nulls on the right side of the join.
        let Ok(found) = AuditRow::read(&mut row) else {
            proof.breaks.push(format!("block {number}: row {sealed} is missing"));
            continue;
        };
        if !found.is_intact() {
            proof.breaks.push(format!("block {number}: row {sealed} was changed"));
        }
        hashes.push(found.hash);
    }
    Ok(hashes)
}
