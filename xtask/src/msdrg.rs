//! The shipped MS-DRG definitions: facts of the published definitions manuals from a pinned package that has parsed them,
//! joined with our formulas for the DRGs whose condition is more than one list of codes.

mod facts;
mod logic;
mod names;
mod text;

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use drg::Definitions;

use crate::wheel::{Wheel, hex, member};

const WHEEL: Wheel = Wheel {
    package: "drgpy==0.2.1",
    file: "drgpy-0.2.1-py3-none-any.whl",
    sha256: "63fc3691ad2b0722578b5c0ea02fa6708462eb30bad53dc197a8f526115cbee6",
};

/// A version and how many DRGs it has.
const VERSIONS: [(&str, usize); 4] = [("42", 773), ("42.1", 773), ("43", 772), ("43.1", 772)];

/// Smallest output; it is made once and read often.
const COMPRESSION: i32 = 19;

pub fn generate() -> Result<()> {
    let wheel = WHEEL.fetch()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (version, count) in VERSIONS {
        let facts = facts::read(&member(&wheel, &format!("drgpy/runtime_data/v{version}.json.xz"))?)?;
        let text = text::of(&facts, version).with_context(|| format!("version {version}"))?;
        let pack = zstd::encode_all(text.as_bytes(), COMPRESSION)?;
        let definitions = Definitions::from_pack(&pack).with_context(|| format!("version {version}"))?;
        let drgs = definitions.drgs().len();
        ensure!(drgs == count, "{version}: {drgs} DRGs, the manual has {count}");
        let path = root.join("crates/drg/data").join(format!("msdrg-{version}.zst"));
        fs::write(&path, &pack).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{version}: {drgs} DRGs, {} bytes, sha256 {}", pack.len(), hex(&pack));
    }
    Ok(())
}
