//! Delimiters and segments: views on the bytes of a file, nothing copied.

use std::fmt;
use std::ops::Range;

use memchr::memchr;

use crate::marks::{Look, Marks, Traits};

/// The four delimiters an interchange declares in its ISA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// Between elements (byte 4 of the ISA), usually `*`.
    pub element: u8,
    /// Between the components of a composite (ISA16), usually `:`.
    pub component: u8,
    /// Between repetitions of an element (ISA11), usually `^`. `None` when ISA11 holds `U`, as before 00402.
    pub repetition: Option<u8>,
    /// After each segment (byte 106 of the ISA), usually `~`.
    pub segment: u8,
}

impl Delimiters {
    pub(crate) const DEFAULT: Self = Self { element: b'*', component: b':', repetition: Some(b'^'), segment: b'~' };
}

impl Default for Delimiters {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// One segment: its bytes without the terminator, and where it stands.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    raw: &'a [u8],
    offset: usize,
    line: usize,
    look: Look,
    key: u32,
    position: u32,
    delimiters: Delimiters,
    is_terminated: bool,
}

impl PartialEq for Segment<'_> {
    /// Same bytes in the same place.
    fn eq(&self, other: &Self) -> bool {
        (self.raw, self.delimiters, self.offset, self.position, self.is_terminated)
            == (other.raw, other.delimiters, other.offset, other.position, other.is_terminated)
    }
}

impl Eq for Segment<'_> {}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = String::from_utf8_lossy(self.raw);
        let Self { offset, position, .. } = self;
        formatter
            .debug_struct("Segment")
            .field("raw", &raw)
            .field("offset", offset)
            .field("position", position)
            .finish()
    }
}

impl<'a> Segment<'a> {
    pub(crate) fn new(raw: &'a [u8], delimiters: Delimiters, offset: usize, is_terminated: bool) -> Self {
        Self::seen(raw, delimiters, offset, is_terminated, Marks::of(delimiters).look(raw))
    }

    /// A segment that was looked along.
    #[inline]
    pub(crate) fn seen(raw: &'a [u8], delimiters: Delimiters, offset: usize, is_terminated: bool, look: Look) -> Self {
        let key = match (look.elements.trailing_zeros(), raw) {
            (2, [a, b, ..]) => id_key(&[*a, *b]),
            (3, [a, b, c, ..]) => id_key(&[*a, *b, *c]),
            _ => id_key(raw.split(|byte| *byte == delimiters.element).next().unwrap_or_default()),
        };
        Self { raw, offset, line: 0, look, key, position: 0, delimiters, is_terminated }
    }

    /// In a line of the file, at a place of its transaction set.
    pub(crate) const fn at(mut self, line: usize, position: u32) -> Self {
        (self.line, self.position) = (line, position);
        self
    }

