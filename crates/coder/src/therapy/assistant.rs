//! Who treated: therapist or assistant, and which units carry the assistant's modifier (42 CFR 410.59, 410.60; Claims
//! Processing Manual 5 §20.1).

use claim::Evidence;

use super::minutes::minutes;
use crate::document::{Document, word_position};

/// Whose minutes they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Therapist,
    Assistant,
}

const ASSISTANTS: &[&str] = &[
    "pta",
    "spta",
    "cota",
    "cota/l",
    "ota",
    "physical therapist assistant",
    "occupational therapy assistant",
    "therapist assistant",
    "lpta",
];
const THERAPISTS: &[&str] =
    &["dpt", "mpt", "otr", "otr/l", "ot", "otd", "physical therapist", "occupational therapist", "therapist"];

impl Role {
    /// Of the person that a piece of text names; the assistant where both stand.
    pub(super) fn of(text: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| word_position(text, word).is_some());
        if has(ASSISTANTS) && !is_no_treatment(text) {
            Some(Self::Assistant)
        } else {
            (has(THERAPISTS) || names_pt(text)).then_some(Self::Therapist)
        }
    }

    /// The minutes that a line gives to the therapist and to an assistant alone.
    pub(super) fn minutes(text: &str) -> [u32; 2] {
        let mut sums = [0_u32; 2];
        for piece in text.split([';', ',', '+', '/', '&']).flat_map(|piece| piece.split(" and ")) {
            let Some((minutes, _)) = minutes(piece) else { continue };
            let at = match Self::of(piece) {
                Some(Self::Therapist) => 0,
                Some(Self::Assistant) => 1,
                None => continue,
            };
            if let Some(sum) = sums.get_mut(at) {
                *sum = sum.saturating_add(minutes);
            }
        }
        sums
    }
}

/// "PT 27 min", "O. Brandt, PT alone": a therapist; "pt tolerated it" is the patient.
fn names_pt(text: &str) -> bool {
    word_position(text, "pt").is_some_and(|(_, end)| {
        let after = text.get(end..).unwrap_or_default().trim_start_matches([' ', ':', '(']);
        after.is_empty()
            || after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ')'))
            || ["alone", "only", "for", "gave", "provided"].iter().any(|word| after.starts_with(word))
    })
}

/// Words of an assistant who did not treat, or not today.
fn is_no_treatment(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "no",
        "not",
        "without",
        "may",
        "will",
        "plan to",
        "can be",
        "next visit",
        "next session",
        "supervision of",
        "supervised",
        "supervise",
        "co-sign",
        "co-signed",
        "cosigned",
        "present but",
        "observed",
        "assisted pt",
        "discussed with",
        "conference",
        "under direction of",
        "to be seen by",
        "continue with",
        "hand off",
        "handoff",
        "delegated to",
        "set up by",
        "cleaned",
    ];
    WORDS.iter().any(|word| {
        word_position(text, word).is_some_and(|(start, _)| {
            let assistant = ASSISTANTS.iter().filter_map(|name| word_position(text, name)).map(|(at, _)| at).min();
            // "No assistant", "the assistant will": what says so stands near.
            assistant.is_some_and(|at| at.abs_diff(start) <= 40)
        })
    })
}

/// The words that say an assistant gave the whole visit, when no therapist gave a part of it.
pub(super) fn of_visit(document: &Document<'_>) -> Option<Evidence> {
    const ALL: &[&str] = &[
        "all by therapist",
        "all by the therapist",
        "all by pt",
        "all by ot",
        "by therapist only",
        "all by dpt",
        "no assistant",
    ];
    if ALL.iter().any(|words| word_position(&document.lower, words).is_some()) {
        return None;
    }
    for (at, line) in document.lines() {
        for (offset, clause) in clauses(line) {
            let Some((start, end)) = ASSISTANTS.iter().filter_map(|word| word_position(clause, word)).min() else {
                continue;
            };
            if !is_no_treatment(clause) {
                return document.evidence(at + offset + start, at + offset + end);
            }
        }
    }
    None
}

/// The sentences of a line with where they begin.
fn clauses(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split_inclusive([';', '.']).map(move |clause| {
        let start = at;
        at += clause.len();
        (start, clause)
    })
}

/// Units without and with the assistant's modifier. Whole quarters of an hour are whose they are; of the last one the
/// therapist's eight minutes decide, and two that are left over are one each.
pub(super) fn split(units: u32, minutes: u32, by_assistant: u32) -> [u32; 2] {
    const UNIT: u32 = 15;
    const MOST_OF_IT: u32 = 8;
    let by_assistant = by_assistant.min(minutes);
    let own = minutes - by_assistant;
    if by_assistant == 0 {
        return [units, 0];
    }
    if own == 0 {
        return [0, units];
    }
    let whole = [own / UNIT, by_assistant / UNIT];
    let left = units.saturating_sub(whole.iter().sum());
    let [mine, theirs] = whole;
    match left {
        0 => [mine.min(units), units - mine.min(units)],
        1 if own % UNIT >= MOST_OF_IT || by_assistant * 10 <= minutes => [mine + 1, theirs],
        1 => [mine, theirs + 1],
        _ => [mine + left - 1, theirs + 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_unit_is_whose_most_of_it_was() {
        for ((units, minutes, assistant), expected) in [
            ((2, 30, 0), [2, 0]),
            ((2, 30, 30), [0, 2]),
            ((2, 30, 3), [2, 0]),
            ((2, 24, 12), [1, 1]),
            ((1, 15, 5), [1, 0]),
            ((1, 15, 8), [0, 1]),
            ((2, 35, 15), [1, 1]),
            ((3, 45, 15), [2, 1]),
        ] {
            assert_eq!(split(units, minutes, assistant), expected, "{units} {minutes} {assistant}");
        }
    }

    #[test]
    fn minutes_by_role() {
        assert_eq!(Role::minutes("- pt 27 min; pta (m. tran) alone 3 min while pt took a call"), [27, 3]);
        assert_eq!(Role::minutes("b. flores, cota: next 12 min alone"), [0, 12]);
        assert_eq!(Role::minutes("trunk work 12 min"), [0, 0]);
    }
}
