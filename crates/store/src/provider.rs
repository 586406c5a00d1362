//! Clinicians of a client, and those elsewhere who refer to it.

use claim::{ClientId, Provider, ProviderId, UserId};

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

statements! {
    INSERT = "INSERT INTO provider (client_id, id, npi, name, is_rendering, user_id, body) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET = concat!("SELECT client_id, is_rendering, user_id, body FROM provider WHERE ", in_scope!(), " AND id = $2");
    LIST = concat!("SELECT client_id, is_rendering, user_id, body FROM provider WHERE ", in_scope!(),
                   " ORDER BY name, id");
}

/// A clinician as the client knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRecord {
    /// Whose.
    pub client_id: ClientId,
    /// True for the client's own, false for one elsewhere who refers.
    pub is_rendering: bool,
    /// The account they sign in with.
    pub user_id: Option<UserId>,
    /// The clinician.
    pub provider: Provider,
}

fn read(row: &mut Row) -> Result<ProviderRecord> {
    Ok(ProviderRecord { client_id: row.get()?, is_rendering: row.get()?, user_id: row.get()?, provider: row.json()? })
}

/// Adds a clinician.
pub fn insert(tx: &mut Tx<'_>, provider: &Provider, is_rendering: bool, user_id: Option<UserId>) -> Result<()> {
    let (owner, name, body) = (tx.owner()?, provider.name.sorted(), to_json(provider)?);
    tx.execute(INSERT, params![owner, provider.id, provider.npi.as_str(), name, is_rendering, user_id, body])?;
    tx.audit("provider.insert", "provider", provider.id, &provider.npi)
}

/// One clinician.
pub fn get(tx: &mut Tx<'_>, id: ProviderId) -> Result<ProviderRecord> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("provider", id))?;
    read(&mut row)
}

/// Every clinician in scope, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ProviderRecord>> {
    let params = params![tx.clients()];
    tx.list(LIST, params, read)
}
