//! Patients of a client.

use claim::{ClientId, Patient, PatientId};
use jiff::civil::Date;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, filter, params, to_json},
};

statements! {
    INSERT = "INSERT INTO patient (client_id, id, mrn, sort_name, search, born_on, body) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE patient SET mrn = $3, sort_name = $4, search = $5, born_on = $6, body = $7 \
              WHERE client_id = $1 AND id = $2";
    GET = concat!("SELECT client_id, body FROM patient WHERE ", in_scope!(), " AND id = $2");
    FIND = concat!("SELECT client_id, body FROM patient WHERE ", in_scope!(),
                   " AND search LIKE '%' || $2 || '%' ESCAPE '\\' AND ($3 = '' OR born_on = $3) \
                   ORDER BY sort_name, id LIMIT $4 OFFSET $5");
    COUNT = concat!("SELECT COUNT(*) FROM patient WHERE ", in_scope!(),
                    " AND search LIKE '%' || $2 || '%' ESCAPE '\\' AND ($3 = '' OR born_on = $3)");
    SET_SSN = "UPDATE patient SET ssn = $3 WHERE client_id = $1 AND id = $2";
    SSN = concat!("SELECT ssn FROM patient WHERE ", in_scope!(), " AND id = $2");
}

const SSN_FIELD: &str = "patient.ssn";

/// What to look for; empty finds everyone.
#[derive(Clone, Debug, Default)]
pub struct PatientSearch {
    /// Part of the name (`last first` or `first last`), record number or telephone.
    pub text: String,
    /// Born on this day.
    pub born_on: Option<Date>,
}

/// Lower-case text a search looks in.
fn search_text(patient: &Patient) -> String {
    let name = &patient.name;
    format!("{} {} {} {} {} {}", name.last, name.first, name.last, name.middle, patient.mrn, patient.phone)
        .to_lowercase()
}

/// Words of a search with the pattern's own signs taken literally; a comma is how lists write names.
fn pattern(text: &str) -> String {
    let words = text.trim().replace(',', " ").to_lowercase();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn read(row: &mut Row) -> Result<(ClientId, Patient)> {
    Ok((row.get()?, row.json()?))
}

/// Registers a patient.
pub fn insert(tx: &mut Tx<'_>, patient: &Patient) -> Result<()> {
    let (name, search, body) = (patient.name.sorted(), search_text(patient), to_json(patient)?);
    tx.execute(INSERT, params![tx.owner()?, patient.id, &patient.mrn, name, search, patient.born_on, body])?;
    tx.audit("patient.insert", "patient", patient.id, &patient.mrn)
}

/// Changes a patient's record.
pub fn update(tx: &mut Tx<'_>, patient: &Patient) -> Result<()> {
    let (name, search, body) = (patient.name.sorted(), search_text(patient), to_json(patient)?);
    tx.change(
        "patient",
        patient.id,
        UPDATE,
        params![tx.owner()?, patient.id, &patient.mrn, name, search, patient.born_on, body],
    )?;
    tx.audit("patient.update", "patient", patient.id, &patient.mrn)
}

/// One patient.
pub fn get(tx: &mut Tx<'_>, id: PatientId) -> Result<Patient> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("patient", id))?;
    Ok(read(&mut row)?.1)
}

/// Patients in scope, by name, each with its client.
pub fn find(tx: &mut Tx<'_>, search: &PatientSearch, limit: u32, offset: u32) -> Result<Vec<(ClientId, Patient)>> {
    let params = params![tx.clients(), pattern(&search.text), filter(search.born_on), limit, offset];
    tx.list(FIND, params, read)
}

/// How many [`find`] would find without a limit.
pub fn count(tx: &mut Tx<'_>, search: &PatientSearch) -> Result<u64> {
    let params = params![tx.clients(), pattern(&search.text), filter(search.born_on)];
    tx.one(COUNT, params)?.get()
}

/// Keeps a social security number, sealed.
pub fn set_ssn(tx: &mut Tx<'_>, id: PatientId, ssn: &str) -> Result<()> {
    let sealed = tx.seal(SSN_FIELD, &id.to_string(), ssn.as_bytes())?;
    tx.change("patient", id, SET_SSN, params![tx.owner()?, id, sealed])?;
    tx.audit("patient.set_ssn", "patient", id, &())
}

/// The social security number, when it is on file.
pub fn ssn(tx: &mut Tx<'_>, id: PatientId) -> Result<Option<String>> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(SSN, params)?.ok_or_else(|| StoreError::not_found("patient", id))?;
    let sealed: Option<Vec<u8>> = row.get()?;
    sealed.map(|sealed| tx.unseal_text(SSN_FIELD, &id.to_string(), &sealed)).transpose()
}
