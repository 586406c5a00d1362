//! Patient money: payments, refunds, statements.

use claim::{Money, PatientId};
use cycle::{money, statements};
use store::{Role, Tx};

use crate::answer::{Fault, Outcome};
use crate::call::Call;

/// Who takes payments.
pub const TAKERS: &[Role] = &[Role::Poster, Role::FrontDesk, Role::Manager];
/// Who gives money back.
pub const REFUNDERS: &[Role] = &[Role::Poster, Role::Manager];
/// Ways to pay; a card is charged by its processor, and its number never comes here.
pub const METHODS: [(&str, &str); 5] = [
    ("card_link", "Card, by link"),
    ("check", "Check"),
    ("cash", "Cash"),
    ("transfer", "Transfer"),
    ("other", "Other"),
];

/// Why no statement may be printed now; empty when one may.
///
/// # Errors
/// When the store fails.
pub fn statement_barred(tx: &mut Tx<'_>, call: &Call<'_>, id: PatientId) -> Result<String, Fault> {
    let balance = store::ledger::patient_balance(tx, id)?;
    let due = balance.patient - balance.unapplied;
    Ok(if !due.is_positive() {
        "Nothing is due from the patient.".to_owned()
    } else if !call.has(TAKERS) {
        "Printing a statement belongs to other roles.".to_owned()
    } else {
        String::new()
    })
}

/// `POST /patients/{id}/payments`.
pub fn receive(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let form = &call.asked.form;
    let amount: Money = form.value("amount", "an amount such as 25.00")?;
    let method = form.required("method", "The way it was paid")?;
    if !METHODS.iter().any(|(known, _)| *known == method) {
        return Err(Fault::refused("This way to pay is not known."));
    }
    let done = call.once(|tx| {
        store::patient::get(tx, id)?;
        Ok(money::receive(tx, id, amount, method, form.text("reference"), None)?)
    })?;
    let receipt = &done.value;
    let applied: Money = receipt.applied.iter().map(|part| part.amount).sum();
    let rest =
        if receipt.unapplied.is_zero() { String::new() } else { format!(" {} waits unapplied.", receipt.unapplied) };
    let text = format!("Received {} USD; {applied} applied to the oldest balance first.{rest}", receipt.amount);
    call.done_once(&format!("/patients/{id}"), &done, text)
}

/// `POST /patients/{id}/refunds`: gives back what waits unapplied.
pub fn refund(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let form = &call.asked.form;
    let amount: Money = form.value("amount", "an amount such as 25.00")?;
    let reason = form.required("reason", "The reason")?;
    let done = call.once(|tx| {
        store::patient::get(tx, id)?;
        Ok(money::refund(tx, id, amount, reason)?)
    })?;
    call.done_once(&format!("/patients/{id}"), &done, format!("A refund of {amount} USD is approved."))
}

/// `POST /patients/{id}/refunds/paid`: an approved refund left the bank.
pub fn refund_paid(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let form = &call.asked.form;
    let amount: Money = form.value("amount", "an amount such as 25.00")?;
    let reference = form.required("reference", "The number of the check or transfer")?;
    let done = call.once(|tx| {
        store::patient::get(tx, id)?;
        Ok(money::refund_paid(tx, id, amount, reference)?)
    })?;
    call.done_once(&format!("/patients/{id}"), &done, format!("{amount} USD are paid back with {reference}."))
}

/// `POST /patients/{id}/statements`.
pub fn print_statement(call: &Call<'_>) -> Outcome {
    let id: PatientId = call.asked.param("id")?;
    let done = call.once(|tx| {
        store::patient::get(tx, id)?;
        Ok(statements::print(tx, &call.app.library, id)?.map(|printed| printed.number))
    })?;
    let back = format!("/patients/{id}");
    match &done.value {
        Some(number) => call.done_once(&back, &done, format!("Statement {number} is printed; it opens below.")),
        None => Err(Fault::refused("Nothing is due from the patient, so there is nothing to print.")),
    }
}

/// `POST /work/statements/print`: everything the monthly rule says is due.
pub fn print_due(call: &Call<'_>) -> Outcome {
    let done = call.once(|tx| Ok(statements::print_due(tx, &call.app.library)?.len()))?;
    let text = format!("{} printed.", crate::words::count(done.value, "statement is", "statements are"));
    call.done_once("/work/statements", &done, text)
}
