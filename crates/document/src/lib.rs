//! Notes in the formats they come in: plain text, RTF, DOCX, PDF with a text layer, HTML, C-CDA, HL7 v2 and FHIR.
//!
//! A reader is a function from bytes to text with a [`Map`] back: any span of the text has a place in the original,
//! in bytes, page or paragraph. Readers do no I/O and keep their [limits](limit), but formats that unpack or nest are
//! to be read in a process with bounded memory and time; see `cycle::reader`.

mod builder;
mod cda;
mod docx;
mod embedded;
mod error;
mod fhir_note;
mod flow;
mod hl7_note;
mod html;
mod kind;
pub mod limit;
mod map;
mod pdf;
mod plain;
mod rtf;
mod xml;

use serde::{Deserialize, Serialize};

pub use error::ReadError;
pub use kind::{Kind, detect};
pub use map::{Map, Piece, Place};

/// A note read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// The format of the file.
    pub kind: Kind,
    /// The note as text. Equal to the file for plain text in UTF-8.
    pub text: String,
    /// Where each part of the text stands in the original.
    pub map: Map,
    /// What the file says of patient, day and author.
    pub about: About,
    /// Codes the file states beside its text.
    pub hints: Vec<Hint>,
    /// Parts that were left out, in words: what was there and why it is not in the text.
    pub left_out: Vec<String>,
}

/// What a file says of its patient, day and author. Empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Medical record and other numbers of the patient, the medical record number first.
    pub patient_numbers: Vec<String>,
    /// Family name.
    pub family: String,
    /// First given name.
    pub given: String,
    /// Birth.
    pub born_on: Option<jiff::civil::Date>,
    /// Day of the visit.
    pub served_on: Option<jiff::civil::Date>,
    /// NPI of who wrote it.
    pub author_npi: String,
    /// Number of the document at its sender.
    pub number: String,
}

/// A code the file states beside its text: a reason to look, never evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// Object identifier or URI of the code system.
    pub system: String,
    /// The code.
    pub code: String,
    /// Its words, as the file has them.
    pub words: String,
    /// Heading of the section it belongs to.
    pub section: String,
}

/// Reads all notes of a file; most formats hold one.
///
/// # Errors
/// Says what stands where, what was expected and what to do about it. A file without any words is refused.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Vec<Read>, ReadError> {
    if bytes.len() > limit::FILE_BYTES_MAX {
        return Err(ReadError::new(
            kind,
            format!("byte {}", limit::FILE_BYTES_MAX),
            format!("the file has {} bytes", bytes.len()),
            format!("give at most {} MiB: the note of one visit", limit::FILE_BYTES_MAX >> 20),
        ));
    }
    let notes = match kind {
        Kind::Text => vec![plain::read(bytes)?],
        Kind::Rtf => vec![rtf::read(bytes)?],
        Kind::Docx => vec![docx::read(bytes)?],
        Kind::Pdf => vec![pdf::read(bytes)?],
        Kind::Html => vec![html::read(bytes)?],
        Kind::Cda => vec![cda::read(bytes)?],
        Kind::Hl7 => hl7_note::read(bytes)?,
        Kind::Fhir => fhir_note::read(bytes)?,
    };
    // An empty text file is for its reader to judge; other formats promised words.
    if kind != Kind::Text
        && let Some(note) = notes.iter().find(|note| note.text.trim().is_empty())
    {
        let left_out =
            if note.left_out.is_empty() { String::new() } else { format!(" ({})", note.left_out.join("; ")) };
        return Err(ReadError::new(kind, "file", format!("there are no words in it{left_out}"), kind.advice()));
    }
    Ok(notes)
}
