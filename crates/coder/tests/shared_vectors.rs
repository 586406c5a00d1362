//! Rule vectors of the shared material; skipped, saying so, when it is absent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;

use claim::{NoteKind, Setting};
use coder::{Complexity, DataElements, ProblemElements, Regime, VisitFamily};
use jiff::civil::{Date, date};
use serde_json::Value;

const DAY: Date = date(2026, 3, 4);

fn vectors(kind: &str) -> Vec<Value> {
    let Some(shared) = common::shared() else { return Vec::new() };
    let text = std::fs::read_to_string(shared.join(format!("notes/vectors/{kind}.json"))).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    all["vectors"].as_array().unwrap().clone()
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap_or(0)).unwrap()
}

/// Runs every vector of a kind and demands at least a share of passes (in percent).
fn run(kind: &str, at_least: usize, passes: impl Fn(&Value) -> bool) {
    let all = vectors(kind);
    let failed: Vec<&str> = all.iter().filter(|v| !passes(v)).map(|v| v["id"].as_str().unwrap()).collect();
    println!("{kind}: {} of {} pass; failing {failed:?}", all.len() - failed.len(), all.len());
    assert!((all.len() - failed.len()) * 100 >= at_least * all.len(), "{kind}: {failed:?}");
}

#[test]
fn visits_by_time() {
    run("em_time", 100, |v| {
        let family = VisitFamily::from_word(v["input"]["category"].as_str().unwrap()).unwrap();
        coder::em_level_from_time(family, number(&v["input"]["total_minutes"]), DAY) == v["expected"].as_str()
    });
}

#[test]
fn visits_by_decision_making() {
    run("em_mdm_2of3", 100, |v| {
        let level = |key: &str| Complexity::from_word(v["input"][key].as_str().unwrap()).unwrap();
        let family = VisitFamily::from_word(v["input"]["category"].as_str().unwrap()).unwrap();
        let complexity = coder::mdm(level("problems"), level("data"), level("risk"));
        complexity.word() == v["expected_mdm"]
            && coder::em_level_from_mdm(family, complexity, DAY) == v["expected"].as_str()
    });
}

#[test]
fn elements_of_decision_making() {
    run("em_mdm_elements", 75, |v| {
        let input = &v["input"];
        let expected = v["expected"].as_str().unwrap();
        match v["element"].as_str().unwrap() {
            "problems" => {
                let elements = ProblemElements {
                    self_limited: number(&input["self_limited"]),
                    acute_uncomplicated: number(&input["acute_uncomplicated"]),
                    stable_chronic: number(&input["stable_chronic"]),
                    worsening_chronic: number(&input["chronic_exacerbation"]),
                    uncertain_prognosis: number(&input["undiagnosed_new_uncertain_prognosis"]),
                    systemic: number(&input["acute_systemic_symptoms"]),
                    complicated_injury: number(&input["acute_complicated_injury"]),
                    severe_exacerbation: number(&input["chronic_severe_exacerbation"]),
                    threat: number(&input["threat_to_life_or_function"]),
                };
                coder::problem_level(&elements).word() == expected
            }
            "data" => {
                let elements = DataElements {
                    tests_ordered: number(&input["tests_ordered"]),
                    tests_reviewed: number(&input["tests_reviewed"]),
                    external_notes: number(&input["external_notes_reviewed"]),
                    independent_historian: number(&input["independent_historian"]) > 0,
                    independent_interpretation: number(&input["independent_interpretation"]) > 0,
                    external_discussion: number(&input["discussion_external"]) > 0,
                };
                expected.starts_with(coder::data_level(&elements).word())
            }
            _ => {
                coder::risk_level(input.as_array().unwrap().iter().map(|f| f.as_str().unwrap())).word()
                    == expected.replace("minimal", "straightforward")
            }
        }
    });
}

