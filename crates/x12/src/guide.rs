//! Implementation guides as compact tables: loops, segments, usage, repeats, and the values a guide allows.
//!
//! A guide is a text file under `data/`, read once. Indentation nests. A line is one of
//! ```text
//! guide VERSION SET GROUP [also VERSION…]
//! loop ID R|S MAX [like ID]              R required, S situational; MAX a number or *; "like" repeats that loop's content
//! SEGMENT R|S MAX [: USE…]
//! ```
//! and a USE is `3` (element), `5-2` (component) or `2..12-1` (component of several elements) followed by
//! `!` required, `=A,B` allowed values, `==A,B` allowed values that also tell this use from others of the same segment,
//! `=@list` values of a list in `data/sets.txt`; `-3` or `-5-2` says the guide does not use it.
//! Neighbouring children that begin with the same segment may come in any order, as in the standard, where they are
//! one position.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::dictionary::Definition;
use crate::segment::{Segment, key};
use crate::shape::Shape;

mod text;

use text::parse;

/// A guide: its root loop is the transaction set between ST and SE.
#[derive(Debug)]
pub(crate) struct Guide {
    /// `005010X222A1`.
    pub version: &'static str,
    /// `837`.
    pub set_id: &'static str,
    /// GS01, `HC`.
    pub functional_id: &'static str,
    aliases: Vec<&'static str>,
    loops: Vec<LoopUse>,
    leaders: Leaders,
}

/// The segments that begin a child somewhere in a guide.
#[derive(Debug, Default)]
pub(crate) struct Leaders {
    all: Vec<Leader>,
    /// Indexes of `all`, each at the place its key leads to or at the next free one.
    places: Vec<Option<u8>>,
}

/// A segment that begins a child somewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leader {
    /// As [`crate::segment::id_key`] gives it.
    pub key: u32,
    /// Its number among the segments of the guide.
    pub number: usize,
    /// The element and component that tell its uses apart.
    pub qualifier: Option<(usize, usize)>,
    /// Whether it is the same for all of them, or none needs one.
    pub is_qualified_alike: bool,
}

impl Leaders {
    /// Places for more segments than any guide has.
    const PLACES: usize = 256;

    fn of(all: Vec<Leader>) -> Self {
        let mut places = vec![None; Self::PLACES];
        for (number, leader) in (0_u8..=u8::MAX).zip(&all) {
            let free = Self::way(leader.key).find(|at| places.get(*at) == Some(&None));
            if let Some(place) = free.and_then(|at| places.get_mut(at)) {
                *place = Some(number);
            }
        }
        Self { all, places }
    }

    /// Where a key may stand, the likeliest place first.
    fn way(key: u32) -> impl Iterator<Item = usize> {
        let first = (key.wrapping_mul(0x9E37_79B1) >> 24) as usize;
        (0..Self::PLACES).map(move |step| first.wrapping_add(step) % Self::PLACES)
    }

    #[inline]
    fn get(&self, key: u32) -> Option<&Leader> {
        for at in Self::way(key) {
            let leader = self.all.get(usize::from((*self.places.get(at)?)?))?;
            if leader.key == key {
                return Some(leader);
            }
        }
        None
    }
}

/// A loop: what may come in it, in order.
#[derive(Clone, Debug)]
pub(crate) struct LoopUse {
    /// `2010BA`.
    pub id: &'static str,
    pub is_required: bool,
    /// `None` for any number.
    pub max: Option<u32>,
    pub children: Vec<Child>,
    /// The key of the id, for rules that ask where a segment stands.
    pub key: u64,
    /// The children that begin with each of [`Guide`]'s leaders, in order.
    candidates: Vec<Vec<Candidate>>,
    /// The children that must come, in order, each with its ordinal.
    pub required: Vec<(usize, usize)>,
    /// The first loop of the same id: occurrences are counted by id.
    pub counter: usize,
}

/// A child of a loop, as one that a segment may begin.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Index among the children.
    pub child: usize,
    pub max: Option<u32>,
    /// The element, the component and the keys that tell it from others.
    identity: Option<(usize, usize, Vec<u64>)>,
}

impl Candidate {
    /// Whether a segment is of this kind by its qualifier.
    pub fn is_met_by(&self, segment: &Segment<'_>) -> bool {
        match &self.identity {
            None => true,
            Some((element, component, keys)) => keys.contains(&key(segment.part(*element, *component))),
        }
    }
}

