//! Therapy notes: evaluations and their level, logs in every usual style, the diagnosis that is treated.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use claim::{NoteKind, Taxonomy};
use common::{code_with, diagnoses, services, visit};

fn therapy(text: &str) -> claim::Coding {
    code_with(text, NoteKind::Therapy, &visit())
}

#[test]
fn the_stated_complexity_chooses_the_evaluation() {
    for (words, code) in [
        ("Low complexity.", "97161-GP"),
        ("Moderate complexity evaluation.", "97162-GP"),
        ("Complexity: high.", "97163-GP"),
    ] {
        let note = format!("PT Initial Evaluation\nDx: left shoulder pain\nEval 35 min. {words}");
        assert_eq!(services(&therapy(&note)), [code], "{words}");
    }
    let hand = "Occupational therapy evaluation\nDx: right wrist pain\nModerate complexity. Evaluation 40 minutes.";
    assert_eq!(services(&therapy(hand)), ["97166-GO"]);
}

#[test]
fn without_a_stated_complexity_the_least_component_decides() {
    let level = |text: &str| {
        let coding = therapy(&format!("Physical therapy evaluation\nDx: neck pain\n{text}\nEvaluation 30 min"));
        (services(&coding), coding.prompts.iter().any(|p| p.id == "evaluation-complexity"))
    };
    let one = |code: &str| vec![code.to_owned()];
    assert_eq!(level("3 personal factors, 4 elements examined, unstable presentation."), (one("97163-GP"), false));
    assert_eq!(level("3 personal factors, 3 elements examined, unstable presentation."), (one("97162-GP"), false));
    assert_eq!(level("No comorbidities, 4 elements examined, evolving presentation."), (one("97161-GP"), false));
    assert_eq!(level("Rotation 50 degrees."), (one("97161-GP"), true));
    // What is stated stands, and the doubt is asked about.
    assert_eq!(level("High complexity. No comorbidities."), (one("97163-GP"), true));
}

#[test]
fn an_evaluation_of_another_day_is_not_billed_again() {
    let today = "Treatment:\nTherapeutic exercise 15 min";
    for line in [
        "Initial evaluation: 1/5/2026, visit 6.",
        "Compared with evaluation, flexion is up 20 degrees.",
        "Plan: re-evaluation in two weeks.",
    ] {
        assert_eq!(services(&therapy(&format!("Dx: left knee pain\n{line}\n{today}"))), ["97110-GP"], "{line}");
    }
    let again = format!("Re-evaluation 20 min\nDx: left knee pain\n{today}");
    assert_eq!(services(&therapy(&again)), ["97164-GP", "97110-GP"]);
}

#[test]
fn logs_of_every_style() {
    for log in [
        "TE 25 min, MT 15 min",
        "25 min therapeutic exercise, 15 min manual therapy",
        "Ther ex: 25 minutes (clams, bridges, wall slides)\nManual: 15 minutes (joint mobilization, massage)",
        "97110 25 min\n97140 15 min",
        "(25 min) therex; (15 min) manual techniques",
    ] {
        let note = format!("Daily note\nDx: low back pain\nO: {log}\nTotal timed minutes 40");
        assert_eq!(services(&therapy(&note)), ["97110-GP x2", "97140-GP"], "{log}");
    }
    // The evaluation's minutes are none of the exercise.
    let note =
        "PT evaluation\nDx: low back pain\nEvaluation 30 minutes, therapeutic exercise 10 minutes. Low complexity.";
    assert_eq!(services(&therapy(note)), ["97161-GP", "97110-GP"]);
}

#[test]
fn untimed_services_need_no_minutes() {
    let note = "Dx: benign positional vertigo, left ear\nCanalith repositioning left x2, symptoms gone after.";
    let coding = therapy(note);
    assert_eq!((diagnoses(&coding), services(&coding)), (vec!["H8112".to_owned()], vec!["95992-GP".to_owned()]));
    let needling =
        "Dx: neck pain\nO: rotation 60\nDry needling: upper trapezius, levator, splenius, 3 muscles, no bleeding";
    assert_eq!(services(&therapy(needling)), ["20561-GP"]);
    assert!(services(&therapy("Dx: neck pain\nP: dry needling next visit")).is_empty());
}

#[test]
fn the_diagnosis_is_the_one_treated() {
    let of = |text: &str| diagnoses(&therapy(text));
    assert_eq!(
        of("Medical dx: left hip osteoarthritis\nPMH: diabetes, asthma\nA: fatigue with stairs. P: continue"),
        ["M1612"]
    );
    assert_eq!(
        of("Pt 70. Right adhesive capsulitis. Also hypertension and migraine.\nO: abd 110 painful\nA: poor posture"),
        ["M7501"]
    );
    assert_eq!(
        of("S: knee pain 3/10\nO: left knee pain with squat\nA: Left patellar tendinitis, improving"),
        ["M7652"]
    );
    // Recovery from a replaced joint: aftercare, then the joint.
    assert_eq!(of("Dx: s/p left THA 3 weeks ago\nGait: antalgic gait with cane"), ["Z471", "R2689", "Z96642"]);
    assert_eq!(of("Dx: Parkinson's disease without dyskinesia, repeated falls"), ["G20A1", "R296"]);
}

