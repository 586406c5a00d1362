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

use claim::{Claim, Finding, Verdict};
use codes::Library;

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
