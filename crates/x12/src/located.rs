//! Segments with the loop they stand in.

use crate::segment::{Delimiters, Segment};

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
    delimiters: Delimiters,
    offset: usize,
    position: u32,
    is_terminated: bool,
    loop_id: &'static str,
    occurrence: u32,
    depth: u8,
}

impl Kept {
    pub fn of(located: &Located<'_>) -> Self {
        let Located { loop_id, occurrence, depth, segment } = *located;
        Self {
            raw: segment.raw().to_vec(),
            delimiters: segment.delimiters(),
            offset: segment.offset(),
            position: segment.position(),
            is_terminated: segment.is_terminated(),
            loop_id,
            occurrence,
            depth,
        }
    }

    pub fn of_segment(segment: &Segment<'_>) -> Self {
        Self::of(&unplaced(*segment))
    }

    /// Keeps another segment instead.
    pub fn take(&mut self, segment: &Segment<'_>) {
        segment.raw().clone_into(&mut self.raw);
        (self.offset, self.position) = (segment.offset(), segment.position());
        (self.delimiters, self.is_terminated) = (segment.delimiters(), segment.is_terminated());
    }

    pub fn segment(&self) -> Segment<'_> {
        Segment::new(&self.raw, self.delimiters, self.offset, self.is_terminated).at_position(self.position)
    }

    pub fn located(&self) -> Located<'_> {
        Located { loop_id: self.loop_id, occurrence: self.occurrence, depth: self.depth, segment: self.segment() }
    }
}

/// A segment in no loop.
pub(crate) const fn unplaced(segment: Segment<'_>) -> Located<'_> {
    Located { loop_id: "", occurrence: 0, depth: 0, segment }
}
