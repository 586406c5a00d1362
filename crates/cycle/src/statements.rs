//! Patient statements: what was done, what insurance did, what the patient owes and since when.

use std::collections::{BTreeMap, BTreeSet};

use claim::{Address, ChargeId, Money, Patient, PatientId, StatementId};
use codes::Library;
use form::{StatementData, StatementLine};
use jiff::{ToSpan, civil::Date};
use ledger::{Account, AgedItem, Aging};
use store::{Tx, charge::Charge, ledger::ChargeBalance, statement::Statement};

use crate::CycleError;

/// Days between two statements (patient rulebook 5.5).
const INTERVAL_DAYS: i64 = 30;
/// Years from which a patient answers for a bill.
const OF_AGE: u16 = 18;
/// Days to pay.
const TERM_DAYS: i64 = 21;

/// Prints a patient's statement, whatever the day and the amount; `None` when nothing is due.
///
/// Scope: one client. The PDF is kept as a document.
///
/// # Errors
/// When the patient is not in scope, the store refuses or the PDF cannot be drawn.
pub fn print(tx: &mut Tx<'_>, library: &Library, patient_id: PatientId) -> Result<Option<Statement>, CycleError> {
    store::patient::get(tx, patient_id)?;
    let since = since(tx)?;
    print_from(tx, library, patient_id, Money::from_cents(1), &since)
}

/// Prints what is due by the monthly rule: to patients who owe at least the practice's minimum, had no statement in
/// the last 30 days, for services insurance has finished with.
///
/// # Errors
/// As [`print`].
pub fn print_due(tx: &mut Tx<'_>, library: &Library) -> Result<Vec<Statement>, CycleError> {
    let minimum = store::client::current(tx)?.settings.statement_minimum;
    let today = tx.today();
    let since = since(tx)?;
    let patients: BTreeSet<PatientId> = since.values().map(|(patient_id, _)| *patient_id).collect();
    let mut printed = Vec::new();
    for patient_id in patients {
        let last = store::statement::list(tx, Some(patient_id), 1, 0)?.first().map(|statement| statement.printed_on);
        if last.is_none_or(|on| on.saturating_add(INTERVAL_DAYS.days()) <= today) {
            printed.extend(print_from(tx, library, patient_id, minimum, &since)?);
        }
    }
    Ok(printed)
}

fn print_from(
    tx: &mut Tx<'_>,
    library: &Library,
    patient_id: PatientId,
    minimum: Money,
    since: &Since,
) -> Result<Option<Statement>, CycleError> {
    let lines = lines(tx, library, patient_id, since)?;
    let unapplied = store::ledger::patient_balance(tx, patient_id)?.unapplied;
    let due: Money = lines.iter().map(|line| line.due).sum();
    if due - unapplied < minimum {
        return Ok(None);
    }
    let client = store::client::current(tx)?;
    let patient = store::patient::get(tx, patient_id)?;
    let (patient_name, patient_address) = addressee(tx, &patient)?;
    let (on, number) = (tx.today(), store::statement::next_number(tx)?);
    let data = StatementData {
        practice_name: client.billing.name.clone(),
        practice_address: client.billing.pay_to.unwrap_or(client.billing.address),
        practice_phone: telephone(&client.billing.phone),
        patient_name,
        patient_address,
        account_number: patient.mrn,
        number: number.clone(),
        on,
        due_on: on.saturating_add(TERM_DAYS.days()),
        lines,
        unapplied,
    };
    let bytes = form::statement(&data).map_err(|e| CycleError::Form(e.to_string()))?;
    let document = store::document::keep(tx, "statement", &format!("statement-{number}.pdf"), &bytes)?.document;
    let id: StatementId = tx.new_id()?;
    let statement = Statement {
        client_id: client.id,
        id,
        number,
        patient_id,
        printed_on: on,
        due_on: data.due_on,
        amount: data.amount_due(),
        document_id: document.id,
    };
    store::statement::insert(tx, &statement)?;
    Ok(Some(statement))
}

/// Who is asked to pay: the patient; for a minor the subscriber who insures them, else whoever is responsible.
fn addressee(tx: &mut Tx<'_>, patient: &Patient) -> Result<(String, Address), CycleError> {
    if claim::age_on(patient.born_on, tx.today()) >= OF_AGE {
        return Ok((patient.name.full(), patient.address.clone()));
    }
    let coverages = store::coverage::of_patient(tx, patient.id)?;
    Ok(match coverages.into_iter().find_map(|coverage| coverage.subscriber) {
        Some(subscriber) => (format!("{}, for {}", subscriber.name.full(), patient.name.full()), subscriber.address),
        None => (format!("Parent or guardian of {}", patient.name.full()), patient.address.clone()),
    })
}

