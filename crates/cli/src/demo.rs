//! `superbill demo`: an invented billing company lives half a year, then serves the application.

mod print;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use cycle::{
    demo::{Demo as Story, Progress},
    office::Office,
    summary::{self, Summary},
};
use indicatif::{ProgressBar, ProgressStyle};
use store::{Clock, Db, Scope, installation::Installation};
use world::World;

use crate::{
    input::{Format, Outcome, line},
    place::{CLI, Place},
    serve,
};

/// The passwords of the invented people, readable by the owner of the folder only.
const LOGINS_FILE: &str = "demo-logins.json";

/// Watch invented notes become paid claims, then use the application.
#[derive(Args)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// Chooses the invented world; the same number gives the same files, byte for byte.
    #[arg(long, default_value_t = world::DEFAULT_SEED)]
    seed: u64,
    /// Stop after the summary instead of serving.
    #[arg(long)]
    exit: bool,
    /// Where to serve; loopback only. Without it the first free port from 8370.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Summary for people or programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Passwords by login.
type Logins = BTreeMap<String, String>;

impl Demo {
    pub fn run(self) -> Result<Outcome> {
        let started = Instant::now();
        if let Some(address) = self.listen.filter(|address| !address.ip().is_loopback()) {
            bail!(
                "{address} is not loopback: the demo lets anybody in with one click, so it serves this machine alone"
            );
        }
        let place = self.place.clone().or_folder("demo")?;
        let (db, folder) = place.open()?;
        let shelf = serve::shelf(&place, &db)?;
        let library = Arc::new(shelf.library()?);
        let office =
            Office::new(db.clone(), Arc::clone(&library), folder.join("exchange")).with_reader(crate::code::reader()?);
        let before = db.read(&CLI, Scope::Installation, store::installation::get)?;
        let logins = match before.demo_seed {
            None => self.live(&db, &office, &folder)?,
            Some(seed) => self.reopen(seed, &before, &folder)?,
        };
        let elapsed = started.elapsed();
        let summaries = summaries(&db)?;
        match self.format {
            Format::Json => line(serde_json::to_string_pretty(&print::as_json(&summaries)?)?)?,
            Format::Text => print::summary(&summaries, &office, elapsed)?,
        }
        let holds = summaries.iter().all(|(_, summary)| summary.holds());
        if !holds {
            bail!("the books do not hold; `superbill ledger verify` names every breach");
        }
        if self.exit {
            return Ok(Outcome::Done);
        }
        serve::demo(office, shelf, logins, self.listen)
    }

    /// Registers the world and lives it.
    fn live(&self, db: &Db, office: &Office, folder: &Path) -> Result<Logins> {
        let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
        if !clients.is_empty() {
            bail!("{} holds an installation in use; give the demo a folder of its own with --data", folder.display());
        }
        let world = World::new(self.seed)?;
        let mut story = Story::new(office, &world);
        let mut logins = Logins::new();
        let mut hashes = BTreeMap::new();
        for persona in &world.users {
            let password = server::password::generated()?;
            hashes.insert(persona.login.clone(), server::password::hash(&password)?);
            logins.insert(persona.login.clone(), password);
        }
        keep_logins(folder, &logins)?;
        let registered = story.register(|persona| hashes.get(&persona.login).cloned().unwrap_or_default())?;
        eprintln!(
            "{}: {} practices, {} payers, {} patients, seed {}",
            world.company.name, registered.clients, registered.payers, registered.patients, self.seed
        );
        let bar = bar();
        story.live(|progress| show(&bar, progress))?;
        bar.finish_and_clear();
        Ok(logins)
    }

    /// A demo that was made before goes on where it stands.
    fn reopen(&self, seed: u64, before: &Installation, folder: &Path) -> Result<Logins> {
        if seed != self.seed {
            eprintln!("This folder holds the world of seed {seed}; --seed is for a new folder.");
        }
        let world = World::new(seed)?;
        let today = match before.clock {
            Clock::Demo(now) => jiff::tz::TimeZone::UTC.to_datetime(now).date(),
            Clock::System => world.ends_on,
        };
        if today < world.ends_on {
            bail!(
                "the demo in {} stopped on {today}, before its last day {}: remove the folder and start again",
                folder.display(),
                world.ends_on
            );
        }
        eprintln!("Reopened the demo in {}; its day is {today}.", folder.display());
        read_logins(folder)
    }
}

/// The figures of each client, in the order of clients.
pub fn summaries(db: &Db) -> Result<Vec<(String, Summary)>> {
    let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
    clients.into_iter().map(|client| Ok((client.name, db.read(&CLI, Scope::One(client.id), summary::of)?))).collect()
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} days  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.days as u64);
    bar.set_position(progress.passed as u64);
    bar.set_message(format!("{}  {} visits, {} files in", progress.day, progress.visits, progress.files));
}

fn logins_path(folder: &Path) -> PathBuf {
    folder.join(LOGINS_FILE)
}

fn keep_logins(folder: &Path, logins: &Logins) -> Result<()> {
    let path = logins_path(folder);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    serde_json::to_writer_pretty(file, logins).with_context(|| format!("{} cannot be written", path.display()))
}

fn read_logins(folder: &Path) -> Result<Logins> {
    let path = logins_path(folder);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not as it was written", path.display()))
}
