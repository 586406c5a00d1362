//! Was it done, or planned, refused, done elsewhere or long ago?

use claim::NoteKind;

use super::named::is_of_today;
use crate::{
    dictionary::without_brackets,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::ServiceKind,
};

const DONE: &[&str] = &[
    "performed",
    "done",
    "given",
    "administered",
    "injected",
    "obtained",
    "removed",
    "excised",
    "irrigated",
    "repaired",
    "closed",
    "applied",
    "completed",
    "placed",
    "collected",
    "drawn",
    "tolerated",
    "in office",
    "in-office",
    "in clinic",
    "in house",
    "here today",
    "poc",
    "point of care",
    "treated",
    "frozen",
    "incised",
    "drained",
    "underwent",
    "was made",
    "it's out",
    "i did",
    "we did",
    "did a",
    "did an",
    "was passed",
    "was advanced",
    "was introduced",
    "scoped",
    "came out",
    "taken out",
    "took out",
    "put in",
    "froze",
    "numbed",
    "stapled",
    "glued",
    "cauterized",
    "lifted",
    "washed out",
    "cleaned out",
    "lavaged",
    "curettage",
    "snipped",
    "clipped",
    "pared",
    "trimmed",
    "molded",
    "splinted",
    "strapped",
    "taped",
    "banded",
    "evacuated",
    "expressed",
    "withdrawn",
    "deployed",
    "tx'd",
    "avulsed",
    "extracted",
    "inserted",
    "aspirated",
    "debrided",
    "destroyed",
    "sutured",
    "today's",
    "cleared",
    "released",
    "flushed",
    "snared",
    "curetted",
    "adjusted",
    "manipulated",
    "today:",
];

/// A result is there only when the test was made.
const RESULTS: &[&str] = &[
    "positive",
    "negative",
    "shows",
    "showed",
    "show",
    "demonstrates",
    "demonstrated",
    "reveals",
    "revealed",
    "normal",
    "neg",
    "pos",
    "trace",
    "score",
    "result",
    "sinus rhythm",
    "healing",
    "nsr",
    "no fracture",
    "fev1",
    "passed",
    "unremarkable",
    "interpretation",
    "interpreted",
    "ml",
];

const NOT_DONE: &[&str] = &[
    "will",
    "recommend",
    "recommended",
    "recommending",
    "consider",
    "considered",
    "considering",
    "schedule",
    "scheduled",
    "refer",
    "referral",
    "referred",
    "plan to",
    "plan for",
    "discussed",
    "offered",
    "declined",
    "declines",
    "refused",
    "if",
    "next visit",
    "return for",
    "outside",
    "at an outside",
    "candidate for",
    "deferred",
    "not performed",
    "not done",
    "not today",
    "not treated",
    "not used",
    "not frozen",
    "not touched",
    "not removed",
    "not taken",
    "not biopsied",
    "not given",
    "not indicated",
    "held today",
    "none today",
    "due by",
    "no indication",
    "had a",
    "had an",
    "ordered",
    "order",
    "would like",
    "wants",
    "options",
    "obtain",
    "hospital",
    "er",
    "ed",
    "urgent care",
    "may",
    "could",
    "would",
    "upcoming",
    "awaiting",
    "up to date",
    "due for",
    "overdue",
    "sent for",
    "send",
    "repeat",
    "instead of",
    "avoid",
    "defer",
    "denies",
];

const EARLIER: &[&str] = &[
    "prior",
    "previous",
    "previously",
    "history of",
    "h/o",
    "s/p",
    "status post",
    "last month",
    "last year",
    "last week",
    "days ago",
    "weeks ago",
    "months ago",
    "years ago",
];

const PLANNED_BEFORE: &[&str] = &[
    "scheduled at last visit",
    "scheduled at the last visit",
    "scheduled last visit",
    "planned at last visit",
    "ordered at last visit",
    "as scheduled",
    "here for scheduled",
    "for a scheduled",
    "for scheduled",
    "scheduled treatment",
    "per my order",
    "per order",
    "standing order",
    "as ordered",
    "could not",
    "couldn't",
    "er/pr",
];

/// True for what was planned, refused, or done elsewhere or before.
pub(crate) fn is_not_done(lower: &str) -> bool {
    // What stands in brackets is an aside: "score 8 (last month 15)".
    let outside = without_brackets(lower);
    // What was planned before is done today.
    let lower = &PLANNED_BEFORE.iter().fold(lower.to_owned(), |text, said| text.replace(said, ""));
    NOT_DONE.iter().any(|word| word_position(lower, word).is_some())
        || EARLIER.iter().any(|word| word_position(&outside, word).is_some())
}

