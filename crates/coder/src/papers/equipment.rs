//! Equipment and supplies delivered: bought, rented or replaced, for which side, with the number of pieces (Claims
//! Processing Manual 20).

use claim::{Evidence, PayerKind};

use super::{Document, Services, Visit, applied, service, word_position};
use crate::{
    dictionary::Side,
    service::Service,
    table::{cell, table},
};

mod item;
mod quantity;

use item::{Class, Item};

/// The words that tell something about an item.
fn words(kind: &str) -> impl Iterator<Item = &'static str> {
    table!("delivery.tsv").filter(move |row| cell(row, 0) == kind).flat_map(|row| cell(row, 1).split('|'))
}

/// Where a text first says something of a kind.
fn says(text: &str, kind: &str) -> Option<(usize, usize)> {
    words(kind).filter_map(|word| word_position(text, word)).min()
}

/// The words of the paper that say it.
fn told(document: &Document<'_>, kind: &str) -> Option<Evidence> {
    let (start, end) = says(&document.lower, kind)?;
    document.evidence(start, end)
}

pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let paper = Paper::read(document, visit);
    for item in item::delivered(document, visit) {
        let Some(words) = document.evidence(item.start, item.end) else { continue };
        let mut line = service(item.code, item.label, vec![words], "PX-DONE", "The paper says it was delivered.");
        paper.how(&item, document, &mut line);
        paper.coverage(&item, &mut line);
        let units = paper.units(&item);
        if units > 1 {
            line.rules.push(applied("EQ-UNITS", format!("{units} units as delivered.")));
        }
        for (side, units) in sides(&item, document, units) {
            let mut line = line.clone();
            line.units = units;
            line.modifiers.extend(side.map(str::to_owned));
            found.services.push(line);
        }
    }
}

/// What the whole paper says of its items.
struct Paper {
    rented: Option<Evidence>,
    bought: Option<Evidence>,
    replaced: Option<Evidence>,
    covered: Option<Evidence>,
    unmet: Option<Evidence>,
    insulin: Option<(&'static str, Evidence)>,
    notice: Option<Evidence>,
    is_for_months: bool,
    /// Months of a rental and rules of coverage are told to Medicare.
    is_medicare: bool,
}

impl Paper {
    fn read(document: &Document<'_>, visit: &Visit) -> Self {
        let without = told(document, "without").map(|words| ("KS", words));
        Self {
            rented: told(document, "rented"),
            bought: told(document, "bought"),
            replaced: told(document, "replaced"),
            covered: told(document, "covered"),
            unmet: told(document, "unmet"),
            insulin: without.or_else(|| Some(("KX", told(document, "insulin")?))),
            notice: told(document, "notice"),
            is_for_months: says(&document.lower, "months").is_some(),
            is_medicare: matches!(visit.payer_kind, None | Some(PayerKind::MedicareB)),
        }
    }

    /// Rented, bought or replaced: as the line of the item says, else as the paper does.
    fn how(&self, item: &Item<'_>, document: &Document<'_>, line: &mut Service) {
        let (is_rented, is_bought) = match (says(item.text, "rented"), says(item.text, "bought")) {
            (None, None) => (self.rented.is_some() && self.bought.is_none(), self.bought.is_some()),
            (rented, bought) => {
                (rented.is_some() && bought.is_none_or(|bought| rented < Some(bought)), bought.is_some())
            }
        };
        let how = match item.class {
            Class::Capped if is_rented || !is_bought => "RR",
            Class::Routine | Class::Tens if is_rented => "RR",
            Class::Oxygen | Class::Hired => "RR",
            Class::Capped | Class::Routine | Class::Tens if says(item.text, "used").is_some() => "UE",
            Class::Capped | Class::Routine | Class::Tens | Class::Accessory => "NU",
            _ => "",
        };
        if !how.is_empty() {
            line.modifiers.push(how.to_owned());
            let text = if how == "RR" { "Rented." } else { "Bought." };
            line.rules.push(applied("EQ-HOW", text));
            line.evidence.extend(self.rented.iter().filter(|_| how == "RR").cloned());
        }
        if how == "RR" && item.class == Class::Capped && self.is_medicare {
            let month = quantity::month(item.text).or_else(|| quantity::month(&document.lower)).unwrap_or(1);
            let modifier = match month {
                0 | 1 => "KH",
                2 | 3 => "KI",
                _ => "KJ",
            };
            line.modifiers.push(modifier.to_owned());
            line.rules.push(applied("EQ-MONTH", format!("Month {month} of a rental that ends in ownership.")));
        }
        let is_durable = matches!(item.class, Class::Capped | Class::Routine | Class::Brace | Class::Tens);
        if says(item.text, "part").is_some() {
            line.modifiers.push("RB".to_owned());
        } else if let Some(words) = self.replaced.as_ref().filter(|_| is_durable && how != "UE") {
            line.modifiers.push("RA".to_owned());
            line.evidence.push(words.clone());
            line.rules.push(applied("EQ-HOW", "A replacement."));
        }
    }

