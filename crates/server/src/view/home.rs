//! Home: the person's worklists.

use askama::Template;

use super::frame::Frame;
use super::library::ReleaseAlert;
use super::part::{Amount, Tag};

/// The first page after sign-in (`home.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "home.html")]
pub struct Home {
    /// Surroundings.
    pub frame: Frame,
    /// The person's lists, most urgent first.
    pub lists: Vec<ListSummary>,
    /// Things with a date: appeals due, filing limits near.
    pub deadlines: Vec<Deadline>,
    /// Editions of the code library the person has not acknowledged.
    pub releases: Vec<ReleaseAlert>,
}

/// A worklist in figures.
#[derive(Clone, Debug, Default)]
pub struct ListSummary {
    /// Name.
    pub label: String,
    /// Address of the list.
    pub href: String,
    /// What one does here, in a few words.
    pub what: String,
    /// How many items.
    pub count: usize,
    /// Age of the oldest, in words; empty without items.
    pub oldest: String,
    /// Money waiting.
    pub amount: Amount,
    /// Address of the item to work next; empty without items.
    pub first: String,
    /// Letter after `g`, or empty.
    pub key: String,
}

/// A thing that is lost when a day passes.
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    /// What.
    pub label: String,
    /// Address.
    pub href: String,
    /// Last day.
    pub on: String,
    /// Days left, coloured.
    pub left: Tag,
    /// Money at stake.
    pub amount: Amount,
}
