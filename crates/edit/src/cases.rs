//! Every edit with a claim that breaks it and the change that mends it.

use claim::{
    Accident, AccidentCause, Adjustment, AdjustmentGroup, Claim, ClaimPayer, Finding, Fix, Frequency, LineAdjudication,
    Money, OtherPayer, PayerKind, PayerSequence, PersonName, Relationship, ServiceFacility, Severity, Sex, Subscriber,
    UnitBasis, Verdict,
};
use codes::Library;
use jiff::civil::date;
use proptest::prelude::*;

use crate::{Context, CoverageFacts, Override, PriorLine, apply_fixes, check, edits, sample};

type Change = fn(&mut Claim, &mut Context);

/// An edit, a change of the clean claim that breaks it, and a further change that satisfies it again.
struct Case(&'static str, Change, Change);

fn diagnoses(claim: &mut Claim, codes: &[&str]) {
    claim.diagnoses = codes.iter().map(|code| code.parse().unwrap()).collect();
}

fn lines(claim: &mut Claim, services: &[(&str, &[&str], u32)]) {
    claim.lines = (1..)
        .zip(services)
        .map(|(number, (code, modifiers, units))| sample::line(number, code, modifiers, 10_000, *units))
        .collect();
}

fn medicare(claim: &mut Claim) {
    claim.payer.filing_code = "MB".into();
    claim.member.member_id = "1EG4TE5MK73".into();
    claim.referring = claim.rendering.clone();
}

fn prior(code: &str, modifiers: &[&str], from: jiff::civil::Date) -> PriorLine {
    let claim = sample::claim();
    PriorLine {
        control_number: "A000004".into(),
        procedure: code.parse().unwrap(),
        modifiers: modifiers.iter().map(|m| m.parse().unwrap()).collect(),
        units: 1,
        charge: Money::from_cents(16_000),
        from,
        through: from,
        billing_npi: claim.billing.npi,
        rendering_npi: claim.rendering.as_ref().unwrap().npi.clone(),
        taxonomy: claim.rendering.unwrap().taxonomy,
        diagnoses: Vec::new(),
    }
}

fn other_payer(sequence: PayerSequence, paid: Option<i64>) -> OtherPayer {
    let claim = sample::claim();
    OtherPayer {
        sequence,
        payer: ClaimPayer { name: "Union Trust Plan".into(), payer_number: "UT009".into(), ..claim.payer },
        member: claim.member,
        subscriber_name: PersonName::new("Otto", "Brandt"),
        paid: paid.map(Money::from_cents),
        patient_liability: None,
        adjustments: Vec::new(),
        control_number: None,
    }
}

fn secondary(claim: &mut Claim, paid: Option<i64>) {
    claim.sequence = PayerSequence::Secondary;
    claim.other_payers = vec![other_payer(PayerSequence::Primary, paid)];
}

fn decided(paid: i64, adjusted: i64) -> LineAdjudication {
    LineAdjudication {
        payer_number: "UT009".into(),
        paid: Money::from_cents(paid),
        units: 1,
        adjustments: vec![Adjustment::new(AdjustmentGroup::Co, "45".parse().unwrap(), Money::from_cents(adjusted))],
        decided_on: date(2026, 3, 4),
    }
}

fn covered(from: jiff::civil::Date, to: Option<jiff::civil::Date>) -> Option<CoverageFacts> {
    Some(CoverageFacts { effective_on: from, terminated_on: to, sequence: PayerSequence::Primary, is_active: None })
}

fn injured(cause: AccidentCause, state: &str) -> Option<Accident> {
    Some(Accident { cause, on: date(2026, 2, 20), state: state.into() })
}

fn subscriber() -> Option<Subscriber> {
    let patient = sample::claim().patient;
    Some(Subscriber { name: patient.name, born_on: patient.born_on, sex: patient.sex, address: patient.address })
}

const PARTIES: &[Case] = &[
    Case("CLM01", |c, _| c.control_number.clear(), |c, _| c.control_number = "A000018".into()),
    Case("MEMBER", |c, _| c.member.member_id.clear(), |c, _| c.member.member_id = "HH1".into()),
    Case(
        "C2",
        |c, _| {
            medicare(c);
            c.member.member_id = "1SG4TE5MK73".into();
        },
        |c, _| c.member.member_id = "1EG4TE5MK73".into(),
    ),
    Case("TAXID", |c, _| c.billing.tax_id = "12-3456780".into(), |c, _| c.billing.tax_id = "123456780".into()),
    Case("ZIP9", |c, _| c.billing.address.zip = "44126".into(), |c, _| c.billing.address.zip = "441260001".into()),
    Case(
        "ZIP9",
        |c, _| {
            let mut address = sample::address();
            address.zip = "44126".into();
            c.facility = Some(ServiceFacility { name: "Fairview Hall".into(), npi: None, address });
        },
        |c, _| c.facility.as_mut().unwrap().address.zip = "441260001".into(),
    ),
    Case("C7", |c, _| c.billing.address.line1 = "PO Box 12".into(), |c, _| c.billing.address = sample::address()),
    Case("PAYERID", |c, _| c.payer.payer_number.clear(), |c, _| c.payer.payer_number = "HH001".into()),
    Case("NAME", |c, _| c.patient.name.first.clear(), |c, _| c.patient.name.first = "Otto".into()),
    Case("NAME", |c, _| c.patient.address.state = "Ohio".into(), |c, _| c.patient.address.state = "OH".into()),
    Case("DOB", |c, _| c.patient.born_on = date(2026, 3, 3), |c, _| c.patient.born_on = date(1971, 5, 9)),
    Case("DOB", |c, _| c.patient.born_on = date(1901, 3, 1), |c, _| c.patient.born_on = date(1902, 5, 1)),
    Case("SEX", |c, _| c.patient.sex = Sex::Unknown, |c, _| c.patient.sex = Sex::Female),
    Case("SUBSCRIBER", |c, _| c.member.relationship = Relationship::Spouse, |c, _| c.member.subscriber = subscriber()),
    Case("SUBSCRIBER", |c, _| c.member.subscriber = subscriber(), |c, _| c.member.relationship = Relationship::Child),
    Case("C24", |c, _| c.lines[0].through = date(2026, 3, 1), |c, _| c.lines[0].through = date(2026, 3, 2)),
    Case("C24", |c, _| c.lines[0].through = date(2026, 3, 9), |_, x| x.on = date(2026, 3, 9)),
    Case("DX27", |c, _| diagnoses(c, &["O0900"]), |c, _| c.patient.sex = Sex::Female),
    Case(
        "DX27",
        |c, _| {
            c.patient.sex = Sex::Female;
            diagnoses(c, &["I10", "O0900"]);
        },
        |c, _| diagnoses(c, &["O0900", "I10"]),
    ),
    Case("DX37", |c, _| diagnoses(c, &["N800"]), |c, _| c.lines[0].modifiers = vec!["KX".parse().unwrap()]),
    Case("DX37", |c, _| diagnoses(c, &["Z00129"]), |c, _| c.patient.born_on = date(2018, 5, 9)),
];

const COVERAGE: &[Case] = &[
    Case(
        "COV1",
        |_, x| x.coverage = covered(date(2026, 3, 3), None),
        |_, x| x.coverage = covered(date(2026, 3, 2), None),
    ),
    Case(
        "COV1",
        |_, x| x.coverage = covered(date(2025, 1, 1), Some(date(2026, 3, 1))),
        |_, x| x.coverage = covered(date(2025, 1, 1), Some(date(2026, 3, 2))),
    ),
    Case(
        "COV1",
        |_, x| {
            x.coverage = covered(date(2025, 1, 1), None);
            x.coverage.as_mut().unwrap().is_active = Some(false);
        },
        |_, x| x.coverage.as_mut().unwrap().is_active = Some(true),
    ),
    Case(
        "COV2",
        |c, x| {
            secondary(c, Some(0));
            x.coverage = covered(date(2025, 1, 1), None);
        },
        |_, x| x.coverage.as_mut().unwrap().sequence = PayerSequence::Secondary,
    ),
    Case(
        "COV2",
        |c, _| c.other_payers = vec![other_payer(PayerSequence::Primary, None)],
        |c, _| c.other_payers = vec![other_payer(PayerSequence::Secondary, None)],
    ),
    Case("COV2", |_, x| x.payer = Some(PayerKind::MedicareSupplement), |c, _| secondary(c, Some(0))),
    Case(
        "C8",
        |c, _| {
            medicare(c);
            secondary(c, Some(0));
        },
        |c, _| c.medicare_secondary_type = "43".into(),
    ),
    Case(
        "C14",
        |c, _| {
            c.patient.born_on = date(1956, 1, 1);
            c.medicare_secondary_type = "43".into();
        },
        |c, _| c.medicare_secondary_type = "12".into(),
    ),
    Case(
        "WC",
        |c, _| {
            c.payer.filing_code = "WC".into();
            c.accident = injured(AccidentCause::Employment, "");
        },
        |c, _| c.property_casualty_claim = Some("WC-4471".into()),
    ),
    Case(
        "WC",
        |c, _| {
            c.payer.filing_code = "AM".into();
            c.property_casualty_claim = Some("AU-4471".into());
            c.accident = injured(AccidentCause::Auto, "");
        },
        |c, _| c.accident = injured(AccidentCause::Auto, "OH"),
    ),
    Case("ACCIDENT", |c, _| diagnoses(c, &["S93401A"]), |c, _| c.accident = injured(AccidentCause::Other, "")),
    Case("ACCIDENT", |c, _| c.accident = injured(AccidentCause::Employment, ""), |c, _| c.accident = None),
    Case(
        "AUTH",
        |_, x| x.authorization_required.extend(["99213".parse().unwrap()]),
        |c, _| c.prior_authorization = Some("PA-77".into()),
    ),
];

const DIAGNOSES: &[Case] = &[
    Case("DX38", |c, _| c.diagnoses.clear(), |c, _| diagnoses(c, &["I10"])),
    Case("DX26", |c, _| diagnoses(c, &["I10", "E119", "I10"]), |c, _| diagnoses(c, &["I10", "E119"])),
    Case("DX02", |c, _| diagnoses(c, &["S72001"]), |c, _| diagnoses(c, &["S72001A"])),
    Case("DX02", |c, _| diagnoses(c, &["E11"]), |c, _| diagnoses(c, &["E119"])),
    Case("DX02", |c, _| diagnoses(c, &["S7200XA"]), |c, _| diagnoses(c, &["T360X1A"])),
    Case("DX13", |c, _| diagnoses(c, &["G63", "E538"]), |c, _| diagnoses(c, &["E538", "G63"])),
    Case("DX11", |c, _| diagnoses(c, &["I10", "G63", "E538"]), |c, _| diagnoses(c, &["I10", "E538", "G63"])),
    Case("DX09", |c, _| diagnoses(c, &["J00", "J029"]), |c, _| diagnoses(c, &["J029"])),
    Case("DX20", |c, _| diagnoses(c, &["I10", "Z0000"]), |c, _| diagnoses(c, &["Z0000", "I10"])),
    Case("DX21", |c, _| diagnoses(c, &["Z794", "E119"]), |c, _| diagnoses(c, &["E119", "Z794"])),
    Case("DX23", |c, _| diagnoses(c, &["W19XXXA"]), |c, _| diagnoses(c, &["S93401D", "W19XXXD"])),
    Case("DX30", |c, _| diagnoses(c, &["R6520", "A419"]), |c, _| diagnoses(c, &["A419", "R6520"])),
    Case("DX33", |c, _| diagnoses(c, &["T383X6A", "E1165"]), |c, _| diagnoses(c, &["E1165", "T383X6A"])),
    Case("DX28", |c, _| diagnoses(c, &["Z3800", "Z3801"]), |c, _| diagnoses(c, &["Z3800"])),
];

const SERVICES: &[Case] = &[
    Case("POS", |c, _| c.place_of_service = "98".parse().unwrap(), |c, _| c.place_of_service = "11".parse().unwrap()),
    Case("C12", |c, _| lines(c, &[("87880", &["QW"], 1)]), |c, _| c.clia = Some("36D0123456".into())),
    Case(
        "C12",
        |c, _| {
            lines(c, &[("87880", &["QW"], 1)]);
            c.clia = Some("36D01".into());
        },
        |c, _| c.clia = Some("36D0123456".into()),
    ),
    Case("QW", |c, _| lines(c, &[("87880", &[], 1)]), |c, _| lines(c, &[("87880", &["QW"], 1)])),
    Case("UNLISTED", |c, _| lines(c, &[("17999", &[], 1)]), |c, _| c.lines[0].description = "scar revision".into()),
    Case(
        "CONSULT",
        |c, _| {
            medicare(c);
            lines(c, &[("99243", &[], 1)]);
        },
        |c, _| lines(c, &[("99203", &[], 1)]),
    ),
    Case("MOD1", |c, _| lines(c, &[("99213", &["Z9"], 1)]), |c, _| lines(c, &[("99213", &["25"], 1)])),
    Case("MOD2", |c, _| lines(c, &[("99213", &["25", "25"], 1)]), |c, _| lines(c, &[("99213", &["25"], 1)])),
    Case(
        "DX07",
        |c, _| {
            diagnoses(c, &["M1712"]);
            lines(c, &[("20610", &["RT"], 1)]);
        },
        |c, _| lines(c, &[("20610", &["LT"], 1)]),
    ),
    Case("T24", |c, _| lines(c, &[("20610", &["50", "RT"], 1)]), |c, _| lines(c, &[("20610", &["50"], 1)])),
    Case("T24", |c, _| lines(c, &[("20610", &["50"], 2)]), |c, _| lines(c, &[("20610", &["50"], 1)])),
    Case("T24", |c, _| lines(c, &[("99213", &["50"], 1)]), |c, _| lines(c, &[("99213", &[], 1)])),
    Case("T25", |c, _| lines(c, &[("99213", &["GA", "GZ"], 1)]), |c, _| lines(c, &[("99213", &["GA"], 1)])),
    Case("T25", |c, _| lines(c, &[("99213", &["GX", "GA"], 1)]), |c, _| lines(c, &[("99213", &["GX", "GY"], 1)])),
    Case("MOD26", |c, _| lines(c, &[("99213", &["26"], 1)]), |c, _| lines(c, &[("71046", &["26"], 1)])),
    Case("MOD25", |c, _| lines(c, &[("20610", &["25", "RT"], 1)]), |c, _| lines(c, &[("20610", &["RT"], 1)])),
    Case("MOD59", |c, _| lines(c, &[("99213", &["59"], 1)]), |c, _| lines(c, &[("99213", &["25"], 1)])),
];

const THERAPY: &[Case] = &[
    Case("THER1", |c, _| lines(c, &[("97110", &[], 2)]), |c, _| lines(c, &[("97110", &["GP"], 2)])),
    Case("THER2", |c, _| lines(c, &[("97110", &["GP", "GO"], 2)]), |c, _| lines(c, &[("97110", &["GO"], 2)])),
    Case("CQ", |c, _| lines(c, &[("97110", &["GO", "CQ"], 2)]), |c, _| lines(c, &[("97110", &["GP", "CQ"], 2)])),
    Case("CQ", |c, _| lines(c, &[("97161", &["GP", "CQ"], 1)]), |c, _| lines(c, &[("97161", &["GP"], 1)])),
    Case(
        "T27",
        |c, x| {
            medicare(c);
            lines(c, &[("97110", &["GP"], 1)]);
            x.therapy_accrued = Money::from_cents(247_000);
            x.expected_allowed.insert(1, Money::from_cents(4_500));
        },
        |_, x| x.therapy_accrued = Money::from_cents(243_500),
    ),
    Case(
        "KXW",
        |c, _| {
            medicare(c);
            lines(c, &[("97110", &["GP", "KX"], 1)]);
        },
        |_, x| x.therapy_accrued = Money::from_cents(248_000),
    ),
    Case(
        "THER3",
        |c, _| {
            medicare(c);
            c.referring = None;
            lines(c, &[("97110", &["GP"], 1)]);
        },
        |c, _| medicare(c),
    ),
];

const TOGETHER: &[Case] = &[
    Case(
        "PTP",
        |c, _| lines(c, &[("97150", &["GP"], 1), ("97140", &["GP"], 1)]),
        |c, _| {
            lines(c, &[("97150", &["GP"], 1), ("97140", &["GP", "59"], 1)]);
        },
    ),
    Case(
        "PTP",
        |c, _| lines(c, &[("97150", &["GP"], 1), ("97140", &["GP", "51"], 1)]),
        |c, _| {
            lines(c, &[("97150", &["GP"], 1), ("97140", &["GP", "XE"], 1)]);
        },
    ),
    Case("MUE", |c, _| lines(c, &[("20610", &["RT"], 9)]), |c, _| lines(c, &[("20610", &["RT"], 1)])),
    Case("ADDON", |c, _| lines(c, &[("90472", &[], 1)]), |c, _| lines(c, &[("90471", &[], 1), ("90472", &[], 1)])),
    Case(
        "T20",
        |_, x| x.history = vec![prior("17110", &[], date(2026, 2, 25))],
        |c, _| {
            lines(c, &[("99213", &["24"], 1)]);
        },
    ),
    Case(
        "T20",
        |_, x| x.history = vec![prior("17110", &[], date(2026, 2, 20))],
        |_, x| {
            x.history = vec![prior("17110", &[], date(2026, 2, 19))];
        },
    ),
    Case(
        "GLOBAL",
        |c, x| {
            lines(c, &[("20610", &["RT"], 1)]);
            x.history = vec![prior("17110", &[], date(2026, 2, 25))];
        },
        |c, _| lines(c, &[("20610", &["RT", "79"], 1)]),
    ),
    Case(
        "T21",
        |c, _| lines(c, &[("99213", &[], 1), ("20610", &["RT"], 1)]),
        |c, _| {
            lines(c, &[("99213", &["25"], 1), ("20610", &["RT"], 1)]);
        },
    ),
    Case(
        "T22",
        |c, _| {
            lines(c, &[("99213", &[], 1), ("27447", &["RT"], 1)]);
            c.lines[1].from = date(2026, 3, 3);
            c.lines[1].through = date(2026, 3, 3);
        },
        |c, _| c.lines[0].modifiers = vec!["57".parse().unwrap()],
    ),
    Case(
        "T26",
        |c, x| {
            lines(c, &[("99203", &[], 1)]);
            x.history = vec![prior("99213", &[], date(2023, 4, 2))];
        },
        |_, x| x.history = vec![prior("99213", &[], date(2023, 3, 1))],
    ),
];

const MONEY: &[Case] = &[
    Case("C3", |c, _| c.lines[0].pointers = vec![13], |c, _| c.lines[0].pointers = vec![2]),
    Case("C3", |c, _| c.lines[0].pointers = vec![0], |c, _| c.lines[0].pointers = vec![1]),
    Case("C3", |c, _| c.lines[0].pointers.clear(), |c, _| c.lines[0].pointers = vec![1]),
    Case("C4", |c, _| c.lines[0].charge = Money::ZERO, |c, _| c.lines[0].charge = Money::from_cents(1)),
    Case("C4", |c, _| c.lines[0].units = 0, |c, _| c.lines[0].units = 1),
    Case(
        "C17",
        |c, _| c.lines = (1..=51).map(|n| sample::line(n, "99213", &[], 100, 1)).collect(),
        |c, _| c.lines.truncate(50),
    ),
    Case("C19", |c, _| lines(c, &[("00790", &["AA"], 3)]), |c, _| c.lines[0].basis = UnitBasis::Minutes),
    Case(
        "C5",
        |c, x| {
            c.frequency = Frequency::Replacement;
            c.original_reference = Some("ICN1".into());
            x.accepts_replacement = false;
        },
        |_, x| x.accepts_replacement = true,
    ),
    Case(
        "C5",
        |c, _| {
            medicare(c);
            c.frequency = Frequency::Replacement;
            c.original_reference = Some("ICN1".into());
        },
        |c, _| c.frequency = Frequency::Original,
    ),
    Case("C6", |c, _| c.frequency = Frequency::Replacement, |c, _| c.original_reference = Some("ICN1".into())),
    Case(
        "C10",
        |c, _| {
            secondary(c, Some(6_000));
            c.lines[0].charge = Money::from_cents(10_000);
            c.lines[0].adjudications = vec![decided(6_000, 3_900)];
        },
        |c, _| c.lines[0].adjudications = vec![decided(6_000, 4_000)],
    ),
    Case(
        "C10T",
        |c, _| {
            secondary(c, Some(5_000));
            c.lines[0].adjudications = vec![decided(6_000, 10_000)];
        },
        |c, _| c.other_payers[0].paid = Some(Money::from_cents(6_000)),
    ),
    Case(
        "C18",
        |c, _| {
            secondary(c, Some(6_000));
            c.patient_paid = Money::from_cents(6_000);
        },
        |c, _| c.patient_paid = Money::from_cents(2_000),
    ),
    Case("COB", |c, _| secondary(c, None), |c, _| secondary(c, Some(0))),
    Case(
        "DUP",
        |_, x| x.history = vec![prior("99213", &[], sample::SERVED_ON)],
        |_, x| {
            x.history = vec![prior("99213", &["25"], sample::SERVED_ON)];
        },
    ),
    Case(
        "C16",
        |c, x| {
            medicare(c);
            c.lines[0].from = date(2025, 12, 1);
            c.lines[0].through = date(2025, 12, 1);
            x.on = date(2026, 12, 2);
        },
        |_, x| x.on = date(2026, 12, 1),
    ),
    Case(
        "C16",
        |_, x| {
            x.filing_limit_days = Some(90);
            x.on = date(2026, 6, 1);
        },
        |_, x| x.on = date(2026, 5, 31),
    ),
    Case(
        "C16W",
        |_, x| {
            x.filing_limit_days = Some(90);
            x.on = date(2026, 5, 17);
        },
        |_, x| x.on = date(2026, 5, 16),
    ),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    [PARTIES, COVERAGE, DIAGNOSES, SERVICES, THERAPY, TOGETHER, MONEY].into_iter().flatten()
}

fn failures(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.verdict == Verdict::Fail).collect()
}

