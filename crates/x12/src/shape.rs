//! What a faultless segment looks like at one place of a guide: dictionary and guide joined, one row for each element.
//!
//! Nearly every segment has no fault. One look along the shape proves it; only a segment that does not pass is judged
//! rule by rule ([`crate::element_rules`]), which finds what is wrong and may yet find nothing. So a shape may be
//! stricter than the rules and never laxer.

use crate::dictionary::{Condition, DataType, Definition, ElementDefinition, Kind};
use crate::guide::ElementUse;
use crate::marks::Traits;
use crate::segment::{Segment, key};
use crate::value::{is_date, is_period, is_time};

/// A faultless segment at one place of a guide.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    parts: Parts,
    /// The elements of a period: its format qualifier and itself.
    period: Option<(usize, usize)>,
}

/// The elements of a segment, or the components of a composite.
#[derive(Clone, Debug)]
struct Parts {
    /// In order, the first at 0.
    slots: Vec<Slot>,
    /// Those that must be there and those that must not, as bits from 1.
    required: u64,
    unused: u64,
    conditions: Vec<Condition>,
}

/// One element or component.
#[derive(Clone, Debug)]
struct Slot {
    content: Content,
    /// The values allowed; any when empty.
    keys: Keys,
    /// Whether the values allowed all have the right type and length.
    are_keys_enough: bool,
}

/// The keys of values, to be found at one look: each at the place it leads to or at the next free one.
#[derive(Clone, Debug, Default)]
struct Keys {
    /// A power of two, at least twice as many as keys; 0 is free.
    places: Vec<u64>,
}

impl Keys {
    fn of(keys: &[u64]) -> Self {
        if keys.is_empty() {
            return Self::default();
        }
        let mut places = vec![0; keys.len().saturating_mul(2).next_power_of_two()];
        for key in keys {
            let (way, last) = (first_place(*key).., places.len().wrapping_sub(1));
            let free = way.take(places.len()).map(|at| at & last).find(|at| places.get(*at) == Some(&0));
            if let Some(place) = free.and_then(|at| places.get_mut(at)) {
                *place = *key;
            }
        }
        Self { places }
    }

    const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[inline]
    fn contains(&self, key: u64) -> bool {
        let mut at = first_place(key);
        while let Some(other) = self.places.get(at & self.places.len().wrapping_sub(1)).filter(|other| **other != 0) {
            if *other == key {
                return true;
            }
            at = at.wrapping_add(1);
        }
        false
    }
}

/// Where a key stands, if nothing else does: a place among as many as there are, a power of two.
const fn first_place(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}

#[derive(Clone, Debug)]
enum Content {
    Value(DataType, usize, usize),
    Composite(Box<Parts>),
    /// What cannot be said of it here.
    Unclear,
}

impl Shape {
    /// Joins what the dictionary and the guide say of a segment.
    pub fn of(definition: &Definition, uses: &[ElementUse]) -> Self {
        Self { parts: Parts::of(definition, uses, 0), period: definition.period }
    }

    /// True when nothing is wrong with the elements of a segment.
    pub fn is_met_by(&self, segment: &Segment<'_>) -> bool {
        let traits = segment.traits();
        // Trailing separators are worth a warning.
        if traits.has(Traits::RARE) || segment.raw().last() == Some(&segment.delimiters().element) {
            return false;
        }
        let component = Some(segment.delimiters().component).filter(|_| traits.has(Traits::COMPONENT));
        let mut present = 0;
        let are_met = segment.all_filled(|n, value| {
            present |= bit(n as u32, true);
            let slot = n.checked_sub(1).and_then(|at| self.parts.slots.get(at));
            slot.is_some_and(|slot| slot.is_met_by(value, component))
        });
        are_met
            && present != 0
            && self.parts.allow(present)
            && self.period.is_none_or(|(qualifier, value)| {
                let value = segment.bytes(value);
                value.is_empty() || is_period(segment.bytes(qualifier), value) != Some(false)
            })
    }
}

/// Bit `n` when it is set.
const fn bit(n: u32, is_set: bool) -> u64 {
    (is_set as u64).wrapping_shl(n)
}

impl Parts {
    /// Joins what the dictionary and the guide say: of a segment for `element` 0, else of the composite in an element.
    fn of(definition: &Definition, uses: &[ElementUse], element: usize) -> Self {
        let (mut required, mut unused) = (0, 0);
        let slot = |(one, n): (&ElementDefinition, u32)| {
            let at = n as usize;
            // Above a composite all uses of its element are of interest, inside it those of one component.
            let is_meant = |other: &&ElementUse| match element {
                0 => other.element == at,
                _ => other.element == element && other.component == at,
            };
            let uses: Vec<&ElementUse> = uses.iter().filter(is_meant).collect();
            let whole = || uses.iter().filter(|one_use| one_use.component == 0 || one.composite.is_none());
            required |= bit(n, one.is_mandatory || whole().any(|one| one.is_required));
            unused |= bit(n, whole().any(|one| one.is_unused));
            Slot::of(one, &uses, at)
        };
        let slots = definition.elements.iter().zip(1_u32..).map(slot).collect();
        Self { slots, required, unused, conditions: definition.conditions.clone() }
    }

