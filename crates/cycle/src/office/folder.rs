//! Partners' folders: files read by name, written whole, laid aside.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::OfficeError;

pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> OfficeError + '_ {
    |cause| OfficeError::File { path: path.to_owned(), cause }
}

/// The files of a folder by name; none when it is not there.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, OfficeError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        if path.is_file() && path.extension().is_none_or(|extension| extension != "part") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Writes a file whole or not at all: under another name first.
pub(super) fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), OfficeError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(name));
    fs::write(&part, bytes).map_err(at(&part))?;
    fs::rename(&part, &whole).map_err(at(&whole))
}

/// Moves a file to a folder beside it.
pub(super) fn put_by(path: &Path, folder: &str) -> Result<(), OfficeError> {
    let target = path.parent().unwrap_or(Path::new("")).join(folder);
    fs::create_dir_all(&target).map_err(at(&target))?;
    fs::rename(path, target.join(name_of(path))).map_err(at(path))
}

/// The partners a client has folders for.
pub(super) fn partners(home: &Path) -> Result<Vec<String>, OfficeError> {
    let entries = match fs::read_dir(home) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(home)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(home))?.path();
        if path.is_dir() {
            found.push(name_of(&path));
        }
    }
    found.sort();
    Ok(found)
}
