//! Levels of visits, prolonged services, therapy units, anesthesia and other services by time.

use anyhow::{Context as _, Result, bail};
use coder::{Complexity, DataElements, ProblemElements, Regime, VisitFamily};
use jiff::civil::{Date, date};
use serde_json::{Map, Number, Value, json};

use super::{Verdict, number, word};

/// Vectors name no day; this one lies in editions that hold for all of them.
const DAY: Date = date(2026, 3, 4);

pub fn answer(kind: &str, vector: &Value) -> Result<Verdict> {
    let input = vector.get("input").context("a vector without input")?;
    let mut got = Map::new();
    let mut put = |key: &str, value: Value| drop(got.insert(key.to_owned(), value));
    let number_of = |key: &str| number(input.get(key));
    match kind {
        "em_time" => {
            put("expected", json!(coder::em_level_from_time(family(input)?, number_of("total_minutes"), DAY)));
        }
        "em_mdm_2of3" => {
            let level = |key: &str| {
                Complexity::from_word(word(input.get(key))).with_context(|| format!("{key} is no complexity"))
            };
            let complexity = coder::mdm(level("problems")?, level("data")?, level("risk")?);
            put("expected_mdm", json!(complexity.word()));
            put("expected", json!(coder::em_level_from_mdm(family(input)?, complexity, DAY)));
        }
        "em_mdm_elements" => put("expected", json!(element(word(vector.get("element")), input, vector)?)),
        "prolonged" => {
            let regime = if word(vector.get("payer")) == "medicare" { Regime::Medicare } else { Regime::Cpt };
            let units = coder::prolonged_units(regime, word(input.get("base")), number_of("minutes"), DAY);
            put("expected", units_map(units));
        }
        "timed_units_cms8" | "timed_units_ama_midpoint" => {
            let lines: Vec<(&String, u32)> =
                input.as_object().into_iter().flatten().map(|(code, minutes)| (code, number(Some(minutes)))).collect();
            let minutes: Vec<u32> = lines.iter().map(|(_, minutes)| *minutes).collect();
            let is_pooled = kind == "timed_units_cms8";
            let units =
                if is_pooled { coder::therapy_units_cms8(&minutes) } else { coder::therapy_units_midpoint(&minutes) };
            put("expected_total_units", json!(units.iter().sum::<u32>()));
            put("expected_units", units_map(lines.into_iter().map(|(code, _)| code).zip(units)));
        }
        "anesthesia_units" => anesthesia(input, &mut put)?,
        "time_based_other" => {
            let units = coder::timed_service_units(word(input.get("family")), number_of("minutes"), DAY);
            put("expected", as_asked(vector.get("expected"), &units));
        }
        other => bail!("no rules for vectors of kind \u{201c}{other}\u{201d}"),
    }
    let same = |key: &String, value: &Value| match vector.get(key) {
        Some(expected) => equal(expected, value),
        None => true,
    };
    let also = vector.get("also_acceptable").and_then(Value::as_array).into_iter().flatten();
    let is_also = got.get("expected_units").is_some_and(|units| also.clone().any(|other| equal(other, units)));
    let pass = got.iter().all(|(key, value)| same(key, value) || key == "expected_units" && is_also);
    got.retain(|key, _| vector.get(key).is_some());
    Ok(Verdict { got, pass })
}

fn family(input: &Value) -> Result<VisitFamily> {
    let name = word(input.get("category"));
    VisitFamily::from_word(name).with_context(|| format!("{name} is no family of visits"))
}

/// Numbers by value, everything else as it is.
fn equal(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(a), Value::Number(b)) => hundredths(a) == hundredths(b),
        (Value::Object(a), Value::Object(b)) => {
            let zero = |value: Option<&Value>| value.is_none_or(|v| v.as_u64() == Some(0));
            a.iter().all(|(key, value)| b.get(key).is_some_and(|other| equal(value, other)) || zero(Some(value)))
                && b.iter().all(|(key, value)| a.contains_key(key) || zero(Some(value)))
        }
        _ => expected == got,
    }
}

/// A decimal of at most two places, exactly.
fn hundredths(number: &Number) -> Option<u64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = format!("{part:0<2}");
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part.get(..2)?.parse().ok()?)
}

fn units_map<C: ToString>(units: impl IntoIterator<Item = (C, u32)>) -> Value {
    Value::Object(units.into_iter().map(|(code, units)| (code.to_string(), json!(units))).collect())
}

/// One code where the vector expects one, a map of units where it expects that.
fn as_asked(expected: Option<&Value>, units: &[(&str, u32)]) -> Value {
    match (expected, units) {
        (Some(Value::Null), []) => Value::Null,
        (Some(Value::String(_)), [(code, 1)]) => json!(code),
        _ => units_map(units.iter().copied()),
    }
}

fn element(name: &str, input: &Value, vector: &Value) -> Result<String> {
    let count = |key: &str| number(input.get(key));
    let level = match name {
        "problems" => coder::problem_level(&ProblemElements {
            self_limited: count("self_limited"),
            acute_uncomplicated: count("acute_uncomplicated"),
            stable_chronic: count("stable_chronic"),
            worsening_chronic: count("chronic_exacerbation"),
            uncertain_prognosis: count("undiagnosed_new_uncertain_prognosis"),
            systemic: count("acute_systemic_symptoms"),
            complicated_injury: count("acute_complicated_injury"),
            severe_exacerbation: count("chronic_severe_exacerbation"),
            threat: count("threat_to_life_or_function"),
        }),
        "data" => coder::data_level(&DataElements {
            tests_ordered: count("tests_ordered"),
            tests_reviewed: count("tests_reviewed"),
            external_notes: count("external_notes_reviewed"),
            independent_historian: count("independent_historian") > 0,
            independent_interpretation: count("independent_interpretation") > 0,
            external_discussion: count("discussion_external") > 0,
        }),
        "risk" => coder::risk_level(input.as_array().into_iter().flatten().filter_map(Value::as_str)),
        other => bail!("{other} is no element of decision making"),
    };
    // Elements have names of their own for the levels: minimal, limited, extensive.
    let expected = word(vector.get("expected"));
    let own = [("minimal", Complexity::Straightforward), ("limited", Complexity::Low), ("extensive", Complexity::High)];
    let is_own = own.iter().any(|(name, of)| *of == level && (expected == *name || expected.starts_with(level.word())));
    Ok(if is_own { expected.to_owned() } else { level.word().to_owned() })
}

/// Time units in tenths; the share of each provider (Claims Processing Manual 12 §50).
fn anesthesia(input: &Value, put: &mut impl FnMut(&str, Value)) -> Result<()> {
    let tenths = coder::anesthesia_units(number(input.get("minutes")));
    put("expected_time_units", decimal(u64::from(tenths) * 10)?);
    let factor = input.get("conversion_factor").and_then(Value::as_number).and_then(hundredths);
    let factor = factor.context("conversion_factor is no decimal of two places")?;
    let units = u64::from(number(input.get("base_units"))) * 10 + u64::from(tenths);
    let share = if matches!(word(input.get("modifier")), "QK" | "QY" | "QX") { 50 } else { 100 };
    // Cents times ten (tenths of units) times a hundred (per cent), half up.
    put("expected_allowed", decimal((units * factor * share + 500) / 1000)?);
    Ok(())
}

fn decimal(hundredths: u64) -> Result<Value> {
    Ok(serde_json::from_str(&format!("{}.{:02}", hundredths / 100, hundredths % 100))?)
}
