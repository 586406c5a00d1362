//! Numbers that are used once: ISA13, GS06, ST02, claim and encounter numbers.

use crate::{Result, Tx, sql::statements, value::params};

statements! {
    NEXT = "INSERT INTO counter (client_id, name, value) VALUES ($1, $2, 1) \
            ON CONFLICT (client_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value";
}

/// The next number of a sequence, from 1. A transaction that fails gives its numbers back; a committed one
/// never sees them again.
pub fn next(tx: &mut Tx<'_>, name: &str) -> Result<u64> {
    let params = params![tx.owner()?, name];
    tx.writes()?;
    tx.one(NEXT, params)?.get()
}
