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
//! Stream the claims of a file of any length, each with what stands above it (as types: [`model`]):
//!
//! ```
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut file).unwrap();
//! let mut claims = x12::ClaimReader::new(file.as_slice());
//! let mut charges = Vec::new();
//! while let Some(claim) = claims.next_claim()? {
//!     charges.push(claim.segments[0].el(2).to_owned());
//! }
//! assert!(charges.len() == 3 && claims.broken.is_none());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Build a claim; envelopes and counts are written by construction:
//!
//! ```
//! use x12::write::{Envelope, Writer, composite, text};
//! let envelope = Envelope::new("CLINIC", "PAYER", ("20261002", "0915"), 1);
//! let mut writer = Writer::new(&envelope);
//! writer.group("HC", "005010X222A1", 1).transaction("837", "0001", Some("005010X222A1"));
//! writer.segment("BHT", &["0019", "00", "BATCH1", "20261002", "0915", "CH"]);
//! writer.segment("NM1", &["41", "2", "SPRING THERAPY", "", "", "", "", "46", "CLINIC"]);
//! writer.segment("PER", &["IC", "BILLING DESK", "TE", "2175550100"]);
//! writer.segment("NM1", &["40", "2", "DEMO PAYER", "", "", "", "", "46", "PAYER"]);
//! writer.segment("HL", &["1", "", "20", "1"]);
//! writer.segment("NM1", &["85", "2", "SPRING THERAPY", "", "", "", "", "XX", "1234567893"]);
//! writer.segment("N3", &["1 MAIN ST"]).segment("N4", &["SPRINGFIELD", "IL", "627010001"]);
//! writer.segment("REF", &["EI", "123456789"]);
//! writer.segment("HL", &["2", "1", "22", "0"]);
//! writer.segment("SBR", &["P", "18", "GRP1", "", "", "", "", "", "CI"]);
//! writer.segment("NM1", &["IL", "1", "DOE", "JANE", "", "", "", "MI", "M123"]);
//! writer.segment("N3", &["2 OAK ST"]).segment("N4", &["SPRINGFIELD", "IL", "62701"]);
//! writer.segment("DMG", &["D8", "19800229", "F"]);
//! writer.segment("NM1", &["PR", "2", "DEMO PAYER", "", "", "", "", "PI", "PAYER"]);
//! let (place, signed) = (composite(&["11", "B", "1"]), ["Y", "A", "Y", "Y"].map(text));
//! writer.segment("CLM", &[&[text("A1"), text("125"), text(""), text(""), place], &signed[..]].concat());
//! writer.segment("HI", &[composite(&["ABK", "M5450"])]);
//! writer.segment("LX", &["1"]);
//! let (procedure, pointer) = (composite(&["HC", "97110", "GP"]), text("1"));
//! writer.segment("SV1", &[procedure, text("125"), text("UN"), text("2"), text(""), text(""), pointer]);
//! writer.segment("DTP", &["472", "D8", "20261001"]);
//! let file = writer.finish()?;
//! assert!(x12::validate(&file, &x12::Options::default()).is_valid());
//! # Ok::<(), x12::write::WriteError>(())
//! ```
//!
//! Write an acknowledgement:
//!
//! ```
//! use x12::{Options, ack, validate, write::Envelope};
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut file).unwrap();
//! let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
//! let answer = ack::f999(&validate(&file, &Options::default()), &reply, 1)?.unwrap();
//! assert!(String::from_utf8(answer).unwrap().contains("AK9*A*1*1*1~"));
//! # Ok::<(), x12::write::WriteError>(())
//! ```
//!
//! All answers to a file of any length: [`ack::respond`]. Read answers back: [`answers()`]. Judge by the rules of a payer:
//! [`Overlay`].

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
mod marks;
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
