//! One edition of the tabular list in memory, and the packed text it is shipped as.
//!
//! The packed text has one line for a chapter, block or code, in the order of the list, followed by its notes:
//! `depth <tab> kind <tab> code <tab> title <tab> allowed seventh characters`, then
//! `: <tab> kind of note <tab> text <tab> codes it names`, and `7 <tab> character <tab> meaning`.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _};

use super::target::Target;

/// What a line of the tabular list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A chapter; its code is the chapter's number.
    Chapter,
    /// A block of categories; its code is the range (`I10-I1A`).
    Block,
    /// A category, subcategory or code.
    Code,
}

/// Kinds of notes (ICD-10-CM Guidelines I.A.11 to I.A.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    Other,
}

const NOTE_KINDS: [(char, NoteKind); 8] = [
    ('t', NoteKind::Inclusion),
    ('i', NoteKind::Includes),
    ('1', NoteKind::Excludes1),
    ('2', NoteKind::Excludes2),
    ('f', NoteKind::CodeFirst),
    ('u', NoteKind::UseAdditional),
    ('a', NoteKind::CodeAlso),
    ('n', NoteKind::Other),
];

const KINDS: [(char, Kind); 3] = [('c', Kind::Chapter), ('b', Kind::Block), ('d', Kind::Code)];

#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub kind: NoteKind,
    pub text: Box<str>,
    pub targets: Vec<Target>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub kind: Kind,
    pub code: Box<str>,
    pub title: Box<str>,
    pub depth: u8,
    pub parent: Option<usize>,
    /// One past the last line below this one.
    pub end: usize,
    /// Seventh characters that complete this code; empty when it needs none.
    pub sevenths: Box<str>,
    pub notes: Vec<Note>,
    /// Meanings of seventh characters stated here, for everything below.
    pub extensions: Vec<(char, Box<str>)>,
}

/// The tabular list of one edition.
#[derive(Clone, Debug, Default)]
pub struct Tabular {
    nodes: Vec<Node>,
    positions: HashMap<Key, usize>,
}

/// Why a packed edition cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The compressed bytes are damaged.
    #[error("the packed edition cannot be decompressed ({0}). Generate it again.")]
    Damaged(String),
    /// A line does not have the layout.
    #[error("line {line} of the packed edition: expected {expected}. Generate it again.")]
    Line {
        /// 1-based line.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
}

/// A code found in the list: its line and, for a completed code, its seventh character.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub position: usize,
    pub node: &'a Node,
    pub seventh: Option<char>,
}

/// A chapter's number, a block's range or a code: none is longer.
type Key = [u8; 8];

fn key(code: &str) -> Option<Key> {
    let mut key = Key::default();
    key.get_mut(..code.len())?.copy_from_slice(code.as_bytes());
    Some(key)
}

impl Tabular {
    pub(crate) fn new(nodes: Vec<Node>) -> Self {
        let keys = nodes.iter().enumerate().filter_map(|(i, node)| Some((key(&node.code)?, i)));
        let positions = keys.collect();
        Self { nodes, positions }
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Finds a chapter, block or code, also one completed with a seventh character; without dots.
    pub(crate) fn find(&self, code: &str) -> Option<Place<'_>> {
        if let Some(place) = self.at(code) {
            return Some(place);
        }
        let (base, seventh) = (code.get(..6)?, code.get(6..)?.chars().next()?);
        if code.len() != 7 {
            return None;
        }
        // Placeholders fill the places between a short code and its seventh character.
        let shorter = (3..=6).rev().filter(|length| base.get(*length..).is_some_and(|x| x.bytes().all(|b| b == b'X')));
        let mut places = shorter.filter_map(|length| self.at(base.get(..length)?));
        places
            .find(|place| place.node.sevenths.contains(seventh))
            .map(|place| Place { seventh: Some(seventh), ..place })
    }

