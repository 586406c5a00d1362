//! How the loops of a guide nest, for rules that speak of more than one.

use super::path::Path;
use crate::guide::{ChildKind, Guide, LoopUse};
use crate::stream::begins_unit;

/// The loops of a guide by their ids; several loops of one id count as one.
pub(super) struct Nesting {
    pub guide: &'static Guide,
}

impl Nesting {
    pub const fn of(guide: &'static Guide) -> Self {
        Self { guide }
    }

    fn loops(&self) -> impl Iterator<Item = &'static LoopUse> {
        let guide = self.guide;
        (0..guide.loop_count()).filter_map(move |index| guide.loop_at(index))
    }

    fn children(&self, one: &'static LoopUse) -> impl Iterator<Item = &'static LoopUse> {
        let guide = self.guide;
        one.children.iter().filter_map(move |child| match child.kind {
            ChildKind::Loop(index) => guide.loop_at(index),
            ChildKind::Segment(_) => None,
        })
    }

    /// Whether the guide has the segment of a path where the path says.
    pub fn has(&self, path: &Path) -> bool {
        let is_it = |one: &LoopUse| {
            one.children.iter().any(|child| {
                matches!(&child.kind, ChildKind::Segment(segment) if segment.id == path.segment
                && segment.identity().is_none_or(|identity| {
                    path.qualifier.as_ref().is_none_or(|it| identity.element > 1 || identity.allows(it.as_bytes()))
                }))
            })
        };
        self.loops().filter(|one| one.id == path.loop_id).any(is_it)
    }

    /// The loops that hold a loop of this id, by their ids; the transaction set itself is the empty id.
    pub fn parents(&self, id: &str) -> Vec<&'static str> {
        let mut parents: Vec<&'static str> = Vec::new();
        for one in self.loops().filter(|one| self.children(one).any(|child| child.id == id)) {
            if !parents.contains(&one.id) {
                parents.push(one.id);
            }
        }
        parents
    }

    /// Whether a loop stands somewhere inside another.
    pub fn is_inside(&self, inner: &str, outer: &str) -> bool {
        !inner.is_empty() && self.parents(inner).iter().any(|above| *above == outer || self.is_inside(above, outer))
    }

    /// The segment that begins a loop.
    fn leader(&self, id: &str) -> Option<&'static str> {
        let one = self.loops().find(|one| one.id == id && !id.is_empty())?;
        one.children.iter().find_map(|child| match &child.kind {
            ChildKind::Segment(segment) => Some(segment.id),
            ChildKind::Loop(_) => None,
        })
    }

    /// The loops in which a segment is looked for and counted: its own, or, when it begins that loop, those around it.
    pub fn scopes(&self, path: &Path) -> Vec<String> {
        if path.element == 0 && self.leader(&path.loop_id) == Some(path.segment.as_str()) {
            self.parents(&path.loop_id).into_iter().map(str::to_owned).collect()
        } else {
            vec![path.loop_id.clone()]
        }
    }

    /// The loop that begins the unit of reading a loop belongs to, with how deep it stands; the empty id is the header.
    pub fn unit(&self, id: &str) -> (usize, &'static str) {
        let Some(one) = self.loops().find(|one| one.id == id && !id.is_empty()) else { return (0, "") };
        let is_unit = self.leader(id).is_some_and(|leader| begins_unit(self.guide.set_id, leader));
        let above = self.parents(id);
        let depth = |unit: &str| self.depth(unit);
        if is_unit {
            return (depth(one.id), one.id);
        }
        above.into_iter().map(|parent| self.unit(parent)).max().unwrap_or((0, ""))
    }

    fn depth(&self, id: &str) -> usize {
        let above = self.parents(id).into_iter().map(|parent| self.depth(parent));
        if id.is_empty() { 0 } else { above.max().unwrap_or(0).saturating_add(1) }
    }
}
