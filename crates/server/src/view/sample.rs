//! Invented pages for the tests: ordinary, full of long names and many rows, and empty.

use askama::Template;
use claim::{Finding, Money, Owner, Severity, Verdict};

use super::account::*;
use super::agreement::*;
use super::claim_form::{FindingView, FormView};
use super::claim_page::*;
use super::denial::*;
use super::edi::EdiLine;
use super::encounter::*;
use super::encounter_new::EncounterNew;
use super::entry::{Notice, Persona, PersonaGroup, SignIn};
use super::frame::*;
use super::home::*;
use super::library::*;
use super::listing::*;
use super::manager::*;
use super::part::*;
use super::remittance::*;
use super::segment::segments;
use super::stay::{AxisView, StayDiagnosis, StayProcedure, StayView};
use super::work_item::WorkItemPage;

/// A name that would run if it were not escaped.
pub const HOSTILE: &str = "<script>alert('x')</script>, Bartholomew Maximilian-Featherstonehaugh";

fn owed(cents: i64) -> Amount {
    Amount::balance(Money::from_cents(cents))
}

fn paid(cents: i64) -> Amount {
    Amount::payment(Money::from_cents(cents))
}

/// Surroundings with two clients and every list.
pub fn frame() -> Frame {
    let link = |href: &str, label: &str, count: &str, key: &str| Link {
        href: href.into(),
        label: label.into(),
        count: count.into(),
        key: key.into(),
        is_current: label == "Denials",
    };
    Frame {
        asset_key: "1".into(),
        csrf: "token-csrf".into(),
        idempotency: "once".into(),
        client_name: "Cedar Hollow Family Practice".into(),
        client_colour: "teal".into(),
        clients: vec![
            ClientChoice { id: "a".into(), name: "Cedar Hollow Family Practice".into(), is_current: true },
            ClientChoice { id: "b".into(), name: "Stride Physical Therapy".into(), is_current: false },
        ],
        today: "Monday, March 2, 2026".into(),
        user_name: "Avery Quill".into(),
        worklists: vec![
            link("/work/to-code", "To code", "14", "c"),
            link("/work/queries", "Queries", "2", "q"),
            link("/work/held", "Held claims", "5", "h"),
            link("/work/rejections", "Rejections", "1", "r"),
            link("/work/denials", "Denials", "9", "d"),
            link("/work/parked", "Parked remittances", "1", "m"),
            link("/work/credits", "Credits", "1", "b"),
            link("/work/statements", "Statements", "12", "s"),
        ],
        records: vec![
            link("/patients", "Patients", "", "p"),
            link("/claims", "Claims", "", "l"),
            link("/remittances", "Remittances", "", "e"),
            link("/manager", "Practice", "", "x"),
            link("/agreement", "Agreement", "", "a"),
        ],
        may_write: true,
        is_demo: true,
        messages: vec![Message {
            kind: "good".into(),
            text: "Claim C000118 goes with the next file.".into(),
            ..Message::default()
        }],
        ..Frame::default()
    }
}

fn context(name: &str) -> ContextBar {
    ContextBar {
        href: "/patients/P0007".into(),
        name: name.into(),
        born: "1958-04-11, 67 years".into(),
        mrn: "MRN10007".into(),
        payers: "1 Medicare Part B; 2 Golden Gap Supplement".into(),
        insurance_due: owed(24_810),
        patient_due: owed(-1_230),
        alerts: vec![Tag::warn("Therapy threshold near"), Tag::bad("Do not bill: attorney")],
    }
}

