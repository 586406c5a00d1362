//! Two-person approval: giving money up or back above the practice's limit needs a manager. Where one person does
//! everything (the *solo practice* setting) nobody else is there to approve: the owner reviews such decisions
//! afterwards, from a list that comes due at the end of each month.

use claim::{ClientId, Money, UserId};
use jiff::civil::Date;
use serde_json::json;
use store::{Actor, Role, Tx, work::NewWorkItem};

use crate::CycleError;

/// The kind of work an owner's review is.
pub const OWNER_REVIEW: &str = "owner_review";

/// Checks that who acts may give up or give back an amount, and lists it for the owner's review in a solo practice.
/// `subject` is the kind and identity of the record it is about, `what` says it in words.
///
/// # Errors
/// [`CycleError::Refused`] above the limit for anybody but a manager.
pub(crate) fn require(tx: &mut Tx<'_>, what: &str, subject: (&str, String), amount: Money) -> Result<(), CycleError> {
    let client = store::client::current(tx)?;
    let limit = client.settings.write_off_limit;
    if !matches!(tx.actor(), Actor::User(_)) || amount <= limit {
        return Ok(());
    }
    if client.settings.is_solo {
        let item = NewWorkItem {
            kind: OWNER_REVIEW,
            owner: Role::Manager,
            subject,
            title: format!("{what}: {amount}"),
            amount,
            due_on: Some(month_end(tx.today())),
        };
        store::work::open(tx, &item, &json!({ "what": what, "limit": limit, "by": tx.actor().to_string() }))?;
        return Ok(());
    }
    match limit_passed(tx, amount)? {
        None => Ok(()),
        Some(limit) => Err(CycleError::refused(format!("{what} of {amount} needs a manager: the limit is {limit}."))),
    }
}

/// The practice's limit, when an amount is above what who acts may give up or give back alone.
///
/// # Errors
/// When the store refuses.
pub fn limit_passed(tx: &mut Tx<'_>, amount: Money) -> Result<Option<Money>, CycleError> {
    let client = store::client::current(tx)?;
    let limit = client.settings.write_off_limit;
    let Actor::User(user) = *tx.actor() else { return Ok(None) };
    let is_free = amount <= limit || client.settings.is_solo || is_manager(tx, user, client.id)?;
    Ok(Some(limit).filter(|_| !is_free))
}

fn month_end(day: Date) -> Date {
    day.last_of_month()
}

fn is_manager(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> Result<bool, CycleError> {
    Ok(store::user::roles(tx, user)?.contains(&(client, Role::Manager)))
}