/// A child of a loop with its place among its siblings.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub ordinal: usize,
    /// Index of the first of the siblings that share the ordinal.
    pub first: usize,
    /// How often it may come; `None` for any number.
    pub max: Option<u32>,
    pub kind: ChildKind,
}

#[derive(Clone, Debug)]
pub(crate) enum ChildKind {
    Segment(SegmentUse),
    /// Index for [`Guide::loop_at`].
    Loop(usize),
}

/// A segment at one place of a guide.
#[derive(Clone, Debug)]
pub(crate) struct SegmentUse {
    pub id: &'static str,
    pub is_required: bool,
    pub max: Option<u32>,
    pub elements: Vec<ElementUse>,
    /// The last element that is required here; 0 for none.
    pub required_last: usize,
    /// Which of `elements` tells this use from others: the one marked so, else a coded first element.
    identity: Option<usize>,
    pub definition: Option<&'static Definition>,
    /// What a faultless segment looks like here.
    pub shape: Option<Shape>,
}

impl SegmentUse {
    /// The element that tells this use from others of the same segment.
    pub fn identity(&self) -> Option<&ElementUse> {
        self.elements.get(self.identity?)
    }
}

/// What a guide says of one element or component.
#[derive(Clone, Debug)]
pub(crate) struct ElementUse {
    /// 1-based.
    pub element: usize,
    /// 1-based, or 0 for the whole element.
    pub component: usize,
    pub is_required: bool,
    pub is_unused: bool,
    /// True when its values tell this use from others.
    pub is_identity: bool,
    /// Allowed values; any when empty.
    pub values: Vec<&'static str>,
    /// The keys of the values.
    pub keys: Vec<u64>,
}

impl ElementUse {
    /// Whether the guide allows a value.
    pub fn allows(&self, value: &[u8]) -> bool {
        self.keys.contains(&key(value))
    }
}

impl LoopUse {
    /// The children that begin with the segments of a number, as [`Guide::leader_of`] gives it.
    pub fn candidates(&self, leader: usize) -> &[Candidate] {
        self.candidates.get(leader).map_or(&[], Vec::as_slice)
    }
}

impl Guide {
    /// The transaction set itself.
    pub const ROOT: usize = 0;

    /// Whether a version is its own or judged by its table.
    pub fn is_named(&self, version: &str) -> bool {
        self.version == version || self.aliases.contains(&version)
    }

    pub fn loop_at(&self, index: usize) -> Option<&LoopUse> {
        self.loops.get(index)
    }

    /// The segments of a key among those that begin a child somewhere.
    pub fn leader_of(&self, key: u32) -> Option<&Leader> {
        self.leaders.get(key)
    }

    /// Loops, the transaction set among them.
    pub fn loop_count(&self) -> usize {
        self.loops.len()
    }

    /// The segment that begins a child: itself, or the first segment of the loop.
    pub fn leader<'g>(&'g self, child: &'g Child) -> Option<&'g SegmentUse> {
        match &child.kind {
            ChildKind::Segment(segment) => Some(segment),
            ChildKind::Loop(index) => match &self.loop_at(*index)?.children.first()?.kind {
                ChildKind::Segment(segment) => Some(segment),
                ChildKind::Loop(_) => None,
            },
        }
    }

    /// Whether a child must come.
    pub fn is_required(&self, child: &Child) -> bool {
        match &child.kind {
            ChildKind::Segment(segment) => segment.is_required,
            ChildKind::Loop(index) => self.loop_at(*index).is_some_and(|one| one.is_required),
        }
    }

    /// How often a child may come; `None` for any number.
    pub fn maximum(&self, child: &Child) -> Option<u32> {
        match &child.kind {
            ChildKind::Segment(segment) => segment.max,
            ChildKind::Loop(index) => self.loop_at(*index).and_then(|one| one.max),
        }
    }

    /// Whether the guide has a segment of this id anywhere.
    pub fn has_segment(&self, id: &str) -> bool {
        let children = self.loops.iter().flat_map(|one| &one.children);
        children.into_iter().any(|child| matches!(&child.kind, ChildKind::Segment(segment) if segment.id == id))
    }

