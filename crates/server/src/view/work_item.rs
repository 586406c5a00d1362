//! An item of work that has no page of its own: what it says, what it is about, and its end.

use askama::Template;

use super::frame::Frame;
use super::part::{Amount, Tag};

/// An item of work (`work_item.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "work_item.html")]
pub struct WorkItemPage {
    /// Surroundings.
    pub frame: Frame,
    /// Its number, used in addresses.
    pub id: String,
    /// One line.
    pub title: String,
    /// What kind.
    pub kind: String,
    /// Whose list.
    pub owner: String,
    /// Open or done.
    pub status: Tag,
    /// At stake.
    pub amount: Amount,
    /// Days left.
    pub left: Tag,
    /// What it is about.
    pub subject: String,
    /// Its address.
    pub href: String,
    /// What is known: name and value.
    pub facts: Vec<(String, String)>,
    /// Still to be done.
    pub is_open: bool,
    /// A payment to be sent back, which ends with its number.
    pub is_return: bool,
    /// What came of it.
    pub outcome: String,
}
