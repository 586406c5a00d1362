//! Cuts a note into pieces so that the words behind codes can be marked, also where they overlap.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A piece of a note, with the suggestions its words support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSegment {
    /// The words.
    pub text: String,
    /// Ids of suggestions separated by spaces, empty for unmarked text (`data-evidence`).
    pub evidence: String,
}

/// Cuts `text` at every border of a span; each piece carries the ids of all spans that cover it.
///
/// Spans are byte ranges. One outside the text or off a character border is narrowed to what is
/// inside; the pieces always join to exactly the text.
#[must_use]
pub fn segments(text: &str, spans: &[(Range<usize>, &str)]) -> Vec<NoteSegment> {
    // At each border, the spans that start and the spans that end there.
    let mut borders: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, (range, _)) in spans.iter().enumerate() {
        let (start, end) = (ceil(text, range.start), floor(text, range.end));
        if start < end {
            borders.entry(start).or_default().0.push(index);
            borders.entry(end).or_default().1.push(index);
        }
    }
    let mut pieces = Vec::new();
    let mut open: BTreeSet<usize> = BTreeSet::new();
    let mut at = 0;
    for (border, (starting, ending)) in borders {
        push(&mut pieces, text, at..border, &open, spans);
        for index in ending {
            open.remove(&index);
        }
        open.extend(starting);
        at = border;
    }
    push(&mut pieces, text, at..text.len(), &open, spans);
    pieces
}

fn push(
    pieces: &mut Vec<NoteSegment>,
    text: &str,
    range: Range<usize>,
    open: &BTreeSet<usize>,
    spans: &[(Range<usize>, &str)],
) {
    let Some(words) = text.get(range).filter(|words| !words.is_empty()) else { return };
    let mut ids: Vec<&str> = Vec::new();
    for (_, id) in open.iter().filter_map(|index| spans.get(*index)) {
        if !ids.contains(id) {
            ids.push(id);
        }
    }
    pieces.push(NoteSegment { text: words.to_owned(), evidence: ids.join(" ") });
}

fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, spans: &[(Range<usize>, &str)]) -> Vec<(String, String)> {
        segments(text, spans).into_iter().map(|s| (s.text, s.evidence)).collect()
    }

    fn piece(text: &str, evidence: &str) -> (String, String) {
        (text.to_owned(), evidence.to_owned())
    }

    #[test]
    fn overlapping_words_carry_both_codes() {
        let found = cut("left knee pain today", &[(0..9, "s1"), (5..14, "s2")]);
        assert_eq!(found, [piece("left ", "s1"), piece("knee", "s1 s2"), piece(" pain", "s2"), piece(" today", "")]);
    }

    #[test]
    fn nested_adjacent_and_repeated_spans() {
        let found = cut("abcdef", &[(0..6, "a"), (2..4, "b"), (4..6, "c"), (2..4, "b")]);
        assert_eq!(found, [piece("ab", "a"), piece("cd", "a b"), piece("ef", "a c")]);
    }

    #[test]
    fn borders_inside_a_character_and_outside_the_text_are_narrowed() {
        assert_eq!(cut("é fever", &[(1..40, "s1")]), [piece("é", ""), piece(" fever", "s1")]);
        assert_eq!(cut("plain", &[(9..12, "s1"), (3..3, "s2")]), [piece("plain", "")]);
        assert_eq!(cut("", &[(0..1, "s1")]), []);
    }

    proptest! {
        #[test]
        fn pieces_join_to_the_note(text in "\\PC{0,40}", borders in proptest::collection::vec((0usize..60, 0usize..60), 0..8)) {
            let spans: Vec<(Range<usize>, &str)> = borders.iter().map(|(a, b)| (*a..*b, "x")).collect();
            let joined: String = segments(&text, &spans).into_iter().map(|s| s.text).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
