//! `superbill price`: what Medicare's fee schedule allows for an 837 file, step by step.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use price::{Contract, LineExpectation};
use serde::Serialize;

use crate::input::{Format, Outcome, json, line, name, read, today};
use crate::place::Place;

#[derive(Args)]
pub struct Price {
    /// An 837P file; `-` for standard input.
    file: PathBuf,
    /// Share of Medicare in per cent.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    percent_of_medicare: u32,
    /// A folder of official files to stand on in place of our starter pairs, limits, prices and policies. They are
    /// imported once; what they do not answer is not checked.
    #[arg(long, value_name = "DIR")]
    tables: Option<PathBuf>,
    /// JSON is one line a claim.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct PricedClaim<'a> {
    control_number: &'a str,
    lines: Vec<LineExpectation>,
}

impl Price {
    pub fn run(self) -> Result<Outcome> {
        let bytes = read(&self.file)?;
        let batches = exchange::read_837p(&bytes).with_context(|| name(&self.file))?;
        let library = crate::codes::library_for(&self.place, self.tables.as_deref())?;
        let mut unpriced = false;
        for received in batches.iter().flat_map(|batch| &batch.claims) {
            let claim = &received.claim;
            let from = claim.first_day().unwrap_or_else(today);
            let basis_points = self.percent_of_medicare.saturating_mul(100);
            let contract = Contract::percent_of_medicare("Medicare fee schedule", from, basis_points);
            let lines = price::expected(claim, &contract, &library);
            unpriced |= lines.iter().any(|l| l.allowed.is_none());
            if self.format == Format::Json {
                json(&PricedClaim { control_number: &claim.control_number, lines })?;
            } else {
                line(format!("{} charged {}", claim.control_number, claim.charge()))?;
                for (priced, billed) in lines.iter().zip(&claim.lines) {
                    let allowed = priced.allowed.map_or_else(|| "no price".to_owned(), |a| a.to_string());
                    line(format!(
                        "  {} {} charged {}, allowed {allowed}",
                        priced.line, billed.procedure, billed.charge
                    ))?;
                    for step in &priced.steps {
                        line(format!("      {}: {} [{}]", step.rule, step.amount, step.citation))?;
                    }
                }
            }
        }
        Ok(Outcome::found(unpriced))
    }
}
