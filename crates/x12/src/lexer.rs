//! Bytes to segments: the cuts themselves, and a lexer over bytes in memory.

use memchr::memchr;

use crate::envelope::ReadError;
use crate::limits::SEGMENT_BYTES_MAX;
use crate::segment::{Delimiters, Segment, Traits};

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
}

/// The delimiters of an interchange, each in every byte of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    element: u64,
    component: u64,
    repetition: u64,
}

/// Every byte of a word without its highest bit, the highest bits alone, and a one in every byte.
const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
const HIGH: u64 = !LOW;
const ONES: u64 = 0x0101_0101_0101_0101;

impl Marks {
    pub fn of(delimiters: Delimiters) -> Self {
        let every = |byte: u8| u64::from_ne_bytes([byte; 8]);
        let Delimiters { element, component, repetition, .. } = delimiters;
        // Without repetitions a byte stands in that no text holds.
        let repetition = repetition.unwrap_or(u8::MAX);
        Self { element: every(element), component: every(component), repetition: every(repetition) }
    }

    /// Adds the places of the element marks to `ends` and says what else the segment holds. Eight bytes are looked at
    /// at once, without a branch for each.
    pub fn find(&self, raw: &[u8], ends: &mut Vec<u32>) -> Traits {
        let (mut odd, mut components, mut repetitions) = (0, 0, 0);
        // `of_interest` has the highest bit of the bytes that were not looked at before.
        let mut look = |word: u64, at: usize, of_interest: u64| {
            let low = word & LOW;
            // Outside ASCII, below the blank, DEL.
            odd |= (word | !low.wrapping_add(0x60 * ONES) | low.wrapping_add(ONES)) & of_interest;
            components |= equal(word, self.component) & of_interest;
            repetitions |= equal(word, self.repetition) & of_interest;
            let mut marks = equal(word, self.element) & of_interest;
            while marks != 0 {
                ends.push((at as u32).wrapping_add(marks.trailing_zeros() >> 3));
                marks &= marks.wrapping_sub(1);
            }
        };
        let (words, rest) = raw.as_chunks::<8>();
        let mut at = 0_usize;
        for word in words {
            look(u64::from_le_bytes(*word), at, HIGH);
            at = at.wrapping_add(8);
        }
        if !rest.is_empty() {
            let before = 8_usize.wrapping_sub(rest.len());
            match raw.last_chunk::<8>() {
                // The last eight bytes, of which the first were looked at.
                Some(word) => {
                    let of_interest = HIGH << ((before & 7) << 3);
                    look(u64::from_le_bytes(*word), at.wrapping_sub(before), of_interest);
                }
                None => {
                    let mut word = [b' '; 8];
                    word.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
                    look(u64::from_le_bytes(word), 0, HIGH >> ((before & 7) << 3));
                }
            }
        }
        let mut kinds = if odd != 0 { Traits::ODD } else { 0 };
        kinds |= if components != 0 { Traits::COMPONENT } else { 0 };
        kinds |= if repetitions != 0 { Traits::REPETITION } else { 0 };
        Traits::new(kinds)
    }
}

/// The highest bit of each byte of `word` that is the one of `mark`.
const fn equal(word: u64, mark: u64) -> u64 {
    let differing = word ^ mark;
    !((differing & LOW).wrapping_add(LOW) | differing | LOW)
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
    delimiters: Option<Delimiters>,
}

impl<'a> Lexer<'a> {
    /// Over the bytes of a file.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: first_byte(bytes), delimiters: None }
    }

    fn cut(&mut self) -> Result<Segment<'a>, ReadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let piece = match self.delimiters {
            Some(delimiters) if !starts_interchange(rest) => {
                cut(self.bytes, self.at, delimiters, true)?.unwrap_or_else(|| ending(self.bytes, self.at))
            }
            _ => {
                let (piece, delimiters) = cut_isa(self.bytes, self.at)?;
                self.delimiters = Some(delimiters);
                piece
            }
        };
        self.at = piece.next;
        Ok(segment_of(self.bytes, piece, self.delimiters.unwrap_or_default(), 0))
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Result<Segment<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.at = skip_blank(self.bytes, self.at);
        if self.at >= self.bytes.len() {
            return None;
        }
        let segment = self.cut();
        if segment.is_err() {
            self.delimiters = None;
            self.at = next_interchange(self.bytes, self.at.saturating_add(1)).unwrap_or(self.bytes.len());
        }
        Some(segment)
    }
}

/// The segment a piece is; `base` is where its window begins in the file.
pub(crate) fn segment_of(window: &[u8], piece: Piece, delimiters: Delimiters, base: usize) -> Segment<'_> {
    let raw = window.get(piece.start..piece.start.saturating_add(piece.length)).unwrap_or_default();
    Segment::new(raw, delimiters, base.saturating_add(piece.start), piece.is_terminated)
}

/// Cuts the segment at `start`; `None` when the window ends before it and more may come.
pub(crate) fn cut(
    window: &[u8],
    start: usize,
    delimiters: Delimiters,
    is_end: bool,
) -> Result<Option<Piece>, ReadError> {
    let rest = window.get(start..).unwrap_or_default();
    // Binary data carries its length, for it may hold any byte.
    let skipped = binary_length(rest, delimiters).filter(|length| *length < SEGMENT_BYTES_MAX).unwrap_or(0);
    let searched = rest.get(skipped..rest.len().min(SEGMENT_BYTES_MAX)).unwrap_or_default();
    if let Some(at) = memchr(delimiters.segment, searched) {
        let length = skipped.saturating_add(at);
        let next = start.saturating_add(length).saturating_add(1);
        return Ok(Some(Piece { start, length, next, is_terminated: true }));
    }
    if rest.len() >= SEGMENT_BYTES_MAX {
        return Err(ReadError {
            offset: start,
            what: format!("no segment terminator within {SEGMENT_BYTES_MAX} bytes"),
            expected: "the terminator the ISA declares",
            action: "Check that the last byte of the ISA is the terminator the file really uses.",
        });
    }
    Ok(is_end.then(|| ending(window, start)))
}

/// The rest of the file as a segment without its terminator.
fn ending(window: &[u8], start: usize) -> Piece {
    let rest = window.get(start..).unwrap_or_default();
    let length = rest.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |at| at.saturating_add(1));
    Piece { start, length, next: window.len(), is_terminated: false }
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
pub(crate) fn cut_isa(window: &[u8], start: usize) -> Result<(Piece, Delimiters), ReadError> {
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
    let piece = Piece { start, length, next, is_terminated: true };
    Ok((piece, Delimiters { element, component, repetition, segment }))
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

pub(crate) fn not_x12(offset: usize, what: String) -> ReadError {
    ReadError {
        offset,
        what,
        expected: "ISA, the start of an X12 interchange",
        action: "Check that this is an X12 file and not a report or an archive.",
    }
}
