//! SNIP 5: codes of external lists, where they stand and on which day they must be valid.

use crate::claim_rules::adjustments;
use crate::finding::AckLevel::{ClaimStatus, Ik4};
use crate::finding::{Judge, Rule};
use crate::ids;
use crate::lists::{
    BILLING, CARC, CDT, DRG, HCPCS, ICD10CM, ICD10PCS, Lists, MODIFIER, PLACE, RARC, REVENUE, STATUS, STATUS_CATEGORY,
    TAXONOMY,
};
use crate::segment::key;
use crate::value::period;
use crate::walk::{Located, Step};

/// Asks the caller's lists about the codes of a file.
pub(crate) struct ListJudge<'o> {
    pub lists: &'o dyn Lists,
    /// Lists asked for and not loaded.
    pub unchecked: Vec<&'static str>,
    is_asked: bool,
    is_claim: bool,
    /// The day of the transaction set: BPR16 of a remittance, BHT04 of the rest.
    day: Vec<u8>,
    answers: Answers,
}

/// What a finding about a code of a list says: list, rule, claim status of a refused claim, what the codes are called.
pub(crate) const RULES: [(&str, &str, &str, &str); 14] = [
    (CARC, "R11", "A7:21", "adjustment reason"),
    (RARC, "R11", "A7:21", "remark code"),
    (ICD10CM, "C17", "A7:255", "diagnosis"),
    (ICD10PCS, "C19", "A7:465", "inpatient procedure"),
    (HCPCS, "C23", "A7:454", "procedure"),
    (CDT, "C23", "A7:454", "dental procedure"),
    (MODIFIER, "C23", "A7:453", "modifier"),
    (PLACE, "C9", "A7:249", "place of service"),
    (TAXONOMY, "C26", "A7:145", "taxonomy code"),
    (STATUS, "S1", "A7:21", "claim status"),
    (STATUS_CATEGORY, "S1", "A7:21", "claim status category"),
    (REVENUE, "C22", "A7:455", "revenue code"),
    (BILLING, "C19", "A7:460", "condition, occurrence or value code"),
    (DRG, "C19", "A7:256", "diagnosis related group"),
];

impl<'o> ListJudge<'o> {
    pub fn new(lists: &'o dyn Lists, snip: u8) -> Self {
        Self {
            lists,
            unchecked: Vec::new(),
            is_asked: snip >= 5,
            is_claim: false,
            day: Vec::new(),
            answers: Answers::default(),
        }
    }

    /// Begins a transaction set.
    pub fn begin(&mut self, set_id: &str) {
        self.is_claim = set_id == "837";
        self.day.clear();
    }

    /// Judges the codes of a unit on its day: a claim's first service, the end of its statement, or the set's day.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        if !self.is_asked {
            return;
        }
        for Step { located, .. } in steps {
            match located.segment.key() {
                ids::BPR => located.segment.value(16).clone_into(&mut self.day),
                ids::BHT => located.segment.value(4).clone_into(&mut self.day),
                _ => {}
            }
        }
        let day = if self.is_claim { service_day(steps) } else { None };
        // The day is put back below: nothing in between changes it.
        let of_set = std::mem::take(&mut self.day);
        let day = day.unwrap_or(&of_set);
        for Step { located, .. } in steps {
            self.segment(judge, located, day);
        }
        self.day = of_set;
    }

    fn segment(&mut self, judge: &mut Judge, at: &Located<'_>, day: &[u8]) {
        let segment = &at.segment;
        match segment.key() {
            ids::CAS => adjustments(segment).for_each(|(element, reason, _)| {
                self.ask_code(judge, at, (element, 0), CARC, reason, day);
            }),
            ids::LQ if segment.bytes(1) == b"HE" => self.ask(judge, at, (2, 0), RARC, day),
            ids::MOA => (3..=7).for_each(|element| self.ask(judge, at, (element, 0), RARC, day)),
            ids::MIA => {
                std::iter::once(5).chain(20..=23).for_each(|element| self.ask(judge, at, (element, 0), RARC, day))
            }
            ids::HI => segment.composites().for_each(|(element, mut parts)| {
                if let (Some(list), Some(code)) = (parts.next().and_then(list_of_qualifier), parts.next()) {
                    self.ask_code(judge, at, (element, 2), list, code, day);
                }
            }),
            ids::SV1 => {
                self.procedure(judge, at, 1, day);
                self.ask(judge, at, (5, 0), PLACE, day);
            }
            ids::SV2 => {
                self.ask(judge, at, (1, 0), REVENUE, day);
                self.procedure(judge, at, 2, day);
            }
            ids::SV3 | ids::SVC => self.procedure(judge, at, 1, day),
            ids::SVD => self.procedure(judge, at, 3, day),
            ids::CLM if segment.part(5, 2) == b"B" => self.ask(judge, at, (5, 1), PLACE, day),
            ids::PRV if segment.bytes(2) == b"PXC" => self.ask(judge, at, (3, 0), TAXONOMY, day),
            ids::STC => [1, 10, 11].into_iter().for_each(|element| {
                self.ask(judge, at, (element, 1), STATUS_CATEGORY, day);
                // Pharmacies answer with codes of their own list, named in the fourth component.
                if segment.part(element, 4) != b"RX" {
                    self.ask(judge, at, (element, 2), STATUS, day);
                }
            }),
            _ => {}
        }
    }

    fn procedure(&mut self, judge: &mut Judge, at: &Located<'_>, element: usize, day: &[u8]) {
        let mut procedures = HCPCS;
        for (component, value) in (1_usize..=6).zip(at.segment.value_parts(element)) {
            let list = match (component, value) {
                (1, b"HC") => continue,
                (1, b"AD") => {
                    procedures = CDT;
                    continue;
                }
                (1, _) => return,
                (2, _) => procedures,
                _ => MODIFIER,
            };
            self.ask_code(judge, at, (element, component), list, value, day);
        }
    }

    fn ask(
        &mut self,
        judge: &mut Judge,
        at: &Located<'_>,
        (element, component): (usize, usize),
        list: &'static str,
        day: &[u8],
    ) {
        let segment = &at.segment;
        let code = if component == 0 { segment.value(element) } else { segment.value_part(element, component) };
        self.ask_code(judge, at, (element, component), list, code, day);
    }

    fn ask_code(
        &mut self,
        judge: &mut Judge,
        at: &Located<'_>,
        (element, component): (usize, usize),
        list: &'static str,
        code: &[u8],
        day: &[u8],
    ) {
        if code.is_empty() {
            return;
        }
        match self.answers.get(self.lists, list, code, day) {
            Some(true) => {}
            Some(false) => {
                let Some((_, id, status, name)) = RULES.iter().find(|(of, ..)| *of == list) else { return };
                let rule = if self.is_claim && !matches!(list, CARC | RARC) {
                    Rule::new(id, 5, ClaimStatus, status)
                } else {
                    Rule::new(id, 5, Ik4, "7")
                };
                let code = String::from_utf8_lossy(code);
                let message = format!("{code} is no {name} valid on {}; use a code of the list.", spoken(day));
                judge.element(rule, at, element, component, message);
            }
            None if !self.unchecked.contains(&list) => self.unchecked.push(list),
            None => {}
        }
    }
}

