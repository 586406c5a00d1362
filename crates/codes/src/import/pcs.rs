//! ICD-10-PCS as XML: tables, index, definitions.
//!
//! A table is one procedure (section, body system, operation: three characters); each of its rows is a grid of the values
//! that may be combined at the four characters after it.

use std::fmt::Write as _;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{ImportError, Member, grid::decode, rows::Table, shape::plain};

/// The table of a PCS file, by its root element; nothing for another file.
pub(super) fn read(member: &Member, start: &str) -> Result<Option<(&'static str, Table)>, ImportError> {
    let text = decode(&member.bytes);
    let walk = Walk { file: &member.name, text: &text };
    Ok(match start {
        start if start.contains("<ICD10PCS.tabular") => Some(("icd10pcs-tables", tables(&walk)?)),
        start if start.contains("<ICD10PCS.index") => Some(("icd10pcs-index", index(&walk)?)),
        start if start.contains("<ICD10PCS.definitions") => Some(("icd10pcs-definitions", definitions(&walk)?)),
        _ => None,
    })
}

struct Walk<'a> {
    file: &'a str,
    text: &'a str,
}

/// What a walk meets: an element's begin or its end, each with the text directly before it.
enum Met<'a> {
    Begin(&'a BytesStart<'a>, &'a str),
    End(&'a [u8], String),
}

impl Walk<'_> {
    fn refuse(&self, at: u64, expected: &str, found: &str) -> ImportError {
        let line = self.text.get(..usize::try_from(at).unwrap_or(0)).map_or(0, |before| before.lines().count());
        ImportError::cell(self.file, line as u64, "markup", expected, found)
    }

    fn each(&self, mut meet: impl FnMut(Met<'_>, u64) -> Result<(), ImportError>) -> Result<(), ImportError> {
        let mut reader = Reader::from_str(self.text);
        let (mut content, mut depth) = (String::new(), 0_usize);
        loop {
            let event = reader
                .read_event()
                .map_err(|error| self.refuse(reader.error_position(), "well-formed XML", &error.to_string()))?;
            let at = reader.buffer_position();
            match event {
                Event::Start(start) => {
                    depth += 1;
                    meet(Met::Begin(&start, &content), at)?;
                    content.clear();
                }
                Event::Text(part) => {
                    content.push_str(&part.decode().map_err(|e| self.refuse(at, "well-formed XML", &e.to_string()))?)
                }
                Event::GeneralRef(entity) => content.push_str(match &*entity {
                    b"amp" => "&",
                    b"lt" => "<",
                    b"gt" => ">",
                    b"quot" => "\"",
                    _ => "'",
                }),
                Event::End(end) => {
                    depth = depth.saturating_sub(1);
                    meet(Met::End(end.name().as_ref(), plain(&content)), at)?;
                    content.clear();
                }
                Event::Eof if depth > 0 => {
                    return Err(self.refuse(at, "the end of the last element", "the end of the file"));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> String {
    let found = start.try_get_attribute(name).ok().flatten();
    found.map(|a| String::from_utf8_lossy(&a.value).into_owned()).unwrap_or_default()
}

/// Values of one character: its title, and each value's character with its words.
#[derive(Clone, Default)]
struct Axis {
    title: String,
    values: Vec<(String, String)>,
}

impl Axis {
    /// `Approach: 0 Open | 3 Percutaneous`
    fn shown(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|(code, words)| format!("{code} {words}")).collect();
        format!("{}: {}", self.title, values.join(" | "))
    }
}

fn tables(walk: &Walk<'_>) -> Result<Table, ImportError> {
    const COLUMNS: &str = "table\trow\ttitle\tdefinition\tcharacter4\tcharacter5\tcharacter6\tcharacter7\tcodes\n";
    let mut table = Table::new(COLUMNS.to_owned(), 0);
    let (mut head, mut row): (Vec<Axis>, Vec<Axis>) = (Vec::new(), Vec::new());
    let (mut definition, mut value, mut told) = (String::new(), String::new(), String::new());
    let (mut is_row, mut number) = (false, 0_usize);
    walk.each(|met, at| {
        match met {
            Met::Begin(start, _) => match start.name().as_ref() {
                b"pcsTable" => {
                    head.clear();
                    definition.clear();
                    number = 0;
                }
                b"pcsRow" => {
                    (is_row, told) = (true, attribute(start, "codes"));
                    row.clear();
                    number += 1;
                }
                b"axis" => if is_row { &mut row } else { &mut head }.push(Axis::default()),
                b"label" => value = attribute(start, "code"),
                _ => {}
            },
            Met::End(name, text) => match name {
                b"title" | b"label" => {
                    let Some(axis) = if is_row { &mut row } else { &mut head }.last_mut() else { return Ok(()) };
                    if name == b"title" {
                        axis.title = text;
                    } else if value.len() == 1 && value.bytes().all(|b| b.is_ascii_alphanumeric()) {
                        axis.values.push((std::mem::take(&mut value), text));
                    } else {
                        return Err(walk.refuse(at, "a label with a code of one character", &value));
                    }
                }
                b"definition" if !is_row => definition = text,
                b"pcsRow" => {
                    is_row = false;
                    let [_, _, _] = head.as_slice() else {
                        return Err(walk.refuse(
                            at,
                            "a table of three characters before its rows",
                            &head.len().to_string(),
                        ));
                    };
                    let count: usize = row.iter().map(|axis| axis.values.len()).product();
                    if row.len() != 4 || count.to_string() != told {
                        let expected =
                            format!("four characters whose values give the {told} codes that the row states");
                        return Err(walk.refuse(at, &expected, &format!("{} characters, {count} codes", row.len())));
                    }
                    let first = |axis: &Axis| axis.values.first().cloned().unwrap_or_default();
                    let (code, titles): (String, Vec<String>) = head.iter().map(first).fold(
                        (String::new(), Vec::new()),
                        |(code, mut titles), (character, title)| {
                            titles.push(title);
                            (code + &character, titles)
                        },
                    );
                    let columns: Vec<String> = row.iter().map(Axis::shown).collect();
                    // Writing to a string cannot fail.
                    let _ = writeln!(
                        table.text,
                        "{code}\t{number}\t{}\t{definition}\t{}\t{count}",
                        titles.join(", "),
                        columns.join("\t")
                    );
                    table.rows += 1;
                }
                _ => {}
            },
        }
        Ok(())
    })?;
    Ok(table)
}

fn index(walk: &Walk<'_>) -> Result<Table, ImportError> {
    let mut table = Table::new("path\tcode\tsee\tuse\n".to_owned(), 0);
    let mut terms: Vec<String> = Vec::new();
    let (mut see, mut is_see) = (String::new(), false);
    walk.each(|met, at| {
        match met {
            Met::Begin(start, before) => match start.name().as_ref() {
                b"mainTerm" | b"term" => terms.push(String::new()),
                b"see" => (is_see, see) = (true, String::new()),
                // The words of a reference stand before the codes in it.
                b"code" | b"codes" if is_see && see.is_empty() => see = plain(before),
                _ => {}
            },
            Met::End(name, text) => {
                let path = || terms.iter().filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ");
                let mut push = |code: &str, see: &str, own: &str| {
                    // Writing to a string cannot fail.
                    let _ = writeln!(table.text, "{}\t{code}\t{see}\t{own}", path());
                    table.rows += 1;
                };
                match name {
                    b"code" | b"codes" => {
                        if !(3..=7).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
                            return Err(walk.refuse(at, "three to seven characters of a PCS code", &text));
                        }
                        push(&text, &see, "");
                    }
                    b"see" => {
                        if see.is_empty() {
                            push("", &text, "");
                        }
                        (is_see, see) = (false, String::new());
                    }
                    b"use" => push("", "", &text),
                    b"title" => {
                        if let Some(term) = terms.last_mut() {
                            *term = text;
                        }
                    }
                    b"mainTerm" | b"term" => drop(terms.pop()),
                    _ => {}
                }
            }
        }
        Ok(())
    })?;
    Ok(table)
}

fn definitions(walk: &Walk<'_>) -> Result<Table, ImportError> {
    let mut table = Table::new("section\tcharacter\tterm\tdefinition\texplanation\tincludes\n".to_owned(), 0);
    let (mut section, mut character) = (String::new(), String::new());
    let mut term: Option<[String; 4]> = None;
    walk.each(|met, at| {
        match met {
            Met::Begin(start, _) => match start.name().as_ref() {
                b"section" => section = attribute(start, "code"),
                b"axis" => character = attribute(start, "pos"),
                b"terms" => term = Some(Default::default()),
                _ => {}
            },
            Met::End(b"terms", _) => {
                let Some([title, definition, explanation, includes]) = term.take().filter(|term| !term[0].is_empty())
                else {
                    return Err(walk.refuse(at, "a term with its title", "a term without"));
                };
                // Writing to a string cannot fail.
                let _ =
                    writeln!(table.text, "{section}\t{character}\t{title}\t{definition}\t{explanation}\t{includes}");
                table.rows += 1;
            }
            Met::End(name, text) => {
                if let Some([title, definition, explanation, includes]) = &mut term {
                    let (place, joint) = match name {
                        b"title" => (title, "; "),
                        b"definition" => (definition, "; "),
                        b"explanation" => (explanation, "; "),
                        b"includes" => (includes, ", "),
                        _ => return Ok(()),
                    };
                    if !place.is_empty() {
                        place.push_str(joint);
                    }
                    place.push_str(&text);
                }
            }
        }
        Ok(())
    })?;
    Ok(table)
}
