//! Claims made from what the record knows: first claims, claims to the next payer, corrected claims.
//! Pure: no store, no clock.

use claim::{
    Accident, Adjustment, AdjustmentGroup, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, ClaimPayment,
    CodeSet, CodedService, Coverage, Encounter, Frequency, LineAdjudication, LinePayment, Money, OtherPayer, Patient,
    Payer, PayerKind, PayerSequence, PersonName, Provider, ServiceLine, UnitBasis,
};
use jiff::civil::Date;

use crate::number::line_number;

/// Diagnoses a professional claim can carry (837P HI).
pub const DIAGNOSES_MAX: usize = 12;

/// Everything a first claim is made of.
#[derive(Clone, Copy, Debug)]
pub struct ClaimFacts<'a> {
    /// Who bills.
    pub billing: &'a BillingProvider,
    /// Whose visit.
    pub patient: &'a Patient,
    /// The visit.
    pub encounter: &'a Encounter,
    /// Who rendered it.
    pub rendering: &'a Provider,
    /// Who referred, when known.
    pub referring: Option<&'a Provider>,
    /// The coverage asked first.
    pub coverage: &'a Coverage,
    /// Its payer.
    pub payer: &'a Payer,
    /// Other coverages in force, in order, with their payers.
    pub others: &'a [(Coverage, Payer)],
    /// The codes as decided.
    pub codes: &'a CodeSet,
    /// Charge of each service, in the order of `codes.services`.
    pub charges: &'a [Money],
    /// Paid by the patient at the desk for this visit.
    pub patient_paid: Money,
}

/// The first claim of a visit to its first payer.
#[must_use]
pub fn first_claim(control_number: &str, facts: &ClaimFacts) -> Claim {
    let ClaimFacts { coverage, payer, encounter, .. } = *facts;
    let lines = facts.codes.services.iter().zip(facts.charges).zip(1u16..);
    Claim {
        control_number: control_number.to_owned(),
        frequency: Frequency::Original,
        original_reference: None,
        sequence: PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing: facts.billing.clone(),
        rendering: Some(facts.rendering.clone()),
        referring: facts.referring.cloned(),
        facility: None,
        payer: claim_payer(payer),
        member: member(coverage),
        patient: ClaimPatient {
            name: facts.patient.name.clone(),
            born_on: facts.patient.born_on,
            sex: facts.patient.sex,
            address: facts.patient.address.clone(),
        },
        place_of_service: encounter.place_of_service.clone(),
        assignment: 'A',
        benefits_assigned: true,
        accident: accident(coverage, payer),
        prior_authorization: coverage.prior_authorization.clone(),
        property_casualty_claim: coverage.property_casualty_claim.clone(),
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: facts.codes.diagnoses.iter().take(DIAGNOSES_MAX).map(|d| d.code.clone()).collect(),
        patient_paid: facts.patient_paid,
        lines: lines
            .map(|((service, charge), number)| line(control_number, number, service, *charge, encounter.served_on))
            .collect(),
        other_payers: facts
            .others
            .iter()
            .map(|(coverage, payer)| other_payer(coverage, payer, facts.patient))
            .collect(),
    }
}

fn line(control_number: &str, number: u16, service: &CodedService, charge: Money, served_on: Date) -> ServiceLine {
    ServiceLine {
        number,
        control_number: line_number(control_number, number),
        procedure: service.code.clone(),
        modifiers: service.modifiers.iter().take(4).cloned().collect(),
        charge,
        units: service.units,
        basis: UnitBasis::Units,
        place_of_service: None,
        pointers: service.pointers.iter().take(4).copied().collect(),
        from: served_on,
        through: served_on,
        description: String::new(),
        adjudications: Vec::new(),
    }
}

fn claim_payer(payer: &Payer) -> ClaimPayer {
    ClaimPayer {
        name: payer.name.clone(),
        payer_number: payer.payer_number.clone(),
        address: payer.address.clone(),
        filing_code: payer.kind.filing_code().to_owned(),
    }
}

fn member(coverage: &Coverage) -> ClaimMember {
    ClaimMember {
        member_id: coverage.member_id.clone(),
        group_number: coverage.group_number.clone(),
        plan_name: coverage.plan_name.clone(),
        relationship: coverage.relationship,
        subscriber: coverage.subscriber.clone(),
    }
}

