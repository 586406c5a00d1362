//! What may stand in a column of an official file, and the one form it is kept in.

use claim::{Modifier, ProcedureCode};
use jiff::civil::Date;

use crate::icd10cm::bare;

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// CPT or HCPCS.
    Service,
    /// CPT or HCPCS, or `CCCCC` where the contractor decides.
    ServiceOrContractor,
    /// HCPCS or a modifier.
    ServiceOrModifier,
    Modifier,
    Diagnosis,
    /// Not empty, kept as it is.
    Code,
    /// One to ten letters and digits; `~` where a list has a code for nothing.
    Key,
    Date,
    /// `1.30` as 130.
    Hundredths,
    /// A plain decimal number; `N/A`, `.` and nothing are nothing.
    Decimal,
    /// Dollars, kept with two decimals; zero is an amount.
    Money,
    Digit,
    Whole,
    Letter,
    /// MUE adjudication: the first digit.
    Mai,
    /// So many digits, zeros before it.
    Padded(usize),
    Text,
    /// Text of CPT and CDT codes belongs to others; it is taken with a licence only.
    Descriptor,
}

impl Shape {
    /// The kept form of a cell, or what should stand there.
    pub fn read(self, cell: &str) -> Result<String, &'static str> {
        let cell = cell.trim();
        match self {
            Self::Service => service(cell).ok_or("a CPT or HCPCS code"),
            Self::ServiceOrContractor if cell == "CCCCC" => Ok(cell.to_owned()),
            Self::ServiceOrContractor => service(cell).ok_or("a CPT or HCPCS code, or CCCCC"),
            Self::ServiceOrModifier => service(cell).or_else(|| modifier(cell)).ok_or("a HCPCS code or a modifier"),
            Self::Modifier if cell.is_empty() => Ok(String::new()),
            Self::Modifier => modifier(cell).ok_or("a modifier or nothing"),
            Self::Diagnosis => diagnosis(cell).ok_or("an ICD-10-CM code"),
            Self::Code if cell.is_empty() => Err("a code"),
            Self::Key => {
                let is_key =
                    (1..=10).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'~');
                if is_key { Ok(cell.to_owned()) } else { Err("one to ten letters and digits") }
            }
            Self::Date => date(cell),
            Self::Hundredths => hundredths(cell).map(|n| n.to_string()).ok_or("a number with at most two decimals"),
            Self::Decimal => decimal(cell).ok_or("a number, N/A or nothing"),
            Self::Money => money(cell).ok_or("dollars or nothing"),
            Self::Digit => digit(cell).ok_or("a digit"),
            Self::Whole if cell.is_empty() => Ok(String::new()),
            Self::Whole => cell.parse::<u32>().map(|n| n.to_string()).map_err(|_| "a whole number"),
            Self::Letter => {
                let mut letters = cell.chars();
                match (letters.next(), letters.next()) {
                    (Some(letter), None) if letter.is_ascii_alphanumeric() => Ok(cell.to_owned()),
                    _ => Err("a letter"),
                }
            }
            Self::Mai => match cell.chars().next() {
                Some(c @ '1'..='3') => Ok(c.to_string()),
                _ => Err("1, 2 or 3 and its words"),
            },
            Self::Padded(length) => {
                let is_padded = !cell.is_empty() && cell.len() <= length && cell.bytes().all(|b| b.is_ascii_digit());
                if is_padded { Ok(format!("{cell:0>length$}")) } else { Err("digits") }
            }
            Self::Code | Self::Text | Self::Descriptor => Ok(plain(cell)),
        }
    }
}

/// White space of any kind is one space, so that a value never breaks its row.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn service(cell: &str) -> Option<String> {
    ProcedureCode::new(cell).ok().map(|code| code.to_string())
}

fn modifier(cell: &str) -> Option<String> {
    Modifier::new(cell).ok().map(|code| code.to_string())
}

/// A letter, a letter or digit, then one to five more: the second character is a letter in `QA0`.
fn diagnosis(cell: &str) -> Option<String> {
    let code = bare(cell);
    let is_code = (3..=7).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric())
        && code.starts_with(|c: char| c.is_ascii_alphabetic())
        && code.bytes().any(|b| b.is_ascii_digit());
    is_code.then_some(code)
}

