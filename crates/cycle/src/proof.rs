//! The proof of the books: the journal against the charges on record and the remittances as received.
//!
//! Every function reads only, for one client or for several at once.

use std::collections::BTreeMap;

use claim::{ChargeId, ClaimId, Frequency, Money, RemittanceId};
use jiff::civil::Date;
use ledger::{Account, AgedItem, Aging, Books, Proof, Recorded, RemittanceFact, RemittanceLineFact};
use serde::{Deserialize, Serialize};
use store::{
    Tx,
    remittance::{RemittanceClaimState, RemittanceFilter, RemittanceRecord, RemittanceState},
};

use crate::{CycleError, post::placed};

/// Remittances read at a time.
const PAGE: u32 = 200;

/// Everything the proof compares.
///
/// # Errors
/// When the store refuses.
pub fn books(tx: &mut Tx<'_>) -> Result<Books, CycleError> {
    let mut books =
        Books { journal: store::ledger::journal(tx)?, charges: store::charge::facts(tx)?, remittances: Vec::new() };
    let mut offset = 0;
    loop {
        let page = store::remittance::list(tx, &RemittanceFilter::default(), PAGE, offset)?;
        let is_last = u32::try_from(page.len()).is_ok_and(|found| found < PAGE);
        for record in page {
            if matches!(record.state, RemittanceState::Posting | RemittanceState::Posted) {
                books.remittances.push(fact(tx, &record)?);
            }
        }
        if is_last {
            return Ok(books);
        }
        offset += PAGE;
    }
}

/// What a remittance pays on each charge, read from the file and not from the ledger.
fn fact(tx: &mut Tx<'_>, record: &RemittanceRecord) -> Result<RemittanceFact, CycleError> {
    let body = store::remittance::body(tx, record.id)?;
    let mut lines = Vec::new();
    for row in store::remittance::claims(tx, record.id)? {
        let decided = usize::try_from(row.position).ok().and_then(|at| body.claims.get(at));
        let (RemittanceClaimState::Posted, Some(claim_id), Some(decided)) = (row.state, row.claim_id, decided) else {
            continue;
        };
        let found = placed(tx, claim_id, decided)?;
        lines.extend(found.into_iter().map(|(charge_id, paid)| RemittanceLineFact { charge_id, paid }));
    }
    Ok(RemittanceFact {
        id: record.id,
        trace_number: record.trace_number.clone(),
        amount: body.amount,
        is_fully_posted: record.state == RemittanceState::Posted && record.parked_count == 0,
        lines,
    })
}

/// Proves the books in scope.
///
/// # Errors
/// When the store refuses; books that do not hold are a [`Proof`] with breaches.
pub fn prove(tx: &mut Tx<'_>) -> Result<Proof, CycleError> {
    Ok(ledger::verify(&books(tx)?))
}

/// Open receivables by age, insurers and patients apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aged {
    /// Owed by insurers, from the day first sent.
    pub insurance: Aging,
    /// Owed by patients, from the day it became theirs.
    pub patient: Aging,
}

/// Open receivables in scope by age.
///
/// # Errors
/// When the store refuses.
pub fn aging(tx: &mut Tx<'_>, as_of: Date) -> Result<Aged, CycleError> {
    let open = store::ledger::open_items(tx, as_of)?;
    let of = |account: Account| {
        let items = open.iter().filter(|item| item.account == account);
        Aging::of(items.map(|item| AgedItem { amount: item.amount, since: item.since }), as_of)
    };
    Ok(Aged { insurance: of(Account::InsuranceReceivable), patient: of(Account::PatientReceivable) })
}

/// A charge with what became of it; `charge = insurer + patient + adjusted + credited + open`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineProof {
    /// Which charge.
    pub charge_id: ChargeId,
    /// Its first claim and line, once it is on one.
    pub claim: Option<(ClaimId, String, u16)>,
    /// Charged, according to the record.
    pub charge: Money,
    /// Paid by insurers.
    pub insurer_paid: Money,
    /// Paid by the patient.
    pub patient_paid: Money,
    /// Contracts, sequestration and other adjustments.
    pub adjusted: Money,
    /// Overpaid, and recognised as a credit (negative).
    pub credited: Money,
    /// Open with insurers and the patient.
    pub open: Money,
}

impl LineProof {
    /// True when the parts are the charge.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.charge == self.insurer_paid + self.patient_paid + self.adjusted + self.credited + self.open
    }
}

/// What became of every charge in scope, in the order of charges.
///
/// # Errors
/// When the store refuses.
pub fn lines(tx: &mut Tx<'_>) -> Result<Vec<LineProof>, CycleError> {
    let mut parts = parts(&store::ledger::journal(tx)?);
    let mut lines = Vec::new();
    for fact in store::charge::facts(tx)? {
        let mut line = parts.remove(&fact.id).unwrap_or_else(|| LineProof::of(fact.id));
        line.charge = fact.amount;
        line.claim = first_claim(tx, fact.id)?;
        lines.push(line);
    }
    Ok(lines)
}

fn first_claim(tx: &mut Tx<'_>, charge_id: ChargeId) -> Result<Option<(ClaimId, String, u16)>, CycleError> {
    let claims = store::claim::of_charge(tx, charge_id)?;
    let Some(claim) = claims.into_iter().find(|claim| claim.frequency != Frequency::Void) else { return Ok(None) };
    let line = store::claim::lines(tx, claim.id)?.into_iter().find(|(_, charge)| *charge == charge_id);
    Ok(line.map(|(line, _)| (claim.id, claim.number, line)))
}

impl LineProof {
    const fn of(charge_id: ChargeId) -> Self {
        Self {
            charge_id,
            claim: None,
            charge: Money::ZERO,
            insurer_paid: Money::ZERO,
            patient_paid: Money::ZERO,
            adjusted: Money::ZERO,
            credited: Money::ZERO,
            open: Money::ZERO,
        }
    }

    fn add(&mut self, account: Account, remittance: Option<RemittanceId>, amount: Money) {
        match account {
            Account::Unapplied if remittance.is_some() => self.insurer_paid += amount,
            Account::Unapplied => self.patient_paid += amount,
            Account::CreditBalance => self.credited += amount,
            account if account.is_receivable() => self.open += amount,
            account if account.is_adjustment() => self.adjusted += amount,
            _ => {}
        }
    }
}

fn parts(journal: &[Recorded]) -> BTreeMap<ChargeId, LineProof> {
    let mut parts: BTreeMap<ChargeId, LineProof> = BTreeMap::new();
    for entry in journal.iter().flat_map(|recorded| &recorded.transaction.entries) {
        let Some(charge_id) = entry.charge else { continue };
        let line = parts.entry(charge_id).or_insert_with(|| LineProof::of(charge_id));
        line.add(entry.account, entry.remittance, entry.amount);
    }
    parts
}
