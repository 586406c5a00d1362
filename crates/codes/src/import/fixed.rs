//! Files with columns at fixed places: order files, their addenda, HCPCS, equivalence mappings.

use std::fmt::Write as _;

use jiff::civil::date;

use super::{
    Batch, ImportError, Member, Options,
    edition::{YearKind, first_day},
    grid::decode,
    order::{Addendum, Entry, Order},
    rows::{Table, fiscal_end},
    shape::{Shape, plain},
};
use crate::Span;

/// Reads a file of one of these kinds; false when it is none.
pub(super) fn read(member: &Member, options: &Options, batch: &mut Batch) -> Result<bool, ImportError> {
    let text = decode(&member.bytes);
    let name = member.name.rsplit('/').next().unwrap_or_default();
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else { return Ok(false) };
    if is_order(first) {
        let order = Order::read(&member.name, &text)?;
        let span = fiscal(name, member, options)?;
        if order.is_procedures() {
            batch.packs.push(order.table().pack("icd10pcs", "all", span, member)?);
        } else {
            batch.orders.push((order, span, member.clone()));
        }
        return Ok(true);
    }
    if name.to_lowercase().contains("pcs") && is_procedure(first) {
        let span = fiscal(name, member, options)?;
        batch.packs.push(procedures(member, &text)?.pack("icd10pcs", "all", span, member)?);
        return Ok(true);
    }
    let is_addendum = ["Add:", "Delete:", "Revise from:"].iter().any(|label| first.starts_with(label));
    if is_addendum && let Some(addendum) = Addendum::read(&member.name, &text)? {
        let system = if addendum.is_procedures { "icd10pcs-addenda" } else { "icd10cm-addenda" };
        let span = fiscal(name, member, options)?;
        batch.packs.push(addendum.table.pack(system, "all", span, member)?);
        if !addendum.is_procedures {
            batch.addenda.push((addendum, span, member.clone()));
        }
        return Ok(true);
    }
    if text.lines().take(40).any(is_hcpcs) {
        let from = options.from.or_else(|| first_day(name, YearKind::Calendar));
        let span = Span { from: from.ok_or_else(|| ImportError::undated(&member.name))?, to: None };
        batch.packs.push(hcpcs(member, &text, options)?.pack("hcpcs", "all", span, member)?);
        return Ok(true);
    }
    if is_mapping(first) {
        let is_from_ten = first.starts_with(|c: char| c.is_ascii_uppercase()) && name.to_lowercase().contains("i10");
        let system = if is_from_ten { "gem-10-to-9" } else { "gem-9-to-10" };
        let from = options.from.or_else(|| first_day(name, YearKind::Fiscal));
        let from = from.ok_or_else(|| ImportError::undated(&member.name))?;
        batch.packs.push(mapping(member, &text)?.pack(system, "all", Span { from, to: None }, member)?);
        return Ok(true);
    }
    Ok(false)
}

fn fiscal(name: &str, member: &Member, options: &Options) -> Result<Span, ImportError> {
    let from = options.from.or_else(|| first_day(name, YearKind::Fiscal));
    let from = from.ok_or_else(|| ImportError::undated(&member.name))?;
    Ok(Span { from, to: Some(fiscal_end(from)) })
}

/// `00001 A00     0 Cholera ...`
fn is_order(line: &str) -> bool {
    let digits = line.get(..5).is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    digits && line.get(5..6) == Some(" ") && matches!(line.get(13..16), Some(" 0 " | " 1 "))
}

/// `0016070 Bypass Cerebral Ventricle ...`: a line of the code list of ICD-10-PCS, which has no I and no O.
fn is_procedure(line: &str) -> bool {
    let is_character = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && b != b'I' && b != b'O');
    line.get(..7).is_some_and(|code| code.bytes().all(is_character))
        && line.get(7..8) == Some(" ")
        && line.get(8..).is_some_and(|title| title.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The code list of ICD-10-PCS: valid codes and their titles, as the order file has them without its headers.
fn procedures(member: &Member, text: &str) -> Result<Table, ImportError> {
    let mut order = Order { entries: Vec::new() };
    let mut before = "";
    for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim().is_empty()) {
        let code = content.get(..7).filter(|_| is_procedure(content));
        let Some(code) = code.filter(|code| *code > before) else {
            let expected = "a code of seven characters after the one before it, a space and a title";
            return Err(ImportError::cell(&member.name, line, "1 to 7, code", expected, content));
        };
        before = code;
        order.entries.push(Entry {
            code: code.to_owned(),
            is_billable: true,
            short: String::new(),
            title: plain(content.get(8..).unwrap_or_default()),
        });
    }
    Ok(order.table())
}

