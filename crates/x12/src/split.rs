//! One file as several smaller ones, each with envelopes and counts of its own.

use std::io::{self, Read};

use crate::envelope::ReadError;
use crate::segment::Segment;
use crate::stream::{Event, Reader};
use crate::walk::Kept;

/// Where a file is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Every transaction set becomes a file.
    Transactions,
    /// Transaction sets of claims (837) are split after so many claims; others stay whole.
    Claims(usize),
}

/// What went wrong while splitting.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// The source cannot be read, or a part not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is broken.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Splits a file and gives each part to `take`, holding one part in memory. ISA and GS are repeated as they are, with
/// their control numbers; ST and HL numbers of split claims start again at 1.
///
/// # Errors
/// When the source cannot be read or is no X12, or when `take` fails.
pub fn split(source: impl Read, by: Split, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<usize, SplitError> {
    let mut reader = Reader::new(source);
    let mut part: Option<Part> = None;
    let (mut isa, mut gs) = (None, None);
    let mut parts = 0_usize;
    let mut give = |part: Part| -> io::Result<()> {
        parts = parts.saturating_add(1);
        take(&part.finish())
    };
    loop {
        match reader.next_event()? {
            Event::Interchange(segment) => isa = Some(Kept::of_segment(&segment)),
            Event::Group(segment) => gs = Some(Kept::of_segment(&segment)),
            Event::Transaction(st) => {
                if let (Some(isa), Some(gs)) = (&isa, &gs) {
                    part = Some(Part::new(isa, gs, Kept::of_segment(&st)));
                }
            }
            Event::Unit(segments) => {
                if let Some(open) = &mut part {
                    let is_claim = segments.first().is_some_and(|first| first.id() == "CLM");
                    let is_full = matches!(by, Split::Claims(most) if is_claim && open.claims >= most.max(1));
                    if is_full {
                        let next = open.next();
                        if let Some(full) = part.replace(next) {
                            give(full)?;
                        }
                    }
                }
                if let Some(open) = &mut part {
                    open.unit(&segments, matches!(by, Split::Claims(_)));
                }
            }
            Event::TransactionEnd(_) => {
                if let Some(whole) = part.take() {
                    give(whole)?;
                }
            }
            Event::Broken(error) => return Err(error.into()),
            Event::End(_) => return Ok(parts),
            _ => {}
        }
    }
}

/// A part being written.
struct Part {
    isa: Kept,
    gs: Kept,
    st: Kept,
    out: Vec<u8>,
    segments: usize,
    claims: usize,
    header: Vec<Kept>,
    /// The levels open: their number in the source, their segments, and whether this part has them and as what.
    levels: Vec<Level>,
    numbers: usize,
}

struct Level {
    number: String,
    segments: Vec<Kept>,
    written: Option<usize>,
}

impl Part {
    fn new(isa: &Kept, gs: &Kept, st: Kept) -> Self {
        let mut part = Self {
            isa: isa.clone(),
            gs: gs.clone(),
            st,
            out: Vec::new(),
            segments: 0,
            claims: 0,
            header: Vec::new(),
            levels: Vec::new(),
            numbers: 0,
        };
        part.envelopes();
        part
    }

    /// An empty part with the same header and open levels.
    fn next(&self) -> Self {
        let mut part = Self::new(&self.isa, &self.gs, self.st.clone());
        for segment in &self.header {
            part.put(&segment.segment());
        }
        part.header.clone_from(&self.header);
        let again =
            |level: &Level| Level { number: level.number.clone(), segments: level.segments.clone(), written: None };
        part.levels = self.levels.iter().map(again).collect();
        part
    }

    fn envelopes(&mut self) {
        for segment in [self.isa.clone(), self.gs.clone(), self.st.clone()] {
            self.put(&segment.segment());
        }
        self.segments = 1;
    }

    fn unit(&mut self, segments: &[Segment<'_>], by_claim: bool) {
        let Some(first) = segments.first() else { return };
        if !by_claim || !matches!(first.id(), "HL" | "CLM") {
            if self.levels.is_empty() && by_claim {
                self.header.extend(segments.iter().map(Kept::of_segment));
            }
            segments.iter().for_each(|segment| self.put(segment));
            return;
        }
        if first.id() == "HL" {
            let parent = self.levels.iter().position(|level| level.number == first.el(2));
            self.levels.truncate(parent.map_or(0, |at| at.saturating_add(1)));
            let segments = segments.iter().map(Kept::of_segment).collect();
            self.levels.push(Level { number: first.el(1).to_owned(), segments, written: None });
            return;
        }
        self.write_levels();
        self.claims = self.claims.saturating_add(1);
        segments.iter().for_each(|segment| self.put(segment));
    }

    /// Writes the levels that lead to a claim and are not yet in this part, with numbers of their own.
    fn write_levels(&mut self) {
        let mut levels = std::mem::take(&mut self.levels);
        let deepest = levels.len();
        let mut parent = None;
        for (depth, level) in (1_usize..).zip(&mut levels) {
            if level.written.is_none() {
                self.numbers = self.numbers.saturating_add(1);
                level.written = Some(self.numbers);
                self.level(level, parent, depth < deepest);
            }
            parent = level.written;
        }
        self.levels = levels;
    }

    fn level(&mut self, level: &Level, parent: Option<usize>, has_child: bool) {
        for (at, segment) in level.segments.iter().enumerate() {
            let segment = segment.segment();
            if at > 0 {
                self.put(&segment);
                continue;
            }
            let mark = char::from(segment.delimiters().element);
            let number = level.written.unwrap_or_default().to_string();
            let parent = parent.map_or(String::new(), |parent| parent.to_string());
            let flag = if has_child { "1" } else { "0" };
            let hl = ["HL", &number, &parent, segment.el(3), flag].join(&mark.to_string());
            self.put_raw(hl.as_bytes());
        }
    }

    fn put(&mut self, segment: &Segment<'_>) {
        self.put_raw(segment.raw());
    }

    fn put_raw(&mut self, raw: &[u8]) {
        self.out.extend_from_slice(raw);
        self.out.push(self.isa.segment().delimiters().segment);
        self.out.push(b'\n');
        self.segments = self.segments.saturating_add(1);
    }

    fn finish(mut self) -> Vec<u8> {
        let (isa, gs, st) = (self.isa.clone(), self.gs.clone(), self.st.clone());
        let mark = char::from(isa.segment().delimiters().element);
        let count = self.segments.saturating_add(1);
        self.put_raw(format!("SE{mark}{count}{mark}{}", st.segment().el(2)).as_bytes());
        self.put_raw(format!("GE{mark}1{mark}{}", gs.segment().el(6)).as_bytes());
        self.put_raw(format!("IEA{mark}1{mark}{}", isa.segment().el(13)).as_bytes());
        self.out
    }
}
