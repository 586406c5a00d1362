//! Medicare payment policy as dated rows (files under `data/`).

use std::sync::LazyLock;

use claim::Modifier;
use jiff::civil::Date;

use crate::BasisPoints;

/// Days a row holds for.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: Date,
    to: Option<Date>,
}

impl Span {
    fn parse(from: &str, to: &str) -> Option<Self> {
        let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
        Some(Self { from: from.parse().ok()?, to })
    }

    fn covers(self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|end| on <= end)
    }
}

/// What a modifier does to the fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A share of the fee.
    Percent,
    /// A share of its technical part.
    Technical,
    /// Care before and during the operation.
    Surgical,
    /// The operation alone.
    Intraoperative,
    /// Care after the operation, by days.
    Postoperative,
    /// Fixed base units (anesthesia supervised medically).
    Supervision,
    /// Priced by review: the fee stands until then.
    Report,
}

/// One modifier rule.
#[derive(Clone, Debug)]
pub(crate) struct ModifierRule {
    pub modifier: Modifier,
    pub effect: Effect,
    pub share: BasisPoints,
    pub citation: &'static str,
    span: Span,
}

impl ModifierRule {
    fn parse(fields: &[&'static str]) -> Option<Self> {
        let &[modifier, effect, share, from, to, citation] = fields else { return None };
        let effect = match effect {
            "percent" => Effect::Percent,
            "technical" => Effect::Technical,
            "surgical" => Effect::Surgical,
            "intraoperative" => Effect::Intraoperative,
            "postoperative" => Effect::Postoperative,
            "supervision" => Effect::Supervision,
            "report" => Effect::Report,
            _ => return None,
        };
        let (modifier, share) = (modifier.parse().ok()?, share.parse().ok()?);
        Some(Self { modifier, effect, share, citation, span: Span::parse(from, to)? })
    }
}

/// The part of a fee that a reduction cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Fee,
    /// The practice expense.
    Practice,
    /// The professional component.
    Professional,
    /// The technical component.
    Technical,
}

/// One multiple-procedure rule.
#[derive(Clone, Debug)]
pub(crate) struct Reduction {
    pub indicator: u8,
    pub part: Part,
    pub kept: BasisPoints,
    pub citation: &'static str,
    span: Span,
}

impl Reduction {
    fn parse(fields: &[&'static str]) -> Option<Self> {
        let &[indicator, part, kept, from, to, citation] = fields else { return None };
        let part = match part {
            "fee" => Part::Fee,
            "practice" => Part::Practice,
            "professional" => Part::Professional,
            "technical" => Part::Technical,
            _ => return None,
        };
        let (indicator, kept) = (indicator.parse().ok()?, kept.parse().ok()?);
        Some(Self { indicator, part, kept, citation, span: Span::parse(from, to)? })
    }
}

/// One bilateral rule.
#[derive(Clone, Debug)]
pub(crate) struct Bilateral {
    pub indicator: u8,
    pub share: BasisPoints,
    pub citation: &'static str,
    span: Span,
}

impl Bilateral {
    fn parse(fields: &[&'static str]) -> Option<Self> {
        let &[indicator, share, from, to, citation] = fields else { return None };
        let (indicator, share) = (indicator.parse().ok()?, share.parse().ok()?);
        Some(Self { indicator, share, citation, span: Span::parse(from, to)? })
    }
}

const MODIFIERS: &str = include_str!("../data/modifiers.tsv");
const REDUCTIONS: &str = include_str!("../data/reductions.tsv");
const BILATERAL: &str = include_str!("../data/bilateral.tsv");

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

// A row that does not read is left out here and found by the test below, so that a look-up cannot panic.
fn rows<T>(file: &'static str, parse: fn(&[&'static str]) -> Option<T>) -> Vec<T> {
    lines(file).filter_map(|line| parse(&line.split('\t').collect::<Vec<_>>())).collect()
}

static MODIFIER_RULES: LazyLock<Vec<ModifierRule>> = LazyLock::new(|| rows(MODIFIERS, ModifierRule::parse));
static REDUCTION_RULES: LazyLock<Vec<Reduction>> = LazyLock::new(|| rows(REDUCTIONS, Reduction::parse));
static BILATERAL_RULES: LazyLock<Vec<Bilateral>> = LazyLock::new(|| rows(BILATERAL, Bilateral::parse));

/// The rule of a modifier on a date.
pub(crate) fn modifier(modifier: &Modifier, on: Date) -> Option<&'static ModifierRule> {
    MODIFIER_RULES.iter().find(|rule| rule.modifier == *modifier && rule.span.covers(on))
}

/// Every multiple-procedure rule on a date.
pub(crate) fn reductions(on: Date) -> impl Iterator<Item = &'static Reduction> {
    REDUCTION_RULES.iter().filter(move |rule| rule.span.covers(on))
}

/// The rule of a bilateral indicator on a date.
pub(crate) fn bilateral(indicator: u8, on: Date) -> Option<&'static Bilateral> {
    BILATERAL_RULES.iter().find(|rule| rule.indicator == indicator && rule.span.covers(on))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_row_reads() {
        assert_eq!(MODIFIER_RULES.len(), lines(MODIFIERS).count());
        assert_eq!(REDUCTION_RULES.len(), lines(REDUCTIONS).count());
        assert_eq!(BILATERAL_RULES.len(), lines(BILATERAL).count());
    }

    #[test]
    fn the_date_chooses_the_row() {
        let radiography = "FY".parse().unwrap();
        assert_eq!(modifier(&radiography, date(2022, 12, 31)).unwrap().share, 9_300);
        assert_eq!(modifier(&radiography, date(2023, 1, 1)).unwrap().share, 9_000);
        assert!(modifier(&radiography, date(2016, 1, 1)).is_none());
    }
}
