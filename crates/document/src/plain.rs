//! Plain text: UTF-8, UTF-16 with or without its mark, windows-1252. Never anything that is not text.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use crate::{About, Kind, Place, Read, ReadError, builder::Builder};

/// Bytes looked at for zeros in every other place, which is UTF-16.
const SAMPLE_BYTES: usize = 1_024;

/// Reads plain text. UTF-8 stays as it is, blank space and all.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    let mut builder = Builder::new(Kind::Text);
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3, &mut builder)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, 2, u16::from_le_bytes, &mut builder)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, 2, u16::from_be_bytes, &mut builder)?,
        _ => match zeros(bytes) {
            // Without its mark, UTF-16 is told by the zeros of its letters, and by whole units.
            (_, odd) if odd > 40 && bytes.len().is_multiple_of(2) => utf16(bytes, 0, u16::from_le_bytes, &mut builder)?,
            (even, _) if even > 40 && bytes.len().is_multiple_of(2) => {
                utf16(bytes, 0, u16::from_be_bytes, &mut builder)?
            }
            _ if std::str::from_utf8(bytes).is_ok() => utf8(bytes, 0, &mut builder)?,
            _ => windows(bytes, &mut builder)?,
        },
    }
    let (text, map) = builder.finish();
    Ok(Read { kind: Kind::Text, text, map, about: About::default(), hints: Vec::new(), left_out: Vec::new() })
}

/// How many in a hundred bytes at even and at odd places are zero.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let share = |skip: usize| {
        let places = sample.iter().skip(skip).step_by(2);
        let count = places.clone().count().max(1);
        places.filter(|b| **b == 0).count() * 100 / count
    };
    (share(0), share(1))
}

fn not_text(at: usize, found: impl Into<String>) -> ReadError {
    ReadError::new(
        Kind::Text,
        format!("byte {at}"),
        found,
        "expected text in UTF-8, UTF-16 or windows-1252; save the note as plain text and try again",
    )
}

/// Control characters that text has: tab, line feed, vertical tab, form feed, carriage return, and the end mark of DOS.
fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t'..='\r' | '\u{1a}' | '\u{1b}' | '\u{7f}')
}

/// The characters of markup, and the byte of the file they begin at where they stand there letter by letter. Their
/// number is bounded by that of the file alone, since most of it may be no text.
pub(crate) fn decoded(bytes: &[u8], kind: Kind) -> Result<(Cow<'_, str>, Option<usize>), ReadError> {
    let (bare, offset) = bytes.strip_prefix(b"\xEF\xBB\xBF").map_or((bytes, 0), |bare| (bare, 3));
    match std::str::from_utf8(bare) {
        Ok(text) if zeros(bare) == (0, 0) => Ok((Cow::Borrowed(text), Some(offset))),
        _ => {
            let note = read(bytes).map_err(|e| ReadError { kind, ..e })?;
            Ok((Cow::Owned(note.text), None))
        }
    }
}

fn utf8(bytes: &[u8], offset: usize, builder: &mut Builder) -> Result<(), ReadError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| not_text(offset + e.valid_up_to(), "after the mark of UTF-8, a byte that is not UTF-8"))?;
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_control(*c)) {
        return Err(not_text(offset + at, format!("the control character {:#04X}", u32::from(c))));
    }
    builder.push(text, Place::bytes(offset..offset + bytes.len()))
}

fn utf16(bytes: &[u8], offset: usize, unit: fn([u8; 2]) -> u16, builder: &mut Builder) -> Result<(), ReadError> {
    let units = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => unit([a, b]),
        // Half a unit at the end is the mark of a cut file.
        _ => 0xD800,
    });
    let mut at = offset;
    let mut buffer = [0; 4];
    let mut ascii = String::new();
    let mut ascii_from = at;
    for decoded in char::decode_utf16(units) {
        let c = match decoded {
            Ok(c) if !is_control(c) => c,
            Ok(c) => return Err(not_text(at, format!("in UTF-16, the control character {:#04X}", u32::from(c)))),
            Err(_) => return Err(not_text(at, "in UTF-16, half a character")),
        };
        // Letters of ASCII take two bytes each, which a map tells by the piece; others go one by one.
        if c.is_ascii() {
            ascii.push(c);
            at += 2;
            continue;
        }
        builder.push(&std::mem::take(&mut ascii), Place::bytes(ascii_from..at))?;
        let next = at + c.len_utf16() * 2;
        builder.push(c.encode_utf8(&mut buffer), Place::bytes(at..next))?;
        at = next;
        ascii_from = at;
    }
    builder.push(&ascii, Place::bytes(ascii_from..at))
}

fn windows(bytes: &[u8], builder: &mut Builder) -> Result<(), ReadError> {
    let mut at = 0;
    for run in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        if let Some(n) = run.iter().position(|b| is_control(char::from(*b))) {
            return Err(not_text(at + n, format!("the byte {:#04X}", run.get(n).copied().unwrap_or_default())));
        }
        if run.first().is_some_and(u8::is_ascii) {
            let text = std::str::from_utf8(run).unwrap_or_default();
            builder.push(text, Place::bytes(at..at + run.len()))?;
        } else {
            for (n, byte) in run.iter().enumerate() {
                // The five bytes the code page does not have mean that this is another one, or no text.
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
                if matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D) {
                    return Err(not_text(at + n, format!("the byte {byte:#04X}")));
                }
                builder.push(&text, Place::bytes(at + n..at + n + 1))?;
            }
        }
        at += run.len();
    }
    Ok(())
}