/// Code or modifier, sequence number, record kind 3, 4, 7 or 8.
fn is_hcpcs(line: &str) -> bool {
    let kind = matches!(line.get(10..11), Some("3" | "4" | "7" | "8"));
    line.len() > 200 && kind && line.get(5..10).is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

fn hcpcs(member: &Member, text: &str, options: &Options) -> Result<Table, ImportError> {
    const COLUMNS: &str = "code\ttext\tshort\teffective_from\teffective_to\taction\tcoverage\tpricing\tmultiple\tbetos\
        \tservice_type\treplaced_by\tanesthesia_base\n";
    let mut table = Table::new(COLUMNS.to_owned(), 0);
    let mut open: Option<(String, String, Vec<String>)> = None;
    let close = |open: Option<(String, String, Vec<String>)>, table: &mut Table| {
        if let Some((code, long, rest)) = open {
            let is_free = options.has_licence || !code.starts_with('D') || code.len() == 2;
            let long = if is_free { plain(&long) } else { String::new() };
            // Writing to a string cannot fail.
            let _ = writeln!(table.text, "{code}\t{long}\t{}", rest.join("\t"));
            table.rows += 1;
        }
    };
    for (line, content) in (1_u64..).zip(text.lines()) {
        if !is_hcpcs(content) && !is_continued(content) {
            continue;
        }
        // Columns are counted from 1, both ends included, as the record layout does.
        let column = |first: usize, last: usize| {
            let end = last.min(content.len());
            content.get(first - 1..end).unwrap_or_default().trim()
        };
        if matches!(column(11, 11), "4" | "8") {
            if let Some((_, long, _)) = &mut open {
                long.push(' ');
                long.push_str(column(12, 91));
            }
            continue;
        }
        close(open.take(), &mut table);
        let value = |name, shape: Shape, first, last| {
            let cell = column(first, last);
            shape.read(cell).map_err(|expected| ImportError::cell(&member.name, line, name, expected, cell))
        };
        let code = value("code", Shape::ServiceOrModifier, 1, 5)?;
        let (from, mut to) = (value("add date", Shape::Date, 269, 276)?, value("end date", Shape::Date, 285, 292)?);
        if !to.is_empty() && to < from {
            to.clone_from(&from);
        }
        let is_free = options.has_licence || !code.starts_with('D') || code.len() == 2;
        let short = if is_free { plain(column(92, 119)) } else { String::new() };
        let rest = vec![
            short,
            from,
            to,
            column(293, 293).to_owned(),
            column(230, 230).to_owned(),
            column(120, 121).to_owned(),
            column(128, 128).to_owned(),
            column(257, 259).to_owned(),
            column(261, 261).to_owned(),
            column(205, 209).to_owned(),
            column(266, 268).to_owned(),
        ];
        open = Some((code, column(12, 91).to_owned(), rest));
    }
    close(open, &mut table);
    Ok(table)
}

/// A continuation line holds its text and nothing after it, so that it may be short.
fn is_continued(line: &str) -> bool {
    matches!(line.get(10..11), Some("4" | "8"))
        && line.get(5..10).is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

/// Source code, target code, five flags.
fn is_mapping(line: &str) -> bool {
    let mut parts = line.split_whitespace();
    let (Some(_), Some(_), Some(flags), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    flags.len() == 5 && flags.bytes().all(|b| b.is_ascii_digit())
}

fn mapping(member: &Member, text: &str) -> Result<Table, ImportError> {
    let mut table = Table::new("code\ttarget\tflags\teffective_from\teffective_to\n".to_owned(), 0);
    // The mappings speak of the change from ICD-9-CM on this day.
    let since = date(2015, 10, 1);
    for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim().is_empty()) {
        if !is_mapping(content) {
            return Err(ImportError::cell(&member.name, line, "flags", "two codes and five digits", content));
        }
        let row = content.split_whitespace().collect::<Vec<_>>().join("\t");
        // Writing to a string cannot fail.
        let _ = writeln!(table.text, "{row}\t{since}\t");
        table.rows += 1;
    }
    Ok(table)
}
