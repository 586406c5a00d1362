//! The guide walker: which loop each segment belongs to, and where the structure breaks.
//!
//! Deterministic and without back-tracking. A segment is looked for from the innermost open loop outwards: first at or
//! after the place reached, then beyond its maximum, then at a place already passed, then by its id alone with a wrong
//! qualifier. After a segment that begins no loop we know, its followers are skipped in silence until one fits again,
//! so that one fault makes one finding.

use crate::dictionary::definition_of;
use crate::elements::{Elements, key};
use crate::envelope::Transaction;
use crate::guide::{Child, ChildKind, Guide, LoopUse, SegmentUse, guide_of};
pub use crate::located::Located;
pub(crate) use crate::located::{Kept, unplaced};
use crate::segment::Segment;

/// Names the loop of every segment of a transaction set. Without a guide for its version every loop id is empty.
#[must_use]
pub fn locate<'a>(transaction: &Transaction<'a>) -> Vec<Located<'a>> {
    let mut faults = Vec::new();
    let Some(guide) = guide_of(transaction.set_id(), transaction.guide()) else {
        return transaction.segments.iter().map(|segment| unplaced(*segment)).collect();
    };
    let mut walker = Walker::new(guide);
    let place = |segment: &Segment<'a>| walker.step(segment, &Elements::of(segment), &mut faults).located;
    transaction.segments.iter().map(place).collect()
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
    loop_index: usize,
    occurrence: u32,
    ordinal: usize,
    /// The first child of that ordinal.
    reached: usize,
    counts: Vec<u32>,
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
    /// Counts of closed loops, to be used again.
    spare: Vec<Vec<u32>>,
    serials: usize,
    /// By loop index.
    occurrences: Vec<u32>,
    is_lost: bool,
}

impl Walker {
    pub fn new(guide: &'static Guide) -> Self {
        let occurrences = vec![0; guide.loop_count()];
        let mut walker = Self { guide, frames: Vec::new(), spare: Vec::new(), serials: 0, occurrences, is_lost: false };
        walker.open(Guide::ROOT, 0);
        walker
    }