/// `(785) 555-0100`, as people dial it.
fn telephone(digits: &str) -> String {
    match (digits.get(..3), digits.get(3..6), digits.get(6..)) {
        (Some(area), Some(exchange), Some(rest)) if digits.len() == 10 => format!("({area}) {exchange}-{rest}"),
        _ => digits.to_owned(),
    }
}

/// The services that leave the patient something to pay, and those still with insurance. A service with both waits:
/// nothing of it is asked for before insurance has finished.
fn lines(
    tx: &mut Tx<'_>,
    library: &Library,
    patient_id: PatientId,
    since: &Since,
) -> Result<Vec<StatementLine>, CycleError> {
    let mut lines = Vec::new();
    for charge in store::charge::of_patient(tx, patient_id)?.into_iter().filter(|charge| !charge.is_voided) {
        let balances = store::ledger::charge_balances(tx, charge.id)?;
        let (owed, pending) = (of(&balances, Account::PatientReceivable), of(&balances, Account::InsuranceReceivable));
        if !owed.is_positive() && !pending.is_positive() {
            continue;
        }
        let is_due = pending.is_zero();
        let why =
            if is_due { why(tx, library, &charge, since.get(&charge.id).map(|(_, on)| *on))? } else { String::new() };
        let paid = |by_patient: bool| {
            let unapplied = balances.iter().filter(|b| b.account == Account::Unapplied);
            unapplied.filter(|b| b.payer_id.is_none() == by_patient).map(|b| b.amount).sum::<Money>()
        };
        lines.push(StatementLine {
            served_on: charge.served_on,
            description: description(tx, library, &charge)?,
            charge: charge.amount,
            insurance_paid: paid(false),
            adjusted: balances.iter().filter(|b| b.account.is_adjustment()).map(|b| b.amount).sum(),
            patient_paid: paid(true),
            insurance_pending: if is_due { Money::ZERO } else { owed + pending },
            due: if is_due { owed } else { Money::ZERO },
            why,
        });
    }
    Ok(lines)
}

fn of(balances: &[ChargeBalance], account: Account) -> Money {
    balances.iter().filter(|balance| balance.account == account).map(|balance| balance.amount).sum()
}

fn description(tx: &mut Tx<'_>, library: &Library, charge: &Charge) -> Result<String, CycleError> {
    let visit = store::encounter::get(tx, charge.encounter_id)?.encounter;
    let provider = store::provider::get(tx, visit.rendering_id)?.provider;
    let label = library.procedure(&charge.procedure, charge.served_on).map(|procedure| procedure.label);
    let what = label.unwrap_or_else(|| format!("Service {}", charge.procedure));
    Ok(format!("{what}, {}, {}", provider.name.full(), provider.credential))
}

/// Whose each open patient balance is, and the day it became theirs.
type Since = BTreeMap<ChargeId, (PatientId, Date)>;

fn since(tx: &mut Tx<'_>) -> Result<Since, CycleError> {
    let today = tx.today();
    let open = store::ledger::open_items(tx, today)?;
    let own = open.into_iter().filter(|item| item.account == Account::PatientReceivable);
    Ok(own.filter_map(|item| Some((item.charge_id?, (item.patient_id?, item.since)))).collect())
}

/// Why the patient owes it, in our words for the payer's reasons, and how old it is.
fn why(tx: &mut Tx<'_>, library: &Library, charge: &Charge, since: Option<Date>) -> Result<String, CycleError> {
    let mut moved: BTreeMap<String, Money> = BTreeMap::new();
    for posting in store::ledger::of_charge(tx, charge.id)? {
        let entries = posting.recorded.transaction.entries.into_iter();
        for entry in entries.filter(|e| e.account == Account::PatientReceivable && e.charge == Some(charge.id)) {
            *moved.entry(entry.reason).or_default() += entry.amount;
        }
    }
    let mut reasons: Vec<String> = Vec::new();
    for reason in moved.into_iter().filter(|(_, amount)| amount.is_positive()).map(|(reason, _)| reason) {
        let carc = reason.split_once('-').and_then(|(_, carc)| claim::Carc::new(carc).ok());
        let known = carc.and_then(|carc| library.carc(&carc)).map(|known| known.text.clone());
        reasons.push(known.unwrap_or_else(|| "Not insured".to_owned()));
    }
    reasons.dedup();
    if let Some(since) = since {
        reasons.push(format!("yours since {:02}/{:02}/{}", since.month(), since.day(), since.year()));
    }
    Ok(reasons.join(", "))
}

/// A patient's balance by age, from the day each part became theirs.
///
/// # Errors
/// When the store refuses.
pub fn aging_of(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Aging, CycleError> {
    let today = tx.today();
    let open = store::ledger::open_items(tx, today)?;
    let own = open.iter().filter(|i| i.account == Account::PatientReceivable && i.patient_id == Some(patient_id));
    Ok(Aging::of(own.map(|item| AgedItem { amount: item.amount, since: item.since }), today))
}
