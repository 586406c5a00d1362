//! Papers besides visit notes: operations by their titles, anesthesia, ambulance runs, readings, dialogues.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use claim::{Band, PlaceOfService};
use common::{code, code_with, diagnoses, services, visit};

#[test]
fn an_operation_is_read_from_its_title_and_no_visit_stands_beside_it() {
    let hernia = "OPERATIVE REPORT\nPreop dx: Left inguinal hernia\nPostop dx: same\nProcedure: Laparoscopic left inguinal \
                  hernia repair with mesh\n\nPorts placed. Mesh laid flat. EBL 5.\n";
    assert_eq!(services(&code(hernia)), ["49650-LT"]);
    let again = hernia.replace("Laparoscopic left", "Laparoscopic recurrent right");
    assert_eq!(services(&code(&again)), ["49651-RT"]);
}

#[test]
fn levels_beyond_the_first_are_added() {
    let spine = |levels: &str| {
        format!(
            "OPERATIVE REPORT\nPreop dx: Lumbar stenosis\nPostop dx: same\nProcedure: {levels} decompressive \
             laminectomy\n\nBone removed. Hemovac.\n"
        )
    };
    assert_eq!(services(&code(&spine("L4-L5"))), ["63047"]);
    assert_eq!(services(&code(&spine("L2-L3, L3-L4 and L4-L5"))), ["63047", "63048 x2"]);
}

#[test]
fn steps_of_an_operation_are_rejected_by_name() {
    let coding = code(
        "OPERATIVE REPORT\nPreop dx: Uterine fibroids\nPostop dx: same\nProcedure: Total laparoscopic hysterectomy, \
         bilateral salpingectomy; colonoscopy with snare\n\nPolyp snared. Uterus 180 g.\n",
    );
    assert_eq!(services(&coding), ["45385", "58571"]);
    assert!(coding.rejected.iter().any(|r| r.code == "45378" && r.rule == "PX-BUNDLED"));
}

#[test]
fn anesthesia_carries_minutes_and_who_gave_it() {
    let record = "ANESTHESIA RECORD\nLaparoscopic cholecystectomy. Personally performed by the anesthesiologist. ASA 2.\n\
                  Anesthesia start 23:30. Anesthesia end 01:05.\n";
    assert_eq!(services(&code(record)), ["00790-AA-P2 x95"]);
}

#[test]
fn a_run_has_a_level_a_route_and_loaded_miles() {
    let run = "PREHOSPITAL CARE REPORT\nDispatched 911 emergency. At scene - residence. 12-lead done, saline lock. \
               Transport emergent to Mercy Hospital. 9 loaded miles.\n";
    assert_eq!(services(&code(run)), ["A0427-RH", "A0425-RH x9"]);
    let driven = |miles: &str| services(&code(&run.replace("9 loaded", &format!("{miles} loaded")))).pop();
    assert_eq!(driven("7.3").as_deref(), Some("A0425-RH x7.3"), "tenths below a hundred");
    assert_eq!(driven("112.3").as_deref(), Some("A0425-RH x113"), "whole miles from there");
    let dead = "PREHOSPITAL CARE REPORT\nDispatched 911 to a residence. Asystole, CPR. Pronounced on scene. No loaded miles.\n";
    assert_eq!(services(&code(dead)), ["A0429-QL"]);
}

#[test]
fn a_reading_in_a_hospital_is_the_professional_part() {
    let report = "CT ABDOMEN AND PELVIS WITH IV CONTRAST\nTechnique: portal phase.\nFindings: normal liver.\nImpression: \
                  acute appendicitis.\n";
    assert_eq!(services(&code(report)), ["74177"]);
    let mut there = visit();
    there.place_of_service = PlaceOfService::new("22").unwrap();
    assert_eq!(services(&code_with(report, claim::NoteKind::Progress, &there)), ["74177-26"]);
}

#[test]
fn a_dialogue_is_coded_from_what_the_doctor_sums_up() {
    let talk = "[doctor] how are you\n[patient] my knee hurts and i had a headache\n[doctor] any fever\n[patient] no\n\
                [doctor] okay\n[patient] yes\n[doctor] so let me go over my assessment and plan for you for your first \
                problem your hypertension we will continue the lisinopril\n[patient] okay\n";
    assert_eq!(diagnoses(&code(talk)), ["I10"]);
}

#[test]
fn neoplasms_by_site_and_conditions_of_the_past() {
    let got = diagnoses(&code(
        "Assessment:\n1. Pituitary adenoma.\n2. History of breast cancer.\n3. Chronic low back pain.\n",
    ));
    assert_eq!(got, ["D352", "M5450", "G8929", "Z853"]);
    assert_eq!(diagnoses(&code("Assessment: Ovarian cancer, left.")), ["C562"]);
}

#[test]
fn findings_keep_what_a_bill_leaves_out() {
    let note = common::note("Pneumonia with cough and fever. No hematuria.", claim::NoteKind::Progress);
    let coding = coder::findings(&note, &visit(), &codes::Library::shipped(), &coder::Ranking::default());
    let codes: Vec<&str> = coding.suggestions.iter().filter(|s| s.band > Band::Offer).map(|s| s.code.code()).collect();
    assert!(["J189", "R059", "R509"].iter().all(|code| codes.contains(code)), "{codes:?}");
    assert!(!codes.contains(&"R319"));
}

