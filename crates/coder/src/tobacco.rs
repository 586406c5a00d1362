//! Tobacco, past and present, with the conditions whose tabular note asks for it (Guidelines I.A.17).

use claim::Evidence;
use codes::Icd10cm;

use crate::{
    diagnose::{Problem, Standing},
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
};

const FORMER: &[&str] = &[
    "former smoker",
    "ex-smoker",
    "ex smoker",
    "past smoker",
    "prior smoker",
    "previous smoker",
    "former tobacco",
    "history of smoking",
    "history of tobacco",
    "quit smoking",
    "stopped smoking",
    "quit tobacco",
];
const SMOKING: &[&str] = &[
    "smoker",
    "smoked",
    "smoking",
    "cigarettes",
    "tobacco",
    "pack-year",
    "pack-years",
    "pack year",
    "pack years",
    "pk-yr",
    "pk-yrs",
    "ppd",
];
const CIGARETTES: &[&str] = &["ppd", "pack per day", "packs per day", "pack a day", "packs a day", "cigarettes"];
const CURRENT: &[&str] = &["smokes", "current smoker", "current every day smoker", "smoker", "still smoking"];
const DENIED: &[&str] = &["never", "non", "no", "denies", "nonsmoker", "non-smoker", "not"];
/// "Wants to quit" is said of those who smoke.
const WISHES: &[&str] = &["to quit", "on quitting", "quit date", "try to", "trying", "advised", "counseled", "will"];

/// Adds the use of tobacco to the conditions that ask for it, and tells past use from present.
pub(crate) fn add(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &mut Vec<Problem>) {
    let told = document.sentences.iter().filter(|s| s.section != SectionKind::Family);
    let Some((sentence, code, words)) = told.filter_map(|s| status(document, s)).next() else { return };
    if code == "Z87891" {
        let is_same = |p: &Problem| p.position >= sentence.first && p.position < sentence.last;
        problems.retain(|p| !(p.is(&["F17", "Z720"]) && is_same(p)));
    }
    let asks = |p: &&Problem| {
        p.standing > Standing::Elsewhere
            && icd.instructions(&p.code).use_additional.iter().any(|instruction| instruction.names(code))
    };
    let Some(asking) = problems.iter().find(asks) else { return };
    let is_told = |p: &Problem| p.standing > Standing::Elsewhere && p.is(&["F17", "Z720", "Z87891"]);
    if problems.iter().any(is_told) {
        return;
    }
    let title = icd.title(&asking.code).unwrap_or_default();
    let rules = vec![applied("DX12", format!("{title} asks for the use of tobacco besides."))];
    let block = asking.block;
    problems.retain(|p| p.code != code);
    problems.push(Problem {
        code: code.to_owned(),
        evidence: vec![words],
        standing: Standing::Prose,
        is_default: true,
        rules,
        neighbours: Vec::new(),
        position: usize::MAX,
        block,
        prompt: None,
    });
}

/// What a sentence says of the patient's smoking.
fn status<'d>(document: &'d Document<'_>, sentence: &'d Sentence) -> Option<(&'d Sentence, &'static str, Evidence)> {
    let lower = document.lower_of(sentence);
    let find = |words: &[&str]| words.iter().find_map(|word| word_position(lower, word));
    let is_wish = WISHES.iter().any(|word| lower.contains(word));
    let is_denied = |at: usize| {
        let before = lower.get(..at).unwrap_or_default();
        before
            .split(|c: char| !c.is_alphanumeric())
            .rev()
            .filter(|w| !w.is_empty())
            .take(3)
            .any(|w| DENIED.contains(&w))
    };
    let quit = find(&["quit", "stopped"]).filter(|_| find(SMOKING).is_some());
    let (code, (start, end)) = if let Some(place) = find(FORMER).or(quit).filter(|_| !is_wish) {
        ("Z87891", place)
    } else if let Some(place) = find(CURRENT) {
        (if find(CIGARETTES).is_some() { "F17210" } else { "F17200" }, place)
    } else {
        return None;
    };
    if is_denied(start) {
        return None;
    }
    Some((sentence, code, document.evidence(sentence.start + start, sentence.start + end)?))
}