/// Official dates: `20260701`, `2026-07-01`, `07/01/2026` or an ordinal day `2026182`; `*` and nothing are nothing.
fn date(cell: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "a date such as 20260701, or nothing";
    let cell = cell.split(' ').next().unwrap_or_default();
    if matches!(cell, "" | "*" | "0" | "00000000") {
        return Ok(String::new());
    }
    let numbers: Vec<i16> = cell.split(['-', '/']).map(|part| part.parse().unwrap_or(-1)).collect();
    let found = match (numbers.as_slice(), cell.len()) {
        ([year, month, day], _) if *year > 31 => ymd(*year, *month, *day),
        ([month, day, year], _) => ymd(*year, *month, *day),
        (_, 8) => {
            let part = |range| cell.get(range).and_then(|text: &str| text.parse().ok()).unwrap_or(-1);
            ymd(part(0..4), part(4..6), part(6..8))
        }
        (_, 7) => {
            let year = cell.get(..4).and_then(|text| text.parse().ok()).unwrap_or(-1);
            let day: i64 = cell.get(4..).and_then(|text| text.parse().ok()).unwrap_or(0);
            let first = ymd(year, 1, 1).filter(|_| (1..=366).contains(&day));
            first.and_then(|first| first.checked_add(jiff::Span::new().days(day - 1)).ok())
        }
        _ => None,
    };
    found.map(|date| date.to_string()).ok_or(EXPECTED)
}

fn ymd(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Whole hundredths of a decimal number; a third decimal that is not zero is no such number.
fn hundredths(cell: &str) -> Option<u32> {
    if cell.is_empty() {
        return Some(0);
    }
    let (whole, rest) = cell.split_once('.').unwrap_or((cell, ""));
    let rest = rest.trim_end_matches('0');
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: u32 = match rest.len() {
        0 => 0,
        1 | 2 => format!("{rest:0<2}").parse().ok()?,
        _ => return None,
    };
    whole.checked_mul(100)?.checked_add(part)
}

fn decimal(cell: &str) -> Option<String> {
    let cell: String = cell.chars().filter(|c| !matches!(c, '$' | ',' | '*')).collect();
    let cell = cell.trim();
    if matches!(cell, "" | "." | "N/A" | "NA") {
        return Some(String::new());
    }
    let is_number = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.') && cell.matches('.').count() <= 1;
    is_number.then(|| cell.to_owned())
}

fn money(cell: &str) -> Option<String> {
    let number = decimal(cell)?;
    if number.is_empty() {
        return Some(number);
    }
    let cents = hundredths(&number)?;
    Some(format!("{}.{:02}", cents / 100, cents % 100))
}

fn digit(cell: &str) -> Option<String> {
    (cell.len() == 1 && cell.bytes().all(|b| b.is_ascii_digit())).then(|| cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_in_one_form() {
        let ok = |shape: Shape, cell: &str| shape.read(cell).unwrap();
        assert_eq!(ok(Shape::Date, "20260701"), "2026-07-01");
        assert_eq!(ok(Shape::Date, "7/1/2026"), "2026-07-01");
        assert_eq!(ok(Shape::Date, "2024060"), "2024-02-29");
        assert_eq!(ok(Shape::Date, "*"), "");
        assert_eq!(ok(Shape::Hundredths, "1.3"), "130");
        assert_eq!(ok(Shape::Hundredths, "0.10"), "10");
        assert_eq!(ok(Shape::Money, "00720.00"), "720.00");
        assert_eq!(ok(Shape::Decimal, "N/A"), "");
        assert_eq!(ok(Shape::Padded(5), "2102"), "02102");
        assert_eq!(ok(Shape::Mai, "2 Date of Service Edit: Policy"), "2");
        assert_eq!(ok(Shape::Diagnosis, "M23.200"), "M23200");
        assert_eq!(ok(Shape::Text, "two\n lines\t"), "two lines");
    }

    #[test]
    fn other_values_are_refused() {
        for (shape, cell) in [
            (Shape::Date, "20261301"),
            (Shape::Date, "soon"),
            (Shape::Hundredths, "1.305"),
            (Shape::Money, "about 5"),
            (Shape::Service, "9921"),
            (Shape::Digit, "12"),
            (Shape::Letter, ""),
            (Shape::Key, "two words"),
            (Shape::Key, ""),
            (Shape::Mai, "4"),
            (Shape::Padded(5), "123456"),
            (Shape::Diagnosis, "99213"),
        ] {
            assert!(shape.read(cell).is_err(), "{shape:?} {cell}");
        }
    }
}
