//! `--tables DIR`: a run that stands on the official files of a folder.

use std::path::Path;

use anyhow::Result;
use codes::{
    Library,
    import::{Options, read, sha256, unpack},
};

use super::{
    shelf::{Shelf, library},
    take::{files, name},
};
use crate::{
    input::{self, today},
    place::Place,
};

/// Tables that prices and edits stand on, for people.
const NEEDED: &[(&str, &str)] = &[
    ("ptp-practitioner", "NCCI pairs"),
    ("mue-practitioner", "unit limits"),
    ("fees", "fee schedule"),
    ("article-covered", "coverage"),
];

/// The library of an installation; with a folder of official files, the shipped code systems and those files in place of
/// our starter tables. The files are imported once, to a folder named by their hash.
///
/// # Errors
/// Names the file that does not fit and where.
pub fn library_for(place: &Place, tables: Option<&Path>) -> Result<Library> {
    let Some(folder) = tables else { return library(place) };
    let mut members = Vec::new();
    let mut hashes = String::new();
    for path in files(&[folder.to_path_buf()])? {
        let bytes = input::read(&path)?;
        hashes += &format!("{} {}\n", name(&path), sha256(&bytes));
        members.extend(unpack(&name(&path), &bytes)?);
    }
    let cache = place.folder().unwrap_or_else(|_| std::env::temp_dir().join("superbill"));
    let shelf = Shelf::alone(cache.join("tables").join(sha256(hashes.as_bytes())));
    let mut packs = shelf.packs()?;
    if packs.is_empty() {
        let batch = read(&members, &Options::default(), &Library::shipped())?;
        shelf.add(&batch.packs, today())?;
        packs = batch.packs;
    }
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(system, _)| packs.iter().all(|pack| pack.system != *system))
        .map(|(_, title)| *title)
        .collect();
    if !missing.is_empty() {
        eprintln!(
            "superbill: {} has no {}: what they would say is not checked",
            folder.display(),
            missing.join(", no ")
        );
    }
    Ok(Library::shipped().with_only(packs))
}
