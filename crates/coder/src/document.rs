//! A note as tokens, sentences and sections. Everything keeps its byte span.

use claim::{Evidence, Note, NoteKind, Sex};
use memchr::memmem;

use crate::{
    Visit,
    dictionary::Side,
    sections::{self, Section, SectionKind},
    specify::PARTS,
    therapy,
};

/// Notes longer than this are read up to here, so that time stays bounded.
const TOKENS_MAX: usize = 400_000;

/// Text without full stops is cut here, so that what stands near stays near.
const SENTENCE_TOKENS_MAX: usize = 120;

/// A word or number of the note.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    /// Lower case, accents folded, plural and possessive dropped.
    pub stem: String,
    /// Written in capitals altogether.
    pub is_capitals: bool,
}

/// A sentence, list item or line.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub start: usize,
    pub end: usize,
    /// Token range.
    pub first: usize,
    pub last: usize,
    pub section: SectionKind,
    /// Consecutive number of the paragraph, numbered or bulleted item it belongs to.
    pub block: usize,
    /// Reads like the name of a problem rather than prose.
    pub is_head: bool,
    /// Its block is a numbered item.
    pub is_numbered: bool,
}

/// A note as it is read.
pub(crate) struct Document<'n> {
    pub text: &'n str,
    /// Same length as `text`, ASCII in lower case.
    pub lower: String,
    pub kind: NoteKind,
    pub tokens: Vec<Token>,
    pub sentences: Vec<Sentence>,
    pub sections: Vec<Section>,
    /// Written by a therapist under a plan of care.
    pub is_therapy: bool,
    /// Words that name a side, by token number.
    pub sides: Vec<(usize, Side)>,
    /// The sex of a patient who is a child, of whom parents tell.
    pub child: Option<Sex>,
}

impl<'n> Document<'n> {
    pub(crate) fn read(note: &'n Note, visit: &Visit) -> Self {
        let text = note.text.as_str();
        let lower = text.to_ascii_lowercase();
        let sections = sections::find(text, &lower, visit.setting);
        let tokens = with_sides(text, spelled_out(text, tokens(text)));
        let is_dictated = lower.contains("new paragraph") || lower.matches(" period ").count() > 2;
        let sentences = Splitter { text, lower: &lower, tokens: &tokens, sections: &sections, is_dictated }.split();
        let named = tokens.iter().enumerate().filter_map(|(at, token)| Some((at, Side::of(&token.stem)?)));
        let sides = named.filter(|(_, side)| *side != Side::One).collect();
        let child = visit.age().filter(|age| *age < 18).map(|_| visit.patient_sex);
        let (kind, is_therapy) = (note.kind, false);
        let mut document = Self { text, lower, kind, tokens, sentences, sections, is_therapy, sides, child };
        document.is_therapy = therapy::is_therapy(&document, visit);
        document
    }

    /// The words of a span, as evidence.
    pub(crate) fn evidence(&self, start: usize, end: usize) -> Option<Evidence> {
        let text = self.text.get(start..end)?;
        (!text.is_empty()).then(|| Evidence { start, end, text: text.to_owned() })
    }

    /// A whole sentence as evidence.
    pub(crate) fn sentence_evidence(&self, sentence: &Sentence) -> Option<Evidence> {
        self.evidence(sentence.start, sentence.end)
    }

