//! Claims, their remittances and denials.

use super::*;

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
    serde_json::from_str(include_str!("claim.json")).unwrap()
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
            lines: vec![EditLine { number: 1, procedure: "99214".into(), units: claim::Units::ONE, charge: "185.00".into(), ..EditLine::default() }],
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
