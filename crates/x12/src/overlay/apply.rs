//! Overlays at work: the rules that concern a transaction set, asked of each unit with what stands above it.

use std::ops::Range;

use super::nesting::Nesting;
use super::path::{Clause, is_among};
use super::{Ask, Limits, Overlay, OverlayRule};
use crate::claims::take_levels;
use crate::finding::AckLevel;
use crate::finding::{Judge, Rule, Severity};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::validate::Options;
use crate::walk::{Kept, Located, Step};

/// The rules of all overlays for one transaction set, and what they remember of it.
pub(crate) struct Overlays<'o> {
    nesting: Nesting,
    rules: Vec<Bound<'o>>,
    header: Vec<Kept>,
    /// The levels open above the next unit: number and segments.
    levels: Vec<(String, Vec<Kept>)>,
}

/// A rule made ready for a guide.
struct Bound<'o> {
    rule: &'o OverlayRule,
    conditions: Vec<&'o Clause>,
    /// The loops it is asked of; the empty id is the whole transaction set.
    scopes: Vec<String>,
    /// The loop that begins the units at which it is asked: the deepest it speaks of.
    unit: &'static str,
    /// Where it counts, and how many it has met there.
    counted: ((String, u32), u32),
}

impl<'o> Overlays<'o> {
    /// The rules for a transaction set of a guide, sent to these receivers; `None` when there are none.
    pub fn of(options: &'o Options, guide: &'static Guide, receivers: [&str; 2]) -> Option<Self> {
        if options.overlays.is_empty() {
            return None;
        }
        let nesting = Nesting::of(guide);
        let is_meant = |overlay: &&Overlay| {
            overlay.guides.iter().any(|version| guide.is_named(version))
                && (overlay.receivers.is_empty()
                    || overlay.receivers.iter().any(|one| receivers.iter().any(|receiver| receiver.trim() == one)))
        };
        let mut rules = Vec::new();
        for overlay in options.overlays.iter().map(AsRef::as_ref).filter(is_meant) {
            rules.extend(overlay.rules.iter().filter(|rule| nesting.has(&rule.target)).map(|rule| {
                let conditions: Vec<&Clause> = overlay.conditions.iter().chain(&rule.conditions).collect();
                let paths = conditions.iter().map(|clause| &clause.path).chain([&rule.target]);
                let (_, unit) = paths.map(|path| nesting.unit(&path.loop_id)).max().unwrap_or_default();
                let scopes = nesting.scopes(&rule.target);
                Bound { rule, conditions, scopes, unit, counted: Default::default() }
            }));
        }
        (!rules.is_empty()).then(|| Self { nesting, rules, header: Vec::new(), levels: Vec::new() })
    }

    /// Judges the next unit.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        let Some(first) = steps.first().map(|step| step.located) else { return };
        let above = self.header.iter().chain(self.levels.iter().flat_map(|(_, level)| level));
        let all: Vec<Located<'_>> = above.map(Kept::located).chain(steps.iter().map(|step| step.located)).collect();
        let begin = all.len().saturating_sub(steps.len());
        // A level stays open above what follows it; what it closed is no context any more.
        let all = match first.segment.id() {
            "HL" | "LX" => reaching(&all, begin, first.depth),
            _ => all,
        };
        let begin = all.len().saturating_sub(steps.len());
        let answer = if self.nesting.guide.set_id == "837" { AckLevel::ClaimStatus } else { AckLevel::None };
        let view = View { nesting: &self.nesting, all: &all, begin, answer };
        for bound in self.rules.iter_mut().filter(|bound| bound.unit == first.loop_id) {
            view.ask(judge, bound);
        }
        let kept = steps.iter().map(|step| Kept::of(&step.located)).collect();
        if !matches!(first.segment.id(), "CLM" | "CLP") {
            take_levels(&first.segment, kept, &mut self.header, &mut self.levels);
        }
    }
}

/// The context of a level: what stands less deep than it.
fn reaching<'a>(all: &[Located<'a>], begin: usize, depth: u8) -> Vec<Located<'a>> {
    let mut kept = Vec::with_capacity(all.len());
    let mut is_open = true;
    for (index, one) in all.iter().enumerate() {
        if index < begin && matches!(one.segment.id_bytes(), b"HL" | b"LX") {
            is_open = one.depth < depth;
        }
        if index >= begin || is_open {
            kept.push(*one);
        }
    }
    kept
}

/// A unit with what stands above it.
struct View<'v, 'a> {
    nesting: &'v Nesting,
    all: &'v [Located<'a>],
    /// Where the unit begins.
    begin: usize,
    /// Who answers: a claim's status, for claims.
    answer: AckLevel,
}

