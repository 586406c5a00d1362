//! Situational rules of the institutional claim, 837I 005010X223A2 (C15 to C27), judged on a whole claim.

use crate::finding::AckLevel::ClaimStatus;
use crate::finding::{Judge, Rule};
use crate::ids::{self, loops};
use crate::value::{is_date, period};
use crate::walk::{Located, Step};

const ADMISSION: Rule = Rule::new("C15", 4, ClaimStatus, "A6:189");
const ADMITTING: Rule = Rule::new("C15", 4, ClaimStatus, "A6:232");
const PERIOD: Rule = Rule::new("C16", 4, ClaimStatus, "A7:188");
const PRESENT: Rule = Rule::new("C18", 4, ClaimStatus, "A6:688").warning();
const REASON: Rule = Rule::new("C19", 4, ClaimStatus, "A6:673").warning();
const PROCEDURE: Rule = Rule::new("C19", 4, ClaimStatus, "A7:465");
const BILLED: Rule = Rule::new("C22", 4, ClaimStatus, "A6:454").warning();
const SERVICE_DATE: Rule = Rule::new("C25", 4, ClaimStatus, "A6:187");
const ATTENDING: Rule = Rule::new("C27", 4, ClaimStatus, "A6:504");

/// Bill types (first two digits) of an inpatient stay.
const INPATIENT: [&str; 6] = ["11", "12", "18", "21", "22", "41"];

/// Bill types that begin a stay with an admission.
const ADMITTED: [&str; 4] = ["11", "18", "21", "41"];

/// Judges one claim with its lines; anything else is passed over.
pub(crate) fn judge_institutional(judge: &mut Judge, steps: &[Step<'_>]) {
    let Some(clm) = steps.first().map(|step| &step.located).filter(|first| first.segment.key() == ids::CLM) else {
        return;
    };
    let bill = clm.segment.comp(5, 1);
    let in_claim = |id: u32, qualifier: &[u8]| {
        let mut all = steps.iter().filter(|one| one.loop_key == loops::L2300 && one.located.segment.key() == id);
        all.find(|one| one.located.segment.part(1, 1) == qualifier).map(|one| &one.located)
    };
    let admission = in_claim(ids::DTP, b"435");
    if ADMITTED.contains(&bill) {
        if admission.is_none() {
            judge.segment(ADMISSION, clm, format!("Bill type {bill} is a stay: its admission, DTP*435, is required."));
        }
        if in_claim(ids::HI, b"ABJ").or_else(|| in_claim(ids::HI, b"BJ")).is_none() {
            let message = format!("Bill type {bill} is a stay: its admitting diagnosis, HI*ABJ, is required.");
            judge.segment(ADMITTING, clm, message);
        }
    }
    let (from, through) = period(in_claim(ids::DTP, b"434").map_or(b"", |dtp| dtp.segment.value(3)));
    if let Some(admission) = admission {
        let day = admission.segment.value(3).get(..8).unwrap_or_default();
        if is_date(day) && is_date(through) && day > through {
            judge.element(PERIOD, admission, 3, 0, "The admission is after the statement ends (DTP*434).".to_owned());
        }
    }
    judge_codes(judge, steps, bill, (from, through));
    judge_lines(judge, steps, bill, from != through);
    // Revenue codes 054x are ambulance services.
    let mut lines = steps.iter().map(|step| &step.located.segment).filter(|one| one.key() == ids::SV2);
    let has_attending = steps.iter().any(|step| step.loop_key == loops::L2310A);
    if !has_attending && !lines.all(|line| line.value(1).starts_with(b"054")) {
        let message = "The attending provider, NM1*71, is required unless the claim is for transport alone.";
        judge.segment(ATTENDING, clm, message.to_owned());
    }
}

/// C18 and C19: present on admission, patient's reason, days of procedures.
fn judge_codes(judge: &mut Judge, steps: &[Step<'_>], bill: &str, (from, through): (&[u8], &[u8])) {
    let is_inpatient = INPATIENT.contains(&bill);
    for hi in steps.iter().map(|step| &step.located).filter(|one| one.segment.key() == ids::HI) {
        for (element, mut parts) in hi.segment.composites() {
            match parts.next().unwrap_or_default() {
                b"ABK" | b"ABF" if bill == "11" && parts.nth(7).is_none_or(<[u8]>::is_empty) => {
                    let message = "An inpatient diagnosis says whether it was present on admission (component 9).";
                    judge.element(PRESENT, hi, element, 9, message.to_owned());
                }
                b"APR" | b"PR" if is_inpatient => {
                    let message = "The patient's reason for the visit is sent on outpatient claims only.";
                    judge.element(REASON, hi, element, 1, message.to_owned());
                }
                b"BBR" | b"BBQ" | b"BR" | b"BQ" => {
                    let day = parts.nth(2).unwrap_or_default();
                    // Procedures up to three days before the stay are billed with it.
                    if is_date(day) && is_date(through) && day > through {
                        let [from, through] = [from, through].map(String::from_utf8_lossy);
                        let message = format!("The procedure is dated after the statement, {from} to {through}.");
                        judge.element(PROCEDURE, hi, element, 4, message);
                    }
                }
                _ => {}
            }
        }
    }
}

/// C22 and C25: what an outpatient line needs.
fn judge_lines(judge: &mut Judge, steps: &[Step<'_>], bill: &str, is_long: bool) {
    if INPATIENT.contains(&bill) {
        return;
    }
    let mut line: Option<(&Located<'_>, bool)> = None;
    let undated = |judge: &mut Judge, line: Option<(&Located<'_>, bool)>| {
        if let Some((sv2, _)) = line.filter(|(sv2, has_date)| is_long && !has_date && !sv2.segment.el(2).is_empty()) {
            let message = "The statement spans days, so an outpatient line with a procedure needs its day, DTP*472.";
            judge.segment(SERVICE_DATE, sv2, message.to_owned());
        }
    };
    for Step { located, loop_key, .. } in steps {
        match located.segment.key() {
            ids::SV2 => {
                undated(judge, line.replace((located, false)));
                // Drugs and supplies without detail (025x, 027x) may go without a code.
                let revenue = located.segment.el(1);
                let is_detailed =
                    revenue.starts_with("045") || revenue.starts_with("036") || revenue.starts_with("051");
                if is_detailed && located.segment.el(2).is_empty() {
                    let message = format!("Revenue code {revenue} on an outpatient claim needs a procedure, SV202.");
                    judge.element(BILLED, located, 2, 0, message);
                }
            }
            ids::DTP if *loop_key == loops::L2400 && located.segment.bytes(1) == b"472" => {
                line = line.map(|(sv2, _)| (sv2, true));
            }
            _ => {}
        }
    }
    undated(judge, line);
}
