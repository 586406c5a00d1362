//! Order files of ICD-10-CM and ICD-10-PCS, and what their addenda add, delete and revise.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{ImportError, rows::Table, shape::plain};
use crate::icd10cm::{Builder, Kind, Node, Tabular};

/// One line: a header or a valid code.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub code: String,
    pub is_billable: bool,
    pub short: String,
    pub title: String,
}

/// An order file.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub entries: Vec<Entry>,
}

impl Order {
    pub fn read(file: &str, text: &str) -> Result<Self, ImportError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim().is_empty()) {
            let column = |range: std::ops::Range<usize>| content.get(range).unwrap_or_default().trim();
            let refuse = |column, expected, found| Err(ImportError::cell(file, line, column, expected, found));
            let (number, code, flag) = (column(0..5), column(6..13), column(14..15));
            if number.parse::<u32>().is_err() {
                return refuse("1 to 5, order number", "five digits", number);
            }
            if code.len() < 3 || !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
                return refuse("7 to 13, code", "a code of three to seven letters and digits", code);
            }
            if !matches!(flag, "0" | "1") {
                return refuse("15, header or valid", "0 or 1", flag);
            }
            let title = plain(content.get(77..).unwrap_or_default());
            if title.is_empty() {
                return refuse("78 on, long title", "a title", content.get(16..).unwrap_or_default());
            }
            if !seen.insert(code) {
                return refuse("7 to 13, code", "each code once", code);
            }
            entries.push(Entry {
                code: code.to_owned(),
                is_billable: flag == "1",
                short: plain(content.get(16..76).unwrap_or_default()),
                title,
            });
        }
        Ok(Self { entries })
    }

    /// PCS codes have seven characters and their headers three, nothing between.
    pub fn is_procedures(&self) -> bool {
        self.entries.iter().all(|entry| entry.code.len() == if entry.is_billable { 7 } else { 3 })
    }

    pub fn billable(&self) -> BTreeSet<&str> {
        self.entries.iter().filter(|entry| entry.is_billable).map(|entry| entry.code.as_str()).collect()
    }

    /// Code, header or valid, titles.
    pub fn table(&self) -> Table {
        let mut text = "code\tbillable\tshort\ttitle\n".to_owned();
        for Entry { code, is_billable, short, title } in &self.entries {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{code}\t{}\t{short}\t{title}", if *is_billable { "y" } else { "" });
        }
        Table::new(text, self.entries.len())
    }

    /// The list. Chapters, blocks and instructions are only in the tabular file: they are carried over from another
    /// edition for the codes that both have.
    pub fn tabular(&self, other: &Tabular) -> Tabular {
        let mut builder = Builder::default();
        let mut open: Vec<&Entry> = Vec::new();
        let mut above: Vec<&str> = Vec::new();
        let mut rest = self.entries.as_slice();
        while let [entry, after @ ..] = rest {
            while open.last().is_some_and(|above| !entry.code.starts_with(above.code.as_str())) {
                open.pop();
            }
            let known = other.find(&entry.code).filter(|place| place.seventh.is_none());
            if let (Some(place), true) = (&known, open.is_empty()) {
                carry_headings(other, place.position, &mut above, &mut builder);
            }
            let depth = above.len() + open.len();
            builder.node(u8::try_from(depth).unwrap_or(u8::MAX), Kind::Code, &entry.code, &entry.title, "");
            if let (Some(node), Some(place)) = (builder.last(), known) {
                node.notes.clone_from(&place.node.notes);
            }
            open.push(entry);
            let completed = completed(entry, after);
            rest = after.get(completed.len()..).unwrap_or_default();
            if let Some(node) = builder.last() {
                node.sevenths = completed.iter().map(|(c, _)| *c).collect::<String>().into();
                node.extensions = completed.into_iter().map(|(c, meaning)| (c, meaning.into())).collect();
            }
        }
        builder.finish()
    }
}

/// Writes the chapter and the block of a category where they are not the open ones.
fn carry_headings<'a>(other: &'a Tabular, position: usize, open: &mut Vec<&'a str>, builder: &mut Builder) {
    let mut headings: Vec<&Node> = other.above(position).filter(|node| node.kind != Kind::Code).collect();
    headings.reverse();
    let same = headings.iter().zip(open.iter()).take_while(|(node, code)| *node.code == ***code).count();
    open.truncate(same);
    for node in headings.into_iter().skip(same) {
        builder.node(u8::try_from(open.len()).unwrap_or(u8::MAX), node.kind, &node.code, &node.title, "");
        if let Some(written) = builder.last() {
            written.notes.clone_from(&node.notes);
        }
        open.push(&node.code);
    }
}

/// The seventh characters that complete a code, each with its meaning, when that is all that follows below it and every
/// title is the code's own with the meaning after it; else nothing, and the codes stand in the list one by one.
fn completed<'a>(entry: &Entry, after: &'a [Entry]) -> Vec<(char, &'a str)> {
    let below = after.iter().take_while(|next| next.code.starts_with(entry.code.as_str()));
    let with = |next: &'a Entry| {
        let base =
            next.code.get(..6).filter(|base| next.code.len() == 7 && next.is_billable && is_base(base, &entry.code));
        let meaning = next.title.strip_prefix(entry.title.as_str())?.strip_prefix(", ")?;
        base.and(next.code.chars().nth(6)).map(|c| (c, meaning))
    };
    if entry.is_billable { Vec::new() } else { below.map(with).collect::<Option<Vec<_>>>().unwrap_or_default() }
}

/// True when only placeholders fill the places between a code and its seventh character.
fn is_base(base: &str, code: &str) -> bool {
    base.strip_prefix(code).is_some_and(|filled| filled.bytes().all(|b| b == b'X'))
}

/// What an addenda file changes.
pub(super) struct Addendum {
    pub is_procedures: bool,
    pub table: Table,
}

impl Addendum {
    /// Reads an order addendum; nothing for an addendum of the codes file, which says no more.
    pub fn read(file: &str, text: &str) -> Result<Option<Self>, ImportError> {
        let mut table = Table::new("code\tchange\tbillable\ttitle\n".to_owned(), 0);
        let mut is_procedures = true;
        for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim().is_empty()) {
            let (label, rest) = content.split_once(':').unwrap_or((content, ""));
            let change = match label.trim() {
                "Add" | "Delete" | "Revise from" | "Revise to" => label.trim().to_lowercase(),
                // The file's own summary ends the list.
                "Codes" | "Headers" => break,
                other => {
                    return Err(ImportError::cell(file, line, "label", "Add, Delete, Revise from or Revise to", other));
                }
            };
            let rest = rest.trim_start();
            let (flag, rest) = match rest.split_once(' ') {
                Some((flag @ ("0" | "1"), rest)) => (flag, rest.trim_start()),
                _ => ("", rest),
            };
            let (code, titles) = rest.split_once(' ').unwrap_or((rest, ""));
            if code.len() < 3 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(ImportError::cell(file, line, "code", "a code", code));
            }
            is_procedures &= flag.is_empty() && matches!(code.len(), 3 | 7);
            // The short title fills 60 places; the long one follows.
            let title = titles.trim_start().get(60..).filter(|title| !title.trim().is_empty()).unwrap_or(titles);
            let _ = writeln!(table.text, "{code}\t{change}\t{}\t{}", if flag == "1" { "y" } else { "" }, plain(title));
            table.rows += 1;
        }
        let is_of_codes_file =
            table.rows == 0 || (!is_procedures && table.text.lines().skip(1).all(|l| !l.contains("\ty\t")));
        Ok((!is_of_codes_file).then_some(Self { is_procedures, table }))
    }
}
