//! The journal: balanced transactions, never changed, and the balances they add up to.

use std::collections::BTreeMap;

use claim::{ChargeId, ClientId, Money, PatientId, PayerId, PayerSequence, RemittanceId, TransactionId};
use jiff::{Timestamp, civil::Date};
use ledger::{Account, Entry, Recorded, Source, Transaction};

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params},
};

macro_rules! transactions {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.number, t.kind, t.memo, t.effective_on, t.source_document, t.source_location, t.reverses_id, \
             t.posted_at, t.actor FROM ledger_transaction t WHERE ",
            in_scope!("t"),
            $rest
        )
    };
}

macro_rules! entries {
    ($rest:literal) => {
        concat!(
            "SELECT e.transaction_id, e.account, e.amount_cents, e.charge_id, e.patient_id, e.payer_id, e.sequence, \
             e.remittance_id, e.reason FROM ledger_entry e WHERE ",
            in_scope!("e"),
            $rest
        )
    };
}

statements! {
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM ledger_transaction WHERE client_id = $1";
    INSERT = "INSERT INTO ledger_transaction (client_id, id, number, kind, memo, effective_on, posted_at, actor, \
              source_document, source_location, reverses_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INSERT_ENTRY = "INSERT INTO ledger_entry (client_id, transaction_id, line, account, amount_cents, charge_id, \
                    patient_id, payer_id, sequence, remittance_id, reason) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    TRANSACTION = transactions!(" AND t.id = $2");
    TRANSACTION_ENTRIES = entries!(" AND e.transaction_id = $2 ORDER BY e.line");
    JOURNAL = transactions!(" ORDER BY t.client_id, t.number");
    JOURNAL_ENTRIES = entries!(" ORDER BY e.transaction_id, e.line");
    OF_CHARGE = transactions!(" AND t.id IN (SELECT transaction_id FROM ledger_entry WHERE client_id = t.client_id \
                               AND charge_id = $2) ORDER BY t.number");
    OF_CHARGE_ENTRIES = entries!(" AND e.transaction_id IN (SELECT transaction_id FROM ledger_entry \
                                  WHERE client_id = e.client_id AND charge_id = $2) ORDER BY e.transaction_id, e.line");
    OF_PATIENT = transactions!(" AND t.id IN (SELECT transaction_id FROM ledger_entry WHERE client_id = t.client_id \
                                AND patient_id = $2) ORDER BY t.effective_on, t.number");
    OF_PATIENT_ENTRIES = entries!(" AND e.transaction_id IN (SELECT transaction_id FROM ledger_entry \
                                   WHERE client_id = e.client_id AND patient_id = $2) ORDER BY e.transaction_id, e.line");
    OF_REMITTANCE = transactions!(" AND t.id IN (SELECT transaction_id FROM ledger_entry \
                                   WHERE client_id = t.client_id AND remittance_id = $2) ORDER BY t.number");
    OF_REMITTANCE_ENTRIES = entries!(" AND e.transaction_id IN (SELECT transaction_id FROM ledger_entry \
                                      WHERE client_id = e.client_id AND remittance_id = $2) \
                                      ORDER BY e.transaction_id, e.line");
    TRIAL_BALANCE = concat!("SELECT e.account, CAST(SUM(e.amount_cents) AS BIGINT) FROM ledger_entry e \
                            JOIN ledger_transaction t ON t.client_id = e.client_id AND t.id = e.transaction_id WHERE ",
                            in_scope!("e"), " AND t.effective_on <= $2 GROUP BY e.account");
    CHARGE_BALANCES = concat!("SELECT e.charge_id, e.account, e.sequence, e.payer_id, \
                              CAST(SUM(e.amount_cents) AS BIGINT) FROM ledger_entry e WHERE ", in_scope!("e"),
                              " AND e.charge_id = $2 GROUP BY e.charge_id, e.account, e.sequence, e.payer_id \
                              ORDER BY e.account, e.sequence, e.payer_id");
    PATIENT_BALANCE = concat!("SELECT CAST(COALESCE(SUM(CASE WHEN account = 'AR-PAT' THEN amount_cents ELSE 0 END), 0) \
                              AS BIGINT), CAST(COALESCE(SUM(CASE WHEN account = 'AR-INS' THEN amount_cents ELSE 0 END), \
                              0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN account = 'UNAPPLIED' AND remittance_id IS NULL \
                              THEN amount_cents ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN account = \
                              'CREDIT-BALANCE' THEN amount_cents ELSE 0 END), 0) AS BIGINT) FROM ledger_entry WHERE ",
                              in_scope!(), " AND patient_id = $2");
    UNAPPLIED = concat!("SELECT remittance_id, CAST(SUM(amount_cents) AS BIGINT) FROM ledger_entry WHERE ", in_scope!(),
                        " AND account = 'UNAPPLIED' AND remittance_id IS NOT NULL GROUP BY remittance_id \
                        HAVING SUM(amount_cents) <> 0 ORDER BY remittance_id");
    // A patient owes a charge once, whoever left it to them: only insurers' receivables are told apart by payer. The
    // clock starts on the last day at whose end the balance had come to be owed.
    OPEN_ITEMS = concat!("WITH moved AS (SELECT e.client_id, e.account, e.charge_id, e.patient_id, \
                         CASE WHEN e.account = 'AR-INS' THEN e.payer_id END AS payer_id, \
                         CASE WHEN e.account = 'AR-INS' THEN e.sequence END AS sequence, t.effective_on AS moved_on, \
                         CAST(SUM(e.amount_cents) AS BIGINT) AS amount FROM ledger_entry e JOIN ledger_transaction t \
                         ON t.client_id = e.client_id AND t.id = e.transaction_id WHERE ", in_scope!("e"),
                         " AND e.account IN ('AR-INS', 'AR-PAT') AND t.effective_on <= $2 GROUP BY 1, 2, 3, 4, 5, 6, 7), \
                         held AS (SELECT m.client_id, m.account, m.charge_id, m.patient_id, m.payer_id, m.sequence, \
                         m.moved_on, m.amount, SUM(m.amount) OVER (PARTITION BY m.client_id, m.account, m.charge_id, \
                         m.patient_id, m.payer_id, m.sequence ORDER BY m.moved_on) AS balance FROM moved m) \
                         SELECT o.client_id, o.account, o.charge_id, o.patient_id, o.payer_id, o.sequence, o.amount, \
                         COALESCE((SELECT MIN(c.submitted_on) FROM claim_line l JOIN claim c \
                         ON c.client_id = l.client_id AND c.id = l.claim_id WHERE l.client_id = o.client_id \
                         AND l.charge_id = o.charge_id AND c.sequence = o.sequence), o.since) FROM \
                         (SELECT h.client_id, h.account, h.charge_id, h.patient_id, h.payer_id, h.sequence, \
                         CAST(SUM(h.amount) AS BIGINT) AS amount, MAX(CASE WHEN (h.balance > 0 AND h.balance - h.amount <= 0) \
                         OR (h.balance < 0 AND h.balance - h.amount >= 0) THEN h.moved_on END) AS since FROM held h \
                         GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(h.amount) <> 0) o \
                         ORDER BY o.client_id, o.account, o.charge_id, o.sequence");
    MONTHS = concat!("SELECT substr(t.effective_on, 1, 7), e.account, CAST(SUM(e.amount_cents) AS BIGINT) \
                     FROM ledger_entry e JOIN ledger_transaction t ON t.client_id = e.client_id \
                     AND t.id = e.transaction_id WHERE ", in_scope!("e"),
                     " GROUP BY substr(t.effective_on, 1, 7), e.account \
                     ORDER BY substr(t.effective_on, 1, 7), e.account");
}