    /// Whether what the coverage rule of the item asks for is written.
    fn coverage(&self, item: &Item<'_>, line: &mut Service) {
        if item.class == Class::Excluded && self.is_medicare {
            line.modifiers.push("GY".to_owned());
            line.rules.push(applied("EQ-COVERED", "No benefit of Medicare."));
            return;
        }
        let judged = match (&self.unmet, &self.notice) {
            (Some(words), Some(_)) => Some(("GA", words)),
            (Some(_), None) => None,
            _ if item.policy == "KX/KS" => self.insulin.as_ref().map(|(modifier, words)| (*modifier, words)),
            _ => self.covered.as_ref().filter(|_| item.policy == "KX").map(|words| ("KX", words)),
        };
        if let Some((modifier, words)) = judged.filter(|_| self.is_medicare) {
            line.modifiers.push(modifier.to_owned());
            line.evidence.push(words.clone());
            line.rules.push(applied("EQ-COVERED", "What the coverage policy asks for, as far as it is written."));
        }
        if item.class == Class::Dressing {
            line.modifiers.push("A1".to_owned());
        }
    }

    /// Units of all sides together.
    fn units(&self, item: &Item<'_>) -> u32 {
        let months = if self.is_for_months { 3 } else { 1 };
        let count = &item.count;
        let pieces = count.pieces.unwrap_or(1);
        match item.each {
            // Cylinders and hours belong to the one month of oxygen.
            _ if item.class == Class::Oxygen => 1,
            "month" => months,
            "pair" if count.is_pairs => pieces,
            "pair" => pieces.div_ceil(2),
            _ if count.is_monthly => pieces.saturating_mul(months),
            _ if count.is_boxes => pieces,
            each => pieces.div_ceil(each.parse::<u32>().ok().filter(|each| *each > 0).unwrap_or(1)),
        }
    }
}

/// The sides of an item that has one, each with its units: a shoe for each foot, a brace for the limb that is told.
fn sides(item: &Item<'_>, document: &Document<'_>, units: u32) -> Vec<(Option<&'static str>, u32)> {
    if !matches!(item.class, Class::Shoe | Class::Brace) {
        return vec![(None, units)];
    }
    let both = |units: u32| vec![(Some("RT"), units), (Some("LT"), units)];
    if let Some([right, left]) = quantity::of_sides(item.text) {
        return vec![(Some("RT"), right), (Some("LT"), left)];
    }
    // "Size L, right": a letter is a size where the side is written out.
    let is_within = |token: usize| {
        let written = document.tokens.get(token).filter(|t| item.clause_start <= t.start && t.end <= item.clause_end);
        written.map(|token| token.end - token.start > 1)
    };
    let is_spelled = document.sides.iter().any(|(token, _)| is_within(*token) == Some(true));
    let is_meant = |token: usize| is_within(token).is_some_and(|spelled| spelled || !is_spelled);
    let has = |side: Side, anywhere: bool| {
        document.sides.iter().any(|(token, told)| *told == side && (anywhere || is_meant(*token)))
    };
    let is_told_here = document.sides.iter().any(|(token, _)| is_within(*token).is_some());
    let anywhere = !is_told_here && item.class == Class::Brace;
    let is_both = has(Side::Both, anywhere) || has(Side::Right, anywhere) && has(Side::Left, anywhere) && is_told_here;
    match (is_both, has(Side::Right, anywhere), has(Side::Left, anywhere)) {
        (true, _, _) if item.class == Class::Brace => both(units.div_ceil(2)),
        (false, true, false) => vec![(Some("RT"), units)],
        (false, false, true) => vec![(Some("LT"), units)],
        _ if item.class == Class::Brace => vec![(None, units)],
        _ if item.count.is_pairs || units == 1 => both(units),
        _ => both(units.div_ceil(2)),
    }
}
