//! Reading any length in flat memory: a file as events, its claims and payments one at a time.

use std::io::{self, Read};

use crate::envelope::ReadError;
use crate::ids;
use crate::lexer::{
    ISA_BYTES_MAX, Piece, cut, cut_isa, first_byte, lines, next_interchange, segment_of, skip_blank, starts_interchange,
};
use crate::limits::UNIT_BYTES_MAX;
use crate::marks::{Marks, Traits};
use crate::segment::{Delimiters, Segment, id_key};

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

/// The keys of the segments that begin a unit in the open transaction set, up to three of them.
type Units = [u32; 3];

const fn units_of(set_id: &[u8]) -> Units {
    match set_id {
        b"837" => [ids::HL, ids::CLM, 0],
        b"835" => [ids::LX, ids::CLP, ids::PLB],
        b"270" | b"271" | b"276" | b"277" | b"278" => [ids::HL, 0, 0],
        b"834" => [id_key(b"INS"), 0, 0],
        b"820" => [id_key(b"ENT"), 0, 0],
        b"824" => [id_key(b"OTI"), 0, 0],
        b"275" => [ids::LX, 0, 0],
        b"999" => [id_key(b"AK2"), 0, 0],
        _ => [0; 3],
    }
}

/// Whether a segment of a key begins a unit.
#[inline]
const fn begins(units: Units, key: u32) -> bool {
    let [first, second, third] = units;
    key != 0 && (key == first || key == second || key == third)
}

/// Whether a segment begins a unit of its transaction set.
pub(crate) fn begins_unit(set_id: &str, id: &str) -> bool {
    begins(units_of(set_id.as_bytes()), id_key(id.as_bytes()))
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
    marks: Marks,
    nesting: Nesting,
    /// Segments of the transaction set given so far.
    position: u32,
    /// The line of the byte at `at`, from 1.
    line: usize,
    /// The segments of the unit at hand.
    found: Vec<Found>,
}

