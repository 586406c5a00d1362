//! The state of the cycle in figures: what the demo prints at its end and the manager's page shows.
//!
//! Every figure is read from the record and the books, in whatever scope the transaction has.

use std::collections::BTreeMap;

use claim::{ClaimStatus, Cleanliness, EncounterStatus, Money, WorkItemId};
use ledger::{Account, Aging, Proof};
use serde::{Deserialize, Serialize};
use store::{
    Tx,
    claim::{ClaimFilter, ClaimOrder, ClaimRecord},
    remittance::RemittanceState,
    work::{WorkCount, WorkFilter, WorkItem, WorkOrder},
};

use crate::{
    Agreement, AgreementTotals, CycleError,
    follow::DenialWork,
    intake::REJECTION,
    proof::{self, LineProof},
};

/// Records read at a time.
const PAGE: u32 = 500;

/// A cause of denials with how often and for how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DenialCause {
    /// Group and reason: `CO-97`.
    pub reason: String,
    /// The reason in our words.
    pub text: String,
    /// Its root cause in words.
    pub cause: String,
    /// Lines refused.
    pub count: usize,
    /// Money refused.
    pub amount: Money,
    /// The work items, newest first.
    pub items: Vec<WorkItemId>,
}

/// Money by what became of it; parts of what was charged, except `unapplied` and `credit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneySummary {
    /// Charged.
    pub charged: Money,
    /// Paid by insurers.
    pub insurer_paid: Money,
    /// Paid by patients on charges.
    pub patient_paid: Money,
    /// Contracts, sequestration and other adjustments.
    pub adjusted: Money,
    /// Overpaid on charges and recognised (negative or zero).
    pub credited: Money,
    /// Still owed by insurers.
    pub insurance_open: Money,
    /// Still owed by patients.
    pub patient_open: Money,
    /// Received and not yet applied; positive.
    pub unapplied: Money,
}

/// The cycle in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Visits by where they stand.
    pub visits: BTreeMap<String, u64>,
    /// Claims by where they stand.
    pub claims: BTreeMap<String, u64>,
    /// Claims that were sent at least once.
    pub claims_sent: usize,
    /// Of those, claims whose first version went out without a person: clean, or corrected by software alone.
    pub claims_clean: usize,
    /// Claims corrected by software before they went.
    pub claims_fixed: usize,
    /// Claims a payer's front door refused, later accepted or not.
    pub rejections: usize,
    /// Replacements sent.
    pub corrected: usize,
    /// Claims to a second payer.
    pub secondary: usize,
    /// Remittances by where they stand, with their money.
    pub remittances: BTreeMap<String, (u64, Money)>,
    /// Denials by cause, most money first.
    pub denials: Vec<DenialCause>,
    /// The money.
    pub money: MoneySummary,
    /// Owed by insurers, by age.
    pub insurance_aging: Aging,
    /// Owed by patients, by age.
    pub patient_aging: Aging,
    /// Open work by kind and list.
    pub work: Vec<(String, String, u64, Money)>,
    /// How far decided codes agree with written ones.
    pub agreement: AgreementTotals,
    /// Charges whose parts are not the charge; empty when all hold.
    pub broken_lines: Vec<LineProof>,
    /// Charges looked at.
    pub lines: usize,
    /// The proof of the books.
    pub proof: Proof,
}

impl Summary {
    /// Clean claims in thousandths of those sent.
    #[must_use]
    pub fn clean_per_mille(&self) -> usize {
        (1_000 * self.claims_clean).checked_div(self.claims_sent).unwrap_or_default()
    }

    /// True when the books and every line hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.proof.holds() && self.broken_lines.is_empty()
    }
}

/// Reads the figures of the clients in scope.
///
/// # Errors
/// When the store refuses.
pub fn of(tx: &mut Tx<'_>) -> Result<Summary, CycleError> {
    let claims = all_claims(tx)?;
    let items = all_work(tx)?;
    let aged = proof::aging(tx, tx.today())?;
    let lines = proof::lines(tx)?;
    let mut agreement = AgreementTotals::default();
    for (_, one) in store::gold::agreements::<Agreement>(tx)? {
        agreement.add(&one);
    }
    let mut sent = Sent::default();
    for claim in claims.iter().filter(|claim| claim.submitted_on.is_some()) {
        sent.add(tx, claim)?;
    }
    let by_state = store::remittance::counts(tx)?;
    Ok(Summary {
        visits: store::encounter::counts(tx)?.into_iter().map(|(status, n)| (status.code().to_owned(), n)).collect(),
        claims: store::claim::counts(tx)?.into_iter().map(|(status, n, _)| (status.code().to_owned(), n)).collect(),
        claims_sent: sent.count,
        claims_clean: sent.clean,
        claims_fixed: sent.fixed,
        rejections: items.iter().filter(|item| item.kind == REJECTION).count(),
        corrected: claims.iter().filter(|c| c.frequency == claim::Frequency::Replacement).count(),
        secondary: claims.iter().filter(|c| c.sequence != claim::PayerSequence::Primary).count(),
        remittances: by_state.into_iter().map(|(state, n, sum)| (state_code(state), (n, sum))).collect(),
        denials: denials(&items),
        money: money(tx, &lines)?,
        insurance_aging: aged.insurance,
        patient_aging: aged.patient,
        work: store::work::counts(tx)?.into_iter().map(counted).collect(),
        agreement,
        lines: lines.len(),
        broken_lines: lines.into_iter().filter(|line| !line.holds()).collect(),
        proof: proof::prove(tx)?,
    })
}