/// A transaction with when and by whom it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What was recorded.
    pub recorded: Recorded,
    /// When.
    pub posted_at: Timestamp,
    /// By whom: `user:ID` or `system:part`.
    pub actor: String,
}

/// What one account holds of one charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeBalance {
    /// Which charge.
    pub charge_id: ChargeId,
    /// Which account.
    pub account: Account,
    /// Which receivable, on insurers' accounts.
    pub sequence: Option<PayerSequence>,
    /// Owed by.
    pub payer_id: Option<PayerId>,
    /// How much; debit positive.
    pub amount: Money,
}

/// What stands on a patient's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatientBalance {
    /// Owed by the patient.
    pub patient: Money,
    /// Still owed by insurers.
    pub insurance: Money,
    /// Paid by the patient and not yet applied; positive.
    pub unapplied: Money,
    /// Overpayments recognised; positive.
    pub credit: Money,
}

/// One open receivable, with the day its clock started: first sent for insurers, the day it became theirs
/// for patients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenItem {
    /// Whose books.
    pub client_id: ClientId,
    /// Insurance or patient receivable.
    pub account: Account,
    /// Which charge.
    pub charge_id: Option<ChargeId>,
    /// Whose.
    pub patient_id: Option<PatientId>,
    /// Owed by.
    pub payer_id: Option<PayerId>,
    /// Which receivable.
    pub sequence: Option<PayerSequence>,
    /// Open; negative for a credit.
    pub amount: Money,
    /// Clock start.
    pub since: Date,
}

