//! The treatment log: which services were given, with their minutes, in any of the usual ways to write them.

use claim::Evidence;

use super::minutes;
use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    table::{Days, cell, table},
};

/// A line of the treatment log.
pub(super) struct Entry {
    pub code: &'static str,
    pub label: &'static str,
    pub is_timed: bool,
    pub minutes: Option<u32>,
    /// Minutes an assistant gave alone.
    pub assistant_minutes: u32,
    pub evidence: Vec<Evidence>,
}

/// A row of the table of services, as far as its words stand in the note.
struct Row<'d> {
    words: Vec<&'d str>,
    /// Words that name the service only right beside its minutes: "manual 15 min", "TE 25".
    short: Vec<&'d str>,
    code: &'static str,
    label: &'static str,
    is_timed: bool,
}

/// A service named in a sentence.
struct Named<'r> {
    start: usize,
    end: usize,
    row: &'r Row<'r>,
}

/// The services of the log in order of the note.
pub(super) fn entries(document: &Document<'_>, visit: &Visit) -> Vec<Entry> {
    let known = table!("therapy.tsv").filter(|row| Days::of(row, 5).covers(visit.served_on));
    let table: Vec<Row<'_>> = known
        .map(|row| Row {
            words: document.present(cell(row, 0).split('|')),
            short: document.present(cell(row, 4).split('|').filter(|word| !word.is_empty())),
            code: cell(row, 1),
            label: cell(row, 3),
            is_timed: cell(row, 2) == "y",
        })
        .filter(|row| !row.words.is_empty() || !row.short.is_empty())
        .collect();
    let mut entries: Vec<Entry> = Vec::new();
    if table.is_empty() {
        return entries;
    }
    let is_column = has_minutes_column(document);
    for sentence in &document.sentences {
        for entry in told(document, sentence, &table, is_column) {
            record(&mut entries, entry);
        }
    }
    entries
}

/// The services that one sentence tells of.
fn told(document: &Document<'_>, sentence: &Sentence, table: &[Row<'_>], is_column: bool) -> Vec<Entry> {
    let lower = document.lower_of(sentence);
    let mut named: Vec<Named<'_>> = table.iter().filter_map(|row| named(lower, row, is_column)).collect();
    if named.is_empty() || !may_tell(document, sentence, is_column) {
        return Vec::new();
    }
    named.sort_by_key(|n| (n.start, std::cmp::Reverse(n.end)));
    // "Group exercise" is no exercise of one.
    let spans: Vec<(usize, usize)> = named.iter().map(|n| (n.start, n.end)).collect();
    let is_within = |n: &Named<'_>| {
        spans.iter().any(|(start, end)| *start <= n.start && n.end <= *end && end - start > n.end - n.start)
    };
    named.retain(|n| !is_within(n));
    // "15 min manual therapy, 10 min gait training" has its minutes before the names.
    let is_before = named.first().is_some_and(|n| {
        lower.get(..n.start).is_some_and(|t| minutes_before(t).is_some())
            && lower.get(n.end..).is_some_and(|t| !begins_with_minutes(t))
    });
    let parts: Vec<(usize, usize)> = (0..named.len())
        .filter_map(|i| {
            let own = named.get(i)?;
            Some(if is_before {
                (i.checked_sub(1).and_then(|i| named.get(i)).map_or(0, |n| n.end), own.end)
            } else {
                (own.start, named.get(i + 1).map_or(lower.len(), |n| n.start))
            })
        })
        .collect();
    let given: Vec<Option<(u32, usize)>> = parts
        .iter()
        .zip(&named)
        .map(|((from, to), own)| {
            let part = lower.get(*from..*to).unwrap_or_default();
            let in_column = || {
                let (number, end) = cell_number(lower.get(own.end..*to)?)?;
                Some((number, own.end + end - from))
            };
            minutes(part).or_else(|| in_column().filter(|_| is_column))
        })
        .collect();
    let has_minutes = given.iter().any(Option::is_some);
    let mut entries = Vec::new();
    for ((own, (from, to)), given) in named.iter().zip(&parts).zip(given) {
        let part = lower.get(*from..*to).unwrap_or_default();
        if given.is_none() && !is_told_without_minutes(own, sentence, lower, has_minutes) {
            continue;
        }
        let end = given.map_or(own.end, |(_, length)| own.end.max(from + length));
        let Some(evidence) = document.evidence(sentence.start + from, sentence.start + end) else { continue };
        let by_assistant = ["pta", "assistant", "cota"].iter().any(|w| word_position(part, w).is_some());
        let minutes = given.map(|(minutes, _)| minutes);
        entries.push(Entry {
            code: code(own.row, part),
            label: own.row.label,
            is_timed: own.row.is_timed,
            minutes,
            assistant_minutes: if by_assistant { minutes.unwrap_or(0) } else { 0 },
            evidence: vec![evidence],
        });
    }
    entries
}

/// A table whose head says that its numbers are minutes.
fn has_minutes_column(document: &Document<'_>) -> bool {
    document.lower.lines().any(|line| {
        let is_head = !line.contains(|c: char| c.is_ascii_digit());
        is_head
            && (line.contains('|') || line.contains('\t') || line.contains("  "))
            && ["min", "minutes", "mins"].iter().any(|word| word_position(line, word).is_some())
    })
}