#[test]
fn prolonged_services() {
    run("prolonged", 100, |v| {
        let regime = if v["payer"] == "medicare" { Regime::Medicare } else { Regime::Cpt };
        let got =
            coder::prolonged_units(regime, v["input"]["base"].as_str().unwrap(), number(&v["input"]["minutes"]), DAY);
        let expected =
            v["expected"].as_object().unwrap().iter().next().map(|(code, units)| (code.as_str(), number(units)));
        got == expected
    });
}

#[test]
fn therapy_by_the_eight_minute_rule() {
    run("timed_units_cms8", 100, |v| {
        let input: Vec<(String, u32)> =
            v["input"].as_object().unwrap().iter().map(|(c, m)| (c.clone(), number(m))).collect();
        let minutes: Vec<u32> = input.iter().map(|(_, m)| *m).collect();
        let got: BTreeMap<&str, u32> =
            input.iter().map(|(c, _)| c.as_str()).zip(coder::therapy_units_cms8(&minutes)).collect();
        let is = |expected: &Value| {
            expected.as_object().unwrap().iter().all(|(code, units)| got.get(code.as_str()) == Some(&number(units)))
        };
        is(&v["expected_units"]) || v["also_acceptable"].as_array().is_some_and(|others| others.iter().any(is))
    });
}

#[test]
fn therapy_by_the_midpoint_rule() {
    run("timed_units_ama_midpoint", 100, |v| {
        v["input"].as_object().unwrap().iter().all(|(code, minutes)| {
            coder::therapy_units_midpoint(&[number(minutes)]) == [number(&v["expected_units"][code])]
        })
    });
}

#[test]
fn anesthesia_time() {
    run("anesthesia_units", 100, |v| {
        let tenths = (v["expected_time_units"].as_f64().unwrap() * 10.0).round() as u32;
        coder::anesthesia_units(number(&v["input"]["minutes"])) == tenths
    });
}

#[test]
fn other_services_by_time() {
    run("time_based_other", 100, |v| {
        let got =
            coder::timed_service_units(v["input"]["family"].as_str().unwrap(), number(&v["input"]["minutes"]), DAY);
        match &v["expected"] {
            Value::Null => got.is_empty(),
            Value::String(code) => got == [(code.as_str(), 1)],
            expected => {
                let expected: Vec<(String, u32)> =
                    expected.as_object().unwrap().iter().map(|(c, u)| (c.clone(), number(u))).collect();
                let mut got: Vec<(String, u32)> = got.iter().map(|(c, u)| ((*c).to_owned(), *u)).collect();
                got.sort();
                got == expected
            }
        }
    });
}

#[test]
fn guideline_cases() {
    run("icd10cm_guideline_rules", 60, |v| {
        let mut visit = common::visit();
        visit.setting = if v["setting"] == "inpatient" { Setting::Inpatient } else { Setting::Outpatient };
        let got = common::diagnoses(&common::code_with(v["text"].as_str().unwrap(), NoteKind::Progress, &visit));
        let bare = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .map(|list| list.iter().map(|c| c.as_str().unwrap().replace('.', "")).collect())
                .unwrap_or_default()
        };
        let expected = bare(&v["expected"]);
        let positions: Vec<Option<usize>> = expected.iter().map(|c| got.iter().position(|g| g == c)).collect();
        let has_all = positions.iter().all(Option::is_some);
        let in_order = v["ordered"] != true || positions.is_sorted();
        let any = bare(&v["any_of"]);
        let has_any = any.is_empty() || any.iter().any(|c| got.contains(c));
        let forbidden = bare(&v["must_not"]);
        let has_forbidden = forbidden.iter().any(|c| match c.split_once('+') {
            Some((a, b)) => got.iter().any(|g| g == a) && got.iter().any(|g| g == b),
            None => got.contains(c),
        });
        let ok = has_all && in_order && has_any && !has_forbidden;
        if !ok {
            println!("  {} {:?}: got {got:?}, expected {expected:?} any {any:?} not {forbidden:?}", v["id"], v["text"]);
        }
        ok
    });
}
