//! Escape sequences (HL7 v2 chapter 2, use of escape sequences in text fields).

use crate::{Delimiters, Value};

/// A piece of a text field.
pub(crate) enum Piece<'a> {
    /// Bytes that stand for themselves.
    Plain(&'a [u8]),
    /// An escape sequence and what it stands for.
    Escape(&'a [u8], String),
}

/// The pieces of a value in order. An escape character that opens no sequence stands for itself.
pub(crate) fn pieces(value: Value<'_>) -> impl Iterator<Item = Piece<'_>> {
    let mark = value.delimiters.escape;
    let mut rest = value.bytes;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        if *first == mark
            && let Some(end) = rest.iter().skip(1).position(|b| *b == mark)
            && let Some(meant) = rest.get(1..=end).and_then(|name| meaning(name, value))
        {
            let (sequence, after) = rest.split_at_checked(end + 2)?;
            rest = after;
            return Some(Piece::Escape(sequence, meant));
        }
        let end = rest.iter().skip(1).position(|b| *b == mark).map_or(rest.len(), |n| n + 1);
        let (plain, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(Piece::Plain(plain))
    })
}

/// What a sequence stands for; none for a name the standard does not have.
fn meaning(name: &[u8], value: Value<'_>) -> Option<String> {
    let delimiters = value.delimiters;
    let one = |byte: u8| Some(char::from(byte).to_string());
    match name {
        b"F" => one(delimiters.field),
        b"S" => one(delimiters.component),
        b"T" => one(delimiters.subcomponent),
        b"R" => one(delimiters.repetition),
        b"E" => one(delimiters.escape),
        // Highlighting says nothing in plain text.
        b"H" | b"N" => Some(String::new()),
        [b'X', digits @ ..] => Some(value.charset.decode(&hex(digits)?).into_owned()),
        [b'.', command @ ..] => formatting(command),
        // Character set switches and local sequences (Zdd) have no meaning here.
        [b'C' | b'M' | b'Z', code @ ..] if code.iter().all(u8::is_ascii_alphanumeric) => Some(String::new()),
        _ => None,
    }
}

/// Formatting commands of FT: what breaks a line breaks it, the rest (indents, fill) is layout.
fn formatting(command: &[u8]) -> Option<String> {
    const LINES_MAX: usize = 100;
    match command {
        b"br" | b"ce" => Some("\n".to_owned()),
        [b's', b'p', count @ ..] => {
            let count: usize = std::str::from_utf8(count).ok()?.trim_start_matches('+').parse().unwrap_or(1);
            Some("\n".repeat(count.clamp(1, LINES_MAX)))
        }
        [b's', b'k', count @ ..] => {
            let count: usize = std::str::from_utf8(count).ok()?.trim_start_matches('+').parse().unwrap_or(1);
            Some(" ".repeat(count.clamp(1, LINES_MAX)))
        }
        b"fi" | b"nf" => Some(String::new()),
        [b'i' | b't', b'n' | b'i', ..] => Some(String::new()),
        _ => None,
    }
}

/// Pairs of hexadecimal digits as bytes.
pub(crate) fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let nibble = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks(2).map(|pair| Some(nibble(pair.first()?)? << 4 | nibble(pair.last()?)?)).collect()
}

/// The characters meant by a value.
pub(crate) fn unescape(value: Value<'_>) -> String {
    let mut text = String::with_capacity(value.bytes.len());
    for piece in pieces(value) {
        match piece {
            Piece::Plain(bytes) => text.push_str(&value.charset.decode(bytes)),
            Piece::Escape(_, meant) => text.push_str(&meant),
        }
    }
    text
}

/// Writes text so that it cannot break out of its place.
pub(crate) fn escape(text: &str, delimiters: Delimiters, out: &mut Vec<u8>) {
    let mut buffer = [0_u8; 4];
    let sequence = |name: &[u8], out: &mut Vec<u8>| {
        out.push(delimiters.escape);
        out.extend_from_slice(name);
        out.push(delimiters.escape);
    };
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match u8::try_from(character).ok().filter(u8::is_ascii) {
            Some(b) if b == delimiters.field => sequence(b"F", out),
            Some(b) if b == delimiters.component => sequence(b"S", out),
            Some(b) if b == delimiters.subcomponent => sequence(b"T", out),
            Some(b) if b == delimiters.repetition => sequence(b"R", out),
            Some(b) if b == delimiters.escape => sequence(b"E", out),
            Some(b'\r') => {
                characters.next_if_eq(&'\n');
                sequence(b".br", out);
            }
            Some(b'\n') => sequence(b".br", out),
            Some(b) if b.is_ascii_control() && b != b'\t' => sequence(format!("X{b:02X}").as_bytes(), out),
            _ => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}