fn examine(changes: &[Change]) -> Vec<Finding> {
    let (mut claim, mut context) = (sample::claim(), sample::context());
    changes.iter().for_each(|change| change(&mut claim, &mut context));
    check(&claim, &context, &Library::shipped())
}

#[test]
fn the_sample_is_clean() {
    assert_eq!(examine(&[]), []);
}

#[test]
fn every_case_breaks_and_mends() {
    for (number, Case(id, breaks, mends)) in (1..).zip(cases()) {
        let broken = examine(&[*breaks]);
        assert!(failures(&broken).iter().any(|f| f.id == *id), "case {number}, {id} does not fail: {broken:#?}");
        let mended = examine(&[*breaks, *mends]);
        assert!(failures(&mended).iter().all(|f| f.id != *id), "case {number}, {id} still fails: {mended:#?}");
    }
}

/// Edits that only say what could not be checked or excused have their own tests below.
const WITHOUT_CASE: [&str; 2] = ["PROC", "LCD"];

#[test]
fn every_edit_has_a_case() {
    for edit in edits() {
        assert!(
            cases().any(|Case(id, ..)| *id == edit.id) || WITHOUT_CASE.contains(&edit.id),
            "{} has no case",
            edit.id
        );
        assert!(edits().filter(|other| other.id == edit.id).count() == 1, "{} stands twice", edit.id);
        assert!(!edit.title.is_empty() && !edit.citation.is_empty());
    }
}

