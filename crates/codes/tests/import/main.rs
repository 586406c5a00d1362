//! Official files into tables: real files, damaged copies, files of another kind, and a second time.
//! The files are read where they are at hand (`SUPERBILL_SHARED`, else `../shared`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod answers;
mod broken;
mod counts;
mod joined;
mod kinds;
mod packs;
mod phrases;

use std::{
    fs,
    path::{Path, PathBuf},
};

use codes::{
    Library,
    import::{Batch, ImportError, Options, read, unpack},
};

/// A file of the shared material; says so and gives nothing when it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SUPERBILL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = root.join("data").join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {path} is not at hand, set SUPERBILL_SHARED");
        return None;
    }
    Some(file)
}

fn bytes(path: &str) -> Option<Vec<u8>> {
    Some(fs::read(shared(path)?).unwrap())
}

fn batch(path: &str, options: &Options) -> Option<Result<Batch, ImportError>> {
    let members = unpack(path, &bytes(path)?).unwrap();
    Some(read(&members, options, &Library::shipped()))
}
