//! A form sent after its session had ended: what was typed waits a short while for the same person to sign in again, in
//! memory and never on disk.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::http::header;
use claim::{ClientId, UserId};
use jiff::{SignedDuration, Timestamp};
use store::Role;

use crate::answer::{Fault, Outcome, go};
use crate::app::{App, held, present};
use crate::asked::Asked;
use crate::route::{escaped, page_of};
use crate::session;
use crate::view::frame::{Kept, Message};

/// How long it waits.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Largest form kept: the longest note with its fields.
const BYTES_MAX: usize = 1024 * 1024;
/// People whose form waits at once; a further one is not kept.
const FORMS_MAX: usize = 100;

/// What waits, by whose it is: one form a person, the last they sent.
#[derive(Default)]
pub(crate) struct LeftForms(Mutex<HashMap<UserId, Left>>);

struct Left {
    client: ClientId,
    at: Timestamp,
    kept: Kept,
    had_files: bool,
}

impl LeftForms {
    /// True when there was room for it.
    fn keep(&self, user: UserId, left: Left) -> bool {
        let mut forms = held(&self.0);
        forms.retain(|_, old| left.at.duration_since(old.at) < LIFE);
        if forms.len() >= FORMS_MAX && !forms.contains_key(&user) {
            return false;
        }
        forms.insert(user, left);
        true
    }

    fn take(&self, user: UserId, now: Timestamp) -> Option<Left> {
        held(&self.0).remove(&user).filter(|left| now.duration_since(left.at) < LIFE)
    }
}

/// Keeps the form of a session that ended and goes to sign in; the fault as it is when the form is not kept: too large,
/// not of that session's pages, or from nobody who was signed in.
pub(crate) fn kept(app: &App, asked: &Asked, fault: Fault) -> Outcome {
    if asked.wants_json() {
        return Err(fault);
    }
    let Some(person) = session::ended(&app.db, asked.header(header::COOKIE.as_str()))? else { return Err(fault) };
    let Some(client) = page_of(asked, &person) else { return Err(fault) };
    let fields = asked.form.typed();
    let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    let page = asked.back();
    let left = Left {
        client: client.id,
        at: present(),
        kept: Kept { action: asked.uri.path().to_owned(), page: page.clone(), fields },
        had_files: !asked.files.is_empty(),
    };
    if size > BYTES_MAX || !app.left().keep(person.user.id, left) {
        return Err(fault);
    }
    Ok(go(&format!("/sign-in?kept=1&next={}", escaped(&page))))
}

/// The form that waits for a person, for a client where they still have a role.
pub(crate) struct Waiting {
    /// The client of its page.
    pub client: ClientId,
    /// The page it is on.
    pub page: String,
    /// What to show there.
    pub message: Message,
}

/// Takes what waits for a person who signed in.
pub(crate) fn waiting(app: &App, user: UserId, roles: &[(ClientId, Role)]) -> Option<Waiting> {
    let left =
        app.left().take(user, present()).filter(|left| roles.iter().any(|(client, _)| *client == left.client))?;
    let files = if left.had_files { " Choose the file again." } else { "" };
    let text =
        format!("You had been signed out, so nothing was changed. What you typed is here: send it again.{files}");
    let page = left.kept.page.clone();
    let message = Message { kind: "warn".into(), text, kept: Some(left.kept), ..Message::default() };
    Some(Waiting { client: left.client, page, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(at: Timestamp, text: &str) -> Left {
        let kept = Kept { fields: vec![("text".into(), text.into())], ..Kept::default() };
        Left { client: ClientId(uuid::Uuid::from_u128(1)), at, kept, had_files: false }
    }

    fn user(n: usize) -> UserId {
        UserId(uuid::Uuid::from_u128(n as u128))
    }

    #[test]
    fn what_waits_is_taken_once_and_not_for_long() {
        let forms = LeftForms::default();
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let later = |minutes| start.saturating_add(SignedDuration::from_mins(minutes)).unwrap();
        assert!(forms.keep(user(1), left(start, "first")) && forms.keep(user(1), left(start, "second")));
        assert!(forms.take(user(2), start).is_none(), "another person's is not there");
        assert_eq!(forms.take(user(1), later(14)).unwrap().kept.fields[0].1, "second");
        assert!(forms.take(user(1), start).is_none());
        forms.keep(user(1), left(start, "third"));
        assert!(forms.take(user(1), later(15)).is_none());
    }

    #[test]
    fn only_so_many_wait_at_once() {
        let forms = LeftForms::default();
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        assert!((0..FORMS_MAX).all(|n| forms.keep(user(n), left(start, "note"))));
        assert!(!forms.keep(user(FORMS_MAX), left(start, "note")));
        assert!(forms.keep(user(0), left(start, "the same person's next")));
        let later = start.saturating_add(LIFE).unwrap();
        assert!(forms.keep(user(FORMS_MAX), left(later, "note")), "the old ones are gone by then");
    }
}