#[test]
fn an_unknown_service_is_unchecked_and_holds_nothing() {
    let findings = examine(&[|c, _| lines(c, &[("0999T", &[], 1)])]);
    assert!(findings.iter().any(|f| f.id == "PROC" && f.verdict == Verdict::Unchecked));
    assert!(!findings.iter().any(Finding::holds));
}

#[test]
fn a_pair_on_two_sides_is_bypassed_and_on_one_side_is_not() {
    let judge = |change: Change| examine(&[change]).into_iter().find(|f| f.id == "PTP").map(|f| f.verdict);
    let apart = judge(|c, _| lines(c, &[("20610", &["LT"], 1), ("20550", &["RT"], 1)]));
    assert_eq!(apart, Some(Verdict::Bypassed));
    let together = judge(|c, _| lines(c, &[("20610", &["RT"], 1), ("20550", &["RT"], 1)]));
    assert_eq!(together, Some(Verdict::Fail));
}

#[test]
fn an_override_needs_a_reason() {
    let excluded: Change = |c, _| diagnoses(c, &["J00", "J029"]);
    let without: Change = |_, x| x.overrides = vec![Override { id: "DX09".into(), line: None, reason: "  ".into() }];
    let with: Change = |_, x| {
        x.overrides = vec![Override { id: "DX09".into(), line: None, reason: "Two unrelated infections.".into() }];
    };
    let verdict = |changes: &[Change]| examine(changes).into_iter().find(|f| f.id == "DX09").map(|f| f.verdict);
    assert_eq!(verdict(&[excluded, without]), Some(Verdict::Fail));
    assert_eq!(verdict(&[excluded, with]), Some(Verdict::Bypassed));
}

