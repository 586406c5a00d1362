//! How much of an operation was done: levels of the spine, area of a wound, stages, grafts.

use claim::Evidence;

use super::{
    besides,
    measure::{self, tenths},
    words::Wording,
};
use crate::{
    Visit,
    document::{Document, word_position},
    rule::applied,
    service::Services,
    table::{Days, cell, table},
};

/// Adds the codes for what goes beyond the first level, area or stage.
pub(super) fn read(
    document: &Document<'_>,
    visit: &Visit,
    wording: &Wording<'_>,
    titles: &[(usize, usize)],
    found: &mut Services,
) {
    for row in table!("extents.tsv").filter(|row| Days::of(row, 6).covers(visit.served_on)) {
        let base = cell(row, 0);
        if !found.services.iter().any(|s| s.code == base) {
            continue;
        }
        let (first, step): (u32, u32) = (cell(row, 3).parse().unwrap_or(1), cell(row, 4).parse().unwrap_or(1));
        let counted = match cell(row, 2) {
            "levels" => levels(document, titles),
            "joints" => joints(document, titles),
            "vertebrae" => vertebrae(document, titles),
            "area" => area(document),
            _ => stages(document),
        };
        let Some((count, evidence)) = counted.filter(|(count, _)| *count > first) else { continue };
        let units = (count - first).div_ceil(step.max(1));
        let modifiers: Vec<String> =
            found.services.iter().filter(|s| s.code == base).flat_map(|s| s.modifiers.clone()).collect();
        let text = format!("{count} in all, the first {first} with {base}.");
        besides(found, cell(row, 1), cell(row, 5), units, vec![evidence], "PX-EXTENT", text);
        // Further levels are done on the side of the first.
        let more = found.services.iter_mut().find(|s| s.code == cell(row, 1));
        more.into_iter().for_each(|more| {
            more.modifiers = modifiers.iter().filter(|m| ["RT", "LT", "50"].contains(&m.as_str())).cloned().collect()
        });
    }
    devices(document, titles, found);
    hernia(document, wording, titles, found);
    bypasses(document, titles, found);
}

/// Hernias of the front of the belly: first or again, reducible or not, and the length of the defect (CPT 2023).
fn hernia(document: &Document<'_>, wording: &Wording<'_>, titles: &[(usize, usize)], found: &mut Services) {
    const KINDS: &[&str] =
        &["ventral", "incisional", "umbilical", "epigastric", "spigelian", "supraumbilical", "paraumbilical"];
    let hernias: Vec<(usize, usize)> =
        titles.iter().copied().filter(|title| wording.find(&[*title], "hernia").is_some()).collect();
    let Some((at, end)) = KINDS.iter().find_map(|kind| wording.find(&hernias, kind)) else { return };
    let length = ["defect", "fascial", "hernia"].iter().find_map(|word| measure::largest(document, &[word], "cm"));
    let Some((tenths, size)) = length else { return };
    let says = |words: &[&str]| words.iter().any(|word| wording.find(titles, word).is_some());
    let step = if tenths < 30 {
        0
    } else if tenths <= 100 {
        1
    } else {
        2
    };
    let codes: [&str; 3] = match (says(&["recurrent"]), says(&["incarcerated", "strangulated"])) {
        (false, false) => ["49591", "49593", "49595"],
        (false, true) => ["49592", "49594", "49596"],
        (true, false) => ["49613", "49615", "49617"],
        (true, true) => ["49614", "49616", "49618"],
    };
    let words = document.evidence(at, end).into_iter().chain([size]).collect();
    let text = format!("Defect of {}.{} cm.", tenths / 10, tenths % 10);
    let code = codes.get(step).copied().unwrap_or_default();
    besides(found, code, "Repair of a hernia of the abdominal wall", 1, words, "PX-EXTENT", text);
}

