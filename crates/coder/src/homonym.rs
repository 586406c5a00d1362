//! Words that name a condition and mean something else here.

use crate::{
    dictionary::IN_CAPITALS,
    document::{Document, word_position},
    mention::Mention,
    table::{cell, table},
};

/// True when the words of a mention do not speak of the patient's condition: names of vaccines given (their places are
/// `vaccines`), words of everyday, abbreviations in small letters, infections tested for.
pub(crate) fn is_other(document: &Document<'_>, vaccines: &[(usize, usize)], mention: &Mention) -> bool {
    is_word(document, mention)
        || is_listed_homonym(document, mention)
        || is_name(document, mention)
        || is_department(document, mention)
        || is_part_of_name(document, mention)
        || is_score(document, mention)
        || is_vaccine(document, vaccines, mention)
        || is_tested_for(document, mention)
        || is_room_air(document, mention)
}

/// Words of the table whose sentence or note makes them something else: "bipolar forceps", "Tdap and flu given".
fn is_listed_homonym(document: &Document<'_>, mention: &Mention) -> bool {
    let Some(sentence) = document.sentences.get(mention.sentence) else { return false };
    let tokens = document.tokens.get(mention.first..mention.last).unwrap_or_default();
    let written: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
    let written = written.join(" ");
    let lower = document.lower_of(sentence);
    let has = |text: &str, words: &str| words.split('|').any(|w| !w.is_empty() && word_position(text, w).is_some());
    let is_listed = sentence.is_head && mention.first <= sentence.first + 1;
    table!("homonyms.tsv").filter(|row| cell(row, 0).split('|').any(|word| word == written)).any(|row| {
        let wanted = cell(row, 2);
        let is_alone = !wanted.is_empty() && !has(lower, wanted) && (wanted == "-" || !is_listed);
        has(lower, cell(row, 1)) || is_alone || has(&document.lower, cell(row, 3))
    })
}

/// "Dana Whitlow, PA-C", "Dr. Gout": a person.
fn is_name(document: &Document<'_>, mention: &Mention) -> bool {
    const CREDENTIALS: &[&str] =
        &["md", "do", "pa", "np", "rn", "lpn", "crna", "arnp", "fnp", "dpm", "dds", "dmd", "phd", "dpt", "ma"];
    const TITLES: &[&str] = &["dr", "mr", "mrs", "ms", "miss", "nurse", "prof"];
    let token = |at: Option<usize>| at.and_then(|at| document.tokens.get(at));
    let is_large = token(Some(mention.first))
        .and_then(|t| document.text.get(t.start..t.end))
        .is_some_and(|word| word.starts_with(char::is_uppercase) && word.ends_with(char::is_lowercase));
    let is = |at: Option<usize>, words: &[&str]| token(at).is_some_and(|t| words.contains(&t.stem.as_str()));
    let has_credential =
        token(Some(mention.last)).is_some_and(|t| t.is_capitals) && is(Some(mention.last), CREDENTIALS);
    is_large && mention.last == mention.first + 1 && (has_credential || is(mention.first.checked_sub(1), TITLES))
}

/// "SpO2 92% RA", "sat 97 on RA": room air, no arthritis.
fn is_room_air(document: &Document<'_>, mention: &Mention) -> bool {
    const MEASURED: &[&str] = &["spo2", "sao2", "o2", "sat", "saturation", "oximetry"];
    let Some(token) = document.tokens.get(mention.first).filter(|token| token.stem == "ra") else { return false };
    let before = document.lower.get(..token.start).unwrap_or_default().trim_end();
    let before = before.strip_suffix(" on").unwrap_or(before).trim_end();
    let bare = before.trim_end_matches(|c: char| c.is_ascii_digit());
    before.ends_with('%')
        || bare.len() < before.len() && bare.split_whitespace().next_back().is_some_and(|word| MEASURED.contains(&word))
}

/// "BI-RADS 1": a score of a mammogram, no airway disease.
fn is_score(document: &Document<'_>, mention: &Mention) -> bool {
    let stem = |at: Option<usize>| at.and_then(|at| document.tokens.get(at)).map_or("", |token| token.stem.as_str());
    stem(Some(mention.first)) == "rad" && matches!(stem(mention.first.checked_sub(1)), "bi" | "lung" | "ti" | "pi")
}