    /// Whether these values may be there together, and no others.
    fn allow(&self, present: u64) -> bool {
        let is_broken = |condition: &Condition| condition.is_broken(present);
        present & self.required == self.required && present & self.unused == 0 && !self.conditions.iter().any(is_broken)
    }

    /// True when the components of `value` meet this; `mark` stands between them, when there may be several.
    fn are_met_by(&self, value: &[u8], mark: Option<u8>) -> bool {
        let (mut rest, mut present, mut n) = (Some(value), 0, 0_u32);
        for slot in &self.slots {
            let Some(value) = rest else { break };
            let end = mark.and_then(|mark| value.iter().position(|byte| *byte == mark));
            let (value, after) = end.map_or((value, None), |end| {
                let (value, after) = value.split_at_checked(end).unwrap_or_default();
                (value, after.get(1..))
            });
            rest = after;
            n = n.wrapping_add(1);
            if !value.is_empty() {
                present |= bit(n, true);
                if !slot.is_met_by(value, None) {
                    return false;
                }
            }
        }
        rest.is_none() && self.allow(present)
    }
}

impl Slot {
    fn of(definition: &ElementDefinition, uses: &[&ElementUse], at: usize) -> Self {
        let whole = || uses.iter().filter(|one| one.component == 0 || definition.composite.is_none());
        let content = match (definition.kind, definition.composite) {
            (Kind::Simple(data_type, shortest, longest), _) => Content::Value(data_type, shortest, longest),
            (Kind::Composite, Some(composite)) => {
                let uses: Vec<ElementUse> = uses.iter().copied().cloned().collect();
                Content::Composite(Box::new(Parts::of(composite, &uses, at)))
            }
            (Kind::Composite, None) => Content::Unclear,
        };
        let valued: Vec<&&ElementUse> = whole().filter(|one| !one.keys.is_empty()).collect();
        let is_clear = valued.len() < 2 && (valued.is_empty() || definition.composite.is_none());
        let keys = valued.first().map_or(&[][..], |one| &one.keys);
        let is_enough = |one: &&&ElementUse| one.values.iter().all(|value| fits(&content, value));
        let are_keys_enough = valued.first().is_some_and(is_enough) && !keys.contains(&key(b""));
        let keys = Keys::of(keys);
        Self { content: if is_clear { content } else { Content::Unclear }, keys, are_keys_enough }
    }

    #[inline]
    fn is_met_by(&self, value: &[u8], component: Option<u8>) -> bool {
        if !self.keys.is_empty() {
            if !self.keys.contains(key(value)) {
                return false;
            }
            if self.are_keys_enough {
                return true;
            }
        }
        match &self.content {
            Content::Value(data_type, shortest, longest) => {
                !component.is_some_and(|mark| value.contains(&mark)) && is_plain(*data_type, *shortest, *longest, value)
            }
            Content::Composite(parts) => parts.are_met_by(value, component),
            Content::Unclear => false,
        }
    }
}

fn fits(content: &Content, value: &str) -> bool {
    matches!(content, Content::Value(data_type, shortest, longest)
        if is_plain(*data_type, *shortest, *longest, value.as_bytes()))
}

/// Whether a value of visible ASCII characters and blanks is of a type and length, and written as it should be.
#[inline]
fn is_plain(data_type: DataType, shortest: usize, longest: usize, value: &[u8]) -> bool {
    let is_length = (shortest..=longest).contains(&value.len());
    match data_type {
        DataType::Text | DataType::Identifier => {
            is_length && value.first() != Some(&b' ') && value.last() != Some(&b' ')
        }
        DataType::Decimal => is_plain_decimal(shortest, longest, value),
        DataType::Whole => is_length && value.iter().all(u8::is_ascii_digit),
        DataType::Date => is_length && is_date(value),
        DataType::Time => is_length && is_time(value),
    }
}

/// A number without leading zeros; one of up to 18 digits is an amount and has at most two decimals.
fn is_plain_decimal(shortest: usize, longest: usize, value: &[u8]) -> bool {
    let plain = value.strip_prefix(b"-").unwrap_or(value);
    let (mut digits, mut decimals, mut points) = (0_usize, 0_usize, 0_usize);
    for byte in plain {
        if byte.is_ascii_digit() {
            digits = digits.wrapping_add(1);
            decimals = decimals.wrapping_add(points);
        } else if *byte == b'.' {
            points = points.wrapping_add(1);
        } else {
            return false;
        }
    }
    let has_leading_zero = plain.len() > 1 && plain.first() == Some(&b'0') && plain.get(1) != Some(&b'.');
    points < 2 && (shortest.max(1)..=longest).contains(&digits) && (longest != 18 || decimals < 3) && !has_leading_zero
}