    /// Places the next segment; breaks of the structure are added to `faults`.
    pub fn step<'a>(
        &mut self,
        segment: &Segment<'a>,
        elements: &Elements<'a>,
        faults: &mut Vec<Fault<'a>>,
    ) -> Step<'a> {
        match elements.get(0) {
            b"ST" if segment.position() == 1 => Step { located: unplaced(*segment), usage: None },
            b"SE" => {
                self.close(segment, faults);
                Step { located: unplaced(*segment), usage: None }
            }
            id => {
                let key = key(id);
                let fit = if self.is_lost { self.fit_exactly(key, elements) } else { self.fit(key, elements) };
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

    fn fit(&self, key: u64, elements: &Elements<'_>) -> Option<Fit> {
        self.fit_exactly(key, elements)
            .or_else(|| self.fit_beyond_maximum(key, elements))
            .or_else(|| self.fit_out_of_order(key, elements))
            .or_else(|| self.fit_by_id(key))
    }

    fn fit_exactly(&self, key: u64, elements: &Elements<'_>) -> Option<Fit> {
        self.search(key, None, |frame, child, index| {
            is_below_maximum(self.guide, child, count(frame, index)) && self.is_identified(child, elements)
        })
    }

    fn fit_beyond_maximum(&self, key: u64, elements: &Elements<'_>) -> Option<Fit> {
        self.search(key, Some(FaultKind::SegmentRepeated), |_, child, _| self.is_identified(child, elements))
    }

    fn fit_out_of_order(&self, key: u64, elements: &Elements<'_>) -> Option<Fit> {
        self.search(key, Some(FaultKind::OutOfOrder), |_, child, index| {
            // The segment that begins the open loop cannot come late in it: a second one is another loop.
            (index > 0 || self.frames.len() == 1) && self.is_identified(child, elements)
        })
    }

    /// A wrong qualifier: the place is plain when only one use of this segment is left, or a required one is due.
    fn fit_by_id(&self, key: u64) -> Option<Fit> {
        self.search(key, None, |frame, child, index| {
            if !is_below_maximum(self.guide, child, count(frame, index)) {
                return false;
            }
            let is_due = is_required(self.guide, child) && count(frame, index) == 0;
            let siblings = self.guide.loop_at(frame.loop_index).map_or(0, |one| {
                let begin_alike = one.children.iter().zip(&one.leaders).filter(|(_, leader)| **leader == key);
                begin_alike.filter(|(other, _)| other.ordinal >= frame.ordinal).count()
            });
            is_due || siblings == 1
        })
    }

    /// The innermost open loop with a child that begins with the segment `key` and fits.
    fn search(&self, key: u64, fault: Option<FaultKind>, fits: impl Fn(&Frame, &Child, usize) -> bool) -> Option<Fit> {
        for (at, frame) in self.frames.iter().enumerate().rev() {
            let Some(one) = self.guide.loop_at(frame.loop_index) else { continue };
            // What was passed can only come late.
            let from = if fault == Some(FaultKind::OutOfOrder) { 0 } else { frame.reached };
            let begin_alike = one.leaders.iter().enumerate().skip(from).filter(|(_, leader)| **leader == key);
            for (index, _) in begin_alike {
                let Some(child) = one.children.get(index).filter(|child| fits(frame, child, index)) else { continue };
                let fault = match (fault, &child.kind) {
                    (Some(FaultKind::SegmentRepeated), ChildKind::Loop(_)) => Some(FaultKind::LoopRepeated),
                    (fault, _) => fault,
                };
                return Some(Fit { frame: at, child: index, fault });
            }
        }
        None
    }

    fn is_identified(&self, child: &Child, elements: &Elements<'_>) -> bool {
        let identity = self.guide.leader(child).and_then(SegmentUse::identity);
        identity.is_none_or(|one| one.allows_key(elements.key_of(one.element, one.component)))
    }

    fn accept<'a>(&mut self, segment: &Segment<'a>, fit: &Fit, faults: &mut Vec<Fault<'a>>) -> Step<'a> {
        self.is_lost = false;
        self.close_to(fit.frame.saturating_add(1), segment, faults);
        let guide = self.guide;
        let Some(child) = self.child(fit.frame, fit.child) else {
            return Step { located: unplaced(*segment), usage: None };
        };
        let is_late = fit.fault == Some(FaultKind::OutOfOrder);
        if !is_late {
            self.note_missing(fit.frame, child.ordinal, segment, faults);
        }
        if let Some(frame) = self.frames.get_mut(fit.frame) {
            if child.ordinal > frame.ordinal {
                (frame.ordinal, frame.reached) = (child.ordinal, child.first);
            }
            if let Some(count) = frame.counts.get_mut(fit.child) {
                *count = count.saturating_add(1);
            }
            let key = (frame.serial, fit.child);
            if is_late {
                faults.retain(|fault| fault.key != Some(key));
            }
        }
        if let ChildKind::Loop(index) = child.kind {
            let occurrence = self.next_occurrence(index);
            self.open(index, occurrence);
            if let Some(count) = self.frames.last_mut().and_then(|frame| frame.counts.first_mut()) {
                *count = 1;
            }
        }
        let located = self.located(*segment);
        if let Some(kind) = fit.fault {
            faults.push(fault_at(kind, located));
        }
        Step { located, usage: guide.leader(child) }
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
        Step { located: unplaced(*segment), usage: None }
    }

    /// The segment in the innermost open loop.
    fn located<'a>(&self, segment: Segment<'a>) -> Located<'a> {
        let frame = self.frames.last();
        let loop_id = frame.and_then(|frame| self.guide.loop_at(frame.loop_index)).map_or("", |one| one.id);
        let depth = u8::try_from(self.frames.len().saturating_sub(1)).unwrap_or(u8::MAX);
        Located { loop_id, occurrence: frame.map_or(0, |frame| frame.occurrence), depth, segment }
    }

    fn child(&self, frame: usize, child: usize) -> Option<&'static Child> {
        let frame = self.frames.get(frame)?;
        self.guide.loop_at(frame.loop_index)?.children.get(child)
    }

    fn open(&mut self, loop_index: usize, occurrence: u32) {
        let children = self.guide.loop_at(loop_index).map_or(0, |one| one.children.len());
        self.serials = self.serials.saturating_add(1);
        let mut counts = self.spare.pop().unwrap_or_default();
        counts.clear();
        counts.resize(children, 0);
        self.frames.push(Frame { serial: self.serials, loop_index, occurrence, ordinal: 0, reached: 0, counts });
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
            self.note_missing(self.frames.len().saturating_sub(1), usize::MAX, at, faults);
            self.spare.extend(self.frames.pop().map(|frame| frame.counts));
        }
        if depth == 0 {
            self.note_missing(0, usize::MAX, at, faults);
        }
    }

    /// Notes the required children of an open loop that should have come before `ordinal`.
    fn note_missing<'a>(&self, frame_index: usize, ordinal: usize, at: &Segment<'a>, faults: &mut Vec<Fault<'a>>) {
        let guide = self.guide;
        let Some(frame) = self.frames.get(frame_index) else { return };
        let Some(one) = guide.loop_at(frame.loop_index) else { return };
        for index in missing_children(guide, one, frame, ordinal) {
            let Some(child) = one.children.get(index) else { continue };
            let Some(leader) = guide.leader(child) else { continue };
            let loop_id = match child.kind {
                ChildKind::Loop(index) => guide.loop_at(index).map_or("", |one| one.id),
                ChildKind::Segment(_) => one.id,
            };
            faults.push(Fault {
                kind: FaultKind::Missing,
                at: *at,
                missing: leader.id,
                loop_id,
                occurrence: frame.occurrence,
                expected: leader.identity().map(|one| one.values.clone()).unwrap_or_default(),
                key: Some((frame.serial, index)),
            });
        }
    }
}

const fn fault_at(kind: FaultKind, located: Located<'_>) -> Fault<'_> {
    let Located { loop_id, occurrence, segment, .. } = located;
    Fault { kind, at: segment, missing: "", loop_id, occurrence, expected: Vec::new(), key: None }
}

/// The required children from the place reached up to `ordinal` that did not come.
fn missing_children<'g>(
    guide: &'g Guide,
    one: &'g LoopUse,
    frame: &'g Frame,
    ordinal: usize,
) -> impl Iterator<Item = usize> + 'g {
    let children = one.children.iter().zip(&frame.counts).enumerate().skip(frame.reached);
    let passed = children.take_while(move |(_, (child, _))| child.ordinal < ordinal);
    passed.filter(|(_, (child, count))| **count == 0 && is_required(guide, child)).map(|(index, _)| index)
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
            walker.step(segment, &Elements::of(segment), &mut faults);
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