/// Bypass grafts of the heart by their kind: the arteries alone, or the further veins beside them.
fn bypasses(document: &Document<'_>, titles: &[(usize, usize)], found: &mut Services) {
    const ARTERIES: &[&str] =
        &["lima", "rima", "internal mammary", "left internal mammary", "radial artery", "internal thoracic"];
    const OF_VEINS: [&str; 6] = ["33510", "33511", "33512", "33513", "33514", "33516"];
    const OF_ARTERIES: [&str; 4] = ["33533", "33534", "33535", "33536"];
    const BESIDE: [&str; 6] = ["33517", "33518", "33519", "33521", "33522", "33523"];
    let Some(at) = found.services.iter().position(|s| s.code == "33533") else { return };
    let grafts: Vec<&str> = titles
        .iter()
        .filter_map(|(from, to)| document.lower.get(*from..*to))
        .flat_map(|title| title.split([';', ',', '\n']).flat_map(|part| part.split(" and ")))
        .collect();
    let is_artery = |graft: &&&str| ARTERIES.iter().any(|word| word_position(graft, word).is_some());
    let is_vein =
        |graft: &&&str| ["svg", "saphenous", "vein", "rsvg"].iter().any(|word| word_position(graft, word).is_some());
    let arteries = grafts.iter().filter(is_artery).count();
    let named = grafts.iter().filter(|graft| !is_artery(graft)).filter(is_vein).count();
    let text = titles.iter().filter_map(|(from, to)| document.lower.get(*from..*to)).collect::<String>();
    let total = (1..=7).find(|n| {
        [format!("x{n}"), format!("x {n}"), format!("times {n}")]
            .iter()
            .any(|count| word_position(&text, count).is_some())
    });
    let veins = total.map_or(named, |total: usize| total.saturating_sub(arteries));
    let code = |codes: &[&'static str], count: usize| {
        codes.get(count.checked_sub(1)?.min(codes.len().checked_sub(1)?)).copied()
    };
    let (first, more) = if arteries > 0 {
        (code(&OF_ARTERIES, arteries), code(&BESIDE, veins))
    } else {
        (code(&OF_VEINS, veins), None)
    };
    let text = format!("{arteries} arterial and {veins} venous graft(s).");
    let Some(bypass) = found.services.get_mut(at) else { return };
    if let Some(first) = first {
        first.clone_into(&mut bypass.code);
        bypass.rules.push(applied("PX-EXTENT", text.clone()));
    }
    let evidence = bypass.evidence.clone();
    if let Some(more) = more {
        besides(found, more, "Vein grafts beside the arterial ones", 1, evidence, "PX-EXTENT", text);
    }
}

/// Levels of the spine: `L3-4`, `L4-L5`, `C5/6`, each once.
fn levels(document: &Document<'_>, titles: &[(usize, usize)]) -> Option<(u32, Evidence)> {
    let mut seen: Vec<(char, u32)> = Vec::new();
    let mut span: Option<(usize, usize)> = None;
    for (start, end) in titles {
        let text = document.lower.get(*start..*end)?;
        for (at, region) in text.match_indices(['l', 'c', 't']) {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let rest = text.get(at + 1..).unwrap_or_default();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let after = rest.get(digits.len()..).unwrap_or_default();
            let next = after.strip_prefix(['-', '/', '\u{2013}']).map(|t| t.trim_start_matches(['l', 'c', 't', 's']));
            let is_level = next.is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
            let is_word = before.is_some_and(char::is_alphanumeric);
            let (Ok(number), true, false) = (digits.parse::<u32>(), is_level, is_word) else { continue };
            let level = (region.chars().next()?, number);
            if !seen.contains(&level) {
                seen.push(level);
            }
            let place = (start + at, start + at + 1 + digits.len());
            span = Some(span.map_or(place, |(a, b)| (a.min(place.0), b.max(place.1))));
        }
    }
    let (start, end) = span?;
    Some((u32::try_from(seen.len()).ok()?, document.evidence(start, end)?))
}

/// Joints between vertebrae that were blocked: as named, else one fewer than their nerves ("MB L3, L4 and L5").
fn joints(document: &Document<'_>, titles: &[(usize, usize)]) -> Option<(u32, Evidence)> {
    let named = levels(document, titles);
    let mut nerves: Vec<(char, u32)> = Vec::new();
    let mut span: Option<(usize, usize)> = None;
    for sentence in &document.sentences {
        let lower = document.lower_of(sentence);
        let is_of_nerves =
            ["medial branch", "medial branches", "mb", "mbb", "dorsal ramus", "dr", "nerves", "branches"]
                .iter()
                .any(|word| word_position(lower, word).is_some());
        for token in document.tokens_of(sentence).iter().filter(|_| is_of_nerves) {
            let Some((region, number)) = vertebra(&token.stem) else { continue };
            // A joint is named by two vertebrae, a nerve by one.
            let after = document.lower.get(token.end..).unwrap_or_default();
            let before = document.lower.get(..token.start).unwrap_or_default();
            if after.starts_with(['-', '/']) || before.ends_with(['-', '/']) || nerves.contains(&(region, number)) {
                continue;
            }
            nerves.push((region, number));
            span = Some(span.map_or((token.start, token.end), |(from, _)| (from, token.end)));
        }
    }
    let by_nerves = || {
        let (start, end) = span?;
        let count = u32::try_from(nerves.len()).ok()?.checked_sub(1)?;
        Some((count, document.evidence(start, end)?))
    };
    let counted = by_nerves().filter(|(count, _)| *count > 0);
    counted.or(named)
}

