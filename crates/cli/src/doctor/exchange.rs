//! Files between the office and its partners: those refused, cut off or waiting.

use std::path::Path;

use store::{Db, Scope, StoreError, client::Client};

use super::{Check, files};
use crate::place::CLI;

/// Waiting files looked at.
const WAITING_MAX: u32 = 1_000;

/// What lies in the partners' folders.
pub fn folders(data: &Path, clients: &[Client]) -> Check {
    const CHECK: &str = "exchange";
    let (mut waiting, mut refused, mut cut) = (0, Vec::new(), Vec::new());
    for client in clients {
        let home = data.join("exchange").join(&client.code);
        let partners = std::fs::read_dir(&home).into_iter().flatten().flatten().map(|entry| entry.path());
        for partner in partners.filter(|path| path.is_dir()) {
            let came = files(&partner.join("in"));
            let parts = came.iter().chain(&files(&partner.join("out"))).filter(|path| is_part(path)).count();
            waiting += came.iter().filter(|path| !is_part(path)).count();
            if !files(&partner.join("in/refused")).is_empty() {
                refused.push(partner.join("in/refused").display().to_string());
            }
            if parts > 0 {
                cut.push(partner.display().to_string());
            }
        }
    }
    if let Some(first) = refused.first() {
        let message = format!("{} with files that could not be taken in, first {first}", folders_of(refused.len()));
        return Check::warn(CHECK, message, "superbill post FILE says why; ask the partner for a right one");
    }
    if let Some(first) = cut.first() {
        let message = format!("{} with files written in part (.part), first {first}", folders_of(cut.len()));
        return Check::warn(CHECK, message, "they are written again by themselves; delete them when nothing runs");
    }
    let files = if waiting == 1 { "1 file waits".to_owned() } else { format!("{waiting} files wait") };
    Check::ok(CHECK, format!("{files} to be taken in, none refused"))
}

fn folders_of(count: usize) -> String {
    if count == 1 { "1 folder".to_owned() } else { format!("{count} folders") }
}

fn is_part(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "part")
}

/// What waits to be carried to partners, and why it still does.
pub fn outbox(db: &Db, clients: &[Client]) -> Result<Check, StoreError> {
    const CHECK: &str = "outbox";
    let (mut count, mut stuck) = (0, Vec::new());
    for client in clients {
        let waiting = db.read(&CLI, Scope::One(client.id), |tx| store::outbox::waiting(tx, WAITING_MAX))?;
        count += waiting.len();
        stuck.extend(waiting.into_iter().filter(|file| !file.error.is_empty()));
    }
    Ok(match stuck.first() {
        None => Check::ok(CHECK, format!("{count} files wait to be carried, none failed")),
        Some(first) => {
            let message = format!("{} of {count} files could not be carried: {}", stuck.len(), first.error);
            Check::warn(CHECK, message, "make the folder writable: they are tried again by themselves")
        }
    })
}
