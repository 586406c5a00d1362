//! Therapy evaluations and their level: history, body structures and functions examined, clinical presentation,
//! each of which the level must reach (CPT physical and occupational therapy evaluations; Claims Processing Manual
//! 5 §10.2).

use claim::{Band, Evidence, Prompt};
use jiff::civil::Date;

use super::{discipline::Discipline, minutes};
use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    level::Complexity,
    sections::SectionKind,
    service::{Service, ServiceKind},
};

/// Titles of an evaluation stand among the first sentences of its note.
const TITLE_SENTENCES: usize = 3;

const EVALUATION: &[&str] = &["evaluation", "eval"];
const RE_EVALUATION: &[&str] =
    &["re-evaluation", "reevaluation", "re-eval", "reeval", "re evaluation", "97164", "97168"];

/// Words before it that tell of another day.
const OF_ANOTHER_DAY: &[&str] = &[
    "since",
    "at",
    "from",
    "after",
    "compared with",
    "compared to",
    "date of",
    "prior",
    "previous",
    "last",
    "next",
    "will",
    "schedule",
    "plan",
    "functional capacity",
    "ergonomic",
];

/// Words of what is asked for and not made today.
const NOT_NOW: &[&str] = &[
    "recommend",
    "recommended",
    "requested",
    "request",
    "will",
    "referral",
    "referred",
    "schedule",
    "scheduled",
    "pending",
    "if",
    "consider",
    "may need",
    "previous",
    "prior",
    "last year",
    "elsewhere",
    "not done",
    "not addressed",
    "not assessed",
    "not tested",
    "age appropriate",
    "order",
    "ordered",
];

/// Numbers of the levels, low first, then of the re-evaluation.
const PHYSICAL: [&str; 4] = ["97161", "97162", "97163", "97164"];
const OCCUPATIONAL: [&str; 4] = ["97165", "97166", "97167", "97168"];

/// The evaluation of the visit with what a coder should ask about its level.
pub(super) fn read(
    document: &Document<'_>,
    visit: &Visit,
    discipline: Discipline,
) -> Option<(Service, Option<Prompt>)> {
    let (name, numbers) = match discipline {
        Discipline::Physical => ("Physical therapy", PHYSICAL),
        Discipline::Occupational => ("Occupational therapy", OCCUPATIONAL),
        Discipline::Speech => return speech(document, visit).map(|evaluation| (evaluation, None)),
    };
    let [low, moderate, high, again] = numbers;
    if let Some((words, block)) = told(document, visit, RE_EVALUATION) {
        let label = format!("{name} re-evaluation");
        return Some((service(again, &label, vec![words], block), None));
    }
    let (words, block) = told(document, visit, EVALUATION).or_else(|| numbered(document, &numbers))?;
    let stated = stated_level(document);
    let elements = elements(document, discipline);
    let reached = elements.iter().map(|(level, _)| *level).min();
    let level = stated.as_ref().map(|(level, _)| *level).or(reached).unwrap_or(Complexity::Low);
    let code = match level {
        Complexity::High => high,
        Complexity::Moderate => moderate,
        _ => low,
    };
    let label = format!("{name} evaluation, {}", level.word());
    let mut evidence = vec![words];
    evidence.extend(stated.iter().map(|(_, words)| words.clone()));
    evidence.extend(elements.iter().map(|(_, words)| words.clone()));
    let mut service = service(code, &label, evidence.clone(), block);
    let prompt = if stated.is_none() && elements.is_empty() {
        service.band = Band::Suggest;
        Some("Neither the complexity of the evaluation nor what decides it is written; the lowest is suggested.")
    } else if stated.is_some() && reached.is_some_and(|reached| reached < level) {
        service.band = Band::Suggest;
        Some("The stated complexity is above what the written history, examination or presentation reaches.")
    } else {
        None
    };
    Some((service, prompt.map(|text| question(text, code, evidence))))
}

