//! `superbill x12 ack`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use x12::write::Envelope;

use super::lists::LibraryLists;
use super::source::write;
use super::validate::overlay;
use crate::input::{Outcome, name, read, today};
use crate::place::Place;

#[derive(Args)]
pub struct Ack {
    /// The file to answer; `-` for standard input.
    file: PathBuf,
    /// Write the interchange answer.
    #[arg(long)]
    ta1: bool,
    /// Write the answer to groups, transaction sets, segments and elements.
    #[arg(long = "999")]
    f999: bool,
    /// Write the answer to claims.
    #[arg(long = "277ca")]
    f277ca: bool,
    /// Number of the first answering interchange and group; the others follow it.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=999_999_990))]
    control: u32,
    /// Rules of a payer that its claims are answered by too, a TOML file; may be given several times.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// The day of the answer, CCYYMMDD; today when absent.
    #[arg(long)]
    on: Option<String>,
    /// Where to write; standard output when absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Ack {
    /// Writes the answers asked for one after another, each an interchange of its own; all when none is named.
    pub fn run(self) -> Result<Outcome> {
        let bytes = read(&self.file)?;
        let overlays = self.overlay.iter().map(|path| overlay(path).map(Arc::new)).collect::<Result<_>>()?;
        let options = x12::Options { on: self.on.clone(), overlays, ..x12::Options::default() };
        let report = x12::validate_with(&bytes, &options, &LibraryLists::of(&self.place)?);
        if let Some(error) = &report.unreadable {
            bail!("{}: {error}", name(&self.file));
        }
        let interchanges = x12::read(&bytes).with_context(|| name(&self.file))?;
        let isa = interchanges.first().map(|one| one.isa).context("the file holds no interchange")?;
        let day = self.on.clone().unwrap_or_else(|| today().strftime("%Y%m%d").to_string());
        let (sender, receiver) = (isa.el(8).trim(), isa.el(6).trim());
        let mut reply = Envelope::new(sender, receiver, (&day, "0000"), self.control);
        (reply.sender_qualifier, reply.receiver_qualifier) = (isa.el(7), isa.el(5));
        reply.usage = isa.el(15).chars().next().unwrap_or('T');
        let is_all = !(self.ta1 || self.f999 || self.f277ca);
        // Each answer is an interchange with the next number.
        let mut out = Vec::new();
        if self.ta1 || is_all {
            out.extend(x12::ack::ta1(&report, &reply)?);
            reply.interchange_control += 1;
        }
        if self.f999 || is_all {
            out.extend(x12::ack::f999(&report, &reply, reply.interchange_control)?.unwrap_or_default());
            reply.interchange_control += 1;
        }
        if self.f277ca || is_all {
            out.extend(x12::ack::f277ca(&bytes, &report, &reply, reply.interchange_control)?.unwrap_or_default());
        }
        write(self.out.as_deref(), &out)?;
        Ok(Outcome::found(!report.is_valid()))
    }
}
