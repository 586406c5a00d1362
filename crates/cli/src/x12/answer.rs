//! `superbill x12 ack`.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use x12::Event;
use x12::ack::{Kind, RespondError, respond};
use x12::write::Envelope;

use super::lists::LibraryLists;
use super::source::{Sink, of_file, peek, scratch};
use super::validate::overlay;
use crate::input::{Outcome, name, today};
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
        let (head, source) = peek(&self.file)?;
        let isa = first_isa(&head).with_context(|| name(&self.file))?;
        let overlays = self.overlay.iter().map(|path| overlay(path).map(Arc::new)).collect::<Result<_>>()?;
        let options = x12::Options { on: self.on.clone(), overlays, ..x12::Options::default() };
        let day = self.on.clone().unwrap_or_else(|| today().strftime("%Y%m%d").to_string());
        let [receiver_qualifier, receiver, sender_qualifier, sender, usage] = isa.each_ref().map(String::as_str);
        let mut reply = Envelope::new(sender, receiver, (&day, "0000"), self.control);
        (reply.sender_qualifier, reply.receiver_qualifier) = (sender_qualifier, receiver_qualifier);
        reply.usage = usage.chars().next().unwrap_or('T');
        let kinds = [(self.ta1, Kind::Ta1), (self.f999, Kind::F999), (self.f277ca, Kind::F277ca)];
        let is_all = kinds.iter().all(|(is_asked, _)| !is_asked);
        let asked: Vec<Kind> =
            kinds.iter().filter(|(is_asked, _)| *is_asked || is_all).map(|(_, kind)| *kind).collect();
        let lists = LibraryLists::of(&self.place)?;
        let mut sink = Sink::new(self.out.as_deref())?;
        let source = head.as_slice().chain(source);
        let done = match respond(source, (&options, &lists), &asked, &reply, scratch, &mut sink) {
            Err(RespondError::Stream(error)) => of_file(Err(error), &self.file),
            other => Ok(other?),
        }?;
        if let Some(error) = done.unreadable {
            bail!("{}: {error}", name(&self.file));
        }
        sink.finish()?;
        Ok(Outcome::found(!done.is_valid))
    }
}

/// Who sent the first interchange to whom, and whether as a test: ISA05 to ISA08 and ISA15.
fn first_isa(head: &[u8]) -> Result<[String; 5]> {
    let mut reader = x12::Reader::new(head);
    match reader.next_event()? {
        Event::Interchange(isa) => Ok([5, 6, 7, 8, 15].map(|element| isa.el(element).trim().to_owned())),
        Event::Broken(error) => Err(error.into()),
        _ => bail!("byte 0: the file is empty"),
    }
}
