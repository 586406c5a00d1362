//! The proof of the books: invariants checked against the source documents, not only against the
//! ledger itself. Numbers (I01 and so on) are those of the documentation (`docs/ledger.md`).

use std::collections::BTreeMap;

use claim::{ChargeId, Money, PatientId, PayerSequence, RemittanceId, TransactionId};
use serde::{Deserialize, Serialize};

use crate::{Account, Entry, Recorded, TransactionKind};

/// A charge as the encounter's record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeFact {
    /// Which.
    pub id: ChargeId,
    /// Charged; zero once voided.
    pub amount: Money,
}

/// What a posted remittance says about one charge, summed over its decisions (reversals count
/// negative).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemittanceLineFact {
    /// Which charge.
    pub charge_id: ChargeId,
    /// Paid according to the file.
    pub paid: Money,
}

/// A remittance as the received file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemittanceFact {
    /// Which.
    pub id: RemittanceId,
    /// Trace number, for messages.
    pub trace_number: String,
    /// Paid according to the file (BPR02).
    pub amount: Money,
    /// True when every claim of it was posted: nothing may be left unapplied.
    pub is_fully_posted: bool,
    /// The posted claims' lines.
    pub lines: Vec<RemittanceLineFact>,
}

/// Everything the proof looks at, for one client.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The whole journal, in order.
    pub journal: Vec<Recorded>,
    /// Every charge.
    pub charges: Vec<ChargeFact>,
    /// Every remittance whose money was posted.
    pub remittances: Vec<RemittanceFact>,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Which invariant.
    pub invariant: String,
    /// Where and by how much.
    pub message: String,
}

/// What was checked and what failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Transactions looked at.
    pub transactions: usize,
    /// Charges looked at.
    pub charges: usize,
    /// Remittances looked at.
    pub remittances: usize,
    /// Sum of all entries.
    pub trial_balance: Money,
    /// What does not hold; empty means proved.
    pub breaches: Vec<Breach>,
}

impl Proof {
    /// True when every invariant holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.breaches.is_empty()
    }
}

/// Checks every invariant.
#[must_use]
pub fn verify(books: &Books) -> Proof {
    let mut proof = Proof {
        transactions: books.journal.len(),
        charges: books.charges.len(),
        remittances: books.remittances.len(),
        trial_balance: entries(books).map(|e| e.amount).sum(),
        breaches: Vec::new(),
    };
    let mut checker = Checker { breaches: &mut proof.breaches };
    checker.transactions(books);
    checker.reversals(books);
    checker.charges(books);
    checker.remittances(books);
    checker.buckets(books);
    checker.patient_money(books);
    if !proof.trial_balance.is_zero() {
        let message = format!("the trial balance is {} instead of zero", proof.trial_balance);
        proof.breaches.push(Breach { invariant: "I04".into(), message });
    }
    proof
}

fn entries(books: &Books) -> impl Iterator<Item = &Entry> {
    books.journal.iter().flat_map(|r| &r.transaction.entries)
}

struct Checker<'a> {
    breaches: &'a mut Vec<Breach>,
}

