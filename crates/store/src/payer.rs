//! Payers, known to the whole installation; for built-in ones also their plan and memory.

use claim::{Payer, PayerId};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Result, StoreError, Tx,
    sql::statements,
    value::{Row, params, to_json},
};

statements! {
    PUT = "INSERT INTO payer (id, payer_number, name, body) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (id) DO UPDATE SET payer_number = excluded.payer_number, name = excluded.name, \
           body = excluded.body";
    GET = "SELECT body FROM payer WHERE id = $1";
    BY_NUMBER = "SELECT body FROM payer WHERE payer_number = $1";
    LIST = "SELECT body FROM payer ORDER BY name";
    PUT_PLAN = "INSERT INTO payer_plan (payer_id, plan, state) VALUES ($1, $2, $3) \
                ON CONFLICT (payer_id) DO UPDATE SET plan = excluded.plan, state = excluded.state";
    PUT_STATE = "UPDATE payer_plan SET state = $2 WHERE payer_id = $1";
    PLAN = "SELECT plan, state FROM payer_plan WHERE payer_id = $1";
}

const PLAN_FIELD: &str = "payer_plan.plan";
const STATE_FIELD: &str = "payer_plan.state";

fn read(row: &mut Row) -> Result<Payer> {
    row.json()
}

/// Adds or changes a payer (scope: installation).
pub fn put(tx: &mut Tx<'_>, payer: &Payer) -> Result<()> {
    tx.execute(PUT, params![payer.id, &payer.payer_number, &payer.name, to_json(payer)?])?;
    tx.audit("payer.put", "payer", payer.id, &payer.payer_number)
}

/// One payer.
pub fn get(tx: &mut Tx<'_>, id: PayerId) -> Result<Payer> {
    let mut row = tx.row(GET, params![id])?.ok_or_else(|| StoreError::not_found("payer", id))?;
    read(&mut row)
}

/// The payer that claims call by this identifier.
pub fn by_number(tx: &mut Tx<'_>, payer_number: &str) -> Result<Option<Payer>> {
    tx.row(BY_NUMBER, params![payer_number])?.as_mut().map(read).transpose()
}

/// Every payer, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Payer>> {
    tx.list(LIST, params![], read)
}

/// Gives a payer a built-in counterpart: its plan and what it remembers, both sealed (they hold members).
pub fn put_plan(tx: &mut Tx<'_>, id: PayerId, plan: &impl Serialize, state: &impl Serialize) -> Result<()> {
    let plan = tx.seal(PLAN_FIELD, &id.to_string(), to_json(plan)?.as_bytes())?;
    let state = tx.seal(STATE_FIELD, &id.to_string(), to_json(state)?.as_bytes())?;
    tx.execute(PUT_PLAN, params![id, plan, state])?;
    tx.audit("payer.put_plan", "payer", id, &())
}

/// Remembers what a built-in payer knows now.
pub fn put_state(tx: &mut Tx<'_>, id: PayerId, state: &impl Serialize) -> Result<()> {
    let state = tx.seal(STATE_FIELD, &id.to_string(), to_json(state)?.as_bytes())?;
    tx.execute_mechanics(PUT_STATE, params![id, state]).map(|_| ())
}

/// A built-in payer's plan and state; `None` for payers of the outside world.
pub fn plan<P: DeserializeOwned, S: DeserializeOwned>(tx: &mut Tx<'_>, id: PayerId) -> Result<Option<(P, S)>> {
    let Some(mut row) = tx.row(PLAN, params![id])? else { return Ok(None) };
    let (plan, state): (Vec<u8>, Vec<u8>) = (row.get()?, row.get()?);
    Ok(Some((open(tx, PLAN_FIELD, id, &plan)?, open(tx, STATE_FIELD, id, &state)?)))
}

fn open<T: DeserializeOwned>(tx: &Tx<'_>, field: &str, id: PayerId, sealed: &[u8]) -> Result<T> {
    let plain = tx.unseal(field, &id.to_string(), sealed)?;
    serde_json::from_slice(&plain).map_err(|e| StoreError::Corrupt { place: field.to_owned(), cause: e.to_string() })
}
