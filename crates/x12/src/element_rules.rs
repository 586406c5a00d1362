//! Rules E13 to E19: elements against the dictionary (type, length, conditions) and the guide (usage, values).

use crate::dictionary::{Condition, DataType, Definition, ElementDefinition, Kind, Relation, definition_of};
use crate::finding::AckLevel::{Ik3, Ik4};
use crate::finding::{Judge, Rule};
use crate::guide::{ElementUse, SegmentUse};
use crate::segment::{Delimiters, Segment};
use crate::value::{is_date, is_period, is_time};
use crate::walk::{Located, Step};

const MISSING: Rule = Rule::new("E13", 1, Ik4, "1");
const TOO_MANY: Rule = Rule::new("E13", 1, Ik4, "3");
const TOO_SHORT: Rule = Rule::new("E13", 1, Ik4, "4");
const TOO_LONG: Rule = Rule::new("E13", 1, Ik4, "5");
const CHARACTER: Rule = Rule::new("E13", 1, Ik4, "6");
const DATE: Rule = Rule::new("E13", 1, Ik4, "8");
const TIME: Rule = Rule::new("E13", 1, Ik4, "9");
const REPETITIONS: Rule = Rule::new("E14", 1, Ik4, "12");
const COMPONENTS: Rule = Rule::new("E14", 1, Ik4, "13");
const CONDITION: Rule = Rule::new("E15", 1, Ik4, "2");
const EXCLUSION: Rule = Rule::new("E15", 1, Ik4, "10");
const TRAILING: Rule = Rule::new("E16", 1, Ik3, "8").warning();
const EMPTY: Rule = Rule::new("E16", 1, Ik3, "8").warning();
const NUMBER: Rule = Rule::new("E19", 1, Ik4, "6");
const GUIDE_MISSING: Rule = Rule::new("E13", 2, Ik4, "1");
const GUIDE_VALUE: Rule = Rule::new("E14", 2, Ik4, "7");
const GUIDE_UNUSED: Rule = Rule::new("E17", 2, Ik4, "I10");

/// Surplus elements reported one by one; a segment with more is broken as a whole.
const EXTRA_REPORTED_MAX: usize = 8;

/// An element or component under judgement.
struct Field<'j, 'a> {
    located: &'j Located<'a>,
    element: usize,
    component: usize,
}

impl Field<'_, '_> {
    fn report(&self, judge: &mut Judge, rule: Rule, message: String) {
        judge.element(rule, self.located, self.element, self.component, message);
    }

    fn name(&self) -> String {
        let id = self.located.segment.id();
        match self.component {
            0 => format!("{id}{:02}", self.element),
            component => format!("{id}{:02}-{component}", self.element),
        }
    }
}

/// Judges the elements of one segment.
pub(crate) fn judge_elements(judge: &mut Judge, step: &Step<'_>) {
    let located = &step.located;
    let segment = &located.segment;
    if step.usage.and_then(|usage| usage.shape.as_ref()).is_some_and(|shape| shape.is_met_by(segment)) {
        return;
    }
    let known = step.usage.and_then(|usage| usage.definition);
    let Some(definition) = known.or_else(|| definition_of(segment.id())) else { return };
    judge_count(judge, located, definition);
    let mut present = 0_u64;
    // Elements beyond the last one sent and the last mandatory one need no look.
    let last = segment.element_count().max(definition.mandatory_last);
    for (element, number) in definition.elements.iter().take(last).zip(1_usize..) {
        let value = segment.bytes(number);
        present |= u64::from(!value.is_empty()) << (number % 64);
        judge_element(judge, &Field { located, element: number, component: 0 }, element, value);
    }
    judge_conditions(judge, located, &definition.conditions, 0, present);
    judge_period(judge, located, definition);
    if let Some(usage) = step.usage {
        judge_usage(judge, located, usage, definition);
    }
}

