//! `superbill x12 gen`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use x12::{FileKind, Plan, Truth};

use super::source::open;
use crate::input::{Outcome, line};

#[derive(Args)]
pub struct Gen {
    #[arg(value_enum)]
    kind: Kind,
    /// Claims in all.
    #[arg(long, default_value_t = 100)]
    claims: u32,
    /// Megabytes in all, about, instead of a number of claims.
    #[arg(long, conflicts_with = "claims", value_parser = clap::value_parser!(u32).range(1..=2_000))]
    mb: Option<u32>,
    /// Claims in a transaction set.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    per_transaction: u32,
    /// Of 1,000 claims, how many get a defect.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000))]
    defects: u32,
    /// The same seed makes the same file.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write; standard output when absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// Judge the file that was written, and say whether every planted defect is found and nothing else.
    #[arg(long, requires = "out")]
    prove: bool,
    /// Where to write the truth: counts and every planted defect, as JSON.
    #[arg(long)]
    truth: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    #[value(name = "837p")]
    Professional,
    #[value(name = "837i")]
    Institutional,
    #[value(name = "835")]
    Remittance,
}

impl Gen {
    pub fn run(self) -> Result<Outcome> {
        let kind = match self.kind {
            Kind::Professional => FileKind::Professional,
            Kind::Institutional => FileKind::Institutional,
            Kind::Remittance => FileKind::Remittance,
        };
        let plan = Plan {
            kind,
            claims: self.mb.map_or(Ok(self.claims), |mb| claims_of(kind, mb))?,
            per_transaction: self.per_transaction,
            defects_per_mille: self.defects,
            seed: self.seed,
        };
        let truth = match &self.out {
            Some(path) => {
                let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
                x12::generate(&plan, BufWriter::new(file))?
            }
            None => x12::generate(&plan, BufWriter::new(std::io::stdout().lock()))?,
        };
        if let Some(path) = &self.truth {
            std::fs::write(path, serde_json::to_vec_pretty(&truth)?)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        match &self.out {
            Some(path) if self.prove => prove(path, &truth),
            _ => Ok(Outcome::Done),
        }
    }
}

/// Claims measured to tell how many make a megabyte.
const MEASURED: u32 = 1_000;

/// About how many claims make so many megabytes.
fn claims_of(kind: FileKind, mb: u32) -> Result<u32> {
    let made = x12::generate(&Plan::new(kind, MEASURED), std::io::sink())?;
    let claims = u64::from(mb) * 1_000_000 * u64::from(MEASURED) / made.bytes.max(1);
    Ok(u32::try_from(claims)?)
}

/// Transaction set, claim, rule, segment and element of a defect.
type Key = (String, String, String, String, String);

/// Judges a file in flat memory and compares what is found with what was planted.
fn prove(path: &Path, truth: &Truth) -> Result<Outcome> {
    let mut missed: BTreeSet<Key> = truth
        .defects
        .iter()
        .map(|one| {
            let element = one.element.unwrap_or_default().to_owned();
            (one.transaction.clone(), one.claim.clone(), one.rule.to_owned(), one.segment.to_owned(), element)
        })
        .collect();
    let planted = missed.len();
    let mut surplus = 0_u64;
    let options = x12::Options::default();
    x12::validate_each(open(path)?, &options, &x12::NoLists, |finding| {
        let transaction = finding.transaction.unwrap_or_default();
        let element = finding.element.unwrap_or_default();
        let key = (transaction, finding.place.claim, finding.rule.into_owned(), finding.segment, element);
        surplus += u64::from(!missed.remove(&key));
        Ok(())
    })?;
    let found = planted - missed.len();
    line(format!(
        "{} bytes, {} claims: {found} of {planted} planted defects found, {surplus} other findings",
        truth.bytes, truth.claims
    ))?;
    Ok(Outcome::found(found < planted || surplus > 0))
}
