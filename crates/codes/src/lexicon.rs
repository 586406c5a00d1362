//! Our lexicon: how clinicians write what the tabular list says otherwise.
//!
//! `data/lexicon.tsv` has three kinds of rows: `abbr` (htn, hypertension), `same` (a word or phrase and the one the
//! list uses: heart attack, myocardial infarction), and `code` (a phrase and the code it means).

use std::collections::BTreeMap;

use crate::{
    icd10cm::bare,
    table::{self, TableError},
};

/// Abbreviations, synonyms and phrases with their codes.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    abbreviations: BTreeMap<String, String>,
    /// Words as the index knows them, from words as people write them; keys are folded words joined by spaces.
    rewrites: BTreeMap<String, Vec<String>>,
    terms: Vec<(String, String)>,
}

/// A phrase of more words is not looked for when words are rewritten.
const REWRITE_WORDS_MAX: usize = 4;

/// Words without weight in a search.
const STOP_WORDS: &[&str] = &[
    "a", "an", "the", "of", "and", "or", "in", "with", "to", "for", "by", "on", "at", "as", "is", "due", "nos", "nec",
];

impl Lexicon {
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, TableError> {
        #[derive(Clone, Copy)]
        enum Kind {
            Abbreviation,
            Same,
            Code,
        }
        const KINDS: &[(&str, Kind)] = &[("abbr", Kind::Abbreviation), ("same", Kind::Same), ("code", Kind::Code)];
        let mut lexicon = Self::default();
        table::read(file, text, |row| {
            let (term, means) = (row.text("term"), row.text("means"));
            if term.is_empty() || means.is_empty() {
                return Err(row.error("means", "a term and what it means"));
            }
            match row.word("kind", KINDS)? {
                Kind::Abbreviation => {
                    lexicon.abbreviations.insert(term.to_lowercase(), means.to_owned());
                    lexicon.rewrites.insert(words(term).join(" "), words(means));
                }
                Kind::Same => drop(lexicon.rewrites.insert(words(term).join(" "), words(means))),
                Kind::Code => {
                    let codes = means.split_whitespace().map(|code| (term.to_owned(), bare(code)));
                    lexicon.terms.extend(codes);
                }
            }
            Ok(())
        })?;
        Ok(lexicon)
    }

    /// Phrases with the code they mean, without dots.
    pub fn terms(&self) -> impl Iterator<Item = (&str, &str)> {
        self.terms.iter().map(|(term, code)| (term.as_str(), code.as_str()))
    }

    /// Abbreviations in lower case with their long forms.
    pub fn abbreviations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.abbreviations.iter().map(|(short, long)| (short.as_str(), long.as_str()))
    }

    /// Phrases people write with the words the tabular list uses for them; abbreviations among them.
    pub fn rewrites(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.rewrites.iter().map(|(from, to)| (from.as_str(), to.as_slice()))
    }

    /// The words of a text as titles and searches are compared: folded, abbreviations and synonyms replaced by the
    /// list's words (longest phrase first), endings cut, words without weight left out.
    #[must_use]
    pub fn normal(&self, text: &str) -> Vec<String> {
        let words = words(text);
        let mut normal = Vec::with_capacity(words.len());
        let mut rest = words.as_slice();
        while let [first, tail @ ..] = rest {
            let longest = (1..=REWRITE_WORDS_MAX.min(rest.len())).rev().find_map(|count| {
                let (phrase, after) = rest.split_at_checked(count)?;
                self.rewrites.get(&phrase.join(" ")).map(|to| (to, after))
            });
            match longest {
                Some((to, after)) => {
                    normal.extend(to.iter().map(|word| stem(word)));
                    rest = after;
                }
                None => {
                    normal.push(stem(first));
                    rest = tail;
                }
            }
        }
        normal.retain(|word| !STOP_WORDS.contains(&word.as_str()));
        normal
    }
}

/// Lower-case words of letters and digits, accents folded, possessives dropped.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '\'' | '\u{2019}') {
            // Crohn's and Crohns are one word; so is the plural's apostrophe.
            if chars.peek() == Some(&'s') {
                chars.next();
            }
        } else if c.is_alphanumeric() {
            fold(c, &mut word);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn fold(c: char, word: &mut String) {
    for c in c.to_lowercase() {
        word.push(match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            other => other,
        });
    }
}

/// Singular of plurals; nothing more, because endings carry meaning in this language.
fn stem(word: &str) -> String {
    let keep = ["ss", "us", "is", "as", "os"];
    if word.len() > 4
        && let Some(base) = word.strip_suffix("ies")
    {
        return format!("{base}y");
    }
    if word.len() > 3
        && word.ends_with('s')
        && !keep.iter().any(|end| word.ends_with(end))
        && let Some(base) = word.strip_suffix('s')
    {
        return base.to_owned();
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let text = "kind\tterm\tmeans\nabbr\thtn\thypertension\nsame\theart attack\tmyocardial infarction\ncode\tmono\tB27.90\n";
        Lexicon::read("lexicon.tsv", text).unwrap()
    }

    #[test]
    fn words_meet_in_one_form() {
        let lexicon = lexicon();
        assert_eq!(lexicon.normal("Hx of HTN, old heart attacks"), ["hx", "hypertension", "old", "heart", "attack"]);
        assert_eq!(lexicon.normal("Heart attack"), ["myocardial", "infarction"]);
        assert_eq!(lexicon.normal("Ménière's allergies"), ["meniere", "allergy"]);
        assert_eq!(lexicon.terms().collect::<Vec<_>>(), [("mono", "B2790")]);
    }
}
