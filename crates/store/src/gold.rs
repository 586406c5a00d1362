//! The demo's written codes and how far the decided ones agree. Kept apart: nothing that codes reads them.

use claim::EncounterId;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Result, Tx,
    sql::{in_scope, statements},
    value::{params, to_json},
};

statements! {
    PUT = "INSERT INTO gold (client_id, encounter_id, expected) VALUES ($1, $2, $3)";
    EXPECTED = concat!("SELECT expected FROM gold WHERE ", in_scope!(), " AND encounter_id = $2");
    KEEP_AGREEMENT = "UPDATE gold SET agreement = $3 WHERE client_id = $1 AND encounter_id = $2";
    AGREEMENTS = concat!("SELECT encounter_id, agreement FROM gold WHERE ", in_scope!(),
                         " AND agreement IS NOT NULL ORDER BY encounter_id");
}

/// Keeps the written codes of a visit.
pub fn put(tx: &mut Tx<'_>, encounter_id: EncounterId, expected: &impl Serialize) -> Result<()> {
    tx.execute(PUT, params![tx.owner()?, encounter_id, to_json(expected)?])?;
    tx.audit("gold.put", "encounter", encounter_id, &())
}

/// The written codes of a visit; for judging after the fact.
pub fn expected<T: DeserializeOwned>(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Option<T>> {
    let params = params![tx.clients(), encounter_id];
    tx.row(EXPECTED, params)?.as_mut().map(crate::value::Row::json).transpose()
}

/// Keeps how far the decided codes agree.
pub fn keep_agreement(tx: &mut Tx<'_>, encounter_id: EncounterId, agreement: &impl Serialize) -> Result<()> {
    tx.change(
        "gold of encounter",
        encounter_id,
        KEEP_AGREEMENT,
        params![tx.owner()?, encounter_id, to_json(agreement)?],
    )?;
    tx.audit("gold.keep_agreement", "encounter", encounter_id, &())
}

/// Every agreement in scope.
pub fn agreements<T: DeserializeOwned>(tx: &mut Tx<'_>) -> Result<Vec<(EncounterId, T)>> {
    let params = params![tx.clients()];
    tx.list(AGREEMENTS, params, |row| Ok((row.get()?, row.json()?)))
}
