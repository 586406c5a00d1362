//! Files of messages: bare, in batches (FHS, BHS, BTS, FTS), or framed for the wire and saved so.

use crate::{Delimiters, Hl7Error};

/// Most messages of one file.
const MESSAGES_MAX: usize = 100_000;

/// The messages of a file with their offsets.
///
/// Envelope segments are checked and left out: a batch trailer that counts (BTS-1) must count right.
///
/// # Errors
/// A file that begins with no header, or a count that is wrong.
pub fn split(bytes: &[u8]) -> Result<Vec<(usize, &[u8])>, Hl7Error> {
    let mut messages: Vec<(usize, &[u8])> = Vec::new();
    let mut open: Option<usize> = None;
    let mut in_batch = 0_usize;
    let mut start = 0;
    for line in bytes.split_inclusive(|b| matches!(b, b'\r' | b'\n')) {
        let at = start;
        start += line.len();
        // What frames a message on the wire is no part of it.
        let skipped = line.iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, 0x0B | 0x1C)).count();
        let content = line.get(skipped..).unwrap_or_default();
        let id = content.get(..3).unwrap_or_default();
        if matches!(id, b"MSH" | b"FHS" | b"BHS" | b"BTS" | b"FTS") {
            close(bytes, &mut open, at, &mut messages);
        }
        match id {
            b"MSH" => {
                open = Some(at + skipped);
                in_batch += 1;
            }
            b"BHS" => in_batch = 0,
            b"BTS" => check_count(content, at + skipped, in_batch)?,
            b"FHS" | b"FTS" => {}
            _ if open.is_none() && !content.is_empty() => {
                return Err(Hl7Error::new(at + skipped, "file", content, "a header: MSH, FHS or BHS"));
            }
            _ => {}
        }
        if messages.len() > MESSAGES_MAX {
            return Err(Hl7Error::new(at, "file", b"", format!("at most {MESSAGES_MAX} messages")));
        }
    }
    close(bytes, &mut open, bytes.len(), &mut messages);
    Ok(messages)
}

fn close<'a>(bytes: &'a [u8], open: &mut Option<usize>, end: usize, messages: &mut Vec<(usize, &'a [u8])>) {
    if let Some(start) = open.take() {
        let message = bytes.get(start..end).unwrap_or_default();
        let length = message.iter().rposition(|b| !matches!(b, 0x1C | b'\r' | b'\n')).map_or(0, |last| last + 1);
        messages.push((start, message.get(..length).unwrap_or_default()));
    }
}

fn check_count(trailer: &[u8], offset: usize, counted: usize) -> Result<(), Hl7Error> {
    let separator = trailer.get(3).copied().unwrap_or(Delimiters::USUAL.field);
    let stated = trailer.get(4..).unwrap_or_default();
    let stated = stated.split(|b| *b == separator || b.is_ascii_whitespace()).next().unwrap_or_default();
    match std::str::from_utf8(stated).ok().filter(|s| !s.is_empty()).map(str::parse::<usize>) {
        None => Ok(()),
        Some(Ok(count)) if count == counted => Ok(()),
        Some(_) => Err(Hl7Error::new(offset, "BTS-1", stated, format!("{counted}, the messages of the batch"))),
    }
}
