//! Order files of ICD-10-CM and ICD-10-PCS, and what their addenda add, delete and revise.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

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

    /// The list of an edition as an order file would have it.
    pub fn of(tabular: &Tabular) -> Self {
        let mut entries = Vec::new();
        for node in tabular.nodes().iter().filter(|node| node.kind == Kind::Code) {
            let entry = |code: String| {
                let place = tabular.find(&code)?;
                let (title, is_billable) = (place.title(tabular).into_owned(), place.is_billable());
                Some(Entry { code, is_billable, short: String::new(), title })
            };
            entries.extend(entry(node.code.to_string()));
            entries.extend(node.sevenths.chars().filter_map(|seventh| entry(node.completed(seventh))));
        }
        Self { entries }
    }

    /// The list with the changes of an addendum made. A change that is made already changes nothing.
    pub fn changed_by(&self, addendum: &Addendum) -> Self {
        let mut entries: BTreeMap<String, Entry> = self.entries.iter().map(|e| (e.code.clone(), e.clone())).collect();
        for (change, entry) in &addendum.changes {
            match change {
                Change::Delete => drop(entries.remove(&entry.code)),
                Change::Set => drop(entries.insert(entry.code.clone(), entry.clone())),
            }
        }
        Self { entries: entries.into_values().collect() }
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

/// What a line of an addenda file does to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The code goes.
    Delete,
    /// The code is there, with this title.
    Set,
}

/// What an addenda file changes.
#[derive(Debug)]
pub(super) struct Addendum {
    pub is_procedures: bool,
    pub table: Table,
    changes: Vec<(Change, Entry)>,
}

impl Addendum {
    /// Reads an order addendum; nothing for an addendum of the codes file, which says no more.
    pub fn read(file: &str, text: &str) -> Result<Option<Self>, ImportError> {
        let mut table = Table::new("code\tchange\tbillable\ttitle\n".to_owned(), 0);
        let mut is_procedures = true;
        let mut changes: Vec<(Change, Entry)> = Vec::new();
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
            let title = plain(title);
            let _ = writeln!(table.text, "{code}\t{change}\t{}\t{title}", if flag == "1" { "y" } else { "" });
            table.rows += 1;
            let entry = Entry { code: code.to_owned(), is_billable: flag == "1", short: String::new(), title };
            match change.as_str() {
                "delete" => changes.push((Change::Delete, entry)),
                "add" | "revise to" => changes.push((Change::Set, entry)),
                _ => {}
            }
        }
        let is_of_codes_file =
            table.rows == 0 || (!is_procedures && table.text.lines().skip(1).all(|l| !l.contains("\ty\t")));
        Ok((!is_of_codes_file).then_some(Self { is_procedures, table, changes }))
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Read, path::Path};

    use jiff::civil::date;

    use super::*;
    use crate::Library;

    /// The addenda of fiscal year 2026 over the list of 2025 give the list of 2026.
    #[test]
    fn an_addendum_makes_the_next_edition() {
        let root = std::env::var_os("SUPERBILL_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), Into::into);
        let Ok(file) = std::fs::File::open(root.join("data/icd10cm/fy2026_icd10cm-code-descriptions.zip")) else {
            eprintln!("SKIPPED: the official addenda are not at hand, set SUPERBILL_SHARED");
            return;
        };
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let mut read = |wanted: &str| {
            let name = archive.file_names().find(|name| name.contains(wanted)).unwrap().to_owned();
            let mut text = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        };
        let official = Order::read("order", &read("order-2026")).unwrap();
        let addendum = Addendum::read("addenda", &read("order-addenda")).unwrap().unwrap();
        let library = Library::shipped();
        let before = library.icd10cm(date(2025, 6, 1));
        let next = Order::of(before.tabular()).changed_by(&addendum);
        assert_eq!(next.entries.len(), 98_186);
        assert!(next.billable() == official.billable());
        // The list made of it is complete, and keeps the instructions of the codes that stay.
        let list = next.tabular(before.tabular());
        assert_eq!(list.billable().count(), 74_719);
        assert!(list.to_text().contains("type 1 diabetes mellitus (E10.-)"));
        // Made again, nothing changes.
        assert_eq!(next.changed_by(&addendum).entries.len(), next.entries.len());
    }
}
