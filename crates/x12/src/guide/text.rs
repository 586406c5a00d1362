//! Reading the text of a guide; its notation is explained above the guide.

use super::{Child, ChildKind, ElementUse, Guide, LoopUse, SETS, SegmentUse};
use crate::dictionary::definition_of;
use crate::elements::key;

/// Reads a guide; the error is the line that is not understood.
pub(super) fn parse(source: &'static str) -> Result<Guide, &'static str> {
    let mut lines = source.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let head = lines.next().unwrap_or_default();
    let mut words = head.split_whitespace();
    let (Some("guide"), Some(version), Some(set_id), Some(functional_id)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(head);
    };
    let root =
        LoopUse { id: "", is_required: true, max: Some(1), children: Vec::new(), leaders: Vec::new(), counter: 0 };
    let aliases = words.filter(|word| *word != "also").collect();
    let mut guide = Guide { version, set_id, functional_id, aliases, loops: vec![root] };
    // Open loops with the indentation of their content.
    let mut open = vec![(0_usize, Guide::ROOT)];
    for line in lines {
        let depth = line.len().saturating_sub(line.trim_start().len());
        open.retain(|(content, _)| *content <= depth);
        let parent = open.last().map(|(_, index)| *index).ok_or(line)?;
        let kind = match line.trim_start().strip_prefix("loop ") {
            Some(rest) => {
                let index = guide.loops.len();
                let one = loop_use(rest, &guide).ok_or(line)?;
                guide.loops.push(one);
                open.push((depth.saturating_add(1), index));
                ChildKind::Loop(index)
            }
            None => ChildKind::Segment(segment_use(line).ok_or(line)?),
        };
        guide.loops.get_mut(parent).ok_or(line)?.children.push(Child { ordinal: 0, first: 0, kind });
    }
    set_ordinals(&mut guide);
    set_leaders(&mut guide);
    Ok(guide)
}

/// Gives neighbouring children that begin with the same segment the same place.
fn set_ordinals(guide: &mut Guide) {
    for index in 0..guide.loops.len() {
        let Some(one) = guide.loop_at(index) else { continue };
        let mut ordinal = 0_usize;
        let mut previous = "";
        let mut ordinals = Vec::with_capacity(one.children.len());
        for (at, child) in one.children.iter().enumerate() {
            let leader = guide.leader(child).map_or("", |segment| segment.id);
            // The segment that begins the loop stands alone: a child loop with the same leader comes after it.
            if at > 0 && (leader != previous || at == 1) {
                ordinal = ordinal.saturating_add(1);
            }
            previous = leader;
            ordinals.push(ordinal);
        }
        if let Some(one) = guide.loops.get_mut(index) {
            let (mut ordinal_before, mut first) = (0, 0);
            for (at, (child, ordinal)) in one.children.iter_mut().zip(ordinals).enumerate() {
                if ordinal != ordinal_before {
                    (ordinal_before, first) = (ordinal, at);
                }
                (child.ordinal, child.first) = (ordinal, first);
            }
        }
    }
}

/// Notes what each child begins with, and which loops share an id.
fn set_leaders(guide: &mut Guide) {
    for index in 0..guide.loops.len() {
        let Some(one) = guide.loop_at(index) else { continue };
        let leaders =
            one.children.iter().map(|child| guide.leader(child).map_or(0, |leader| key(leader.id.as_bytes())));
        let leaders = leaders.collect();
        let counter = guide.loops.iter().position(|other| other.id == one.id).unwrap_or(index);
        if let Some(one) = guide.loops.get_mut(index) {
            (one.leaders, one.counter) = (leaders, counter);
        }
    }
}

fn loop_use(rest: &'static str, guide: &Guide) -> Option<LoopUse> {
    let mut words = rest.split_whitespace();
    let (id, usage, max) = (words.next()?, words.next()?, words.next()?);
    let children = match (words.next(), words.next()) {
        (Some("like"), Some(other)) => guide.loops.iter().find(|one| one.id == other)?.children.clone(),
        _ => Vec::new(),
    };
    let is_required = usage == "R";
    Some(LoopUse { id, is_required, max: maximum(max)?, children, leaders: Vec::new(), counter: 0 })
}

fn segment_use(line: &'static str) -> Option<SegmentUse> {
    let (head, uses) = line.split_once(':').unwrap_or((line, ""));
    let mut words = head.split_whitespace();
    let (id, usage, max) = (words.next()?, words.next()?, words.next()?);
    let mut elements = Vec::new();
    for word in uses.split_whitespace() {
        element_uses(word, &mut elements)?;
    }
    // In order, so that judging may stop after the last element sent or required.
    elements.sort_by_key(|one| (one.element, one.component));
    let required_last = elements.iter().filter(|one| one.is_required).map(|one| one.element).max().unwrap_or_default();
    let marked = elements.iter().position(|one| one.is_identity);
    let identity = marked.or_else(|| Some(0).filter(|_| elements.first().is_some_and(is_coded_first)));
    let definition = definition_of(id);
    Some(SegmentUse {
        id,
        is_required: usage == "R",
        max: maximum(max)?,
        elements,
        required_last,
        identity,
        definition,
    })
}

fn is_coded_first(one: &ElementUse) -> bool {
    one.element == 1 && !one.values.is_empty()
}

/// `Some(None)` for any number, `None` when it is no number.
fn maximum(word: &str) -> Option<Option<u32>> {
    if word == "*" { Some(None) } else { word.parse().ok().map(Some) }
}

fn element_uses(word: &'static str, out: &mut Vec<ElementUse>) -> Option<()> {
    let (word, is_unused) = word.strip_prefix('-').map_or((word, false), |rest| (rest, true));
    let (word, is_required) = word.strip_suffix('!').map_or((word, false), |rest| (rest, true));
    let (place, values) = word.split_once('=').unwrap_or((word, ""));
    let (values, is_identity) = values.strip_prefix('=').map_or((values, false), |rest| (rest, true));
    let values: Vec<&'static str> = match values.strip_prefix('@') {
        Some(name) => SETS.get(name)?.clone(),
        None => values.split(',').filter(|value| !value.is_empty()).collect(),
    };
    let (elements, component) = place.split_once('-').unwrap_or((place, "0"));
    let (first, last) = elements.split_once("..").unwrap_or((elements, elements));
    let component = component.parse().ok()?;
    let keys: Vec<u64> = values.iter().map(|value| key(value.as_bytes())).collect();
    for element in first.parse::<usize>().ok()?..=last.parse::<usize>().ok()? {
        let (values, keys) = (values.clone(), keys.clone());
        out.push(ElementUse { element, component, is_required, is_unused, is_identity, values, keys });
    }
    Some(())
}
