//! The guide walker: which loop each segment belongs to, and where the structure breaks.
//!
//! Deterministic and without back-tracking. A segment is looked for from the innermost open loop outwards: first at or
//! after the place reached, then beyond its maximum, then at a place already passed, then by its id alone with a wrong
//! qualifier. After a segment that begins no loop we know, its followers are skipped in silence until one fits again,
//! so that one fault makes one finding.

use crate::dictionary::definition_of;
use crate::envelope::Transaction;
use crate::guide::{Candidate, ChildKind, Guide, Leader, LoopUse, SegmentUse, guide_of};
use crate::ids;
pub use crate::located::Located;
pub(crate) use crate::located::{Kept, unplaced};
use crate::segment::{Segment, key};

/// Names the loop of every segment of a transaction set. Without a guide for its version every loop id is empty.
#[must_use]
pub fn locate<'a>(transaction: &Transaction<'a>) -> Vec<Located<'a>> {
    locate_segments(transaction.set_id(), transaction.guide(), &transaction.segments)
        .unwrap_or_else(|| transaction.segments.iter().map(|segment| unplaced(*segment)).collect())
}

/// Names the loops of segments of one transaction set; `None` without a guide for its version.
pub(crate) fn locate_segments<'a>(set_id: &str, version: &str, segments: &[Segment<'a>]) -> Option<Vec<Located<'a>>> {
    let mut faults = Vec::new();
    let mut walker = Walker::new(guide_of(set_id, version)?);
    let place = |segment: &Segment<'a>| walker.step(segment, &mut faults).located;
    Some(segments.iter().map(place).collect())
}

/// A placed segment with what the guide says of it.
pub(crate) struct Step<'a> {
    pub located: Located<'a>,
    /// The key of the loop id.
    pub loop_key: u64,
    pub usage: Option<&'static SegmentUse>,
}

/// A break of the structure.
pub(crate) struct Fault<'a> {
    pub kind: FaultKind,
    /// The segment met; for a missing one, the segment met instead.
    pub at: Segment<'a>,
    /// The segment that is missing.
    missing: &'static str,
    /// The loop it concerns.
    pub loop_id: &'static str,
    pub occurrence: u32,
    /// Values the guide expects in the qualifier of a missing segment.
    pub expected: Vec<&'static str>,
    /// The open loop and child a missing segment was noted for, so that a late arrival can take it back.
    key: Option<(usize, usize)>,
}

impl<'a> Fault<'a> {
    /// The segment the fault is about.
    pub fn segment_id(&self) -> &'a str {
        if self.kind == FaultKind::Missing { self.missing } else { self.at.id() }
    }
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
    one: &'static LoopUse,
    occurrence: u32,
    ordinal: usize,
    /// The first child of that ordinal.
    reached: usize,
    /// The first of the required children that is not due before that place.
    due: usize,
    /// Where the counts of its children begin.
    counts: usize,
    /// Stands for the loops open above it, their places, and the loop itself.
    way: u64,
}

impl Frame {
    /// Stands for everything that decides where a segment fits, but for the counts.
    const fn state(&self) -> u64 {
        self.way.wrapping_add(self.reached as u64)
    }
}

/// Places for the transitions remembered; a power of two.
const TRANSITIONS: usize = 256;

/// Where a segment was found to fit. From the same open loops, each at the same place, a segment of the same qualifier
/// leads to the same child, if only that may still come.
#[derive(Clone, Copy, Default)]
struct Transition {
    state: u64,
    qualifier: u64,
    key: u32,
    frame: u32,
    child: u32,
}

/// Where a segment fits: the open loop, the child, and what is wrong with it there.
struct Fit {
    frame: usize,
    child: usize,
    fault: Option<FaultKind>,
}

/// Walks the segments of one transaction set, ST to SE, in as many parts as they come.
pub(crate) struct Walker {
    guide: &'static Guide,
    frames: Vec<Frame>,
    /// How often each child of each open loop came.
    counts: Vec<u32>,
    known: Vec<Transition>,
    serials: usize,
    /// By loop index.
    occurrences: Vec<u32>,
    is_lost: bool,
}

