//! Why a file was not read.

use crate::Kind;

/// A file that was not read: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}, {place}: {found}; {advice}")]
pub struct ReadError {
    /// The format it was read as.
    pub kind: Kind,
    /// Byte, page, paragraph, segment or path.
    pub place: String,
    /// What stands there.
    pub found: String,
    /// What was expected or what to do.
    pub advice: String,
}

impl ReadError {
    pub(crate) fn new(
        kind: Kind,
        place: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { kind, place: place.into(), found: found.into(), advice: advice.into() }
    }
}
