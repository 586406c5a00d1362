//! ICD-10-CM: the tabular list of an edition, its hierarchy, its instructions and its search.

mod read;
mod tabular;
mod target;

use std::borrow::Cow;

use jiff::civil::Date;

pub use read::{TabularError, read_tabular};
pub use tabular::{Kind, PackError, Tabular};
pub use target::Target;

pub(crate) use tabular::{Builder, Node};
pub(crate) use target::bare;

use crate::{
    Span,
    imported::Imports,
    lexicon::Lexicon,
    library::Edition,
    search::{self, Described, Hit, Index, Source},
    table::{self, TableError},
};
use tabular::{NoteKind, Place};

/// The edition that answers for a day.
#[derive(Clone, Copy)]
pub struct Icd10cm<'a> {
    edition: &'a Edition,
    lexicon: &'a Lexicon,
    manifestations: &'a Manifestations,
    imports: &'a Imports,
    on: Date,
    is_stale: bool,
}

/// Code prefixes whose titles do not tell whether they are manifestations, each with the days it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifestations(Vec<(String, bool, Span)>);

impl Manifestations {
    pub fn read(file: &str, text: &str) -> Result<Self, TableError> {
        const ANSWERS: &[(&str, bool)] = &[("y", true), ("n", false)];
        let rows = table::read(file, text, |row| {
            Ok((row.text("code").to_owned(), row.word("manifestation", ANSWERS)?, row.span()?))
        });
        rows.map(Self)
    }

    fn decides(&self, code: &str, on: Date) -> Option<bool> {
        let row = self.0.iter().find(|(prefix, _, span)| code.starts_with(prefix) && span.covers(on))?;
        Some(row.1)
    }
}

/// A chapter, block, category or code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis<'a> {
    /// Without the dot; a number for a chapter, a range for a block.
    pub code: Cow<'a, str>,
    /// Full title.
    pub title: Cow<'a, str>,
    /// What it is.
    pub kind: Kind,
    /// Valid on a claim as it stands.
    pub is_billable: bool,
    /// Complete but for a seventh character.
    pub needs_seventh: bool,
}

/// A seventh character that completes a code (ICD-10-CM Guidelines I.A.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeventhCharacter<'a> {
    /// The character.
    pub character: char,
    /// What it means.
    pub text: &'a str,
}

/// An instruction of the tabular list.
#[derive(Clone, Copy, Debug)]
pub struct Instruction<'a> {
    /// Where it stands: the code itself, or the category, block or chapter it is inherited from.
    pub at: &'a str,
    /// Its words.
    pub text: &'a str,
    /// The codes it names.
    pub targets: &'a [Target],
}

impl Instruction<'_> {
    /// True when it names a code.
    #[must_use]
    pub fn names(&self, code: &str) -> bool {
        self.targets.iter().any(|target| target.names(code))
    }
}

/// The instructions for a code, its own first, then those inherited from above.
#[derive(Clone, Debug, Default)]
pub struct Instructions<'a> {
    /// Not coded here.
    pub excludes1: Vec<Instruction<'a>>,
    /// Not included here; both may be coded.
    pub excludes2: Vec<Instruction<'a>>,
    /// The underlying condition goes first.
    pub code_first: Vec<Instruction<'a>>,
    /// A second code is expected after it.
    pub use_additional: Vec<Instruction<'a>>,
    /// Two codes may be needed, in either order.
    pub code_also: Vec<Instruction<'a>>,
    /// What the category covers.
    pub includes: Vec<Instruction<'a>>,
    /// Other notes.
    pub notes: Vec<Instruction<'a>>,
}

/// Where a term comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// The title.
    Title,
    /// An inclusion term, or what a category says it includes.
    Inclusion,
    /// Our lexicon.
    Lexicon,
}

/// Words that mean a code. A code that needs a seventh character stands without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// The words.
    pub text: &'a str,
    /// The code, without the dot; a category when the words name no more.
    pub code: &'a str,
    /// Where they come from.
    pub kind: TermKind,
}

impl<'a> Icd10cm<'a> {
    pub(crate) fn new(
        edition: &'a Edition,
        lexicon: &'a Lexicon,
        manifestations: &'a Manifestations,
        imports: &'a Imports,
        on: Date,
        is_stale: bool,
    ) -> Self {
        Self { edition, lexicon, manifestations, imports, on, is_stale }
    }