pub fn listing(rows: usize) -> Listing {
    Listing {
        frame: frame(),
        title: "Denials".into(),
        lead: "Decided without payment. The nearest deadline first.".into(),
        filters: vec![
            Filter { label: "All".into(), href: "?".into(), count: "9".into(), is_current: true },
            Filter { label: "Due this week".into(), href: "?due=week".into(), count: "1".into(), is_current: false },
        ],
        search: Some(Search {
            href: "/work/denials".into(),
            label: "Find patient or claim".into(),
            words: String::new(),
        }),
        actions: vec![],
        upload: Some(Upload { href: "/remittances".into(), label: "Drop a payer's file".into() }),
        bulk: Some(Bulk {
            href: "/claims/send".into(),
            label: "Send 12 claims".into(),
            consequence: "12 claims of 4,310.00 USD go to 3 payers in 3 files.".into(),
            key: "b".into(),
        }),
        columns: vec![
            Column::text("Claim"),
            Column::text("Patient"),
            Column::text("Payer"),
            Column::text("Reason"),
            Column::text("State"),
            Column::text("Last day").sorted("ascending"),
            Column::money("Denied, USD"),
        ],
        rows: (0..rows)
            .map(|i| Row {
                cells: vec![
                    Cell::open(format!("/denials/{i}"), format!("C{:06}", 100 + i)),
                    Cell::Text(if i == 1 { HOSTILE.into() } else { "Okafor, Ines".into() }),
                    Cell::Text("Blue Harbor PPO of the Greater Northern Lakes and Plains".into()),
                    Cell::Code("CO-16 N290".into()),
                    Cell::State(if i % 3 == 0 { Tag::bad("Due in 3 days") } else { Tag::open("Open") }),
                    Cell::Text("2026-03-05".into()),
                    Cell::Money(if i == 2 { owed(-4_500) } else { owed(12_345 * i as i64) }),
                ],
            })
            .collect(),
        totals: vec![
            Cell::Text("Total".into()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Money(owed(1_234_567)),
        ],
        shown: format!("1–{rows} of {rows}"),
        previous: String::new(),
        next: "?from=100".into(),
        empty: "No denial is open. Denied claims come here when a remittance is posted.".into(),
    }
}

pub fn home(is_empty: bool) -> Home {
    let list = |label: &str, what: &str, count: usize, oldest: &str, cents: i64, key: &str| ListSummary {
        label: label.into(),
        href: format!("/work/{label}"),
        what: what.into(),
        count,
        oldest: oldest.into(),
        amount: owed(cents),
        first: if count > 0 { "/encounters/E000101".into() } else { String::new() },
        key: key.into(),
    };
    Home {
        frame: frame(),
        lists: if is_empty {
            vec![]
        } else {
            vec![
                list("To code", "Signed notes without final codes", 14, "6 days", 0, "c"),
                list("Held claims", "An edit objects; correct or override with a reason", 5, "11 days", 84_200, "h"),
                list("Denials", "Decided without payment; appeal, correct or write off", 9, "34 days", 231_075, "d"),
                list("Credits", "Money we owe back", 1, "61 days", -4_500, "b"),
                list("Rejections", "Refused before adjudication; fix and send again", 0, "", 0, "r"),
            ]
        },
        deadlines: if is_empty {
            vec![]
        } else {
            vec![Deadline {
                label: format!("Appeal for C000131, {HOSTILE}"),
                href: "/denials/3".into(),
                on: "2026-03-05".into(),
                left: Tag::bad("3 days"),
                amount: owed(41_000),
            }]
        },
        releases: if is_empty { vec![] } else { vec![release(false)] },
    }
}

fn release(is_acknowledged: bool) -> ReleaseAlert {
    ReleaseAlert {
        system: "icd10cm".into(),
        edition: "2026-10-01".into(),
        title: "ICD-10-CM of 2026-10-01".into(),
        summary: "487 codes new, 28 gone, 38 changed against 2026-04.".into(),
        impact: vec![ImpactLine {
            kind: "Open encounter",
            holder: "CHE00012".into(),
            href: "/encounters/CHE00012".into(),
            code: "B88.0".into(),
            code_href: "/library/codes/B880?on=2026-10-01".into(),
            effect: Tag::bad("divided"),
            detail: "B88.01 B88.09".into(),
        }],
        more: 3,
        is_acknowledged,
    }
}

fn code_line(code: &str, title: &str) -> CodeLine {
    CodeLine {
        code: code.into(),
        title: title.into(),
        href: format!("/library/codes/{code}"),
        state: Some(Tag::good("Billable")),
        depth: 1,
    }
}

fn library() -> LibraryPage {
    LibraryPage {
        frame: frame(),
        way: "words",
        on: "2026-03-02".into(),
        edition: "ICD-10-CM 2026-04.".into(),
        index: "Search and index run with the official alphabetic index.".into(),
        words: HOSTILE.into(),
        letters: vec![("A".into(), "/library/index?q=A".into())],
        trail: vec![code_line("M00-M99", "Diseases of the musculoskeletal system")],
        notes: vec![NoteGroup { label: "Excludes 1", notes: vec![("M17".into(), HOSTILE.into())] }],
        lines: vec![
            code_line("M17.11", HOSTILE),
            CodeLine { title: "Knee: see Arthritis".into(), ..CodeLine::default() },
        ],
        empty: String::new(),
        favourites: vec![code_line("I10", "Essential (primary) hypertension")],
        releases: 1,
        unread: 2,
    }
}

fn code() -> CodePage {
    CodePage {
        frame: frame(),
        code: "B88.0".into(),
        bare: "B880".into(),
        title: "Other acariasis".into(),
        on: "2026-03-02".into(),
        state: Tag::bad("Ended"),
        why: "Not billable on 2026-03-02: 2025-09-30 was its last day.".into(),
        instead: vec![code_line("B88.01", "Demodex mites"), code_line("B88.09", "Other acariasis")],
        edition: "ICD-10-CM 2026-04 answers for 2026-03-02.".into(),
        facts: vec![("Coded before as".into(), "B88".into())],
        trail: vec![code_line("B85-B89", "Pediculosis, acariasis and other infestations")],
        notes: library().notes,
        below: vec![code_line("B88.01", "Demodex mites")],
        editions: vec![(
            "2025-04".into(),
            "2024-10-01 to 2025-09-30".into(),
            "Other acariasis".into(),
            Tag::good("Billable"),
        )],
        is_favourite: false,
    }
}

fn bulletins(count: usize) -> BulletinsPage {
    let one = |n: usize| BulletinView {
        id: n.to_string(),
        from: "Blue Mesa".into(),
        title: format!("Prior approval of knee imaging {n}"),
        body: HOSTILE.into(),
        published: "March 2, 2026, by Avery Quill".into(),
        readers: "Nobody has read it yet.".into(),
        is_read: n % 2 == 1,
    };
    BulletinsPage {
        frame: frame(),
        bulletins: (0..count).map(one).collect(),
        payers: vec![Choice::new("7", "Blue Mesa")],
        may_publish: true,
    }
}

fn guideline() -> GuidelinePage {
    GuidelinePage {
        frame: frame(),
        section: "I.B.2".into(),
        title: "Level of detail".into(),
        text: HOSTILE.into(),
        on: "2026-03-02".into(),
        around: vec![code_line("I.B", "General rules")],
    }
}

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
                LevelElement { name: "Problems".into(), level: "Moderate".into() },
                LevelElement { name: "Data".into(), level: "Minimal".into() },
                LevelElement { name: "Risk".into(), level: "Moderate".into() },
            ],
            conclusion: "Two of three elements reach moderate. No time is documented.".into(),
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

