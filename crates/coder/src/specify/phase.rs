//! Which phase of treatment the injuries of a note are in (Guidelines I.C.19.a).

use super::Phase;
use crate::{
    Visit,
    document::{Document, Sentence},
    sections::SectionKind,
};

/// The phase of treatment of the injuries of a note.
pub(crate) fn phase(document: &Document<'_>, visit: &Visit) -> Phase {
    const SEQUELA: &[&str] = &["late effect of", "sequela of", "sequelae of", "residual from old"];
    const HEALING: &[&str] = &[
        "healing well",
        "healing",
        "routine healing",
        "cast changed",
        "cast removed",
        "cast removal",
        "weeks post op",
        "weeks postop",
        "post-op visit",
        "postoperative visit",
        "fracture follow-up",
        "subsequent encounter",
        "follow-up of",
        "follow up of",
        "status post open reduction",
        "s/p orif",
        "callus formation",
        "suture removal",
        "follow-up for",
        "follow up for",
        "weeks after",
        "here for follow up",
        "here for follow-up",
        "presents for follow up",
        "presents for follow-up",
        "weeks status post",
        "weeks out from",
        "weeks s/p",
        "post-operative follow",
        "postoperative follow",
    ];
    let is_told = |s: &Sentence| {
        !matches!(
            s.section,
            SectionKind::Plan
                | SectionKind::Instructions
                | SectionKind::Past
                | SectionKind::Surgical
                | SectionKind::Family
        )
    };
    if document.find_phrase_where(SEQUELA, is_told).is_some() {
        return Phase::Sequela;
    }
    // Rehabilitation, nursing facilities and homes care for injuries in their healing phase.
    let is_after_care = document.is_therapy || matches!(visit.place_of_service.as_str(), "12" | "31" | "32" | "61");
    if is_after_care || document.find_phrase_where(HEALING, is_told).is_some() {
        return Phase::Healing;
    }
    Phase::Active
}
