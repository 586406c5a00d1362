//! Agreement of the coder with the codes written for the same notes; every miss opens.

use askama::Template;

use super::frame::Frame;
use super::part::Tag;

/// The agreement list (`agreement.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "agreement.html")]
pub struct AgreementPage {
    /// Surroundings.
    pub frame: Frame,
    /// Label and value: full agreement, missed, extra, first-listed.
    pub figures: Vec<(String, String)>,
    /// One for each encounter, disagreements first.
    pub rows: Vec<AgreementRow>,
    /// Only disagreements are shown.
    pub only_misses: bool,
}

/// One encounter.
#[derive(Clone, Debug, Default)]
pub struct AgreementRow {
    /// Address.
    pub href: String,
    /// Number.
    pub number: String,
    /// What the visit was about.
    pub about: String,
    /// Codes in both.
    pub matched: Vec<String>,
    /// Written, not decided.
    pub missed: Vec<String>,
    /// Decided, not written.
    pub extra: Vec<String>,
    /// Agrees, misses, differs.
    pub state: Tag,
}
