//! Whole claims priced under contracts with the shipped library.
#![allow(clippy::unwrap_used)]

use claim::{
    Address, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, Frequency, Money, Npi, PayerSequence,
    PersonName, Relationship, ServiceLine, Sex, UnitBasis,
};
use codes::Library;
use jiff::civil::{Date, date};
use price::{Contract, ContractFee, FeeTable, LineExpectation, Method, expected};

const SERVED_ON: Date = date(2026, 3, 2);

fn line(number: u16, code: &str, modifiers: &[&str], cents: i64, units: u32) -> ServiceLine {
    ServiceLine {
        number,
        control_number: format!("A-{number}"),
        procedure: code.parse().unwrap(),
        modifiers: modifiers.iter().map(|m| m.parse().unwrap()).collect(),
        charge: Money::from_cents(cents),
        units: units.into(),
        basis: UnitBasis::Units,
        place_of_service: None,
        pointers: vec![1],
        from: SERVED_ON,
        through: SERVED_ON,
        description: String::new(),
        adjudications: Vec::new(),
    }
}

fn claim(place: &str, lines: Vec<ServiceLine>) -> Claim {
    Claim {
        control_number: "A".into(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: BillingProvider {
            name: "Fairview Family Practice".into(),
            npi: Npi::complete("123456789").unwrap(),
            tax_id: "123456780".into(),
            taxonomy: "207Q00000X".parse().unwrap(),
            address: Address::default(),
            pay_to: None,
            phone: String::new(),
        },
        rendering: None,
        referring: None,
        facility: None,
        payer: ClaimPayer {
            name: "Payer".into(),
            payer_number: "P".into(),
            address: Address::default(),
            filing_code: "MB".into(),
        },
        member: ClaimMember {
            member_id: "M".into(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
        },
        patient: ClaimPatient {
            name: PersonName::new("Otto", "Brandt"),
            born_on: date(1950, 1, 1),
            sex: Sex::Male,
            address: Address::default(),
        },
        place_of_service: place.parse().unwrap(),
        assignment: 'A',
        benefits_assigned: true,
        accident: None,
        prior_authorization: None,
        property_casualty_claim: None,
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: vec!["I10".parse().unwrap()],
        patient_paid: Money::ZERO,
        lines,
        other_payers: Vec::new(),
    }
}

fn price_visit(place: &str, contract: &Contract) -> LineExpectation {
    expected(&claim(place, vec![line(1, "99214", &[], 25_000, 1)]), contract, &Library::shipped()).remove(0)
}

fn medicare() -> Contract {
    Contract::medicare("Medicare Part B", date(2026, 1, 1))
}

#[test]
fn a_visit_in_office_and_facility() {
    let office = price_visit("11", &medicare());
    assert_eq!(office.allowed.unwrap().to_decimal(), "135.61");
    assert_eq!(office.above_fee(Money::from_cents(25_000)).to_decimal(), "114.39");
    assert_eq!(office.reduction(Money::from_cents(25_000)), Money::ZERO);
    assert_eq!(office.steps[0].rule, "4.06 units (office) × 33.4009");
    assert_eq!(price_visit("22", &medicare()).allowed.unwrap().to_decimal(), "84.50");
    // Telehealth: at home the office rate, elsewhere the facility rate.
    assert_eq!(price_visit("10", &medicare()).allowed.unwrap().to_decimal(), "135.61");
    assert_eq!(price_visit("02", &medicare()).allowed.unwrap().to_decimal(), "84.50");
}

#[test]
fn the_second_conversion_factor() {
    let contract = Contract { is_qualifying_participant: true, ..medicare() };
    assert_eq!(price_visit("11", &contract).allowed.unwrap().to_decimal(), "136.28");
}

#[test]
fn shares_of_medicare_and_of_the_charge() {
    let more = Contract::percent_of_medicare("Harbor", date(2026, 1, 1), 12_000);
    assert_eq!(price_visit("11", &more).allowed.unwrap().to_decimal(), "162.73");
    let share = Contract::percent_of_charge("Union", date(2026, 1, 1), 8_000);
    assert_eq!(price_visit("11", &share).allowed.unwrap().to_decimal(), "200.00");
}

fn fee(code: &str, modifier: Option<&str>, cents: i64) -> ContractFee {
    ContractFee {
        procedure: code.parse().unwrap(),
        modifier: modifier.map(|m| m.parse().unwrap()),
        amount: Money::from_cents(cents),
        facility_amount: None,
        effective_from: date(2026, 1, 1),
        effective_to: None,
    }
}

#[test]
fn explicit_fees_come_first() {
    let fees = FeeTable::new([fee("99214", None, 18_000), fee("71046", Some("26"), 1_500)]);
    let contract = Contract::fee_rows("Harbor", date(2026, 1, 1), fees.clone());
    assert_eq!(price_visit("11", &contract).allowed.unwrap().to_decimal(), "180.00");
    let claim = claim("11", vec![line(1, "71046", &["26"], 5_000, 1), line(2, "99213", &[], 15_000, 1)]);
    let priced = expected(&claim, &contract, &Library::shipped());
    assert_eq!(priced[0].allowed.unwrap().to_decimal(), "15.00");
    assert_eq!((priced[1].line, priced[1].allowed), (2, None));
    assert_eq!(priced[1].steps[0].rule, "The contract has no fee for 99213 on 2026-03-02.");
    let rest = Contract { method: Method::Medicare { basis_points: 10_000 }, ..contract };
    assert!(expected(&claim, &rest, &Library::shipped())[1].allowed.is_some());
}

#[test]
fn the_newest_contract_of_the_day() {
    let old = Contract { effective_to: Some(date(2025, 12, 31)), ..Contract::medicare("old", date(2020, 1, 1)) };
    let contracts = [old, medicare()];
    assert_eq!(Contract::in_force(&contracts, date(2025, 12, 31)).unwrap().name, "old");
    assert_eq!(Contract::in_force(&contracts, SERVED_ON).unwrap().name, "Medicare Part B");
    assert_eq!(Contract::in_force(&contracts, date(2019, 1, 1)), None);
}

#[test]
fn therapy_of_a_day_is_reduced_once() {
    let library = Library::shipped();
    let both = claim("11", vec![line(1, "97110", &["GP"], 20_000, 2), line(2, "97140", &["GP"], 10_000, 1)]);
    let alone = expected(&claim("11", vec![line(1, "97140", &["GP"], 10_000, 1)]), &medicare(), &library);
    let priced = expected(&both, &medicare(), &library);
    assert_eq!(alone[0].fee, alone[0].allowed);
    assert_eq!(priced[1].fee, alone[0].fee);
    let cut = |e: &LineExpectation| e.fee.unwrap() - e.allowed.unwrap();
    assert!(cut(&priced[0]).is_positive() || cut(&priced[1]).is_positive());
    assert_eq!(priced.iter().flat_map(|e| &e.steps).filter(|s| s.citation == "CPM 5 §10.7").count(), 2);
}

#[test]
fn anesthesia_by_base_units_and_minutes() {
    let mut record = line(1, "00790", &["QK"], 90_000, 47);
    record.basis = UnitBasis::Minutes;
    let priced = expected(&claim("22", vec![record]), &medicare(), &Library::shipped()).remove(0);
    // Seven base units and 3.1 for the time, at 20.4976, directed by a physician.
    assert_eq!(priced.fee.unwrap().to_decimal(), "207.03");
    assert_eq!(priced.allowed.unwrap().to_decimal(), "103.52");
    assert_eq!(priced.steps[0].rule, "10.1 anesthesia units × 20.4976");
}

#[test]
fn endoscopies_of_the_schedule_know_their_examination() {
    let library = Library::shipped();
    let of = |code: &str| line(1, code, &[], 500_000, 1);
    let base = expected(&claim("11", vec![of("45378")]), &medicare(), &library)[0].allowed.unwrap();
    let lesser = expected(&claim("11", vec![of("45380")]), &medicare(), &library)[0].allowed.unwrap();
    let second = ServiceLine { number: 2, ..of("45380") };
    let both = expected(&claim("11", vec![of("45385"), second]), &medicare(), &library);
    assert_eq!(both[0].fee, both[0].allowed);
    assert_eq!(both[1].allowed.unwrap(), lesser - base);
}
