//! Minutes of anesthesia: from its start to its end, however the record names and orders them.

use claim::Evidence;

use crate::{
    clock::{stretch, times_of_day},
    document::{Document, word_position},
    therapy,
};

use super::words;

/// Minutes with the words that tell them.
pub(super) type Minutes = (u32, Evidence);

/// A time of day under a name, by its place in the record.
#[derive(Clone, Copy, Debug)]
struct Event {
    at: u32,
    start: usize,
    end: usize,
}

const DAY: u32 = 24 * 60;
const NOON: u32 = 12 * 60;

/// From one time of day to a later one, over noon on a clock of twelve hours and over midnight.
fn elapsed(from: u32, to: u32) -> u32 {
    let over_noon = Some(to.saturating_add(NOON)).filter(|_| from < NOON + 60 && to < NOON && to < from);
    [Some(to), over_noon, Some(to.saturating_add(DAY))]
        .into_iter()
        .flatten()
        .find(|to| *to > from)
        .map_or(0, |to| to - from)
}

/// Minutes of the anesthesia of a record: named, else stated, else between two times of a sentence about it.
pub(super) fn minutes(document: &Document<'_>) -> Option<Minutes> {
    named(document).or_else(|| stated(document)).or_else(|| between(document))
}

/// Minutes of an epidural for labor, and of the cesarean that ended it.
pub(super) fn labor_minutes(document: &Document<'_>, is_cesarean: bool) -> (Option<Minutes>, Option<Minutes>) {
    let labelled = (events(document, "start"), events(document, "end"));
    let surgery = is_cesarean.then(|| cesarean(document)).flatten();
    let placed = || events(document, "neuraxial").first().copied();
    let own = document
        .lines()
        .find(|(_, line)| holds(line, "neuraxial") && !holds(line, "cesarean") && stretch(line).is_some());
    let before = |event: &&Event| surgery.is_none_or(|(from, _)| event.start < from.start);
    let from = labelled
        .0
        .iter()
        .find(before)
        .copied()
        .or_else(placed)
        .or_else(|| bare(document, "bare start").first().copied());
    let to = surgery.map(|(from, _)| from).or_else(|| {
        let delivered = || events(document, "vaginal").last().copied();
        let last = labelled.1.last().copied().or_else(|| bare(document, "bare end").last().copied());
        last.or_else(delivered)
    });
    let span = |from: Event, to: Event| {
        let (start, end) = (from.start.min(to.start), from.end.max(to.end));
        Some((elapsed(from.at, to.at), document.evidence(start, end)?)).filter(|(minutes, _)| *minutes > 0)
    };
    let labor = match own {
        Some((start, line)) => stretch(line).and_then(|(from, to)| {
            Some((to.saturating_sub(from), document.evidence(start, start + line.trim_end().len())?))
        }),
        None => from.zip(to).and_then(|(from, to)| span(from, to)),
    };
    (labor, surgery.and_then(|(from, to)| span(from, to)))
}

/// The start and the end of a cesarean, told behind its name.
fn cesarean(document: &Document<'_>) -> Option<(Event, Event)> {
    let lines: Vec<(usize, &str)> = document.lines().collect();
    let at = lines.iter().position(|(_, line)| holds(line, "cesarean") && !times_of_day(line).is_empty())?;
    let near = lines.get(at..)?;
    let of = |facet: &str, other: &str| {
        let found = near.iter().flat_map(|(start, line)| {
            on_line(*start, line, words(facet)).into_iter().chain(on_line(*start, line, words(other)))
        });
        found.collect::<Vec<_>>()
    };
    let from = of("start", "bare start").first().copied().or_else(|| {
        let (start, line) = near.first()?;
        times_of_day(line).first().map(|(at, from, to)| Event { at: *at, start: start + from, end: start + to })
    })?;
    let ends = of("end", "bare end").into_iter().chain(of("room end", "room end"));
    Some((from, ends.max_by_key(|event| event.end)?))
}

fn holds(line: &str, facet: &str) -> bool {
    words(facet).split('|').any(|word| word_position(line, word).is_some())
}

