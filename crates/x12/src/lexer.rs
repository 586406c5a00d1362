//! Bytes to segments: the cuts themselves, and a lexer over bytes in memory.

use memchr::{memchr, memchr_iter};

use crate::envelope::ReadError;
use crate::limits::SEGMENT_BYTES_MAX;
use crate::marks::{Look, Marks};
use crate::segment::{Delimiters, Segment};

/// How far the sixteenth separator may stand: far enough for unpadded or overlong identifiers, not for a whole file.
pub(crate) const ISA_BYTES_MAX: usize = 256;

/// A segment cut out of a window of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Where it begins in the window.
    pub start: usize,
    /// Bytes without the terminator.
    pub length: usize,
    /// Where the next may begin.
    pub next: usize,
    pub is_terminated: bool,
    pub look: Look,
}

impl Piece {
    /// Its bytes.
    pub fn raw<'w>(&self, window: &'w [u8]) -> &'w [u8] {
        window.get(self.start..self.start.saturating_add(self.length)).unwrap_or_default()
    }
}

/// Segments of a whole file, envelope segments among them, without copying. Delimiters follow each ISA.
///
/// After an error the lexer goes on at the next ISA, if there is one.
///
/// ```
/// let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
/// let file = format!("{isa}\nIEA*0*000000001~\n");
/// let ids: Vec<&str> = x12::Lexer::new(file.as_bytes()).map(|segment| segment.unwrap().id()).collect();
/// assert_eq!(ids, ["ISA", "IEA"]);
/// ```
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    marks: Option<Marks>,
}

impl<'a> Lexer<'a> {
    /// Over the bytes of a file.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: first_byte(bytes), marks: None }
    }

    /// The segment at hand, if nothing about it is special, as nearly always.
    #[inline]
    fn plain(&mut self) -> Option<Segment<'a>> {
        let (marks, rest) = (self.marks.as_ref()?, self.bytes.get(self.at..)?);
        // ISA, BIN and BDS want a closer look, and so do blanks.
        if !matches!(rest.first(), Some(b'C'..=b'H' | b'J'..=b'Z')) {
            return None;
        }
        let (length, look) = marks.cut_short(rest)?;
        let segment = Segment::seen(rest.get(..length)?, marks.delimiters, self.at, true, look);
        self.at = self.at.wrapping_add(length).wrapping_add(1);
        Some(segment)
    }

    fn cut(&mut self) -> Result<Segment<'a>, ReadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (piece, marks) = match self.marks {
            Some(marks) if !starts_interchange(rest) => {
                let piece = cut(self.bytes, self.at, &marks, true)?;
                (piece.unwrap_or_else(|| ending(self.bytes, self.at, &marks)), marks)
            }
            _ => cut_isa(self.bytes, self.at)?,
        };
        (self.at, self.marks) = (piece.next, Some(marks));
        Ok(segment_of(self.bytes, &piece, &marks, 0))
    }

    #[cold]
    fn next_special(&mut self) -> Option<Result<Segment<'a>, ReadError>> {
        self.at = skip_blank(self.bytes, self.at);
        if self.at >= self.bytes.len() {
            return None;
        }
        let segment = self.cut();
        if segment.is_err() {
            self.marks = None;
            self.at = next_interchange(self.bytes, self.at.saturating_add(1)).unwrap_or(self.bytes.len());
        }
        Some(segment)
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Result<Segment<'a>, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while let Some(b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at = self.at.wrapping_add(1);
        }
        match self.plain() {
            Some(segment) => Some(Ok(segment)),
            None => self.next_special(),
        }
    }
}

/// The segment a piece is; `base` is where its window begins in the file.
#[inline]
pub(crate) fn segment_of<'w>(window: &'w [u8], piece: &Piece, marks: &Marks, base: usize) -> Segment<'w> {
    let offset = base.saturating_add(piece.start);
    Segment::seen(piece.raw(window), marks.delimiters, offset, piece.is_terminated, piece.look)
}

/// Cuts the segment at `start`; `None` when the window ends before it and more may come.
pub(crate) fn cut(window: &[u8], start: usize, marks: &Marks, is_end: bool) -> Result<Option<Piece>, ReadError> {
    let rest = window.get(start..).unwrap_or_default();
    let searched = rest.get(..rest.len().min(SEGMENT_BYTES_MAX)).unwrap_or_default();
    let found = match binary_length(rest, marks.delimiters).filter(|length| *length < SEGMENT_BYTES_MAX) {
        // Binary data carries its length, for it may hold any byte.
        Some(skipped) => {
            let after = searched.get(skipped..).unwrap_or_default();
            let length = memchr(marks.delimiters.segment, after).map(|at| skipped.saturating_add(at));
            length.map(|length| (length, marks.look(searched.get(..length).unwrap_or_default())))
        }
        None => marks.cut(searched),
    };
    if let Some((length, look)) = found {
        let next = start.saturating_add(length).saturating_add(1);
        return Ok(Some(Piece { start, length, next, is_terminated: true, look }));
    }
    if rest.len() >= SEGMENT_BYTES_MAX {
        return Err(ReadError {
            offset: start,
            what: format!("no segment terminator within {SEGMENT_BYTES_MAX} bytes"),
            expected: "the terminator the ISA declares",
            action: "Check that the last byte of the ISA is the terminator the file really uses.",
        });
    }
    Ok(is_end.then(|| ending(window, start, marks)))
}

