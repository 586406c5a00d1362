//! A file without people in it: names, identifiers, addresses, days of birth and free text are masked, the structure and
//! the money stay. Equal values stay equal within a file, so that claims and payments still match.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::ops::Range;

use crate::envelope::StreamError;
use crate::lexer::not_x12;
use crate::segment::Segment;
use crate::stream::{Event, Reader};

/// What becomes of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mask {
    /// Letters and digits change, the shape stays.
    Shape,
    /// A day keeps its year, as a person's age may be known to the year.
    Year,
    /// A ZIP code keeps its first three digits.
    Area,
    /// Binary data up to the end of the segment becomes letters of the same length, which another element tells.
    Rest,
}

/// Who is no person: payers, submitters and receivers, billing organisations.
const ORGANISATIONS: [&str; 8] = ["PR", "41", "40", "AY", "PE", "IN", "P5", "X3"];

/// Masks a file as it is read. `salt` keeps masks of different files apart; the same salt gives the same masks.
///
/// # Errors
/// [`StreamError`] at the first place that cannot be read, or when `out` cannot be written.
pub fn redact(source: impl Read, salt: &str, mut out: impl Write) -> Result<(), StreamError> {
    let mut reader = Reader::new(Passing { source, kept: Vec::new(), base: 0, at: 0 });
    let (mut is_person, mut is_begun) = (false, false);
    loop {
        let event = reader.next_event()?;
        let mut changes: Vec<(Range<usize>, String)> = Vec::new();
        for segment in event.segments() {
            if matches!(segment.id(), "NM1" | "N1") {
                is_person = !ORGANISATIONS.contains(&segment.el(1)) && segment.id() == "NM1";
            }
            let masks = masks(segment, is_person).into_iter();
            changes.extend(masks.filter_map(|(element, mask)| change(segment, element, mask, salt)));
        }
        is_begun |= !event.segments().is_empty();
        let last = event.segments().last();
        let end = last.map(|last| last.offset().saturating_add(last.raw().len()));
        let is_end = match event {
            // What is no X12 may hold anybody and is not passed on.
            Event::Broken(error) => return Err(error.into()),
            Event::End(_) => true,
            _ => false,
        };
        let passing = reader.source_mut();
        for (span, masked) in changes {
            passing.pass_to(span.start, &mut out)?;
            out.write_all(masked.as_bytes())?;
            passing.skip_to(span.end);
        }
        match end {
            Some(end) => passing.pass_to(end, &mut out)?,
            None if !is_begun => return Err(not_x12(0, "the file is empty".to_owned()).into()),
            None => passing.pass_to(usize::MAX, &mut out)?,
        }
        if is_end {
            return Ok(out.flush()?);
        }
    }
}

/// A source that keeps what was read of it until that is passed on, so that blanks between segments stay as they are.
struct Passing<R> {
    source: R,
    kept: Vec<u8>,
    /// Where `kept` begins in the file.
    base: usize,
    /// The first byte of `kept` that was not passed on.
    at: usize,
}

impl<R> Passing<R> {
    /// Passes on what stands before an offset.
    fn pass_to(&mut self, offset: usize, out: &mut impl Write) -> io::Result<()> {
        let from = self.at;
        self.skip_to(offset);
        out.write_all(self.kept.get(from..self.at).unwrap_or_default())
    }

    fn skip_to(&mut self, offset: usize) {
        self.at = offset.saturating_sub(self.base).clamp(self.at, self.kept.len());
    }
}

impl<R: Read> Read for Passing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.kept.drain(..self.at);
        self.base = self.base.saturating_add(self.at);
        self.at = 0;
        let read = self.source.read(buffer)?;
        self.kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// What stands in an element and what is put there instead; `None` when it is empty.
fn change(segment: &Segment<'_>, element: usize, mask: Mask, salt: &str) -> Option<(Range<usize>, String)> {
    let mut span = segment.span(element);
    if mask == Mask::Rest {
        span.end = segment.offset().saturating_add(segment.raw().len());
    }
    if span.is_empty() {
        return None;
    }
    // Bytes that are no text are masked like letters.
    let value = String::from_utf8_lossy(segment.bytes(element));
    let masked = match mask {
        Mask::Shape => shape(&value, salt, segment),
        Mask::Year => value.get(..4).map_or_else(String::new, |year| format!("{year}0101")),
        Mask::Area => {
            let kept = value.get(..3).unwrap_or_default();
            format!("{kept}{}", "0".repeat(value.len().saturating_sub(kept.len())))
        }
        Mask::Rest => "X".repeat(span.len()),
    };
    Some((span, masked))
}

fn masks(segment: &Segment<'_>, is_person: bool) -> Vec<(usize, Mask)> {
    let all = |elements: &[usize]| elements.iter().map(|element| (*element, Mask::Shape)).collect();
    match segment.id() {
        "NM1" if is_person && segment.el(8) == "XX" => all(&[3, 4, 5]),
        "NM1" if is_person => all(&[3, 4, 5, 9]),
        "N3" if is_person => all(&[1, 2]),
        "N4" if is_person => vec![(1, Mask::Shape), (3, Mask::Area)],
        "DMG" => vec![(2, Mask::Year)],
        "PER" if is_person => all(&[2, 4, 6, 8]),
        "CLM" | "CLP" => all(if segment.id() == "CLP" { &[1, 7] } else { &[1] }),
        "REF" if !matches!(segment.el(1), "EI" | "SY" | "F5" | "4N" | "T4") || is_person => all(&[2]),
        "TRN" if segment.el(1) == "2" => all(&[2]),
        "SBR" => all(&[3]),
        "NTE" => all(&[2]),
        "K3" | "MSG" => all(&[1]),
        "PWK" => all(&[6]),
        "BIN" => vec![(2, Mask::Rest)],
        "BDS" => vec![(3, Mask::Rest)],
        _ => Vec::new(),
    }
}

/// Letters for letters and digits for digits, chosen by the value itself; anything else stays.
fn shape(value: &str, salt: &str, segment: &Segment<'_>) -> String {
    let marks = segment.delimiters();
    let mut hasher = DefaultHasher::new();
    (salt, value).hash(&mut hasher);
    let mut state = hasher.finish();
    let mut next = |range: u64| {
        // The generator of Knuth's MMIX.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((state >> 33) % range).unwrap_or_default()
    };
    let is_mark = |c: char| [Some(marks.component), marks.repetition].contains(&u8::try_from(c).ok());
    let mask = |c: char| match c {
        c if is_mark(c) || c.is_ascii_punctuation() || c == ' ' => c,
        c if c.is_ascii_digit() => char::from(b'0'.saturating_add(next(10))),
        _ => char::from(b'A'.saturating_add(next(26))),
    };
    value.chars().map(mask).collect()
}
