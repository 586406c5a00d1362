//! One claim before the adjudicator: what is known, line by line, and how the lines become a decision.

use claim::{
    Adjustment, AdjustmentGroup, Claim, ClaimDecision, ClaimPayment, LinePayment, Money, PayerSequence, Rarc,
    ServiceLine,
};
use codes::Library;
use jiff::civil::Date;

use crate::{
    Member, Plan, State, clinical,
    denial::{self, Denial},
    pricing, settle,
    state::{Accrual, Record, Standing},
};

/// A line that was decided before and still stands.
pub(crate) struct Prior<'a> {
    pub claim: &'a Claim,
    pub line: &'a ServiceLine,
    pub payment: &'a LinePayment,
}

impl Prior<'_> {
    /// True when the line was allowed rather than denied.
    pub fn is_allowed(&self) -> bool {
        self.payment.allowed.is_some()
    }
}

/// A claim with everything the rules may ask.
pub(crate) struct Case<'a> {
    pub plan: &'a Plan,
    pub library: &'a Library,
    pub state: &'a State,
    pub claim: &'a Claim,
    pub member: &'a Member,
    pub received_on: Date,
    /// When the decision this claim replaces was made.
    pub replaced_decided_on: Option<Date>,
    pub are_records_missing: bool,
    pub history: Vec<Prior<'a>>,
    waived: &'a [String],
}

/// A line on its way through the rules.
pub(crate) struct Item<'a> {
    pub line: &'a ServiceLine,
    pub denial: Option<Denial>,
    /// The part of the charge above the fee.
    pub above_fee: Money,
    /// What is allowed.
    pub allowed: Money,
}

/// A decision and what it uses up.
pub(crate) struct Decision {
    pub payment: ClaimPayment,
    pub accruals: Vec<Accrual>,
}

impl<'a> Case<'a> {
    /// Lays a record before the adjudicator. `None` when its person is no longer in the plan.
    pub fn new(plan: &'a Plan, library: &'a Library, state: &'a State, record: &'a Record) -> Option<Self> {
        let claim = &record.claim;
        let day = claim.first_day()?;
        let member = plan.find_member(&claim.member.member_id, &claim.patient.name, claim.patient.born_on, day).ok()?;
        let stands =
            |other: &&Record| other.standing == Standing::Decided && other.control_number != record.control_number;
        let history = state
            .of_person(&record.person)
            .filter(stands)
            .filter_map(|other| other.decision().map(|decision| (other, decision)))
            .flat_map(|(other, decision)| {
                other.claim.lines.iter().zip(&decision.lines).map(|(line, payment)| Prior {
                    claim: &other.claim,
                    line,
                    payment,
                })
            })
            .collect();
        Some(Self {
            plan,
            library,
            state,
            claim,
            member,
            received_on: record.received_on,
            replaced_decided_on: record.replaced_decided_on,
            are_records_missing: record.standing == Standing::WaitingForRecords,
            history,
            waived: &record.waived,
        })
    }

    /// True when an appeal has set the reason aside.
    pub fn is_waived(&self, denial: &Denial) -> bool {
        self.waived.iter().any(|reason| reason == denial.reason.as_str())
    }

    /// Runs the pipeline (rulebook steps 4 to 16): denials first, then prices, then benefits.
    pub fn decide(&self, number: &str) -> Decision {
        let mut items: Vec<Item<'_>> = self
            .claim
            .lines
            .iter()
            .map(|line| {
                let denial = denial::first(self, line);
                Item { line, denial, above_fee: Money::ZERO, allowed: Money::ZERO }
            })
            .collect();
        clinical::review(self, &mut items);
        pricing::price(self, &mut items);
        let (lines, accruals) = settle::settle(self, &mut items);
        let mut remarks: Vec<Rarc> = Vec::new();
        for remark in items.iter().filter_map(|item| item.denial.as_ref()).flat_map(|denial| &denial.claim_remarks) {
            if !remarks.contains(remark) {
                remarks.push(remark.clone());
            }
        }
        Decision { payment: self.payment(number, lines, remarks), accruals }
    }

    fn payment(&self, number: &str, lines: Vec<LinePayment>, remarks: Vec<Rarc>) -> ClaimPayment {
        let claim = self.claim;
        let is_patient = |a: &&Adjustment| a.group == AdjustmentGroup::Pr;
        let patient = lines.iter().flat_map(|l| &l.adjustments).filter(is_patient).map(|a| a.amount).sum();
        let corrected = (claim.member.member_id != self.member.member_id).then(|| self.member.member_id.clone());
        ClaimPayment {
            offset: 0,
            control_number: claim.control_number.clone(),
            decision: match claim.sequence {
                PayerSequence::Primary => ClaimDecision::Primary,
                PayerSequence::Secondary => ClaimDecision::Secondary,
                PayerSequence::Tertiary => ClaimDecision::Tertiary,
            },
            charge: claim.charge(),
            paid: lines.iter().map(|line| line.paid).sum(),
            patient_responsibility: Some(patient),
            filing_code: self.plan.payer.kind.filing_code().to_owned(),
            payer_control_number: number.to_owned(),
            facility_code: claim.place_of_service.as_str().to_owned(),
            frequency: claim.frequency.code().to_owned(),
            patient: claim.patient.name.clone(),
            member_id: claim.member.member_id.clone(),
            corrected_member_id: corrected,
            rendering_npi: claim.rendering.as_ref().map_or_else(String::new, |p| p.npi.as_str().to_owned()),
            forwarded_to: None,
            adjustments: Vec::new(),
            remarks,
            received_on: Some(self.received_on),
            from: claim.first_day(),
            interest: None,
            lines,
        }
    }
}
