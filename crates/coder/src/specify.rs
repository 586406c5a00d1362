//! From a code that words mean to the leaf that the note supports: side, stage, severity, episode.

use claim::{Evidence, Prompt};
use codes::Icd10cm;

mod phase;
mod side;

pub(crate) use phase::phase;
pub(crate) use side::PARTS;

use crate::{
    context::{Assertion, Context},
    dictionary::{Dictionary, Side, title_words},
    document::Document,
    mention::Mention,
};

/// A leaf with what led to it.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub code: String,
    /// Words besides the mention that chose the leaf.
    pub evidence: Vec<Evidence>,
    /// A title of the list that says "unspecified" was taken for want of words.
    pub is_default: bool,
    pub has_episode: bool,
    pub prompt: Option<Prompt>,
    /// Neighbours that other words would have chosen.
    pub neighbours: Vec<String>,
}

/// Which phase of treatment an injury is in (ICD-10-CM Guidelines I.C.19.a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Active,
    Healing,
    Sequela,
}

/// What surrounds a mention.
pub(crate) struct Surroundings<'d, 'n> {
    pub document: &'d Document<'n>,
    pub dictionary: &'d Dictionary,
    pub icd: &'d Icd10cm<'d>,
    pub mention: &'d Mention,
    pub phase: Phase,
}

/// Words of titles that choose nothing.
const NOISE: &[&str] = &[
    "unspecified",
    "other",
    "specified",
    "nos",
    "site",
    "part",
    "type",
    "without",
    "encounter",
    "stage",
    "kidney",
    "disease",
    "episode",
    "disorder",
    "not",
    "elsewhere",
    "classified",
    "eye",
    "ear",
    "limb",
    "organism",
    "currently",
    "level",
];

/// Parts of what titles name as a whole.
const WHOLES: &[(&str, &str)] = &[
    ("toe", "foot"),
    ("mtp", "foot"),
    ("metatarsophalangeal", "foot"),
    ("hallux", "foot"),
    ("finger", "hand"),
    ("thumb", "hand"),
    ("3a", "3"),
    ("3b", "3"),
];

/// A descent has no more steps than a code has characters.
const STEPS_MAX: usize = 8;

impl Surroundings<'_, '_> {
    /// The leaves the words reach: one, or one for each side where both are written and no code names both
    /// (Guidelines I.B.13).
    pub(crate) fn leaves(&self) -> Vec<Leaf> {
        let side = self.side();
        let Some(leaf) = self.leaf(side.clone()) else { return Vec::new() };
        let is_open = leaf.prompt.is_some() || self.title_side(&leaf.code) == Some(Side::One);
        let Some((Side::Both, evidence)) = side.filter(|_| is_open) else { return vec![leaf] };
        if let Some(code) = self.both_sides(&leaf.code) {
            return vec![Leaf { code, evidence: vec![evidence], is_default: false, prompt: None, ..leaf }];
        }
        let each: Vec<Leaf> =
            [Side::Right, Side::Left].into_iter().filter_map(|one| self.leaf(Some((one, evidence.clone())))).collect();
        if each.len() == 2 { each } else { vec![leaf] }
    }

    /// Chooses among the codes of the mention and walks down to a leaf; nothing when the words do not reach one.
    fn leaf(&self, side: Option<(Side, Evidence)>) -> Option<Leaf> {
        let code = self.opening_code(side.as_ref().map(|s| s.0))?;
        let code = self.on_side(&code, side.as_ref().map(|(side, _)| *side)).unwrap_or(code);
        let code = self.as_displaced(&code).unwrap_or(code);
        let mut leaf = Leaf {
            code,
            evidence: Vec::new(),
            is_default: false,
            has_episode: false,
            prompt: None,
            neighbours: Vec::new(),
        };
        if let Some((_, evidence)) = &side
            && self.title_side(&leaf.code).is_some()
        {
            leaf.evidence.push(evidence.clone());
        }
        for _ in 0..STEPS_MAX {
            if self.icd.is_billable(&leaf.code) {
                return Some(self.on_site(&leaf).unwrap_or(leaf));
            }
            self.descend(&mut leaf, side.as_ref())?;
        }
        None
    }

    /// One of the mention's codes: by side where they differ by side, else the one that stands above the others.
    fn opening_code(&self, side: Option<Side>) -> Option<String> {
        let codes = &self.mention.codes;
        let sided: Vec<&String> = codes.iter().filter(|code| self.title_side(code).is_some()).collect();
        if let Some(side) = side
            && let Some(code) = sided.iter().find(|code| self.title_side(code) == Some(side))
        {
            return Some((*code).clone());
        }
        let shortest = codes.iter().filter(|code| !sided.contains(code)).min_by_key(|code| code.len());
        let unspecified =
            |code: &&String| self.icd.title(code).is_some_and(|t| t.to_lowercase().contains("unspecified"));
        let plain = codes.first().filter(|_| sided.is_empty()).or(shortest);
        plain
            .or_else(|| codes.iter().find(unspecified))
            .or_else(|| sided.iter().find(|c| self.title_side(c) == Some(Side::One)).copied())
            .or(codes.first())
            .cloned()
    }

