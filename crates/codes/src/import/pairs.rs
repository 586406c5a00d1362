//! NCCI pairs: millions of rows, kept as one row for each column 1 code and what its pairs have in common.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    ImportError, Member, Pack,
    grid::{Grid, Header},
    layouts::PTP,
    rows::Table,
    shape::Shape,
};
use crate::Span;

/// Rationales by the policy manual's numbers; the words they begin with in the files.
const RATIONALES: &[(&str, u8)] = &[
    ("cpt manual or cms", 0),
    ("mutually exclusive", 1),
    ("misuse of column two", 2),
    ("standards of medical", 3),
    ("hcpcs/cpt procedure code", 4),
    ("cpt separate procedure", 5),
    ("cpt \"separate procedure", 5),
    ("more extensive", 6),
    ("anesthesia service included", 7),
    ("standard preparation", 8),
    ("sequential procedure", 9),
    ("gender-specific", 10),
    ("laboratory panel", 11),
];
/// Files without effective dates, and pairs marked as older than this, hold since then.
const FIRST_DAY: &str = "1996-01-01";

/// What pairs have in common: first day, last day, modifier indicator, rationale.
type Terms = (u32, u32, u8, u8);

pub(super) fn read(
    member: &Member,
    grid: &Grid<'_>,
    header: &Header,
    system: &str,
    span: Span,
) -> Result<Pack, ImportError> {
    let mut firsts: BTreeMap<[u8; 5], BTreeMap<Terms, Vec<[u8; 5]>>> = BTreeMap::new();
    let mut rows = 0;
    grid.rows(|line, cells| {
        let cell = |i: usize| {
            let position = header.positions.get(i).copied().flatten();
            position.and_then(|p| cells.get(p)).map_or("", |cell| cell.trim())
        };
        if line <= header.line || cell(0).is_empty() {
            return Ok(true);
        }
        let refuse = |column: usize, expected| {
            let name = PTP.columns.get(column).map_or("", |column| column.name);
            ImportError::cell(&member.name, line, name, expected, cell(column))
        };
        let code = |column| code(cell(column)).ok_or_else(|| refuse(column, "a CPT or HCPCS code"));
        let day = |column| day(cell(column)).map_err(|expected| refuse(column, expected));
        let indicator = match cell(4) {
            "0" => 0,
            "1" => 1,
            "9" => 9,
            _ => return Err(refuse(4, "0, 1 or 9")),
        };
        let rationale = rationale(cell(5)).ok_or_else(|| refuse(5, "a rationale of the policy manual"))?;
        let terms = (day(2)?, day(3)?, indicator, rationale);
        firsts.entry(code(0)?).or_default().entry(terms).or_default().push(code(1)?);
        rows += 1;
        Ok(true)
    })?;
    let mut text = "column1\tcolumn2\tindicator\trationale\teffective_from\teffective_to\n".to_owned();
    for (first, terms) in &firsts {
        for ((from, to, indicator, rationale), seconds) in terms {
            text.push_str(&String::from_utf8_lossy(first));
            text.push('\t');
            for (i, second) in seconds.iter().enumerate() {
                if i > 0 {
                    text.push(' ');
                }
                text.push_str(&String::from_utf8_lossy(second));
            }
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\t{indicator}\t{rationale}\t{}\t{}", first_day(*from), iso(*to));
        }
    }
    Table::new(text, rows).pack(system, part(&member.name), span, member)
}

/// The part of a file published in several: `f2` of `ccipra-v322r0-f2.txt`.
fn part(name: &str) -> &str {
    let stem = name.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    let last = stem.rsplit('-').next().unwrap_or_default();
    let is_part = last.len() == 2 && last.starts_with('f') && last.ends_with(|c: char| c.is_ascii_digit());
    if is_part { last } else { "all" }
}

fn code(cell: &str) -> Option<[u8; 5]> {
    let code: [u8; 5] = cell.as_bytes().try_into().ok()?;
    let middle = code.get(1..4)?;
    let is_code = code.iter().all(u8::is_ascii_alphanumeric) && middle.iter().all(u8::is_ascii_digit);
    is_code.then(|| code.map(|byte| byte.to_ascii_uppercase()))
}

/// `20260701` as a number; nothing as 0.
fn day(cell: &str) -> Result<u32, &'static str> {
    let iso = Shape::Date.read(cell)?;
    Ok(iso.replace('-', "").parse().unwrap_or(0))
}

fn first_day(day: u32) -> String {
    if day == 0 { FIRST_DAY.to_owned() } else { iso(day) }
}

fn iso(day: u32) -> String {
    if day == 0 { String::new() } else { format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100) }
}

fn rationale(cell: &str) -> Option<u8> {
    if let Ok(number) = cell.parse() {
        return Some(number);
    }
    let words = cell.trim_matches('"').to_lowercase();
    RATIONALES.iter().find(|(start, _)| words.starts_with(start)).map(|(_, number)| *number)
}
