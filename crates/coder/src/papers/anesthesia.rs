//! Anesthesia: the code by the operation, minutes, who gave it, physical status, what is told besides (Claims Processing
//! Manual 12 §50).

use claim::Evidence;

use crate::{clause::affirmed, numeral::cardinal};

use super::{Days, Document, Services, Visit, applied, cell, find, service, table, word_position};

mod besides;
mod time;

/// The words of one facet.
fn words(facet: &str) -> &'static str {
    table!("anesthesia_words.tsv").find(|row| cell(row, 0) == facet).map_or("", |row| cell(row, 2))
}

fn holds(text: &str, facet: &str) -> bool {
    words(facet).split('|').any(|word| word_position(text, word).is_some())
}

/// Named as a record of anesthesia in its first lines, with who gave it or a physical status.
pub(crate) fn is_record(document: &Document<'_>) -> bool {
    const TITLE_LINES: usize = 3;
    const TOLD: &[&str] = &[
        "asa",
        "crna",
        "nurse anesthetist",
        "anesthesiologist",
        "anesthesia start",
        "anes start",
        "physical status",
        "anesthesia time",
    ];
    let mut titles = document.lower.lines().filter(|line| !line.trim().is_empty()).take(TITLE_LINES);
    let is_named = titles.any(|line| {
        let line = line.trim();
        let is_consent = ["consent", "pre-anesthesia", "preanesthesia", "preop"].iter().any(|w| line.starts_with(w));
        line.len() < 160
            && !is_consent
            && (holds(line, "paper") || line.starts_with("anes ") || line.starts_with("mac "))
            && !["procedure:", "anesthesia:"].iter().any(|w| line.starts_with(w))
    });
    let is_operation =
        ["operative report", "operative note", "estimated blood loss", "description of procedure", "specimen"];
    is_named
        && TOLD.iter().any(|word| word_position(&document.lower, word).is_some())
        && !is_operation.iter().any(|word| document.lower.contains(word))
        && time::minutes(document).is_some()
}

pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let status = status(document);
    let by = given_by(document);
    if is_labor(document) {
        labor(document, visit, by, status.as_ref(), found);
        return;
    }
    let (Some((row, operation)), Some((minutes, span))) = (operation(document, visit), time::minutes(document)) else {
        return;
    };
    let mut main = anesthesia(cell(row, 1), cell(row, 6), vec![operation, span], minutes);
    let code = main.code.clone();
    let mut marks: Vec<(&str, Evidence, &str)> = Vec::new();
    let became = find(document, &["polypectomy", "polyp removed", "snare", "biopsy"]);
    marks.extend(
        became
            .filter(|_| visit.is_medicare() && code == "00811" && affirmed(&document.lower, "screening").is_some())
            .map(|words| ("PT", words, "A screening that became a treatment.")),
    );
    // A Mac blade is no monitored care.
    let is_general =
        affirmed(&document.lower, "geta|general endotracheal|ett|lma|spinal|general anesthesia|intubated").is_some();
    marks.extend(
        find(document, &["monitored anesthesia care", "mac"])
            .filter(|_| visit.is_medicare() && !is_general)
            .map(|words| ("QS", words, "Monitored anesthesia care.")),
    );
    push_all(&mut main, by, &marks, status.as_ref(), found);
    besides::read(document, visit, &code, status.is_some_and(|(_, _, is_emergency)| is_emergency), found);
}

fn anesthesia(code: &str, label: &str, evidence: Vec<Evidence>, minutes: u32) -> crate::service::Service {
    let text = format!("{minutes} minutes of anesthesia; the claim carries minutes.");
    let mut service = service(code, label, evidence, "AN-TIME", text);
    service.units = minutes;
    service
}

/// Adds the anesthesia under who gave it, and once more for the nurse whom a physician directed.
fn push_all(
    main: &mut crate::service::Service,
    by: Option<GivenBy>,
    marks: &[(&str, Evidence, &str)],
    status: Option<&(String, Evidence, bool)>,
    found: &mut Services,
) {
    let mut add = |modifier: &str, words: &Evidence, text: &str| {
        main.modifiers.push(modifier.to_owned());
        main.evidence.push(words.clone());
        main.rules.push(applied("AN-WHO", text));
    };
    if let Some(by) = &by {
        add(by.modifier, &by.words, "Who gave the anesthesia, and under whose direction.");
    }
    for (modifier, words, text) in marks {
        add(modifier, words, text);
    }
    if let Some((modifier, words, _)) = status {
        add(modifier, words, "Physical status.");
    }
    found.services.push(main.clone());
    if by.as_ref().is_some_and(|by| by.has_directed_nurse) {
        let mut directed = main.clone();
        if let Some(first) = directed.modifiers.first_mut() {
            "QX".clone_into(first);
        }
        found.services.push(directed);
    }
}

/// Analgesia for labor, and not a cesarean that was planned.
fn is_labor(document: &Document<'_>) -> bool {
    let labor = affirmed(&document.lower, words("labor")).is_some();
    let neuraxial = affirmed(&document.lower, words("neuraxial")).is_some();
    let is_planned =
        ["scheduled cesarean", "elective cesarean", "scheduled repeat", "elective repeat", "not in labor", "no labor"]
            .iter()
            .any(|word| document.lower.contains(word));
    labor && neuraxial && !is_planned
}

