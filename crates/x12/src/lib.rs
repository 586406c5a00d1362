//! X12 EDI: bytes to segments to loops, validation, acknowledgements, writing. Knows no claim.
//!
//! Layers, each of use alone: [`read`] cuts bytes into interchanges and [`Segment`]s without copying; [`locate`] names
//! the loop of each segment; [`validate`] judges a file; [`ack`] answers it; [`write`](mod@write) makes one.

pub mod ack;
mod claim_rules;
mod dictionary;
mod element_rules;
mod envelope;
mod envelope_rules;
mod finding;
mod guide;
mod remittance_rules;
mod render;
mod segment;
mod structure_rules;
mod validate;
mod value;
mod walk;
pub mod write;

pub use envelope::{Group, Interchange, ReadError, SEGMENT_BYTES_MAX, Transaction, read, read_complete};
pub use finding::{AckCode, AckLevel, FINDINGS_MAX, Finding, Place, Severity};
pub use render::render_text;
pub use segment::{Delimiters, Segment};
pub use validate::{GroupSummary, InterchangeSummary, Options, Report, TransactionSummary, validate};
pub use walk::{Located, locate};
