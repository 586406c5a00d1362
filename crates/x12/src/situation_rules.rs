//! What the situation of a claim asks (837): rules that look at several segments of one claim and the levels above it,
//! C4, C6, C14, C15, C17, C19, C25 to C31, C34 and C37 of the rulebook. Sums and pointers are judged in `claim_rules`.

use crate::claim_rules::ClaimKind;
use crate::finding::AckLevel::{ClaimStatus, None as NoAck};
use crate::finding::{Judge, Rule};
use crate::ids::{self, loops};
use crate::segment::Segment;
use crate::value::{day_number, is_date, period};
use crate::walk::{Located, Step};

const MEMBER: Rule = Rule::new("C4", 4, ClaimStatus, "A6:164");
const CITY: Rule = Rule::new("C6", 4, ClaimStatus, "A6:126");
const COUNTRY: Rule = Rule::new("C6", 4, ClaimStatus, "A7:126").warning();
const ADMISSION: Rule = Rule::new("C14", 4, ClaimStatus, "A6:189");
const DISCHARGE: Rule = Rule::new("C15", 4, ClaimStatus, "A6:21").warning();
const VERSION: Rule = Rule::new("C17", 4, ClaimStatus, "A7:255");
const REASON: Rule = Rule::new("C19", 4, ClaimStatus, "A6:673").warning();
const PROCEDURE: Rule = Rule::new("C19", 4, ClaimStatus, "A7:465");
const OUTSIDE: Rule = Rule::new("C25", 4, ClaimStatus, "A7:187").warning();
const SAME_PARTY: Rule = Rule::new("C26", 4, ClaimStatus, "A7:562").warning();
const REFERRER: Rule = Rule::new("C26", 4, ClaimStatus, "A6:562");
const OPERATING: Rule = Rule::new("C27", 4, ClaimStatus, "A6:504").warning();
const AMBULANCE: Rule = Rule::new("C28", 4, ClaimStatus, "A6:21").warning();
const ATTACHMENT: Rule = Rule::new("C29", 4, ClaimStatus, "A6:21");
const QUANTITY: Rule = Rule::new("C30", 4, ClaimStatus, "A7:476");
const ORDER: Rule = Rule::new("C31", 4, ClaimStatus, "A8:21");
const PAID: Rule = Rule::new("C31", 4, ClaimStatus, "A6:286");
const MEDICARE: Rule = Rule::new("C34", 4, ClaimStatus, "A6:21");
const CLAIMS: Rule = Rule::new("C37", 7, NoAck, "").warning();

/// Places of service where a patient is admitted (C14).
const ADMITTED_PLACES: [&str; 3] = ["21", "51", "61"];

/// Bill types of a stay, whose final bill says the hour of discharge (C15).
const STAYS: [&str; 4] = ["11", "18", "21", "41"];

/// The patient status that says the patient is still there.
const STILL_PATIENT: &[u8] = b"30";

/// The first day of ICD-10 (45 CFR 162.1002(c)).
const ICD10_FROM: &[u8] = b"20151001";

/// Days before a stay whose procedures are billed with it (the three-day payment window).
const WINDOW_DAYS: i32 = 3;

/// Claims in a transaction set that the guides advise at most.
const CLAIMS_ADVISED: u32 = 5_000;

/// What is known above the claims of a transaction set.
#[derive(Default)]
pub(crate) struct Situations {
    kind: ClaimKind,
    billing_npi: Vec<u8>,
    billing_address: String,
    /// SBR01 of the subscriber.
    order: Vec<u8>,
    claims: u32,
}

/// A claim under judgement.
#[derive(Default)]
struct Claim<'s, 'a> {
    clm: Option<&'s Located<'a>>,
    bill: &'a str,
    /// DTP*434.
    statement: &'a [u8],
    has_admission: bool,
    has_discharge: bool,
    still_patient: bool,
    is_unscheduled: bool,
    has_emergency_line: bool,
    has_reason: bool,
    procedure: Option<&'s Located<'a>>,
    codes: Vec<&'s Located<'a>>,
    has_operating: bool,
    has_referrer: bool,
    transport: Option<&'s Located<'a>>,
    has_pick_up: bool,
    has_drop_off: bool,
    payers: Vec<Payer<'s, 'a>>,
    adjudicators: Vec<&'a [u8]>,
    first_service: &'a [u8],
    facility_address: String,
    facility: Option<&'s Located<'a>>,
}

struct Payer<'s, 'a> {
    sbr: &'s Located<'a>,
    id: &'a [u8],
    has_adjustment: bool,
    has_amount: bool,
}

