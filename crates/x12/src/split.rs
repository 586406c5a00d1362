//! One file as several smaller ones, each with envelopes and counts of its own.

use std::io::{self, Read, Write};

use crate::envelope::StreamError;
use crate::limits::DEPTH_MAX;
use crate::located::Kept;
use crate::segment::Segment;
use crate::stream::Event;
use crate::whole::WholeReader;

/// Where a file is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Every transaction set becomes a file.
    Transactions,
    /// Transaction sets of claims (837) are split after so many claims; others stay whole.
    Claims(usize),
}

/// Splits a file as it is read: `begin` makes each part, `end` takes it when all of it is written. ISA and GS are
/// repeated as they are, with their control numbers; ST and HL numbers of split claims start again at 1. Gives the
/// number of parts.
///
/// # Errors
/// When the source cannot be read, is no X12 or is cut, or when a part cannot be written. The part at hand is not ended
/// then.
pub fn split<W: Write>(
    source: impl Read,
    by: Split,
    mut begin: impl FnMut() -> io::Result<W>,
    mut end: impl FnMut(W) -> io::Result<()>,
) -> Result<usize, StreamError> {
    let mut reader = WholeReader::new(source);
    let mut part: Option<Part<W>> = None;
    let (mut isa, mut gs) = (None, None);
    let mut parts = 0_usize;
    let mut finish = |part: Part<W>| -> io::Result<()> {
        parts = parts.saturating_add(1);
        end(part.finish()?)
    };
    loop {
        match reader.next_event()? {
            Event::Interchange(segment) => isa = Some(Kept::of_segment(&segment)),
            Event::Group(segment) => gs = Some(Kept::of_segment(&segment)),
            Event::Transaction(st) => {
                if let (Some(isa), Some(gs)) = (&isa, &gs) {
                    let by_claim = matches!(by, Split::Claims(_)) && st.el(1) == "837";
                    part = Some(Part::new(begin()?, [isa.clone(), gs.clone(), Kept::of_segment(&st)], by_claim)?);
                }
            }
            Event::Unit(segments) => {
                let is_claim = segments.first().is_some_and(|first| first.id() == "CLM");
                let is_full = |open: &Part<W>| matches!(by, Split::Claims(most) if open.claims >= most.max(1));
                if let Some(full) = part.take_if(|open| is_claim && is_full(open)) {
                    part = Some(full.next(begin()?)?);
                    finish(full)?;
                }
                if let Some(open) = &mut part {
                    open.unit(&segments)?;
                }
            }
            Event::TransactionEnd(_) => {
                if let Some(whole) = part.take() {
                    finish(whole)?;
                }
            }
            Event::End(_) => return Ok(parts),
            _ => {}
        }
    }
}

/// A part being written.
struct Part<W> {
    out: W,
    /// ISA, GS and ST.
    above: [Kept; 3],
    /// Whether each claim takes the levels above it along.
    by_claim: bool,
    segments: usize,
    claims: usize,
    header: Vec<Kept>,
    /// The levels open: their number in the source, their segments, and whether this part has them and as what.
    levels: Vec<Level>,
    numbers: usize,
}

#[derive(Clone)]
struct Level {
    number: String,
    segments: Vec<Kept>,
    written: Option<usize>,
}

impl<W: Write> Part<W> {
    fn new(out: W, above: [Kept; 3], by_claim: bool) -> io::Result<Self> {
        let (header, levels) = (Vec::new(), Vec::new());
        let mut part = Self { out, above: above.clone(), by_claim, segments: 0, claims: 0, header, levels, numbers: 0 };
        above.iter().try_for_each(|segment| part.put(segment.segment().raw()))?;
        part.segments = 1;
        Ok(part)
    }

    /// A part with the same header and open levels, without claims.
    fn next(&self, out: W) -> io::Result<Self> {
        let mut part = Self::new(out, self.above.clone(), self.by_claim)?;
        for segment in &self.header {
            part.put(segment.segment().raw())?;
        }
        part.header.clone_from(&self.header);
        part.levels = self.levels.iter().map(|level| Level { written: None, ..level.clone() }).collect();
        Ok(part)
    }

    fn unit(&mut self, segments: &[Segment<'_>]) -> io::Result<()> {
        let Some(first) = segments.first().filter(|_| self.by_claim) else { return self.put_all(segments) };
        match first.id() {
            "HL" => {
                let parent = self.levels.iter().position(|level| level.number == first.el(2));
                self.levels.truncate(parent.map_or(0, |at| at.saturating_add(1)));
                if self.levels.len() < DEPTH_MAX {
                    let segments = segments.iter().map(Kept::of_segment).collect();
                    self.levels.push(Level { number: first.el(1).to_owned(), segments, written: None });
                }
                Ok(())
            }
            "CLM" => {
                self.write_levels()?;
                self.claims = self.claims.saturating_add(1);
                self.put_all(segments)
            }
            _ => {
                if self.levels.is_empty() && self.header.is_empty() {
                    self.header.extend(segments.iter().map(Kept::of_segment));
                }
                self.put_all(segments)
            }
        }
    }

    /// Writes the levels that lead to a claim and are not yet in this part, with numbers of their own.
    fn write_levels(&mut self) -> io::Result<()> {
        let mut levels = std::mem::take(&mut self.levels);
        let deepest = levels.len();
        let mut parent = None;
        for (depth, level) in (1_usize..).zip(&mut levels) {
            if level.written.is_none() {
                self.numbers = self.numbers.saturating_add(1);
                level.written = Some(self.numbers);
                self.level(level, parent, depth < deepest)?;
            }
            parent = level.written;
        }
        self.levels = levels;
        Ok(())
    }

    fn level(&mut self, level: &Level, parent: Option<usize>, has_child: bool) -> io::Result<()> {
        for (at, segment) in level.segments.iter().enumerate() {
            let segment = segment.segment();
            if at > 0 {
                self.put(segment.raw())?;
                continue;
            }
            let mark = char::from(segment.delimiters().element);
            let number = level.written.unwrap_or_default().to_string();
            let parent = parent.map_or(String::new(), |parent| parent.to_string());
            let flag = if has_child { "1" } else { "0" };
            let hl = ["HL", &number, &parent, segment.el(3), flag].join(&mark.to_string());
            self.put(hl.as_bytes())?;
        }
        Ok(())
    }

    fn put_all(&mut self, segments: &[Segment<'_>]) -> io::Result<()> {
        segments.iter().try_for_each(|segment| self.put(segment.raw()))
    }

    fn put(&mut self, raw: &[u8]) -> io::Result<()> {
        let [isa, ..] = &self.above;
        self.segments = self.segments.saturating_add(1);
        self.out.write_all(raw)?;
        match isa.segment().delimiters().segment {
            b'\n' => self.out.write_all(b"\n"),
            terminator => self.out.write_all(&[terminator, b'\n']),
        }
    }

    /// Closes the envelopes.
    fn finish(mut self) -> io::Result<W> {
        let [isa, gs, st] = self.above.clone();
        let mark = char::from(isa.segment().delimiters().element);
        let count = self.segments.saturating_add(1);
        self.put(format!("SE{mark}{count}{mark}{}", st.segment().el(2)).as_bytes())?;
        self.put(format!("GE{mark}1{mark}{}", gs.segment().el(6)).as_bytes())?;
        self.put(format!("IEA{mark}1{mark}{}", isa.segment().el(13)).as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }
}
