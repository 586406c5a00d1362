//! The library with the official alphabetic index over what is shipped.

use std::path::Path;

use anyhow::{Context as _, Result};
use codes::{
    Library,
    import::{Options, read, unpack},
};
use jiff::civil::date;

/// The index as a table, in the folder of official files.
const INDEX: &str = "data/icd10cm_index/ICD10CM_2025_Index.csv.zst";

/// # Errors
/// When the index is not there or cannot be read.
pub fn with_index(shared: &Path, library: &Library) -> Result<Library> {
    let path = shared.join(INDEX);
    let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let members = unpack(&name, &bytes)?;
    let options = Options { from: Some(date(2024, 10, 1)), has_licence: false };
    Ok(library.with(read(&members, &options, library)?.packs))
}
