//! Generators of committed files (`cargo run -p xtask -- icd10cm`) and the house rules (`… -- rules`).

mod docs;
mod icd10cm;
mod msdrg;
mod packs;
mod ranker;
mod rules;
mod wheel;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("icd10cm") => icd10cm::generate(),
        Some("msdrg") => msdrg::generate(),
        Some("packs") => packs::generate(),
        Some("ranker") => ranker::generate(),
        Some("docs") => docs::generate(),
        Some("rules") => rules::check().and_then(|()| docs::check()),
        _ => bail!(
            "say what to do: icd10cm (generate the shipped editions), packs (generate the tables shipped as packs), msdrg (generate the shipped DRG definitions), ranker (train the order of search results), docs (generate pages) or rules (check the house rules)"
        ),
    }
}
