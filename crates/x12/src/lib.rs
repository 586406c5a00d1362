//! X12 EDI: bytes to segments to loops, validation, acknowledgements, writing. Knows no claim.
//!
//! Layers, each of use alone: [`read`] cuts bytes into interchanges and [`Segment`]s without copying; [`locate`] names
//! the loop of each segment; [`validate`] judges a file; [`ack`] answers it; [`write`](mod@write) makes one.

mod dictionary;
mod envelope;
mod guide;
mod segment;
mod walk;
pub mod write;

pub use envelope::{Group, Interchange, ReadError, SEGMENT_BYTES_MAX, Transaction, read, read_complete};
pub use segment::{Delimiters, Segment};
pub use walk::{Located, locate};
