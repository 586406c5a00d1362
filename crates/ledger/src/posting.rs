//! Business events as transactions.
//!
//! Each function is pure: facts in, balanced transactions out. A denial posts nothing: the
//! receivable stays where it is until a person decides. OA-23 posts nothing: it repeats money an
//! earlier payer's remittance has already posted.

use std::collections::BTreeMap;

use claim::{
    Adjustment, AdjustmentGroup, Carc, ChargeId, ClaimDecision, ClaimPayment, LinePayment, Money, PatientId, PayerId,
    PayerSequence, ProviderAdjustment, Remittance, RemittanceId,
};
use jiff::civil::Date;

use crate::{Account, Entry, Recorded, Source, Transaction, TransactionKind};

mod desk;

pub use desk::{
    Held, InsuranceBalance, allocation, decisions_undone, first_payer_found, insurance_overpayment,
    insurance_write_off, patient_payment, patient_refund, patient_write_off, payment_return, payment_returned,
    refund_paid, transfer_to_next_payer, transfer_to_patient, void_charge,
};

/// What an adjustment does to the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// Given up under the contract.
    Contractual,
    /// The federal cut (CARC 253).
    Sequestration,
    /// Owed by the next payer or the patient.
    NextParty,
    /// Money already posted from an earlier payer.
    Informational,
    /// Refused: stays open and becomes work.
    Denial,
}

/// What the table of reasons says of one (CARC), where it decides about money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReasonRule {
    /// It may be written off without review, whoever refuses (edi flow rulebook 3.10: never 29, 50, 97 or 197).
    pub is_write_off: bool,
    /// With group PR it is a share of what the plan covers, such as a deductible: the next payer or the patient owes it
    /// at once. Any other reason with PR refuses the service, and a person decides whether the patient owes it.
    pub is_patient_share: bool,
}

/// Decides what an adjustment does. `rule` looks its reason up.
pub fn treatment(adjustment: &Adjustment, line_charge: Money, rule: &dyn Fn(&Carc) -> ReasonRule) -> Treatment {
    let reason = adjustment.reason.as_str();
    let rule = rule(&adjustment.reason);
    match adjustment.group {
        AdjustmentGroup::Pr if rule.is_patient_share => Treatment::NextParty,
        AdjustmentGroup::Pr => Treatment::Denial,
        AdjustmentGroup::Oa if reason == "23" => Treatment::Informational,
        AdjustmentGroup::Co | AdjustmentGroup::Pi | AdjustmentGroup::Oa | AdjustmentGroup::Cr => {
            // CARC 45 for the whole charge is a refusal in disguise; X12 forbids it.
            let whole = reason == "45" && adjustment.amount == line_charge && line_charge.is_positive();
            if reason == "253" {
                Treatment::Sequestration
            } else if rule.is_write_off && !whole {
                Treatment::Contractual
            } else {
                Treatment::Denial
            }
        }
    }
}

/// The cut of services given by therapy assistants (CQ, CO), which payers report as CARC 172 with RARC N851
/// (Social Security Act 1834(v); Medicare Claims Processing Manual chapter 5 §20.1): nobody owes it.
#[must_use]
pub fn is_assistants_cut(adjustment: &Adjustment, line: &LinePayment) -> bool {
    adjustment.group == AdjustmentGroup::Co
        && adjustment.reason.as_str() == "172"
        && line.remarks.iter().any(|remark| remark.as_str() == "N851")
}

/// A charge of a claim as the books know it before a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLine {
    /// Line control number sent (REF*6R).
    pub control_number: String,
    /// Which charge.
    pub charge_id: ChargeId,
    /// Code billed, to match payers that drop the line control number.
    pub procedure: claim::ProcedureCode,
    /// Charge billed.
    pub charge: Money,
    /// Open on the receivable of this payer's sequence.
    pub open: Money,
}

/// A claim as the books know it before a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenClaim {
    /// Whose.
    pub patient_id: PatientId,
    /// Addressee.
    pub payer_id: PayerId,
    /// Its place in the order.
    pub sequence: PayerSequence,
    /// Who is asked next, when there is another coverage.
    pub next: Option<(PayerSequence, PayerId)>,
    /// Lines as billed.
    pub lines: Vec<OpenLine>,
}

