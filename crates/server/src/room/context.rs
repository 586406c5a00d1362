//! The bar under the frame on every patient page, and names for histories.

use std::collections::BTreeMap;

use claim::PatientId;
use store::Tx;

use crate::answer::Fault;
use crate::call::Call;
use crate::view::part::{Amount, ContextBar, Tag};
use crate::words;
use crate::worklist::ACCOUNTS;

/// Who the page is about.
///
/// # Errors
/// [`Fault::NotFound`] for a patient of another client.
pub fn bar(tx: &mut Tx<'_>, call: &Call<'_>, id: PatientId) -> Result<ContextBar, Fault> {
    let patient = store::patient::get(tx, id)?;
    let balance = store::ledger::patient_balance(tx, id)?;
    let today = tx.today();
    let coverages = store::coverage::of_patient(tx, id)?;
    let mut payers = Vec::new();
    for coverage in coverages.iter().filter(|coverage| coverage.covers(today)) {
        let payer = store::payer::get(tx, coverage.payer_id)?;
        payers.push(format!("{} {} {}", coverage.sequence.number(), payer.name, coverage.plan_name).trim().to_owned());
    }
    let mut alerts = Vec::new();
    if payers.is_empty() {
        alerts.push(Tag::warn(if coverages.is_empty() { "No coverage" } else { "Coverage ended" }));
    }
    if !balance.unapplied.is_zero() {
        alerts.push(Tag::open(format!("{} unapplied", balance.unapplied)));
    }
    if balance.credit.is_positive() {
        alerts.push(Tag::warn(format!("Credit {}", balance.credit)));
    }
    Ok(ContextBar {
        href: call.link(ACCOUNTS, format!("/patients/{id}")),
        name: patient.name.sorted(),
        born: words::born(patient.born_on, today),
        mrn: patient.mrn,
        payers: if payers.is_empty() { "none".to_owned() } else { payers.join("; ") },
        insurance_due: Amount::balance(balance.insurance),
        patient_due: Amount::balance(balance.patient),
        alerts,
    })
}

/// Names of accounts by their id as histories write it.
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Every account of the installation.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read(tx: &mut Tx<'_>) -> Result<Self, Fault> {
        let all = store::user::list(tx)?;
        Ok(Self(all.into_iter().map(|user| (user.id.to_string(), user.name)).collect()))
    }

    /// An actor for people.
    #[must_use]
    pub fn of(&self, actor: &str) -> String {
        words::actor(actor, |id| self.0.get(id).cloned())
    }
}