    pub(crate) fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        self.tokens.get(sentence.first..sentence.last).unwrap_or_default()
    }

    /// The lines in lower case, each with the place where it begins; their breaks stay.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut at = 0;
        self.lower.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line)
        })
    }

    /// A sentence in lower case.
    pub(crate) fn lower_of(&self, sentence: &Sentence) -> &str {
        self.lower.get(sentence.start..sentence.end).unwrap_or_default()
    }

    pub(crate) fn has_section(&self, kind: SectionKind) -> bool {
        self.sections.iter().any(|section| section.kind == kind)
    }

    /// True when the writer set the assessment apart.
    pub(crate) fn has_assessment(&self) -> bool {
        self.sections.iter().any(|section| section.kind.is_assessed())
    }

    /// The sentence a token stands in.
    pub(crate) fn sentence_at(&self, token: usize) -> Option<&Sentence> {
        let after = self.sentences.partition_point(|s| s.first <= token);
        self.sentences.get(after.checked_sub(1)?).filter(|s| token < s.last)
    }

    /// The tokens of the block of a sentence, as far as they are near; blocks are consecutive.
    pub(crate) fn block_of(&self, sentence: &Sentence) -> Option<(usize, usize)> {
        const NEAR: usize = 3 * SENTENCE_TOKENS_MAX;
        let from = self.sentences.partition_point(|s| s.block < sentence.block);
        let to = self.sentences.partition_point(|s| s.block <= sentence.block);
        let (first, last) = (self.sentences.get(from)?.first, self.sentences.get(to.checked_sub(1)?)?.last);
        Some((first.max(sentence.first.saturating_sub(NEAR)), last.min(sentence.last + NEAR)))
    }

    /// The phrases that stand somewhere in the note; most do not, and sentences need not be asked for them.
    pub(crate) fn present<'p>(&self, phrases: impl IntoIterator<Item = &'p str>) -> Vec<&'p str> {
        phrases
            .into_iter()
            .map(str::trim)
            .filter(|phrase| memmem::find(self.lower.as_bytes(), phrase.as_bytes()).is_some())
            .collect()
    }

    /// The first sentence that holds one of the phrases (lower case), with the phrase's span.
    pub(crate) fn find_phrase(&self, phrases: &[&str]) -> Option<(usize, Evidence)> {
        self.find_phrase_where(phrases, |_| true)
    }

    /// As [`Self::find_phrase`], among sentences of the wanted kind.
    pub(crate) fn find_phrase_where(
        &self,
        phrases: &[&str],
        wanted: impl Fn(&Sentence) -> bool,
    ) -> Option<(usize, Evidence)> {
        let phrases = self.present(phrases.iter().copied());
        if phrases.is_empty() {
            return None;
        }
        self.sentences.iter().enumerate().filter(|(_, s)| wanted(s)).find_map(|(at, sentence)| {
            let lower = self.lower_of(sentence);
            let (start, end) = phrases.iter().find_map(|phrase| word_position(lower, phrase))?;
            Some((at, self.evidence(sentence.start + start, sentence.start + end)?))
        })
    }
}

/// Where a phrase stands in a text as whole words.
pub(crate) fn word_position(text: &str, phrase: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = memmem::find(text.as_bytes().get(from..)?, phrase.as_bytes()) {
        let (start, end) = (from + found, from + found + phrase.len());
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        if !is_letter(before) && !is_letter(after) {
            return Some((start, end));
        }
        from = start + phrase.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// "C-O-P-D", as dictation writes an abbreviation, is one word.
fn spelled_out(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut words: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut is_open = false;
    for token in tokens {
        let is_letter = token.end - token.start == 1 && token.stem.bytes().all(|b| b.is_ascii_alphabetic());
        let last = words.last_mut().filter(|last| is_letter && text.get(last.end..token.start) == Some("-"));
        match last {
            Some(last) if is_open => {
                last.end = token.end;
                last.stem.push_str(&token.stem);
                // What is spelled out is an abbreviation, however it is written.
                last.is_capitals = true;
            }
            _ => {
                is_open = is_letter;
                words.push(token);
            }
        }
    }
    words
}

/// "R shoulder", "l knee", "cuff tear, L": a letter before a part of the body that has sides is its side, and so is a
/// capital that is no initial, no liter and no level. "Both knees" are the knees of both sides.
fn with_sides(text: &str, mut tokens: Vec<Token>) -> Vec<Token> {
    let is_part = |at: usize| tokens.get(at).is_some_and(|token| PARTS.contains(&token.stem.as_str()));
    let side = |at: usize, token: &Token| match token.stem.as_str() {
        "r" if is_part(at + 1) || is_side_letter(text, &tokens, at) => Some("right"),
        "l" if is_part(at + 1) || is_side_letter(text, &tokens, at) => Some("left"),
        "both" if is_part(at + 1) || is_part(at + 2) => Some("bilateral"),
        _ => None,
    };
    let sides: Vec<(usize, &str)> =
        tokens.iter().enumerate().filter_map(|(at, token)| Some((at, side(at, token)?))).collect();
    for (at, side) in sides {
        if let Some(token) = tokens.get_mut(at) {
            token.stem = side.to_owned();
        }
    }
    tokens
}

/// A capital that stands by itself: not "2 L", "L 4", "R. Cole", "R/O", "R Cole".
fn is_side_letter(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| token.is_capitals) else { return false };
    let word = |token: Option<&Token>| token.and_then(|t| text.get(t.start..t.end)).unwrap_or_default();
    let (before, after) = (word(at.checked_sub(1).and_then(|at| tokens.get(at))), word(tokens.get(at + 1)));
    let joint = |c: char| matches!(c, '/' | '-' | '&' | '\'' | '+');
    let is_joined = text.get(..token.start).is_some_and(|t| t.ends_with(joint))
        || text.get(token.end..).is_some_and(|t| t.starts_with(joint));
    let is_measure = [before, after].iter().any(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let mut letters = after.chars();
    let is_name = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    let has_stop = text.get(token.end..).is_some_and(|t| t.starts_with(". ") || t.starts_with(".") && after.len() == 1);
    !is_joined && !is_measure && !(is_name && (has_stop || text.get(token.end..).is_some_and(|t| t.starts_with(' '))))
}

/// Splits a text into words and numbers; a decimal point and a slash between digits stay inside.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = None;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let joins = matches!(c, '.' | '/')
            && start.is_some()
            && at.checked_sub(1).and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let apostrophe = matches!(c, '\'' | '\u{2019}') && start.is_some();
        if c.is_alphanumeric() || joins || apostrophe {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            push(text, from, at, &mut tokens);
            if tokens.len() >= TOKENS_MAX {
                return tokens;
            }
        }
    }
    if let Some(from) = start {
        push(text, from, text.len(), &mut tokens);
    }
    tokens
}