fn judge_count(judge: &mut Judge, located: &Located<'_>, definition: &Definition) {
    let segment = &located.segment;
    let count = segment.element_count();
    let most = definition.elements.len();
    if count > most {
        let extra = segment.elements().enumerate().skip(most.saturating_add(1));
        for (element, _) in extra.filter(|(_, bytes)| !bytes.is_empty()).take(EXTRA_REPORTED_MAX) {
            let message = format!("{} has at most {most} elements; remove this one.", located.segment.id());
            judge.element(TOO_MANY, located, element, 0, message);
        }
    }
    if count == 0 {
        judge.segment(EMPTY, located, format!("{} carries no element; leave the segment out.", located.segment.id()));
    } else if segment.bytes(count).is_empty() {
        let message = format!("{} ends in empty elements; leave trailing separators out.", located.segment.id());
        judge.segment(TRAILING, located, message);
    }
}

fn judge_element(judge: &mut Judge, field: &Field<'_, '_>, definition: &ElementDefinition, whole: &[u8]) {
    if whole.is_empty() {
        if definition.is_mandatory {
            field.report(judge, MISSING, format!("{} is missing.", field.name()));
        }
        return;
    }
    let marks = field.located.segment.delimiters();
    let traits = Traits::of(whole, marks);
    if !traits.is_ascii && std::str::from_utf8(whole).is_err() {
        let message = format!("{} holds bytes that are no text; send plain characters.", field.name());
        field.report(judge, CHARACTER, message);
        return;
    }
    if !traits.has_repetition && !traits.has_component {
        match definition.kind {
            Kind::Simple(..) => judge_value(judge, field, whole, traits, definition.kind),
            Kind::Composite => judge_composite(judge, field, whole, definition.composite),
        }
        return;
    }
    let repetition = marks.repetition.filter(|_| traits.has_repetition);
    let is_mark = |byte: &u8| Some(*byte) == repetition;
    let count = whole.iter().filter(|byte| is_mark(byte)).count().saturating_add(1);
    if count > definition.repeats {
        let message = format!("{} may occur {} time(s), not {count}.", field.name(), definition.repeats);
        field.report(judge, REPETITIONS, message);
        return;
    }
    for value in whole.split(is_mark) {
        match definition.kind {
            Kind::Simple(..) if value.contains(&marks.component) => {
                field.report(judge, COMPONENTS, format!("{} takes one value, no components.", field.name()));
            }
            Kind::Simple(..) => judge_value(judge, field, value, Traits::of(value, marks), definition.kind),
            Kind::Composite => judge_composite(judge, field, value, definition.composite),
        }
    }
}

fn judge_composite(judge: &mut Judge, field: &Field<'_, '_>, value: &[u8], definition: Option<&'static Definition>) {
    let Some(definition) = definition else { return };
    let marks = field.located.segment.delimiters();
    let mut values = value.split(|byte| *byte == marks.component);
    let mut present = 0_u64;
    for (element, component) in definition.elements.iter().zip(1_usize..) {
        let value = match values.next() {
            Some(value) => value,
            None if component > definition.mandatory_last => break,
            None => &[],
        };
        let field = Field { component, ..*field };
        present |= u64::from(!value.is_empty()) << (component % 64);
        if !value.is_empty() {
            judge_value(judge, &field, value, Traits::of(value, marks), element.kind);
        } else if element.is_mandatory {
            field.report(judge, MISSING, format!("{} is missing.", field.name()));
        }
    }
    if values.next().is_some() {
        let message = format!("{} has at most {} components.", field.name(), definition.elements.len());
        field.report(judge, COMPONENTS, message);
    }
    judge_conditions(judge, field.located, &definition.conditions, field.element, present);
}

/// Judges the conditions of a segment (`composite` 0) or of the composite in an element.
fn judge_conditions(
    judge: &mut Judge,
    located: &Located<'_>,
    conditions: &[Condition],
    composite: usize,
    present: u64,
) {
    let is_present = |n: &&usize| present & (1 << (**n % 64)) != 0;
    for condition in conditions.iter().filter(|condition| condition.is_broken(present)) {
        let Condition { rule, elements, .. } = condition;
        let absent = || elements.iter().find(|n| !is_present(n));
        let (broken, need) = match rule {
            Relation::Paired => (absent(), "go together"),
            Relation::Required => (elements.first(), "need at least one"),
            Relation::Exclusive => (elements.iter().filter(is_present).nth(1), "exclude each other"),
            Relation::Conditional => (absent(), "go together when the first is sent"),
            Relation::ListConditional => (elements.get(1), "need one of the rest when the first is sent"),
        };
        let Some(broken) = broken else { continue };
        let (element, component) = if composite == 0 { (*broken, 0) } else { (composite, *broken) };
        let names: Vec<String> = elements
            .iter()
            .map(|n| if composite == 0 { (*n, 0) } else { (composite, *n) })
            .map(|(element, component)| Field { located, element, component }.name())
            .collect();
        let rule = if *rule == Relation::Exclusive { EXCLUSION } else { CONDITION };
        judge.element(rule, located, element, component, format!("{} {need}.", names.join(", ")));
    }
}

