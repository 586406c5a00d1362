//! `superbill codes import`: official files onto the shelf, with a report.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use codes::{
    Library,
    import::{Diff, Member, Options, Pack, read, unpack},
};
use jiff::civil::Date;
use serde::Serialize;

use super::shelf::{Shelf, Taken};
use crate::{
    input::{self, Format, Outcome, json, line, today},
    place::Place,
};

/// More rows than this are not compared on import; `codes diff` does it when asked.
const COMPARED_ROWS_MAX: usize = 500_000;

/// Take in official files as published: archives or single files, of any year.
///
/// Read are: ICD-10-CM order files and addenda, tabular list, alphabetic index, neoplasm, drug and external-cause
/// tables, present-on-admission exemptions, conversion table, equivalence mappings; ICD-10-PCS order files; HCPCS
/// (fixed width, csv, xlsx); NCCI pairs, unit limits and add-on codes; physician fee schedule, practice cost indices,
/// localities, anesthesia factors, imaging cap; ZIP code to locality; laboratory, equipment and drug fees, drug
/// packages; outpatient Addendum B; MS-DRG weights; code editor lists; risk categories, clinical classes; reasons and
/// remarks; provider taxonomy; revenue codes, types of bill and other code lists; coverage article tables.
#[derive(Args)]
pub struct Import {
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// First day of the edition, where the file does not tell it.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// This site holds licences for the texts of CPT, CDT and reason codes: keep them.
    #[arg(long)]
    licensed_texts: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// What one table brought.
#[derive(Serialize)]
pub struct Row {
    source: String,
    sha256: String,
    system: String,
    edition: Date,
    part: String,
    to: Option<Date>,
    rows: usize,
    taken: Taken,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Difference>,
}

/// Counts against the edition before.
#[derive(Serialize)]
struct Difference {
    against: String,
    added: usize,
    removed: usize,
    changed: usize,
}

/// What an import brought.
#[derive(Serialize)]
pub struct Report {
    pub tables: Vec<Row>,
    pub passed_over: Vec<String>,
    pub notices: Vec<String>,
}

impl Import {
    pub fn run(self) -> Result<Outcome> {
        let mut members = Vec::new();
        for path in files(&self.paths)? {
            members.extend(unpack(&name(&path), &input::read(&path)?)?);
        }
        let options = Options { from: self.from, has_licence: self.licensed_texts };
        let report = take(&Shelf::of(&self.place)?, &members, &options)?;
        match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::Done)
    }
}

/// The files themselves, and those directly in a folder in the order of their names.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let inside = std::fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let mut inside: Vec<PathBuf> = inside
                .map(|entry| Ok(entry?.path()))
                .collect::<std::io::Result<_>>()
                .context("the folder cannot be read")?;
            inside.retain(|path| path.is_file());
            inside.sort();
            files.extend(inside);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| input::name(path), |name| name.to_string_lossy().into_owned())
}

/// Reads the files of a release and puts their tables on the shelf.
///
/// # Errors
/// The refusal, with its place; then the shelf is as it was.
pub fn take(shelf: &Shelf, members: &[Member], options: &Options) -> Result<Report> {
    let library = shelf.library()?;
    let batch = read(members, options, &library)?;
    let differences: Vec<Option<Difference>> =
        batch.packs.iter().map(|pack| difference(&library, pack)).collect::<Result<_>>()?;
    let taken = shelf.add(&batch.packs, today())?;
    let rows = batch.packs.into_iter().zip(differences).zip(taken).map(|((pack, difference), taken)| Row {
        source: pack.source,
        sha256: pack.sha256,
        system: pack.system,
        edition: pack.edition,
        part: pack.part,
        to: pack.span.to,
        rows: pack.rows,
        taken,
        difference,
    });
    Ok(Report { tables: rows.collect(), passed_over: batch.passed_over, notices: batch.notices })
}

/// Against the newest earlier edition: of the shelf, or of the diagnoses that are shipped.
fn difference(library: &Library, pack: &Pack) -> Result<Option<Difference>> {
    let earlier = library
        .packs()
        .iter()
        .filter(|p| p.system == pack.system && p.part == pack.part && p.edition < pack.edition)
        .max_by_key(|p| p.edition);
    let (against, diff) = match earlier {
        Some(before) if before.rows.max(pack.rows) <= COMPARED_ROWS_MAX => {
            (before.edition.to_string(), Diff::between(before, pack)?)
        }
        Some(_) => return Ok(None),
        None if pack.system == "icd10cm" => {
            let before = library.icd10cm(pack.edition.yesterday().unwrap_or(pack.edition));
            (before.edition().to_owned(), Diff::with_tabular(before.tabular(), pack)?)
        }
        None => return Ok(None),
    };
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    Ok(Some(Difference { against, added, removed, changed }))
}

impl Report {
    pub fn print(&self) -> Result<()> {
        for row in &self.tables {
            let became = match row.taken {
                Taken::New => "taken in",
                Taken::Revised => "taken in as a correction; the one before is kept",
                Taken::Known => "already in, nothing to do",
            };
            let to = row.to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
            let part = if row.part == "all" { String::new() } else { format!(" ({})", row.part) };
            line(format!(
                "{}{part} {}: {} rows, from {} {to}: {became}",
                row.system, row.edition, row.rows, row.edition
            ))?;
            line(format!("  {}  sha256 {}", row.source, row.sha256))?;
            if let Some(Difference { against, added, removed, changed }) = &row.difference {
                line(format!("  against {against}: {added} added, {removed} removed, {changed} changed"))?;
            }
        }
        self.notices.iter().try_for_each(line)?;
        for name in &self.passed_over {
            line(format!("passed over, no table that is read: {name}"))?;
        }
        Ok(())
    }
}
