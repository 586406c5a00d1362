//! How old open balances are.

use claim::Money;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One open amount and the day its clock started: first billed for insurers, the day it became
/// theirs for patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgedItem {
    /// Open amount; credits are kept apart.
    pub amount: Money,
    /// Clock start.
    pub since: Date,
}

/// Open balances by age. Credits never hide in a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aging {
    /// One amount per bucket of [`Aging::LABELS`].
    pub buckets: [Money; 7],
    /// Negative balances, as a negative amount.
    pub credits: Money,
}

impl Aging {
    /// Names of the buckets, in days.
    pub const LABELS: [&str; 7] = [
        "0\u{2013}30",
        "31\u{2013}60",
        "61\u{2013}90",
        "91\u{2013}120",
        "121\u{2013}150",
        "151\u{2013}180",
        "over 180",
    ];
    const LAST_DAY: [i64; 6] = [30, 60, 90, 120, 150, 180];

    /// The bucket of an age in days; an age before the clock started counts as zero.
    #[must_use]
    pub fn bucket(days: i64) -> usize {
        Self::LAST_DAY.iter().position(|last| days <= *last).unwrap_or(Self::LAST_DAY.len())
    }

    /// Sorts items into buckets as of a day.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = AgedItem>, on: Date) -> Self {
        let mut aging = Self::default();
        for item in items {
            if item.amount.is_negative() {
                aging.credits += item.amount;
                continue;
            }
            let days = (on - item.since).get_days();
            if let Some(bucket) = aging.buckets.get_mut(Self::bucket(i64::from(days))) {
                *bucket += item.amount;
            }
        }
        aging
    }

    /// Everything open without credits.
    #[must_use]
    pub fn open(&self) -> Money {
        self.buckets.iter().sum()
    }

    /// Receivable as the books show it: open plus credits.
    #[must_use]
    pub fn net(&self) -> Money {
        self.open() + self.credits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn buckets_close_on_their_last_day() {
        assert_eq!(
            [0, 30, 31, 60, 90, 120, 121, 150, 180, 181, 999].map(Aging::bucket),
            [0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 6]
        );
    }

    #[test]
    fn credits_stay_out_of_the_buckets() {
        // Rulebook vector P8: receivable 300,000 including credits of 10,000 is 310,000 open.
        let item = |amount, since| AgedItem { amount: Money::from_cents(amount), since };
        let aging =
            Aging::of([item(31_000_000, date(2026, 6, 1)), item(-1_000_000, date(2026, 1, 1))], date(2026, 7, 10));
        assert_eq!(aging.open().cents(), 31_000_000);
        assert_eq!(aging.net().cents(), 30_000_000);
        assert_eq!(aging.buckets[1].cents(), 31_000_000);
    }
}
