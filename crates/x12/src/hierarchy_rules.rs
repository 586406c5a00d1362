//! Rule E18: HL numbers, parents and child flags, level by level as they come.

use crate::finding::AckLevel::Ik4;
use crate::finding::{Judge, Rule};
use crate::guide::Guide;
use crate::limits::{DEPTH_MAX, LEVELS_MAX, LIMIT};
use crate::segment::Segment;
use crate::value::whole;
use crate::walk::{Kept, Located};

const LEVEL: Rule = Rule::new("E18", 1, Ik4, "7");

/// Nestings remembered; a guide has no more.
const NESTED_MAX: usize = 8;

/// The levels of a transaction set so far.
#[derive(Default)]
pub(crate) struct Hierarchy {
    /// HL03 of every level, by its number, as an index into `codes`.
    levels: Vec<u8>,
    codes: Vec<Vec<u8>>,
    /// The levels above the last one and itself.
    open: Vec<Open>,
    /// Levels closed, to be used again.
    spare: Vec<Kept>,
    /// The levels met with the ones above them that the guide allows.
    nested: Vec<(u8, u8)>,
    /// A wrong number or parent would make the levels below it wrong too.
    is_broken: bool,
    is_limited: bool,
}

/// A level whose children may still come.
struct Open {
    number: usize,
    hl: Kept,
    has_child: bool,
}

impl Hierarchy {
    /// Judges the next HL.
    pub fn take(&mut self, judge: &mut Judge, guide: &Guide, level: &Located<'_>) {
        let number = self.levels.len().saturating_add(1);
        let hl = &level.segment;
        if number > LEVELS_MAX || self.open.len() > DEPTH_MAX {
            self.limit(judge, level);
            return;
        }
        if !self.is_broken && !hl.value(1).is_empty() && whole(hl.value(1)) != Some(number) {
            judge.element(LEVEL, level, 1, 0, format!("HL01 must count up from 1; this is level {number}."));
            self.is_broken = true;
        }
        let code = self.code(hl.bytes(3));
        let parent = whole(hl.value(2));
        if !self.is_broken && !hl.value(2).is_empty() && !self.is_level_below(guide, hl, parent, code) {
            let message = "HL02 must be the HL01 of an earlier level directly above this one.";
            judge.element(LEVEL, level, 2, 0, message.to_owned());
            self.is_broken = true;
        }
        let parent = parent.unwrap_or(0);
        self.close(judge, parent);
        if let Some(above) = self.open.last_mut().filter(|above| above.number == parent) {
            above.has_child = true;
        }
        let hl = match self.spare.pop() {
            Some(mut kept) => {
                kept.take_located(level);
                kept
            }
            None => Kept::of(level),
        };
        self.open.push(Open { number, hl, has_child: false });
        self.levels.push(code);
    }

    /// Whether the guide nests the level below its parent, which must have come.
    fn is_level_below(&mut self, guide: &Guide, hl: &Segment<'_>, parent: Option<usize>, code: u8) -> bool {
        let above = parent.and_then(|parent| self.levels.get(parent.checked_sub(1)?).copied());
        let Some(above) = above else { return false };
        if self.nested.contains(&(code, above)) {
            return true;
        }
        let above_code = self.codes.get(usize::from(above)).and_then(|above| std::str::from_utf8(above).ok());
        let is_below = above_code.is_some_and(|above| guide.is_level_below(hl.el(3), above));
        if is_below && code < u8::MAX && self.nested.len() < NESTED_MAX {
            self.nested.push((code, above));
        }
        is_below
    }

    /// Judges the flags of the levels that get no more children: all below `parent`, 0 at the end.
    pub fn close(&mut self, judge: &mut Judge, parent: usize) {
        while let Some(last) = self.open.pop_if(|last| last.number > parent) {
            let located = last.hl.located();
            let flag = located.segment.value(4);
            let is_judged = !self.is_broken && !self.is_limited && !flag.is_empty();
            if is_judged && (flag == b"1") != last.has_child {
                let message = if last.has_child {
                    "HL04 must be 1: other levels stand below this one."
                } else {
                    "HL04 must be 0: no level stands below this one."
                };
                judge.element(LEVEL.warning(), &located, 4, 0, message.to_owned());
            }
            self.spare.push(last.hl);
        }
    }

    /// The index of a level code; the few codes of a guide fit, and of wrong ones the last place stands for the rest.
    fn code(&mut self, code: &[u8]) -> u8 {
        let found = self.codes.iter().position(|known| known == code);
        let index = found.unwrap_or(self.codes.len()).min(usize::from(u8::MAX));
        if found.is_none() && index < usize::from(u8::MAX) {
            self.codes.push(code.to_vec());
        }
        u8::try_from(index).unwrap_or(u8::MAX)
    }

    fn limit(&mut self, judge: &mut Judge, level: &Located<'_>) {
        if !self.is_limited {
            self.is_limited = true;
            let message = format!(
                "More than {LEVELS_MAX} levels or {DEPTH_MAX} below each other: the rest were not checked. Split the file."
            );
            judge.segment(LIMIT, level, message);
        }
    }
}
