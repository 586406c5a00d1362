//! Packs of the code library, for other nodes on the same database. Scope: installation.

use jiff::civil::Date;

use crate::{
    Result, StoreError, Tx,
    sql::statements,
    value::{Row, params},
};

statements! {
    INSERT = "INSERT INTO library_pack (system, file, sha256, imported_on, bytes) VALUES ($1, $2, $3, $4, $5)";
    LIST = "SELECT system, file, sha256, imported_on FROM library_pack ORDER BY system, file";
    BYTES = "SELECT bytes FROM library_pack WHERE system = $1 AND file = $2";
}

/// A kept pack without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPack {
    /// Which table, such as `hcpcs`.
    pub system: String,
    /// Its file name below the folder of its table.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The day it was imported.
    pub imported_on: Date,
}

fn read(row: &mut Row) -> Result<KeptPack> {
    Ok(KeptPack { system: row.get()?, file: row.get()?, sha256: row.get()?, imported_on: row.get()? })
}

/// Keeps a pack; one that is kept stays as it is, because packs never change.
pub fn keep(tx: &mut Tx<'_>, pack: &KeptPack, bytes: &[u8]) -> Result<()> {
    let KeptPack { system, file, sha256, imported_on } = pack;
    if list(tx)?.iter().any(|kept| kept.system == *system && kept.file == *file) {
        return Ok(());
    }
    tx.execute(INSERT, params![system, file, sha256, *imported_on, bytes.to_vec()])?;
    tx.audit("library.import", "library_pack", format!("{system}/{file}"), sha256)
}

/// Every pack, by table and file.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<KeptPack>> {
    tx.list(LIST, params![], read)
}

/// The file of a pack.
pub fn bytes(tx: &mut Tx<'_>, system: &str, file: &str) -> Result<Vec<u8>> {
    let row = tx.row(BYTES, params![system, file])?;
    row.ok_or_else(|| StoreError::not_found("pack", format!("{system}/{file}")))?.get()
}
