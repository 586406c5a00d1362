//! `superbill codes`: what the library holds and says on a date, and official files into it.

mod check;
mod compare;
mod drgs;
mod impact;
mod kept;
mod pick;
pub mod search;
mod shelf;
mod status;
mod tables;
mod take;
mod update;
mod watch;

pub use kept::take as take_kept;
pub use shelf::Shelf;
pub use status::out_of_date;
pub use tables::library_for;
pub use watch::watch;

use anyhow::Result;
use claim::{DiagnosisCode, ProcedureCode};
use clap::Subcommand;
use codes::{Icd10cm, InpatientProcedure, Instruction, Library, RiskCategory};
use jiff::civil::Date;

use crate::{
    input::{Outcome, line, today},
    place::Place,
};

#[derive(Subcommand)]
pub enum Codes {
    Status(status::Status),
    Import(take::Import),
    Diff(compare::Compare),
    Update(update::Update),
    Impact(impact::Impact),
    /// Everything the library says of a code on a date of service, or of a DRG such as 291 on a discharge date.
    Show {
        code: String,
        /// Date of service; today when absent.
        #[arg(long)]
        dos: Option<Date>,
        #[command(flatten)]
        place: Place,
    },
    Search(search::Search),
    Check(check::Check),
}

impl Codes {
    pub fn run(self) -> Result<Outcome> {
        match self {
            Self::Status(status) => status.run(),
            Self::Import(import) => import.run(),
            Self::Diff(compare) => compare.run(),
            Self::Update(update) => update.run(),
            Self::Impact(impact) => impact.run(),
            Self::Show { code, dos, place } => show(&library(&place)?, &code, dos.unwrap_or_else(today)),
            Self::Search(search) => search.run(),
            Self::Check(check) => check.run(),
        }
    }
}

/// The library of an installation: what was imported over what is shipped.
///
/// # Errors
/// Names a damaged file and what to do about it.
pub fn library(place: &Place) -> Result<Library> {
    shelf::library(place)
}

fn edition_note(icd: &Icd10cm) -> String {
    let stale = if icd.is_stale() { ", stale: it does not cover this date" } else { "" };
    format!("ICD-10-CM {}{stale}", icd.edition())
}

fn procedure_note(procedure: &InpatientProcedure) -> String {
    let to = procedure.edition.end_words();
    let stale = if procedure.is_stale { ", stale: it does not cover this date" } else { "" };
    format!("ICD-10-PCS {} {to}{stale}", procedure.edition.from)
}

fn show(library: &Library, code: &str, on: Date) -> Result<Outcome> {
    let icd = library.icd10cm(on);
    if let Some(diagnosis) = icd.get(code) {
        let shown = DiagnosisCode::new(code).map_or_else(|_| code.to_owned(), |c| c.dotted());
        line(format!("{shown}  {}", diagnosis.title))?;
        let billable = if icd.is_billable(code) { "billable" } else { "not billable: a longer code is needed" };
        line(format!("{billable} on {on} ({})", edition_note(&icd)))?;
        drgs::show_level(code, on)?;
        for ancestor in icd.ancestors(code) {
            line(format!("  in {}  {}", ancestor.code, ancestor.title))?;
        }
        for term in icd.inclusion_terms(code) {
            line(format!("  includes: {term}"))?;
        }
        let all = icd.instructions(code);
        for (label, list) in [
            ("excludes 1", &all.excludes1),
            ("excludes 2", &all.excludes2),
            ("code first", &all.code_first),
            ("use additional", &all.use_additional),
            ("code also", &all.code_also),
        ] {
            print_instructions(label, list)?;
        }
        for child in icd.children(code) {
            line(format!("  then {}  {}", child.code, child.title))?;
        }
        for seventh in icd.seventh_characters(code) {
            line(format!("  7th {}  {}", seventh.character, seventh.text))?;
        }
        for RiskCategory { model, number, label } in library.risk_categories(code, on) {
            line(format!("  risk adjustment, {model}: {number} {label}"))?;
        }
        return Ok(Outcome::Done);
    }
    if let Some(procedure) = ProcedureCode::new(code).ok().and_then(|c| library.procedure(&c, on)) {
        line(format!("{}  {} ({})", procedure.code, procedure.label, procedure.family.label()))?;
        if let Some(mue) = library.mue(&procedure.code, on) {
            line(format!("  at most {} units (MUE, adjudication indicator {})", mue.units, mue.mai))?;
        }
        return Ok(Outcome::Done);
    }
    if let Some(procedure) = library.inpatient_procedure(code, on) {
        line(format!("{}  {}", procedure.code, procedure.title))?;
        line(procedure_note(&procedure))?;
        return Ok(Outcome::Done);
    }
    if drgs::show(code, on)? {
        return Ok(Outcome::Done);
    }
    line(format!(
        "{code} is not in the library on {on} ({}, the starter table of services and ICD-10-PCS).",
        edition_note(&icd)
    ))?;
    Ok(Outcome::Findings)
}

fn print_instructions(label: &str, list: &[Instruction]) -> Result<()> {
    for instruction in list {
        line(format!("  {label} (at {}): {}", instruction.at, instruction.text))?;
    }
    Ok(())
}