/// Records a transaction; refused unless it balances.
pub fn record(tx: &mut Tx<'_>, transaction: &Transaction) -> Result<TransactionId> {
    if let Some(defect) = transaction.defect() {
        return Err(StoreError::Unbalanced(defect));
    }
    let client = tx.client()?;
    let id: TransactionId = tx.new_id()?;
    let number: u64 = tx.one(LAST_NUMBER, params![client])?.get::<u64>()? + 1;
    let params = params![
        client,
        id,
        number,
        transaction.kind,
        &transaction.memo,
        transaction.effective_on,
        tx.now(),
        tx.actor().to_string(),
        &transaction.source.document,
        &transaction.source.location,
        transaction.reverses,
    ];
    tx.execute(INSERT, params)?;
    for (line, entry) in (1u32..).zip(&transaction.entries) {
        let params = params![
            client,
            id,
            line,
            entry.account,
            entry.amount,
            entry.charge,
            entry.patient,
            entry.payer,
            entry.sequence,
            entry.remittance,
            &entry.reason,
        ];
        tx.execute(INSERT_ENTRY, params)?;
        tx.posted(entry.amount.cents());
    }
    let debits: Money = transaction.entries.iter().map(|e| e.amount).filter(|a| a.is_positive()).sum();
    tx.audit("ledger.record", "transaction", id, &(transaction.kind.code(), number, debits))?;
    Ok(id)
}

fn read_transaction(row: &mut Row) -> Result<Posting> {
    let (id, number) = (row.get()?, row.get()?);
    let transaction = Transaction {
        kind: row.get()?,
        memo: row.get()?,
        effective_on: row.get()?,
        source: Source { document: row.get()?, location: row.get()? },
        reverses: row.get()?,
        entries: Vec::new(),
    };
    Ok(Posting { recorded: Recorded { id, number, transaction }, posted_at: row.get()?, actor: row.get()? })
}

fn read_entry(row: &mut Row) -> Result<(TransactionId, Entry)> {
    let id = row.get()?;
    Ok((
        id,
        Entry {
            account: row.get()?,
            amount: row.get()?,
            charge: row.get()?,
            patient: row.get()?,
            payer: row.get()?,
            sequence: row.get()?,
            remittance: row.get()?,
            reason: row.get()?,
        },
    ))
}

fn join(mut postings: Vec<Posting>, entries: Vec<(TransactionId, Entry)>) -> Vec<Posting> {
    let mut by_id: BTreeMap<TransactionId, Vec<Entry>> = BTreeMap::new();
    for (id, entry) in entries {
        by_id.entry(id).or_default().push(entry);
    }
    for posting in &mut postings {
        posting.recorded.transaction.entries = by_id.remove(&posting.recorded.id).unwrap_or_default();
    }
    postings
}

/// One transaction.
pub fn get(tx: &mut Tx<'_>, id: TransactionId) -> Result<Posting> {
    let params = params![tx.clients(), id];
    let found = tx.list(TRANSACTION, params, read_transaction)?;
    let params = params![tx.clients(), id];
    let entries = tx.list(TRANSACTION_ENTRIES, params, read_entry)?;
    join(found, entries).pop().ok_or_else(|| StoreError::not_found("ledger transaction", id))
}

/// The whole journal in scope, in order, for the proof.
pub fn journal(tx: &mut Tx<'_>) -> Result<Vec<Recorded>> {
    let params = params![tx.clients()];
    let found = tx.list(JOURNAL, params, read_transaction)?;
    let params = params![tx.clients()];
    let entries = tx.list(JOURNAL_ENTRIES, params, read_entry)?;
    Ok(join(found, entries).into_iter().map(|posting| posting.recorded).collect())
}

