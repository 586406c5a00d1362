//! What registration changes of a coverage, within what claims rest on.

use claim::{ClaimStatus, Coverage};
use store::Tx;

use crate::CycleError;

/// Changes a coverage. Its payer and its place in the order stay once a claim stands under it: the claim names the one,
/// and its money stands on the receivable of the other.
///
/// # Errors
/// [`CycleError::Refused`] when a claim stands in the way, saying which and what to do; when the coverage is not in
/// scope.
pub fn change(tx: &mut Tx<'_>, coverage: &Coverage) -> Result<(), CycleError> {
    let before = store::coverage::get(tx, coverage.id)?;
    if (before.payer_id, before.sequence) != (coverage.payer_id, coverage.sequence) {
        // A closed claim that a payer had may still be decided anew.
        let claims = store::claim::of_coverage(tx, &before)?;
        let standing = claims.iter().find(|claim| claim.status != ClaimStatus::Closed || claim.submitted_on.is_some());
        if let Some(claim) = standing {
            return Err(CycleError::refused(format!(
                "Claim {} stands under this coverage, so its payer ({}) and its place in the order stay. Give it a last \
                 day, and add the right one as a new coverage; a claim that was not sent yet goes back to the coder \
                 first.",
                claim.number, claim.payer_name
            )));
        }
    }
    Ok(store::coverage::update(tx, coverage)?)
}