/// Only a payer that answers for injuries is told of one by the coverage; others hear of it from the
/// visit when registration recorded it.
fn accident(coverage: &Coverage, payer: &Payer) -> Option<Accident> {
    let answers = matches!(payer.kind, PayerKind::WorkersCompensation | PayerKind::Auto);
    coverage.accident.clone().filter(|_| answers)
}

fn other_payer(coverage: &Coverage, payer: &Payer, patient: &Patient) -> OtherPayer {
    OtherPayer {
        sequence: coverage.sequence,
        payer: claim_payer(payer),
        member: member(coverage),
        subscriber_name: subscriber_name(coverage.subscriber.as_ref().map(|s| &s.name), &patient.name),
        paid: None,
        patient_liability: None,
        adjustments: Vec::new(),
        decided_on: None,
        control_number: None,
    }
}

fn subscriber_name(subscriber: Option<&PersonName>, patient: &PersonName) -> PersonName {
    subscriber.unwrap_or(patient).clone()
}

/// The claim to the next payer after `decided` on `sent`: same services and charges, the earlier
/// payer's decision in 2320 and 2430 (005010X222A1).
///
/// Why Medicare pays after an employer's plan (SBR05) is not derived here: it needs the questionnaire's answer
/// (42 CFR 411). A supplement behind Medicare carries none.
#[must_use]
pub fn next_claim(
    control_number: &str,
    sent: &Claim,
    decided: &ClaimPayment,
    decided_on: Date,
    next: (&Coverage, &Payer),
) -> Claim {
    let (coverage, payer) = next;
    let others = sent.other_payers.iter().filter(|o| o.payer.payer_number != payer.payer_number).cloned().collect();
    let claim = told_of(&Claim { other_payers: others, ..renumbered(control_number, sent) }, sent, decided, decided_on);
    Claim {
        frequency: Frequency::Original,
        original_reference: None,
        sequence: sent.sequence.next().unwrap_or(PayerSequence::Tertiary),
        payer: claim_payer(payer),
        member: member(coverage),
        accident: accident(coverage, payer),
        prior_authorization: coverage.prior_authorization.clone(),
        ..claim
    }
}

/// A claim to a later payer with what an earlier one decided on the claim `sent` to it, in the place of what it was told
/// before.
#[must_use]
pub fn told_of(claim: &Claim, sent: &Claim, decided: &ClaimPayment, decided_on: Date) -> Claim {
    let payer_number = &sent.payer.payer_number;
    let mut claim = claim.clone();
    for line in &mut claim.lines {
        let before = line.adjudications.iter().position(|told| told.payer_number == *payer_number);
        line.adjudications.retain(|told| told.payer_number != *payer_number);
        let place = before.unwrap_or(line.adjudications.len());
        let parts = parts_of(decided, &sent.control_number, line);
        let bundled_into = bundled_into(decided, sent, line, &parts);
        if let Some(told) = adjudication(payer_number, line, &parts, bundled_into, decided_on) {
            line.adjudications.insert(place, told);
        }
    }
    let has_lines = claim.lines.iter().flat_map(|line| &line.adjudications).any(|a| a.payer_number == *payer_number);
    let earlier = OtherPayer {
        sequence: sent.sequence,
        payer: sent.payer.clone(),
        member: sent.member.clone(),
        subscriber_name: subscriber_name(sent.member.subscriber.as_ref().map(|s| &s.name), &sent.patient.name),
        paid: Some(decided.paid),
        // What is left to the patient stands on the lines where the payer decided them (2320 and 2430 AMT*EAF).
        patient_liability: (!has_lines).then(|| patients(&decided.adjustments)),
        adjustments: decided.adjustments.clone(),
        decided_on: Some(decided_on).filter(|_| !has_lines),
        control_number: Some(decided.payer_control_number.clone()),
    };
    claim.other_payers.retain(|other| other.payer.payer_number != *payer_number);
    claim.other_payers.insert(0, earlier);
    claim
}

fn patients(adjustments: &[Adjustment]) -> Money {
    adjustments.iter().filter(|adjustment| adjustment.group == AdjustmentGroup::Pr).map(|a| a.amount).sum()
}

