//! How far decided codes agree with the codes a human wrote down for the same note.

use std::collections::BTreeMap;

use claim::{CodeSet, Units};
use serde::{Deserialize, Serialize};

/// Agreement on one visit. Diagnoses compare by code; services by code, modifiers and units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// In both.
    pub matched: Vec<String>,
    /// Written but not decided.
    pub missed: Vec<String>,
    /// Decided but not written.
    pub extra: Vec<String>,
    /// Same first-listed diagnosis.
    pub first_listed_agrees: bool,
}

impl Agreement {
    /// True when nothing is missed and nothing extra.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.missed.is_empty() && self.extra.is_empty()
    }
}

/// Compares decided codes with written ones.
#[must_use]
pub fn compare(decided: &CodeSet, written: &CodeSet) -> Agreement {
    let mut left = keys(decided);
    let mut agreement = Agreement {
        first_listed_agrees: decided.diagnoses.first().map(|d| &d.code) == written.diagnoses.first().map(|d| &d.code),
        ..Agreement::default()
    };
    for (key, count) in keys(written) {
        let there = left.remove(&key).unwrap_or_default();
        let shared = there.min(count);
        agreement.matched.extend(std::iter::repeat_n(key.clone(), shared));
        agreement.missed.extend(std::iter::repeat_n(key.clone(), count - shared));
        agreement.extra.extend(std::iter::repeat_n(key, there - shared));
    }
    for (key, count) in left {
        agreement.extra.extend(std::iter::repeat_n(key, count));
    }
    agreement
}

fn keys(codes: &CodeSet) -> BTreeMap<String, usize> {
    let mut keys = BTreeMap::new();
    for diagnosis in &codes.diagnoses {
        *keys.entry(diagnosis.code.dotted()).or_default() += 1;
    }
    for service in &codes.services {
        let mut modifiers: Vec<&str> = service.modifiers.iter().map(claim::Modifier::as_str).collect();
        modifiers.sort_unstable();
        let mut key = service.code.to_string();
        for modifier in modifiers {
            key.push('-');
            key.push_str(modifier);
        }
        if service.units != Units::ONE {
            key.push_str(&format!(" \u{d7} {}", service.units));
        }
        *keys.entry(key).or_default() += 1;
    }
    keys
}

/// Agreement over many visits, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTotals {
    /// Visits compared.
    pub visits: usize,
    /// Visits with every code the same.
    pub full: usize,
    /// Codes in both.
    pub matched: usize,
    /// Codes written but not decided.
    pub missed: usize,
    /// Codes decided but not written.
    pub extra: usize,
}

impl AgreementTotals {
    /// Adds one visit.
    pub fn add(&mut self, agreement: &Agreement) {
        self.visits += 1;
        self.full += usize::from(agreement.is_full());
        self.matched += agreement.matched.len();
        self.missed += agreement.missed.len();
        self.extra += agreement.extra.len();
    }

    /// F1 in thousandths: 2 matched ÷ (2 matched + missed + extra).
    #[must_use]
    pub fn f1_per_mille(&self) -> usize {
        let whole = 2 * self.matched + self.missed + self.extra;
        (2_000 * self.matched).checked_div(whole).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claim::{CodedDiagnosis, CodedService, DiagnosisCode, Modifier, ProcedureCode};

    fn set(diagnoses: &[&str], services: &[(&str, &[&str], u32)]) -> CodeSet {
        CodeSet {
            diagnoses: diagnoses
                .iter()
                .map(|c| CodedDiagnosis { code: DiagnosisCode::new(c).unwrap(), evidence: vec![] })
                .collect(),
            services: services
                .iter()
                .map(|(code, modifiers, units)| CodedService {
                    code: ProcedureCode::new(code).unwrap(),
                    modifiers: modifiers.iter().map(|m| Modifier::new(m).unwrap()).collect(),
                    units: (*units).into(),
                    pointers: vec![1],
                    evidence: vec![],
                })
                .collect(),
        }
    }

    #[test]
    fn order_of_modifiers_does_not_matter_units_do() {
        let agreement = compare(
            &set(&["I10", "E11.9"], &[("97110", &["GP", "KX"], 2), ("99213", &[], 1)]),
            &set(&["I10", "E11.40"], &[("97110", &["KX", "GP"], 2), ("99213", &["25"], 1)]),
        );
        assert_eq!(agreement.matched, ["97110-GP-KX \u{d7} 2", "I10"]);
        assert_eq!(agreement.missed, ["99213-25", "E11.40"]);
        assert_eq!(agreement.extra, ["99213", "E11.9"]);
        assert!(agreement.first_listed_agrees);
        let mut totals = AgreementTotals::default();
        totals.add(&agreement);
        assert_eq!(totals.f1_per_mille(), 500);
    }
}