fn finding(id: &str, line: Option<u16>, field: &str, severity: Severity) -> Finding {
    Finding {
        id: id.into(),
        verdict: Verdict::Fail,
        severity,
        owner: Owner::Coder,
        line,
        field: field.into(),
        message:
            "The visit needs modifier 25 beside a minor procedure of the same day; add it if the note supports it."
                .into(),
        citation: "NCCI Policy Manual chapter 1 D".into(),
        fix: None,
        editions: vec![],
    }
}

fn sample_claim() -> claim::Claim {
    serde_json::from_str(include_str!("sample_claim.json")).unwrap()
}

pub fn claim_page(tab: &str) -> ClaimPage {
    let findings = [
        finding("C4", Some(1), "24D modifier (SV101-3)", Severity::Error),
        finding("REF2", None, "1a insured ID (2010BA NM109)", Severity::Error),
        finding("ACC1", None, "10b accident state (CLM11-4)", Severity::Warning),
    ];
    let event = |when: &str, what: Tag, text: &str, code: &str, file: &str| Event {
        when: when.into(),
        what,
        text: text.into(),
        code: code.into(),
        file: file.into(),
        file_href: "/files/3".into(),
        remittance_href: String::new(),
        by: String::new(),
    };
    ClaimPage {
        coverage_href: String::new(),
        frame: frame(),
        context: context("Okafor, Ines"),
        control_number: "C000118".into(),
        status: Tag::bad("Held"),
        lead: "Blue Harbor PPO, primary, original".into(),
        charge: owed(28_500),
        filing_limit: "last filing day 2026-05-27".into(),
        encounter_href: "/encounters/E000101".into(),
        findings: findings.iter().map(FindingView::of).collect(),
        paid: paid(0),
        related: vec![("/claims/C000117".into(), "C000117, primary, Superseded".into())],
        edit: Some(ClaimEdit {
            is_correction: tab == "history",
            lines: vec![EditLine { number: 1, procedure: "99214".into(), units: 1, charge: "185.00".into(), ..EditLine::default() }],
            ..ClaimEdit::default()
        }),
        may: ClaimActions { check: true, send: true, override_finding: true, resend: true, take_apart: true },
        tab: match tab {
            "837" => ClaimTab::File(
                [
                    ("", "ISA*00*          *00*          *ZZ*SUPERBILL      *ZZ*HARBOR         *260302*0900*^*00501*000000118*0*T*:"),
                    ("1000A", "NM1*41*2*CEDAR HOLLOW FAMILY PRACTICE*****46*SB001"),
                    ("2010AA", "NM1*85*2*CEDAR HOLLOW FAMILY PRACTICE*****XX*1234567893"),
                    ("2300", "CLM*C000118*285***11:B:1*Y*A*Y*Y"),
                    ("2300", "HI*ABK:E1142*ABF:I10"),
                    ("2400", "SV1*HC:99214:25*185*UN*1***1:2"),
                ]
                .into_iter()
                .map(|(loop_id, raw)| EdiLine {
                    meaning: if raw.starts_with("CLM") { "Claim C000118, charge 285.00, office".into() } else { String::new() },
                    ..EdiLine::read(raw, ['*', ':'], loop_id)
                })
                .collect(),
            ),
            "history" => ClaimTab::History(vec![
                event("2026-03-02 09:00", Tag::bad("Rejected"), "The payer does not know the member number.", "A7:116", "277CA 000000118"),
                event("2026-03-01 09:00", Tag::good("File accepted"), "The file reads without errors.", "999 A", "999 000000118"),
                event("2026-02-28 17:20", Tag::open("Submitted"), "Sent to Blue Harbor PPO.", "", "837 000000118"),
            ]),
            _ => ClaimTab::Form(FormView::of(&sample_claim(), &findings)),
        },
    }
}

