//! Visits.

use claim::{ClientId, Encounter, EncounterId, EncounterStatus, PatientId, PersonName};
use jiff::{Timestamp, civil::Date};

use crate::{
    Result, StoreError, Tx, client, counter,
    sql::{in_scope, statements},
    value::{Row, filter, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT e.client_id, e.body, e.status, e.reason, e.created_at, p.body, d.name FROM encounter e \
             JOIN patient p ON p.client_id = e.client_id AND p.id = e.patient_id \
             JOIN provider d ON d.client_id = e.client_id AND d.id = e.rendering_id WHERE ",
            in_scope!("e"),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO encounter (client_id, id, number, patient_id, rendering_id, served_on, status, reason, \
              created_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)";
    UPDATE = "UPDATE encounter SET rendering_id = $3, served_on = $4, body = $5 WHERE client_id = $1 AND id = $2";
    SET_STATUS = "UPDATE encounter SET status = $3, reason = $4 WHERE client_id = $1 AND id = $2";
    GET = columns!(" AND e.id = $2");
    BY_NUMBER = columns!(" AND e.number = $2");
    LIST = columns!(" AND ($2 = '' OR e.status = $2) AND ($3 = '' OR e.patient_id = $3) \
                     AND ($4 = '' OR e.rendering_id = $4) ORDER BY e.served_on DESC, e.number DESC LIMIT $5 OFFSET $6");
    COUNTS = concat!("SELECT status, COUNT(*) FROM encounter WHERE ", in_scope!(), " GROUP BY status");
}

/// A visit with what lists show beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncounterRecord {
    /// Whose.
    pub client_id: ClientId,
    /// The visit.
    pub encounter: Encounter,
    /// Why it stands where it stands, or empty.
    pub reason: String,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// The patient's name.
    pub patient_name: PersonName,
    /// The patient's record number.
    pub mrn: String,
    /// The patient's date of birth.
    pub born_on: Date,
    /// `Last, First` of who rendered it.
    pub provider_name: String,
}

/// Which visits to list.
#[derive(Clone, Debug, Default)]
pub struct EncounterFilter {
    /// Where they stand.
    pub status: Option<EncounterStatus>,
    /// Of this patient.
    pub patient_id: Option<PatientId>,
    /// Rendered by this clinician.
    pub rendering_id: Option<claim::ProviderId>,
}

fn read(row: &mut Row) -> Result<EncounterRecord> {
    let client_id = row.get()?;
    let mut encounter: Encounter = row.json()?;
    encounter.status = row.get()?;
    let (reason, created_at) = (row.get()?, row.get()?);
    let patient: claim::Patient = row.json()?;
    Ok(EncounterRecord {
        client_id,
        encounter,
        reason,
        created_at,
        patient_name: patient.name,
        mrn: patient.mrn,
        born_on: patient.born_on,
        provider_name: row.get()?,
    })
}

/// The next visit number of the client: `CH-E000123`, which no other client of the installation has.
pub fn next_number(tx: &mut Tx<'_>) -> Result<String> {
    let code = client::current(tx)?.code;
    Ok(format!("{code}-E{:06}", counter::next(tx, "encounter")?))
}

/// Adds a visit.
pub fn insert(tx: &mut Tx<'_>, encounter: &Encounter) -> Result<()> {
    let params = params![
        tx.owner()?,
        encounter.id,
        &encounter.number,
        encounter.patient_id,
        encounter.rendering_id,
        encounter.served_on,
        encounter.status,
        tx.now(),
        to_json(encounter)?,
    ];
    tx.execute(INSERT, params)?;
    tx.audit("encounter.insert", "encounter", encounter.id, &encounter.number)
}

/// Changes a visit; number, patient and status stay.
pub fn update(tx: &mut Tx<'_>, encounter: &Encounter) -> Result<()> {
    let params = params![tx.owner()?, encounter.id, encounter.rendering_id, encounter.served_on, to_json(encounter)?];
    tx.change("encounter", encounter.id, UPDATE, params)?;
    tx.audit("encounter.update", "encounter", encounter.id, &encounter.served_on)
}

/// Moves a visit on, with a reason where there is one to give.
pub fn set_status(tx: &mut Tx<'_>, id: EncounterId, status: EncounterStatus, reason: &str) -> Result<()> {
    tx.change("encounter", id, SET_STATUS, params![tx.owner()?, id, status, reason])?;
    tx.audit("encounter.set_status", "encounter", id, &status)
}

/// One visit.
pub fn get(tx: &mut Tx<'_>, id: EncounterId) -> Result<EncounterRecord> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("encounter", id))?;
    read(&mut row)
}

/// The visit of a number.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<EncounterRecord>> {
    let params = params![tx.clients(), number];
    tx.row(BY_NUMBER, params)?.as_mut().map(read).transpose()
}

/// Visits in scope, newest first.
pub fn list(tx: &mut Tx<'_>, which: &EncounterFilter, limit: u32, offset: u32) -> Result<Vec<EncounterRecord>> {
    let params = params![
        tx.clients(),
        filter(which.status.map(EncounterStatus::code)),
        filter(which.patient_id),
        filter(which.rendering_id),
        limit,
        offset,
    ];
    tx.list(LIST, params, read)
}

/// How many visits in scope stand where.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(EncounterStatus, u64)>> {
    let params = params![tx.clients()];
    tx.list(COUNTS, params, |row| Ok((row.get()?, row.get()?)))
}
