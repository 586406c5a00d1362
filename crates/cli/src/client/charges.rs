//! `superbill client charges`: what a practice charges, from a CSV file.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use claim::{Modifier, Money, ProcedureCode};
use clap::Args;
use jiff::civil::Date;
use price::{ChargeMaster, ChargeRow};
use serde::Deserialize;
use store::{
    Db, Scope,
    tariff::{Tariff, TariffKind},
};

use super::by_code;
use crate::{
    input::{line, name, read},
    place::CLI,
};

#[derive(Args)]
pub struct ImportCharges {
    /// Code of the client.
    client: String,
    /// A CSV file with the columns procedure, modifier and charge; `-` for standard input.
    file: PathBuf,
    /// First day of service these charges hold for; earlier ones keep theirs.
    #[arg(long, value_name = "DATE")]
    from: Date,
}

#[derive(Deserialize)]
struct Row {
    procedure: ProcedureCode,
    #[serde(default)]
    modifier: Option<Modifier>,
    charge: String,
}

impl ImportCharges {
    pub fn run(self, db: &Db) -> Result<()> {
        let client = by_code(db, &self.client)?;
        let rows = rows(&read(&self.file)?, &self.file, self.from)?;
        let count = rows.len();
        let master = ChargeMaster::new(rows);
        db.write(&CLI, Scope::One(client.id), |tx| {
            let tariff = Tariff {
                id: tx.new_id()?,
                kind: TariffKind::ChargeMaster,
                name: "Charge master".to_owned(),
                payer_id: None,
                effective_on: self.from,
                terminated_on: None,
            };
            store::tariff::insert(tx, &tariff, &master)
        })?;
        line(format!("{}: {count} charges hold from {} on.", client.name, self.from))
    }
}

fn rows(bytes: &[u8], file: &Path, from: Date) -> Result<Vec<ChargeRow>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let mut rows: Vec<ChargeRow> = Vec::new();
    for (number, row) in (2..).zip(reader.deserialize::<Row>()) {
        let place = || format!("{}, line {number}", name(file));
        let row = row.with_context(|| format!("{}: expected the columns procedure, modifier, charge", place()))?;
        let charge = Money::parse_decimal(&row.charge).with_context(place)?;
        if !charge.is_positive() {
            bail!("{}: a charge is more than zero, this one is {charge}", place());
        }
        if rows.iter().any(|there| there.procedure == row.procedure && there.modifier == row.modifier) {
            bail!("{}: {} stands in the file already; one charge a service and modifier", place(), row.procedure);
        }
        let Row { procedure, modifier, .. } = row;
        rows.push(ChargeRow { procedure, modifier, charge, effective_from: from, effective_to: None });
    }
    if rows.is_empty() {
        bail!("{}: expected a line with procedure,modifier,charge and at least one charge below it", name(file));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charges_are_read_or_refused_with_their_line() {
        let read = |text: &str| rows(text.as_bytes(), Path::new("fees.csv"), Date::constant(2026, 1, 1));
        let good = read("procedure,modifier,charge\n99214,,250.00\n93000, 26 ,40\n").unwrap();
        assert_eq!((good[0].charge.cents(), good[1].modifier.is_some()), (25_000, true));
        for (bad, words) in [
            ("procedure,modifier,charge\n99214,,250\n9921,,1\n", "fees.csv, line 3"),
            ("procedure,modifier,charge\n99214,,2.505\n", "line 2"),
            ("procedure,modifier,charge\n99214,,0\n", "more than zero"),
            ("procedure,modifier,charge\n99214,,1\n99214,,2\n", "stands in the file already"),
            ("code,price\n99214,1\n", "expected the columns"),
            ("", "expected a line"),
        ] {
            let refused = format!("{:#}", read(bad).unwrap_err());
            assert!(refused.contains(words), "{bad}: {refused}");
        }
    }
}
