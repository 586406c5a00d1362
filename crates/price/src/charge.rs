//! What the practice charges: the same price for every payer, dated.

use std::collections::BTreeMap;

use claim::{Modifier, Money, ProcedureCode, Units};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One price of the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeRow {
    /// Service.
    pub procedure: ProcedureCode,
    /// Only with this modifier (26, TC, 50 and so on); absent is the price of the plain service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<Modifier>,
    /// Price of one unit.
    pub charge: Money,
    /// First day of service it holds for.
    pub effective_from: Date,
    /// Last day of service it holds for, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
}

impl ChargeRow {
    fn covers(&self, on: Date) -> bool {
        self.effective_from <= on && self.effective_to.is_none_or(|end| on <= end)
    }
}

/// The charge master: service → price, chosen by date of service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ChargeRow>", into = "Vec<ChargeRow>")]
pub struct ChargeMaster {
    rows: BTreeMap<ProcedureCode, Vec<ChargeRow>>,
}

impl ChargeMaster {
    /// A charge master of these rows, in any order.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = ChargeRow>) -> Self {
        let mut master = Self::default();
        for row in rows {
            master.rows.entry(row.procedure.clone()).or_default().push(row);
        }
        for prices in master.rows.values_mut() {
            prices.sort_by_key(|row| std::cmp::Reverse(row.effective_from));
        }
        master
    }

    /// Every row, by service, newest first.
    pub fn rows(&self) -> impl Iterator<Item = &ChargeRow> {
        self.rows.values().flatten()
    }

    /// Price of one unit on a date: the newest row of one of the modifiers, else the plain row;
    /// `None` when the practice has no price, which is a question for the practice and never zero.
    #[must_use]
    pub fn unit_charge(&self, procedure: &ProcedureCode, modifiers: &[Modifier], on: Date) -> Option<Money> {
        let prices = self.rows.get(procedure)?;
        let in_force = || prices.iter().filter(|row| row.covers(on));
        in_force()
            .find(|row| row.modifier.as_ref().is_some_and(|m| modifiers.contains(m)))
            .or_else(|| in_force().find(|row| row.modifier.is_none()))
            .map(|row| row.charge)
    }

    /// Price of a number of units on a date; see [`ChargeMaster::unit_charge`].
    #[must_use]
    pub fn charge(&self, procedure: &ProcedureCode, modifiers: &[Modifier], units: Units, on: Date) -> Option<Money> {
        self.unit_charge(procedure, modifiers, on).map(|unit| unit.for_units(units))
    }
}

impl From<Vec<ChargeRow>> for ChargeMaster {
    fn from(rows: Vec<ChargeRow>) -> Self {
        Self::new(rows)
    }
}

impl From<ChargeMaster> for Vec<ChargeRow> {
    fn from(master: ChargeMaster) -> Self {
        master.rows.into_values().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(code: &str, modifier: Option<&str>, cents: i64, from: Date, to: Option<Date>) -> ChargeRow {
        ChargeRow {
            procedure: code.parse().unwrap(),
            modifier: modifier.map(|m| m.parse().unwrap()),
            charge: Money::from_cents(cents),
            effective_from: from,
            effective_to: to,
        }
    }

    #[test]
    fn the_date_of_service_chooses_the_price() {
        let master = ChargeMaster::new([
            row("99213", None, 15_000, date(2025, 1, 1), Some(date(2025, 12, 31))),
            row("99213", None, 16_000, date(2026, 1, 1), None),
            row("71046", None, 9_000, date(2026, 1, 1), None),
            row("71046", Some("26"), 3_000, date(2026, 1, 1), None),
        ]);
        let visit = "99213".parse().unwrap();
        let film = "71046".parse().unwrap();
        let interpretation = ["26".parse().unwrap()];
        assert_eq!(master.unit_charge(&visit, &[], date(2025, 12, 31)).unwrap().cents(), 15_000);
        assert_eq!(master.unit_charge(&visit, &[], date(2026, 1, 1)).unwrap().cents(), 16_000);
        assert_eq!(master.unit_charge(&visit, &[], date(2024, 6, 1)), None);
        assert_eq!(master.unit_charge(&film, &interpretation, date(2026, 3, 1)).unwrap().cents(), 3_000);
        assert_eq!(master.unit_charge(&visit, &interpretation, date(2026, 3, 1)).unwrap().cents(), 16_000);
        assert_eq!(master.charge(&visit, &[], 3.into(), date(2026, 3, 1)).unwrap().cents(), 48_000);
        assert_eq!(ChargeMaster::from(Vec::from(master.clone())), master);
    }
}