/// A refusal found while posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Which charge.
    pub charge_id: ChargeId,
    /// 0-based line of the claim payment.
    pub line: usize,
    /// The refusing adjustment.
    pub adjustment: Adjustment,
    /// Remarks on the line and the claim.
    pub remarks: Vec<claim::Rarc>,
}

/// What posting one claim of a remittance does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimPosting {
    /// At most one transaction: none when nothing moves (a full denial).
    pub transaction: Option<Transaction>,
    /// Refusals, to become work.
    pub denials: Vec<Denial>,
    /// Moved to the next payer.
    pub to_next_payer: Money,
    /// Moved to the patient.
    pub to_patient: Money,
    /// What charges still show on this payer's receivable although nothing was refused, to become work. Positive:
    /// a later payer's OA-23 took more than earlier ones had taken, so nobody owes it. Negative: overpaid.
    pub remainders: Vec<(ChargeId, Money)>,
}

/// Why a claim payment cannot be posted and is parked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// A line of the remittance matches no line billed.
    #[error("line {line} ({procedure}, charge {charge}) matches no line of the claim as billed")]
    UnknownLine {
        /// 1-based line.
        line: usize,
        /// Code paid.
        procedure: String,
        /// Its charge.
        charge: Money,
    },
    /// The remittance has no lines and the claim has several, so the money cannot be placed.
    #[error("the remittance gives no lines and the claim has {0}; it must be posted by hand")]
    NoLines(usize),
    /// A reversal without an earlier posting of the same claim.
    #[error("it takes back a decision that was never posted")]
    NothingToReverse,
    /// A decision that is no reversal cannot take a posting back.
    #[error("claim status {0} takes nothing back; only 22 does")]
    NotReversal(&'static str),
    /// A reversal of another amount than was posted: a mirror would not agree with the money.
    #[error("it takes back {stated}, but {posted} was posted; it must be posted by hand")]
    OtherAmount {
        /// What the reversal takes back (CLP04, positive).
        stated: Money,
        /// What the posting paid.
        posted: Money,
    },
    /// A provider-level reason outside the posting table.
    #[error("provider-level adjustment {0} is not in the posting table")]
    UnknownProviderAdjustment(String),
}

fn source(document: &str, location: String) -> Source {
    Source { document: document.to_owned(), location }
}

/// Dr insurance (or patient) receivable, Cr charges.
#[must_use]
pub fn charge(
    charge_id: ChargeId,
    patient_id: PatientId,
    first_payer: Option<PayerId>,
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    let mut debit = Entry::new(Account::PatientReceivable, amount);
    if let Some(payer_id) = first_payer {
        debit.account = Account::InsuranceReceivable;
        debit.payer = Some(payer_id);
        debit.sequence = Some(PayerSequence::Primary);
    }
    let mut credit = Entry::new(Account::Charges, -amount);
    for entry in [&mut debit, &mut credit] {
        entry.charge = Some(charge_id);
        entry.patient = Some(patient_id);
    }
    Transaction {
        kind: TransactionKind::Charge,
        memo,
        effective_on: on,
        source: Source::default(),
        reverses: None,
        entries: vec![debit, credit],
    }
}

/// Dr cash clearing, Cr unapplied of the remittance; `None` for a remittance of nothing.
#[must_use]
pub fn deposit(
    remittance: &Remittance,
    id: RemittanceId,
    payer_id: Option<PayerId>,
    on: Date,
    document: &str,
) -> Option<Transaction> {
    if remittance.amount.is_zero() {
        return None;
    }
    let mut debit = Entry::new(Account::CashClearing, remittance.amount);
    debit.reason = format!("{}/{}", remittance.trace_number, remittance.originator);
    let mut credit = Entry::new(Account::Unapplied, -remittance.amount);
    for entry in [&mut debit, &mut credit] {
        entry.remittance = Some(id);
        entry.payer = payer_id;
    }
    Some(Transaction {
        kind: TransactionKind::Deposit,
        memo: format!("{} {} of {}", remittance.method, remittance.trace_number, remittance.payer_name),
        effective_on: on,
        source: source(document, format!("TRN {}", remittance.trace_number)),
        reverses: None,
        entries: vec![debit, credit],
    })
}

