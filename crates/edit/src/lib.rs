//! Claim edits: findings on a claim before a payer sees it.
//!
//! [`check`] runs every edit of the registry ([`edits`]) over a claim; a finding names the line and field,
//! says what is wrong and what to do, who does it and where the rule is written. [`apply_fixes`] makes the
//! corrections that need no judgement.

#[cfg(test)]
mod cases;
mod charges;
mod context;
mod coverage;
mod demographics;
mod diagnoses;
mod edit;
mod filing;
mod fix;
mod global;
mod identifiers;
mod modifiers;
mod ncci;
mod procedures;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod sample;
mod table;
mod therapy;

use claim::{Claim, Finding, Sex, Verdict};
use codes::Library;
use jiff::civil::Date;

pub use context::{Context, CoverageFacts, Override, PriorLine};
pub use edit::{Edit, edits};
pub use fix::apply_fixes;

use edit::{Report, Subject};

/// Examines a claim: what fails, what an exception excuses, what could not be checked. Silence is a pass.
///
/// Findings stand in the order of the registry, then by line. A failure that a person overrode with a reason
/// ([`Context::overrides`]) is kept as bypassed.
#[must_use]
pub fn check(claim: &Claim, context: &Context, library: &Library) -> Vec<Finding> {
    let subject = Subject::new(claim, context, library);
    let mut findings = Vec::new();
    for edit in edits() {
        (edit.run)(&subject, &mut Report { edit, findings: &mut findings });
    }
    for finding in &mut findings {
        let reason = context
            .overrides
            .iter()
            .find(|o| o.id == finding.id && o.line == finding.line && !o.reason.trim().is_empty())
            .map(|o| o.reason.trim());
        if let (Verdict::Fail, Some(reason)) = (finding.verdict, reason) {
            finding.verdict = Verdict::Bypassed;
            finding.message.push_str(" Overridden: ");
            finding.message.push_str(reason);
        }
    }
    findings
}

/// True when a diagnosis fits a patient's sex and age in whole years on a date (MCE 4 and 5); what is not known fits.
#[must_use]
pub fn suits(code: &str, sex: Option<Sex>, age: Option<u16>, on: Date) -> bool {
    table::demands(code, on).all(|demand| {
        let fits_sex = sex.is_none_or(|sex| demand.sex.is_none_or(|asked| asked == sex));
        fits_sex && age.is_none_or(|age| demand.ages.contains(&age))
    })
}

/// True when a rule of `data/sequence.tsv`, such as `first_only`, names a diagnosis on a date.
#[must_use]
pub fn has_sequence_rule(rule: &str, code: &str, on: Date) -> bool {
    table::diagnosis_is(rule, code, on)
}