impl Checker<'_> {
    fn breach(&mut self, invariant: &str, message: String) {
        self.breaches.push(Breach { invariant: invariant.into(), message });
    }

    /// I01: at least two entries, no zero, sum zero.
    fn transactions(&mut self, books: &Books) {
        for recorded in &books.journal {
            if let Some(defect) = recorded.transaction.defect() {
                self.breach("I01", format!("transaction {} {defect}", recorded.number));
            }
        }
    }

    /// I10: a reversal is the exact mirror of what it takes back, and happens once.
    fn reversals(&mut self, books: &Books) {
        let by_id: BTreeMap<TransactionId, &Recorded> = books.journal.iter().map(|r| (r.id, r)).collect();
        let mut reversed: BTreeMap<TransactionId, u64> = BTreeMap::new();
        for recorded in &books.journal {
            let Some(original_id) = recorded.transaction.reverses else { continue };
            if let Some(first) = reversed.insert(original_id, recorded.number) {
                self.breach("I10", format!("transactions {first} and {} take back the same one", recorded.number));
            }
            let Some(original) = by_id.get(&original_id) else {
                self.breach("I10", format!("transaction {} takes back one that is not there", recorded.number));
                continue;
            };
            let key = |e: &Entry, sign: i64| (e.account, e.charge, e.sequence, e.amount.cents() * sign);
            let mut there: Vec<_> = original.transaction.entries.iter().map(|e| key(e, -1)).collect();
            let mut here: Vec<_> = recorded.transaction.entries.iter().map(|e| key(e, 1)).collect();
            there.sort_unstable();
            here.sort_unstable();
            if there != here {
                self.breach(
                    "I10",
                    format!("transaction {} is not the mirror of transaction {}", recorded.number, original.number),
                );
            }
        }
    }

    /// I05 and I22: per charge, charge = payments + adjustments + open; the ledger's charge is the
    /// record's charge; I12: insurers are owed back no more than they paid; I13: contractual never exceeds the charge.
    fn charges(&mut self, books: &Books) {
        let mut lines: BTreeMap<ChargeId, LineTotals> = BTreeMap::new();
        for entry in entries(books) {
            let Some(charge_id) = entry.charge else { continue };
            lines.entry(charge_id).or_default().add(entry);
        }
        for fact in &books.charges {
            let line = lines.remove(&fact.id).unwrap_or_default();
            if line.charged != fact.amount {
                self.breach(
                    "I22",
                    format!("charge {}: the record says {}, the ledger {}", fact.id, fact.amount, line.charged),
                );
            }
            let parts = line.paid + line.adjusted + line.credited + line.open;
            if parts != fact.amount {
                self.breach(
                    "I05",
                    format!(
                        "charge {}: {} charged, but paid {} + adjusted {} + credited {} + open {} = {parts}",
                        fact.id, fact.amount, line.paid, line.adjusted, line.credited, line.open
                    ),
                );
            }
            if -line.credited > line.insurer_paid {
                self.breach(
                    "I12",
                    format!(
                        "charge {}: {} is owed back to insurers, but they paid only {}",
                        fact.id, -line.credited, line.insurer_paid
                    ),
                );
            }
            if line.contractual > fact.amount {
                self.breach(
                    "I13",
                    format!("charge {}: contractual {} exceeds the charge {}", fact.id, line.contractual, fact.amount),
                );
            }
        }
        for (charge_id, _) in lines {
            self.breach("I22", format!("the ledger knows charge {charge_id}, the record does not"));
        }
    }

    /// I07, I12 and I19: each remittance's money arrived once, went where the file says, and none is left
    /// when everything of it was posted.
    fn remittances(&mut self, books: &Books) {
        let mut cash: BTreeMap<RemittanceId, Money> = BTreeMap::new();
        let mut unapplied: BTreeMap<RemittanceId, Money> = BTreeMap::new();
        let mut placed: BTreeMap<(RemittanceId, ChargeId), Money> = BTreeMap::new();
        for entry in entries(books) {
            let Some(id) = entry.remittance else { continue };
            match entry.account {
                Account::CashClearing => *cash.entry(id).or_default() += entry.amount,
                Account::Unapplied => {
                    *unapplied.entry(id).or_default() += entry.amount;
                    if let Some(charge_id) = entry.charge {
                        *placed.entry((id, charge_id)).or_default() += entry.amount;
                    }
                }
                _ => {}
            }
        }
        for fact in &books.remittances {
            let arrived = cash.get(&fact.id).copied().unwrap_or_default();
            if arrived != fact.amount {
                self.breach(
                    "I19",
                    format!("trace {}: the file pays {}, the ledger holds {arrived}", fact.trace_number, fact.amount),
                );
            }
            let left = unapplied.get(&fact.id).copied().unwrap_or_default();
            if fact.is_fully_posted && !left.is_zero() {
                self.breach("I07", format!("trace {}: {} is left unapplied", fact.trace_number, -left));
            }
            let mut stated: BTreeMap<ChargeId, Money> = BTreeMap::new();
            for line in &fact.lines {
                *stated.entry(line.charge_id).or_default() += line.paid;
            }
            for (charge_id, paid) in stated {
                let posted = placed.remove(&(fact.id, charge_id)).unwrap_or_default();
                if posted != paid {
                    self.breach(
                        "I12",
                        format!(
                            "trace {} pays {paid} on charge {charge_id}, the ledger has {posted}",
                            fact.trace_number
                        ),
                    );
                }
            }
        }
        for ((_, charge_id), amount) in placed {
            if !amount.is_zero() {
                self.breach("I12", format!("charge {charge_id} shows {amount} from a remittance that does not say so"));
            }
        }
    }

    /// I11: no more of a patient's money is applied or refunded than was received.
    fn patient_money(&mut self, books: &Books) {
        let mut unapplied: BTreeMap<PatientId, Money> = BTreeMap::new();
        for entry in entries(books).filter(|e| e.account == Account::Unapplied && e.remittance.is_none()) {
            if let Some(patient_id) = entry.patient {
                *unapplied.entry(patient_id).or_default() += entry.amount;
            }
        }
        for (patient_id, balance) in unapplied.into_iter().filter(|(_, balance)| balance.is_positive()) {
            self.breach("I11", format!("patient {patient_id}: {balance} more applied or refunded than received"));
        }
    }

    /// I12: a patient's receivable is never negative; an insurer's only until its credit is recognised,
    /// so none may remain negative here. I06: transfers touch only receivables of one charge.
    fn buckets(&mut self, books: &Books) {
        let mut open: BTreeMap<(ChargeId, Account, Option<PayerSequence>), Money> = BTreeMap::new();
        for entry in entries(books).filter(|e| e.account.is_receivable()) {
            if let Some(charge_id) = entry.charge {
                *open.entry((charge_id, entry.account, entry.sequence)).or_default() += entry.amount;
            }
        }
        for ((charge_id, account, _), amount) in open {
            if amount.is_negative() {
                self.breach("I12", format!("charge {charge_id}: {} is negative ({amount})", account.label()));
            }
        }
        for recorded in books.journal.iter().filter(|r| r.transaction.kind == TransactionKind::Transfer) {
            let mut charges: Vec<_> = recorded.transaction.entries.iter().map(|e| e.charge).collect();
            charges.dedup();
            let stays = recorded.transaction.entries.iter().all(|e| e.account.is_receivable());
            if charges.len() != 1 || !stays {
                self.breach("I06", format!("transfer {} leaves the receivables of one charge", recorded.number));
            }
        }
    }
}

#[derive(Default)]
struct LineTotals {
    charged: Money,
    paid: Money,
    /// The part of `paid` that came with remittances.
    insurer_paid: Money,
    adjusted: Money,
    contractual: Money,
    credited: Money,
    open: Money,
}

impl LineTotals {
    fn add(&mut self, entry: &Entry) {
        match entry.account {
            Account::Charges => self.charged -= entry.amount,
            Account::Unapplied => {
                self.paid += entry.amount;
                if entry.remittance.is_some() {
                    self.insurer_paid += entry.amount;
                }
            }
            Account::CreditBalance => self.credited += entry.amount,
            account if account.is_receivable() => self.open += entry.amount,
            account if account.is_adjustment() => {
                self.adjusted += entry.amount;
                if account == Account::Contractual {
                    self.contractual += entry.amount;
                }
            }
            _ => {}
        }
    }
}
