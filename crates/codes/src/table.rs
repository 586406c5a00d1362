//! Tab-separated tables with a header row: read by column name, with errors that say where.

use std::{collections::BTreeMap, str::FromStr};

use jiff::civil::Date;

use crate::span::{Span, choose};

/// Why a table cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}, column {column}: expected {expected}, found \u{201c}{found}\u{201d}. Correct the row.")]
pub struct TableError {
    /// Which file.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// Column by its header.
    pub column: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there (at most 40 characters).
    pub found: String,
}

/// One row with its place in the file.
pub(crate) struct Row<'a> {
    file: &'a str,
    line: usize,
    columns: &'a [&'a str],
    fields: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The text of a column; empty when the row ends before it or the file has no such column.
    pub fn text(&self, column: &str) -> &'a str {
        let position = self.columns.iter().position(|name| *name == column);
        position.and_then(|i| self.fields.get(i)).copied().unwrap_or_default().trim()
    }

    /// An error about a column.
    pub fn error(&self, column: &str, expected: &str) -> TableError {
        TableError {
            file: self.file.to_owned(),
            line: self.line,
            column: column.to_owned(),
            expected: expected.to_owned(),
            found: self.text(column).chars().take(40).collect(),
        }
    }

    /// The value of a column that must be filled.
    pub fn value<T: FromStr>(&self, column: &str, expected: &str) -> Result<T, TableError> {
        self.text(column).parse().map_err(|_| self.error(column, expected))
    }

    /// The value of a column that may be empty.
    pub fn optional<T: FromStr>(&self, column: &str, expected: &str) -> Result<Option<T>, TableError> {
        if self.text(column).is_empty() { Ok(None) } else { self.value(column, expected).map(Some) }
    }

    /// A number that is zero when the column is empty.
    pub fn number(&self, column: &str) -> Result<u32, TableError> {
        Ok(self.optional(column, "a whole number or nothing")?.unwrap_or(0))
    }

    /// `y` or empty.
    pub fn flag(&self, column: &str) -> Result<bool, TableError> {
        match self.text(column) {
            "y" => Ok(true),
            "" => Ok(false),
            _ => Err(self.error(column, "y or nothing")),
        }
    }

    /// Values separated by spaces.
    pub fn list<T: FromStr>(&self, column: &str, expected: &str) -> Result<Vec<T>, TableError> {
        self.text(column)
            .split_whitespace()
            .map(|item| item.parse().map_err(|_| self.error(column, expected)))
            .collect()
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, TableError> {
        let found = words.iter().find(|(word, _)| *word == self.text(column));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.error(column, &known.join(", "))
        })
    }

    /// Columns `effective_from` and `effective_to`.
    pub fn span(&self) -> Result<Span, TableError> {
        let from: Date = self.value("effective_from", "a date such as 2026-01-01")?;
        let to: Option<Date> = self.optional("effective_to", "a date such as 2026-12-31, or nothing")?;
        if to.is_some_and(|to| to < from) {
            return Err(self.error("effective_to", "a date on or after effective_from"));
        }
        Ok(Span { from, to })
    }
}

/// Reads every row. Lines that are empty or start with `#` are comments; the first other line names the columns.
pub(crate) fn read<T>(
    file: &str,
    text: &str,
    mut parse: impl FnMut(&Row<'_>) -> Result<T, TableError>,
) -> Result<Vec<T>, TableError> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let columns: Vec<&str> = lines.next().map(|(_, header)| header.split('\t').collect()).unwrap_or_default();
    lines
        .map(|(line, text)| parse(&Row { file, line, columns: &columns, fields: text.split('\t').collect() }))
        .collect()
}

/// Rows by key and date.
#[derive(Clone, Debug)]
pub(crate) struct Dated<K, V> {
    rows: BTreeMap<K, Vec<(Span, V)>>,
}

impl<K, V> Default for Dated<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new() }
    }
}

impl<K: Ord, V> Dated<K, V> {
    pub fn new(rows: impl IntoIterator<Item = (K, Span, V)>) -> Self {
        let mut table = Self::default();
        for (key, span, value) in rows {
            table.rows.entry(key).or_default().push((span, value));
        }
        table
    }

    /// Adds the rows of another table; of two that begin on one day the added one answers.
    pub fn extend(&mut self, other: Self) {
        for (key, rows) in other.rows {
            self.rows.entry(key).or_default().extend(rows);
        }
    }

    /// The row in force on a day.
    pub fn on<Q>(&self, key: &Q, on: Date) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.nearest(key, on).and_then(|(value, is_stale)| (!is_stale).then_some(value))
    }

    /// The row in force on a day, else the nearest one, and whether it is stale.
    pub fn nearest<Q>(&self, key: &Q, on: Date) -> Option<(&V, bool)>
    where
        K: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        choose(self.rows.get(key)?, |(span, _)| *span, on).map(|((_, value), is_stale)| (value, is_stale))
    }

    /// Every key with its rows, in order of the key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Span, &V)> {
        self.rows.iter().flat_map(|(key, rows)| rows.iter().map(move |(span, value)| (key, span, value)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TEXT: &str =
        "# a comment\ncode\tunits\teffective_from\teffective_to\nA\t3\t2024-01-01\t2024-12-31\nA\t4\t2025-01-01\n";

    fn rows(text: &str) -> Result<Dated<String, u32>, TableError> {
        let rows = read("units.tsv", text, |row| Ok((row.text("code").to_owned(), row.span()?, row.number("units")?)))?;
        Ok(Dated::new(rows))
    }

    #[test]
    fn the_date_chooses_the_row() {
        let table = rows(TEXT).unwrap();
        assert_eq!(table.on("A", date(2024, 12, 31)), Some(&3));
        assert_eq!(table.on("A", date(2025, 1, 1)), Some(&4));
        assert_eq!(table.on("A", date(2023, 1, 1)), None);
        assert_eq!(table.nearest("A", date(2023, 1, 1)), Some((&3, true)));
        assert_eq!(table.on("B", date(2025, 1, 1)), None);
    }

    #[test]
    fn a_bad_row_says_where() {
        let error = rows("code\tunits\teffective_from\teffective_to\nA\tmany\t2024-01-01\t\n").map(|_| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "units.tsv line 2, column units: expected a whole number or nothing, found \u{201c}many\u{201d}. Correct the row."
        );
        assert!(rows("code\tunits\teffective_from\teffective_to\nA\t1\t2024-01-01\t2023-01-01\n").is_err());
        assert!(rows("code\tunits\teffective_from\teffective_to\nA\t1\n").is_err());
    }
}
