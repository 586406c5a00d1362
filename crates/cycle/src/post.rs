//! Remittances into the books: kept once, proved, then posted claim by claim in the order of the file.
//!
//! A remittance that does not add up stays outside the books. In one that does, a claim that cannot be placed is
//! parked with the reason while the others are posted; its money stays unapplied until a person matches it.

mod back;
mod books;
mod decision;
mod next;
mod passed;
mod reversal;
mod work;

use std::collections::BTreeSet;

use claim::{
    ChargeId, ClaimId, ClaimPayment, ClaimStatus, Money, Payer, PayerId, ProviderAdjustment, Remittance, RemittanceId,
};
use codes::Library;
use jiff::civil::Date;
use ledger::posting::{self, PostingError};
use store::{
    StoreError, Tx,
    claim::ClaimRecord,
    remittance::{KeptRemittance, RemittanceClaimState, RemittanceState},
};
use uuid::Uuid;

use crate::CycleError;

pub use back::{RETURN_PAYMENT, ReturnWork, give_back, sent_back};
pub(crate) use books::{Known, placed};
pub use next::OUTDATED;
pub(crate) use next::{Told, open as open_next, standing};
pub(crate) use work::paid_for_nothing;
pub use work::{CreditWork, RemainderWork, UnderpaymentWork, UnmatchedWork};

/// What became of a remittance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedRemittance {
    /// Our record.
    pub id: RemittanceId,
    /// False when the same payment was kept before: nothing was added.
    pub is_new: bool,
    /// Claims in the books.
    pub claims_posted: usize,
    /// Claims held back.
    pub claims_parked: usize,
    /// Refusals that became work.
    pub denials: usize,
    /// Claims made for the next payer.
    pub opened: Vec<ClaimId>,
}

impl PostedRemittance {
    const fn of(kept: KeptRemittance) -> Self {
        Self { id: kept.id, is_new: kept.is_new, claims_posted: 0, claims_parked: 0, denials: 0, opened: Vec::new() }
    }
}

/// A remittance on its way into the books.
struct Posting<'a> {
    library: &'a Library,
    remittance: &'a Remittance,
    id: RemittanceId,
    payer: Option<Payer>,
    document: Uuid,
    /// SHA-256 of the file, which every transaction names as its source.
    hash: String,
    /// The day it counts for in the books: the day the money moves (BPR16), or today when that is still to come.
    on: Date,
    /// Charges whose receivables moved.
    touched: BTreeSet<ChargeId>,
    /// Claims whose decision was taken back and not made again yet.
    taken_back: BTreeSet<ClaimId>,
}

impl Posting<'_> {
    fn payer_id(&self) -> Option<PayerId> {
        self.payer.as_ref().map(|payer| payer.id)
    }
}

/// Why a claim of a remittance was not posted. Nothing is written before a claim is parked.
enum Stop {
    /// Held back for a person, with the reason.
    Park(String),
    /// The whole step fails.
    Fail(CycleError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Fail(error.into())
    }
}

impl From<CycleError> for Stop {
    fn from(error: CycleError) -> Self {
        Self::Fail(error)
    }
}

impl From<PostingError> for Stop {
    fn from(error: PostingError) -> Self {
        Self::Park(error.to_string())
    }
}

/// Keeps the remittances of a received file and posts those that add up. The same payment again adds nothing; a
/// corrected one takes the place of the one that did not add up.
///
/// Scope: one client.
///
/// # Errors
/// When the store refuses.
pub fn take_in(
    tx: &mut Tx<'_>,
    library: &Library,
    document: Uuid,
    remittances: &[Remittance],
) -> Result<Vec<PostedRemittance>, CycleError> {
    let hash = store::document::get(tx, document)?.sha256;
    let mut taken = Vec::new();
    for remittance in remittances {
        let payer = payer_of(tx, remittance)?;
        let kept = store::remittance::keep(tx, remittance, document, payer.as_ref().map(|payer| payer.id))?;
        let mut outcome = PostedRemittance::of(kept);
        if let Some(replaced) = kept.replaces {
            work::replaced(tx, replaced)?;
        }
        if kept.is_new {
            let posting = Posting {
                library,
                remittance,
                id: kept.id,
                payer,
                document,
                hash: hash.clone(),
                on: remittance.paid_on.min(tx.today()),
                touched: BTreeSet::new(),
                taken_back: BTreeSet::new(),
            };
            take_one(tx, posting, &mut outcome)?;
        }
        taken.push(outcome);
    }
    Ok(taken)
}