/// Vertebrae that the titles name, each once.
fn vertebrae(document: &Document<'_>, titles: &[(usize, usize)]) -> Option<(u32, Evidence)> {
    let in_titles = |start: usize| titles.iter().any(|(from, to)| (*from..*to).contains(&start));
    let named: Vec<_> =
        document.tokens.iter().filter(|t| in_titles(t.start)).filter_map(|t| Some((vertebra(&t.stem)?, t))).collect();
    let mut different: Vec<(char, u32)> = named.iter().map(|(vertebra, _)| *vertebra).collect();
    different.sort_unstable();
    different.dedup();
    let (first, last) = (named.first()?.1, named.last()?.1);
    Some((u32::try_from(different.len()).ok()?, document.evidence(first.start, last.end)?))
}

/// `l4`: the region and number of a vertebra.
fn vertebra(word: &str) -> Option<(char, u32)> {
    let region = word.chars().next().filter(|c| matches!(c, 'l' | 'c' | 't' | 's'))?;
    let number = word.get(1..)?.parse().ok().filter(|n| (1..=12).contains(n))?;
    Some((region, number))
}

/// Square centimetres as written, else length by width of the wound.
fn area(document: &Document<'_>) -> Option<(u32, Evidence)> {
    for unit in ["sq cm", "sq. cm", "cm2", "cm\u{b2}", "square centimeters"] {
        for (at, _) in document.lower.match_indices(unit) {
            let before = document.lower.get(..at)?.trim_end();
            let digits = before.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
            let start = before.len() - digits;
            if let Some(whole) = before.get(start..).and_then(|n| n.split('.').next()).and_then(|n| n.parse().ok()) {
                return Some((whole, document.evidence(start, at + unit.len())?));
            }
        }
    }
    document.lower.match_indices(" x ").find_map(|(at, _)| {
        let left = document.lower.get(..at)?;
        let digits = left.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let length = tenths(left.get(left.len() - digits..)?)?;
        let right = document.lower.get(at + 3..)?;
        let width_text: String = right.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let width = tenths(&width_text)?;
        let is_cm = right.get(..right.len().min(24)).is_some_and(|near| near.contains("cm"));
        let area = u32::try_from((u64::from(length) * u64::from(width)).div_ceil(100)).ok()?;
        let evidence = document.evidence(left.len() - digits, at + 3 + width_text.len())?;
        is_cm.then_some((area, evidence))
    })
}

/// Stages of Mohs surgery, by the highest that is named.
fn stages(document: &Document<'_>) -> Option<(u32, Evidence)> {
    const NAMED: &[(u32, &[&str])] = &[
        (4, &["four stages", "4 stages", "stage iv", "stage 4", "fourth stage"]),
        (3, &["three stages", "3 stages", "stage iii", "stage 3", "third stage"]),
        (2, &["two stages", "2 stages", "stage ii", "stage 2", "second stage"]),
    ];
    NAMED.iter().find_map(|(count, words)| {
        let (at, word) = words.iter().find_map(|word| Some((document.lower.find(word)?, word)))?;
        Some((*count, document.evidence(at, at + word.len())?))
    })
}

/// Cages and plates of spinal fusions, by what the report names.
fn devices(document: &Document<'_>, titles: &[(usize, usize)], found: &mut Services) {
    const FUSIONS: &[&str] = &["22551", "22558", "22630", "22633"];
    if !found.services.iter().any(|s| FUSIONS.contains(&s.code.as_str())) {
        return;
    }
    let levels = levels(document, titles).map_or(1, |(count, _)| count.max(1));
    let find = |words: &[&str]| {
        words.iter().find_map(|word| {
            let at = document.lower.find(word)?;
            document.evidence(at, at + word.len())
        })
    };
    if let Some(words) = find(&["peek", "cage", "interbody device", "interbody spacer", "titanium spacer"]) {
        let text = format!("A device in each of {levels} interspace(s).");
        besides(found, "22853", "Interbody device", levels, vec![words], "PX-EXTENT", text);
    }
    let is_anterior_neck = found.services.iter().any(|s| s.code == "22551");
    if let Some(words) = find(&[
        "anterior plate",
        "cervical plate",
        "locking plate",
        "plate and",
        "plate with",
        "plate placed",
        "plate from",
        "mm plate",
        "level plate",
    ]) && is_anterior_neck
    {
        let code = if levels <= 2 { "22845" } else { "22846" };
        let text = format!("A plate over {} vertebral segments.", levels + 1);
        besides(found, code, "Anterior plate", 1, vec![words], "PX-EXTENT", text);
    }
}
