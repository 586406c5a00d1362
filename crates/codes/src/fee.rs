//! Fees as relative value units, and the rates they are multiplied with.

use claim::{Modifier, Money, ProcedureCode};

use crate::table::{self, Dated, TableError};

/// One row of a fee schedule (MPFS; CPM 23 addendum). Units are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeRow {
    /// Work units.
    pub work: u32,
    /// Practice expense where the practice bears the cost.
    pub practice_nonfacility: u32,
    /// Practice expense in a facility.
    pub practice_facility: u32,
    /// Malpractice.
    pub malpractice: u32,
    /// Status indicator: `A` active, `B` bundled, `N` not covered, `I` not valid for Medicare, `X` other schedule, ...
    pub status: char,
    /// A fixed fee of another schedule (laboratory, drugs per unit), instead of units.
    pub amount: Option<Money>,
    /// Anesthesia base units (CPM 12 §50).
    pub anesthesia_base: Option<u32>,
    /// Multiple-procedure indicator.
    pub multiple_procedure: u8,
    /// Bilateral indicator.
    pub bilateral: u8,
    /// Assistant-at-surgery indicator.
    pub assistant: u8,
    /// Co-surgeon indicator.
    pub co_surgeon: u8,
    /// Team-surgery indicator.
    pub team: u8,
    /// Per cent of the global fee for care before the operation.
    pub before: u32,
    /// Per cent for the operation.
    pub during: u32,
    /// Per cent for care afterwards.
    pub after: u32,
    /// Endoscopies: the examination it contains.
    pub endoscopy_base: Option<ProcedureCode>,
    /// The figures are invented for demonstration.
    pub is_demo: bool,
    /// No row covers the day; this is the nearest one.
    pub is_stale: bool,
}

pub(crate) type Fees = Dated<(ProcedureCode, Option<Modifier>), FeeRow>;

pub(crate) fn read(file: &str, text: &str) -> Result<Fees, TableError> {
    const DIGIT: &str = "a digit";
    let rows = table::read(file, text, |row| {
        let key = (row.value("code", "a CPT or HCPCS code")?, row.optional("modifier", "26, TC, 53 or nothing")?);
        let fee = FeeRow {
            work: row.number("work")?,
            practice_nonfacility: row.number("pe_nonfacility")?,
            practice_facility: row.number("pe_facility")?,
            malpractice: row.number("malpractice")?,
            status: row.value("status", "a status letter")?,
            amount: row.optional("amount", "dollars with at most two decimals")?,
            anesthesia_base: row.optional("anesthesia_base", "whole units")?,
            multiple_procedure: row.value("multiple", DIGIT)?,
            bilateral: row.value("bilateral", DIGIT)?,
            assistant: row.value("assistant", DIGIT)?,
            co_surgeon: row.value("co_surgeon", DIGIT)?,
            team: row.value("team", DIGIT)?,
            before: row.number("before")?,
            during: row.number("during")?,
            after: row.number("after")?,
            endoscopy_base: row.optional("endoscopy_base", "a CPT code")?,
            is_demo: row.flag("demo")?,
            is_stale: false,
        };
        Ok((key, row.span()?, fee))
    })?;
    Ok(Dated::new(rows))
}

/// Fixed fees of another schedule (laboratory): code, modifier, amount.
pub(crate) fn read_amounts(file: &str, text: &str) -> Result<Fees, TableError> {
    let rows = table::read(file, text, |row| {
        let key = (row.value("code", "a CPT or HCPCS code")?, row.optional("modifier", "a modifier or nothing")?);
        let amount = row.value("amount", "dollars with at most two decimals")?;
        // Not paid by units: `9` says that the concept of an indicator does not apply.
        let fee = FeeRow {
            work: 0,
            practice_nonfacility: 0,
            practice_facility: 0,
            malpractice: 0,
            status: 'X',
            amount: Some(amount),
            anesthesia_base: None,
            multiple_procedure: 9,
            bilateral: 9,
            assistant: 9,
            co_surgeon: 9,
            team: 9,
            before: 0,
            during: 0,
            after: 0,
            endoscopy_base: None,
            is_demo: false,
            is_stale: false,
        };
        Ok((key, row.span()?, fee))
    })?;
    Ok(Dated::new(rows))
}

/// What a rate's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateUnit {
    /// Cents.
    Cents,
    /// Ten-thousandths of a dollar (conversion factors).
    TenThousandths,
    /// Hundredths of a per cent.
    BasisPoints,
}

/// A rate on a day: a conversion factor, a threshold, a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The number, counted in `unit`.
    pub value: i64,
    /// What it counts.
    pub unit: RateUnit,
    /// Where it is written.
    pub citation: String,
    /// No row covers the day; this is the nearest one.
    pub is_stale: bool,
}

impl Rate {
    /// The rate as an amount, when it counts cents.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        (self.unit == RateUnit::Cents).then(|| Money::from_cents(self.value))
    }
}

pub(crate) type Rates = Dated<String, Rate>;

pub(crate) fn read_rates(file: &str, text: &str) -> Result<Rates, TableError> {
    const UNITS: &[(&str, RateUnit)] = &[
        ("cents", RateUnit::Cents),
        ("ten-thousandths", RateUnit::TenThousandths),
        ("basis-points", RateUnit::BasisPoints),
    ];
    let rows = table::read(file, text, |row| {
        let rate = Rate {
            value: row.value("value", "a whole number")?,
            unit: row.word("unit", UNITS)?,
            citation: row.text("citation").to_owned(),
            is_stale: false,
        };
        Ok((row.text("name").to_owned(), row.span()?, rate))
    })?;
    Ok(Dated::new(rows))
}
