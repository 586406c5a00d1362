//! Codes that a person keeps at hand, whichever client they work for.

use claim::UserId;

use crate::{Result, Tx, sql::statements, value::params};

statements! {
    INSERT = "INSERT INTO favourite_code (user_id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM favourite_code WHERE user_id = $1 AND code = $2";
    LIST = "SELECT code FROM favourite_code WHERE user_id = $1 ORDER BY code";
}

/// Keeps a code at hand, written without its dot.
pub fn add(tx: &mut Tx<'_>, user_id: UserId, code: &str) -> Result<()> {
    tx.execute(INSERT, params![user_id, code])?;
    tx.audit("favourite.add", "user", user_id, &code)
}

/// Keeps it no longer.
pub fn remove(tx: &mut Tx<'_>, user_id: UserId, code: &str) -> Result<()> {
    tx.execute(DELETE, params![user_id, code])?;
    tx.audit("favourite.remove", "user", user_id, &code)
}

/// The codes of a person, in order.
pub fn list(tx: &mut Tx<'_>, user_id: UserId) -> Result<Vec<String>> {
    tx.list(LIST, params![user_id], |row| row.get())
}
