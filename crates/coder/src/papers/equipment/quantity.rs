//! How many pieces of an item the words around its name tell of, and which month of a rental.

use crate::{document::word_position, numeral::cardinal};

/// Longest word of a count before a name that begins its line.
pub(super) const COUNT_BYTES_MAX: usize = 8;

/// A number of pieces as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub pieces: Option<u32>,
    /// Counted in pairs.
    pub is_pairs: bool,
    /// Counted in boxes that are the units of the claim.
    pub is_boxes: bool,
    /// So many each month.
    pub is_monthly: bool,
}

/// Largest number of pieces that is read from a word.
const NAMED_MAX: u32 = 12;

/// Words behind a number that make it a size or a time.
const MEASURES: &[&str] = &[
    "ft", "feet", "foot", "in", "inch", "inches", "cm", "mm", "m", "fr", "french", "lb", "lbs", "pound", "pounds",
    "kg", "lpm", "l", "ml", "oz", "mg", "hz", "cmh2o", "hours", "hour", "hr", "hrs", "min", "minutes", "days", "day",
    "years", "year", "yr", "yrs", "nights", "times", "wheel", "wheels", "wheeled", "prong", "point", "piece", "lead",
    "leads", "month", "months", "week", "weeks", "yo", "y", "f", "c", "degrees", "percent", "gauge", "g",
];

/// Words that count pieces.
const PIECES: &[&str] = &[
    "ea",
    "each",
    "pcs",
    "pieces",
    "ct",
    "count",
    "unit",
    "units",
    "strips",
    "lancets",
    "catheters",
    "pouches",
    "bags",
    "pads",
    "rolls",
    "sheets",
    "tubes",
    "dressings",
    "masks",
    "sets",
    "filters",
    "packets",
    "wipes",
    "inserts",
    "cushions",
    "barriers",
    "wafers",
];

/// A number in a text.
struct Number<'t> {
    value: u32,
    before: &'t str,
    after: &'t str,
}

impl Number<'_> {
    /// The word behind it.
    fn noun(&self) -> &str {
        let after = self.after.trim_start_matches([' ', '-', '(', ')', '\t', '|']);
        after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
    }

    fn is_pairs(&self) -> bool {
        matches!(self.noun(), "pair" | "pairs" | "pr" | "prs")
    }

    fn is_boxes(&self) -> bool {
        matches!(self.noun(), "box" | "boxes" | "bx" | "vial" | "vials" | "bottle" | "bottles")
    }

    fn is_monthly(&self) -> bool {
        let near: String = self.after.chars().take(24).collect();
        let near = near.split(['.', ';', ',']).next().unwrap_or_default();
        ["/mo", "/month", "per month", "a month", "monthly", "each month", "every month"]
            .iter()
            .any(|w| near.contains(w))
    }

    /// A size, a date, an amount or part of a name.
    fn is_measure(&self) -> bool {
        let joined = |c: Option<char>| {
            c.is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, '/' | '.' | '\'' | '"' | '%' | '\u{2032}' | '\u{2033}')
            })
        };
        let last = self.before.chars().next_back();
        let is_joined = last.is_some_and(|c| c.is_alphanumeric() && c != 'x' || matches!(c, '/' | '.' | '$' | '-'))
            || joined(self.after.chars().next())
                && !self.after.starts_with("ea")
                && !self.after.starts_with(". ")
                && self.after.trim() != "."
                && !self.after.starts_with("/mo");
        let word = self.before.trim_end_matches([' ', ':', '-', '#', '.']).rsplit(' ').next().unwrap_or_default();
        is_joined
            || MEASURES.contains(&self.noun()) && !self.is_monthly()
            || matches!(
                word,
                "size"
                    | "sz"
                    | "serial"
                    | "model"
                    | "group"
                    | "level"
                    | "set"
                    | "month"
                    | "of"
                    | "grade"
                    | "class"
                    | "type"
                    | "no"
                    | "item"
                    | "to"
                    | "than"
                    | "under"
                    | "aged"
                    | "phone"
            )
            || self.after.trim_start().starts_with("x ")
                && self.after.trim_start_matches([' ', 'x']).starts_with(|c: char| c.is_ascii_digit())
    }
}

fn numbers(text: &str) -> Vec<Number<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let start = from;
        from = start
            + word.len()
            + text.get(start + word.len()..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        let times = word.strip_prefix('x').filter(|rest| !rest.is_empty()).unwrap_or(word);
        let digits = times.len() - times.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let written = cardinal(word).filter(|value| (1..=NAMED_MAX).contains(value));
        let (value, length) = match times.get(..digits).and_then(|d| d.parse().ok()) {
            Some(value) => (Some(value), word.len() - times.len() + digits),
            None => (written, word.len()),
        };
        if let (Some(value), Some(before), Some(after)) = (value, text.get(..start), text.get(start + length..)) {
            found.push(Number { value, before, after });
        }
    }
    found
}

