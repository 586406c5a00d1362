//! Files of any length: read as they come, written as they are made.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use x12::StreamError;

use crate::input::name;

/// Files above this length show how far they are read, at a terminal.
const PROGRESS_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// Opens a file, or standard input for `-`, for reading as it comes.
///
/// # Errors
/// Names the file that cannot be opened; what is read of it names it too when it fails.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    let shown = name(path);
    if path == Path::new("-") {
        return Ok(Box::new(Named { source: io::stdin().lock(), name: shown }));
    }
    let file = File::open(path).with_context(|| format!("{shown} cannot be opened"))?;
    let length = file.metadata().map_or(0, |data| data.len());
    let source = Named { source: file, name: shown };
    if length < PROGRESS_BYTES_MIN || !io::stderr().is_terminal() {
        return Ok(Box::new(source));
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}");
    let bar = ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Ok(Box::new(bar.wrap_read(source)))
}

/// How much of a file tells what it is.
const HEAD_BYTES: u64 = 64 * 1024;

/// Opens a file and reads its beginning, which tells what it is, apart from the rest.
///
/// # Errors
/// Names the file that cannot be read.
pub fn peek(path: &Path) -> Result<(Vec<u8>, Box<dyn Read>)> {
    let (mut head, mut source) = (Vec::new(), open(path)?);
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok((head, source))
}

/// A source that names itself when it cannot be read.
struct Named<R> {
    source: R,
    name: String,
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("{} cannot be read: {error}", self.name)),
        })
    }
}

/// Where a command writes: standard output, or a file that appears under its name when all of it is there, so that a
/// file may be read and replaced by the same command.
pub enum Sink {
    Standard(BufWriter<io::Stdout>),
    File { draft: BufWriter<File>, path: PathBuf, is_done: bool },
}

impl Sink {
    /// Standard output when no file is named.
    ///
    /// # Errors
    /// Names the file that cannot be written.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::new(io::stdout()))) };
        let draft = File::create(draft_of(path)).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self::File { draft: BufWriter::new(draft), path: path.to_owned(), is_done: false })
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        if let Self::File { path, is_done, .. } = &mut self {
            fs::rename(draft_of(path), &*path)?;
            *is_done = true;
        }
        Ok(())
    }
}

/// What is written until all of it is there.
fn draft_of(path: &Path) -> PathBuf {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".draft{}", std::process::id()));
    draft.into()
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(buffer),
            Self::File { draft, .. } => draft.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File { draft, .. } => draft.flush(),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Self::File { path, is_done: false, .. } = self {
            // Half a file is worth nothing, and nothing more can be done about it here.
            let _ = fs::remove_file(draft_of(path));
        }
    }
}

/// The error of a file with its name; one of reading or writing names itself.
pub fn of_file<T>(result: Result<T, StreamError>, path: &Path) -> Result<T> {
    match result {
        Ok(value) => Ok(value),
        Err(StreamError::Io(error)) => Err(error.into()),
        Err(StreamError::Read(error)) => Err(error).with_context(|| name(path)),
    }
}

/// The error of printing, for what takes it on.
pub fn of_output(error: anyhow::Error) -> io::Error {
    error.downcast().unwrap_or_else(io::Error::other)
}

/// A file without a name, for what waits to be written; it is gone with the command.
pub fn scratch() -> io::Result<File> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("superbill-{}-{number}", std::process::id()));
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    // What stands in it is for nobody else.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}
