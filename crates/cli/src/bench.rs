//! `superbill bench`: how fast the machine and the program are together, and how well notes are coded.

mod coding;
mod library;
mod search;
mod step;
mod x12;

pub use coding::sets;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use codes::Library;
use cycle::{demo::Demo, office::Office, summary};
use serde::Serialize;
use store::{Db, Location, Scope, Sealer};
use world::World;

use crate::{
    input::{Format, Outcome, json, line},
    place::CLI,
};

#[derive(Subcommand)]
pub enum Bench {
    /// Live the demo's half year in a folder of its own: encounters a second, and where the time goes.
    Cycle(Cycle),
    Search(search::Search),
    Library(library::Tables),
    /// The X12 engine: megabytes per CPU-second of reading, judging and JSON, beside a bare split of the same bytes.
    X12(x12::X12),
    /// Code labelled notes with and without the alphabetic index: agreement with their labels, and speed.
    Coding(coding::Coding),
}

#[derive(Args)]
pub struct Cycle {
    /// Chooses the invented world.
    #[arg(long, default_value_t = world::DEFAULT_SEED)]
    seed: u64,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How long something took, and of how many it was made.
#[derive(Serialize)]
struct Stage {
    stage: &'static str,
    count: usize,
    milliseconds: u64,
}

impl Stage {
    fn new(stage: &'static str, count: usize, took: Duration) -> Self {
        Self { stage, count, milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX) }
    }
}

#[derive(Serialize)]
struct Report {
    seed: u64,
    encounters: usize,
    days: usize,
    files: usize,
    encounters_per_minute: u64,
    /// One after the other, from an empty folder to the proof.
    stages: Vec<Stage>,
    slowest_day_milliseconds: u64,
    /// The pure parts of living, done once more over the same records.
    steps: Vec<Stage>,
    /// What one small change of the record takes until the disk has it.
    commit_microseconds: u64,
    database_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
    build: &'static str,
}

/// A folder that is gone at the end, however that comes.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The result and how long it took.
fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (f(), started.elapsed())
}

impl Bench {
    pub fn run(self) -> Result<Outcome> {
        let cycle = match self {
            Self::Cycle(cycle) => cycle,
            Self::Search(search) => return search.run(),
            Self::Library(tables) => return tables.run(),
            Self::X12(x12) => return x12.run(),
            Self::Coding(coding) => return coding.run(),
        };
        let report = cycle.measure()?;
        match cycle.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::Done)
    }
}

impl Cycle {
    fn measure(&self) -> Result<Report> {
        let home = std::env::temp_dir().join(format!("superbill-bench-{}", std::process::id()));
        std::fs::create_dir_all(&home).with_context(|| format!("{} cannot be made", home.display()))?;
        let home = Folder(home);
        let data = home.0.join("data");
        let library = Arc::new(Library::shipped());
        let (world, made) = timed(|| World::new(self.seed));
        let world = world?;
        let open = || Db::open(&Location::Sqlite(data.clone()), Sealer::open(&home.0.join("key"))?);
        let (db, opened) = timed(open);
        let db = db?;
        let office = Office::new(db.clone(), Arc::clone(&library), data.join("exchange"));
        let mut demo = Demo::new(&office, &world);
        let (registered, registering) = timed(|| demo.register(|_| String::new()));
        let registered = registered?;

        let (mut days, mut visits, mut files, mut slowest) = (0, 0, 0, Duration::ZERO);
        let mut morning = Instant::now();
        let (lived, living) = timed(|| {
            demo.live(|day| {
                (days, visits, files) = (day.days, day.visits, day.files);
                slowest = slowest.max(morning.elapsed());
                morning = Instant::now();
            })
        });
        lived?;
        let clients: Vec<_> = world.clients.iter().map(|client| client.id).collect();
        let (figures, proving) = timed(|| db.read(&CLI, Scope::Read(clients), summary::of));
        let figures = figures?;

        let stages = vec![
            Stage::new("invent the world", world.people.len(), made),
            Stage::new("make the database", 1, opened),
            Stage::new("register", registered.patients, registering),
            Stage::new("live", days, living),
            Stage::new("figures and proof", figures.proof.transactions, proving),
        ];
        let whole: u64 = stages.iter().map(|stage| stage.milliseconds).sum();
        let per_minute = (visits as u64).saturating_mul(60_000).checked_div(whole).unwrap_or_default();
        Ok(Report {
            seed: self.seed,
            encounters: visits,
            days,
            files,
            encounters_per_minute: per_minute,
            stages,
            slowest_day_milliseconds: u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX),
            steps: step::again(&db, &library, &world)?,
            commit_microseconds: step::commit(&db)?,
            database_bytes: std::fs::metadata(data.join("superbill.db")).map(|found| found.len()).unwrap_or_default(),
            peak_memory_bytes: peak_memory(),
            build: build(),
        })
    }
}

/// What the system says this process held at most, where it says so.
fn peak_memory() -> Option<u64> {
    status_bytes("VmHWM:")
}

/// A line of the system's account of this process, in bytes.
fn status_bytes(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// How this program was built.
fn build() -> &'static str {
    if cfg!(debug_assertions) { "debug" } else { "release" }
}

impl Report {
    fn print(&self) -> Result<()> {
        let Self { seed, encounters, days, files, encounters_per_minute: rate, .. } = self;
        line(format!(
            "seed {seed}: {encounters} encounters in {days} days, {files} files taken in ({} build)",
            self.build
        ))?;
        line(format!("{}.{:02} encounters a second, end to end", rate / 60, rate % 60 * 100 / 60))?;
        for stage in &self.stages {
            stage.print("")?;
        }
        line(format!("  slowest day {} ms", self.slowest_day_milliseconds))?;
        let living = self.stages.iter().find(|stage| stage.stage == "live").map_or(0, |stage| stage.milliseconds);
        let pure: u64 = self.steps.iter().map(|step| step.milliseconds).sum();
        line(format!("of living, the pure steps alone over the same records: {pure} of {living} ms"))?;
        for step in &self.steps {
            step.print("  ")?;
        }
        line(format!("one change takes {} \u{b5}s until the disk has it", self.commit_microseconds))?;
        line(format!("database {} KiB", self.database_bytes / 1024))?;
        match self.peak_memory_bytes {
            Some(peak) => line(format!("peak memory {} MiB", peak >> 20)),
            None => line("peak memory: this system does not say"),
        }
    }
}

impl Stage {
    fn print(&self, indent: &str) -> Result<()> {
        line(format!("{indent}  {:<28}{:>8} ms {:>7}", self.stage, self.milliseconds, self.count))
    }
}
