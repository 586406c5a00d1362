//! A whole file as one JSON document, written as the file is read.

use std::io::{Read, Write};

use crate::envelope::StreamError;
use crate::json_line::{put_all, put_segment, put_text};
use crate::located::Located;
use crate::places::Places;
use crate::segment::Segment;
use crate::stream::Event;
use crate::whole::WholeReader;

/// Writes the [`Document`](crate::json::Document) of a file while it is read, without holding it.
///
/// ```
/// # let mut file = Vec::new();
/// # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut file).unwrap();
/// let mut written = Vec::new();
/// x12::json::write_document(file.as_slice(), &mut written)?;
/// let document: x12::json::Document = serde_json::from_slice(&written)?;
/// assert_eq!(document, x12::json::Document::read(&file)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`StreamError`] when the file cannot be read, is cut or holds segments outside its envelopes, or when `out` cannot be
/// written. What was written before is no whole document then.
pub fn write_document(source: impl Read, mut out: impl Write) -> Result<(), StreamError> {
    let mut reader = WholeReader::new(source);
    let mut sheet = Sheet::default();
    sheet.text("{\"interchanges\":[");
    loop {
        let event = reader.next_event()?;
        sheet.take(&event);
        out.write_all(&sheet.out)?;
        sheet.out.clear();
        if matches!(event, Event::End(_)) {
            return Ok(out.flush()?);
        }
    }
}

/// The document as far as it is written.
#[derive(Default)]
struct Sheet {
    /// What the last event added.
    out: Vec<u8>,
    /// Whether the array at hand has an item.
    has_item: bool,
    has_answers: bool,
    has_groups: bool,
    places: Places,
    /// The loops open in the body: id and occurrence.
    loops: Vec<(&'static str, u32)>,
}

impl Sheet {
    fn take(&mut self, event: &Event<'_>) {
        self.places.take(event);
        match event {
            Event::Interchange(isa) => {
                (self.has_answers, self.has_groups) = (false, false);
                self.item("{\"isa\":[");
                put_all(&mut self.out, 1..=16, |out, n| {
                    let value = isa.el(n);
                    put_text(out, if matches!(n, 2 | 4 | 6 | 8) { value.trim_end() } else { value }.as_bytes());
                });
                self.text("]");
            }
            Event::Answer(ta1) => {
                if !self.has_answers {
                    self.has_answers = true;
                    self.begin(",\"answers\":[");
                }
                self.item("");
                put_segment(&mut self.out, ta1);
            }
            Event::Group(gs) => {
                self.begin_groups();
                self.item("{\"gs\":[");
                put_all(&mut self.out, 1..=8, |out, n| put_text(out, gs.el(n).as_bytes()));
                self.begin("],\"transactions\":[");
            }
            Event::Transaction(st) => {
                self.item("{\"st\":[");
                let sent = (1..=3).rev().find(|n| !st.el(*n).is_empty()).unwrap_or(0);
                put_all(&mut self.out, 1..=sent, |out, n| put_text(out, st.el(n).as_bytes()));
                self.begin("],\"body\":[");
            }
            Event::Unit(segments) => segments.iter().for_each(|segment| self.segment(segment)),
            Event::TransactionEnd(_) => {
                self.close_to(0);
                self.finish();
            }
            Event::GroupEnd(_) => self.finish(),
            Event::InterchangeEnd(_) => {
                self.begin_groups();
                self.finish();
            }
            Event::End(_) => self.text("]}"),
            Event::Stray(_) | Event::Broken(_) => {}
        }
    }

    /// Goes from the answers of an interchange to its groups.
    fn begin_groups(&mut self) {
        if !self.has_groups {
            self.has_groups = true;
            self.begin(if self.has_answers { "],\"groups\":[" } else { ",\"groups\":[" });
        }
    }

    /// Puts a segment of a body into its loop.
    fn segment(&mut self, segment: &Segment<'_>) {
        let Located { loop_id, occurrence, depth, .. } = self.places.locate(segment);
        let depth = usize::from(depth);
        self.close_to(depth);
        if depth > 0 && self.loops.last() != Some(&(loop_id, occurrence)) {
            self.close_to(depth.saturating_sub(1));
            self.item("{\"loop\":");
            put_text(&mut self.out, loop_id.as_bytes());
            self.begin(",\"body\":[");
            self.loops.push((loop_id, occurrence));
        }
        self.item("");
        put_segment(&mut self.out, segment);
    }

    fn close_to(&mut self, depth: usize) {
        while self.loops.len() > depth {
            self.loops.pop();
            self.finish();
        }
    }

    /// Begins an item of the array at hand.
    fn item(&mut self, text: &str) {
        if self.has_item {
            self.out.push(b',');
        }
        self.has_item = true;
        self.text(text);
    }

    /// Begins an array.
    fn begin(&mut self, text: &str) {
        self.text(text);
        self.has_item = false;
    }

    /// Ends an array and the object it stands in, an item of the array above.
    fn finish(&mut self) {
        self.text("]}");
        self.has_item = true;
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