    /// Whether the guide nests a level of code `level` (HL03) directly below one of code `above`; true when it knows
    /// one of them not at all, since a wrong HL03 is reported by its own rule.
    pub fn is_level_below(&self, level: &str, above: &str) -> bool {
        let codes = |one: &LoopUse| match one.children.first().map(|child| &child.kind) {
            Some(ChildKind::Segment(segment)) if segment.id == "HL" => {
                segment.elements.iter().find(|element| element.is_identity).map(|element| element.values.clone())
            }
            _ => None,
        };
        let is_level = |code: &str| self.loops.iter().filter_map(codes).any(|values| values.contains(&code));
        let is_nested = |one: &LoopUse| {
            let children = one.children.iter().filter_map(|child| match child.kind {
                ChildKind::Loop(index) => self.loop_at(index),
                ChildKind::Segment(_) => None,
            });
            codes(one).is_some_and(|values| values.contains(&above))
                && children.filter_map(codes).any(|values| values.contains(&level))
        };
        !is_level(level) || !is_level(above) || self.loops.iter().any(is_nested)
    }

    /// Whether a loop begins with a segment of this id.
    pub fn begins_loop(&self, id: &str) -> bool {
        let children = self.loops.iter().skip(1).filter_map(|one| one.children.first());
        children.into_iter().any(|child| matches!(&child.kind, ChildKind::Segment(segment) if segment.id == id))
    }
}

static SETS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let lines = include_str!("../data/sets.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, values)| (name, values.split(' ').collect())).collect()
});

const SOURCES: [&str; 18] = [
    include_str!("../data/x222.guide"),
    include_str!("../data/x223.guide"),
    include_str!("../data/x224.guide"),
    include_str!("../data/x221.guide"),
    include_str!("../data/x231.guide"),
    include_str!("../data/x214.guide"),
    include_str!("../data/x279_270.guide"),
    include_str!("../data/x279_271.guide"),
    include_str!("../data/x212_276.guide"),
    include_str!("../data/x212_277.guide"),
    include_str!("../data/x213.guide"),
    include_str!("../data/x217.guide"),
    include_str!("../data/x210.guide"),
    include_str!("../data/x314.guide"),
    include_str!("../data/x220.guide"),
    include_str!("../data/x218.guide"),
    include_str!("../data/x306.guide"),
    include_str!("../data/x186.guide"),
];

static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| SOURCES.into_iter().filter_map(|s| parse(s).ok()).collect());

/// The guide of a transaction set by its version (ST03 or GS08), or the set's only guide when no version is given.
pub(crate) fn guide_of(set_id: &str, version: &str) -> Option<&'static Guide> {
    let mut of_set = GUIDES.iter().filter(|guide| guide.set_id == set_id);
    of_set.find(|guide| version.is_empty() || guide.version == version || guide.aliases.contains(&version))
}

/// The guide of a version, whatever its transaction set.
pub(crate) fn guide_named(version: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| guide.is_named(version))
}

/// GS01 of a transaction set, for the sets we know.
pub(crate) fn functional_id_of(set_id: &str) -> Option<&'static str> {
    GUIDES.iter().find(|guide| guide.set_id == set_id).map(|guide| guide.functional_id)
}

/// How deeply a guide is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideInfo {
    /// ST01.
    pub set_id: &'static str,
    /// Such as `005010X222A1`.
    pub version: &'static str,
    /// Other versions judged by the same table.
    pub aliases: Vec<&'static str>,
    /// Loops, those of dependents counted again.
    pub loops: usize,
    /// Uses of segments.
    pub segments: usize,
    /// The SNIP levels judged.
    pub levels: &'static str,
    /// What the table was checked against.
    pub source: &'static str,
}

