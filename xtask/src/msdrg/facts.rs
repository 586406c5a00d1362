//! The package's tables as they are.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Facts {
    pub ccmap: BTreeMap<String, Complication>,
    pub exmap: BTreeMap<String, Vec<String>>,
    /// What each diagnosis stands for: `_MDC05`, `291&292&293|PDX`.
    pub dxmap: BTreeMap<String, Vec<String>>,
    /// What each procedure stands for; more codes after a third bar are needed beside it.
    pub prmap: BTreeMap<String, Vec<String>>,
    /// Procedures of the operating room.
    pub orpcsmap: BTreeMap<String, Vec<String>>,
    /// Those of them that are not extensive.
    pub neoormap: Vec<String>,
    pub drgmap: BTreeMap<String, Drg>,
    pub drg_exclusions: BTreeMap<String, Vec<String>>,
    pub surgical_rank: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
pub struct Complication {
    pub level: String,
    pub hac: Option<String>,
    /// Its list of principal diagnoses that take its weight.
    pub pdx: String,
    /// Counts only for those who leave alive.
    pub aowa: bool,
}

#[derive(Deserialize)]
pub struct Drg {
    pub desc: String,
    pub mdc: String,
    pub is_surgical: bool,
    pub is_medical: bool,
}

pub fn read(packed: &[u8]) -> Result<Facts> {
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut &*packed, &mut text).context("the tables cannot be unpacked")?;
    serde_json::from_slice(&text).context("the tables have another layout")
}
