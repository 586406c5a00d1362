//! The four payers as the billing office knows them.

use claim::{Address, Money, Payer, PayerKind, ProcedureCode};
use serde::{Deserialize, Serialize};

use crate::{
    dice::Dice,
    table::{WorldError, rows},
};

/// Which of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsurerKey {
    /// Medicare Part B.
    Medicare,
    /// The preferred-provider plan.
    Ppo,
    /// The Medicare supplement.
    Supplement,
    /// The workers' compensation carrier.
    Work,
}

impl InsurerKey {
    /// Every payer.
    pub const ALL: [Self; 4] = [Self::Medicare, Self::Ppo, Self::Supplement, Self::Work];

    /// Folder name of the plan.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Medicare => "heartland-medicare",
            Self::Ppo => "harvest-ppo",
            Self::Supplement => "prairie-supplement",
            Self::Work => "sentinel-work",
        }
    }
}

/// The texts of a plan folder, as `docs/plan-format.md` describes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFolder {
    /// Folder name.
    pub name: String,
    /// `plan.toml`.
    pub plan_toml: String,
    /// `members.csv`.
    pub members_csv: String,
    /// `fees.csv`.
    pub fees_csv: String,
}

/// What the office believes a payer allows: explicit fees first, then a share of Medicare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractTerms {
    /// For people.
    pub name: String,
    /// 100 is Medicare itself.
    pub percent_of_medicare: u16,
    /// Fees by code.
    pub fees: Vec<(ProcedureCode, Money)>,
}

/// A payer with its plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurer {
    /// Which of the four.
    pub key: InsurerKey,
    /// As the billing office has it on file.
    pub payer: Payer,
    /// The agreement as the office has it; `None` for the supplement, which pays by Medicare's decision.
    pub contract: Option<ContractTerms>,
    /// The payer's own rule book.
    pub plan: PlanFolder,
}

/// The payers of a seed, without plans.
pub(crate) fn insurers(seed: u64) -> Result<Vec<Insurer>, WorldError> {
    InsurerKey::ALL
        .into_iter()
        .map(|key| {
            let payer = payer(seed, key);
            Ok(Insurer { key, payer, contract: contract(key)?, plan: PlanFolder::default() })
        })
        .collect()
}

fn payer(seed: u64, key: InsurerKey) -> Payer {
    let (name, payer_number, kind, filing_limit_days, appeal_limit_days, accepts_replacement) = match key {
        InsurerKey::Medicare => ("Heartland Medicare Part B", "HMB05", PayerKind::MedicareB, 365, 120, false),
        InsurerKey::Ppo => ("Harvest Valley PPO", "HVPPO", PayerKind::Ppo, 90, 180, true),
        InsurerKey::Supplement => ("Prairie Mutual Supplement", "PMSUP", PayerKind::MedicareSupplement, 365, 180, true),
        InsurerKey::Work => ("Sentinel Workers Compensation", "SWC01", PayerKind::WorkersCompensation, 365, 90, true),
    };
    Payer {
        id: Dice::of(seed, &format!("payer {payer_number}")).uuid().into(),
        name: name.into(),
        payer_number: payer_number.into(),
        kind,
        address: address(key),
        filing_limit_days,
        appeal_limit_days,
        accepts_replacement,
    }
}

fn address(key: InsurerKey) -> Address {
    let (line1, city, state, zip) = match key {
        InsurerKey::Medicare => ("PO Box 5050", "Sandhill", "NE", "689995050"),
        InsurerKey::Ppo => ("200 Harvest Plaza", "Fairview Heights", "MO", "649990200"),
        InsurerKey::Supplement => ("19 Mutual Square", "Sandhill", "NE", "689990019"),
        InsurerKey::Work => ("880 Sentinel Way", "Granite Falls", "IA", "519990880"),
    };
    Address { line1: line1.into(), line2: String::new(), city: city.into(), state: state.into(), zip: zip.into() }
}

fn contract(key: InsurerKey) -> Result<Option<ContractTerms>, WorldError> {
    let (name, percent_of_medicare) = match key {
        InsurerKey::Medicare => ("Medicare participating", 100),
        InsurerKey::Ppo => ("Harvest Valley 2025", 120),
        InsurerKey::Work => ("State fee schedule", 130),
        InsurerKey::Supplement => return Ok(None),
    };
    let fees = if key == InsurerKey::Ppo { ppo_fees()? } else { Vec::new() };
    Ok(Some(ContractTerms { name: name.into(), percent_of_medicare, fees }))
}

fn ppo_fees() -> Result<Vec<(ProcedureCode, Money)>, WorldError> {
    rows("fees.txt", include_str!("../data/fees.txt")).map(|row| Ok((row.value(0)?, row.value(1)?))).collect()
}
