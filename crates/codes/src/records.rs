//! Imported tables by the key of their rows: the text of each pack once, and where each row stands in it.

use jiff::civil::Date;

use crate::{Span, import::Pack, span::choose};

/// Rows of a table, all editions.
#[derive(Debug, Default)]
pub(crate) struct Records {
    tables: Vec<Table>,
    /// In order of the key, rows of one key in the order of their editions.
    rows: Vec<Row>,
}

/// The rows of a pack: each line is the row's key, then its cells.
#[derive(Debug)]
struct Table {
    columns: Vec<String>,
    text: Box<str>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    span: Span,
    begin: u32,
    end: u32,
    table: u16,
}

/// A row of an imported table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    columns: &'a [String],
    /// The key, then the cells.
    line: &'a str,
    /// No row covers the day; this is the nearest one.
    pub is_stale: bool,
}

impl<'a> Record<'a> {
    /// The text of a column; empty when the table has no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &'a str {
        let position = self.columns.iter().position(|name| name == column);
        position.and_then(|i| self.line.split('\t').nth(i + 1)).unwrap_or_default()
    }

    fn key(&self) -> &'a str {
        self.line.split('\t').next().unwrap_or_default()
    }
}

impl Records {
    /// The rows of packs, oldest edition first; so many first columns identify a row. Where packs carry whole histories,
    /// the newest one that has a key speaks for all days.
    pub fn new<'a>(packs: impl Iterator<Item = &'a Pack>, key: usize, are_histories: bool) -> Self {
        let mut records = Self::default();
        for pack in packs {
            if let Ok(text) = pack.text() {
                records.lay(&text, pack.span, key);
            }
        }
        let Self { tables, mut rows } = records;
        rows.shrink_to_fit();
        let mut records = Self { tables, rows: Vec::new() };
        rows.sort_by(|a, b| records.key(a).cmp(records.key(b)));
        if are_histories {
            let newest = |group: &[Row]| group.iter().map(|row| row.table).max();
            let groups = rows.chunk_by(|a, b| records.key(a) == records.key(b));
            rows = groups
                .flat_map(|group| group.iter().filter(move |row| Some(row.table) == newest(group)).copied())
                .collect();
        }
        records.rows = rows;
        records
    }

    fn lay(&mut self, text: &str, span: Span, key: usize) {
        let mut lines = text.lines();
        let columns: Vec<String> = lines.next().unwrap_or_default().split('\t').map(str::to_owned).collect();
        let position = |name: &str| columns.iter().position(|other| other == name);
        let (from, to) = (position("effective_from"), position("effective_to"));
        let Ok(table) = u16::try_from(self.tables.len()) else { return };
        let mut kept = String::with_capacity(text.len());
        for line in lines {
            let day = |position: Option<usize>| line.split('\t').nth(position?)?.parse().ok();
            let span = match from {
                Some(_) => Span { from: day(from).unwrap_or(span.from), to: day(to) },
                None => span,
            };
            let begin = kept.len();
            for (nth, cell) in line.split('\t').take(key).enumerate() {
                kept.push_str(if nth == 0 { "" } else { " " });
                kept.push_str(cell);
            }
            kept.push('\t');
            kept.push_str(line);
            let (Ok(begin), Ok(end)) = (u32::try_from(begin), u32::try_from(kept.len())) else { break };
            self.rows.push(Row { span, begin, end, table });
        }
        self.tables.push(Table { columns, text: kept.into() });
    }

    fn record(&self, row: &Row, is_stale: bool) -> Record<'_> {
        let table = self.tables.get(usize::from(row.table));
        let line = table.and_then(|table| table.text.get(row.begin as usize..row.end as usize)).unwrap_or_default();
        Record { columns: table.map_or(&[], |table| &table.columns), line, is_stale }
    }

    fn key(&self, row: &Row) -> &str {
        self.record(row, false).key()
    }

    /// The row of a key for a day, else the nearest one.
    pub fn nearest(&self, key: &str, on: Date) -> Option<Record<'_>> {
        let first = self.rows.partition_point(|row| self.key(row) < key);
        let rest = self.rows.get(first..)?;
        let group = rest.get(..rest.partition_point(|row| self.key(row) == key))?;
        choose(group, |row| row.span, on).map(|(row, is_stale)| self.record(row, is_stale))
    }

    /// The rows in force on a day of the keys that begin with a text, in order of the key.
    pub fn from<'a>(&'a self, prefix: &'a str, on: Date) -> impl Iterator<Item = (&'a str, Record<'a>)> {
        let first = self.rows.partition_point(|row| self.key(row) < prefix);
        let rest = self.rows.get(first..).unwrap_or_default();
        let groups = rest.chunk_by(|a, b| self.key(a) == self.key(b));
        groups
            .take_while(move |group| group.first().is_some_and(|row| self.key(row).starts_with(prefix)))
            .filter_map(move |group| choose(group, |row| row.span, on).filter(|(_, is_stale)| !is_stale))
            .map(|(row, _)| (self.key(row), self.record(row, false)))
    }

    /// Every row with its key and its days, in order of the key.
    pub fn all(&self) -> impl Iterator<Item = (&str, Span, Record<'_>)> {
        self.rows.iter().map(|row| (self.key(row), row.span, self.record(row, false)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn pack(edition: Date, to: Option<Date>, text: &str) -> Pack {
        Pack::new("mce", "all", Span { from: edition, to }, 1, text).unwrap()
    }

    #[test]
    fn the_day_chooses_among_the_rows_of_a_key() {
        let first = pack(date(2025, 1, 1), Some(date(2025, 12, 31)), "code\tmodel\trank\nA\tone two\t3\nB\tone\t4\n");
        let second = pack(date(2026, 1, 1), None, "code\trank\tmodel\nA\t5\tone two\n");
        let records = Records::new([&first, &second].into_iter(), 2, false);
        let rank = |key: &str, on| records.nearest(key, on).map(|row| (row.get("rank").to_owned(), row.is_stale));
        assert_eq!(rank("A one two", date(2025, 6, 1)), Some(("3".to_owned(), false)));
        assert_eq!(rank("B one", date(2026, 6, 1)), Some(("4".to_owned(), true)));
        // Columns may stand in another order; the key is that of the edition.
        assert_eq!(rank("A 5", date(2026, 6, 1)), Some(("5".to_owned(), false)));
        assert_eq!(rank("A", date(2025, 6, 1)), None);
        let keys: Vec<&str> = records.from("A ", date(2025, 6, 1)).map(|(key, _)| key).collect();
        assert_eq!(keys, ["A one two"]);
        assert!(records.from("C", date(2025, 6, 1)).next().is_none());
        assert_eq!(records.nearest("A 5", date(2026, 6, 1)).unwrap().get("colour"), "");
    }

    #[test]
    fn rows_have_their_own_days_and_a_history_replaces() {
        let old = "code\tpart\teffective_from\teffective_to\nE1\tx\t2020-01-01\t\nE2\tx\t2020-01-01\t2021-12-31\n";
        let new = "code\tpart\teffective_from\teffective_to\nE1\ty\t2024-01-01\t\n";
        let (old, new) = (pack(date(2025, 1, 1), None, old), pack(date(2026, 1, 1), None, new));
        let of = |are_histories| {
            let records = Records::new([&old, &new].into_iter(), 1, are_histories);
            let part =
                |key: &str| records.nearest(key, date(2022, 1, 1)).map(|r| (r.get("part").to_owned(), r.is_stale));
            (part("E1"), part("E2"), records.all().count())
        };
        let (x, y) = ("x".to_owned(), "y".to_owned());
        assert_eq!(of(false), (Some((x.clone(), false)), Some((x.clone(), true)), 3));
        assert_eq!(of(true), (Some((y, true)), Some((x, true)), 2));
    }
}
