//! A folder with a small invented world in it, and the commands run on it as people run them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, OnceLock},
};

use codes::Library;
use cycle::{demo::Demo, office::Office};
use jiff::ToSpan;
use store::{Db, Location, Sealer};
use world::World;

/// Days of the world that are lived: payers have answered and paid the first claims by then.
const DAYS: i64 = 24;

/// The command that adds a practice.
pub const PRACTICE: [&str; 17] = [
    "client",
    "add",
    "ns",
    "--name",
    "North Street Clinic",
    "--npi",
    "1234567893",
    "--tax-id",
    "12-3456789",
    "--taxonomy",
    "207Q00000X",
    "--address",
    "1 North Street, Springfield, IL 62701-0001",
    "--phone",
    "(217) 555-0100",
    "--clia",
    "14D0000001",
];

/// A folder of its own with `data` and the key beside it, gone at the end.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

impl Folder {
    /// An empty one.
    pub fn empty(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("superbill-cli-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The world that all tests of a process begin with.
    pub fn lived(name: &str) -> Self {
        let folder = Self::empty(name);
        for (path, bytes) in world() {
            let path = folder.0.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder.allow_key(0o600);
        folder
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub fn key(&self) -> PathBuf {
        self.0.join("config/superbill/key")
    }

    /// Who may read the key file, where the system asks.
    pub fn allow_key(&self, mode: u32) {
        #[cfg(unix)]
        std::fs::set_permissions(self.key(), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        #[cfg(not(unix))]
        let _ = mode;
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program on this folder's data and key.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_superbill"));
        command.args(arguments).arg("--data").arg(self.data()).env("XDG_CONFIG_HOME", self.0.join("config"));
        command.env("HOME", &self.0);
        command
    }

    /// Runs a command, which must end with this status; what it said.
    pub fn run(&self, status: i32, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output));
        text(&output)
    }

    pub fn open(&self) -> Db {
        Db::open(&Location::Sqlite(self.data()), Sealer::open(&self.key()).unwrap()).unwrap()
    }

    /// Changes the database behind the program's back, past its guards.
    pub fn tamper(&self, sql: &str) {
        rusqlite::Connection::open(self.data().join("superbill.db")).unwrap().execute_batch(sql).unwrap();
    }

    /// A remittance of Cedar Hollow that came and was not taken in yet.
    pub fn fresh_835(&self) -> (PathBuf, String) {
        let path = files(&self.data().join("exchange/CH")).into_iter().find(|path| is_fresh_835(path)).unwrap();
        let words = std::fs::read_to_string(&path).unwrap();
        (path, words)
    }
}

fn is_fresh_835(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "835") && path.parent().unwrap().ends_with("in")
}

/// Every file below a folder, by name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A world lived for some weeks, and further until a remittance for Cedar Hollow has come and lies unopened.
fn world() -> &'static [(PathBuf, Vec<u8>)] {
    static WORLD: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = Folder::empty("world");
        let mut world = World::new(1).unwrap();
        world.ends_on = world.starts_on.saturating_add(DAYS.days());
        let office = Office::new(folder.open(), Arc::new(Library::shipped()), folder.data().join("exchange"));
        let mut demo = Demo::new(&office, &world);
        demo.register(|_| "none".to_owned()).unwrap();
        demo.live(|_| {}).unwrap();
        let mut day = world.ends_on;
        while !files(&folder.data().join("exchange/CH")).iter().any(|path| is_fresh_835(path)) {
            day = day.saturating_add(1.days());
            office.begin_day(day).unwrap();
            office.carry().unwrap();
            office.payers_work().unwrap();
        }
        // Closed, so that the files are whole.
        drop(office);
        let read = |path: PathBuf| {
            let bytes = std::fs::read(&path).unwrap();
            (path.strip_prefix(&folder.0).unwrap().to_owned(), bytes)
        };
        files(&folder.0).into_iter().map(read).collect()
    })
}
