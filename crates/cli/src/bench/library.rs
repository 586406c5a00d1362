//! `superbill bench library`: import of the national pair tables, look-ups in them, and the memory that they and everything
//! else that is at hand take.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Result;
use claim::ProcedureCode;
use clap::Args;
use codes::{
    Library, Services,
    import::{Pack, SYSTEMS},
};
use jiff::civil::{Date, date};
use serde::Serialize;

use crate::input::{Format, Outcome, json, line};

use super::{build, peak_memory, search::batch, timed};

/// Import of the pair tables and unit limits, look-ups a second on one core, and memory.
#[derive(Args)]
pub struct Tables {
    /// The folder of shared material, with official files in `data`.
    #[arg(long, env = "SUPERBILL_SHARED", default_value = "../shared")]
    shared: PathBuf,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A day that the tables cover.
const DAY: Date = date(2024, 8, 1);
const FILES: [&str; 2] = ["ptp_practitioner_2024q3.csv.zst", "MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv"];
const HOSPITAL: &str = "ptp_hospital_2024q3.csv.zst";
/// The other tables of an installation that has imported all: one edition of each, beside the pairs and limits.
const REST: &[&str] = &[
    "icd10cm/fy2026_icd10cm-code-descriptions.zip",
    "icd10cm/icd10cm-tabular-April-1-2026.xml.zst",
    "icd10cm_index/ICD10CM_2025_Index.csv.zst",
    "icd10cm/icd10cm-neoplasm-April-1-2026.xml.zst",
    "icd10cm/icd10cm-drug-April-1-2026.xml.zst",
    "icd10cm/icd10cm-eindex-April-1-2026.xml.zst",
    "icd10cm/fy2026_POAexemptCodes.zip",
    "icd10cm/fy2026_icd10cm-conversion-table.xlsx",
    "icd10cm/gem_2018_Dxgem.zip",
    "icd10pcs/cms_fy2026_pr.zip",
    "hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst",
    "ncci/MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.rebuilt.csv",
    "ncci/MCR_MUE_DMESupplierServices_Eff_07-01-2024.rebuilt.csv",
    "ncci/aoc_2024q3.csv",
    "pfs/PPRRVU2024_JUL_C.csv.zst",
    "pfs/LOCCO2024_JAN_A.csv",
    "pfs/ANES2024_JAN_A.csv",
    "pfs/OPPSCAP2024_JUL_C.csv.zst",
    "pfs/ZIP5_JAN2026.csv.zst",
    "excerpts_2026/GPCI2026.csv",
    "excerpts_2026/ASP_PaymentLimit_Oct2026.excerpt.csv",
    "clfs/PUF_CLFS_CY2026_Q2V1.redacted.csv.zst",
    "dmepos/DMEPOS26_JAN.csv.zst",
    "opps/addendum_b_2025_01_full.csv.zst",
    "msdrg/msdrg_fy2026_table5_weights.csv",
    "hcc/ra_dx_to_cc_2026.csv.zst",
    "ccsr/DXCCSR_v2023-1_mapping.csv.zst",
    "codelists/carc_rarc_2024-06.csv",
];
/// Tables that the product keeps in structures of their own and never asks by key.
const OWN: &[&str] = &[
    "icd10cm",
    "index",
    "index-neoplasms",
    "index-drugs",
    "index-external-causes",
    "ptp-practitioner",
    "ptp-hospital",
    "mue-practitioner",
    "fees",
    "rates",
    "laboratory",
];
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
    /// What the process holds when every table that is at hand was imported and asked, and search is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    everything_bytes: Option<u64>,
    /// So many tables that is.
    tables: usize,
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
            report.ask(packs.clone())?;
            report.everything(packs, &self.shared)?;
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

    /// Imports and asks everything, as an application that runs for long has done.
    fn everything(&mut self, mut packs: Vec<Pack>, shared: &Path) -> Result<()> {
        for file in REST {
            let path = shared.join("data").join(file);
            if path.exists() {
                packs.extend(batch(&path)?);
            } else {
                self.absent.push(path.display().to_string());
            }
        }
        let library = Library::shipped().with(packs);
        self.tables = library.packs().iter().map(|pack| &pack.system).collect::<BTreeSet<_>>().len();
        for system in SYSTEMS.iter().filter(|system| !OWN.contains(&system.name)) {
            let _ = library.record(system.name, "", DAY);
        }
        for edition in library.editions() {
            drop(library.icd10cm(edition.span.from).search("a", 1));
        }
        for of in Services::ALL {
            drop(library.search_services(of, "a", DAY, 1));
        }
        drop(library.index_lines("A", DAY, 1));
        if let [code, ..] = codes(library.packs())?.as_slice() {
            let _ = (library.ptp(code, code, DAY), library.hospital_ptp(code, code, DAY), library.mue(code, DAY));
            drop(library.fee(code, None, DAY));
            let _ = (library.rate("conversion-factor", DAY), library.coverage_policy(code, DAY));
        }
        self.everything_bytes = held();
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
        let everything = format!("anonymous memory with everything asked, {} imported tables", self.tables);
        for (name, bytes) in [
            ("pairs and limits", self.table_bytes),
            (everything.as_str(), self.everything_bytes),
            ("peak memory", self.peak_memory_bytes),
        ] {
            match bytes {
                Some(bytes) => line(format!("{name}: {} MiB", bytes >> 20))?,
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