/// By the identifier in the file, else by name: some payers give none.
fn payer_of(tx: &mut Tx<'_>, remittance: &Remittance) -> Result<Option<Payer>, CycleError> {
    if let Some(payer) = store::payer::by_number(tx, &remittance.payer_number)? {
        return Ok(Some(payer));
    }
    let payers = store::payer::list(tx)?;
    Ok(payers.into_iter().find(|payer| payer.name.eq_ignore_ascii_case(&remittance.payer_name)))
}

fn take_one(tx: &mut Tx<'_>, mut posting: Posting<'_>, outcome: &mut PostedRemittance) -> Result<(), CycleError> {
    if let Some(first) = posting.remittance.imbalances().first() {
        return work::unbalanced(tx, &posting, first);
    }
    let other_payee = other_payee(tx, posting.remittance)?;
    let (payer_id, remittance) = (posting.payer_id(), posting.remittance);
    if let Some(deposit) = posting::deposit(remittance, posting.id, payer_id, posting.on, &posting.hash) {
        store::ledger::record(tx, &deposit)?;
    }
    for (position, decided) in (0u32..).zip(&remittance.claims) {
        let found = match &other_payee {
            Some(reason) => Err(Stop::Park(reason.clone())),
            None => find(tx, &posting, decided),
        };
        match found.and_then(|record| decision::post(tx, &mut posting, position, decided, &record)) {
            Ok(posted) => {
                outcome.claims_posted += 1;
                outcome.denials += posted.denials;
                outcome.opened.extend(posted.opened);
            }
            Err(Stop::Park(reason)) => {
                outcome.claims_parked += 1;
                park(tx, &posting, position, decided, &reason)?;
            }
            Err(Stop::Fail(error)) => return Err(error),
        }
    }
    let mut waiting: Vec<String> = other_payee.into_iter().collect();
    for adjustment in &remittance.provider_adjustments {
        waiting.extend(provider_adjustment(tx, &posting, adjustment)?);
    }
    work::credits(tx, &posting)?;
    work::taken_back(tx, &posting)?;
    match outcome.claims_parked {
        0 => {}
        1 => waiting.push("1 claim waits to be matched".to_owned()),
        many => waiting.push(format!("{many} claims wait to be matched")),
    }
    let state = if waiting.is_empty() { RemittanceState::Posted } else { RemittanceState::Posting };
    Ok(store::remittance::set_state(tx, posting.id, state, &waiting.join("; "))?)
}

/// Why the money is not this practice's, when it is not: then none of its claims is looked for, and it waits unapplied
/// for a person to give it back.
fn other_payee(tx: &mut Tx<'_>, remittance: &Remittance) -> Result<Option<String>, CycleError> {
    let billing = store::client::current(tx)?.billing;
    let own = [billing.npi.as_str(), billing.tax_id.as_str()];
    let is_own = own.contains(&remittance.payee_id.as_str()) || own.contains(&remittance.payee_tax_id.as_str());
    let reason = || format!("It pays {} ({}), not {}.", remittance.payee_name, remittance.payee_id, billing.name);
    Ok((!is_own).then(reason))
}

/// Our claim by its control number (CLP01), if payer and charge fit. Another payer's claim may have the same number, so
/// one that nobody here knows is left to a person.
fn find(tx: &mut Tx<'_>, posting: &Posting<'_>, decided: &ClaimPayment) -> Result<ClaimRecord, Stop> {
    let number = &decided.control_number;
    let Some(record) = store::claim::by_number(tx, number)? else {
        return Err(Stop::Park(format!("No claim of this practice has the number {number}: match it by hand.")));
    };
    let Some(payer) = &posting.payer else {
        let Remittance { payer_name, payer_number, .. } = posting.remittance;
        return Err(Stop::Park(format!(
            "No payer here is {payer_name} ({payer_number}), and claim {number} was sent to {}: if that is who pays, \
             match it by hand, else send it back.",
            record.payer_name
        )));
    };
    if payer.id != record.payer_id {
        let sentence = format!("Claim {number} was sent to {}, but {} decided it.", record.payer_name, payer.name);
        return Err(Stop::Park(sentence));
    }
    if decided.charge.abs() != record.charge {
        let sentence =
            format!("Claim {number} was billed for {}, the remittance says {}.", record.charge, decided.charge);
        return Err(Stop::Park(sentence));
    }
    Ok(record)
}

