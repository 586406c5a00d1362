//! The X12 005010 dictionary: what elements a segment has, of what type and length, and how they depend on each other.
//!
//! Read once from `data/segments.txt`, whose head explains the notation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

type Dictionary = BTreeMap<&'static str, Definition>;

static SEGMENTS: LazyLock<Dictionary> =
    LazyLock::new(|| lines().filter(|line| !is_composite(line)).filter_map(definition).collect());

static COMPOSITES: LazyLock<Dictionary> =
    LazyLock::new(|| lines().filter(|line| is_composite(line)).filter_map(definition).collect());

fn lines() -> std::str::Lines<'static> {
    include_str!("../data/segments.txt").lines()
}

/// Composites are named C and three digits.
fn is_composite(name: &str) -> bool {
    let digits = name.strip_prefix('C').and_then(|rest| rest.get(..3));
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a format qualifier says what a period is: segment, qualifier element, value element (D.E. 1250 and 1251).
const PERIODS: [(&str, usize, usize); 6] =
    [("DTP", 2, 3), ("DMG", 1, 2), ("PAT", 5, 6), ("DTM", 5, 6), ("INS", 11, 12), ("MPI", 6, 7)];

/// A segment or composite.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    /// Its elements or components in order.
    pub elements: Vec<ElementDefinition>,
    /// Conditions between them.
    pub conditions: Vec<Condition>,
    /// The elements of a period: its format qualifier and itself.
    pub period: Option<(usize, usize)>,
    /// The last element that must be present, from 1; 0 for none.
    pub mandatory_last: usize,
}

/// One element or component.
#[derive(Clone, Debug)]
pub(crate) struct ElementDefinition {
    pub kind: Kind,
    pub is_mandatory: bool,
    /// How often it may repeat.
    pub repeats: usize,
    /// What a composite holds; composites stand before the segments that use them.
    pub composite: Option<&'static Definition>,
}

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value of a data type with its shortest and longest length.
    Simple(DataType, usize, usize),
    /// Components.
    Composite,
}

/// X12 data types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataType {
    Identifier,
    Text,
    Whole,
    Decimal,
    Date,
    Time,
}

/// How elements depend on each other (X12.6 syntax notes).
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub rule: Relation,
    /// 1-based elements, in the order written.
    pub elements: Vec<usize>,
    /// The first of them, and all of them, as bits counted from 0 for an element 0 there is not.
    first: u64,
    all: u64,
}

impl Condition {
    /// Whether the elements present, as bits, break it.
    pub const fn is_broken(&self, present: u64) -> bool {
        let met = present & self.all;
        match self.rule {
            Relation::Paired => met != 0 && met != self.all,
            Relation::Required => met == 0,
            Relation::Exclusive => met.count_ones() > 1,
            Relation::Conditional => present & self.first != 0 && met != self.all,
            Relation::ListConditional => present & self.first != 0 && met & !self.first == 0,
        }
    }
}

/// The five relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// P: all or none.
    Paired,
    /// R: at least one.
    Required,
    /// E: at most one.
    Exclusive,
    /// C: the first needs all the rest.
    Conditional,
    /// L: the first needs one of the rest.
    ListConditional,
}

/// The definition of a segment.
pub(crate) fn definition_of(id: &str) -> Option<&'static Definition> {
    SEGMENTS.get(id)
}

fn definition(line: &'static str) -> Option<(&'static str, Definition)> {
    let (elements, conditions) = line.split_once('|').unwrap_or((line, ""));
    let mut words = elements.split_whitespace();
    let id = words.next().filter(|id| !id.starts_with('#'))?;
    let mut definition = Definition::default();
    for word in words {
        let (count, word) = word.split_once(':').unwrap_or(("1", word));
        let element = element(word)?;
        definition.elements.extend(std::iter::repeat_n(element, count.parse().ok()?));
    }
    definition.period = PERIODS.iter().find(|(of, ..)| *of == id).map(|(_, qualifier, period)| (*qualifier, *period));
    let last = definition.elements.iter().rposition(|element| element.is_mandatory);
    definition.mandatory_last = last.map_or(0, |last| last.saturating_add(1));
    definition.conditions = conditions.split_whitespace().filter_map(condition).collect();
    Some((id, definition))
}

fn element(word: &'static str) -> Option<ElementDefinition> {
    let (word, repeats) = word.split_once('^').unwrap_or((word, "1"));
    let plain = word.trim_end_matches('!');
    let kind = if is_composite(plain) { Kind::Composite } else { simple(plain)? };
    let composite = if kind == Kind::Composite { Some(COMPOSITES.get(plain)?) } else { None };
    Some(ElementDefinition { kind, is_mandatory: plain.len() < word.len(), repeats: repeats.parse().ok()?, composite })
}

fn simple(plain: &str) -> Option<Kind> {
    let digits = plain.find(|c: char| c.is_ascii_digit())?;
    let (name, lengths) = plain.split_at_checked(digits)?;
    let (shortest, longest) = lengths.split_once('-')?;
    let data_type = match name {
        "ID" => DataType::Identifier,
        "AN" => DataType::Text,
        "N" => DataType::Whole,
        "R" => DataType::Decimal,
        "DT" => DataType::Date,
        "TM" => DataType::Time,
        _ => return None,
    };
    Some(Kind::Simple(data_type, shortest.parse().ok()?, longest.parse().ok()?))
}

fn condition(word: &str) -> Option<Condition> {
    let (letter, numbers) = word.split_at_checked(1)?;
    let rule = match letter {
        "P" => Relation::Paired,
        "R" => Relation::Required,
        "E" => Relation::Exclusive,
        "C" => Relation::Conditional,
        "L" => Relation::ListConditional,
        _ => return None,
    };
    let digits = numbers.as_bytes().chunks(2).map(std::str::from_utf8);
    let elements = digits.map(|pair| pair.ok()?.parse().ok()).collect::<Option<Vec<usize>>>()?;
    let bit = |element: &usize| 1_u64 << (element % 64);
    let (first, all) = (elements.first().map_or(0, bit), elements.iter().map(bit).fold(0, |all, bit| all | bit));
    Some(Condition { rule, elements, first, all })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_well_formed() {
        for line in lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (id, definition) = definition(line).unwrap_or_else(|| panic!("cannot read {line}"));
            let conditions = line.split_once('|').map_or(0, |(_, rest)| rest.split_whitespace().count());
            assert_eq!(definition.conditions.len(), conditions, "{id}");
            for condition in &definition.conditions {
                assert!(condition.elements.iter().all(|n| *n <= definition.elements.len()), "{id} {condition:?}");
            }
        }
    }

    #[test]
    fn knows_the_shape_of_a_service_line() {
        let sv1 = definition_of("SV1").unwrap();
        assert_eq!(sv1.elements[0].kind, Kind::Composite);
        assert_eq!(sv1.elements[0].composite.unwrap().elements.len(), 8);
        assert!(sv1.elements[0].is_mandatory);
        assert_eq!(sv1.elements[1].kind, Kind::Simple(DataType::Decimal, 1, 18));
        assert_eq!(sv1.conditions[0].rule, Relation::Paired);
        assert_eq!(definition_of("EB").unwrap().elements[2].repeats, 99);
        assert_eq!(definition_of("HI").unwrap().elements.len(), 12);
    }
}
