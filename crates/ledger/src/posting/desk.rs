//! What people do: void a charge, take a patient's money, apply and refund it, give balances up or move them.

use std::collections::BTreeMap;

use claim::{ChargeId, Money, PatientId, PayerId, PayerSequence, RemittanceId};
use jiff::civil::Date;

use crate::{Account, Entry, Recorded, Source, Transaction, TransactionKind};

/// A charge taken back: the mirror of its transaction. A corrected charge is a new one.
#[must_use]
pub fn void_charge(original: &Recorded, on: Date, memo: String) -> Transaction {
    Transaction {
        kind: TransactionKind::VoidCharge,
        memo,
        effective_on: on,
        source: Source::default(),
        reverses: Some(original.id),
        entries: original.mirror(),
    }
}

/// What one account holds of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which account.
    pub account: Account,
    /// Which receivable, on insurers' accounts.
    pub sequence: Option<PayerSequence>,
    /// Whose decision or payment it comes from.
    pub payer_id: Option<PayerId>,
    /// How much; debit positive.
    pub amount: Money,
}

/// What payers decided about a charge that was taken back is undone: adjustments, shares and receivables fall to zero,
/// and what each insurer paid becomes its credit, until it takes its decision back (42 CFR 405.371). `held` are all
/// balances of the charge; `None` when nothing of it is left.
#[must_use]
pub fn decisions_undone(
    charge_id: ChargeId,
    patient_id: PatientId,
    held: &[Held],
    on: Date,
    memo: String,
) -> Option<Transaction> {
    let mut entries = Vec::new();
    let mut owed: BTreeMap<PayerId, Money> = BTreeMap::new();
    for one in held.iter().filter(|one| !one.amount.is_zero()) {
        match (one.account, one.payer_id) {
            (Account::Unapplied | Account::CreditBalance, Some(payer_id)) => {
                *owed.entry(payer_id).or_default() += one.amount;
            }
            (account, _) if account.is_receivable() || account.is_adjustment() => {
                let mut entry = Entry::new(account, -one.amount);
                (entry.sequence, entry.payer) = (one.sequence, one.payer_id);
                entries.push(entry);
            }
            _ => {}
        }
    }
    for (payer_id, amount) in owed.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        let mut entry = Entry::new(Account::CreditBalance, -amount);
        entry.payer = Some(payer_id);
        entries.push(entry);
    }
    for entry in &mut entries {
        entry.charge = Some(charge_id);
        entry.patient = Some(patient_id);
    }
    (!entries.is_empty()).then(|| Transaction {
        kind: TransactionKind::VoidCharge,
        memo,
        effective_on: on,
        source: Source::default(),
        reverses: None,
        entries,
    })
}

/// A patient hands over money: Dr cash clearing, Cr unapplied of the patient.
#[must_use]
pub fn patient_payment(patient_id: PatientId, amount: Money, on: Date, memo: String) -> Transaction {
    two_sided(
        TransactionKind::PatientPayment,
        Account::CashClearing,
        Account::Unapplied,
        amount,
        patient_id,
        None,
        on,
        memo,
    )
}

/// A patient's unapplied money pays a charge: Dr unapplied, Cr patient receivable. A negative amount
/// releases it again. The caller keeps `amount` within both balances (invariant I11).
#[must_use]
pub fn allocation(patient_id: PatientId, charge_id: ChargeId, amount: Money, on: Date, memo: String) -> Transaction {
    two_sided(
        TransactionKind::Allocation,
        Account::Unapplied,
        Account::PatientReceivable,
        amount,
        patient_id,
        Some(charge_id),
        on,
        memo,
    )
}

/// A patient balance given up: Dr the contra account, Cr patient receivable.
#[must_use]
pub fn patient_write_off(
    account: Account,
    patient_id: PatientId,
    charge_id: ChargeId,
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    two_sided(
        TransactionKind::WriteOff,
        account,
        Account::PatientReceivable,
        amount,
        patient_id,
        Some(charge_id),
        on,
        memo,
    )
}

/// Unapplied patient money owed back: Dr unapplied, Cr refund payable.
#[must_use]
pub fn patient_refund(patient_id: PatientId, amount: Money, on: Date, memo: String) -> Transaction {
    two_sided(TransactionKind::Refund, Account::Unapplied, Account::RefundPayable, amount, patient_id, None, on, memo)
}

/// An approved refund leaves the bank: Dr refund payable, Cr bank.
#[must_use]
pub fn refund_paid(patient_id: PatientId, amount: Money, on: Date, memo: String) -> Transaction {
    two_sided(TransactionKind::RefundPaid, Account::RefundPayable, Account::Bank, amount, patient_id, None, on, memo)
}

/// Money of a remittance that is not ours, owed back to who sent it: Dr unapplied of the remittance, Cr refund payable.
#[must_use]
pub fn payment_return(
    remittance_id: RemittanceId,
    payer_id: Option<PayerId>,
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    of_payer(
        TransactionKind::Refund,
        (Account::Unapplied, Account::RefundPayable),
        payer_id,
        remittance_id,
        amount,
        on,
        memo,
    )
}

/// It leaves the bank: Dr refund payable, Cr bank.
#[must_use]
pub fn payment_returned(
    remittance_id: RemittanceId,
    payer_id: Option<PayerId>,
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    of_payer(
        TransactionKind::RefundPaid,
        (Account::RefundPayable, Account::Bank),
        payer_id,
        remittance_id,
        amount,
        on,
        memo,
    )
}

