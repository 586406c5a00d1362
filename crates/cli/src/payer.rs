//! `superbill payer`: the insurers an installation bills.

use anyhow::{Result, bail};
use claim::{Address, Payer, PayerKind};
use clap::{Args, Subcommand};
use store::{Db, Scope};

use crate::{
    client,
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

/// Kinds of insurance as the command line names them.
const KINDS: [(&str, PayerKind); 8] = [
    ("medicare-b", PayerKind::MedicareB),
    ("ppo", PayerKind::Ppo),
    ("hmo", PayerKind::Hmo),
    ("commercial", PayerKind::Commercial),
    ("medicare-supplement", PayerKind::MedicareSupplement),
    ("medicaid", PayerKind::Medicaid),
    ("workers-compensation", PayerKind::WorkersCompensation),
    ("auto", PayerKind::Auto),
];

#[derive(Args)]
pub struct Payers {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Every payer.
    List {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Add a payer.
    Add(Box<Add>),
}

#[derive(Args)]
struct Add {
    /// The identifier that claims carry.
    number: String,
    #[arg(long)]
    name: String,
    /// medicare-b, ppo, hmo, commercial, medicare-supplement, medicaid, workers-compensation or auto.
    #[arg(long, value_parser = kind)]
    kind: PayerKind,
    /// Claims address: "PO Box 9, Springfield, IL 62701".
    #[arg(long, value_parser = client::address)]
    address: Address,
    /// Days from service to the last filing day.
    #[arg(long, default_value_t = 365)]
    filing_days: u16,
    /// Days from remittance to the last appeal day.
    #[arg(long, default_value_t = 120)]
    appeal_days: u16,
    /// It takes no corrected claims (frequency 7), as Medicare Part B does not.
    #[arg(long)]
    no_replacement: bool,
}

impl Payers {
    pub fn run(self) -> Result<Outcome> {
        let (db, _) = self.place.open()?;
        match self.action {
            Action::List { format } => list(&db, format)?,
            Action::Add(add) => add.run(&db)?,
        }
        Ok(Outcome::Done)
    }
}

impl Add {
    fn run(self, db: &Db) -> Result<()> {
        let number = self.number.trim();
        let is_fit = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !(2..=15).contains(&number.len()) || !number.chars().all(is_fit) {
            bail!("a payer's identifier has 2 to 15 letters, digits or hyphens; this is “{number}”");
        }
        db.write(&CLI, Scope::Installation, |tx| {
            if let Some(there) = store::payer::by_number(tx, number)? {
                bail!("payer {number} is {} already: nothing was changed", there.name);
            }
            let payer = Payer {
                id: tx.new_id()?,
                name: self.name.trim().to_owned(),
                payer_number: number.to_owned(),
                kind: self.kind,
                address: self.address.clone(),
                filing_limit_days: self.filing_days,
                appeal_limit_days: self.appeal_days,
                accepts_replacement: !self.no_replacement && self.kind != PayerKind::MedicareB,
            };
            Ok(store::payer::put(tx, &payer)?)
        })?;
        line(format!("Payer {number} was added: {}.", self.name.trim()))
    }
}

fn list(db: &Db, format: Format) -> Result<()> {
    let payers = db.read(&CLI, Scope::Installation, store::payer::list)?;
    if format == Format::Json {
        return json(&payers);
    }
    if payers.is_empty() {
        return line("There is no payer yet: superbill payer add NUMBER … makes one.");
    }
    for payer in &payers {
        let Payer { payer_number, name, filing_limit_days, appeal_limit_days, .. } = payer;
        let kind = KINDS.iter().find(|(_, kind)| *kind == payer.kind).map_or("", |(word, _)| word);
        line(format!(
            "{payer_number}: {name}, {kind}; file in {filing_limit_days} days, appeal in {appeal_limit_days}"
        ))?;
    }
    Ok(())
}

pub fn kind(text: &str) -> Result<PayerKind, String> {
    let all = || KINDS.map(|(word, _)| word).join(", ");
    let found = KINDS.iter().find(|(word, _)| *word == text);
    found.map(|(_, kind)| *kind).ok_or_else(|| format!("expected one of {}", all()))
}
