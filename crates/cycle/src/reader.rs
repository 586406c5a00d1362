//! Files of other people, read in a process of their own with bounded memory, processor time, wall time and output.
//!
//! The process is this program again (the hidden command `superbill read`): bytes in, notes as JSON out. What goes
//! wrong in it, and be it an endless loop or memory without end, ends there.

use std::{
    io::{self, Read as _, Write as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use document::{Kind, Read};

/// How much a process that reads may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory for data, bytes.
    pub memory_bytes: u64,
    /// Time on the processor, whole seconds.
    pub processor: Duration,
    /// Time on the clock.
    pub wall: Duration,
    /// Bytes of JSON it may answer.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// Far above what the note of a visit needs, far below what a machine has.
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            processor: Duration::from_secs(5),
            wall: Duration::from_secs(15),
            output_bytes: 64 << 20,
        }
    }
}

/// Bytes kept of what a process says when it fails.
const COMPLAINT_BYTES_MAX: u64 = 4_096;
/// How long between looks whether a process has ended.
const LOOK: Duration = Duration::from_millis(2);

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The reader says where, what and what to do.
    #[error("{0}")]
    Refused(String),
    /// Processor or wall time is used up.
    #[error("{kind}: reading took too long ({seconds} s) and was stopped; save the note as plain text and try again")]
    TooLong {
        /// The format.
        kind: Kind,
        /// Allowed.
        seconds: u64,
    },
    /// Memory is used up.
    #[error(
        "{kind}: reading needed more than {mebibytes} MiB of memory and was stopped; save the note as plain text and try again"
    )]
    TooLarge {
        /// The format.
        kind: Kind,
        /// Allowed.
        mebibytes: u64,
    },
    /// The answer is too long.
    #[error(
        "{kind}: what was read is longer than {mebibytes} MiB and was stopped; give the note of each visit by itself"
    )]
    TooMuch {
        /// The format.
        kind: Kind,
        /// Allowed.
        mebibytes: u64,
    },
    /// The process ended in another way.
    #[error("{kind}: reading failed ({how}); the file is damaged, or save the note as plain text and try again")]
    Died {
        /// The format.
        kind: Kind,
        /// Its exit status and what it said.
        how: String,
    },
    /// The process could not be started.
    #[error("{path} cannot be run to read the file: {cause}")]
    NotStarted {
        /// The program.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// Reads files through a program.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    limits: Limits,
}

/// What a process did.
struct Ended {
    status: ExitStatus,
    is_stopped: bool,
    answer: Vec<u8>,
    complaint: String,
}

impl Reader {
    /// Reads through this program: `superbill`.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, limits: Limits::default() }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The notes of a file, by what is in it. Plain text is scanned once from front to back and needs no process.
    ///
    /// # Errors
    /// [`ReaderError`]: what the format's reader refuses, or the limit that was reached.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Read>, ReaderError> {
        let refused = |error: document::ReadError| ReaderError::Refused(error.to_string());
        let kind = document::detect(bytes).map_err(refused)?;
        if !kind.is_bounded() || bytes.len() > document::limit::FILE_BYTES_MAX {
            return document::read(bytes, kind).map_err(refused);
        }
        let ended = self.run(kind, bytes)?;
        self.judge(kind, &ended)
    }

    fn run(&self, kind: Kind, bytes: &[u8]) -> Result<Ended, ReaderError> {
        let not_started = |cause| ReaderError::NotStarted { path: self.program.clone(), cause };
        let mut command = Command::new(&self.program);
        command
            .args(["read", "--kind", kind.word()])
            .arg(format!("--memory={}", self.limits.memory_bytes))
            .arg(format!("--seconds={}", self.limits.processor.as_secs().max(1)))
            // Nothing of this process's surroundings is its business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(not_started)?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(not_started(io::Error::other("its pipes are missing")));
        };
        let deadline = Instant::now().checked_add(self.limits.wall);
        std::thread::scope(|threads| {
            // A process that stops listening has said why, or is dead.
            threads.spawn(move || stdin.write_all(bytes));
            let answer = threads.spawn(|| taken(stdout, self.limits.output_bytes));
            let complaint = threads.spawn(|| taken(stderr, COMPLAINT_BYTES_MAX));
            let (status, is_stopped) = wait(&mut child, deadline).map_err(not_started)?;
            let answer = answer.join().unwrap_or_default();
            let complaint = complaint.join().unwrap_or_default();
            Ok(Ended { status, is_stopped, answer, complaint: String::from_utf8_lossy(&complaint).trim().to_owned() })
        })
    }

    fn judge(&self, kind: Kind, ended: &Ended) -> Result<Vec<Read>, ReaderError> {
        if ended.answer.len() as u64 > self.limits.output_bytes {
            return Err(ReaderError::TooMuch { kind, mebibytes: self.limits.output_bytes >> 20 });
        }
        if ended.is_stopped {
            return Err(ReaderError::TooLong { kind, seconds: self.limits.wall.as_secs() });
        }
        let died = |how: String| ReaderError::Died { kind, how };
        match (ended.status.code(), signal(ended.status)) {
            (Some(0), _) => serde_json::from_slice(&ended.answer).map_err(|e| died(format!("no answer: {e}"))),
            (Some(REFUSED), _) => Err(ReaderError::Refused(ended.complaint.clone())),
            (_, Some(SIGXCPU | SIGKILL)) => {
                Err(ReaderError::TooLong { kind, seconds: self.limits.processor.as_secs() })
            }
            // The standard library says so before it aborts.
            (_, Some(_)) if ended.complaint.contains("memory allocation") => {
                Err(ReaderError::TooLarge { kind, mebibytes: self.limits.memory_bytes >> 20 })
            }
            _ => Err(died(ended.status.to_string())),
        }
    }
}

/// Exit status of a process whose reader refused the file and said why; others mean that it did not come to that.
pub const REFUSED: i32 = 3;
/// Killed: by the hard limit of processor time, or by the system when memory is short.
const SIGKILL: i32 = 9;
/// Processor time is used up.
const SIGXCPU: i32 = 24;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// What comes out, up to one byte more than allowed; then the pipe is closed and its writer ends.
fn taken(from: impl io::Read, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // An answer cut by a failing pipe is no JSON, and is judged as such.
    let _ = from.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    bytes
}

/// Waits for the end, and makes it at the deadline. True when it was made.
fn wait(child: &mut Child, deadline: Option<Instant>) -> io::Result<(ExitStatus, bool)> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, false));
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            child.kill()?;
            return Ok((child.wait()?, true));
        }
        std::thread::sleep(LOOK);
    }
}
