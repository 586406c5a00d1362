//! Stays whose DRG follows from the published definitions.

#![allow(clippy::expect_used)]

use claim::Sex;
use drg::{Effect, Grouped, Level, Poa, Stay, StayDiagnosis};
use jiff::civil::{Date, date};

const IN_FORCE: Date = date(2026, 5, 2);

struct Case<'a> {
    diagnoses: &'a [(&'a str, &'a str)],
    procedures: &'a [&'a str],
    sex: Sex,
    status: &'a str,
}

impl Case<'_> {
    fn of<'a>(diagnoses: &'a [(&'a str, &'a str)], procedures: &'a [&'a str]) -> Case<'a> {
        Case { diagnoses, procedures, sex: Sex::Female, status: "01" }
    }

    fn group(&self) -> Grouped {
        let diagnosis = |(code, poa): &(&str, &str)| StayDiagnosis {
            code: (*code).to_owned(),
            poa: Poa::of(poa).expect("an indicator"),
        };
        let stay = Stay {
            diagnoses: self.diagnoses.iter().map(diagnosis).collect(),
            procedures: self.procedures.iter().map(|code| (*code).to_owned()).collect(),
            sex: self.sex,
            discharge_status: self.status.to_owned(),
        };
        drg::on(IN_FORCE).expect("shipped definitions are read").definitions.group(&stay)
    }
}

fn drg(diagnoses: &[(&str, &str)], procedures: &[&str]) -> String {
    Case::of(diagnoses, procedures).group().drg
}

#[test]
fn complications_split_a_medical_drg() {
    assert_eq!(drg(&[("J18.9", "Y")], &[]), "195");
    assert_eq!(drg(&[("J18.9", "Y"), ("J44.1", "Y")], &[]), "194");
    assert_eq!(drg(&[("J18.9", "Y"), ("J96.01", "Y")], &[]), "193");
    assert_eq!(drg(&[("A41.9", "Y"), ("J96.01", "Y")], &[]), "871");
    assert_eq!(drg(&[("A41.9", "Y"), ("R65.20", "Y")], &[]), "872", "sepsis takes the weight of severe sepsis");
    assert_eq!(drg(&[("A41.9", "Y")], &["5A1955Z"]), "870");
}

#[test]
fn operations_decide_before_diagnoses() {
    assert_eq!(drg(&[("K35.80", "Y")], &["0DTJ4ZZ"]), "399");
    assert_eq!(drg(&[("M17.11", "Y")], &["0SRC0J9"]), "470");
    assert_eq!(drg(&[("J96.01", "Y")], &["0B110F4", "5A1955Z"]), "004");
    assert_eq!(drg(&[("I42.0", "Y")], &["02YA0Z0"]), "002");
    assert_eq!(drg(&[("J18.9", "Y")], &["0SRC0J9"]), "983", "an operation unrelated to the principal diagnosis");
}

#[test]
fn births_and_newborns_have_their_own_rules() {
    assert_eq!(drg(&[("O80", "Y"), ("Z37.0", "")], &["10E0XZZ"]), "807");
    assert_eq!(drg(&[("O80", "Y"), ("Z37.0", "")], &["10E0XZZ", "0UL70ZZ"]), "798");
    assert_eq!(drg(&[("Z38.00", "Y")], &[]), "795");
    let transferred = Case { status: "02", ..Case::of(&[("Z38.00", "Y")], &[]) };
    assert_eq!(transferred.group().drg, "789");
}

#[test]
fn how_the_patient_left_matters() {
    let infarction = [("I21.4", "Y")];
    assert_eq!(drg(&infarction, &[]), "282");
    assert_eq!(Case { status: "20", ..Case::of(&infarction, &[]) }.group().drg, "285");
    let arrest = [("J18.9", "Y"), ("I46.9", "N")];
    assert_eq!(drg(&arrest, &[]), "193");
    let died = Case { status: "20", ..Case::of(&arrest, &[]) }.group();
    assert_eq!(died.drg, "195");
    assert_eq!(died.complications.first().map(|c| &c.effect), Some(&Effect::Died));
}

