//! The items of an order or delivery ticket: which of those it names were delivered, and in what words.

use super::{says, table};
use crate::{
    Visit,
    document::{Document, word_position},
    papers::equipment::quantity::{self, Count},
    table::{Days, cell},
};

/// How items of a kind are paid (Claims Processing Manual 20 §30), and what else their lines carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Rented by the month until it is the patient's.
    Capped,
    /// Bought, used or rented.
    Routine,
    /// Rented as long as it is needed.
    Oxygen,
    /// Rented without counting months.
    Hired,
    /// Bought new.
    Accessory,
    Tens,
    /// For a limb.
    Brace,
    /// For a foot.
    Shoe,
    Dressing,
    /// No benefit of Medicare.
    Excluded,
    /// Neither bought nor rented as the claim tells it.
    Supply,
}

impl Class {
    fn from_word(word: &str) -> Self {
        match word {
            "capped" => Self::Capped,
            "routine" => Self::Routine,
            "oxygen" => Self::Oxygen,
            "hired" => Self::Hired,
            "accessory" => Self::Accessory,
            "tens" => Self::Tens,
            "brace" => Self::Brace,
            "shoe" => Self::Shoe,
            "dressing" => Self::Dressing,
            "excluded" => Self::Excluded,
            _ => Self::Supply,
        }
    }
}

/// An item that was delivered.
pub(super) struct Item<'d> {
    pub code: &'static str,
    pub label: &'static str,
    pub class: Class,
    /// Pieces that a unit holds.
    pub each: &'static str,
    pub policy: &'static str,
    pub count: Count,
    /// Its name with what stands beside it, in lower case.
    pub text: &'d str,
    pub start: usize,
    pub end: usize,
    pub clause_start: usize,
    pub clause_end: usize,
    sureness: Sureness,
}

impl Item<'_> {
    /// How much is told of it: how it was supplied, and how many.
    fn detail(&self) -> u8 {
        let is_how = ["rented", "bought", "used"].iter().any(|kind| says(self.text, kind).is_some());
        u8::from(is_how) + u8::from(self.count.pieces.is_some())
    }
}

/// How surely the words say that the item was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sureness {
    Named,
    Ordered,
    Delivered,
}

struct Row<'d> {
    words: Vec<&'d str>,
    /// Further words that must stand in the line, one of each group.
    with: Vec<Vec<&'d str>>,
    code: &'static str,
    class: Class,
    each: &'static str,
    policy: &'static str,
    label: &'static str,
}

/// A name in a line.
struct Named<'r> {
    start: usize,
    end: usize,
    row: &'r Row<'r>,
}

/// The items that were delivered, each once: those that the paper surely says so of, else those ordered, else those named.
pub(super) fn delivered<'d>(document: &'d Document<'_>, visit: &Visit) -> Vec<Item<'d>> {
    let table: Vec<Row<'_>> = table!("equipment.tsv")
        .filter(|row| Days::of(row, 7).covers(visit.served_on))
        .map(|row| Row {
            words: document.present(cell(row, 0).split('|')),
            with: cell(row, 1).split(" & ").filter(|group| !group.is_empty()).map(|g| g.split('|').collect()).collect(),
            code: cell(row, 2),
            class: Class::from_word(cell(row, 3)),
            each: cell(row, 4),
            policy: cell(row, 5),
            label: cell(row, 6),
        })
        .filter(|row| !row.words.is_empty())
        .collect();
    let mut items: Vec<Item<'_>> = Vec::new();
    for (at, line) in document.lines() {
        for item in of_line(line, at, &table) {
            keep(&mut items, item);
        }
    }
    let most = items.iter().map(|item| item.sureness).max();
    items.retain(|item| Some(item.sureness) == most);
    items
}

/// The same item is told again: the surer words count, and the number where only one of them has it.
fn keep<'d>(items: &mut Vec<Item<'d>>, item: Item<'d>) {
    match items.iter_mut().find(|known| known.code == item.code) {
        None => items.push(item),
        Some(known) if (item.sureness, item.detail()) > (known.sureness, known.detail()) => *known = item,
        Some(_) => {}
    }
}

