//! A payment for somebody else: halfway through, a payer pays the family practice for a claim of its previous billing
//! service. It adds up, so its money comes in; no claim here is it for, so it waits unapplied for a person.

use claim::{
    Adjustment, AdjustmentGroup, Carc, ClaimDecision, ClaimPayment, ClientId, LinePayment, Money, PersonName,
    ProcedureCode, Remittance,
};
use exchange::{Controls, Party};
use jiff::civil::{Date, date};
use world::{InsurerKey, World};

use crate::CycleError;

/// When it comes: near the end, so that it is there to be worked.
const ARRIVES: Date = date(2026, 7, 6);
/// Charge and payment of the claim nobody here sent.
const CHARGE: Money = Money::from_cents(14_500);
const PAID: Money = Money::from_cents(9_240);

/// Partner's folder and file name.
pub(super) type Place = (String, String);

/// The file, on the day it comes.
pub(super) fn arrives(world: &World, day: Date) -> Result<Option<(ClientId, Place, Vec<u8>)>, CycleError> {
    let insurer = world.insurers.iter().find(|insurer| insurer.key == InsurerKey::Ppo);
    let (Some(insurer), Some(client)) = (insurer.filter(|_| day == ARRIVES), world.clients.first()) else {
        return Ok(None);
    };
    let unfit = |what: String| CycleError::refused(format!("the stray payment of the demo: {what}"));
    let procedure = ProcedureCode::new("99213").map_err(|e| unfit(e.to_string()))?;
    let reduction = Adjustment {
        group: AdjustmentGroup::Co,
        reason: Carc::new("45").map_err(|e| unfit(e.to_string()))?,
        amount: CHARGE - PAID,
        quantity: None,
    };
    let served_on = date(2025, 11, 18);
    let line = LinePayment {
        procedure,
        modifiers: Vec::new(),
        submitted_procedure: None,
        charge: CHARGE,
        paid: PAID,
        units: 1,
        from: Some(served_on),
        adjustments: vec![reduction],
        remarks: Vec::new(),
        control_number: None,
        allowed: Some(PAID),
    };
    let payment = ClaimPayment {
        offset: 0,
        control_number: "LEGACY-20417".to_owned(),
        decision: ClaimDecision::Primary,
        charge: CHARGE,
        paid: PAID,
        patient_responsibility: None,
        filing_code: "12".to_owned(),
        payer_control_number: "HV25B118204".to_owned(),
        facility_code: "11".to_owned(),
        frequency: "1".to_owned(),
        patient: PersonName { last: "Ostrander".to_owned(), first: "Delphine".to_owned(), ..PersonName::default() },
        member_id: "HV88120417".to_owned(),
        corrected_member_id: None,
        rendering_npi: String::new(),
        forwarded_to: None,
        adjustments: Vec::new(),
        remarks: Vec::new(),
        received_on: None,
        from: Some(served_on),
        interest: None,
        lines: vec![line],
    };
    let payer = &insurer.payer;
    let trace = "HVX0704418";
    let remittance = Remittance {
        payer_name: payer.name.clone(),
        payer_number: payer.payer_number.clone(),
        payer_address: payer.address.clone(),
        payer_phone: "8005550142".to_owned(),
        payee_name: client.billing.name.clone(),
        payee_id: client.billing.npi.to_string(),
        payee_tax_id: client.billing.tax_id.clone(),
        handling: "I".to_owned(),
        amount: PAID,
        method: "CHK".to_owned(),
        paid_on: ARRIVES,
        trace_number: trace.to_owned(),
        originator: "1990666001".to_owned(),
        produced_on: Some(ARRIVES),
        claims: vec![payment],
        provider_adjustments: Vec::new(),
    };
    let sender = Party {
        name: payer.name.clone(),
        id: payer.payer_number.clone(),
        contact_name: "Claims desk".to_owned(),
        phone: "8005550142".to_owned(),
    };
    let receiver = Party { name: client.billing.name.clone(), id: client.billing.npi.to_string(), ..Party::default() };
    let controls = Controls {
        interchange: 900_000_001,
        group: 900_000_001,
        transaction: 1,
        at: ARRIVES.at(6, 30, 0, 0),
        usage: 'T',
        reference: trace.to_owned(),
    };
    let bytes = exchange::write_835(&[remittance], &sender, &receiver, &controls)?;
    Ok(Some((client.id, (payer.payer_number.clone(), format!("{}-{trace}.835", payer.payer_number)), bytes)))
}
