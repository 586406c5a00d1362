//! What of a single-dose container was thrown away (modifiers JW and JZ).

use super::{
    dose::{Dose, dose, thousandths},
    named::{Mention, Row, Told, mentions, rows},
    substance::BY_MOUTH,
};
use crate::{
    Visit,
    document::{Document, word_position},
    rule::applied,
    service::{Service, ServiceKind},
    table::cell,
};

/// Medicare wants to know of a single-dose container whether some of it was thrown away: JZ when nothing was, else a
/// line of its own for it with JW.
pub(super) fn discarded(
    document: &Document<'_>,
    visit: &Visit,
    row: Row,
    told: Told<'_>,
    service: &mut Service,
) -> Option<Service> {
    const NOTHING: &[&str] = &[
        "no waste",
        "no wastage",
        "no drug waste",
        "none wasted",
        "nothing wasted",
        "no drug wasted",
        "nothing discarded",
        "none discarded",
        "no drug discarded",
        "waste: none",
        "waste none",
        "wastage none",
        "wastage: none",
        "wasted: none",
        "waste 0",
        "waste: 0",
        "wastage 0",
        "wastage: 0",
        "wasted 0",
        "0 wasted",
        "0 mg wasted",
        "zero waste",
        "zero wastage",
        "discarded: none",
        "discarded 0",
        "entire vial",
        "entire contents",
        "entire syringe",
        "whole vial",
        "whole syringe",
        "full vial",
        "full syringe",
        "full dose",
        "all used",
        "all of it",
        "entire contents used",
        "emptied",
        "all given",
    ];
    const ONE_DOSE: &[&str] = &[
        "single-dose",
        "single dose",
        "single-use",
        "single use",
        "sdv",
        "prefilled syringe",
        "pre-filled syringe",
        "pfs",
        "autoinjector",
    ];
    const SOMETHING: &[&str] = &["wasted", "discarded", "waste", "wastage", "discard"];
    /// Between the words of waste and its amount.
    const NEAR: usize = 12;
    const MANY_DOSES: &[&str] =
        &["multi-dose", "multidose", "multiple-dose", "multi dose", "multiple dose", "mdv", "stock bottle"];
    if !visit.is_medicare() || document.find_phrase(MANY_DOSES).is_some() {
        return None;
    }
    let per_unit = thousandths(cell(row, 2)).filter(|per_unit| *per_unit > 0)?;
    let is_own = |at: usize| is_of(document, visit, row, told, at);
    let lost = document.sentences.iter().filter(|s| is_own(s.end)).find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let place = SOMETHING.iter().find_map(|word| word_position(lower, word))?;
        let is_nothing = NOTHING.iter().any(|words| word_position(lower, words).is_some());
        let is_near = |lost: &Dose| lost.start < place.1 + NEAR && place.0 < lost.end + NEAR;
        let lost =
            dose(lower, place, cell(row, 3)).filter(|lost| lost.thousandths > 0 && is_near(lost) && !is_nothing)?;
        Some((
            lost,
            document.evidence(sentence.start + place.0.min(lost.start), sentence.start + place.1.max(lost.end))?,
            sentence.block,
        ))
    });
    if let Some((lost, words, block)) = lost {
        let mut line = Service::new(cell(row, 1), ServiceKind::Drug, cell(row, 4), vec![words], block)
            .ruled("MOD-JW", "Thrown away from a single-dose container.");
        line.units = lost.units(per_unit);
        line.modifiers.push("JW".to_owned());
        return Some(line);
    }
    let (_, words) = document
        .find_phrase_where(NOTHING, |s| is_own(s.end))
        .or_else(|| document.find_phrase_where(ONE_DOSE, |s| is_own(s.end)))?;
    service.modifiers.push("JZ".to_owned());
    service.evidence.push(words);
    service.rules.push(applied("MOD-JW", "Nothing of the single-dose container was thrown away."));
    None
}

/// True when words that end there are about this drug: it is the last one named before them of those whose doses are
/// told, flushes of the line left out.
fn is_of(document: &Document<'_>, visit: &Visit, row: Row, told: Told<'_>, end: usize) -> bool {
    let code = cell(row, 1);
    let is_dosed = |mention: &Mention<'_>| {
        let lower = document.lower_of(mention.sentence);
        let own = lower.get(mention.own.0..mention.own.1).unwrap_or_default();
        let has = |text: &str, words: &[&str]| words.iter().any(|w| word_position(text, w).is_some());
        let is_flush = has(lower, &["flush", "flushed", "heplock"]) && code != cell(mention.row, 1);
        let is_fluid = cell(mention.row, 7) == "fluid";
        let name = (mention.name.0.saturating_sub(mention.own.0), mention.name.1.saturating_sub(mention.own.0));
        !is_fluid && !is_flush && !has(own, BY_MOUTH) && dose(own, name, cell(mention.row, 3)).is_some()
    };
    let rows = rows(document, visit);
    let all = mentions(document, &rows);
    let dosed: Vec<&Mention<'_>> = all.iter().filter(|mention| is_dosed(mention)).collect();
    if dosed.iter().all(|mention| cell(mention.row, 1) == code) {
        return true;
    }
    let before = dosed.iter().filter(|mention| mention.sentence.start + mention.name.0 < end);
    before
        .max_by_key(|mention| mention.sentence.start + mention.name.0)
        .map_or(told.0.start < end, |last| cell(last.row, 1) == code)
}
