//! The text of a document (MDM) or report (ORU), each word with the bytes of the message it came from.

use std::ops::Range;

use base64::Engine;

use crate::{Hl7Error, Message, Segment, Value, escape, escape::Piece};

/// Text and the documents that came along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteText {
    /// The observations that are text, one a line or more.
    pub text: String,
    /// Which bytes the text came from, in order; line breaks between observations came from none.
    pub runs: Vec<Run>,
    /// Encapsulated data (OBX-2 ED).
    pub attachments: Vec<Attachment>,
}

/// A stretch of text and of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Bytes of the text.
    pub text: Range<usize>,
    /// Bytes of the file. As long as the text where it stands there letter by letter.
    pub original: Range<usize>,
}

/// Encapsulated data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// OBX-5.2 and OBX-5.3, such as `Application` and `PDF`.
    pub kind: [String; 2],
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Where it stands in the file.
    pub original: Range<usize>,
}

/// The text of the observations of a message, in order.
///
/// # Errors
/// Encapsulated data that cannot be decoded.
pub fn note_text(message: &Message<'_>) -> Result<NoteText, Hl7Error> {
    let mut note = NoteText::default();
    for observation in message.segments().iter().filter(|segment| segment.id == "OBX") {
        match observation.field(2).text().as_ref() {
            "TX" | "FT" | "ST" | "" => note.lines(observation),
            "ED" => note.attachments.push(attachment(observation)?),
            // A measurement reads as a line: its name, value, unit and flag.
            "NM" | "SN" | "CE" | "CWE" | "CNE" => note.measurement(observation),
            _ => {}
        }
    }
    Ok(note)
}

impl NoteText {
    fn lines(&mut self, observation: &Segment<'_>) {
        for line in observation.field(5).repetitions() {
            self.push(line);
            self.text.push('\n');
        }
    }

    fn measurement(&mut self, observation: &Segment<'_>) {
        let named = observation.field(3);
        let name = if named.component(2).is_empty() { named.component(1) } else { named.component(2) };
        self.push(name);
        self.text.push_str(": ");
        let value = observation.field(5).first_repetition();
        match observation.field(2).text().as_ref() {
            "NM" => self.push(value),
            // Structured numeric: comparator, number, separator, number.
            "SN" => (1..=4).for_each(|n| self.push(value.component(n))),
            _ if value.component(2).is_empty() => self.push(value.component(1)),
            _ => self.push(value.component(2)),
        }
        for (before, value) in [(" ", observation.field(6).component(1)), (" ", observation.field(8))] {
            if !value.is_empty() {
                self.text.push_str(before);
                self.push(value);
            }
        }
        self.text.push('\n');
    }

    fn push(&mut self, value: Value<'_>) {
        if value.is_null() {
            return;
        }
        let mut at = value.offset;
        for piece in escape::pieces(value) {
            match piece {
                Piece::Plain(bytes) => {
                    match value.charset.decode(bytes) {
                        text if text.len() == bytes.len() => self.run(&text, at..at + bytes.len()),
                        // Characters that take more bytes in the text than in the message go one by one.
                        text => text.chars().enumerate().for_each(|(n, c)| {
                            self.run(c.encode_utf8(&mut [0; 4]), at + n..at + n + 1);
                        }),
                    }
                    at += bytes.len();
                }
                Piece::Escape(sequence, meant) => {
                    self.run(&meant, at..at + sequence.len());
                    at += sequence.len();
                }
            }
        }
    }

    fn run(&mut self, text: &str, original: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let is_level = |text: &Range<usize>, original: &Range<usize>| text.len() == original.len();
        let new = start..self.text.len();
        match self.runs.last_mut() {
            Some(last)
                if last.text.end == start
                    && last.original.end == original.start
                    && is_level(&last.text, &last.original)
                    && is_level(&new, &original) =>
            {
                last.text.end = new.end;
                last.original.end = original.end;
            }
            _ => self.runs.push(Run { text: new, original }),
        }
    }
}

fn attachment(observation: &Segment<'_>) -> Result<Attachment, Hl7Error> {
    let value = observation.field(5);
    let data = value.component(5);
    let refuse = |expected: &str| Hl7Error::new(data.offset, "OBX-5.5", data.raw(), expected);
    let bytes = match value.component(4).text().to_ascii_uppercase().as_str() {
        "BASE64" => {
            let packed: Vec<u8> = data.text().bytes().filter(|b| !b.is_ascii_whitespace()).collect();
            base64::engine::general_purpose::STANDARD.decode(packed).map_err(|_| refuse("Base64"))?
        }
        "HEX" => escape::hex(data.raw()).ok_or_else(|| refuse("pairs of hexadecimal digits"))?,
        "A" | "" => data.text().into_owned().into_bytes(),
        _ => return Err(observation.refuse(5, "OBX-5.4 A, Hex or Base64")),
    };
    let kind = [value.component(2).text().into_owned(), value.component(3).text().into_owned()];
    Ok(Attachment { kind, bytes, original: data.offset..data.offset + data.raw().len() })
}
