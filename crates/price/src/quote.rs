//! One line on its way from the fee schedule to the allowed amount.

use claim::{Modifier, Money, ProcedureCode, Units};
use jiff::civil::Date;

use crate::{PriceStep, medicare::Exact, table, table::Effect};

/// What a global fee pays for, in per cent (CPM 12 §40.1; the fee schedule's split).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GlobalSplit {
    pub before: u32,
    pub during: u32,
    pub after: u32,
}

/// A priced line with the facts that later rules ask for.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    pub line: u16,
    pub procedure: ProcedureCode,
    pub modifiers: Vec<Modifier>,
    pub from: Date,
    pub through: Date,
    pub units: Units,
    /// Fee of one unit.
    pub unit: Money,
    /// Practice expense in one unit.
    pub practice: Exact,
    /// Professional and technical components of one unit, when the schedule splits it.
    pub components: Option<(Exact, Exact)>,
    /// Multiple-procedure indicator.
    pub multiple: u8,
    /// Bilateral indicator.
    pub bilateral: u8,
    pub split: Option<GlobalSplit>,
    /// Assistant-at-surgery and co-surgeon indicators, when the schedule has the service.
    pub assistant: Option<u8>,
    pub co_surgeon: Option<u8>,
    /// The examination an endoscopy contains, with its fee.
    pub endoscopy_base: Option<(ProcedureCode, Money)>,
    /// Fee before reductions.
    pub fee: Money,
    /// What is left so far.
    pub allowed: Money,
    pub steps: Vec<PriceStep>,
}

impl Quote {
    /// A quote of one unit fee, nothing else known yet.
    pub fn new(line: &claim::ServiceLine, unit: Money) -> Self {
        let fee = unit.for_units(line.units);
        Self {
            line: line.number,
            procedure: line.procedure.clone(),
            modifiers: line.modifiers.clone(),
            from: line.from,
            through: line.through,
            units: line.units,
            unit,
            practice: Exact::default(),
            components: None,
            multiple: 0,
            bilateral: 0,
            split: None,
            assistant: None,
            co_surgeon: None,
            endoscopy_base: None,
            fee,
            allowed: fee,
            steps: Vec::new(),
        }
    }

    /// Records a rule and the amount it left.
    pub fn step(&mut self, rule: impl Into<String>, citation: &str) {
        self.steps.push(PriceStep { rule: rule.into(), citation: citation.to_owned(), amount: self.allowed });
    }

    fn has(&self, modifier: &str) -> bool {
        self.modifiers.iter().any(|m| m.as_str() == modifier)
    }

    /// Modifier 50: the fee itself grows, so this comes before every reduction (CPM 12 §40.7).
    pub fn apply_bilateral(&mut self) {
        if !self.has("50") {
            return;
        }
        let Some(rule) = table::bilateral(self.bilateral, self.from) else {
            self.step(format!("Modifier 50 changes nothing (bilateral indicator {})", self.bilateral), "CPM 12 §40.7");
            return;
        };
        self.unit = Exact::of(self.unit).share(rule.share).money();
        self.fee = self.unit.for_units(self.units);
        self.allowed = self.fee;
        self.step(format!("Both sides, {}", percent(rule.share)), rule.citation);
    }

    /// Modifiers that pay a part of the fee, in the order they stand on the line.
    pub fn apply_modifiers(&mut self) {
        for modifier in self.modifiers.clone() {
            let Some(rule) = table::modifier(&modifier, self.from) else { continue };
            let allowed = Exact::of(self.allowed);
            let (kept, what) = match rule.effect {
                Effect::Percent if self.refuses(&modifier) => {
                    (Exact::default(), "not paid for this service".to_owned())
                }
                Effect::Percent => (allowed.share(rule.share), percent(rule.share)),
                Effect::Technical => self.cut_technical(rule.share),
                Effect::Surgical => self.of_global("before and during", |split| split.before + split.during),
                Effect::Intraoperative => self.of_global("the operation alone", |split| split.during),
                Effect::Postoperative => self.postoperative(),
                // Taken into the base units already.
                Effect::Supervision => continue,
                Effect::Report => (allowed, "priced by review, the fee until then".to_owned()),
            };
            self.allowed = kept.money();
            self.step(format!("Modifier {modifier}, {what}"), rule.citation);
        }
    }

    /// Assistants are never paid at indicator 1, co-surgeons at indicator 0 (CPM 23 addendum).
    fn refuses(&self, modifier: &Modifier) -> bool {
        match modifier.as_str() {
            "80" | "81" | "82" | "AS" => self.assistant == Some(1),
            "62" => self.co_surgeon == Some(0),
            _ => false,
        }
    }

    fn of_global(&self, what: &str, share: fn(GlobalSplit) -> u32) -> (Exact, String) {
        let allowed = Exact::of(self.allowed);
        match self.split {
            Some(split) => {
                let per_cent = share(split);
                (allowed.ratio(i64::from(per_cent), 100), format!("{what}, {per_cent}%"))
            }
            None => (allowed, format!("{what}, share not on the schedule, the fee until reviewed")),
        }
    }

    // A date range on the line is the days of care; the schedule pays 90 (CPM 12 §40.4.A.2).
    fn postoperative(&self) -> (Exact, String) {
        const PAID_DAYS: i32 = 90;
        let (after, what) = self.of_global("care afterwards", |split| split.after);
        let days = self.through.since(self.from).map_or(0, |span| span.get_days()) + 1;
        if days > 1 && days < PAID_DAYS {
            (after.ratio(i64::from(days), i64::from(PAID_DAYS)), format!("{what}, {days} of {PAID_DAYS} days"))
        } else {
            (after, what)
        }
    }

    fn cut_technical(&self, kept: u32) -> (Exact, String) {
        let allowed = Exact::of(self.allowed);
        let technical = if self.has("TC") {
            Some(allowed)
        } else {
            self.components.map(|(_, technical)| technical.ratio(self.units.thousandths(), Units::ONE.thousandths()))
        };
        match technical {
            Some(part) => {
                (allowed.minus(part.minus(part.share(kept))), format!("technical component {}", percent(kept)))
            }
            None => (allowed, "no technical component on the schedule".to_owned()),
        }
    }
}

/// `1360` as `13.6%`.
pub(crate) fn percent(basis_points: u32) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
