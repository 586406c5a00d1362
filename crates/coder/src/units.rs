//! Units that follow the clock: therapy, prolonged services, anesthesia and others. Pure arithmetic over dated tables.

use jiff::civil::Date;

use crate::table::{Days, cell, table};

/// Minutes of one therapy unit, and the least minutes that earn one.
const UNIT: u32 = 15;
const LEAST: u32 = 8;

/// Units of a day's timed minutes under Medicare's 8-minute rule (Claims Processing Manual 5 §20.2).
#[must_use]
pub fn therapy_total_cms8(minutes: u32) -> u32 {
    minutes.saturating_add(UNIT - LEAST) / UNIT
}

/// Units of each timed code of one day under Medicare's 8-minute rule, in the order given.
///
/// Each code takes its whole quarters of an hour; what the total allows besides goes to the largest remainders, the
/// first listed where they are equal.
#[must_use]
pub fn therapy_units_cms8(minutes: &[u32]) -> Vec<u32> {
    let total = therapy_total_cms8(minutes.iter().fold(0, |sum, m| sum.saturating_add(*m)));
    let mut units: Vec<u32> = minutes.iter().map(|m| m / UNIT).collect();
    let mut order: Vec<usize> = (0..minutes.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(minutes.get(*i).map_or(0, |m| m % UNIT)));
    let given: u32 = units.iter().fold(0, |sum, u| sum.saturating_add(*u));
    for i in order.into_iter().take(usize::try_from(total.saturating_sub(given)).unwrap_or(0)) {
        if let Some(unit) = units.get_mut(i) {
            *unit += 1;
        }
    }
    units
}

/// Units of each timed code by the midpoint rule of CPT: every code for itself, a unit when eight minutes are reached.
#[must_use]
pub fn therapy_units_midpoint(minutes: &[u32]) -> Vec<u32> {
    minutes.iter().map(|m| m / UNIT + u32::from(m % UNIT >= LEAST)).collect()
}

/// Anesthesia time units in tenths: minutes over fifteen, rounded to one decimal (Claims Processing Manual 12 §50).
#[must_use]
pub fn anesthesia_units(minutes: u32) -> u32 {
    // minutes / 15 in tenths is minutes * 10 / 15; half a tenth rounds up.
    (minutes.saturating_mul(4) + 3) / 6
}

/// Whose prolonged services are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// CPT's own add-on codes.
    Cpt,
    /// Medicare's own add-on codes and later thresholds.
    Medicare,
}

/// The prolonged service beyond a visit: its code and units, or nothing below the first threshold.
#[must_use]
pub fn prolonged_units(regime: Regime, base: &str, minutes: u32, on: Date) -> Option<(&'static str, u32)> {
    let word = if regime == Regime::Medicare { "medicare" } else { "cpt" };
    table!("prolonged.tsv").find_map(|row| {
        let first: u32 = cell(row, 3).parse().ok()?;
        let applies = cell(row, 0) == word && cell(row, 1) == base && Days::of(row, 4).covers(on) && minutes >= first;
        applies.then(|| (cell(row, 2), (minutes - first) / UNIT + 1))
    })
}

/// Codes and units of a service by its minutes: critical care, psychotherapy, counselling, infusions, sedation and
/// others, by the family's name in the table.
#[must_use]
pub fn timed_service_units(family: &str, minutes: u32, on: Date) -> Vec<(&'static str, u32)> {
    let mut steps: Vec<(&'static str, &'static str, u32)> = Vec::new();
    for row in table!("timed.tsv") {
        let number = |at| cell(row, at).parse::<u32>().unwrap_or(0);
        let (first, each, most) = (number(3), number(4), number(5));
        if cell(row, 0) != family || !Days::of(row, 6).covers(on) || minutes < first {
            continue;
        }
        let more = (minutes - first).checked_div(each).unwrap_or(0);
        let units = if most == 0 { more + 1 } else { (more + 1).min(most) };
        steps.retain(|(step, _, _)| *step != cell(row, 1));
        steps.push((cell(row, 1), cell(row, 2), units));
    }
    steps.into_iter().map(|(_, code, units)| (code, units)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const DAY: Date = date(2026, 3, 2);

    #[test]
    fn eight_minute_rule_allocates_by_remainder() {
        // Rulebook 1.5 and T9 to T11.
        assert_eq!(therapy_units_cms8(&[33, 7]), [2, 1]);
        assert_eq!(therapy_units_cms8(&[24, 23]), [2, 1]);
        assert_eq!(therapy_units_cms8(&[18, 13, 10, 8]), [1, 1, 1, 0]);
        assert_eq!(therapy_units_cms8(&[8, 8, 8]).iter().sum::<u32>(), 2);
        assert_eq!(therapy_units_cms8(&[15, 15, 8]), [1, 1, 1]);
        assert_eq!(therapy_units_cms8(&[7]), [0]);
        let ends = [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (127, 8)];
        for (minutes, units) in ends {
            assert_eq!(therapy_total_cms8(minutes), units, "{minutes}");
        }
    }

    #[test]
    fn midpoint_rule_counts_each_code() {
        assert_eq!(therapy_units_midpoint(&[33, 7]), [2, 0]);
        assert_eq!(therapy_units_midpoint(&[24, 23]), [2, 2]);
        assert_eq!(therapy_units_midpoint(&[8, 8, 8]), [1, 1, 1]);
    }

    #[test]
    fn prolonged_thresholds() {
        // Rulebook T12 to T14.
        assert_eq!(prolonged_units(Regime::Medicare, "99205", 88, DAY), None);
        assert_eq!(prolonged_units(Regime::Medicare, "99205", 89, DAY), Some(("G2212", 1)));
        assert_eq!(prolonged_units(Regime::Medicare, "99205", 104, DAY), Some(("G2212", 2)));
        assert_eq!(prolonged_units(Regime::Cpt, "99205", 75, DAY), Some(("99417", 1)));
        assert_eq!(prolonged_units(Regime::Medicare, "99223", 90, DAY), Some(("G0316", 1)));
    }

    #[test]
    fn critical_care_by_payer() {
        // Rulebook T15.
        assert_eq!(timed_service_units("critical_care_medicare", 103, DAY), [("99291", 1)]);
        assert_eq!(timed_service_units("critical_care_medicare", 104, DAY), [("99291", 1), ("99292", 1)]);
        assert_eq!(timed_service_units("critical_care_cpt", 105, DAY), [("99291", 1), ("99292", 2)]);
        assert_eq!(timed_service_units("tobacco_cessation", 11, DAY), [("99407", 1)]);
    }

    #[test]
    fn anesthesia_in_tenths() {
        for (minutes, tenths) in [(47, 31), (17, 11), (48, 32), (100, 67), (7, 5), (8, 5), (239, 159), (60, 40)] {
            assert_eq!(anesthesia_units(minutes), tenths, "{minutes}");
        }
    }

    proptest! {
        #[test]
        fn units_add_up_to_the_total(minutes in proptest::collection::vec(0_u32..120, 0..8)) {
            let units = therapy_units_cms8(&minutes);
            prop_assert_eq!(units.iter().sum::<u32>(), therapy_total_cms8(minutes.iter().sum()));
            for (unit, minutes) in units.iter().zip(&minutes) {
                prop_assert!(*unit == minutes / 15 || *unit == minutes / 15 + 1);
            }
        }
    }
}
