//! Reading helpers shared by all transaction sets: a stretch of located segments, and what stands in it.

use claim::{Address, CodeError, Money, PersonName, Units};
use jiff::civil::Date;
use x12::{Segment, Transaction};

use crate::{ExchangeError, Misread};

/// One segment with its loop and transaction set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seg<'a> {
    transaction: &'a str,
    pub(crate) loop_id: &'static str,
    segment: Segment<'a>,
}

/// A stretch of segments: a transaction set, a hierarchical level, a claim, a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a, 's> {
    segments: &'s [Seg<'a>],
    /// What errors about something missing point to.
    anchor: Seg<'a>,
}

/// The segments of a transaction set with their loops.
pub(crate) fn located<'a>(transaction: &Transaction<'a>) -> Vec<Seg<'a>> {
    let control = transaction.control();
    x12::locate(transaction)
        .into_iter()
        .map(|found| Seg { transaction: control, loop_id: found.loop_id, segment: found.segment })
        .collect()
}

impl<'a, 's> Scope<'a, 's> {
    /// All of `segments`; `None` when there are none.
    pub(crate) fn of(segments: &'s [Seg<'a>]) -> Option<Self> {
        Some(Self { segments, anchor: *segments.first()? })
    }

    /// The part before the first segment `id`, and the parts that begin with one.
    pub(crate) fn cut(self, id: &str) -> (Self, Vec<Self>) {
        let mut starts = self.segments.iter().enumerate().filter(|(_, seg)| seg.id() == id).map(|(index, _)| index);
        let Some(first) = starts.next() else { return (self, Vec::new()) };
        let ends = starts.clone().chain([self.segments.len()]);
        let parts = std::iter::once(first)
            .chain(starts)
            .zip(ends)
            .filter_map(|(start, end)| Self::of(self.segments.get(start..end)?))
            .collect();
        (Self { segments: self.segments.get(..first).unwrap_or_default(), anchor: self.anchor }, parts)
    }

    /// The segment the scope begins with.
    pub(crate) const fn first(self) -> Seg<'a> {
        self.anchor
    }

    /// Every segment.
    pub(crate) fn iter(self) -> impl Iterator<Item = Seg<'a>> + Clone + 's {
        self.segments.iter().copied()
    }

    /// The segments `id` of a loop.
    pub(crate) fn all(self, loop_id: &'static str, id: &'static str) -> impl Iterator<Item = Seg<'a>> + Clone + 's {
        self.iter().filter(move |seg| seg.loop_id == loop_id && seg.id() == id)
    }

    /// The first segment `id` of a loop.
    pub(crate) fn get(self, loop_id: &'static str, id: &'static str) -> Option<Seg<'a>> {
        self.all(loop_id, id).next()
    }

    /// The first segment `id` of a loop whose first element is `qualifier`.
    pub(crate) fn with(self, loop_id: &'static str, id: &'static str, qualifier: &str) -> Option<Seg<'a>> {
        self.all(loop_id, id).find(|seg| seg.el(1) == qualifier)
    }

    /// As [`Scope::get`]; missing is an error.
    pub(crate) fn need(self, loop_id: &'static str, id: &'static str) -> Result<Seg<'a>, ExchangeError> {
        self.get(loop_id, id).ok_or_else(|| self.missing(loop_id, id))
    }

    /// The value of a REF, empty when absent.
    pub(crate) fn reference(self, loop_id: &'static str, qualifier: &str) -> &'a str {
        self.with(loop_id, "REF", qualifier).map_or("", |seg| seg.el(2))
    }

    /// The value of a REF, `None` when absent.
    pub(crate) fn reference_if(self, loop_id: &'static str, qualifier: &str) -> Option<String> {
        some(self.reference(loop_id, qualifier))
    }

    /// The amount of an AMT, `None` when absent.
    pub(crate) fn amount(self, loop_id: &'static str, qualifier: &str) -> Result<Option<Money>, ExchangeError> {
        self.with(loop_id, "AMT", qualifier).map(|seg| seg.money(2)).transpose()
    }

    /// The first day of a DTP or DTM, `None` when absent.
    pub(crate) fn day(
        self,
        loop_id: &'static str,
        id: &'static str,
        qualifier: &str,
    ) -> Result<Option<Date>, ExchangeError> {
        let Some(seg) = self.with(loop_id, id, qualifier) else { return Ok(None) };
        if id == "DTM" { seg.date(2).map(Some) } else { seg.range(3).map(|(from, _)| Some(from)) }
    }

    /// N3 and N4 of a loop; empty when absent.
    pub(crate) fn address(self, loop_id: &'static str) -> Address {
        let street = self.get(loop_id, "N3");
        let place = self.get(loop_id, "N4");
        let text = |seg: Option<Seg<'a>>, n| seg.map(|seg| seg.el(n).to_owned()).unwrap_or_default();
        Address {
            line1: text(street, 1),
            line2: text(street, 2),
            city: text(place, 1),
            state: text(place, 2),
            zip: text(place, 3).chars().filter(|c| *c != '-').collect(),
        }
    }

    /// The error that `id` is missing from a loop.
    pub(crate) fn missing(self, loop_id: &'static str, id: &str) -> ExchangeError {
        let last = self.segments.last().copied().unwrap_or(self.anchor);
        let anchor = self.iter().filter(|seg| seg.loop_id == loop_id).last().unwrap_or(last);
        let place = if loop_id.is_empty() { "the header".to_owned() } else { format!("loop {loop_id}") };
        anchor.misread(0, format!("{id} is missing"), format!("{id} in {place}"))
    }
}

