//! Who has seen what an edition of a code system changes for them.

use claim::UserId;
use jiff::civil::Date;

use crate::{
    Result, Tx,
    sql::{in_scope, statements},
    value::params,
};

statements! {
    INSERT = "INSERT INTO release_acknowledgement (client_id, user_id, system, edition, acknowledged_at) \
              VALUES ($1, $2, $3, $4, $5)";
    LIST = concat!("SELECT system, edition FROM release_acknowledgement WHERE ", in_scope!(),
                   " AND user_id = $2 ORDER BY system, edition");
}

/// Says that a person has seen what an edition changes at the client; once is enough.
pub fn acknowledge(tx: &mut Tx<'_>, user_id: UserId, system: &str, edition: Date) -> Result<()> {
    if acknowledged(tx, user_id)?.iter().any(|seen| seen.0 == system && seen.1 == edition) {
        return Ok(());
    }
    tx.execute(INSERT, params![tx.client()?, user_id, system, edition, tx.now()])?;
    tx.audit("release.acknowledge", "user", user_id, &(system, edition))
}

/// The editions a person has acknowledged at the client: table and first day.
pub fn acknowledged(tx: &mut Tx<'_>, user_id: UserId) -> Result<Vec<(String, Date)>> {
    let params = params![tx.clients(), user_id];
    tx.list(LIST, params, |row| Ok((row.get()?, row.get()?)))
}
