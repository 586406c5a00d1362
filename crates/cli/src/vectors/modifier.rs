//! Modifiers of lines from facts.

use anyhow::Result;
use coder::PairOutcome;
use codes::Library;
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use super::{Verdict, number, word};

const DAY: Date = date(2026, 3, 4);

pub fn answer(vector: &Value, library: &Library) -> Result<Verdict> {
    let input = vector.get("input").unwrap_or(&Value::Null);
    let lines = lines(input, library);
    let expected = vector.get("expected_modifiers").and_then(Value::as_object).cloned().unwrap_or_default();
    let forbidden: Vec<&str> =
        vector.get("forbidden").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let given = |modifier: &&&str| {
        lines.iter().filter(|(line, _)| *line != "deny").flat_map(|(_, list)| list.iter()).any(|m| m == **modifier)
    };
    let wrong: Vec<&&str> = forbidden.iter().filter(given).collect();
    let is_same = |(line, wanted): (&String, &Value)| {
        let own = lines.iter().find(|(name, _)| name == line).map(|(_, list)| json!(list));
        own.unwrap_or_else(|| json!([])) == *wanted
    };
    let pass = expected.iter().all(is_same) && wrong.is_empty();
    let mut got = Map::new();
    let shown: Map<String, Value> = lines.iter().map(|(line, list)| (line.clone(), json!(list))).collect();
    got.insert("expected_modifiers".to_owned(), Value::Object(shown));
    if vector.get("forbidden").is_some() {
        got.insert("forbidden".to_owned(), json!(wrong));
    }
    Ok(Verdict { got, pass })
}

/// The lines of an input with their modifiers; those denied stand under `deny`.
fn lines(input: &Value, library: &Library) -> Vec<(String, Vec<String>)> {
    let flag = |key: &str| input.get(key).and_then(Value::as_bool).unwrap_or_default();
    let list = |key: &str| -> Vec<&str> {
        input.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let facts = facts(input, library);
    let supported = |code: &str| -> Vec<String> {
        coder::line_modifiers(code, &facts, DAY).into_iter().map(str::to_owned).collect()
    };
    if let [_, second] = list("pair").as_slice() {
        let indicator = u8::try_from(number(input.get("ncci_indicator"))).unwrap_or(0);
        return match coder::pair_outcome(indicator, second, &facts, DAY) {
            PairOutcome::NoEdit => Vec::new(),
            PairOutcome::Denied => vec![("deny".to_owned(), vec![(*second).to_owned()])],
            PairOutcome::Distinct(modifier) => vec![((*second).to_owned(), vec![modifier.to_owned()])],
        };
    }
    let code = word(input.get("code"));
    let sides = list("sides");
    if !sides.is_empty() {
        let bilateral = u8::try_from(number(input.get("bilat_indicator"))).unwrap_or(0);
        let by_side = coder::lines_by_side(bilateral, &sides);
        return numbered(code, by_side.into_iter().map(|m| m.into_iter().map(str::to_owned).collect()).collect());
    }
    if let Some(modifier) = coder::digit_modifier(word(input.get("digit"))) {
        return vec![(code.to_owned(), vec![modifier.to_owned()])];
    }
    if flag("single_dose_vial") && number(input.get("discarded_units")) > 0 {
        return numbered(code, vec![Vec::new(), vec!["JW".to_owned()]]);
    }
    if !code.is_empty() {
        return vec![(code.to_owned(), supported(code))];
    }
    list("lines").into_iter().map(|code| (code.to_owned(), supported(code))).collect()
}

/// The second line of one code is `CODE#2`.
fn numbered(code: &str, lines: Vec<Vec<String>>) -> Vec<(String, Vec<String>)> {
    let name = |at: usize| if at == 0 { code.to_owned() } else { format!("{code}#{}", at + 1) };
    lines.into_iter().enumerate().map(|(at, modifiers)| (name(at), modifiers)).collect()
}

/// The facts of an input by the names of the rules.
fn facts(input: &Value, library: &Library) -> Vec<&'static str> {
    let flag = |key: &str| input.get(key).and_then(Value::as_bool).unwrap_or_default();
    let is_medicare = word(input.get("payer")) == "medicare";
    let is_related = input.get("related").and_then(Value::as_bool).unwrap_or(false);
    let is_in_global = input.get("in_global_period_of").is_some() && !is_related;
    let facts = [
        ("decision-for-major-surgery", flag("em_decision_for_surgery") && flag("same_or_day_before")),
        ("unrelated-in-global", is_in_global),
        ("left", is_in_global && flag("other_eye")),
        ("distinct-site", flag("distinct_site")),
        ("distinct-practitioner", flag("separate_practitioner")),
        ("distinct-unusual", flag("unusual_nonoverlapping")),
        ("professional-part", word(input.get("component")) == "professional"),
        ("technical-part", word(input.get("component")) == "technical"),
        ("repeated-by-same", flag("repeat_same_physician")),
        ("repeated-by-other", flag("repeat_other_physician")),
        ("repeated-laboratory", flag("repeat_lab_same_day")),
        (
            "assistant-not-physician",
            word(input.get("role")).starts_with("assistant P") && number(input.get("assist_indicator")) == 2,
        ),
        ("nothing-discarded", flag("single_dose_vial") && number(input.get("discarded_units")) == 0),
        ("video", word(input.get("telehealth")) == "audio-video" && !is_medicare),
        ("audio-only", word(input.get("telehealth")) == "audio-only"),
        ("preventive", flag("preventive") && !is_medicare),
        ("screening-turned-treatment", flag("screening_turned_therapeutic") && is_medicare),
        ("shared-visit", flag("split_shared") && flag("facility")),
        ("teaching-physician", flag("resident_involved") && flag("teaching_physician_present")),
        ("active-chiropractic", flag("active_treatment") && is_medicare),
        ("physical-therapy", word(input.get("discipline")) == "PT"),
        ("occupational-therapy", word(input.get("discipline")) == "OT"),
        ("speech-therapy", word(input.get("discipline")) == "SLP"),
        ("above-threshold", flag("medically_necessary") && is_above(input, library)),
    ];
    facts.into_iter().filter(|(_, holds)| *holds).map(|(fact, _)| fact).collect()
}

/// True when the year's therapy has passed the threshold of the library's rates (SSA 1833(g)).
fn is_above(input: &Value, library: &Library) -> bool {
    let year = i16::try_from(number(input.get("year"))).unwrap_or(0);
    let Ok(day) = Date::new(year, 6, 30) else { return false };
    let Some(rate) = library.rate("therapy-threshold-pt-slp", day) else { return false };
    let cents = input.get("ytd_pt_slp").and_then(Value::as_number).map(ToString::to_string).and_then(|text| {
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").get(..2)?.parse().ok()?)
    });
    cents.is_some_and(|cents| cents > rate.value)
}
