//! The money side: remittances posted, denials worked, claims corrected, patients' money, statements and the proof;
//! on SQLite, and on the PostgreSQL server of `SUPERBILL_TEST_POSTGRES` (a superuser's address).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../place/mod.rs"]
mod place;

mod follow;
mod limits;
mod patient;
mod posting;
mod stage;
mod tamper;
