//! Reading the tab-separated tables that are shipped with this crate.

use jiff::civil::Date;

/// A table of the data folder by its file name, read once.
macro_rules! table {
    ($name:literal) => {{
        static TABLE: std::sync::LazyLock<Vec<Vec<&'static str>>> = std::sync::LazyLock::new(|| {
            $crate::table::rows(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $name))).collect()
        });
        TABLE.iter().map(Vec::as_slice)
    }};
}

pub(crate) use table;

/// The cells of each row; comment lines and the header line are left out.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| line.split('\t').map(str::trim).collect())
}

/// A cell, empty when absent.
pub(crate) fn cell(row: &[&'static str], at: usize) -> &'static str {
    row.get(at).copied().unwrap_or_default()
}

/// The days a row holds for: `from` and `to` cells, an empty `to` for one still in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    from: Date,
    to: Option<Date>,
}

impl Days {
    pub(crate) fn of(row: &[&'static str], from: usize) -> Self {
        let from_on = cell(row, from).parse().unwrap_or(Date::MIN);
        Self { from: from_on, to: cell(row, from + 1).parse().ok() }
    }

    pub(crate) fn covers(self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}
