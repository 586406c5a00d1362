//! Who exchanges files, and how a file is numbered and dated.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// A sender or receiver of files: submitter, clearinghouse, payer (837P 1000A and 1000B; ISA06 and ISA08).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name (NM103).
    pub name: String,
    /// Electronic identifier (NM109 with `46`); on the envelope too, so at most 15 characters.
    pub id: String,
    /// Whom to call (PER02), or empty.
    #[serde(default)]
    pub contact_name: String,
    /// Telephone, ten digits (PER04 with `TE`), or empty.
    #[serde(default)]
    pub phone: String,
}

/// Numbers and time of one file. The sender never uses the numbers twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// ISA13, at most nine digits.
    pub interchange: u32,
    /// GS06.
    pub group: u32,
    /// ST02 of the first transaction set; later ones count up from it.
    pub transaction: u32,
    /// When the file was made (ISA09, ISA10, GS04, GS05, BHT04, BHT05), to the minute.
    pub at: DateTime,
    /// ISA15: `T` for a test, `P` for production.
    pub usage: char,
    /// The sender's name of the batch (BHT03), which a 277CA echoes.
    pub reference: String,
}

impl Controls {
    /// `(CCYYMMDD, HHMM)`.
    pub(crate) fn stamp(&self) -> (String, String) {
        (d8(self.at.date()), format!("{:02}{:02}", self.at.hour(), self.at.minute()))
    }
}

/// A date as X12 carries it (D8).
pub(crate) fn d8(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}
