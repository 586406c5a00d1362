//! SNIP 5: codes of external lists, where they stand and on which day they must be valid.

use crate::claim_rules::adjustments;
use crate::finding::AckLevel::{ClaimStatus, Ik4};
use crate::finding::{Judge, Rule};
use crate::lists::{
    BILLING, CARC, CDT, DRG, HCPCS, ICD10CM, ICD10PCS, Lists, MODIFIER, PLACE, RARC, REVENUE, STATUS, STATUS_CATEGORY,
    TAXONOMY,
};
use crate::value::first_day;
use crate::walk::{Located, Step};

/// Asks the caller's lists about the codes of a file.
pub(crate) struct ListJudge<'o> {
    pub lists: &'o dyn Lists,
    /// Lists asked for and not loaded.
    pub unchecked: Vec<&'static str>,
    is_asked: bool,
    is_claim: bool,
    /// The day of the transaction set: BPR16 of a remittance, BHT04 of the rest.
    day: String,
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
    pub const fn new(lists: &'o dyn Lists, snip: u8) -> Self {
        Self { lists, unchecked: Vec::new(), is_asked: snip >= 5, is_claim: false, day: String::new() }
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
            match located.segment.id_bytes() {
                b"BPR" => located.segment.el(16).clone_into(&mut self.day),
                b"BHT" => located.segment.el(4).clone_into(&mut self.day),
                _ => {}
            }
        }
        let day = if self.is_claim { service_day(steps) } else { None };
        let day = day.map_or_else(|| self.day.clone(), str::to_owned);
        for Step { located, .. } in steps {
            self.segment(judge, located, &day);
        }
    }

    fn segment(&mut self, judge: &mut Judge, at: &Located<'_>, day: &str) {
        let segment = &at.segment;
        match segment.id_bytes() {
            b"CAS" => adjustments(segment).for_each(|(element, reason, _)| {
                self.ask_code(judge, at, (element, 0), CARC, reason, day);
            }),
            b"LQ" if segment.el(1) == "HE" => self.ask(judge, at, (2, 0), RARC, day),
            b"MOA" => (3..=7).for_each(|element| self.ask(judge, at, (element, 0), RARC, day)),
            b"MIA" => {
                std::iter::once(5).chain(20..=23).for_each(|element| self.ask(judge, at, (element, 0), RARC, day))
            }
            b"HI" => (1..=segment.element_count()).for_each(|element| {
                let mut parts = segment.components(element);
                if let (Some(list), Some(code)) = (parts.next().and_then(list_of_qualifier), parts.next()) {
                    self.ask_code(judge, at, (element, 2), list, code, day);
                }
            }),
            b"SV1" => {
                self.procedure(judge, at, 1, day);
                self.ask(judge, at, (5, 0), PLACE, day);
            }
            b"SV2" => {
                self.ask(judge, at, (1, 0), REVENUE, day);
                self.procedure(judge, at, 2, day);
            }
            b"SV3" | b"SVC" => self.procedure(judge, at, 1, day),
            b"SVD" => self.procedure(judge, at, 3, day),
            b"CLM" if segment.comp(5, 2) == "B" => self.ask(judge, at, (5, 1), PLACE, day),
            b"PRV" if segment.el(2) == "PXC" => self.ask(judge, at, (3, 0), TAXONOMY, day),
            b"STC" => [1, 10, 11].into_iter().for_each(|element| {
                self.ask(judge, at, (element, 1), STATUS_CATEGORY, day);
                // Pharmacies answer with codes of their own list, named in the fourth component.
                if segment.comp(element, 4) != "RX" {
                    self.ask(judge, at, (element, 2), STATUS, day);
                }
            }),
            _ => {}
        }
    }

    fn procedure(&mut self, judge: &mut Judge, at: &Located<'_>, element: usize, day: &str) {
        let mut procedures = HCPCS;
        for (component, value) in (1_usize..=6).zip(at.segment.components(element)) {
            let list = match (component, value) {
                (1, "HC") => continue,
                (1, "AD") => {
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
        day: &str,
    ) {
        let segment = &at.segment;
        let code = if component == 0 { segment.el(element) } else { segment.comp(element, component) };
        self.ask_code(judge, at, (element, component), list, code, day);
    }

    fn ask_code(
        &mut self,
        judge: &mut Judge,
        at: &Located<'_>,
        (element, component): (usize, usize),
        list: &'static str,
        code: &str,
        day: &str,
    ) {
        if code.is_empty() {
            return;
        }
        match self.lists.has(list, code, day) {
            Some(true) => {}
            Some(false) => {
                let Some((_, id, status, name)) = RULES.iter().find(|(of, ..)| *of == list) else { return };
                let rule = if self.is_claim && !matches!(list, CARC | RARC) {
                    Rule::new(id, 5, ClaimStatus, status)
                } else {
                    Rule::new(id, 5, Ik4, "7")
                };
                let message = format!("{code} is no {name} valid on {}; use a code of the list.", spoken(day));
                judge.element(rule, at, element, component, message);
            }
            None if !self.unchecked.contains(&list) => self.unchecked.push(list),
            None => {}
        }
    }
}

fn spoken(day: &str) -> &str {
    if day.is_empty() { "any day" } else { day }
}

/// The list of a code in HI by its qualifier; ICD-9 is not judged.
fn list_of_qualifier(qualifier: &str) -> Option<&'static str> {
    match qualifier {
        "ABK" | "ABF" | "ABJ" | "APR" | "ABN" => Some(ICD10CM),
        "BBR" | "BBQ" => Some(ICD10PCS),
        "BE" | "BG" | "BH" | "BI" => Some(BILLING),
        "DR" => Some(DRG),
        _ => None,
    }
}

/// The day codes of a claim must be valid on: the end of the statement, or the first service of a professional claim.
fn service_day<'a>(steps: &[Step<'a>]) -> Option<&'a str> {
    let mut dates = steps.iter().map(|step| step.located.segment).filter(|segment| segment.id_bytes() == b"DTP");
    // The statement stands before the lines, where a claim has one.
    dates.find_map(|dtp| match dtp.el(1) {
        "434" => Some(dtp.el(3).split_once('-').map_or(dtp.el(3), |(_, last)| last)),
        "472" => Some(first_day(dtp.el(3))),
        _ => None,
    })
}
