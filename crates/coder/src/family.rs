//! Relatives as subjects: "mother reports that she has", "his father had".

use claim::Sex;

use crate::document::Token;

/// Relatives by their stem, with the pronoun that takes the place of each.
const RELATIVES: &[(&str, &str)] = &[
    ("mother", "she"),
    ("mom", "she"),
    ("sister", "she"),
    ("grandmother", "she"),
    ("aunt", "she"),
    ("niece", "she"),
    ("wife", "she"),
    ("daughter", "she"),
    ("father", "he"),
    ("dad", "he"),
    ("brother", "he"),
    ("grandfather", "he"),
    ("uncle", "he"),
    ("nephew", "he"),
    ("husband", "he"),
    ("son", "he"),
];
const SAYING: &[&str] = &["report", "state", "say", "note", "mention", "tell", "told", "said"];
const HAVING: &[&str] = &["has", "had", "was"];
/// After "has" these make the relative a witness: "mom has noticed".
const WITNESSING: &[&str] =
    &["noticed", "noted", "seen", "observed", "heard", "concern", "worry", "question", "given", "tried", "brought"];

/// How many tokens from `at` on say that what follows is the relative's own, when they do.
///
/// In the words of a parent "she" may be the child who is the patient; of anyone else it is the one who speaks.
pub(crate) fn subject(words: &[Token], at: usize, child: Option<Sex>) -> Option<usize> {
    let stem = |at: usize| words.get(at).map_or("", |token| token.stem.as_str());
    let (relative, pronoun) = RELATIVES.iter().find(|(relative, _)| *relative == stem(at))?;
    if HAVING.contains(&stem(at + 1)) {
        let is_patient = child.is_some() && matches!(*relative, "son" | "daughter");
        return (!is_patient && !WITNESSING.contains(&stem(at + 2))).then_some(2);
    }
    let may_be_child = match child {
        Some(Sex::Female) => *pronoun == "she",
        Some(Sex::Male) => *pronoun == "he",
        Some(Sex::Unknown) => true,
        None => false,
    };
    if may_be_child || !SAYING.contains(&stem(at + 1)) {
        return None;
    }
    let after = if stem(at + 2) == "that" { at + 3 } else { at + 2 };
    (stem(after) == *pronoun && HAVING.contains(&stem(after + 1))).then_some(after + 2 - at)
}

/// Where the patient becomes the subject again: "mother has diabetes, pt has asthma".
pub(crate) fn ends(words: &[Token], from: usize) -> Option<usize> {
    const VERBS: &[&str] = &["has", "had", "is", "was", "report", "state", "feel", "take", "present", "complain"];
    let rest = words.get(from..)?;
    let is_patient = |pair: &[Token]| matches!(pair, [a, b] if matches!(a.stem.as_str(), "patient" | "pt") && VERBS.contains(&b.stem.as_str()));
    rest.windows(2).position(is_patient).map(|at| from + at)
}
