//! Messages written: what is set is escaped, so that no value can become a delimiter, a field or a segment.

use jiff::civil::DateTime;

use crate::{Delimiters, Hl7Error, Message, escape};

/// A message being written.
#[derive(Clone, Debug)]
pub struct Builder {
    delimiters: Delimiters,
    segments: Vec<SegmentBuilder>,
}

/// A segment being written.
#[derive(Clone, Debug)]
pub struct SegmentBuilder {
    id: [u8; 3],
    delimiters: Delimiters,
    /// Fields from 1, encoded.
    fields: Vec<Vec<u8>>,
}

/// What the header of a message says.
#[derive(Clone, Copy, Debug)]
struct Route<'a> {
    from: [&'a str; 2],
    to: [&'a str; 2],
}

impl Builder {
    /// A message with its header: type and event (`ADT`, `A04`), control number, time of writing. UTF-8, version 2.5.1.
    pub fn new(kind: [&str; 2], control: &str, at: DateTime) -> Self {
        Self::routed(kind, control, at, Route { from: ["SUPERBILL", ""], to: ["", ""] })
    }

    fn routed(kind: [&str; 2], control: &str, at: DateTime, route: Route<'_>) -> Self {
        let delimiters = Delimiters::USUAL;
        let mut header = SegmentBuilder::new(*b"MSH", delimiters);
        let [[from, from_facility], [to, to_facility]] = [route.from, route.to];
        header
            .set(3, &[from])
            .set(4, &[from_facility])
            .set(5, &[to])
            .set(6, &[to_facility])
            .set(7, &[&stamp(at)])
            .set(9, &kind)
            .set(10, &[control])
            .set(11, &["P"])
            .set(12, &["2.5.1"])
            .set(18, &["UNICODE UTF-8"]);
        Self { delimiters, segments: vec![header] }
    }

    /// Adds a segment and gives it back to be filled. The identifier is three capitals or digits.
    pub fn segment(&mut self, id: [u8; 3]) -> &mut SegmentBuilder {
        debug_assert!(id.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "a segment identifier");
        let at = self.segments.len();
        self.segments.push(SegmentBuilder::new(id, self.delimiters));
        self.segments.get_mut(at).unwrap_or_else(|| unreachable!("pushed just now"))
    }

    /// The message, each segment ended by a carriage return.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for segment in &self.segments {
            out.extend_from_slice(&segment.id);
            out.push(self.delimiters.field);
            let mut fields = segment.fields.as_slice();
            if segment.id == *b"MSH" {
                let d = self.delimiters;
                out.extend_from_slice(&[d.component, d.repetition, d.escape, d.subcomponent, d.field]);
                fields = fields.get(2..).unwrap_or_default();
            }
            out.extend_from_slice(&fields.join(&self.delimiters.field));
            out.push(b'\r');
        }
        out
    }
}

impl SegmentBuilder {
    fn new(id: [u8; 3], delimiters: Delimiters) -> Self {
        Self { id, delimiters, fields: Vec::new() }
    }

    fn field(&mut self, number: usize) -> &mut Vec<u8> {
        let at = number.saturating_sub(1);
        if self.fields.len() <= at {
            self.fields.resize(at + 1, Vec::new());
        }
        self.fields.get_mut(at).unwrap_or_else(|| unreachable!("as long as this"))
    }

    /// Sets a field (from 1) to components.
    pub fn set(&mut self, number: usize, components: &[&str]) -> &mut Self {
        let encoded = encode(components, self.delimiters);
        *self.field(number) = encoded;
        self
    }

    /// Adds a repetition to a field.
    pub fn repeat(&mut self, number: usize, components: &[&str]) -> &mut Self {
        let (encoded, mark) = (encode(components, self.delimiters), self.delimiters.repetition);
        let field = self.field(number);
        if !field.is_empty() {
            field.push(mark);
        }
        field.extend_from_slice(&encoded);
        self
    }
}

fn encode(components: &[&str], delimiters: Delimiters) -> Vec<u8> {
    let mut out = Vec::new();
    for (n, component) in components.iter().enumerate() {
        if n > 0 {
            out.push(delimiters.component);
        }
        escape::escape(component, delimiters, &mut out);
    }
    out
}

/// `YYYYMMDDHHMMSS`.
fn stamp(at: DateTime) -> String {
    format!("{:04}{:02}{:02}{:02}{:02}{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

/// Answers a message: `AA` when there is no error, else `AE` with the error's place in ERR (HL7 v2 chapter 2, ACK).
pub fn acknowledge(message: &Message<'_>, control: &str, at: DateTime, error: Option<&Hl7Error>) -> Vec<u8> {
    let header = message.segments().first().copied();
    let field = |n: usize| header.map(|h| h.field(n).component(1).text().into_owned()).unwrap_or_default();
    let event = header.map(|h| h.field(9).component(2).text().into_owned()).unwrap_or_default();
    let (from, from_facility, to, to_facility) = (field(5), field(6), field(3), field(4));
    let route = Route { from: [&from, &from_facility], to: [&to, &to_facility] };
    let mut answer = Builder::routed(["ACK", &event], control, at, route);
    answer.segment(*b"MSA").set(1, &[if error.is_some() { "AE" } else { "AA" }]).set(2, &[&field(10)]);
    if let Some(error) = error {
        // 207 is the application's own error (HL7 table 0357); the words are in ERR-8, for people.
        answer.segment(*b"ERR").set(3, &["207"]).set(4, &["E"]).set(8, &[&error.to_string()]);
    }
    answer.bytes()
}
