//! Generators of committed files: `cargo run -p xtask -- icd10cm`.

mod icd10cm;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("icd10cm") => icd10cm::generate(),
        _ => bail!("say what to generate: icd10cm"),
    }
}
