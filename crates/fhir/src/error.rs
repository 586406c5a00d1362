//! Why a resource was not read, and where.

/// A defect of a resource, with its path from the root of the file (`entry[3].resource.birthDate`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FhirError {
    /// Elements from the root, `resource` for the root itself.
    pub path: String,
    /// What stands there and what was expected.
    pub reason: String,
}

impl FhirError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        let path = path.into();
        Self { path: if path.is_empty() { "resource".to_owned() } else { path }, reason: reason.into() }
    }
}
