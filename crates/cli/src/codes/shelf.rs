//! The shelf: imported tables in the folder `library` of the data folder, and in the database where that is on a server,
//! so that every node has them.
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
use store::{Db, Scope, StoreError, pack as kept, pack::KeptPack};

use crate::place::{CLI, Place};

const CATALOGUE: &str = "catalogue.tsv";
const HEAD: &str = "system\tfile\tsha256\timported";

/// The folder of imported tables.
pub struct Shelf {
    folder: PathBuf,
    /// The server that keeps the packs for other nodes.
    db: Option<Db>,
}

/// The library of an installation; the shipped one where the account names no data folder.
///
/// # Errors
/// Names a pack that is damaged, or a server that does not answer, and what to do about it.
pub fn library(place: &Place) -> Result<Library> {
    if place.folder().is_err() && !place.has_server() {
        return Ok(Library::shipped());
    }
    Shelf::of(place)?.library()
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
    /// The shelf of an installation, with what other nodes have put on theirs.
    ///
    /// # Errors
    /// When the folder or the server cannot be used.
    pub fn of(place: &Place) -> Result<Self> {
        let db = if place.has_server() { Some(place.open()?.0) } else { None };
        Self::with(&place.folder()?, db)
    }

    /// As [`Shelf::of`], with a database that is open.
    ///
    /// # Errors
    /// As [`Shelf::of`].
    pub fn with(data: &Path, db: Option<Db>) -> Result<Self> {
        let shelf = Self { folder: data.join("library"), db };
        shelf.pull()?;
        Ok(shelf)
    }

    /// A shelf in a folder of its own, which no other node shares.
    pub fn alone(folder: PathBuf) -> Self {
        Self { folder, db: None }
    }

    /// What stands on the shelf, as text: another text means another library.
    ///
    /// # Errors
    /// When the folder or the server cannot be read.
    pub fn state(&self) -> Result<String> {
        self.pull()?;
        Ok(self.lines()?.join("\n"))
    }

    /// Puts here what other nodes have imported.
    fn pull(&self) -> Result<()> {
        let Some(db) = &self.db else { return Ok(()) };
        let there = db.read(&CLI, Scope::Installation, kept::list)?;
        let mut lines = self.lines()?;
        let before = lines.len();
        for pack in there {
            let line = line_of(&pack);
            if lines.contains(&line) {
                continue;
            }
            let name = format!("{}\t{}\t", pack.system, pack.file);
            if lines.iter().any(|line| line.starts_with(&name)) {
                bail!(
                    "{} on the server is another file than here: move {} away, and it is fetched from the server",
                    pack.file,
                    self.folder.display()
                );
            }
            let bytes = db.read(&CLI, Scope::Installation, |tx| kept::bytes(tx, &pack.system, &pack.file))?;
            if sha256(&bytes) != pack.sha256 {
                bail!("{} of {} is damaged on the server: restore its database", pack.file, pack.system);
            }
            let folder = self.folder.join(&pack.system);
            fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            write(&folder.join(&pack.file), &bytes)?;
            lines.push(line);
        }
        if lines.len() > before { self.catalogue(lines) } else { Ok(()) }
    }

    /// Gives other nodes what is here.
    fn push(&self) -> Result<()> {
        let Some(db) = &self.db else { return Ok(()) };
        let there = db.read(&CLI, Scope::Installation, kept::list)?;
        let mut packs: Vec<(KeptPack, Vec<u8>)> = Vec::new();
        for line in self.lines()? {
            let fields: Vec<&str> = line.split('\t').collect();
            let [system, file, hash, day] = fields.as_slice() else { continue };
            if there.iter().any(|pack| pack.system == *system && pack.file == *file) {
                continue;
            }
            let pack = KeptPack {
                system: (*system).to_owned(),
                file: (*file).to_owned(),
                sha256: (*hash).to_owned(),
                imported_on: day.parse().context("the catalogue of the library has a line without a day")?,
            };
            packs.push((pack, fs::read(self.folder.join(system).join(file))?));
        }
        // The tables of an import belong together: another node sees all of them or none.
        db.write(&CLI, Scope::Installation, |tx| {
            packs.iter().try_for_each(|(pack, bytes)| kept::keep(tx, pack, bytes))
        })?;
        Ok(())
    }

    fn catalogue(&self, mut lines: Vec<String>) -> Result<()> {
        lines.sort();
        write(&self.folder.join(CATALOGUE), format!("{HEAD}\n{}\n", lines.join("\n")).as_bytes())
    }

    /// The library with everything on the shelf.
    ///
    /// # Errors
    /// Names a pack that is damaged and what to do about it.
    pub fn library(&self) -> Result<Library> {
        let packs = self.packs()?;
        Ok(if packs.is_empty() { Library::shipped() } else { Library::shipped().with(packs) })
    }

    /// Makes what the first search on the installation's day would have to wait for.
    ///
    /// # Errors
    /// When the database does not tell its day.
    pub fn warm(&self, library: &Library, db: &Db) -> Result<()> {
        let today = db.read(&CLI, Scope::Installation, |tx| Ok::<_, StoreError>(tx.today()))?;
        super::kept::warm_all(&self.folder, library, today);
        Ok(())
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
            lines.push(line_of(&KeptPack {
                system: pack.system.clone(),
                file: pack.file_name(),
                sha256: sha256(&bytes),
                imported_on: today,
            }));
            taken.push(if pack.revision > 1 { Taken::Revised } else { Taken::New });
            there.push(pack);
        }
        if taken.iter().any(|taken| *taken != Taken::Known) {
            self.catalogue(lines)?;
        }
        self.push()?;
        Ok(taken)
    }
}

/// A pack's line of the catalogue.
fn line_of(pack: &KeptPack) -> String {
    format!("{}\t{}\t{}\t{}", pack.system, pack.file, pack.sha256, pack.imported_on)
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