/// The guides covered, and how deeply.
///
/// ```
/// assert!(x12::guides().iter().any(|guide| guide.version == "005010X222A1" && guide.levels == "1-5"));
/// ```
#[must_use]
pub fn guides() -> Vec<GuideInfo> {
    let info = |guide: &Guide| {
        let segments = |one: &LoopUse| one.children.iter().filter(|c| matches!(c.kind, ChildKind::Segment(_))).count();
        let (levels, source) = match (guide.set_id, guide.version) {
            ("837", "005010X224A2") => ("1-5", "open descriptions and examples"),
            ("837", _) => ("1-5", "open table, loop by loop; examples"),
            ("835", _) => ("1-5", "open table, loop by loop; examples"),
            ("834", _) | ("820", "005010X218") => ("1-2", "open table, loop by loop"),
            ("277", "005010X214") => ("1-2, 5", "open table with its situational loops corrected; examples"),
            ("277", "005010X212") => ("1-2, 5", "open descriptions and examples"),
            ("999", _) => ("1-2", "open table; examples"),
            ("275", _) | ("277", _) => ("1-2", "open descriptions: structure only"),
            _ => ("1-2", "open descriptions and examples"),
        };
        GuideInfo {
            set_id: guide.set_id,
            version: guide.version,
            aliases: guide.aliases.clone(),
            loops: guide.loops.len().saturating_sub(1),
            segments: guide.loops.iter().map(segments).sum(),
            levels,
            source,
        }
    };
    GUIDES.iter().map(info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::definition_of;

    #[test]
    fn every_guide_is_well_formed() {
        for source in SOURCES {
            let guide = parse(source).unwrap_or_else(|line| panic!("cannot read {line:?}"));
            for one in &guide.loops {
                for child in &one.children {
                    let leader = guide.leader(child).unwrap_or_else(|| panic!("{} has an empty loop", one.id));
                    let definition = definition_of(leader.id).unwrap_or_else(|| panic!("{} is unknown", leader.id));
                    for element in &leader.elements {
                        assert!(element.element <= definition.elements.len(), "{} {} {element:?}", one.id, leader.id);
                    }
                }
            }
        }
    }

    #[test]
    fn neighbours_that_begin_alike_share_a_place() {
        let guide = guide_of("837", "005010X222A1").unwrap();
        let root = guide.loop_at(Guide::ROOT).unwrap();
        assert_eq!(root.children.iter().map(|child| child.ordinal).collect::<Vec<_>>(), [0, 1, 1, 2]);
        let billing = guide.loops.iter().find(|one| one.id == "2000A").unwrap();
        assert_eq!(billing.children.iter().map(|child| child.ordinal).collect::<Vec<_>>(), [0, 1, 2, 3, 3, 3, 4]);
    }

    #[test]
    fn versions_and_aliases_are_found() {
        assert_eq!(guide_of("835", "005010X221A1").unwrap().functional_id, "HP");
        assert_eq!(guide_of("837", "005010X222").unwrap().version, "005010X222A1");
        assert_eq!(guide_of("277", "005010X214").unwrap().functional_id, "HN");
        assert!(guide_of("837", "004010X098A1").is_none());
        assert!(guide_of("999", "").is_some());
    }

    /// `(loop, segment, usage, max)` of every segment use in a fact table: depth, kind, id, usage, max, position, value.
    fn facts(table: &str) -> Vec<String> {
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut uses = Vec::new();
        for row in table.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            let depth: usize = columns[0].parse().unwrap();
            open.retain(|(other, _)| *other < depth);
            if columns[1] == "L" {
                open.push((depth, columns[2]));
            } else if !["ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"].contains(&columns[2]) {
                let one = open.last().map_or("", |(_, id)| *id);
                let is_ours = one.starts_with(|c: char| c.is_ascii_digit()) || one == "LS_LOOP";
                let id = if is_ours { one } else { "" };
                uses.push(format!("{id} {} {} {}", columns[2], columns[3], columns[4].replace(">1", "*")));
            }
        }
        uses.sort();
        uses
    }

    #[test]
    fn tables_agree_with_the_open_maps() {
        let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        let shared = std::env::var_os("SUPERBILL_SHARED").map_or(beside, std::path::PathBuf::from);
        for (set_id, version, name) in [
            ("837", "005010X222A1", "837P_X222A1"),
            ("837", "005010X223A2", "837I_X223A2"),
            ("835", "005010X221A1", "835_X221A1"),
            ("834", "005010X220A1", "834_X220A1"),
            ("820", "005010X218", "820_X218"),
        ] {
            let path = shared.join(format!("x12/facts/{name}.tsv"));
            let Ok(table) = std::fs::read_to_string(&path) else {
                eprintln!("SKIPPED: no fact table at {}", path.display());
                continue;
            };
            let guide = guide_of(set_id, version).unwrap();
            let mut uses = Vec::new();
            for one in &guide.loops {
                for child in &one.children {
                    let ChildKind::Segment(segment) = &child.kind else { continue };
                    let usage = if segment.is_required { "R" } else { "S" };
                    let max = segment.max.map_or("*".to_owned(), |max| max.to_string());
                    uses.push(format!("{} {} {usage} {max}", one.id, segment.id));
                }
            }
            uses.sort();
            let mut facts = facts(&table);
            // Below a dependent the maps repeat the claim's inner loops; our tables hold them once.
            facts.dedup();
            uses.dedup();
            assert_eq!(uses, facts, "{name}");
        }
    }
}
