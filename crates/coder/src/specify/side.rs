//! Sides of the body: which one is written for a condition, and the code that names it (Guidelines I.B.13).

use claim::{Evidence, Prompt};

use super::{Leaf, NOISE, Surroundings};
use crate::{
    dictionary::{Side, title_words},
    document::Token,
    sections::SectionKind,
};

/// Parts of the body that have sides.
pub(crate) const PARTS: &[&str] = &[
    "shoulder", "arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb", "hip", "thigh", "knee", "leg", "calf",
    "ankle", "foot", "heel", "toe", "eye", "ear", "breast", "kidney", "ovary", "testicle", "groin", "cheek", "eyelid",
    "carpal", "rotator", "achilles", "plantar", "meniscus", "acl", "mcl", "patella", "clavicle", "rib", "flank",
    "buttock", "axilla", "lung",
];

impl Surroundings<'_, '_> {
    /// The code of the same category whose title differs by its sides alone and names both.
    pub(super) fn both_sides(&self, code: &str) -> Option<String> {
        let plain = |title: &str| {
            let mut words = title_words(self.dictionary, title);
            words.retain(|w| w != "unspecified");
            words
        };
        let own = plain(&self.icd.title(code)?);
        let category = code.get(..3)?;
        let near = self.icd.children(category);
        let far: Vec<_> = near.iter().flat_map(|child| self.icd.children(&child.code)).collect();
        let found = near
            .into_iter()
            .chain(far)
            .filter(|c| c.is_billable && self.title_side(&c.code) == Some(Side::Both))
            .find(|c| plain(&c.title) == own);
        found.map(|c| c.code.into_owned())
    }

    /// The neighbour that names the written side, or no side when none is written, of a code that says otherwise.
    pub(super) fn on_side(&self, code: &str, side: Option<Side>) -> Option<String> {
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

    /// The neighbour that says nondisplaced, where the note does and the code says otherwise.
    pub(super) fn as_displaced(&self, code: &str) -> Option<String> {
        const NOT: &[&str] = &["nondisplaced", "non-displaced", "non displaced", "undisplaced", "without displacement"];
        let title = self.icd.title(code)?.to_lowercase();
        let sentence = self.document.sentences.get(self.mention.sentence)?;
        let lower = self.document.lower_of(sentence);
        if !title.starts_with("displaced") || !NOT.iter().any(|word| lower.contains(word)) {
            return None;
        }
        let wanted = format!("non{title}");
        let neighbours = self.icd.children(code.get(..code.len().checked_sub(1)?)?).into_iter();
        neighbours.filter(|c| c.title.to_lowercase() == wanted).map(|c| c.code.into_owned()).next()
    }

    /// The neighbour of a code without a site whose site is written near ("spondylosis, site unspecified").
    pub(super) fn on_site(&self, leaf: &Leaf) -> Option<Leaf> {
        let title = self.icd.title(&leaf.code)?.to_lowercase();
        if !["site unspecified", "unspecified site", "unspecified region"].iter().any(|words| title.contains(words)) {
            return None;
        }
        let above = leaf.code.get(..leaf.code.len().checked_sub(1)?)?;
        let mut other = Leaf { code: above.to_owned(), is_default: false, ..leaf.clone() };
        let children = self.icd.children(above);
        self.descend_by_words(&mut other, &children, None)?;
        (!other.is_default && self.icd.is_billable(&other.code)).then_some(other)
    }

    pub(super) fn title_side(&self, code: &str) -> Option<Side> {
        let title = self.icd.title(code)?.to_lowercase();
        let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
        let sides: Vec<Side> = words.iter().filter_map(|w| Side::of(w)).collect();
        sides.iter().find(|s| **s != Side::One).or(sides.first()).copied()
    }

    pub(super) fn descend_by_side(
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
        if let Some(((_, evidence), child)) = side.zip(self.by_dominance(&of_side, side.map(|(side, _)| *side))) {
            leaf.code = child.code.to_string();
            leaf.evidence.push(evidence.clone());
            return Some(());
        }
        if of_side.len() > 1 {
            let evidence = side.map(|(_, evidence)| evidence.clone());
            let was_default = std::mem::take(&mut leaf.is_default);
            self.descend_by_words(leaf, &of_side, side.map(|(side, _)| *side))?;
            if leaf.is_default {
                // No word chose: the child that claims least ("right ear" before "recurrent, right ear"), or no part.
                let words = |c: &codes::Diagnosis<'_>| title_words(self.dictionary, &c.title);
                let is_least =
                    |c: &&codes::Diagnosis<'_>| of_side.iter().all(|o| words(c).iter().all(|w| words(o).contains(w)));
                let least = of_side.iter().find(is_least);
                leaf.is_default = least.is_none();
                let plain = least.or_else(|| children.iter().find(|c| c.title.to_lowercase().contains("unspecified")));
                leaf.code = plain.or(of_side.first())?.code.to_string();
            }
            leaf.is_default |= was_default;
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

    /// The dominant or the other side: as written, by the hand that is said to lead, else the right one is taken to
    /// lead (Guidelines I.C.6.a).
    fn by_dominance<'c>(
        &self,
        of_side: &'c [codes::Diagnosis<'_>],
        side: Option<Side>,
    ) -> Option<&'c codes::Diagnosis<'c>> {
        const OTHER: &[&str] = &["nondominant", "non-dominant", "non dominant"];
        let is_other = |title: &str| OTHER.iter().any(|word| title.contains(word));
        let titled = |wanted: bool| {
            of_side.iter().find(|c| {
                let title = c.title.to_lowercase();
                title.contains("dominant") && is_other(&title) == wanted
            })
        };
        let (leading, other) = (titled(false)?, titled(true)?);
        let sentence = self.document.sentences.get(self.mention.sentence)?;
        let lower = self.document.lower_of(sentence);
        let leads = |side: &str| {
            ["handed", "hand dominant", "hand dominance", "dominant"].iter().any(|word| {
                self.document.lower.contains(&format!("{side} {word}"))
                    || self.document.lower.contains(&format!("{side}-{word}"))
            })
        };
        let is_left_led = leads("left") && !leads("right");
        let is_leading = if is_other(lower) {
            false
        } else if lower.contains("dominant side") || lower.contains(", dominant") {
            true
        } else {
            (side? == Side::Right) != is_left_led
        };
        Some(if is_leading { leading } else { other })
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

    /// The side that is written: in the mention, in its sentence, in its block, else once for the same part anywhere.
    pub(super) fn side(&self) -> Option<(Side, Evidence)> {
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
        let stem = |at: usize| self.document.tokens.get(at).map_or("", |token| token.stem.as_str());
        matches!(stem(at + 1), "dominant" | "handed")
            || stem(at + 1) == "hand" && matches!(stem(at + 2), "dominant" | "dominance")
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
