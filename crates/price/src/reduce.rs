//! Several services on one day: what the second and further ones are worth (fee schedule indicator 2 to 7).

use std::collections::BTreeMap;

use claim::{Money, Units};
use jiff::civil::Date;

use crate::{
    BasisPoints,
    medicare::Exact,
    quote::{Quote, percent},
    table::{self, Part, Reduction},
};

/// Surgeries beyond this many are priced by review (CPM 12 §40.6.C).
const RANKED_SURGERIES: usize = 5;

/// Applies the rules to the lines of one provider, day by day.
pub(crate) fn reduce(quotes: &mut [Quote]) {
    let mut days: BTreeMap<Date, Vec<&mut Quote>> = BTreeMap::new();
    for quote in quotes {
        days.entry(quote.from).or_default().push(quote);
    }
    for (day, mut lines) in days {
        let mut surgery = None;
        for rule in table::reductions(day) {
            match rule.part {
                Part::Fee => surgery = surgery.or(Some(rule)),
                _ => reduce_part(&mut lines, rule),
            }
        }
        if let Some(rule) = surgery {
            reduce_endoscopies(&mut lines);
            rank_surgeries(&mut lines, rule);
        }
    }
}

/// The part of one unit a rule cuts; nothing when the line does not have it.
fn part_of(quote: &Quote, part: Part) -> Exact {
    match (part, quote.components) {
        (Part::Fee, _) => Exact::of(quote.unit),
        (Part::Practice, _) => quote.practice,
        (Part::Professional, Some((professional, _))) => professional,
        (Part::Technical, Some((_, technical))) => technical,
        (Part::Professional | Part::Technical, None) => Exact::default(),
    }
}

/// The unit with the highest part stays whole; that part of every other unit is cut.
fn reduce_part(lines: &mut [&mut Quote], rule: &Reduction) {
    let mut ranked: Vec<&mut &mut Quote> = lines.iter_mut().filter(|q| q.multiple == rule.indicator).collect();
    ranked.sort_by_key(|q| (std::cmp::Reverse(part_of(q, rule.part)), q.line));
    let mut is_first = true;
    for quote in ranked {
        let part = part_of(quote, rule.part);
        if part == Exact::default() || quote.units.is_zero() {
            continue;
        }
        let cut_units = if is_first { quote.units.less(Units::ONE) } else { quote.units };
        is_first = false;
        if cut_units.is_zero() {
            continue;
        }
        let cut = part.minus(part.share(rule.kept));
        let unit_cut = quote.unit - Exact::of(quote.unit).minus(cut).money();
        quote.allowed -= unit_cut.for_units(cut_units);
        let name = match rule.part {
            Part::Practice => "practice expense",
            Part::Professional => "professional component",
            _ => "technical component",
        };
        quote.step(
            format!("Not the first of the day: {name} {} on {cut_units} of {} units", percent(rule.kept), quote.units),
            rule.citation,
        );
    }
}

/// Endoscopies of one family: the dearest whole, the others what they add to the common examination,
/// and that examination itself nothing (CPM 12 §40.6.C.7).
fn reduce_endoscopies(lines: &mut [&mut Quote]) {
    let mut families: BTreeMap<claim::ProcedureCode, (Money, Vec<usize>)> = BTreeMap::new();
    for (index, quote) in lines.iter().enumerate() {
        if let Some((base, fee)) = &quote.endoscopy_base {
            families.entry(base.clone()).or_insert_with(|| (*fee, Vec::new())).1.push(index);
        }
    }
    for (base, (fee, mut members)) in families {
        members.sort_by_key(|i| lines.get(*i).map(|q| (std::cmp::Reverse(q.unit), q.line)));
        for index in members.into_iter().skip(1) {
            if let Some(quote) = lines.get_mut(index) {
                let less = if fee < quote.allowed { fee } else { quote.allowed };
                quote.allowed -= less;
                quote.step(format!("Same examination as a dearer line: less the fee of {base}"), "CPM 12 §40.6.C.7");
            }
        }
        for quote in lines.iter_mut().filter(|quote| quote.procedure == base) {
            quote.allowed = Money::ZERO;
            quote.step("The examination is part of another line", "CPM 12 §40.6.C.7");
        }
    }
}

/// Surgeries of one day by fee: the first whole, the others cut. A family of endoscopies ranks as one.
fn rank_surgeries(lines: &mut [&mut Quote], rule: &Reduction) {
    let mut ranked: BTreeMap<String, (Money, Vec<usize>)> = BTreeMap::new();
    for (index, quote) in lines.iter().enumerate().filter(|(_, q)| matches!(q.multiple, 2 | 3)) {
        let family = quote.endoscopy_base.as_ref().map_or_else(
            // A family's own examination joins the family; other lines stand alone.
            || if quote.multiple == 3 { quote.procedure.to_string() } else { format!("line {index}") },
            |(base, _)| base.to_string(),
        );
        let entry = ranked.entry(family).or_default();
        entry.0 += quote.allowed;
        entry.1.push(index);
    }
    let mut order: Vec<(Money, Vec<usize>)> = ranked.into_values().collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (rank, (_, members)) in order.into_iter().enumerate() {
        for index in members {
            if let Some(quote) = lines.get_mut(index) {
                cut_surgery(quote, rank, rule.kept, rule.citation);
            }
        }
    }
}

fn cut_surgery(quote: &mut Quote, rank: usize, kept: BasisPoints, citation: &str) {
    // The first unit of the first surgery is whole; further units of it rank behind.
    let cut = match rank {
        0 if quote.units > Units::ONE && quote.endoscopy_base.is_none() => {
            quote.unit.for_units(quote.units.less(Units::ONE))
        }
        0 => return,
        _ => quote.allowed,
    };
    if quote.allowed.is_zero() {
        return;
    }
    quote.allowed -= cut - Exact::of(cut).share(kept).money();
    let review = if rank >= RANKED_SURGERIES { ", priced by review" } else { "" };
    quote.step(format!("Surgery number {} of the day: {}{review}", rank + 1, percent(kept)), citation);
}
