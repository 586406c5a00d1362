//! Phrases of a table: groups of words that stand near each other in one sentence, and what the sentence says of them.

use claim::Evidence;
use memchr::memmem;

use crate::{
    context::{Assertion, Context},
    document::{Document, Sentence},
    sections::SectionKind,
    table::{cell, table},
};

/// A row of the table of decisions.
pub(crate) struct Phrase {
    groups: Vec<Vec<&'static str>>,
    near: usize,
    in_plan: bool,
    /// Counts however it is told.
    is_always: bool,
    /// Words that must not stand between.
    not: Vec<&'static str>,
}

/// The phrases of an element.
pub(crate) fn of(element: &str) -> impl Iterator<Item = Phrase> {
    table!("decisions.tsv").filter(move |row| cell(row, 0) == element).map(|row| Phrase {
        groups: cell(row, 1).split(" & ").map(|group| group.split('|').collect()).collect(),
        near: cell(row, 2).parse().unwrap_or(usize::MAX),
        in_plan: cell(row, 3) == "plan",
        is_always: cell(row, 3) == "always",
        not: cell(row, 4).split('|').filter(|word| !word.is_empty()).collect(),
    })
}

/// The words of an element that has one group.
pub(crate) fn words(element: &str) -> Vec<&'static str> {
    of(element).flat_map(|phrase| phrase.groups).flatten().collect()
}

/// The first place of an element that the note affirms, with its sentence.
pub(crate) fn find<'d>(
    document: &'d Document<'_>,
    element: &str,
    wanted: impl Fn(&Sentence) -> bool,
) -> Option<(&'d Sentence, Evidence)> {
    of(element).find_map(|phrase| {
        let can_stand = phrase
            .groups
            .iter()
            .all(|group| group.iter().any(|word| document.lower.contains(word.trim_end_matches(['*', '#', ' ']))));
        let told = document.sentences.iter().filter(|s| can_stand && phrase.may_stand(document, s) && wanted(s));
        told.flat_map(|s| phrase.places(document.lower_of(s)).into_iter().map(move |place| (s, place)))
            .find(|(s, (start, end))| phrase.is_always || is_affirmed(document, s, s.start + start, s.start + end))
            .and_then(|(s, (start, end))| Some((s, document.evidence(s.start + start, s.start + end)?)))
    })
}

impl Phrase {
    fn may_stand(&self, document: &Document<'_>, sentence: &Sentence) -> bool {
        if self.in_plan { is_decided(document, sentence) } else { is_of_today(sentence) }
    }

    /// Where all groups stand near each other.
    fn places(&self, lower: &str) -> Vec<(usize, usize)> {
        let Some((first, others)) = self.groups.split_first() else { return Vec::new() };
        let spans: Vec<Vec<(usize, usize)>> = others.iter().map(|group| stands(lower, group)).collect();
        let near = |(start, end): (usize, usize)| {
            let span = spans.iter().try_fold((start, end), |(from, to), group| {
                let joined =
                    group.iter().filter(|(s, e)| *e <= start || *s >= end).map(|(s, e)| (from.min(*s), to.max(*e)));
                joined.min_by_key(|(from, to)| to - from)
            })?;
            let between = lower.get(span.0..span.1)?;
            (between.len() <= self.near && stands(between, &self.not).is_empty()).then_some(span)
        };
        stands(lower, first).into_iter().filter_map(near).collect()
    }
}

/// Every place of one of the words, as whole words: a word ending in `*` may go on, behind one ending in `#` stands a
/// number.
pub(crate) fn stands(lower: &str, words: &[&str]) -> Vec<(usize, usize)> {
    const NUMBER_NEAR: usize = 5;
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let each = words.iter().flat_map(|word| {
        let stem = word.trim_end_matches(['*', '#', ' ']);
        memmem::find_iter(lower.as_bytes(), stem).filter_map(move |at| {
            let end = at + stem.len();
            let rest = lower.get(end..)?;
            let ending = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let length = if word.ends_with('*') { ending } else { 0 };
            let is_whole = !is_letter(lower.get(..at)?.chars().next_back())
                && !is_letter(lower.get(end + length..)?.chars().next());
            let has_number = || rest.chars().take(NUMBER_NEAR).any(|c| c.is_ascii_digit());
            (is_whole && (!word.ends_with('#') || has_number())).then_some((at, end + length))
        })
    });
    let mut places: Vec<(usize, usize)> = each.collect();
    places.sort_unstable();
    places
}

/// What is told of today: neither the past, nor the family, nor how the patient lives.
pub(crate) fn is_of_today(sentence: &Sentence) -> bool {
    use SectionKind::{Allergies, Family, Medications, Past, Social, Surgical, Systems};
    !matches!(sentence.section, Past | Family | Surgical | Social | Medications | Allergies | Systems)
}

/// Where decisions are written: the assessment and plan, orders and instructions; anywhere in a note without headings.
pub(crate) fn is_decided(document: &Document<'_>, sentence: &Sentence) -> bool {
    use SectionKind::{Instructions, None, Other, Treatment};
    sentence.section.is_assessed()
        || matches!(sentence.section, Instructions | Treatment | Other)
        || sentence.section == None && (!document.has_assessment() || is_after_assessment(document, sentence))
}

/// A paragraph after the assessment whose heading is not known.
fn is_after_assessment(document: &Document<'_>, sentence: &Sentence) -> bool {
    document.sections.iter().any(|section| section.kind.is_assessed() && section.start < sentence.start)
}

/// Neither denied nor asked for in some other case, nor told of relatives or of the past.
fn is_affirmed(document: &Document<'_>, sentence: &Sentence, start: usize, end: usize) -> bool {
    let first = document.tokens.partition_point(|token| token.end <= start);
    let last = document.tokens.partition_point(|token| token.start < end);
    let (assertion, cue) = Context::of(document, sentence).assertion(first, last);
    // "No antibiotics needed, fluids": a denial ends at the comma, unless an "or" makes it one list.
    let goes_on = cue.and_then(|(_, last)| document.tokens.get(last.checked_sub(1)?)).is_some_and(|token| {
        let between = document.lower.get(token.end..start).unwrap_or_default();
        !between.contains(',') || document.lower.get(token.end..sentence.end).is_some_and(|rest| rest.contains(" or "))
    });
    let is_denied = match assertion {
        Assertion::Negated => goes_on,
        Assertion::Hypothetical => cue.is_some(),
        _ => false,
    };
    !is_denied && !is_conditional(document.lower.get(end..sentence.end).unwrap_or_default())
}

/// "Surgery if stones", "to the ED for any worsening": what follows names the case in which it would be.
pub(crate) fn is_conditional(after: &str) -> bool {
    const CASES: &[&str] =
        &["if ", "should ", "for any ", "for worsening", "with any ", "in case ", "unless ", "once ", "when "];
    let after = after.trim_start_matches([' ', ',', '(', '-']);
    CASES.iter().any(|case| after.starts_with(case))
}
