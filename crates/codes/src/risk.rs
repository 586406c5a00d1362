//! Risk adjustment: which categories of which models a diagnosis counts in.

use jiff::civil::Date;

use crate::{Library, icd10cm::bare};

/// A category of a risk adjustment model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskCategory {
    /// The model, such as `CMS-HCC Model V28`.
    pub model: String,
    /// The category's number.
    pub number: String,
    /// What the category is called; empty where no label is at hand.
    pub label: String,
}

impl Library {
    /// The categories that a diagnosis of a service on a day counts in, model by model; dots allowed. Payments follow
    /// the services of the year before: what counts on a day in 2026 is the mapping for payments of 2027.
    #[must_use]
    pub fn risk_categories(&self, code: &str, on: Date) -> Vec<RiskCategory> {
        let prefix = format!("{} ", bare(code));
        let rows = self.records("hcc", &prefix, on);
        rows.map(|(_, row)| {
            let (model, number) = (row.get("model").to_owned(), row.get("category").to_owned());
            let label = self.record("hcc-labels", &label_key(&model, &number), on);
            RiskCategory { label: label.map(|row| row.get("text").to_owned()).unwrap_or_default(), model, number }
        })
        .collect()
    }
}

/// Labels name a model by what it pays for and its version: `CMS-HCC ESRD Model V24` is `ESRD V24`, and the versions
/// of the drug models, `RxHCC Model V08`, begin with an R.
fn label_key(model: &str, number: &str) -> String {
    let version = model.rsplit(' ').next().unwrap_or_default();
    if model.starts_with("RxHCC") {
        return format!("RxHCC {} RXHCC{number}", version.replacen('V', "R", 1));
    }
    let domain = if model.contains("ESRD") { "ESRD" } else { "CMS-HCC" };
    format!("{domain} {version} HCC{number}")
}