pub fn remittance(holds: bool) -> RemittancePage {
    let named = |label: &str, amount: Amount| NamedAmount { label: label.into(), amount };
    let posted = |i: i64, state: Tag, cents: i64| PostedItem {
        href: "/claims/C000118".into(),
        control_number: format!("C{:06}", 100 + i),
        patient: if i == 2 { HOSTILE.into() } else { "Okafor, Ines".into() },
        served_on: "2026-02-27".into(),
        charge: owed(25_000),
        adjusted: Amount::adjustment(Money::from_cents(11_439)),
        patient_share: owed(2_712),
        paid: paid(cents),
        state,
        reasons: "CO-45 PR-2".into(),
    };
    RemittancePage {
        frame: frame(),
        id: "7".into(),
        payer: "Medicare Part B".into(),
        trace: "T0000042".into(),
        paid_on: "paid 2026-03-01 by ACH".into(),
        file: "835 received 2026-03-02".into(),
        file_href: "/documents/3".into(),
        reason: String::new(),
        status: if holds { Tag::warn("1 parked") } else { Tag::bad("Not posted") },
        proof: Proof {
            holds,
            terms: vec![
                named("Claims", paid(1_234_500)),
                named("Provider adjustments", Amount::adjustment(Money::from_cents(-12))),
                named("Paid", paid(if holds { 1_234_512 } else { 1_234_511 })),
            ],
            difference: Amount::difference(Money::from_cents(if holds { 0 } else { -1 })),
            breaks: if holds {
                vec![]
            } else {
                vec!["Payment trace T0000042: claims − provider adjustments = paid does not hold: the parts come to 12,345.12, the file says 12,345.11 (difference -0.01).".into()]
            },
        },
        posted: if holds {
            vec![
                posted(1, Tag::good("Paid"), 10_632),
                posted(2, Tag::bad("Denied"), 0),
                posted(3, Tag::warn("Reversal"), -10_632),
            ]
        } else {
            vec![]
        },
        parked: vec![
            ParkedItem {
                may_return: true,
                return_barred: String::new(),
                id: "9".into(),
                control_number: "ZZ99-UNKNOWN".into(),
                patient: HOSTILE.into(),
                paid: paid(8_812),
                why: "No claim of this client has this control number, and no patient has this member number.".into(),
                candidates: vec![],
            },
            ParkedItem {
                may_return: true,
                return_barred: String::new(),
                id: "10".into(),
                control_number: "C000131".into(),
                patient: "Reyes, Tomas".into(),
                paid: paid(4_000),
                why: "The charge differs from the claim as sent: 120.00, sent 150.00.".into(),
                candidates: vec![Choice::new("C000131", "C000131, Reyes, Tomas, 2026-01-14, 150.00")],
            },
        ],
        provider_adjustments: vec![ProviderAdjustmentView {
            code: "L6".into(),
            text: "Interest paid by the payer".into(),
            reference: String::new(),
            amount: Amount::adjustment(Money::from_cents(-12)),
        }],
        unapplied: owed(12_812),
        is_outside: !holds,
        may_match: holds,
    }
}

