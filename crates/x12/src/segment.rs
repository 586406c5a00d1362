//! Delimiters and segments: views on the bytes of a file, nothing copied.

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

/// Bytes of a segment looked at for its identifier.
const ID_BYTES_MAX: usize = 8;

/// One segment: its bytes without the terminator, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    raw: &'a [u8],
    delimiters: Delimiters,
    offset: usize,
    position: u32,
    id_length: u8,
    is_terminated: bool,
}

impl<'a> Segment<'a> {
    pub(crate) fn new(raw: &'a [u8], delimiters: Delimiters, offset: usize, is_terminated: bool) -> Self {
        // An identifier has two or three bytes; a longer one is found again when it is asked for.
        let id_length = raw.iter().take(ID_BYTES_MAX).take_while(|byte| **byte != delimiters.element).count();
        let id_length = u8::try_from(id_length).unwrap_or_default();
        Self { raw, delimiters, offset, position: 0, id_length, is_terminated }
    }

    pub(crate) const fn at_position(mut self, position: u32) -> Self {
        self.position = position;
        self
    }

    /// The segment identifier, such as `CLM`.
    #[must_use]
    pub fn id(&self) -> &'a str {
        text(self.id_bytes())
    }

    /// The bytes of the segment identifier.
    #[must_use]
    pub fn id_bytes(&self) -> &'a [u8] {
        match usize::from(self.id_length) {
            ID_BYTES_MAX => self.piece(0),
            length => self.raw.get(..length).unwrap_or_default(),
        }
    }

    /// Element `n`, 1-based; empty when absent or not UTF-8. Composites and repetitions come as written.
    #[must_use]
    pub fn el(&self, n: usize) -> &'a str {
        text(self.piece(n))
    }

    /// Component `m` of element `n`, both 1-based; empty when absent. Reads the first repetition.
    #[must_use]
    pub fn comp(&self, n: usize, m: usize) -> &'a str {
        let first = match self.delimiters.repetition {
            Some(mark) => nth(self.piece(n), mark, 0),
            None => self.piece(n),
        };
        m.checked_sub(1).map_or("", |index| text(nth(first, self.delimiters.component, index)))
    }

    /// The components of element `n`, of its first repetition, in order.
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let component = self.delimiters.component;
        let first = match self.delimiters.repetition {
            Some(mark) => nth(self.piece(n), mark, 0),
            None => self.piece(n),
        };
        first.split(move |byte| *byte == component).map(text)
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
        self.raw.iter().filter(|byte| **byte == self.delimiters.element).count()
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
        nth(self.raw, self.delimiters.element, n)
    }
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
