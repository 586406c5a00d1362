//! Provider specialties (NUCC taxonomy numbers with labels of our own).

use claim::Taxonomy;

use crate::table::{self, Dated, TableError};

/// A specialty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specialty {
    /// Taxonomy code (PRV03).
    pub code: Taxonomy,
    /// A few words of our own.
    pub label: String,
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<Taxonomy, Specialty>, TableError> {
    let rows = table::read(file, text, |row| {
        let specialty = Specialty { code: row.value("code", "a taxonomy code")?, label: row.text("label").to_owned() };
        Ok((specialty.code.clone(), row.span()?, specialty))
    })?;
    Ok(Dated::new(rows))
}
