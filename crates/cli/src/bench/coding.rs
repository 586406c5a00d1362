//! `superbill bench coding`: how well notes are coded, on labelled sets, and how fast.
//!
//! Every figure is taken twice: with the library as installed, and with the official alphabetic index imported over it.

mod assertion;
mod gold;
mod library;
mod score;
pub mod sets;
mod vanish;

use std::{path::PathBuf, time::Instant};

use anyhow::Result;
use claim::Band;
use clap::{Args, ValueEnum};
use coder::Ranking;
use codes::Library;
use serde::Serialize;

use crate::input::{Format, Outcome, json, line};
use score::{Answer, Quality};
use sets::{Labelled, Profile};

#[derive(Args)]
pub struct Coding {
    /// The folder of labelled notes, vectors and official tables.
    #[arg(long, value_name = "DIR")]
    shared: PathBuf,
    /// The folder of notes with gold services.
    #[arg(long, value_name = "DIR", default_value = "crates/coder/tests/gold")]
    gold: PathBuf,
    /// The folder of those that nobody looks at while rules are made.
    #[arg(long, value_name = "DIR", default_value = "crates/coder/tests/held")]
    held: PathBuf,
    /// Only these sets; all when absent.
    #[arg(long = "set", value_enum)]
    sets: Vec<Set>,
    /// Also say what was missed and falsely given, note by note.
    #[arg(long)]
    errors: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A labelled set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// Notes of outpatient visits.
    Acibench,
    /// The same visits as doctor and patient spoke.
    Dialogues,
    /// Case reports in which every finding is coded.
    Codiesp,
    /// Sentences with a condition that is there or not.
    Assertions,
    /// Notes of our own with their services.
    Gold,
}

impl Set {
    const ALL: &[Self] = &[Self::Acibench, Self::Dialogues, Self::Codiesp, Self::Assertions, Self::Gold];
}

/// Everything measured with one library.
#[derive(Serialize)]
struct Report {
    library: &'static str,
    notes: Vec<Quality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assertions: Option<assertion::Agreements>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<gold::Services>,
    speed: Speed,
}

/// How fast: a note at a time, on one core, after the first one.
#[derive(Serialize)]
struct Speed {
    /// The library and the dictionary made, and the first note coded.
    start_milliseconds: u64,
    notes: usize,
    p50_microseconds: u64,
    p95_microseconds: u64,
    /// The same share of the notes of two pages and more alone.
    long_notes: usize,
    long_p95_microseconds: u64,
    notes_per_second: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
    build: &'static str,
}

impl Coding {
    pub fn run(self) -> Result<Outcome> {
        let chosen = if self.sets.is_empty() { Set::ALL } else { &self.sets };
        let mut reports = Vec::new();
        let started = Instant::now();
        let fresh = Library::shipped();
        reports.push(self.measure("as installed", &fresh, chosen, started)?);
        let started = Instant::now();
        let with_index = library::with_index(&self.shared, &fresh)?;
        reports.push(self.measure("with the alphabetic index", &with_index, chosen, started)?);
        match self.format {
            Format::Json => json(&reports)?,
            Format::Text => reports.iter().try_for_each(Report::print)?,
        }
        Ok(Outcome::Done)
    }

    fn measure(&self, name: &'static str, library: &Library, chosen: &[Set], started: Instant) -> Result<Report> {
        let first = sets::note("Assessment: hypertension.");
        let _ = coder::suggest(&first, &sets::visit(), library, &Ranking::default());
        let start = started.elapsed();
        let mut timed = Vec::new();
        let mut notes = Vec::new();
        for set in sets::labelled(&self.shared, chosen)? {
            notes.push(self.quality(&set, library, &mut timed)?);
        }
        let assertions = chosen
            .contains(&Set::Assertions)
            .then(|| {
                assertion::measure(&self.shared, library, |missed| if self.errors { line(missed) } else { Ok(()) })
            })
            .transpose()?;
        let services = if chosen.contains(&Set::Gold) {
            let told = |wrong| if self.errors { line(wrong) } else { Ok(()) };
            let mut services = vec![gold::measure(&self.gold, gold::Part::Open, library, told)?];
            if self.held.is_dir() {
                services.push(gold::measure(&self.held, gold::Part::Held, library, told)?);
            }
            services
        } else {
            Vec::new()
        };
        Ok(Report { library: name, notes, assertions, services, speed: Speed::new(start, &timed) })
    }

