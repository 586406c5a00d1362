//! Coverages of patients, and what payers answered about them.

use claim::{ClientId, Coverage, CoverageId, EligibilityAnswer, EligibilityInquiry, PatientId};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

statements! {
    INSERT = "INSERT INTO coverage (client_id, id, patient_id, payer_id, sequence, rank, member_id, effective_on, \
              terminated_on, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE = "UPDATE coverage SET payer_id = $3, sequence = $4, rank = $5, member_id = $6, effective_on = $7, \
              terminated_on = $8, body = $9 WHERE client_id = $1 AND id = $2";
    GET = concat!("SELECT body FROM coverage WHERE ", in_scope!(), " AND id = $2");
    OF_PATIENT = concat!("SELECT body FROM coverage WHERE ", in_scope!(), " AND patient_id = $2 \
                         ORDER BY rank, effective_on DESC, id");
    ASK = "INSERT INTO eligibility_check (client_id, id, trace, coverage_id, patient_id, asked_at, inquiry, \
           inquiry_document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ANSWER = "UPDATE eligibility_check SET answered_at = $3, answer = $4, answer_document = $5 \
              WHERE client_id = $1 AND trace = $2 AND answered_at IS NULL";
    CHECKS = concat!("SELECT client_id, id, coverage_id, patient_id, asked_at, inquiry, inquiry_document, answered_at, \
                     answer, answer_document FROM eligibility_check WHERE ", in_scope!(), " AND coverage_id = $2 \
                     ORDER BY asked_at DESC, id DESC");
    BY_TRACE = concat!("SELECT client_id, id, coverage_id, patient_id, asked_at, inquiry, inquiry_document, \
                       answered_at, answer, answer_document FROM eligibility_check WHERE ", in_scope!(),
                       " AND trace = $2");
}

/// A question about a coverage with its answer, once there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EligibilityCheck {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: Uuid,
    /// About which coverage.
    pub coverage_id: CoverageId,
    /// Of which patient.
    pub patient_id: PatientId,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// The question.
    pub inquiry: EligibilityInquiry,
    /// The 270 it went out in.
    pub inquiry_document: Option<Uuid>,
    /// When the answer came.
    pub answered_at: Option<Timestamp>,
    /// The answer.
    pub answer: Option<EligibilityAnswer>,
    /// The 271 it came in.
    pub answer_document: Option<Uuid>,
}

/// Adds a coverage.
pub fn insert(tx: &mut Tx<'_>, coverage: &Coverage) -> Result<()> {
    let params = params![
        tx.owner()?,
        coverage.id,
        coverage.patient_id,
        coverage.payer_id,
        coverage.sequence,
        u32::from(coverage.sequence.number()),
        &coverage.member_id,
        coverage.effective_on,
        coverage.terminated_on,
        to_json(coverage)?,
    ];
    tx.execute(INSERT, params)?;
    tx.audit("coverage.insert", "coverage", coverage.id, &(coverage.payer_id, coverage.sequence))
}

/// Changes a coverage; its patient stays.
pub fn update(tx: &mut Tx<'_>, coverage: &Coverage) -> Result<()> {
    let params = params![
        tx.owner()?,
        coverage.id,
        coverage.payer_id,
        coverage.sequence,
        u32::from(coverage.sequence.number()),
        &coverage.member_id,
        coverage.effective_on,
        coverage.terminated_on,
        to_json(coverage)?,
    ];
    tx.change("coverage", coverage.id, UPDATE, params)?;
    tx.audit("coverage.update", "coverage", coverage.id, &(coverage.payer_id, coverage.sequence))
}

/// One coverage.
pub fn get(tx: &mut Tx<'_>, id: CoverageId) -> Result<Coverage> {
    let params = params![tx.clients(), id];
    tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("coverage", id))?.json()
}

/// A patient's coverages in the order they pay.
pub fn of_patient(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Vec<Coverage>> {
    let params = params![tx.clients(), patient_id];
    tx.list(OF_PATIENT, params, Row::json)
}

/// Those in force on a day.
pub fn in_force(tx: &mut Tx<'_>, patient_id: PatientId, on: Date) -> Result<Vec<Coverage>> {
    Ok(of_patient(tx, patient_id)?.into_iter().filter(|c| c.covers(on)).collect())
}

/// Records a question as sent.
pub fn ask(tx: &mut Tx<'_>, coverage: &Coverage, inquiry: &EligibilityInquiry, document: Option<Uuid>) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    let params = params![
        tx.owner()?,
        id,
        &inquiry.trace,
        coverage.id,
        coverage.patient_id,
        tx.now(),
        to_json(inquiry)?,
        document,
    ];
    tx.execute(ASK, params)?;
    tx.audit("eligibility.ask", "coverage", coverage.id, &inquiry.trace)?;
    Ok(id)
}

/// Records an answer by its trace; false when the question is unknown or was answered already.
pub fn answer(tx: &mut Tx<'_>, answer: &EligibilityAnswer, document: Option<Uuid>) -> Result<bool> {
    let params = params![tx.owner()?, &answer.trace, tx.now(), to_json(answer)?, document];
    let changed = tx.execute(ANSWER, params)?;
    tx.audit("eligibility.answer", "eligibility_check", &answer.trace, &answer.is_active())?;
    Ok(changed > 0)
}

fn read_check(row: &mut Row) -> Result<EligibilityCheck> {
    Ok(EligibilityCheck {
        client_id: row.get()?,
        id: row.get()?,
        coverage_id: row.get()?,
        patient_id: row.get()?,
        asked_at: row.get()?,
        inquiry: row.json()?,
        inquiry_document: row.get()?,
        answered_at: row.get()?,
        answer: row.maybe_json()?,
        answer_document: row.get()?,
    })
}

/// Questions about a coverage, newest first.
pub fn checks(tx: &mut Tx<'_>, coverage_id: CoverageId) -> Result<Vec<EligibilityCheck>> {
    let params = params![tx.clients(), coverage_id];
    tx.list(CHECKS, params, read_check)
}

/// The question of a trace.
pub fn check_by_trace(tx: &mut Tx<'_>, trace: &str) -> Result<Option<EligibilityCheck>> {
    let params = params![tx.clients(), trace];
    tx.row(BY_TRACE, params)?.as_mut().map(read_check).transpose()
}
