//! Coverage policies: which diagnoses support a service (medical necessity).

use claim::{DiagnosisCode, ProcedureCode};

use crate::{
    Target,
    table::{self, Dated, TableError},
};

/// A policy in force for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its number.
    pub id: String,
    /// A few words of our own.
    pub title: String,
    /// Diagnoses that support the service: code prefixes and ranges of them.
    pub covered: Vec<Target>,
}

impl Policy {
    /// True when a diagnosis supports the service.
    #[must_use]
    pub fn covers(&self, diagnosis: &DiagnosisCode) -> bool {
        self.covered.iter().any(|target| target.names(diagnosis.as_str()))
    }
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<ProcedureCode, Policy>, TableError> {
    let rows = table::read(file, text, |row| {
        let policy = Policy {
            id: row.text("id").to_owned(),
            title: row.text("title").to_owned(),
            covered: row.list("covered", "ICD-10-CM prefixes or ranges such as M17 or M17-M19")?,
        };
        let span = row.span()?;
        let codes: Vec<ProcedureCode> = row.list("procedures", "CPT or HCPCS codes separated by spaces")?;
        Ok(codes.into_iter().map(|code| (code, span, policy.clone())).collect::<Vec<_>>())
    })?;
    Ok(Dated::new(rows.into_iter().flatten()))
}
