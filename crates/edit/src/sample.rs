//! A clean claim for the tests of this crate: an office visit of an invented patient.

use claim::{
    Address, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, Frequency, Money, Npi, PayerSequence,
    PersonName, Provider, Relationship, ServiceLine, Sex, UnitBasis,
};
use jiff::civil::{Date, date};

use crate::Context;

pub(crate) const SERVED_ON: Date = date(2026, 3, 2);

pub(crate) fn address() -> Address {
    Address {
        line1: "12 Oak Street".into(),
        line2: String::new(),
        city: "Fairview".into(),
        state: "OH".into(),
        zip: "441260001".into(),
    }
}

pub(crate) fn line(number: u16, code: &str, modifiers: &[&str], cents: i64, units: u32) -> ServiceLine {
    ServiceLine {
        number,
        control_number: format!("A000017-{number}"),
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

pub(crate) fn claim() -> Claim {
    Claim {
        control_number: "A000017".into(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: BillingProvider {
            name: "Fairview Family Practice".into(),
            npi: Npi::complete("123456789").unwrap(),
            tax_id: "123456780".into(),
            taxonomy: "207Q00000X".parse().unwrap(),
            address: address(),
            pay_to: None,
            phone: "4405550100".into(),
        },
        rendering: Some(Provider {
            id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            name: PersonName::new("Mara", "Lindqvist"),
            credential: "MD".into(),
            npi: Npi::complete("198765432").unwrap(),
            taxonomy: "207Q00000X".parse().unwrap(),
        }),
        referring: None,
        facility: None,
        payer: ClaimPayer {
            name: "Harbor Health PPO".into(),
            payer_number: "HH001".into(),
            address: Address::default(),
            filing_code: "12".into(),
        },
        member: ClaimMember {
            member_id: "HHX100200300".into(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
        },
        patient: ClaimPatient {
            name: PersonName::new("Otto", "Brandt"),
            born_on: date(1971, 5, 9),
            sex: Sex::Male,
            address: address(),
        },
        place_of_service: "11".parse().unwrap(),
        assignment: 'A',
        benefits_assigned: true,
        accident: None,
        prior_authorization: None,
        property_casualty_claim: None,
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: ["I10", "E119"].map(|code| code.parse().unwrap()).to_vec(),
        patient_paid: Money::ZERO,
        lines: vec![line(1, "99213", &[], 16_000, 1)],
        other_payers: Vec::new(),
    }
}

pub(crate) fn context() -> Context {
    Context::new(date(2026, 3, 5))
}