/// Answers kept; a power of two.
const ANSWERS_MAX: usize = 1 << 10;

/// The last answers of the lists. A file uses few codes and many times, and its caller's lists may be slow.
struct Answers {
    /// Each at the place its question leads to.
    kept: Vec<Answer>,
}

/// List, code, day and what the list said.
type Answer = (&'static str, u64, u64, Option<bool>);

impl Default for Answers {
    fn default() -> Self {
        Self { kept: vec![("", 0, 0, None); ANSWERS_MAX] }
    }
}

impl Answers {
    fn get(&mut self, lists: &dyn Lists, list: &'static str, code: &[u8], day: &[u8]) -> Option<bool> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let ask = || lists.has(list, text(code), text(day));
        let (code_key, day_key) = (key(code), key(day));
        // What is no number of its own is not kept: too long, or beginning with zero bytes.
        if code_key == 0 || code.starts_with(b"\0") || day.starts_with(b"\0") || (day_key == 0 && !day.is_empty()) {
            return ask();
        }
        let mixed = (code_key ^ day_key.rotate_left(17) ^ (list.len() as u64) << 56).wrapping_mul(MIX);
        let Some(place) = self.kept.get_mut((mixed >> 54) as usize % ANSWERS_MAX) else { return ask() };
        let (of_list, of_code, of_day, answer) = *place;
        if of_code == code_key && of_day == day_key && of_list == list {
            return answer;
        }
        let answer = ask();
        *place = (list, code_key, day_key, answer);
        answer
    }
}

/// Spreads questions over the places (the golden ratio as a fraction of 64 bits).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

fn spoken(day: &[u8]) -> &str {
    if day.is_empty() { "any day" } else { std::str::from_utf8(day).unwrap_or_default() }
}

/// The list of a code in HI by its qualifier; ICD-9 is not judged.
fn list_of_qualifier(qualifier: &[u8]) -> Option<&'static str> {
    match qualifier {
        b"ABK" | b"ABF" | b"ABJ" | b"APR" | b"ABN" => Some(ICD10CM),
        b"BBR" | b"BBQ" => Some(ICD10PCS),
        b"BE" | b"BG" | b"BH" | b"BI" => Some(BILLING),
        b"DR" => Some(DRG),
        _ => None,
    }
}

/// The day codes of a claim must be valid on: the end of the statement, or the first service of a professional claim.
fn service_day<'a>(steps: &[Step<'a>]) -> Option<&'a [u8]> {
    let mut dates = steps.iter().map(|step| &step.located.segment).filter(|segment| segment.key() == ids::DTP);
    // The statement stands before the lines, where a claim has one.
    dates.find_map(|dtp| match dtp.bytes(1) {
        b"434" => Some(period(dtp.value(3)).1),
        b"472" => Some(period(dtp.value(3)).0),
        _ => None,
    })
}
