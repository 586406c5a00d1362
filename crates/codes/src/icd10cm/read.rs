//! The tabular list as published (XML; `diag` elements nested below sections and chapters).

use std::collections::BTreeSet;

use quick_xml::{Reader, events::Event};

use super::{
    tabular::{Builder, Kind, Note, NoteKind, Tabular},
    target::{Target, bare},
};

/// Why a tabular file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TabularError {
    /// Not well-formed.
    #[error("byte {offset} of the tabular file: {what}. Take the file as published.")]
    Malformed {
        /// Where.
        offset: u64,
        /// What the parser said.
        what: String,
    },
    /// Well-formed but something else.
    #[error("the tabular file has no codes: expected ICD10CM.tabular with chapters. Take the tabular XML.")]
    NoCodes,
}

/// Reads the tabular XML. `valid` lists the billable codes without dots: seventh characters are expanded from their
/// definitions and kept where the list knows the completed code.
///
/// # Errors
/// [`TabularError`] when the file is not the tabular list.
pub fn read_tabular(xml: &str, valid: &BTreeSet<&str>) -> Result<Tabular, TabularError> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::default();
    loop {
        let malformed = |offset, what: String| TabularError::Malformed { offset, what };
        match reader.read_event().map_err(|e| malformed(reader.error_position(), e.to_string()))? {
            Event::Start(start) => {
                let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                let attribute = |key: &str| {
                    let found = start.try_get_attribute(key).ok().flatten()?;
                    Some(String::from_utf8_lossy(&found.value).into_owned())
                };
                walk.open(name, attribute("id"), attribute("char"));
            }
            Event::End(_) => walk.close(),
            Event::Text(text) => {
                walk.text.push_str(&text.decode().map_err(|e| malformed(reader.buffer_position(), e.to_string()))?);
            }
            Event::GeneralRef(entity) => walk.entity(&String::from_utf8_lossy(&entity)),
            Event::Eof => break,
            _ => {}
        }
    }
    let tabular = walk.builder.finish();
    if tabular.nodes().is_empty() {
        return Err(TabularError::NoCodes);
    }
    Ok(complete(tabular, valid))
}

/// Gives each code at the end of a branch the seventh characters that the list of valid codes knows.
fn complete(tabular: Tabular, valid: &BTreeSet<&str>) -> Tabular {
    let sevenths = |position: usize| -> String {
        let Some(node) = tabular.nodes().get(position).filter(|n| n.kind == Kind::Code && n.end == position + 1) else {
            return String::new();
        };
        let stated = tabular.and_above(position).find(|node| !node.extensions.is_empty());
        let characters = stated.into_iter().flat_map(|node| node.extensions.iter().map(|(c, _)| *c));
        characters.filter(|c| valid.contains(node.completed(*c).as_str())).collect()
    };
    let completed: Vec<String> = (0..tabular.nodes().len()).map(sevenths).collect();
    let nodes = tabular.nodes().iter().zip(completed);
    Tabular::new(
        nodes
            .map(|(node, sevenths)| {
                let mut node = node.clone();
                node.sevenths = sevenths.into();
                node
            })
            .collect(),
    )
}

/// Parts of the file that hold no codes.
const SKIPPED: [&str; 5] = ["introduction", "sectionIndex", "visualImpairment", "sevenChrNote", "version"];

#[derive(Default)]
struct Walk {
    builder: Builder,
    path: Vec<String>,
    text: String,
    /// Code of the chapter, block or code that waits for its title.
    code: String,
    character: Option<char>,
    depth: u8,
}

impl Walk {
    fn open(&mut self, name: String, id: Option<String>, character: Option<String>) {
        self.text.clear();
        match name.as_str() {
            "chapter" | "section" | "diag" => self.depth += 1,
            "extension" => self.character = character.and_then(|c| c.chars().next()),
            _ => {}
        }
        if let ("section", Some(id)) = (name.as_str(), id) {
            self.code = id;
        }
        self.path.push(name);
    }