/// The line that a payer decided this one with: it put both under one code and paid on the other (SVD06; 005010X221A1
/// section 1.10.2.6, procedure code bundling).
fn bundled_into(decided: &ClaimPayment, sent: &Claim, line: &ServiceLine, parts: &[&LinePayment]) -> Option<u16> {
    let first = parts.first()?;
    if first.procedure == line.procedure || parts.iter().any(|part| !part.paid.is_zero()) {
        return None;
    }
    let pays_it = |other: &&ServiceLine| {
        let parts = parts_of(decided, &sent.control_number, other);
        other.number != line.number && parts.iter().any(|p| p.procedure == first.procedure && p.paid.is_positive())
    };
    sent.lines.iter().find(pays_it).map(|other| other.number)
}

/// The decision on a line, in as many parts as the payer made of it: by our line number, else by code and charge.
fn parts_of<'a>(decided: &'a ClaimPayment, claim_number: &str, line: &ServiceLine) -> Vec<&'a LinePayment> {
    let sent_control = line_number(claim_number, line.number);
    let named: Vec<_> =
        decided.lines.iter().filter(|p| p.control_number.as_deref() == Some(sent_control.as_str())).collect();
    if !named.is_empty() {
        return named;
    }
    let is_it = |p: &&LinePayment| {
        p.submitted_procedure.as_ref().unwrap_or(&p.procedure) == &line.procedure && p.charge == line.charge
    };
    decided.lines.iter().find(is_it).into_iter().collect()
}

/// One adjudication of the whole line: what the next payer reads must balance with the line's charge (SNIP 3). It names
/// the service as decided, or as sent when the payer made several of it.
fn adjudication(
    payer_number: &str,
    line: &ServiceLine,
    parts: &[&LinePayment],
    bundled_into: Option<u16>,
    decided_on: Date,
) -> Option<LineAdjudication> {
    let (first, others) = parts.split_first()?;
    let is_one = others.iter().all(|p| (&p.procedure, &p.modifiers) == (&first.procedure, &first.modifiers));
    let (procedure, modifiers) =
        if is_one { (&first.procedure, &first.modifiers) } else { (&line.procedure, &line.modifiers) };
    let mut adjustments: Vec<Adjustment> = Vec::new();
    for adjustment in parts.iter().flat_map(|part| &part.adjustments).filter(|a| !a.amount.is_zero()) {
        let is_same = |known: &&mut Adjustment| (known.group, &known.reason) == (adjustment.group, &adjustment.reason);
        match adjustments.iter_mut().find(is_same) {
            Some(known) => known.amount += adjustment.amount,
            None => adjustments.push(adjustment.clone()),
        }
    }
    adjustments.sort_by_key(|adjustment| adjustment.group);
    Some(LineAdjudication {
        payer_number: payer_number.to_owned(),
        paid: parts.iter().map(|part| part.paid).sum(),
        procedure: procedure.clone(),
        modifiers: modifiers.clone(),
        units: parts.iter().map(|part| part.units).sum(),
        bundled_into,
        patient_liability: Some(patients(&adjustments)),
        adjustments,
        decided_on,
    })
}

/// Facts of a patient or coverage that registration corrected, taken into a claim that was rejected
/// before anybody decided it.
#[must_use]
pub fn refreshed(claim: &Claim, patient: &Patient, coverage: &Coverage) -> Claim {
    Claim {
        member: member(coverage),
        patient: ClaimPatient {
            name: patient.name.clone(),
            born_on: patient.born_on,
            sex: patient.sex,
            address: patient.address.clone(),
        },
        prior_authorization: coverage.prior_authorization.clone(),
        property_casualty_claim: coverage.property_casualty_claim.clone(),
        ..claim.clone()
    }
}

/// A corrected claim: the whole claim again with the payer's number of the decided one (CLM05-3 = 7,
/// REF*F8; Medicare Claims Processing Manual chapter 1 §80.3.2: never to Medicare Part B).
#[must_use]
pub fn replacement(control_number: &str, corrected: &Claim, payer_control_number: &str) -> Claim {
    Claim {
        frequency: Frequency::Replacement,
        original_reference: Some(payer_control_number.to_owned()),
        ..renumbered(control_number, corrected)
    }
}

/// The claim under another control number, its lines too.
#[must_use]
pub fn renumbered(control_number: &str, claim: &Claim) -> Claim {
    let mut claim = Claim { control_number: control_number.to_owned(), ..claim.clone() };
    for line in &mut claim.lines {
        line.control_number = line_number(control_number, line.number);
    }
    claim
}