/// Finds the billed line a paid line answers: line control number, then submitted code with charge.
fn match_line<'a>(open: &'a OpenClaim, paid: &LinePayment) -> Option<&'a OpenLine> {
    let by_control = paid.control_number.as_ref().and_then(|c| open.lines.iter().find(|l| l.control_number == *c));
    by_control.or_else(|| {
        let submitted = paid.submitted_procedure.as_ref().unwrap_or(&paid.procedure);
        let mut same = open.lines.iter().filter(|l| l.procedure == *submitted && l.charge == paid.charge);
        same.next().filter(|_| same.next().is_none())
    })
}

/// A claim decided without lines can be placed only on a claim of one line.
fn lines_of(payment: &ClaimPayment, open: &OpenClaim) -> Result<Vec<LinePayment>, PostingError> {
    if !payment.lines.is_empty() {
        return Ok(payment.lines.clone());
    }
    let [only] = open.lines.as_slice() else { return Err(PostingError::NoLines(open.lines.len())) };
    Ok(vec![LinePayment {
        procedure: only.procedure.clone(),
        modifiers: Vec::new(),
        submitted_procedure: None,
        charge: payment.charge,
        // What a line would pay before the claim-level adjustments, as a file with lines says it.
        paid: payment.charge,
        units: claim::Units::ONE,
        from: payment.from,
        adjustments: Vec::new(),
        remarks: Vec::new(),
        control_number: Some(only.control_number.clone()),
        allowed: None,
    }])
}

/// Gives each line its part of the claim-level adjustments, so that the line payments add up to the claim's (CLP04).
///
/// A line's own payment (SVC03) knows nothing of them (005010X221A1 section 1.10.2). The parts follow what the
/// lines still pay, largest remainder, so that no line is paid less than nothing.
fn share_out(lines: &mut [LinePayment], adjustments: &[Adjustment]) {
    for adjustment in adjustments {
        // In a reversal everything is negative, and the parts must mirror those of the posting.
        let sign = lines.iter().map(|line| line.paid).sum::<Money>().cents().signum();
        let weights: Vec<i64> = lines.iter().map(|line| line.paid.cents() * sign).collect();
        for (line, amount) in lines.iter_mut().zip(adjustment.amount.split(&weights)) {
            line.paid -= amount;
            line.adjustments.push(Adjustment { amount, ..adjustment.clone() });
        }
    }
}

/// What each charge is paid by a decision, claim-level adjustments shared out: the sums are the claim's payment.
///
/// # Errors
/// [`PostingError`] when a line cannot be placed.
pub fn paid_by_charge(payment: &ClaimPayment, open: &OpenClaim) -> Result<Vec<(ChargeId, Money)>, PostingError> {
    placed_lines(payment, open)
        .map(|lines| lines.into_iter().map(|(billed, line)| (billed.charge_id, line.paid)).collect())
}

fn placed_lines<'a>(
    payment: &ClaimPayment,
    open: &'a OpenClaim,
) -> Result<Vec<(&'a OpenLine, LinePayment)>, PostingError> {
    let mut lines = lines_of(payment, open)?;
    share_out(&mut lines, &payment.adjustments);
    let place = |(index, line): (usize, LinePayment)| {
        let unknown = || PostingError::UnknownLine {
            line: index + 1,
            procedure: line.procedure.to_string(),
            charge: line.charge,
        };
        Ok((match_line(open, &line).ok_or_else(unknown)?, line))
    };
    lines.into_iter().enumerate().map(place).collect()
}