/// A segment that stands in the buffer.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// The segment without its bytes.
    bare: Segment<'static>,
    start: usize,
    length: usize,
    /// Where the next may begin.
    next: usize,
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
            units: [0; 3],
        };
        Self {
            source,
            buffer: Vec::new(),
            base: 0,
            at: 0,
            is_end: false,
            is_begun: false,
            marks: Marks::of(Delimiters::DEFAULT),
            nesting,
            position: 0,
            line: 1,
            found: Vec::new(),
        }
    }

    /// From a place inside a group, where a transaction set may begin.
    pub(crate) fn resume(source: R, delimiters: Delimiters, offset: usize, line: usize) -> Self {
        let nesting = Nesting { is_in_interchange: true, has_group: true, is_group_open: true, ..Nesting::default() };
        let marks = Marks::of(delimiters);
        Self { base: offset, line, is_begun: true, marks, nesting, ..Self::new(source) }
    }

    /// The delimiters of the interchange it stands in.
    pub(crate) const fn delimiters(&self) -> Delimiters {
        self.marks.delimiters
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
            if !self.nesting.is_in_interchange || starts_interchange(rest) {
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
                    return Ok(kind.event(self.segment(&found, position)));
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
        let (id, after) = match self.buffer.get(self.at..self.at.saturating_add(ISA_LETTERS)) {
            Some([id @ .., after]) => (id, *after),
            _ => return Ok(false),
        };
        let is_claim = matches!(id, b"CLM" | b"CLP") && begins(self.nesting.units, id_key(id));
        Ok(is_claim && self.nesting.is_in_transaction && after == self.delimiters().element)
    }

    /// Collects the segments at hand that plainly belong to the unit, which most do.
    fn collect(&mut self) {
        let Some(first) = self.found.first() else { return };
        if self.delimiters().segment == b'\n' || !self.nesting.is_in_transaction {
            return;
        }
        let most = first.start.saturating_add(UNIT_BYTES_MAX);
        let window = self.buffer.get(..most.min(self.buffer.len())).unwrap_or_default();
        let Delimiters { element, .. } = self.delimiters();
        loop {
            let (mut start, mut line) = (self.at, self.line);
            while let Some(byte @ (b'\n' | b'\r')) = window.get(start) {
                line = line.wrapping_add(usize::from(*byte == b'\n'));
                start = start.wrapping_add(1);
            }
            let rest = window.get(start..).unwrap_or_default();
            let key = match *rest {
                [a, b, mark, ..] if mark == element => id_key(&[a, b]),
                [a, b, c, mark, ..] if mark == element => id_key(&[a, b, c]),
                _ => return,
            };
            // Envelopes, what may hold any byte, and what begins a unit want a closer look; so do blanks before it.
            let is_special =
                matches!(key, ids::ST | ids::SE | ids::GE | ids::GS | ids::IEA | ids::ISA | ids::BIN | ids::BDS)
                    || !rest.first().is_some_and(u8::is_ascii_graphic);
            if is_special || begins(self.nesting.units, key) {
                return;
            }
            let Some((length, look)) = self.marks.cut_short(rest) else { return };
            let next = start.wrapping_add(length).wrapping_add(1);
            let found = self.found(&Piece { start, length, next, is_terminated: true, look }, line);
            self.found.push(found);
            if look.traits.has(Traits::RARE) {
                line = line.saturating_add(lines(rest.get(..length).unwrap_or_default()));
            }
            (self.at, self.line) = (next, line);
        }
    }

    /// Cuts the segment at hand; `None` when more must be read.
    fn cut(&mut self) -> Result<Option<Found>, ReadError> {
        let piece = cut(&self.buffer, self.at, &self.marks, self.is_end)?;
        Ok(piece.map(|piece| self.found(&piece, self.line)))
    }

    #[inline]
    fn found(&self, piece: &Piece, line: usize) -> Found {
        let bare = segment_of(&self.buffer, piece, &self.marks, self.base).at(line, 0).bare();
        let Piece { start, length, next, .. } = *piece;
        Found { bare, start, length, next }
    }

    /// Goes on behind a segment, counting lines.
    fn pass(&mut self, found: &Found) {
        let is_line_end = self.delimiters().segment == b'\n';
        if is_line_end || found.bare.traits().has(Traits::RARE) {
            self.pass_to(found.next);
        } else {
            self.at = found.next;
        }
    }

    /// Goes on at a place of the buffer, counting lines.
    fn pass_to(&mut self, next: usize) {
        self.line = self.line.saturating_add(lines(self.buffer.get(self.at..next).unwrap_or_default()));
        self.at = next;
    }

    #[inline]
    fn segment(&self, found: &Found, position: u32) -> Segment<'_> {
        let raw = self.buffer.get(found.start..found.start.saturating_add(found.length)).unwrap_or_default();
        found.bare.with(raw).at(found.bare.line(), position)
    }

    /// Decides what the segment at hand is, and opens or closes envelopes by it.
    fn place(&mut self, found: &Found) -> Step {
        let Found { bare, start, next, .. } = *found;
        let key = bare.key();
        let nesting = &mut self.nesting;
        let is_envelope = matches!(key, ids::IEA | ids::GS | ids::GE | ids::ST | ids::SE);
        let is_first = is_envelope || !nesting.is_in_transaction || begins(nesting.units, key);
        let first = self.found.first().map_or(start, |first| first.start);
        if !self.found.is_empty() && (is_first || next.saturating_sub(first) > UNIT_BYTES_MAX) {
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
                let element = self.segment(found, 1).bytes(1);
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
        Event::Unit(segments.map(|(found, position)| self.segment(found, position)).collect())
    }

    fn interchange(&mut self) -> io::Result<Event<'_>> {
        while !self.is_end && self.buffer.len().saturating_sub(self.at) < ISA_BYTES_MAX {
            self.fill()?;
        }
        match cut_isa(&self.buffer, self.at) {
            Ok((piece, marks)) => {
                self.marks = marks;
                let found = self.found(&piece, self.line);
                self.nesting = Nesting { is_in_interchange: true, ..Nesting::default() };
                self.pass(&found);
                Ok(Event::Interchange(self.segment(&found, 0)))
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
        let kept = self.found.first().map_or(self.at, |first| first.start);
        if kept > 0 {
            self.buffer.drain(..kept);
            self.base = self.base.saturating_add(kept);
            self.at = self.at.saturating_sub(kept);
            for found in &mut self.found {
                found.start = found.start.saturating_sub(kept);
                found.next = found.next.saturating_sub(kept);
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
