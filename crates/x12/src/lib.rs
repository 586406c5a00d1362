//! X12 EDI: bytes to segments to loops, validation, acknowledgements, writing. Knows no claim.
//!
//! Layers, each of use alone: [`Lexer`] cuts bytes into [`Segment`]s without copying; [`Reader`] gives the events of a
//! file of any length and [`ClaimReader`] its claims, in flat memory; [`read`] gives whole interchanges and [`locate`]
//! the loop of each segment; [`model`] names what stands in them; [`validate`] judges a file; [`ack`] answers it; [`json`]
//! shows it; [`Editor`] changes it; [`write`](mod@write) makes one. What is covered how deeply: [`guides`]; every rule: [`rules()`].
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
//! use x12::model::{self, Remittance};
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Remittance, 1), &mut file).unwrap();
//! let remittances: Vec<Remittance<&str>> = model::read(&file)?;
//! for claim in remittances.iter().flat_map(|one| &one.groups).flat_map(|group| &group.claims) {
//!     let paid = claim.claim.as_ref().unwrap();
//!     println!("{}: charged {}, paid {}, {} lines", paid.control, paid.charge, paid.paid, claim.lines.len());
//! }
//! # assert_eq!(remittances.len(), 1);
//! # Ok::<(), x12::ReadError>(())
//! ```
//!
//! Write an acknowledgement, and read one back: [`ack`] and [`answers()`]. Stream claims of any length as types:
//! [`model`]. Build a claim segment by segment: [`write`](mod@write). Judge by the rules of a payer: [`Overlay`].

pub mod ack;
mod answer_rules;
mod answers;
mod claim_ack;
mod claim_rules;
mod claims;
mod compare;
mod dictionary;
mod draft;
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
mod json_file;
mod json_line;
mod layout;
mod lexer;
pub mod limits;
mod list_rules;
pub mod lists;
mod located;
pub mod model;
mod overlay;
mod parallel;
mod payment_rules;
mod places;
mod redact;
mod remittance_rules;
mod render;
mod respond;
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
mod whole;
pub mod write;

pub use answers::{Answer, SyntaxAnswers, answers, words};
pub use claims::{ClaimReader, ClaimUnit};
pub use compare::{ClaimTexts, Difference};
pub use edit::Editor;
pub use envelope::{Group, Interchange, ReadError, StreamError, Transaction, read, read_complete};
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
pub use settle::{Balance, Payments, Settlement, balances};
pub use split::{Split, split};
pub use stream::{Event, Reader};
pub use validate::{
    GroupSummary, InterchangeSummary, Options, Report, TransactionSummary, ZipCodes, validate, validate_each,
    validate_read, validate_with,
};
pub use walk::{Located, locate};