impl<'a> Seg<'a> {
    pub(crate) fn id(self) -> &'a str {
        self.segment.id()
    }

    pub(crate) fn el(self, n: usize) -> &'a str {
        self.segment.el(n)
    }

    pub(crate) fn comp(self, n: usize, m: usize) -> &'a str {
        self.segment.comp(n, m)
    }

    pub(crate) fn reps(self, n: usize) -> Vec<&'a str> {
        self.segment.reps(n)
    }

    pub(crate) fn offset(self) -> u64 {
        u64::try_from(self.segment.offset()).unwrap_or(u64::MAX)
    }

    /// A value that must be an amount.
    pub(crate) fn money(self, n: usize) -> Result<Money, ExchangeError> {
        Money::parse_decimal(self.el(n))
            .map_err(|_| self.unexpected(n, "an amount: digits with at most two decimals, below one billion"))
    }

    /// A number of units, with up to three decimals.
    pub(crate) fn units(self, n: usize) -> Result<Units, ExchangeError> {
        self.el(n).parse().map_err(|_| self.unexpected(n, "a number of units, with at most three decimals"))
    }

    /// A whole number, also when written with decimals that are zero.
    pub(crate) fn whole<N: TryFrom<i64>>(self, n: usize) -> Result<N, ExchangeError> {
        let (whole, fraction) = self.el(n).split_once('.').unwrap_or((self.el(n), ""));
        let number = whole.parse::<i64>().ok().filter(|_| fraction.bytes().all(|b| b == b'0'));
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| self.unexpected(n, "a whole number"))
    }

    /// A date, CCYYMMDD, a time of day behind it being left out.
    pub(crate) fn date(self, n: usize) -> Result<Date, ExchangeError> {
        date(self.el(n)).ok_or_else(|| self.unexpected(n, "a date: CCYYMMDD"))
    }

    /// One day twice, or a range CCYYMMDD-CCYYMMDD.
    pub(crate) fn range(self, n: usize) -> Result<(Date, Date), ExchangeError> {
        let (from, through) = self.el(n).split_once('-').unwrap_or((self.el(n), self.el(n)));
        date(from).zip(date(through)).ok_or_else(|| self.unexpected(n, "a date CCYYMMDD or a range CCYYMMDD-CCYYMMDD"))
    }

    /// A code whose shape `parsed` judged.
    pub(crate) fn code<T>(self, n: usize, parsed: Result<T, CodeError>) -> Result<T, ExchangeError> {
        parsed.map_err(|error| self.unexpected(n, error.expected))
    }

    /// NM103 to NM107.
    pub(crate) fn person(self) -> PersonName {
        PersonName {
            last: self.el(3).to_owned(),
            first: self.el(4).to_owned(),
            middle: self.el(5).to_owned(),
            suffix: self.el(7).to_owned(),
        }
    }

    /// The name of an organisation, or of a person in one piece (NM102).
    pub(crate) fn party_name(self) -> String {
        if self.el(2) == "1" { self.person().full() } else { self.el(3).to_owned() }
    }

    /// The number behind a qualifier of a PER, empty when absent.
    pub(crate) fn contact(self, qualifier: &str) -> &'a str {
        [3, 5, 7].into_iter().find(|n| self.el(*n) == qualifier).map_or("", |n| self.el(n + 1))
    }

    /// The error that element `n` is not what was expected.
    pub(crate) fn unexpected(self, n: usize, expected: &str) -> ExchangeError {
        let found = match self.el(n) {
            "" => "nothing stands there".to_owned(),
            value => format!("{:?} stands there", value.chars().take(40).collect::<String>()),
        };
        self.misread(n, found, expected.to_owned())
    }

    pub(crate) fn misread(self, element: usize, found: String, expected: String) -> ExchangeError {
        Box::new(Misread {
            transaction: self.transaction.to_owned(),
            position: self.segment.position(),
            offset: self.segment.offset(),
            loop_id: self.loop_id,
            segment: self.id().to_owned(),
            element,
            found,
            expected,
        })
        .into()
    }
}

/// The text, unless empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn date(text: &str) -> Option<Date> {
    if !matches!(text.len(), 8 | 12 | 14) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let month = text.get(4..6)?.parse().ok()?;
    let day = text.get(6..8)?.parse().ok()?;
    Date::new(year, month, day).ok()
}