#[test]
fn fixes_clear_what_they_promise() {
    let mut claim = sample::claim();
    claim.rendering.as_mut().unwrap().taxonomy = "225100000X".parse().unwrap();
    claim.diagnoses = ["G63", "E538", "M5450", "E538"].map(|code| code.parse().unwrap()).to_vec();
    claim.lines = vec![sample::line(1, "97110", &[], 12_000, 2)];
    claim.lines[0].pointers = vec![1, 2];
    let context = sample::context();
    let findings = check(&claim, &context, &Library::shipped());
    let fixable: Vec<&str> = findings.iter().filter(|f| f.fix.is_some()).map(|f| f.id.as_str()).collect();
    assert_eq!(fixable, ["DX26", "DX13", "THER1"]);
    let (fixed, done) = apply_fixes(&claim, &findings);
    assert_eq!(done.len(), 3);
    assert_eq!(fixed.lines[0].modifiers, ["GP".parse().unwrap()]);
    assert_eq!(fixed.pointed(&fixed.lines[0]).iter().map(|d| d.as_str()).collect::<Vec<_>>(), ["E538", "G63"]);
    assert_eq!(failures(&check(&fixed, &context, &Library::shipped())), Vec::<&Finding>::new());
    let never: [&str; 6] = ["25", "59", "XE", "XP", "XS", "XU"];
    for Case(id, breaks, _) in cases() {
        for finding in examine(&[*breaks]) {
            if let Some(Fix::AddModifier { modifier, .. }) = finding.fix {
                assert!(!never.contains(&modifier.as_str()), "{id} adds {modifier}");
            }
        }
    }
}

