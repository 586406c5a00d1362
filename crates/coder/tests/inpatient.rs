//! Invented notes of hospital stays: principal diagnosis, order, present on admission, procedures, working DRG.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use claim::{Coding, Inpatient, NoteKind, Setting, Sex};
use coder::Visit;
use common::{code_with, visit};
use jiff::civil::date;

fn stay() -> Visit {
    Visit {
        served_on: date(2026, 5, 20),
        setting: Setting::Inpatient,
        patient_born_on: Some(date(1946, 2, 3)),
        ..visit()
    }
}

fn code(text: &str) -> Coding {
    code_with(text, NoteKind::Progress, &stay())
}

fn view(text: &str) -> Inpatient {
    code(text).inpatient.unwrap()
}

/// `CODE:POA` in order.
fn diagnoses(view: &Inpatient) -> String {
    let shown = view.diagnoses.iter().map(|d| format!("{}:{}", d.code, d.poa));
    shown.collect::<Vec<_>>().join(" ")
}

fn procedures(view: &Inpatient) -> String {
    let shown = view.procedures.iter().map(|p| p.code.clone().unwrap_or_else(|| format!("({})", p.label)));
    shown.collect::<Vec<_>>().join(" ")
}

fn drg(view: &Inpatient) -> &str {
    view.drg.as_ref().map_or("", |drg| drg.number.as_str())
}

/// The note, its diagnoses with their indicators, its procedures, its DRG.
const GOLD: [(&str, &str, &str, &str, &str); 5] = [
    (
        "heart failure",
        include_str!("inpatient/heart_failure.txt"),
        "I110:Y I5023:Y J9601:Y N179:N J449:Y E119:Y",
        "",
        "291",
    ),
    ("appendicitis", include_str!("inpatient/appendicitis.txt"), "K3530:Y", "0DTJ4ZZ", "399"),
    ("hip", include_str!("inpatient/hip.txt"), "S72002A:Y D62:N I4891:Y W19XXXA:", "0SRS0J9 30233N1", "522"),
    ("uncertain", include_str!("inpatient/uncertain.txt"), "J690:Y R410:U", "", "179"),
    ("sepsis", include_str!("inpatient/sepsis.txt"), "A4151:Y N390:U J9600:U", "02HV33Z 0BH17EZ 5A1945Z", "871"),
];

