//! Files of rows and columns: csv, tab or tilde between the columns, or a workbook; the header found by its words.

use std::{borrow::Cow, io::Cursor};

use calamine::{Data, Reader};

use super::{ImportError, Member, layout::Layout};

/// A file's rows.
pub(super) enum Grid<'a> {
    Text { name: &'a str, text: Cow<'a, str>, delimiter: u8 },
    Workbook { rows: Vec<Vec<String>> },
}

/// Header rows stand among the first rows.
const HEAD_ROWS: usize = 40;

/// Which column of the file holds each column of a layout, and where the data begins.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub line: u64,
    pub positions: Vec<Option<usize>>,
    /// The header's words, to tell tables of one layout apart.
    pub words: String,
    /// Everything above the header.
    pub banner: String,
}

/// UTF-8, else the Windows code page that official files use.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x91 | 0x92 => '\'',
        0x93 | 0x94 => '"',
        0x96 => '\u{2013}',
        0x97 => '\u{2014}',
        0x85 => '\u{2026}',
        0xA0 => ' ',
        other => char::from(other),
    }
}

impl<'a> Grid<'a> {
    pub fn open(member: &'a Member) -> Result<Self, ImportError> {
        let name = member.name.as_str();
        if name.to_lowercase().ends_with(".xlsx") {
            let refuse = |error: calamine::XlsxError| ImportError::file(name, format!("damaged workbook: {error}"));
            let mut workbook = calamine::Xlsx::new(Cursor::new(member.bytes.as_slice())).map_err(refuse)?;
            let sheet = workbook.worksheet_range_at(0).ok_or_else(|| ImportError::file(name, "it has no sheet"))?;
            let sheet = sheet.map_err(refuse)?;
            // The range begins at the first cell that is filled; rows are counted from the sheet's first.
            let above = sheet.start().map_or(0, |(row, _)| row as usize);
            let filled = sheet.rows().map(|row| row.iter().map(cell_text).collect());
            return Ok(Self::Workbook { rows: vec![Vec::new(); above].into_iter().chain(filled).collect() });
        }
        let mut text = decode(&member.bytes);
        // The reader counts a line's feed as part of the next line when a return stands before it.
        if text.contains("\r\n") {
            text = Cow::Owned(text.replace("\r\n", "\n"));
        }
        let start: String = text.chars().take(8_000).collect();
        let count = |delimiter: char| start.matches(delimiter).count();
        let delimiter = [b'\t', b'~', b','].into_iter().max_by_key(|d| count(char::from(*d))).unwrap_or(b',');
        let delimiter = if count('\t') > 20 { b'\t' } else { delimiter };
        Ok(Self::Text { name, text, delimiter })
    }

    /// Hands over every row with its line until one is refused.
    pub fn rows(&self, mut take: impl FnMut(u64, &[&str]) -> Result<bool, ImportError>) -> Result<(), ImportError> {
        match self {
            Self::Text { name, text, delimiter } => {
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .delimiter(*delimiter)
                    .from_reader(text.as_bytes());
                let mut record = csv::StringRecord::new();
                let mut cells: Vec<&str>;
                loop {
                    let more = reader.read_record(&mut record).map_err(|e| ImportError::file(name, e.to_string()))?;
                    let line = record.position().map_or(0, csv::Position::line);
                    cells = record.iter().collect();
                    if !more || !take(line, &cells)? {
                        return Ok(());
                    }
                }
            }
            Self::Workbook { rows } => {
                for (line, row) in (1..).zip(rows) {
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    if !take(line, &cells)? {
                        return Ok(());
                    }
                }
                Ok(())
            }
        }
    }

    /// Finds the header row of a layout: the first row that has every column the layout needs.
    pub fn header(&self, layout: &Layout) -> Result<Option<Header>, ImportError> {
        let mut above: Vec<String> = Vec::new();
        let mut banner = String::new();
        let mut found = None;
        let mut seen = 0;
        self.rows(|line, cells| {
            seen += 1;
            if above.len() < cells.len() {
                above.resize(cells.len(), String::new());
            }
            for (stack, cell) in above.iter_mut().zip(cells) {
                stack.push(' ');
                stack.push_str(cell);
            }
            let words: Vec<String> = if layout.is_stacked {
                above.iter().map(|stack| key_words(stack)).collect()
            } else {
                cells.iter().map(|cell| key_words(cell)).collect()
            };
            if let Some(positions) = layout.find(&words) {
                found = Some(Header { line, positions, words: words.join(" "), banner: banner.clone() });
                return Ok(false);
            }
            banner.push_str(&cells.join(" "));
            banner.push(' ');
            Ok(seen < HEAD_ROWS)
        })?;
        Ok(found)
    }
}

/// A header cell as layouts name it: letters and digits in lower case, without years and without what stands in
/// parentheses.
fn key_words(cell: &str) -> String {
    let mut depth = 0_u32;
    let mut words = String::new();
    for c in cell.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_ascii_alphanumeric() => words.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    let is_year = |word: &str| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit());
    while let Some(at) = (0..words.len()).find(|at| words.get(*at..at + 4).is_some_and(is_year)) {
        words.replace_range(at..at + 4, "");
    }
    words
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::DateTime(day) => day.as_f64().to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_by_their_words() {
        assert_eq!(key_words("2026 PW GPCI (with 1.0 Floor)***"), "pwgpci");
        assert_eq!(key_words("HCPCS/\nCPT Code"), "hcpcscptcode");
        assert_eq!(key_words("_2026_CODE"), "code");
    }

    #[test]
    fn old_code_pages_are_read() {
        assert_eq!(decode(b"CMS\x92 update"), "CMS' update");
        assert_eq!(decode("Ménière".as_bytes()), "Ménière");
    }
}
