//! Every edit with a claim that breaks it and the change that mends it.

use claim::{
    Accident, AccidentCause, Adjustment, AdjustmentGroup, Claim, ClaimPayer, Frequency, LineAdjudication, Money,
    OtherPayer, PayerKind, PayerSequence, PersonName, Relationship, ServiceFacility, Sex, Subscriber, UnitBasis,
};
use jiff::civil::date;

use crate::{Context, CoverageFacts, PriorLine, sample};

pub(crate) type Change = fn(&mut Claim, &mut Context);

/// An edit, a change of the clean claim that breaks it, and a further change that satisfies it again.
pub(crate) struct Case(pub &'static str, pub Change, pub Change);

pub(crate) fn diagnoses(claim: &mut Claim, codes: &[&str]) {
    claim.diagnoses = codes.iter().map(|code| code.parse().unwrap()).collect();
}

pub(crate) fn lines(claim: &mut Claim, services: &[(&str, &[&str], u32)]) {
    claim.lines = (1..)
        .zip(services)
        .map(|(number, (code, modifiers, units))| sample::line(number, code, modifiers, 10_000, *units))
        .collect();
}

pub(crate) fn medicare(claim: &mut Claim) {
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
        units: claim::Units::ONE,
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
        decided_on: None,
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
        procedure: "99213".parse().unwrap(),
        modifiers: Vec::new(),
        units: claim::Units::ONE,
        bundled_into: None,
        adjustments: vec![Adjustment::new(AdjustmentGroup::Co, "45".parse().unwrap(), Money::from_cents(adjusted))],
        patient_liability: None,
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
        "T27",
        |c, x| {
            medicare(c);
            lines(c, &[("97110", &["GO"], 1)]);
            x.occupational_accrued = Money::from_cents(247_000);
        },
        |_, x| {
            x.occupational_accrued = Money::ZERO;
            x.therapy_accrued = Money::from_cents(300_000);
        },
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
    Case("C4", |c, _| c.lines[0].units = claim::Units::ZERO, |c, _| c.lines[0].units = claim::Units::ONE),
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
    Case(
        "C18",
        |c, _| {
            secondary(c, Some(6_000));
            c.patient_paid = Money::from_cents(6_000);
        },
        // A patient with a deductible pays more than the plan did.
        |c, _| c.patient_paid = Money::from_cents(7_000),
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

pub(crate) fn cases() -> impl Iterator<Item = &'static Case> {
    [PARTIES, COVERAGE, DIAGNOSES, SERVICES, THERAPY, TOGETHER, MONEY].into_iter().flatten()
}
