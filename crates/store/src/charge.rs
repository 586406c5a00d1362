//! Charges: one procedure on one date, the unit the ledger accounts for.

use claim::{ChargeId, ClientId, EncounterId, Modifier, Money, PatientId, ProcedureCode, Units};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!("SELECT client_id, body, is_voided FROM charge WHERE ", in_scope!(), $rest)
    };
}

statements! {
    INSERT = "INSERT INTO charge (client_id, id, encounter_id, patient_id, line, procedure_code, served_on, \
              charge_cents, is_voided, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)";
    VOID = "UPDATE charge SET is_voided = 1 WHERE client_id = $1 AND id = $2 AND is_voided = 0";
    GET = columns!(" AND id = $2");
    OF_ENCOUNTER = columns!(" AND encounter_id = $2 ORDER BY line, id");
    OF_PATIENT = columns!(" AND patient_id = $2 ORDER BY served_on, line, id");
    FACTS = concat!("SELECT id, CASE WHEN is_voided = 1 THEN 0 ELSE charge_cents END FROM charge WHERE ", in_scope!(),
                    " ORDER BY id");
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Our record.
    pub id: ChargeId,
    /// Of which visit.
    pub encounter_id: EncounterId,
    /// Whose.
    pub patient_id: PatientId,
    /// 1-based place among the visit's services.
    pub line: u16,
    /// What.
    pub procedure: ProcedureCode,
    /// Modifiers in order.
    pub modifiers: Vec<Modifier>,
    /// How many.
    pub units: Units,
    /// 1-based places in the visit's diagnoses.
    pub pointers: Vec<u8>,
    /// When.
    pub served_on: Date,
    /// Charged for all units.
    pub amount: Money,
    /// Taken back.
    #[serde(skip)]
    pub is_voided: bool,
}

fn read(row: &mut Row) -> Result<(ClientId, Charge)> {
    let client_id = row.get()?;
    let mut charge: Charge = row.json()?;
    charge.is_voided = row.get()?;
    Ok((client_id, charge))
}

/// Adds a charge. The ledger transaction is the caller's, in the same transaction.
pub fn insert(tx: &mut Tx<'_>, charge: &Charge) -> Result<()> {
    let params = params![
        tx.owner()?,
        charge.id,
        charge.encounter_id,
        charge.patient_id,
        charge.line,
        charge.procedure.as_str(),
        charge.served_on,
        charge.amount,
        to_json(charge)?,
    ];
    tx.execute(INSERT, params)?;
    tx.audit("charge.insert", "charge", charge.id, &(&charge.procedure, charge.units, charge.amount))
}

/// Takes a charge back.
pub fn void(tx: &mut Tx<'_>, id: ChargeId) -> Result<()> {
    if tx.execute(VOID, params![tx.owner()?, id])? == 0 {
        return Err(StoreError::Illegal("this charge is not there or was taken back before".into()));
    }
    tx.audit("charge.void", "charge", id, &())
}

/// One charge.
pub fn get(tx: &mut Tx<'_>, id: ChargeId) -> Result<Charge> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("charge", id))?;
    Ok(read(&mut row)?.1)
}

/// The charges of a visit, in line order, voided ones too.
pub fn of_encounter(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Vec<Charge>> {
    let params = params![tx.clients(), encounter_id];
    tx.list(OF_ENCOUNTER, params, |row| Ok(read(row)?.1))
}

/// The charges of a patient, by date of service.
pub fn of_patient(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Vec<Charge>> {
    let params = params![tx.clients(), patient_id];
    tx.list(OF_PATIENT, params, |row| Ok(read(row)?.1))
}

/// Every charge in scope as the ledger's proof wants it.
pub fn facts(tx: &mut Tx<'_>) -> Result<Vec<ledger::ChargeFact>> {
    let params = params![tx.clients()];
    tx.list(FACTS, params, |row| Ok(ledger::ChargeFact { id: row.get()?, amount: row.get()? }))
}
