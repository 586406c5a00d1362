//! The guide walker: which loop each segment belongs to, and where the structure breaks.
//!
//! Deterministic and without back-tracking. A segment is looked for from the innermost open loop outwards: first at or
//! after the place reached, then beyond its maximum, then at a place already passed, then by its id alone with a wrong
//! qualifier. After a segment that begins no loop we know, its followers are skipped in silence until one fits again,
//! so that one fault makes one finding.

use std::collections::BTreeMap;

use crate::dictionary::definition_of;
use crate::envelope::Transaction;
use crate::guide::{Child, ChildKind, ElementUse, Guide, LoopUse, SegmentUse, guide_of};
use crate::segment::Segment;

/// A segment and the loop it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// Loop id of the guide, such as `2010BA`; empty for ST, SE, header segments and segments that fit nowhere.
    pub loop_id: &'static str,
    /// The how-manieth loop of this id in the transaction set, from 1; 0 without a loop.
    pub occurrence: u32,
    /// The segment.
    pub segment: Segment<'a>,
}

/// Names the loop of every segment of a transaction set. Without a guide for its version every loop id is empty.
#[must_use]
pub fn locate<'a>(transaction: &Transaction<'a>) -> Vec<Located<'a>> {
    match guide_of(transaction.set_id(), transaction.guide()) {
        Some(guide) => walk(guide, &transaction.segments).steps.into_iter().map(|step| step.located).collect(),
        None => transaction.segments.iter().map(|segment| unplaced(*segment)).collect(),
    }
}

const fn unplaced(segment: Segment<'_>) -> Located<'_> {
    Located { loop_id: "", occurrence: 0, segment }
}

/// What a walk found.
pub(crate) struct Walk<'a> {
    /// One step for each segment.
    pub steps: Vec<Step<'a>>,
    /// Where the structure breaks, in the order of the file.
    pub faults: Vec<Fault<'a>>,
}

/// A placed segment with what the guide says of it.
pub(crate) struct Step<'a> {
    pub located: Located<'a>,
    pub usage: Option<&'static SegmentUse>,
}

/// A break of the structure.
pub(crate) struct Fault<'a> {
    pub kind: FaultKind,
    /// The segment met; for a missing one, the segment met instead.
    pub at: Segment<'a>,
    /// The segment the fault is about.
    pub segment_id: &'a str,
    /// The loop it concerns.
    pub loop_id: &'static str,
    pub occurrence: u32,
    /// Values the guide expects in the qualifier of a missing segment.
    pub expected: Vec<&'static str>,
    /// The open loop and child a missing segment was noted for, so that a late arrival can take it back.
    key: Option<(usize, usize)>,
}

/// What is wrong with the structure, with its IK304 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Unknown,
    Unexpected,
    Missing,
    LoopRepeated,
    SegmentRepeated,
    NotInSet,
    OutOfOrder,
}

/// An open loop.
struct Frame {
    serial: usize,
    loop_index: usize,
    occurrence: u32,
    ordinal: usize,
    counts: Vec<u32>,
}

/// Where a segment fits: the open loop, the child, and what is wrong with it there.
struct Fit {
    frame: usize,
    child: usize,
    fault: Option<FaultKind>,
}

struct Walker<'a> {
    guide: &'static Guide,
    frames: Vec<Frame>,
    serials: usize,
    occurrences: BTreeMap<&'static str, u32>,
    is_lost: bool,
    walk: Walk<'a>,
}

