//! What fuzzers throw bytes at: each takes any bytes and may only return. Run over `tests/seeds` as a test, and by
//! `cargo fuzz run NAME` in `fuzz`.

use x12::json::Document;
use x12::write::Envelope;
use x12::{ClaimReader, Editor, Event, Layout, Lexer, NoLists, Options, Reader, Split};

/// Cuts segments; what is cut lies inside the file, in order, and the editor puts it together again.
pub fn lexer(bytes: &[u8]) {
    let mut end = 0;
    for segment in Lexer::new(bytes).flatten() {
        assert!(segment.offset() >= end && segment.offset() + segment.raw().len() <= bytes.len());
        end = segment.offset() + segment.raw().len();
    }
    if let Ok(editor) = Editor::new(bytes) {
        assert_eq!(editor.finish(), bytes);
    }
}

/// Reads events from sips of one byte to many and gets the same segments as from the whole.
pub fn reader(bytes: &[u8]) {
    let whole = offsets(bytes);
    assert_eq!(offsets(Sips { bytes, sip: 7 }), whole);
}

/// A source that gives little at once.
struct Sips<'a> {
    bytes: &'a [u8],
    sip: usize,
}

impl std::io::Read for Sips<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.sip.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.bytes = later;
        Ok(length)
    }
}

fn offsets(source: impl std::io::Read) -> Vec<(usize, String)> {
    let mut reader = Reader::new(source);
    let mut found = Vec::new();
    loop {
        match reader.next_event().unwrap() {
            Event::End(_) => return found,
            Event::Broken(error) => found.push((error.offset, "broken".to_owned())),
            Event::Unit(segments) => found.extend(segments.iter().map(|one| (one.offset(), one.id().to_owned()))),
            Event::Interchange(one)
            | Event::Answer(one)
            | Event::Group(one)
            | Event::Transaction(one)
            | Event::TransactionEnd(one)
            | Event::GroupEnd(one)
            | Event::InterchangeEnd(one)
            | Event::Stray(one) => found.push((one.offset(), one.id().to_owned())),
        }
    }
}

/// Judges, renders and answers.
pub fn validator(bytes: &[u8]) {
    let report =
        x12::validate_with(bytes, &Options { on: Some("20261002".to_owned()), ..Options::default() }, &NoLists);
    for finding in &report.findings {
        assert!(finding.offset <= bytes.len() && !x12::render_text("file", finding).is_empty());
    }
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    x12::ack::ta1(&report, &reply).unwrap();
    x12::ack::f999(&report, &reply, 1).unwrap();
    x12::ack::f277ca(bytes, &report, &reply, 1).unwrap();
}

/// Reads claims, rows, sums and parts, and lays out, masks and compares.
pub fn tools(bytes: &[u8]) {
    let mut claims = ClaimReader::new(bytes);
    while let Some(claim) = claims.next_claim().unwrap() {
        assert!(x12::line_rows(&claim).len() <= claim.segments.len() + 1);
        let mut line = Vec::new();
        claim.write_line(&mut line);
        let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(line["claim"], claim.control());
    }
    x12::balances(bytes).unwrap();
    x12::settle(bytes, bytes).unwrap();
    assert!(x12::compare(bytes, bytes).unwrap().is_empty());
    let _ = x12::split(bytes, Split::Claims(1), |_| Ok(()));
    let _ = x12::lay_out(bytes, Layout::Indented);
    let _ = x12::redact(bytes, "");
}

/// X12 to JSON to X12 to JSON, where the file can be written at all.
pub fn json(bytes: &[u8]) {
    let Ok(document) = Document::read(bytes) else { return };
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&text).unwrap(), document);
    if let Ok(written) = document.write() {
        let _ = Document::read(&written);
    }
}
