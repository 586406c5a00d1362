//! The small tables of the crate: one row a line, fields between bars, `#` begins a comment.

use std::collections::BTreeMap;

/// Where the world's own texts are wrong, and how. A test makes every world of many seeds, so a user
/// never meets one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct WorldError {
    /// File and row or placeholder.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

impl WorldError {
    pub(crate) fn new(place: impl Into<String>, message: impl ToString) -> Self {
        Self { place: place.into(), message: message.to_string() }
    }
}

/// A row of a table with its place for errors.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) place: String,
    fields: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The field at a position, trimmed; empty when the row ends before it.
    pub(crate) fn field(&self, at: usize) -> &'a str {
        self.fields.get(at).copied().unwrap_or("")
    }

    /// The field at a position as a value.
    pub(crate) fn value<T: std::str::FromStr>(&self, at: usize) -> Result<T, WorldError>
    where
        T::Err: ToString,
    {
        self.field(at).parse().map_err(|e: T::Err| WorldError::new(&self.place, e))
    }
}

/// The rows of a table, in order.
pub(crate) fn rows<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = Row<'a>> {
    text.lines().zip(1u32..).filter(|(line, _)| !line.starts_with('#') && !line.trim().is_empty()).map(
        move |(line, number)| Row {
            place: format!("{file}, line {number}"),
            fields: line.split('|').map(str::trim).collect(),
        },
    )
}

/// `a=1; b=2` as a map.
pub(crate) fn options(text: &str) -> BTreeMap<String, String> {
    text.split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}
