//! Documents inside documents.

use base64::Engine;

use crate::{Kind, Read, ReadError, cda, detect, docx, html, limit::EMBEDDED_DEPTH_MAX, pdf, plain, rtf};

/// The bytes of Base64 text; blank space is taken for nothing.
pub(crate) fn unpack(text: &str, kind: Kind, place: &str) -> Result<Vec<u8>, ReadError> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD
        .decode(packed)
        .map_err(|e| ReadError::new(kind, place, format!("no Base64 ({e})"), "send the document again"))
}

/// Reads a document that stands in another. What it says it is counts less than what it is.
pub(crate) fn read(bytes: &[u8], media_type: &str, depth: u8) -> Result<Read, ReadError> {
    let found = detect(bytes)?;
    let kind = match media_type.split(';').next().unwrap_or_default().trim() {
        // Plain text may begin with what looks like markup.
        "text/plain" if matches!(found, Kind::Html | Kind::Cda) => Kind::Text,
        _ => found,
    };
    if depth > EMBEDDED_DEPTH_MAX {
        return Err(ReadError::new(
            kind,
            "file",
            "a document inside a document inside a document",
            "give it by itself",
        ));
    }
    match kind {
        Kind::Text => plain::read(bytes),
        Kind::Rtf => rtf::read(bytes),
        Kind::Docx => docx::read(bytes),
        Kind::Pdf => pdf::read(bytes),
        Kind::Html => html::read(bytes),
        Kind::Cda => cda::read_at(bytes, depth),
        Kind::Hl7 | Kind::Fhir => {
            Err(ReadError::new(kind, "file", "messages inside a document", "give the message by itself"))
        }
    }
}
