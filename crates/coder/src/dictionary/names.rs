//! Names made of parts: neoplasms with their sites, operations with what they leave.

use super::bare;
use crate::table::{cell, table};

/// Neoplasms of each site as clinicians name them, with their code.
pub(super) fn neoplasms() -> impl Iterator<Item = (String, String)> {
    const NAMES: &[(usize, &[&str])] = &[
        (
            1,
            &[
                "cancer",
                "carcinoma",
                "adenocarcinoma",
                "malignancy",
                "malignant neoplasm",
                "malignant tumor",
                "squamous cell carcinoma",
            ],
        ),
        (2, &["metastasis", "metastatic disease to", "secondary malignant neoplasm of"]),
        (3, &["carcinoma in situ of"]),
        (4, &["adenoma", "benign neoplasm of", "benign tumor of"]),
        (5, &["tumor", "neoplasm"]),
    ];
    table!("neoplasms.tsv").flat_map(|row| {
        let of_kind = move |(column, names): &'static (usize, &'static [&'static str])| {
            let (sites, code) = (cell(row, 0), bare(cell(row, *column)));
            let named = move |site: &'static str| names.iter().map(move |name| format!("{name} {site}"));
            let phrases = sites.split('|').flat_map(named);
            phrases.map(|phrase| (phrase, code.clone())).filter(|(_, code)| !code.is_empty()).collect::<Vec<_>>()
        };
        NAMES.iter().flat_map(of_kind).collect::<Vec<_>>()
    })
}

/// Operations of the past with the status they leave.
pub(super) fn past_operations() -> impl Iterator<Item = (String, String)> {
    table!("operations_past.tsv").flat_map(|row| {
        let code = bare(cell(row, 1));
        let told = |operation: &'static str| {
            ["status post", "history", "prior", "previous", "past"].map(|told| format!("{told} {operation}"))
        };
        cell(row, 0).split('|').flat_map(told).map(|phrase| (phrase, code.clone())).collect::<Vec<_>>()
    })
}