/// The rest of the file as a segment without its terminator.
fn ending(window: &[u8], start: usize, marks: &Marks) -> Piece {
    let rest = window.get(start..).unwrap_or_default();
    let length = rest.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |at| at.saturating_add(1));
    let look = marks.look(rest.get(..length).unwrap_or_default());
    Piece { start, length, next: window.len(), is_terminated: false, look }
}

/// How many bytes of a BIN or BDS segment must not be searched for the terminator.
fn binary_length(rest: &[u8], delimiters: Delimiters) -> Option<usize> {
    let element = match rest.get(..3)? {
        b"BIN" => 1,
        b"BDS" => 2,
        _ => return None,
    };
    let mut marks = rest.iter().take(ISA_BYTES_MAX).enumerate().filter(|(_, byte)| **byte == delimiters.element);
    let (before, _) = marks.nth(element - 1)?;
    let (after, _) = marks.next()?;
    let digits = std::str::from_utf8(rest.get(before.saturating_add(1)..after)?).ok()?;
    after.checked_add(1)?.checked_add(digits.parse().ok()?)
}

/// Cuts an ISA by counting its separators, so that one of a wrong width can still be judged.
pub(crate) fn cut_isa(window: &[u8], start: usize) -> Result<(Piece, Marks), ReadError> {
    let rest = window.get(start..).unwrap_or_default();
    if !starts_interchange(rest) {
        let head: String = String::from_utf8_lossy(rest.get(..rest.len().min(12)).unwrap_or_default()).into_owned();
        return Err(not_x12(start, format!("found {head:?}")));
    }
    let element = rest.get(3).copied().unwrap_or(b'*');
    let mut marks = rest.iter().enumerate().filter(|(_, byte)| **byte == element).map(|(index, _)| index);
    let eleventh = marks.nth(10);
    let sixteenth = marks.nth(4).filter(|index| *index < ISA_BYTES_MAX - 2);
    let ends = sixteenth.and_then(|at| {
        let component = rest.get(at.checked_add(1)?)?;
        let segment = rest.get(at.checked_add(2)?)?;
        Some((*component, *segment, at.checked_add(2)?))
    });
    let Some((component, segment, length)) = ends else {
        return Err(ReadError {
            offset: start,
            what: "the ISA segment is cut or has too few elements".to_owned(),
            expected: "an ISA of 106 bytes with 16 elements",
            action: "Ask the sender for the whole file.",
        });
    };
    let repetition =
        eleventh.and_then(|at| rest.get(at.saturating_add(1))).copied().filter(|byte| !byte.is_ascii_alphanumeric());
    let next = start.saturating_add(length).saturating_add(1);
    let marks = Marks::of(Delimiters { element, component, repetition, segment });
    let look = marks.look(rest.get(..length).unwrap_or_default());
    Ok((Piece { start, length, next, is_terminated: true, look }, marks))
}

/// Whether an interchange begins here: `ISA` and a separator.
pub(crate) fn starts_interchange(rest: &[u8]) -> bool {
    rest.starts_with(b"ISA") && rest.get(3).is_some_and(|byte| !byte.is_ascii_alphanumeric())
}

/// Where the next interchange may begin at or after `from`.
pub(crate) fn next_interchange(window: &[u8], from: usize) -> Option<usize> {
    let rest = window.get(from..)?;
    let found = memchr::memmem::find_iter(rest, b"ISA").find(|at| rest.get(*at..).is_some_and(starts_interchange));
    found.map(|at| from.saturating_add(at))
}

/// Where the first interchange begins, after a byte order mark and blanks.
pub(crate) fn first_byte(bytes: &[u8]) -> usize {
    skip_blank(bytes, bytes.strip_prefix(b"\xEF\xBB\xBF").map_or(0, |_| 3))
}

/// The first byte at or after `offset` that is neither blank nor padding.
pub(crate) fn skip_blank(bytes: &[u8], offset: usize) -> usize {
    let rest = bytes.get(offset..).unwrap_or_default();
    // A last 0x1A is the end-of-file mark of old systems.
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x1A || **byte == 0).count();
    offset.saturating_add(blank)
}

/// How many lines end in `bytes`.
pub(crate) fn lines(bytes: &[u8]) -> usize {
    memchr_iter(b'\n', bytes).count()
}

pub(crate) fn not_x12(offset: usize, what: String) -> ReadError {
    ReadError {
        offset,
        what,
        expected: "ISA, the start of an X12 interchange",
        action: "Check that this is an X12 file and not a report or an archive.",
    }
}
