//! `superbill codes`: what the library holds and says on a date, and official files into it.

mod compare;
mod impact;
mod shelf;
mod status;
mod tables;
mod take;
mod update;
mod watch;

pub use shelf::Shelf;
pub use tables::library_for;
pub use watch::watch;

use std::collections::BTreeSet;

use anyhow::Result;
use claim::{DiagnosisCode, ProcedureCode};
use clap::Subcommand;
use codes::{Icd10cm, Instruction, Library};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    input::{Format, Outcome, json, line, today},
    place::Place,
};

#[derive(Subcommand)]
pub enum Codes {
    Status(status::Status),
    Import(take::Import),
    Diff(compare::Compare),
    Update(update::Update),
    Impact(impact::Impact),
    /// Everything the library says of a code on a date of service.
    Show {
        code: String,
        /// Date of service; today when absent.
        #[arg(long)]
        dos: Option<Date>,
        #[command(flatten)]
        place: Place,
    },
    /// Find diagnoses by words, abbreviations or part of a code.
    Search {
        #[arg(required = true)]
        words: Vec<String>,
        #[arg(long)]
        dos: Option<Date>,
        #[arg(long, default_value_t = 10)]
        limit: usize,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Check a list of codes as one encounter: valid, billable, excludes 1.
    Check {
        #[arg(required = true)]
        codes: Vec<String>,
        #[arg(long)]
        dos: Option<Date>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Serialize)]
struct FoundRow<'a> {
    system: &'static str,
    code: &'a str,
    score: f32,
    title: &'a str,
    is_billable: bool,
}

#[derive(Serialize)]
struct Complaint {
    code: String,
    rule: &'static str,
    message: String,
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
            Self::Search { words, dos, limit, format, place } => {
                let library = library(&place)?;
                search(&library.icd10cm(dos.unwrap_or_else(today)), &words.join(" "), limit, format)
            }
            Self::Check { codes, dos, format, place } => {
                check(&library(&place)?, &codes, dos.unwrap_or_else(today), format)
            }
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

fn show(library: &Library, code: &str, on: Date) -> Result<Outcome> {
    let icd = library.icd10cm(on);
    if let Some(diagnosis) = icd.get(code) {
        let shown = DiagnosisCode::new(code).map_or_else(|_| code.to_owned(), |c| c.dotted());
        line(format!("{shown}  {}", diagnosis.title))?;
        let billable = if icd.is_billable(code) { "billable" } else { "not billable: a longer code is needed" };
        line(format!("{billable} on {on} ({})", edition_note(&icd)))?;
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
        return Ok(Outcome::Done);
    }
    if let Some(procedure) = ProcedureCode::new(code).ok().and_then(|c| library.procedure(&c, on)) {
        line(format!("{}  {} ({})", procedure.code, procedure.label, procedure.family.label()))?;
        if let Some(mue) = library.mue(&procedure.code, on) {
            line(format!("  at most {} units (MUE, adjudication indicator {})", mue.units, mue.mai))?;
        }
        return Ok(Outcome::Done);
    }
    line(format!("{code} is not in the library on {on} ({} and the starter table of services).", edition_note(&icd)))?;
    Ok(Outcome::Findings)
}

fn print_instructions(label: &str, list: &[Instruction]) -> Result<()> {
    for instruction in list {
        line(format!("  {label} (at {}): {}", instruction.at, instruction.text))?;
    }
    Ok(())
}

fn search(icd: &Icd10cm, words: &str, limit: usize, format: Format) -> Result<Outcome> {
    let hits = icd.search(words, limit);
    if format == Format::Json {
        let rows: Vec<FoundRow> = hits
            .iter()
            .map(|hit| FoundRow {
                system: "icd10cm",
                code: &hit.code,
                score: hit.score,
                title: &hit.title,
                is_billable: hit.is_billable,
            })
            .collect();
        json(&rows)?;
    } else {
        line(edition_note(icd))?;
        for hit in &hits {
            let dotted = DiagnosisCode::new(&hit.code).map_or_else(|_| hit.code.clone(), |c| c.dotted());
            let mark = if hit.is_billable { ' ' } else { '\u{2026}' };
            line(format!("{dotted:<9}{mark} {}", hit.title))?;
        }
        if hits.is_empty() {
            line(format!("Nothing for \u{201c}{words}\u{201d}. Try fewer words or part of a code."))?;
        }
    }
    Ok(Outcome::found(hits.is_empty()))
}

/// Rules DX01 to DX04, DX09 and DX26 of the coding rulebook.
fn check(library: &Library, codes: &[String], on: Date, format: Format) -> Result<Outcome> {
    let icd = library.icd10cm(on);
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for code in codes {
        let complain = |rule, message| Complaint { code: code.clone(), rule, message };
        let Ok(diagnosis) = DiagnosisCode::new(code) else {
            let known = ProcedureCode::new(code).is_ok_and(|c| library.procedure(&c, on).is_some());
            if !known {
                complaints.push(complain("DX01", format!("{code} is no ICD-10-CM code and no service known on {on}")));
            }
            continue;
        };
        if !seen.insert(diagnosis.clone()) {
            complaints.push(complain("DX26", format!("{} stands more than once", diagnosis.dotted())));
        }
        let bare = diagnosis.as_str();
        if icd.get(bare).is_none() {
            complaints.push(complain("DX03", format!("{} does not exist on {on}", diagnosis.dotted())));
        } else if !icd.is_billable(bare) {
            let needs =
                if icd.seventh_characters(bare).is_empty() { "a more specific code" } else { "a 7th character" };
            complaints.push(complain("DX02", format!("{} is not billable: it needs {needs}", diagnosis.dotted())));
        }
    }
    let listed: Vec<DiagnosisCode> = seen.into_iter().collect();
    for (i, a) in listed.iter().enumerate() {
        for b in listed.iter().skip(i + 1) {
            if let Some(note) = icd.excludes1(a.as_str(), b.as_str()) {
                let message = format!("{} and {} exclude each other: {note}", a.dotted(), b.dotted());
                complaints.push(Complaint { code: a.dotted(), rule: "DX09", message });
            }
        }
    }
    if format == Format::Json {
        json(&complaints)?;
    } else {
        line(format!("{} on {on}", edition_note(&icd)))?;
        for complaint in &complaints {
            line(format!("{}  {}", complaint.rule, complaint.message))?;
        }
        if complaints.is_empty() {
            line("Nothing to complain about.")?;
        }
    }
    Ok(Outcome::found(!complaints.is_empty()))
}