fn of_payer(
    kind: TransactionKind,
    (debit, credit): (Account, Account),
    payer_id: Option<PayerId>,
    remittance_id: RemittanceId,
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    let mut entries = vec![Entry::new(debit, amount), Entry::new(credit, -amount)];
    for entry in &mut entries {
        entry.payer = payer_id;
        entry.remittance = Some(remittance_id);
    }
    Transaction { kind, memo, effective_on: on, source: Source::default(), reverses: None, entries }
}

#[expect(clippy::too_many_arguments, reason = "one place for the shape of every two-sided patient event")]
fn two_sided(
    kind: TransactionKind,
    debit: Account,
    credit: Account,
    amount: Money,
    patient_id: PatientId,
    charge_id: Option<ChargeId>,
    on: Date,
    memo: String,
) -> Transaction {
    let mut entries = vec![Entry::new(debit, amount), Entry::new(credit, -amount)];
    for entry in &mut entries {
        entry.patient = Some(patient_id);
        entry.charge = charge_id;
    }
    Transaction { kind, memo, effective_on: on, source: Source::default(), reverses: None, entries }
}

/// An insurer's balance given up by a person (a denial accepted): Dr other adjustment, Cr insurance
/// receivable of the sequence.
#[must_use]
pub fn insurance_write_off(line: InsuranceBalance, reason: &str, on: Date, memo: String) -> Transaction {
    line.moved(TransactionKind::WriteOff, Account::OtherAdjustment, reason, on, memo)
}

/// A charge is owed by another first payer than before, because registration found out after it was entered: Dr
/// insurance receivable of `to`, Cr the receivable it stood on (`from`, or the patient's).
#[must_use]
pub fn first_payer_found(
    charge_id: ChargeId,
    patient_id: PatientId,
    (from, to): (Option<PayerId>, PayerId),
    amount: Money,
    on: Date,
    memo: String,
) -> Transaction {
    let mut debit = Entry::new(Account::InsuranceReceivable, amount);
    (debit.payer, debit.sequence) = (Some(to), Some(PayerSequence::Primary));
    let mut credit = Entry::new(Account::PatientReceivable, -amount);
    if let Some(from) = from {
        credit.account = Account::InsuranceReceivable;
        (credit.payer, credit.sequence) = (Some(from), Some(PayerSequence::Primary));
    }
    for entry in [&mut debit, &mut credit] {
        entry.charge = Some(charge_id);
        entry.patient = Some(patient_id);
    }
    Transaction {
        kind: TransactionKind::Transfer,
        memo,
        effective_on: on,
        source: Source::default(),
        reverses: None,
        entries: vec![debit, credit],
    }
}

/// An insurer's balance moved to the patient by a person: Dr patient receivable, Cr insurance receivable.
#[must_use]
pub fn transfer_to_patient(line: InsuranceBalance, reason: &str, on: Date, memo: String) -> Transaction {
    line.moved(TransactionKind::Transfer, Account::PatientReceivable, reason, on, memo)
}

/// An insurer's balance moved to the insurer asked next: Dr its receivable, Cr the earlier one.
#[must_use]
pub fn transfer_to_next_payer(
    line: InsuranceBalance,
    (sequence, payer_id): (PayerSequence, PayerId),
    reason: &str,
    on: Date,
    memo: String,
) -> Transaction {
    let mut transfer = line.moved(TransactionKind::Transfer, Account::InsuranceReceivable, reason, on, memo);
    if let Some(debit) = transfer.entries.first_mut() {
        (debit.payer, debit.sequence) = (Some(payer_id), Some(sequence));
    }
    transfer
}

/// An overpayment of an insurer recognised (60-day clock, 42 CFR 401.305): Dr insurance receivable
/// (clearing its credit), Cr credit balance. `line.amount` is the overpaid amount, positive.
#[must_use]
pub fn insurance_overpayment(line: InsuranceBalance, on: Date, memo: String) -> Transaction {
    let amount = line.amount;
    InsuranceBalance { amount: -amount, ..line }.moved(
        TransactionKind::CreditBalance,
        Account::CreditBalance,
        "overpayment",
        on,
        memo,
    )
}

/// An open amount on one receivable of one charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsuranceBalance {
    /// Which charge.
    pub charge_id: ChargeId,
    /// Whose.
    pub patient_id: PatientId,
    /// Owed by.
    pub payer_id: PayerId,
    /// Which receivable.
    pub sequence: PayerSequence,
    /// How much to move.
    pub amount: Money,
}

impl InsuranceBalance {
    fn moved(self, kind: TransactionKind, to: Account, reason: &str, on: Date, memo: String) -> Transaction {
        let mut debit = Entry::new(to, self.amount);
        let mut credit = Entry::new(Account::InsuranceReceivable, -self.amount);
        credit.sequence = Some(self.sequence);
        for entry in [&mut debit, &mut credit] {
            entry.charge = Some(self.charge_id);
            entry.patient = Some(self.patient_id);
            entry.payer = Some(self.payer_id);
            entry.reason = reason.to_owned();
        }
        Transaction {
            kind,
            memo,
            effective_on: on,
            source: Source::default(),
            reverses: None,
            entries: vec![debit, credit],
        }
    }
}
