//! The built-in payers between two files: their plans and memories in the store.

use claim::PayerId;
use payer::{Plan, PlanError, State};
use store::{StoreError, Tx};
use world::PlanFolder;

use crate::desk::{Desk, Memory};

/// Why a built-in payer cannot work.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The store refused, or a sealed field does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The plan is not as documented.
    #[error("plan {plan}, {cause}")]
    Plan {
        /// Folder name.
        plan: String,
        /// Where and what.
        cause: PlanError,
    },
}

fn parse(folder: &PlanFolder) -> Result<Plan, CounterError> {
    Plan::parse(&folder.plan_toml, &folder.members_csv, &folder.fees_csv)
        .map_err(|cause| CounterError::Plan { plan: folder.name.clone(), cause })
}

/// Gives a payer its built-in counterpart, which has seen nothing yet. The plan is kept as it is written.
///
/// # Errors
/// [`CounterError::Plan`] when it cannot be read.
pub fn open(tx: &mut Tx<'_>, payer: PayerId, folder: &PlanFolder) -> Result<(), CounterError> {
    let desk = Desk::new(parse(folder)?, State::new());
    Ok(store::payer::put_plan(tx, payer, folder, &desk.memory())?)
}

/// The desk of a payer as it was left; `None` for payers of the outside world.
///
/// # Errors
/// [`CounterError`] when what is kept does not open.
pub fn desk(tx: &mut Tx<'_>, payer: PayerId) -> Result<Option<Desk>, CounterError> {
    let Some((folder, memory)) = store::payer::plan::<PlanFolder, Memory>(tx, payer)? else { return Ok(None) };
    Ok(Some(Desk::resume(parse(&folder)?, memory)))
}

/// Remembers what a desk knows now.
///
/// # Errors
/// When the store refuses.
pub fn leave(tx: &mut Tx<'_>, payer: PayerId, desk: &Desk) -> Result<(), CounterError> {
    Ok(store::payer::put_state(tx, payer, &desk.memory())?)
}
