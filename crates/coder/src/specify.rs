//! From a code that words mean to the leaf that the note supports: side, stage, severity, episode.

use claim::{Evidence, Prompt};
use codes::Icd10cm;

use crate::{
    dictionary::{Dictionary, Side, title_words},
    document::{Document, Token},
    mention::Mention,
    sections::SectionKind,
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
        let Some((Side::Both, evidence)) = side.filter(|_| leaf.prompt.is_some()) else { return vec![leaf] };
        if let Some(code) = self.both_sides(&leaf.code) {
            return vec![Leaf { code, evidence: vec![evidence], is_default: false, prompt: None, ..leaf }];
        }
        let each: Vec<Leaf> =
            [Side::Right, Side::Left].into_iter().filter_map(|one| self.leaf(Some((one, evidence.clone())))).collect();
        if each.len() == 2 { each } else { vec![leaf] }
    }

    /// The code of the same category whose title differs by its sides alone and names both.
    fn both_sides(&self, code: &str) -> Option<String> {
        let plain = |title: &str| {
            let mut words = title_words(self.dictionary, title);
            words.retain(|w| w != "unspecified");
            words.sort_unstable();
            words
        };
        let own = plain(&self.icd.title(code)?);
        let category = code.get(..3)?;
        let below = self.icd.children(category).into_iter();
        let found = below
            .filter(|c| c.is_billable && self.title_side(&c.code) == Some(Side::Both))
            .find(|c| plain(&c.title) == own);
        found.map(|c| c.code.into_owned())
    }

    /// The neighbour that names the written side, or no side when none is written, of a code that says otherwise.
    fn on_side(&self, code: &str, side: Option<Side>) -> Option<String> {
        let title = self.icd.title(code)?.to_lowercase();
        let own_side = self.title_side(code);
        let says_otherwise = own_side.is_some() || side.is_some() && title.contains("unspecified");
        if own_side == side || !says_otherwise || !self.icd.is_billable(code) {
            return None;
        }
        let plain = |title: &str| {
            let mut words = title_words(self.dictionary, &title.to_lowercase());
            words.retain(|word| !NOISE.contains(&word.as_str()));
            words
        };
        let own = plain(&title);
        let neighbours = self.icd.children(code.get(..code.len().checked_sub(1)?)?).into_iter();
        let found = neighbours.filter(|c| self.title_side(&c.code) == side).find(|c| plain(&c.title) == own);
        found.map(|c| c.code.into_owned())
    }

    /// Chooses among the codes of the mention and walks down to a leaf; nothing when the words do not reach one.
    fn leaf(&self, side: Option<(Side, Evidence)>) -> Option<Leaf> {
        let code = self.opening_code(side.as_ref().map(|s| s.0))?;
        let code = self.on_side(&code, side.as_ref().map(|(side, _)| *side)).unwrap_or(code);
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
                return Some(leaf);
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

    fn title_side(&self, code: &str) -> Option<Side> {
        let title = self.icd.title(code)?.to_lowercase();
        let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
        let sides: Vec<Side> = words.iter().filter_map(|w| Side::of(w)).collect();
        sides.iter().find(|s| **s != Side::One).or(sides.first()).copied()
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

    fn descend_by_side(
        &self,
        leaf: &mut Leaf,
        sided: &[(String, Side)],
        children: &[codes::Diagnosis<'_>],
        side: Option<&(Side, Evidence)>,
    ) -> Option<()> {
        // Where several children are of the side (axilla, upper and lower limb), their other words choose.
        let of_side: Vec<codes::Diagnosis<'_>> = children
            .iter()
            .filter(|c| side.is_some_and(|(side, _)| sided.iter().any(|(code, s)| *code == c.code && s == side)))
            .cloned()
            .collect();
        if of_side.len() > 1 {
            let evidence = side.map(|(_, evidence)| evidence.clone());
            self.descend_by_words(leaf, &of_side, side.map(|(side, _)| *side))?;
            if leaf.is_default {
                // No word chose: what claims no part, or nothing.
                let plain = children.iter().find(|c| c.title.to_lowercase().contains("unspecified"));
                leaf.code = plain.or(of_side.first())?.code.to_string();
            }
            leaf.evidence.extend(evidence);
            return Some(());
        }
        if let Some((side, evidence)) = side
            && let Some((code, _)) = sided.iter().find(|(_, s)| s == side)
        {
            leaf.evidence.push(evidence.clone());
            leaf.neighbours.extend(sided.iter().map(|(c, _)| c.clone()).filter(|c| c != code));
            leaf.code.clone_from(code);
            return Some(());
        }
        let unspecified = children.iter().find(|c| {
            c.title.to_lowercase().contains("unspecified")
                && !sided.iter().any(|(code, s)| *code == c.code && *s != Side::One)
        });
        leaf.prompt = Some(self.side_prompt(&leaf.code, side.is_some_and(|s| s.0 == Side::Both)));
        leaf.neighbours.extend(sided.iter().map(|(c, _)| c.clone()));
        leaf.code = unspecified?.code.to_string();
        leaf.is_default = true;
        Some(())
    }

    fn side_prompt(&self, code: &str, is_both: bool) -> Prompt {
        let name = self.mention_text().map_or_else(String::new, |e| e.text);
        let text = if is_both { "Both sides are written; each needs its own code." } else { "No side is written." };
        Prompt {
            id: "missing-side".to_owned(),
            text: format!("{name}: {text}"),
            question: format!("Which side of the body does \u{201c}{name}\u{201d} refer to?"),
            options: vec!["Right".to_owned(), "Left".to_owned(), "Both sides".to_owned()],
            evidence: self.mention_text().into_iter().collect(),
            code: Some(code.to_owned()),
            is_blocking: false,
        }
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
        with("unspecified")
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
            for word in self.dictionary.words(self.document.tokens_of(sentence), sentence.first) {
                let tokens = &self.document.tokens;
                let span = tokens.get(word.first).zip(word.last.checked_sub(1).and_then(|l| tokens.get(l)));
                if let Some(evidence) = span.and_then(|(a, b)| self.document.evidence(a.start, b.end)) {
                    // A toe is of the foot, a stage 3a of stage 3.
                    if let Some((_, whole)) = WHOLES.iter().find(|(part, _)| *part == word.text) {
                        words.push(((*whole).to_owned(), evidence.clone()));
                    }
                    words.push((word.text, evidence));
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

    /// The side that is written: in the mention, in its sentence, in its block, else once for the same part anywhere.
    fn side(&self) -> Option<(Side, Evidence)> {
        let sentence = self.document.sentences.get(self.mention.sentence)?;
        let tokens = &self.document.tokens;
        let inside = self.nearest_side(sentence.first, sentence.last);
        if inside.is_some() {
            return inside;
        }
        let (first, last) = self.document.block_of(sentence)?;
        if let Some(found) = self.nearest_side(first, last) {
            return Some(found);
        }
        self.side_elsewhere(tokens)
    }

    fn nearest_side(&self, first: usize, last: usize) -> Option<(Side, Evidence)> {
        let range = self.document.tokens.get(first..last)?;
        let distance = |at: usize| {
            if at >= self.mention.first && at < self.mention.last {
                0
            } else if at < self.mention.first {
                self.mention.first - at
            } else {
                // A side before the name is more usual than one after it.
                at - self.mention.last + 2
            }
        };
        let sides = range.iter().enumerate().filter_map(|(i, t)| Some((first + i, Side::of(&t.stem)?, t)));
        let sides = sides.filter(|(at, side, _)| *side != Side::One && !self.is_dominance(*at));
        let (_, side, token) = sides.min_by_key(|(at, _, _)| distance(*at))?;
        Some((side, self.document.evidence(token.start, token.end)?))
    }

    /// "Right-hand dominant" says nothing about the illness.
    fn is_dominance(&self, at: usize) -> bool {
        let after = self.document.tokens.get(at + 1..at + 3).unwrap_or_default();
        after.iter().any(|t| matches!(t.stem.as_str(), "dominant" | "handed"))
    }

    fn side_elsewhere(&self, tokens: &[Token]) -> Option<(Side, Evidence)> {
        let parts: Vec<&str> = tokens
            .get(self.mention.first..self.mention.last)?
            .iter()
            .map(|t| t.stem.as_str())
            .filter(|w| PARTS.contains(w))
            .collect();
        let mut found: Option<(Side, Evidence)> = None;
        for (at, side) in &self.document.sides {
            let Some(sentence) = self.document.sentence_at(*at) else { continue };
            let is_told_elsewhere = matches!(
                sentence.section,
                SectionKind::Family | SectionKind::Past | SectionKind::Surgical | SectionKind::Social
            );
            if is_told_elsewhere || self.is_dominance(*at) {
                continue;
            }
            let near = tokens.get(at + 1..(at + 4).min(sentence.last)).unwrap_or_default();
            let is_same_part = near.iter().any(|t| parts.contains(&t.stem.as_str()));
            let is_complaint = sentence.section == SectionKind::Complaint && parts.is_empty();
            if !is_same_part && !is_complaint {
                continue;
            }
            match &found {
                Some((other, _)) if other != side => return None,
                Some(_) => {}
                None => {
                    let token = tokens.get(*at)?;
                    found = Some((*side, self.document.evidence(token.start, token.end)?));
                }
            }
        }
        found
    }
}

/// Parts of the body that have sides.
const PARTS: &[&str] = &[
    "shoulder", "arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb", "hip", "thigh", "knee", "leg", "calf",
    "ankle", "foot", "heel", "toe", "eye", "ear", "breast", "kidney", "ovary", "testicle", "groin", "cheek", "eyelid",
    "carpal", "rotator", "achilles", "plantar", "meniscus", "acl", "mcl", "patella", "clavicle", "rib", "flank",
    "buttock", "axilla", "lung",
];
