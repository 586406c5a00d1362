//! Writes `examples/claims.837`: `cargo run -p superbill --example sample_claims > examples/claims.837`.

use std::io::Write;

use claim::{
    Address, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, Frequency, Money, PayerSequence,
    PersonName, Provider, Relationship, ServiceLine, Sex, UnitBasis,
};
use jiff::civil::{Date, date};

fn address(line1: &str, zip: &str) -> Address {
    Address { line1: line1.into(), line2: String::new(), city: "Baltimore".into(), state: "MD".into(), zip: zip.into() }
}

fn visit(number: &str, member_id: &str, name: PersonName, born_on: Date, sex: Sex) -> anyhow::Result<Claim> {
    let served_on = date(2026, 3, 2);
    Ok(Claim {
        control_number: number.into(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: BillingProvider {
            name: "Cedar Hollow Family Practice".into(),
            npi: "1234567893".parse()?,
            tax_id: "990000002".into(),
            taxonomy: "207Q00000X".parse()?,
            address: address("12 Mill Road", "212440012"),
            pay_to: None,
            phone: "4105550134".into(),
        },
        rendering: Some(Provider {
            id: "00000000-0000-0000-0000-000000000001".parse()?,
            name: PersonName::new("Maria", "Lindqvist"),
            credential: "MD".into(),
            npi: "1987654328".parse()?,
            taxonomy: "207Q00000X".parse()?,
        }),
        referring: None,
        facility: None,
        payer: ClaimPayer {
            name: "Tidewater Part B".into(),
            payer_number: "TWB01".into(),
            address: address("1 Main Street", "212440001"),
            filing_code: "MB".into(),
        },
        member: ClaimMember {
            member_id: member_id.into(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: Relationship::Subscriber,
            subscriber: None,
        },
        patient: ClaimPatient { name, born_on, sex, address: address("400 Orchard Lane", "212440400") },
        place_of_service: "11".parse()?,
        assignment: 'A',
        benefits_assigned: true,
        accident: None,
        prior_authorization: None,
        property_casualty_claim: None,
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: vec!["E1142".parse()?, "I10".parse()?],
        patient_paid: Money::ZERO,
        lines: vec![ServiceLine {
            number: 1,
            control_number: format!("{number}-1"),
            procedure: "99214".parse()?,
            modifiers: Vec::new(),
            charge: Money::from_cents(25_000),
            units: claim::Units::ONE,
            basis: UnitBasis::Units,
            place_of_service: None,
            pointers: vec![1, 2],
            from: served_on,
            through: served_on,
            description: String::new(),
            adjudications: Vec::new(),
        }],
        other_payers: Vec::new(),
    })
}

fn main() -> anyhow::Result<()> {
    let claims = [
        visit("CH0000001", "1EG4TE5MK73", PersonName::new("Jane", "Doe"), date(1951, 4, 5), Sex::Female)?,
        visit("CH0000002", "1EG4TE5MK99", PersonName::new("Richard", "Roe"), date(1949, 11, 30), Sex::Male)?,
    ];
    let submitter = exchange::Party {
        name: "Cedar Hollow Family Practice".into(),
        id: "CEDARHOLLOW".into(),
        contact_name: "Billing desk".into(),
        phone: "4105550134".into(),
    };
    let receiver =
        exchange::Party { name: "Tidewater Part B".into(), id: "TWB01".into(), ..exchange::Party::default() };
    let controls = exchange::Controls {
        interchange: 1,
        group: 1,
        transaction: 1,
        at: date(2026, 3, 5).at(9, 0, 0, 0),
        usage: 'T',
        reference: "B000001".into(),
    };
    let bytes = exchange::write_837p(&claims, &submitter, &receiver, &controls)?;
    std::io::stdout().write_all(&bytes)?;
    Ok(())
}
