//! `superbill scrub`: the edits of the billing side over an 837 file.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use claim::{Cleanliness, Finding, Verdict};
use clap::Args;
use edit::Context;
use jiff::civil::Date;
use serde::Serialize;

use crate::input::{Format, Outcome, json, line, name, read, today};
use crate::place::Place;

#[derive(Args)]
pub struct Scrub {
    /// An 837P file; `-` for standard input.
    file: PathBuf,
    /// The day the claims would be sent; today when absent.
    #[arg(long)]
    on: Option<Date>,
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
struct ScrubbedClaim<'a> {
    control_number: &'a str,
    cleanliness: Cleanliness,
    findings: &'a [Finding],
}

impl Scrub {
    pub fn run(self) -> Result<Outcome> {
        let bytes = read(&self.file)?;
        let batches = exchange::read_837p(&bytes).with_context(|| name(&self.file))?;
        let library = crate::codes::library_for(&self.place, self.tables.as_deref())?;
        let context = Context::new(self.on.unwrap_or_else(today));
        let (mut count, mut held, mut refused) = (0usize, 0usize, 0usize);
        for batch in &batches {
            for received in &batch.claims {
                let claim = &received.claim;
                let findings = edit::check(claim, &context, &library);
                let cleanliness = Cleanliness::of(&findings);
                count += 1;
                held += usize::from(cleanliness == Cleanliness::Held);
                if self.format == Format::Json {
                    json(&ScrubbedClaim { control_number: &claim.control_number, cleanliness, findings: &findings })?;
                } else {
                    print(&claim.control_number, cleanliness, &findings)?;
                }
            }
            for claim in &batch.refused {
                refused += 1;
                line(format!("{} cannot be read: {}", name(&self.file), claim.error))?;
            }
        }
        if self.format == Format::Text {
            line(format!("{count} claims, {held} held, {refused} unreadable"))?;
        }
        Ok(Outcome::found(held + refused > 0))
    }
}

fn print(control_number: &str, cleanliness: Cleanliness, findings: &[Finding]) -> Result<()> {
    let word = match cleanliness {
        Cleanliness::Held => "held",
        Cleanliness::CleanAsFarAsChecked => "clean as far as checked",
        Cleanliness::Clean => "clean",
    };
    line(format!("{control_number}: {word}"))?;
    for finding in findings.iter().filter(|f| f.verdict != Verdict::Pass) {
        let mark = match finding.verdict {
            Verdict::Fail if finding.holds() => "error",
            Verdict::Fail => "warning",
            Verdict::Bypassed => "bypassed",
            Verdict::Unchecked => "unchecked",
            Verdict::Pass => "pass",
        };
        let place = finding.line.map_or_else(String::new, |n| format!("line {n}, "));
        line(format!("  {mark} {} {place}{}: {}", finding.id, finding.field, finding.message))?;
        line(format!("      {} \u{b7} {}", finding.owner.label(), finding.citation))?;
    }
    Ok(())
}
