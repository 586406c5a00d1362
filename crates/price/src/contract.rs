//! What a payer agreed to allow.

use std::collections::BTreeMap;

use claim::{Modifier, Money, ProcedureCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A share in hundredths of a per cent: 10 000 is 100%, 1 360 is 13.6%.
pub type BasisPoints = u32;

/// The whole, in [`BasisPoints`].
pub const WHOLE: BasisPoints = 10_000;

/// One explicit fee of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractFee {
    /// Service.
    pub procedure: ProcedureCode,
    /// Only with this modifier; absent is the fee of the plain service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<Modifier>,
    /// Fee of one unit.
    pub amount: Money,
    /// Fee of one unit in a facility, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_amount: Option<Money>,
    /// First day of service it holds for.
    pub effective_from: Date,
    /// Last day of service it holds for, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
}

/// Explicit fees, chosen by date of service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ContractFee>", into = "Vec<ContractFee>")]
pub struct FeeTable {
    rows: BTreeMap<ProcedureCode, Vec<ContractFee>>,
}

impl FeeTable {
    /// A table of these fees, in any order.
    #[must_use]
    pub fn new(fees: impl IntoIterator<Item = ContractFee>) -> Self {
        let mut table = Self::default();
        for fee in fees {
            table.rows.entry(fee.procedure.clone()).or_default().push(fee);
        }
        for fees in table.rows.values_mut() {
            fees.sort_by_key(|row| std::cmp::Reverse(row.effective_from));
        }
        table
    }

    /// The fee of a service on a date: the newest row of one of the modifiers, else the plain row.
    #[must_use]
    pub fn find(&self, procedure: &ProcedureCode, modifiers: &[Modifier], on: Date) -> Option<&ContractFee> {
        let fees = self.rows.get(procedure)?;
        let in_force =
            || fees.iter().filter(|fee| fee.effective_from <= on && fee.effective_to.is_none_or(|end| on <= end));
        in_force()
            .find(|fee| fee.modifier.as_ref().is_some_and(|m| modifiers.contains(m)))
            .or_else(|| in_force().find(|fee| fee.modifier.is_none()))
    }
}

impl From<Vec<ContractFee>> for FeeTable {
    fn from(fees: Vec<ContractFee>) -> Self {
        Self::new(fees)
    }
}

impl From<FeeTable> for Vec<ContractFee> {
    fn from(table: FeeTable) -> Self {
        table.rows.into_values().flatten().collect()
    }
}

/// How services without an explicit fee are priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Method {
    /// A share of the Medicare physician fee schedule of the date of service.
    Medicare {
        /// 10 000 for Medicare itself.
        basis_points: BasisPoints,
    },
    /// A share of what was charged.
    PercentOfCharge {
        /// 8 000 for 80%.
        basis_points: BasisPoints,
    },
    /// Not at all: such a line stays unpriced.
    FeesOnly,
}

/// Geographic practice cost indices in thousandths (CPM 12 §20.4.2); the default is the nation, all 1.000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locality {
    /// For work.
    pub work: u32,
    /// For practice expense.
    pub practice: u32,
    /// For malpractice.
    pub malpractice: u32,
}

impl Default for Locality {
    fn default() -> Self {
        Self { work: 1000, practice: 1000, malpractice: 1000 }
    }
}

/// One dated agreement with a payer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// For people.
    pub name: String,
    /// First day of service it holds for.
    pub effective_from: Date,
    /// Last day of service it holds for, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
    /// Explicit fees; they come before the method.
    #[serde(default)]
    pub fees: FeeTable,
    /// Everything else.
    pub method: Method,
    /// Never more than was charged.
    pub lesser_of_charge: bool,
    /// Medicare payment policy applies: bilateral, multiple procedures, assistants, split surgery.
    pub reductions: bool,
    /// The provider takes part in an advanced payment model (the second conversion factor from 2026).
    #[serde(default)]
    pub is_qualifying_participant: bool,
    /// Where the service is given.
    #[serde(default)]
    pub locality: Locality,
}

impl Contract {
    /// Medicare Part B for a participating provider.
    #[must_use]
    pub fn medicare(name: &str, effective_from: Date) -> Self {
        Self::percent_of_medicare(name, effective_from, WHOLE)
    }

    /// A share of Medicare, lesser of charge, Medicare's payment policy.
    #[must_use]
    pub fn percent_of_medicare(name: &str, effective_from: Date, basis_points: BasisPoints) -> Self {
        Self {
            name: name.to_owned(),
            effective_from,
            effective_to: None,
            fees: FeeTable::default(),
            method: Method::Medicare { basis_points },
            lesser_of_charge: true,
            reductions: true,
            is_qualifying_participant: false,
            locality: Locality::default(),
        }
    }

    /// Explicit fees only, lesser of charge, Medicare's payment policy.
    #[must_use]
    pub fn fee_rows(name: &str, effective_from: Date, fees: FeeTable) -> Self {
        Self { fees, method: Method::FeesOnly, ..Self::percent_of_medicare(name, effective_from, WHOLE) }
    }

    /// A share of the charge, nothing else.
    #[must_use]
    pub fn percent_of_charge(name: &str, effective_from: Date, basis_points: BasisPoints) -> Self {
        Self {
            method: Method::PercentOfCharge { basis_points },
            reductions: false,
            ..Self::percent_of_medicare(name, effective_from, WHOLE)
        }
    }

    /// True when the agreement holds for a date of service.
    #[must_use]
    pub fn covers(&self, on: Date) -> bool {
        self.effective_from <= on && self.effective_to.is_none_or(|end| on <= end)
    }

    /// The agreement for a date of service: of those that hold, the newest.
    #[must_use]
    pub fn in_force(contracts: &[Self], on: Date) -> Option<&Self> {
        contracts.iter().filter(|contract| contract.covers(on)).max_by_key(|contract| contract.effective_from)
    }
}
