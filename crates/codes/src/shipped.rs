//! Tables that are shipped as packs: what the importer makes of official files that a registry package carries.

use std::sync::OnceLock;

use crate::{PackError, import::Pack};

/// A shipped pack, read when it is first asked for.
struct Shipped {
    system: &'static str,
    bytes: &'static [u8],
    pack: OnceLock<Result<Pack, PackError>>,
}

const fn shipped(system: &'static str, bytes: &'static [u8]) -> Shipped {
    Shipped { system, bytes, pack: OnceLock::new() }
}

/// Oldest edition first.
static SHIPPED: [Shipped; 4] = [
    shipped("hcc", include_bytes!("../data/hcc-2025.pack")),
    shipped("hcc", include_bytes!("../data/hcc-2026.pack")),
    shipped("hcc-labels", include_bytes!("../data/hcc-labels.pack")),
    shipped("icd10pcs", include_bytes!("../data/icd10pcs-2024.pack")),
];

impl Shipped {
    fn read(&self) -> &Result<Pack, PackError> {
        self.pack.get_or_init(|| Pack::from_bytes(self.bytes))
    }
}

/// The shipped packs of a table.
pub(crate) fn of(system: &str) -> impl Iterator<Item = &'static Pack> + use<'_> {
    SHIPPED.iter().filter(move |shipped| shipped.system == system).filter_map(|shipped| shipped.read().as_ref().ok())
}

/// Every shipped pack.
pub(crate) fn all<'a>() -> impl Iterator<Item = &'a Pack> {
    SHIPPED.iter().filter_map(|shipped| shipped.read().as_ref().ok())
}

/// What cannot be read; the product's tests keep this empty.
pub(crate) fn problems() -> impl Iterator<Item = String> {
    let error = |shipped: &Shipped| Some(format!("{}: {}", shipped.system, shipped.read().as_ref().err()?));
    SHIPPED.iter().filter_map(error)
}
