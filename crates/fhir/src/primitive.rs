//! Primitive types that are checked when read (FHIR R4, data types).

use base64::Engine;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A text that a rule of the standard restricts.
macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $is_valid:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                if $is_valid(text.as_str()) {
                    return Ok(Self(text));
                }
                let shown: String = text.chars().take(24).collect();
                Err(format!("found \u{201c}{shown}\u{201d}; expected {}", $expected))
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

checked! {
    /// The logical identifier of a resource.
    Id, is_id, "1 to 64 letters, digits, hyphens and full stops"
}

checked! {
    /// A word of a code system, without blanks at its ends.
    Code, is_code, "a code without blanks around it"
}

checked! {
    /// A day, month or year: `2026-03-01`, `2026-03`, `2026`.
    FhirDate, is_date, "a date as 2026-03-01, 2026-03 or 2026"
}

checked! {
    /// A moment or less: a date, or `2026-03-01T09:30:00Z` with zone.
    FhirDateTime, is_date_time, "a date as 2026-03-01, or a time with its zone as 2026-03-01T09:30:00Z"
}

checked! {
    /// Bytes as text. Blanks are taken for nothing, as senders wrap lines.
    Base64, is_base64, "Base64"
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

fn is_date(text: &str) -> bool {
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match *text.split('-').collect::<Vec<_>>() {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2) && text.parse::<Date>().is_ok(),
        _ => false,
    }
}

fn is_date_time(text: &str) -> bool {
    match text.split_once('T') {
        None => is_date(text),
        Some((_, time)) => {
            // jiff also takes compact forms; the standard has only this one.
            let has_zone = time.ends_with('Z') || time.get(5..).is_some_and(|t| t.contains(['+', '-']));
            has_zone && time.as_bytes().get(2) == Some(&b':') && text.parse::<jiff::Timestamp>().is_ok()
        }
    }
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=') || b.is_ascii_whitespace())
}

impl FhirDate {
    /// The day, where one is said.
    pub fn day(&self) -> Option<Date> {
        self.0.parse().ok()
    }
}

impl FhirDateTime {
    /// The day as its writer's calendar had it, where one is said.
    pub fn day(&self) -> Option<Date> {
        self.0.get(..10)?.parse().ok()
    }
}

impl Base64 {
    /// The bytes meant.
    ///
    /// # Errors
    /// When the length or padding is wrong.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let packed: Vec<u8> = self.0.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        base64::engine::general_purpose::STANDARD.decode(packed).map_err(|e| format!("no Base64: {e}"))
    }

    /// Packs bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(base64::engine::general_purpose::STANDARD.encode(bytes))
    }
}
