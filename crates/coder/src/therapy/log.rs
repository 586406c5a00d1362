//! The treatment log: which services were given, with their minutes, in any of the usual ways to write them.

use claim::Evidence;

use super::{
    assistant::Role,
    minutes::{self, minutes},
};
use crate::{
    Visit,
    document::{Document, word_position},
    sections::SectionKind,
    table::{Days, cell, table},
};

/// A line of the treatment log.
pub(super) struct Entry {
    pub code: &'static str,
    pub label: &'static str,
    pub is_timed: bool,
    pub minutes: Option<u32>,
    /// Units written instead of minutes.
    pub units: Option<u32>,
    /// Minutes an assistant gave alone.
    pub assistant_minutes: u32,
    /// Its minutes are the sum of those of several people.
    is_summed: bool,
    pub evidence: Vec<Evidence>,
}

impl Entry {
    /// A service of which neither minutes nor units are written.
    fn untold(code: &'static str, label: &'static str, is_timed: bool, evidence: Vec<Evidence>) -> Self {
        Self { code, label, is_timed, minutes: None, units: None, assistant_minutes: 0, is_summed: false, evidence }
    }
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
    if table.is_empty() {
        return Vec::new();
    }
    let segments = segments(document);
    let read = |is_column: bool| {
        let mut entries: Vec<Entry> = Vec::new();
        for segment in &segments {
            let told = told(document, segment, &table, is_column);
            if told.is_empty() {
                shared(document, segment, &mut entries);
            }
            for entry in told {
                record(&mut entries, entry);
            }
        }
        entries
    };
    let entries = read(has_minutes_column(document));
    let total = minutes::stated(document, minutes::TIMED).or_else(|| minutes::stated(document, minutes::VISIT));
    let sum =
        |entries: &[Entry]| -> u32 { entries.iter().filter(|e| e.is_timed).map(|e| e.minutes.unwrap_or(0)).sum() };
    // Bare numbers are minutes where they make up the total that is stated.
    let by_column = read(true);
    let is_column = total.is_some_and(|(total, _, _)| sum(&entries) != total && sum(&by_column) == total);
    let entries = if is_column { by_column } else { entries };
    if entries.is_empty() { titled(document, &table).into_iter().collect() } else { entries }
}

/// "Aquatic therapy flowsheet": the one service of a note that names it in its title alone.
fn titled(document: &Document<'_>, table: &[Row<'_>]) -> Option<Entry> {
    let (at, line) = document.lines().find(|(_, line)| !line.trim().is_empty())?;
    let (row, (start, end)) = table
        .iter()
        .filter(|row| !row.code.is_empty())
        .find_map(|row| Some((row, row.words.iter().find_map(|word| word_position(line, word))?)))?;
    Some(Entry::untold(row.code, row.label, row.is_timed, vec![document.evidence(at + start, at + end)?]))
}

/// A session of speech therapy that names no service: what it treated is told by its diagnosis.
pub(super) fn speech(document: &Document<'_>) -> Option<Entry> {
    const SWALLOWING: &[&str] = &["dysphagia", "swallow", "swallowing", "feeding"];
    const TREATED: &[&str] =
        &["session", "treatment", "treated", "therapy", "targeted", "worked on", "activities", "tasks", "drills"];
    let (_, words) = document.find_phrase(TREATED)?;
    let swallowing = document.find_phrase(SWALLOWING);
    let (code, label) = match swallowing {
        Some(_) => ("92526", "Treatment of swallowing"),
        None => ("92507", "Speech, language or voice treatment"),
    };
    let evidence = std::iter::once(words).chain(swallowing.map(|(_, words)| words)).collect();
    Some(Entry::untold(code, label, false, evidence))
}

/// A line or a sentence of one.
struct Segment {
    start: usize,
    end: usize,
}

/// "M. Tran", "Dr. Vega": the dot behind a name's first letter or a title ends no sentence.
fn is_initial(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
        || matches!(word, "dr" | "mr" | "ms" | "mrs" | "ther")
}

/// The section a place of the note stands in.
fn section_at(document: &Document<'_>, at: usize) -> SectionKind {
    let after = document.sentences.partition_point(|sentence| sentence.start <= at);
    after.checked_sub(1).and_then(|i| document.sentences.get(i)).map_or(SectionKind::None, |sentence| sentence.section)
}

/// The lines of the note, each by its sentences; dots that lead to a number end none.
fn segments(document: &Document<'_>) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (at, line) in document.lines() {
        let mut start = 0;
        let ends = line.match_indices(". ").map(|(end, _)| end + 1).filter(|end| {
            let is_led = line.get(..end - 1).is_some_and(|before| before.ends_with(['.', ' ']));
            let next = document.text.get(at + end..).and_then(|rest| rest.trim_start().chars().next());
            !is_led
                && !is_initial(line.get(..end - 1).unwrap_or_default())
                && next.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
        });
        for end in ends.collect::<Vec<_>>().into_iter().chain([line.len()]) {
            segments.push(Segment { start: at + start, end: at + end });
            start = end;
        }
    }
    segments
}

