//! The patient's account: what is open, what moved, statements, payments.

use std::collections::{BTreeMap, BTreeSet};

use claim::{ChargeId, Money, PatientId};
use jiff::civil::Date;
use ledger::{Account, Aging, Entry, TransactionKind};
use store::Tx;
use store::ledger::Posting;

use super::context;
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::account::{AccountPage, LedgerLine, OpenItem, StatementLine};
use crate::view::part::{Amount, Tag};
use crate::words;
use crate::worklist::{CHART, MONEY};

/// Statements shown.
const STATEMENTS_MAX: u32 = 24;

/// A patient who owes.
pub struct Owing {
    /// Who.
    pub patient_id: PatientId,
    /// `Last, First`.
    pub name: String,
    /// Since when, oldest part.
    pub since: Date,
    /// How much.
    pub amount: Money,
}

/// Patients who owe, longest first.
///
/// # Errors
/// When the store fails.
pub fn owing(tx: &mut Tx<'_>) -> Result<Vec<Owing>, Fault> {
    let mut found = Vec::new();
    for (patient_id, (since, amount)) in owed_sums(tx)? {
        let name = store::patient::get(tx, patient_id)?.name.sorted();
        found.push(Owing { patient_id, name, since, amount });
    }
    found.sort_by(|a, b| (a.since, &a.name).cmp(&(b.since, &b.name)));
    Ok(found)
}

/// What each patient owes who owes anything, with the day of its oldest part.
///
/// # Errors
/// When the store fails.
pub fn owed_sums(tx: &mut Tx<'_>) -> Result<BTreeMap<PatientId, (Date, Money)>, Fault> {
    let today = tx.today();
    let mut sums: BTreeMap<PatientId, (Date, Money)> = BTreeMap::new();
    for item in store::ledger::open_items(tx, today)? {
        if let (Account::PatientReceivable, Some(patient_id)) = (item.account, item.patient_id) {
            let sum = sums.entry(patient_id).or_insert((item.since, Money::ZERO));
            *sum = (sum.0.min(item.since), sum.1 + item.amount);
        }
    }
    sums.retain(|_, (_, amount)| amount.is_positive());
    Ok(sums)
}

/// `GET /patients/{id}`.
pub fn show(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let account = call.read(|tx| {
        let patient = store::patient::get(tx, id)?;
        let (open, open_total) = open(tx, call, id)?;
        let unapplied = store::ledger::patient_balance(tx, id)?.unapplied;
        let refund_due = cycle::money::refund_due(tx, id)?;
        let address = &patient.address;
        let statements = store::statement::list(tx, Some(id), STATEMENTS_MAX, 0)?;
        Ok(AccountPage {
            frame: call.frame(tx)?,
            context: context::bar(tx, call, id)?,
            id: id.to_string(),
            contact: format!(
                "{}, {} {} {}, {}",
                address.line1, address.city, address.state, address.zip, patient.phone
            ),
            ledger: ledger(tx, call, id)?,
            open,
            open_total: Amount::balance(open_total),
            registration: super::registration::forms(tx, call, &patient)?,
            statements: statements
                .into_iter()
                .map(|statement| StatementLine {
                    number: statement.number,
                    href: format!("/documents/{}", statement.document_id),
                    on: statement.printed_on.to_string(),
                    amount: Amount::balance(statement.amount),
                })
                .collect(),
            statement_barred: super::payment::statement_barred(tx, call, id)?,
            methods: words::choices(super::payment::METHODS, "card_link"),
            unapplied: Amount::balance(unapplied),
            refund_due: Amount::balance(refund_due),
            may_pay_refund: refund_due.is_positive() && call.has(super::payment::REFUNDERS),
            may_refund: unapplied.is_positive() && call.has(super::payment::REFUNDERS),
            may_pay: call.has(super::payment::TAKERS),
        })
    })?;
    page(&account)
}