    fn quality(&self, set: &Labelled, library: &Library, timed: &mut Vec<Timed>) -> Result<Quality> {
        let icd = library.icd10cm(set.visit.served_on);
        let mut quality = Quality::new(set.name);
        for row in &set.rows {
            let note = sets::note(&row.text);
            let started = Instant::now();
            let coding = match set.profile {
                Profile::Billing => coder::suggest(&note, &set.visit, library, &Ranking::default()),
                Profile::Findings => coder::findings(&note, &set.visit, library, &Ranking::default()),
            };
            let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            timed.push(Timed { bytes: row.text.len(), microseconds });
            let answer = Answer::of(&coding);
            if self.errors {
                let given: std::collections::BTreeSet<String> = answer.at_least(Band::Suggest).cloned().collect();
                let missed: Vec<&String> = row.gold.difference(&given).collect();
                let wrong: Vec<&String> = given.difference(&row.gold).collect();
                line(format!("{} {}: missed {missed:?} falsely given {wrong:?}", set.name, row.id))?;
            }
            if set.profile == Profile::Billing {
                vanish::count(&row.text, &coding, &set.visit, library, &mut quality.vanish);
            }
            quality.take(&answer, &row.gold, &icd);
        }
        quality.finish();
        Ok(quality)
    }
}

/// Length of a note of two pages.
const TWO_PAGES_BYTES: usize = 5000;

/// How long one note took.
struct Timed {
    bytes: usize,
    microseconds: u64,
}

impl Speed {
    fn new(start: std::time::Duration, timed: &[Timed]) -> Self {
        let sorted = |least: usize| {
            let mut all: Vec<u64> = timed.iter().filter(|t| t.bytes >= least).map(|t| t.microseconds).collect();
            all.sort_unstable();
            all
        };
        let at = |all: &[u64], share: usize| {
            let position = all.len().saturating_sub(1).saturating_mul(share) / 100;
            all.get(position).copied().unwrap_or_default()
        };
        let (all, long) = (sorted(0), sorted(TWO_PAGES_BYTES));
        let total: u64 = all.iter().sum();
        let count = all.len() as u64;
        Self {
            start_milliseconds: u64::try_from(start.as_millis()).unwrap_or(u64::MAX),
            notes: all.len(),
            p50_microseconds: at(&all, 50),
            p95_microseconds: at(&all, 95),
            long_notes: long.len(),
            long_p95_microseconds: at(&long, 95),
            notes_per_second: count.saturating_mul(1_000_000).checked_div(total).unwrap_or_default(),
            peak_memory_bytes: super::peak_memory(),
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }
}

impl Report {
    fn print(&self) -> Result<()> {
        line(format!("Library {}:", self.library))?;
        self.notes.iter().try_for_each(Quality::print)?;
        if let Some(agreement) = &self.assertions {
            agreement.print()?;
        }
        self.services.iter().try_for_each(gold::Services::print)?;
        let speed = &self.speed;
        line(format!(
            "  speed ({} build): start {} ms; {} notes, p50 {} \u{b5}s, p95 {} \u{b5}s, {} notes a second on one core; of two pages and more: {} notes, p95 {} \u{b5}s",
            speed.build,
            speed.start_milliseconds,
            speed.notes,
            speed.p50_microseconds,
            speed.p95_microseconds,
            speed.notes_per_second,
            speed.long_notes,
            speed.long_p95_microseconds
        ))?;
        match speed.peak_memory_bytes {
            Some(peak) => line(format!("  peak memory so far {} MiB", peak >> 20)),
            None => line("  peak memory: this system does not say"),
        }
    }
}
