//! What a payer should allow for each line of a claim.

use claim::{Claim, Modifier, Money, PlaceOfService, ProcedureCode, ServiceLine, UnitBasis};
use codes::{FeeRow, Library};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    BasisPoints, Contract, ContractFee, Method,
    medicare::{self, Exact, Units},
    quote::{GlobalSplit, Quote, percent},
    reduce,
    table::{self, Effect},
};

/// One rule on the way to the allowed amount and what it left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceStep {
    /// What was done, in our words.
    pub rule: String,
    /// Manual, chapter and section, or the contract.
    pub citation: String,
    /// The line's amount after it.
    pub amount: Money,
}

/// What a payer should allow for one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineExpectation {
    /// 1-based line (LX01).
    pub line: u16,
    /// The fee before reductions; `None` when nothing prices the service, which is unknown and never zero.
    pub fee: Option<Money>,
    /// The amount allowed; `None` when nothing prices the service.
    pub allowed: Option<Money>,
    /// How it came about; for an unpriced line, why there is no price.
    pub steps: Vec<PriceStep>,
}

impl LineExpectation {
    /// The part of the charge above the fee (CARC 45); zero when unpriced or charged below the fee.
    #[must_use]
    pub fn above_fee(&self, charge: Money) -> Money {
        self.fee.map_or(Money::ZERO, |fee| if charge > fee { charge - fee } else { Money::ZERO })
    }

    /// The part of the charge that reductions took (CARC 59 and the like): what neither exceeds the fee nor is allowed.
    #[must_use]
    pub fn reduction(&self, charge: Money) -> Money {
        self.allowed.map_or(Money::ZERO, |allowed| charge - self.above_fee(charge) - allowed)
    }
}

/// What the contract should allow for each line, in the order of the lines.
///
/// The lines of one claim are one provider's: services of a day reduce each other. Sequestration and the share
/// for therapy assistants come after benefits and are the payer's.
#[must_use]
pub fn expected(claim: &Claim, contract: &Contract, library: &Library) -> Vec<LineExpectation> {
    let pricer = Pricer { contract, library };
    let mut quotes = Vec::new();
    let mut unpriced = Vec::new();
    for line in &claim.lines {
        match pricer.quote(line, claim.place_of(line)) {
            Ok(quote) => quotes.push(quote),
            Err(reason) => unpriced.push(pricer.unpriced(line, reason)),
        }
    }
    let charges: Vec<(u16, Money)> = claim.lines.iter().map(|line| (line.number, line.charge)).collect();
    let mut lines = settle(quotes, &charges, contract);
    lines.extend(unpriced);
    lines.sort_by_key(|expectation| charges.iter().position(|(number, _)| *number == expectation.line));
    lines
}

/// Bilateral first, then the services of a day, then partial services, then the charge (CPM 12 §40.7, 23 addendum).
pub(crate) fn settle(mut quotes: Vec<Quote>, charges: &[(u16, Money)], contract: &Contract) -> Vec<LineExpectation> {
    if contract.reductions {
        quotes.iter_mut().for_each(Quote::apply_bilateral);
        reduce::reduce(&mut quotes);
        quotes.iter_mut().for_each(Quote::apply_modifiers);
    }
    let charge_of = |number| charges.iter().find(|(line, _)| *line == number).map(|(_, charge)| *charge);
    for quote in &mut quotes {
        if let Some(charge) =
            charge_of(quote.line).filter(|charge| contract.lesser_of_charge && *charge < quote.allowed)
        {
            quote.allowed = charge;
            quote.step("Not more than was charged", "SSA 1848(a)(1); contract");
        }
    }
    quotes
        .into_iter()
        .map(|q| LineExpectation { line: q.line, fee: Some(q.fee), allowed: Some(q.allowed), steps: q.steps })
        .collect()
}

struct Pricer<'a> {
    contract: &'a Contract,
    library: &'a Library,
}

/// The price of one unit with what later rules need.
struct UnitPrice {
    unit: Money,
    practice: Exact,
    rule: String,
    citation: &'static str,
}

const SCHEDULE: &str = "CPM 12 §20.4.2";

