//! Tobacco, past and present, with the conditions whose tabular note asks for it (Guidelines I.A.17).

use claim::Evidence;
use codes::Icd10cm;

use crate::{
    context::is_believed,
    diagnose::{Problem, Standing},
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
};

const FORMER_USE: &str = "Z87891";
const CIGARETTE_USE: &str = "F17210";
const SOME_USE: &str = "F17200";
/// Places of a note that are cited for the use of tobacco.
const WORDS_MAX: usize = 6;
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
const CIGARETTES: &[&str] = &[
    "ppd",
    "p.p.d",
    "pack per day",
    "packs per day",
    "pack/day",
    "packs/day",
    "pack a day",
    "packs a day",
    "half a pack",
    "cigarettes",
    "cigarette",
    "cigs",
];
const CURRENT: &[&str] = &["smokes", "current smoker", "current every day smoker", "smoker", "still smoking"];
const DENIED: &[&str] = &["never", "non", "no", "denies", "nonsmoker", "non-smoker", "not"];
/// "Wants to quit" is said of those who smoke.
const WISHES: &[&str] = &["to quit", "on quitting", "quit date", "try to", "trying", "advised", "counseled", "will"];

/// Adds the use of tobacco to the conditions that ask for it, and tells past use from present.
pub(crate) fn add(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &mut Vec<Problem>) {
    let sentences = document.sentences.iter().filter(|s| s.section != SectionKind::Family);
    let told: Vec<Status<'_>> =
        sentences.filter_map(|s| status(document, s)).filter(|told| is_believed(document, &told.words)).collect();
    let Some(first) = told.first() else { return };
    let is_former = first.code == FORMER_USE;
    let of_kind = |told: &&Status<'_>| (told.code == FORMER_USE) == is_former;
    let words: Vec<Evidence> = told.iter().filter(of_kind).map(|told| told.words.clone()).take(WORDS_MAX).collect();
    let has_cigarettes = told.iter().any(|told| told.code == CIGARETTE_USE);
    let code = if is_former || !has_cigarettes { first.code } else { CIGARETTE_USE };
    if is_former {
        let is_same = |p: &Problem| p.position >= first.sentence.first && p.position < first.sentence.last;
        problems.retain(|p| !(p.is(&["F17", "Z720"]) && is_same(p)));
    }
    // What is smoked may be told elsewhere than that it is smoked.
    if code == CIGARETTE_USE && !problems.iter().any(|p| p.code == code) {
        for problem in problems.iter_mut().filter(|p| p.code == SOME_USE) {
            code.clone_into(&mut problem.code);
        }
    }
    let is_reported = |p: &Problem| p.standing > Standing::Elsewhere;
    let known = problems.iter_mut().find(|p| is_reported(p) && p.is(&["F17", "Z720", FORMER_USE]));
    if let Some(known) = known {
        if known.code == code {
            known.cite(words);
        }
        return;
    }
    let asks = |p: &&Problem| {
        is_reported(p) && icd.instructions(&p.code).use_additional.iter().any(|instruction| instruction.names(code))
    };
    let Some(asking) = problems.iter().find(asks) else { return };
    let title = icd.title(&asking.code).unwrap_or_default();
    let rules = vec![applied("DX12", format!("{title} asks for the use of tobacco besides."))];
    let block = asking.block;
    problems.retain(|p| p.code != code);
    problems.push(Problem {
        code: code.to_owned(),
        evidence: words,
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
struct Status<'d> {
    sentence: &'d Sentence,
    code: &'static str,
    words: Evidence,
}

fn status<'d>(document: &'d Document<'_>, sentence: &'d Sentence) -> Option<Status<'d>> {
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
        (FORMER_USE, place)
    } else if let Some(place) = find(CURRENT) {
        (if find(CIGARETTES).is_some() { CIGARETTE_USE } else { SOME_USE }, place)
    } else {
        return None;
    };
    if is_denied(start) {
        return None;
    }
    let words = document.evidence(sentence.start + start, sentence.start + end)?;
    Some(Status { sentence, code, words })
}
