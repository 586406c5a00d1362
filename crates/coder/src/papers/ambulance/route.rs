//! From where to where: the letters of origin and destination (Claims Processing Manual 15 §30.A).

use claim::Evidence;

use super::{places, told, words};
use crate::{
    document::Document,
    table::{cell, table},
};

/// How far before a place the word may stand that tells what it is.
const CUE_BYTES: usize = 70;

/// A place in the text.
struct Place {
    letter: &'static str,
    start: usize,
    end: usize,
    /// How surely it is the origin, and the destination.
    from: u8,
    to: u8,
}

/// Letters of origin and destination with their words.
pub(super) fn read(document: &Document<'_>) -> Option<(String, Vec<Evidence>)> {
    let text = document.lower.as_str();
    let cues = cues(text);
    let mut found = named(text);
    for place in &mut found {
        (place.from, place.to) = role(text, &cues, place);
    }
    let best = |sureness: fn(&Place) -> u8, other: Option<usize>| {
        let fit = found.iter().filter(|place| sureness(place) > 0 && Some(place.start) != other);
        fit.min_by_key(|place| (std::cmp::Reverse(sureness(place)), place.start))
    };
    let destination = best(|place| place.to, None);
    let origin = best(|place| place.from, destination.map(|place| place.start))
        .or_else(|| found.iter().find(|place| place.to == 0));
    let destination = destination.or_else(|| {
        found.iter().rev().find(|place| place.letter == "H" && Some(place.start) != origin.map(|o| o.start))
    })?;
    let evidence = |place: &Place| document.evidence(place.start, place.end);
    let (letter, words) = match origin {
        Some(place) => (place.letter, evidence(place)),
        // Called out to no place that has a letter of its own.
        None => ("S", Some(told(document, "emergency")?)),
    };
    Some((format!("{letter}{}", destination.letter), words.into_iter().chain(evidence(destination)).collect()))
}

/// The places that are named, the longest name where several overlap.
fn named(text: &str) -> Vec<Place> {
    let mut all: Vec<Place> = Vec::new();
    let rows = table!("ambulance.tsv").filter(|row| cell(row, 0) == "place").map(|row| (cell(row, 1), cell(row, 2)));
    for (letter, names) in rows.chain(words("not home").map(|word| ("", word))) {
        for name in names.split('|') {
            all.extend(places(text, name).map(|(start, end)| Place { letter, start, end, from: 0, to: 0 }));
        }
    }
    all.sort_by_key(|place| std::cmp::Reverse(place.end - place.start));
    let mut found: Vec<Place> = Vec::new();
    for place in all {
        if found.iter().all(|known| place.end <= known.start || known.end <= place.start) {
            found.push(place);
        }
    }
    found.retain(|place| !place.letter.is_empty());
    found.sort_by_key(|place| place.start);
    found
}

/// A word that says of the place behind it what it is.
struct Cue {
    start: usize,
    end: usize,
    is_origin: bool,
    sureness: u8,
}

fn cues(text: &str) -> Vec<Cue> {
    let mut cues: Vec<Cue> = Vec::new();
    for row in table!("ambulance.tsv").filter(|row| matches!(cell(row, 0), "from" | "to")) {
        let sureness = if cell(row, 1) == "sure" { 3 } else { 1 };
        for word in cell(row, 2).split('|') {
            let is_origin = cell(row, 0) == "from";
            cues.extend(places(text, word).map(|(start, end)| Cue { start, end, is_origin, sureness }));
        }
    }
    // "Responded to" is no "to".
    let spans: Vec<(usize, usize)> = cues.iter().map(|cue| (cue.start, cue.end)).collect();
    cues.retain(|cue| {
        !spans.iter().any(|(start, end)| *start <= cue.start && cue.end <= *end && end - start > cue.end - cue.start)
    });
    cues.sort_by_key(|cue| cue.end);
    cues
}

/// How surely a place is origin and destination: what the nearest word before it says, as surely as any near one does.
fn role(text: &str, cues: &[Cue], place: &Place) -> (u8, u8) {
    let near = |cue: &&Cue| {
        cue.end <= place.start
            && place.start - cue.end <= CUE_BYTES
            && text
                .get(cue.end..place.start)
                .is_some_and(|between| !between.contains('\n') && !between.contains(". ") && !is_reading(between))
    };
    let Some(nearest) = cues.iter().rfind(near) else { return (0, 0) };
    let sureness = cues
        .iter()
        .filter(near)
        .filter(|cue| cue.is_origin == nearest.is_origin)
        .map(|cue| cue.sureness)
        .max()
        .unwrap_or(0);
    if nearest.is_origin { (sureness, 0) } else { (0, sureness) }
}

/// "Scene 50,112.4 hospital 50,123.7": a reading of the odometer belongs to the word before it.
fn is_reading(between: &str) -> bool {
    between.split([' ', ':', ',']).any(|word| {
        word.split_once('.').is_some_and(|(whole, part)| {
            !part.is_empty() && [whole, part].iter().all(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        })
    })
}