impl<'a> View<'_, 'a> {
    fn ask(&self, judge: &mut Judge, bound: &mut Bound<'_>) {
        let is_counting = matches!(&bound.rule.ask, Ask::Limit(limits) if limits.is_per_transaction);
        let scopes = if is_counting { self.whole() } else { self.scopes(&bound.scopes) };
        for scope in scopes {
            if bound.conditions.iter().all(|clause| self.holds(clause, &scope)) {
                self.judge(judge, bound, scope);
            }
        }
    }

    fn whole(&self) -> Vec<Range<usize>> {
        std::iter::once(0..self.all.len()).collect()
    }

    /// Where each occurrence of the loops stands, with all that is inside it.
    fn scopes(&self, loops: &[String]) -> Vec<Range<usize>> {
        if loops.iter().any(String::is_empty) {
            return self.whole();
        }
        let mut scopes: Vec<Range<usize>> = Vec::new();
        let mut last = None;
        for (index, one) in self.all.iter().enumerate() {
            let occurrence = (one.loop_id, one.occurrence);
            let is_met = last == Some(occurrence) || scopes.last().is_some_and(|scope| scope.contains(&index));
            if loops.iter().any(|id| id == one.loop_id) && !is_met {
                scopes.push(self.extent(index));
                last = Some(occurrence);
            }
        }
        scopes
    }

    /// From the first segment of a loop to the one that closes it.
    fn extent(&self, start: usize) -> Range<usize> {
        let Some(first) = self.all.get(start) else { return start..start };
        let ends = |one: &Located<'_>| {
            let is_same = (one.loop_id, one.occurrence) == (first.loop_id, first.occurrence);
            // What fits nowhere closes nothing.
            !is_same && !one.loop_id.is_empty() && one.depth <= first.depth
        };
        let rest = self.all.iter().skip(start);
        start..start.saturating_add(rest.take_while(|one| !ends(one)).count())
    }

    /// A condition is asked of the loop around the scope, of what stands inside it, else of everything in view.
    fn holds(&self, clause: &Clause, scope: &Range<usize>) -> bool {
        let id = clause.path.loop_id.as_str();
        let is_here = |index: &usize| self.all.get(*index).is_some_and(|one| one.loop_id == id);
        let own = self.all.get(scope.start).map_or("", |one| one.loop_id);
        let range = if id.is_empty() {
            0..self.all.len()
        } else if let Some(around) =
            (0..=scope.start).rev().find(|index| is_here(index) && self.extent(*index).contains(&scope.start))
        {
            // Of that occurrence alone, not of the loops inside it.
            let occurrence = self.all.get(around).map_or(0, |one| one.occurrence);
            let is_it = |one: &&Located<'_>| one.loop_id == id && one.occurrence == occurrence;
            return clause.holds(self.all.iter().filter(is_it).map(|one| one.segment).filter(|s| clause.path.fits(s)));
        } else if self.nesting.is_inside(id, own) {
            scope.clone()
        } else {
            0..self.all.len()
        };
        let segments = self.all.get(range).unwrap_or_default().iter().filter(|one| one.loop_id == id);
        clause.holds(segments.map(|one| one.segment).filter(|segment| clause.path.fits(segment)))
    }

    fn judge(&self, judge: &mut Judge, bound: &mut Bound<'_>, scope: Range<usize>) {
        let target = &bound.rule.target;
        let inside = self.all.get(scope.clone()).unwrap_or_default().iter();
        let mut fitting = inside.filter(|one| one.loop_id == target.loop_id && target.fits(&one.segment));
        match &bound.rule.ask {
            Ask::Require if target.element == 0 => {
                if let (None, Some(at)) = (fitting.next(), self.all.get(scope.start)) {
                    let qualifier = target.qualifier.as_ref().map_or(String::new(), |it| format!("*{it}"));
                    let id = &target.segment;
                    let words = || format!("The payer requires {id}{qualifier} in {}.", place(&target.loop_id));
                    self.report(judge, MISSING, bound.rule, (at, 0, 0), Some(id), words);
                }
            }
            Ask::Require => {
                for one in fitting.filter(|one| target.value(&one.segment).is_empty()) {
                    let words =
                        || format!("The payer requires {}.", name(&one.segment, target.element, target.component));
                    self.report(judge, MISSING, bound.rule, (one, target.element, target.component), None, words);
                }
            }
            Ask::Forbid => {
                for one in fitting.filter(|one| !target.value(&one.segment).is_empty()) {
                    let words =
                        || format!("The payer takes no {} here.", name(&one.segment, target.element, target.component));
                    self.report(judge, WRONG, bound.rule, (one, target.element, target.component), None, words);
                }
            }
            Ask::Limit(limits) => match limits.at_most {
                Some(most) => {
                    // Segments above the unit were counted when their own unit was read.
                    let new = fitting.filter(|one| self.is_new(one)).collect::<Vec<_>>();
                    let key = self.counting_place(limits, scope.start);
                    self.count(judge, bound, (key, most), &new);
                }
                None => fitting.for_each(|one| self.limit(judge, bound.rule, limits, one)),
            },
        }
    }

    /// Reports a rule of a payer under its own id, with what it cites.
    fn report(
        &self,
        judge: &mut Judge,
        status: &'static str,
        rule: &OverlayRule,
        (at, element, component): (&Located<'_>, usize, usize),
        missing: Option<&str>,
        words: impl FnOnce() -> String,
    ) {
        let code = if self.answer == AckLevel::None { "" } else { status };
        let kind = Rule::new("", 7, self.answer, code);
        let kind = if rule.severity == Severity::Warning { kind.warning() } else { kind };
        let message = rule.message.clone().unwrap_or_else(words);
        let missing = missing.map(|id| (id, rule.target.loop_id.as_str()));
        judge.payer(kind, (&rule.id, rule.citation.clone()), (at, element, component), missing, message);
    }

    fn is_new(&self, located: &Located<'_>) -> bool {
        let first = self.all.get(self.begin).map_or(0, |one| one.segment.position());
        located.segment.position() >= first
    }

    fn counting_place(&self, limits: &Limits, start: usize) -> (String, u32) {
        match self.all.get(start) {
            Some(one) if !limits.is_per_transaction => (one.loop_id.to_owned(), one.occurrence),
            _ => (String::new(), 0),
        }
    }

    fn count(
        &self,
        judge: &mut Judge,
        bound: &mut Bound<'_>,
        (key, most): ((String, u32), u32),
        fitting: &[&Located<'a>],
    ) {
        if bound.counted.0 != key {
            bound.counted = (key, 0);
        }
        for one in fitting {
            bound.counted.1 = bound.counted.1.saturating_add(1);
            if bound.counted.1 == most.saturating_add(1) {
                let words = || format!("The payer takes at most {most} of {} here.", one.segment.id());
                self.report(judge, WRONG, bound.rule, (one, 0, 0), None, words);
            }
        }
    }

    fn limit(&self, judge: &mut Judge, rule: &OverlayRule, limits: &Limits, at: &Located<'a>) {
        let (element, component) = (rule.target.element, rule.target.component);
        let value = rule.target.value(&at.segment);
        let Some(expected) = broken(limits, value).filter(|_| !value.is_empty()) else { return };
        let words = || format!("{}: the payer expects {expected}.", name(&at.segment, element, component));
        self.report(judge, WRONG, rule, (at, element, component), None, words);
    }
}

/// What a value should have been, when it is not.
fn broken(limits: &Limits, value: &str) -> Option<String> {
    let length = value.chars().count();
    if let Some(least) = limits.length_min.filter(|least| length < *least) {
        return Some(format!("at least {least} characters, not {length}"));
    }
    if let Some(most) = limits.length_max.filter(|most| length > *most) {
        return Some(format!("at most {most} characters, not {length}"));
    }
    if !limits.values.is_empty() && !is_among(&limits.values, value) {
        return Some(format!("{}, not {value:?}", limits.values.join(", ")));
    }
    if is_among(&limits.not_values, value) {
        return Some(format!("another value than {value:?}"));
    }
    let shape = limits.shape.as_ref().filter(|shape| !has_shape(shape, value))?;
    Some(format!("the shape {shape} (9 a digit, A a letter, X either), not {value:?}"))
}

fn has_shape(shape: &str, value: &str) -> bool {
    let fits = |(shape, found): (char, char)| match shape {
        '9' => found.is_ascii_digit(),
        'A' => found.is_ascii_uppercase(),
        'X' => found.is_ascii_digit() || found.is_ascii_uppercase(),
        other => other == found,
    };
    shape.chars().count() == value.chars().count() && shape.chars().zip(value.chars()).all(fits)
}

/// Claim statuses: what is missing, and what is wrong.
const MISSING: &str = "A6:21";
const WRONG: &str = "A7:21";

fn place(loop_id: &str) -> String {
    if loop_id.is_empty() { "the header".to_owned() } else { format!("loop {loop_id}") }
}

fn name(segment: &Segment<'_>, element: usize, component: usize) -> String {
    match (element, component) {
        (0, _) => segment.id().to_owned(),
        (_, 0) => format!("{}{element:02}", segment.id()),
        _ => format!("{}{element:02}-{component}", segment.id()),
    }
}