#[test]
fn notes_are_coded_as_their_gold_says() {
    let mut wrong = Vec::new();
    for (name, text, expected, operations, number) in GOLD {
        let view = view(text);
        let got = (diagnoses(&view), procedures(&view), drg(&view).to_owned());
        let gold = (expected.to_owned(), operations.to_owned(), number.to_owned());
        if got != gold {
            wrong.push(format!("{name}: {got:?}, gold {gold:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_stay_has_the_view() {
    let outpatient = Visit { setting: Setting::Outpatient, ..stay() };
    assert!(code_with(GOLD[0].1, NoteKind::Progress, &outpatient).inpatient.is_none());
}

#[test]
fn the_words_that_decide_are_words_of_the_note() {
    for (name, text, ..) in GOLD {
        let view = view(text);
        let of_axes =
            view.procedures.iter().flat_map(|p| p.evidence.iter().chain(p.axes.iter().flat_map(|a| &a.evidence)));
        for evidence in view.diagnoses.iter().flat_map(|d| &d.poa_evidence).chain(of_axes) {
            assert_eq!(text.get(evidence.start..evidence.end), Some(evidence.text.as_str()), "{name}");
        }
    }
}

#[test]
fn a_symptom_gives_way_to_the_disease_behind_it() {
    let text = "Reason for admission: Chest pain.\n\nDischarge diagnoses:\n1. Non-ST elevation myocardial infarction\n";
    assert!(diagnoses(&view(text)).starts_with("I214:Y"));
}

#[test]
fn sepsis_leads_when_it_was_there_on_admission_and_not_when_it_came_later() {
    let note = |words: &str| {
        format!(
            "Principal diagnosis: Urinary tract infection.\n\nHospital Course: {words}\n\nDischarge diagnoses:\n1. Urinary tract infection\n2. Sepsis due to Escherichia coli\n"
        )
    };
    let early = view(&note("Sepsis due to Escherichia coli was present on admission."));
    assert_eq!(diagnoses(&early), "A4151:Y N390:U");
    let late = view(&note("Sepsis due to Escherichia coli developed on hospital day 4."));
    assert_eq!(diagnoses(&late), "N390:Y A4151:N");
}

#[test]
fn what_is_uncertain_at_discharge_is_coded_with_its_rule() {
    let coding = code(GOLD[3].1);
    let pneumonia = coding.suggestions.iter().find(|s| s.code.code() == "J690").unwrap();
    assert!(pneumonia.rules.iter().any(|rule| rule.id == "DX18"));
    assert!(pneumonia.evidence.iter().any(|e| e.text.eq_ignore_ascii_case("probable")));
}

#[test]
fn an_unknown_admission_asks_without_leading() {
    let coding = code(GOLD[3].1);
    let prompt = coding.prompts.iter().find(|p| p.id == "present-on-admission").unwrap();
    assert_eq!(prompt.code.as_deref(), Some("R410"));
    assert!(!prompt.question.to_lowercase().contains("drg"));
}

#[test]
fn each_axis_has_its_words_and_a_missing_one_is_asked_for() {
    let text = "Procedure performed: Laparoscopic appendectomy.";
    let view = view(text);
    let approach = view.procedures[0].axes.iter().find(|axis| axis.name == "approach").unwrap();
    assert_eq!((approach.value, approach.evidence[0].text.as_str()), (Some('4'), "Laparoscopic"));
    let coding = code("Procedure performed: Appendectomy.");
    let view = coding.inpatient.unwrap();
    assert_eq!(view.procedures[0].code, None);
    assert!(coding.prompts.iter().any(|p| p.id == "procedure-axis" && p.text.contains("approach")));
}

#[test]
fn what_was_done_before_or_not_at_all_is_no_procedure() {
    for text in [
        "Past Surgical History: Laparoscopic appendectomy.\n\nDischarge diagnosis: Pneumonia.",
        "Hospital Course: No laparoscopic appendectomy was needed.\n\nDischarge diagnosis: Pneumonia.",
        "Hospital Course: Laparoscopic appendectomy ten years ago.\n\nDischarge diagnosis: Pneumonia.",
    ] {
        assert_eq!(procedures(&view(text)), "", "{text}");
    }
}

#[test]
fn an_ulcer_of_the_stay_has_no_weight() {
    let note = |words: &str| {
        format!(
            "Principal diagnosis: Pneumonia.\n\nHospital Course: Stage 3 pressure ulcer of sacral region {words}.\n"
        )
    };
    let early = view(&note("was present on admission"));
    let late = view(&note("developed during this admission"));
    assert_eq!((drg(&early), drg(&late)), ("193", "195"));
    assert!(late.diagnoses.iter().any(|d| d.weight.contains("hospital-acquired")));
}

/// The order is decided by words: turning them round turns the order round, whatever the DRG weighs.
#[test]
fn the_order_is_blind_to_the_drg() {
    let note = |first: &str, second: &str| format!("Principal diagnosis: {first}.\nSecondary diagnoses: {second}.\n");
    let heavy = view(&note("Acute respiratory failure with hypoxia", "Pneumonia"));
    let light = view(&note("Pneumonia", "Acute respiratory failure with hypoxia"));
    assert_eq!((diagnoses(&heavy).as_str(), drg(&heavy)), ("J9601:Y J189:U", "189"));
    assert_eq!((diagnoses(&light).as_str(), drg(&light)), ("J189:Y J9601:U", "193"));
}

#[test]
fn how_the_patient_left_is_read() {
    let text = "Principal diagnosis: Acute non-ST elevation myocardial infarction.\n\nHospital Course: The patient expired on day 2.";
    let man = Visit { patient_sex: Sex::Male, ..stay() };
    let view = code_with(text, NoteKind::Progress, &man).inpatient.unwrap();
    assert_eq!(drg(&view), "285");
}
