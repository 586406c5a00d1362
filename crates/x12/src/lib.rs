//! X12 EDI: bytes to segments to loops, validation, acknowledgements, writing. Knows no claim.
//!
//! Layers, each of use alone: [`Lexer`] cuts bytes into [`Segment`]s without copying; [`Reader`] gives the events of a
//! file of any length and [`ClaimReader`] its claims, in flat memory; [`read`] gives whole interchanges and [`locate`]
//! the loop of each segment; [`validate`] judges a file; [`ack`] answers it; [`json`] shows it; [`Editor`] changes it;
//! [`write`](mod@write) makes one. What is covered how deeply: [`guides`]; every rule: [`rules()`].
//!
//! Judge a file and point into it:
//!
//! ```
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut file).unwrap();
//! let report = x12::validate(&file, &x12::Options::default());
//! assert!(report.is_valid());
//! for finding in &report.findings {
//!     eprintln!("{}", x12::render_text("claims.837", finding));
//! }
//! ```
//!
//! Read a remittance:
//!
//! ```
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Remittance, 1), &mut file).unwrap();
//! let mut paid = Vec::new();
//! for transaction in x12::read_complete(&file)?.iter().flat_map(|one| one.transactions()) {
//!     for located in x12::locate(transaction).iter().filter(|one| one.segment.id() == "CLP") {
//!         paid.push((located.segment.el(1), located.segment.el(4)));
//!     }
//! }
//! assert_eq!(paid.len(), 1);
//! assert_eq!(paid[0].0, "C00000000");
//! # Ok::<(), x12::ReadError>(())
//! ```
//!
//! How to stream claims stands at [`ClaimReader`], to write an acknowledgement at [`ack`], to build a claim at
//! [`write`](mod@write).

pub mod ack;
mod answer_rules;
mod claim_ack;
mod claim_rules;
mod claims;
mod compare;
mod dictionary;
mod edit;
mod element_rules;
mod engine;
mod envelope;
mod envelope_rules;
mod finding;
mod generate;
mod guide;
mod hierarchy_rules;
mod ids;
mod institutional_rules;
pub mod json;
mod layout;
mod lexer;
pub mod limits;
mod list_rules;
pub mod lists;
mod located;
mod overlay;
mod parallel;
mod payment_rules;
mod redact;
mod remittance_rules;
mod render;
mod rows;
mod rules;
mod segment;
mod settle;
mod shape;
mod situation_rules;
mod split;
mod stream;
mod structure_rules;
mod validate;
mod value;
mod walk;
pub mod write;

pub use claims::{ClaimLine, ClaimReader, ClaimUnit};
pub use compare::{Difference, compare};
pub use edit::Editor;
pub use envelope::{Group, Interchange, ReadError, Transaction, read, read_complete};
pub use finding::{AckCode, AckLevel, Finding, Place, Severity};
pub use generate::{FileKind, Plan, Planted, Truth, generate};
pub use guide::{GuideInfo, guides};
pub use layout::{Layout, lay_out};
pub use lexer::Lexer;
pub use limits::{FINDINGS_MAX, SEGMENT_BYTES_MAX};
pub use lists::{Lists, NoLists};
pub use overlay::{Overlay, OverlayError};
pub use parallel::{validate_each_parallel, validate_parallel};
pub use redact::redact;
pub use render::{Excerpt, render_text};
pub use rows::{COLUMNS, csv_line, line_rows};
pub use rules::{Explanation, explain, rules};
pub use segment::{Delimiters, Segment};
pub use settle::{Balance, Settlement, balances, settle};
pub use split::{Split, SplitError, split};
pub use stream::{Event, Reader};
pub use validate::{
    GroupSummary, InterchangeSummary, Options, Report, TransactionSummary, ZipCodes, validate, validate_each,
    validate_read, validate_with,
};
pub use walk::{Located, locate};
