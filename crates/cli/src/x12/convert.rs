//! `superbill x12 json`, `from-json`, `fmt`, `redact` and `split`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use x12::json::Document;

use super::source::{Sink, of_file, open};
use crate::input::{Outcome, line, name, read};

#[derive(Args)]
pub struct Json {
    /// An X12 file; `-` for standard input.
    file: PathBuf,
    /// One claim or payment a line, with what stands above it.
    #[arg(long, conflicts_with = "csv")]
    ndjson: bool,
    /// One service line a row.
    #[arg(long)]
    csv: bool,
}

impl Json {
    pub fn run(self) -> Result<Outcome> {
        let mut sink = Sink::new(None)?;
        if !self.ndjson && !self.csv {
            of_file(x12::json::write_document(open(&self.file)?, &mut sink), &self.file)?;
            sink.write_all(b"\n")?;
            sink.finish()?;
            return Ok(Outcome::Done);
        }
        let mut claims = x12::ClaimReader::new(open(&self.file)?);
        if self.csv {
            writeln!(sink, "{}", x12::csv_line(&x12::COLUMNS))?;
        }
        let mut out = Vec::new();
        while let Some(claim) = claims.next_claim()? {
            if self.ndjson {
                out.clear();
                claim.write_line(&mut out);
                out.push(b'\n');
                sink.write_all(&out)?;
            } else {
                x12::line_rows(&claim).iter().try_for_each(|row| writeln!(sink, "{}", x12::csv_line(row)))?;
            }
        }
        sink.finish()?;
        match claims.broken {
            Some(error) => Err(error).with_context(|| name(&self.file)),
            None => Ok(Outcome::Done),
        }
    }
}

#[derive(Args)]
pub struct FromJson {
    /// JSON as `x12 json` writes it; `-` for standard input.
    file: PathBuf,
    /// Where to write; standard output when absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
}

impl FromJson {
    pub fn run(self) -> Result<Outcome> {
        let document: Document = serde_json::from_slice(&read(&self.file)?).with_context(|| name(&self.file))?;
        let bytes = document.write().with_context(|| name(&self.file))?;
        let mut sink = Sink::new(self.out.as_deref())?;
        sink.write_all(&bytes)?;
        sink.finish()?;
        Ok(Outcome::Done)
    }
}

#[derive(Args)]
pub struct Fmt {
    /// An X12 file; `-` for standard input.
    file: PathBuf,
    /// Indent by loop.
    #[arg(long, conflicts_with = "min")]
    indent: bool,
    /// No line ends.
    #[arg(long)]
    min: bool,
    /// Where to write; standard output when absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
}

impl Fmt {
    pub fn run(self) -> Result<Outcome> {
        let layout = match (self.indent, self.min) {
            (true, _) => x12::Layout::Indented,
            (_, true) => x12::Layout::Compact,
            _ => x12::Layout::Lines,
        };
        let (source, mut sink) = (open(&self.file)?, Sink::new(self.out.as_deref())?);
        of_file(x12::lay_out(source, layout, &mut sink), &self.file)?;
        sink.finish()?;
        Ok(Outcome::Done)
    }
}

#[derive(Args)]
pub struct Redact {
    /// An X12 file; `-` for standard input.
    file: PathBuf,
    /// Files masked with the same salt still match each other; keep it secret.
    #[arg(long, default_value = "")]
    salt: String,
    /// Where to write; standard output when absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
}

impl Redact {
    pub fn run(self) -> Result<Outcome> {
        let (source, mut sink) = (open(&self.file)?, Sink::new(self.out.as_deref())?);
        of_file(x12::redact(source, &self.salt, &mut sink), &self.file)?;
        sink.finish()?;
        Ok(Outcome::Done)
    }
}

#[derive(Args)]
pub struct Split {
    /// An X12 file; `-` for standard input.
    file: PathBuf,
    /// Claims in a part; a part is a transaction set when absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    claims: Option<u32>,
    /// The folder for the parts, `0001.x12` and so on.
    #[arg(short, long)]
    out: PathBuf,
}

impl Split {
    pub fn run(self) -> Result<Outcome> {
        std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
        let by = match self.claims {
            Some(most) => x12::Split::Claims(usize::try_from(most)?),
            None => x12::Split::Transactions,
        };
        let mut number = 0_u32;
        let begin = || {
            number += 1;
            Sink::new(Some(&self.out.join(format!("{number:04}.x12")))).map_err(io::Error::other)
        };
        let parts = x12::split(open(&self.file)?, by, begin, Sink::finish);
        match of_file(parts, &self.file)? {
            0 => bail!("{} holds no transaction set", name(&self.file)),
            parts => line(format!("{parts} files in {}", self.out.display()))?,
        }
        Ok(Outcome::Done)
    }
}
