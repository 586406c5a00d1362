//! The equipment fee schedule: a column for each state, and for its rural parts; a row of ours for each price.

use std::fmt::Write as _;

use super::{
    Batch, ImportError, Member, Options,
    grid::Grid,
    layout::{End, Layout},
    rows::{Table, span},
    shape::Shape,
};

/// For the days only; columns are found by the states.
const LAYOUT: Layout = Layout { end: End::Year, ..super::layout::PLAIN };

/// What a column holds.
enum Column {
    Code,
    Modifier,
    Second,
    /// A state's price, in its rural parts when so.
    Price(String, bool),
    Other,
}

/// Reads an equipment schedule; false when the file is none.
pub(super) fn read(member: &Member, options: &Options, batch: &mut Batch) -> Result<bool, ImportError> {
    let grid = Grid::open(member)?;
    let mut columns: Vec<Column> = Vec::new();
    let mut banner = String::new();
    let mut table = Table::new("code\tmodifier\tmodifier2\tstate\trural\tamount\n".to_owned(), 0);
    grid.rows(|line, cells| {
        if columns.is_empty() {
            let is_header = cells.first().is_some_and(|cell| cell.trim().eq_ignore_ascii_case("hcpcs"))
                && cells.iter().filter(|cell| price(cell).is_some()).count() > 40;
            if is_header {
                columns = cells.iter().map(|cell| column(cell)).collect();
            }
            banner.push_str(&cells.join(" "));
            return Ok(is_header || line < 40);
        }
        let (mut code, mut first, mut second) = (String::new(), String::new(), String::new());
        for (kind, cell) in columns.iter().zip(cells) {
            let refuse = |name: &str, expected| ImportError::cell(&member.name, line, name, expected, cell);
            match kind {
                Column::Code => code = Shape::Service.read(cell).map_err(|expected| refuse("HCPCS", expected))?,
                Column::Modifier => first = Shape::Modifier.read(cell).map_err(|expected| refuse("Mod", expected))?,
                Column::Second => second = Shape::Modifier.read(cell).map_err(|expected| refuse("Mod2", expected))?,
                Column::Price(state, is_rural) => {
                    let amount = Shape::Money.read(cell).map_err(|expected| refuse(state, expected))?;
                    if !matches!(amount.as_str(), "" | "0.00") {
                        let rural = if *is_rural { "y" } else { "" };
                        // Writing to a string cannot fail.
                        let _ = writeln!(table.text, "{code}\t{first}\t{second}\t{state}\t{rural}\t{amount}");
                    }
                }
                Column::Other => {}
            }
        }
        table.rows += 1;
        Ok(true)
    })?;
    if columns.is_empty() {
        return Ok(false);
    }
    let span = span(&LAYOUT, member, &banner, options)?;
    batch.packs.push(table.pack("equipment", if is_feeding(member) { "feeding" } else { "all" }, span, member)?);
    Ok(true)
}

/// Parenteral and enteral nutrition is published beside the rest.
fn is_feeding(member: &Member) -> bool {
    member.name.to_uppercase().contains("DMEPEN")
}

fn column(cell: &str) -> Column {
    let name: String = cell.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    match name.as_str() {
        "HCPCS" => Column::Code,
        "MOD" => Column::Modifier,
        "MOD2" => Column::Second,
        _ => price(cell).map_or(Column::Other, |(state, is_rural)| Column::Price(state, is_rural)),
    }
}

/// `AL (NR)` and `AL (R)`.
fn price(cell: &str) -> Option<(String, bool)> {
    let name: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let (state, kind) = name.split_at_checked(2)?;
    let is_state = state.bytes().all(|b| b.is_ascii_uppercase());
    match kind {
        "(NR)" if is_state => Some((state.to_owned(), false)),
        "(R)" if is_state => Some((state.to_owned(), true)),
        _ => None,
    }
}