#[test]
fn severities_follow_the_payer() {
    let pair: Change = |c, _| lines(c, &[("97150", &["GP"], 1), ("97140", &["GP"], 1)]);
    let work: Change = |_, x| x.payer = Some(PayerKind::WorkersCompensation);
    let severity = |changes: &[Change]| examine(changes).into_iter().find(|f| f.id == "PTP").map(|f| f.severity);
    assert_eq!(severity(&[pair]), Some(Severity::Error));
    assert_eq!(severity(&[pair, work]), Some(Severity::Warning));
}

#[test]
fn a_policy_asks_for_a_supporting_diagnosis() {
    let library = Library::shipped();
    let policy = |code: &claim::ProcedureCode| library.coverage_policy(code, sample::SERVED_ON);
    let procedure = library.procedures(sample::SERVED_ON).find(|p| policy(&p.code).is_some()).unwrap();
    let covered = policy(&procedure.code).unwrap().covered[0].first().parse().unwrap();
    let judge = |modifiers: &[&str], diagnosis: claim::DiagnosisCode| {
        let mut claim = sample::claim();
        medicare(&mut claim);
        lines(&mut claim, &[(procedure.code.as_str(), modifiers, 1)]);
        claim.diagnoses = vec![diagnosis];
        let found = check(&claim, &sample::context(), &library).into_iter().find(|f| f.id == "LCD");
        found.map(|f| (f.verdict, f.severity))
    };
    let unrelated = || "W5801XA".parse().unwrap();
    assert_eq!(judge(&[], unrelated()), Some((Verdict::Fail, Severity::Error)));
    assert_eq!(judge(&["GA"], unrelated()), Some((Verdict::Bypassed, Severity::Error)));
    assert_eq!(judge(&[], covered), None);
}