    fn at(&self, code: &str) -> Option<Place<'_>> {
        let position = *self.positions.get(&key(code)?)?;
        Some(Place { position, node: self.nodes.get(position)?, seventh: None })
    }

    /// The lines above a line, nearest first.
    pub(crate) fn above(&self, position: usize) -> impl Iterator<Item = &Node> {
        let parent = |node: &Node| node.parent.and_then(|i| self.nodes.get(i));
        std::iter::successors(self.nodes.get(position).and_then(parent), move |node| parent(node))
    }

    /// A line and the lines above it, nearest first.
    pub(crate) fn and_above(&self, position: usize) -> impl Iterator<Item = &Node> {
        self.nodes.get(position).into_iter().chain(self.above(position))
    }

    /// The lines directly below a line.
    pub(crate) fn below(&self, position: usize) -> impl Iterator<Item = &Node> {
        let end = self.nodes.get(position).map_or(position, |node| node.end);
        let mut next = position + 1;
        std::iter::from_fn(move || {
            let node = self.nodes.get(next).filter(|_| next < end)?;
            next = node.end;
            Some(node)
        })
    }

    /// What a seventh character means at a line.
    pub(crate) fn meaning(&self, position: usize, seventh: char) -> Option<&str> {
        let stated = self.and_above(position).find(|node| !node.extensions.is_empty())?;
        stated.extensions.iter().find(|(c, _)| *c == seventh).map(|(_, text)| &**text)
    }

    /// Every billable code, in the order of the list.
    pub fn billable(&self) -> impl Iterator<Item = String> {
        self.nodes.iter().filter(|node| node.is_leaf_of(self)).flat_map(|node| {
            let plain = node.sevenths.is_empty().then(|| node.code.to_string());
            plain.into_iter().chain(node.sevenths.chars().map(|c| node.completed(c)))
        })
    }

    /// The text of a packed edition.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for node in &self.nodes {
            let kind = KINDS.iter().find(|(_, kind)| *kind == node.kind).map_or('d', |(c, _)| *c);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}\t{kind}\t{}\t{}\t{}", node.depth, node.code, node.title, node.sevenths);
            for note in &node.notes {
                let kind = NOTE_KINDS.iter().find(|(_, kind)| *kind == note.kind).map_or('n', |(c, _)| *c);
                let targets: Vec<String> = note.targets.iter().map(ToString::to_string).collect();
                let _ = writeln!(text, ":\t{kind}\t{}\t{}", note.text, targets.join(" "));
            }
            for (character, meaning) in &node.extensions {
                let _ = writeln!(text, "7\t{character}\t{meaning}");
            }
        }
        text
    }

    /// Reads the text of a packed edition.
    ///
    /// # Errors
    /// [`PackError::Line`] for a line out of place.
    pub fn from_text(text: &str) -> Result<Self, PackError> {
        let mut builder = Builder::default();
        for (line, content) in (1..).zip(text.lines()) {
            builder.line(content).map_err(|expected| PackError::Line { line, expected })?;
        }
        Ok(builder.finish())
    }

    /// Reads a packed edition (zstd).
    ///
    /// # Errors
    /// [`PackError`] when the bytes are damaged or a line is out of place.
    pub fn from_pack(bytes: &[u8]) -> Result<Self, PackError> {
        let text = zstd::decode_all(bytes).map_err(|error| PackError::Damaged(error.to_string()))?;
        let text = String::from_utf8(text).map_err(|error| PackError::Damaged(error.to_string()))?;
        Self::from_text(&text)
    }
}

impl Node {
    fn is_leaf_of(&self, tabular: &Tabular) -> bool {
        self.kind == Kind::Code && tabular.at(&self.code).is_some_and(|place| self.end == place.position + 1)
    }

    /// The code with placeholders and its seventh character.
    pub(crate) fn completed(&self, seventh: char) -> String {
        format!("{:X<6}{seventh}", self.code)
    }
}

impl<'a> Place<'a> {
    pub fn is_billable(&self) -> bool {
        let is_leaf = self.node.kind == Kind::Code && self.node.end == self.position + 1;
        is_leaf && (self.seventh.is_some() || self.node.sevenths.is_empty())
    }

    pub fn code(&self) -> Cow<'a, str> {
        match self.seventh {
            Some(seventh) => Cow::Owned(self.node.completed(seventh)),
            None => Cow::Borrowed(&self.node.code),
        }
    }

    pub fn title(&self, tabular: &Tabular) -> Cow<'a, str> {
        match self.seventh.and_then(|seventh| tabular.meaning(self.position, seventh)) {
            Some(meaning) => Cow::Owned(format!("{}, {meaning}", self.node.title)),
            None => Cow::Borrowed(&self.node.title),
        }
    }
}

/// Collects lines in the order of the list; depth says what stands below what.
#[derive(Default)]
pub(crate) struct Builder {
    nodes: Vec<Node>,
    open: Vec<usize>,
}

