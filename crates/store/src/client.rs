//! Clients: the practices this installation serves.

use claim::{BillingProvider, ClientId, Money};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Scope, StoreError, Tx,
    sql::statements,
    value::{Row, params, to_json},
};

statements! {
    INSERT = "INSERT INTO client (id, code, name, colour, billing, settings) VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE = "UPDATE client SET name = $2, colour = $3, billing = $4, settings = $5 WHERE id = $1";
    GET = "SELECT id, code, name, colour, billing, settings FROM client WHERE id = $1";
    ALL = "SELECT id, code, name, colour, billing, settings FROM client ORDER BY code";
}

/// A practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Our record.
    pub id: ClientId,
    /// Short code before its claim numbers: `CH`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Colour that marks its pages, as CSS writes it.
    pub colour: String,
    /// Who bills.
    pub billing: BillingProvider,
    /// Its policies.
    pub settings: ClientSettings,
}

/// Policies of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSettings {
    /// One person does everything: approvals become an owner's review and a monthly list.
    pub is_solo: bool,
    /// Claims that are clean as far as checked may go out.
    pub may_send_unchecked: bool,
    /// Write-offs above this need a manager.
    pub write_off_limit: Money,
    /// Patient balances below this get no statement.
    pub statement_minimum: Money,
    /// Certificate of the practice's laboratory, where it has one: goes on claims with tests that need it (REF*X4).
    pub clia: Option<String>,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            is_solo: false,
            may_send_unchecked: true,
            write_off_limit: Money::from_cents(5_000),
            statement_minimum: Money::from_cents(500),
            clia: None,
        }
    }
}

fn read(row: &mut Row) -> Result<Client> {
    Ok(Client {
        id: row.get()?,
        code: row.get()?,
        name: row.get()?,
        colour: row.get()?,
        billing: row.json()?,
        settings: row.json()?,
    })
}

/// Adds a client (scope: installation).
pub fn insert(tx: &mut Tx<'_>, client: &Client) -> Result<()> {
    let (billing, settings) = (to_json(&client.billing)?, to_json(&client.settings)?);
    tx.execute(INSERT, params![client.id, &client.code, &client.name, &client.colour, billing, settings])?;
    tx.audit("client.insert", "client", client.id, &client.code)
}

/// Changes everything but its code.
pub fn update(tx: &mut Tx<'_>, client: &Client) -> Result<()> {
    let (billing, settings) = (to_json(&client.billing)?, to_json(&client.settings)?);
    tx.change("client", client.id, UPDATE, params![client.id, &client.name, &client.colour, billing, settings])?;
    tx.audit("client.update", "client", client.id, &client.settings)
}

/// The client of a scope of one.
pub fn current(tx: &mut Tx<'_>) -> Result<Client> {
    let id = tx.client()?;
    let mut row = tx.row(GET, params![id])?.ok_or_else(|| StoreError::not_found("client", id))?;
    read(&mut row)
}

/// The clients in scope, by code; all of them in the installation's scope.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Client>> {
    let all = tx.list(ALL, params![], read)?;
    Ok(match tx.scope() {
        Scope::Installation => all,
        Scope::One(only) => all.into_iter().filter(|c| c.id == *only).collect(),
        Scope::Read(some) => all.into_iter().filter(|c| some.contains(&c.id)).collect(),
    })
}