fn labor(
    document: &Document<'_>,
    visit: &Visit,
    by: Option<GivenBy>,
    status: Option<&(String, Evidence, bool)>,
    found: &mut Services,
) {
    let surgery = affirmed(&document.lower, words("cesarean"));
    let (minutes, of_surgery) = time::labor_minutes(document, surgery.is_some());
    let named = affirmed(&document.lower, words("neuraxial")).and_then(|(start, end)| document.evidence(start, end));
    let (Some((minutes, span)), Some(named)) = (minutes, named) else { return };
    let mut main = anesthesia("01967", "Neuraxial labor analgesia", vec![named, span], minutes);
    push_all(&mut main, by.clone(), &[], status, found);
    if let (Some((minutes, span)), Some((start, end))) = (of_surgery, surgery) {
        let evidence = document.evidence(start, end).into_iter().chain([span]).collect();
        let mut added = anesthesia("01968", "Cesarean after labor analgesia", evidence, minutes);
        push_all(&mut added, by, &[], status, found);
    }
    besides::read(document, visit, "01967", status.is_some_and(|(_, _, is_emergency)| *is_emergency), found);
}

/// The row of the operation: what labelled lines name, else the first lines, else the whole record; the highest base.
fn operation(document: &Document<'_>, visit: &Visit) -> Option<(&'static [&'static str], Evidence)> {
    const LABELS: &[&str] = &[
        "procedure",
        "procedures",
        "operation",
        "surgery",
        "case",
        "proc",
        "op",
        "planned procedure",
        "procedure performed",
        "surgical procedure",
        "performed",
        "for",
        "operation performed",
        "actual procedure",
    ];
    const HEAD_BYTES: usize = 450;
    let labelled = document.lines().filter(|(_, line)| {
        let line = line.trim_start();
        line.split_once([':', '-']).is_some_and(|(label, _)| LABELS.contains(&label.trim()))
    });
    let head_end =
        (0..=HEAD_BYTES.min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end))?;
    let zones: Vec<(usize, &str)> =
        labelled.chain([(0, document.lower.get(..head_end)?), (0, document.lower.as_str())]).collect();
    zones.into_iter().find_map(|(at, zone)| {
        let (row, start, end) = named_in(document, zone, visit)?;
        Some((row, document.evidence(at + start, at + end)?))
    })
}

fn named_in(document: &Document<'_>, zone: &str, visit: &Visit) -> Option<(&'static [&'static str], usize, usize)> {
    let mut taken: Vec<&str> = Vec::new();
    let mut best: Option<(u32, &'static [&'static str], usize, usize)> = None;
    for row in table!("anesthesia.tsv").filter(|row| Days::of(row, 7).covers(visit.served_on)) {
        let affirms = |group: &str| group.is_empty() || affirmed(&document.lower, group).is_some();
        let denies = |group: &str| group.is_empty() || affirmed(&document.lower, group).is_none();
        if taken.contains(&cell(row, 0)) {
            continue;
        }
        let places: Option<Vec<(usize, usize)>> =
            cell(row, 3).split(" & ").map(|group| affirmed(zone, group)).collect();
        let Some(first) = places.and_then(|places| places.first().copied()) else { continue };
        if !affirms(cell(row, 4)) || !denies(cell(row, 5)) {
            continue;
        }
        taken.push(cell(row, 0));
        let base = cell(row, 2).parse().unwrap_or(0);
        if best.is_none_or(|(most, ..)| base > most) {
            best = Some((base, row, first.0, first.1));
        }
    }
    best.map(|(_, row, start, end)| (row, start, end))
}

/// Who gave the anesthesia.
#[derive(Clone, Debug)]
struct GivenBy {
    modifier: &'static str,
    words: Evidence,
    has_directed_nurse: bool,
}

/// A physician alone, a physician who directs one, two to four or more, or a nurse alone.
fn given_by(document: &Document<'_>) -> Option<GivenBy> {
    const NURSES: &str =
        "crna|crnas|nurse anesthetist|srna|anesthesiologist assistant|certified anesthesiologist assistant|caa|c-aa";
    const DIRECTING: &str = "medically directing|medically directed|medical direction|directing|directed|medically direct|\
                             supervising|medical supervision|supervised|supervision";
    const ALONE: &str = "without medical direction|no medical direction|not medically directed|undirected|\
                         without physician direction|non-medically directed|not directed|no anesthesiologist|independently|independent";
    const PERSONALLY: &str = "personally performed|personally administered|performed personally|personally|by me|\
                              anesthesiologist only|solo|done by me|no crna|no crnas|no residents";
    let lower = document.lower.as_str();
    let nurse = affirmed(lower, NURSES);
    let told = |words: &str| words.split('|').filter_map(|word| word_position(lower, word)).min();
    let directing = affirmed(lower, DIRECTING);
    let by = |modifier, (start, end): (usize, usize), has_directed_nurse| {
        Some(GivenBy { modifier, words: document.evidence(start, end)?, has_directed_nurse })
    };
    if let Some(place) = told(ALONE).filter(|_| nurse.is_some()) {
        return by("QZ", place, false);
    }
    if let Some(place) = directing {
        let modifier = match concurrent(lower, place) {
            Some(1) => Some("QY"),
            Some(2..=4) => Some("QK"),
            Some(_) => Some("AD"),
            None => nurse.map(|_| "QY"),
        };
        if let Some(modifier) = modifier {
            return by(modifier, place, nurse.is_some());
        }
    }
    if let Some(place) = told(PERSONALLY).filter(|_| nurse.is_none()) {
        return by("AA", place, false);
    }
    if let Some(place) = nurse {
        return by("QZ", place, false);
    }
    told("anesthesiologist|md|do|mda").and_then(|place| by("AA", place, false))
}