fn park(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    reason: &str,
) -> Result<(), CycleError> {
    let parked = RemittanceClaimState::Parked;
    store::remittance::set_claim(tx, posting.id, position, parked, reason, (None, None))?;
    work::unmatched(tx, posting, position, decided, reason)
}

/// Posts an adjustment that belongs to no claim; returns why it waits when its reason is outside the table.
fn provider_adjustment(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    adjustment: &ProviderAdjustment,
) -> Result<Option<String>, CycleError> {
    match posting::provider_adjustment(adjustment, posting.payer_id(), posting.id, posting.on, &posting.hash) {
        Ok(transaction) => {
            if let Some(transaction) = transaction {
                store::ledger::record(tx, &transaction)?;
            }
            Ok(None)
        }
        Err(unknown) => {
            let reason = format!("{unknown}: {} stays unapplied", adjustment.amount);
            work::unknown_adjustment(tx, posting, adjustment, &reason)?;
            Ok(Some(reason))
        }
    }
}

/// Posts a parked claim of a remittance against the claim a person chose.
///
/// # Errors
/// [`CycleError::Refused`] when it is not parked, the remittance is outside the books or pays somebody else, or it still
/// cannot be posted.
pub fn post_parked(
    tx: &mut Tx<'_>,
    library: &Library,
    remittance_id: RemittanceId,
    position: u32,
    claim_id: ClaimId,
) -> Result<(), CycleError> {
    let record = store::remittance::get(tx, remittance_id)?;
    if record.state != RemittanceState::Posting {
        return Err(CycleError::refused(format!(
            "Remittance {} is not being posted, so none of its claims waits to be matched.",
            record.trace_number
        )));
    }
    let body = store::remittance::body(tx, remittance_id)?;
    if let Some(reason) = other_payee(tx, &body)? {
        return Err(CycleError::refused(format!("{reason} It can only be sent back.")));
    }
    let row = store::remittance::claims(tx, remittance_id)?.into_iter().find(|row| row.position == position);
    let is_parked = row.is_some_and(|row| row.state == RemittanceClaimState::Parked);
    let decided = usize::try_from(position).ok().and_then(|at| body.claims.get(at)).filter(|_| is_parked);
    let Some(decided) = decided else {
        return Err(CycleError::refused("This claim of the remittance is not parked: nothing was changed."));
    };
    let mut posting = Posting {
        library,
        remittance: &body,
        id: remittance_id,
        payer: payer_of(tx, &body)?,
        document: record.document_id,
        hash: store::document::get(tx, record.document_id)?.sha256,
        on: body.paid_on.min(tx.today()),
        touched: BTreeSet::new(),
        taken_back: BTreeSet::new(),
    };
    let claim = store::claim::get(tx, claim_id)?;
    match decision::post(tx, &mut posting, position, decided, &claim) {
        Ok(_) => {}
        Err(Stop::Park(reason)) => return Err(CycleError::Refused(reason)),
        Err(Stop::Fail(error)) => return Err(error),
    }
    work::credits(tx, &posting)?;
    work::taken_back(tx, &posting)?;
    work::settled(tx, remittance_id, position, &format!("Matched to claim {}.", claim.number))?;
    if is_settled(tx, remittance_id)? {
        store::remittance::set_state(tx, remittance_id, RemittanceState::Posted, "")?;
    }
    Ok(())
}

/// True when nothing of the remittance waits: no claim is parked and no money of it is unapplied.
fn is_settled(tx: &mut Tx<'_>, id: RemittanceId) -> Result<bool, CycleError> {
    let unapplied = store::ledger::unapplied(tx)?;
    let left = unapplied.iter().find(|(of, _)| *of == id).map_or(Money::ZERO, |(_, left)| *left);
    Ok(left.is_zero() && store::remittance::get(tx, id)?.parked_count == 0)
}

/// True for a claim that was with a payer: only such a one can be decided.
const fn was_sent(status: ClaimStatus) -> bool {
    !matches!(status, ClaimStatus::Draft | ClaimStatus::Held | ClaimStatus::Ready | ClaimStatus::Rejected)
}
