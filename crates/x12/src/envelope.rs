//! Bytes to interchanges, groups and transaction sets (ISA, GS, ST and their trailers).
//!
//! The reader keeps whatever it can place: a missing trailer is `None`, not an error, so that a validator can say what
//! is wrong with the whole file. [`read_complete`] refuses a file that was cut.

use std::io;

use crate::lexer::{cut, cut_isa, first_byte, not_x12, segment_of, skip_blank, starts_interchange};
use crate::segment::{Delimiters, Segment};

/// A file that is not X12, or is cut: where, what was expected, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {what}; expected {expected}. {action}")]
pub struct ReadError {
    /// Byte offset in the file.
    pub offset: usize,
    /// What was found.
    pub what: String,
    /// What should stand there.
    pub expected: &'static str,
    /// What to do about it.
    pub action: &'static str,
}

pub(crate) const SE: &str = "SE, the end of the transaction set";
pub(crate) const GE: &str = "GE, the end of the group";
pub(crate) const IEA: &str = "IEA, the end of the interchange";

impl ReadError {
    /// The file ends, or another envelope begins, where a trailer should stand.
    pub(crate) fn cut(offset: usize, expected: &'static str) -> Self {
        let what = "the file is cut or a trailer is missing".to_owned();
        Self { offset, what, expected, action: "Ask the sender for the whole file." }
    }

    /// A segment outside the envelope it needs.
    pub(crate) fn stray(segment: &Segment<'_>) -> Self {
        Self {
            offset: segment.offset(),
            what: format!("{} stands outside its envelope", segment.id()),
            expected: "every segment between ST and SE, every ST between GS and GE",
            action: "Repair the envelopes: validate names each fault.",
        }
    }
}

/// Why a file could not be worked through as it is read.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The source cannot be read, or what is made of it cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is broken.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// One interchange, ISA to IEA.
#[derive(Clone, Debug)]
pub struct Interchange<'a> {
    /// ISA.
    pub isa: Segment<'a>,
    /// What it declares.
    pub delimiters: Delimiters,
    /// TA1 answers that stand before the first group.
    pub answers: Vec<Segment<'a>>,
    /// Functional groups.
    pub groups: Vec<Group<'a>>,
    /// Segments that stand in no group and no transaction set.
    pub strays: Vec<Segment<'a>>,
    /// IEA, when present.
    pub iea: Option<Segment<'a>>,
}

/// One functional group, GS to GE.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// GS.
    pub gs: Segment<'a>,
    /// Transaction sets.
    pub transactions: Vec<Transaction<'a>>,
    /// GE, when present.
    pub ge: Option<Segment<'a>>,
}

/// One transaction set, ST to SE.
#[derive(Clone, Debug)]
pub struct Transaction<'a> {
    /// All its segments, ST first; SE last when present.
    pub segments: Vec<Segment<'a>>,
    /// GS08.
    pub(crate) version: &'a str,
}

impl<'a> Interchange<'a> {
    /// ISA13.
    #[must_use]
    pub fn control(&self) -> &'a str {
        self.isa.el(13)
    }

    /// All transaction sets of all groups.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction<'a>> {
        self.groups.iter().flat_map(|group| &group.transactions)
    }
}

impl<'a> Group<'a> {
    /// GS06.
    #[must_use]
    pub fn control(&self) -> &'a str {
        self.gs.el(6)
    }
}

impl<'a> Transaction<'a> {
    /// ST01, such as `837`.
    #[must_use]
    pub fn set_id(&self) -> &'a str {
        self.st().map_or("", |st| st.el(1))
    }

    /// ST02.
    #[must_use]
    pub fn control(&self) -> &'a str {
        self.st().map_or("", |st| st.el(2))
    }

    /// The implementation guide it follows: ST03, or GS08 where ST03 is not sent (835).
    #[must_use]
    pub fn guide(&self) -> &'a str {
        match self.st().map_or("", |st| st.el(3)) {
            "" => self.version,
            st03 => st03,
        }
    }

    /// The ST segment.
    #[must_use]
    pub fn st(&self) -> Option<Segment<'a>> {
        self.segments.first().copied()
    }

    /// The SE segment, when present.
    #[must_use]
    pub fn se(&self) -> Option<Segment<'a>> {
        self.segments.last().copied().filter(|segment| segment.id() == "SE")
    }
}

