//! The Official Guidelines for Coding and Reporting as text: a PDF's text layer, section by section.
//!
//! A section's address is its way down: Section I, part C, chapter 4, topic a, point 3 is `I.C.4.a.3`. A mark opens a
//! section only when it is the next one where it stands; every other numbered line is text.

use std::fmt::Write as _;

use super::{ImportError, Member, grid::decode, rows::Table, shape::plain};

const TITLE: &str = "Official Guidelines for Coding and Reporting";
const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
/// Section, part, chapter, topic, point, subpoint.
const LEVELS: usize = 6;

/// The sections of a guidelines text; nothing for another file.
pub(super) fn read(member: &Member) -> Result<Option<Table>, ImportError> {
    let start = decode(member.bytes.get(..member.bytes.len().min(4_000)).unwrap_or_default());
    if !plain(&start).contains(TITLE) {
        return Ok(None);
    }
    let text = decode(&member.bytes);
    let mut sections: Vec<Section> = Vec::new();
    let mut at: Vec<usize> = Vec::new();
    for line in text.lines().map(plain).filter(|line| !is_furniture(line)) {
        match mark(&line, &at) {
            Some((level, number, title)) => {
                at.truncate(level);
                at.push(number);
                sections.push(Section { path: path(&at), title, text: String::new() });
            }
            None => {
                if let Some(section) = sections.last_mut() {
                    // A title goes on while nothing but it has been said.
                    section.text.push(' ');
                    section.text.push_str(&line);
                }
            }
        }
    }
    // The contents list repeats every section: of two the one with more words is the section itself.
    let mut kept: Vec<Section> = Vec::new();
    for section in sections {
        match kept.iter_mut().find(|known| known.path == section.path) {
            Some(known) if known.text.len() < section.text.len() => *known = section,
            Some(_) => {}
            None => kept.push(section),
        }
    }
    if !kept.iter().any(|section| section.path == "I.A.1") {
        let reason =
            "the guidelines have no Section I with a part A: take the text of the whole document, one line a line";
        return Err(ImportError::file(&member.name, reason));
    }
    let mut table = Table::new("section\ttitle\ttext\n".to_owned(), 0);
    for Section { path, title, text } in &kept {
        // Writing to a string cannot fail.
        let _ = writeln!(table.text, "{path}\t{title}\t{}", text.trim());
        table.rows += 1;
    }
    Ok(Some(table))
}

struct Section {
    path: String,
    title: String,
    text: String,
}

/// Page heads, page feet and lines of the contents list.
fn is_furniture(line: &str) -> bool {
    line.is_empty() || line.contains(TITLE) || line.starts_with("Page ") || line.contains("....") || is_year(line)
}

/// `FY 2026` alone.
fn is_year(line: &str) -> bool {
    line.strip_prefix("FY ").is_some_and(|rest| rest.len() == 4 && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// The level, the number and the title of a line that opens the next section.
fn mark(line: &str, at: &[usize]) -> Option<(usize, usize, String)> {
    if let Some(rest) = line.strip_prefix("Section ") {
        let (roman, title) = rest.split_once(['.', ':', ' '])?;
        let number = ROMAN.iter().position(|known| *known == roman)?;
        // The contents list and the text both count from the first section.
        let is_next = at.first().is_none_or(|open| number == 0 || number == open + 1);
        return is_next.then(|| (0, number, plain(title)));
    }
    let (word, title) = line.split_once(' ')?;
    let title = plain(title);
    (1..LEVELS.min(at.len() + 1)).rev().find_map(|level| {
        let number = number(word, level)?;
        let expected = at.get(level).map_or(0, |open| open + 1);
        (number == expected).then(|| (level, number, title.clone()))
    })
}

/// The number of a mark at a level, from 0: `A.`, `1.`, `a.`, `1)`, `(a)`.
fn number(word: &str, level: usize) -> Option<usize> {
    let letter = |text: &str, first: char| {
        let mut chars = text.chars();
        let c = chars.next().filter(|_| chars.next().is_none())?;
        (c.is_ascii_alphabetic() && c.is_ascii_lowercase() == first.is_ascii_lowercase())
            .then(|| (u32::from(c) - u32::from(first)) as usize)
    };
    let count = |text: &str| text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    match level {
        1 => letter(word.strip_suffix('.')?, 'A'),
        2 => count(word.strip_suffix('.')?),
        3 => letter(word.strip_suffix('.')?, 'a'),
        4 => count(word.strip_suffix(')')?),
        _ => letter(word.strip_prefix('(')?.strip_suffix(')')?, 'a'),
    }
}

fn path(at: &[usize]) -> String {
    let letter =
        |first: u8, number: usize| char::from(first.saturating_add(u8::try_from(number).unwrap_or(25))).to_string();
    let parts = at.iter().enumerate().map(|(level, number)| match level {
        0 => ROMAN.get(*number).copied().unwrap_or_default().to_owned(),
        1 => letter(b'A', *number),
        3 | 5 => letter(b'a', *number),
        _ => (number + 1).to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ICD-10-CM Official Guidelines for Coding and Reporting\nFY 2026\n\
        Section I. Conventions .......... 7\nA. Conventions for the list .......... 7\n\
        Section I. Conventions, general rules\nThe rules of all settings.\nA. Conventions for the list\n\
        1. The index and the list\nTwo parts.\n2. Format and structure:\nCodes have places.\nPage 8 of 121\n\
        3. Use of codes\nB. General rules\n1. Locating a code\nFirst the index.\n4. is no next section\nC. By chapter\n\
        1. Chapter 1: Infections\na. Viruses\n1) Only confirmed\nSay so.\n2) Order\n(a) Admitted for it\nFirst it.\n\
        (b) Admitted for another\n2. Chapter 2: Growths\nSection II. Principal diagnosis\nA. Symptoms\n";

    fn member(text: &str) -> Member {
        Member { name: "guidelines-fy2026.txt".to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn sections_have_addresses() {
        let table = read(&member(TEXT)).unwrap().unwrap();
        let rows: Vec<&str> = table.text.lines().skip(1).collect();
        let paths: Vec<&str> = rows.iter().map(|row| row.split('\t').next().unwrap()).collect();
        assert_eq!(
            paths,
            [
                "I",
                "I.A",
                "I.A.1",
                "I.A.2",
                "I.A.3",
                "I.B",
                "I.B.1",
                "I.C",
                "I.C.1",
                "I.C.1.a",
                "I.C.1.a.1",
                "I.C.1.a.2",
                "I.C.1.a.2.a",
                "I.C.1.a.2.b",
                "I.C.2",
                "II",
                "II.A"
            ]
        );
        assert!(rows.contains(&"I.A.2\tFormat and structure:\tCodes have places."), "{rows:?}");
        assert!(rows.contains(&"I.B.1\tLocating a code\tFirst the index. 4. is no next section"), "{rows:?}");
    }

    #[test]
    fn other_and_damaged_texts() {
        assert!(read(&member("A note about a patient.\n")).unwrap().is_none());
        let damaged = read(&member(&TEXT.replace("A. Conventions", "B. Conventions"))).err().unwrap();
        assert!(damaged.to_string().contains("no Section I with a part A"), "{damaged}");
    }
}
