//! What the coding assistant suggested, what people decided, and the codes that came of it. All sealed,
//! all kept for ever.

use claim::{CodeSet, Coding, CodingDecision, DecisionKind, EncounterId, NoteId};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{params, to_json},
};

statements! {
    SAVE_RUN = "INSERT INTO coding_run (client_id, id, encounter_id, note_id, note_version, ran_at, body) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LATEST_RUN = concat!("SELECT id, note_id, note_version, ran_at, body FROM coding_run WHERE ", in_scope!(),
                         " AND encounter_id = $2 ORDER BY id DESC LIMIT 1");
    DECIDE = "INSERT INTO coding_decision (client_id, id, encounter_id, actor, at, kind, code_system, suggested, \
              decided, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DECISIONS = concat!("SELECT id, actor, body FROM coding_decision WHERE ", in_scope!(),
                        " AND encounter_id = $2 ORDER BY id");
    DECISION_COUNTS = concat!("SELECT kind, COUNT(*) FROM coding_decision WHERE ", in_scope!(), " GROUP BY kind");
    LAST_VERSION = "SELECT COALESCE(MAX(version), 0) FROM code_set WHERE client_id = $1 AND encounter_id = $2";
    SAVE_CODES = "INSERT INTO code_set (client_id, encounter_id, version, actor, at, body) \
                  VALUES ($1, $2, $3, $4, $5, $6)";
    CODES = concat!("SELECT version, actor, at, body FROM code_set WHERE ", in_scope!(),
                    " AND encounter_id = $2 ORDER BY version DESC LIMIT 1");
}

const RUN_FIELD: &str = "coding_run.body";
const DECISION_FIELD: &str = "coding_decision.body";
const CODES_FIELD: &str = "code_set.body";

/// One run of the coding assistant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodingRun {
    /// Our record.
    pub id: Uuid,
    /// The note it read.
    pub note_id: NoteId,
    /// Its version.
    pub note_version: u32,
    /// When.
    pub ran_at: Timestamp,
    /// What it said.
    pub coding: Coding,
}

/// The codes of a visit as decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedCodes {
    /// 1, 2, 3 and so on.
    pub version: u32,
    /// Who: `user:ID` or `system:part`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// The codes.
    pub codes: CodeSet,
}

fn seal<T: Serialize>(tx: &Tx<'_>, field: &str, row: &str, noun: &T) -> Result<Vec<u8>> {
    tx.seal(field, row, to_json(noun)?.as_bytes())
}

fn unseal<T: DeserializeOwned>(tx: &Tx<'_>, field: &str, row: &str, sealed: &[u8]) -> Result<T> {
    let plain = tx.unseal(field, row, sealed)?;
    serde_json::from_slice(&plain).map_err(|e| StoreError::Corrupt { place: field.to_owned(), cause: e.to_string() })
}

/// Keeps what the assistant said about a version of a note.
pub fn save_run(tx: &mut Tx<'_>, encounter_id: EncounterId, note: (NoteId, u32), coding: &Coding) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    let body = seal(tx, RUN_FIELD, &id.to_string(), coding)?;
    tx.execute(SAVE_RUN, params![tx.owner()?, id, encounter_id, note.0, note.1, tx.now(), body])?;
    tx.audit("coding.run", "encounter", encounter_id, &coding.versions)?;
    Ok(id)
}

/// The newest run on a visit.
pub fn latest_run(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Option<CodingRun>> {
    let params = params![tx.clients(), encounter_id];
    let Some(mut row) = tx.row(LATEST_RUN, params)? else { return Ok(None) };
    let id: Uuid = row.get()?;
    let (note_id, note_version, ran_at) = (row.get()?, row.get()?, row.get()?);
    let body: Vec<u8> = row.get()?;
    let coding = unseal(tx, RUN_FIELD, &id.to_string(), &body)?;
    Ok(Some(CodingRun { id, note_id, note_version, ran_at, coding }))
}

/// Records a decision.
pub fn decide(tx: &mut Tx<'_>, encounter_id: EncounterId, decision: &CodingDecision) -> Result<()> {
    let id: Uuid = tx.new_id()?;
    let body = seal(tx, DECISION_FIELD, &id.to_string(), decision)?;
    let params = params![
        tx.owner()?,
        id,
        encounter_id,
        tx.actor().to_string(),
        decision.at,
        decision.kind,
        &decision.system,
        decision.suggested.as_ref(),
        decision.decided.as_ref(),
        body,
    ];
    tx.execute(DECIDE, params)?;
    let detail = (decision.kind.code(), &decision.suggested, &decision.decided);
    tx.audit("coding.decide", "encounter", encounter_id, &detail)
}

/// The decisions on a visit with who took them, in order.
pub fn decisions(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Vec<(String, CodingDecision)>> {
    let params = params![tx.clients(), encounter_id];
    let rows: Vec<(String, String, Vec<u8>)> =
        tx.list(DECISIONS, params, |row| Ok((row.get()?, row.get()?, row.get()?)))?;
    rows.into_iter().map(|(id, actor, body)| Ok((actor, unseal(tx, DECISION_FIELD, &id, &body)?))).collect()
}

/// How many decisions in scope were of which kind.
pub fn decision_counts(tx: &mut Tx<'_>) -> Result<Vec<(DecisionKind, u64)>> {
    let params = params![tx.clients()];
    tx.list(DECISION_COUNTS, params, |row| Ok((row.get()?, row.get()?)))
}

/// Keeps the codes of a visit as the next version.
pub fn save_codes(tx: &mut Tx<'_>, encounter_id: EncounterId, codes: &CodeSet) -> Result<u32> {
    let owner = tx.owner()?;
    let version: u32 = tx.one(LAST_VERSION, params![&owner, encounter_id])?.get::<u32>()? + 1;
    let body = seal(tx, CODES_FIELD, &format!("{encounter_id}/{version}"), codes)?;
    let params = params![owner, encounter_id, version, tx.actor().to_string(), tx.now(), body];
    tx.execute(SAVE_CODES, params)?;
    let diagnoses: Vec<_> = codes.diagnoses.iter().map(|d| d.code.as_str()).collect();
    let services: Vec<_> = codes.services.iter().map(|s| (s.code.as_str(), s.units)).collect();
    tx.audit("coding.save_codes", "encounter", encounter_id, &(version, diagnoses, services))?;
    Ok(version)
}

/// The newest codes of a visit.
pub fn codes(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Option<DecidedCodes>> {
    let params = params![tx.clients(), encounter_id];
    let Some(mut row) = tx.row(CODES, params)? else { return Ok(None) };
    let version: u32 = row.get()?;
    let (actor, at, body): (_, _, Vec<u8>) = (row.get()?, row.get()?, row.get()?);
    let codes = unseal(tx, CODES_FIELD, &format!("{encounter_id}/{version}"), &body)?;
    Ok(Some(DecidedCodes { version, actor, at, codes }))
}
