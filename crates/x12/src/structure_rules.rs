//! Rules E11, E12 and C35: segments in their places, line numbers.

use crate::element_rules::expectation;
use crate::finding::AckLevel::{Ik3, Ik4};
use crate::finding::{Judge, Rule};
use crate::ids;
use crate::value::whole;
use crate::walk::{Fault, FaultKind, Located, Step};

/// Reports a break of the structure.
pub(crate) fn judge_fault(judge: &mut Judge, fault: &Fault<'_>) {
    let located = Located { loop_id: fault.loop_id, occurrence: fault.occurrence, depth: 0, segment: fault.at };
    let id = fault.segment_id();
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

/// Judges that LX01 counts the lines of each claim from 1 (C35, 837).
pub(crate) fn judge_line_numbers(judge: &mut Judge, steps: &[Step<'_>]) {
    let mut line = 0_usize;
    for Step { located, .. } in steps {
        match located.segment.key() {
            ids::CLM => line = 0,
            ids::LX => {
                line = line.saturating_add(1);
                if whole(located.segment.value(1)) != Some(line) {
                    let message = format!("LX01 must count the lines of the claim; this is line {line}.");
                    judge.element(Rule::new("C35", 1, Ik4, "7"), located, 1, 0, message);
                }
            }
            _ => {}
        }
    }
}
