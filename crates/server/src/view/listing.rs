//! Worklists and other lists: one table, each row one item that opens.

use askama::Template;

use super::frame::Frame;
use super::part::{Amount, Tag};

/// A list page (`listing.html`): to code, queries, held claims, rejections, denials, parked
/// remittances, credits, statements, patients, claims.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "listing.html")]
pub struct Listing {
    /// Surroundings.
    pub frame: Frame,
    /// Name of the list.
    pub title: String,
    /// One sentence: what is here and why.
    pub lead: String,
    /// Narrower views, each an address.
    pub filters: Vec<Filter>,
    /// Search box of the list, when it has one.
    pub search: Option<Search>,
    /// Buttons that open something.
    pub actions: Vec<Action>,
    /// Files that may be brought here.
    pub upload: Option<Upload>,
    /// One thing to do to every item shown.
    pub bulk: Option<Bulk>,
    /// Columns, first one names the item.
    pub columns: Vec<Column>,
    /// Items.
    pub rows: Vec<Row>,
    /// Totals under the columns, or empty.
    pub totals: Vec<Cell>,
    /// `1–100 of 2,310`.
    pub shown: String,
    /// Address of the page before, or empty.
    pub previous: String,
    /// Address of the page after, or empty.
    pub next: String,
    /// What an empty list means and how something gets here.
    pub empty: String,
}

/// A narrower view of a list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
    /// How many, or empty.
    pub count: String,
    /// Shown now.
    pub is_current: bool,
}

/// The search box of a list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Where the form goes (GET).
    pub href: String,
    /// What it searches.
    pub label: String,
    /// Words searched now.
    pub words: String,
}

/// A button that opens something.
#[derive(Clone, Debug, Default)]
pub struct Action {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
    /// Key, or empty.
    pub key: String,
    /// The main one.
    pub is_primary: bool,
}

/// Files that may be brought to a list.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Where they are posted.
    pub href: String,
    /// Which.
    pub label: String,
}

/// One thing to do to every item shown, with its consequence spelled out.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// Where it is posted.
    pub href: String,
    /// `Send 12 claims`.
    pub label: String,
    /// What will happen, in one sentence.
    pub consequence: String,
    /// Key, or empty.
    pub key: String,
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Right-aligned money.
    pub is_money: bool,
    /// `ascending` or `descending` when the list is sorted by it, or empty.
    pub sorted: &'static str,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }

    /// A column of money.
    #[must_use]
    pub fn money(label: &str) -> Self {
        Self { label: label.to_owned(), is_money: true, ..Self::default() }
    }

    /// The same column, with the list sorted by it.
    #[must_use]
    pub fn sorted(self, direction: &'static str) -> Self {
        Self { sorted: direction, ..self }
    }
}

/// An item.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// As many as columns.
    pub cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// The link that opens the item.
    Open {
        /// Address.
        href: String,
        /// Words.
        text: String,
    },
    /// Words.
    Text(String),
    /// A day, never broken.
    Day(String),
    /// A code or number, monospaced.
    Code(String),
    /// Money.
    Money(Amount),
    /// A state.
    State(Tag),
}

impl Cell {
    /// The link that opens the item.
    #[must_use]
    pub fn open(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Open { href: href.into(), text: text.into() }
    }
}
