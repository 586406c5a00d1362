//! `superbill doctor`: whether an installation is well, and what to do where it is not.

mod exchange;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use store::{Clock, Db, Scope, StoreError, client::Client};

use crate::{
    audit,
    input::{Format, Outcome, json, line},
    ledger,
    place::{CLI, Place},
};

/// Free space below which nothing can be trusted to be kept, and below which it will soon be so.
const FREE_MIN: u64 = 100 << 20;
const FREE_LOW: u64 = 1 << 30;

#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// One thing looked at.
#[derive(Serialize)]
struct Check {
    check: &'static str,
    status: Status,
    /// What was found.
    message: String,
    /// What to do, or empty.
    action: String,
}

impl Check {
    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, message: message.into(), action: String::new() }
    }

    fn warn(check: &'static str, message: impl Into<String>, action: impl Into<String>) -> Self {
        Self { check, status: Status::Warn, message: message.into(), action: action.into() }
    }

    fn fail(check: &'static str, message: impl Into<String>, action: impl Into<String>) -> Self {
        Self { check, status: Status::Fail, message: message.into(), action: action.into() }
    }
}

#[derive(Serialize)]
struct Report {
    status: Status,
    checks: Vec<Check>,
}

impl Doctor {
    pub fn run(self) -> Result<Outcome> {
        let checks = examine(&self.place)?;
        let status = checks.iter().map(|check| check.status).max().unwrap_or(Status::Ok);
        if self.format == Format::Json {
            json(&Report { status, checks })?;
        } else {
            for Check { check, status, message, action } in &checks {
                let word = match status {
                    Status::Ok => "ok",
                    Status::Warn => "warn",
                    Status::Fail => "FAIL",
                };
                let action = if action.is_empty() { String::new() } else { format!(" \u{2192} {action}") };
                line(format!("{word:<5}{check:<12}{message}{action}"))?;
            }
        }
        Ok(Outcome::found(status == Status::Fail))
    }
}

fn examine(place: &Place) -> Result<Vec<Check>> {
    let data = place.folder()?;
    let mut checks = vec![folder(&data), space(&data)];
    if !place.has_server() && !data.join("superbill.db").exists() {
        let action = "superbill demo shows an invented one; superbill client add begins your own";
        checks.push(Check::warn("database", format!("there is none in {} yet", data.display()), action));
        checks.extend(library(place, crate::input::today()));
        return Ok(checks);
    }
    let db = match place.open() {
        Ok((db, _)) => db,
        Err(error) => {
            checks.push(Check::fail("database", format!("{error:#}"), "nothing else of it was looked at"));
            return Ok(checks);
        }
    };
    checks.push(Check::ok("database", format!("{} opens and has the schema of this version", place.shown())));
    checks.push(key(&place.key_file(), &data));
    let (clock, today) = clock(&db)?;
    checks.push(clock);
    checks.extend(library(place, today));
    let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
    checks.push(exchange::folders(&data, &clients));
    checks.push(exchange::outbox(&db, &clients)?);
    checks.push(audit_log(&db)?);
    for client in &clients {
        checks.push(books(&db, client)?);
    }
    Ok(checks)
}

/// The nearest folder that is there: of one not made yet, its parent's disk counts.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(Path::new("."))
}

fn folder(data: &Path) -> Check {
    if data.is_file() {
        let message = format!("{} is a file", data.display());
        return Check::fail("data folder", message, "name a folder with --data");
    }
    let probe = existing(data).join(format!(".superbill-doctor-{}", std::process::id()));
    let tried = std::fs::write(&probe, b"superbill").and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Check::ok("data folder", format!("{} can be written", data.display())),
        Err(error) => {
            let _ = std::fs::remove_file(&probe);
            let message = format!("{} cannot be written: {error}", data.display());
            Check::fail("data folder", message, "give this account the right to write there, or free space")
        }
    }
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

fn space(data: &Path) -> Check {
    let Some(free) = free(existing(data)) else {
        return Check::warn("free space", "unknown on this platform", "look at the disk of the data folder yourself");
    };
    let message = format!("{} MiB free", free >> 20);
    match free {
        ..FREE_MIN => {
            Check::fail("free space", message, "free some space now: changes are refused when the disk is full")
        }
        FREE_MIN..FREE_LOW => Check::warn("free space", message, "free some space soon"),
        _ => Check::ok("free space", message),
    }
}