    /// One step down.
    fn descend(&self, leaf: &mut Leaf, side: Option<&(Side, Evidence)>) -> Option<()> {
        let characters = self.icd.seventh_characters(&leaf.code);
        if !characters.is_empty() {
            let offered: Vec<char> = characters.iter().map(|c| c.character).collect();
            let chosen = self.seventh(&offered)?;
            let code = self.icd.children(&leaf.code).into_iter().find(|child| child.code.ends_with(chosen))?;
            leaf.code = code.code.into_owned();
            leaf.has_episode = true;
            return Some(());
        }
        let children = self.icd.children(&leaf.code);
        let sided: Vec<(String, Side)> =
            children.iter().filter_map(|c| Some((c.code.to_string(), self.title_side(&c.code)?))).collect();
        let is_by_side = sided.iter().any(|(_, s)| *s == Side::Right) && sided.iter().any(|(_, s)| *s == Side::Left);
        if is_by_side {
            return self.descend_by_side(leaf, &sided, &children, side);
        }
        self.descend_by_words(leaf, &children, side.map(|s| s.0))
    }

    pub(crate) fn mention_text(&self) -> Option<Evidence> {
        let tokens = &self.document.tokens;
        let (first, last) = (tokens.get(self.mention.first)?, tokens.get(self.mention.last.checked_sub(1)?)?);
        self.document.evidence(first.start, last.end)
    }

