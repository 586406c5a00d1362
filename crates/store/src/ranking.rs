//! What coding learned from the decisions of a client's people: versions, and which one is in use.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

statements! {
    LAST_VERSION = "SELECT COALESCE(MAX(version), 0) FROM ranking WHERE client_id = $1";
    INSERT = "INSERT INTO ranking (client_id, version, made_at, made_by, body) VALUES ($1, $2, $3, $4, $5)";
    GET = concat!("SELECT version, made_at, made_by, body FROM ranking WHERE ", in_scope!(), " AND version = $2");
    LIST = concat!("SELECT version, made_at, made_by, body FROM ranking WHERE ", in_scope!(), " ORDER BY version DESC");
    USE = "INSERT INTO ranking_use (client_id, id, version, used_from, used_by) VALUES ($1, $2, $3, $4, $5)";
    USED = concat!("SELECT version FROM ranking_use WHERE ", in_scope!(), " ORDER BY id DESC LIMIT 1");
}

/// One version of what was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankingVersion<T> {
    /// 1, 2, 3 and so on.
    pub version: u32,
    /// When.
    pub made_at: Timestamp,
    /// Who: `user:ID` or `system:part`.
    pub made_by: String,
    /// What.
    pub body: T,
}

fn read<T: DeserializeOwned>(row: &mut Row) -> Result<RankingVersion<T>> {
    Ok(RankingVersion { version: row.get()?, made_at: row.get()?, made_by: row.get()?, body: row.json()? })
}

/// Keeps what was learned as the client's next version; it is not used by that.
pub fn save(tx: &mut Tx<'_>, body: &impl Serialize) -> Result<u32> {
    let owner = tx.owner()?;
    let version: u32 = tx.one(LAST_VERSION, params![&owner])?.get::<u32>()? + 1;
    tx.execute(INSERT, params![owner, version, tx.now(), tx.actor().to_string(), to_json(body)?])?;
    tx.audit("ranking.save", "ranking", version, &())?;
    Ok(version)
}

/// One version.
pub fn get<T: DeserializeOwned>(tx: &mut Tx<'_>, version: u32) -> Result<RankingVersion<T>> {
    let params = params![tx.clients(), version];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("ranking", version))?;
    read(&mut row)
}

/// Every version of the client, newest first.
pub fn list<T: DeserializeOwned>(tx: &mut Tx<'_>) -> Result<Vec<RankingVersion<T>>> {
    let params = params![tx.clients()];
    tx.list(LIST, params, read)
}

/// Orders suggestions by a version from now on; 0 is the ranking as installed.
pub fn switch(tx: &mut Tx<'_>, version: u32) -> Result<()> {
    let id: Uuid = tx.new_id()?;
    tx.execute(USE, params![tx.owner()?, id, version, tx.now(), tx.actor().to_string()])?;
    tx.audit("ranking.switch", "ranking", version, &())
}

/// The version in use at the client of the scope; 0 is the ranking as installed.
pub fn in_use(tx: &mut Tx<'_>) -> Result<u32> {
    tx.client()?;
    let params = params![tx.clients()];
    tx.row(USED, params)?.as_mut().map_or(Ok(0), Row::get)
}
