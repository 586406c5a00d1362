//! Patient statements, and what patients paid.

use claim::{ClientId, Money, PatientId, StatementId, TransactionId};
use jiff::civil::Date;
use uuid::Uuid;

use crate::{
    Result, Tx, counter,
    sql::{in_scope, statements},
    value::{Row, filter, params},
};

statements! {
    INSERT = "INSERT INTO statement (client_id, id, number, patient_id, printed_on, due_on, amount_cents, document_id) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = concat!("SELECT client_id, id, number, patient_id, printed_on, due_on, amount_cents, document_id \
                   FROM statement WHERE ", in_scope!(), " AND ($2 = '' OR patient_id = $2) \
                   ORDER BY printed_on DESC, number DESC LIMIT $3 OFFSET $4");
    INSERT_PAYMENT = "INSERT INTO patient_payment (client_id, id, patient_id, received_on, method, reference, \
                      amount_cents, transaction_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    PAYMENTS = concat!("SELECT client_id, id, patient_id, received_on, method, reference, amount_cents, transaction_id \
                       FROM patient_payment WHERE ", in_scope!(), " AND ($2 = '' OR patient_id = $2) \
                       ORDER BY received_on DESC, id DESC LIMIT $3 OFFSET $4");
}

/// A statement as it was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: StatementId,
    /// Number people use: `S000123`.
    pub number: String,
    /// To whom.
    pub patient_id: PatientId,
    /// When.
    pub printed_on: Date,
    /// Payable until.
    pub due_on: Date,
    /// Asked for.
    pub amount: Money,
    /// The PDF.
    pub document_id: Uuid,
}

/// A payment by a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientPayment {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: Uuid,
    /// From whom.
    pub patient_id: PatientId,
    /// When.
    pub received_on: Date,
    /// `cash`, `check`, `card_link` and so on; never a card number.
    pub method: String,
    /// Check number or the processor's reference, or empty.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// The ledger transaction that received it.
    pub transaction_id: TransactionId,
}

/// The next statement number of the client.
pub fn next_number(tx: &mut Tx<'_>) -> Result<String> {
    Ok(format!("S{:06}", counter::next(tx, "statement")?))
}

/// Records a printed statement.
pub fn insert(tx: &mut Tx<'_>, statement: &Statement) -> Result<()> {
    let params = params![
        tx.owner()?,
        statement.id,
        &statement.number,
        statement.patient_id,
        statement.printed_on,
        statement.due_on,
        statement.amount,
        statement.document_id,
    ];
    tx.execute(INSERT, params)?;
    tx.audit("statement.insert", "statement", statement.id, &(&statement.number, statement.amount))
}

/// Statements in scope, latest first; of one patient, or all.
pub fn list(tx: &mut Tx<'_>, patient_id: Option<PatientId>, limit: u32, offset: u32) -> Result<Vec<Statement>> {
    let params = params![tx.clients(), filter(patient_id), limit, offset];
    tx.list(LIST, params, |row| {
        Ok(Statement {
            client_id: row.get()?,
            id: row.get()?,
            number: row.get()?,
            patient_id: row.get()?,
            printed_on: row.get()?,
            due_on: row.get()?,
            amount: row.get()?,
            document_id: row.get()?,
        })
    })
}

/// Records a payment whose money the ledger already received in this transaction.
pub fn insert_payment(tx: &mut Tx<'_>, payment: &PatientPayment) -> Result<()> {
    let params = params![
        tx.owner()?,
        payment.id,
        payment.patient_id,
        payment.received_on,
        &payment.method,
        &payment.reference,
        payment.amount,
        payment.transaction_id,
    ];
    tx.execute(INSERT_PAYMENT, params)?;
    tx.audit("patient_payment.insert", "patient", payment.patient_id, &payment.amount)
}

fn read_payment(row: &mut Row) -> Result<PatientPayment> {
    Ok(PatientPayment {
        client_id: row.get()?,
        id: row.get()?,
        patient_id: row.get()?,
        received_on: row.get()?,
        method: row.get()?,
        reference: row.get()?,
        amount: row.get()?,
        transaction_id: row.get()?,
    })
}

/// Payments in scope, latest first; of one patient, or all.
pub fn payments(
    tx: &mut Tx<'_>,
    patient_id: Option<PatientId>,
    limit: u32,
    offset: u32,
) -> Result<Vec<PatientPayment>> {
    let params = params![tx.clients(), filter(patient_id), limit, offset];
    tx.list(PAYMENTS, params, read_payment)
}
