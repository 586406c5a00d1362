//! Rules of the professional claim, 837P 005010X222A1: balances (C7, C32) and the situational rules that need only the
//! file (C3 to C36). Numbers are those of the rulebook; loops and elements are named in each rule.

use crate::finding::AckLevel::{ClaimStatus, Ik4};
use crate::finding::{Judge, Rule};
use crate::guide::Guide;
use crate::ids::{self, loops};
use crate::institutional_rules::judge_institutional;
use crate::limits::Numbers;
use crate::segment::Segment;
use crate::value::{amount, cents, is_date, is_npi, period, whole};
use crate::walk::{Kept, Located, Step};

mod other_payer;

use other_payer::{Adjudication, OtherPayer, close_adjudication, judge_other_payers};

const BALANCE: Rule = Rule::new("C7", 3, ClaimStatus, "A8:400");
const RELATION: Rule = Rule::new("C3", 4, ClaimStatus, "A8:21");
const SUBSCRIBER: Rule = Rule::new("C4", 4, ClaimStatus, "A6:126");
const NPI: Rule = Rule::new("C5", 5, ClaimStatus, "A7:562");
const STREET: Rule = Rule::new("C5", 4, ClaimStatus, "A7:126");
const ZIP: Rule = Rule::new("C5", 2, Ik4, "7");
const REFERENCE: Rule = Rule::new("C11", 4, ClaimStatus, "A6:464");
const ACCIDENT: Rule = Rule::new("C13", 4, ClaimStatus, "A6:21");
const DIAGNOSIS: Rule = Rule::new("C17", 4, ClaimStatus, "A7:255");
const POINTER: Rule = Rule::new("C20", 4, ClaimStatus, "A8:255");
const UNITS: Rule = Rule::new("C21", 4, ClaimStatus, "A7:476");
const SERVICE_DATE: Rule = Rule::new("C24", 4, ClaimStatus, "A7:187");
const NDC: Rule = Rule::new("C30", 4, ClaimStatus, "A7:218");
const CONTROL: Rule = Rule::new("C36", 2, ClaimStatus, "A7:21");

/// Loops whose N4 needs the nine-digit ZIP code.
const NINE_DIGIT_ZIP: [u64; 3] = [loops::L2010AA, loops::L2310C, loops::L2420C];

/// Diagnoses of a claim that are compared with each other; the guides allow far fewer.
const DIAGNOSES_MAX: usize = 200;

/// A day as written, CCYYMMDD.
type Day = [u8; 8];

/// What is known above the claims of a transaction set: the subscriber, and the claim numbers used.
#[derive(Default)]
pub(crate) struct Claims {
    kind: ClaimKind,
    sbr: Option<Kept>,
    name: Option<Kept>,
    has_address: bool,
    has_birth_date: bool,
    birth_date: Option<Day>,
    is_dependent: bool,
    controls: Numbers,
}

/// The three claims, by their guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClaimKind {
    #[default]
    Professional,
    Institutional,
    Dental,
}

/// A claim under judgement.
struct Claim<'s, 'a> {
    clm: &'s Located<'a>,
    lines: usize,
    lines_cents: Option<i64>,
    diagnoses: Vec<&'a [u8]>,
    /// REF*F8 and DTP*439.
    has_original_number: bool,
    has_accident_date: bool,
    birth_date: Option<Day>,
    payers: Vec<OtherPayer<'s, 'a>>,
    line_cents: Option<i64>,
    /// A line adjudication names no payer of the claim, so payers cannot be balanced.
    has_stray_adjudication: bool,
    service_lines: Vec<&'s Located<'a>>,
}

impl Claims {
    pub fn new(guide: &Guide) -> Self {
        let kind = match guide.version {
            "005010X223A2" => ClaimKind::Institutional,
            "005010X224A2" => ClaimKind::Dental,
            _ => ClaimKind::Professional,
        };
        Self { kind, ..Self::default() }
    }

    /// Which of the three claims.
    pub const fn kind(&self) -> ClaimKind {
        self.kind
    }

