//! Archives: zip (also inside zip), and single compressed files.

use std::io::{Cursor, Read};

use super::ImportError;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path, below the archive's name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An archive that unpacks to more is damaged or hostile.
const BYTES_MAX: u64 = 2 << 30;
const MEMBERS_MAX: usize = 1_000;
/// Official archives nest once.
const DEPTH_MAX: u8 = 3;

/// The files in a file: those of an archive, else the file itself.
///
/// # Errors
/// [`ImportError::File`] when an archive is damaged or too large.
pub fn unpack(name: &str, bytes: &[u8]) -> Result<Vec<Member>, ImportError> {
    let mut members = Vec::new();
    let mut left = BYTES_MAX;
    open(name, bytes, 0, &mut left, &mut members)?;
    Ok(members)
}

fn open(name: &str, bytes: &[u8], depth: u8, left: &mut u64, members: &mut Vec<Member>) -> Result<(), ImportError> {
    let refuse = |reason: String| ImportError::file(name, reason);
    let is_workbook = name.to_lowercase().ends_with(".xlsx");
    if bytes.starts_with(b"PK\x03\x04") && !is_workbook {
        if depth >= DEPTH_MAX {
            return Err(refuse("archives are nested too deeply".to_owned()));
        }
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| refuse(format!("damaged zip: {e}")))?;
        if archive.len() > MEMBERS_MAX {
            return Err(refuse(format!("more than {MEMBERS_MAX} members")));
        }
        for i in 0..archive.len() {
            let file = archive.by_index(i).map_err(|e| refuse(format!("damaged zip: {e}")))?;
            if file.is_dir() {
                continue;
            }
            let inner = format!("{name}/{}", file.name());
            let content = take(file, *left).map_err(|e| ImportError::file(&inner, format!("damaged: {e}")))?;
            *left -= content.len() as u64;
            open(&inner, &content, depth + 1, left, members)?;
        }
        return Ok(());
    }
    if bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        let reader = zstd::Decoder::new(bytes).map_err(|e| refuse(format!("damaged: {e}")))?;
        let content = take(reader, *left).map_err(|e| refuse(format!("damaged: {e}")))?;
        *left -= content.len() as u64;
        let inner = name.strip_suffix(".zst").unwrap_or(name);
        members.push(Member { name: inner.to_owned(), bytes: content });
        return Ok(());
    }
    members.push(Member { name: name.to_owned(), bytes: bytes.to_vec() });
    Ok(())
}

fn take(reader: impl Read, left: u64) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    reader.take(left + 1).read_to_end(&mut content)?;
    if content.len() as u64 > left {
        return Err(std::io::Error::other("it unpacks to more than is sensible"));
    }
    Ok(content)
}
