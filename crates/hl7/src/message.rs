//! A message as segments, fields, repetitions, components and subcomponents: borrowed, split when asked.

use std::borrow::Cow;

use crate::{Delimiters, Hl7Error, escape};

/// Longest message read: a discharge summary with an embedded document is far below it.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most segments of one message.
const SEGMENTS_MAX: usize = 100_000;

/// How the bytes of values become characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    /// ISO 8859-1: each byte is its own code point.
    Latin1,
}

impl Charset {
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Latin1 => bytes.iter().copied().map(char::from).collect::<String>().into(),
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    delimiters: Delimiters,
    segments: Vec<Segment<'a>>,
}

/// One segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Three characters.
    pub id: &'a str,
    /// Consecutive number in the message; the header is 1.
    pub number: usize,
    /// Byte of the file at which it begins.
    pub offset: usize,
    /// Everything after the identifier.
    rest: &'a [u8],
    delimiters: Delimiters,
    charset: Charset,
}

/// A field, repetition, component or subcomponent, with the bytes it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub(crate) bytes: &'a [u8],
    /// Byte of the file at which it begins.
    pub offset: usize,
    pub(crate) delimiters: Delimiters,
    pub(crate) charset: Charset,
}

impl<'a> Message<'a> {
    /// Reads one message that begins at the given byte of its file.
    ///
    /// Segments end with a carriage return; line feeds are taken for it, as files often have them.
    ///
    /// # Errors
    /// The first defect: no `MSH` at the start, unfit delimiters, a line that begins with no segment identifier,
    /// an unknown character set or bytes outside the declared one.
    pub fn read(bytes: &'a [u8], offset: usize) -> Result<Self, Hl7Error> {
        if bytes.len() > BYTES_MAX {
            let expected = format!("at most {BYTES_MAX} bytes in a message");
            return Err(Hl7Error::new(offset, "message", b"", expected));
        }
        if !bytes.starts_with(b"MSH") {
            let found = bytes.get(..8).unwrap_or(bytes);
            return Err(Hl7Error::new(offset, "segment 1", found, "the message header MSH"));
        }
        let delimiters = Delimiters::of_header(bytes, offset)?;
        let mut segments = Vec::new();
        for (at, line) in lines(bytes) {
            segments.push(segment(line, offset + at, segments.len() + 1, delimiters)?);
            if segments.len() > SEGMENTS_MAX {
                let expected = format!("at most {SEGMENTS_MAX} segments in a message");
                return Err(Hl7Error::new(offset + at, "message", line, expected));
            }
        }
        let charset = charset(&segments, bytes, offset)?;
        for segment in &mut segments {
            segment.charset = charset;
        }
        Ok(Self { delimiters, segments })
    }

    /// The delimiters of its header.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// All segments in order.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// The first segment of a kind.
    pub fn segment(&self, id: &str) -> Option<Segment<'a>> {
        self.segments.iter().find(|segment| segment.id == id).copied()
    }

    /// The first segment of a kind that a message of its type must have.
    ///
    /// # Errors
    /// When there is none.
    pub fn required(&self, id: &str) -> Result<Segment<'a>, Hl7Error> {
        self.segment(id).ok_or_else(|| {
            let end = self.segments.last().map_or(0, |s| s.offset + s.rest.len() + 3);
            Hl7Error::new(end, "message", b"", format!("a segment {id}"))
        })
    }
}

/// Lines with their offsets; empty ones are skipped.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    bytes.split(|b| matches!(b, b'\r' | b'\n')).filter_map(move |line| {
        let at = start;
        start += line.len() + 1;
        (!line.is_empty()).then_some((at, line))
    })
}

fn segment(line: &[u8], offset: usize, number: usize, delimiters: Delimiters) -> Result<Segment<'_>, Hl7Error> {
    let is_id = |id: &[u8]| id.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match line.split_at_checked(3) {
        Some((id, rest)) if is_id(id) && rest.first().is_none_or(|b| *b == delimiters.field) => {
            let id = std::str::from_utf8(id).unwrap_or_default();
            Ok(Segment { id, number, offset, rest, delimiters, charset: Charset::Utf8 })
        }
        _ => Err(Hl7Error::new(
            offset,
            format!("segment {number}"),
            line,
            "a segment identifier of three capitals or digits (a line break inside a field is written \\.br\\)",
        )),
    }
}