/// "Lymph node" names no lymphoma, "physical exam" no reason for a visit.
fn is_part_of_name(document: &Document<'_>, mention: &Mention) -> bool {
    let stem = |at: usize| document.tokens.get(at).map_or("", |token| token.stem.as_str());
    match mention.last.saturating_sub(mention.first) {
        1 => stem(mention.first) == "lymph" && stem(mention.last) == "node",
        2 => stem(mention.first) == "physical" && stem(mention.first + 1) == "exam",
        _ => false,
    }
}

/// "The ED", "ED visit": a department, no illness.
fn is_department(document: &Document<'_>, mention: &Mention) -> bool {
    const BEFORE: &[&str] = &[
        "the", "to", "in", "from", "via", "at", "recent", "local", "our", "an", "outside", "through", "visited", "went",
    ];
    const AFTER: &[&str] = &[
        "visit",
        "follow",
        "followup",
        "course",
        "physician",
        "provider",
        "doctor",
        "evaluation",
        "record",
        "note",
        "staff",
        "for",
        "today",
        "yesterday",
        "where",
        "with",
        "discharge",
        "admission",
    ];
    let stem = |at: Option<usize>| at.and_then(|at| document.tokens.get(at)).map_or("", |token| token.stem.as_str());
    mention.last == mention.first + 1
        && stem(Some(mention.first)) == "ed"
        && (BEFORE.contains(&stem(mention.first.checked_sub(1))) || AFTER.contains(&stem(Some(mention.last))))
}

fn is_vaccine(document: &Document<'_>, vaccines: &[(usize, usize)], mention: &Mention) -> bool {
    const OF_PREVENTION: &[&str] =
        &["vaccine", "vaccination", "immunization", "immunisation", "booster", "shot", "titer", "jab", "series"];
    let next = document.tokens.get(mention.last).map_or("", |token| token.stem.as_str());
    let is_infection = mention.codes.iter().all(|code| code.starts_with(['A', 'B', 'J', 'U', 'G', 'Z']));
    if is_infection && OF_PREVENTION.contains(&next) {
        return true;
    }
    let place = |at: usize| document.tokens.get(at).map_or((0, 0), |token| (token.start, token.end));
    let (from, to) = (place(mention.first).0, place(mention.last.saturating_sub(1)).1);
    vaccines.iter().any(|(start, end)| *start < to && from < *end)
}

/// Words of everyday name a condition only where problems are listed, or as "a cold".
fn is_word(document: &Document<'_>, mention: &Mention) -> bool {
    const EVERYDAY: &[&str] =
        &["cold", "fall", "stress", "axis", "posture", "worry", "temper", "caffeine", "nerve", "amelia"];
    let tokens = &document.tokens;
    let stem = |at: usize| tokens.get(at).map_or("", |token| token.stem.as_str());
    let is_listed = document.sentences.get(mention.sentence).is_some_and(|s| s.is_head && mention.first <= s.first + 1);
    let is_said = mention.first.checked_sub(1).is_some_and(|before| stem(before) == "a");
    let is_small = tokens.get(mention.first).is_some_and(|t| IN_CAPITALS.contains(&t.stem.as_str()) && !t.is_capitals);
    mention.last == mention.first + 1 && (is_small || EVERYDAY.contains(&stem(mention.first)) && !is_listed && !is_said)
}

/// "GC, chlamydia and HIV tests": asked for, not found. HIV is coded when the record says the patient has it
/// (Guidelines I.C.1.a).
fn is_tested_for(document: &Document<'_>, mention: &Mention) -> bool {
    const INFECTIONS: &[&str] = &["A5", "B15", "B16", "B17", "B18", "B19", "B20", "A749", "Z21"];
    const TESTS: &[&str] = &[
        "test",
        "tests",
        "testing",
        "tested",
        "screen",
        "screening",
        "urine",
        "panel",
        "antibody",
        "ab",
        "pcr",
        "naat",
        "rpr",
        "swab",
        "labs",
        "serology",
        "titer",
        "ordered",
        "check",
        "nonreactive",
        "non-reactive",
    ];
    const FOUND: &[&str] = &["positive", "treat", "treated", "treatment", "infection", "disease", "aids", "chronic"];
    let Some(sentence) = document.sentences.get(mention.sentence) else { return false };
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
    let of_infections = mention.codes.iter().all(|c| INFECTIONS.iter().any(|prefix| c.starts_with(prefix)));
    of_infections && has(TESTS) && !has(FOUND)
}
