//! Rules E1 to E10: interchange, group and transaction set envelopes.

use crate::finding::AckLevel::{Ak9, Ik5, None as NoAck, Ta1};
use crate::finding::{Judge, Rule};
use crate::guide::functional_id_of;
use crate::limits::Numbers;
use crate::segment::{Delimiters, Segment};
use crate::value::{is_date, is_time};
use crate::walk::unplaced;

/// Values of ISA elements and the TA105 code for a wrong one (E3, E4, E5).
const ISA_VALUES: [(usize, &str, &[&str]); 7] = [
    (1, "010", &["00", "01", "02", "03", "04", "05", "06"]),
    (3, "012", &["00", "01"]),
    (5, "005", &["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"]),
    (7, "007", &["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"]),
    (12, "017", &["00501"]),
    (14, "019", &["0", "1"]),
    (15, "020", &["I", "P", "T"]),
];

/// Offsets of the separators in an ISA of the right width.
const ISA_SEPARATORS: [usize; 16] = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];

/// Bytes of an ISA without its terminator.
const ISA_BYTES: usize = 105;

/// Judges an ISA.
pub(crate) fn judge_isa(judge: &mut Judge, isa: &Segment<'_>, seen: &mut Numbers) {
    judge_isa_shape(judge, isa);
    for (element, code, values) in ISA_VALUES {
        if !values.contains(&isa.el(element)) {
            let expected = values.join(", ");
            judge.envelope(rule_e(element, code), isa, element, format!("ISA{element:02} must be one of {expected}."));
        }
    }
    for (element, code) in [(6_usize, "006"), (8, "008")] {
        if isa.el(element).trim().is_empty() {
            let message = format!("ISA{element:02} is blank; give the identifier agreed with the trading partner.");
            judge.envelope(rule_e(element, code), isa, element, message);
        }
    }
    if !is_date(format!("20{}", isa.el(9))) {
        judge.envelope(rule_e(9, "014"), isa, 9, "ISA09 must be a real day, YYMMDD.".to_owned());
    }
    if !is_time(isa.el(10)) {
        judge.envelope(rule_e(10, "015"), isa, 10, "ISA10 must be a time, HHMM.".to_owned());
    }
    let control = isa.el(13);
    if control.len() != 9 || !control.bytes().all(|byte| byte.is_ascii_digit()) {
        judge.envelope(Rule::new("E5", 1, Ta1, "018"), isa, 13, "ISA13 must be nine digits.".to_owned());
    }
    if seen.is_again(judge, &unplaced(*isa), 13, &(isa.el(5), isa.el(6), control)) {
        let message = "This sender already used ISA13 in this file; give every interchange a new number.";
        judge.envelope(Rule::new("E5", 1, Ta1, "025"), isa, 13, message.to_owned());
    }
}

/// Judges what stands in no group and no transaction set.
pub(crate) fn judge_stray(judge: &mut Judge, stray: &Segment<'_>) {
    // A segment the file ends in is reported by the trailers that are missing.
    if stray.is_terminated() {
        let message = "This segment stands outside any group or transaction set; remove it or repair the envelopes.";
        judge.envelope(Rule::new("E6", 1, Ta1, "024"), stray, 0, message.to_owned());
    }
}

const fn rule_e(element: usize, code: &'static str) -> Rule {
    let id = match element {
        12 => "E2",
        9 | 10 => "E4",
        13..=15 => "E5",
        _ => "E3",
    };
    Rule::new(id, 1, Ta1, code)
}

fn judge_isa_shape(judge: &mut Judge, isa: &Segment<'_>) {
    let Delimiters { element, component, repetition, segment } = isa.delimiters();
    let is_in_place = ISA_SEPARATORS.iter().all(|at| isa.raw().get(*at) == Some(&element));
    if isa.raw().len() != ISA_BYTES || !is_in_place {
        let message = "The ISA must be 106 bytes with its elements padded to their fixed widths.";
        judge.envelope(Rule::new("E1", 1, Ta1, "022"), isa, 0, message.to_owned());
    }
    let marks =
        [(Some(element), "026", 0), (Some(component), "027", 16), (repetition, "022", 11), (Some(segment), "004", 0)];
    let all: Vec<u8> = marks.iter().filter_map(|(mark, ..)| *mark).collect();
    for (mark, code, element) in marks {
        let Some(mark) = mark else { continue };
        let is_unique = all.iter().filter(|other| **other == mark).count() == 1;
        if !is_unique || mark.is_ascii_alphanumeric() || mark == b' ' {
            let message = format!(
                "The delimiter {:?} must be neither a letter, a digit nor a space, and differ from the other three.",
                char::from(mark)
            );
            judge.envelope(Rule::new("E1", 1, Ta1, code), isa, element, message);
        }
    }
    if repetition.is_none() {
        let message = "ISA11 must hold the repetition separator, such as ^.";
        judge.envelope(Rule::new("E1", 1, Ta1, "022").warning(), isa, 11, message.to_owned());
    }
}