    fn entity(&mut self, name: &str) {
        self.text.push_str(match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => "",
        });
    }

    fn close(&mut self) {
        let Some(name) = self.path.pop() else { return };
        if SKIPPED.contains(&name.as_str()) || self.path.iter().any(|part| SKIPPED.contains(&part.as_str())) {
            return;
        }
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let parent = self.path.last().map_or("", String::as_str);
        match name.as_str() {
            "chapter" | "section" | "diag" => self.depth = self.depth.saturating_sub(1),
            "name" => self.code = bare(&text),
            "desc" => {
                let kind = match parent {
                    "chapter" => Kind::Chapter,
                    "section" => Kind::Block,
                    _ => Kind::Code,
                };
                self.builder.node(self.depth.saturating_sub(1), kind, &self.code, &text, "");
            }
            "note" => self.note(note_kind(self.path.last().map_or("", String::as_str)), &text),
            "extension" => {
                if let (Some(node), Some(character)) = (self.builder.last(), self.character.take()) {
                    node.extensions.push((character, text.into()));
                }
            }
            _ => {}
        }
        self.text.clear();
    }

    fn note(&mut self, kind: Option<NoteKind>, text: &str) {
        if let (Some(node), Some(kind)) = (self.builder.last(), kind) {
            let targets = if kind == NoteKind::Inclusion { Vec::new() } else { Target::in_text(text) };
            node.notes.push(Note { kind, text: text.into(), targets });
        }
    }
}

fn note_kind(element: &str) -> Option<NoteKind> {
    Some(match element {
        "inclusionTerm" => NoteKind::Inclusion,
        "includes" => NoteKind::Includes,
        "excludes1" => NoteKind::Excludes1,
        "excludes2" => NoteKind::Excludes2,
        "codeFirst" => NoteKind::CodeFirst,
        "useAdditionalCode" => NoteKind::UseAdditional,
        "codeAlso" => NoteKind::CodeAlso,
        "notes" => NoteKind::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<?xml version="1.0"?><ICD10CM.tabular><version>2026</version>
        <chapter><name>19</name><desc>Injury &amp; poisoning (S00-T88)</desc>
        <excludes2><note>birth trauma (P10-P15)</note></excludes2>
        <sectionIndex><sectionRef first="S00" last="S09" id="S00-S09">Head</sectionRef></sectionIndex>
        <section id="S00-S09"><desc>Injuries to the head (S00-S09)</desc>
        <diag><name>S05</name><desc>Injury of eye</desc>
        <sevenChrNote><note>The appropriate 7th character is added</note></sevenChrNote>
        <sevenChrDef><extension char="A">initial encounter</extension><extension char="S">sequela</extension></sevenChrDef>
        <diag><name>S05.0</name><desc>Injury of conjunctiva</desc><inclusionTerm><note>Scratched
          eye</note></inclusionTerm></diag></diag></section></chapter></ICD10CM.tabular>"#;

    #[test]
    fn the_list_keeps_its_order_its_notes_and_its_valid_codes() {
        let tabular = read_tabular(XML, &BTreeSet::from(["S050XXA"])).unwrap();
        let expected = "0\tc\t19\tInjury & poisoning (S00-T88)\t\n\
            :\t2\tbirth trauma (P10-P15)\tP10-P15\n\
            1\tb\tS00-S09\tInjuries to the head (S00-S09)\t\n\
            2\td\tS05\tInjury of eye\t\n\
            7\tA\tinitial encounter\n7\tS\tsequela\n\
            3\td\tS050\tInjury of conjunctiva\tA\n\
            :\tt\tScratched eye\t\n";
        assert_eq!(tabular.to_text(), expected);
    }

    #[test]
    fn another_file_is_refused() {
        assert_eq!(read_tabular("<a/>", &BTreeSet::new()).unwrap_err(), TabularError::NoCodes);
        assert!(matches!(read_tabular("<a></b>", &BTreeSet::new()), Err(TabularError::Malformed { .. })));
    }
}