#[test]
fn origin_and_destination_follow_the_words_beside_them() {
    let run = |text: &str| services(&code(&format!("PREHOSPITAL CARE REPORT\n{text}\n")));
    assert_eq!(
        run(
            "BLS crew. Scheduled. Picked up at Elm Skilled Nursing, to kidney center for dialysis. Odometer: scene 1,210.4 dest 1,216.5."
        ),
        ["A0428-NJ", "A0425-NJ x6.1"]
    );
    assert_eq!(
        run(
            "911 call, paramedic crew. Fell in grocery store. IV started, 12-lead. Transported to St. Ann ED. Loaded miles: 4.0."
        ),
        ["A0427-SH", "A0425-SH x4"]
    );
    assert_eq!(
        run(
            "Rotor wing scene flight. Liftoff from highway field; skids down at trauma center. Loaded statute miles 31.5 (base to scene 12)."
        ),
        ["A0431-SH", "A0436-SH x31.5"]
    );
    // What is denied or cancelled raises no level; three drugs into a vein do.
    let drugs =
        "911, medic unit, home. Epinephrine 1 mg IV x2, amiodarone 300 mg IV. Transported to hospital. 3 loaded miles.";
    assert_eq!(run(drugs), ["A0433-RH", "A0425-RH x3"]);
    let basic =
        "911, BLS unit, home. No IV, no intubation, ALS intercept cancelled. Transported to hospital. 3 loaded miles.";
    assert_eq!(run(basic), ["A0429-RH", "A0425-RH x3"]);
    assert_eq!(run("911 to residence, medic unit. Oral glucose given. Refused transport, form signed."), ["A0998"]);
}

#[test]
fn a_ticket_is_read_item_by_item() {
    let ticket = |text: &str| {
        let mut home = visit();
        home.payer_kind = Some(claim::PayerKind::MedicareB);
        services(&code_with(
            &format!("DME DELIVERY TICKET\nDx: obstructive sleep apnea\n{text}\n"),
            claim::NoteKind::Progress,
            &home,
        ))
    };
    assert_eq!(
        ticket(
            "1  CPAP device   rental, month 2\n2  nasal cushions   purchase\n0  chin strap\n1  heated tubing - back-ordered\nCoverage criteria met."
        ),
        ["E0601-RR-KI-KX", "A7032-NU-KX x2"]
    );
    assert_eq!(ticket("Delivered: walker with wheels, purchase. Has a cane at home. Commode declined."), ["E0143-NU"]);
    assert_eq!(
        ticket("Shipped test strips 200 (4 boxes of 50), lancets 200. Not on insulin."),
        ["A4253-NU-KS x4", "A4259-KS x2"]
    );
    assert_eq!(
        ticket("Dispensed one pair depth shoes and 3 pair custom inserts. Criteria met."),
        ["A5500-KX-RT", "A5500-KX-LT", "A5513-KX-RT x3", "A5513-KX-LT x3"]
    );
    assert_eq!(ticket("Item: knee immobilizer, right. Old one was lost in a fire."), ["L1830-RA-RT"]);
    assert!(ticket("Patient asked about a hospital bed; not ordered.").is_empty());
}

fn operation(text: &str) -> Vec<String> {
    services(&code_with(text, claim::NoteKind::Operative, &visit()))
}

#[test]
fn what_was_only_planned_or_denied_in_an_operation_is_not_coded() {
    let lap = |told: &str| operation(&format!("OPERATION: Lap chole\nFour ports. {told} Bag out through the navel."));
    assert_eq!(lap("Cholangiogram showed free flow."), ["47563"]);
    assert_eq!(lap("A cholangiogram had been planned but was not performed."), ["47562"]);
    assert_eq!(lap("Dense scar, converted to open through a Kocher incision."), ["47600"]);
}

#[test]
fn an_operation_without_a_heading_is_known_by_how_it_is_told() {
    let knee = "Right knee arthroscopy - hospital outpatient\nUnder GA, tourniquet up. Medial meniscus flap trimmed to a \
                stable rim. Lateral meniscus intact. EBL 5. To PACU.";
    assert_eq!(operation(knee), ["29881-RT"]);
    let scope =
        "EGD REPORT\nSedation: MAC\nRing at 38 cm dilated with a TTS balloon to 18 mm. Cold biopsies of the antrum.";
    assert_eq!(operation(scope), ["43249", "43239-59"]);
    assert_eq!(operation("EGD REPORT\nSedation: MAC\nNormal to D2. No biopsies taken."), ["43235"]);
}

