//! The day an edition begins, from the name of its file or the words at its top.

use jiff::civil::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// NCCI versions count years from this one: v32 is 2026.
const NCCI_YEAR_ZERO: i16 = 1994;
/// Two digits are a year of this century.
const CENTURY: i16 = 2000;

/// When an edition begins when only its year is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YearKind {
    Calendar,
    /// October to September, named for the year it ends in.
    Fiscal,
    /// Payments of the year it is named for, decided by services of the calendar year before.
    Payment,
}

/// A part of a name: letters or digits.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        let kind = if c.is_ascii_digit() { Some(true) } else { c.is_alphabetic().then_some(false) };
        match (kind, tokens.last_mut()) {
            (None, _) => {}
            (Some(_), Some(last)) if before == kind => last.push(c.to_ascii_lowercase()),
            (Some(_), _) => tokens.push(c.to_ascii_lowercase().to_string()),
        }
        before = kind;
    }
    tokens
}

fn month(token: &str) -> Option<i8> {
    let start = token.get(..3)?;
    // `jul` or `july`, never `marked`.
    let is_word = token.len() == 3
        || matches!(
            token,
            "january"
                | "february"
                | "march"
                | "april"
                | "june"
                | "july"
                | "august"
                | "september"
                | "sept"
                | "october"
                | "november"
                | "december"
        );
    let position = MONTHS.iter().position(|month| *month == start).filter(|_| is_word)?;
    i8::try_from(position + 1).ok()
}

fn year(token: &str) -> Option<i16> {
    let year: i16 = token.parse().ok().filter(|_| token.len() == 4)?;
    (2000..2100).contains(&year).then_some(year)
}

fn number(token: Option<&String>) -> Option<i8> {
    token.and_then(|token| token.parse().ok()).filter(|n| (1..=31).contains(n))
}

/// The first day, when the text tells it. A month names its first day unless a day stands beside it.
pub(super) fn first_day(text: &str, kind: YearKind) -> Option<Date> {
    let tokens = tokens(text);
    let at = |i: usize| tokens.get(i).map(String::as_str).unwrap_or_default();
    // ccipra-v322r0: the version's last digit counts quarters from 0.
    for i in 0..tokens.len() {
        if at(i) == "v" && at(i + 2) == "r" && at(i + 1).len() == 3 {
            let version: i16 = at(i + 1).parse().ok()?;
            return Date::new(NCCI_YEAR_ZERO + version / 10, i8::try_from(version % 10 * 3 + 1).ok()?, 1).ok();
        }
        // nucc_taxonomy_240: 24.0 is January 2024, 24.1 July.
        if at(i) == "taxonomy" && at(i + 1).len() == 3 {
            let version: i16 = at(i + 1).parse().ok()?;
            return Date::new(CENTURY + version / 10, i8::try_from(version % 10 * 6 + 1).ok()?, 1).ok();
        }
    }
    // POAexemptCodesFY26: a fiscal year in two digits.
    let is_fiscal = |i: &usize| at(*i).ends_with("fy") && at(i + 1).len() == 2;
    if let Some(short) = (0..tokens.len()).find(is_fiscal).and_then(|i| at(i + 1).parse::<i16>().ok()) {
        return Date::new(CENTURY + short - 1, 10, 1).ok();
    }
    let years: Vec<(usize, i16)> = (0..tokens.len()).filter_map(|i| Some((i, year(at(i))?))).collect();
    let named = (0..tokens.len()).find_map(|i| Some((i, month(at(i))?)));
    if let Some((i, year)) = years.first().copied() {
        // Eff_07-01-2026 and 2025_01.
        if let (Some(m), Some(d), true) =
            (number(tokens.get(i.wrapping_sub(2))), number(tokens.get(i.wrapping_sub(1))), named.is_none())
        {
            return Date::new(year, m, d).ok();
        }
        if let Some((at_month, m)) = named {
            let day = number(tokens.get(at_month + 1)).filter(|_| at_month + 2 == i).unwrap_or(1);
            return Date::new(year, m, day).ok();
        }
        if let Some(quarter) = (0..tokens.len()).filter(|i| at(*i) == "q").find_map(|i| number(tokens.get(i + 1))) {
            return Date::new(year, quarter.checked_mul(3)?.checked_sub(2)?, 1).ok();
        }
        if let Some(m) = number(tokens.get(i + 1)).filter(|m| *m <= 12 && at(i + 1).len() == 2) {
            return Date::new(year, m, number(tokens.get(i + 2)).filter(|_| at(i + 2).len() == 2).unwrap_or(1)).ok();
        }
        return match kind {
            YearKind::Calendar => Date::new(year, 1, 1).ok(),
            YearKind::Fiscal => Date::new(year - 1, 10, 1).ok(),
            YearKind::Payment => Date::new(year - 1, 1, 1).ok(),
        };
    }
    // DMEPOS26_JAN
    let (_, m) = named?;
    let short = tokens.iter().find(|token| token.len() == 2).and_then(|token| token.parse::<i16>().ok())?;
    Date::new(CENTURY + short, m, 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_first_day() {
        use YearKind::{Calendar, Fiscal, Payment};
        for (name, kind, expected) in [
            ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", Calendar, "2026-07-01"),
            ("ccipra-v322r0-f1.txt", Calendar, "2026-07-01"),
            ("PPRRVU2024_JUL_C.csv", Calendar, "2024-07-01"),
            ("PPRRVU2026_Jul_nonQPP.csv", Calendar, "2026-07-01"),
            ("GPCI2026.csv", Calendar, "2026-01-01"),
            ("DMEPOS26_JAN.csv", Calendar, "2026-01-01"),
            ("ZIP5_JAN2026.csv", Calendar, "2026-01-01"),
            ("PUF_CLFS_CY2026_Q2V1.csv", Calendar, "2026-04-01"),
            ("ptp_practitioner_2024q3.csv", Calendar, "2024-07-01"),
            ("addendum_b_2025_01_full.csv", Calendar, "2025-01-01"),
            ("carc_rarc_2024-06.csv", Calendar, "2024-06-01"),
            ("Effective October 1, 2026 through December 31, 2026", Calendar, "2026-10-01"),
            ("icd10cm-order-2026.txt", Fiscal, "2025-10-01"),
            ("icd10cm-order-April-2025.txt", Fiscal, "2025-04-01"),
            ("POAexemptCodesFY26.txt", Fiscal, "2025-10-01"),
            ("nucc_taxonomy_241.csv", Calendar, "2024-07-01"),
            ("ra_dx_to_cc_2026.csv", Payment, "2025-01-01"),
        ] {
            assert_eq!(first_day(name, kind).map(|d| d.to_string()).as_deref(), Some(expected), "{name}");
        }
        for name in ["ANSI-RSN-CD.csv", "article_x_hcpc_code.csv", "marked.csv"] {
            assert_eq!(first_day(name, Calendar), None, "{name}");
        }
    }
}
