//! A pack: one imported table of one edition, with where it came from and a checksum.
//!
//! The file is a head of lines `name <tab> value`, an empty line, and the table as compressed (zstd) text: tab-separated
//! with a header row, or the text of a tabular list. A pack is never changed; a corrected official file is a new
//! revision beside it.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::{PackError, Span};

/// First line of every pack.
const MAGIC: &str = "superbill-pack\t1";
/// A text that unpacks to more is damaged or hostile.
const TEXT_BYTES_MAX: usize = 1 << 30;
/// Importing is rare and reading is frequent, but nobody waits long for either.
const COMPRESSION: i32 = 9;
/// Smallest, for a pack that is shipped: made once and read often.
const SHIPPED_COMPRESSION: i32 = 19;

/// One imported table of one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Which table, such as `mue-practitioner`; one of [`super::SYSTEMS`].
    pub system: String,
    /// The edition: the first day it covers.
    pub edition: Date,
    /// Which part of the edition, where it is published in several; else `all`.
    pub part: String,
    /// Counts corrections of the same part, from 1.
    pub revision: u32,
    /// The days it covers.
    pub span: Span,
    /// Official file it was read from.
    pub source: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// Rows of the official file that were taken.
    pub rows: usize,
    body: Arc<[u8]>,
}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Pack {
    pub(crate) fn new(system: &str, part: &str, span: Span, rows: usize, text: &str) -> Result<Self, PackError> {
        let body = zstd::encode_all(text.as_bytes(), COMPRESSION).map_err(|e| PackError::Damaged(e.to_string()))?;
        Ok(Self {
            system: system.to_owned(),
            edition: span.from,
            part: part.to_owned(),
            revision: 1,
            span,
            source: String::new(),
            sha256: String::new(),
            rows,
            body: body.into(),
        })
    }

    /// The same table in the least bytes, to be shipped.
    ///
    /// # Errors
    /// [`PackError::Damaged`] when it cannot be decompressed.
    pub fn shipped(&self) -> Result<Self, PackError> {
        let body = zstd::encode_all(self.text()?.as_bytes(), SHIPPED_COMPRESSION);
        let body = body.map_err(|error| PackError::Damaged(error.to_string()))?;
        Ok(Self { body: body.into(), ..self.clone() })
    }

    /// The table's text.
    ///
    /// # Errors
    /// [`PackError::Damaged`] when it cannot be decompressed.
    pub fn text(&self) -> Result<String, PackError> {
        let text = zstd::bulk::Decompressor::new()
            .and_then(|mut reader| {
                let size = zstd::bulk::Decompressor::upper_bound(&self.body).unwrap_or(TEXT_BYTES_MAX);
                reader.decompress(&self.body, size.min(TEXT_BYTES_MAX))
            })
            .or_else(|_| zstd::decode_all(&*self.body));
        let text = text.map_err(|error| PackError::Damaged(error.to_string()))?;
        String::from_utf8(text).map_err(|error| PackError::Damaged(error.to_string()))
    }

    /// Its file name below the folder of its system.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}_{}_{}.pack", self.edition, self.part, self.revision)
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let to = self.span.to.map(|to| to.to_string()).unwrap_or_default();
        let head = format!(
            "{MAGIC}\nsystem\t{}\nedition\t{}\npart\t{}\nrevision\t{}\nto\t{to}\nsource\t{}\nsha256\t{}\nrows\t{}\nbody\t{}\n\n",
            self.system,
            self.edition,
            self.part,
            self.revision,
            self.source,
            self.sha256,
            self.rows,
            sha256(&self.body),
        );
        [head.as_bytes(), &self.body].concat()
    }

    /// Reads the file and compares its checksum.
    ///
    /// # Errors
    /// [`PackError`] when it is damaged or something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PackError> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.and_then(|end| Some((bytes.get(..end)?, bytes.get(end + 2..)?))).unwrap_or_default();
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        if lines.next() != Some(MAGIC) {
            return Err(PackError::Line { line: 1, expected: "superbill-pack 1" });
        }
        let fields: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once('\t')).collect();
        let text = |name: &str| fields.get(name).copied().unwrap_or_default();
        if text("body") != sha256(body) {
            return Err(PackError::Damaged("its checksum differs".to_owned()));
        }
        let edition: Date = text("edition").parse().map_err(|_| PackError::Line { line: 3, expected: "a date" })?;
        let to: Option<Date> = text("to").parse().ok();
        Ok(Self {
            system: text("system").to_owned(),
            edition,
            part: text("part").to_owned(),
            revision: text("revision").parse().unwrap_or(1),
            span: Span { from: edition, to },
            source: text("source").to_owned(),
            sha256: text("sha256").to_owned(),
            rows: text("rows").parse().unwrap_or_default(),
            body: body.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_pack_survives_its_file_and_damage_does_not() {
        let span = Span { from: date(2026, 7, 1), to: None };
        let mut pack = Pack::new("mue-dme", "all", span, 1, "code\tunits\nE0114\t2\n").unwrap();
        pack.source = "MCR_MUE.csv".to_owned();
        let bytes = pack.to_bytes();
        assert_eq!(Pack::from_bytes(&bytes).unwrap(), pack);
        assert_eq!(pack.text().unwrap(), "code\tunits\nE0114\t2\n");
        assert_eq!(pack.file_name(), "2026-07-01_all_1.pack");
        let mut damaged = bytes.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert!(Pack::from_bytes(&damaged).unwrap_err().to_string().contains("checksum"));
        assert!(matches!(Pack::from_bytes(b"PK\x03\x04"), Err(PackError::Line { line: 1, .. })));
    }
}