fn push(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let word = text.get(start..end).unwrap_or_default();
    let trimmed = word.trim_end_matches(['\'', '\u{2019}']);
    tokens.push(Token {
        start,
        end: start + trimmed.len(),
        stem: stem(trimmed),
        is_capitals: !trimmed.bytes().any(|b| b.is_ascii_lowercase()),
    });
}

/// One form for a word: lower case without accents, possessive and plural endings.
pub(crate) fn stem(word: &str) -> String {
    let mut base = if word.is_ascii() { word.to_ascii_lowercase() } else { folded(word) };
    if base.contains('\'') {
        base = base.strip_suffix("'s").unwrap_or(&base).replace('\'', "");
    }
    if base.len() > 4
        && let Some(root) = base.strip_suffix("ies")
    {
        return format!("{root}y");
    }
    let is_greek_plural = ["omas", "ias"].iter().any(|end| base.ends_with(end));
    let keeps_s = ["ss", "us", "is", "as", "os"].iter().any(|end| base.ends_with(end)) && !is_greek_plural;
    if base.len() > 3 && base.ends_with('s') && !keeps_s {
        base.pop();
    }
    base
}

/// Lower case without accents.
fn folded(word: &str) -> String {
    let plain = |c| match c {
        '\u{2019}' => '\'',
        other => codes::without_accent(other),
    };
    word.chars().flat_map(char::to_lowercase).map(plain).collect()
}

struct Splitter<'a> {
    text: &'a str,
    lower: &'a str,
    tokens: &'a [Token],
    sections: &'a [Section],
    is_dictated: bool,
}

/// Full stops after these do not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "pt", "vs", "approx", "no", "e.g", "i.e", "q.d", "b.i.d", "t.i.d", "p.o", "st", "jr",
    "sr", "min", "mins", "hx", "dx", "tx", "rt", "lt", "fx", "etc", "cont", "a.m", "p.m", "temp", "wt", "ht",
];

