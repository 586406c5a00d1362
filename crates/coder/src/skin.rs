//! Growths of the skin by their site: pathology names the kind, the note the place.

use claim::Evidence;
use codes::Icd10cm;

use crate::{
    diagnose::{Problem, Standing},
    dictionary::Side,
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
};

/// Words of a site, the digits of its subcategory, whether a side follows.
const SITES: &[(&[&str], &str, bool)] = &[
    (&["lip"], "0", false),
    (&["ear", "pinna", "helix", "earlobe"], "2", true),
    (&["nose", "nasal", "ala"], "31", false),
    (&["cheek", "forehead", "temple", "chin", "face", "jaw", "eyebrow"], "39", false),
    (&["scalp", "neck"], "4", false),
    (&["back", "chest", "abdomen", "flank", "trunk"], "59", false),
    (&["shoulder", "arm", "forearm", "hand", "elbow", "wrist", "finger"], "6", true),
    (&["thigh", "leg", "shin", "calf", "knee", "foot", "ankle", "hip"], "7", true),
];

/// Gives a growth of the skin without a site the site of its lesion.
pub(crate) fn place(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &mut [Problem]) {
    const UNPLACED: &[&str] = &["C4490", "C4491", "C4492", "C439", "D039", "D049", "D229", "D239"];
    for problem in problems.iter_mut().filter(|p| p.standing > Standing::Elsewhere) {
        let Some(own) = document.sentence_at(problem.position) else { continue };
        // A squamous cell carcinoma is of the skin where its own sentence names a site of the skin.
        let is_squamous = problem.is(&["C801"]) && document.lower_of(own).contains("squamous cell carcinoma");
        if !problem.is(UNPLACED) && !is_squamous {
            continue;
        }
        let elsewhere = || only_site(document).filter(|_| !is_squamous);
        let Some((digits, side, words)) = site(document, own).or_else(elsewhere) else { continue };
        let unplaced = if is_squamous { "C4492" } else { problem.code.as_str() };
        let Some(code) = code(unplaced, digits, side).filter(|code| icd.is_billable(code)) else { continue };
        problem.code = code;
        problem.is_default = false;
        problem.evidence.push(words);
        problem.rules.push(applied("DX02", "The site of the lesion chooses the code."));
    }
}

/// `C44` takes the digits of the site, then of the kind, then the side; the others take no kind.
fn code(unplaced: &str, digits: &str, side: Option<Side>) -> Option<String> {
    let side = match side {
        Some(Side::Right) => "1",
        Some(Side::Left) => "2",
        _ => "0",
    };
    let is_sided = matches!(digits, "2" | "6" | "7");
    if !unplaced.starts_with("C44") {
        let digits = match (unplaced.get(..3)?, digits) {
            ("C43", digits) | ("D03", digits @ "59") => digits,
            (_, "31") => "39",
            (_, "59") => "5",
            (_, digits) => digits,
        };
        return Some(format!("{}{digits}{}", unplaced.get(..3)?, if is_sided { side } else { "" }));
    }
    let kind = unplaced.chars().last()?;
    let side = match side {
        "1" => "2",
        "2" => "9",
        _ => "1",
    };
    // Nose, other face and trunk have their place after the kind: C44.311, C44.319, C44.519.
    Some(match digits {
        "31" => format!("C443{kind}1"),
        "39" => format!("C443{kind}9"),
        "59" => format!("C445{kind}9"),
        _ => format!("C44{digits}{kind}{}", if is_sided { side } else { "" }),
    })
}

/// The site that one sentence names.
fn site(document: &Document<'_>, sentence: &Sentence) -> Option<(&'static str, Option<Side>, Evidence)> {
    let lower = document.lower_of(sentence);
    let found = SITES.iter().find_map(|(words, digits, is_sided)| {
        let (start, end) = words.iter().find_map(|word| word_position(lower, word))?;
        Some((*digits, *is_sided, start, end))
    });
    let (digits, is_sided, start, end) = found?;
    let before = lower.get(..start)?.split_whitespace().next_back();
    let side = before.and_then(Side::of).filter(|_| is_sided);
    Some((digits, side, document.evidence(sentence.start + start, sentence.start + end)?))
}

/// The one site at which the note tells of a lesion.
fn only_site(document: &Document<'_>) -> Option<(&'static str, Option<Side>, Evidence)> {
    const LESION: &[&str] = &["lesion", "spot", "papule", "nodule", "excision", "biopsy", "mole", "specimen"];
    let tells = |s: &&Sentence| {
        !matches!(s.section, SectionKind::Past | SectionKind::Surgical | SectionKind::Family)
            && LESION.iter().any(|word| word_position(document.lower_of(s), word).is_some())
    };
    let mut sites = document.sentences.iter().filter(tells).filter_map(|s| site(document, s));
    let first = sites.next()?;
    sites.all(|(digits, _, _)| digits == first.0).then_some(first)
}