/// The steps of a procedure: a note that tells of two was written of one.
const STEPS: &[&[&str]] = &[
    &["consent", "consented"],
    &["time out", "time-out", "timeout"],
    &["prep", "prepped", "betadine", "chloraprep", "chlorhex", "chlorhexidine", "alcohol prep", "sterile", "draped"],
    &[
        "lidocaine",
        "lido",
        "xylocaine",
        "bupivacaine",
        "marcaine",
        "local anesthesia",
        "anesthetized",
        "anesthetic",
        "ethyl chloride",
        "proparacaine",
        "tetracaine",
        "numbed",
        "block",
    ],
    &[
        "hemostasis",
        "ebl",
        "aluminum chloride",
        "al chloride",
        "alcl",
        "drysol",
        "monsel",
        "silver nitrate",
        "monsel's",
    ],
    &["needle", "blade", "scissors", "forceps", "speculum", "tenaculum", "scope", "probe", "syringe", "curette"],
    &["tolerated", "tol well", "tolerated well", "complications", "no complication", "complication"],
    &["bandaid", "band-aid", "bandage", "dressing", "dressed", "gauze", "steri-strip", "steri strips"],
    &["specimen", "to path", "to pathology", "path sent", "labelled", "labeled"],
];

/// True for a sentence that may tell of today: of no list of the past, and naming no year before this one.
pub(super) fn may_tell(document: &Document<'_>, sentence: &Sentence, year: i16) -> bool {
    let lower = document.lower_of(sentence);
    let names_year = |word: &str| word.len() == 4 && word.parse::<i16>().is_ok_and(|y| (1950..year).contains(&y));
    is_of_today(sentence)
        && sentence.section != SectionKind::Plan
        && !is_not_done(lower)
        && !lower.split(|c: char| !c.is_alphanumeric()).any(names_year)
}

/// Where a word stands that no "no" or "not" before it in its clause takes back.
pub(super) fn asserted(lower: &str, word: &str) -> Option<(usize, usize)> {
    const NEAR: usize = 3;
    const NEGATED: &[&str] = &["no", "not", "without", "never", "none", "denies", "blind"];
    let (start, end) = word_position(lower, word)?;
    let clause = lower.get(..start)?.rsplit([',', ';', '.', ':', '(']).next()?;
    let is_negated = clause.split_whitespace().rev().take(NEAR).any(|word| NEGATED.contains(&word));
    (!is_negated).then_some((start, end))
}

/// How many kinds of steps of a procedure a note tells.
pub(super) fn steps(document: &Document<'_>) -> usize {
    let is_told = |words: &&&[&str]| words.iter().any(|word| word_position(&document.lower, word).is_some());
    STEPS.iter().filter(is_told).count()
}

/// True when the note tells how a procedure went.
pub(super) fn tells_of_steps(document: &Document<'_>) -> bool {
    steps(document) > 1
}

/// True when the sentence tells of something done at this visit.
pub(super) fn is_done(document: &Document<'_>, sentence: &Sentence, kind: ServiceKind) -> bool {
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    let is_told_of_today = match sentence.section {
        SectionKind::Past
        | SectionKind::Surgical
        | SectionKind::Family
        | SectionKind::Medications
        | SectionKind::Allergies
        | SectionKind::Instructions => return false,
        SectionKind::Procedure | SectionKind::Treatment => true,
        _ => false,
    };
    if is_told_of_today {
        return !has(&[
            "declined",
            "refused",
            "not performed",
            "deferred",
            "will",
            "if",
            "were discussed",
            "including",
        ]);
    }
    if is_not_done(lower) {
        return false;
    }
    let is_operative = document.kind == NoteKind::Operative && kind <= ServiceKind::Procedure;
    // A finding of the examination is none of a test that is made for it.
    let is_test = kind == ServiceKind::Test;
    let is_result = is_test
        && has(RESULTS)
        && matches!(
            sentence.section,
            SectionKind::Results
                | SectionKind::Complaint
                | SectionKind::Exam
                | SectionKind::None
                | SectionKind::Assessment
                | SectionKind::Plan
                | SectionKind::Other
                | SectionKind::Present
        );
    has(DONE) || is_result || is_operative && sentence.section != SectionKind::Present
}