impl Situations {
    pub fn new(kind: ClaimKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Judges the next unit of a transaction set: a claim, or what stands above claims.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        let is_claim = steps.first().is_some_and(|step| step.located.segment.key() == ids::CLM);
        let mut claim = Claim::default();
        for Step { located, loop_key, .. } in steps {
            match located.segment.key() {
                ids::N4 => judge_city(judge, located),
                ids::PWK => judge_attachment(judge, located),
                ids::CTP => judge_quantity(judge, located),
                _ => {}
            }
            if is_claim {
                self.take_claim(judge, &mut claim, located, *loop_key);
            } else {
                self.take_above(judge, located, *loop_key);
            }
        }
        if is_claim {
            self.close(judge, &claim);
        }
    }

    fn take_above(&mut self, judge: &mut Judge, located: &Located<'_>, loop_key: u64) {
        let segment = &located.segment;
        match (loop_key, segment.key()) {
            (loops::L2010AA, ids::NM1) => {
                segment.value(9).clone_into(&mut self.billing_npi);
                self.billing_address.clear();
            }
            (loops::L2010AA, ids::N3 | ids::N4) => add_address(&mut self.billing_address, segment),
            (loops::L2000B, ids::SBR) => {
                segment.value(1).clone_into(&mut self.order);
                // The 837I does not use SBR05 for this.
                let is_medicare = matches!(segment.bytes(9), b"MA" | b"MB") && self.kind != ClaimKind::Institutional;
                if is_medicare && segment.bytes(1) != b"P" && segment.value(5).is_empty() {
                    let message = "Medicare pays after another payer here: SBR05 must say why.";
                    judge.element(MEDICARE, located, 5, 0, message.to_owned());
                }
            }
            // One without the other is reported as a pair (E15).
            (loops::L2010BA, ids::NM1)
                if segment.bytes(2) == b"1" && segment.value(8).is_empty() && segment.value(9).is_empty() =>
            {
                let message = "A subscriber who is a person needs the member number, NM108 MI and NM109.";
                judge.element(MEMBER, located, 9, 0, message.to_owned());
            }
            _ => {}
        }
    }

    fn take_claim<'s, 'a>(
        &mut self,
        judge: &mut Judge,
        claim: &mut Claim<'s, 'a>,
        located: &'s Located<'a>,
        loop_key: u64,
    ) {
        let segment = &located.segment;
        match (loop_key, segment.key()) {
            (loops::L2300, ids::CLM) => {
                claim.clm = Some(located);
                claim.bill = segment.comp(5, 1);
                self.count(judge, located);
            }
            (loops::L2300, ids::DTP) => match segment.bytes(1) {
                b"434" => claim.statement = segment.value(3),
                b"435" => claim.has_admission = true,
                b"096" => claim.has_discharge = true,
                _ => {}
            },
            (loops::L2300, ids::CL1) => {
                claim.is_unscheduled = matches!(segment.bytes(1), b"1" | b"2" | b"5");
                claim.still_patient = segment.bytes(3) == STILL_PATIENT;
            }
            (loops::L2300, ids::HI) => {
                match segment.part(1, 1) {
                    b"APR" | b"PR" => claim.has_reason = true,
                    b"BBR" | b"BR" => claim.procedure = Some(located),
                    _ => {}
                }
                claim.codes.push(located);
            }
            (loops::L2300, ids::CR1) => claim.transport = Some(located),
            (loops::L2320, ids::SBR) => {
                claim.payers.push(Payer { sbr: located, id: b"", has_adjustment: false, has_amount: false });
            }
            (loops::L2400, ids::SV2) => {
                let revenue = segment.bytes(1);
                claim.has_emergency_line |=
                    revenue.starts_with(b"045") || matches!(revenue, b"0516" | b"0526" | b"0762");
            }
            (loops::L2400, ids::DTP) if segment.bytes(1) == b"472" => self.take_service(judge, claim, located),
            (loops::L2430, ids::SVD) => claim.adjudicators.push(segment.value(1)),
            (_, ids::NM1) => self.take_party(judge, claim, located, loop_key),
            (loops::L2310C, ids::N3 | ids::N4) => add_address(&mut claim.facility_address, segment),
            (_, id) => {
                if let Some(payer) = claim.payers.last_mut().filter(|_| loop_key == loops::L2320) {
                    payer.has_adjustment |= id == ids::CAS;
                    payer.has_amount |= id == ids::AMT && segment.bytes(1) == b"D";
                }
            }
        }
    }

