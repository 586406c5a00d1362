//! Visits by strangers: what is addressed, reviewed and decided in whatever way it is told, and papers that tell of none.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use claim::{NoteKind, PlaceOfService};
use common::{code_with, medicare, services, visit};

fn of(text: &str) -> Vec<String> {
    services(&code_with(text, NoteKind::Progress, &visit()))
}

fn at(place: &str, text: &str) -> Vec<String> {
    let mut there = visit();
    there.place_of_service = PlaceOfService::new(place).unwrap();
    services(&code_with(text, NoteKind::Progress, &there))
}

#[test]
fn each_problem_has_its_own_state() {
    let with = |assessment: &str| of(&format!("HPI: follow up.\nAssessment:\n{assessment}"));
    assert_eq!(with("1. Hypertension, at goal. Continue lisinopril."), ["99213"]);
    assert_eq!(with("1. Hypertension, above target. Lisinopril up to 20 mg."), ["99214"]);
    assert_eq!(with("1. Hypertension, not worse. Continue lisinopril."), ["99213"]);
    assert_eq!(
        with("1. Hypertension, at goal, same dose of lisinopril.\n2. Gout, quiescent on allopurinol."),
        ["99214"]
    );
}

#[test]
fn stopping_a_drug_manages_it_and_a_drug_from_the_shelf_does_not() {
    let with = |plan: &str| of(&format!("HPI: cough.\nAssessment: Acute bronchitis\nPlan: {plan}. CXR and CBC today."));
    assert_eq!(with("Stop lisinopril"), ["99213"]);
    let unsure =
        |plan: &str| of(&format!("HPI: new weight loss.\nAssessment: Unintentional weight loss\nPlan: {plan}"));
    assert_eq!(unsure("stop metformin"), ["99214"]);
    assert_eq!(unsure("terbinafine cream OTC for the feet"), ["99213"]);
    assert_eq!(unsure("no longer takes metformin, lisinopril or sertraline"), ["99212"]);
}

#[test]
fn sent_now_is_not_sent_in_some_case() {
    let with = |plan: &str| {
        of(&format!("HPI: pain since noon.\nAssessment: Acute appendicitis with perforation\nPlan: {plan}"))
    };
    assert_eq!(with("sent to the ED by ambulance, surgeon called"), ["99215"]);
    assert_ne!(with("transfer to the ED if pain grows"), ["99215"]);
}

#[test]
fn data_are_counted_by_test_and_by_source() {
    let with = |data: &str| of(&format!("HPI: new weight loss.\nAssessment: Unintentional weight loss\nPlan: {data}"));
    assert_eq!(with("CBC, CMP and TSH ordered"), ["99214"]);
    assert_eq!(with("potassium, creatinine, BMP ordered"), ["99212"]);
    assert_eq!(with("no CBC, CMP or TSH for now"), ["99212"]);
    assert_eq!(with("daughter gives the history; CBC and the hospital discharge summary reviewed"), ["99214"]);
}

#[test]
fn total_time_in_figures_or_in_words() {
    let with = |time: &str| {
        of(&format!("HPI: follow up.\nAssessment: Hypertension, stable\nPlan: continue lisinopril\n{time}"))
    };
    assert_eq!(with("I spent forty-two minutes on her care today."), ["99215"]);
    assert_eq!(with("Total time by me 31 min, not counting 7 minutes of tobacco counseling."), ["99214-25", "99406"]);
    assert_eq!(with("Time in all: 1 hour 5 min today, all mine."), ["99215", "99417"]);
    assert_eq!(with("The nurse spent 45 minutes teaching."), ["99213"]);
    assert_eq!(with("Walks 45 minutes daily."), ["99213"]);
}

#[test]
fn papers_of_a_procedure_or_of_the_staff_tell_of_no_visit() {
    let procedure = "PROCEDURE ROOM\nDx: chronic low back pain\nConsent. Prone, prepped and draped. Local lidocaine, 25 gauge needle under fluoroscopy. Tolerated, no complications.";
    assert!(of(procedure).is_empty());
    let staff = "Injection clinic\nB12 deficiency. Provider seen: none. BP 120/70.";
    assert!(!of(staff).iter().any(|line| line.starts_with("992")));
    let planned = "HPI: anemia follow up, tired.\nAssessment: Iron deficiency anemia, worse\nPlan: refer to the infusion center for iron; stop oral iron, start folate.";
    assert!(of(planned).iter().any(|line| line.starts_with("9921")));
}

#[test]
fn places_and_days_of_a_stay() {
    let leaving = "Discharge note\nHip fracture, healing. Home tomorrow.\nTime for discharge today: 35 min.";
    assert_eq!(at("31", leaving), ["99316"]);
    assert_eq!(at("31", &leaving.replace("35", "25")), ["99315"]);
    let day = "MEDICINE DAILY NOTE\nAdmitted Monday.\nAssessment: Pneumonia, improving\nPlan: continue ceftriaxone";
    assert!(at("21", day).iter().all(|line| line.starts_with("9923")));
    let first = "HISTORY AND PHYSICAL\nHPI: cough and fever.\nAssessment: Pneumonia\nPlan: ceftriaxone";
    assert!(at("21", first).iter().all(|line| line.starts_with("9922")));
}

#[test]
fn care_of_a_month_and_continuing_care() {
    let log = "Chronic care management log, June\nHypertension, diabetes.\n6/2 RN call 12 min\n6/9 refills 14 min\n6/20 RN call 16 min";
    assert_eq!(medicare(log), ["99490", "99439"]);
    assert!(medicare(&log.replace("16 min", "1 min").replace("12 min", "2 min")).is_empty());
    let visit = "HPI: follow up. I have been her primary care physician since 2010 and coordinate all of her ongoing care.\nAssessment: Hypertension, stable\nPlan: continue lisinopril";
    assert_eq!(medicare(visit), ["99213", "G2211"]);
    assert_eq!(of(visit), ["99213"]);
}

#[test]
fn a_referral_for_talks_is_no_talk() {
    let note = "HPI: anxious.\nAssessment: Generalized anxiety disorder, stable\nPlan: continue sertraline, psychologist for CBT. Total time 25 minutes.";
    assert_eq!(of(note), ["99213"]);
}
