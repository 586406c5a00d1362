//! What a few words affirm: negation by the clause, for short words in reports and records.

use crate::document::word_position;

/// Words that deny what follows them in their clause.
const BEFORE: &[&str] = &[
    "no",
    "not",
    "without",
    "w/o",
    "never",
    "none",
    "nothing",
    "denies",
    "declined",
    "refused",
    "instead of",
    "rather than",
];

/// Words that deny what stands before them in their sentence.
const AFTER: &[&str] = &[
    "not done",
    "not needed",
    "not placed",
    "not performed",
    "not used",
    "not part",
    "not imaged",
    "not included",
    "not obtained",
    "not ordered",
    "not given",
    "not required",
    "not taken",
    "not indicated",
    "not evaluated",
    "was not",
    "were not",
    "declined",
    "deferred",
    "refused",
    "cancelled",
    "canceled",
    "offered",
    "aborted",
    "abandoned",
    "unnecessary",
    ": none",
    ": no",
    ": not",
    "- none",
];

/// Where the text says one of the words and does not deny it.
pub(crate) fn affirmed(text: &str, words: &str) -> Option<(usize, usize)> {
    words.split('|').filter_map(|word| affirmed_word(text, word.trim())).min()
}

fn affirmed_word(text: &str, word: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some((start, end)) = word_position(text.get(from..)?, word) {
        let (start, end) = (from + start, from + end);
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        let clause = before.rsplit([',', ';', ':', '(', ')', '\n', '.']).next().unwrap_or_default();
        let rest = after.split(['\n', ';']).next().unwrap_or_default();
        let rest = rest.split(". ").next().unwrap_or_default();
        let is_denied = BEFORE.iter().any(|no| word_position(clause, no).is_some())
            || AFTER
                .iter()
                .any(|no| word_position(rest, no).is_some() || rest.contains(no) && no.starts_with([':', '-']));
        if !is_denied {
            return Some((start, end));
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_not_affirmed() {
        assert!(affirmed("arterial line placed, no complications", "arterial line").is_some());
        assert!(affirmed("no art line needed", "art line").is_none());
        assert!(affirmed("tap block: offered, surgeon preferred ports", "tap block").is_none());
        assert!(affirmed("spleen, left kidney: not part of this study", "spleen").is_none());
        assert!(affirmed("no block. tap block by me", "tap block").is_some());
    }
}
