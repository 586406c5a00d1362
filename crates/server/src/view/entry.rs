//! Sign-in and plain messages: pages without a frame.

use askama::Template;

/// The sign-in page (`sign_in.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// Changes when an asset changes.
    pub asset_key: String,
    /// Why the last attempt failed, or empty.
    pub error: String,
    /// Where to go afterwards.
    pub next: String,
    /// A form sent after the session had ended waits for the person.
    pub is_kept: bool,
    /// One-click entries, only in a demo served to this machine.
    pub personas: Vec<PersonaGroup>,
}

/// The demo people of one client, or of all.
#[derive(Clone, Debug, Default)]
pub struct PersonaGroup {
    /// Whose people.
    pub label: String,
    /// In the order of the work.
    pub personas: Vec<Persona>,
}

/// A demo person.
#[derive(Clone, Debug, Default)]
pub struct Persona {
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Roles.
    pub what: String,
}

/// A message that stands alone: not found, forbidden, failed (`message.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "message.html")]
pub struct Notice {
    /// Changes when an asset changes.
    pub asset_key: String,
    /// What happened.
    pub title: String,
    /// What was kept and what to do.
    pub text: String,
    /// Where the person came from, or empty.
    pub back: String,
}