impl Pricer<'_> {
    fn unpriced(&self, line: &ServiceLine, reason: String) -> LineExpectation {
        let step = PriceStep { rule: reason, citation: self.contract.name.clone(), amount: Money::ZERO };
        LineExpectation { line: line.number, fee: None, allowed: None, steps: vec![step] }
    }

    fn quote(&self, line: &ServiceLine, place: &PlaceOfService) -> Result<Quote, String> {
        if line.basis == UnitBasis::Minutes {
            return self.anesthesia(line);
        }
        let row = self.row(&line.procedure, &line.modifiers, line.from);
        let explicit = self.contract_fee(&line.procedure, &line.modifiers, line.from).is_some();
        if let (false, Method::PercentOfCharge { basis_points }) = (explicit, self.contract.method) {
            return Ok(share_of_charge(line, basis_points));
        }
        let price = self.unit_price(&line.procedure, &line.modifiers, place, line.from, row.as_ref())?;
        let mut quote = Quote::new(line, price.unit);
        quote.practice = price.practice;
        quote.step(price.rule, price.citation);
        match &row {
            Some(row) => self.describe(&mut quote, row, place),
            None => {
                if let Some(procedure) = self.library.procedure(&line.procedure, line.from) {
                    quote.multiple = procedure.multiple_procedure;
                    quote.bilateral = procedure.bilateral;
                }
            }
        }
        Ok(quote)
    }

    /// The schedule's row: of the component or discontinued service when the line says so, else the plain one.
    /// A component the schedule does not split off has no row.
    fn row(&self, code: &ProcedureCode, modifiers: &[Modifier], on: Date) -> Option<FeeRow> {
        let whole = self.library.fee(code, None, on);
        let of_modifier = |names: &[&str]| {
            let modifier = modifiers.iter().find(|m| names.contains(&m.as_str()))?;
            self.library.fee(code, Some(modifier), on)
        };
        match of_modifier(&["26", "TC"]) {
            Some(row) => (Some(&row) != whole.as_ref()).then_some(row),
            None => of_modifier(&["53"]).or(whole),
        }
    }

    /// The explicit fee; the fee of a whole service is no price for one of its components.
    fn contract_fee(&self, code: &ProcedureCode, modifiers: &[Modifier], on: Date) -> Option<&ContractFee> {
        let is_component = modifiers.iter().any(|m| matches!(m.as_str(), "26" | "TC"));
        self.contract.fees.find(code, modifiers, on).filter(|fee| !is_component || fee.modifier.is_some())
    }

    fn describe(&self, quote: &mut Quote, row: &FeeRow, place: &PlaceOfService) {
        quote.multiple = row.multiple_procedure;
        quote.bilateral = row.bilateral;
        quote.assistant = Some(row.assistant);
        quote.co_surgeon = Some(row.co_surgeon);
        let split = GlobalSplit { before: row.before, during: row.during, after: row.after };
        quote.split = (split.before + split.during + split.after == 100).then_some(split);
        quote.endoscopy_base = row.endoscopy_base.as_ref().and_then(|base| {
            let base_row = self.library.fee(base, None, quote.from);
            let price = self.unit_price(base, &[], place, quote.from, base_row.as_ref()).ok()?;
            Some((base.clone(), price.unit))
        });
        quote.components = self.components(quote, place);
    }

    /// Professional and technical parts of a whole service, or of a line that bills one of them.
    fn components(&self, quote: &Quote, place: &PlaceOfService) -> Option<(Exact, Exact)> {
        let bills = |modifier: &str| quote.modifiers.iter().any(|m| m.as_str() == modifier);
        if bills("26") {
            return Some((Exact::of(quote.unit), Exact::default()));
        }
        if bills("TC") {
            return Some((Exact::default(), Exact::of(quote.unit)));
        }
        let professional = Modifier::new("26").ok()?;
        let modifiers = std::slice::from_ref(&professional);
        let row = self.row(&quote.procedure, modifiers, quote.from)?;
        let price = self.unit_price(&quote.procedure, modifiers, place, quote.from, Some(&row)).ok()?;
        let part = Exact::of(price.unit);
        Some((part, Exact::of(quote.unit).minus(part)))
    }

    fn unit_price(
        &self,
        code: &ProcedureCode,
        modifiers: &[Modifier],
        place: &PlaceOfService,
        on: Date,
        row: Option<&FeeRow>,
    ) -> Result<UnitPrice, String> {
        let is_facility = self.library.place_of_service(place).is_some_and(|place| place.is_facility);
        if let Some(fee) = self.contract_fee(code, modifiers, on) {
            let unit = fee.facility_amount.filter(|_| is_facility).unwrap_or(fee.amount);
            let practice = row.map_or(Exact::default(), |row| {
                let units = units_of(row, is_facility);
                Exact::of(unit).ratio(i64::from(units.practice), i64::from(units.total()))
            });
            return Ok(UnitPrice { unit, practice, rule: format!("Contract fee for {code}"), citation: "Contract" });
        }
        let Method::Medicare { basis_points } = self.contract.method else {
            return Err(format!("The contract has no fee for {code} on {on}."));
        };
        let row = row.ok_or_else(|| format!("The fee schedule has no row for {code} as billed on {on}."))?;
        self.schedule_price(code, row, is_facility, basis_points, on)
    }

    fn schedule_price(
        &self,
        code: &ProcedureCode,
        row: &FeeRow,
        is_facility: bool,
        share: BasisPoints,
        on: Date,
    ) -> Result<UnitPrice, String> {
        let of = if share == crate::WHOLE { String::new() } else { format!(", {} of it", percent(share)) };
        let stale = if row.is_stale { " (schedule of another year)" } else { "" };
        if let Some(amount) = row.amount {
            let unit = Exact::of(amount).share(share).money();
            let rule = format!("Fixed fee {amount} for {code}{stale}{of}");
            return Ok(UnitPrice { unit, practice: Exact::default(), rule, citation: "CPM 16 §20; CPM 17 §20" });
        }
        match row.status {
            'A' | 'R' | 'T' => {}
            'B' | 'P' => {
                let rule = format!("{code} is included in other services (status {})", row.status);
                return Ok(UnitPrice { unit: Money::ZERO, practice: Exact::default(), rule, citation: SCHEDULE });
            }
            status => return Err(format!("The fee schedule gives {code} no price (status {status}).")),
        }
        let factor = self.conversion_factor(on)?;
        let units = units_of(row, is_facility);
        let fee = medicare::fee(units, self.contract.locality, factor);
        let setting = if is_facility { "facility" } else { "office" };
        let rule = format!(
            "{} units ({setting}){stale} × {}.{:04}{of}",
            Money::from_cents(i64::from(units.total())),
            factor / 10_000,
            factor % 10_000
        );
        Ok(UnitPrice {
            unit: fee.whole.share(share).money(),
            practice: fee.practice.share(share),
            rule,
            citation: SCHEDULE,
        })
    }

    fn conversion_factor(&self, on: Date) -> Result<i64, String> {
        self.factor(
            if self.contract.is_qualifying_participant { "conversion-factor-qp" } else { "conversion-factor" },
            on,
        )
    }

    fn factor(&self, name: &str, on: Date) -> Result<i64, String> {
        self.library.rate(name, on).map(|rate| rate.value).ok_or_else(|| format!("No rate {name} is loaded for {on}."))
    }

    /// Base units and time, in minutes on the line (CPM 12 §50).
    fn anesthesia(&self, line: &ServiceLine) -> Result<Quote, String> {
        /// Base units of medical supervision, AD (CPM 12 §50.D).
        const SUPERVISION_BASE: u32 = 3;
        let code = &line.procedure;
        let row = self.library.fee(code, None, line.from);
        let base = row.as_ref().and_then(|row| row.anesthesia_base);
        let is_supervision = line
            .modifiers
            .iter()
            .any(|m| table::modifier(m, line.from).is_some_and(|rule| rule.effect == Effect::Supervision));
        let tenths = match (is_supervision, base) {
            (true, _) => i64::from(SUPERVISION_BASE) * 10,
            (false, Some(base)) => medicare::anesthesia_tenths(base, line.units),
            (false, None) => return Err(format!("The fee schedule has no base units for {code} on {}.", line.from)),
        };
        let (factor, share) = match (self.contract.fees.find(code, &line.modifiers, line.from), self.contract.method) {
            (Some(fee), _) => (fee.amount.cents() * 100, crate::WHOLE),
            (None, Method::Medicare { basis_points }) => {
                let is_qualifying = self.contract.is_qualifying_participant;
                let name =
                    if is_qualifying { "anesthesia-conversion-factor-qp" } else { "anesthesia-conversion-factor" };
                (self.factor(name, line.from)?, basis_points)
            }
            (None, Method::PercentOfCharge { basis_points }) => return Ok(share_of_charge(line, basis_points)),
            (None, Method::FeesOnly) => return Err(format!("The contract has no fee for {code} on {}.", line.from)),
        };
        Ok(anesthesia_quote(line, tenths, factor, share))
    }
}

/// A line priced by anesthesia units, whole whatever its minutes.
pub(crate) fn anesthesia_quote(line: &ServiceLine, tenths: i64, factor: i64, share: BasisPoints) -> Quote {
    let mut quote = whole_line(line, Exact::of(medicare::anesthesia(tenths, factor)).share(share).money());
    quote.step(
        format!("{}.{} anesthesia units × {}.{:04}", tenths / 10, tenths % 10, factor / 10_000, factor % 10_000),
        "CPM 12 §50",
    );
    quote
}

fn share_of_charge(line: &ServiceLine, basis_points: BasisPoints) -> Quote {
    let mut quote = whole_line(line, Exact::of(line.charge).share(basis_points).money());
    quote.step(format!("{} of the charge", percent(basis_points)), "Contract");
    quote
}

fn whole_line(line: &ServiceLine, amount: Money) -> Quote {
    let mut quote = Quote::new(line, amount);
    quote.units = claim::Units::ONE;
    quote.fee = amount;
    quote.allowed = amount;
    quote
}

fn units_of(row: &FeeRow, is_facility: bool) -> Units {
    let practice = if is_facility { row.practice_facility } else { row.practice_nonfacility };
    Units { work: row.work, practice, malpractice: row.malpractice }
}