/// What is open, oldest first, with where it stands.
fn open(tx: &mut Tx<'_>, call: &Call<'_>, id: PatientId) -> Result<(Vec<OpenItem>, Money), Fault> {
    let today = tx.today();
    let mut items: Vec<_> =
        store::ledger::open_items(tx, today)?.into_iter().filter(|item| item.patient_id == Some(id)).collect();
    items.sort_by_key(|item| item.since);
    let mut total = Money::ZERO;
    let mut shown = Vec::new();
    for item in items {
        total += item.amount;
        let Some(charge_id) = item.charge_id else { continue };
        let charge = store::charge::get(tx, charge_id)?;
        let claims = store::claim::of_charge(tx, charge_id)?;
        let of_payer = claims.iter().rev().find(|claim| item.sequence.is_none_or(|s| claim.sequence == s));
        let (label, href) = match of_payer {
            Some(claim) => (format!("{} {}", claim.number, charge.procedure), format!("/claims/{}", claim.number)),
            None => {
                let visit = store::encounter::get(tx, charge.encounter_id)?.encounter.number;
                let href = call.link(CHART, format!("/encounters/{visit}"));
                (format!("{visit} {}", charge.procedure), href)
            }
        };
        let bucket = Aging::bucket(words::days(item.since, today));
        shown.push(OpenItem {
            served_on: charge.served_on.to_string(),
            label,
            href,
            owner: match item.account {
                Account::PatientReceivable => Tag::patient("Patient"),
                _ => Tag::open("Insurer"),
            },
            age: format!("{} days", Aging::LABELS.get(bucket).copied().unwrap_or_default()),
            amount: Amount::balance(item.amount),
        });
    }
    Ok((shown, total))
}

/// What moved, latest first, with the balance after each movement.
fn ledger(tx: &mut Tx<'_>, call: &Call<'_>, id: PatientId) -> Result<Vec<LedgerLine>, Fault> {
    let charges: BTreeSet<ChargeId> = store::charge::of_patient(tx, id)?.into_iter().map(|charge| charge.id).collect();
    let mut hrefs: BTreeMap<ChargeId, String> = BTreeMap::new();
    for charge in &charges {
        if let Some(claim) = store::claim::of_charge(tx, *charge)?.first() {
            hrefs.insert(*charge, format!("/claims/{}", claim.number));
        }
    }
    let mut balance = Money::ZERO;
    let mut lines = Vec::new();
    for posting in store::ledger::of_patient(tx, id)? {
        let mut line = movement(&posting, |entry| {
            entry.patient == Some(id) || entry.charge.is_some_and(|charge| charges.contains(&charge))
        });
        balance += line.1;
        line.0.balance = Amount::balance(balance);
        line.0.href = remittance_or_claim(call, &posting, &hrefs);
        lines.push(line.0);
    }
    lines.reverse();
    Ok(lines)
}

/// The line of a transaction, and by how much it changes what is owed on the account.
fn movement(posting: &Posting, is_ours: impl Fn(&Entry) -> bool) -> (LedgerLine, Money) {
    let transaction = &posting.recorded.transaction;
    let sum = |wanted: &dyn Fn(&Entry) -> bool| -> Money {
        transaction.entries.iter().filter(|entry| is_ours(entry) && wanted(entry)).map(|entry| entry.amount).sum()
    };
    let owed = sum(&|entry| {
        let is_patients_money = entry.account == Account::Unapplied && entry.remittance.is_none();
        let is_credit = matches!(entry.account, Account::CreditBalance | Account::RefundPayable);
        entry.account.is_receivable() || is_patients_money || is_credit
    });
    let charge = -sum(&|entry| entry.account == Account::Charges);
    let adjusted = sum(&|entry| entry.account.is_adjustment());
    let line = LedgerLine {
        on: transaction.effective_on.to_string(),
        text: if transaction.memo.is_empty() { kind(transaction.kind) } else { transaction.memo.clone() },
        charge: Amount::balance(charge),
        paid: Amount::payment(charge - adjusted - owed),
        adjusted: Amount::adjustment(adjusted),
        ..LedgerLine::default()
    };
    (line, owed)
}

fn kind(kind: TransactionKind) -> String {
    kind.code().replace('_', " ")
}

fn remittance_or_claim(call: &Call<'_>, posting: &Posting, claims: &BTreeMap<ChargeId, String>) -> String {
    let entries = &posting.recorded.transaction.entries;
    let remittance = entries.iter().find_map(|entry| entry.remittance).filter(|_| call.has(MONEY));
    if let Some(remittance) = remittance {
        return format!("/remittances/{remittance}");
    }
    entries.iter().find_map(|entry| entry.charge).and_then(|charge| claims.get(&charge).cloned()).unwrap_or_default()
}

/// `GET /documents/{id}`: a kept file, as its bytes are.
pub fn document(call: &Call<'_>) -> Outcome {
    let id: uuid::Uuid = call.asked.param("id")?;
    let (name, bytes) = call.read(|tx| Ok((store::document::get(tx, id)?.name, store::document::bytes(tx, id)?)))?;
    Ok(crate::answer::file(&name, bytes))
}
