//! Services told in tables, by the clock, by count and by the line; each with a note that must not give them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use claim::{NoteKind, PlaceOfService};
use common::{code, code_with, diagnoses, medicare, services, visit};

fn of(text: &str) -> Vec<String> {
    services(&code(text))
}

fn at(place: &str, text: &str) -> Vec<String> {
    let mut visit = visit();
    visit.place_of_service = PlaceOfService::new(place).unwrap();
    services(&code_with(text, NoteKind::Progress, &visit))
}

fn bills(lines: &[String], line: &str) -> bool {
    lines.iter().any(|l| l == line)
}

#[test]
fn one_giving_into_a_vein_is_the_first() {
    // Chemotherapy leads, then its further hours, a second drug after it and each push.
    let record = "Infusion record, no provider visit.\nColon cancer.\n\
                  0830 palonosetron 0.25 mg IV push\n0900-1100 oxaliplatin 85 mg/m2 150 mg IVPB\n1105-1150 irinotecan 300 mg IVPB\n";
    let lines = of(record);
    for line in ["96413", "96415", "96417", "96375", "J2469 x10", "J9263 x300", "J9206 x15"] {
        assert!(bills(&lines, line), "{line}: {lines:?}");
    }
    // A push leads where nothing is infused but fluid.
    let fluid =
        "Treatment room. Vomiting with dehydration.\nOndansetron 8 mg IV push at 0910. NS 1000 mL IV 0915-1030.";
    let lines = of(fluid);
    for line in ["96374", "96361", "J2405 x8", "J7030"] {
        assert!(bills(&lines, line), "{line}: {lines:?}");
    }
    // Half an hour of fluid is none; what is swallowed is given into no vein.
    let short = of("Treatment room. Dehydration.\nNS 500 mL IV 0915-0940. Ondansetron 8 mg ODT.");
    assert!(!short.iter().any(|l| l.starts_with("963")), "{short:?}");
}

#[test]
fn the_fluid_that_carries_a_drug_is_no_hydration() {
    let lines = medicare(
        "Infusion suite. Rheumatoid arthritis.\nInfliximab 400 mg in 250 mL NS IV, start 0915, stop 1130. No waste.",
    );
    assert_eq!(lines, ["J1745-JZ x40", "96413", "96415"]);
}

#[test]
fn wounds_of_a_table_are_added_by_class_and_site() {
    let note = "Cut by glass.\n| site | length | closure |\n| right thigh | 3.0 cm | layered, 3-0 Vicryl and nylon |\n\
                | left calf | 5.0 cm | layered, 3-0 Vicryl and nylon |\n| chin | 2.0 cm | 6-0 nylon, single layer |\n";
    let lines = of(note);
    assert!(bills(&lines, "12034") && bills(&lines, "12011-59"), "{lines:?}");
}

#[test]
fn foot_care_tells_its_class_findings() {
    let note = |finding: &str| {
        medicare(&format!(
            "Type 2 diabetes.\n{finding}\nEight mycotic nails debrided. Three calluses pared with a blade, left foot."
        ))
    };
    let two = note("Dorsalis pedis pulses absent. Posterior tibial pulses absent.");
    assert!(bills(&two, "11056-Q8") && bills(&two, "11721-59-Q8"), "{two:?}");
    let none = note("Pulses full.");
    assert!(bills(&none, "11056") && bills(&none, "11721-59"), "{none:?}");
}

#[test]
fn shaved_lesions_and_biopsies_are_told_apart_and_counted() {
    assert!(bills(&of("Raised mole of the left arm, 8 mm. Shave removal under lidocaine, base cauterized."), "11301"));
    let two = of(
        "Shave biopsy of a papule on the left cheek, and shave biopsy of a papule on the nose. Aluminum chloride.\nDx: neoplasm of uncertain behavior of skin",
    );
    assert!(bills(&two, "11102") && bills(&two, "11103"), "{two:?}");
    let planned = of("Papule on the left cheek.\nPlan: shave biopsy next visit.");
    assert!(!planned.iter().any(|l| l.starts_with("1110")), "{planned:?}");
}

#[test]
fn a_hospital_bills_what_its_nurse_gives() {
    let note = "ED NOTE\nLaceration of left forearm 2 cm closed with 3 nylon sutures. Nurse gave Tdap in the deltoid.\nExam: no other injury.\nA: laceration left forearm";
    assert!(!bills(&at("23", note), "90715"));
    assert!(bills(&at("11", note), "90715"));
}