/// MSH-18 (HL7 table 0211). Without it, what the bytes are: UTF-8, else ISO 8859-1.
fn charset(segments: &[Segment<'_>], bytes: &[u8], offset: usize) -> Result<Charset, Hl7Error> {
    let declared = segments.first().map(|header| header.field(18).first_repetition());
    let valid = std::str::from_utf8(bytes);
    let (name, at) = declared.map_or((Cow::default(), offset), |value| (value.text(), value.offset));
    match name.as_ref() {
        "" | "ASCII" | "ISO IR6" => Ok(if valid.is_ok() { Charset::Utf8 } else { Charset::Latin1 }),
        "8859/1" | "ISO IR100" => Ok(Charset::Latin1),
        "UNICODE" | "UNICODE UTF-8" | "UTF-8" => match valid {
            Ok(_) => Ok(Charset::Utf8),
            Err(e) => {
                let stop = e.valid_up_to();
                let found = bytes.get(stop..).and_then(|b| b.get(..1)).unwrap_or_default();
                Err(Hl7Error::new(offset + stop, "message", found, "UTF-8, which MSH-18 declares"))
            }
        },
        other => Err(Hl7Error::new(at, "MSH-18", other.as_bytes(), "ASCII, 8859/1 or UNICODE UTF-8")),
    }
}

impl<'a> Segment<'a> {
    /// A field by its number in the standard (`PID-3` is `field(3)`); empty where the segment ends earlier.
    pub fn field(&self, number: usize) -> Value<'a> {
        // The field separator itself is MSH-1, so numbers of header segments are one ahead.
        let is_header = matches!(self.id, "MSH" | "FHS" | "BHS");
        let value = |bytes, at| Value {
            bytes,
            offset: self.offset + 3 + at,
            delimiters: self.delimiters,
            charset: self.charset,
        };
        if is_header && number == 1 {
            return value(self.rest.get(..1).unwrap_or_default(), 0);
        }
        let (bytes, at) = part(self.rest, self.delimiters.field, number - usize::from(is_header && number > 0));
        value(bytes, at)
    }

    /// A defect of a field.
    pub fn refuse(&self, field: usize, expected: impl Into<String>) -> Hl7Error {
        let value = self.field(field);
        Hl7Error::new(value.offset, format!("{}-{field}", self.id), value.bytes, expected)
    }

    /// A field that must not be empty.
    ///
    /// # Errors
    /// When it is.
    pub fn required(&self, field: usize, expected: &str) -> Result<Value<'a>, Hl7Error> {
        let value = self.field(field);
        if value.is_empty() { Err(self.refuse(field, expected)) } else { Ok(value) }
    }
}

/// The part of a number (0-based) between separators, and where it begins.
fn part(bytes: &[u8], separator: u8, number: usize) -> (&[u8], usize) {
    let mut start = 0;
    for (n, part) in bytes.split(|b| *b == separator).enumerate() {
        if n == number {
            return (part, start);
        }
        start += part.len() + 1;
    }
    (&[], bytes.len())
}

impl<'a> Value<'a> {
    fn part(&self, separator: u8, number: usize) -> Self {
        let (bytes, at) = part(self.bytes, separator, number);
        Self { bytes, offset: self.offset + at, ..*self }
    }

    /// The repetitions of a field; one empty value for an empty field.
    pub fn repetitions(self) -> impl Iterator<Item = Self> {
        let mut start = 0;
        self.bytes.split(move |b| *b == self.delimiters.repetition).map(move |bytes| {
            let at = start;
            start += bytes.len() + 1;
            Self { bytes, offset: self.offset + at, ..self }
        })
    }

    /// The first repetition of a field.
    pub fn first_repetition(&self) -> Self {
        self.part(self.delimiters.repetition, 0)
    }

    /// A component of the first repetition, from 1.
    pub fn component(&self, number: usize) -> Self {
        self.first_repetition().part(self.delimiters.component, number.saturating_sub(1))
    }

    /// A subcomponent of a component, from 1.
    pub fn subcomponent(&self, number: usize) -> Self {
        self.part(self.delimiters.subcomponent, number.saturating_sub(1))
    }

    /// True when nothing is sent, which leaves the receiver's value as it is.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// True for `""`, which says that the value is to be deleted.
    pub fn is_null(&self) -> bool {
        self.bytes == b"\"\""
    }

    /// The bytes as they stand.
    pub fn raw(&self) -> &'a [u8] {
        self.bytes
    }

    /// The characters meant: decoded and unescaped; empty for [`Self::is_null`].
    pub fn text(&self) -> Cow<'a, str> {
        if self.is_null() {
            return Cow::Borrowed("");
        }
        if self.bytes.contains(&self.delimiters.escape) {
            return escape::unescape(*self).into();
        }
        self.charset.decode(self.bytes)
    }
}