/// How many a physician directs at once: "directing 3 rooms", "1:2", "two concurrent cases", "four CRNAs".
fn concurrent(lower: &str, (start, end): (usize, usize)) -> Option<u32> {
    const NEAR: usize = 90;
    const COUNTED: &[&str] = &[
        "concurrent",
        "crna",
        "crnas",
        "rooms",
        "room",
        "cases",
        "case",
        "sites",
        "locations",
        "procedures",
        "anesthetics",
        "nurse",
        "nurses",
        "ors",
        "ratio",
        "concurrently",
        "simultaneous",
        "other",
        "others",
    ];
    const NAMED: std::ops::RangeInclusive<u32> = 1..=8;
    let from = (start.saturating_sub(NEAR)..=start).find(|at| lower.is_char_boundary(*at))?;
    let to = (end..=end.saturating_add(NEAR).min(lower.len())).rev().find(|at| lower.is_char_boundary(*at))?;
    let near = |text: &str| {
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric() && c != ':').filter(|w| !w.is_empty()).collect();
        let number = |word: &str| {
            let figure = word.strip_prefix("1:").unwrap_or(word).trim_end_matches(':').parse::<u32>().ok();
            let name = cardinal(word).filter(|n| NAMED.contains(n));
            figure.or(name).filter(|n| (1..=12).contains(n))
        };
        words.iter().enumerate().find_map(|(at, word)| {
            let count = number(word)?;
            let is_ratio = word.starts_with("1:");
            let next = words.get(at + 1..at + 3).unwrap_or_default();
            (is_ratio || next.iter().any(|word| COUNTED.contains(word))).then_some(count)
        })
    };
    near(lower.get(end..to)?).or_else(|| near(lower.get(from..start)?))
}

/// ASA 1 to 6, in figures of either kind, with an E for an emergency.
fn status(document: &Document<'_>) -> Option<(String, Evidence, bool)> {
    const NAMES: &[&str] = &["asa", "physical status", "asa-ps", "ps"];
    const BETWEEN: &[&str] = &["ps", "class", "status", "physical", "score", "asa", "classification", "is", "p"];
    const ROMAN: &[(&str, u32)] = &[("iv", 4), ("vi", 6), ("v", 5), ("iii", 3), ("ii", 2), ("i", 1)];
    let named = NAMES.iter().find_map(|name| {
        document.lower.match_indices(name).find_map(|(at, _)| {
            let (start, end) = word_position(document.lower.get(at..)?, name).filter(|(start, _)| *start == 0)?;
            let before = document.lower.get(..at)?.chars().next_back();
            if before.is_some_and(char::is_alphanumeric) {
                return None;
            }
            let rest = document.lower.get(at + end..)?;
            let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(5);
            let word = words.find(|word| !BETWEEN.contains(word))?;
            let own = word.trim_start_matches("ps").trim_start_matches('p');
            let (figure, is_emergency) = own.strip_suffix('e').map_or((own, false), |figure| (figure, true));
            let number = figure.parse::<u32>().ok().filter(|n| (1..=6).contains(n));
            let number = number.or_else(|| ROMAN.iter().find(|(roman, _)| *roman == figure).map(|(_, n)| *n))?;
            let length = word_position(rest, word)?.1;
            let is_emergency = is_emergency || words.next() == Some("e");
            Some((number, at + start, at + end + length, is_emergency))
        })
    });
    let (number, start, end, is_emergency) = named.or_else(|| joined(&document.lower))?;
    Some((format!("P{number}"), document.evidence(start, end)?, is_emergency))
}

/// "ASA3", "ASA3E".
fn joined(lower: &str) -> Option<(u32, usize, usize, bool)> {
    lower.match_indices("asa").find_map(|(at, _)| {
        let mut rest = lower.get(at + 3..)?.chars();
        let number = rest.next()?.to_digit(10).filter(|n| (1..=6).contains(n))?;
        let next = rest.next();
        let is_emergency = next == Some('e');
        let is_word = is_emergency || next.is_none_or(|c| !c.is_alphanumeric());
        is_word.then_some((number, at, at + 4 + usize::from(is_emergency), is_emergency))
    })
}