/// Walks the segments of one transaction set, ST to SE.
pub(crate) fn walk<'a>(guide: &'static Guide, segments: &[Segment<'a>]) -> Walk<'a> {
    let walk = Walk { steps: Vec::with_capacity(segments.len()), faults: Vec::new() };
    let mut walker =
        Walker { guide, frames: Vec::new(), serials: 0, occurrences: BTreeMap::new(), is_lost: false, walk };
    walker.open(Guide::ROOT, 0);
    for segment in segments {
        match segment.id() {
            "ST" if segment.position() == 1 => walker.keep(unplaced(*segment), None),
            "SE" => {
                walker.close_to(0, segment);
                walker.keep(unplaced(*segment), None);
            }
            _ => walker.step(*segment),
        }
    }
    if let Some(last) = segments.last().filter(|last| last.id() != "SE") {
        walker.close_to(0, last);
    }
    walker.walk.faults.sort_by_key(|fault| fault.at.position());
    walker.walk
}

impl<'a> Walker<'a> {
    fn step(&mut self, segment: Segment<'a>) {
        let fit = if self.is_lost { self.fit_exactly(&segment) } else { self.fit(&segment) };
        match fit {
            Some(fit) => self.accept(segment, &fit),
            None => self.refuse(segment),
        }
    }

    fn fit(&self, segment: &Segment<'a>) -> Option<Fit> {
        self.fit_exactly(segment)
            .or_else(|| self.fit_beyond_maximum(segment))
            .or_else(|| self.fit_out_of_order(segment))
            .or_else(|| self.fit_by_id(segment))
    }

    fn fit_exactly(&self, segment: &Segment<'a>) -> Option<Fit> {
        self.search(None, |frame, child, index| {
            child.ordinal >= frame.ordinal
                && is_below_maximum(self.guide, child, count(frame, index))
                && self.is_leader(child, segment)
        })
    }

    fn fit_beyond_maximum(&self, segment: &Segment<'a>) -> Option<Fit> {
        self.search(Some(FaultKind::SegmentRepeated), |frame, child, _| {
            child.ordinal >= frame.ordinal && self.is_leader(child, segment)
        })
    }

    fn fit_out_of_order(&self, segment: &Segment<'a>) -> Option<Fit> {
        self.search(Some(FaultKind::OutOfOrder), |_, child, index| {
            // The segment that begins the open loop cannot come late in it: a second one is another loop.
            (index > 0 || self.frames.len() == 1) && self.is_leader(child, segment)
        })
    }

    /// A wrong qualifier: the place is plain when only one use of this segment is left, or a required one is due.
    fn fit_by_id(&self, segment: &Segment<'a>) -> Option<Fit> {
        self.search(None, |frame, child, index| {
            let is_candidate = |child: &Child| {
                child.ordinal >= frame.ordinal
                    && self.guide.leader(child).is_some_and(|leader| leader.id == segment.id())
            };
            if !is_candidate(child) || !is_below_maximum(self.guide, child, count(frame, index)) {
                return false;
            }
            let is_due = is_required(self.guide, child) && count(frame, index) == 0;
            let siblings = self
                .guide
                .loop_at(frame.loop_index)
                .map_or(0, |one| one.children.iter().filter(|other| is_candidate(other)).count());
            is_due || siblings == 1
        })
    }

    /// The innermost open loop with a child that fits.
    fn search(&self, fault: Option<FaultKind>, fits: impl Fn(&Frame, &Child, usize) -> bool) -> Option<Fit> {
        for (at, frame) in self.frames.iter().enumerate().rev() {
            let children = self.guide.loop_at(frame.loop_index).map(|one| one.children.as_slice()).unwrap_or_default();
            let found = children.iter().enumerate().find(|(index, child)| fits(frame, child, *index));
            if let Some((child, kind)) = found.map(|(index, child)| (index, &child.kind)) {
                let fault = match (fault, kind) {
                    (Some(FaultKind::SegmentRepeated), ChildKind::Loop(_)) => Some(FaultKind::LoopRepeated),
                    (fault, _) => fault,
                };
                return Some(Fit { frame: at, child, fault });
            }
        }
        None
    }

    fn is_leader(&self, child: &Child, segment: &Segment<'a>) -> bool {
        self.guide.leader(child).is_some_and(|leader| leader.id == segment.id() && is_identified(leader, segment))
    }

    fn accept(&mut self, segment: Segment<'a>, fit: &Fit) {
        self.is_lost = false;
        self.close_to(fit.frame.saturating_add(1), &segment);
        let guide = self.guide;
        let Some(child) = self.child(fit.frame, fit.child) else { return };
        if fit.fault != Some(FaultKind::OutOfOrder) {
            self.note_missing(fit.frame, child.ordinal, &segment);
        }
        let Some(frame) = self.frames.get_mut(fit.frame) else { return };
        frame.ordinal = frame.ordinal.max(child.ordinal);
        if let Some(count) = frame.counts.get_mut(fit.child) {
            *count = count.saturating_add(1);
        }
        let key = (frame.serial, fit.child);
        if fit.fault == Some(FaultKind::OutOfOrder) {
            self.walk.faults.retain(|fault| fault.key != Some(key));
        }
        let usage = guide.leader(child);
        if let ChildKind::Loop(index) = child.kind {
            let occurrence = self.next_occurrence(index);
            self.open(index, occurrence);
            if let Some(count) = self.frames.last_mut().and_then(|frame| frame.counts.first_mut()) {
                *count = 1;
            }
        }
        let located = self.located(segment);
        if let Some(kind) = fit.fault {
            self.fault(kind, located, None);
        }
        self.keep(located, usage);
    }

    fn refuse(&mut self, segment: Segment<'a>) {
        if !self.is_lost {
            let kind = if self.guide.has_segment(segment.id()) {
                FaultKind::Unexpected
            } else if definition_of(segment.id()).is_some() && !segment.id().starts_with("C0") {
                FaultKind::NotInSet
            } else {
                FaultKind::Unknown
            };
            let located = self.located(segment);
            self.fault(kind, located, None);
            self.is_lost = kind == FaultKind::Unexpected && self.guide.begins_loop(segment.id());
        }
        self.keep(unplaced(segment), None);
    }

    /// The segment in the innermost open loop.
    fn located(&self, segment: Segment<'a>) -> Located<'a> {
        let frame = self.frames.last();
        let loop_id = frame.and_then(|frame| self.guide.loop_at(frame.loop_index)).map_or("", |one| one.id);
        Located { loop_id, occurrence: frame.map_or(0, |frame| frame.occurrence), segment }
    }

    fn child(&self, frame: usize, child: usize) -> Option<&'static Child> {
        let frame = self.frames.get(frame)?;
        self.guide.loop_at(frame.loop_index)?.children.get(child)
    }

    fn open(&mut self, loop_index: usize, occurrence: u32) {
        let children = self.guide.loop_at(loop_index).map_or(0, |one| one.children.len());
        self.serials = self.serials.saturating_add(1);
        let counts = vec![0; children];
        self.frames.push(Frame { serial: self.serials, loop_index, occurrence, ordinal: 0, counts });
    }

    fn next_occurrence(&mut self, loop_index: usize) -> u32 {
        let id = self.guide.loop_at(loop_index).map_or("", |one| one.id);
        let count = self.occurrences.entry(id).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// Closes the loops from `depth` on, noting what each still lacked.
    fn close_to(&mut self, depth: usize, at: &Segment<'a>) {
        while self.frames.len() > depth.max(1) {
            self.note_missing(self.frames.len().saturating_sub(1), usize::MAX, at);
            self.frames.pop();
        }
        if depth == 0 {
            self.note_missing(0, usize::MAX, at);
        }
    }

    /// Notes the required children of an open loop that should have come before `ordinal`.
    fn note_missing(&mut self, frame_index: usize, ordinal: usize, at: &Segment<'a>) {
        let guide = self.guide;
        let Some(frame) = self.frames.get(frame_index) else { return };
        let Some(one) = guide.loop_at(frame.loop_index) else { return };
        let (serial, reached, occurrence) = (frame.serial, frame.ordinal, frame.occurrence);
        let missing: Vec<usize> = missing_children(guide, one, frame, reached, ordinal);
        for index in missing {
            let Some(child) = one.children.get(index) else { continue };
            let Some(leader) = guide.leader(child) else { continue };
            let loop_id = match child.kind {
                ChildKind::Loop(index) => guide.loop_at(index).map_or("", |one| one.id),
                ChildKind::Segment(_) => one.id,
            };
            let expected = identity(leader).map(|one| one.values.clone()).unwrap_or_default();
            let key = Some((serial, index));
            let kind = FaultKind::Missing;
            self.walk.faults.push(Fault { kind, at: *at, segment_id: leader.id, loop_id, occurrence, expected, key });
        }
    }

    fn fault(&mut self, kind: FaultKind, located: Located<'a>, key: Option<(usize, usize)>) {
        let Located { loop_id, occurrence, segment } = located;
        let segment_id = segment.id();
        self.walk.faults.push(Fault { kind, at: segment, segment_id, loop_id, occurrence, expected: Vec::new(), key });
    }

    fn keep(&mut self, located: Located<'a>, usage: Option<&'static SegmentUse>) {
        self.walk.steps.push(Step { located, usage });
    }
}

fn missing_children(guide: &Guide, one: &LoopUse, frame: &Frame, reached: usize, ordinal: usize) -> Vec<usize> {
    let children = one.children.iter().enumerate();
    let passed = children.filter(|(_, child)| child.ordinal >= reached && child.ordinal < ordinal);
    passed
        .filter(|(index, child)| is_required(guide, child) && count(frame, *index) == 0)
        .map(|(index, _)| index)
        .collect()
}

fn count(frame: &Frame, child: usize) -> u32 {
    frame.counts.get(child).copied().unwrap_or_default()
}

fn is_required(guide: &Guide, child: &Child) -> bool {
    match &child.kind {
        ChildKind::Segment(segment) => segment.is_required,
        ChildKind::Loop(index) => guide.loop_at(*index).is_some_and(|one| one.is_required),
    }
}

fn is_below_maximum(guide: &Guide, child: &Child, count: u32) -> bool {
    let max = match &child.kind {
        ChildKind::Segment(segment) => segment.max,
        ChildKind::Loop(index) => guide.loop_at(*index).and_then(|one| one.max),
    };
    max.is_none_or(|max| count < max)
}

/// The element that tells a use from others: the one marked so, else a coded first element.
fn identity(usage: &SegmentUse) -> Option<&ElementUse> {
    let marked = usage.elements.iter().find(|one| one.is_identity);
    marked.or_else(|| usage.elements.first().filter(|one| one.element == 1 && !one.values.is_empty()))
}

fn is_identified(usage: &SegmentUse, segment: &Segment<'_>) -> bool {
    identity(usage).is_none_or(|one| {
        let value = if one.component == 0 { segment.el(one.element) } else { segment.comp(one.element, one.component) };
        one.values.contains(&value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::read;

    const HEAD: &str = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~\
        GS*HC*CLINIC*PAYER*20261002*0915*1*X*005010X222A1~ST*837*0001*005010X222A1~";
    const CLAIM: [&str; 24] = [
        "BHT*0019*00*1*20261002*0915*CH",
        "NM1*41*2*CLINIC*****46*CLINIC",
        "PER*IC*DESK*TE*5550100",
        "NM1*40*2*PAYER*****46*PAYER",
        "HL*1**20*1",
        "NM1*85*2*CLINIC*****XX*1234567893",
        "N3*1 MAIN ST",
        "N4*SPRINGFIELD*IL*627010001",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        "SBR*P*18*******CI",
        "NM1*IL*1*DOE*JANE****MI*123",
        "NM1*PR*2*PAYER*****PI*PAYER",
        "CLM*A1*125***11:B:1*Y*A*Y*Y",
        "HI*ABK:J069",
        "NM1*82*1*ROE*RAY****XX*1234567893",
        "LX*1",
        "SV1*HC:99213*125*UN*1***1",
        "DTP*472*D8*20261001",
        "HL*3*1*22*0",
        "SBR*P*18*******CI",
        "NM1*IL*1*DOE*JOHN****MI*124",
        "NM1*PR*2*PAYER*****PI*PAYER",
        "SE*26*0001",
    ];

    fn faults(body: &[&str]) -> Vec<(FaultKind, String, u32)> {
        let file = format!("{HEAD}{}~", body.join("~"));
        let interchanges = read(file.as_bytes()).unwrap();
        let transaction = &interchanges[0].groups[0].transactions[0];
        let guide = guide_of("837", transaction.guide()).unwrap();
        let walk = walk(guide, &transaction.segments);
        assert_eq!(walk.steps.len(), body.len() + 1);
        walk.faults.iter().map(|f| (f.kind, f.segment_id.to_owned(), f.at.position())).collect()
    }

    fn changed(index: usize, with: &[&'static str]) -> Vec<&'static str> {
        let mut body = CLAIM.to_vec();
        body.splice(index..=index, with.iter().copied());
        body
    }

    #[test]
    fn names_the_loops() {
        let file = format!("{HEAD}{}~", CLAIM.join("~"));
        let interchanges = read(file.as_bytes()).unwrap();
        let located = locate(&interchanges[0].groups[0].transactions[0]);
        let names: Vec<String> = located.iter().map(|l| format!("{}.{}", l.loop_id, l.occurrence)).collect();
        assert_eq!(
            names,
            [
                ".0", ".0", "1000A.1", "1000A.1", "1000B.1", "2000A.1", "2010AA.1", "2010AA.1", "2010AA.1", "2010AA.1",
                "2000B.1", "2000B.1", "2010BA.1", "2010BB.1", "2300.1", "2300.1", "2310B.1", "2400.1", "2400.1",
                "2400.1", "2000B.2", "2000B.2", "2010BA.2", "2010BB.2", ".0"
            ]
        );
        assert!(faults(&CLAIM).is_empty());
    }

    #[test]
    fn one_fault_one_finding() {
        use FaultKind::{LoopRepeated, Missing, NotInSet, OutOfOrder, SegmentRepeated, Unexpected, Unknown};
        let one = |kind, id: &str, position| vec![(kind, id.to_owned(), position)];
        assert_eq!(faults(&changed(2, &[])), one(Missing, "PER", 4));
        assert_eq!(faults(&changed(0, &["BHT*0019", "BHT*0019"])), one(SegmentRepeated, "BHT", 3));
        assert_eq!(faults(&changed(0, &["BHT*0019", "ZZZ*1"])), one(Unknown, "ZZZ", 3));
        assert_eq!(faults(&changed(0, &["BHT*0019", "BPR*1"])), one(NotInSet, "BPR", 3));
        let mut swapped = CLAIM.to_vec();
        swapped.swap(6, 7);
        assert_eq!(faults(&swapped), one(OutOfOrder, "N3", 9));
        assert_eq!(
            faults(&changed(8, &["REF*EI*1", "NM1*85*2*AGAIN", "N3*1", "N4*X", "REF*EI*1"])),
            one(LoopRepeated, "NM1", 11)
        );
        assert_eq!(
            faults(&changed(15, &["NM1*Q9*1*ROE", "N3*1 MAIN ST", "N4*SPRINGFIELD*IL*62701"])),
            one(Unexpected, "NM1", 17)
        );
        assert_eq!(faults(&changed(14, &[])), one(Missing, "HI", 16));
        assert_eq!(faults(&changed(12, &[])), one(Missing, "NM1", 14));
    }

    #[test]
    fn a_wrong_qualifier_keeps_its_place_where_it_is_plain() {
        assert!(faults(&changed(14, &["HI*XXX:J069"])).is_empty());
        assert!(faults(&changed(18, &["DTP*999*D8*20261001"])).is_empty());
    }
}