    /// Judges the next unit of a transaction set: a claim, or what stands above claims.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>], on: Option<&str>) {
        let mut claim: Option<Claim<'_, '_>> = None;
        let mut adjudication: Option<Adjudication<'_, '_>> = None;
        for Step { located, loop_key, .. } in steps {
            let id = located.segment.key();
            if matches!(id, ids::SVD | ids::LX) {
                close_adjudication(judge, claim.as_mut(), adjudication.take());
            }
            match id {
                ids::CLM => {
                    self.judge_claim_start(judge, located);
                    claim = Some(Claim::new(located, self.birth_date));
                }
                ids::SVD => adjudication = Some(Adjudication::new(located)),
                ids::CAS | ids::DTP if *loop_key == loops::L2430 => {
                    if let Some(adjudication) = &mut adjudication {
                        adjudication.take(located);
                    }
                }
                _ => {}
            }
            match &mut claim {
                Some(claim) => claim.take(judge, located, *loop_key, on),
                None => self.take_above(located, *loop_key),
            }
            judge_party(judge, located, *loop_key);
        }
        close_adjudication(judge, claim.as_mut(), adjudication);
        close_claim(judge, claim);
        if self.kind == ClaimKind::Institutional {
            judge_institutional(judge, steps);
        }
    }

    fn take_above(&mut self, located: &Located<'_>, loop_key: u64) {
        match (loop_key, located.segment.key()) {
            (loops::L2000B, ids::HL) => {
                let controls = std::mem::take(&mut self.controls);
                *self = Self { controls, kind: self.kind, ..Self::default() };
            }
            (loops::L2000B, ids::SBR) => self.sbr = Some(Kept::of(located)),
            (loops::L2000C, ids::HL) => {
                self.is_dependent = true;
                self.birth_date = None;
            }
            (loops::L2010BA, ids::NM1) => self.name = Some(Kept::of(located)),
            (loops::L2010BA, ids::N4) => self.has_address = true,
            (loops::L2010BA | loops::L2010CA, ids::DMG) => {
                self.has_birth_date |= loop_key == loops::L2010BA;
                self.birth_date = located.segment.value(2).try_into().ok();
            }
            _ => {}
        }
    }

    /// C3, C4, C36, and what the CLM says by itself.
    fn judge_claim_start(&mut self, judge: &mut Judge, clm: &Located<'_>) {
        let control = clm.segment.el(1);
        if !control.is_empty() && self.controls.is_again(judge, clm, 1, &control) {
            judge.element(CONTROL, clm, 1, 0, "CLM01 occurs twice; give every claim its own number.".to_owned());
        }
        if (21..=38).contains(&control.len()) {
            let message = "CLM01 is longer than the 20 characters a remittance gives back.";
            judge.element(CONTROL.warning(), clm, 1, 0, message.to_owned());
        }
        let sbr = self.sbr.as_ref().map(Kept::located);
        let is_self = sbr.is_some_and(|sbr| sbr.segment.el(2) == "18");
        if let Some(sbr) = sbr.filter(|_| is_self == self.is_dependent) {
            let message = if is_self {
                "SBR02 is 18, self, yet the claim stands below a dependent (2000C)."
            } else {
                "SBR02 is not 18, self, yet the claim has no dependent (2000C); add one or send 18."
            };
            judge.element(RELATION, &sbr, 2, 0, message.to_owned());
        }
        if let Some(name) = self.name.as_ref().map(Kept::located).filter(|_| is_self && !self.is_dependent) {
            if !self.has_address {
                judge.segment(SUBSCRIBER, &name, "The subscriber is the patient: N3 and N4 are required.".to_owned());
            }
            if !self.has_birth_date {
                judge.segment(SUBSCRIBER, &name, "The subscriber is the patient: DMG is required.".to_owned());
            }
        }
    }
}

impl<'s, 'a> Claim<'s, 'a> {
    const fn new(clm: &'s Located<'a>, birth_date: Option<Day>) -> Self {
        Self {
            clm,
            lines: 0,
            lines_cents: Some(0),
            diagnoses: Vec::new(),
            has_original_number: false,
            has_accident_date: false,
            birth_date,
            payers: Vec::new(),
            line_cents: None,
            has_stray_adjudication: false,
            service_lines: Vec::new(),
        }
    }

