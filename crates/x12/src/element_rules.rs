//! Rules E13 to E19: elements against the dictionary (type, length, conditions) and the guide (usage, values).

use crate::dictionary::{Condition, DataType, Definition, ElementDefinition, Kind, Relation, definition_of};
use crate::finding::AckLevel::{Ik3, Ik4};
use crate::finding::{Judge, Rule};
use crate::guide::{ElementUse, SegmentUse};
use crate::segment::Segment;
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

/// Where a format qualifier says what a period is: segment, qualifier element, value element (D.E. 1250 and 1251).
const PERIODS: [(&str, usize, usize); 6] =
    [("DTP", 2, 3), ("DMG", 1, 2), ("PAT", 5, 6), ("DTM", 5, 6), ("INS", 11, 12), ("MPI", 6, 7)];

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
    let Some(definition) = definition_of(segment.id()) else { return };
    judge_count(judge, located, definition);
    for (index, element) in definition.elements.iter().enumerate() {
        let field = Field { located, element: index.saturating_add(1), component: 0 };
        judge_element(judge, &field, element);
    }
    let is_present = |element: usize| !segment.bytes(element).is_empty();
    judge_conditions(judge, located, &definition.conditions, 0, is_present);
    judge_period(judge, located);
    if let Some(usage) = step.usage {
        judge_usage(judge, located, usage, definition);
    }
}

fn judge_count(judge: &mut Judge, located: &Located<'_>, definition: &Definition) {
    let segment = &located.segment;
    let count = segment.element_count();
    for element in definition.elements.len().saturating_add(1)..=count {
        if !segment.bytes(element).is_empty() {
            let message =
                format!("{} has at most {} elements; remove this one.", segment.id(), definition.elements.len());
            judge.element(TOO_MANY, located, element, 0, message);
        }
    }
    if count == 0 {
        judge.segment(EMPTY, located, format!("{} carries no element; leave the segment out.", segment.id()));
    } else if segment.bytes(count).is_empty() {
        let message = format!("{} ends in empty elements; leave trailing separators out.", segment.id());
        judge.segment(TRAILING, located, message);
    }
}

fn judge_element(judge: &mut Judge, field: &Field<'_, '_>, definition: &ElementDefinition) {
    let segment = &field.located.segment;
    let bytes = segment.bytes(field.element);
    if bytes.is_empty() {
        if definition.is_mandatory {
            field.report(judge, MISSING, format!("{} is missing.", field.name()));
        }
        return;
    }
    let Ok(whole) = std::str::from_utf8(bytes) else {
        field.report(
            judge,
            CHARACTER,
            format!("{} holds bytes that are no text; send plain characters.", field.name()),
        );
        return;
    };
    let mark = segment.delimiters().repetition;
    let repetitions: Vec<&str> = mark.map_or(vec![whole], |mark| whole.split(char::from(mark)).collect());
    if repetitions.len() > definition.repeats {
        let message = format!("{} may occur {} time(s), not {}.", field.name(), definition.repeats, repetitions.len());
        field.report(judge, REPETITIONS, message);
        return;
    }
    for value in repetitions {
        match definition.kind {
            Kind::Simple(data_type, shortest, longest) => {
                if value.contains(char::from(segment.delimiters().component)) {
                    field.report(judge, COMPONENTS, format!("{} takes one value, no components.", field.name()));
                } else {
                    judge_value(judge, field, value, data_type, shortest, longest);
                }
            }
            Kind::Composite(name) => judge_composite(judge, field, value, name),
        }
    }
}