#[test]
fn sizes_and_counts_choose_the_code() {
    let tumor = |size: &str| operation(&format!("PROCEDURE: TURBT\nPapillary tumor {size} resected. EBL 10."));
    assert_eq!(tumor("1.5 cm"), ["52234"]);
    assert_eq!(tumor("32 mm"), ["52235"]);
    assert_eq!(tumor("6 x 4 cm"), ["52240"]);
    let hernia = "PROCEDURE: Open umbilical hernia repair with mesh\nFascial defect 2 cm, 6 cm mesh placed. EBL 5.";
    assert_eq!(operation(hernia), ["49591"]);
    let bypass = "OPERATION: CABG x3: LIMA to LAD, SVG to OM, SVG to PDA\nSternotomy. Chest tubes placed.";
    assert_eq!(operation(bypass), ["33533", "33518"]);
    let nerves = "PROCEDURE: Bilateral lumbar medial branch block\nMB L3, L4 and L5 dorsal ramus blocked.";
    assert_eq!(operation(nerves), ["64493-50", "64494-50"]);
}

#[test]
fn a_side_that_the_description_contradicts_is_asked_for() {
    let eye = |side: &str| {
        let note = format!(
            "PREOP DX: cataract, right eye\nOPERATION: Phacoemulsification with IOL, right eye\n\nThe {side} eye was \
             draped. Incision in the {side} eye. Lens into the bag of the {side} eye."
        );
        code_with(&note, claim::NoteKind::Operative, &visit())
    };
    assert_eq!(services(&eye("right")), ["66984-RT"]);
    let coding = eye("left");
    assert!(services(&coding).is_empty(), "{:?}", services(&coding));
    assert!(coding.prompts.iter().any(|prompt| prompt.id == "conflicting-side"));
}

#[test]
fn the_other_eye_within_its_days_and_a_stopped_operation_are_marked() {
    let eye =
        |day: &str| operation(&format!("PROC: Phaco with IOL, LEFT eye\nRight eye done by me {day}. Quiet. EBL 0."));
    assert_eq!(eye("02/03/2026"), ["66984-79-LT"]);
    assert_eq!(eye("02/03/2025"), ["66984-LT"]);
    let stopped = "PROCEDURE: Laparoscopic appendectomy\nPort in. Blood pressure fell. Procedure aborted. Skin closed.";
    assert_eq!(operation(stopped), ["44970-53"]);
    assert_eq!(
        operation("PROCEDURE: Laparoscopic appendectomy\nConsent covers that it may be aborted. Done."),
        ["44970"]
    );
}

#[test]
fn a_birth_is_whole_when_the_same_practice_gave_the_care_before() {
    let note = |care: &str| {
        operation(&format!("DELIVERY NOTE\nG2P1 at 39 weeks. {care} SVD of a girl, placenta intact. QBL 200."))
    };
    assert_eq!(note("Twelve prenatal visits with our group."), ["59400"]);
    assert_eq!(note("No prenatal care."), ["59409"]);
}

#[test]
fn an_examination_is_read_from_its_title() {
    let film = |title: &str| {
        services(&code(&format!("{title}\nIndication: fall\nFindings: as told.\nImpression: no fracture.\n")))
    };
    assert_eq!(film("XR RIGHT ANKLE, THREE VIEWS"), ["73610-RT"]);
    assert_eq!(film("Examination: left hand, AP and lateral"), ["73120-LT"]);
    assert_eq!(film("CT HEAD AND CERVICAL SPINE W/O CONTRAST"), ["70450", "72125"]);
    assert_eq!(film("MRI LUMBAR SPINE WITH AND WITHOUT CONTRAST"), ["72158"]);
    // Other films of the patient are no examination of this report.
    assert_eq!(film("US THYROID\nComparison: CT chest 2024"), ["76536"]);
}

#[test]
fn each_specimen_is_read_for_itself() {
    let report = "SURGICAL PATHOLOGY REPORT\nSpecimens: A. Cecum, polyp  B. Gallbladder\nGross: two jars.\n\
                  Diagnosis:\nA. Tubular adenoma.\nB. Chronic cholecystitis. No immunostains were needed.\n";
    assert_eq!(services(&code(report)), ["88305", "88304"]);
}

#[test]
fn anesthesia_is_timed_from_a_log_and_nothing_denied_is_billed() {
    let record = "ANESTHESIA SUMMARY\nCase: L3-4 laminectomy, no fusion. CRNA alone, not medically directed. ASA III\n\
                  07:21 start of care\n08:02 incision\n09:32 end, to PACU\nNo arterial line needed. TAP block: declined.\n";
    assert_eq!(services(&code(record)), ["00630-QZ-P3 x131"]);
    let labor = "OB ANESTHESIA\nIn labor, wants epidural. ASA 2. Done by me, anesthesiologist.\nAnes start 22:10. \
                 Delivered 01:40. Anes end 01:55.\n";
    assert_eq!(services(&code(labor)), ["01967-AA-P2 x225"]);
}

#[test]
fn what_the_laboratory_did_not_run_is_not_billed() {
    let log = "NURSE / LAB VISIT - provider seen today: none. COLA accredited.\nVenipuncture L arm\nTSH resulted\n\
               CBC w/ diff resulted\nLipid panel: not ordered\nMicroalbumin sent to reference lab\n";
    let mut lines = services(&code(log));
    lines.sort();
    assert_eq!(lines, ["36415", "84443", "85025"]);
}
