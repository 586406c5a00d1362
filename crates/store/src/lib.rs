//! The only room that knows SQL.
//!
//! [`Db`] opens SQLite or PostgreSQL and runs closures on a [`Tx`], which carries who acts, for which
//! clients, at what time. Each module below holds the functions of one kind of record; every statement
//! in them is bound to the scope of the transaction, and every change writes to the [`audit`] log.

mod actor;
pub mod appeal;
pub mod audit;
pub mod bulletin;
pub mod charge;
pub mod claim;
pub mod client;
mod clock;
pub mod coding;
pub mod counter;
pub mod coverage;
mod db;
pub mod document;
pub mod encounter;
mod engine;
mod error;
pub mod favourite;
pub mod gold;
mod idempotency;
pub mod installation;
pub mod job;
pub mod ledger;
pub mod note;
pub mod outbox;
pub mod pack;
pub mod patient;
pub mod payer;
mod pool;
pub mod provider;
pub mod query;
pub mod ranking;
pub mod release;
pub mod remittance;
mod schema;
mod seal;
mod sql;
pub mod statement;
pub mod submission;
pub mod tariff;
mod tx;
pub mod user;
mod value;
pub mod work;

pub use actor::{Actor, Role, Scope};
pub use clock::Clock;
pub use db::{Db, Location};
pub use error::{Result, StoreError};
pub use idempotency::{Key, Once};
pub use seal::{Sealer, default_key_path, hex};
pub use tx::Tx;

#[cfg(test)]
mod tests;