/// Evaluations of speech, language, voice and swallowing are told apart by what was examined.
fn speech(document: &Document<'_>, visit: &Visit) -> Option<Service> {
    const KINDS: &[(&str, &str, &[&str])] = &[
        ("92611", "Swallowing study under X-rays", &["modified barium swallow", "mbss", "videofluoroscopic"]),
        (
            "92610",
            "Evaluation of swallowing",
            &[
                "swallow evaluation",
                "swallowing evaluation",
                "clinical swallow",
                "bedside swallow",
                "dysphagia evaluation",
                "swallow eval",
                "swallow assessment",
                "swallowing assessment",
                "dysphagia eval",
                "oral feeding evaluation",
                "feeding evaluation",
                "delayed swallow",
                "laryngeal elevation",
                "thin liquids",
                "nectar",
                "puree",
                "aspiration",
            ],
        ),
        (
            "92612",
            "Swallowing study by endoscope",
            &["fiberoptic endoscopic", "fees performed", "flexible endoscopic evaluation of swallowing"],
        ),
        (
            "92524",
            "Analysis of voice",
            &[
                "voice evaluation",
                "evaluation of voice",
                "voice eval",
                "maximum phonation",
                "cape-v",
                "grbas",
                "jitter",
            ],
        ),
        ("92521", "Evaluation of fluency", &["fluency evaluation", "stuttering evaluation", "evaluation of fluency"]),
    ];
    const SOUNDS: &[&str] = &["speech sounds", "speech sound", "articulation", "phonological", "gfta", "phonology"];
    const LANGUAGE: &[&str] = &["language", "receptive", "expressive", "auditory comprehension", "comprehension"];
    let (title, block) = told(document, visit, EVALUATION)?;
    let of_day = |s: &Sentence| {
        let lower = document.lower_of(s);
        !matches!(s.section, SectionKind::Plan | SectionKind::Instructions | SectionKind::Past)
            && !NOT_NOW.iter().any(|word| word_position(lower, word).is_some())
    };
    let find = |words: &[&str]| document.find_phrase_where(words, of_day).map(|(_, words)| words);
    let kind = KINDS.iter().find_map(|(code, label, words)| Some((*code, *label, vec![title.clone(), find(words)?])));
    let (code, label, evidence) = kind.unwrap_or_else(|| {
        let (sounds, language) = (find(SOUNDS), find(LANGUAGE));
        let (code, label) = match (&sounds, &language) {
            (Some(_), None) => ("92522", "Evaluation of speech sounds"),
            _ => ("92523", "Evaluation of speech sounds and language"),
        };
        (code, label, std::iter::once(title.clone()).chain(sounds).chain(language).collect())
    });
    let mut service = Service::new(code, ServiceKind::Therapy, label, evidence, block)
        .ruled("TX-EVAL", "By what was examined; an evaluation is not counted in minutes.");
    service.band = Band::Accept;
    Some(service)
}

fn service(code: &str, label: &str, evidence: Vec<Evidence>, block: usize) -> Service {
    let mut service = Service::new(code, ServiceKind::Therapy, label, evidence, block)
        .ruled("TX-EVAL", "Each of history, examination and presentation must reach the level.");
    service.band = Band::Accept;
    service
}

fn question(text: &str, code: &str, evidence: Vec<Evidence>) -> Prompt {
    Prompt {
        id: "evaluation-complexity".to_owned(),
        text: text.to_owned(),
        question: "Please describe the history that affects the plan of care, the body structures and functions \
                   examined, and the clinical presentation."
            .to_owned(),
        options: Vec::new(),
        evidence,
        code: Some(code.to_owned()),
        is_blocking: false,
    }
}

