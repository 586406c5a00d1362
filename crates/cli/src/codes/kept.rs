//! Search structures kept beside the imported tables, so that a command need not make them again.

use std::{fs, path::Path};

use codes::Icd10cm;

use crate::place::Place;

/// Takes the kept structures of an edition, or makes and keeps them. What cannot be kept is made again next time:
/// searching never fails for it.
pub fn warm(place: &Place, icd: &Icd10cm<'_>) {
    let Some(folder) = place.folder().ok().filter(|folder| folder.is_dir()) else { return };
    let folder = folder.join("library").join("search");
    let file = folder.join(format!("{}-{}.bin", icd.edition(), icd.search_name().get(..16).unwrap_or_default()));
    let is_taken = fs::read(&file).is_ok_and(|bytes| icd.unpack_search(&bytes));
    if !is_taken {
        let packed = icd.pack_search();
        // A folder that cannot be written is no reason not to search.
        let _ = keep(&folder, &file, &packed);
    }
}

/// Writes in one step: whoever reads sees all or nothing.
fn keep(folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = file.with_extension(format!("draft{}", std::process::id()));
    fs::write(&draft, bytes)?;
    fs::rename(&draft, file)
}
