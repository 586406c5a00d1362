//! Files of rows and columns into tables.

use jiff::civil::{Date, date};

use super::{
    Batch, ImportError, Member, Options, Pack,
    edition::first_day,
    grid::{Grid, Header},
    layout::{End, Layout},
    layouts::{LAYOUTS, PTP},
    pairs,
    shape::Shape,
};
use crate::Span;

/// The table of a file when its header is one of the known layouts.
pub(super) fn read(member: &Member, options: &Options, batch: &mut Batch) -> Result<bool, ImportError> {
    let grid = Grid::open(member)?;
    if let Some(header) = grid.header(&PTP)? {
        let system = system(&PTP, member, &header)?;
        let span = span(&PTP, member, &header.banner, options)?;
        batch.packs.push(pairs::read(member, &grid, &header, system, span)?);
        return Ok(true);
    }
    for layout in LAYOUTS {
        if let Some(header) = grid.header(layout)? {
            let system = system(layout, member, &header)?;
            let span = span(layout, member, &header.banner, options)?;
            let table = table(member, &grid, layout, &header, span, options)?;
            if let Some(rates) = rates(member, &table, span)? {
                batch.packs.push(rates);
            }
            if !(system == "fees" && is_qualifying(member)) {
                batch.packs.push(table.pack(system, "all", span, member)?);
            }
            return Ok(true);
        }
    }
    Ok(false)
}

fn system(layout: &Layout, member: &Member, header: &Header) -> Result<&'static str, ImportError> {
    layout.system(&member.name, &header.words).ok_or_else(|| {
        let known: Vec<&str> = layout.systems.iter().map(|(needle, _)| *needle).collect();
        ImportError::file(&member.name, format!("its name should say which table it is: one of {}", known.join(", ")))
    })
}

/// The days of an edition: what the options say, else the file's name, else the words above its header.
pub(super) fn span(layout: &Layout, member: &Member, banner: &str, options: &Options) -> Result<Span, ImportError> {
    let name = member.name.rsplit('/').next().unwrap_or_default();
    let from = options.from.or_else(|| first_day(name, layout.year)).or_else(|| first_day(banner, layout.year));
    let from = from.ok_or_else(|| ImportError::undated(&member.name))?;
    let to = match layout.end {
        End::Open => None,
        End::Year => Some(date(from.year(), 12, 31)),
        End::FiscalYear => Some(fiscal_end(from)),
    };
    Ok(Span { from, to })
}

/// The last day of the fiscal year a day is in.
pub(super) fn fiscal_end(day: Date) -> Date {
    date(if day.month() >= 10 { day.year() + 1 } else { day.year() }, 9, 30)
}

/// Rows read so far, as text with a header.
#[derive(Debug)]
pub(super) struct Table {
    pub text: String,
    pub rows: usize,
    /// The conversion factor of a fee schedule.
    factor: Option<String>,
}

impl Table {
    pub fn new(text: String, rows: usize) -> Self {
        Self { text, rows, factor: None }
    }

    pub fn pack(&self, system: &str, part: &str, span: Span, member: &Member) -> Result<Pack, ImportError> {
        if self.rows == 0 {
            return Err(ImportError::file(&member.name, "its header is there, but no row".to_owned()));
        }
        let pack = Pack::new(system, part, span, self.rows, &self.text);
        pack.map_err(|error| ImportError::file(&member.name, error.to_string()))
    }
}

