//! What fuzzers throw bytes at: each takes any bytes and may only return. Run over `tests/seeds` as a test, and by
//! `cargo fuzz run NAME` in `fuzz`.

use x12::ack::Kind;
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
            event => found.extend(event.segments().iter().map(|one| (one.offset(), one.id().to_owned()))),
        }
    }
}

/// Judges, renders and answers.
pub fn validator(bytes: &[u8]) {
    let options = Options { on: Some("20261002".to_owned()), ..Options::default() };
    let report = x12::validate_with(bytes, &options, &NoLists);
    for finding in &report.findings {
        assert!(finding.offset <= bytes.len() && !x12::render_text("file", finding).is_empty());
    }
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let ta1 = x12::ack::ta1(&report, &reply).unwrap();
    let f999 = x12::ack::f999(&report, &reply, 77).unwrap().unwrap_or_default();
    assert_eq!(responded(bytes, &options, Kind::F999), f999);
    assert!(report.unreadable.is_some() || responded(bytes, &options, Kind::Ta1) == ta1);
    responded(bytes, &options, Kind::F277ca);
}

/// One kind of answer, made while the file is read.
fn responded(bytes: &[u8], options: &Options, kind: Kind) -> Vec<u8> {
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let (mut out, spool) = (Vec::new(), || Ok(std::io::Cursor::new(Vec::new())));
    x12::ack::respond(bytes, (options, &NoLists), &[kind], &reply, spool, &mut out).unwrap();
    out
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
    let _ = x12::balances(bytes, |_| Ok(()));
    if let Ok(payments) = x12::Payments::read(bytes) {
        payments.settle(bytes, |_| Ok(())).unwrap();
    }
    if let Ok(texts) = x12::ClaimTexts::read(bytes) {
        assert!(texts.differences(&texts).is_empty() && claims.broken.is_none());
    }
    if let Ok(syntax) = x12::answers(bytes, |_| Ok(())) {
        let _ = syntax.join(bytes);
    }
    let _ = x12::split(bytes, Split::Claims(1), || Ok(Vec::new()), |_| Ok(()));
    for layout in [Layout::Lines, Layout::Indented, Layout::Compact] {
        let _ = x12::lay_out(bytes, layout, std::io::sink());
    }
    let _ = x12::redact(bytes, "", std::io::sink());
}

/// X12 to JSON to X12 to JSON, where the file can be written at all; the same JSON as the file is read.
pub fn json(bytes: &[u8]) {
    let mut streamed = Vec::new();
    let is_whole = x12::json::write_document(bytes, &mut streamed).is_ok();
    let document = Document::read(bytes);
    assert_eq!(document.is_ok(), is_whole);
    let Ok(document) = document else { return };
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(String::from_utf8(streamed).unwrap(), text);
    assert_eq!(serde_json::from_str::<Document>(&text).unwrap(), document);
    if let Ok(written) = document.write() {
        let _ = Document::read(&written);
    }
}
