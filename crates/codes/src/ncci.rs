//! National Correct Coding Initiative: pairs that are not paid together (PTP) and most units in a day (MUE).

use std::collections::BTreeMap;

use claim::ProcedureCode;
use jiff::civil::{Date, date};

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

pub(crate) type Units = Dated<ProcedureCode, Mue>;

pub(crate) fn read_pairs(file: &str, text: &str) -> Result<PairTable, TableError> {
    const CODE: &str = "CPT or HCPCS codes separated by spaces";
    let mut builder = PairBuilder::default();
    table::read(file, text, |row| {
        let ptp = (row.value("indicator", "0, 1 or 9")?, row.value("rationale", "a rationale number")?);
        let firsts: Vec<ProcedureCode> = row.list("column1", CODE)?;
        let seconds: Vec<ProcedureCode> = row.list("column2", CODE)?;
        let span = row.span()?;
        let (from, to) = (day_number(span.from), span.to.map_or(u16::MAX, day_number));
        for first in firsts.iter().filter_map(|code| number(code.as_str())) {
            let (_, pairs) = builder.firsts.entry(first).or_default();
            let seconds = seconds.iter().filter_map(|code| number(code.as_str()));
            pairs.extend(seconds.map(|second| Pair { second, from, to, ptp }));
        }
        Ok(())
    })?;
    Ok(builder.finish())
}

pub(crate) fn read_units(file: &str, text: &str) -> Result<Units, TableError> {
    let rows = table::read(file, text, |row| {
        let mue = Mue { units: row.value("units", "whole units")?, mai: row.value("mai", "1, 2 or 3")? };
        Ok((row.value("code", "a CPT or HCPCS code")?, row.span()?, mue))
    })?;
    Ok(Dated::new(rows))
}

/// A pair of the imported table: column 2 code, first and last day, indicator, rationale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    second: u32,
    from: u16,
    to: u16,
    ptp: (u8, u8),
}

/// Millions of pairs in twelve bytes each, by column 1 and column 2.
#[derive(Debug, Default)]
pub(crate) struct PairTable {
    /// Column 1 codes in order, each with where its pairs begin.
    firsts: Vec<(u32, u32)>,
    pairs: Vec<Pair>,
}

/// What an imported table says of a pair on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The table has never heard of the pair.
    Unknown,
    /// In force or not.
    Known(Option<Ptp>),
}

impl PairTable {
    pub fn on(&self, column1: &str, column2: &str, on: Date) -> Answer {
        let (Some(first), Some(second)) = (number(column1), number(column2)) else { return Answer::Unknown };
        let Ok(position) = self.firsts.binary_search_by_key(&first, |(code, _)| *code) else { return Answer::Unknown };
        let start = |i: usize| self.firsts.get(i).map_or(self.pairs.len(), |(_, start)| *start as usize);
        let of_first = self.pairs.get(start(position)..start(position + 1)).unwrap_or_default();
        let begin = of_first.partition_point(|pair| pair.second < second);
        let of_pair = || of_first.iter().skip(begin).take_while(|pair| pair.second == second);
        let day = day_number(on);
        let in_force = of_pair().filter(|pair| pair.from <= day && day <= pair.to).last();
        match (of_pair().next(), in_force) {
            (None, _) => Answer::Unknown,
            (Some(_), pair) => {
                Answer::Known(pair.map(|pair| Ptp { modifier_indicator: pair.ptp.0, rationale: pair.ptp.1 }))
            }
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.pairs.len()
    }
}

/// Collects editions, oldest first; the newest that has a column 1 code has all its pairs.
#[derive(Default)]
pub(crate) struct PairBuilder {
    firsts: BTreeMap<u32, (Date, Vec<Pair>)>,
}

impl PairBuilder {
    /// Lays the text of an edition (or of a part of it) over what is there.
    pub fn lay(&mut self, edition: Date, text: &str) {
        for line in text.lines().skip(1) {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            let (Some(first), seconds) = (number(next()), next()) else { continue };
            let ptp = (next().parse().unwrap_or(9), next().parse().unwrap_or(0));
            let day = |text: &str| text.parse().ok().map(day_number);
            let (from, to) = (day(next()).unwrap_or(0), day(next()).unwrap_or(u16::MAX));
            let (of, pairs) = self.firsts.entry(first).or_insert_with(|| (edition, Vec::new()));
            if *of < edition {
                *of = edition;
                pairs.clear();
            }
            let seconds = seconds.split(' ').filter_map(number);
            pairs.extend(seconds.map(|second| Pair { second, from, to, ptp }));
        }
    }

    pub fn finish(self) -> PairTable {
        let mut table = PairTable::default();
        for (first, (_, mut pairs)) in self.firsts {
            pairs.sort_unstable();
            table.firsts.push((first, u32::try_from(table.pairs.len()).unwrap_or(u32::MAX)));
            table.pairs.append(&mut pairs);
        }
        table.pairs.shrink_to_fit();
        table
    }
}

/// Five letters and digits as one number, in their order.
fn number(code: &str) -> Option<u32> {
    let is_code = code.len() == 5;
    code.chars().try_fold(0_u32, |sum, c| Some(sum * 36 + c.to_digit(36)?)).filter(|_| is_code)
}

/// Days since this one fit in two bytes until 2159.
fn day_number(day: Date) -> u16 {
    let days = (day - date(1980, 1, 1)).get_days();
    u16::try_from(days).unwrap_or(if days < 0 { 0 } else { u16::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imported_pairs_answer_by_day() {
        let head = "column1\tcolumn2\tindicator\trationale\teffective_from\teffective_to\n";
        let mut builder = PairBuilder::default();
        builder.lay(
            date(2026, 4, 1),
            &format!("{head}11042\t97597 97598\t1\t6\t2011-01-01\t\n0001A\t99213\t1\t0\t2022-01-01\t2023-12-31\n"),
        );
        builder.lay(
            date(2026, 7, 1),
            &format!("{head}11042\t97597\t0\t6\t2011-01-01\t2026-06-30\n11042\t97597\t1\t6\t2026-07-01\t\n"),
        );
        // A second part of the same edition adds.
        builder.lay(date(2026, 7, 1), &format!("{head}11042\tG0127\t9\t1\t2020-01-01\t2020-01-01\n"));
        let table = builder.finish();
        assert_eq!(table.len(), 4);
        let ask = |a, b, on| table.on(a, b, on);
        let ptp = |modifier_indicator, rationale| Answer::Known(Some(Ptp { modifier_indicator, rationale }));
        assert_eq!(ask("11042", "97597", date(2026, 6, 30)), ptp(0, 6));
        assert_eq!(ask("11042", "97597", date(2026, 7, 1)), ptp(1, 6));
        // The newer edition speaks for its column 1 code: what it left out is unknown to it.
        assert_eq!(ask("11042", "97598", date(2026, 7, 1)), Answer::Unknown);
        assert_eq!(ask("11042", "G0127", date(2026, 7, 1)), Answer::Known(None));
        // What it does not have at all stays.
        assert_eq!(ask("0001A", "99213", date(2023, 12, 31)), ptp(1, 0));
        assert_eq!(ask("0001A", "99213", date(2024, 1, 1)), Answer::Known(None));
        assert_eq!(ask("99213", "0001A", date(2023, 12, 31)), Answer::Unknown);
    }
}
