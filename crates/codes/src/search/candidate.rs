//! Candidates for a question: codes whose terms answer it, each with the features that the ranker weighs.
#![allow(clippy::float_arithmetic, reason = "weights rank codes, they are no money")]

use std::collections::HashMap;

use super::{
    Source,
    index::{Index, real},
    query::{Fit, Letters, Reading, fit, readings, retrieve},
};
use crate::icd10cm::{Icd10cm, Kind, Node};

/// What the ranker knows of a candidate, in this order. Shares are 0 to 1; what is absent is -1.
pub const FEATURES: [&str; 49] = [
    "question_words",
    "best_question",
    "best_term",
    "best_source",
    "best_question_left",
    "best_term_left",
    "best_question_left_most",
    "best_term_left_most",
    "best_first_spoken",
    "best_last_answered",
    "best_letters",
    "title_question",
    "title_term",
    "title_term_left",
    "title_letters",
    "title_first_spoken",
    "above_question",
    "above_term",
    "above_source",
    "above_distance",
    "above_letters",
    "category_question",
    "category_term",
    "all_terms_question",
    "unspecified_title",
    "unspecified_asked",
    "other_title",
    "other_asked",
    "side_title",
    "side_asked",
    "side_conflict",
    "chapter",
    "length",
    "last_character",
    "needs_seventh",
    "retrieved",
    "retrieved_of_best",
    "place",
    "terms_retrieved",
    "category_share",
    "subcategory_share",
    "overall_of_best",
    "siblings",
    "nth_sibling",
    "retrieved_in_category",
    "index_question",
    "index_term",
    "inclusion_question",
    "inclusion_term",
];

/// Terms looked at for each reading, entries for each question, and candidates at last.
const TERMS_MAX: usize = 400;
const ENTRIES_MAX: usize = 64;
const CANDIDATES_MAX: usize = 64;
/// Of what stands below a category that was found, so many.
const BELOW_MAX: usize = 12;
const BELOW_SEEN_MAX: usize = 400;
/// Terms of one code that are compared word by word.
const COMPARED_MAX: usize = 5;

/// A code that may be meant.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Position in the tabular list.
    pub node: usize,
    pub features: [f32; FEATURES.len()],
    /// The words of the question that any of its terms answers.
    pub words: Vec<String>,
    /// Its title, or another of its terms, is the question word for word.
    pub is_whole: Option<Source>,
    /// Every word of its title is spoken of.
    pub is_title_spoken: bool,
}

/// What retrieval says of an entry.
#[derive(Default)]
struct Entry {
    score: f32,
    /// Terms with the reading they answer best, best first.
    terms: Vec<(u32, usize, f32)>,
}

#[derive(Clone, Copy, Default)]
struct Best {
    fit: Fit,
    source: f32,
    letters: f32,
    distance: f32,
}

/// Flags of the question as typed.
struct Asked {
    unspecified: bool,
    other: bool,
    side: f32,
}

/// 0 none, 1 right, 2 left, 3 both, 4 not said though there are two.
fn side_of(text: &str) -> f32 {
    let has = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other == word);
    if has("bilateral") || has("both") {
        3.0
    } else if has("right") || has("rt") {
        1.0
    } else if has("left") || has("lt") {
        2.0
    } else if text.contains("unspecified side")
        || ["eye", "ear", "knee", "hip", "ankle", "foot", "hand", "arm", "leg", "shoulder", "elbow", "wrist", "limb"]
            .iter()
            .any(|part| text.contains(&format!("unspecified {part}")))
    {
        4.0
    } else {
        0.0
    }
}

impl Asked {
    fn of(text: &str) -> Self {
        let words = crate::lexicon::words(text);
        let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        Self {
            unspecified: any(&["unspecified", "nos", "unspec", "uns", "unsp"]),
            other: any(&["other", "nec", "oth", "specified"]),
            side: side_of(&words.join(" ")),
        }
    }
}

/// A question without the words of a seventh character, which no term has.
fn without_encounter(text: &str) -> String {
    let lower = text.to_lowercase();
    let shorter = lower.replace("initial encounter", " ").replace("subsequent encounter", " ");
    if shorter.trim().is_empty() { lower } else { shorter }
}

/// A question being answered from one index.
pub(super) struct Search<'a> {
    pub icd: Icd10cm<'a>,
    pub index: &'a Index,
}

