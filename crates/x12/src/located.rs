//! Segments with the loop they stand in.

use crate::segment::Segment;

/// A segment and the loop it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// Loop id of the guide, such as `2010BA`; empty for ST, SE, header segments and segments that fit nowhere.
    pub loop_id: &'static str,
    /// The how-manieth loop of this id in the transaction set, from 1; 0 without a loop.
    pub occurrence: u32,
    /// How many loops it stands in; 0 for ST, SE, header segments and segments that fit nowhere.
    pub depth: u8,
    /// The segment.
    pub segment: Segment<'a>,
}

/// A segment kept beyond its event, to point at it later.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    raw: Vec<u8>,
    /// The segment without its bytes.
    bare: Segment<'static>,
    loop_id: &'static str,
    occurrence: u32,
    depth: u8,
}

impl Kept {
    pub fn of(located: &Located<'_>) -> Self {
        let Located { loop_id, occurrence, depth, segment } = *located;
        Self { raw: segment.raw().to_vec(), bare: segment.bare(), loop_id, occurrence, depth }
    }

    pub fn of_segment(segment: &Segment<'_>) -> Self {
        Self::of(&unplaced(*segment))
    }

    /// Keeps another segment with its loop instead.
    pub fn take_located(&mut self, located: &Located<'_>) {
        self.take(&located.segment);
        (self.loop_id, self.occurrence, self.depth) = (located.loop_id, located.occurrence, located.depth);
    }

    /// Keeps another segment instead.
    pub fn take(&mut self, segment: &Segment<'_>) {
        segment.raw().clone_into(&mut self.raw);
        self.bare = segment.bare();
    }

    pub fn segment(&self) -> Segment<'_> {
        self.bare.with(&self.raw)
    }

    pub fn located(&self) -> Located<'_> {
        Located { loop_id: self.loop_id, occurrence: self.occurrence, depth: self.depth, segment: self.segment() }
    }
}

/// A segment in no loop.
pub(crate) const fn unplaced(segment: Segment<'_>) -> Located<'_> {
    Located { loop_id: "", occurrence: 0, depth: 0, segment }
}