/// Posts one decided claim against its open lines.
///
/// # Errors
/// [`PostingError`] for a reversal, which [`reversal`] posts against what it takes back, and when the money cannot be placed; nothing is posted then.
pub fn claim_payment(
    payment: &ClaimPayment,
    open: &OpenClaim,
    remittance_id: RemittanceId,
    on: Date,
    document: &str,
    rule: &dyn Fn(&Carc) -> ReasonRule,
) -> Result<ClaimPosting, PostingError> {
    if payment.decision == ClaimDecision::Reversal {
        return Err(PostingError::NothingToReverse);
    }
    let mut posting = ClaimPosting::default();
    let mut entries = Vec::new();
    // A payer may decide a billed line in several parts; they share what is open on it.
    let mut left: BTreeMap<ChargeId, Money> = BTreeMap::new();
    for (index, (billed, line)) in placed_lines(payment, open)?.into_iter().enumerate() {
        let left = left.entry(billed.charge_id).or_insert(billed.open);
        let mut book = LineBook { open, billed, remittance_id, entries: &mut entries, left };
        book.paid(line.paid);
        // The patient's share first: what a later payer calls contractual may reach only what is left after it.
        let mut adjustments: Vec<&Adjustment> = line.adjustments.iter().filter(|a| !a.amount.is_zero()).collect();
        adjustments.sort_by_key(|a| a.group != AdjustmentGroup::Pr);
        for adjustment in adjustments {
            let treatment = match treatment(adjustment, line.charge, rule) {
                Treatment::Denial if is_assistants_cut(adjustment, &line) => Treatment::Contractual,
                treatment => treatment,
            };
            match treatment {
                Treatment::NextParty if open.next.is_some() => posting.to_next_payer += book.next_party(adjustment),
                Treatment::NextParty => posting.to_patient += book.next_party(adjustment),
                Treatment::Contractual => book.give_up(Account::Contractual, adjustment),
                Treatment::Sequestration => book.give_up(Account::Sequestration, adjustment),
                Treatment::Informational => {}
                Treatment::Denial => posting.denials.push(Denial {
                    charge_id: billed.charge_id,
                    line: index,
                    adjustment: adjustment.clone(),
                    remarks: line.remarks.iter().chain(&payment.remarks).cloned().collect(),
                }),
            }
        }
    }
    let is_refused = |charge: &ChargeId| posting.denials.iter().any(|denial| denial.charge_id == *charge);
    posting.remainders = left.into_iter().filter(|(charge, left)| !left.is_zero() && !is_refused(charge)).collect();
    if !entries.is_empty() {
        posting.transaction = Some(Transaction {
            kind: TransactionKind::RemittanceClaim,
            memo: format!("Claim {} decided ({})", payment.control_number, payment.payer_control_number),
            effective_on: on,
            source: source(document, format!("CLP at byte {}", payment.offset)),
            reverses: None,
            entries,
        });
    }
    Ok(posting)
}

/// The entries of one line under construction.
struct LineBook<'a> {
    open: &'a OpenClaim,
    billed: &'a OpenLine,
    remittance_id: RemittanceId,
    entries: &'a mut Vec<Entry>,
    left: &'a mut Money,
}

impl LineBook<'_> {
    fn entry(&self, account: Account, amount: Money, reason: &str) -> Entry {
        let mut entry = Entry::new(account, amount);
        entry.charge = Some(self.billed.charge_id);
        entry.patient = Some(self.open.patient_id);
        entry.payer = Some(self.open.payer_id);
        entry.remittance = Some(self.remittance_id);
        entry.reason = reason.to_owned();
        entry
    }

    fn take_from_receivable(&mut self, amount: Money, reason: &str) {
        let mut credit = self.entry(Account::InsuranceReceivable, -amount, reason);
        credit.sequence = Some(self.open.sequence);
        self.entries.push(credit);
        *self.left -= amount;
    }

    fn paid(&mut self, amount: Money) {
        if amount.is_zero() {
            return;
        }
        let debit = self.entry(Account::Unapplied, amount, "");
        self.entries.push(debit);
        self.take_from_receivable(amount, "");
    }

    /// A later payer's adjustment reaches only what is still open on its own receivable: the first payer's
    /// remittance has already taken the contract and left the patient no more than that (posting rule 3.10).
    fn reach(&self, amount: Money) -> Money {
        if self.open.sequence == PayerSequence::Primary { amount } else { amount.min((*self.left).max(Money::ZERO)) }
    }

    fn give_up(&mut self, account: Account, adjustment: &Adjustment) {
        let amount = self.reach(adjustment.amount);
        if amount.is_zero() {
            return;
        }
        let reason = format!("{}-{}", adjustment.group.code(), adjustment.reason);
        let debit = self.entry(account, amount, &reason);
        self.entries.push(debit);
        self.take_from_receivable(amount, &reason);
    }

    /// Returns what moved.
    fn next_party(&mut self, adjustment: &Adjustment) -> Money {
        let amount = self.reach(adjustment.amount);
        if amount.is_zero() {
            return amount;
        }
        let reason = format!("{}-{}", adjustment.group.code(), adjustment.reason);
        let mut debit = self.entry(Account::PatientReceivable, amount, &reason);
        if let Some((sequence, payer_id)) = self.open.next {
            debit.account = Account::InsuranceReceivable;
            debit.sequence = Some(sequence);
            debit.payer = Some(payer_id);
        }
        self.entries.push(debit);
        self.take_from_receivable(amount, &reason);
        amount
    }
}

