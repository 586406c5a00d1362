//! Money as whole cents. No floats, no silent overflow.

use std::{fmt, iter::Sum, ops, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in whole cents; may be negative. Serialised as a decimal string, `"-12.30"`.
///
/// Arithmetic panics on overflow rather than wrapping: amounts are bounded at the door
/// ([`Money::parse_decimal`] refuses more than [`Money::MAX_ABS`]), so sums of a bounded number of
/// amounts cannot overflow an `i64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with an optional sign and at most two decimals.
    #[error("\u{201c}{0}\u{201d} is not an amount: expected digits with at most two decimals, such as 120 or 120.50")]
    Malformed(String),
    /// Larger than the system accepts for one amount.
    #[error("{0} is larger than the largest amount accepted (1,000,000,000.00)")]
    TooLarge(String),
}

impl Money {
    /// Nothing owed.
    pub const ZERO: Self = Self(0);
    /// The largest magnitude accepted from outside: one billion dollars (10^11 cents).
    pub const MAX_ABS: Self = Self(100_000_000_000);

    /// An amount of `cents`.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// True for exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// True below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// True above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The magnitude.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// `self * numerator / denominator`, rounded half away from zero to the cent.
    ///
    /// Rates are integers: 20% is `(20, 100)`, 1.6% is `(16, 1000)`.
    /// A zero denominator yields zero.
    #[must_use]
    pub fn ratio(self, numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            return Self::ZERO;
        }
        let (n, d) = (i128::from(self.0) * i128::from(numerator), i128::from(denominator));
        let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
        let rounded = if n >= 0 { (2 * n + d) / (2 * d) } else { -((-2 * n + d) / (2 * d)) };
        Self(i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN }))
    }

    /// `self` for each of `count` units.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        self.ratio(count, 1)
    }

    /// `self` for each unit, rounded once.
    #[must_use]
    pub fn for_units(self, units: crate::Units) -> Self {
        self.ratio(units.thousandths(), crate::Units::ONE.thousandths())
    }

    /// Splits the amount in proportion to `weights` by largest remainder, so that the parts add up
    /// to the whole. Without a positive weight everything goes to the first part.
    #[must_use]
    pub fn split(self, weights: &[i64]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|w| i128::from((*w).max(0))).sum();
        if total == 0 {
            return weights.iter().enumerate().map(|(i, _)| if i == 0 { self } else { Self::ZERO }).collect();
        }
        let (sign, whole) = (self.0.signum(), i128::from(self.0.abs()));
        let mut parts: Vec<(i64, i128, usize)> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let share = whole * i128::from((*w).max(0));
                (i64::try_from(share / total).unwrap_or(i64::MAX), share % total, i)
            })
            .collect();
        let mut left = i64::try_from(whole).unwrap_or(i64::MAX) - parts.iter().map(|p| p.0).sum::<i64>();
        parts.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
        for part in &mut parts {
            if left == 0 {
                break;
            }
            part.0 += 1;
            left -= 1;
        }
        parts.sort_by_key(|p| p.2);
        parts.into_iter().map(|p| Self(p.0 * sign)).collect()
    }

    /// Plain decimal, as JSON and X12 want it: `120`, `120.5` is written `120.50`.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", abs / 100, abs % 100)
    }

    /// X12 R-type: no trailing zeros, no leading zeros, sign only when negative.
    #[must_use]
    pub fn to_x12(self) -> String {
        let text = self.to_decimal();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Reads digits with an optional sign and at most two decimals (`12`, `.5`, `-12.30`).
    ///
    /// # Errors
    /// [`MoneyError`] for anything else or a magnitude above [`Money::MAX_ABS`].
    pub fn parse_decimal(text: &str) -> Result<Self, MoneyError> {
        let malformed = || MoneyError::Malformed(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) || fraction.len() > 2
        {
            return Err(malformed());
        }
        if whole.len() > 12 {
            return Err(MoneyError::TooLarge(text.chars().take(40).collect()));
        }
        let dollars: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| malformed())? };
        let cents: i64 = match fraction.len() {
            0 => 0,
            1 => fraction.parse::<i64>().map_err(|_| malformed())? * 10,
            _ => fraction.parse().map_err(|_| malformed())?,
        };
        let amount = Self(if negative { -(dollars * 100 + cents) } else { dollars * 100 + cents });
        if amount.abs() > Self::MAX_ABS {
            return Err(MoneyError::TooLarge(text.to_owned()));
        }
        Ok(amount)
    }
}

/// Thousands separated, for people: `1,234.50`, `-3.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let abs = self.0.unsigned_abs();
        let dollars = (abs / 100).to_string();
        let mut grouped = String::with_capacity(dollars.len() + 8);
        for (i, digit) in dollars.chars().enumerate() {
            if i > 0 && (dollars.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        f.pad(&format!("{sign}{grouped}.{:02}", abs % 100))
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    /// As [`Money::parse_decimal`], also taking thousands separators and a dollar sign.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse_decimal(&text.trim().replace([',', '$'], ""))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_decimal())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_decimal(&text).map_err(serde::de::Error::custom)
    }
}

impl ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl ops::Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl ops::AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl ops::SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, ops::Add::add)
    }
}
impl<'a> Sum<&'a Self> for Money {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_writes_the_forms_in_use() {
        assert_eq!(Money::parse_decimal("120").unwrap().cents(), 12_000);
        assert_eq!(Money::parse_decimal(".5").unwrap().cents(), 50);
        assert_eq!(Money::parse_decimal("-12.30").unwrap().to_x12(), "-12.3");
        assert_eq!(Money::from_cents(123_456_789).to_string(), "1,234,567.89");
        assert_eq!(Money::from_cents(10_000).to_x12(), "100");
        assert_eq!(Money::ZERO.to_x12(), "0");
        for bad in ["", "-", ".", "1.234", "1e5", "+1", "12a", "١٢"] {
            assert!(Money::parse_decimal(bad).is_err(), "{bad}");
        }
        assert!(matches!(Money::parse_decimal("99999999999999"), Err(MoneyError::TooLarge(_))));
        assert_eq!("$1,200.50".parse::<Money>().unwrap().cents(), 120_050);
    }

    #[test]
    fn twenty_percent_of_a_visit() {
        // Rulebook vector V1: 20% of 135.61 is 27.12, 2% of 108.49 is 2.17.
        assert_eq!(Money::from_cents(13_561).ratio(20, 100), Money::from_cents(2_712));
        assert_eq!(Money::from_cents(10_849).ratio(2, 100), Money::from_cents(217));
        assert_eq!(Money::from_cents(-5).ratio(1, 2), Money::from_cents(-3));
    }

    proptest! {
        #[test]
        fn split_parts_add_up(cents in -10_000_000_000i64..10_000_000_000, weights in proptest::collection::vec(0i64..1_000_000, 1..20)) {
            let parts = Money::from_cents(cents).split(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().sum::<Money>(), Money::from_cents(cents));
        }

        #[test]
        fn decimal_round_trip(cents in -10_000_000_000i64..10_000_000_000) {
            let amount = Money::from_cents(cents);
            prop_assert_eq!(Money::parse_decimal(&amount.to_decimal()).unwrap(), amount);
            prop_assert_eq!(Money::parse_decimal(&amount.to_x12()).unwrap(), amount);
        }
    }
}
