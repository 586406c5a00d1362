//! `superbill codes update`: fetch the editions that are due, and say how to get those a person must fetch.

use std::{io::Read as _, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use codes::import::{Access, Options, Publication, SOURCES, due, unpack};
use jiff::civil::Date;

use super::{shelf::Shelf, take::take};
use crate::{
    input::{self, Outcome, line, today},
    place::Place,
};

/// Larger than any official file.
const BYTES_MAX: u64 = 512 * 1024 * 1024;
/// A site that does not answer must not hold up the rest.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// Fetch the official files that are due and take them in.
///
/// A file behind a licence page is not fetched: its page, its name and the command that imports it are printed.
#[derive(Args)]
pub struct Update {
    /// Only these tables.
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    /// Another table of addresses, in the layout of the shipped one.
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// Say what would be fetched, and fetch nothing.
    #[arg(long)]
    dry_run: bool,
    /// Ask as on this day.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[command(flatten)]
    place: Place,
}

impl Update {
    pub fn run(self) -> Result<Outcome> {
        let (name, text) = match &self.sources {
            Some(path) => (input::name(path), String::from_utf8(input::read(path)?).context("the table is no text")?),
            None => ("sources.tsv".to_owned(), SOURCES.to_owned()),
        };
        let publications = due(&name, &text, self.on.unwrap_or_else(today))?;
        let known: Vec<&str> = publications.iter().map(|p| p.system.as_str()).collect();
        if let Some(unknown) = self.tables.iter().find(|table| !known.contains(&table.as_str())) {
            bail!("no address is known for {unknown}; there are addresses for {}", known.join(", "));
        }
        let shelf = Shelf::of(&self.place)?;
        let mut is_open = false;
        for publication in &publications {
            if self.tables.is_empty() || self.tables.contains(&publication.system) {
                is_open |= !self.one(&shelf, publication)?;
            }
        }
        Ok(Outcome::found(is_open))
    }

    /// True when the table is as new as the calendar wants it.
    fn one(&self, shelf: &Shelf, publication: &Publication) -> Result<bool> {
        let Publication { system, edition, .. } = publication;
        let packs = shelf.packs()?;
        if packs.iter().any(|pack| pack.system == *system && pack.edition >= *edition) {
            line(format!("{system}: the edition of {edition} is in"))?;
            return Ok(true);
        }
        if publication.access == Access::Licence {
            by_hand(publication, "its publisher asks for a licence click")?;
            return Ok(false);
        }
        if self.dry_run {
            line(format!("{system}: the edition of {edition} is due; would fetch {}", publication.address))?;
            return Ok(false);
        }
        let bytes = match fetch(&publication.address) {
            Ok(bytes) => bytes,
            Err(error) => {
                by_hand(publication, &format!("{error:#}"))?;
                return Ok(false);
            }
        };
        let taken = unpack(publication.file(), &bytes)
            .map_err(anyhow::Error::from)
            .and_then(|members| take(shelf, &members, &Options::default()));
        match taken {
            Ok(report) => {
                line(format!("{system}: fetched {}", publication.address))?;
                report.print()?;
                Ok(true)
            }
            Err(error) => {
                by_hand(publication, &format!("what came from there is refused: {error:#}"))?;
                Ok(false)
            }
        }
    }
}

/// What a person does where the program cannot.
fn by_hand(publication: &Publication, why: &str) -> Result<()> {
    let Publication { system, edition, address, page, .. } = publication;
    let file = publication.file();
    line(format!("{system}: the edition of {edition} is due; {why}"))?;
    line(format!("  page    {page}"))?;
    line(format!("  file    {file}  ({address})"))?;
    line(format!("  then    superbill codes import {file}"))
}

fn fetch(address: &str) -> Result<Vec<u8>> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(ANSWER_WITHIN)).build().into();
    let mut answer = agent.get(address).call().with_context(|| format!("{address} does not give it"))?;
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") {
        bail!("{address} shows a page instead of the file");
    }
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().take(BYTES_MAX + 1).read_to_end(&mut bytes).context("the connection broke")?;
    if bytes.len() as u64 > BYTES_MAX {
        bail!("{address} is larger than {} MiB", BYTES_MAX >> 20);
    }
    Ok(bytes)
}
