//! `superbill codes search`: find codes by words, abbreviations or part of a code.

use std::{
    fs::File,
    io::{BufWriter, IsTerminal as _, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail};
use claim::{DiagnosisCode, Sex};
use clap::{Args, ValueEnum};
use codes::{Hit, Library, Services};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::{
    input::{self, Format, Outcome, json, line, today},
    place::Place,
};

use super::{edition_note, kept, library, pick};

/// Find codes by words in any order, abbreviations, synonyms, or part of a code; without words at a terminal, pick
/// while typing.
#[derive(Args)]
pub struct Search {
    words: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Answer every line of a file of JSON objects; `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    batch: Option<PathBuf>,
    /// The field of an object that holds the words.
    #[arg(long, default_value = "q", requires = "batch")]
    field: String,
    /// Where a batch's answers go, a line of JSON each; standard output when absent.
    #[arg(long, value_name = "FILE", requires = "batch")]
    out: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// What an answer must be.
#[derive(Args, Clone)]
pub struct Filter {
    /// Date of service; today when absent.
    #[arg(long)]
    pub dos: Option<Date>,
    /// Code lists to look in, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "icd10cm")]
    system: Vec<System>,
    /// Only codes valid on a claim as they stand.
    #[arg(long)]
    billable: bool,
    /// Where the service is given; decides which procedure list `all` means.
    #[arg(long, value_enum)]
    setting: Option<Setting>,
    /// The patient's age in whole years: leaves out what does not fit it.
    #[arg(long)]
    age: Option<u16>,
    /// The patient's sex, F or M: leaves out what does not fit it.
    #[arg(long, value_parser = sex)]
    sex: Option<Sex>,
}

/// A code list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// Diagnoses.
    Icd10cm,
    /// Inpatient procedures.
    Icd10pcs,
    /// Level II.
    Hcpcs,
    /// Numbers of the American Medical Association.
    Cpt,
    /// Diagnoses and the procedures of the setting.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Setting {
    Outpatient,
    Inpatient,
}

/// F or M, as typed.
pub fn sex(text: &str) -> Result<Sex, &'static str> {
    match text {
        "F" | "f" => Ok(Sex::Female),
        "M" | "m" => Ok(Sex::Male),
        _ => Err("F or M"),
    }
}

/// A code found, as programs read it.
#[derive(Serialize)]
struct Row<'a> {
    system: &'static str,
    code: &'a str,
    score: f32,
    title: &'a str,
    is_billable: bool,
    words: &'a [String],
}

/// A line of a batch's answers.
#[derive(Serialize)]
struct Answer {
    id: Value,
    results: Vec<Short>,
}

#[derive(Serialize)]
struct Short {
    system: &'static str,
    code: String,
    score: f32,
}

/// So many times the asked number are looked at when some may not fit.
const SPARE: usize = 4;

impl Filter {
    /// The day asked for.
    pub fn on(&self) -> Date {
        self.dos.unwrap_or_else(today)
    }

    fn systems(&self) -> Vec<System> {
        let is_inpatient = self.setting == Some(Setting::Inpatient);
        let procedures = if is_inpatient { vec![System::Icd10pcs] } else { vec![System::Cpt, System::Hcpcs] };
        let all = self.system.iter().flat_map(|system| match system {
            System::All => [&[System::Icd10cm], procedures.as_slice()].concat(),
            one => vec![*one],
        });
        let mut systems = Vec::new();
        for system in all {
            if !systems.contains(&system) {
                systems.push(system);
            }
        }
        systems
    }

    /// Which editions answered.
    fn notes(&self, library: &Library, found: &[(&'static str, Hit)]) -> Vec<String> {
        let on = self.on();
        let mut notes = Vec::new();
        if self.systems().contains(&System::Icd10cm) {
            notes.push(edition_note(&library.icd10cm(on)));
        }
        let procedure = found.iter().find(|(system, _)| *system == "icd10pcs");
        let procedure = procedure.and_then(|(_, hit)| library.inpatient_procedure(&hit.code, on));
        notes.extend(procedure.as_ref().map(super::procedure_note));
        notes
    }

    /// The codes that fit, with the name of their list.
    pub fn find(&self, library: &Library, words: &str, limit: usize) -> Vec<(&'static str, Hit)> {
        let on = self.on();
        let mut found = Vec::new();
        for system in self.systems() {
            let services = |name, of| (name, library.search_services(of, words, on, limit));
            let (name, hits) = match system {
                System::Cpt => services("cpt", Services::Cpt),
                System::Hcpcs => services("hcpcs", Services::Hcpcs),
                System::Icd10pcs => services("icd10pcs", Services::Pcs),
                System::Icd10cm | System::All => {
                    let is_narrow = self.billable || self.age.is_some() || self.sex.is_some();
                    let hits = library.icd10cm(on).search(words, if is_narrow { limit * SPARE } else { limit });
                    let fits = |hit: &Hit| {
                        (hit.is_billable || !self.billable) && edit::suits(&hit.code, self.sex, self.age, on)
                    };
                    ("icd10cm", hits.into_iter().filter(fits).take(limit).collect())
                }
            };
            found.extend(hits.into_iter().map(|hit| (name, hit)));
        }
        found
    }
}

/// A code as people write it.
pub fn dotted(system: &str, code: &str) -> String {
    let diagnosis = (system == "icd10cm").then(|| DiagnosisCode::new(code).ok()).flatten();
    diagnosis.map_or_else(|| code.to_owned(), |code| code.dotted())
}

impl Search {
    pub fn run(self) -> Result<Outcome> {
        let library = library(&self.place)?;
        kept::warm(&self.place, &library.icd10cm(self.filter.on()));
        if let Some(batch) = &self.batch {
            return self.answer(&library, &String::from_utf8(input::read(batch)?).context("the batch is not UTF-8")?);
        }
        let words = self.words.join(" ");
        if words.is_empty() {
            if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && self.format == Format::Text {
                return pick::pick(&library, &self.filter, self.limit);
            }
            bail!("say what to look for, such as: superbill codes search dm2 w ckd");
        }
        let found = self.filter.find(&library, &words, self.limit);
        if self.format == Format::Json {
            json(&found.iter().map(row).collect::<Vec<_>>())?;
        } else {
            self.filter.notes(&library, &found).into_iter().try_for_each(line)?;
            for (system, hit) in &found {
                let mark = if hit.is_billable { ' ' } else { '\u{2026}' };
                line(format!("{:<9}{mark} {}", dotted(system, &hit.code), hit.title))?;
            }
            if found.is_empty() {
                line(format!("Nothing for \u{201c}{words}\u{201d}. Try fewer words or part of a code."))?;
            }
        }
        Ok(Outcome::found(found.is_empty()))
    }

    /// Answers a batch, shared out between the processor's cores; answers stand in the order of the questions.
    fn answer(&self, library: &Library, text: &str) -> Result<Outcome> {
        let mut questions = Vec::new();
        for (number, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
            let row: Value = serde_json::from_str(row).with_context(|| format!("line {number} is no JSON object"))?;
            let Some(words) = row.get(&self.field).and_then(Value::as_str) else {
                bail!("line {number} has no text in \u{201c}{}\u{201d}: name the field with --field", self.field)
            };
            questions.push((row.get("id").cloned().unwrap_or_else(|| number.into()), words.to_owned()));
        }
        // The index is made once, before all ask for it.
        drop(self.filter.find(library, "a", 1));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let answer = |(id, words): &(Value, String)| {
            let found = self.filter.find(library, words, self.limit).into_iter();
            let short = |(system, hit): (&'static str, Hit)| Short { system, code: hit.code, score: hit.score };
            Answer { id: id.clone(), results: found.map(short).collect() }
        };
        let mut out: Box<dyn std::io::Write> = match &self.out {
            Some(path) => {
                Box::new(File::create(path).with_context(|| format!("{} cannot be written", path.display()))?)
            }
            None => Box::new(std::io::stdout().lock()),
        };
        let answers = std::thread::scope(|scope| {
            let parts = questions.chunks(questions.len().div_ceil(cores).max(1));
            let threads: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().map(answer).collect::<Vec<_>>())).collect();
            threads.into_iter().map(|thread| thread.join().ok()).collect::<Option<Vec<_>>>()
        });
        let mut writer = BufWriter::new(&mut out);
        for answer in answers.context("a search broke off")?.iter().flatten() {
            serde_json::to_writer(&mut writer, answer)?;
            writer.write_all(b"\n")?;
        }
        writer.flush()?;
        Ok(Outcome::Done)
    }
}

fn row<'a>((system, hit): &'a (&'static str, Hit)) -> Row<'a> {
    Row {
        system,
        code: &hit.code,
        score: hit.score,
        title: &hit.title,
        is_billable: hit.is_billable,
        words: &hit.words,
    }
}
