//! What a layout says: which table, which columns by which header words, and what each may hold.
//!
//! Header words are compared as letters and digits in lower case (`WORK RVU` is `workrvu`); `*` at the beginning or end
//! stands for anything. The first columns of a layout are its key.

use super::{edition::YearKind, shape::Shape};

/// One column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name in our table.
    pub name: &'static str,
    pub headers: &'static [&'static str],
    pub shape: Shape,
    /// A file without it has another layout.
    pub is_needed: bool,
}

/// Until when an edition's rows hold when they do not say so themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Until a later edition says otherwise.
    Open,
    /// To the end of the calendar year.
    Year,
    /// To the end of September.
    FiscalYear,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Words of the file's name or header, and the table they mean; an empty word means it without.
    pub systems: &'static [(&'static str, &'static str)],
    pub columns: &'static [Column],
    /// The header's words are spread over several rows.
    pub is_stacked: bool,
    pub end: End,
    pub year: YearKind,
    /// Every text belongs to someone who licenses it, not only that of CPT and CDT codes.
    pub is_text_licensed: bool,
    /// A column whose empty cells repeat the cell above.
    pub fill: Option<&'static str>,
}

pub(super) const fn need(name: &'static str, headers: &'static [&'static str], shape: Shape) -> Column {
    Column { name, headers, shape, is_needed: true }
}

pub(super) const fn may(name: &'static str, headers: &'static [&'static str], shape: Shape) -> Column {
    Column { name, headers, shape, is_needed: false }
}

pub(super) const PLAIN: Layout = Layout {
    systems: &[],
    columns: &[],
    is_stacked: false,
    end: End::Open,
    year: YearKind::Calendar,
    is_text_licensed: false,
    fill: None,
};

impl Layout {
    /// The position of every column, when a row of words is this layout's header.
    pub fn find(&self, words: &[String]) -> Option<Vec<Option<usize>>> {
        self.columns
            .iter()
            .map(|column| {
                let matches = |word: &&String| column.headers.iter().any(|header| is_header(header, word));
                let position = words.iter().position(|word| matches(&word));
                (position.is_some() || !column.is_needed).then_some(position)
            })
            .collect()
    }

    /// The table that a file of this layout is.
    pub fn system(&self, name: &str, header_words: &str) -> Option<&'static str> {
        let name = format!("{} {header_words}", name.to_lowercase());
        self.systems.iter().find(|(needle, _)| name.contains(needle)).map(|(_, system)| *system)
    }
}

fn is_header(header: &str, word: &str) -> bool {
    match (header.strip_prefix('*'), header.strip_suffix('*')) {
        (Some(end), _) => word.ends_with(end),
        (_, Some(start)) => word.starts_with(start),
        _ => word == header,
    }
}
