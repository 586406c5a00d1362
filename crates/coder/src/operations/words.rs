//! The words of operations: the table of operations made ready, and where its words stand in a report.

use memchr::memmem;
use std::sync::LazyLock;

use crate::{
    Visit,
    document::{Document, word_position},
    sections::SectionKind,
    table::{Days, cell, table},
};

/// Alternatives, one of which must stand there.
type Group = Vec<&'static str>;

/// An operation of the table.
pub(super) struct Operation {
    pub group: &'static str,
    pub code: &'static str,
    /// Groups of one line each, all of which the titles hold.
    title: Vec<Vec<Group>>,
    /// Groups of one sentence each, all of which the report tells as done.
    body: Vec<Vec<Group>>,
    /// Words of the titles that make it another operation.
    not: Group,
    pub sides: &'static str,
    pub treats: &'static str,
    pub absorbs: &'static str,
    pub label: &'static str,
    days: Days,
    ages: Option<(u16, u16)>,
}

/// The table of operations in its order.
pub(super) static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let operation = |row: &'static [&'static str]| Operation {
        group: cell(row, 0),
        code: cell(row, 1),
        title: stretches(cell(row, 2)),
        body: stretches(cell(row, 3)),
        not: group(cell(row, 4)),
        sides: cell(row, 5),
        treats: cell(row, 6),
        absorbs: cell(row, 7),
        label: cell(row, 8),
        days: Days::of(row, 9),
        ages: ages(cell(row, 11)),
    };
    table!("operations.tsv").map(operation).collect()
});

fn stretches(text: &'static str) -> Vec<Vec<Group>> {
    let parts = text.split(" & ").map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.split(" + ").map(group).collect()).collect()
}

fn group(text: &'static str) -> Group {
    text.split('|').map(str::trim).filter(|word| !word.is_empty()).flat_map(shared).collect()
}

/// The words of a name with @, else the word itself.
pub(crate) fn shared(word: &'static str) -> Vec<&'static str> {
    let Some(name) = word.strip_prefix('@') else { return vec![word] };
    table!("operation_words.tsv").filter(|row| cell(row, 0) == name).flat_map(|row| cell(row, 1).split('|')).collect()
}

/// `0-11` or `12-`.
fn ages(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-')?;
    Some((from.parse().unwrap_or(0), to.parse().unwrap_or(u16::MAX)))
}

impl Operation {
    pub(super) fn is_for(&self, visit: &Visit) -> bool {
        let is_of_age = |(from, to)| visit.age().is_none_or(|age| (from..=to).contains(&age));
        self.days.covers(visit.served_on) && self.ages.is_none_or(is_of_age)
    }

    /// The span of its words in the titles, when they are all there and none that makes it another operation.
    pub(super) fn spelled(&self, report: &Wording<'_>, titles: &[(usize, usize)]) -> Option<(usize, usize)> {
        if self.not.iter().any(|word| report.find(titles, word).is_some()) {
            return None;
        }
        let titled: Option<Vec<(usize, usize)>> =
            self.title.iter().map(|groups| report.together(titles, groups)).collect();
        let titled = titled?;
        if !self.body.iter().all(|groups| report.together(&report.told, groups).is_some()) {
            return None;
        }
        let (start, end) = titled.first().copied()?;
        // Words that stand far apart are shown by the first of them.
        let near = titled.iter().filter(|(from, to)| from.abs_diff(start) < 160 && to.abs_diff(end) < 160);
        Some(near.fold((start, end), |(a, b), (from, to)| (a.min(*from), b.max(*to))))
    }
}

/// A report as the table asks for it.
pub(super) struct Wording<'d> {
    document: &'d Document<'d>,
    /// In lower case, hyphens as spaces; every byte at its place.
    plain: String,
    /// The sentences that tell what was done.
    pub told: Vec<(usize, usize)>,
}

impl<'d> Wording<'d> {
    pub(super) fn of(document: &'d Document<'d>) -> Self {
        use SectionKind as Kind;
        let is_told = |section| {
            !matches!(
                section,
                Kind::Past
                    | Kind::Surgical
                    | Kind::Family
                    | Kind::Social
                    | Kind::Medications
                    | Kind::Allergies
                    | Kind::Instructions
            )
        };
        let told = document.sentences.iter().filter(|s| is_told(s.section)).map(|s| (s.start, s.end)).collect();
        Self { document, plain: document.lower.replace('-', " "), told }
    }

    /// Where a word stands as something done: whole, alone or with the ending of a plural, in one of the stretches.
    pub(super) fn find(&self, stretches: &[(usize, usize)], word: &str) -> Option<(usize, usize)> {
        memmem::find(self.plain.as_bytes(), word.as_bytes())?;
        stretches.iter().find_map(|(start, end)| {
            let text = self.plain.get(*start..*end)?;
            let mut from = 0;
            while let Some(found) = text.get(from..)?.find(word) {
                let (at, to) = (from + found, from + found + word.len());
                if is_whole(text, at, to) && !is_left(text, at, to) {
                    return Some((start + at, start + to));
                }
                from = at + word.chars().next().map_or(1, char::len_utf8);
            }
            None
        })
    }

    /// The span of a word of every group within one stretch.
    fn together(&self, stretches: &[(usize, usize)], groups: &[Group]) -> Option<(usize, usize)> {
        stretches.iter().find_map(|stretch| {
            let places: Option<Vec<(usize, usize)>> = groups
                .iter()
                .map(|group| group.iter().find_map(|word| self.find(std::slice::from_ref(stretch), word)))
                .collect();
            let places = places?;
            Some((places.iter().map(|p| p.0).min()?, places.iter().map(|p| p.1).max()?))
        })
    }

    /// The first of the words that is told as done.
    pub(super) fn first(&self, words: &[&str]) -> Option<claim::Evidence> {
        let (start, end) = words.iter().find_map(|word| self.find(&self.told, word))?;
        self.document.evidence(start, end)
    }
}

/// Stands alone, or with the ending of a plural.
fn is_whole(text: &str, at: usize, to: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let rest = text.get(to..).unwrap_or_default();
    let ends = |rest: &str| !is_letter(rest.chars().next());
    !is_letter(text.get(..at).and_then(|t| t.chars().next_back()))
        && (ends(rest) || rest.strip_prefix('s').is_some_and(ends))
}

/// Denied, only thought of, or done at another time: "no cholangiogram", "biopsies were not taken".
fn is_left(text: &str, at: usize, to: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(to..).unwrap_or_default();
    let clause = before.rfind([';', ':', '(', '\n']).map_or(before, |cut| before.get(cut + 1..).unwrap_or_default());
    // Within a clause, a comma ends what "no" reaches, unless an "or" goes on.
    let goes_on = word_position(clause, "or").is_some() || word_position(clause, "nor").is_some();
    let near = if goes_on { clause } else { clause.rsplit(',').next().unwrap_or(clause) };
    let behind = after.split(['.', ';', '\n']).next().unwrap_or_default();
    let words = |text: &str| text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    table!("operations_left.tsv").any(|row| {
        let reach = cell(row, 2).parse().unwrap_or(usize::MAX);
        let word = cell(row, 0);
        match cell(row, 1) {
            "anywhere before" => word_position(before, word).is_some(),
            "before" => word_position(near, word).is_some_and(|_| {
                let last = near.rfind(word).map_or(0, |at| at + word.len());
                words(near.get(last..).unwrap_or_default()) <= reach
            }),
            _ => {
                word_position(behind, word).is_some_and(|(at, _)| words(behind.get(..at).unwrap_or_default()) <= reach)
            }
        }
    })
}