#[test]
fn an_ulcer_not_present_on_admission_loses_its_weight() {
    assert_eq!(drg(&[("J18.9", "Y"), ("L89.154", "Y")], &[]), "193");
    assert_eq!(drg(&[("J18.9", "Y"), ("L89.154", "W")], &[]), "193");
    for poa in ["N", "U"] {
        let grouped = Case::of(&[("J18.9", "Y"), ("L89.154", poa)], &[]).group();
        assert_eq!(grouped.drg, "195");
        let effect = grouped.complications.first().map(|c| c.effect.clone());
        let label = "pressure ulcer of stage 3 or 4".to_owned();
        assert_eq!(effect, Some(Effect::HospitalAcquired { category: "04".to_owned(), label }));
    }
}

#[test]
fn a_clot_is_hospital_acquired_only_after_a_new_joint() {
    let clot = [("M17.11", "Y"), ("I82.401", "N")];
    assert_eq!(drg(&[("J18.9", "Y"), ("I82.401", "N")], &[]), "194");
    let effect = Case::of(&clot, &["0SRC0J9"]).group().complications.first().map(|c| c.effect.clone());
    assert!(matches!(effect, Some(Effect::HospitalAcquired { .. })), "{effect:?}");
}

#[test]
fn a_principal_diagnosis_takes_the_weight_of_its_own_kind() {
    let grouped = Case::of(&[("I50.23", "Y"), ("I50.33", "Y")], &[]).group();
    assert_eq!(grouped.drg, "293");
    let principal = "I50.23".to_owned();
    assert_eq!(
        grouped.complications.first().map(|c| c.effect.clone()),
        Some(Effect::ExcludedByPrincipal { principal })
    );
}

#[test]
fn each_complication_says_what_the_drg_is_without_it() {
    let grouped = Case::of(&[("J18.9", "Y"), ("J96.01", "Y"), ("E87.1", "Y")], &[]).group();
    assert_eq!(grouped.gravest, Some(Level::Mcc));
    let without: Vec<_> = grouped.complications.iter().map(|c| (&*c.code, c.drg_without.as_deref())).collect();
    assert_eq!(without, [("J96.01", Some("194")), ("E87.1", None)]);
}

#[test]
fn steps_name_the_codes_that_decided() {
    let grouped = Case::of(&[("K35.80", "Y"), ("E87.1", "Y")], &["0DTJ4ZZ"]).group();
    let steps: Vec<_> = grouped.steps.iter().map(|s| (s.step, s.codes.join(" "))).collect();
    let expected = [("category", "K35.80"), ("partition", "0DTJ4ZZ"), ("drg", "0DTJ4ZZ"), ("severity", "E87.1")];
    assert_eq!(steps, expected.map(|(step, codes)| (step, codes.to_owned())));
}

#[test]
fn significant_trauma_of_two_places_is_a_category_of_its_own() {
    let grouped = Case::of(&[("S06.5X0A", "Y"), ("S27.0XXA", "Y")], &[]).group();
    assert_eq!((grouped.mdc.as_str(), grouped.drg.as_str()), ("24", "965"));
}

#[test]
fn hiv_is_a_category_of_its_own() {
    assert_eq!(drg(&[("B20", "Y"), ("B59", "Y")], &[]), "976", "what makes the DRG is no complication of it");
    assert_eq!(drg(&[("B20", "Y"), ("B59", "Y"), ("I26.99", "Y")], &[]), "974");
    assert_eq!(drg(&[("B20", "Y")], &[]), "977");
}

#[test]
fn what_cannot_be_grouped_says_why() {
    assert_eq!(drg(&[("W19.XXXA", "Y")], &[]), "998");
    assert_eq!(drg(&[("Q99.ZZ", "Y")], &[]), "999");
    assert_eq!(drg(&[], &[]), "999");
    let man = Case { sex: Sex::Male, ..Case::of(&[("N80.00", "Y")], &[]) }.group();
    assert_eq!(man.drg, "999");
    assert!(man.steps.first().is_some_and(|step| step.text.contains("sex")));
}

#[test]
fn the_discharge_date_chooses_the_version() {
    let version = |day| drg::on(day).map(|found| (found.version.name, found.is_stale));
    assert_eq!(version(date(2025, 9, 30)), Ok(("42.1", false)));
    assert_eq!(version(date(2025, 10, 1)), Ok(("43", false)));
    assert_eq!(version(date(2026, 12, 1)), Ok(("43.1", true)));
    let has = |day, number| drg::on(day).expect("read").definitions.drg(number).is_some();
    assert!(!has(date(2025, 9, 30), "209") && has(date(2025, 10, 1), "209"));
    assert!(has(date(2025, 9, 30), "294") && !has(date(2025, 10, 1), "294"));
}