impl Walker {
    pub fn new(guide: &'static Guide) -> Self {
        let occurrences = vec![0; guide.loop_count()];
        let mut walker = Self {
            guide,
            frames: Vec::new(),
            counts: Vec::new(),
            known: vec![Transition::default(); TRANSITIONS],
            serials: 0,
            occurrences,
            is_lost: false,
        };
        walker.open(Guide::ROOT, 0);
        walker
    }

    /// Places the next segment; breaks of the structure are added to `faults`.
    pub fn step<'a>(&mut self, segment: &Segment<'a>, faults: &mut Vec<Fault<'a>>) -> Step<'a> {
        match segment.key() {
            ids::ST if segment.position() == 1 => nowhere(segment),
            ids::SE => {
                self.close(segment, faults);
                nowhere(segment)
            }
            key => {
                let leader = self.guide.leader_of(key);
                let fit = leader.and_then(|leader| {
                    self.fit_exactly(leader, segment)
                        .or_else(|| if self.is_lost { None } else { self.fit(leader, segment) })
                });
                match fit {
                    Some(fit) => self.accept(segment, &fit, faults),
                    None => self.refuse(segment, faults),
                }
            }
        }
    }

    /// Notes what is still missing at the end of the transaction set.
    pub fn close<'a>(&mut self, at: &Segment<'a>, faults: &mut Vec<Fault<'a>>) {
        self.close_to(0, at, faults);
    }

    fn fit_exactly(&mut self, leader: &Leader, segment: &Segment<'_>) -> Option<Fit> {
        let state = self.frames.last().map_or(0, Frame::state);
        let qualifier = leader.qualifier.map_or(0, |(element, component)| key(segment.part(element, component)));
        let mixed = (state ^ qualifier.rotate_left(32) ^ u64::from(leader.key)).wrapping_mul(MIX);
        let place = (mixed >> 32) as usize % TRANSITIONS;
        let known = self.known.get(place).copied().unwrap_or_default();
        if (known.state, known.qualifier, known.key) == (state, qualifier, leader.key) {
            let (frame, child) = (known.frame as usize, known.child as usize);
            if self.frames.get(frame).is_some_and(|frame| self.may_come(frame, child)) {
                return Some(Fit { frame, child, fault: None });
            }
        }
        // Whether it was the place and the qualifier alone that decided.
        let mut is_sure = leader.is_qualified_alike;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            for one in frame.one.candidates(leader.number).iter().filter(|one| one.child >= frame.reached) {
                if !one.is_met_by(segment) {
                    continue;
                }
                if one.max.is_some_and(|max| self.count(frame, one.child) >= max) {
                    is_sure = false;
                    continue;
                }
                if let Some(place) = self.known.get_mut(place).filter(|_| is_sure) {
                    let (frame, child) = (at as u32, one.child as u32);
                    *place = Transition { state, qualifier, key: leader.key, frame, child };
                }
                return Some(Fit { frame: at, child: one.child, fault: None });
            }
        }
        None
    }

    fn may_come(&self, frame: &Frame, child: usize) -> bool {
        let max = frame.one.children.get(child).and_then(|child| child.max);
        max.is_none_or(|max| self.count(frame, child) < max)
    }

    /// Where a segment belongs that does not fit exactly, and what is wrong with it there.
    #[cold]
    fn fit(&self, leader: &Leader, segment: &Segment<'_>) -> Option<Fit> {
        let repeated = Some(FaultKind::SegmentRepeated);
        let beyond_maximum = self.search(leader, repeated, |_, one| one.is_met_by(segment));
        let out_of_order = || {
            self.search(leader, Some(FaultKind::OutOfOrder), |_, one| {
                // The segment that begins the open loop cannot come late in it: a second one is another loop.
                (one.child > 0 || self.frames.len() == 1) && one.is_met_by(segment)
            })
        };
        beyond_maximum.or_else(out_of_order).or_else(|| self.fit_by_id(leader))
    }

    /// A wrong qualifier: the place is plain when only one use of this segment is left, or a required one is due.
    fn fit_by_id(&self, leader: &Leader) -> Option<Fit> {
        self.search(leader, None, |frame, one| {
            let count = self.count(frame, one.child);
            if one.max.is_some_and(|max| count >= max) {
                return false;
            }
            let child = frame.one.children.get(one.child);
            let is_due = count == 0 && child.is_some_and(|child| self.guide.is_required(child));
            let ordinal_of = |one: &Candidate| frame.one.children.get(one.child).map_or(0, |child| child.ordinal);
            let siblings =
                frame.one.candidates(leader.number).iter().filter(|other| ordinal_of(other) >= frame.ordinal);
            is_due || siblings.count() == 1
        })
    }

    /// The innermost open loop with a child that begins with the segments of `leader` and fits.
    fn search(
        &self,
        leader: &Leader,
        fault: Option<FaultKind>,
        fits: impl Fn(&Frame, &Candidate) -> bool,
    ) -> Option<Fit> {
        for (at, frame) in self.frames.iter().enumerate().rev() {
            // What was passed can only come late.
            let from = if fault == Some(FaultKind::OutOfOrder) { 0 } else { frame.reached };
            let mut ahead = frame.one.candidates(leader.number).iter().filter(|one| one.child >= from);
            if let Some(Candidate { child, .. }) = ahead.find(|one| fits(frame, one)) {
                let fault = match (fault, frame.one.children.get(*child).map(|child| &child.kind)) {
                    (Some(FaultKind::SegmentRepeated), Some(ChildKind::Loop(_))) => Some(FaultKind::LoopRepeated),
                    (fault, _) => fault,
                };
                return Some(Fit { frame: at, child: *child, fault });
            }
        }
        None
    }

    fn accept<'a>(&mut self, segment: &Segment<'a>, fit: &Fit, faults: &mut Vec<Fault<'a>>) -> Step<'a> {
        self.is_lost = false;
        self.close_to(fit.frame.saturating_add(1), segment, faults);
        let guide = self.guide;
        let Some(frame) = self.frames.get(fit.frame) else { return nowhere(segment) };
        let Some(child) = frame.one.children.get(fit.child) else { return nowhere(segment) };
        let is_late = fit.fault == Some(FaultKind::OutOfOrder);
        let is_due = frame.one.required.get(frame.due).is_some_and(|(_, place)| *place < child.ordinal);
        let due = if is_due && !is_late { self.note_missing(frame, child.ordinal, segment, faults) } else { frame.due };
        if let Some(count) = self.counts.get_mut(frame.counts.saturating_add(fit.child)) {
            *count = count.saturating_add(1);
        }
        if let Some(frame) = self.frames.get_mut(fit.frame) {
            if child.ordinal > frame.ordinal {
                (frame.ordinal, frame.reached, frame.due) = (child.ordinal, child.first, due);
            }
            let key = (frame.serial, fit.child);
            if is_late {
                faults.retain(|fault| fault.key != Some(key));
            }
        }
        if let ChildKind::Loop(index) = child.kind {
            let occurrence = self.next_occurrence(index);
            self.open(index, occurrence);
            let first = self.frames.last().and_then(|frame| self.counts.get_mut(frame.counts));
            if let Some(count) = first {
                *count = 1;
            }
        }
        let located = self.located(*segment);
        if let Some(kind) = fit.fault {
            faults.push(fault_at(kind, located));
        }
        let loop_key = self.frames.last().map_or(0, |frame| frame.one.key);
        Step { located, loop_key, usage: guide.leader(child) }
    }

    fn refuse<'a>(&mut self, segment: &Segment<'a>, faults: &mut Vec<Fault<'a>>) -> Step<'a> {
        if !self.is_lost {
            let kind = if self.guide.has_segment(segment.id()) {
                FaultKind::Unexpected
            } else if definition_of(segment.id()).is_some() {
                FaultKind::NotInSet
            } else {
                FaultKind::Unknown
            };
            faults.push(fault_at(kind, self.located(*segment)));
            self.is_lost = kind == FaultKind::Unexpected && self.guide.begins_loop(segment.id());
        }
        nowhere(segment)
    }

    /// The segment in the innermost open loop.
    fn located<'a>(&self, segment: Segment<'a>) -> Located<'a> {
        let frame = self.frames.last();
        let depth = u8::try_from(self.frames.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let (loop_id, occurrence) = frame.map_or(("", 0), |frame| (frame.one.id, frame.occurrence));
        Located { loop_id, occurrence, depth, segment }
    }

    fn count(&self, frame: &Frame, child: usize) -> u32 {
        self.counts.get(frame.counts.saturating_add(child)).copied().unwrap_or_default()
    }

    fn open(&mut self, loop_index: usize, occurrence: u32) {
        let Some(one) = self.guide.loop_at(loop_index) else { return };
        self.serials = self.serials.saturating_add(1);
        let above = self.frames.last().map_or(0, Frame::state);
        let way = (above ^ (loop_index as u64).rotate_left(48)).wrapping_mul(MIX);
        let counts = self.counts.len();
        self.counts.resize(counts.saturating_add(one.children.len()), 0);
        self.frames.push(Frame { serial: self.serials, one, occurrence, ordinal: 0, reached: 0, due: 0, counts, way });
    }

    fn next_occurrence(&mut self, loop_index: usize) -> u32 {
        let counter = self.guide.loop_at(loop_index).map_or(loop_index, |one| one.counter);
        let Some(count) = self.occurrences.get_mut(counter) else { return 0 };
        *count = count.saturating_add(1);
        *count
    }

    /// Closes the loops from `depth` on, noting what each still lacked.
    fn close_to<'a>(&mut self, depth: usize, at: &Segment<'a>, faults: &mut Vec<Fault<'a>>) {
        while self.frames.len() > depth.max(1) {
            let Some(frame) = self.frames.pop() else { return };
            self.note_missing(&frame, usize::MAX, at, faults);
            self.counts.truncate(frame.counts);
        }
        if depth == 0
            && let Some(root) = self.frames.first()
        {
            self.note_missing(root, usize::MAX, at, faults);
        }
    }

    /// Notes the required children of an open loop that should have come before `ordinal`; gives the first that is not
    /// due then.
    fn note_missing<'a>(&self, frame: &Frame, ordinal: usize, at: &Segment<'a>, faults: &mut Vec<Fault<'a>>) -> usize {
        let mut due = frame.due;
        while let Some((child, _)) = frame.one.required.get(due).filter(|(_, place)| *place < ordinal) {
            if self.count(frame, *child) == 0 {
                faults.extend(self.missing(frame, *child, at));
            }
            due = due.saturating_add(1);
        }
        due
    }

    #[cold]
    fn missing<'a>(&self, frame: &Frame, index: usize, at: &Segment<'a>) -> Option<Fault<'a>> {
        let child = frame.one.children.get(index)?;
        let leader = self.guide.leader(child)?;
        let loop_id = match child.kind {
            ChildKind::Loop(index) => self.guide.loop_at(index).map_or("", |one| one.id),
            ChildKind::Segment(_) => frame.one.id,
        };
        Some(Fault {
            kind: FaultKind::Missing,
            at: *at,
            missing: leader.id,
            loop_id,
            occurrence: frame.occurrence,
            expected: leader.identity().map(|one| one.values.clone()).unwrap_or_default(),
            key: Some((frame.serial, index)),
        })
    }
}

/// Spreads states (the golden ratio as a fraction of 64 bits).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

const fn nowhere<'a>(segment: &Segment<'a>) -> Step<'a> {
    Step { located: unplaced(*segment), loop_key: 0, usage: None }
}

const fn fault_at(kind: FaultKind, located: Located<'_>) -> Fault<'_> {
    let Located { loop_id, occurrence, segment, .. } = located;
    Fault { kind, at: segment, missing: "", loop_id, occurrence, expected: Vec::new(), key: None }
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
        let (mut walker, mut faults) = (Walker::new(guide), Vec::new());
        for segment in &transaction.segments {
            walker.step(segment, &mut faults);
        }
        faults.iter().map(|f| (f.kind, f.segment_id().to_owned(), f.at.position())).collect()
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