/// The words of an evaluation of this day: with its minutes, with its complexity, or as the title of the note.
fn told(document: &Document<'_>, visit: &Visit, names: &[&str]) -> Option<(Evidence, usize)> {
    let mut told = document.sentences.iter().enumerate().filter_map(|(at, sentence)| {
        if matches!(sentence.section, SectionKind::Plan | SectionKind::Instructions | SectionKind::Past) {
            return None;
        }
        let lower = document.lower_of(sentence);
        let (start, end) = names.iter().find_map(|name| word_position(lower, name))?;
        let before = lower.get(..start)?;
        // "Re-evaluation" holds "evaluation".
        if before.ends_with(['-']) || before.trim_end().ends_with(" re") {
            return None;
        }
        let after = lower.get(end..)?;
        let is_of_another_day = OF_ANOTHER_DAY.iter().any(|word| word_position(before, word).is_some())
            || is_dated_otherwise(after, visit.served_on);
        let is_given = at < TITLE_SENTENCES
            || sentence.section == SectionKind::Treatment
            || minutes(after).is_some()
            || minutes(before).is_some()
            || ["complexity", "performed", "completed"].iter().any(|word| lower.contains(word));
        (is_given && !is_of_another_day).then_some((sentence, start, end))
    });
    let (sentence, start, end) = told.next()?;
    Some((document.evidence(sentence.start + start, sentence.start + end)?, sentence.block))
}

/// "Initial evaluation: 1/5/2026" in the note of a later day.
fn is_dated_otherwise(after: &str, served_on: Date) -> bool {
    let date = after.trim_start_matches([' ', ':', '-', '(']).trim_start_matches("date").trim_start_matches([' ', ':']);
    let mut numbers = date.split('/').map(|part| part.bytes().take_while(u8::is_ascii_digit).count()).take(2);
    let is_date = numbers.next().is_some_and(|n| (1..=2).contains(&n)) && numbers.next().is_some_and(|n| n > 0);
    let mut parts = date.split('/');
    let month = parts.next().and_then(|p| p.parse::<i8>().ok());
    let day = parts.next().and_then(|p| p.get(..p.bytes().take_while(u8::is_ascii_digit).count())?.parse::<i8>().ok());
    is_date && (month, day) != (Some(served_on.month()), Some(served_on.day()))
}

/// The number of an evaluation, written in the log.
fn numbered(document: &Document<'_>, numbers: &[&str]) -> Option<(Evidence, usize)> {
    let (at, words) = document.find_phrase(numbers)?;
    Some((words, document.sentences.get(at)?.block))
}

/// "Moderate complexity", "complexity: high".
fn stated_level(document: &Document<'_>) -> Option<(Complexity, Evidence)> {
    const WORDS: &[(&str, Complexity)] = &[
        ("low complexity", Complexity::Low),
        ("low-complexity", Complexity::Low),
        ("complexity: low", Complexity::Low),
        ("complexity low", Complexity::Low),
        ("eval low", Complexity::Low),
        ("evaluation low", Complexity::Low),
        ("97161", Complexity::Low),
        ("97165", Complexity::Low),
        ("moderate complexity", Complexity::Moderate),
        ("mod complexity", Complexity::Moderate),
        ("moderate-complexity", Complexity::Moderate),
        ("complexity: moderate", Complexity::Moderate),
        ("complexity moderate", Complexity::Moderate),
        ("eval moderate", Complexity::Moderate),
        ("evaluation moderate", Complexity::Moderate),
        ("97162", Complexity::Moderate),
        ("97166", Complexity::Moderate),
        ("high complexity", Complexity::High),
        ("high-complexity", Complexity::High),
        ("complexity: high", Complexity::High),
        ("complexity high", Complexity::High),
        ("eval high", Complexity::High),
        ("evaluation high", Complexity::High),
        ("97163", Complexity::High),
        ("97167", Complexity::High),
    ];
    let found = WORDS.iter().filter_map(|(words, level)| Some((document.find_phrase(&[*words])?, *level)));
    found.min_by_key(|((at, _), _)| *at).map(|((_, words), level)| (level, words))
}

