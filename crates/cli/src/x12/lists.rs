//! The code library as the external code lists of X12 (SNIP 5).
//!
//! The diagnoses of an edition are complete: what is not in it is wrong. The other tables are starters: what they lack
//! is undecided, unless no code of the list could look so.

use claim::{Carc, PlaceOfService, Rarc};
use codes::Library;
use jiff::civil::Date;
use x12::lists::{CARC, HCPCS, ICD10CM, MODIFIER, PLACE, RARC, STATUS, STATUS_CATEGORY, TAXONOMY};

use crate::place::Place;

pub struct LibraryLists {
    library: Library,
}

impl LibraryLists {
    /// The library of an installation.
    ///
    /// # Errors
    /// Names a damaged table and what to do about it.
    pub fn of(place: &Place) -> anyhow::Result<Self> {
        Ok(Self { library: crate::codes::library(place)? })
    }

    /// An adjustment reason, which must not have been deactivated by the day.
    fn reason(&self, code: &str, on: Option<Date>) -> Option<bool> {
        match Carc::new(code).ok().and_then(|code| self.library.carc(&code).map(|reason| reason.span)) {
            Some(span) => Some(on.is_none_or(|on| span.to.is_none_or(|to| on <= to))),
            None => undecided(is_reason(code)),
        }
    }

    fn diagnosis(&self, code: &str, on: Option<Date>) -> Option<bool> {
        let edition = self.library.icd10cm(on?);
        (!edition.is_stale()).then(|| edition.is_billable(code))
    }
}

impl x12::Lists for LibraryLists {
    fn has(&self, list: &str, code: &str, on: &str) -> Option<bool> {
        let on = day(on);
        match list {
            CARC => self.reason(code, on),
            RARC => known(Rarc::new(code).is_ok_and(|code| self.library.rarc(&code).is_some()), is_remark(code)),
            ICD10CM => self.diagnosis(code, on),
            HCPCS => undecided(code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())),
            MODIFIER => undecided(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())),
            PLACE => Some(PlaceOfService::new(code).is_ok_and(|code| self.library.place_of_service(&code).is_some())),
            TAXONOMY => undecided(code.len() == 10 && code.ends_with('X')),
            STATUS => known(self.library.claim_status(code).is_some(), code.parse::<u16>().is_ok()),
            STATUS_CATEGORY => {
                let is_shaped = (2..=3).contains(&code.len()) && code.starts_with(|c: char| c.is_ascii_uppercase());
                known(self.library.status_category(code).is_some(), is_shaped)
            }
            _ => None,
        }
    }

    fn needs_remark(&self, reason: &str) -> Option<bool> {
        Some(self.library.carc(&Carc::new(reason).ok()?)?.needs_remark)
    }
}

/// A day as X12 writes it, CCYYMMDD.
fn day(text: &str) -> Option<Date> {
    let digits = Some(text).filter(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()));
    let number: i32 = digits?.parse().ok()?;
    let [year, month, day] = [number / 10_000, number / 100 % 100, number % 100];
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// What a starter table says: yes, undecided, or no when the code has not even the shape.
fn known(is_known: bool, is_shaped: bool) -> Option<bool> {
    if is_known { Some(true) } else { undecided(is_shaped) }
}

fn undecided(is_shaped: bool) -> Option<bool> {
    if is_shaped { None } else { Some(false) }
}

/// Up to three digits, or one of the letters in use and up to two digits.
fn is_reason(code: &str) -> bool {
    let digits = code.strip_prefix(['A', 'B', 'D', 'P', 'W', 'Y']).map_or((code, 3), |rest| (rest, 2));
    (1..=digits.1).contains(&digits.0.len()) && digits.0.bytes().all(|byte| byte.is_ascii_digit())
}

/// M, MA or N and up to four digits.
fn is_remark(code: &str) -> bool {
    let digits = code.strip_prefix("MA").or_else(|| code.strip_prefix(['M', 'N'])).unwrap_or_default();
    (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}
