//! Claims made from the expert's codes, for the tests of the world.

use claim::{
    Accident, Claim, ClaimMember, ClaimPatient, ClaimPayer, CodeSet, Coverage, Frequency, Money, PayerSequence,
    PlaceOfService, ServiceLine, UnitBasis,
};
use world::{Change, Insurer, Visit, World};

/// The services as they are keyed: mistakes of the script, or the corrections of one.
pub fn changed(mut codes: CodeSet, changes: &[Change]) -> CodeSet {
    for service in &mut codes.services {
        for change in changes {
            match change {
                Change::RemoveModifier { lines, modifier } if lines.contains(&service.code) => {
                    service.modifiers.retain(|m| m != modifier);
                }
                Change::AddModifier { lines, modifier } if lines.contains(&service.code) => {
                    service.modifiers.push(modifier.clone());
                }
                Change::SetUnits { lines, units } if lines.contains(&service.code) => service.units = *units,
                _ => {}
            }
        }
    }
    codes
}

pub fn claim(
    world: &World,
    visit: &Visit,
    coverage: &Coverage,
    insurer: &Insurer,
    codes: &CodeSet,
    number: String,
) -> Claim {
    let client = world.clients.iter().find(|c| c.id == visit.client).unwrap();
    let person = world.person(visit).unwrap();
    let clinicians = || world.clients.iter().flat_map(|c| c.providers.iter().chain(&c.referring));
    let on = visit.encounter.served_on;
    let lines = codes.services.iter().zip(1u16..).map(|(service, at)| ServiceLine {
        number: at,
        control_number: format!("{number}-{at}"),
        procedure: service.code.clone(),
        modifiers: service.modifiers.clone(),
        charge: client.charges.iter().find(|c| c.procedure == service.code).unwrap().charge.for_units(service.units),
        units: service.units,
        basis: UnitBasis::Units,
        place_of_service: None,
        pointers: service.pointers.clone(),
        from: on,
        through: on,
        description: String::new(),
        adjudications: Vec::new(),
    });
    Claim {
        control_number: number.clone(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: client.billing.clone(),
        rendering: clinicians().find(|p| p.id == visit.encounter.rendering_id).cloned(),
        referring: clinicians().find(|p| Some(p.id) == visit.encounter.referring_id).cloned(),
        facility: None,
        payer: ClaimPayer {
            name: insurer.payer.name.clone(),
            payer_number: insurer.payer.payer_number.clone(),
            address: insurer.payer.address.clone(),
            filing_code: insurer.payer.kind.filing_code().into(),
        },
        member: ClaimMember {
            member_id: coverage.member_id.clone(),
            group_number: coverage.group_number.clone(),
            plan_name: coverage.plan_name.clone(),
            relationship: coverage.relationship,
            subscriber: coverage.subscriber.clone(),
        },
        patient: ClaimPatient {
            name: person.patient.name.clone(),
            born_on: person.patient.born_on,
            sex: person.patient.sex,
            address: person.patient.address.clone(),
        },
        place_of_service: PlaceOfService::new("11").unwrap(),
        assignment: 'A',
        benefits_assigned: true,
        accident: coverage.accident.clone().map(|a| Accident { state: "KS".into(), ..a }),
        prior_authorization: coverage.prior_authorization.clone(),
        property_casualty_claim: coverage.property_casualty_claim.clone(),
        clia: Some("17D0000001".into()),
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: codes.diagnoses.iter().map(|d| d.code.clone()).collect(),
        patient_paid: Money::ZERO,
        lines: lines.collect(),
        other_payers: Vec::new(),
    }
}