proptest! {
    /// Whatever the order and repetition, fixing ends, and every pointer still leads to the code it meant.
    #[test]
    fn fixes_end_and_pointers_hold(picked in proptest::collection::vec(0usize..8, 1..12), pointers in proptest::collection::vec(1u8..13, 1..4)) {
        const POOL: [&str; 8] = ["G63", "E538", "I10", "E119", "F0280", "G309", "N181", "E1122"];
        let library = Library::shipped();
        let mut claim = sample::claim();
        claim.diagnoses = picked.iter().map(|i| POOL[*i].parse().unwrap()).collect();
        claim.lines[0].pointers = pointers.into_iter().filter(|p| usize::from(*p) <= picked.len()).collect();
        let meant = |claim: &Claim| -> std::collections::BTreeSet<String> {
            claim.pointed(&claim.lines[0]).into_iter().map(|code| code.as_str().to_owned()).collect()
        };
        let before = meant(&claim);
        for _ in 0..picked.len() {
            claim = apply_fixes(&claim, &check(&claim, &sample::context(), &library)).0;
        }
        prop_assert_eq!(meant(&claim), before);
        let rest = check(&claim, &sample::context(), &library);
        prop_assert!(rest.iter().all(|finding| finding.fix.is_none()), "{rest:#?}");
    }
}