    /// All of it but its bytes, which [`Segment::with`] gives back.
    pub(crate) fn bare(&self) -> Segment<'static> {
        Segment { raw: &[], ..*self }
    }

    pub(crate) fn with<'b>(&self, raw: &'b [u8]) -> Segment<'b> {
        Segment { raw, ..*self }
    }

    /// The identifier as a number, as [`id_key`] gives it.
    pub(crate) const fn key(&self) -> u32 {
        self.key
    }

    pub(crate) const fn traits(&self) -> Traits {
        self.look.traits
    }

    /// The line of the file it begins in, from 1; 0 when its lines were not counted.
    pub(crate) const fn line(&self) -> usize {
        self.line
    }

    /// The segment identifier, such as `CLM`.
    #[must_use]
    pub fn id(&self) -> &'a str {
        text(self.id_bytes())
    }

    /// The bytes of the segment identifier.
    #[must_use]
    pub fn id_bytes(&self) -> &'a [u8] {
        self.piece(0)
    }

    /// Element `n`, 1-based; empty when absent or not UTF-8. Composites and repetitions come as written.
    #[must_use]
    pub fn el(&self, n: usize) -> &'a str {
        text(self.piece(n))
    }

    /// Component `m` of element `n`, both 1-based; empty when absent. Reads the first repetition.
    #[must_use]
    pub fn comp(&self, n: usize, m: usize) -> &'a str {
        m.checked_sub(1).map_or("", |index| text(nth(self.first_repetition(n), self.delimiters.component, index)))
    }

    /// The components of element `n`, of its first repetition, in order.
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.components_of(self.piece(n))
    }

    /// The components of an element of this segment.
    pub(crate) fn components_of(&self, element: &'a [u8]) -> impl Iterator<Item = &'a str> + use<'a> {
        let component = self.delimiters.component;
        self.first_of(element).split(move |byte| *byte == component).map(text)
    }

    /// Element `n` as [`Segment::el`] gives it, as bytes: nothing needs proof where all is ASCII.
    #[inline]
    pub(crate) fn value(&self, n: usize) -> &'a [u8] {
        self.value_of(self.piece(n))
    }

    /// Bytes of the segment if they are text, else none.
    #[inline]
    fn value_of(&self, bytes: &'a [u8]) -> &'a [u8] {
        if self.traits().has(Traits::RARE) { text(bytes).as_bytes() } else { bytes }
    }

    /// Component `m` of element `n` as [`Segment::comp`] gives it, as bytes.
    pub(crate) fn value_part(&self, n: usize, m: usize) -> &'a [u8] {
        self.value_of(self.part(n, m))
    }

    /// The components of element `n` as [`Segment::components`] gives them, as bytes.
    pub(crate) fn value_parts(&self, n: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.parts_of(self.piece(n))
    }

    fn parts_of(&self, element: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let segment = *self;
        let parts = self.first_of(element).split(move |byte| *byte == segment.delimiters.component);
        parts.map(move |part| segment.value_of(part))
    }

    /// The elements in order, numbered from 1, each as its components as [`Segment::value_parts`] gives them.
    pub(crate) fn composites(
        &self,
    ) -> impl Iterator<Item = (usize, impl Iterator<Item = &'a [u8]> + use<'a>)> + use<'a> {
        let segment = *self;
        (0..).zip(self.elements()).skip(1).map(move |(n, element)| (n, segment.parts_of(element)))
    }

    /// Component `m` (1-based) of the first repetition of element `n`; the element itself for 0.
    #[inline]
    pub(crate) fn part(&self, n: usize, m: usize) -> &'a [u8] {
        match m.checked_sub(1) {
            Some(index) if self.traits().has(Traits::COMPONENT | Traits::RARE) => {
                nth(self.first_repetition(n), self.delimiters.component, index)
            }
            // What has no components is its first.
            None | Some(0) => self.piece(n),
            Some(_) => &[],
        }
    }

    fn first_repetition(&self, n: usize) -> &'a [u8] {
        self.first_of(self.piece(n))
    }

    /// The first repetition of an element.
    fn first_of(&self, element: &'a [u8]) -> &'a [u8] {
        match self.delimiters.repetition.filter(|_| self.traits().has(Traits::RARE)) {
            Some(mark) => nth(element, mark, 0),
            None => element,
        }
    }

    /// The repetitions of element `n`, none when it is absent.
    #[must_use]
    pub fn reps(&self, n: usize) -> Vec<&'a str> {
        let whole = self.piece(n);
        if whole.is_empty() {
            return Vec::new();
        }
        match self.delimiters.repetition {
            Some(mark) => whole.split(|byte| *byte == mark).map(text).collect(),
            None => vec![text(whole)],
        }
    }

    /// How many elements the segment carries, trailing empty ones counted.
    #[must_use]
    pub fn element_count(&self) -> usize {
        self.elements().count().saturating_sub(1)
    }

    /// The bytes of every element in order, the identifier first.
    pub fn elements(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        Elements { raw: self.raw, at: 0, marks: self.look.elements, mark: self.delimiters.element }
    }

    /// Whether every element that is not empty meets a condition, which is told its number.
    #[inline]
    pub(crate) fn all_filled(&self, mut is_met: impl FnMut(usize, &'a [u8]) -> bool) -> bool {
        if self.raw.len() > Look::BYTES {
            return (0..).zip(self.elements()).skip(1).all(|(n, element)| element.is_empty() || is_met(n, element));
        }
        let (mut marks, mut n) = (self.look.elements, 0_usize);
        while marks != 0 {
            let start = (marks.trailing_zeros() as usize).wrapping_add(1);
            marks &= marks.wrapping_sub(1);
            let end = if marks == 0 { self.raw.len() } else { marks.trailing_zeros() as usize };
            n = n.wrapping_add(1);
            if start < end && !is_met(n, self.raw.get(start..end).unwrap_or_default()) {
                return false;
            }
        }
        true
    }

    /// The elements as [`Segment::value`] gives them, the identifier first.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let segment = *self;
        self.elements().map(move |element| segment.value_of(element))
    }

    /// Byte offset of the segment in the file.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Place in its transaction set with ST = 1; 0 for envelope segments.
    #[must_use]
    pub const fn position(&self) -> u32 {
        self.position
    }

    /// The bytes without the terminator.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The delimiters of its interchange.
    #[must_use]
    pub const fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// False for a last segment the file ends in the middle of.
    #[must_use]
    pub const fn is_terminated(&self) -> bool {
        self.is_terminated
    }

    /// Where element `n` (0 is the segment id) stands in the file; where it would stand when absent.
    #[must_use]
    pub fn span(&self, n: usize) -> Range<usize> {
        match pieces(self.raw, self.delimiters.element).nth(n) {
            Some(range) => self.offset.saturating_add(range.start)..self.offset.saturating_add(range.end),
            None => {
                let end = self.offset.saturating_add(self.raw.len());
                end..end
            }
        }
    }

    /// Where component `m` (1-based) of element `n` stands in the file.
    #[must_use]
    pub fn component_span(&self, n: usize, m: usize) -> Range<usize> {
        let whole = self.span(n);
        let piece = pieces(self.piece(n), self.delimiters.component).nth(m.saturating_sub(1));
        match piece {
            Some(range) => whole.start.saturating_add(range.start)..whole.start.saturating_add(range.end),
            None => whole.end..whole.end,
        }
    }

    /// The bytes of element `n`, empty when absent.
    #[must_use]
    pub fn bytes(&self, n: usize) -> &'a [u8] {
        self.piece(n)
    }

    #[inline(always)]
    fn piece(&self, n: usize) -> &'a [u8] {
        if self.raw.len() > Look::BYTES {
            return self.far_piece(n);
        }
        let (mut marks, mut start) = (self.look.elements, 0);
        if let Some(before) = n.checked_sub(1) {
            // Without its lowest bit as often as there are elements before.
            for _ in 0..before {
                marks &= marks.wrapping_sub(1);
            }
            if marks == 0 {
                return &[];
            }
            start = (marks.trailing_zeros() as usize).wrapping_add(1);
            marks &= marks.wrapping_sub(1);
        }
        let end = if marks == 0 { self.raw.len() } else { marks.trailing_zeros() as usize };
        self.raw.get(start..end).unwrap_or_default()
    }

    /// An element of a long segment.
    #[cold]
    fn far_piece(&self, n: usize) -> &'a [u8] {
        self.elements().nth(n).unwrap_or_default()
    }
}