fn state_code(state: RemittanceState) -> String {
    state.code().to_owned()
}

fn counted(count: WorkCount) -> (String, String, u64, Money) {
    (count.kind, count.owner.code().to_owned(), count.count, count.amount)
}

#[derive(Default)]
struct Sent {
    count: usize,
    clean: usize,
    fixed: usize,
}

impl Sent {
    fn add(&mut self, tx: &mut Tx<'_>, claim: &ClaimRecord) -> Result<(), CycleError> {
        let versions = store::claim::versions(tx, claim.id)?;
        let was_fixed = store::claim::events(tx, claim.id)?.iter().any(|event| event.kind == "fix");
        // Newest first: the first version, or the one software made of it.
        let untouched = if was_fixed { 2 } else { 1 };
        let first = versions.iter().find(|version| version.version == untouched);
        self.count += 1;
        self.fixed += usize::from(was_fixed);
        self.clean += usize::from(first.is_some_and(|version| version.cleanliness != Cleanliness::Held));
        Ok(())
    }
}

fn all_claims(tx: &mut Tx<'_>) -> Result<Vec<ClaimRecord>, CycleError> {
    let mut all = Vec::new();
    for page in 0.. {
        let some = store::claim::list(tx, &ClaimFilter::default(), ClaimOrder::Newest, PAGE, page * PAGE)?;
        let is_last = some.len() < PAGE as usize;
        all.extend(some);
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// Every work item, open or done.
fn all_work(tx: &mut Tx<'_>) -> Result<Vec<WorkItem>, CycleError> {
    let filter = WorkFilter::default();
    let mut all = Vec::new();
    for page in 0.. {
        let open = store::work::list(tx, &filter, WorkOrder::Due, PAGE, page * PAGE)?;
        let done = store::work::list_done(tx, &filter, PAGE, page * PAGE)?;
        let is_last = open.len() < PAGE as usize && done.len() < PAGE as usize;
        all.extend(open.into_iter().chain(done));
        if is_last {
            break;
        }
    }
    Ok(all)
}

fn denials(items: &[WorkItem]) -> Vec<DenialCause> {
    let mut causes: BTreeMap<String, DenialCause> = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == "denial") {
        let Ok(denial) = serde_json::from_value::<DenialWork>(item.body.clone()) else { continue };
        let reason = denial.reason();
        let cause = causes.entry(reason.clone()).or_insert_with(|| DenialCause {
            reason,
            text: denial.text,
            cause: denial.cause,
            count: 0,
            amount: Money::ZERO,
            items: Vec::new(),
        });
        cause.count += 1;
        cause.amount += item.amount;
        cause.items.push(item.id);
    }
    let mut causes: Vec<DenialCause> = causes.into_values().collect();
    causes.sort_by(|a, b| b.amount.cmp(&a.amount).then_with(|| a.reason.cmp(&b.reason)));
    causes
}

fn money(tx: &mut Tx<'_>, lines: &[LineProof]) -> Result<MoneySummary, CycleError> {
    let balance = store::ledger::trial_balance(tx, tx.today())?;
    let of = |account: Account| balance.iter().filter(|(a, _)| *a == account).map(|(_, amount)| *amount).sum::<Money>();
    Ok(MoneySummary {
        charged: lines.iter().map(|line| line.charge).sum(),
        insurer_paid: lines.iter().map(|line| line.insurer_paid).sum(),
        patient_paid: lines.iter().map(|line| line.patient_paid).sum(),
        adjusted: lines.iter().map(|line| line.adjusted).sum(),
        credited: lines.iter().map(|line| line.credited).sum(),
        insurance_open: of(Account::InsuranceReceivable),
        patient_open: of(Account::PatientReceivable),
        unapplied: -of(Account::Unapplied),
    })
}

/// Visits that are not on a claim and could be, for the manager.
#[must_use]
pub fn unbilled(summary: &Summary) -> u64 {
    [EncounterStatus::Unsigned, EncounterStatus::ToCode, EncounterStatus::Queried, EncounterStatus::Coded]
        .iter()
        .filter_map(|status| summary.visits.get(status.code()))
        .sum()
}

/// Claims that wait for the office.
#[must_use]
pub fn to_work(summary: &Summary) -> u64 {
    [ClaimStatus::Held, ClaimStatus::Rejected, ClaimStatus::Denied]
        .iter()
        .filter_map(|status| summary.claims.get(status.code()))
        .sum()
}
