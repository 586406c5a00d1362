//! Small dated tables of this crate (files under `data/`): which codes a rule names.

use std::sync::LazyLock;

use claim::Sex;
use jiff::civil::Date;

/// A range of code prefixes and the days it holds for.
#[derive(Clone, Debug)]
struct Range {
    first: &'static str,
    last: &'static str,
    from: Date,
    to: Option<Date>,
}

impl Range {
    fn parse(first: &'static str, last: &'static str, from: &str, to: &str) -> Option<Self> {
        let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
        Some(Self { first, last, from: from.parse().ok()?, to })
    }

    /// A code is in the range when its own prefixes are not before the first and not after the last.
    fn holds(&self, code: &str, on: Date) -> bool {
        let prefix = |bound: &str| code.get(..bound.len().min(code.len())).unwrap_or(code);
        self.from <= on
            && self.to.is_none_or(|end| on <= end)
            && prefix(self.first) >= self.first
            && prefix(self.last) <= self.last
    }
}

/// A named rule over a range.
#[derive(Clone, Debug)]
struct Named {
    rule: &'static str,
    range: Range,
}

impl Named {
    fn parse(fields: &[&'static str]) -> Option<Self> {
        let &[rule, first, last, from, to] = fields else { return None };
        Some(Self { rule, range: Range::parse(first, last, from, to)? })
    }
}

/// What a diagnosis asks of the patient.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// `pregnancy`, `newborn`, `pediatric`, `adult`, `female` or `male`.
    pub group: &'static str,
    /// Sex, when it asks for one.
    pub sex: Option<Sex>,
    /// Whole years, both ends included.
    pub ages: std::ops::RangeInclusive<u16>,
    range: Range,
}

impl Demand {
    fn parse(fields: &[&'static str]) -> Option<Self> {
        let &[group, first, last, sex, age_min, age_max, from, to] = fields else { return None };
        let sex = if sex.is_empty() { None } else { Some(Sex::from_code(sex)) };
        let ages = age_min.parse().ok()?..=age_max.parse().ok()?;
        Some(Self { group, sex, ages, range: Range::parse(first, last, from, to)? })
    }
}

const SEQUENCE: &str = include_str!("../data/sequence.tsv");
const DEMOGRAPHIC: &str = include_str!("../data/demographic.tsv");
const PROCEDURES: &str = include_str!("../data/procedures.tsv");

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

// A row that does not read is left out here and found by the test below, so that a look-up cannot panic.
fn rows<T>(file: &'static str, parse: fn(&[&'static str]) -> Option<T>) -> Vec<T> {
    lines(file).filter_map(|line| parse(&line.split('\t').collect::<Vec<_>>())).collect()
}

static SEQUENCE_ROWS: LazyLock<Vec<Named>> = LazyLock::new(|| rows(SEQUENCE, Named::parse));
static DEMANDS: LazyLock<Vec<Demand>> = LazyLock::new(|| rows(DEMOGRAPHIC, Demand::parse));
static PROCEDURE_ROWS: LazyLock<Vec<Named>> = LazyLock::new(|| rows(PROCEDURES, Named::parse));

/// True when a sequencing rule names the diagnosis on a date.
pub(crate) fn diagnosis_is(rule: &str, code: &str, on: Date) -> bool {
    SEQUENCE_ROWS.iter().any(|row| row.rule == rule && row.range.holds(code, on))
}

/// What the diagnosis asks of the patient on a date.
pub(crate) fn demands(code: &str, on: Date) -> impl Iterator<Item = &'static Demand> {
    DEMANDS.iter().filter(move |demand| demand.range.holds(code, on))
}

/// True when a rule names the service on a date.
pub(crate) fn procedure_is(rule: &str, code: &str, on: Date) -> bool {
    PROCEDURE_ROWS.iter().any(|row| row.rule == rule && row.range.holds(code, on))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_row_reads() {
        assert_eq!(SEQUENCE_ROWS.len(), lines(SEQUENCE).count());
        assert_eq!(DEMANDS.len(), lines(DEMOGRAPHIC).count());
        assert_eq!(PROCEDURE_ROWS.len(), lines(PROCEDURES).count());
    }

    #[test]
    fn ranges_compare_prefixes() {
        let on = date(2026, 3, 2);
        assert!(diagnosis_is("first_only", "Z0000", on));
        assert!(!diagnosis_is("first_only", "Z006", on));
        assert!(!diagnosis_is("first_only", "Z0381", on));
        assert!(diagnosis_is("external_cause", "W19XXXA", on));
        assert!(diagnosis_is("external_cause", "Y998", on));
        assert!(!diagnosis_is("external_cause", "Z000", on));
        assert!(!procedure_is("laboratory", "J3490", on));
        assert!(procedure_is("evaluation", "99213", on));
        assert!(!procedure_is("evaluation", "99213", date(2019, 1, 1)));
    }
}
