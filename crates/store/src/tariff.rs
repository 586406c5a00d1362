//! Prices: charge masters, contracts and fee schedules of a client, dated.

use claim::PayerId;
use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Result, Tx,
    sql::{in_scope, statements},
    value::{Row, coded, filter, params, to_json},
};

statements! {
    INSERT = "INSERT INTO tariff (client_id, id, kind, name, payer_id, effective_on, terminated_on, body) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    IN_FORCE = "SELECT body FROM tariff WHERE client_id = $1 AND kind = $2 \
                AND COALESCE(payer_id, '') = $3 AND effective_on <= $4 \
                AND (terminated_on IS NULL OR terminated_on >= $4) ORDER BY effective_on DESC, id DESC LIMIT 1";
    LIST = concat!("SELECT id, kind, name, payer_id, effective_on, terminated_on FROM tariff WHERE ", in_scope!(),
                   " ORDER BY kind, name, effective_on");
    END = "UPDATE tariff SET terminated_on = $3 WHERE client_id = $1 AND id = $2";
}

/// What a tariff prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TariffKind {
    /// What the client charges.
    ChargeMaster,
    /// What a payer agreed to allow.
    Contract,
    /// A fee schedule others refer to.
    FeeSchedule,
}

impl TariffKind {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ChargeMaster => "charge_master",
            Self::Contract => "contract",
            Self::FeeSchedule => "fee_schedule",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::ChargeMaster, Self::Contract, Self::FeeSchedule].into_iter().find(|k| k.code() == code)
    }
}
coded!(TariffKind);

/// A tariff without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Our record.
    pub id: Uuid,
    /// What it prices.
    pub kind: TariffKind,
    /// For people.
    pub name: String,
    /// Whose contract.
    pub payer_id: Option<PayerId>,
    /// First day of service it holds for.
    pub effective_on: Date,
    /// Last day, when known.
    pub terminated_on: Option<Date>,
}

/// Adds a tariff with its rows.
pub fn insert(tx: &mut Tx<'_>, tariff: &Tariff, rows: &impl Serialize) -> Result<()> {
    let params = params![
        tx.owner()?,
        tariff.id,
        tariff.kind,
        &tariff.name,
        tariff.payer_id,
        tariff.effective_on,
        tariff.terminated_on,
        to_json(rows)?,
    ];
    tx.execute(INSERT, params)?;
    tx.audit("tariff.insert", "tariff", tariff.id, &(tariff.kind.code(), tariff.effective_on))
}

/// Ends a tariff on a day.
pub fn end(tx: &mut Tx<'_>, id: Uuid, on: Date) -> Result<()> {
    tx.change("tariff", id, END, params![tx.owner()?, id, on])?;
    tx.audit("tariff.end", "tariff", id, &on)
}

/// The rows in force on a day of service: of the tariff that began last.
pub fn in_force<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    kind: TariffKind,
    payer_id: Option<PayerId>,
    on: Date,
) -> Result<Option<T>> {
    let params = params![tx.owner()?, kind, filter(payer_id), on];
    tx.row(IN_FORCE, params)?.as_mut().map(Row::json).transpose()
}

/// Every tariff in scope.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Tariff>> {
    let params = params![tx.clients()];
    tx.list(LIST, params, |row| {
        Ok(Tariff {
            id: row.get()?,
            kind: row.get()?,
            name: row.get()?,
            payer_id: row.get()?,
            effective_on: row.get()?,
            terminated_on: row.get()?,
        })
    })
}
