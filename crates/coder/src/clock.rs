//! Services that follow the clock or the calendar of a stay: critical care, discharge, psychotherapy, advance care
//! planning, transitional care.

use claim::Evidence;

use crate::{
    Visit,
    document::{Document, Sentence},
    level::Complexity,
    service::{Service, ServiceKind, Services},
    therapy,
    units::timed_service_units,
};

/// A family of timed services: the words that name it, and those near which its minutes stand.
struct Timed {
    words: &'static [&'static str],
    family: &'static str,
    label: &'static str,
    treats: &'static [&'static str],
}

const TALKS: &[&str] = &[
    "psychotherapy",
    "min of therapy",
    "minutes of therapy",
    "individual therapy",
    "therapy session",
    "session duration",
    "session length",
    "session time",
];
/// Therapists who prescribe nothing and bill no visit.
const THERAPISTS: &[&str] = &[
    "psychologist",
    "psyd",
    "psy.d",
    "lcsw",
    "licsw",
    "lmft",
    "lpc",
    "lmhc",
    "licensed clinical",
    "licensed professional counselor",
];
const PSYCHOTHERAPY: Timed =
    Timed { words: TALKS, family: "psychotherapy_with_em", label: "Psychotherapy", treats: &["F"] };
const PLANNING: Timed = Timed {
    words: &["advance care planning"],
    family: "advance_care_planning",
    label: "Advance care planning",
    treats: &[],
};
const CRITICAL: Timed = Timed {
    words: &["critical care time", "critical care"],
    family: "critical_care_cpt",
    label: "Critical care",
    treats: &[],
};

/// Adds the services counted in their own minutes; true when one of them takes the place of a visit.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) -> bool {
    timed(document, visit, &PLANNING, PLANNING.family, ServiceKind::Counselling, found);
    let is_therapist = is_therapist(document);
    let has_visit_part = !is_therapist
        && (["e/m", "medication management", "med management"].iter().any(|w| document.lower.contains(w))
            || document.has_assessment());
    let family = if has_visit_part { PSYCHOTHERAPY.family } else { "psychotherapy" };
    let talked = timed(document, visit, &PSYCHOTHERAPY, family, ServiceKind::Counselling, found);
    let family = if visit.is_medicare() { "critical_care_medicare" } else { CRITICAL.family };
    let critical = !is_disclaimed(document) && timed(document, visit, &CRITICAL, family, ServiceKind::Visit, found);
    critical || talked && !has_visit_part
}

/// The note is signed by somebody who prescribes nothing.
pub(crate) fn is_therapist(document: &Document<'_>) -> bool {
    document.find_phrase(THERAPISTS).is_some()
}

/// "No critical care time was spent."
fn is_disclaimed(document: &Document<'_>) -> bool {
    ["no critical care", "critical care was not", "not critical care"].iter().any(|w| document.lower.contains(w))
}

fn timed(
    document: &Document<'_>,
    visit: &Visit,
    what: &Timed,
    family: &str,
    kind: ServiceKind,
    found: &mut Services,
) -> bool {
    let Some((minutes, words)) = minutes_near(document, what.words) else { return false };
    let services = timed_service_units(family, minutes, visit.served_on);
    for (code, units) in &services {
        let mut service = Service::new(code, kind, what.label, vec![words.clone()], 0)
            .ruled("PX-TIME", format!("{minutes} minutes: {units} unit(s)."));
        service.units = *units;
        service.treats = what.treats.iter().map(|t| (*t).to_owned()).collect();
        found.services.push(service);
    }
    !services.is_empty()
}

/// Minutes that stand with the words, in their sentence or the next two.
fn minutes_near(document: &Document<'_>, words: &[&str]) -> Option<(u32, Evidence)> {
    const NEXT: usize = 3;
    words.iter().find_map(|word| {
        let places = document.sentences.iter().enumerate().filter(|(_, s)| document.lower_of(s).contains(word));
        let mut near = places.flat_map(|(at, _)| document.sentences.iter().skip(at).take(NEXT));
        near.find_map(|sentence: &Sentence| {
            let lower = document.lower_of(sentence);
            let is_other = ["not in critical care", "not counted", "excluded"].iter().any(|w| lower.contains(w))
                || lower.contains("exclusive of") && !lower.contains("critical care time");
            let stated = therapy::minutes(lower).filter(|_| !is_other);
            let (minutes, end) = stated.or_else(|| stretch(lower).map(|(from, to)| (to - from, lower.len())))?;
            Some((minutes, document.evidence(sentence.start, sentence.start + end)?))
        })
    })
}

