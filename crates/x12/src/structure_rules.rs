//! Rules E11, E12, E18 and C35: segments in their places, hierarchy, line numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::element_rules::expectation;
use crate::finding::AckLevel::{Ik3, Ik4};
use crate::finding::{Judge, Rule};
use crate::guide::Guide;
use crate::walk::{Fault, FaultKind, Located, Step};

/// Reports a break of the structure.
pub(crate) fn judge_fault(judge: &mut Judge, fault: &Fault<'_>) {
    let located = Located { loop_id: fault.loop_id, occurrence: fault.occurrence, segment: fault.at };
    let id = fault.segment_id;
    let place = if fault.loop_id.is_empty() { "the header".to_owned() } else { format!("loop {}", fault.loop_id) };
    let (rule, message) = match fault.kind {
        FaultKind::Unknown => (
            Rule::new("E11", 1, Ik3, "1"),
            format!("{id:?} is no segment; check for a stray terminator or a typing error."),
        ),
        FaultKind::Unexpected => (
            Rule::new("E11", 1, Ik3, "2"),
            format!("{id} with this qualifier has no place here, after {place}; move or remove it."),
        ),
        FaultKind::NotInSet => {
            (Rule::new("E11", 1, Ik3, "6"), format!("{id} does not belong to this transaction set; remove it."))
        }
        FaultKind::OutOfOrder => (
            Rule::new("E11", 1, Ik3, "7"),
            format!("{id} comes too late in {place}; put it in the order of the guide."),
        ),
        FaultKind::SegmentRepeated => {
            (Rule::new("E12", 1, Ik3, "5"), format!("{id} occurs too often in {place}; remove the extra one."))
        }
        FaultKind::LoopRepeated => {
            (Rule::new("E12", 2, Ik3, "4"), format!("{place} occurs too often; remove the extra one."))
        }
        FaultKind::Missing => {
            let with =
                if fault.expected.is_empty() { String::new() } else { format!(", {}", expectation(&fault.expected)) };
            let message = format!("{id} of {place} is missing before this segment; add it{with}.");
            judge.missing(Rule::new("E12", 2, Ik3, "3"), &located, id, message);
            return;
        }
    };
    judge.segment(rule, &located, message);
}

const LEVEL: Rule = Rule::new("E18", 1, Ik4, "7");

/// Judges HL numbers, parents and child flags (E18).
pub(crate) fn judge_hierarchy(judge: &mut Judge, guide: &Guide, steps: &[Step<'_>]) {
    let levels: Vec<&Located<'_>> = steps.iter().map(|step| &step.located).filter(|l| l.segment.id() == "HL").collect();
    let parents: BTreeSet<&str> =
        levels.iter().map(|level| level.segment.el(2)).filter(|hl02| !hl02.is_empty()).collect();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    // A wrong number or parent would make the levels below it wrong too.
    let (mut are_numbers_right, mut are_parents_right) = (true, true);
    for (index, level) in levels.iter().enumerate() {
        let number = index.saturating_add(1).to_string();
        let hl = &level.segment;
        if hl.el(1) != number && !hl.el(1).is_empty() {
            judge.element(LEVEL, level, 1, 0, format!("HL01 must count up from 1; this is level {number}."));
            are_numbers_right = false;
        }
        let parent = hl.el(2);
        if are_numbers_right && !parent.is_empty() && !seen.get(parent).is_some_and(|above| guide.is_level_below(hl.el(3), above)) {
            let message = "HL02 must be the HL01 of an earlier level directly above this one.";
            judge.element(LEVEL, level, 2, 0, message.to_owned());
            are_parents_right = false;
        }
        seen.insert(hl.el(1), hl.el(3));
    }
    for level in levels.iter().filter(|_| are_numbers_right && are_parents_right) {
        judge_child_flag(judge, level, parents.contains(level.segment.el(1)));
    }
}

fn judge_child_flag(judge: &mut Judge, level: &Located<'_>, has_child: bool) {
    let flag = level.segment.el(4);
    if !flag.is_empty() && (flag == "1") != has_child {
        let message = if has_child {
            "HL04 must be 1: other levels stand below this one."
        } else {
            "HL04 must be 0: no level stands below this one."
        };
        judge.element(LEVEL.warning(), level, 4, 0, message.to_owned());
    }
}

/// Judges that LX01 counts the lines of each claim from 1 (C35, 837).
pub(crate) fn judge_line_numbers(judge: &mut Judge, steps: &[Step<'_>]) {
    let mut line = 0_u32;
    for Step { located, .. } in steps {
        match located.segment.id() {
            "CLM" => line = 0,
            "LX" => {
                line = line.saturating_add(1);
                if located.segment.el(1).parse() != Ok(line) {
                    let message = format!("LX01 must count the lines of the claim; this is line {line}.");
                    judge.element(Rule::new("C35", 1, Ik4, "7"), located, 1, 0, message);
                }
            }
            _ => {}
        }
    }
}