pub fn denial(is_bare: bool) -> DenialPage {
    let words = |code: &str, text: &str| Explained { code: code.into(), text: text.into() };
    let full = DenialPage {
        frame: frame(),
        context: context("Okafor, Ines"),
        id: "3".into(),
        control_number: "C000131".into(),
        lead: "Blue Harbor PPO, decided 2026-02-03, trace T0000031".into(),
        status: Tag::warn("Open"),
        reasons: vec![words("CO-50", "The payer does not find the service medically necessary for the diagnosis sent.")],
        remarks: vec![words("N386", "The decision rests on a coverage policy that the payer publishes.")],
        cause: "Medical necessity".into(),
        owner: "Coder, then denial desk".into(),
        action: "Compare the note with the policy. If a covered diagnosis is documented, correct the claim; else appeal with the note.".into(),
        deadline: "2026-03-05".into(),
        left: Tag::bad("3 days"),
        amount: owed(41_000),
        lines: vec![DeniedLine { evidence: Vec::new(), number: 1, procedure: "20610-LT".into(), charge: owed(41_000), denied: owed(41_000), reasons: "CO-50".into() }],
        payer_reference: "BH2026020300017".into(),
        correction: "Sent as a replacement (frequency 7) with the payer's claim number.".into(),
        appeal_letter: "We ask you to reconsider the decision on the service of 2026-01-14.\n\nThe note documents …".into(),
        appeal_open: String::new(),
        write_off_barred: String::new(),
        remittance_href: "/remittances/7".into(),
        may_work: !is_bare,
        write_off_advice: "Usual for this reason.".into(),
        may_ask: false,
        may_bill: true,
        asked_next: "Prairie Supplement".into(),
        history: vec![words("2026-02-04, Avery Quill", "Taken.")],
    };
    if !is_bare {
        return full;
    }
    DenialPage {
        correction: String::new(),
        appeal_letter: String::new(),
        appeal_open: String::new(),
        write_off_barred: "The patient may owe this; move it to the patient instead.".into(),
        history: vec![],
        ..full
    }
}