/// The number in the next cell of a row, with its end.
fn cell_number(after: &str) -> Option<(u32, usize)> {
    let rest = after.trim_start_matches(['|', ' ', '\t', ':', '.']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok().filter(|n| (1..=180).contains(n))?;
    Some((number, after.len() - rest.len() + digits))
}

fn named<'r>(lower: &str, row: &'r Row<'r>, is_column: bool) -> Option<Named<'r>> {
    let whole = row.words.iter().find_map(|word| word_position(lower, word));
    let in_column = |word: &&&str| {
        let (start, end) = word_position(lower, word)?;
        cell_number(lower.get(end..)?).map(|_| (start, end))
    };
    let (start, end) = whole
        .or_else(|| row.short.iter().find_map(|word| beside_minutes(lower, word)))
        .or_else(|| row.short.iter().filter(|_| is_column).find_map(|word| in_column(&word)))?;
    Some(Named { start, end, row })
}

/// Where a short name stands with minutes right after or before it.
fn beside_minutes(lower: &str, word: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some((start, end)) = word_position(lower.get(from..)?, word) {
        let (start, end) = (from + start, from + end);
        if begins_with_minutes(lower.get(end..)?) || minutes_before(lower.get(..start)?).is_some() {
            return Some((start, end));
        }
        from = end;
    }
    None
}

/// True for ": 25 min", " - 25 minutes": a number with its unit and nothing before it.
fn begins_with_minutes(text: &str) -> bool {
    let text = text.trim_start_matches([' ', ':', '-', '=', '(', ')', '\u{2013}']);
    let text = ["for ", "x ", "x"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_unit = |unit: &str| !unit.contains(|c: char| c.is_ascii_digit());
    number > 0 && minutes(text).is_some_and(|(_, length)| text.get(number..length).is_some_and(is_unit))
}

/// Minutes that end a text: "25 min", "25 minutes of".
fn minutes_before(text: &str) -> Option<u32> {
    let trimmed = text.trim_end_matches([' ', ':', '-', ')']);
    let trimmed = trimmed.strip_suffix(" of").unwrap_or(trimmed).trim_end();
    let number = trimmed.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
    let last = trimmed.get(number.len() - digits..)?;
    minutes(last).filter(|(_, end)| *end == last.len()).map(|(minutes, _)| minutes)
}

/// Needling counts muscles (CPT 2020: one or two, three or more).
fn code(row: &Row<'_>, part: &str) -> &'static str {
    const MANY: &[&str] = &["3 muscles", "three muscles", "4 muscles", "four muscles", "5 muscles", "five muscles"];
    if row.code == "20560" && MANY.iter().any(|words| word_position(part, words).is_some()) {
        return "20561";
    }
    row.code
}

/// The same service twice in a log is told again or continued: a log line with minutes wins over one without.
fn record(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|known| known.code == entry.code) {
        None => entries.push(entry),
        Some(known) if known.minutes.is_none() => *known = entry,
        Some(known) if entry.minutes.is_some_and(|m| Some(m) != known.minutes) => {
            known.minutes = Some(known.minutes.unwrap_or(0) + entry.minutes.unwrap_or(0));
            known.assistant_minutes += entry.assistant_minutes;
            known.evidence.extend(entry.evidence);
        }
        Some(_) => {}
    }
}

/// A service without minutes of its own: named in the log, or an untimed one that begins its sentence. What stands
/// beside the minutes of another service is what that service consisted of.
fn is_told_without_minutes(named: &Named<'_>, sentence: &Sentence, lower: &str, has_minutes: bool) -> bool {
    let is_log = matches!(sentence.section, SectionKind::Treatment | SectionKind::Procedure);
    if named.row.is_timed {
        return is_log && !has_minutes;
    }
    let begins = lower.get(..named.start).is_some_and(|before| !before.contains(char::is_alphabetic));
    // "45 minutes individual speech treatment" was given; minutes beside another name are that one's.
    let begins = begins || !has_minutes && minutes(lower).is_some();
    is_log || begins && sentence.section != SectionKind::Present
}

/// Sentences that tell what was done, not what is planned.
fn may_tell(document: &Document<'_>, sentence: &Sentence, is_column: bool) -> bool {
    const PLANNED: &[&str] = &[
        "will",
        "plan to",
        "plan:",
        "plan for",
        "continue",
        "next visit",
        "next session",
        "recommend",
        "progress to",
        "goal",
        "goals",
        "home exercise",
        "to include",
        "frequency",
        "declined",
        "not performed",
        "held today",
        "deferred",
    ];
    let lower = document.lower_of(sentence);
    let is_planned = PLANNED.iter().any(|w| word_position(lower, w).is_some());
    let has_minutes = minutes(lower).is_some() || is_column;
    if is_planned && !has_minutes {
        return false;
    }
    let is_told = !matches!(
        sentence.section,
        SectionKind::Plan | SectionKind::Instructions | SectionKind::Past | SectionKind::Present
    );
    is_told || document.is_therapy && has_minutes && !is_planned
}