impl Count {
    /// Of the words before a name in its clause, and of those behind it.
    pub fn of(lead: &str, tail: &str) -> Self {
        let (before, behind) = (numbers(lead), numbers(tail));
        let is_marked = |number: &&Number<'_>| {
            let word = number.before.trim_end_matches([' ', ':', '=', '.', '(']);
            let times = word.strip_suffix(['x', '\u{d7}']).unwrap_or(word);
            // "6 boxes x 50" counts the boxes.
            let is_size = numbers(times).last().is_some_and(|n| n.is_boxes() || n.after.trim().is_empty());
            let is_mark = ["qty", "quantity", "x", "\u{d7}", "#", "count"].iter().any(|mark| word.ends_with(mark));
            is_mark && (times.len() == word.len() || !is_size)
        };
        let is_counted = |number: &&Number<'_>| {
            PIECES.contains(&number.noun()) || number.is_pairs() || number.is_boxes() || number.is_monthly()
        };
        // A column is parted from the name by more than one blank, and nothing else stands in it.
        let is_column = |number: &&Number<'_>| {
            let is_open = number.before.is_empty()
                || number.before.ends_with("  ")
                || number.before.trim_end_matches(' ').ends_with(['|', '\t']);
            let is_closed = number.after.trim().is_empty()
                || number.after.starts_with("  ")
                || number.after.trim_start_matches(' ').starts_with(['|', '\t', '(']);
            is_open && is_closed
        };
        let is_next = |number: &&Number<'_>| number.before.trim_matches([' ', ':', '-', ',', '(']).is_empty();
        let no_measure = |number: &&Number<'_>| !number.is_measure();
        let found = behind
            .iter()
            .filter(no_measure)
            .find(is_next)
            .or_else(|| behind.iter().filter(no_measure).find(is_marked))
            .or_else(|| before.iter().find(is_marked))
            .or_else(|| before.iter().rev().find(no_measure))
            .or_else(|| behind.iter().filter(no_measure).find(is_counted))
            .or_else(|| behind.iter().filter(no_measure).find(is_column));
        let Some(number) = found else {
            let is_pairs = [lead, tail].iter().any(|text| word_position(text, "pair").is_some());
            return Self { pieces: is_pairs.then_some(1), is_pairs, ..Self::default() };
        };
        let size = number.is_boxes().then(|| of_box(number.after)).flatten();
        Self {
            pieces: Some(size.map_or(number.value, |size| number.value.saturating_mul(size))),
            is_pairs: number.is_pairs(),
            is_boxes: number.is_boxes() && size.is_none(),
            is_monthly: number.is_monthly(),
        }
    }
}

/// "boxes of 50", "boxes x 100": what a box holds.
fn of_box(after: &str) -> Option<u32> {
    let next = numbers(after).into_iter().next()?;
    let word = next.before.trim_end().rsplit(' ').next()?;
    matches!(word, "of" | "x" | "@" | "with").then_some(next.value).filter(|size| *size > 0)
}

/// "3 for left, 3 for right", "3 each side": pieces of the right and of the left.
pub(super) fn of_sides(text: &str) -> Option<[u32; 2]> {
    let all = numbers(text);
    let side = |names: &[&str]| {
        all.iter().find(|number| {
            let after = number.after.trim_start();
            let after = ["for the ", "for ", "on the ", "to the ", "pcs ", "ea "]
                .iter()
                .find_map(|w| after.strip_prefix(w))
                .unwrap_or(after);
            names.iter().any(|name| word_position(after, name).is_some_and(|(start, _)| start == 0))
        })
    };
    if let (Some(right), Some(left)) = (side(&["right", "rt", "r"]), side(&["left", "lt", "l"])) {
        return Some([right.value, left.value]);
    }
    let each = side(&["each side", "each foot", "per foot", "per side", "per shoe", "each shoe"])?;
    Some([each.value, each.value])
}

/// "Month 4", "2nd month", "third rental month": which month of a rental it is.
pub(super) fn month(text: &str) -> Option<u32> {
    const ORDINALS: &[&str] = &[
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
    ];
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().filter(|(_, word)| matches!(**word, "month" | "mo" | "months" | "mos")).find_map(
        |(at, _)| {
            let number = |word: Option<&&str>| {
                let word = word?;
                let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
                let ordinal = ORDINALS.iter().zip(1..).find(|(name, _)| *name == word).map(|(_, month)| month);
                let initial = (*word == "initial").then_some(1);
                ordinal.or(initial).or_else(|| {
                    digits.parse().ok().filter(|month| (1..=13).contains(month)).filter(|_| digits.len() <= 2)
                })
            };
            let behind = number(words.get(at + 1));
            let is_ordinal = |word: &&&str| {
                ["st", "nd", "rd", "th", "ial"].iter().any(|end| word.ends_with(end)) || ORDINALS.contains(*word)
            };
            let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).filter(is_ordinal);
            number(before(1)).or_else(|| number(before(2))).or(behind)
        },
    )
}
