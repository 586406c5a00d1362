//! `superbill x12 validate`.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use x12::{Finding, Options, Overlay, Report, ZipCodes};

use super::lists::LibraryLists;
use super::sarif::Sarif;
use super::source::{of_output, open};
use crate::input::{Outcome, json, line, name};
use crate::place::Place;

#[derive(Args)]
pub struct Validate {
    /// X12 files; `-` for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Highest SNIP level checked.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
    snip: u8,
    /// Rules of a payer beyond the guides (SNIP 7), a TOML file; may be given several times.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// How many digits ZIP codes need where the guides want nine: 5 takes both, 9 makes five an error. Five digits are
    /// a warning when absent.
    #[arg(long, value_parser = ["5", "9"])]
    zip: Option<String>,
    /// The day the file is judged on, CCYYMMDD; services after it are findings. Not asked when absent.
    #[arg(long)]
    on: Option<String>,
    /// JSON is one line a finding; SARIF is for code scanning tools.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Leave the values met out of the output.
    #[arg(long)]
    redact: bool,
    /// Threads that judge transaction sets side by side; 0 for one a core. Each holds some megabytes of the file.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, pointing into the file.
    #[default]
    Text,
    /// One line a finding.
    Json,
    /// One SARIF 2.1.0 log.
    Sarif,
}

#[derive(serde::Serialize)]
struct WithFile<'a> {
    file: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
}

impl Validate {
    pub fn run(self) -> Result<Outcome> {
        let (mut found, mut unreadable) = (0_usize, 0_usize);
        let options = self.options()?;
        let lists = LibraryLists::of(&self.place)?;
        let mut sarif = Sarif::default();
        if self.format == Format::Sarif {
            sarif.begin()?;
        }
        for path in &self.files {
            let mut count = 0_usize;
            let report = self.file(path, &options, &lists, &mut sarif, &mut count)?;
            found += count;
            let shown = name(path);
            if let Some(error) = &report.unreadable {
                eprintln!("superbill: {shown}: {error}");
                unreadable += 1;
            } else if self.format == Format::Text {
                line(format!("{shown}: {}{}", verdict(count, self.snip), not_checked(&report)))?;
            }
        }
        if self.format == Format::Sarif {
            sarif.finish()?;
        }
        if unreadable > 0 {
            bail!("{unreadable} of {} files cannot be read as X12", self.files.len());
        }
        Ok(Outcome::found(found > 0))
    }

    fn options(&self) -> Result<Options> {
        let zip = match self.zip.as_deref() {
            Some("5") => ZipCodes::Five,
            Some(_) => ZipCodes::Nine,
            None => ZipCodes::Warn,
        };
        let overlays = self.overlay.iter().map(|path| overlay(path).map(Arc::new)).collect::<Result<_>>()?;
        Ok(Options { snip: self.snip, on: self.on.clone(), zip, overlays })
    }

    fn file(
        &self,
        path: &Path,
        options: &Options,
        lists: &LibraryLists,
        sarif: &mut Sarif,
        count: &mut usize,
    ) -> Result<Report> {
        let shown = name(path);
        let mut give = |mut finding: Finding| -> io::Result<()> {
            *count += 1;
            if self.redact {
                finding.value.clear();
                // A message may quote what it is about.
                finding.message = x12::explain(&finding.rule).map_or("", |rule| rule.title).to_owned();
            }
            let printed = match self.format {
                Format::Text if self.redact => {
                    line(format!("{}:{} {} {}", shown, finding.offset, finding.path, finding.rule))
                }
                Format::Text => line(x12::render_text(&shown, &finding)),
                Format::Json => json(&WithFile { file: &shown, finding: &finding }),
                Format::Sarif => sarif.add(&shown, &finding),
            };
            printed.map_err(of_output)
        };
        let jobs = NonZeroUsize::new(self.jobs).map_or_else(thread::available_parallelism, Ok)?;
        Ok(x12::validate_each_parallel(open(path)?, options, lists, jobs, &mut give)?)
    }
}

/// Reads the rules of a payer.
///
/// # Errors
/// Names the file, and the line and column that is not understood.
pub fn overlay(path: &Path) -> Result<Overlay> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Overlay::parse(&text).with_context(|| path.display().to_string())
}

fn verdict(count: usize, snip: u8) -> String {
    match count {
        0 => format!("no findings up to SNIP {snip}"),
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    }
}

/// Which lists could not decide about every code.
fn not_checked(report: &Report) -> String {
    if report.unchecked.is_empty() {
        return String::new();
    }
    format!("; not all codes checked of {}", report.unchecked.join(", "))
}
