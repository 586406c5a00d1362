//! `superbill x12 gen`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use x12::{FileKind, Plan};

use crate::input::Outcome;

#[derive(Args)]
pub struct Gen {
    #[arg(value_enum)]
    kind: Kind,
    /// Claims in all.
    #[arg(long, default_value_t = 100)]
    claims: u32,
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
            claims: self.claims,
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
        Ok(Outcome::Done)
    }
}