/// Takes back an earlier posting exactly: the mirror of each entry, with the money on the new
/// remittance (CLP02 = 22; X12 005010X221A1 section 1.10.2.8).
///
/// # Errors
/// [`PostingError::NotReversal`] for another decision, [`PostingError::OtherAmount`] when the money differs.
pub fn reversal(
    payment: &ClaimPayment,
    original: &Recorded,
    remittance_id: RemittanceId,
    on: Date,
    document: &str,
) -> Result<Transaction, PostingError> {
    if payment.decision != ClaimDecision::Reversal {
        return Err(PostingError::NotReversal(payment.decision.code()));
    }
    let posted =
        original.transaction.entries.iter().filter(|e| e.account == Account::Unapplied).map(|e| e.amount).sum();
    if -payment.paid != posted {
        return Err(PostingError::OtherAmount { stated: -payment.paid, posted });
    }
    let entries = original.mirror().into_iter().map(|e| Entry { remittance: Some(remittance_id), ..e }).collect();
    Ok(Transaction {
        kind: TransactionKind::Reversal,
        memo: format!("Claim {} taken back ({})", payment.control_number, payment.payer_control_number),
        effective_on: on,
        source: source(document, format!("CLP at byte {}", payment.offset)),
        reverses: Some(original.id),
        entries,
    })
}

/// Posts a provider-level adjustment: positive amounts reduce the payment (PLB).
///
/// # Errors
/// [`PostingError::UnknownProviderAdjustment`] for a reason outside the table: the remittance is parked.
pub fn provider_adjustment(
    adjustment: &ProviderAdjustment,
    payer_id: Option<PayerId>,
    remittance_id: RemittanceId,
    on: Date,
    document: &str,
) -> Result<Option<Transaction>, PostingError> {
    let account = match adjustment.reason.as_str() {
        "WO" | "FB" | "72" => Account::PayerOwed,
        "L6" => Account::Interest,
        "CS" | "LE" | "IR" | "50" | "51" | "BN" | "IP" | "LS" | "E3" | "B2" | "90" | "J1" | "IS" | "PI" | "RA" => {
            Account::ProviderLevel
        }
        other => return Err(PostingError::UnknownProviderAdjustment(other.to_owned())),
    };
    if adjustment.amount.is_zero() {
        return Ok(None);
    }
    let mut debit = Entry::new(account, adjustment.amount);
    debit.reason = format!("{} {}", adjustment.reason, adjustment.reference).trim().to_owned();
    let mut credit = Entry::new(Account::Unapplied, -adjustment.amount);
    for entry in [&mut debit, &mut credit] {
        entry.remittance = Some(remittance_id);
        entry.payer = payer_id;
    }
    Ok(Some(Transaction {
        kind: TransactionKind::ProviderAdjustment,
        memo: format!("Provider-level adjustment {}", debit.reason),
        effective_on: on,
        source: source(document, format!("PLB {}", adjustment.reason)),
        reverses: None,
        entries: vec![debit, credit],
    }))
}
