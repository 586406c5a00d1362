//! The alphabetic index, its neoplasm, drug and external-cause parts: XML as published, and the table layout.
//!
//! A row is a path of terms (`Diabetes, type 2, with, neuropathy`), the code it leads to or where it refers to, and the
//! non-essential modifiers of its last term.

use std::fmt::Write as _;

use quick_xml::{Reader, events::Event};

use super::{ImportError, Member, grid::decode, rows::Table, shape::plain};
use crate::icd10cm::bare;

pub(super) const COLUMNS: &str = "path\tcolumn\tcode\tsee\tmodifiers\n";

/// One term on the way down.
#[derive(Default)]
struct Term {
    title: String,
    modifiers: String,
}

/// Which index a file is, by its title or its table heads.
fn system(text: &str) -> &'static str {
    let start: String = text.chars().take(2_000).collect();
    if start.contains("EXTERNAL CAUSE") {
        "index-external-causes"
    } else if start.contains("Malignant Primary") {
        "index-neoplasms"
    } else if start.contains("Poisoning") {
        "index-drugs"
    } else {
        "index"
    }
}

/// Reads an index file; the table and which index it is.
pub(super) fn read(member: &Member) -> Result<(&'static str, Table), ImportError> {
    let text = decode(&member.bytes);
    let mut reader = Reader::from_str(&text);
    let mut table = Table::new(COLUMNS.to_owned(), 0);
    let mut terms: Vec<Term> = Vec::new();
    let mut heads: Vec<String> = Vec::new();
    let (mut content, mut title, mut column) = (String::new(), String::new(), 0_usize);
    loop {
        let refuse = |at: u64, what: String| {
            let line = text.get(..usize::try_from(at).unwrap_or(0)).map_or(0, |before| before.lines().count());
            ImportError::cell(&member.name, line as u64, "markup", "well-formed XML", &what)
        };
        match reader.read_event().map_err(|e| refuse(reader.error_position(), e.to_string()))? {
            Event::Start(start) => {
                match start.name().as_ref() {
                    b"mainTerm" | b"term" => terms.push(Term::default()),
                    b"nemod" => title.push_str(&content),
                    b"cell" | b"head" => {
                        let found = start.try_get_attribute("col").ok().flatten();
                        column = found.and_then(|a| String::from_utf8_lossy(&a.value).parse().ok()).unwrap_or(0);
                    }
                    b"title" => title.clear(),
                    _ => {}
                }
                content.clear();
            }
            Event::Text(part) => {
                content.push_str(&part.decode().map_err(|e| refuse(reader.buffer_position(), e.to_string()))?);
            }
            Event::GeneralRef(entity) => content.push_str(match &*entity {
                b"amp" => "&",
                b"lt" => "<",
                b"gt" => ">",
                b"quot" => "\"",
                _ => "'",
            }),
            Event::End(end) => {
                let text = plain(&content);
                match end.name().as_ref() {
                    b"head" => {
                        heads.resize(heads.len().max(column + 1), String::new());
                        if let Some(head) = heads.get_mut(column) {
                            *head = text;
                        }
                    }
                    b"nemod" => {
                        if let Some(term) = terms.last_mut() {
                            term.modifiers = text;
                        }
                    }
                    b"title" => {
                        if let Some(term) = terms.last_mut() {
                            term.title = plain(&format!("{title} {content}"));
                        }
                    }
                    b"code" | b"manif" => push(&mut table, &terms, "", &text, ""),
                    b"see" | b"seeAlso" | b"seecat" | b"subcat" => push(&mut table, &terms, "", "", &text),
                    b"cell" => push(&mut table, &terms, heads.get(column).map_or("", String::as_str), &text, ""),
                    b"mainTerm" | b"term" => drop(terms.pop()),
                    _ => {}
                }
                content.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok((system(&text), table))
}

/// Codes and references; dashes alone stand for nothing.
fn push(table: &mut Table, terms: &[Term], column: &str, code: &str, see: &str) {
    let code = code_of(code);
    if code.is_empty() && see.is_empty() {
        return;
    }
    let path: Vec<&str> = terms.iter().map(|term| term.title.as_str()).filter(|title| !title.is_empty()).collect();
    let modifiers = terms.last().map_or("", |term| term.modifiers.as_str());
    // Writing to a string cannot fail.
    let _ = writeln!(table.text, "{}\t{column}\t{code}\t{see}\t{modifiers}", path.join(", "));
    table.rows += 1;
}

/// Without dots and without the dash of an incomplete code; of two codes the first.
fn code_of(text: &str) -> String {
    let first = text.split(|c: char| c.is_whitespace() || matches!(c, '[' | ',' | '/')).next().unwrap_or_default();
    let code = bare(first.trim_end_matches(['-', '\u{2713}']));
    if code.len() >= 3 && code.bytes().all(|b| b.is_ascii_alphanumeric()) { code } else { String::new() }
}

/// The table layout: `RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code`, a row for each term.
pub(super) fn read_table(member: &Member) -> Result<Option<Table>, ImportError> {
    let text = decode(&member.bytes).replace("\r\n", "\n");
    if !text.starts_with("RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code") {
        return Ok(None);
    }
    let mut table = Table::new(COLUMNS.to_owned(), 0);
    let mut terms: Vec<Term> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = record.map_err(|error| ImportError::file(&member.name, error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |i: usize| record.get(i).unwrap_or_default();
        let level: usize = cell(2)
            .parse()
            .map_err(|_| ImportError::cell(&member.name, line, "Level", "a level from 0 on", cell(2)))?;
        if level > terms.len() {
            return Err(ImportError::cell(
                &member.name,
                line,
                "Level",
                "at most one level below the row above",
                cell(2),
            ));
        }
        terms.truncate(level);
        terms.push(Term { title: plain(cell(3)), modifiers: plain(cell(6)) });
        push(&mut table, &terms, "", cell(7), "");
        for see in [cell(4), cell(5)] {
            push(&mut table, &terms, "", "", &plain(see));
        }
    }
    Ok(Some(table))
}
