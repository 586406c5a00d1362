//! The five delimiters a message names in its first nine bytes (HL7 v2 chapter 2, MSH-1 and MSH-2).

use crate::Hl7Error;

/// Field separator and encoding characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// MSH-1, usually `|`.
    pub field: u8,
    /// Usually `^`.
    pub component: u8,
    /// Usually `~`.
    pub repetition: u8,
    /// Usually `\`.
    pub escape: u8,
    /// Usually `&`.
    pub subcomponent: u8,
}

impl Delimiters {
    /// What the standard recommends.
    pub const USUAL: Self = Self { field: b'|', component: b'^', repetition: b'~', escape: b'\\', subcomponent: b'&' };

    /// Reads the delimiters of a header segment (`MSH`, `FHS`, `BHS`) that begins the bytes.
    ///
    /// Encoding characters that are left out have their usual meaning; HL7 allows it where they are not used.
    ///
    /// # Errors
    /// When a delimiter is a letter, a digit, a space or no printable ASCII character, or means two things.
    pub fn of_header(bytes: &[u8], offset: usize) -> Result<Self, Hl7Error> {
        let id = String::from_utf8_lossy(bytes.get(..3).unwrap_or_default()).into_owned();
        let refuse = |found: &[u8], expected: &str| Hl7Error::new(offset + 3, format!("{id}-1"), found, expected);
        let Some(&field) = bytes.get(3) else {
            return Err(refuse(b"", "the field separator, usually |"));
        };
        let named = bytes.get(4..).unwrap_or_default();
        let end = named.iter().position(|b| *b == field || matches!(b, b'\r' | b'\n')).unwrap_or(named.len());
        let named = named.get(..end).unwrap_or_default();
        let at = |n: usize, usual: u8| named.get(n).copied().unwrap_or(usual);
        let usual = Self::USUAL;
        let all =
            [field, at(0, usual.component), at(1, usual.repetition), at(2, usual.escape), at(3, usual.subcomponent)];
        let [field, component, repetition, escape, subcomponent] = all;
        for (n, delimiter) in all.iter().enumerate() {
            if !delimiter.is_ascii_punctuation() || all.iter().skip(n + 1).any(|other| other == delimiter) {
                return Err(refuse(
                    bytes.get(3..8).unwrap_or(named),
                    "five different punctuation marks, usually |^~\\&",
                ));
            }
        }
        Ok(Self { field, component, repetition, escape, subcomponent })
    }
}
