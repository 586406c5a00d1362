//! A suggestion must go when the words behind it go, or say that the patient does not have it.

use claim::{Band, Coding, SuggestedCode};
use coder::{Ranking, Visit};
use codes::Library;

use super::{
    score::{Change, Vanish},
    sets,
};

/// Changes the evidence of each reported diagnosis in turn and counts those that vanish with it.
pub fn count(text: &str, coding: &Coding, visit: &Visit, library: &Library, vanish: &mut Vanish) {
    for suggestion in coding.suggestions.iter().filter(|s| s.band > Band::Offer) {
        let SuggestedCode::Diagnosis { code } = &suggestion.code else { continue };
        let mut spans: Vec<(usize, usize)> = suggestion.evidence.iter().map(|e| (e.start, e.end)).collect();
        spans.sort_unstable();
        for change in Change::ALL {
            let changed = changed(text, &spans, *change);
            let again = coder::suggest(&sets::note(&changed), visit, library, &Ranking::default());
            let is_there = again
                .suggestions
                .iter()
                .any(|s| s.band > Band::Offer && matches!(&s.code, SuggestedCode::Diagnosis { code: c } if c == code));
            vanish.take(*change, !is_there);
        }
    }
}

/// The text with its spans taken out or told otherwise.
fn changed(text: &str, spans: &[(usize, usize)], change: Change) -> String {
    let mut changed = text.to_owned();
    for (start, end) in spans.iter().rev() {
        let Some(words) = text.get(*start..*end) else { continue };
        let told = change.words().map_or_else(String::new, |before| format!("{before} {words}"));
        if changed.get(*start..*end).is_some() {
            changed.replace_range(*start..*end, &told);
        }
    }
    changed
}
