//! `superbill bench library`: import of the national pair tables, look-ups in them, and the memory they take.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Result;
use claim::ProcedureCode;
use clap::Args;
use codes::{Library, import::Pack};
use jiff::civil::{Date, date};
use serde::Serialize;

use crate::input::{Format, Outcome, json, line};

use super::{build, peak_memory, search::batch, timed};

/// Import of the pair tables and unit limits, look-ups a second on one core, and memory.
#[derive(Args)]
pub struct Tables {
    /// The folder of shared material: `data/ncci`.
    #[arg(long, env = "SUPERBILL_SHARED", default_value = "../shared")]
    shared: PathBuf,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A day that the tables cover.
const DAY: Date = date(2024, 8, 1);
const FILES: [&str; 2] = ["ptp_practitioner_2024q3.csv.zst", "MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv"];
const HOSPITAL: &str = "ptp_hospital_2024q3.csv.zst";
/// Look-ups are counted for at least this long.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

#[derive(Serialize, Default)]
struct Report {
    build: &'static str,
    imports: Vec<Imported>,
    /// Reading the tables at the first question.
    loading_milliseconds: u128,
    pairs_asked: u64,
    pairs_found: u64,
    /// PTP and MUE answered for each pair, on one core.
    pairs_per_second: u64,
    /// Growth of memory from before the first question to after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    table_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
    absent: Vec<String>,
}

#[derive(Serialize)]
struct Imported {
    file: String,
    rows: usize,
    milliseconds: u128,
}

impl Tables {
    pub fn run(self) -> Result<Outcome> {
        let mut report = Report { build: build(), ..Report::default() };
        let mut packs = Vec::new();
        for file in FILES.into_iter().chain([HOSPITAL]) {
            let path = self.shared.join("data/ncci").join(file);
            if !path.exists() {
                report.absent.push(path.display().to_string());
                continue;
            }
            let (taken, took) = timed(|| batch(&path));
            let taken = taken?;
            let rows = taken.iter().map(|pack| pack.rows).sum();
            report.imports.push(Imported { file: file.to_owned(), rows, milliseconds: took.as_millis() });
            packs.extend(taken);
        }
        if !packs.is_empty() {
            report.ask(packs)?;
        }
        report.peak_memory_bytes = peak_memory();
        match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::found(!report.absent.is_empty()))
    }
}

/// The codes of the tables, every so many.
fn codes(packs: &[Pack]) -> Result<Vec<ProcedureCode>> {
    let mut codes = BTreeSet::new();
    for pack in packs.iter().filter(|pack| pack.system == "ptp-practitioner") {
        for row in pack.text()?.lines().skip(1) {
            let names = row.split(['\t', ' ']).take(40);
            codes.extend(names.filter_map(|name| name.parse().ok()));
        }
    }
    Ok(codes.into_iter().collect())
}

impl Report {
    fn ask(&mut self, packs: Vec<Pack>) -> Result<()> {
        let codes = codes(&packs)?;
        let (Some(first), Some(last)) = (codes.first(), codes.last()) else { return Ok(()) };
        let library = Library::shipped().with(packs);
        let before = held();
        let (_, took) = timed(|| (library.ptp(first, last, DAY).is_some(), library.mue(last, DAY).is_some()));
        self.loading_milliseconds = took.as_millis();
        self.table_bytes = before.zip(held()).map(|(before, after)| after.saturating_sub(before));
        let started = Instant::now();
        'asking: loop {
            for a in codes.iter().step_by(7) {
                for b in codes.iter().step_by(3) {
                    self.pairs_asked += 1;
                    let is_known = library.ptp(a, b, DAY).is_some() | library.mue(b, DAY).is_some();
                    self.pairs_found += u64::from(is_known);
                }
                if started.elapsed() > LONG_ENOUGH {
                    break 'asking;
                }
            }
        }
        let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
        self.pairs_per_second = self.pairs_asked.saturating_mul(1_000_000) / microseconds;
        Ok(())
    }

    fn print(&self) -> Result<()> {
        for absent in &self.absent {
            line(format!("ABSENT: {absent}: what needs it was not measured"))?;
        }
        for import in &self.imports {
            line(format!("{}: {} rows in {} ms", import.file, import.rows, import.milliseconds))?;
        }
        line(format!("first question, tables read: {} ms ({} build)", self.loading_milliseconds, self.build))?;
        line(format!(
            "{} pairs asked for PTP and MUE, {} known: {}.{} million a second on one core",
            self.pairs_asked,
            self.pairs_found,
            self.pairs_per_second / 1_000_000,
            self.pairs_per_second / 100_000 % 10
        ))?;
        for (name, bytes) in [("tables", self.table_bytes), ("peak memory", self.peak_memory_bytes)] {
            match bytes {
                Some(bytes) => line(format!("{name} {} MiB", bytes >> 20))?,
                None => line(format!("{name}: this system does not say"))?,
            }
        }
        Ok(())
    }
}

/// What this process holds now, where the system says so.
fn held() -> Option<u64> {
    super::status_bytes("RssAnon:")
}
