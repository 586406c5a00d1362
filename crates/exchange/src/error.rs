//! What can go wrong between nouns and files, with the place and the remedy.

use x12::{ReadError, write::WriteError};

/// Why a file could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Not X12, or cut before its end.
    #[error(transparent)]
    Envelope(#[from] ReadError),
    /// X12, but of another kind.
    #[error("the file holds {found}; expected {expected}. Choose the reader for that kind of file.")]
    Kind {
        /// Transaction set and guide found, such as `835 005010X221A1`.
        found: String,
        /// What this reader reads.
        expected: &'static str,
    },
    /// A value of a file that means nothing we can hold.
    #[error(transparent)]
    Misread(#[from] Box<Misread>),
    /// A noun that cannot be put into a file.
    #[error(transparent)]
    Unwritable(#[from] Box<Unwritable>),
    /// Refused by the writer of the envelope.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Where a file could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "transaction {transaction}, segment {position} ({segment}{}){}, byte {offset}: {found}; expected {expected}. Ask the sender to correct it and send the file again.",
    if loop_id.is_empty() { String::new() } else { format!(" in loop {loop_id}") },
    if *element == 0 { String::new() } else { format!(" element {element}") }
)]
pub struct Misread {
    /// ST02.
    pub transaction: String,
    /// Place in the transaction set, ST = 1.
    pub position: u32,
    /// Byte offset of the segment in the file.
    pub offset: usize,
    /// Loop, such as `2010BA`; empty in the header.
    pub loop_id: &'static str,
    /// Segment id, such as `NM1`.
    pub segment: String,
    /// 1-based element; 0 when the segment as a whole is meant.
    pub element: usize,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

/// Which noun could not be written and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}, {field}: {found}; expected {expected}. Correct it in the record and make the file again.")]
pub struct Unwritable {
    /// Which, such as `claim A1001`.
    pub subject: String,
    /// What of it, such as `patient's last name`.
    pub field: &'static str,
    /// What it holds.
    pub found: String,
    /// What a file can carry.
    pub expected: String,
}
