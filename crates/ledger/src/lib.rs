//! Double-entry accounts receivable.
//!
//! Entries are whole cents, debit positive; a transaction adds up to zero and is never edited. The
//! functions of [`posting`] turn business events into transactions; [`verify`] proves a journal
//! against the documents it came from.

mod account;
mod aging;
pub mod posting;
mod transaction;
mod verify;

pub use account::Account;
pub use aging::{AgedItem, Aging};
pub use transaction::{Entry, Recorded, Source, Transaction, TransactionKind};
pub use verify::{Books, Breach, ChargeFact, Proof, RemittanceFact, RemittanceLineFact, verify};
