//! Denials as work: what was refused, why, whose it is, until when.

use claim::{
    AdjustmentGroup, ChargeId, ClaimId, ClaimPayment, ClaimStatus, Modifier, Money, ProcedureCode, Remittance,
    RemittanceId,
};
use codes::{Desk, Library, ReasonCategory};
use jiff::{ToSpan, civil::Date};
use ledger::{Account, posting::Denial};
use serde::{Deserialize, Serialize};
use store::{Role, Tx, work::NewWorkItem};

use crate::{CycleError, post::Known};

/// Exact duplicate (CARC 18): the money is worked on the claim it duplicates.
pub(crate) const DUPLICATE: &str = "18";
/// Unprocessable (RARC MA130): never decided, no appeal; Medicare wants a new claim.
const UNPROCESSABLE: &str = "MA130";

/// A remark with our words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkNote {
    /// The code.
    pub code: String,
    /// What it means, in our words; empty when we have none.
    pub text: String,
}

/// Body of `denial` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DenialWork {
    /// Of which claim.
    pub claim_number: String,
    /// The payer's number of it.
    pub payer_control_number: String,
    /// Who refused.
    pub payer_name: String,
    /// In which remittance.
    pub remittance_id: RemittanceId,
    /// Decided on.
    pub decided_on: Date,
    /// Which charge.
    pub charge_id: ChargeId,
    /// Our line, 0 when the claim has none for it.
    pub line: u16,
    /// Code billed.
    pub procedure: ProcedureCode,
    /// Modifiers billed.
    pub modifiers: Vec<Modifier>,
    /// Charge billed.
    pub charge: Money,
    /// Group (`CO`).
    pub group: String,
    /// Reason (CARC).
    pub carc: String,
    /// The reason in our words.
    pub text: String,
    /// Its root cause in words.
    pub cause: String,
    /// Who has the facts to settle it, in words.
    pub desk: String,
    /// Remarks on line and claim.
    pub remarks: Vec<RemarkNote>,
    /// What to do next.
    pub action: String,
    /// Number of the claim this one duplicates, when it does: then no money is at stake here.
    pub duplicate_of: Option<String>,
}

impl DenialWork {
    /// Group and reason: `CO-97`.
    #[must_use]
    pub fn reason(&self) -> String {
        format!("{}-{}", self.group, self.carc)
    }

    /// True when the payer says that the patient answers for it.
    #[must_use]
    pub fn is_patients(&self) -> bool {
        self.group == AdjustmentGroup::Pr.code()
    }

    /// True when the patient may be asked for it: the provider answers for group CO, except when the patient was not
    /// insured.
    #[must_use]
    pub fn may_bill_patient(&self) -> bool {
        self.group != AdjustmentGroup::Co.code() || self.cause == ReasonCategory::Eligibility.label()
    }
}

/// Opens the work for a refusal.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    library: &Library,
    remittance: &Remittance,
    remittance_id: RemittanceId,
    known: &Known,
    decided: &ClaimPayment,
    denial: &Denial,
) -> Result<(), CycleError> {
    let record = &known.record;
    let adjustment = &denial.adjustment;
    let reason = library.carc(&adjustment.reason);
    let duplicate_of =
        if adjustment.reason.as_str() == DUPLICATE { other_claim(tx, known, denial.charge_id)? } else { None };
    let open = store::ledger::open_of(tx, denial.charge_id, Account::InsuranceReceivable, Some(record.sequence))?;
    let amount = if duplicate_of.is_some() { Money::ZERO } else { adjustment.amount.min(open).max(Money::ZERO) };
    let charge = store::charge::get(tx, denial.charge_id)?;
    let billed = known.open.lines.iter().find(|line| line.charge_id == denial.charge_id);
    let line = known.sent.lines.iter().find(|line| billed.is_some_and(|b| b.control_number == line.control_number));
    let text = reason.map_or_else(|| format!("Reason {}", adjustment.reason), |reason| reason.text.clone());
    let is_unprocessable = denial.remarks.iter().any(|remark| remark.as_str() == UNPROCESSABLE);
    let action = match (&duplicate_of, reason) {
        (Some(number), _) => format!("Work on claim {number}; accept this one"),
        _ if is_unprocessable => "Send a new claim: it was not processed, so there is no appeal".to_owned(),
        (None, Some(reason)) => reason.action.clone(),
        (None, None) => "Ask the payer".to_owned(),
    };
    let body = DenialWork {
        claim_number: record.number.clone(),
        payer_control_number: decided.payer_control_number.clone(),
        payer_name: record.payer_name.clone(),
        remittance_id,
        decided_on: remittance.paid_on,
        charge_id: denial.charge_id,
        line: line.map_or(0, |line| line.number),
        procedure: charge.procedure.clone(),
        modifiers: line.map_or(charge.modifiers, |line| line.modifiers.clone()),
        charge: charge.amount,
        group: adjustment.group.code().to_owned(),
        carc: adjustment.reason.to_string(),
        cause: reason.map_or("Unknown reason", |reason| reason.category.label()).to_owned(),
        desk: reason.map_or(Desk::Billing, |reason| reason.owner).label().to_owned(),
        remarks: denial
            .remarks
            .iter()
            .map(|code| RemarkNote {
                code: code.to_string(),
                text: library.rarc(code).map(|remark| remark.text.clone()).unwrap_or_default(),
            })
            .collect(),
        action,
        duplicate_of,
        text,
    };
    let item = NewWorkItem {
        kind: "denial",
        // One list holds every denial, by deadline; `desk` says who has the facts.
        owner: Role::Biller,
        subject: ("claim", record.id.to_string()),
        title: format!("{} {}: {}", record.number, body.procedure, body.text),
        amount,
        due_on: Some(remittance.paid_on.saturating_add(i64::from(known.payer.appeal_limit_days).days())),
    };
    store::work::open(tx, &item, &body)?;
    Ok(())
}

/// Another claim for the charge that is with the payer or decided.
fn other_claim(tx: &mut Tx<'_>, known: &Known, charge_id: ChargeId) -> Result<Option<String>, CycleError> {
    let is_with_payer = |id: ClaimId, status: ClaimStatus| {
        id != known.record.id
            && matches!(
                status,
                ClaimStatus::Submitted
                    | ClaimStatus::Acknowledged
                    | ClaimStatus::Accepted
                    | ClaimStatus::Paid
                    | ClaimStatus::Denied
                    | ClaimStatus::Finalized
            )
    };
    let claims = store::claim::of_charge(tx, charge_id)?;
    let same_payer = |claim: &store::claim::ClaimRecord| claim.payer_id == known.record.payer_id;
    Ok(claims.into_iter().find(|c| same_payer(c) && is_with_payer(c.id, c.status)).map(|claim| claim.number))
}