pub fn account(rows: usize) -> AccountPage {
    AccountPage {
        frame: frame(),
        context: context(HOSTILE),
        id: "P0007".into(),
        contact: "118 Larkspur Lane, Fairmeadow OH 45000, (555) 010-0147".into(),
        ledger: (0..rows)
            .map(|i| LedgerLine {
                on: "2026-02-27".into(),
                text: ["Charge 99214-25", "Blue Harbor PPO paid", "Contract adjustment", "Payment taken back"][i % 4]
                    .into(),
                href: if i % 2 == 0 { "/claims/C000118".into() } else { String::new() },
                charge: owed(if i % 4 == 0 { 25_000 } else { 0 }),
                paid: paid(match i % 4 {
                    1 => 10_632,
                    3 => -10_632,
                    _ => 0,
                }),
                adjusted: Amount::adjustment(Money::from_cents(if i % 4 == 2 { 11_439 } else { 0 })),
                balance: owed(25_000 - 3_000 * i as i64),
            })
            .collect(),
        open: (0..rows.min(3))
            .map(|i| OpenItem {
                served_on: "2026-01-14".into(),
                label: format!("C{:06}", 118 + i),
                href: "/claims/C000118".into(),
                owner: if i == 1 { Tag::patient("Patient") } else { Tag::open("Insurer") },
                age: ["0–30 days", "31–60 days", "61–90 days"][i].into(),
                amount: owed(12_000 + i as i64),
            })
            .collect(),
        open_total: owed(36_003),
        statements: (0..rows.min(2))
            .map(|i| StatementLine {
                number: format!("S{i:05}"),
                href: "/statements/1".into(),
                on: "2026-02-01".into(),
                amount: owed(4_120),
            })
            .collect(),
        statement_barred: if rows == 0 { "Nothing is due from the patient.".into() } else { String::new() },
        methods: vec![Choice::new("card", "Card"), Choice::new("check", "Check"), Choice::new("cash", "Cash")],
        registration: Some(Registration {
            last: HOSTILE.into(),
            coverages: vec![CoverageForm::default(); 2],
            ..Registration::default()
        }),
        unapplied: owed(1_230),
        may_refund: true,
        refund_due: owed(1_230),
        may_pay_refund: true,
        may_pay: true,
    }
}

pub fn manager(is_empty: bool) -> ManagerPage {
    if is_empty {
        return ManagerPage { frame: frame(), ..ManagerPage::default() };
    }
    let figure = |label: &str, value: &str| Figure { label: label.into(), value: value.into(), href: "/claims".into() };
    let client = |name: &str, colour: &str, clean: &str| ClientFigures {
        name: name.into(),
        colour: colour.into(),
        claims: "58".into(),
        clean_rate: clean.into(),
        rejected: "1".into(),
        denied: "6".into(),
        charged: owed(1_245_000),
        paid: paid(612_340),
        adjusted: Amount::adjustment(Money::from_cents(401_200)),
        patient_due: owed(51_230),
        insurance_due: owed(180_230),
    };
    let cents = Money::from_cents;
    ManagerPage {
        frame: frame(),
        period: "September 1, 2025 to March 2, 2026".into(),
        figures: vec![
            figure("Claims sent", "104"),
            figure("Clean-claim rate", "96.2%"),
            figure("Charged, USD", "24,312.00"),
            figure("Paid, USD", "11,870.55"),
            figure("Adjusted, USD", "8,204.10"),
            figure("Patients owe, USD", "1,022.35"),
        ],
        clients: vec![
            client("Cedar Hollow Family Practice", "teal", "95.0%"),
            client("Stride Physical Therapy", "amber", "97.8%"),
        ],
        denials: vec![
            DenialCause {
                label: "Medical necessity (CO-50)".into(),
                count: 4,
                amount: owed(102_300),
                href: "/work/denials?cause=50".into(),
            },
            DenialCause {
                label: "Missing information (CO-16)".into(),
                count: 3,
                amount: owed(61_000),
                href: "/work/denials?cause=16".into(),
            },
        ],
        aging: AgingChart::of(&[
            ("0–30", cents(182_000), cents(12_000)),
            ("31–60", cents(91_000), cents(31_000)),
            ("61–90", cents(40_500), cents(8_000)),
            ("91–120", cents(12_000), cents(0)),
            ("over 120", cents(3_000), cents(15_000)),
        ]),
        proofs: vec![
            ProofLine { state: Tag::good("Holds"), text: "31 remittances balance to the cent: 11,870.55.".into() },
            ProofLine { state: Tag::bad("Fails"), text: "Trial balance is −0.01; see entry L000412.".into() },
        ],
    }
}