/// What one look at the bytes of a value tells.
#[derive(Clone, Copy)]
struct Traits {
    is_ascii: bool,
    has_control: bool,
    has_component: bool,
    has_repetition: bool,
}

impl Traits {
    fn of(value: &[u8], marks: Delimiters) -> Self {
        let repetition = marks.repetition.unwrap_or(marks.component);
        let (mut high, mut control, mut components, mut repetitions) = (0_u8, 0_u8, 0_u8, 0_u8);
        for byte in value {
            high |= *byte;
            control |= u8::from(*byte < b' ') | u8::from(*byte == 0x7F);
            components |= u8::from(*byte == marks.component);
            repetitions |= u8::from(*byte == repetition);
        }
        Self {
            is_ascii: high < 0x80,
            has_control: control > 0,
            has_component: components > 0,
            has_repetition: repetitions > 0 && marks.repetition.is_some(),
        }
    }
}

/// Judges one value, without repetitions or components, against its type and length.
fn judge_value(judge: &mut Judge, field: &Field<'_, '_>, value: &[u8], traits: Traits, kind: Kind) {
    let Kind::Simple(data_type, shortest, longest) = kind else { return };
    let is_plain_text =
        traits.is_ascii && !traits.has_control && matches!(data_type, DataType::Text | DataType::Identifier);
    let has_blank_end = value.first() == Some(&b' ') || value.last() == Some(&b' ');
    // Most values are words of a fitting length: nothing more to look at.
    if is_plain_text && !has_blank_end && (shortest..=longest).contains(&value.len()) {
        return;
    }
    // The caller made sure that it is text.
    let text = std::str::from_utf8(value).unwrap_or_default();
    if traits.has_control || (!traits.is_ascii && text.chars().any(char::is_control)) {
        let found = text.chars().find(|c| c.is_control()).unwrap_or_default();
        field.report(judge, CHARACTER, format!("{} holds the control character {found:?}; remove it.", field.name()));
        return;
    }
    let length = match data_type {
        DataType::Whole | DataType::Decimal => value.iter().filter(|byte| byte.is_ascii_digit()).count(),
        _ if traits.is_ascii => value.len(),
        _ => text.chars().count(),
    };
    let broken = match data_type {
        DataType::Whole if !is_whole(text) => Some((CHARACTER, "a whole number")),
        DataType::Decimal if !is_decimal(text) => Some((CHARACTER, "a number such as 125 or 12.5")),
        DataType::Date if !is_date(value) => Some((DATE, "a real day, CCYYMMDD")),
        DataType::Time if !is_time(value) => Some((TIME, "a time, HHMM or HHMMSS")),
        _ => None,
    };
    if let Some((rule, expected)) = broken {
        field.report(judge, rule, format!("{} must be {expected}.", field.name()));
        return;
    }
    if length < shortest {
        field.report(judge, TOO_SHORT, format!("{} must have at least {shortest} characters.", field.name()));
    } else if length > longest {
        let message = format!("{} must have at most {longest} characters, not {length}.", field.name());
        field.report(judge, TOO_LONG, message);
    }
    judge_format(judge, field, text, data_type, longest, traits.is_ascii);
}

/// E19: what is readable but not as it should be written.
fn judge_format(
    judge: &mut Judge,
    field: &Field<'_, '_>,
    value: &str,
    data_type: DataType,
    longest: usize,
    is_ascii: bool,
) {
    let name = || field.name();
    match data_type {
        DataType::Decimal => {
            let plain = value.trim_start_matches('-');
            // Decimals of up to 18 digits are monetary amounts (D.E. 782); quantities have other lengths.
            if longest == 18 && plain.split_once('.').is_some_and(|(_, cents)| cents.len() > 2) {
                field.report(judge, NUMBER, format!("{} is an amount and takes at most two decimals.", name()));
            } else if plain.len() > 1 && plain.starts_with('0') && !plain.starts_with("0.") {
                field.report(judge, NUMBER.warning(), format!("{} has leading zeros; leave them out.", name()));
            }
        }
        DataType::Text | DataType::Identifier => {
            if value.starts_with(' ') || value.ends_with(' ') {
                let message = format!("{} begins or ends with blanks; leave them out.", name());
                field.report(judge, NUMBER.warning(), message);
            } else if !is_ascii {
                let message = format!("{} holds characters outside the basic set; spell it with A to Z.", name());
                field.report(judge, CHARACTER.warning(), message);
            }
        }
        DataType::Whole | DataType::Date | DataType::Time => {}
    }
}