/// The day of discharge from a hospital or nursing facility: 30 minutes or more than 30.
pub(crate) fn discharge(document: &Document<'_>, visit: &Visit) -> Option<Service> {
    const TOLD: &[&str] = &[
        "discharge summary",
        "discharge day",
        "discharge diagnoses",
        "final discharge",
        "discharge note",
        "discharge visit",
        "day of discharge",
    ];
    let is_hospital = matches!(visit.place_of_service.as_str(), "21" | "22");
    let is_nursing = matches!(visit.place_of_service.as_str(), "31" | "32");
    if !is_hospital && !is_nursing || document.lower.contains("same date") {
        return None;
    }
    let end = (0..=300.min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end))?;
    let word = TOLD.iter().find(|word| document.lower.get(..end).is_some_and(|head| head.contains(*word)))?;
    let at = document.lower.find(word)?;
    let mut evidence: Vec<Evidence> = document.evidence(at, at + word.len()).into_iter().collect();
    let minutes = minutes_near(
        document,
        &[
            "time on discharge",
            "time for discharge",
            "discharge day management",
            "arranging discharge",
            "preparing discharge",
            "discharge time",
            "total discharge",
            "discharge planning",
            "discharge management",
            "spent",
        ],
    );
    let is_long = minutes.as_ref().is_some_and(|(minutes, _)| *minutes > 30);
    evidence.extend(minutes.map(|(_, words)| words));
    let code = match (is_nursing, is_long) {
        (false, false) => "99238",
        (false, true) => "99239",
        (true, false) => "99315",
        (true, true) => "99316",
    };
    let text = if is_long {
        "More than 30 minutes on the day of discharge."
    } else {
        "Discharge; more than 30 minutes are not written."
    };
    Some(Service::new(code, ServiceKind::Visit, "Discharge day", evidence, 0).ruled("EM-TIME", text))
}

/// Care after a discharge: contact within two business days, a visit within 7 days (high complexity) or 14.
pub(crate) fn transition(document: &Document<'_>, complexity: Complexity) -> Option<Service> {
    const STATED: &[&str] = &["mdm high", "mdm: high", "high complexity", "high-complexity", "mdm is high", "high mdm"];
    let is_high = complexity == Complexity::High || document.find_phrase(STATED).is_some();
    let words = ["transition of care", "transitional care", "tcm visit", "transitions of care"];
    let (_, named) = document.find_phrase(&words)?;
    let (_, contact) = document.find_phrase(&["phone call", "telephone", "called", "contact", "spoke"])?;
    let day = document.find_phrase(&[
        "day 1",
        "day 2",
        "day 3",
        "day 4",
        "day 5",
        "day 6",
        "day 7",
        "within 7 days",
        "within seven days",
    ]);
    let code = if is_high && day.is_some() { "99496" } else { "99495" };
    let evidence = vec![named, contact].into_iter().chain(day.map(|(_, words)| words)).collect();
    let text = "Contact and visit after the discharge are written.";
    Some(Service::new(code, ServiceKind::Visit, "Transitional care", evidence, 0).ruled("EM-TCM", text))
}

/// Hours and minutes of a day told as `9:05`, `0905`, `2:10 pm`, in minutes since midnight, with their places.
pub(crate) fn times_of_day(lower: &str) -> Vec<(u32, usize, usize)> {
    let mut found = Vec::new();
    let bytes = lower.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            at += 1;
            continue;
        }
        let end = at + digits;
        let number = |from: usize, to: usize| lower.get(from..to).and_then(|text| text.parse::<u32>().ok());
        let is_free =
            at.checked_sub(1).and_then(|i| bytes.get(i)).is_none_or(|b| !matches!(b, b'.' | b'/' | b',' | b'$'));
        let has_colon = bytes.get(end) == Some(&b':');
        let (hours, minutes, stop) = if has_colon && digits <= 2 {
            (number(at, end), number(end + 1, end + 3), end + 3)
        } else if digits == 4 {
            (number(at, at + 2), number(at + 2, end), end)
        } else {
            (None, None, end)
        };
        let rest = lower.get(stop..).unwrap_or_default();
        let word = rest.trim_start();
        // A year, a dose and a date are no time of day.
        let is_measure = ["mg", "ml", "cc", "mcg", "unit", "/", "iu", "g ", "%"].iter().any(|w| word.starts_with(w))
            || word.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let is_year =
            !has_colon && number(at, at + 2).is_some_and(|c| matches!(c, 19 | 20)) && is_behind_month(lower, at);
        let is_clock = is_free && !is_year && !is_measure && !rest.starts_with(|c: char| c.is_ascii_digit());
        if let (Some(hours), Some(minutes), true) = (hours.filter(|h| *h < 24), minutes.filter(|m| *m < 60), is_clock) {
            let is_afternoon = ["pm", "p.m"].iter().any(|w| word.starts_with(w)) && hours < 12;
            let is_past_midnight = ["am", "a.m"].iter().any(|w| word.starts_with(w)) && hours == 12;
            let hours = if is_past_midnight { 0 } else { hours + if is_afternoon { 12 } else { 0 } };
            found.push((hours * 60 + minutes, at, stop));
        }
        at = stop.max(end);
    }
    found
}

