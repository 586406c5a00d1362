//! How many of a service: whole as a rule, to a decimal for miles.

use std::{fmt, iter::Sum, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Units of a service in whole thousandths, which is as fine as a claim tells them (SV104). Ambulance miles come in
/// tenths (Claims Processing Manual 15 §30.1.2). Serialised as a number: `8`, `8.4`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Units(u64);

/// Why a text is no number of units.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{0}\u{201d} is no number of units: expected at most 99999999, with up to three decimals")]
pub struct UnitsError(String);

impl Units {
    /// None.
    pub const ZERO: Self = Self(0);
    /// One, as most services are billed.
    pub const ONE: Self = Self(1000);
    /// The parts in which units are kept.
    const PARTS: u64 = 1000;
    /// The most a claim can tell: eight digits (SV104).
    const WHOLE_MAX: u64 = 99_999_999;

    /// So many tenths.
    #[must_use]
    pub fn from_tenths(tenths: u32) -> Self {
        Self(u64::from(tenths) * (Self::PARTS / 10))
    }

    /// In thousandths.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// True for none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What is left of `self` without `other`; nothing when that is more.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<u32> for Units {
    fn from(whole: u32) -> Self {
        Self(u64::from(whole) * Self::PARTS)
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.fold(0, |sum, units| sum.saturating_add(units.0)))
    }
}

/// Plain decimal without needless zeros, as X12, JSON and people want it.
impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) = (self.0 / Self::PARTS, self.0 % Self::PARTS);
        if parts == 0 {
            return f.pad(&whole.to_string());
        }
        f.pad(format!("{whole}.{parts:03}").trim_end_matches('0'))
    }
}

impl FromStr for Units {
    type Err = UnitsError;

    fn from_str(text: &str) -> Result<Self, UnitsError> {
        let wrong = || UnitsError(text.chars().take(40).collect());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if text.bytes().all(|b| b == b'.') || !is_digits(whole) || !is_digits(fraction) || fraction.len() > 3 {
            return Err(wrong());
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| wrong())? };
        let parts: u64 = format!("{fraction:0<3}").parse().map_err(|_| wrong())?;
        (whole <= Self::WHOLE_MAX).then_some(Self(whole * Self::PARTS + parts)).ok_or_else(wrong)
    }
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(Self::PARTS) {
            return serializer.serialize_u64(self.0 / Self::PARTS);
        }
        // The nearest double of a decimal is written as that decimal again.
        serializer.serialize_f64(self.to_string().parse().map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Units;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of units with up to three decimals")
            }

            fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Units, E> {
                u32::try_from(whole).map(Units::from).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Units, E> {
                u32::try_from(whole).map(Units::from).map_err(E::custom)
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Units, E> {
                number.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Money;

    fn units(text: &str) -> Units {
        text.parse().unwrap()
    }

    #[test]
    fn whole_and_decimal_numbers_are_read_and_written() {
        for (text, written) in [("8", "8"), ("8.4", "8.4"), ("8.40", "8.4"), (".5", "0.5"), ("12.", "12"), ("0", "0")] {
            assert_eq!(units(text).to_string(), written);
        }
        for wrong in ["", ".", "-1", "1.2345", "1e3", "100000000", "a", "1.2.3", "NaN"] {
            assert!(wrong.parse::<Units>().is_err(), "{wrong}");
        }
        assert_eq!(Units::from_tenths(84), units("8.4"));
        assert_eq!(Units::from(u32::MAX).to_string(), "4294967295");
    }

    #[test]
    fn json_holds_a_number() {
        for (units, json) in [(Units::from(3), "3"), (Units::from_tenths(84), "8.4"), (units("0.125"), "0.125")] {
            assert_eq!(serde_json::to_string(&units).unwrap(), json);
            assert_eq!(serde_json::from_str::<Units>(json).unwrap(), units);
        }
        assert!(serde_json::from_str::<Units>("-3").is_err());
        assert!(serde_json::from_str::<Units>("\"3\"").is_err());
    }

    #[test]
    fn money_for_a_part_of_a_unit_is_rounded_once() {
        assert_eq!(Money::from_cents(907).for_units(Units::from_tenths(84)).cents(), 7_619);
        assert_eq!(Money::from_cents(5).for_units(units("0.5")).cents(), 3);
        assert_eq!([Units::ONE, units("0.4")].into_iter().sum::<Units>(), units("1.4"));
        assert_eq!(units("0.4").less(Units::ONE), Units::ZERO);
    }
}