fn key(file: &Path, data: &Path) -> Check {
    let shown = file.display();
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if whole(file).starts_with(whole(data)) {
        let action = "move it elsewhere and name it with --key: whoever copies the folder has both";
        return Check::warn("key", format!("{shown} lies in the data folder"), action);
    }
    if is_open_to_others(file) {
        return Check::warn("key", format!("{shown} can be read by others"), format!("chmod 600 {shown}"));
    }
    Check::ok("key", format!("{shown} opens the sealed fields; keep a copy apart from copies of the data"))
}

#[cfg(unix)]
fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// The clock against the newest thing on record: one that stands behind it was set back.
fn clock(db: &Db) -> Result<(Check, Date), StoreError> {
    db.read(&CLI, Scope::Installation, |tx| {
        let (installation, today, now) = (store::installation::get(tx)?, tx.today(), tx.now());
        let newest = store::audit::list(tx, &store::audit::AuditFilter::default(), 1, 0)?;
        let newest: Timestamp = newest.first().map_or(installation.created_at, |row| row.at);
        let check = match installation.clock {
            Clock::Demo(at) => Check::ok("clock", format!("a demo: it stands at {at}")),
            Clock::System if now < newest => Check::fail(
                "clock",
                format!("the system says {now:.0}, but something was recorded at {newest:.0}"),
                "set the system's clock right before working on",
            ),
            Clock::System => Check::ok("clock", format!("{now:.0}, {today} here")),
        };
        Ok((check, today))
    })
}

/// Shipped tables that cannot be read, and those that do not cover the day.
fn library(place: &Place, today: Date) -> Vec<Check> {
    const CHECK: &str = "codes";
    let library = match crate::codes::library(place) {
        Ok(library) => library,
        Err(error) => {
            let action = "put the library folder back from a backup, or move it away and import again";
            return vec![Check::fail(CHECK, format!("{error:#}"), action)];
        }
    };
    let mut checks: Vec<Check> = library
        .problems()
        .into_iter()
        .map(|problem| Check::fail(CHECK, problem, "install superbill again: its own tables are damaged"))
        .collect();
    let icd = library.icd10cm(today);
    checks.push(if icd.is_stale() {
        let message = format!("no edition of ICD-10-CM covers {today}; {} answers, marked stale", icd.edition());
        Check::warn(
            CHECK,
            message,
            "superbill codes update icd10cm, or superbill codes import with the order file and the tabular list of the year",
        )
    } else {
        Check::ok(CHECK, format!("ICD-10-CM {} covers {today}", icd.edition()))
    });
    let old = crate::codes::out_of_date(&library, today).into_iter().filter_map(|late| Some((late.has?, late)));
    checks.extend(old.filter(|(_, late)| late.system != "icd10cm").map(|(has, late)| {
        let message = format!("{} has {has}, the edition of {} is out", late.title, late.due);
        Check::warn(
            CHECK,
            message,
            "superbill codes update fetches what is due or says where it is; superbill codes import takes it in",
        )
    }));
    checks.push(match library.rate("conversion-factor", today) {
        Some(rate) if !rate.is_stale => Check::ok(CHECK, format!("Medicare's rates cover {today}")),
        _ => Check::warn(CHECK, format!("Medicare's rates do not cover {today}"), "prices of these days are estimates"),
    });
    checks
}

fn audit_log(db: &Db) -> Result<Check, StoreError> {
    let chains = audit::chains(db)?;
    let rows: usize = chains.iter().map(|chain| chain.proof.sealed + chain.proof.unsealed).sum();
    Ok(match audit::first_break(&chains) {
        None => Check::ok("audit", format!("{rows} rows hold")),
        Some(first) => {
            Check::fail("audit", first, "superbill audit verify names every row; keep the database as it is")
        }
    })
}

fn books(db: &Db, client: &Client) -> Result<Check> {
    let verdict = ledger::prove(db, client)?;
    Ok(match verdict.breaches().first() {
        None => Check::ok("books", format!("{}: they hold", client.code)),
        Some(first) => {
            Check::fail("books", format!("{}: {first}", client.code), "superbill ledger verify names every breach")
        }
    })
}

/// A folder's files, or none when it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()).collect()
}
