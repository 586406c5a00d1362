//! Accounts and the figures of a practice.

use super::*;

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

pub fn learning(versions: u32) -> LearningPage {
    LearningPage {
        frame: frame(),
        is_learned: versions > 0,
        may_switch: true,
        versions: (1..=versions)
            .rev()
            .map(|version| VersionView {
                version,
                state: if version == 1 { Tag::good("In use") } else { Tag::open("May be used") },
                made: "Mar 2, 2026 09:14, Avery Quill".into(),
                basis: "70 visits that people coded, 4 codes, rules 2026.3".into(),
                test: "The code people took stands first in 1000 of 1,000 pairs, 0 as installed (24 visits).".into(),
                may_use: version != 1,
            })
            .collect(),
        shown: versions,
        points: vec![PointsView { code: "Z79.84".into(), points: "-273".into(), dropped: 70, ..PointsView::default() }],
    }
}