/// Judges an IEA against its ISA and the groups met.
pub(crate) fn judge_iea(judge: &mut Judge, isa: &Segment<'_>, groups: usize, iea: Option<&Segment<'_>>) {
    let control = isa.el(13);
    let Some(iea) = iea.filter(|iea| iea.is_terminated() || iea.el(2) == control) else {
        let message = "IEA is missing or cut: the file is cut or the interchange was not closed.";
        judge.missing_trailer(Rule::new("E6", 1, Ta1, "023"), iea.unwrap_or(isa), "IEA", message.to_owned());
        return;
    };
    if !iea.is_terminated() {
        let message = "The terminator of the IEA is missing; end every segment with it.";
        judge.envelope(Rule::new("E1", 1, Ta1, "004").warning(), iea, 0, message.to_owned());
    }
    if iea.el(1).parse() != Ok(groups) {
        judge.envelope(
            Rule::new("E6", 1, Ta1, "021"),
            iea,
            1,
            format!("IEA01 must be the number of groups, {groups}."),
        );
    }
    if iea.el(2) != control {
        judge.envelope(Rule::new("E5", 1, Ta1, "001"), iea, 2, format!("IEA02 must repeat ISA13, {control}."));
    }
}

/// Judges a GS.
pub(crate) fn judge_gs(judge: &mut Judge, gs: &Segment<'_>, seen: &mut Numbers) {
    let control = gs.el(6);
    if !(1..=9).contains(&control.len()) || !control.bytes().all(|byte| byte.is_ascii_digit()) {
        judge.envelope(Rule::new("E8", 1, Ak9, "6"), gs, 6, "GS06 must be one to nine digits.".to_owned());
    }
    if seen.is_again(judge, &unplaced(*gs), 6, &control) {
        let message = "GS06 occurs twice in this interchange; number the groups apart.";
        judge.envelope(Rule::new("E8", 1, Ak9, "19"), gs, 6, message.to_owned());
    }
}

/// Judges a GS by the first transaction set of its group.
pub(crate) fn judge_functional_id(judge: &mut Judge, gs: &Segment<'_>, set_id: &str) {
    if let Some(expected) = functional_id_of(set_id).filter(|expected| *expected != gs.el(1)) {
        let message = format!("GS01 must be {expected} for the transaction sets of this group.");
        judge.envelope(Rule::new("E7", 1, Ak9, "1"), gs, 1, message);
    }
}

/// Judges a GE against its GS and the transaction sets met.
pub(crate) fn judge_ge(judge: &mut Judge, gs: &Segment<'_>, transactions: usize, ge: Option<&Segment<'_>>) {
    let Some(ge) = ge else {
        let message = "GE is missing: the group was not closed.";
        judge.missing_trailer(Rule::new("E8", 1, Ak9, "3"), gs, "GE", message.to_owned());
        return;
    };
    if ge.el(1).parse() != Ok(transactions) {
        let message = format!("GE01 must be the number of transaction sets, {transactions}.");
        judge.envelope(Rule::new("E8", 1, Ak9, "5"), ge, 1, message);
    }
    if ge.el(2) != gs.el(6) {
        judge.envelope(Rule::new("E8", 1, Ak9, "4"), ge, 2, format!("GE02 must repeat GS06, {}.", gs.el(6)));
    }
}

/// Judges an ST; `is_known` says whether there is a guide for it.
pub(crate) fn judge_st(judge: &mut Judge, gs: &Segment<'_>, st: &Segment<'_>, is_known: bool, seen: &mut Numbers) {
    if seen.is_again(judge, &unplaced(*st), 2, &st.el(2)) {
        let message = "ST02 occurs twice in this group; number the transaction sets apart.";
        judge.envelope(Rule::new("E9", 1, Ik5, "23"), st, 2, message.to_owned());
    }
    let (set_id, version) = (st.el(1), gs.el(8));
    if set_id == "835" {
        if !st.el(3).is_empty() {
            let message = "ST03 is not used in the 835; leave it out. The guide is named in GS08.";
            judge.envelope(Rule::new("E10", 2, Ik5, "I6").warning(), st, 3, message.to_owned());
        }
    } else if st.el(3) != version && !version.starts_with("004") && functional_id_of(set_id).is_some() {
        let message = format!("ST03 must repeat the guide of GS08, {version}.");
        judge.envelope(Rule::new("E10", 1, Ik5, "I6"), st, 3, message);
    }
    if !is_known {
        let guide = if st.el(3).is_empty() { version } else { st.el(3) };
        let message = format!(
            "No guide is loaded for {set_id} {guide}: the transaction set was not checked beyond its envelope."
        );
        judge.envelope(Rule::new("E7", 1, NoAck, "").warning(), st, 1, message);
    }
}

/// Judges an SE against its ST and the segments met.
pub(crate) fn judge_se(judge: &mut Judge, st: &Segment<'_>, segments: u32, se: Option<&Segment<'_>>) {
    let Some(se) = se else {
        let message = "SE is missing: the transaction set was not closed.";
        judge.missing_trailer(Rule::new("E9", 1, Ik5, "2"), st, "SE", message.to_owned());
        return;
    };
    if se.el(1).parse() != Ok(segments) {
        let message = format!("SE01 must be the number of segments from ST to SE, {segments}.");
        judge.envelope(Rule::new("E9", 1, Ik5, "4"), se, 1, message);
    }
    if se.el(2) != st.el(2) {
        judge.envelope(Rule::new("E9", 1, Ik5, "3"), se, 2, format!("SE02 must repeat ST02, {}.", st.el(2)));
    }
}