    fn take_party<'s, 'a>(
        &self,
        judge: &mut Judge,
        claim: &mut Claim<'s, 'a>,
        located: &'s Located<'a>,
        loop_key: u64,
    ) {
        let segment = &located.segment;
        match (loop_key, segment.bytes(1)) {
            (loops::L2330B, _) => {
                if let Some(payer) = claim.payers.last_mut() {
                    payer.id = segment.value(9);
                }
            }
            (loops::L2310A, b"DN") => claim.has_referrer = true,
            (loops::L2310A, b"P3") if self.kind == ClaimKind::Professional && !claim.has_referrer => {
                let message = "The primary care provider, NM1*P3, follows the referring provider, NM1*DN.";
                judge.element(REFERRER, located, 1, 0, message.to_owned());
            }
            (loops::L2310B, b"82") if !segment.value(9).is_empty() && segment.value(9) == self.billing_npi => {
                let message = "The rendering provider is the billing provider; leave this loop out.";
                judge.element(SAME_PARTY, located, 9, 0, message.to_owned());
            }
            (loops::L2310B, b"72") => claim.has_operating = true,
            (loops::L2310C, b"77") => claim.facility = Some(located),
            (_, b"PW") => claim.has_pick_up = true,
            (_, b"45") => claim.has_drop_off = true,
            _ => {}
        }
    }

    fn take_service<'a>(&self, judge: &mut Judge, claim: &mut Claim<'_, 'a>, located: &Located<'a>) {
        let (day, _) = period(located.segment.value(3));
        if claim.first_service.is_empty() {
            claim.first_service = day;
        }
        let (from, through) = period(claim.statement);
        let is_known = self.kind == ClaimKind::Institutional && is_date(day) && is_date(from) && is_date(through);
        if is_known && !(from..=through).contains(&day) {
            let message = "The day of service is outside the statement (DTP*434).";
            judge.element(OUTSIDE, located, 3, 0, message.to_owned());
        }
    }

    /// C37.
    fn count(&mut self, judge: &mut Judge, clm: &Located<'_>) {
        self.claims = self.claims.saturating_add(1);
        if self.claims == CLAIMS_ADVISED.saturating_add(1) {
            let message = format!("More than {CLAIMS_ADVISED} claims in one transaction set; many payers refuse that.");
            judge.segment(CLAIMS, clm, message);
        }
    }

    fn close(&self, judge: &mut Judge, claim: &Claim<'_, '_>) {
        let Some(clm) = claim.clm else { return };
        match self.kind {
            ClaimKind::Professional => self.close_professional(judge, clm, claim),
            ClaimKind::Institutional => close_institutional(judge, clm, claim),
            ClaimKind::Dental => {}
        }
        let through = period(claim.statement).1;
        judge_versions(judge, claim, if through.is_empty() { claim.first_service } else { through });
        for payer in &claim.payers {
            if payer.sbr.segment.value(1) == self.order && !self.order.is_empty() {
                let message = "This payer has the place in the order (SBR01) of the payer the claim goes to.";
                judge.element(ORDER, payer.sbr, 1, 0, message.to_owned());
            }
            let has_decided = payer.has_adjustment || (!payer.id.is_empty() && claim.adjudicators.contains(&payer.id));
            if has_decided && !payer.has_amount {
                let message = "This payer has decided: what it paid, AMT*D, is required, even when it is zero.";
                judge.missing(PAID, payer.sbr, "AMT", message.to_owned());
            }
        }
    }

    /// C14, C26 and C28.
    fn close_professional(&self, judge: &mut Judge, clm: &Located<'_>, claim: &Claim<'_, '_>) {
        if ADMITTED_PLACES.contains(&claim.bill) && !claim.has_admission {
            let message = format!("Place of service {} is a stay: its admission, DTP*435, is required.", claim.bill);
            judge.segment(ADMISSION, clm, message);
        }
        if let Some(facility) = claim.facility.filter(|_| claim.facility_address == self.billing_address) {
            let message = "The service facility is where the billing provider is; leave this loop out.";
            judge.segment(SAME_PARTY, facility, message.to_owned());
        }
        if let Some(transport) = claim.transport.filter(|_| !(claim.has_pick_up && claim.has_drop_off)) {
            let message = "A transport has its pick-up and drop-off, NM1*PW and NM1*45.";
            judge.segment(AMBULANCE, transport, message.to_owned());
        }
    }
}