    /// The edition's name, such as `2026-04`.
    #[must_use]
    pub fn edition(&self) -> &'a str {
        &self.edition.name
    }

    /// True when no edition covers the day and the nearest one answers.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// The whole list.
    #[must_use]
    pub fn tabular(&self) -> &'a Tabular {
        self.edition.tabular()
    }

    /// A chapter, block, category or code; dots allowed.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<Diagnosis<'a>> {
        Some(self.diagnosis(self.tabular().find(&bare(code))?))
    }

    fn diagnosis(&self, place: Place<'a>) -> Diagnosis<'a> {
        Diagnosis {
            code: place.code(),
            title: place.title(self.tabular()),
            kind: place.node.kind,
            is_billable: place.is_billable(),
            needs_seventh: place.seventh.is_none() && !place.node.sevenths.is_empty(),
        }
    }

    /// The title of a code.
    #[must_use]
    pub fn title(&self, code: &str) -> Option<Cow<'a, str>> {
        self.get(code).map(|diagnosis| diagnosis.title)
    }

    /// True when the code is valid on a claim as it stands.
    #[must_use]
    pub fn is_billable(&self, code: &str) -> bool {
        self.tabular().find(&bare(code)).is_some_and(|place| place.is_billable())
    }

    /// What stands above, nearest first, up to the chapter.
    #[must_use]
    pub fn ancestors(&self, code: &str) -> Vec<Diagnosis<'a>> {
        let tabular = self.tabular();
        let Some(place) = tabular.find(&bare(code)) else { return Vec::new() };
        let own = place.seventh.is_some().then_some(place.node);
        let above = own.into_iter().chain(tabular.above(place.position));
        above.filter_map(|node| self.get(&node.code)).collect()
    }

    /// What stands directly below; a code that needs a seventh character gives its completed codes.
    #[must_use]
    pub fn children(&self, code: &str) -> Vec<Diagnosis<'a>> {
        let tabular = self.tabular();
        let Some(place) = tabular.find(&bare(code)).filter(|place| place.seventh.is_none()) else { return Vec::new() };
        let completed = place.node.sevenths.chars().map(|c| Place { seventh: Some(c), ..place });
        let below = tabular.below(place.position).filter_map(|node| tabular.find(&node.code));
        completed.chain(below).map(|place| self.diagnosis(place)).collect()
    }

    /// The seventh characters that complete a code; empty when it needs none or has one.
    #[must_use]
    pub fn seventh_characters(&self, code: &str) -> Vec<SeventhCharacter<'a>> {
        let tabular = self.tabular();
        let Some(place) = tabular.find(&bare(code)).filter(|place| place.seventh.is_none()) else { return Vec::new() };
        let meaning = |c| tabular.meaning(place.position, c).unwrap_or_default();
        place.node.sevenths.chars().map(|c| SeventhCharacter { character: c, text: meaning(c) }).collect()
    }

    /// The instructions that hold for a code.
    #[must_use]
    pub fn instructions(&self, code: &str) -> Instructions<'a> {
        let mut all = Instructions::default();
        let Some(place) = self.tabular().find(&bare(code)) else { return all };
        for node in self.tabular().and_above(place.position) {
            for note in &node.notes {
                let list = match note.kind {
                    NoteKind::Excludes1 => &mut all.excludes1,
                    NoteKind::Excludes2 => &mut all.excludes2,
                    NoteKind::CodeFirst => &mut all.code_first,
                    NoteKind::UseAdditional => &mut all.use_additional,
                    NoteKind::CodeAlso => &mut all.code_also,
                    NoteKind::Includes => &mut all.includes,
                    NoteKind::Other => &mut all.notes,
                    NoteKind::Inclusion => continue,
                };
                list.push(Instruction { at: &node.code, text: &note.text, targets: &note.targets });
            }
        }
        all
    }

    /// The inclusion terms of a code.
    #[must_use]
    pub fn inclusion_terms(&self, code: &str) -> Vec<&'a str> {
        let place = self.tabular().find(&bare(code));
        let notes = place.into_iter().flat_map(|place| &place.node.notes);
        notes.filter(|note| note.kind == NoteKind::Inclusion).map(|note| &*note.text).collect()
    }

    /// The Excludes1 note that keeps two codes apart, whichever of them carries it (ICD-10-CM Guidelines I.A.12.a).
    #[must_use]
    pub fn excludes1(&self, a: &str, b: &str) -> Option<String> {
        let one_way = |from: &str, other: &str| {
            let note = self.instructions(from).excludes1.into_iter().find(|note| {
                // A note above both codes speaks of what stands outside of it.
                note.names(other) && !note.names(from) && !self.is_below(other, note.at)
            })?;
            Some(format!("Excludes1 at {}: {}", note.at, note.text))
        };
        one_way(a, b).or_else(|| one_way(b, a))
    }

    fn is_below(&self, code: &str, at: &str) -> bool {
        let place = self.tabular().find(&bare(code));
        place.is_some_and(|place| self.tabular().and_above(place.position).any(|node| *node.code == *at))
    }

    /// True for a manifestation: never first and never alone (ICD-10-CM Guidelines I.A.13; MCE 6).
    #[must_use]
    pub fn is_manifestation(&self, code: &str) -> bool {
        let says_so = |node: &Node| {
            node.kind == Kind::Code
                && node.title.contains("classified elsewhere")
                && !node.title.contains("as the cause of")
        };
        let code = bare(code);
        self.tabular().find(&code).is_some_and(|place| {
            let by_title = || self.tabular().and_above(place.position).any(says_so);
            self.manifestations.decides(&code, self.on).unwrap_or_else(by_title)
        })
    }

    /// Titles and inclusion terms in the order of the list, then our lexicon's terms for codes of this edition.
    pub fn terms(&self) -> impl Iterator<Item = Term<'a>> + use<'a> {
        let tabular = self.tabular();
        let listed = tabular.nodes().iter().filter(|node| node.kind == Kind::Code).flat_map(|node| {
            let inclusions =
                node.notes.iter().filter(|note| matches!(note.kind, NoteKind::Inclusion | NoteKind::Includes));
            let title = Term { text: &node.title, code: &node.code, kind: TermKind::Title };
            std::iter::once(title).chain(inclusions.map(|note| Term {
                text: &note.text,
                code: &node.code,
                kind: TermKind::Inclusion,
            }))
        });
        let ours = self.lexicon.terms().filter(move |(_, code)| tabular.find(code).is_some());
        listed.chain(ours.map(|(text, code)| Term { text, code, kind: TermKind::Lexicon }))
    }

    /// The codes that words or the beginning of a code find, best first. Words in any order, abbreviations, synonyms and
    /// misspellings; the last word may be unfinished. Words find codes for a claim, completed with the seventh character
    /// the words speak of (else the first: initial encounter); part of a code finds what begins with it.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        search::by_code(*self, text, limit).unwrap_or_else(|| search::by_words(*self, self.index(), text, limit))
    }

    /// The candidates of a question with the features the ranker weighs, in no particular order.
    #[must_use]
    pub fn describe(&self, text: &str) -> Vec<Described> {
        search::describe(*self, self.index(), text)
    }

    /// What the search structures of this edition are made of, as one name: structures packed under the same name fit.
    #[must_use]
    pub fn search_name(&self) -> String {
        let parts = self.imports.phrase_packs().map(|pack| pack.sha256.as_str());
        self.edition.search_name(parts)
    }

    /// The search structures, to be kept and given to [`Self::unpack_search`] at the next start.
    #[must_use]
    pub fn pack_search(&self) -> Vec<u8> {
        self.index().to_bytes()
    }

    /// Takes packed search structures, so that the first search need not make them; false when they cannot be read or
    /// are there already.
    #[must_use]
    pub fn unpack_search(&self, bytes: &[u8]) -> bool {
        Index::from_bytes(bytes).is_some_and(|index| self.edition.take_index(index))
    }

    fn index(&self) -> &'a Index {
        self.edition.index(|| {
            let tabular = self.tabular();
            let position =
                |code: &str| tabular.find(code).map(|place| u32::try_from(place.position).unwrap_or(u32::MAX));
            let own = self.terms().filter_map(|term| {
                let source = match term.kind {
                    TermKind::Title => Source::Title,
                    TermKind::Inclusion => Source::Inclusion,
                    TermKind::Lexicon => Source::Lexicon,
                };
                Some((term.text, position(term.code)?, source))
            });
            let sought = self.lexicon.sought();
            let sought = sought.filter_map(|(text, code)| Some((text, position(code)?, Source::Lexicon)));
            let listed = self.imports.phrases().iter();
            let phrases = listed.filter_map(|(source, text, code)| Some((text.as_str(), position(code)?, *source)));
            Index::new(own.chain(sought).chain(phrases), self.lexicon)
        })
    }

    pub(crate) fn lexicon(&self) -> &'a Lexicon {
        self.lexicon
    }
}