pub fn agreement(rows: usize) -> AgreementPage {
    AgreementPage {
        frame: frame(),
        figures: vec![
            ("Fully agree".into(), "71 of 80".into()),
            ("Missed codes".into(), "7".into()),
            ("Extra codes".into(), "4".into()),
        ],
        rows: (0..rows)
            .map(|i| AgreementRow {
                href: "/encounters/E000101".into(),
                number: format!("E{:06}", 101 + i),
                about: "Diabetes with neuropathy, knee injection".into(),
                matched: vec!["E11.42".into(), "I10".into(), "99214-25 ×1".into()],
                missed: if i % 2 == 0 { vec!["M25.462".into()] } else { vec![] },
                extra: vec![],
                state: if i % 2 == 0 { Tag::warn("Misses") } else { Tag::good("Agrees") },
            })
            .collect(),
        only_misses: true,
    }
}

pub fn work_item() -> WorkItemPage {
    WorkItemPage {
        is_return: false,
        frame: frame(),
        id: "4".into(),
        title: HOSTILE.into(),
        kind: "underpayment".into(),
        owner: "Biller".into(),
        status: Tag::warn("Open"),
        amount: owed(4_000),
        left: Tag::open("No limit"),
        subject: "Claim C000118".into(),
        href: "/claims/C000118".into(),
        facts: vec![("expected".into(), "93.00".into())],
        is_open: true,
        outcome: String::new(),
    }
}

/// Every page in every state, by name.
pub fn pages() -> Vec<(&'static str, String)> {
    let sign_in = SignIn {
        asset_key: "1".into(),
        error: "User name or password is wrong.".into(),
        next: "/".into(),
        is_kept: true,
        personas: vec![PersonaGroup {
            label: "Both clients".into(),
            personas: vec![Persona { login: "coder".into(), name: "Avery Quill".into(), what: "Coder".into() }],
        }],
    };
    let notice = Notice {
        asset_key: "1".into(),
        title: "Not found".into(),
        text: "Nothing is here for you.".into(),
        back: "/".into(),
    };
    let addendum = EncounterNew { addendum_to: "E000101".into(), ..encounter_new() };
    let bare_encounter = EncounterPage {
        frame: frame(),
        number: "E000102".into(),
        status: Tag::warn("Unsigned"),
        ..EncounterPage::default()
    };
    let show = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        ("sign-in", sign_in.render().unwrap()),
        ("message", notice.render().unwrap()),
        ("home", show(&home(false))),
        ("home-empty", show(&home(true))),
        ("worklist", show(&listing(60))),
        ("worklist-empty", show(&listing(0))),
        ("encounter-new", show(&encounter_new())),
        ("addendum", show(&addendum)),
        ("encounter", show(&encounter())),
        ("encounter-empty", show(&bare_encounter)),
        ("claim", show(&claim_page("form"))),
        ("claim-837", show(&claim_page("837"))),
        ("claim-history", show(&claim_page("history"))),
        ("remittance", show(&remittance(true))),
        ("remittance-off", show(&remittance(false))),
        ("denial", show(&denial(false))),
        ("denial-bare", show(&denial(true))),
        ("account", show(&account(24))),
        ("account-empty", show(&account(0))),
        ("manager", show(&manager(false))),
        ("manager-empty", show(&manager(true))),
        ("work-item", show(&work_item())),
        ("library", show(&library())),
        (
            "library-empty",
            show(&LibraryPage {
                frame: frame(),
                way: "tree",
                empty: "Nothing is below.".into(),
                ..LibraryPage::default()
            }),
        ),
        ("code", show(&code())),
        ("releases", show(&ReleasesPage { frame: frame(), releases: vec![release(true), release(false)] })),
        ("releases-empty", show(&ReleasesPage { frame: frame(), releases: vec![] })),
        ("guideline", show(&guideline())),
        ("bulletins", show(&bulletins(3))),
        ("bulletins-empty", show(&bulletins(0))),
        ("agreement", show(&agreement(12))),
        ("agreement-empty", show(&agreement(0))),
    ]
}