    fn take(&mut self, judge: &mut Judge, located: &'s Located<'a>, loop_key: u64, on: Option<&str>) {
        let segment = &located.segment;
        match (loop_key, segment.key()) {
            (loops::L2300, ids::HI) => self.take_diagnoses(judge, located),
            (loops::L2300, ids::REF) => self.has_original_number |= segment.bytes(1) == b"F8",
            (loops::L2300, ids::DTP) => self.has_accident_date |= segment.bytes(1) == b"439",
            (loops::L2320, ids::SBR) => self.payers.push(OtherPayer::new(located)),
            (loops::L2320 | loops::L2330B, _) => {
                if let Some(payer) = self.payers.last_mut() {
                    payer.take(located);
                }
            }
            (_, ids::LX) => self.lines = self.lines.saturating_add(1),
            (_, ids::SV1 | ids::SV2 | ids::SV3) => self.take_line(judge, located),
            (loops::L2400, ids::DTP) if segment.bytes(1) == b"472" => self.judge_service_date(judge, located, on),
            (_, ids::LIN) if segment.bytes(2) == b"N4" => {
                let ndc = segment.bytes(3);
                if ndc.len() != 11 || !ndc.iter().all(u8::is_ascii_digit) {
                    let message = "LIN03 must be the 11 digits of the NDC (5-4-2), without hyphens.";
                    judge.element(NDC, located, 3, 0, message.to_owned());
                }
            }
            _ => {}
        }
    }

    fn take_diagnoses(&mut self, judge: &mut Judge, located: &'s Located<'a>) {
        let segment = &located.segment;
        for (element, mut parts) in segment.composites() {
            let (qualifier, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if !matches!(qualifier, b"ABK" | b"ABF" | b"BK" | b"BF") || code.is_empty() {
                continue;
            }
            if code.contains(&b'.') {
                let message = "A diagnosis code is sent without its dot.";
                judge.element(Rule::new("C17", 2, Ik4, "6"), located, element, 2, message.to_owned());
            }
            if self.diagnoses.contains(&code) {
                let code = String::from_utf8_lossy(code);
                let message = format!("{code} is listed twice; each diagnosis is sent once.");
                judge.element(DIAGNOSIS, located, element, 2, message);
            }
            if qualifier.len() != segment.value_part(1, 1).len() {
                let message = "ICD-9 and ICD-10 qualifiers are mixed in one claim.";
                judge.element(DIAGNOSIS, located, element, 1, message.to_owned());
            }
            if self.diagnoses.len() < DIAGNOSES_MAX {
                self.diagnoses.push(code);
            }
        }
    }

    fn take_line(&mut self, judge: &mut Judge, located: &'s Located<'a>) {
        let segment = &located.segment;
        let (charge, units) = match segment.key() {
            ids::SV2 => (3, 5),
            ids::SV3 => (2, 6),
            _ => (2, 4),
        };
        self.line_cents = cents(segment.value(charge));
        self.lines_cents = self.lines_cents.zip(self.line_cents).and_then(|(sum, line)| sum.checked_add(line));
        self.service_lines.push(located);
        if !segment.value(units).is_empty() && cents(segment.value(units)) == Some(0) {
            judge.element(UNITS, located, units, 0, format!("{}{units:02} must be more than zero.", segment.id()));
        }
    }

    /// C24: not after the day given, not before the patient was born.
    fn judge_service_date(&self, judge: &mut Judge, located: &Located<'_>, on: Option<&str>) {
        let (first, _) = period(located.segment.value(3));
        if !is_date(first) {
            return;
        }
        if on.is_some_and(|on| first > on.as_bytes()) {
            judge.element(SERVICE_DATE, located, 3, 0, "The day of service is in the future.".to_owned());
        }
        if self.birth_date.is_some_and(|birth_date| first < birth_date.as_slice()) {
            let message = "The day of service is before the patient was born (DMG02).";
            judge.element(SERVICE_DATE, located, 3, 0, message.to_owned());
        }
    }
}

/// The adjustments of a CAS: the element of the reason (2, 5, 8, 11, 14 or 17), the reason and the amount.
pub(crate) fn adjustments<'a>(cas: &Segment<'a>) -> impl Iterator<Item = (usize, &'a [u8], &'a [u8])> + use<'a> {
    let mut values = cas.values().skip(2);
    (2..=17).step_by(3).map_while(move |element| {
        let (reason, amount) = (values.next()?, values.next().unwrap_or_default());
        // The quantity changes no sum.
        values.next();
        Some((element, reason, amount))
    })
}

/// What the adjustments of a CAS come to.
pub(crate) fn adjusted(located: &Located<'_>) -> i64 {
    let amounts = adjustments(&located.segment).filter_map(|(_, _, amount)| cents(amount));
    amounts.fold(0, i64::saturating_add)
}

