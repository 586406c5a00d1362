//! Delimiters and segments: views on the bytes of a file, nothing copied.

use std::fmt;
use std::ops::Range;

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

impl Default for Delimiters {
    fn default() -> Self {
        Self { element: b'*', component: b':', repetition: Some(b'^'), segment: b'~' }
    }
}

/// What kinds of bytes a segment holds. Where nobody looked, every kind may be there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits(u8);

impl Traits {
    pub const COMPONENT: u8 = 1;
    pub const REPETITION: u8 = 1 << 1;
    /// Control characters, DEL among them, and bytes outside ASCII.
    pub const ODD: u8 = 1 << 2;

    const UNKNOWN: Self = Self(u8::MAX);

    pub const fn new(kinds: u8) -> Self {
        Self(kinds)
    }

    /// Whether one of `kinds` may be there.
    pub const fn may_have(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }
}

/// Where the elements of a segment end and what it holds, found while it was cut out of its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index<'a> {
    /// Ends of the identifier and of every element but the last, as places in the segment.
    pub ends: &'a [u32],
    pub traits: Traits,
    /// The line of the file it begins in, from 1.
    pub line: usize,
    /// The identifier, as [`id_key`] gives it.
    pub key: u32,
}

/// One segment: its bytes without the terminator, and where it stands.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    raw: &'a [u8],
    /// `None` where its elements have not been looked for: they are then found anew each time.
    ends: Option<&'a [u32]>,
    delimiters: Delimiters,
    traits: Traits,
    is_terminated: bool,
    offset: usize,
    line: usize,
    id_length: u32,
    key: u32,
    position: u32,
}

impl PartialEq for Segment<'_> {
    /// Same bytes in the same place; whether elements were already found makes no difference.
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
        let id_length = raw.iter().position(|byte| *byte == delimiters.element).unwrap_or(raw.len());
        Self {
            raw,
            ends: None,
            delimiters,
            traits: Traits::UNKNOWN,
            is_terminated,
            offset,
            line: 0,
            id_length: u32::try_from(id_length).unwrap_or(u32::MAX),
            key: id_key(raw.get(..id_length).unwrap_or_default()),
            position: 0,
        }
    }

    /// A segment whose elements were found.
    pub(crate) fn indexed(
        raw: &'a [u8],
        delimiters: Delimiters,
        offset: usize,
        is_terminated: bool,
        index: Index<'a>,
    ) -> Self {
        let Index { ends, traits, line, key } = index;
        let id_length = ends.first().map_or(raw.len() as u32, |end| *end);
        Self { raw, ends: Some(ends), delimiters, traits, is_terminated, offset, line, id_length, key, position: 0 }
    }

    pub(crate) const fn at_position(mut self, position: u32) -> Self {
        self.position = position;
        self
    }

    /// The places of [`Index::ends`], none where they were not looked for.
    pub(crate) fn ends(&self) -> &'a [u32] {
        self.ends.unwrap_or_default()
    }

    /// All of it but its bytes, which [`Segment::with`] gives back.
    pub(crate) fn bare(&self) -> Segment<'static> {
        Segment { raw: &[], ends: self.ends.map(|_| &[][..]), ..*self }
    }

    pub(crate) fn with<'b>(&self, raw: &'b [u8], ends: &'b [u32]) -> Segment<'b> {
        Segment { raw, ends: self.ends.map(|_| ends), ..*self }
    }

    /// The identifier as a number, as [`id_key`] gives it.
    pub(crate) const fn key(&self) -> u32 {
        self.key
    }

    pub(crate) const fn traits(&self) -> Traits {
        self.traits
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
        self.raw.get(..self.id_length as usize).unwrap_or_default()
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
        let component = self.delimiters.component;
        self.first_repetition(n).split(move |byte| *byte == component).map(text)
    }

    /// Element `n` as [`Segment::el`] gives it, as bytes: nothing needs proof where all is ASCII.
    pub(crate) fn value(&self, n: usize) -> &'a [u8] {
        if self.traits.may_have(Traits::ODD) { self.el(n).as_bytes() } else { self.piece(n) }
    }

    /// Component `m` of element `n` as [`Segment::comp`] gives it, as bytes.
    pub(crate) fn value_part(&self, n: usize, m: usize) -> &'a [u8] {
        if self.traits.may_have(Traits::ODD) { self.comp(n, m).as_bytes() } else { self.part(n, m) }
    }

    /// The components of element `n` as [`Segment::components`] gives them, as bytes.
    pub(crate) fn value_parts(&self, n: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (component, is_ascii) = (self.delimiters.component, !self.traits.may_have(Traits::ODD));
        let parts = self.first_repetition(n).split(move |byte| *byte == component);
        parts.map(move |part| if is_ascii { part } else { text(part).as_bytes() })
    }

    /// Component `m` (1-based) of the first repetition of element `n`; the element itself for 0.
    pub(crate) fn part(&self, n: usize, m: usize) -> &'a [u8] {
        match m.checked_sub(1) {
            Some(index) => nth(self.first_repetition(n), self.delimiters.component, index),
            None => self.piece(n),
        }
    }

    fn first_repetition(&self, n: usize) -> &'a [u8] {
        let whole = self.piece(n);
        match self.delimiters.repetition.filter(|_| self.traits.may_have(Traits::REPETITION)) {
            Some(mark) => nth(whole, mark, 0),
            None => whole,
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
        match self.ends {
            Some(ends) => ends.len(),
            None => self.raw.iter().filter(|byte| **byte == self.delimiters.element).count(),
        }
    }

    /// The bytes of every element in order, the identifier first.
    pub fn elements(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mark = self.delimiters.element;
        self.raw.split(move |byte| *byte == mark)
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

    fn piece(&self, n: usize) -> &'a [u8] {
        let Some(ends) = self.ends else { return nth(self.raw, self.delimiters.element, n) };
        let end = ends.get(n).map_or(self.raw.len(), |end| *end as usize);
        match n.checked_sub(1) {
            None => self.raw.get(..end).unwrap_or_default(),
            Some(before) => match ends.get(before) {
                Some(start) => self.raw.get((*start as usize).saturating_add(1)..end).unwrap_or_default(),
                None => &[],
            },
        }
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