/// Reads every interchange of a file, tolerating line ends between segments and missing trailers.
///
/// # Errors
/// [`ReadError`] when the bytes do not begin with an ISA, when an ISA is cut, or when a segment has no end.
pub fn read(bytes: &[u8]) -> Result<Vec<Interchange<'_>>, ReadError> {
    let mut interchanges = Vec::new();
    let mut offset = first_byte(bytes);
    if offset >= bytes.len() {
        return Err(not_x12(offset, "the file is empty".to_owned()));
    }
    while offset < bytes.len() {
        let (interchange, end) = interchange(bytes, offset)?;
        interchanges.push(interchange);
        offset = skip_blank(bytes, end);
    }
    Ok(interchanges)
}

/// Reads as [`read`] does and refuses a file that was cut: an unfinished segment or a missing SE, GE or IEA.
///
/// # Errors
/// [`ReadError`] as for [`read`], or at the place where the file ends too early.
pub fn read_complete(bytes: &[u8]) -> Result<Vec<Interchange<'_>>, ReadError> {
    let interchanges = read(bytes)?;
    for interchange in &interchanges {
        if let Some((offset, expected)) = missing_trailer(interchange) {
            return Err(ReadError::cut(offset, expected));
        }
    }
    Ok(interchanges)
}

fn missing_trailer(interchange: &Interchange<'_>) -> Option<(usize, &'static str)> {
    for group in &interchange.groups {
        for transaction in &group.transactions {
            if transaction.se().is_none() {
                return Some((transaction.segments.last().map_or(0, end_of), SE));
            }
        }
        if group.ge.is_none() {
            let last = group.transactions.last().and_then(|transaction| transaction.segments.last());
            return Some((end_of(last.unwrap_or(&group.gs)), GE));
        }
    }
    let is_whole = |iea: &Segment<'_>| iea.is_terminated() || iea.el(2) == interchange.control();
    if !interchange.iea.as_ref().is_some_and(is_whole) {
        let last = interchange.groups.last().and_then(|group| group.ge.as_ref());
        return Some((end_of(last.unwrap_or(&interchange.isa)), IEA));
    }
    None
}

fn end_of(segment: &Segment<'_>) -> usize {
    segment.offset().saturating_add(segment.raw().len())
}

/// One interchange from its ISA on; gives it and the offset after it.
fn interchange(bytes: &[u8], start: usize) -> Result<(Interchange<'_>, usize), ReadError> {
    let (piece, marks) = cut_isa(bytes, start)?;
    let (isa, delimiters) = (segment_of(bytes, &piece, &marks, 0), marks.delimiters);
    let mut offset = piece.next;
    let mut interchange =
        Interchange { isa, delimiters, answers: Vec::new(), groups: Vec::new(), strays: Vec::new(), iea: None };
    let mut is_in_transaction = false;
    loop {
        offset = skip_blank(bytes, offset);
        let rest = bytes.get(offset..).unwrap_or_default();
        if rest.is_empty() || starts_interchange(rest) {
            return Ok((interchange, offset));
        }
        let Some(piece) = cut(bytes, offset, &marks, true)? else { return Ok((interchange, offset)) };
        let segment = segment_of(bytes, &piece, &marks, 0);
        offset = piece.next;
        if segment.id() == "IEA" {
            interchange.iea = Some(segment);
            return Ok((interchange, offset));
        }
        is_in_transaction = place(&mut interchange, segment, is_in_transaction);
    }
}

/// Files a segment where it belongs; says whether a transaction set is open after it.
fn place<'a>(interchange: &mut Interchange<'a>, segment: Segment<'a>, is_in_transaction: bool) -> bool {
    let Some(group) = interchange.groups.last_mut().filter(|group| group.ge.is_none() || segment.id() == "ST") else {
        match segment.id() {
            "GS" => interchange.groups.push(Group { gs: segment, transactions: Vec::new(), ge: None }),
            "TA1" if interchange.groups.is_empty() => interchange.answers.push(segment),
            _ => interchange.strays.push(segment),
        }
        return false;
    };
    match segment.id() {
        "GS" => interchange.groups.push(Group { gs: segment, transactions: Vec::new(), ge: None }),
        "GE" => group.ge = Some(segment),
        "ST" => {
            let version = group.gs.el(8);
            group.transactions.push(Transaction { segments: vec![segment.at(0, 1)], version });
            return true;
        }
        id => match group.transactions.last_mut() {
            Some(transaction) if is_in_transaction => {
                let position = u32::try_from(transaction.segments.len()).unwrap_or(u32::MAX).saturating_add(1);
                transaction.segments.push(segment.at(0, position));
                return id != "SE";
            }
            _ => interchange.strays.push(segment),
        },
    }
    false
}
