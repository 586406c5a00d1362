//! A segment cut into its elements once, for those who look at all of them.

use crate::segment::Segment;

/// Elements held without looking for them again; no segment of the dictionary has more.
const ELEMENTS_MAX: usize = 32;

/// The elements of a segment; 0 is its identifier.
pub(crate) struct Elements<'a> {
    segment: Segment<'a>,
    pieces: [&'a [u8]; ELEMENTS_MAX],
    count: usize,
    /// The key of element 1, which most often tells the uses of a segment apart.
    first: u64,
}

impl<'a> Elements<'a> {
    pub fn of(segment: &Segment<'a>) -> Self {
        let mut elements = Self { segment: *segment, pieces: [&[]; ELEMENTS_MAX], count: 0, first: 0 };
        elements.cut(segment);
        elements
    }

    /// Takes the next segment.
    pub fn cut(&mut self, segment: &Segment<'a>) {
        let pieces = &mut self.pieces;
        let raw = segment.raw();
        let mark = segment.delimiters().element;
        let (mut start, mut count) = (0_usize, 0_usize);
        // Elements are so short that looking at each byte beats looking for the next mark.
        for (at, _) in raw.iter().enumerate().filter(|(_, byte)| **byte == mark) {
            if let (Some(piece), Some(bytes)) = (pieces.get_mut(count), raw.get(start..at)) {
                *piece = bytes;
            }
            start = at.saturating_add(1);
            count = count.saturating_add(1);
        }
        if let (Some(piece), Some(bytes)) = (pieces.get_mut(count), raw.get(start..)) {
            *piece = bytes;
        }
        (self.segment, self.count) = (*segment, count);
        self.first = key(self.get(1));
    }

    /// Element `n`, empty when absent.
    pub fn get(&self, n: usize) -> &'a [u8] {
        match self.pieces.get(n) {
            _ if n > self.count => &[],
            Some(piece) => piece,
            None => self.segment.bytes(n),
        }
    }

    /// Component `m` (1-based) of the first repetition of element `n`; the element itself for 0.
    pub fn part(&self, n: usize, m: usize) -> &'a [u8] {
        let whole = self.get(n);
        let Some(index) = m.checked_sub(1) else { return whole };
        let marks = self.segment.delimiters();
        let is_end = |byte: &u8| Some(*byte) == marks.repetition;
        let first = whole.iter().position(is_end).and_then(|end| whole.get(..end)).unwrap_or(whole);
        first.split(|byte| *byte == marks.component).nth(index).unwrap_or_default()
    }

    /// The key of component `m` of element `n`, as [`Elements::part`] gives it.
    pub fn key_of(&self, n: usize, m: usize) -> u64 {
        if (n, m) == (1, 0) { self.first } else { key(self.part(n, m)) }
    }

    /// How many elements follow the identifier, trailing empty ones counted.
    pub const fn count(&self) -> usize {
        self.count
    }
}

/// Up to eight bytes as a number, to compare identifiers and codes at once; longer ones are no code of ours.
pub(crate) fn key(bytes: &[u8]) -> u64 {
    if bytes.len() > 8 {
        return 0;
    }
    bytes.iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}
