//! Reading any length in flat memory: a file as events, its claims and payments one at a time.

use std::io::{self, Read};

use crate::envelope::ReadError;
use crate::lexer::{
    ISA_BYTES_MAX, Piece, cut, cut_isa, first_byte, next_interchange, segment_of, skip_blank, starts_interchange,
};
use crate::limits::UNIT_BYTES_MAX;
use crate::segment::{Delimiters, Segment};

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

/// The envelope a reader stands in.
#[derive(Clone, Copy, Debug, Default)]
struct Nesting {
    is_in_interchange: bool,
    has_group: bool,
    is_group_open: bool,
    is_in_transaction: bool,
    units: Units,
}

/// The segments that begin a unit in the open transaction set.
type Units = &'static [&'static [u8]];

fn units_of(set_id: &[u8]) -> Units {
    match set_id {
        b"837" => &[b"HL", b"CLM"],
        b"835" => &[b"LX", b"CLP", b"PLB"],
        b"270" | b"271" | b"276" | b"277" | b"278" => &[b"HL"],
        b"834" => &[b"INS"],
        b"820" => &[b"ENT"],
        b"824" => &[b"OTI"],
        b"275" => &[b"LX"],
        b"999" => &[b"AK2"],
        _ => &[],
    }
}

/// Whether a segment begins a unit of its transaction set.
pub(crate) fn begins_unit(set_id: &str, id: &str) -> bool {
    units_of(set_id.as_bytes()).contains(&id.as_bytes())
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
    delimiters: Option<Delimiters>,
    nesting: Nesting,
    /// Segments of the transaction set given so far.
    position: u32,
    pieces: Vec<Piece>,
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
            delimiters: None,
            nesting,
            position: 0,
            pieces: Vec::new(),
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn next_event(&mut self) -> io::Result<Event<'_>> {
        self.pieces.clear();
        loop {
            self.fill_blank()?;
            let start = self.at;
            let rest = self.buffer.get(start..).unwrap_or_default();
            if rest.is_empty() {
                if self.pieces.is_empty() {
                    return Ok(Event::End(self.base.saturating_add(start)));
                }
                return Ok(self.unit());
            }
            let Some(delimiters) =
                self.delimiters.filter(|_| self.nesting.is_in_interchange && !starts_interchange(rest))
            else {
                return if self.pieces.is_empty() { self.interchange() } else { Ok(self.unit()) };
            };
            let piece = match cut(&self.buffer, start, delimiters, self.is_end) {
                Ok(Some(piece)) => piece,
                Ok(None) => {
                    self.fill()?;
                    continue;
                }
                Err(error) => return if self.pieces.is_empty() { self.broken(error) } else { Ok(self.unit()) },
            };
            match self.place(piece, delimiters) {
                Step::Give(kind, position) => {
                    self.at = piece.next;
                    let segment = segment_of(&self.buffer, piece, delimiters, self.base).at_position(position);
                    return Ok(kind.event(segment));
                }
                Step::Collect => {
                    self.at = piece.next;
                    self.pieces.push(piece);
                }
                Step::Flush => return Ok(self.unit()),
            }
        }
    }

    /// Whether the next event is the unit of a claim or payment.
    pub(crate) fn is_before_claim(&mut self) -> io::Result<bool> {
        self.pieces.clear();
        self.fill_blank()?;
        let mark = self.delimiters.map(|delimiters| delimiters.element);
        let (id, after) = match self.buffer.get(self.at..self.at.saturating_add(ISA_LETTERS)) {
            Some([id @ .., after]) => (id, *after),
            _ => return Ok(false),
        };
        let is_claim = matches!(id, b"CLM" | b"CLP") && self.nesting.units.contains(&id);
        Ok(is_claim && self.nesting.is_in_transaction && Some(after) == mark)
    }

    /// Decides what the segment at hand is, and opens or closes envelopes by it.
    fn place(&mut self, piece: Piece, delimiters: Delimiters) -> Step {
        let raw = self.buffer.get(piece.start..piece.start.saturating_add(piece.length)).unwrap_or_default();
        let mut elements = raw.splitn(3, |byte| *byte == delimiters.element);
        let id = elements.next().unwrap_or_default();
        let is_envelope = matches!(id, b"IEA" | b"GS" | b"GE" | b"ST" | b"SE");
        let nesting = &mut self.nesting;
        let is_in_group = nesting.is_group_open || (nesting.has_group && id == b"ST");
        let begins = is_envelope || !nesting.is_in_transaction || nesting.units.contains(&id);
        let first = self.pieces.first().map_or(piece.start, |first| first.start);
        if !self.pieces.is_empty() && (begins || piece.next.saturating_sub(first) > UNIT_BYTES_MAX) {
            return Step::Flush;
        }
        match id {
            b"IEA" => {
                *nesting = Nesting::default();
                Step::Give(Kind::InterchangeEnd, 0)
            }
            b"GS" => {
                *nesting =
                    Nesting { is_in_interchange: true, has_group: true, is_group_open: true, ..Nesting::default() };
                Step::Give(Kind::Group, 0)
            }
            b"TA1" if !nesting.has_group => Step::Give(Kind::Answer, 0),
            b"GE" if is_in_group => {
                (nesting.is_group_open, nesting.is_in_transaction) = (false, false);
                Step::Give(Kind::GroupEnd, 0)
            }
            b"ST" if is_in_group => {
                nesting.is_in_transaction = true;
                nesting.units = units_of(elements.next().unwrap_or_default());
                self.position = 1;
                Step::Give(Kind::Transaction, 1)
            }
            b"SE" if is_in_group && nesting.is_in_transaction => {
                nesting.is_in_transaction = false;
                self.position = self.position.saturating_add(1);
                Step::Give(Kind::TransactionEnd, self.position)
            }
            _ if is_in_group && nesting.is_in_transaction => Step::Collect,
            _ => Step::Give(Kind::Stray, 0),
        }
    }

    /// The segments collected, as a unit.
    fn unit(&mut self) -> Event<'_> {
        let delimiters = self.delimiters.unwrap_or_default();
        let segments = self
            .pieces
            .iter()
            .zip(self.position.saturating_add(1)..)
            .map(|(piece, position)| segment_of(&self.buffer, *piece, delimiters, self.base).at_position(position));
        let segments: Vec<Segment<'_>> = segments.collect();
        self.position = self.position.saturating_add(u32::try_from(segments.len()).unwrap_or(u32::MAX));
        Event::Unit(segments)
    }

    fn interchange(&mut self) -> io::Result<Event<'_>> {
        while !self.is_end && self.buffer.len().saturating_sub(self.at) < ISA_BYTES_MAX {
            self.fill()?;
        }
        match cut_isa(&self.buffer, self.at) {
            Ok((piece, delimiters)) => {
                self.at = piece.next;
                self.delimiters = Some(delimiters);
                self.nesting = Nesting { is_in_interchange: true, ..Nesting::default() };
                Ok(Event::Interchange(segment_of(&self.buffer, piece, delimiters, self.base)))
            }
            Err(error) => self.broken(error),
        }
    }

    /// Reports what cannot be read and moves on to the next interchange.
    fn broken(&mut self, error: ReadError) -> io::Result<Event<'_>> {
        let error = ReadError { offset: self.base.saturating_add(error.offset), ..error };
        self.nesting = Nesting::default();
        self.at = self.at.saturating_add(1).min(self.buffer.len());
        loop {
            if let Some(found) = next_interchange(&self.buffer, self.at) {
                self.at = found;
                return Ok(Event::Broken(error));
            }
            // The letters of an ISA may straddle two reads.
            self.at = self.at.max(self.buffer.len().saturating_sub(ISA_LETTERS));
            if self.is_end {
                self.at = self.buffer.len();
                return Ok(Event::Broken(error));
            }
            self.fill()?;
        }
    }

    /// Passes over blanks between segments, reading on when they reach the end of what was read.
    fn fill_blank(&mut self) -> io::Result<()> {
        loop {
            self.at = skip_blank(&self.buffer, self.at);
            if !self.is_begun && self.buffer.len() >= ISA_LETTERS {
                self.is_begun = true;
                self.at = first_byte(&self.buffer);
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
        let kept = self.pieces.first().map_or(self.at, |piece| piece.start);
        if kept > 0 {
            self.buffer.drain(..kept);
            self.base = self.base.saturating_add(kept);
            self.at = self.at.saturating_sub(kept);
            for piece in &mut self.pieces {
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