/// C15, C19 and C27.
fn close_institutional(judge: &mut Judge, clm: &Located<'_>, claim: &Claim<'_, '_>) {
    let is_final = matches!(clm.segment.comp(5, 3), "1" | "4");
    if STAYS.contains(&claim.bill) && is_final && !claim.still_patient && !claim.has_discharge {
        let message = "The patient has left: the hour of discharge, DTP*096, is required.";
        judge.segment(DISCHARGE, clm, message.to_owned());
    }
    let is_emergency = claim.is_unscheduled && claim.has_emergency_line;
    if is_emergency && !STAYS.contains(&claim.bill) && !claim.has_reason {
        let message = "An unscheduled outpatient visit has the patient's reason, HI*APR.";
        judge.segment(REASON, clm, message.to_owned());
    }
    if let Some(procedure) = claim.procedure.filter(|_| !claim.has_operating) {
        let message = "A procedure is listed: the operating physician, NM1*72, is named when it was surgery.";
        judge.segment(OPERATING, procedure, message.to_owned());
    }
    judge_procedure_days(judge, claim);
}

/// C19: procedures are not dated before the stay and its window.
fn judge_procedure_days(judge: &mut Judge, claim: &Claim<'_, '_>) {
    let Some(first) = day_number(period(claim.statement).0) else { return };
    for hi in &claim.codes {
        for (element, mut parts) in hi.segment.composites() {
            let is_procedure = matches!(parts.next(), Some(b"BBR" | b"BBQ" | b"BR" | b"BQ"));
            let day = if is_procedure { parts.nth(2).and_then(day_number) } else { None };
            if day.is_some_and(|day| day < first.saturating_sub(WINDOW_DAYS)) {
                let message = format!("The procedure is dated more than {WINDOW_DAYS} days before the statement.");
                judge.element(PROCEDURE, hi, element, 4, message);
            }
        }
    }
}

/// C17: the qualifiers name the version of ICD in force on the day.
fn judge_versions(judge: &mut Judge, claim: &Claim<'_, '_>, day: &[u8]) {
    if !is_date(day) {
        return;
    }
    for hi in &claim.codes {
        let (is_old, is_new) = match hi.segment.part(1, 1) {
            b"BK" | b"BF" | b"BJ" | b"PR" | b"BN" | b"BR" | b"BQ" => (true, false),
            b"ABK" | b"ABF" | b"ABJ" | b"APR" | b"ABN" | b"BBR" | b"BBQ" => (false, true),
            _ => (false, false),
        };
        if is_old && day >= ICD10_FROM {
            let message = "ICD-9 ended on 2015-09-30; code the claim in ICD-10.";
            judge.element(VERSION, hi, 1, 1, message.to_owned());
        } else if is_new && day < ICD10_FROM {
            let message = "ICD-10 began on 2015-10-01; earlier days are coded in ICD-9.";
            judge.element(VERSION, hi, 1, 1, message.to_owned());
        }
    }
}

/// C6.
fn judge_city(judge: &mut Judge, n4: &Located<'_>) {
    let segment = &n4.segment;
    match segment.value(4) {
        b"" | b"CA" => {
            for element in [2, 3].into_iter().filter(|element| segment.value(*element).is_empty()) {
                let message = "An address in the United States or Canada needs its state and postal code.";
                judge.element(CITY, n4, element, 0, message.to_owned());
            }
        }
        b"US" => judge.element(COUNTRY, n4, 4, 0, "The country is named outside the United States only.".to_owned()),
        _ => {}
    }
}

/// C29: what is sent apart is known by its control number.
fn judge_attachment(judge: &mut Judge, pwk: &Located<'_>) {
    let segment = &pwk.segment;
    if matches!(segment.el(2), "BM" | "EL" | "EM" | "FT" | "FX") && segment.el(6).is_empty() {
        let message = "An attachment that is sent needs its control number, PWK05 AC and PWK06.";
        judge.element(ATTACHMENT, pwk, 6, 0, message.to_owned());
    }
}

/// C30: a drug has an amount.
fn judge_quantity(judge: &mut Judge, ctp: &Located<'_>) {
    let quantity = ctp.segment.el(4);
    if quantity.starts_with('0') && quantity.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        judge.element(QUANTITY, ctp, 4, 0, "CTP04 must be more than zero.".to_owned());
    }
}

fn add_address(address: &mut String, segment: &Segment<'_>) {
    for element in segment.elements().skip(1) {
        address.push_str(&String::from_utf8_lossy(element));
        address.push('*');
    }
}