/// The elements of a segment in order.
struct Elements<'a> {
    raw: &'a [u8],
    /// Where the next one begins.
    at: usize,
    /// The marks among the first bytes that were not passed.
    marks: u64,
    mark: u8,
}

impl<'a> Elements<'a> {
    /// The end of the next element, whose mark is not among the first bytes.
    #[inline]
    fn far_end(&self) -> usize {
        let unseen = self.at.max(Look::BYTES);
        let found = self.raw.get(unseen..).and_then(|rest| memchr(self.mark, rest));
        found.map_or(self.raw.len(), |length| unseen.wrapping_add(length))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let end = match self.marks {
            0 if self.raw.len() <= Look::BYTES => self.raw.len(),
            0 => self.far_end(),
            marks => {
                self.marks &= marks.wrapping_sub(1);
                marks.trailing_zeros() as usize
            }
        };
        let element = self.raw.get(self.at..end)?;
        self.at = end.wrapping_add(1);
        Some(element)
    }
}

/// Up to four bytes of an identifier as a number, to be compared at once; 0 for longer ones, which are none of ours.
pub(crate) const fn id_key(id: &[u8]) -> u32 {
    match *id {
        [a, b, c] => u32::from_be_bytes([0, a, b, c]),
        [a, b] => u32::from_be_bytes([0, 0, a, b]),
        [a] => u32::from_be_bytes([0, 0, 0, a]),
        [a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Up to eight bytes as a number, to compare codes at once; 0 for longer ones, which are no code of ours.
pub(crate) const fn key(bytes: &[u8]) -> u64 {
    // Most are short.
    match *bytes {
        [a] => a as u64,
        [a, b] => u16::from_be_bytes([a, b]) as u64,
        [a, b, c] => u32::from_be_bytes([0, a, b, c]) as u64,
        _ => long_key(bytes),
    }
}

const fn long_key(bytes: &[u8]) -> u64 {
    let (mut key, mut rest) = (0, bytes);
    if bytes.len() > 8 {
        return 0;
    }
    while let [first, others @ ..] = rest {
        key = key << 8 | *first as u64;
        rest = others;
    }
    key
}

/// Piece `index` of `bytes` cut at `mark`, empty when there is none.
fn nth(bytes: &[u8], mark: u8, index: usize) -> &[u8] {
    bytes.split(|byte| *byte == mark).nth(index).unwrap_or_default()
}

/// The ranges of the pieces of `bytes` cut at `mark`.
fn pieces(bytes: &[u8], mark: u8) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0_usize;
    bytes.split(move |byte| *byte == mark).map(move |piece| {
        let range = start..start.saturating_add(piece.len());
        start = range.end.saturating_add(1);
        range
    })
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(raw: &[u8]) -> Segment<'_> {
        Segment::new(raw, Delimiters::default(), 100, true)
    }

    #[test]
    fn elements_components_and_repetitions() {
        let sv1 = segment(b"SV1*HC:99213:25*125*UN*1***1:2^3");
        assert_eq!(sv1.id(), "SV1");
        assert_eq!(sv1.el(2), "125");
        assert_eq!(sv1.comp(1, 2), "99213");
        assert_eq!(sv1.comp(1, 4), "");
        assert_eq!(sv1.comp(2, 1), "125");
        assert_eq!(sv1.reps(7), ["1:2", "3"]);
        assert_eq!(sv1.comp(7, 2), "2");
        assert_eq!(sv1.el(9), "");
        assert!(sv1.reps(5).is_empty());
        assert_eq!(sv1.element_count(), 7);
    }

    #[test]
    fn spans_point_into_the_file() {
        let nm1 = segment(b"NM1*85*2*A:B");
        assert_eq!(nm1.span(0), 100..103);
        assert_eq!(nm1.span(1), 104..106);
        assert_eq!(nm1.span(9), 112..112);
        assert_eq!(nm1.component_span(3, 2), 111..112);
    }

    #[test]
    fn bytes_that_are_no_text_read_as_empty() {
        let nm1 = segment(b"NM1*85*2*\xff\xfe*X");
        assert_eq!(nm1.el(3), "");
        assert_eq!(nm1.el(4), "X");
        assert_eq!(nm1.bytes(3), b"\xff\xfe");
    }
}
