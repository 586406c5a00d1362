//! The one executable, `superbill`: arguments in, library calls, text or JSON out.
//!
//! Exit status: 0 done, 1 findings, 2 cannot read or do.

mod adjudicate;
mod audit;
mod bench;
mod client;
mod code;
mod codes;
mod demo;
mod doctor;
mod group;
mod input;
mod ledger;
mod payer;
mod place;
mod post;
mod price;
mod ranking;
mod read;
mod scrub;
mod serve;
mod user;
mod vectors;
mod x12;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::input::Outcome;

/// From a clinical note to a paid claim.
#[derive(Parser)]
#[command(name = "superbill", version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Watch an invented billing company turn notes into paid claims, then use the application.
    Demo(demo::Demo),
    /// Serve the application.
    Serve(serve::Serve),
    /// Suggest codes for a note, each with its words and rules.
    Code(code::Code),
    /// Read a document from standard input within limits, for this program itself.
    #[command(hide = true)]
    Read(read::Read),
    /// Look into the code library.
    #[command(subcommand)]
    Codes(codes::Codes),
    /// Examine X12 files.
    #[command(subcommand)]
    X12(x12::X12),
    /// Examine the claims of an 837 file as the scrubber does before they are sent.
    Scrub(scrub::Scrub),
    /// Price the claims of an 837 file line by line, with every step.
    Price(price::Price),
    /// Group the hospital stays of an 837I file into MS-DRGs, with the reason of each step.
    Group(group::Group),
    /// Be the payer: answer 837 files with TA1, 999, 277CA and 835 files.
    Adjudicate(adjudicate::Adjudicate),
    /// Take in what payers sent: remittances into the books, acknowledgements and answers into the record.
    Post(post::Post),
    /// Prove the books, show balances.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Add and list the practices served, their clinicians and charges.
    Client(client::Clients),
    /// What coding learned from the decisions of a client's people, tested before it is used.
    Ranking(ranking::Rankings),
    /// Add and list the insurers billed.
    Payer(payer::Payers),
    /// Accounts, passwords and roles.
    User(user::Users),
    /// Answer rule vectors: levels, units, modifiers and guidelines against what each expects.
    Vectors(vectors::Vectors),
    /// Measure how fast it runs here.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// See whether the installation is well, and what to do where it is not.
    Doctor(doctor::Doctor),
    /// Prove that the audit log was not changed.
    #[command(subcommand)]
    Audit(audit::Audit),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Code(command) => command.run(),
        Command::Read(command) => command.run(),
        Command::Codes(command) => command.run(),
        Command::X12(command) => command.run(),
        Command::Scrub(command) => command.run(),
        Command::Price(command) => command.run(),
        Command::Group(command) => command.run(),
        Command::Adjudicate(command) => command.run(),
        Command::Post(command) => command.run(),
        Command::Ledger(command) => command.run(),
        Command::Client(command) => command.run(),
        Command::Ranking(command) => command.run(),
        Command::Payer(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Vectors(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Audit(command) => command.run(),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if input::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("superbill: {error:#}");
            ExitCode::from(2)
        }
    }
}
