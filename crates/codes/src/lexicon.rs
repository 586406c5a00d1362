//! Our lexicon: how clinicians write what the tabular list says otherwise.
//!
//! `data/lexicon.tsv` has five kinds of rows: `abbr` (htn, hypertension), `same` (a word or phrase and the one the list
//! uses: heart attack, myocardial infarction), `near` (what a word or phrase may also mean, for search alone: inf,
//! infarction; gastric, stomach), `code` (a phrase and the code it means), and `seek` (the same for search
//! alone: names that say too little, or too rarely what they say, to code a note by).

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
    /// What words and phrases may also mean.
    near: BTreeMap<String, Vec<Vec<String>>>,
    terms: Vec<(String, String)>,
    sought: Vec<(String, String)>,
}

/// A phrase of more words is not looked for when words are rewritten.
const REWRITE_WORDS_MAX: usize = 4;

/// Wider meanings of one phrase that are followed.
const READINGS_OF_A_PHRASE_MAX: usize = 3;

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
            Near,
            Code,
            Seek,
        }
        const KINDS: &[(&str, Kind)] = &[
            ("abbr", Kind::Abbreviation),
            ("same", Kind::Same),
            ("near", Kind::Near),
            ("code", Kind::Code),
            ("seek", Kind::Seek),
        ];
        let mut lexicon = Self::default();
        table::read(file, text, |row| {
            let (term, means) = (row.text("term"), row.text("means"));
            if term.is_empty() || means.is_empty() {
                return Err(row.error("means", "a term and what it means"));
            }
            let kind = row.word("kind", KINDS)?;
            match kind {
                Kind::Abbreviation => {
                    lexicon.abbreviations.insert(term.to_lowercase(), means.to_owned());
                    lexicon.rewrites.insert(words(term).join(" "), words(means));
                }
                Kind::Same => drop(lexicon.rewrites.insert(words(term).join(" "), words(means))),
                Kind::Near => lexicon.near.entry(words(term).join(" ")).or_default().push(words(means)),
                Kind::Code | Kind::Seek => {
                    let codes = means.split_whitespace().map(|code| (term.to_owned(), bare(code)));
                    if matches!(kind, Kind::Seek) { &mut lexicon.sought } else { &mut lexicon.terms }.extend(codes);
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

    /// Phrases for search alone, with the code they lead to, without dots.
    pub fn sought(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sought.iter().map(|(term, code)| (term.as_str(), code.as_str()))
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
        self.normal_words(&words(text))
    }

    pub(crate) fn normal_words(&self, words: &[String]) -> Vec<String> {
        let mut normal = Vec::with_capacity(words.len());
        let mut rest = words;
        while let [first, tail @ ..] = rest {
            match longest(&self.rewrites, rest) {
                Some((to, count)) => {
                    normal.extend(to.iter().map(|word| stem(word)));
                    rest = rest.get(count..).unwrap_or_default();
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

    /// Words as they may also be meant: all their first wider meanings at once, then each meaning by itself.
    pub(crate) fn wider(&self, words: &[String]) -> Vec<Vec<String>> {
        let mut places: Vec<(usize, usize, &[Vec<String>])> = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            match longest(&self.near, rest) {
                Some((meanings, count)) => {
                    places.push((at, count, meanings));
                    at += count;
                }
                None => at += 1,
            }
        }
        let mut wider = Vec::new();
        if places.len() > 1 {
            let mut all = words.to_vec();
            for (at, count, meanings) in places.iter().rev() {
                all.splice(*at..at + count, meanings.first().into_iter().flatten().cloned());
            }
            wider.push(all);
        }
        for nth in 0..READINGS_OF_A_PHRASE_MAX {
            for (at, count, meanings) in &places {
                if let Some(meaning) = meanings.get(nth) {
                    let mut one = words.to_vec();
                    one.splice(*at..at + count, meaning.iter().cloned());
                    wider.push(one);
                }
            }
        }
        wider
    }
}

/// The longest phrase that words begin with, and how many words it has.
fn longest<'a, T>(phrases: &'a BTreeMap<String, T>, words: &[String]) -> Option<(&'a T, usize)> {
    let most = REWRITE_WORDS_MAX.min(words.len());
    (1..=most).rev().find_map(|count| phrases.get(&words.get(..count)?.join(" ")).map(|to| (to, count)))
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

/// The words of a text as they stand, in any order: what is left when neither synonyms nor endings are touched.
pub(crate) fn spoken(text: &str) -> Vec<String> {
    let mut words = words(text);
    words.retain(|word| !STOP_WORDS.contains(&word.as_str()));
    words.sort_unstable();
    words.dedup();
    words
}

/// A letter without its accent; everything else as it is.
#[must_use]
pub const fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

fn fold(c: char, word: &mut String) {
    word.extend(c.to_lowercase().map(without_accent));
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
