//! Conditions of the past that leave a history (Guidelines I.C.21.c.4).

use codes::Icd10cm;

use crate::table::{cell, table};

/// The personal history that a condition of the past becomes, when the list has one.
pub(crate) fn history(icd: &Icd10cm<'_>, code: &str) -> Option<String> {
    let table = table!("past.tsv");
    let row = table.filter(|row| code.starts_with(cell(row, 0))).max_by_key(|row| cell(row, 0).len())?;
    let history: String = cell(row, 1).chars().filter(|c| *c != '.').collect();
    icd.is_billable(&history).then_some(history)
}
