//! Counselling that is counted in minutes: giving up tobacco, and advance care planning.

use super::doing;
use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    therapy::minutes,
    units::timed_service_units,
};

struct Counselling {
    /// Row of the table of timed services.
    family: &'static str,
    words: &'static [&'static str],
    label: &'static str,
    treats: &'static [&'static str],
}

const KINDS: &[Counselling] = &[
    Counselling {
        family: "tobacco_cessation",
        words: &[
            "tobacco cessation",
            "smoking cessation",
            "counseled to quit",
            "counselled to quit",
            "counseled on quitting",
            "tobacco counseling",
            "smoking counseling",
            "quit smoking",
            "quitting smoking",
            "stop smoking",
        ],
        label: "Tobacco counselling",
        treats: &["F17", "Z72"],
    },
    Counselling {
        family: "advance_care_planning",
        words: &["advance care planning", "advance directive", "advance directives"],
        label: "Advance care planning",
        treats: &["Z71"],
    },
];

/// Adds counselling whose minutes are written in its sentence.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for kind in KINDS {
        let told = document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = kind.words.iter().find_map(|word| word_position(lower, word))?;
            let (minutes, length) = near(lower, start)?;
            // What the patient will do after it is no part of what was given.
            let told = lower.get(..end.max(length)).unwrap_or(lower);
            is_given(sentence, told).then_some((sentence, start, end.max(length), minutes))
        });
        let Some((sentence, start, end, minutes)) = told else { continue };
        for (code, units) in timed_service_units(kind.family, minutes, visit.served_on) {
            let words = document.evidence(sentence.start + start, sentence.start + end).into_iter().collect();
            let mut service = Service::new(code, ServiceKind::Counselling, kind.label, words, sentence.block)
                .ruled("PX-TIME", format!("{minutes} minutes are written."));
            service.units = units;
            service.treats = kind.treats.iter().map(|t| (*t).to_owned()).collect();
            found.services.push(service);
        }
    }
}

/// The minutes of the clause that names it, else of its sentence.
fn near(lower: &str, at: usize) -> Option<(u32, usize)> {
    let from = lower.get(..at)?.rfind([',', ';', '(']).map_or(0, |mark| mark + 1);
    let own = lower.get(from..).and_then(minutes).map(|(spent, length)| (spent, from + length));
    own.or_else(|| minutes(lower))
}

fn is_given(sentence: &Sentence, told: &str) -> bool {
    let is_told = !matches!(
        sentence.section,
        SectionKind::Past | SectionKind::Family | SectionKind::Surgical | SectionKind::Instructions
    );
    is_told && !doing::is_not_done(told)
}