#[test]
fn the_specialty_makes_a_note_one_of_therapy() {
    let mut therapist = visit();
    therapist.specialty = Some(Taxonomy::new("225100000X").unwrap());
    let text = "Treating diagnosis right tennis elbow. I did manual therapy for 10 minutes and therapeutic exercise for 15 minutes.";
    let coding = code_with(text, NoteKind::Transcript, &therapist);
    assert_eq!(services(&coding), ["97140-GP", "97110-GP"]);
    therapist.specialty = Some(Taxonomy::new("225X00000X").unwrap());
    assert_eq!(services(&code_with(text, NoteKind::Transcript, &therapist)), ["97140-GO", "97110-GO"]);
}

#[test]
fn speech_therapy_has_a_modifier_of_its_own() {
    let coding =
        code_with("Speech therapy note: 40 minutes of naming tasks.\nDx: aphasia", NoteKind::Progress, &visit());
    assert_eq!((diagnoses(&coding), services(&coding)), (vec!["R4701".to_owned()], vec!["92507-GN".to_owned()]));
}

#[test]
fn columns_clocks_and_totals_tell_the_minutes() {
    let units = |log: &str| services(&therapy(&format!("PT daily note\nDx: low back pain\n{log}\n")));
    let both = ["97110-GP x2", "97140-GP"];
    // Leader dots and bare numbers that make up the stated total.
    assert_eq!(
        units("ther ex, bridges and planks .......... 25\nmanual, soft tissue .......... 14\nTotal timed: 39"),
        both
    );
    assert_eq!(units("Ther ex 9:05-9:30\nManual therapy 9:30 to 9:44"), both);
    assert_eq!(units("97110 x 2 units\n97140 x 1 unit"), both);
    // Numbers that make up nothing are sets and loads.
    assert!(units("bridges 20\nmanual resistance 10\nTotal timed: 45").is_empty());
    // One service and the time of the visit.
    let pool =
        "Aquatic therapy note\nDx: low back pain\nsquats 14\nwalking 16\nMinutes in water 30\nSeen by R. Ode, PTA.";
    assert_eq!(services(&therapy(pool)), ["97113-GP-CQ x2"]);
}

#[test]
fn an_assistants_units_stand_apart() {
    let of =
        |who: &str| services(&therapy(&format!("PT note\nDx: low back pain\nTherapeutic activities 30 min:\n{who}\n")));
    assert_eq!(of("- PT 15 min\n- PTA 15 min alone"), ["97530-GP", "97530-GP-CQ"]);
    assert_eq!(of("- L. Moor, PT 28 min; PTA 2 min"), ["97530-GP x2"], "a tenth or less");
    assert_eq!(of("All by therapist, PTA was present but did not treat"), ["97530-GP x2"]);
}

#[test]
fn commercial_plans_count_each_service_and_medicare_pools() {
    let note = "PT note\nDx: low back pain\nTher ex 18 min\nManual therapy 18 min\nGait training 7 min";
    let mut patient = visit();
    patient.payer_kind = Some(claim::PayerKind::Ppo);
    assert_eq!(services(&code_with(note, NoteKind::Therapy, &patient)), ["97110-GP", "97140-GP"]);
    patient.payer_kind = Some(claim::PayerKind::MedicareB);
    assert_eq!(services(&code_with(note, NoteKind::Therapy, &patient)), ["97110-GP", "97140-GP", "97116-GP"]);
    let used = |dollars: &str| format!("PT note\nDx: low back pain\nPT/SLP used this year: ${dollars}\nTher ex 15 min");
    assert_eq!(services(&code_with(&used("2,900"), NoteKind::Therapy, &patient)), ["97110-GP-KX"]);
    assert_eq!(services(&code_with(&used("900"), NoteKind::Therapy, &patient)), ["97110-GP"]);
}

#[test]
fn speech_sessions_and_evaluations_without_a_name() {
    let of = |text: &str| services(&therapy(&format!("{text}\nA. Lind, CCC-SLP")));
    assert_eq!(
        of("Session 30 minutes. Worked on two-step directions.\nDx: mixed receptive-expressive language disorder"),
        ["92507-GN"]
    );
    assert_eq!(
        of(
            "Bedside swallow evaluation 40 minutes: wet voice with thin liquids. Modified barium swallow recommended.\nDx: dysphagia"
        ),
        ["92610-GN"]
    );
}
