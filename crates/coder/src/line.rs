//! Modifiers of a service line from the facts that support them, and what an NCCI pair does to two lines.

use jiff::civil::Date;

use crate::{
    modifiers::DIGITS,
    table::{Days, cell, table},
};

/// The modifiers that facts support on a line, those that change payment first. Facts are named as in
/// `data/line_modifiers.tsv`; unknown ones support nothing.
#[must_use]
pub fn line_modifiers(code: &str, facts: &[&str], on: Date) -> Vec<&'static str> {
    let is_visit = matches!(code.parse(), Ok(99202_u32..=99499));
    let mut found: Vec<(u8, &'static str)> = table!("line_modifiers.tsv")
        .filter(|row| facts.contains(&cell(row, 0)) && Days::of(row, 4).covers(on))
        .filter(|row| matches!((cell(row, 1), is_visit), ("*", _) | ("v", true) | ("p", false)))
        .map(|row| (cell(row, 3).parse().unwrap_or(u8::MAX), cell(row, 2)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, modifier)| modifier).collect()
}

/// The lines of a service done on sides of the body, by the bilateral indicator of the fee schedule: 1 one line with 50,
/// 3 a line for each side, others one line without a side (Claims Processing Manual 12 §40.7).
#[must_use]
pub fn lines_by_side<'s>(bilateral: u8, sides: &[&'s str]) -> Vec<Vec<&'s str>> {
    match (bilateral, sides) {
        (1, [_, _]) => vec![vec!["50"]],
        (0 | 2 | 9, _) => vec![Vec::new()],
        (_, sides) => sides.iter().map(|side| vec![*side]).collect(),
    }
}

/// The modifier of a finger or toe with its side: "left great toe".
#[must_use]
pub fn digit_modifier(words: &str) -> Option<&'static str> {
    let (_, left, right) = DIGITS.iter().find(|(name, _, _)| words.contains(name))?;
    if words.contains("left") { Some(left) } else { words.contains("right").then_some(*right) }
}

/// What an NCCI pair does to its second line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairOutcome {
    /// The edit is gone; both are paid.
    NoEdit,
    /// The second is part of the first.
    Denied,
    /// Both are paid with this modifier on the second.
    Distinct(&'static str),
}

/// The outcome of a pair by its indicator and the facts of the record (NCCI Policy Manual chapter I, section E).
#[must_use]
pub fn pair_outcome(indicator: u8, code: &str, facts: &[&str], on: Date) -> PairOutcome {
    match indicator {
        9 => PairOutcome::NoEdit,
        1 => line_modifiers(code, facts, on)
            .into_iter()
            .find(|modifier| modifier.starts_with('X'))
            .map_or(PairOutcome::Denied, PairOutcome::Distinct),
        _ => PairOutcome::Denied,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 3, 2);

    #[test]
    fn a_fact_means_another_modifier_on_a_visit() {
        assert_eq!(line_modifiers("99213", &["unrelated-in-global"], DAY), ["24"]);
        assert_eq!(line_modifiers("66984", &["left", "unrelated-in-global"], DAY), ["79", "LT"]);
        assert_eq!(line_modifiers("97110", &["above-threshold", "physical-therapy"], DAY), ["GP", "KX"]);
        assert!(line_modifiers("99213", &["nobody knows"], DAY).is_empty());
    }

    #[test]
    fn discarded_amounts_are_told_since_their_day() {
        assert!(line_modifiers("J9035", &["nothing-discarded"], date(2023, 6, 30)).is_empty());
        assert_eq!(line_modifiers("J9035", &["nothing-discarded"], date(2023, 7, 1)), ["JZ"]);
    }

    #[test]
    fn pairs_follow_their_indicator() {
        assert_eq!(pair_outcome(0, "97597", &["distinct-site"], DAY), PairOutcome::Denied);
        assert_eq!(pair_outcome(1, "97597", &["distinct-site"], DAY), PairOutcome::Distinct("XS"));
        assert_eq!(pair_outcome(1, "97597", &[], DAY), PairOutcome::Denied);
        assert_eq!(pair_outcome(9, "97597", &[], DAY), PairOutcome::NoEdit);
    }

    #[test]
    fn sides_by_indicator() {
        assert_eq!(lines_by_side(1, &["RT", "LT"]), [["50"]]);
        assert_eq!(lines_by_side(3, &["RT", "LT"]), [["RT"], ["LT"]]);
        assert_eq!(lines_by_side(2, &["RT", "LT"]), [Vec::<&str>::new()]);
        assert_eq!(digit_modifier("left great toe"), Some("TA"));
        assert_eq!(digit_modifier("great toe"), None);
    }
}
