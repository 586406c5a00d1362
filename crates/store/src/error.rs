//! What can go wrong with the database, in words that say what to do.

use std::path::PathBuf;

/// Result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The record is not there, or belongs to a client outside the scope: the two are never told apart.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Kind of record.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// A unique key is already taken.
    #[error("this already exists ({rule})")]
    Exists {
        /// Which uniqueness rule.
        rule: String,
    },
    /// A record refers to one that is not there.
    #[error("this refers to a record that does not exist in this client ({rule})")]
    Dangling {
        /// What the database said.
        rule: String,
    },
    /// Somebody tried to change or delete what is kept for ever.
    #[error("rows of {table} are kept as they are: add a new one instead")]
    AppendOnly {
        /// The table.
        table: String,
    },
    /// The operation breaks a rule of the record, such as a status that may not follow.
    #[error("{0}")]
    Illegal(String),
    /// The scope does not allow it.
    #[error("{0}")]
    OutOfScope(String),
    /// A transaction of the ledger does not balance.
    #[error("the ledger transaction {0}")]
    Unbalanced(String),
    /// A write changed rows without saying so in the audit log.
    #[error("this change was not written to the audit log and has been rolled back: it is a defect of the software")]
    Unaudited,
    /// The idempotency key was used for a different request.
    #[error("the request key {key} was already used for a different request: use a new key")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// The commit may or may not have happened.
    #[error(
        "the database did not confirm the change: its outcome is unknown. Repeat the request with the same key ({cause})"
    )]
    UnknownOutcome {
        /// What the database said.
        cause: String,
    },
    /// Another process works on the data folder.
    #[error("the data folder {} is in use by another superbill process: stop that one or choose another folder with --data", .0.display())]
    FolderInUse(PathBuf),
    /// A file or folder could not be used.
    #[error("{action} {}: {cause}", .path.display())]
    File {
        /// What was tried: `cannot open`, `cannot create`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The database was last used by an older version, and may not be changed now.
    #[error(
        "the database has the schema of an older superbill: stop the process that works on it and start this version"
    )]
    Older,
    /// The database was made by a newer version of the software.
    #[error(
        "the database has schema {found}, this version knows up to {known}: install the newer version of superbill"
    )]
    Newer {
        /// Schema of the database.
        found: i64,
        /// Newest schema known.
        known: i64,
    },
    /// The SQLite library is in the range of the WAL-reset bug.
    #[error("SQLite {0} can corrupt databases (WAL-reset bug); 3.51.3 or newer is needed")]
    OldSqlite(String),
    /// The key file does not open this database's sealed fields.
    #[error("the key file does not belong to this database: give the one it was created with (--key FILE)")]
    WrongKey,
    /// A sealed field was changed or belongs to another row.
    #[error("the sealed field {0} does not open: it was changed or moved")]
    Unsealable(String),
    /// No space left.
    #[error("the disk of the database is full: nothing was changed. Free some space and repeat")]
    DiskFull,
    /// The database could not be reached in time.
    #[error("the database is busy: nothing was changed. Repeat in a moment ({0})")]
    Busy(String),
    /// A connection could not be made.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// A stored value is not what the column should hold.
    #[error("the stored value of {place} cannot be read: {cause}")]
    Corrupt {
        /// Statement and column.
        place: String,
        /// What is wrong.
        cause: String,
    },
    /// The database wants the transaction repeated; the store does so by itself, a bounded number of times.
    #[error("the database could not order concurrent changes: nothing was changed. Repeat ({0})")]
    Contention(String),
    /// Anything else the database says.
    #[error("database: {message} (in {statement})")]
    Database {
        /// Name of the statement.
        statement: &'static str,
        /// What the database said.
        message: String,
    },
}

impl StoreError {
    /// A record that is not there.
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}
