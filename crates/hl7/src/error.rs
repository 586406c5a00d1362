//! Why a message was not read, and where.

/// A defect of a message, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}, {place}: found {found}; expected {expected}")]
pub struct Hl7Error {
    /// Byte of the file.
    pub offset: usize,
    /// Segment, field and component in the field's writing: `PID-7`, `OBX-5.3`, or `segment 4`.
    pub place: String,
    /// What stands there, shortened.
    pub found: String,
    /// What should.
    pub expected: String,
}

/// Longest part of a message an error repeats, in characters.
const SHOWN_MAX: usize = 24;

impl Hl7Error {
    pub(crate) fn new(offset: usize, place: impl Into<String>, found: &[u8], expected: impl Into<String>) -> Self {
        Self { offset, place: place.into(), found: shown(found), expected: expected.into() }
    }
}

fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut short: String = text.chars().take(SHOWN_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        short.push('\u{2026}');
    }
    format!("\u{201c}{short}\u{201d}")
}