fn close_claim(judge: &mut Judge, claim: Option<Claim<'_, '_>>) {
    let Some(claim) = claim else { return };
    let clm = claim.clm;
    let segment = &clm.segment;
    let charge = cents(segment.value(2)).filter(|_| !segment.value(2).is_empty());
    // A line without its SV1 is reported by itself; the sum means nothing then.
    let is_whole = claim.lines > 0 && claim.lines == claim.service_lines.len();
    let sums = charge.zip(claim.lines_cents.filter(|_| is_whole));
    if let Some((charge, lines)) = sums.filter(|(charge, lines)| charge != lines) {
        let message = format!("CLM02 is {} but the lines add up to {}.", amount(charge), amount(lines));
        judge.element(BALANCE, clm, 2, 0, message);
    }
    if !claim.has_original_number && matches!(segment.part(5, 3), b"6" | b"7" | b"8") {
        let message = "A replacement or void needs REF*F8 with the payer's control number of the claim it concerns.";
        judge.element(REFERENCE, clm, 5, 3, message.to_owned());
    }
    let causes = [segment.part(11, 1), segment.part(11, 2)];
    if !claim.has_accident_date && causes.iter().any(|cause| matches!(*cause, b"AA" | b"OA")) {
        let message = "An accident needs its date, DTP*439.";
        judge.element(ACCIDENT, clm, 11, 0, message.to_owned());
    }
    if causes.contains(&b"AA".as_slice()) && segment.value_part(11, 4).is_empty() {
        judge.element(ACCIDENT, clm, 11, 0, "A car accident needs its state, CLM11-4.".to_owned());
    }
    // Without any diagnosis the HI is what is wrong, not each pointer.
    let pointing = claim.service_lines.iter().filter(|line| line.segment.key() == ids::SV1);
    for line in pointing.filter(|_| !claim.diagnoses.is_empty()) {
        judge_pointers(judge, line, claim.diagnoses.len());
    }
    judge_other_payers(judge, &claim, charge);
}

/// C20: one to four pointers, each to a diagnosis of the claim, none twice.
fn judge_pointers(judge: &mut Judge, line: &Located<'_>, diagnoses: usize) {
    let pointers = || line.segment.value_parts(7).take(4).filter(|pointer| !pointer.is_empty());
    for (index, pointer) in pointers().enumerate() {
        let is_inside = whole(pointer).is_some_and(|number| (1..=diagnoses).contains(&number));
        let is_again = || pointers().take(index).any(|earlier| earlier == pointer);
        if is_inside && !is_again() {
            continue;
        }
        let pointer = String::from_utf8_lossy(pointer);
        if !is_inside {
            let message = format!("Pointer {pointer} leads to no diagnosis; the claim has {diagnoses}.");
            judge.element(POINTER, line, 7, 0, message);
        } else {
            judge.element(POINTER, line, 7, 0, format!("Pointer {pointer} is given twice."));
        }
    }
}

/// C5: NPI check digit, street address, nine-digit ZIP code.
fn judge_party(judge: &mut Judge, located: &Located<'_>, loop_key: u64) {
    let segment = &located.segment;
    match segment.key() {
        ids::NM1 if segment.bytes(8) == b"XX" && !segment.value(9).is_empty() && !is_npi(segment.value(9)) => {
            let message = "NM109 is no NPI: ten digits with a check digit. Compare it with the provider's record.";
            judge.element(NPI, located, 9, 0, message.to_owned());
        }
        ids::N3 if loop_key == loops::L2010AA && is_post_box(segment.el(1)) => {
            let message = "The billing provider needs a street address; a post box goes to 2010AB.";
            judge.element(STREET, located, 1, 0, message.to_owned());
        }
        ids::N4 if NINE_DIGIT_ZIP.contains(&loop_key) && segment.value(4).is_empty() => {
            let zip = segment.value(3);
            if !zip.is_empty() && zip.iter().filter(|byte| byte.is_ascii_digit()).count() != 9 {
                let message = "N403 must be the nine-digit ZIP code here.";
                judge.short_zip(ZIP, located, 3, message.to_owned());
            }
        }
        _ => {}
    }
}

fn is_post_box(street: &str) -> bool {
    let letters: String = street.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.to_ascii_uppercase().starts_with("POBOX")
}
