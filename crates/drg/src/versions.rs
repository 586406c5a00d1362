//! Which version of the definitions is in force on a discharge date.

use std::sync::OnceLock;

use jiff::civil::{Date, date};

use crate::{Definitions, PackError};

/// A version of the definitions and the discharge dates it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Name, such as `43.1`.
    pub name: &'static str,
    /// First discharge date.
    pub first: Date,
    /// Last discharge date.
    pub last: Date,
    pack: &'static [u8],
}

impl Version {
    /// True for a discharge date that it is for.
    #[must_use]
    pub fn covers(&self, discharge: Date) -> bool {
        self.first <= discharge && discharge <= self.last
    }
}

/// Definitions for a discharge date.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The version.
    pub version: &'static Version,
    /// Its tables.
    pub definitions: &'static Definitions,
    /// No version covers the date; this is the nearest.
    pub is_stale: bool,
}

const fn version(name: &'static str, first: Date, last: Date, pack: &'static [u8]) -> Version {
    Version { name, first, last, pack }
}

static VERSIONS: [Version; 4] = [
    version("42", date(2024, 10, 1), date(2025, 3, 31), include_bytes!("../data/msdrg-42.zst")),
    version("42.1", date(2025, 4, 1), date(2025, 9, 30), include_bytes!("../data/msdrg-42.1.zst")),
    version("43", date(2025, 10, 1), date(2026, 3, 31), include_bytes!("../data/msdrg-43.zst")),
    version("43.1", date(2026, 4, 1), date(2026, 9, 30), include_bytes!("../data/msdrg-43.1.zst")),
];

static LOADED: [OnceLock<Result<Definitions, PackError>>; VERSIONS.len()] = [const { OnceLock::new() }; VERSIONS.len()];

/// The versions shipped, oldest first.
#[must_use]
pub fn versions() -> &'static [Version] {
    &VERSIONS
}

/// The definitions of a discharge date: the version in force, else the nearest one, said to be stale.
///
/// # Errors
/// When the tables shipped are damaged.
pub fn on(discharge: Date) -> Result<Found, PackError> {
    let distance = |version: &Version| {
        let days = |day: Date| discharge.since(day).map_or(i32::MAX, |span| span.get_days().abs());
        days(version.first).min(days(version.last))
    };
    let nearest =
        VERSIONS.iter().zip(&LOADED).min_by_key(|(version, _)| (!version.covers(discharge), distance(version)));
    let Some((version, loaded)) = nearest else { return Err(PackError::Nothing) };
    match loaded.get_or_init(|| Definitions::from_pack(version.pack)) {
        Ok(definitions) => Ok(Found { version, definitions, is_stale: !version.covers(discharge) }),
        Err(error) => Err(error.clone()),
    }
}