fn is_whole(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_decimal(value: &str) -> bool {
    let plain = value.strip_prefix('-').unwrap_or(value);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    whole.len().saturating_add(fraction.len()) > 0 && is_digits(whole) && is_digits(fraction)
}

fn judge_period(judge: &mut Judge, located: &Located<'_>, definition: &Definition) {
    let Some((qualifier, element)) = definition.period else { return };
    let (qualifier, value) = (located.segment.el(qualifier), located.segment.el(element));
    if !value.is_empty() && is_period(qualifier.as_bytes(), value.as_bytes()) == Some(false) {
        let expected = match qualifier {
            "RD8" => "two real days in order, CCYYMMDD-CCYYMMDD",
            "DT" => "a real day and time, CCYYMMDDHHMM",
            "TM" => "a time, HHMM",
            _ => "a real day, CCYYMMDD",
        };
        let field = Field { located, element, component: 0 };
        field.report(judge, DATE, format!("{} must be {expected}.", field.name()));
    }
}

fn judge_usage(judge: &mut Judge, located: &Located<'_>, usage: &SegmentUse, definition: &Definition) {
    let segment: &Segment<'_> = &located.segment;
    let last = segment.element_count().max(usage.required_last);
    for one in usage.elements.iter().take_while(|one| one.element <= last) {
        let whole = segment.bytes(one.element);
        let is_absent_composite = one.component > 0 && whole.is_empty();
        if is_absent_composite {
            continue;
        }
        let field = Field { located, element: one.element, component: one.component };
        let value = segment.part(one.element, one.component);
        if value.is_empty() {
            if one.is_required && !is_mandatory(definition, one) {
                field.report(judge, GUIDE_MISSING, format!("{} is required here.", field.name()));
            }
        } else if one.is_unused {
            let message = format!("{} is not used in this guide; leave it out.", field.name());
            field.report(judge, GUIDE_UNUSED, message);
        } else if let Some(wrong) = wrong_value(value, one, located.segment.delimiters().repetition) {
            let wrong = String::from_utf8_lossy(wrong);
            let message = format!("{} cannot be {wrong:?}; {}.", field.name(), expectation(&one.values));
            field.report(judge, GUIDE_VALUE, message);
        }
    }
}

/// Whether the dictionary itself demands it, so that its absence is already reported.
fn is_mandatory(definition: &Definition, one: &ElementUse) -> bool {
    let element = one.element.checked_sub(1).and_then(|index| definition.elements.get(index));
    match (one.component, element) {
        (0, Some(element)) => element.is_mandatory,
        (component, Some(ElementDefinition { composite: Some(composite), .. })) => component
            .checked_sub(1)
            .and_then(|index| composite.elements.get(index))
            .is_some_and(|element| element.is_mandatory),
        _ => false,
    }
}

/// A value outside the list of the guide, if there is one.
fn wrong_value<'v>(value: &'v [u8], one: &ElementUse, repetition: Option<u8>) -> Option<&'v [u8]> {
    if one.values.is_empty() || one.allows(value) {
        return None;
    }
    // An element may be repeated, a component not: its first repetition was taken.
    let mut repetitions = value.split(|byte| Some(*byte) == repetition && one.component == 0);
    repetitions.find(|value| !value.is_empty() && !one.allows(value))
}

/// How many values a message lists before it only counts them.
const VALUES_SHOWN: usize = 16;

pub(crate) fn expectation(values: &[&str]) -> String {
    if values.len() <= VALUES_SHOWN {
        format!("use {}", values.join(", "))
    } else {
        format!("use one of the {} codes of the guide", values.len())
    }
}
