//! Clinical classes of diagnoses as AHRQ publishes them since version 2025: a row for each diagnosis with up to six
//! categories side by side, every value in single quotes; a row of ours for each category.

use std::fmt::Write as _;

use super::{
    Batch, ImportError, Member, Options,
    edition::YearKind,
    grid::Grid,
    layout::{End, Layout, PLAIN},
    rows::{Table, span},
    shape::Shape,
};

/// For the days only; a version of a year belongs to its fiscal year.
const LAYOUT: Layout = Layout { end: End::FiscalYear, year: YearKind::Fiscal, ..PLAIN };

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Code,
    Inpatient,
    Outpatient,
    Category,
    Other,
}

/// Reads the mapping; false when the file is none.
pub(super) fn read(member: &Member, options: &Options, batch: &mut Batch) -> Result<bool, ImportError> {
    let grid = Grid::open(member)?;
    let mut columns: Vec<Column> = Vec::new();
    let mut banner = String::new();
    let mut table = Table::new("code\tcategory\tis_inpatient\tis_outpatient\n".to_owned(), 0);
    grid.rows(|line, cells| {
        if columns.is_empty() {
            let found: Vec<Column> = cells.iter().map(|cell| column(cell)).collect();
            let is_header = found.contains(&Column::Code) && found.contains(&Column::Category);
            if is_header {
                columns = found;
            }
            banner.push_str(&cells.join(" "));
            return Ok(is_header || line < 10);
        }
        let value = |kind: Column| {
            let at = columns.iter().position(|column| *column == kind);
            at.and_then(|i| cells.get(i)).map_or("", |cell| unquoted(cell))
        };
        let refuse = |name, expected, found| ImportError::cell(&member.name, line, name, expected, found);
        let code = value(Column::Code);
        let code = Shape::Diagnosis.read(code).map_err(|expected| refuse("ICD-10-CM CODE", expected, code))?;
        let (inpatient, outpatient) = (value(Column::Inpatient), value(Column::Outpatient));
        let categories = columns.iter().zip(cells).filter(|(column, _)| **column == Column::Category);
        for category in categories.map(|(_, cell)| unquoted(cell)).filter(|category| !category.is_empty()) {
            if category.len() != 6 || !category.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
                return Err(refuse("CCSR CATEGORY", "three letters and three digits", category));
            }
            let flag = |default: &str| if default == category { "Y" } else { "N" };
            // Writing to a string cannot fail.
            let _ = writeln!(table.text, "{code}\t{category}\t{}\t{}", flag(inpatient), flag(outpatient));
            table.rows += 1;
        }
        Ok(true)
    })?;
    if columns.is_empty() {
        return Ok(false);
    }
    let span = span(&LAYOUT, member, &banner, options)?;
    batch.packs.push(table.pack("ccsr", "all", span, member)?);
    Ok(true)
}

/// `'A000'` is A000, `' '` is nothing.
fn unquoted(cell: &str) -> &str {
    cell.trim().trim_matches('\'').trim()
}

fn column(cell: &str) -> Column {
    let name = unquoted(cell).to_uppercase();
    let is_text = name.contains("DESCRIPTION");
    match name.as_str() {
        "ICD-10-CM CODE" => Column::Code,
        _ if is_text => Column::Other,
        _ if name.contains("DEFAULT") && name.ends_with("IP") => Column::Inpatient,
        _ if name.contains("DEFAULT") && (name.ends_with("OP") || name.ends_with("ED")) => Column::Outpatient,
        _ if name.starts_with("CCSR CATEGORY ") => Column::Category,
        _ => Column::Other,
    }
}
