//! What every command shares: reading a file or standard input, writing lines, the day, the outcome.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use jiff::civil::Date;
use serde::Serialize;

/// Largest file a command reads whole.
const BYTES_MAX: u64 = 512 * 1024 * 1024;

/// How a command ended when nothing went wrong.
pub enum Outcome {
    /// Nothing to complain about: exit status 0.
    Done,
    /// Findings were printed: exit status 1.
    Findings,
}

impl Outcome {
    /// Findings when there are any.
    pub fn found(any: bool) -> Self {
        if any { Self::Findings } else { Self::Done }
    }
}

/// Output for people or for programs.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document, or one a line where a command says so.
    Json,
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// Names the file, what went wrong and the limit when it is too large.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().take(BYTES_MAX + 1).read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        let file = std::fs::File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        file.take(BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("{} cannot be read", path.display()))?;
    }
    if bytes.len() as u64 > BYTES_MAX {
        bail!("{} is larger than {} MiB; split it first", name(path), BYTES_MAX / 1024 / 1024);
    }
    Ok(bytes)
}

/// A path as messages show it.
pub fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// Prints one line, and hands a closed pipe back as an error instead of a panic.
///
/// # Errors
/// When standard output cannot be written.
pub fn line(text: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_ref().as_bytes())?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// When standard output cannot be written.
pub fn json(value: &impl Serialize) -> Result<()> {
    line(serde_json::to_string(value)?)
}

/// Today where this machine stands.
pub fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}

/// True when the reader of our output went away, which is no failure.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
