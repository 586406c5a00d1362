//! Transaction sets as types: borrowed views and owned models of the format, with the fields of each segment by name.
//!
//! Every type is generic over its text: with `&str` it is a view that borrows from the file, with `String` a model of
//! its own that serde reads and writes. Amounts stay the decimal strings that were sent. The types follow the loops of
//! the guides; the document of each field says its segment and position. What a type does not name is passed over when
//! it is read: the lossless forms are [`Editor`](crate::Editor) and [`json`](crate::json). HL numbers are not part of a
//! type: they follow from what stands below what.
//!
//! Stream the claims of a file of any length as views:
//!
//! ```
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut file).unwrap();
//! let mut reader = x12::ClaimReader::new(file.as_slice());
//! let mut charges = Vec::new();
//! while let Some(unit) = reader.next_claim()? {
//!     let Some(view) = unit.claims() else { continue };
//!     for claim in view.claims() {
//!         let clm = claim.claim.claim.as_ref().unwrap();
//!         charges.push(format!("{} {} {}", clm.control, clm.charge, claim.claim.lines.len()));
//!     }
//! }
//! assert_eq!(charges.len(), 3);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Read a remittance into a model, change it, write it:
//!
//! ```
//! use x12::model::{self, Remittance};
//! use x12::write::Envelope;
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Remittance, 1), &mut file).unwrap();
//! let mut remittances: Vec<Remittance> = model::read(&file)?;
//! remittances[0].trace.as_mut().unwrap().reference = "EFT77".to_owned();
//! let envelope = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 8);
//! let written = model::write(&envelope, 8, "005010X221A1", &remittances)?;
//! assert!(String::from_utf8(written).unwrap().contains("TRN*1*EFT77*1512345678~"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod benefit;
mod build;
mod claim;
mod inquiry;
mod other;
mod parts;
mod remittance;
mod tree;

pub use answer::*;
pub use benefit::*;
pub use claim::*;
pub use inquiry::*;
pub use other::*;
pub use parts::*;
pub use remittance::*;
pub use tree::{Document, read, view, write};
