//! The codes that stand on a claim: shapes only. Whether a code exists on a date is the library's
//! business (crate `codes`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text cannot be a code of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{value}\u{201d} is not {expected}")]
pub struct CodeError {
    /// What was read (at most 40 characters).
    pub value: String,
    /// The shape that was expected, in words.
    pub expected: &'static str,
}

impl CodeError {
    fn new(value: &str, expected: &'static str) -> Self {
        Self { value: value.chars().take(40).collect(), expected }
    }
}

macro_rules! text_code {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $normalise:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Reads and normalises a code of this kind.
            ///
            /// # Errors
            /// [`CodeError`] when the text does not have the shape.
            pub fn new(text: &str) -> Result<Self, CodeError> {
                let normalise: fn(&str) -> Option<String> = $normalise;
                normalise(text.trim()).map(|s| Self(s.into())).ok_or_else(|| CodeError::new(text, $expected))
            }

            /// The code as files carry it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = CodeError;
            fn from_str(text: &str) -> Result<Self, CodeError> {
                Self::new(text)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

fn upper_alnum(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
    (lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then(|| text.to_ascii_uppercase())
}

text_code!(
    /// An ICD-10-CM code, stored without the dot (`E1140`). Shape: ICD-10-CM Guidelines I.A.2.
    DiagnosisCode,
    "an ICD-10-CM code: a letter, then two to six letters or digits with a digit among the first two",
    |text| {
        let bare: String = text.chars().filter(|c| *c != '.').collect();
        let code = upper_alnum(&bare, 3..=7)?;
        let mut bytes = code.bytes();
        let is_letter = bytes.next()?.is_ascii_alphabetic();
        // Categories with a letter in second place (QA0) came with fiscal year 2026.
        let has_digit = bytes.take(2).any(|b| b.is_ascii_digit());
        (is_letter && has_digit).then_some(code)
    }
);

impl DiagnosisCode {
    /// As people write it, with the dot after the category: `E11.40`.
    #[must_use]
    pub fn dotted(&self) -> String {
        match self.0.split_at_checked(3) {
            Some((category, rest)) if !rest.is_empty() => format!("{category}.{rest}"),
            _ => self.0.to_string(),
        }
    }

    /// The three-character category.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.get(..3).unwrap_or(&self.0)
    }
}

text_code!(
    /// A CPT or HCPCS Level II code: five characters (SV101-2 with qualifier HC).
    ProcedureCode,
    "a CPT or HCPCS code: five letters or digits",
    |text| {
        let code = upper_alnum(text, 5..=5)?;
        code.bytes().skip(1).take(3).all(|b| b.is_ascii_digit()).then_some(code)
    }
);

text_code!(
    /// A procedure modifier: two characters (SV101-3 to -6).
    Modifier,
    "a modifier: two letters or digits",
    |text| upper_alnum(text, 2..=2)
);

text_code!(
    /// A CMS place of service: two digits (CLM05-1, SV105).
    PlaceOfService,
    "a place of service: two digits",
    |text| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
);

text_code!(
    /// A claim adjustment reason code, CARC (CAS02, 05, 08 and so on).
    Carc,
    "a claim adjustment reason code: one to three letters or digits",
    |text| upper_alnum(text, 1..=3)
);

text_code!(
    /// A remittance advice remark code, RARC (LQ02, MOA03 to 07, MIA).
    Rarc,
    "a remark code: two to five letters or digits",
    |text| upper_alnum(text, 2..=5)
);

text_code!(
    /// A health care provider taxonomy code (PRV03): ten characters.
    Taxonomy,
    "a taxonomy code: ten letters or digits",
    |text| upper_alnum(text, 10..=10)
);

impl Taxonomy {
    /// Stands where a file gives no specialty (2310A never does); never sent.
    #[must_use]
    pub fn not_given() -> Self {
        Self("0000000000".into())
    }

    /// False for [`Taxonomy::not_given`].
    #[must_use]
    pub fn is_given(&self) -> bool {
        *self.0 != *"0000000000"
    }
}

text_code!(
    /// A National Provider Identifier: ten digits whose check digit holds (Luhn over 80840 + NPI).
    Npi,
    "a National Provider Identifier: ten digits with a valid check digit",
    |text| {
        let digits_only = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
        (digits_only && Npi::luhn_holds(text)).then(|| text.to_owned())
    }
);

impl Npi {
    /// The constant that the digits 80840 contribute to the Luhn sum (ISO/IEC 7812, NPI standard).
    const PREFIX_SUM: u32 = 24;

    fn luhn_holds(digits: &str) -> bool {
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, b)| {
                let digit = u32::from(b - b'0');
                if i % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
            })
            .sum();
        (sum + Self::PREFIX_SUM).is_multiple_of(10)
    }

    /// Completes nine digits with their check digit; for invented providers.
    ///
    /// # Errors
    /// [`CodeError`] unless `nine` is nine digits.
    pub fn complete(nine: &str) -> Result<Self, CodeError> {
        (0..10)
            .find_map(|check| Self::new(&format!("{nine}{check}")).ok())
            .ok_or_else(|| CodeError::new(nine, "nine digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npi_check_digit() {
        // Rulebook vector C1.
        assert!(Npi::new("1234567893").is_ok());
        assert!(Npi::new("1234567890").is_err());
        assert_eq!(Npi::complete("123456789").unwrap().as_str(), "1234567893");
    }

    #[test]
    fn diagnosis_shapes() {
        assert_eq!(DiagnosisCode::new("e11.40").unwrap().as_str(), "E1140");
        assert_eq!(DiagnosisCode::new("E1140").unwrap().dotted(), "E11.40");
        assert_eq!(DiagnosisCode::new("I10").unwrap().dotted(), "I10");
        for good in ["C4A.0", "Z3A00", "QA0.0101"] {
            assert!(DiagnosisCode::new(good).is_ok(), "{good}");
        }
        for bad in ["", "E", "E1", "E-1", "99213", "E11.40123"] {
            assert!(DiagnosisCode::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn procedure_shapes() {
        for good in ["99213", "G2211", "0001U", "3074F"] {
            assert!(ProcedureCode::new(good).is_ok(), "{good}");
        }
        for bad in ["9921", "ABCDE", "99 13"] {
            assert!(ProcedureCode::new(bad).is_err(), "{bad}");
        }
    }
}
