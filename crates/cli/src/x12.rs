//! `superbill x12`: validate, answer, show, change and make files.

mod answer;
mod convert;
mod inspect;
pub mod lists;
mod make;
mod sarif;
mod source;
mod validate;

use anyhow::Result;
use clap::Subcommand;

use crate::input::Outcome;

#[derive(Subcommand)]
pub enum X12 {
    /// Check files against their implementation guides; findings point into the file.
    Validate(validate::Validate),
    /// Answer a file with TA1, 999 and 277CA.
    Ack(answer::Ack),
    /// Show a file as JSON, a claim a line, or its service lines as CSV.
    Json(convert::Json),
    /// Write a file from its JSON.
    FromJson(convert::FromJson),
    /// Lay a file out: a segment a line, indented by loop, or without line ends.
    Fmt(convert::Fmt),
    /// Mask people: names, identifiers, addresses, days of birth, free text.
    Redact(convert::Redact),
    /// Split a file into several, each with envelopes of its own.
    Split(convert::Split),
    /// What a file holds: interchanges, groups, transaction sets.
    Info(inspect::Info),
    /// What two files say differently, claim by claim.
    Diff(inspect::Diff),
    /// Add up claims and payments.
    Balance(inspect::Balance),
    /// Join claims with their payments or their acknowledgements.
    Match(inspect::Match),
    /// Explain a rule.
    Explain(inspect::Explain),
    /// Make an invented file, with planted defects when asked.
    Gen(make::Gen),
}

impl X12 {
    pub fn run(self) -> Result<Outcome> {
        match self {
            Self::Validate(command) => command.run(),
            Self::Ack(command) => command.run(),
            Self::Json(command) => command.run(),
            Self::FromJson(command) => command.run(),
            Self::Fmt(command) => command.run(),
            Self::Redact(command) => command.run(),
            Self::Split(command) => command.run(),
            Self::Info(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Balance(command) => command.run(),
            Self::Match(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Gen(command) => command.run(),
        }
    }
}
