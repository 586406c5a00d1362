//! `superbill read`, hidden: the process in which files of other people are read. It bounds itself before it looks at
//! the first byte; see `cycle::reader`, which runs it.

use std::io::{Read as _, Write as _};

use anyhow::{Context, Result, bail};
use clap::Args;
use document::Kind;

use crate::input::Outcome;

#[derive(Args)]
pub struct Read {
    /// Format: text, rtf, docx, pdf, html, cda, hl7 or fhir.
    #[arg(long)]
    kind: String,
    /// Memory for data, bytes.
    #[arg(long)]
    memory: u64,
    /// Time on the processor.
    #[arg(long)]
    seconds: u64,
}

impl Read {
    pub fn run(self) -> Result<Outcome> {
        bound(self.memory, self.seconds)?;
        let Some(kind) = Kind::from_word(&self.kind) else { bail!("{}: no format that is read", self.kind) };
        let mut bytes = Vec::new();
        let limit = document::limit::FILE_BYTES_MAX as u64;
        std::io::stdin().take(limit + 1).read_to_end(&mut bytes).context("standard input cannot be read")?;
        match document::read(&bytes, kind) {
            Ok(notes) => {
                let mut out = std::io::stdout().lock();
                serde_json::to_writer(&mut out, &notes)?;
                out.flush()?;
                Ok(Outcome::Done)
            }
            // The caller shows these words as they are.
            Err(error) => {
                eprintln!("{error}");
                std::process::exit(cycle::reader::REFUSED)
            }
        }
    }
}

/// Address space beyond the memory for data: the program itself with the code library it carries.
#[cfg(unix)]
const PROGRAM_BYTES: u64 = 1 << 30;

#[cfg(unix)]
fn bound(memory: u64, seconds: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::Data, memory),
        (Resource::As, memory.saturating_add(PROGRAM_BYTES)),
        (Resource::Cpu, seconds),
        // It writes no file, leaves no image of its memory and starts no process.
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, limit) in limits {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit).with_context(|| format!("{resource:?} cannot be bounded"))?;
    }
    Ok(())
}

/// Elsewhere the caller's clock and the limits of the readers stand alone.
#[cfg(not(unix))]
fn bound(_: u64, _: u64) -> Result<()> {
    Ok(())
}