/// Under names of anesthesia every pair counts, for it may be interrupted; under bare names the first and the last.
fn named(document: &Document<'_>) -> Option<Minutes> {
    let distinct = |facet: &str| {
        let mut found: Vec<Event> = Vec::new();
        for event in events(document, facet) {
            if !found.iter().any(|known| known.at == event.at) {
                found.push(event);
            }
        }
        found
    };
    let (starts, ends) = (distinct("start"), distinct("end"));
    if starts.len() == ends.len() && !starts.is_empty() {
        let minutes =
            starts.iter().zip(&ends).fold(0_u32, |sum, (from, to)| sum.saturating_add(elapsed(from.at, to.at)));
        let from = starts.iter().map(|e| e.start).min()?;
        let to = ends.iter().map(|e| e.end).max()?;
        return Some((minutes, document.evidence(from.min(to), to.max(from))?)).filter(|(minutes, _)| *minutes > 0);
    }
    let from = starts
        .first()
        .copied()
        .or_else(|| bare(document, "bare start").first().copied())
        .or_else(|| events(document, "room start").first().copied())?;
    let last = |events: Vec<Event>| events.into_iter().rfind(|event| event.at != from.at && event.end > from.end);
    let to = last(ends).or_else(|| last(bare(document, "bare end"))).or_else(|| last(events(document, "room end")))?;
    let minutes = elapsed(from.at, to.at);
    let evidence = document.evidence(from.start.min(to.start), from.end.max(to.end))?;
    Some((minutes, evidence)).filter(|(minutes, _)| *minutes > 0)
}

/// Events under a bare name that is not that of the operation, a block or a scope.
fn bare(document: &Document<'_>, facet: &str) -> Vec<Event> {
    events(document, facet)
}

fn events(document: &Document<'_>, facet: &str) -> Vec<Event> {
    document.lines().flat_map(|(start, line)| on_line(start, line, words(facet))).collect()
}

/// The times of one line that stand with the words: before them where the line is one of a log, else behind them.
fn on_line(line_start: usize, line: &str, names: &str) -> Vec<Event> {
    const BEHIND: usize = 40;
    const BEFORE: usize = 4;
    let times = times_of_day(line);
    let first_text = line.len() - line.trim_start_matches([' ', '\t', '-', '*', '|']).len();
    let is_log = times.first().is_some_and(|(_, from, _)| *from == first_text);
    let mut found: Vec<Event> = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for name in names.split('|') {
        let mut from = 0;
        while let Some((a, b)) = line.get(from..).and_then(|rest| word_position(rest, name)) {
            places.push((from + a, from + b));
            from += b;
        }
    }
    places.sort_unstable();
    for (a, b) in places {
        // Of names inside names the first found stands for all.
        let is_other = line.get(..a).is_some_and(|before| {
            let last = before.trim_end_matches([' ', '-', '/', ':']).rsplit(|c: char| !c.is_alphanumeric()).next();
            last.is_some_and(|word| words("other").split('|').any(|other| other == word))
        });
        let behind = times.iter().find(|(_, from, _)| *from >= b && from - b <= BEHIND);
        let before = times.iter().rfind(|(_, _, to)| *to <= a && (is_log || a - to <= BEFORE));
        // A log names its times before the words, but for a pair told within a line.
        let gap = |time: &(u32, usize, usize)| time.1.saturating_sub(b).max(a.saturating_sub(time.2));
        let is_nearer_behind =
            behind.zip(before).is_some_and(|(behind, before)| gap(behind) <= gap(before) && before.1 > first_text);
        let near = if is_log && !is_nearer_behind { before.or(behind) } else { behind.or(before) };
        if let Some((at, from, to)) = near.filter(|_| !is_other)
            && !found.iter().any(|event| event.at == *at)
        {
            found.push(Event { at: *at, start: line_start + from.min(&a), end: line_start + to.max(&b) });
        }
    }
    found
}

fn stated(document: &Document<'_>) -> Option<Minutes> {
    const STATED: &[&str] = &[
        "anesthesia time",
        "anes time",
        "total anesthesia",
        "anesthesia minutes",
        "total anesthesia time",
        "anesthesia duration",
        "total time",
        "total minutes",
        "total min",
    ];
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let (start, end) = STATED.iter().find_map(|word| word_position(lower, word))?;
        let (minutes, length) = therapy::minutes(lower.get(end..)?)?;
        Some((minutes, document.evidence(sentence.start + start, sentence.start + end + length)?))
    })
}

fn between(document: &Document<'_>) -> Option<Minutes> {
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let is_named = ["start", "in", "begin", "anes", "anesthesia"].iter().any(|w| word_position(lower, w).is_some());
        let (from, to) = stretch(lower).filter(|_| is_named)?;
        Some((to - from, document.sentence_evidence(sentence)?))
    })
}
