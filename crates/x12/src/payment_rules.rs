//! What the situation of a payment asks (835): R6, R10, R12, R13 and R17 of the rulebook. Balances are judged in
//! `remittance_rules`.

use crate::finding::AckLevel;
use crate::finding::{Judge, Rule};
use crate::ids;
use crate::segment::Segment;
use crate::walk::{Located, Step};

const METHOD: Rule = Rule::new("R6", 4, AckLevel::None, "").warning();
const GROUPS: Rule = Rule::new("R10", 4, AckLevel::None, "").warning();
const PROCEDURE: Rule = Rule::new("R12", 4, AckLevel::None, "").warning();
const SERVICE_DATE: Rule = Rule::new("R13", 4, AckLevel::None, "").warning();
const REMARKS: Rule = Rule::new("R17", 4, AckLevel::None, "");

/// What BPR says of an electronic payment: the payer's bank and account, its number, the payee's bank and account.
const BANK_ELEMENTS: [usize; 9] = [6, 7, 8, 9, 10, 12, 13, 14, 15];

/// Adjustments in one CAS.
const ADJUSTMENTS_MAX: usize = 6;

/// Adjustment segments in one place that are compared with each other; the guide allows 99.
const GROUPS_MAX: usize = 200;

/// Judges a unit of a remittance: its header, or a claim payment with its lines.
pub(crate) fn judge_payments(judge: &mut Judge, steps: &[Step<'_>]) {
    let mut groups: Vec<&Located<'_>> = Vec::new();
    let mut inpatient = None;
    let mut is_claim_dated = false;
    let mut line: Option<(&Located<'_>, Dates)> = None;
    for Step { located, .. } in steps {
        let segment = &located.segment;
        match segment.key() {
            ids::BPR => judge_method(judge, located),
            ids::CAS => judge_groups(judge, located, &mut groups),
            ids::MIA => inpatient = Some(located),
            ids::MOA if inpatient.is_some() => {
                let message = "MIA (inpatient) and MOA (outpatient and professional) exclude each other.";
                judge.segment(REMARKS, located, message.to_owned());
            }
            ids::DTM if located.loop_id == "2100" => is_claim_dated |= segment.bytes(1) == b"232",
            ids::DTM => {
                if let Some((_, dates)) = &mut line {
                    dates.take(segment.bytes(1));
                }
            }
            ids::SVC => {
                groups.clear();
                judge_line_dates(judge, line.replace((located, Dates::default())), is_claim_dated);
                if !segment.value(6).is_empty() && segment.value(6) == segment.value(1) {
                    let message = "SVC06 repeats SVC01; it is sent when another procedure was billed.";
                    judge.element(PROCEDURE, located, 6, 0, message.to_owned());
                }
            }
            _ => {}
        }
    }
    judge_line_dates(judge, line, is_claim_dated);
}

/// The days a service line gives.
#[derive(Default)]
struct Dates {
    has_day: bool,
    has_start: bool,
    has_end: bool,
}

impl Dates {
    fn take(&mut self, qualifier: &[u8]) {
        self.has_day |= qualifier == b"472";
        self.has_start |= qualifier == b"150";
        self.has_end |= qualifier == b"151";
    }
}

/// R13: the day of service, or first and last day, unless the claim has one.
fn judge_line_dates(judge: &mut Judge, line: Option<(&Located<'_>, Dates)>, is_claim_dated: bool) {
    let Some((svc, dates)) = line else { return };
    if dates.has_start != dates.has_end {
        let message = "DTM*150 and DTM*151, first and last day of service, go together.";
        judge.segment(SERVICE_DATE, svc, message.to_owned());
    } else if !(dates.has_day || dates.has_start || is_claim_dated) {
        let message = "The line has no day of service: send DTM*472 here or DTM*232 for the claim.";
        judge.segment(SERVICE_DATE, svc, message.to_owned());
    }
}

/// R6: money that moves electronically names its banks.
fn judge_method(judge: &mut Judge, bpr: &Located<'_>) {
    let segment = &bpr.segment;
    if !matches!(segment.el(4), "ACH" | "BOP" | "FWT") {
        return;
    }
    if let Some(element) = BANK_ELEMENTS.into_iter().find(|element| segment.el(*element).is_empty()) {
        let message = format!("BPR04 is {}: the banks and accounts, BPR06 to BPR15, are required.", segment.el(4));
        judge.element(METHOD, bpr, element, 0, message);
    }
}

/// R10: a group stands once while it has room, and its adjustments leave no gap.
fn judge_groups<'s, 'a>(judge: &mut Judge, cas: &'s Located<'a>, groups: &mut Vec<&'s Located<'a>>) {
    let reasons = |segment: &Segment<'_>| (2..=17).step_by(3).filter(|n| !segment.value(*n).is_empty()).count();
    let segment = &cas.segment;
    let has_gap =
        (5..=17).step_by(3).any(|n| !segment.value(n).is_empty() && segment.value(n.saturating_sub(3)).is_empty());
    if has_gap {
        judge.segment(GROUPS, cas, "The adjustments of a CAS are filled from the left, without a gap.".to_owned());
    }
    let is_roomy =
        |other: &&&Located<'_>| other.segment.value(1) == segment.value(1) && reasons(&other.segment) < ADJUSTMENTS_MAX;
    if groups.iter().any(|other| is_roomy(&other)) {
        let message =
            format!("Group {} stands here twice; one CAS holds {ADJUSTMENTS_MAX} adjustments.", segment.el(1));
        judge.element(GROUPS, cas, 1, 0, message);
    }
    if groups.len() < GROUPS_MAX {
        groups.push(cas);
    }
}