/// A line below a service that says who gave how much of it: "PT 27 min; PTA alone 3 min".
fn shared(document: &Document<'_>, segment: &Segment, entries: &mut [Entry]) {
    const BELOW: usize = 3;
    let Some(last) = entries.last_mut() else { return };
    let end = last.evidence.iter().map(|words| words.end).max().unwrap_or(0);
    let is_near = document.lower.get(end..segment.start).is_some_and(|between| between.matches('\n').count() <= BELOW);
    let lower = document.lower.get(segment.start..segment.end).unwrap_or_default();
    let [own, by_assistant] = Role::minutes(lower);
    if !is_near || own + by_assistant == 0 || may_not_tell(lower) {
        return;
    }
    if last.minutes.is_none_or(|known| last.assistant_minutes + own + by_assistant > known && last.is_summed) {
        last.minutes = Some(last.minutes.unwrap_or(0) + own + by_assistant);
        last.is_summed = true;
    }
    last.assistant_minutes += by_assistant;
    last.evidence.extend(
        document
            .evidence(segment.start, segment.end.min(segment.start + lower.trim_end().len()))
            .filter(|_| by_assistant > 0),
    );
}

/// The services that one segment tells of.
fn told(document: &Document<'_>, segment: &Segment, table: &[Row<'_>], is_column: bool) -> Vec<Entry> {
    let lower = document.lower.get(segment.start..segment.end).unwrap_or_default();
    let mut named: Vec<Named<'_>> = table.iter().filter_map(|row| named(lower, row, is_column)).collect();
    named.sort_by_key(|n| (n.start, std::cmp::Reverse(n.end)));
    let section = named.first().map(|first| section_at(document, segment.start + first.start));
    let Some(section) = section.filter(|section| may_tell(document, *section, lower, is_column)) else {
        return Vec::new();
    };
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
                let (number, end) = minutes::bare(lower.get(own.end..*to)?)?;
                Some((number, own.end + end - from))
            };
            minutes(part).or_else(|| in_column().filter(|_| is_column))
        })
        .collect();
    let has_minutes = given.iter().any(Option::is_some);
    let mut entries = Vec::new();
    for ((own, (from, to)), given) in named.iter().zip(&parts).zip(given) {
        let part = lower.get(*from..*to).unwrap_or_default();
        let units = minutes::units(part);
        let is_told = given.is_some() || units.is_some() || is_told_without_minutes(own, section, lower, has_minutes);
        // "Speech therapy daily note" names the trade.
        let is_title = given.is_none() && units.is_none() && is_title(document, segment);
        if own.row.code.is_empty() || !is_told || is_title {
            continue;
        }
        let end = given.map_or(own.end, |(_, length)| own.end.max(from + length));
        let Some(evidence) = document.evidence(segment.start + from, segment.start + end) else { continue };
        let minutes = given.map(|(minutes, _)| minutes);
        let [by_therapist, by_assistant] = Role::minutes(part);
        // "PT 12 min, PTA 12 min" beside a name without a total of its own.
        let is_summed =
            by_therapist > 0 && by_assistant > 0 && minutes.is_some_and(|m| m < by_therapist + by_assistant);
        let assistant_minutes = match Role::of(part) {
            _ if by_therapist + by_assistant > 0 => by_assistant,
            Some(Role::Assistant) => minutes.unwrap_or(0),
            _ => 0,
        };
        entries.push(Entry {
            code: code(own.row, part),
            label: own.row.label,
            is_timed: own.row.is_timed,
            minutes: if is_summed { Some(by_therapist + by_assistant) } else { minutes },
            units: units.filter(|_| minutes.is_none()),
            assistant_minutes,
            is_summed,
            evidence: vec![evidence],
        });
    }
    entries
}

/// True in the first line of the note.
fn is_title(document: &Document<'_>, segment: &Segment) -> bool {
    document.lower.get(..segment.start).is_some_and(|before| before.trim().is_empty())
        && document.lower.get(segment.start..segment.end).is_some_and(|line| line.ends_with('\n'))
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

fn named<'r>(lower: &str, row: &'r Row<'r>, is_column: bool) -> Option<Named<'r>> {
    let whole = row.words.iter().find_map(|word| word_position(lower, word));
    let in_column = |word: &&&str| {
        let (start, end) = word_position(lower, word)?;
        minutes::bare(lower.get(end..)?).map(|_| (start, end))
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
fn is_told_without_minutes(named: &Named<'_>, section: SectionKind, lower: &str, has_minutes: bool) -> bool {
    let is_log = matches!(section, SectionKind::Treatment | SectionKind::Procedure);
    if named.row.is_timed {
        return is_log && !has_minutes;
    }
    let begins = lower.get(..named.start).is_some_and(|before| !before.contains(char::is_alphabetic));
    // "45 minutes individual speech treatment" was given; minutes beside another name are that one's.
    let begins = begins || !has_minutes && minutes(lower).is_some();
    is_log || begins && section != SectionKind::Present
}

/// Segments that tell what was done, not what is planned.
fn may_tell(document: &Document<'_>, section: SectionKind, lower: &str, is_column: bool) -> bool {
    let is_planned = may_not_tell(lower);
    let has_minutes = minutes(lower).is_some() || is_column || minutes::units(lower).is_some();
    if is_planned && !has_minutes {
        return false;
    }
    let is_told =
        !matches!(section, SectionKind::Plan | SectionKind::Instructions | SectionKind::Past | SectionKind::Present);
    is_told || document.is_therapy && has_minutes && !is_planned
}

/// Words of what is planned, or was not done.
fn may_not_tell(lower: &str) -> bool {
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
        "not done",
        "not today",
        "did not do",
        "not given",
        "not needed",
    ];
    PLANNED.iter().any(|w| word_position(lower, w).is_some())
}