/// The transactions that touch a charge, in order.
pub fn of_charge(tx: &mut Tx<'_>, id: ChargeId) -> Result<Vec<Posting>> {
    let params = params![tx.clients(), id];
    let found = tx.list(OF_CHARGE, params, read_transaction)?;
    let params = params![tx.clients(), id];
    Ok(join(found, tx.list(OF_CHARGE_ENTRIES, params, read_entry)?))
}

/// The transactions that touch a patient's account, by effective date.
pub fn of_patient(tx: &mut Tx<'_>, id: PatientId) -> Result<Vec<Posting>> {
    let params = params![tx.clients(), id];
    let found = tx.list(OF_PATIENT, params, read_transaction)?;
    let params = params![tx.clients(), id];
    Ok(join(found, tx.list(OF_PATIENT_ENTRIES, params, read_entry)?))
}

/// The transactions a remittance made, in order.
pub fn of_remittance(tx: &mut Tx<'_>, id: RemittanceId) -> Result<Vec<Posting>> {
    let params = params![tx.clients(), id];
    let found = tx.list(OF_REMITTANCE, params, read_transaction)?;
    let params = params![tx.clients(), id];
    Ok(join(found, tx.list(OF_REMITTANCE_ENTRIES, params, read_entry)?))
}

/// Every account with its balance as of a day, in the order of the chart; debit positive. They add up to zero.
pub fn trial_balance(tx: &mut Tx<'_>, as_of: Date) -> Result<Vec<(Account, Money)>> {
    let params = params![tx.clients(), as_of];
    let mut found: Vec<(Account, Money)> = tx.list(TRIAL_BALANCE, params, |row| Ok((row.get()?, row.get()?)))?;
    found.sort_by_key(|(account, _)| *account);
    Ok(found)
}

/// What each account holds of a charge.
pub fn charge_balances(tx: &mut Tx<'_>, id: ChargeId) -> Result<Vec<ChargeBalance>> {
    let params = params![tx.clients(), id];
    tx.list(CHARGE_BALANCES, params, |row| {
        Ok(ChargeBalance {
            charge_id: row.get()?,
            account: row.get()?,
            sequence: row.get()?,
            payer_id: row.get()?,
            amount: row.get()?,
        })
    })
}

/// What is open on one receivable of a charge.
pub fn open_of(tx: &mut Tx<'_>, id: ChargeId, account: Account, sequence: Option<PayerSequence>) -> Result<Money> {
    let balances = charge_balances(tx, id)?;
    Ok(balances.iter().filter(|b| b.account == account && b.sequence == sequence).map(|b| b.amount).sum())
}

/// What stands on a patient's account.
pub fn patient_balance(tx: &mut Tx<'_>, id: PatientId) -> Result<PatientBalance> {
    let params = params![tx.clients(), id];
    let mut row = tx.one(PATIENT_BALANCE, params)?;
    Ok(PatientBalance {
        patient: row.get()?,
        insurance: row.get()?,
        unapplied: -row.get::<Money>()?,
        credit: -row.get::<Money>()?,
    })
}

/// Money of remittances that is not applied; positive.
pub fn unapplied(tx: &mut Tx<'_>) -> Result<Vec<(RemittanceId, Money)>> {
    let params = params![tx.clients()];
    tx.list(UNAPPLIED, params, |row| Ok((row.get()?, -row.get::<Money>()?)))
}

/// Every open receivable in scope as of a day: what aging is made of.
pub fn open_items(tx: &mut Tx<'_>, as_of: Date) -> Result<Vec<OpenItem>> {
    let params = params![tx.clients(), as_of];
    tx.list(OPEN_ITEMS, params, |row| {
        Ok(OpenItem {
            client_id: row.get()?,
            account: row.get()?,
            charge_id: row.get()?,
            patient_id: row.get()?,
            payer_id: row.get()?,
            sequence: row.get()?,
            amount: row.get()?,
            since: row.get()?,
        })
    })
}

/// Movement of each account by month (`2026-03`).
pub fn months(tx: &mut Tx<'_>) -> Result<Vec<(String, Account, Money)>> {
    let params = params![tx.clients()];
    tx.list(MONTHS, params, |row| Ok((row.get()?, row.get()?, row.get()?)))
}
