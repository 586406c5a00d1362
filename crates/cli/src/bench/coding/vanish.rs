//! A suggestion must go when the words behind it go.

use claim::{Band, Coding, SuggestedCode};
use coder::{Ranking, Visit};
use codes::Library;

use super::{score::Vanish, sets};

/// Takes out the evidence of each reported diagnosis in turn and counts those that vanish with it.
pub fn count(text: &str, coding: &Coding, visit: &Visit, library: &Library, vanish: &mut Vanish) {
    for suggestion in coding.suggestions.iter().filter(|s| s.band > Band::Offer) {
        let SuggestedCode::Diagnosis { code } = &suggestion.code else { continue };
        let mut without = text.to_owned();
        let mut spans: Vec<(usize, usize)> = suggestion.evidence.iter().map(|e| (e.start, e.end)).collect();
        spans.sort_unstable();
        for (start, end) in spans.into_iter().rev() {
            if end <= without.len() && without.is_char_boundary(start) && without.is_char_boundary(end) {
                without.replace_range(start..end, "");
            }
        }
        let again = coder::suggest(&sets::note(&without), visit, library, &Ranking::default());
        let is_there = again
            .suggestions
            .iter()
            .any(|s| s.band > Band::Offer && matches!(&s.code, SuggestedCode::Diagnosis { code: c } if c == code));
        vanish.tried += 1;
        vanish.vanished += usize::from(!is_there);
    }
}