fn table(
    member: &Member,
    grid: &Grid<'_>,
    layout: &Layout,
    header: &Header,
    span: Span,
    options: &Options,
) -> Result<Table, ImportError> {
    let mut names: Vec<&str> = layout.columns.iter().map(|column| column.name).collect();
    for own in ["effective_from", "effective_to"] {
        if !names.contains(&own) {
            names.push(own);
        }
    }
    let mut table = Table::new(format!("{}\n", names.join("\t")), 0);
    let mut filled = String::new();
    grid.rows(|line, cells| {
        if line <= header.line || is_note(cells) {
            return Ok(true);
        }
        let cell = |i: usize| header.positions.get(i).copied().flatten().and_then(|p| cells.get(p)).copied();
        // Rows of a stacked header, and notes between the rows.
        if layout.columns.first().is_some_and(|_| cell(0).unwrap_or_default().trim().is_empty()) {
            return Ok(true);
        }
        let mut values: Vec<String> = Vec::with_capacity(names.len());
        for (i, column) in layout.columns.iter().enumerate() {
            let found = cell(i).unwrap_or_default();
            let value = if column.shape == Shape::Descriptor && !(options.has_licence || is_free(layout, &values)) {
                String::new()
            } else {
                let refuse = |expected| ImportError::cell(&member.name, line, column.name, expected, found);
                column.shape.read(found).map_err(refuse)?
            };
            let value = if Some(column.name) == layout.fill {
                if !value.is_empty() {
                    filled = value;
                }
                filled.clone()
            } else {
                value
            };
            values.push(value);
        }
        dates(&mut values, &names, span);
        if table.factor.is_none()
            && let Some(i) = names.iter().position(|name| *name == "conversion_factor" && layout.is_stacked)
        {
            table.factor = values.get(i).cloned();
        }
        table.text.push_str(&values.join("\t"));
        table.text.push('\n');
        table.rows += 1;
        Ok(true)
    })?;
    Ok(table)
}

/// One cell and nothing beside it, or an asterisk first: a footnote or a heading.
fn is_note(cells: &[&str]) -> bool {
    if cells.first().is_some_and(|cell| cell.starts_with('*')) {
        return true;
    }
    cells.len() > 1 && cells.iter().filter(|cell| !cell.trim().is_empty()).count() <= 1
}

/// CPT and CDT texts are licensed; the code stands in the first column.
fn is_free(layout: &Layout, values: &[String]) -> bool {
    let code = values.first().map(String::as_str).unwrap_or_default();
    !layout.is_text_licensed && !code.starts_with(|c: char| c.is_ascii_digit()) && !code.starts_with('D')
}

/// Rows without days of their own have those of the edition; a row that ends before it begins was in force on no more
/// than its first day.
fn dates(values: &mut Vec<String>, names: &[&str], span: Span) {
    values.resize(names.len(), String::new());
    let position = |name: &str| names.iter().position(|n| *n == name).unwrap_or_default();
    let (from, to) = (position("effective_from"), position("effective_to"));
    let mut first = values.get(from).cloned().unwrap_or_default();
    if first.is_empty() {
        first = span.from.to_string();
    }
    let mut last = values.get(to).cloned().unwrap_or_default();
    if last.is_empty() {
        last = span.to.map(|to| to.to_string()).unwrap_or_default();
    }
    // Both are dates in ISO form, which order as text.
    if !last.is_empty() && last < first {
        last.clone_from(&first);
    }
    for (position, value) in [(from, first), (to, last)] {
        if let Some(cell) = values.get_mut(position) {
            *cell = value;
        }
    }
}

fn is_qualifying(member: &Member) -> bool {
    let name = member.name.to_lowercase();
    name.contains("_qpp") && !name.contains("nonqpp")
}

/// The conversion factor that a fee schedule states, as a rate.
fn rates(member: &Member, table: &Table, span: Span) -> Result<Option<Pack>, ImportError> {
    let Some(factor) = &table.factor else { return Ok(None) };
    let (whole, part) = factor.split_once('.').unwrap_or((factor, ""));
    let value = format!("{whole}{part:0<4}");
    let name = if is_qualifying(member) { "conversion-factor-qp" } else { "conversion-factor" };
    let to = span.to.map(|to| to.to_string()).unwrap_or_default();
    let text = format!(
        "name\tvalue\tunit\teffective_from\teffective_to\tcitation\n{name}\t{}\tten-thousandths\t{}\t{to}\tphysician fee schedule\n",
        value.trim_start_matches('0'),
        span.from,
    );
    Table::new(text, 1).pack("rates", name, span, member).map(Some)
}
