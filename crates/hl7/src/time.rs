//! Dates and times of HL7 (DT, TS): `YYYY[MM[DD[HH[MM[SS]]]]]`, fractions and zone after them.

use jiff::civil::{Date, DateTime};

use crate::{Hl7Error, Segment, Value};

/// A day, from a date or a time.
///
/// # Errors
/// When something stands there that is no day of the calendar.
pub(crate) fn date(segment: &Segment<'_>, field: usize) -> Result<Option<Date>, Hl7Error> {
    Ok(time(segment, field)?.map(DateTime::date))
}

/// A moment; what is not said is the start of the day.
///
/// # Errors
/// As [`date`].
pub(crate) fn time(segment: &Segment<'_>, field: usize) -> Result<Option<DateTime>, Hl7Error> {
    time_of(segment.field(field).component(1), segment, field)
}

/// As [`time`], of a component of the field.
///
/// # Errors
/// As [`date`].
pub(crate) fn time_of(value: Value<'_>, segment: &Segment<'_>, field: usize) -> Result<Option<DateTime>, Hl7Error> {
    if value.is_empty() || value.is_null() {
        return Ok(None);
    }
    moment(value).map(Some).ok_or_else(|| segment.refuse(field, "a day or time as YYYYMMDDHHMM"))
}

fn moment(value: Value<'_>) -> Option<DateTime> {
    let text = value.text();
    let digits = text.split(['+', '-', '.']).next()?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let two = |at: usize| digits.get(at..at + 2).map_or(Some(0), |d| d.parse::<i8>().ok());
    DateTime::new(digits.get(..4)?.parse().ok()?, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, 0).ok()
}