impl Builder {
    pub fn node(&mut self, depth: u8, kind: Kind, code: &str, title: &str, sevenths: &str) {
        while self.open.last().is_some_and(|i| self.nodes.get(*i).is_some_and(|node| node.depth >= depth)) {
            self.close();
        }
        let parent = self.open.last().copied();
        self.open.push(self.nodes.len());
        self.nodes.push(Node {
            kind,
            code: code.into(),
            title: title.into(),
            depth,
            parent,
            end: 0,
            sevenths: sevenths.into(),
            notes: Vec::new(),
            extensions: Vec::new(),
        });
    }

    pub fn last(&mut self) -> Option<&mut Node> {
        self.nodes.last_mut()
    }

    fn close(&mut self) {
        let end = self.nodes.len();
        if let Some(node) = self.open.pop().and_then(|i| self.nodes.get_mut(i)) {
            node.end = end;
        }
    }

    pub fn finish(mut self) -> Tabular {
        while !self.open.is_empty() {
            self.close();
        }
        Tabular::new(self.nodes)
    }

    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        const NODE_FIRST: &str = "a chapter, block or code before its notes";
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        match next() {
            ":" => {
                let (kind, text, targets) = (next(), next(), next());
                let kind = NOTE_KINDS.iter().find(|(c, _)| kind.starts_with(*c)).ok_or("a kind of note")?.1;
                let targets: Result<Vec<Target>, ()> = targets.split_whitespace().map(str::parse).collect();
                let targets = targets.map_err(|()| "codes separated by spaces")?;
                self.last().ok_or(NODE_FIRST)?.notes.push(Note { kind, text: text.into(), targets });
            }
            // A depth is never 7: categories stand at 2 and codes at most four below.
            "7" => {
                let (character, meaning) = (next(), next());
                let character = character.chars().next().ok_or("a seventh character")?;
                self.last().ok_or(NODE_FIRST)?.extensions.push((character, meaning.into()));
            }
            depth => {
                let depth = depth.parse().map_err(|_| "a depth")?;
                let (kind, code, title, sevenths) = (next(), next(), next(), next());
                let kind = KINDS.iter().find(|(c, _)| kind.starts_with(*c)).ok_or("c, b or d")?.1;
                if code.is_empty() {
                    return Err("a code");
                }
                self.node(depth, kind, code, title, sevenths);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const TEXT: &str = "0\tc\t19\tInjury\t\n\
        1\tb\tT36-T50\tDrugs\t\n\
        2\td\tT36\tPoisoning by antibiotics\t\n\
        7\tA\tinitial encounter\n\
        7\tD\tsubsequent encounter\n\
        3\td\tT360\tPenicillins\t\n\
        :\t2\tother drugs (T37-)\tT37\n\
        4\td\tT360X\tPenicillins\t\n\
        5\td\tT360X1\tPoisoning by penicillins, accidental\tAD\n\
        3\td\tT369\tUnspecified\tA\n\
        2\td\tT37\tOther\t\n";

    #[test]
    fn completed_codes_are_found_with_their_placeholders() {
        let tabular = Tabular::from_text(TEXT).unwrap();
        assert_eq!(tabular.to_text(), TEXT);
        let found = |code: &str| tabular.find(code).map(|place| place.title(&tabular).into_owned());
        assert_eq!(found("T360X1A").unwrap(), "Poisoning by penicillins, accidental, initial encounter");
        assert_eq!(found("T369XXA").unwrap(), "Unspecified, initial encounter");
        assert_eq!(found("T369XXD"), None);
        assert_eq!(found("T3601A"), None);
        assert_eq!(tabular.billable().collect::<Vec<_>>(), ["T360X1A", "T360X1D", "T369XXA", "T37"]);
        assert!(!tabular.find("T360X1").unwrap().is_billable());
    }

    #[test]
    fn damage_says_where() {
        let error = |text: &str| Tabular::from_text(text).unwrap_err();
        assert_eq!(error("x\td\tA00\t"), PackError::Line { line: 1, expected: "a depth" });
        assert!(matches!(error("0\tc\t1\tone\t\n:\tz\ttext\t"), PackError::Line { line: 2, .. }));
        assert!(matches!(Tabular::from_pack(b"not zstd"), Err(PackError::Damaged(_))));
    }
}