impl<'a> Search<'a> {
    fn nodes(&self) -> &'a [Node] {
        self.icd.tabular().nodes()
    }

    fn is_leaf(&self, position: usize) -> bool {
        self.nodes().get(position).is_some_and(|node| node.kind == Kind::Code && node.end == position + 1)
    }

    /// Candidates in no order that matters; the ranker puts them in order.
    pub fn candidates(&self, text: &str) -> Vec<Candidate> {
        let readings = readings(self.index, self.icd.lexicon(), &without_encounter(text));
        let letters: Vec<Letters> = readings.iter().map(Letters::of).collect();
        let entries = self.entries(&readings, &letters);
        let mut order: Vec<(u32, f32)> = entries.iter().map(|(entry, found)| (*entry, found.score)).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.truncate(ENTRIES_MAX);
        let mut chosen: Vec<(usize, f32)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (nth, (entry, score)) in order.iter().enumerate() {
            let position = *entry as usize;
            if self.is_leaf(position) {
                if seen.insert(position) {
                    chosen.push((position, *score));
                }
                continue;
            }
            let below = if nth < 4 { BELOW_MAX } else { 3 };
            for leaf in self.below(position, &readings, below) {
                if seen.insert(leaf) {
                    chosen.push((leaf, *score));
                }
            }
            if chosen.len() >= CANDIDATES_MAX {
                break;
            }
        }
        chosen.truncate(CANDIDATES_MAX);
        let asked = Asked::of(text);
        let mut candidates: Vec<Candidate> = chosen
            .iter()
            .enumerate()
            .map(|(nth, (node, score))| self.describe(*node, *score, nth, &readings, &letters, &entries, &asked))
            .collect();
        self.compare(&mut candidates);
        candidates
    }

    /// The entries of the terms that retrieval finds, by how well each term answers its best reading.
    fn entries(&self, readings: &[Reading], letters: &[Letters]) -> HashMap<u32, Entry> {
        let mut best: HashMap<u32, (usize, f32)> = HashMap::new();
        for (nth, (reading, typed)) in readings.iter().zip(letters).enumerate() {
            let whole: f32 = reading.slots.iter().map(|slot| slot.weight).sum::<f32>().max(0.1);
            for found in retrieve(self.index, reading, TERMS_MAX) {
                let words = self.index.words_of(found.term);
                let fits = fit(self.index, reading, words).overall();
                let score = 0.3 * found.score / whole + 0.5 * fits + 0.3 * typed.cosine(self.index, words);
                let known = best.entry(found.term).or_insert((nth, score));
                if score > known.1 {
                    *known = (nth, score);
                }
            }
        }
        let mut entries: HashMap<u32, Entry> = HashMap::new();
        for (term, (reading, score)) in best {
            if let Some(found) = self.index.terms.get(term as usize) {
                let entry = entries.entry(found.entry).or_default();
                entry.score = entry.score.max(score);
                entry.terms.push((term, reading, score));
            }
        }
        for entry in entries.values_mut() {
            entry.terms.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        }
        entries
    }

    /// The codes below a category that the question most likely means: titles that say what it says and little more.
    fn below(&self, position: usize, readings: &[Reading], limit: usize) -> Vec<usize> {
        let nodes = self.nodes();
        let Some(node) = nodes.get(position) else { return Vec::new() };
        let leaves = (position + 1..node.end).take(BELOW_SEEN_MAX).filter(|leaf| self.is_leaf(*leaf));
        let mut rated: Vec<(f32, usize)> = leaves
            .map(|leaf| {
                let title = self.title_words(leaf);
                let rated = readings.iter().map(|reading| self.rate(reading, title)).fold(f32::MIN, f32::max);
                let is_unspecified = nodes.get(leaf).is_some_and(|node| node.title.contains("nspecified"));
                (rated + if is_unspecified { 2.0 } else { 0.0 }, leaf)
            })
            .collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rated.into_iter().take(limit).map(|(_, leaf)| leaf).collect()
    }

    fn rate(&self, reading: &Reading, words: &[u32]) -> f32 {
        let rated = words.iter().map(|word| {
            let sure = reading.answered_by(*word).iter().map(|(_, sure)| *sure).fold(0.0, f32::max);
            self.index.rarity(*word) * if sure > 0.0 { sure } else { -0.35 }
        });
        rated.sum()
    }

    fn title_term(&self, position: usize) -> Option<u32> {
        let first = *self.index.terms_of(super::index::number(position)).first()?;
        self.index.terms.get(first as usize).filter(|term| term.source == Source::Title).map(|_| first)
    }

    fn title_words(&self, position: usize) -> &'a [u32] {
        self.title_term(position).map_or(&[], |term| self.index.words_of(term))
    }

    /// The best of some terms.
    fn best(&self, terms: &[(u32, usize, f32)], readings: &[Reading], letters: &[Letters]) -> Option<Best> {
        let mut best: Option<Best> = None;
        for (term, reading, _) in terms.iter().take(COMPARED_MAX) {
            let (Some(reading), Some(typed)) = (readings.get(*reading), letters.get(*reading)) else { continue };
            let words = self.index.words_of(*term);
            let fit = fit(self.index, reading, words);
            let cosine = typed.cosine(self.index, words);
            let source = self.index.terms.get(*term as usize).map_or(-1.0, |term| term.source as u8 as f32);
            let most = best.map_or(cosine, |best| best.letters.max(cosine));
            if best.is_none_or(|best| fit.overall() > best.fit.overall()) {
                best = Some(Best { fit, source, letters: most, distance: 0.0 });
            } else if let Some(best) = &mut best {
                best.letters = most;
            }
        }
        best
    }

    #[allow(clippy::too_many_arguments, reason = "one question's working data")]
    fn describe(
        &self,
        position: usize,
        score: f32,
        nth: usize,
        readings: &[Reading],
        letters: &[Letters],
        entries: &HashMap<u32, Entry>,
        asked: &Asked,
    ) -> Candidate {
        let own = entries.get(&super::index::number(position));
        let title_term = self.title_term(position);
        // Each reading is compared with the title, whether or not retrieval gave it.
        let titles: Vec<(u32, usize, f32)> =
            title_term.iter().flat_map(|term| (0..readings.len()).map(move |reading| (*term, reading, 0.0))).collect();
        let title = self.best(&titles, readings, letters).unwrap_or_default();
        let own_terms: &[(u32, usize, f32)] = own.map_or(&[], |entry| &entry.terms);
        let own_best = self.best(own_terms, readings, letters).unwrap_or(title);
        let own_best = if title.fit.overall() > own_best.fit.overall() { title } else { own_best };
        let of_source = |wanted: fn(Source) -> bool| {
            let is_wanted = |(term, _, _): &&(u32, usize, f32)| {
                self.index.terms.get(*term as usize).is_some_and(|term| wanted(term.source))
            };
            let list: Vec<(u32, usize, f32)> = own_terms.iter().filter(is_wanted).copied().collect();
            self.best(&list, readings, letters)
        };
        let from_index = of_source(|source| matches!(source, Source::Index | Source::Table | Source::Lexicon));
        let from_inclusion = of_source(|source| source == Source::Inclusion);
        let nodes = self.nodes();
        let node = nodes.get(position);
        let (mut above, mut category) = (None::<Best>, Fit::default());
        let mut slots = own_best.fit.slots | title.fit.slots;
        let mut parent = node.and_then(|node| node.parent);
        let mut distance = 1.0;
        while let Some(at) = parent {
            let Some(up) = nodes.get(at).filter(|node| node.kind == Kind::Code) else { break };
            if let Some(found) = entries.get(&super::index::number(at))
                && let Some(best) = self.best(&found.terms, readings, letters)
            {
                slots |= best.fit.slots;
                if above.is_none_or(|known| best.fit.overall() > known.fit.overall()) {
                    above = Some(Best { distance, ..best });
                }
            }
            if up.code.len() == 3 {
                let words = self.title_words(at);
                let fits = readings.iter().map(|reading| fit(self.index, reading, words));
                category = fits.max_by(|a, b| a.overall().total_cmp(&b.overall())).unwrap_or_default();
            }
            parent = up.parent;
            distance += 1.0;
        }
        let title_text = node.map_or("", |node| &node.title).to_lowercase();
        let side = side_of(&title_text);
        let code = node.map_or("", |node| &node.code);
        let flag = |is: bool| f32::from(u8::from(is));
        let absent = Best {
            fit: Fit { question: -1.0, term: -1.0, ..Fit::default() },
            source: -1.0,
            letters: -1.0,
            distance: -1.0,
        };
        let (above, from_index, from_inclusion) =
            (above.unwrap_or(absent), from_index.unwrap_or(absent), from_inclusion.unwrap_or(absent));
        let (siblings, place) = self.siblings(position);
        let reading = readings.first();
        let count = reading.map_or(1, |reading| reading.slots.len());
        let answered = slots.count_ones() as f32 / real(count.max(1));
        let first = code.chars().next().map_or(0.0, |c| f32::from(u8::try_from(c).unwrap_or(0)) - f32::from(b'A'));
        let last = code.chars().last().and_then(|c| c.to_digit(36)).map_or(-1.0, |digit| digit.min(10) as f32);
        let both_sides = side == 1.0 || side == 2.0 || side == 3.0;
        let features = [
            real(count),
            own_best.fit.question,
            own_best.fit.term,
            own_best.source,
            own_best.fit.question_left as f32,
            own_best.fit.term_left as f32,
            own_best.fit.question_left_most,
            own_best.fit.term_left_most,
            flag(own_best.fit.is_first_spoken),
            flag(own_best.fit.is_last_answered),
            own_best.letters,
            title.fit.question,
            title.fit.term,
            title.fit.term_left as f32,
            title.letters,
            flag(title.fit.is_first_spoken),
            above.fit.question,
            above.fit.term,
            above.source,
            above.distance,
            above.letters,
            category.question,
            category.term,
            answered,
            flag(title_text.contains("unspecified")),
            flag(asked.unspecified),
            flag(title_text.contains("other ") || title_text.contains("elsewhere classified")),
            flag(asked.other),
            side,
            asked.side,
            flag(both_sides && asked.side != side),
            first,
            real(code.len()),
            last,
            flag(node.is_some_and(|node| !node.sevenths.is_empty())),
            score,
            0.0,
            real(nth),
            real(own_terms.len()),
            0.0,
            0.0,
            own_best.fit.overall().max(above.fit.overall()),
            real(siblings),
            real(place),
            0.0,
            from_index.fit.question,
            from_index.fit.term,
            from_inclusion.fit.question,
            from_inclusion.fit.term,
        ];
        let literal =
            |term: u32| reading.is_some_and(|reading| fit(self.index, reading, self.index.words_of(term)).is_whole());
        let whole = own_terms.iter().take(COMPARED_MAX).map(|(term, _, _)| *term).find(|term| literal(*term));
        let is_whole = if title_term.is_some_and(literal) {
            Some(Source::Title)
        } else {
            whole.and_then(|term| self.index.terms.get(term as usize)).map(|term| term.source)
        };
        let words = reading.map_or(&[][..], |reading| &reading.slots).iter().zip(0_u32..);
        let words = words.filter(|(_, nth)| slots & 1_u32.checked_shl(*nth).unwrap_or_default() != 0);
        Candidate {
            node: position,
            features,
            words: words.map(|(slot, _)| slot.text.clone()).collect(),
            is_whole,
            is_title_spoken: title.fit.term_left == 0,
        }
    }

    /// How many codes stand beside a code, and its place among them.
    fn siblings(&self, position: usize) -> (usize, usize) {
        let nodes = self.nodes();
        let Some(node) = nodes.get(position) else { return (0, 0) };
        let Some(parent) = node.parent else { return (0, 0) };
        let mut count = 0;
        let mut place = 0;
        for below in self.icd.tabular().below(parent) {
            if below.code == node.code {
                place = count;
            }
            count += 1;
        }
        (count, place)
    }

    /// Fills in what can only be said beside the others.
    fn compare(&self, candidates: &mut [Candidate]) {
        const RETRIEVED: usize = 35;
        const OF_BEST: usize = 36;
        const CATEGORY: usize = 39;
        const SUBCATEGORY: usize = 40;
        const OVERALL: usize = 41;
        const IN_CATEGORY: usize = 44;
        let nodes = self.nodes();
        let of = |candidate: &Candidate, feature: usize| candidate.features.get(feature).copied().unwrap_or_default();
        let best = |feature: usize| candidates.iter().map(|c| of(c, feature)).fold(0.001_f32, f32::max);
        let (best_score, best_overall) = (best(RETRIEVED), best(OVERALL));
        let mut shares: HashMap<&str, f32> = HashMap::new();
        let mut most: HashMap<&str, f32> = HashMap::new();
        let mut total = 0.001_f32;
        for candidate in candidates.iter() {
            let code = nodes.get(candidate.node).map_or("", |node| &node.code);
            let weight = (of(candidate, OVERALL) / best_overall).powi(4);
            total += weight;
            for length in [3, 4] {
                if let Some(family) = code.get(..length) {
                    *shares.entry(family).or_default() += weight;
                }
            }
            if let Some(family) = code.get(..3) {
                let known = most.entry(family).or_default();
                *known = known.max(of(candidate, OVERALL));
            }
        }
        for candidate in candidates.iter_mut() {
            let code = nodes.get(candidate.node).map_or("", |node| &node.code);
            let share =
                |length: usize| code.get(..length).and_then(|family| shares.get(family)).map_or(0.0, |sum| sum / total);
            let of_family = code.get(..3).and_then(|family| most.get(family)).copied().unwrap_or_default();
            let overall = of(candidate, OVERALL);
            let filled = [
                (OF_BEST, of(candidate, RETRIEVED) / best_score),
                (CATEGORY, share(3)),
                (SUBCATEGORY, share(4)),
                (OVERALL, overall / best_overall),
                (IN_CATEGORY, of_family - overall),
            ];
            for (feature, value) in filled {
                if let Some(place) = candidate.features.get_mut(feature) {
                    *place = value;
                }
            }
        }
    }
}
