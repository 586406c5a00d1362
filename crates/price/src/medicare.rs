//! The arithmetic of the Medicare physician fee schedule, exact until the last rounding.

use claim::Money;
use codes::Library;
use jiff::civil::Date;

use crate::{BasisPoints, Locality, WHOLE};

/// An amount in millionths of a dollar, so that cents are rounded once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exact(i64);

impl Exact {
    const PER_CENT: i64 = 10_000;

    /// The exact form of an amount.
    pub fn of(amount: Money) -> Self {
        Self(amount.cents().saturating_mul(Self::PER_CENT))
    }

    /// To the cent, half away from zero.
    pub fn money(self) -> Money {
        Money::from_cents(self.0).ratio(1, Self::PER_CENT)
    }

    /// A share, in basis points.
    pub fn share(self, basis_points: BasisPoints) -> Self {
        self.ratio(i64::from(basis_points), i64::from(WHOLE))
    }

    /// `self * numerator / denominator`.
    pub fn ratio(self, numerator: i64, denominator: i64) -> Self {
        Self(Money::from_cents(self.0).ratio(numerator, denominator).cents())
    }

    /// What is left after `other`.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Relative value units in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Units {
    pub work: u32,
    pub practice: u32,
    pub malpractice: u32,
}

impl Units {
    /// Sum of the three, in hundredths.
    pub fn total(self) -> u32 {
        self.work + self.practice + self.malpractice
    }
}

/// A fee before rounding and the practice expense in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExactFee {
    pub whole: Exact,
    pub practice: Exact,
}

/// Work, practice expense and malpractice, each with its index, times the conversion factor in
/// ten-thousandths of a dollar (CPM 12 §20.4.2).
pub(crate) fn fee(units: Units, locality: Locality, factor: i64) -> ExactFee {
    // Hundredths × thousandths × ten-thousandths of a dollar are billionths: 1 000 make a millionth.
    let part = |units: u32, index: u32| Exact(i64::from(units) * i64::from(index)).ratio(factor, 1000);
    let practice = part(units.practice, locality.practice);
    let whole = part(units.work, locality.work).plus(practice).plus(part(units.malpractice, locality.malpractice));
    ExactFee { whole, practice }
}

/// Anesthesia units in tenths: base units and minutes ÷ 15 to one decimal (CPM 12 §50.G).
pub(crate) fn anesthesia_tenths(base_units: u32, minutes: claim::Units) -> i64 {
    i64::from(base_units) * 10 + Money::from_cents(minutes.thousandths()).ratio(10, 15_000).cents()
}

/// Anesthesia: units in tenths times a conversion factor in ten-thousandths of a dollar.
pub(crate) fn anesthesia(tenths: i64, factor: i64) -> Money {
    // Tenths × ten-thousandths of a dollar are hundred-thousandths: 1 000 make a cent.
    Money::from_cents(tenths).ratio(factor, 1000)
}

/// What Medicare allows a provider who does not take part, of a fee (SSA 1848(a)(3)); `None` when no rate is loaded
/// for the day.
#[must_use]
pub fn non_participating(fee: Money, library: &Library, on: Date) -> Option<Money> {
    share_at(fee, "non-participating", library, on)
}

/// The most a provider who does not take part may charge on an unassigned claim, for a participating fee
/// (SSA 1848(g)(2)); `None` when no rate is loaded for the day.
#[must_use]
pub fn limiting_charge(fee: Money, library: &Library, on: Date) -> Option<Money> {
    share_at(non_participating(fee, library, on)?, "limiting-charge", library, on)
}

fn share_at(amount: Money, rate: &str, library: &Library, on: Date) -> Option<Money> {
    library.rate(rate, on).map(|rate| amount.ratio(rate.value, i64::from(WHOLE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE_VISIT: Units = Units { work: 192, practice: 199, malpractice: 15 };
    const FACTOR_2026: i64 = 334_009;

    #[test]
    fn an_established_visit_of_2026() {
        let national = fee(OFFICE_VISIT, Locality::default(), FACTOR_2026);
        assert_eq!(national.whole.money().to_decimal(), "135.61");
        assert_eq!(fee(OFFICE_VISIT, Locality::default(), 335_675).whole.money().to_decimal(), "136.28");
        let dear = Locality { work: 1000, practice: 1050, malpractice: 800 };
        assert_eq!(fee(OFFICE_VISIT, dear, FACTOR_2026).whole.money().to_decimal(), "137.93");
        let facility = Units { work: 192, practice: 46, malpractice: 15 };
        assert_eq!(fee(facility, Locality::default(), FACTOR_2026).whole.money().to_decimal(), "84.50");
    }

    #[test]
    fn the_limiting_charge() {
        let fee = Money::from_cents(13_561);
        let (library, on) = (Library::shipped(), jiff::civil::date(2026, 3, 2));
        assert_eq!(non_participating(fee, &library, on).unwrap().to_decimal(), "128.83");
        assert_eq!(limiting_charge(fee, &library, on).unwrap().to_decimal(), "148.15");
    }

    #[test]
    fn anesthesia_counts_tenths_of_units() {
        // 47 minutes are 3.1 units; with 5 base units 8.1 × 20.4976.
        assert_eq!(anesthesia_tenths(5, 47.into()), 81);
        assert_eq!(anesthesia(81, 204_976).to_decimal(), "166.03");
    }
}
