//! The shelf: imported tables in the folder `library` of the data folder.
//!
//! A pack counts when the catalogue names it, and the catalogue is replaced in one step at the end of an import: an
//! import that fails half way leaves the shelf as it was. Packs are never changed and never deleted.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use codes::{
    Library,
    import::{Pack, sha256},
};
use jiff::civil::Date;

use crate::place::Place;

const CATALOGUE: &str = "catalogue.tsv";
const HEAD: &str = "system\tfile\tsha256\timported";

/// The folder of imported tables.
pub struct Shelf {
    folder: PathBuf,
}

/// The library of an installation; the shipped one where the account names no data folder.
///
/// # Errors
/// Names a pack that is damaged and what to do about it.
pub fn library(place: &Place) -> Result<Library> {
    match Shelf::of(place) {
        Ok(shelf) => shelf.library(),
        Err(_) => Ok(Library::shipped()),
    }
}

/// What became of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It is on the shelf now.
    New,
    /// A correction: the one before stays, this one answers.
    Revised,
    /// It was there already.
    Known,
}

impl Shelf {
    pub fn of(place: &Place) -> Result<Self> {
        Ok(Self { folder: place.folder()?.join("library") })
    }

    /// The library with everything on the shelf.
    ///
    /// # Errors
    /// Names a pack that is damaged and what to do about it.
    pub fn library(&self) -> Result<Library> {
        let packs = self.packs()?;
        Ok(if packs.is_empty() { Library::shipped() } else { Library::shipped().with(packs) })
    }

    /// Every pack that the catalogue names.
    pub fn packs(&self) -> Result<Vec<Pack>> {
        self.lines()?.iter().map(|line| self.pack(line)).collect()
    }

    fn lines(&self) -> Result<Vec<String>> {
        let path = self.folder.join(CATALOGUE);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().skip(1).map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn pack(&self, line: &str) -> Result<Pack> {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (system, file, hash) = (next(), next(), next());
        let path = self.folder.join(system).join(file);
        let what_to_do = || {
            format!(
                "{} is damaged: put it back from a backup, or move {} away and import again",
                path.display(),
                self.folder.display()
            )
        };
        let bytes = fs::read(&path).with_context(what_to_do)?;
        if sha256(&bytes) != hash {
            bail!("{}", what_to_do());
        }
        Pack::from_bytes(&bytes).with_context(what_to_do)
    }

    /// Puts packs on the shelf, all or none; says for each what became of it.
    ///
    /// # Errors
    /// When the folder cannot be written; then nothing counts.
    pub fn add(&self, packs: &[Pack], today: Date) -> Result<Vec<Taken>> {
        fs::create_dir_all(&self.folder).with_context(|| format!("{} cannot be made", self.folder.display()))?;
        let lock = File::create(self.folder.join("lock")).context("the library folder cannot be written")?;
        lock.lock().context("the library folder cannot be locked")?;
        let mut lines = self.lines()?;
        let mut there = self.packs()?;
        let mut taken = Vec::new();
        for pack in packs {
            let same: Vec<&Pack> = there
                .iter()
                .filter(|p| p.system == pack.system && p.edition == pack.edition && p.part == pack.part)
                .collect();
            let is_known = |p: &&Pack| p.sha256 == pack.sha256 || p.text().ok() == pack.text().ok();
            // Only the newest revision counts as known: going back to an older one is a revision too.
            let newest = same.iter().max_by_key(|p| p.revision).copied();
            if newest.as_ref().is_some_and(is_known) {
                taken.push(Taken::Known);
                continue;
            }
            let mut pack = pack.clone();
            pack.revision = newest.map_or(1, |p| p.revision + 1);
            let folder = self.folder.join(&pack.system);
            fs::create_dir_all(&folder)?;
            let bytes = pack.to_bytes();
            write(&folder.join(pack.file_name()), &bytes)?;
            lines.push(format!("{}\t{}\t{}\t{today}", pack.system, pack.file_name(), sha256(&bytes)));
            taken.push(if pack.revision > 1 { Taken::Revised } else { Taken::New });
            there.push(pack);
        }
        if taken.iter().any(|taken| *taken != Taken::Known) {
            lines.sort();
            write(&self.folder.join(CATALOGUE), format!("{HEAD}\n{}\n", lines.join("\n")).as_bytes())?;
        }
        Ok(taken)
    }
}

/// Writes a file in one step: whoever reads sees the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = path.with_extension("draft");
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = File::create(&draft).with_context(cannot)?;
    file.write_all(bytes).with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    fs::rename(&draft, path).with_context(cannot)
}
