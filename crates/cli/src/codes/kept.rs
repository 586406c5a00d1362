//! Search structures kept beside the imported tables, so that a start need not make them again.

use std::{fs, path::Path};

use codes::{Icd10cm, Library, Services};
use jiff::civil::Date;

use crate::place::Place;

/// Takes the kept structures of an edition, or makes and keeps them. What cannot be kept is made again next time:
/// searching never fails for it.
pub fn warm(place: &Place, icd: &Icd10cm<'_>) {
    if let Some(folder) = place.folder().ok().filter(|folder| folder.is_dir()) {
        warm_from(&folder.join("library"), icd);
    }
}

/// Makes everything that the first search of a day would have to wait for.
pub fn warm_all(shelf: &Path, library: &Library, on: Date) {
    warm_from(shelf, &library.icd10cm(on));
    for of in Services::ALL {
        drop(library.search_services(of, "a", on, 1));
    }
}

fn warm_from(shelf: &Path, icd: &Icd10cm<'_>) {
    let folder = shelf.join("search");
    let file = folder.join(format!("{}-{}.bin", icd.edition(), icd.search_name().get(..16).unwrap_or_default()));
    if !take(icd, || fs::read(&file).ok()) {
        let packed = icd.pack_search();
        // A folder that cannot be written is no reason not to search.
        let _ = keep(&folder, &file, &packed);
    }
}

/// Takes packed structures, and reads the list meanwhile: a search needs both. False when they could not be taken.
pub fn take(icd: &Icd10cm<'_>, packed: impl FnOnce() -> Option<Vec<u8>>) -> bool {
    std::thread::scope(|scope| {
        let list = scope.spawn(|| icd.tabular());
        let is_taken = packed().is_some_and(|bytes| icd.unpack_search(&bytes));
        // What fails to be read is told by whoever asks for the list.
        drop(list.join());
        is_taken
    })
}

/// Writes in one step: whoever reads sees all or nothing.
fn keep(folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = file.with_extension(format!("draft{}", std::process::id()));
    fs::write(&draft, bytes)?;
    fs::rename(&draft, file)
}
