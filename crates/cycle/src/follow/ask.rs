//! A denial above the limit of who works it goes to the manager with what is proposed.

use claim::{ClaimId, WorkItemId};
use serde::{Deserialize, Serialize};
use store::{Role, Tx, work::NewWorkItem};

use super::refused;
use crate::CycleError;

/// The kind of work a question to the manager is.
pub const ASKED_OF_MANAGER: &str = "manager_decision";

/// Body of `manager_decision` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerQuestion {
    /// The denial it is about.
    pub denial: WorkItemId,
    /// What is proposed and why.
    pub proposal: String,
}

/// Asks the manager to decide about a denial. It stays open and is worked as before until somebody ends it.
///
/// # Errors
/// [`CycleError::Refused`] when it is no open denial, without a proposal, or when it was asked already.
pub fn ask_manager(tx: &mut Tx<'_>, id: WorkItemId, proposal: &str) -> Result<WorkItemId, CycleError> {
    let refused = refused(tx, id, proposal)?;
    if !open(tx, refused.claim_id, id)?.is_empty() {
        return Err(CycleError::refused("The manager was asked already and has not decided yet."));
    }
    let denial = &refused.denial;
    let title =
        format!("Decide about {} of {} ({}-{})", refused.item.amount, denial.claim_number, denial.group, denial.carc);
    let item = NewWorkItem {
        kind: ASKED_OF_MANAGER,
        owner: Role::Manager,
        subject: ("claim", refused.claim_id.to_string()),
        title,
        amount: refused.item.amount,
        due_on: refused.item.due_on,
    };
    let proposal = proposal.trim().to_owned();
    let text = format!("The manager is asked: {proposal}");
    let asked = store::work::open(tx, &item, &ManagerQuestion { denial: id, proposal })?;
    store::claim::event(tx, refused.claim_id, "note", &text, None, &serde_json::Value::Null)?;
    Ok(asked)
}

/// Ends what was asked about a denial that is done.
pub(super) fn answered(tx: &mut Tx<'_>, claim: ClaimId, id: WorkItemId, text: &str) -> Result<(), CycleError> {
    for item in open(tx, claim, id)? {
        store::work::finish(tx, item, text)?;
    }
    Ok(())
}

fn open(tx: &mut Tx<'_>, claim: ClaimId, id: WorkItemId) -> Result<Vec<WorkItemId>, CycleError> {
    let items = store::work::of_subject(tx, "claim", claim)?.into_iter();
    let about = |body: &serde_json::Value| {
        serde_json::from_value::<ManagerQuestion>(body.clone()).is_ok_and(|question| question.denial == id)
    };
    let open = items.filter(|i| i.kind == ASKED_OF_MANAGER && i.done_at.is_none() && about(&i.body));
    Ok(open.map(|item| item.id).collect())
}
