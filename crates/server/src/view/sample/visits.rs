//! Visits and their coding.

use super::*;

pub fn encounter_new() -> EncounterNew {
    EncounterNew {
        frame: frame(),
        errors: vec!["Patient: nobody has the MRN MRN999. Choose one from the list.".into()],
        providers: vec![Choice::new("1", "Dr. Lena Marsh, MD")],
        places: vec![Choice::new("11", "11 Office")],
        kinds: vec![Choice::new("progress", "Office visit"), Choice::new("therapy", "Therapy")],
        served_on: "2026-03-02".into(),
        served_on_max: "2026-03-02".into(),
        text: "Right knee pain after a fall. <b>Plan</b>: rest.".into(),
        ..EncounterNew::default()
    }
}

const NOTE: &str = "SUBJECTIVE\n67-year-old man with type 2 diabetes and numb feet, here for follow-up. Left knee pain for two weeks after \
kneeling in the garden. No fever. <script>steal()</script>\n\nOBJECTIVE\nBP 148/86. Monofilament sensation reduced in both feet. Left knee: \
mild effusion, no instability.\nA1c 8.4 % reviewed.\n\nASSESSMENT\n1. Type 2 diabetes with polyneuropathy, not at goal.\n2. Hypertension.\n3. Left \
knee effusion, aspirated and injected today.\n\nPLAN\nIncrease metformin. Start lisinopril 10 mg. Return in four weeks.";

fn suggestion(id: &str, system: &'static str, position: usize, code: &str, title: &str) -> SuggestionView {
    SuggestionView {
        id: id.into(),
        system,
        position,
        code: code.into(),
        title: title.into(),
        certainty: Tag::good("Sure, 94%"),
        quotes: vec!["Type 2 diabetes with polyneuropathy".into()],
        rules: vec![RuleView {
            id: "DX17".into(),
            text: "“With” links the two conditions.".into(),
            citation: "ICD-10-CM Guidelines I.A.15".into(),
            href: "/library/guidelines/I.A.15".into(),
        }],
        alternatives: vec![Choice::new("E11.9", "Type 2 diabetes mellitus without complications")],
        ..SuggestionView::default()
    }
}

fn stay() -> StayView {
    let axis = |name: &str, value, meaning: &str, words: &str| AxisView {
        name: name.into(),
        value,
        meaning: meaning.into(),
        words: words.into(),
    };
    StayView {
        diagnoses: vec![StayDiagnosis {
            code: "E11.42".into(),
            role: "Principal",
            role_why: "The note says so.".into(),
            poa: "Y".into(),
            poa_why: HOSTILE.into(),
            weight: String::new(),
        }],
        procedures: vec![StayProcedure {
            code: "not whole".into(),
            title: "Drainage of a joint".into(),
            axes: vec![
                axis("body part", 'D', "Knee joint, left", "\u{201c}left knee\u{201d}"),
                axis("approach", '?', "the note does not say the approach", ""),
            ],
        }],
        drg: "074 Cranial and Peripheral Nerve Disorders without MCC (MS-DRG 43.1)".into(),
        steps: vec!["MDC 01 Nervous system, by the principal diagnosis [E1142]".into()],
    }
}

pub fn encounter() -> EncounterPage {
    let at = |words: &str| {
        let start = NOTE.find(words).unwrap();
        start..start + words.len()
    };
    let spans = [
        (at("Type 2 diabetes with polyneuropathy"), "s1"),
        (at("polyneuropathy, not at goal"), "s4"),
        (at("Hypertension"), "s2"),
        (at("knee effusion"), "s3"),
        (at("aspirated and injected today"), "s5"),
        (at("BP 148/86"), "p1"),
    ];
    let mut accepted = suggestion("s2", "icd10cm", 2, "I10", "Essential (primary) hypertension");
    accepted.decision = Some(Tag::good("Accepted"));
    let mut injection = suggestion("s5", "hcpcs", 2, "20610", "Drain or inject a large joint");
    injection.modifiers = "LT".into();
    injection.units = "1".into();
    injection.pointers = "3".into();
    let mut visit = suggestion("s4", "hcpcs", 1, "99214", "Established patient, moderate decision making");
    visit.modifiers = "25".into();
    visit.units = "1".into();
    visit.pointers = "1, 2".into();
    visit.certainty = Tag::warn("Likely, 71%");
    EncounterPage {
        frame: frame(),
        reason: String::new(),
        may_sign: true,
        may_write: true,
        may_addend: true,
        may_build: true,
        has_rest: true,
        context: context(HOSTILE),
        number: "E000101".into(),
        served_on: "2026-02-27".into(),
        provider: "Lena Marsh, MD".into(),
        place: "11 office".into(),
        standing: "established patient".into(),
        status: Tag::warn("To code"),
        may_decide: true,
        blockers: vec!["Three codes wait for a decision.".into()],
        note: segments(NOTE, &spans.map(|(range, id)| (range, id))),
        note_version: "1".into(),
        signature: "by Lena Marsh, MD, 2026-02-27 16:40".into(),
        versions: vec![],
        diagnoses: vec![
            suggestion("s1", "icd10cm", 1, "E11.42", "Type 2 diabetes mellitus with diabetic polyneuropathy"),
            accepted,
            suggestion("s3", "icd10cm", 3, "M25.462", "Effusion, left knee"),
        ],
        procedures: vec![visit, injection],
        level: Some(LevelReasoning {
            result: "99214, moderate".into(),
            elements: vec![
                level_row("l1", "Problems", "moderate", "1 chronic, not at goal; 1 chronic, stable"),
                level_row("l2", "Data", "straightforward", ""),
                level_row("l3", "Risk", "moderate", ""),
            ],
            conclusion: "Two of three elements are moderate: 99214. No total time is documented.".into(),
            prolonged: vec!["CPT thresholds (this payer): no unit".into()],
        }),
        stay: Some(stay()),
        prompts: vec![PromptView {
            id: "p1".into(),
            text: "Blood pressure is high; hypertension control is not stated.".into(),
            question: "Please document the status of the patient's hypertension as you judge it.".into(),
            options: vec!["At goal".into(), "Not at goal".into()],
            is_blocking: false,
        }],
        queries: vec![QueryView {
            id: "6".into(),
            may_answer: true,
            options: vec!["left".into(), "right".into()],
            question: "Which joint was injected?".into(),
            asked: "2026-02-27, Avery Quill".into(),
            status: Tag::good("Answered"),
            answer: "Left knee.".into(),
        }],
        rejected: vec![RejectedView {
            id: "r1".into(),
            code: "R50.9".into(),
            title: "Fever, unspecified".into(),
            reason: "The note denies it.".into(),
            rule: "NEG1".into(),
        }],
        claim_href: String::new(),
        editions: vec!["icd10cm@2026".into(), "coder@1".into()],
    }
}

fn level_row(id: &str, name: &str, level: &str, counted: &str) -> LevelRow {
    LevelRow { id: id.into(), name: name.into(), level: level.into(), counted: counted.into(), quotes: vec![] }
}