    /// The child whose own words the surroundings hold; else the one that claims nothing.
    fn descend_by_words(&self, leaf: &mut Leaf, children: &[codes::Diagnosis<'_>], side: Option<Side>) -> Option<()> {
        let above: Vec<String> = self
            .icd
            .ancestors(&leaf.code)
            .iter()
            .filter(|a| a.kind == codes::Kind::Code)
            .map(|a| a.title.to_string())
            .chain(self.icd.title(&leaf.code).map(|t| t.to_string()))
            .flat_map(|title| title_words(self.dictionary, &title))
            .collect();
        let displaced = self.displaced(children);
        let children = displaced.as_deref().unwrap_or(children);
        if let (Some(_), [only]) = (&displaced, children) {
            leaf.code = only.code.to_string();
            return Some(());
        }
        let near = self.near_words();
        let mut best: Option<(usize, &codes::Diagnosis<'_>, Vec<Evidence>)> = None;
        for child in children {
            let title = self.title_and_first_of(child);
            let own: Vec<String> =
                title.iter().filter(|w| !above.contains(w) && !NOISE.contains(&w.as_str())).cloned().collect();
            if own.is_empty() || child.title.to_lowercase().starts_with("other ") && own.len() < 2 {
                continue;
            }
            if side.is_some() && self.title_side(&child.code).is_some_and(|s| Some(s) != side && s != Side::One) {
                continue;
            }
            // "Ankle and foot" is either; other words must all be there.
            let near = |word: &String| near.iter().find(|n| n.0 == *word).map(|n| n.1.clone());
            let is_either = child.title.to_lowercase().contains("ankle and foot");
            let either = own.iter().filter(|w| is_either && ["ankle", "foot"].contains(&w.as_str())).find_map(near);
            let own_words = own.iter().filter(|w| either.is_none() || !["ankle", "foot"].contains(&w.as_str()));
            let found: Option<Vec<Evidence>> = own_words.map(near).chain(either.clone().map(Some)).collect();
            if let Some(evidence) = found
                && best.as_ref().is_none_or(|b| own.len() > b.0)
            {
                best = Some((own.len(), child, evidence));
            }
        }
        if let Some((_, child, evidence)) = best {
            leaf.code = child.code.to_string();
            leaf.evidence.extend(evidence);
            return Some(());
        }
        let default = self.default_child(children)?;
        leaf.neighbours.extend(children.iter().filter(|c| c.code != default.code).map(|c| c.code.to_string()));
        leaf.code = default.code.to_string();
        leaf.is_default = true;
        Some(())
    }

    /// A fracture that nobody calls nondisplaced is a displaced one (Guidelines I.C.19.c).
    fn displaced<'c>(&self, children: &[codes::Diagnosis<'c>]) -> Option<Vec<codes::Diagnosis<'c>>> {
        let starts = |child: &codes::Diagnosis<'_>, word: &str| child.title.to_lowercase().starts_with(word);
        let is_choice =
            children.iter().any(|c| starts(c, "displaced")) && children.iter().any(|c| starts(c, "nondisplaced"));
        let lower = &self.document.lower;
        let wanted = if ["nondisplaced", "non-displaced", "non displaced", "without displacement"]
            .iter()
            .any(|w| lower.contains(w))
        {
            "nondisplaced"
        } else {
            "displaced"
        };
        is_choice.then(|| children.iter().filter(|c| starts(c, wanted)).cloned().collect())
    }

    /// Words of a child's title; "3a" and the like stay whole.
    fn title_and_first_of(&self, child: &codes::Diagnosis<'_>) -> Vec<String> {
        title_words(self.dictionary, &child.title)
    }

    fn default_child<'c>(&self, children: &'c [codes::Diagnosis<'c>]) -> Option<&'c codes::Diagnosis<'c>> {
        let with = |word: &str| {
            children.iter().find(|c| {
                let title = c.title.to_lowercase();
                title.contains(word) && !title.starts_with("other ")
            })
        };
        // "Migraine without aura … without status": the child with the most of it claims the least.
        let least = || {
            let count = |c: &&codes::Diagnosis<'_>| c.title.to_lowercase().matches("without").count();
            children.iter().filter(|c| count(c) > 0).max_by_key(|c| (count(c), std::cmp::Reverse(c.code.to_string())))
        };
        // "Unspecified asthma with acute exacerbation": a complication is never taken for granted.
        let plain = || {
            let is_plain = |title: &str| title.contains("unspecified") && title.contains("uncomplicated");
            children.iter().find(|c| is_plain(&c.title.to_lowercase()))
        };
        plain()
            .or_else(|| with("unspecified"))
            .or_else(|| children.iter().find(|c| c.title.to_lowercase().contains("other and unspecified")))
            .or_else(|| with("uncomplicated"))
            .or_else(least)
            .or_else(|| children.iter().find(|c| c.code.ends_with('9')))
            .or_else(|| children.iter().find(|c| c.code.ends_with('0')))
    }

    /// Words of the sentence, then of the block, in comparable form with their spans.
    fn near_words(&self) -> Vec<(String, Evidence)> {
        let Some(own) = self.document.sentences.get(self.mention.sentence) else { return Vec::new() };
        let block = self.document.sentences.iter().skip(self.mention.sentence.saturating_sub(12)).take(25);
        let others = block.filter(|s| s.block == own.block && s.first != own.first && !s.is_head);
        let mut words = Vec::new();
        for sentence in std::iter::once(own).chain(others) {
            let context =
                Context::of(self.document, sentence).without_names(&[(self.mention.first, self.mention.last)]);
            for word in self.dictionary.words(self.document.tokens_of(sentence), sentence.first) {
                // "No acute exacerbation" chooses nothing.
                if context.assertion(word.first, word.last).0 == Assertion::Negated {
                    continue;
                }
                let tokens = &self.document.tokens;
                let span = tokens.get(word.first).zip(word.last.checked_sub(1).and_then(|l| tokens.get(l)));
                if let Some(evidence) = span.and_then(|(a, b)| self.document.evidence(a.start, b.end)) {
                    // A toe is of the foot, a stage 3a of stage 3.
                    if let Some((_, whole)) = WHOLES.iter().find(|(part, _)| *part == word.text) {
                        words.push(((*whole).to_owned(), evidence.clone()));
                    }
                    words.push((word.text.to_owned(), evidence));
                }
            }
        }
        words
    }

    /// The seventh character by phase: fractures and their healing, other injuries, stages of glaucoma, fetus.
    fn seventh(&self, offered: &[char]) -> Option<char> {
        let near = self.near_words();
        let has = |word: &str| near.iter().any(|(w, _)| w == word);
        let is_fracture = offered.contains(&'G') && offered.contains(&'K');
        let wanted: &[char] = match self.phase {
            Phase::Sequela => &['S'],
            Phase::Healing if is_fracture && (has("nonunion") || has("non-union")) => &['K'],
            Phase::Healing if is_fracture && has("malunion") => &['P'],
            Phase::Healing if is_fracture && has("delayed") => &['G'],
            Phase::Healing => &['D'],
            Phase::Active if is_fracture && has("open") && !has("closed") => &['B', 'A'],
            Phase::Active => &['A'],
        };
        if let Some(chosen) = wanted.iter().find(|c| offered.contains(c)) {
            return Some(*chosen);
        }
        let stage = [("mild", '1'), ("moderate", '2'), ("severe", '3'), ("indeterminate", '4')];
        let stage = stage.iter().find(|(word, _)| has(word)).map(|(_, c)| *c);
        stage.filter(|c| offered.contains(c)).or_else(|| offered.contains(&'0').then_some('0'))
    }
}