fn judge_composite(judge: &mut Judge, field: &Field<'_, '_>, value: &str, name: &str) {
    let Some(definition) = definition_of(name) else { return };
    let components: Vec<&str> = value.split(char::from(field.located.segment.delimiters().component)).collect();
    if components.len() > definition.elements.len() {
        let message = format!("{} has at most {} components.", field.name(), definition.elements.len());
        field.report(judge, COMPONENTS, message);
    }
    for (index, element) in definition.elements.iter().enumerate() {
        let field = Field { component: index.saturating_add(1), ..*field };
        let value = components.get(index).copied().unwrap_or_default();
        match element.kind {
            _ if value.is_empty() => {
                if element.is_mandatory {
                    field.report(judge, MISSING, format!("{} is missing.", field.name()));
                }
            }
            Kind::Simple(data_type, shortest, longest) => {
                judge_value(judge, &field, value, data_type, shortest, longest)
            }
            Kind::Composite(_) => {}
        }
    }
    let is_present = |component: usize| {
        component.checked_sub(1).and_then(|index| components.get(index)).is_some_and(|value| !value.is_empty())
    };
    judge_conditions(judge, field.located, &definition.conditions, field.element, is_present);
}

/// Judges the conditions of a segment (`composite` 0) or of the composite in an element.
fn judge_conditions(
    judge: &mut Judge,
    located: &Located<'_>,
    conditions: &[Condition],
    composite: usize,
    is_present: impl Fn(usize) -> bool,
) {
    for Condition { rule, elements } in conditions {
        let Some((first, rest)) = elements.split_first() else { continue };
        let present = elements.iter().filter(|n| is_present(**n)).count();
        let (broken, need) = match rule {
            Relation::Paired if present > 0 => (elements.iter().find(|n| !is_present(**n)), "go together"),
            Relation::Required if present == 0 => (Some(first), "need at least one"),
            Relation::Exclusive if present > 1 => {
                (elements.iter().filter(|n| is_present(**n)).nth(1), "exclude each other")
            }
            Relation::Conditional if is_present(*first) => {
                (rest.iter().find(|n| !is_present(**n)), "go together when the first is sent")
            }
            Relation::ListConditional if is_present(*first) && !rest.iter().any(|n| is_present(*n)) => {
                (rest.first(), "need one of the rest when the first is sent")
            }
            _ => (None, ""),
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

fn judge_value(
    judge: &mut Judge,
    field: &Field<'_, '_>,
    value: &str,
    data_type: DataType,
    shortest: usize,
    longest: usize,
) {
    if let Some(found) = value.chars().find(|c| c.is_control()) {
        field.report(judge, CHARACTER, format!("{} holds the control character {found:?}; remove it.", field.name()));
        return;
    }
    let digits = |value: &str| value.bytes().filter(u8::is_ascii_digit).count();
    let length = match data_type {
        DataType::Whole | DataType::Decimal => digits(value),
        _ => value.chars().count(),
    };
    match data_type {
        DataType::Whole if !is_whole(value) => {
            field.report(judge, CHARACTER, format!("{} must be a whole number.", field.name()));
            return;
        }
        DataType::Decimal if !is_decimal(value) => {
            field.report(judge, CHARACTER, format!("{} must be a number such as 125 or 12.5.", field.name()));
            return;
        }
        DataType::Date if !is_date(value) => {
            field.report(judge, DATE, format!("{} must be a real day, CCYYMMDD.", field.name()));
            return;
        }
        DataType::Time if !is_time(value) => {
            field.report(judge, TIME, format!("{} must be a time, HHMM or HHMMSS.", field.name()));
            return;
        }
        _ => {}
    }
    if length < shortest {
        field.report(judge, TOO_SHORT, format!("{} must have at least {shortest} characters.", field.name()));
    } else if length > longest {
        field.report(
            judge,
            TOO_LONG,
            format!("{} must have at most {longest} characters, not {length}.", field.name()),
        );
    }
    judge_format(judge, field, value, data_type, longest);
}

/// E19: what is readable but not as it should be written.
fn judge_format(judge: &mut Judge, field: &Field<'_, '_>, value: &str, data_type: DataType, longest: usize) {
    let name = field.name();
    match data_type {
        DataType::Decimal => {
            let plain = value.trim_start_matches('-');
            // Decimals of up to 18 digits are monetary amounts (D.E. 782); quantities have other lengths.
            if longest == 18 && plain.split_once('.').is_some_and(|(_, cents)| cents.len() > 2) {
                field.report(judge, NUMBER, format!("{name} is an amount and takes at most two decimals."));
            } else if plain.len() > 1 && plain.starts_with('0') && !plain.starts_with("0.") {
                field.report(judge, NUMBER.warning(), format!("{name} has leading zeros; leave them out."));
            }
        }
        DataType::Text | DataType::Identifier => {
            if value.trim_matches(' ').len() < value.len() {
                field.report(judge, NUMBER.warning(), format!("{name} begins or ends with blanks; leave them out."));
            } else if !value.is_ascii() {
                let message = format!("{name} holds characters outside the basic set; spell it with A to Z.");
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

fn judge_period(judge: &mut Judge, located: &Located<'_>) {
    let segment = &located.segment;
    for (id, qualifier, element) in PERIODS {
        let value = segment.el(element);
        if id == segment.id() && !value.is_empty() && is_period(segment.el(qualifier), value) == Some(false) {
            let expected = match segment.el(qualifier) {
                "RD8" => "two real days in order, CCYYMMDD-CCYYMMDD",
                "DT" => "a real day and time, CCYYMMDDHHMM",
                "TM" => "a time, HHMM",
                _ => "a real day, CCYYMMDD",
            };
            judge.element(DATE, located, element, 0, format!("{id}{element:02} must be {expected}."));
        }
    }
}

fn judge_usage(judge: &mut Judge, located: &Located<'_>, usage: &SegmentUse, definition: &Definition) {
    for one in &usage.elements {
        let segment = &located.segment;
        let whole = segment.bytes(one.element);
        let is_absent_composite = one.component > 0 && whole.is_empty();
        if is_absent_composite {
            continue;
        }
        let field = Field { located, element: one.element, component: one.component };
        if is_absent(segment, one) {
            if one.is_required && !is_mandatory(definition, one) {
                field.report(judge, GUIDE_MISSING, format!("{} is required here.", field.name()));
            }
        } else if one.is_unused {
            let message = format!("{} is not used in this guide; leave it out.", field.name());
            field.report(judge, GUIDE_UNUSED, message);
        } else if let Some(wrong) = wrong_value(segment, one) {
            let message = format!("{} cannot be {wrong:?}; {}.", field.name(), expectation(&one.values));
            field.report(judge, GUIDE_VALUE, message);
        }
    }
}

fn is_absent(segment: &Segment<'_>, one: &ElementUse) -> bool {
    if one.component == 0 {
        segment.bytes(one.element).is_empty()
    } else {
        segment.comp(one.element, one.component).is_empty()
    }
}

/// Whether the dictionary itself demands it, so that its absence is already reported.
fn is_mandatory(definition: &Definition, one: &ElementUse) -> bool {
    let element = one.element.checked_sub(1).and_then(|index| definition.elements.get(index));
    match (one.component, element) {
        (0, Some(element)) => element.is_mandatory,
        (component, Some(ElementDefinition { kind: Kind::Composite(name), .. })) => definition_of(name)
            .and_then(|composite| composite.elements.get(component.checked_sub(1)?))
            .is_some_and(|element| element.is_mandatory),
        _ => false,
    }
}

/// A value outside the list of the guide, if there is one.
fn wrong_value<'a>(segment: &Segment<'a>, one: &ElementUse) -> Option<&'a str> {
    if one.values.is_empty() {
        return None;
    }
    let is_wrong = |value: &&str| !value.is_empty() && !one.values.contains(value);
    if one.component == 0 {
        segment.reps(one.element).into_iter().find(is_wrong)
    } else {
        Some(segment.comp(one.element, one.component)).filter(is_wrong)
    }
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
