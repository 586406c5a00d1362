//! Codes that an instruction names: one prefix or a range of prefixes.

use std::{fmt, str::FromStr};

/// A prefix (`I50`), a range of prefixes (`E08-E13`), or a range with a given fifth or sixth character (`T36-T50@5`,
/// the adverse effects of drugs). Without dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    first: Box<str>,
    last: Box<str>,
    character: Option<char>,
}

impl Target {
    /// True when the target names a code (dots allowed), as a whole or as part of a named category.
    #[must_use]
    pub fn names(&self, code: &str) -> bool {
        let code = bare(code);
        let (Some(low), Some(high)) = (code.get(..self.first.len()), code.get(..self.last.len())) else { return false };
        low >= &*self.first && high <= &*self.last && self.character.is_none_or(|c| drug_character(&code) == Some(c))
    }

    /// The first prefix.
    #[must_use]
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last prefix; equal to the first when it is one.
    #[must_use]
    pub fn last(&self) -> &str {
        &self.last
    }

    /// Every target that a note's text names in parentheses, such as `(I50.-)`, `(E08-E13)` or
    /// `(T36-T50 with fifth or sixth character 5)`.
    pub(crate) fn in_text(text: &str) -> Vec<Self> {
        let mut targets = Vec::new();
        for (close, _) in text.match_indices(')') {
            let before = text.get(..close).unwrap_or_default();
            let inside = before.rsplit('(').next().unwrap_or_default();
            if inside.len() < before.len() {
                in_parentheses(inside, &mut targets);
            }
        }
        targets
    }
}

fn in_parentheses(inside: &str, targets: &mut Vec<Target>) {
    let (codes, character) = match inside.split_once(" with ") {
        Some((codes, rest)) => (codes, rest.split_once("character ").and_then(|(_, rest)| rest.chars().next())),
        None => (inside, None),
    };
    for item in codes.split([',', ';']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" and ")) {
        let item: String = item.chars().filter(|c| !c.is_whitespace()).collect();
        // `I50.-` is a category, `E08-E13` a range, `O98.7-` a subcategory.
        let (first, last) = match item.split_once('-') {
            Some((first, last)) if !last.is_empty() => (first, last),
            _ => (item.as_str(), item.as_str()),
        };
        if let (Some(first), Some(last)) = (prefix(first), prefix(last)) {
            targets.push(Target { first, last, character });
        }
    }
}

/// Without dots and dashes; nothing when it is not the beginning of a code. Two letters begin a code when a digit
/// follows them (QA0): words in capitals, such as HIV, do not.
fn prefix(text: &str) -> Option<Box<str>> {
    let code: String = text.trim_end_matches('-').chars().filter(|c| *c != '.').collect();
    let is_code = match code.as_bytes() {
        [first, second, third, ..] => {
            first.is_ascii_uppercase()
                && (second.is_ascii_digit() || second.is_ascii_uppercase() && third.is_ascii_digit())
        }
        _ => false,
    };
    let has_characters = code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    (is_code && has_characters && (3..=7).contains(&code.len())).then(|| code.into())
}

/// Drug codes carry intent or adverse effect in the sixth character, or in the fifth when the sixth is a placeholder.
fn drug_character(code: &str) -> Option<char> {
    let sixth = code.chars().nth(5).filter(|c| *c != 'X');
    sixth.or_else(|| code.chars().nth(4))
}

pub(crate) fn bare(code: &str) -> String {
    code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect()
}

impl FromStr for Target {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (codes, character) = match text.split_once('@') {
            Some((codes, character)) => (codes, character.chars().next()),
            None => (text, None),
        };
        let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
        Ok(Self { first: prefix(first).ok_or(())?, last: prefix(last).ok_or(())?, character })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        if self.first != self.last {
            write!(f, "-{}", self.last)?;
        }
        self.character.map_or(Ok(()), |c| write!(f, "@{c}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        Target::in_text(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_what_notes_name() {
        assert_eq!(found("heart failure (I50.-)"), "I50");
        assert_eq!(found("diabetes mellitus (E08-E13)"), "E08-E13");
        assert_eq!(found("(acute) bronchitis NOS (J20.-, J40)"), "J20 J40");
        assert_eq!(found("adverse effect (T36-T50 with fifth or sixth character 5)"), "T36-T50@5");
        assert_eq!(found("type 1 (E10.40-E10.49) or drug-induced (E09.4-)"), "E1040-E1049 E094");
        assert_eq!(found("carcinoid tumors (C7A.0-, D3A.0-) or Merkel cell (C4A)"), "C7A0 D3A0 C4A");
        assert_eq!(found("genetic disorders (QA0.-), malformations (Q00-QA0)"), "QA0 Q00-QA0");
        assert_eq!(found("virus (HIV), trisomy (XYY), (acute)"), "");
        assert_eq!(found("vitamin B12 deficiency (acute)"), "");
        assert_eq!(found("unbalanced) text ("), "");
    }

    #[test]
    fn names_codes_below_it() {
        let range: Target = "E08-E13".parse().unwrap();
        assert!(range.names("E11.40") && range.names("E13") && !range.names("E14") && !range.names("E1"));
        let adverse: Target = "T36-T50@5".parse().unwrap();
        assert!(adverse.names("T36.0X5A") && adverse.names("T36.95XA") && adverse.names("T39015D"));
        assert!(!adverse.names("T36.0X1A") && !adverse.names("T43.651A"));
        assert_eq!(adverse.to_string(), "T36-T50@5");
    }
}
