//! Relatives as subjects: "mother reports that she has", "his father had", "lupus in a sister".

use claim::Sex;

use crate::document::Token;

/// Relatives by their stem, with the pronoun that takes the place of each and whether illness of theirs is told for
/// what the patient may inherit.
const RELATIVES: &[(&str, &str, bool)] = &[
    ("mother", "she", true),
    ("mom", "she", true),
    ("mum", "she", true),
    ("sister", "she", true),
    ("grandmother", "she", true),
    ("grandma", "she", true),
    ("mgm", "she", true),
    ("pgm", "she", true),
    ("aunt", "she", true),
    ("niece", "she", true),
    ("father", "he", true),
    ("dad", "he", true),
    ("brother", "he", true),
    ("grandfather", "he", true),
    ("grandpa", "he", true),
    ("mgf", "he", true),
    ("pgf", "he", true),
    ("uncle", "he", true),
    ("nephew", "he", true),
    ("sibling", "they", true),
    ("cousin", "they", true),
    ("parent", "they", true),
    ("grandparent", "they", true),
    ("wife", "she", false),
    ("girlfriend", "she", false),
    ("daughter", "she", false),
    ("husband", "he", false),
    ("boyfriend", "he", false),
    ("son", "he", false),
    ("spouse", "they", false),
    ("partner", "they", false),
    ("roommate", "they", false),
];
const SAYING: &[&str] = &["report", "state", "say", "note", "mention", "tell", "told", "said"];
const HAVING: &[&str] = &["has", "had", "was"];
/// After "has" or at once these make the relative a witness: "mom has noticed", "wife drove him".
const WITNESSING: &[&str] = &[
    "noticed",
    "noted",
    "notice",
    "seen",
    "see",
    "saw",
    "observed",
    "heard",
    "hear",
    "concern",
    "concerned",
    "worry",
    "worried",
    "question",
    "given",
    "give",
    "gave",
    "tried",
    "try",
    "brought",
    "bring",
    "ask",
    "asked",
    "think",
    "thought",
    "feel",
    "felt",
    "want",
    "call",
    "called",
    "help",
    "present",
    "here",
    "witnessed",
    "interpret",
    "translate",
    "confirm",
    "describe",
    "accompany",
    "drove",
    "drive",
    "found",
    "deny",
    "denied",
    "agree",
    "decline",
    "request",
    "at",
    "in",
    "who",
    "and",
    "live",
    "aware",
    "updated",
    "understand",
];
/// Illness of those who are no kin by blood is told in these words.
const AILING: &[&str] =
    &["is", "sick", "ill", "with", "also", "recently", "diagnosed", "tested", "positive", "died", "smoke", "got"];
/// Before a relative these make it company or a source: "here with mother", "per his wife".
const COMPANY: &[&str] = &["with", "by", "per", "from", "to"];
const POSSESSIVES: &[&str] = &["his", "her", "their", "a", "the", "patient", "pt", "one", "my"];

/// What a relative in a sentence says about the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relative {
    /// So many tokens, and what follows is the relative's own.
    Subject(usize),
    /// What stands before is the relative's own.
    Bearer,
    /// Someone who tells or comes along.
    Witness,
}

/// The relative named at `at`, if one is.
///
/// In the words of a parent "she" may be the child who is the patient; of anyone else it is the one who speaks.
pub(crate) fn relative(words: &[Token], at: usize, child: Option<Sex>) -> Option<Relative> {
    let stem = |at: usize| words.get(at).map_or("", |token| token.stem.as_str());
    let (name, pronoun, is_blood) = RELATIVES.iter().find(|(name, ..)| *name == stem(at))?;
    if HAVING.contains(&stem(at + 1)) {
        let is_patient = child.is_some() && matches!(*name, "son" | "daughter");
        let is_own = !is_patient && !WITNESSING.contains(&stem(at + 2));
        return Some(if is_own { Relative::Subject(2) } else { Relative::Witness });
    }
    if SAYING.contains(&stem(at + 1)) {
        let may_be_child = match child {
            Some(Sex::Female) => *pronoun == "she",
            Some(Sex::Male) => *pronoun == "he",
            Some(Sex::Unknown) => true,
            None => false,
        };
        let after = if stem(at + 2) == "that" { at + 3 } else { at + 2 };
        let is_own = !may_be_child && stem(after) == *pronoun && HAVING.contains(&stem(after + 1));
        return Some(if is_own { Relative::Subject(after + 2 - at) } else { Relative::Witness });
    }
    let before = |back: usize| at.checked_sub(back).map_or("", stem);
    let introduced = if POSSESSIVES.contains(&before(1)) { before(2) } else { before(1) };
    if COMPANY.contains(&introduced) || WITNESSING.contains(&stem(at + 1)) {
        return Some(Relative::Witness);
    }
    if introduced == "in" {
        return Some(Relative::Bearer);
    }
    let is_own = *is_blood || AILING.contains(&stem(at + 1));
    Some(if is_own { Relative::Subject(1) } else { Relative::Witness })
}

/// Where the patient becomes the subject again: "mother has diabetes, pt has asthma".
pub(crate) fn ends(words: &[Token], from: usize) -> Option<usize> {
    const VERBS: &[&str] = &["has", "had", "is", "was", "report", "state", "feel", "take", "present", "complain"];
    let rest = words.get(from..)?;
    let is_patient = |pair: &[Token]| matches!(pair, [a, b] if matches!(a.stem.as_str(), "patient" | "pt") && VERBS.contains(&b.stem.as_str()));
    rest.windows(2).position(is_patient).map(|at| from + at)
}
