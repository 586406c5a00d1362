//! National Correct Coding Initiative: pairs that are not paid together (PTP) and most units in a day (MUE).

use claim::ProcedureCode;

use crate::table::{self, Dated, TableError};

/// A pair in force: column 1 is paid, column 2 is not (NCCI Policy Manual I).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ptp {
    /// `0` no modifier helps, `1` a listed modifier on either code does, `9` not in force.
    pub modifier_indicator: u8,
    /// Why, by the manual's rationale number.
    pub rationale: u8,
}

/// The most units of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mue {
    /// Units.
    pub units: u32,
    /// `1` for each line, `2` for the day and absolute, `3` for the day and open to appeal.
    pub mai: u8,
}

pub(crate) type Pairs = Dated<(ProcedureCode, ProcedureCode), Ptp>;
pub(crate) type Units = Dated<ProcedureCode, Mue>;

pub(crate) fn read_pairs(file: &str, text: &str) -> Result<Pairs, TableError> {
    const CODE: &str = "CPT or HCPCS codes separated by spaces";
    let rows = table::read(file, text, |row| {
        let ptp = Ptp {
            modifier_indicator: row.value("indicator", "0, 1 or 9")?,
            rationale: row.value("rationale", "a rationale number")?,
        };
        let firsts: Vec<ProcedureCode> = row.list("column1", CODE)?;
        let seconds: Vec<ProcedureCode> = row.list("column2", CODE)?;
        let span = row.span()?;
        let pairs = firsts.iter().flat_map(|a| seconds.iter().map(move |b| (a.clone(), b.clone())));
        Ok(pairs.map(|pair| (pair, span, ptp)).collect::<Vec<_>>())
    })?;
    Ok(Dated::new(rows.into_iter().flatten()))
}

pub(crate) fn read_units(file: &str, text: &str) -> Result<Units, TableError> {
    let rows = table::read(file, text, |row| {
        let mue = Mue { units: row.value("units", "whole units")?, mai: row.value("mai", "1, 2 or 3")? };
        Ok((row.value("code", "a CPT or HCPCS code")?, row.span()?, mue))
    })?;
    Ok(Dated::new(rows))
}
