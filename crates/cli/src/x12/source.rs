//! Files of any length: read as they come, written whole or to standard output.

use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

/// Files above this length show how far they are read, at a terminal.
const PROGRESS_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// Opens a file, or standard input for `-`, for reading as it comes.
///
/// # Errors
/// Names the file that cannot be opened.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let length = file.metadata().map_or(0, |data| data.len());
    if length < PROGRESS_BYTES_MIN || !std::io::stderr().is_terminal() {
        return Ok(Box::new(file));
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}");
    let bar = ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Ok(Box::new(bar.wrap_read(file)))
}

/// Writes bytes to a file, or to standard output without one.
///
/// # Errors
/// Names the file that cannot be written.
pub fn write(out: Option<&Path>, bytes: &[u8]) -> Result<()> {
    match out {
        Some(path) => std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display())),
        None => Ok(std::io::stdout().lock().write_all(bytes)?),
    }
}
