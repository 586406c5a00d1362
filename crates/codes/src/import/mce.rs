//! The Medicare Code Editor as its manual publishes it as text: numbered edits, lists under lettered heads, a code and
//! its words on a line with a tab between.

use std::{collections::BTreeSet, fmt::Write as _};

use jiff::civil::{Date, date};

use super::{
    ImportError, Member, Options, Pack,
    grid::decode,
    rows::{Table, fiscal_end},
    shape::plain,
};
use crate::Span;

const TITLE: &str = "Definitions of Medicare Code Edits";
/// Version 43 is that of the fiscal year that begins in 2025.
const VERSION_YEAR_ZERO: i16 = 1982;
/// Codes that may stand first beside another diagnosis are listed after these words.
const BESIDE_ANOTHER: &str = "when a secondary diagnosis";

/// The lists of an editor manual; nothing for another file.
pub(super) fn read(member: &Member, options: &Options) -> Result<Option<Pack>, ImportError> {
    let start = decode(member.bytes.get(..member.bytes.len().min(4_000)).unwrap_or_default());
    if !plain(&start).contains(TITLE) {
        return Ok(None);
    }
    let text = decode(&member.bytes);
    let mut table = Table::new("code\trule\tkind\n".to_owned(), 0);
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let (mut kind, mut list) = (String::new(), String::new());
    for (line, content) in (1..).zip(text.lines()) {
        if let Some((code, _)) = content.split_once('\t') {
            // The contents list has tabs too, before its page numbers, and so may have a sentence.
            let is_row = !code.contains(' ') && code.bytes().any(|b| b.is_ascii_digit());
            if kind.is_empty() || heading(content).is_some() || !is_row {
                continue;
            }
            if !is_code(code) {
                return Err(ImportError::cell(&member.name, line, "code", "a code of ICD-10-CM or ICD-10-PCS", code));
            }
            let rule = if list.is_empty() { &kind } else { &list };
            if seen.insert((code.to_owned(), rule.clone())) {
                // Writing to a string cannot fail.
                let _ = writeln!(table.text, "{code}\t{rule}\t{kind}");
                table.rows += 1;
            }
            continue;
        }
        match heading(content) {
            Some((true, words)) => (kind, list) = (words, String::new()),
            Some((false, words)) if !kind.is_empty() => list = words,
            _ if content.contains(BESIDE_ANOTHER) => list = format!("{kind}, unless beside another diagnosis"),
            // The whole list comes after the exceptions.
            _ if content.trim_start().starts_with("The following pages") => list.clear(),
            _ => {}
        }
    }
    let from = options.from.or_else(|| version_day(&member.name)).or_else(|| version_day(&plain(&start)));
    let from = from.ok_or_else(|| ImportError::undated(&member.name))?;
    table.pack("mce", "all", Span { from, to: Some(fiscal_end(from)) }, member).map(Some)
}

/// `4. Age conflict` opens an edit (true), `B. Pediatric diagnoses (age 0 through 17)` a list of it (false).
fn heading(line: &str) -> Option<(bool, String)> {
    let (mark, words) = line.split('\t').next().unwrap_or_default().trim().split_once(". ")?;
    let is_number = matches!(mark.len(), 1 | 2) && mark.bytes().all(|b| b.is_ascii_digit());
    let is_letter = mark.len() == 1 && mark.bytes().all(|b| b.is_ascii_uppercase());
    (is_number || is_letter).then(|| (is_number, plain(words)))
}

fn is_code(text: &str) -> bool {
    (3..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// `Edits_v_43.1`: versions count fiscal years, a `.1` begins in April.
fn version_day(text: &str) -> Option<Date> {
    let text = text.to_lowercase();
    let numbers = text.match_indices('v').filter_map(|(at, _)| {
        let rest = text.get(at + 1..)?.trim_start_matches("ersion").trim_start_matches(['_', ' ', '.']);
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (version, part) = rest.get(..end)?.split_once('.').unwrap_or((rest.get(..end)?, ""));
        Some((version.parse::<i16>().ok().filter(|v| (27..100).contains(v))?, part.starts_with('1')))
    });
    let (version, is_april) = numbers.into_iter().next()?;
    let year = VERSION_YEAR_ZERO + version;
    Some(if is_april { date(year + 1, 4, 1) } else { date(year, 10, 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Definitions of Medicare Code Edits\nVersion 43.1\n4. Age conflict\t7\nA. Perinatal/Newborn diagnoses\t8\n\
        4. Age conflict\nThe editor compares the age.\nA. Perinatal/Newborn diagnoses\nA33\tTetanus neonatorum\n\
        B. Pediatric diagnoses (age 0 through 17)\nL21.0\n\
        L210\tSeborrhea capitis\n6. Manifestation code as principal diagnosis\nD63.0 is one.\nD630\tAnemia in neoplastic disease\n\
        9. Unacceptable principal diagnosis\nacceptable when a secondary diagnosis is also coded\nZ5189\tEncounter for aftercare\n\
        The following pages list them.\nZ370\tSingle live birth\nZ370\tSingle live birth\n";

    fn member(name: &str, text: &str) -> Member {
        Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn lists_have_their_edit_and_their_head() {
        let pack = read(&member("Definitions of Medicare Code Edits_v_43.1.txt", TEXT), &Options::default());
        let pack = pack.unwrap().unwrap();
        assert_eq!((pack.edition, pack.span.to), (date(2026, 4, 1), Some(date(2026, 9, 30))));
        let text = pack.text().unwrap();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            rows,
            [
                "A33\tPerinatal/Newborn diagnoses\tAge conflict",
                "L210\tPediatric diagnoses (age 0 through 17)\tAge conflict",
                "D630\tManifestation code as principal diagnosis\tManifestation code as principal diagnosis",
                "Z5189\tUnacceptable principal diagnosis, unless beside another diagnosis\tUnacceptable principal diagnosis",
                "Z370\tUnacceptable principal diagnosis\tUnacceptable principal diagnosis",
            ]
        );
    }

    #[test]
    fn other_and_damaged_manuals() {
        let read = |name: &str, text: &str| read(&member(name, text), &Options::default());
        assert!(read("note.txt", "A33\tTetanus\n").unwrap().is_none());
        let damaged = read("mce_v44.txt", &TEXT.replace("L210\tS", "L2?0\tS")).unwrap_err().to_string();
        assert!(damaged.contains("line 11, column code"), "{damaged}");
        let undated = read("mce.txt", &TEXT.replace("Version 43.1", "")).unwrap_err().to_string();
        assert!(undated.contains("--from"), "{undated}");
        assert_eq!(version_day("fy2027-fr-definition-mce-v44.zip/list.txt"), Some(date(2026, 10, 1)));
    }
}