#[test]
fn therapists_are_known_by_heading_or_signature() {
    let heading = "Physical Therapy Initial Evaluation\nKnee pain, left.\nModerate complexity evaluation. Therapeutic exercise: 15 minutes.";
    assert_eq!(of(heading), ["97162-GP", "97110-GP"]);
    let signed = "Knee OA program, 4 patients, group exercise 45 min.\nR. Hale, PT";
    assert_eq!(of(signed), ["97150-GP"]);
    let referred =
        "HPI: low back pain.\nAssessment: Lumbar strain.\nPlan: referral to physical therapy for evaluation.";
    assert!(!of(referred).iter().any(|l| l.contains("-GP")));
}

#[test]
fn minutes_stand_in_a_column_or_under_a_prime() {
    let table = "PT daily note\nDx: low back pain\n| service | min |\n| ther ex | 20 |\n| manual | 15 |\n| gait | 10 |";
    assert_eq!(of(table), ["97110-GP", "97140-GP", "97116-GP"]);
    let primes = "OT note\nDx: stiffness of left hand\nTA 20', TE 15', MT 10'.\nM. Soto OTR/L";
    assert_eq!(of(primes), ["97530-GO", "97110-GO", "97140-GO"]);
}

#[test]
fn speech_evaluations_follow_what_was_examined() {
    let both = "SPEECH-LANGUAGE EVALUATION\nReceptive and expressive language tested. Articulation: fronting.\nDx: phonological disorder";
    assert_eq!(of(both), ["92523-GN"]);
    let swallowing = "Clinical swallow evaluation at bedside.\nDx: oropharyngeal dysphagia\nA. Ito, CCC-SLP";
    assert_eq!(of(swallowing), ["92610-GN"]);
}

#[test]
fn an_assistant_who_is_no_physician_bills_the_operation_too() {
    let note = |assistant: &str| {
        format!(
            "OPERATIVE REPORT\nPreop dx: right intertrochanteric fracture\nPostop dx: same\nProcedure: Cephalomedullary nailing right intertrochanteric femur fracture\nAssistant: {assistant}\nNail placed."
        )
    };
    let with = services(&code_with(&note("D. Roe, PA-C"), NoteKind::Operative, &visit()));
    assert!(bills(&with, "27245-AS-RT") && bills(&with, "27245-RT"), "{with:?}");
    let without = services(&code_with(&note("none"), NoteKind::Operative, &visit()));
    assert_eq!(without, ["27245-RT"]);
}

#[test]
fn a_letter_by_letter_abbreviation_is_one_word() {
    assert_eq!(diagnoses(&code("Assessment: acute exacerbation of c-o-p-d")), ["J441"]);
}

#[test]
fn a_psychologist_bills_the_talk_alone() {
    let note = "Progress note, psychologist. Start 3:02 pm, end 3:56 pm (54 min of therapy).\nDx: PTSD, chronic\nPlan: weekly.";
    assert_eq!(of(note), ["90837"]);
    assert!(
        of("HPI: PTSD, sees a psychologist weekly for 50 minutes.\nA: PTSD, stable\nPlan: sertraline.")
            .iter()
            .all(|l| l != "90837")
    );
}

#[test]
fn films_read_twice_are_two_lines() {
    let note = "Two reports.\n[1] XR CHEST 1 VIEW PORTABLE 10:35\nFindings: clear.\nImpression: normal.\n[2] XR CHEST 1 VIEW PORTABLE 15:20\nFindings: small pneumothorax.\nImpression: pneumothorax.";
    let lines = at("21", note);
    assert!(bills(&lines, "71045-26") && bills(&lines, "71045-26-76"), "{lines:?}");
}

#[test]
fn a_laboratory_visit_bills_what_was_ticked() {
    let lines = of(
        "LAB VISIT ONLY\nDrawn: left arm, 1 stick\n[x] Lipid panel resulted\n[ ] CBC not ordered\nSent out to Quest: TSH\nOrdered for hyperlipidemia",
    );
    let codes: Vec<&str> = lines.iter().map(|l| &l[..5]).collect();
    assert!(codes.contains(&"36415") && codes.contains(&"80061"), "{lines:?}");
    assert!(!codes.contains(&"85025") && !codes.contains(&"84443"), "{lines:?}");
}

#[test]
fn the_year_behind_a_month_is_no_time_of_a_second_film() {
    let report = "CHEST X-RAY, March 14, 2026\nComparison: chest x-ray January 2, 2025.\nTechnique: two views.\n\
                  Findings: clear lungs.\nImpression: no acute disease.";
    let coding = code(report);
    assert!(!services(&coding).iter().any(|line| line.contains("-76")), "{:?}", services(&coding));
}