impl Splitter<'_> {
    fn split(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let mut first = 0;
        let mut block = 0;
        let mut opens_block = true;
        let mut is_item = false;
        let mut is_numbered = self.tokens.first().is_some_and(|t| self.begins_item(t.start));
        for at in 0..self.tokens.len() {
            let (Some(token), next) = (self.tokens.get(at), self.tokens.get(at + 1)) else { break };
            let gap_end = next.map_or(self.text.len(), |t| t.start);
            let cut = self.cut_after(token, gap_end, at, first);
            let is_endless = at - first >= SENTENCE_TOKENS_MAX;
            if cut == Cut::None && next.is_some() && !is_endless {
                continue;
            }
            if let Some(sentence) = self.sentence(first, at + 1, block, opens_block, is_item) {
                sentences.push(Sentence { is_numbered, ..sentence });
            }
            first = at + 1;
            opens_block = matches!(cut, Cut::Block | Cut::Item);
            if opens_block {
                block += 1;
                is_item = cut == Cut::Item;
                is_numbered = self.begins_item(gap_end);
            }
        }
        sentences
    }

    fn sentence(&self, first: usize, last: usize, block: usize, opens: bool, is_item: bool) -> Option<Sentence> {
        // The number of a list item is no word of its sentence.
        let is_counter = last > first + 1 && self.tokens.get(first).is_some_and(|t| self.begins_item(t.start));
        let first = if is_counter { first + 1 } else { first };
        let (start, end) = (self.tokens.get(first)?.start, self.tokens.get(last.checked_sub(1)?)?.end);
        // The mark of minutes belongs to its number: "15'".
        let is_prime = self.text.get(end..).is_some_and(|after| after.starts_with('\''));
        let end = if is_prime { end + 1 } else { end };
        let section = sections::at(self.sections, start);
        if section.1 {
            return None;
        }
        let limit = match (opens, is_item) {
            (true, true) => 40,
            (true, false) => 26,
            (false, _) => 10,
        };
        let is_listing = opens || section.0 == SectionKind::Assessment;
        let is_head = is_listing && section.0.is_assessed() && self.reads_as_name(first, last, limit);
        Some(Sentence { start, end, first, last, section: section.0, block, is_head, is_numbered: false })
    }

    /// Short, or an item of a list; and not prose about the patient.
    fn reads_as_name(&self, first: usize, last: usize, limit: usize) -> bool {
        const PROSE: &[&str] = &[
            "the",
            "patient",
            "pt",
            "this",
            "she",
            "he",
            "mr",
            "ms",
            "mrs",
            "i",
            "we",
            "they",
            "there",
            "after",
            "if",
            "continue",
            "start",
            "follow",
            "return",
            "rtc",
            "medical",
            "additional",
            "will",
            "refill",
            "increase",
            "decrease",
            "refer",
            "discussed",
            "recommend",
            "advised",
            "check",
            "order",
            "rx",
            "his",
            "her",
            "our",
        ];
        let words = self.tokens.get(first..last).unwrap_or_default().iter().map(|t| t.stem.as_str());
        if is_introduction(words.clone()) {
            return false;
        }
        let opening = words.into_iter().find(|w| !w.bytes().all(|b| b.is_ascii_digit())).unwrap_or_default();
        let length = last - first;
        !PROSE.contains(&opening) && length <= limit
    }

    fn cut_after(&self, token: &Token, gap_end: usize, at: usize, first: usize) -> Cut {
        let gap = self.text.get(token.end..gap_end).unwrap_or_default();
        // The body of a section begins a new block.
        if sections::begins_between(self.sections, token.end, gap_end) {
            return if self.begins_item(gap_end) { Cut::Item } else { Cut::Block };
        }
        if let Some(line_break) = gap.find('\n') {
            let after = gap.get(line_break..).unwrap_or_default();
            return self.cut_at_line(gap, after, gap_end, at);
        }
        if self.is_dictated && matches!(token.stem.as_str(), "period" | "paragraph" | "line") && at > first {
            return if token.stem == "period" { Cut::Sentence } else { Cut::Block };
        }
        let mark = gap.chars().find(|c| matches!(c, '.' | '!' | '?' | ';'));
        match mark {
            Some('.') => {
                let word = self.lower.get(token.start..token.end).unwrap_or_default();
                let is_number_of_item = at == first && word.bytes().all(|b| b.is_ascii_digit());
                let is_end = gap.len() > 1 || gap_end == self.text.len();
                // "E. coli": the first name of an organism.
                let is_initial = word.len() == 1 && token.is_capitals && !is_number_of_item;
                let is_genus = is_initial
                    && self
                        .text
                        .get(gap_end..)
                        .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_lowercase()));
                if is_genus
                    || ABBREVIATIONS.contains(&word) && gap_end != self.text.len()
                    || is_number_of_item
                    || !is_end
                {
                    Cut::None
                } else if self.begins_item(gap_end) {
                    Cut::Item
                } else {
                    Cut::Sentence
                }
            }
            Some(_) => Cut::Sentence,
            None => Cut::None,
        }
    }

    /// A line break is a boundary unless the next line goes on with the sentence.
    fn cut_at_line(&self, gap: &str, after: &str, gap_end: usize, at: usize) -> Cut {
        let is_blank = after.matches('\n').count() > 1;
        let bullets = ['-', '*', '•', '#', '·', '–', '>', '▪'];
        let next = self.text.get(gap_end..).and_then(|t| t.chars().next());
        if after.contains(bullets) || self.begins_item(gap_end) {
            return Cut::Item;
        }
        if is_blank {
            return Cut::Block;
        }
        let ends_sentence = gap.contains(['.', '!', '?', ';', ':']);
        let goes_on = next.is_some_and(char::is_lowercase) && !ends_sentence;
        if goes_on {
            return Cut::None;
        }
        let line_is_short = self.line_tokens(at) <= 9;
        if ends_sentence && !line_is_short { Cut::Sentence } else { Cut::Block }
    }

    fn line_tokens(&self, at: usize) -> usize {
        let Some(token) = self.tokens.get(at) else { return 0 };
        let line_start = self.text.get(..token.start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        self.tokens.get(..=at).unwrap_or_default().iter().rev().take(12).take_while(|t| t.start >= line_start).count()
    }

    /// `1.`, `2)`, `#3` before words, wherever the line stands.
    fn begins_item(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).unwrap_or_default();
        let mut chars = after.chars();
        (1..=2).contains(&digits)
            && matches!(chars.next(), Some('.' | ')'))
            && chars.next().is_some_and(|c| c.is_whitespace() || c.is_alphabetic())
    }
}

/// "A 62-year-old man with diabetes presents": the patient is introduced, no problem named.
fn is_introduction<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    words.take(16).any(|word| matches!(word, "old" | "yo" | "y/o" | "yr" | "male" | "female" | "woman" | "man"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    None,
    Sentence,
    Block,
    Item,
}
