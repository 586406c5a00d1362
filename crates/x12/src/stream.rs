//! Reading any length in flat memory: a file as events, its claims and payments one at a time.

use std::io::{self, Read};

use memchr::memchr;

use crate::envelope::ReadError;
use crate::ids;
use crate::lexer::{
    ISA_BYTES_MAX, Marks, Piece, cut, cut_isa, first_byte, next_interchange, skip_blank, starts_interchange,
};
use crate::limits::UNIT_BYTES_MAX;
use crate::segment::{Delimiters, Index, Segment, Traits, id_key};

/// How much is read at once.
const READ_BYTES: usize = 1 << 16;

/// What a file holds, in its order. Segments borrow from the reader until the next event is asked for.
#[derive(Clone, Debug)]
pub enum Event<'b> {
    /// ISA.
    Interchange(Segment<'b>),
    /// TA1 before the first group.
    Answer(Segment<'b>),
    /// GS.
    Group(Segment<'b>),
    /// ST.
    Transaction(Segment<'b>),
    /// Segments of the transaction set that belong together: its header, a hierarchical level, a claim with its lines,
    /// a payment with its lines. One longer than [`UNIT_BYTES_MAX`] comes in several parts.
    Unit(Vec<Segment<'b>>),
    /// SE.
    TransactionEnd(Segment<'b>),
    /// GE.
    GroupEnd(Segment<'b>),
    /// IEA.
    InterchangeEnd(Segment<'b>),
    /// A segment that stands in no group and no transaction set.
    Stray(Segment<'b>),
    /// What could not be read; the next event comes from the next interchange.
    Broken(ReadError),
    /// The end of the file, from here on; the offset after its last byte.
    End(usize),
}

impl<'b> Event<'b> {
    /// The segments it holds, in the order of the file.
    #[must_use]
    pub fn segments(&self) -> &[Segment<'b>] {
        match self {
            Self::Unit(segments) => segments,
            Self::Interchange(one)
            | Self::Answer(one)
            | Self::Group(one)
            | Self::Transaction(one)
            | Self::TransactionEnd(one)
            | Self::GroupEnd(one)
            | Self::InterchangeEnd(one)
            | Self::Stray(one) => std::slice::from_ref(one),
            Self::Broken(_) | Self::End(_) => &[],
        }
    }
}

/// The envelope a reader stands in.
#[derive(Clone, Copy, Debug, Default)]
struct Nesting {
    is_in_interchange: bool,
    has_group: bool,
    is_group_open: bool,
    is_in_transaction: bool,
    units: Units,
}

/// The keys of the segments that begin a unit in the open transaction set.
type Units = &'static [u32];

const LEVELS: [u32; 1] = [id_key(b"HL")];

const fn units_of(set_id: &[u8]) -> Units {
    match set_id {
        b"837" => const { &[id_key(b"HL"), id_key(b"CLM")] },
        b"835" => const { &[id_key(b"LX"), id_key(b"CLP"), id_key(b"PLB")] },
        b"270" | b"271" | b"276" | b"277" | b"278" => &LEVELS,
        b"834" => const { &[id_key(b"INS")] },
        b"820" => const { &[id_key(b"ENT")] },
        b"824" => const { &[id_key(b"OTI")] },
        b"275" => const { &[id_key(b"LX")] },
        b"999" => const { &[id_key(b"AK2")] },
        _ => &[],
    }
}

/// Whether a segment begins a unit of its transaction set.
pub(crate) fn begins_unit(set_id: &str, id: &str) -> bool {
    units_of(set_id.as_bytes()).contains(&id_key(id.as_bytes()))
}

/// Reads a file as [`Event`]s, holding no more than one unit of it.
///
/// ```
/// use x12::{Event, Reader};
/// # let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
/// # let file = format!("{isa}GS*HC*A*B*20261002*0915*1*X*005010X222A1~ST*837*0001*005010X222A1~CLM*A1*10~SE*3*0001~GE*1*1~IEA*1*000000001~");
/// let mut reader = Reader::new(file.as_bytes());
/// let mut claims = 0;
/// loop {
///     match reader.next_event()? {
///         Event::Unit(segments) if segments[0].id() == "CLM" => claims += 1,
///         Event::End(_) => break,
///         _ => {}
///     }
/// }
/// assert_eq!(claims, 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where `buffer` begins in the file.
    base: usize,
    /// The first byte of `buffer` not yet given.
    at: usize,
    is_end: bool,
    is_begun: bool,
    marks: Option<(Delimiters, Marks)>,
    nesting: Nesting,
    /// Segments of the transaction set given so far.
    position: u32,
    /// The line of the byte at `at`, from 1.
    line: usize,
    /// The segments of the unit at hand, and where the elements of all of them end.
    found: Vec<Found>,
    ends: Vec<u32>,
}

/// A segment of the buffer and what was found in it.
#[derive(Clone, Copy, Debug)]
struct Found {
    piece: Piece,
    /// Where its part of the ends of all elements begins, and how long it is.
    ends: (usize, usize),
    traits: Traits,
    line: usize,
    key: u32,
}

/// A place between two segments of a transaction set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    offset: usize,
    line: usize,
    /// Segments of the transaction set before it.
    position: u32,
}

impl Mark {
    /// The place before a segment.
    pub fn before(segment: &Segment<'_>) -> Self {
        let position = segment.position().saturating_sub(1);
        Self { offset: segment.offset(), line: segment.line(), position }
    }
}

/// The events that are one segment.
#[derive(Clone, Copy)]
enum Kind {
    Answer,
    Group,
    Transaction,
    TransactionEnd,
    GroupEnd,
    InterchangeEnd,
    Stray,
}

impl Kind {
    const fn event(self, segment: Segment<'_>) -> Event<'_> {
        match self {
            Self::Answer => Event::Answer(segment),
            Self::Group => Event::Group(segment),
            Self::Transaction => Event::Transaction(segment),
            Self::TransactionEnd => Event::TransactionEnd(segment),
            Self::GroupEnd => Event::GroupEnd(segment),
            Self::InterchangeEnd => Event::InterchangeEnd(segment),
            Self::Stray => Event::Stray(segment),
        }
    }
}

/// What is done with the segment at hand.
enum Step {
    Give(Kind, u32),
    Collect,
    Flush,
}

impl<R: Read> Reader<R> {
    /// From anything that gives bytes; no need to buffer it.
    pub const fn new(source: R) -> Self {
        let nesting = Nesting {
            is_in_interchange: false,
            has_group: false,
            is_group_open: false,
            is_in_transaction: false,
            units: &[],
        };
        Self {
            source,
            buffer: Vec::new(),
            base: 0,
            at: 0,
            is_end: false,
            is_begun: false,
            marks: None,
            nesting,
            position: 0,
            line: 1,
            found: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// From a place inside a group, where a transaction set may begin.
    pub(crate) fn resume(source: R, delimiters: Delimiters, offset: usize, line: usize) -> Self {
        let nesting = Nesting { is_in_interchange: true, has_group: true, is_group_open: true, ..Nesting::default() };
        let marks = Some((delimiters, Marks::of(delimiters)));
        Self { base: offset, line, is_begun: true, marks, nesting, ..Self::new(source) }
    }

    pub(crate) fn delimiters(&self) -> Option<Delimiters> {
        self.marks.map(|(delimiters, _)| delimiters)
    }

    /// Goes on at a place further in the open transaction set. `skip` passes over so many bytes of the source.
    pub(crate) fn go_to(&mut self, mark: Mark, skip: impl FnOnce(&mut R, usize)) {
        let ahead = mark.offset.saturating_sub(self.base);
        match ahead.checked_sub(self.buffer.len()) {
            None | Some(0) => self.at = ahead,
            Some(beyond) => {
                skip(&mut self.source, beyond);
                self.buffer.clear();
                (self.base, self.at) = (mark.offset, 0);
            }
        }
        (self.line, self.position) = (mark.line, mark.position);
    }

    /// What the reader reads from.
    pub(crate) const fn source_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// The next event.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn next_event(&mut self) -> io::Result<Event<'_>> {
        self.found.clear();
        self.ends.clear();
        loop {
            self.collect();
            self.fill_blank()?;
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                if self.found.is_empty() {
                    return Ok(Event::End(self.base.saturating_add(self.at)));
                }
                return Ok(self.unit());
            }
            if !self.nesting.is_in_interchange || self.marks.is_none() || starts_interchange(rest) {
                return if self.found.is_empty() { self.interchange() } else { Ok(self.unit()) };
            }
            let found = match self.cut() {
                Ok(Some(found)) => found,
                Ok(None) => {
                    self.fill()?;
                    continue;
                }
                Err(error) => return if self.found.is_empty() { self.broken(error) } else { Ok(self.unit()) },
            };
            match self.place(&found) {
                Step::Give(kind, position) => {
                    self.pass(&found);
                    return Ok(kind.event(self.segment(&found).at_position(position)));
                }
                Step::Collect => {
                    self.pass(&found);
                    self.found.push(found);
                }
                Step::Flush => return Ok(self.unit()),
            }
        }
    }

    /// Whether the next event is the unit of a claim or payment.
    pub(crate) fn is_before_claim(&mut self) -> io::Result<bool> {
        self.found.clear();
        self.fill_blank()?;
        let mark = self.marks.as_ref().map(|(delimiters, _)| delimiters.element);
        let (id, after) = match self.buffer.get(self.at..self.at.saturating_add(ISA_LETTERS)) {
            Some([id @ .., after]) => (id, *after),
            _ => return Ok(false),
        };
        let is_claim = matches!(id, b"CLM" | b"CLP") && self.nesting.units.contains(&id_key(id));
        Ok(is_claim && self.nesting.is_in_transaction && Some(after) == mark)
    }

    /// Collects the segments at hand that plainly belong to the unit, which most do.
    fn collect(&mut self) {
        let (Some((delimiters, marks)), Some(first)) = (self.marks, self.found.first()) else { return };
        if delimiters.segment == b'\n' || !self.nesting.is_in_transaction {
            return;
        }
        let most = first.piece.start.saturating_add(UNIT_BYTES_MAX);
        loop {
            let (mut start, mut line) = (self.at, self.line);
            while let Some(byte @ (b'\n' | b'\r')) = self.buffer.get(start) {
                line = line.wrapping_add(usize::from(*byte == b'\n'));
                start = start.wrapping_add(1);
            }
            let rest = self.buffer.get(start..most.min(self.buffer.len())).unwrap_or_default();
            let Some(length) = memchr(delimiters.segment, rest) else { return };
            let raw = rest.get(..length).unwrap_or_default();
            let is_mark = |byte: u8| byte == delimiters.element;
            let key = match *raw {
                [a, b, ..] if is_mark(a) || is_mark(b) => return,
                [a, b, mark, ..] if is_mark(mark) => id_key(&[a, b]),
                [a, b, c, mark, ..] if is_mark(mark) => id_key(&[a, b, c]),
                _ => return,
            };
            // Envelopes, what may hold any byte, and what begins a unit want a closer look; so do blanks before it.
            let is_special =
                matches!(key, ids::ST | ids::SE | ids::GE | ids::GS | ids::IEA | ids::ISA | ids::BIN | ids::BDS)
                    || !raw.first().is_some_and(u8::is_ascii_graphic);
            if is_special || self.nesting.units.contains(&key) {
                return;
            }
            let before = self.ends.len();
            let traits = marks.find(raw, &mut self.ends);
            let next = start.wrapping_add(length).wrapping_add(1);
            let ends = (before, self.ends.len().wrapping_sub(before));
            let piece = Piece { start, length, next, is_terminated: true };
            (self.at, self.line) = (start, line);
            let found = Found { piece, ends, traits, line, key };
            self.pass(&found);
            self.found.push(found);
        }
    }

    /// Cuts the segment at hand and finds its elements; `None` when more must be read.
    fn cut(&mut self) -> Result<Option<Found>, ReadError> {
        let Some((delimiters, _)) = self.marks else { return Ok(None) };
        let piece = cut(&self.buffer, self.at, delimiters, self.is_end)?;
        Ok(piece.map(|piece| self.find(piece)))
    }

    /// Finds the elements of a segment.
    fn find(&mut self, piece: Piece) -> Found {
        let raw = self.buffer.get(piece.start..piece.start.saturating_add(piece.length)).unwrap_or_default();
        let before = self.ends.len();
        let traits = self.marks.as_ref().map_or(Traits::new(0), |(_, marks)| marks.find(raw, &mut self.ends));
        let id = self.ends.get(before).map_or(raw, |end| raw.get(..*end as usize).unwrap_or_default());
        let ends = (before, self.ends.len().saturating_sub(before));
        Found { piece, ends, traits, line: self.line, key: id_key(id) }
    }

    /// Goes on behind a segment, counting lines.
    fn pass(&mut self, found: &Found) {
        let is_line_end = self.marks.as_ref().is_some_and(|(delimiters, _)| delimiters.segment == b'\n');
        if is_line_end || found.traits.may_have(Traits::ODD) {
            self.pass_to(found.piece.next);
        } else {
            self.at = found.piece.next;
        }
    }

    /// Goes on at a place of the buffer, counting lines.
    fn pass_to(&mut self, next: usize) {
        let passed = self.buffer.get(self.at..next).unwrap_or_default();
        self.line = self.line.saturating_add(passed.iter().filter(|byte| **byte == b'\n').count());
        self.at = next;
    }

    fn segment(&self, found: &Found) -> Segment<'_> {
        let Found { piece, ends: (first, count), traits, line, key } = *found;
        let delimiters = self.marks.as_ref().map(|(delimiters, _)| *delimiters).unwrap_or_default();
        let raw = self.buffer.get(piece.start..piece.start.saturating_add(piece.length)).unwrap_or_default();
        let ends = self.ends.get(first..first.saturating_add(count)).unwrap_or_default();
        let offset = self.base.saturating_add(piece.start);
        Segment::indexed(raw, delimiters, offset, piece.is_terminated, Index { ends, traits, line, key })
    }

    /// Decides what the segment at hand is, and opens or closes envelopes by it.
    fn place(&mut self, found: &Found) -> Step {
        let Found { piece, key, .. } = *found;
        let nesting = &mut self.nesting;
        let is_envelope = matches!(key, ids::IEA | ids::GS | ids::GE | ids::ST | ids::SE);
        let begins = is_envelope || !nesting.is_in_transaction || nesting.units.contains(&key);
        let first = self.found.first().map_or(piece.start, |first| first.piece.start);
        if !self.found.is_empty() && (begins || piece.next.saturating_sub(first) > UNIT_BYTES_MAX) {
            return Step::Flush;
        }
        let is_in_group = nesting.is_group_open || (nesting.has_group && key == ids::ST);
        if !is_envelope && is_in_group && nesting.is_in_transaction {
            return Step::Collect;
        }
        match key {
            ids::IEA => {
                *nesting = Nesting::default();
                Step::Give(Kind::InterchangeEnd, 0)
            }
            ids::GS => {
                *nesting =
                    Nesting { is_in_interchange: true, has_group: true, is_group_open: true, ..Nesting::default() };
                Step::Give(Kind::Group, 0)
            }
            ids::TA1 if !nesting.has_group => Step::Give(Kind::Answer, 0),
            ids::GE if is_in_group => {
                (nesting.is_group_open, nesting.is_in_transaction) = (false, false);
                Step::Give(Kind::GroupEnd, 0)
            }
            ids::ST if is_in_group => {
                nesting.is_in_transaction = true;
                let element = self.segment(found).bytes(1);
                self.nesting.units = units_of(element);
                self.position = 1;
                Step::Give(Kind::Transaction, 1)
            }
            ids::SE if is_in_group && nesting.is_in_transaction => {
                nesting.is_in_transaction = false;
                self.position = self.position.saturating_add(1);
                Step::Give(Kind::TransactionEnd, self.position)
            }
            _ => Step::Give(Kind::Stray, 0),
        }
    }

    /// The segments collected, as a unit.
    fn unit(&mut self) -> Event<'_> {
        let first = self.position.saturating_add(1);
        self.position = self.position.saturating_add(u32::try_from(self.found.len()).unwrap_or(u32::MAX));
        let segments = self.found.iter().zip(first..);
        Event::Unit(segments.map(|(found, position)| self.segment(found).at_position(position)).collect())
    }

    fn interchange(&mut self) -> io::Result<Event<'_>> {
        while !self.is_end && self.buffer.len().saturating_sub(self.at) < ISA_BYTES_MAX {
            self.fill()?;
        }
        match cut_isa(&self.buffer, self.at) {
            Ok((piece, delimiters)) => {
                self.marks = Some((delimiters, Marks::of(delimiters)));
                let found = self.find(piece);
                self.nesting = Nesting { is_in_interchange: true, ..Nesting::default() };
                self.pass(&found);
                Ok(Event::Interchange(self.segment(&found)))
            }
            Err(error) => self.broken(error),
        }
    }

    /// Reports what cannot be read and moves on to the next interchange.
    fn broken(&mut self, error: ReadError) -> io::Result<Event<'_>> {
        let error = ReadError { offset: self.base.saturating_add(error.offset), ..error };
        self.nesting = Nesting::default();
        self.pass_to(self.at.saturating_add(1).min(self.buffer.len()));
        loop {
            if let Some(found) = next_interchange(&self.buffer, self.at) {
                self.pass_to(found);
                return Ok(Event::Broken(error));
            }
            // The letters of an ISA may straddle two reads.
            self.pass_to(self.at.max(self.buffer.len().saturating_sub(ISA_LETTERS)));
            if self.is_end {
                self.pass_to(self.buffer.len());
                return Ok(Event::Broken(error));
            }
            self.fill()?;
        }
    }

    /// Passes over blanks between segments, reading on when they reach the end of what was read.
    fn fill_blank(&mut self) -> io::Result<()> {
        loop {
            self.pass_to(skip_blank(&self.buffer, self.at));
            if !self.is_begun && self.buffer.len() >= ISA_LETTERS {
                self.is_begun = true;
                (self.at, self.line) = (0, 1);
                self.pass_to(first_byte(&self.buffer));
                continue;
            }
            // Four bytes tell an ISA from any other segment.
            if self.is_end || self.buffer.len().saturating_sub(self.at) >= ISA_LETTERS {
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Reads more, dropping what was given before.
    fn fill(&mut self) -> io::Result<()> {
        let kept = self.found.first().map_or(self.at, |first| first.piece.start);
        if kept > 0 {
            self.buffer.drain(..kept);
            self.base = self.base.saturating_add(kept);
            self.at = self.at.saturating_sub(kept);
            for Found { piece, .. } in &mut self.found {
                piece.start = piece.start.saturating_sub(kept);
                piece.next = piece.next.saturating_sub(kept);
            }
        }
        let room = READ_BYTES as u64;
        let read = self.source.by_ref().take(room).read_to_end(&mut self.buffer)?;
        self.is_end = read < READ_BYTES;
        Ok(())
    }
}

/// `ISA` and its separator.
const ISA_LETTERS: usize = 4;
