//! Partners' folders: files read by name, written whole, laid aside.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use super::OfficeError;

/// How long a file must rest before it counts as whole: a partner's upload may pause that long.
const QUIET: Duration = Duration::from_secs(10);

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
        let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        if is_file && path.extension().is_none_or(|extension| extension != "part") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Writes a file whole or not at all, and safe from a power cut: under another name first, and down to the disk.
/// A file of the name that lies there already keeps its own, unless it is the same file.
pub(super) fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), OfficeError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    if fs::read(folder.join(name)).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let part = folder.join(format!("{name}.part"));
    let mut file = fs::File::create(&part).map_err(at(&part))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at(&part))?;
    let whole = free(folder, name);
    fs::rename(&part, &whole).map_err(at(&whole))?;
    sync(folder)
}

/// Moves a file to a folder beside it.
pub(super) fn put_by(path: &Path, folder: &str) -> Result<(), OfficeError> {
    let target = path.parent().unwrap_or(Path::new("")).join(folder);
    fs::create_dir_all(&target).map_err(at(&target))?;
    fs::rename(path, free(&target, &name_of(path))).map_err(at(path))
}

/// The name, or the first of `2-name`, `3-name` and so on that nothing has; partners go by the ending.
fn free(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.join(name);
    let mut number = 2_u32;
    while path.symlink_metadata().is_ok() {
        path = folder.join(format!("{number}-{name}"));
        number = number.saturating_add(1);
    }
    path
}

/// A renamed file is safe once its folder is on the disk; not every system lets a folder be opened for that.
fn sync(folder: &Path) -> Result<(), OfficeError> {
    match fs::File::open(folder) {
        Ok(opened) if cfg!(unix) => opened.sync_all().map_err(at(folder)),
        _ => Ok(()),
    }
}

/// True while somebody may still be writing a file.
pub(super) fn is_growing(path: &Path) -> bool {
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < QUIET))
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
