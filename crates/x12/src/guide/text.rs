//! Reading the text of a guide; its notation is explained above the guide.

use super::{Candidate, Child, ChildKind, ElementUse, Guide, Leader, Leaders, LoopUse, SETS, SegmentUse};
use crate::dictionary::definition_of;
use crate::segment::{id_key, key};
use crate::shape::Shape;

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
    let aliases = words.filter(|word| *word != "also").collect();
    let root = empty_loop("", true, Some(1));
    let mut guide = Guide { version, set_id, functional_id, aliases, loops: vec![root], leaders: Leaders::default() };
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
        guide.loops.get_mut(parent).ok_or(line)?.children.push(Child { ordinal: 0, first: 0, max: None, kind });
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

/// Notes what each child begins with, which must come, and which loops share an id.
fn set_leaders(guide: &mut Guide) {
    let leader_key =
        |guide: &Guide, child: &Child| guide.leader(child).map_or(0, |leader| id_key(leader.id.as_bytes()));
    let children = guide.loops.iter().flat_map(|one| &one.children);
    let mut keys: Vec<u32> = children.map(|child| leader_key(guide, child)).collect();
    keys.sort_unstable();
    keys.dedup();
    let leaders = keys.into_iter().enumerate().map(|(number, key)| {
        let alike = guide.loops.iter().flat_map(|one| &one.children).filter(|child| leader_key(guide, child) == key);
        let mut places = alike
            .filter_map(|child| guide.leader(child).and_then(SegmentUse::identity))
            .map(|one| (one.element, one.component));
        let qualifier = places.next();
        Leader { key, number, qualifier, is_qualified_alike: places.all(|other| Some(other) == qualifier) }
    });
    guide.leaders = Leaders::of(leaders.collect());
    for index in 0..guide.loops.len() {
        let Some(one) = guide.loop_at(index) else { continue };
        let mut candidates = vec![Vec::new(); guide.leaders.all.len()];
        for (at, child) in one.children.iter().enumerate() {
            let identity = guide.leader(child).and_then(SegmentUse::identity);
            let identity = identity.map(|one| (one.element, one.component, one.keys.clone()));
            let candidate = Candidate { child: at, max: guide.maximum(child), identity };
            if let Some(alike) =
                guide.leader_of(leader_key(guide, child)).and_then(|leader| candidates.get_mut(leader.number))
            {
                alike.push(candidate);
            }
        }
        let required = (0_usize..).zip(&one.children).filter(|(_, child)| guide.is_required(child));
        let required = required.map(|(at, child)| (at, child.ordinal)).collect();
        let maxima: Vec<Option<u32>> = one.children.iter().map(|child| guide.maximum(child)).collect();
        let counter = guide.loops.iter().position(|other| other.id == one.id).unwrap_or(index);
        if let Some(one) = guide.loops.get_mut(index) {
            (one.candidates, one.required, one.counter) = (candidates, required, counter);
            one.children.iter_mut().zip(maxima).for_each(|(child, max)| child.max = max);
        }
    }
}

fn empty_loop(id: &'static str, is_required: bool, max: Option<u32>) -> LoopUse {
    LoopUse {
        id,
        is_required,
        max,
        children: Vec::new(),
        key: key(id.as_bytes()),
        candidates: Vec::new(),
        required: Vec::new(),
        counter: 0,
    }
}

fn loop_use(rest: &'static str, guide: &Guide) -> Option<LoopUse> {
    let mut words = rest.split_whitespace();
    let (id, usage, max) = (words.next()?, words.next()?, words.next()?);
    let children = match (words.next(), words.next()) {
        (Some("like"), Some(other)) => guide.loops.iter().find(|one| one.id == other)?.children.clone(),
        _ => Vec::new(),
    };
    Some(LoopUse { children, ..empty_loop(id, usage == "R", maximum(max)?) })
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
        shape: definition.map(|definition| Shape::of(definition, &elements)),
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