/// "March 14, 2026", "January 2025": what stands behind a month is a year.
fn is_behind_month(lower: &str, at: usize) -> bool {
    const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let before = lower.get(..at).unwrap_or_default();
    let words = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(2).any(|word| word.len() >= 3 && MONTHS.iter().any(|month| word.starts_with(month)))
}

/// From and to of something that lasted: `0930-1230`, `start 9:05, end 11:20`, `2:10-2:34 pm`.
pub(crate) fn stretch(lower: &str) -> Option<(u32, u32)> {
    const LONGEST: u32 = 12 * 60;
    let times = times_of_day(lower);
    times.windows(2).find_map(|pair| {
        let [(from, _, stop), (to, start, _)] = pair else { return None };
        let between = lower.get(*stop..*start)?;
        let is_stretch = between.len() <= 40
            && ["-", "\u{2013}", "to", "end", "stop", "until", "finish", "till", "out"]
                .iter()
                .any(|w| between.contains(w));
        // "11:50-1:20" and "10:50-1:20 pm" go over noon, "23:30-0:45" over midnight.
        let to = [*to, to + LONGEST, to + 2 * LONGEST].into_iter().find(|to| to > from)?;
        let from = if to - from > LONGEST { from + LONGEST } else { *from };
        (is_stretch && to - from <= LONGEST).then_some((from, to))
    })
}

/// Minutes that something took: `over 45 min`, `x 2 hours`, `(75 min)`, `1 h 30 min`.
pub(crate) fn duration(lower: &str) -> Option<u32> {
    let hours = ["hours", "hour", "hrs", "hr", "h"].iter().find_map(|unit| {
        lower.match_indices(unit).find_map(|(at, _)| {
            let is_word = lower.get(at + unit.len()..)?.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let before = lower.get(..at)?.trim_end_matches([' ', '-']);
            let length = before.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
            let number = before.get(before.len() - length..)?;
            let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
            let tenths = whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(part.get(..1)?.parse().ok()?)?;
            (is_word && tenths <= 240).then(|| tenths * 6)
        })
    });
    let minutes = therapy::minutes(lower).map(|(minutes, _)| minutes);
    match (hours, minutes) {
        (None, None) => None,
        (hours, minutes) => Some(hours.unwrap_or(0) + minutes.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time() {
        assert_eq!(stretch("0930-1230 paclitaxel"), Some((570, 750)));
        assert_eq!(stretch("start 9:05, end 11:20"), Some((545, 680)));
        assert_eq!(stretch("24 minutes, 2:10-2:34 pm"), Some((850, 874)));
        assert_eq!(stretch("11:50-1:20"), Some((710, 800)));
        assert_eq!(stretch("10:50 am to 1:20 pm"), Some((650, 800)));
        assert_eq!(stretch("23:30-0:45"), Some((1410, 1485)));
        assert_eq!(stretch("ns 1000 ml 3/14/2026"), None);
        assert_eq!(stretch("bp 1200, then 1300"), None);
    }

    #[test]
    fn durations_as_written() {
        assert_eq!(duration("ivpb over 180 min"), Some(180));
        assert_eq!(duration("over 2 hours"), Some(120));
        assert_eq!(duration("over 1.5 h"), Some(90));
        assert_eq!(duration("1 hr 15 min"), Some(75));
        assert_eq!(duration("over a while"), None);
    }
}