/// The level that each written component reaches.
fn elements(document: &Document<'_>, discipline: Discipline) -> Vec<(Complexity, Evidence)> {
    let mut found = Vec::new();
    let mut push = |level: Complexity, words: &[&str]| {
        let told = |s: &Sentence| !matches!(s.section, SectionKind::Plan | SectionKind::Instructions);
        let words = document.find_phrase_where(words, told).map(|(_, words)| (level, words));
        let is_found = words.is_some();
        found.extend(words);
        is_found
    };
    if discipline == Discipline::Physical {
        let _ =
            push(Complexity::High, &["unstable presentation", "presentation unstable", "unstable and unpredictable"])
                || push(
                    Complexity::Moderate,
                    &[
                        "evolving presentation",
                        "presentation evolving",
                        "evolving clinical",
                        "changing characteristics",
                    ],
                )
                || push(
                    Complexity::Low,
                    &["stable presentation", "presentation stable", "presentation is stable", "stable, uncomplicated"],
                );
        let _ = push(Complexity::Low, &["no comorbidities", "no comorbidity", "no personal factors"]);
        found.extend(counted(document, &["factors", "comorbidities"], [1, 3]));
        found.extend(counted(document, &["elements", "body structures", "body functions"], [3, 4]));
    } else {
        let _ = push(
            Complexity::High,
            &[
                "extensive history",
                "extensive review",
                "extensive additional review",
                "extensive chart review",
                "extensive occupational profile",
            ],
        ) || push(
            Complexity::Moderate,
            &[
                "expanded history",
                "expanded review",
                "expanded chart",
                "expanded occupational profile",
                "expanded profile",
            ],
        ) || push(
            Complexity::Low,
            &["brief history", "brief review", "brief occupational profile", "brief profile", "brief chart"],
        );
        // Three deficits are few and several, five several and many: beside other elements those decide.
        let least = if found.is_empty() { [4, 6] } else { [3, 5] };
        found.extend(
            counted(document, &["performance deficits", "deficits", "deficit areas"], least)
                .or_else(|| listed(document, least)),
        );
    }
    let decided = |level: &str| {
        [
            "decision making",
            "decision-making",
            "decision making of",
            "clinical reasoning",
            "analytic complexity",
            "clinical decision making:",
            "decision making is",
            "decision making was",
        ]
        .iter()
        .flat_map(|name| {
            [
                format!("{name} {level}"),
                format!("{level} {name}"),
                format!("{level} clinical {name}"),
                format!("{level} complexity {name}"),
            ]
        })
        .collect::<Vec<_>>()
    };
    for (level, words) in [(Complexity::High, "high"), (Complexity::Moderate, "moderate"), (Complexity::Low, "low")] {
        let words = decided(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some((_, words)) = document.find_phrase(&words) {
            found.push((level, words));
            break;
        }
    }
    found
}

/// "3 factors", ">3 factors", "1-2 comorbidities": the level of the highest number beside the word, by the least
/// counts of moderate and high.
fn counted(document: &Document<'_>, names: &[&str], [moderate, high]: [u32; 2]) -> Option<(Complexity, Evidence)> {
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let (start, end) = names.iter().find_map(|name| word_position(lower, name))?;
        let before = lower.get(..start)?.trim_end().trim_end_matches(" personal").trim_end_matches('+');
        let number = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        let count: u32 = number.parse().ok()?;
        let level = match count {
            n if n >= high => Complexity::High,
            n if n >= moderate => Complexity::Moderate,
            _ => Complexity::Low,
        };
        let from = sentence.start + before.len() - number.len();
        Some((level, document.evidence(from, sentence.start + end)?))
    })
}

/// "Performance deficits: dressing, grooming, bathing - 3 identified": the number behind the name, else the items of the list.
fn listed(document: &Document<'_>, [moderate, high]: [u32; 2]) -> Option<(Complexity, Evidence)> {
    document.lines().find_map(|(at, line)| {
        let (start, end) =
            ["performance deficits", "deficits", "deficit areas"].iter().find_map(|name| word_position(line, name))?;
        let list = line.get(end..)?.trim_start_matches([' ', '-']).strip_prefix(':')?.split(". ").next()?;
        let told = list.split(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse::<u32>().ok());
        let items = u32::try_from(
            list.split([',', ';']).flat_map(|item| item.split(" and ")).filter(|item| !item.trim().is_empty()).count(),
        );
        let count = told.or(items.ok())?;
        let level = match count {
            n if n >= high => Complexity::High,
            n if n >= moderate => Complexity::Moderate,
            _ => Complexity::Low,
        };
        Some((level, document.evidence(at + start, at + end)?))
    })
}
