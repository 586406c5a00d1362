//! `superbill ledger`: the proof of the books, the trial balance and what is open by age.

use anyhow::Result;
use claim::Money;
use clap::Subcommand;
use cycle::{
    CycleError,
    proof::{self, Aged, LineProof},
};
use jiff::civil::Date;
use ledger::{Account, Aging, Proof};
use serde::Serialize;
use store::{Db, Scope, client::Client};

use crate::{
    client::one_or_all,
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

#[derive(Subcommand)]
pub enum Ledger {
    /// Compare the journal with the charges on record and the remittances as received.
    Verify {
        /// Code of one client; every client when absent.
        #[arg(long, value_name = "CODE")]
        client: Option<String>,
        #[command(flatten)]
        place: Place,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// What stands on each account, and what is open by age.
    Balance {
        /// As of this day; today when absent.
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// Code of one client; every client when absent.
        #[arg(long, value_name = "CODE")]
        client: Option<String>,
        #[command(flatten)]
        place: Place,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// The proof of a client's books.
#[derive(Serialize)]
pub struct Verdict {
    client: String,
    #[serde(skip)]
    name: String,
    holds: bool,
    proof: Proof,
    lines: usize,
    sums: Sums,
    broken_lines: Vec<LineProof>,
}

/// What became of all charges; `charged` is the sum of the others.
#[derive(Default, Serialize)]
struct Sums {
    charged: Money,
    insurer_paid: Money,
    patient_paid: Money,
    adjusted: Money,
    credited: Money,
    open: Money,
}

#[derive(Serialize)]
struct Balance {
    client: String,
    #[serde(skip)]
    name: String,
    as_of: Date,
    accounts: Vec<Standing>,
    #[serde(flatten)]
    aged: Aged,
}

#[derive(Serialize)]
struct Standing {
    account: Account,
    label: &'static str,
    amount: Money,
}

impl Ledger {
    pub fn run(self) -> Result<Outcome> {
        match self {
            Self::Verify { client, place, format } => {
                let (db, _) = place.open()?;
                verify(&db, client.as_deref(), format)
            }
            Self::Balance { as_of, client, place, format } => {
                let (db, _) = place.open()?;
                for client in one_or_all(&db, client.as_deref())? {
                    let balance = balance(&db, &client, as_of)?;
                    match format {
                        Format::Json => json(&balance)?,
                        Format::Text => balance.print()?,
                    }
                }
                Ok(Outcome::Done)
            }
        }
    }
}

fn verify(db: &Db, client: Option<&str>, format: Format) -> Result<Outcome> {
    let mut is_broken = false;
    for client in one_or_all(db, client)? {
        let verdict = prove(db, &client)?;
        is_broken |= !verdict.holds;
        match format {
            Format::Json => json(&verdict)?,
            Format::Text => verdict.print()?,
        }
    }
    Ok(Outcome::found(is_broken))
}

/// Proves the books of a client.
///
/// # Errors
/// When the store refuses; books that do not hold are a verdict.
pub fn prove(db: &Db, client: &Client) -> Result<Verdict, CycleError> {
    db.read(&CLI, Scope::One(client.id), |tx| {
        let (proof, lines) = (proof::prove(tx)?, proof::lines(tx)?);
        let mut sums = Sums::default();
        for line in &lines {
            sums.charged += line.charge;
            sums.insurer_paid += line.insurer_paid;
            sums.patient_paid += line.patient_paid;
            sums.adjusted += line.adjusted;
            sums.credited += line.credited;
            sums.open += line.open;
        }
        let count = lines.len();
        let broken_lines: Vec<LineProof> = lines.into_iter().filter(|line| !line.holds()).collect();
        Ok(Verdict {
            client: client.code.clone(),
            name: client.name.clone(),
            holds: proof.holds() && broken_lines.is_empty(),
            proof,
            lines: count,
            sums,
            broken_lines,
        })
    })
}

impl Verdict {
    /// Everything that does not hold, in words.
    pub fn breaches(&self) -> Vec<String> {
        let lines = self.broken_lines.iter().map(|broken| {
            let LineProof { charge_id, charge, insurer_paid, patient_paid, adjusted, credited, open, .. } = broken;
            let place = broken.claim.as_ref().map_or_else(
                || format!("charge {charge_id}"),
                |(_, number, line)| format!("claim {number} line {line}"),
            );
            format!(
                "{place}: {charge} charged, but insurers paid {insurer_paid} + patients paid {patient_paid} + adjusted \
                 {adjusted} + credits {credited} + open {open}"
            )
        });
        let breaches = self.proof.breaches.iter().map(|breach| format!("{}: {}", breach.invariant, breach.message));
        breaches.chain(lines).collect()
    }

    fn print(&self) -> Result<()> {
        let Proof { transactions, charges, remittances, trial_balance, .. } = &self.proof;
        let Sums { charged, insurer_paid, patient_paid, adjusted, credited, open } = &self.sums;
        let word = if self.holds { "the books hold" } else { "the books do not hold" };
        line(format!("{} {}: {word}", self.client, self.name))?;
        line(format!("  {transactions} transactions, {charges} charges, {remittances} remittances compared"))?;
        line(format!("  trial balance {trial_balance}"))?;
        line(format!(
            "  {} lines: {charged} charged = {insurer_paid} insurers paid + {patient_paid} patients paid + {adjusted} \
             adjusted + {credited} credits + {open} open",
            self.lines
        ))?;
        for breach in self.breaches() {
            line(format!("  breach {breach}"))?;
        }
        Ok(())
    }
}

fn balance(db: &Db, client: &Client, as_of: Option<Date>) -> Result<Balance, CycleError> {
    db.read(&CLI, Scope::One(client.id), |tx| {
        let as_of = as_of.unwrap_or_else(|| tx.today());
        let standing = |(account, amount): (Account, Money)| Standing { account, label: account.label(), amount };
        Ok(Balance {
            client: client.code.clone(),
            name: client.name.clone(),
            as_of,
            accounts: store::ledger::trial_balance(tx, as_of)?.into_iter().map(standing).collect(),
            aged: proof::aging(tx, as_of)?,
        })
    })
}

impl Balance {
    fn print(&self) -> Result<()> {
        line(format!("{} {} as of {}", self.client, self.name, self.as_of))?;
        for Standing { label, amount, .. } in &self.accounts {
            line(format!("  {label:<34}{:>14}", amount.to_string()))?;
        }
        let sum: Money = self.accounts.iter().map(|standing| standing.amount).sum();
        line(format!("  {:<34}{:>14}", "sum of all accounts", sum.to_string()))?;
        line(format!("  {:<16}{:>16}{:>16}", "open by days", "insurers", "patients"))?;
        let Aged { insurance, patient } = &self.aged;
        for (label, (insurer, patient)) in Aging::LABELS.iter().zip(insurance.buckets.iter().zip(&patient.buckets)) {
            row(label, *insurer, *patient)?;
        }
        row("credits", insurance.credits, patient.credits)?;
        row("together", insurance.net(), patient.net())
    }
}

fn row(label: &str, insurer: Money, patient: Money) -> Result<()> {
    line(format!("  {label:<16}{:>16}{:>16}", insurer.to_string(), patient.to_string()))
}