fn of_line<'d>(line: &'d str, at: usize, table: &[Row<'_>]) -> Vec<Item<'d>> {
    let names = names(line, table);
    let mut items = Vec::new();
    for (index, own) in names.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|i| names.get(i)).map_or(0, |name| name.end);
        let next = names.get(index + 1).map(|name| name.start);
        let start = clause_start(line, before, own.start);
        let end = clause_end(line, own.end, next);
        let (Some(lead), Some(tail), Some(text)) =
            (line.get(start..own.start), line.get(own.end..end), line.get(start..end))
        else {
            continue;
        };
        let is_absent = says(lead, "absent").is_some() || says(text, "refused").is_some();
        // A table has its numbers in columns before or behind the name.
        let count = Count::of(lead, tail);
        if is_absent || count.pieces == Some(0) {
            continue;
        }
        // "Sold: nebulizer, 1 ea. Masks, 2 ea.": one word holds for the line.
        let said = line.get(..end).unwrap_or(text);
        let sureness = if is_row(line, own.start) || says(said, "told").is_some() {
            Sureness::Delivered
        } else if says(said, "ordered").is_some() {
            Sureness::Ordered
        } else {
            Sureness::Named
        };
        items.push(Item {
            code: own.row.code,
            label: own.row.label,
            class: own.row.class,
            each: own.row.each,
            policy: own.row.policy,
            count,
            text,
            start: at + own.start,
            end: at + own.end,
            clause_start: at + start,
            clause_end: at + end,
            sureness,
        });
    }
    items
}

/// The names in a line in their order: the longest where several overlap, the one with most further words where several
/// are alike; "cpap" in "cpap full face mask" only says of what the mask is.
fn names<'r>(line: &str, table: &'r [Row<'r>]) -> Vec<Named<'r>> {
    let mut all: Vec<Named<'_>> = Vec::new();
    for row in table {
        let is_met = row.with.iter().all(|group| group.iter().any(|word| word_position(line, word).is_some()));
        if !is_met {
            continue;
        }
        let code = row.code.to_lowercase();
        let words = row.words.iter().copied().chain([code.as_str()].into_iter().filter(|code| !code.is_empty()));
        for word in words {
            all.extend(positions(line, word).map(|(start, end)| Named { start, end, row }));
        }
    }
    all.sort_by_key(|name| std::cmp::Reverse((name.end - name.start, name.row.with.len())));
    let mut names: Vec<Named<'_>> = Vec::new();
    for name in all {
        if names.iter().all(|known| name.end <= known.start || known.end <= name.start) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| name.start);
    let starts: Vec<usize> = names.iter().map(|name| name.start).collect();
    names.retain(|name| !starts.iter().any(|start| line.get(name.end..*start).is_some_and(|gap| gap == " ")));
    // What is no item has kept its words from others, and parts none from what is said of it.
    names.retain(|name| !name.row.code.is_empty());
    names
}

/// Every place of a word, also in the plural.
fn positions<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).filter_map(move |(start, found)| {
        let end = start + found.len();
        let after = text.get(end..)?;
        let plural = if after.starts_with("es") { 2 } else { usize::from(after.starts_with('s')) };
        let is_begun = !is_letter(text.get(..start)?.chars().next_back());
        let ends =
            [end, end + plural].into_iter().find(|end| !is_letter(text.get(*end..).and_then(|t| t.chars().next())));
        ends.filter(|_| is_begun).map(|end| (start, end))
    })
}

/// Where the clause of a name begins, behind the name before it.
fn clause_start(line: &str, from: usize, name: usize) -> usize {
    let lead = line.get(from..name).unwrap_or_default();
    let cut = |mark: &str| lead.rfind(mark).map_or(0, |at| at + mark.len());
    from + [", ", ". ", "; ", " - ", "->", ": ", " and ", " but ", "...", "("]
        .iter()
        .map(|mark| cut(mark))
        .max()
        .unwrap_or(0)
}

/// Where what is said of a name ends: with its sentence, or before the words that lead to the next name.
fn clause_end(line: &str, name: usize, next: Option<usize>) -> usize {
    let limit = next.map_or(line.trim_end().len(), |next| clause_start(line, name, next).max(name));
    let tail = line.get(name..limit.max(name)).unwrap_or_default();
    let stop = [". ", ";"].iter().filter_map(|mark| tail.find(mark)).min();
    name + stop.unwrap_or(tail.len())
}

/// True for a line of a list: a bullet, a number or a column before the name, or nothing.
fn is_row(line: &str, name: usize) -> bool {
    let lead = line.get(..name).unwrap_or_default();
    let trimmed = lead.trim_start();
    let is_column = lead.trim_end().contains('|') || lead.contains('\t') || trimmed.contains("  ");
    let is_marked = trimmed.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*' | '\u{2022}' | '['));
    is_column || is_marked || trimmed.len() <= quantity::COUNT_BYTES_MAX && !trimmed.contains(' ')
}
