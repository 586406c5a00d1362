//! `superbill x12`: validate and describe files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::input::{Format, Outcome, json, line, name, read};

#[derive(Subcommand)]
pub enum X12 {
    /// Check files against their implementation guides; findings point into the file.
    Validate {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Highest SNIP level checked.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
        snip: u8,
        /// JSON is one line a finding.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// What a file holds: interchanges, groups, transaction sets.
    Info { file: PathBuf },
}

impl X12 {
    pub fn run(self) -> Result<Outcome> {
        match self {
            Self::Validate { files, snip, format } => validate(&files, snip, format),
            Self::Info { file } => info(&file),
        }
    }
}

fn validate(files: &[PathBuf], snip: u8, format: Format) -> Result<Outcome> {
    let options = x12::Options { snip, ..x12::Options::default() };
    let mut refused = false;
    for path in files {
        let bytes = read(path)?;
        let shown = name(path);
        let report = x12::validate(&bytes, &options);
        refused |= !report.findings.is_empty();
        for finding in &report.findings {
            match format {
                Format::Json => json(&WithFile { file: &shown, finding })?,
                Format::Text => line(x12::render_text(&bytes, &shown, finding))?,
            }
        }
        if format == Format::Text {
            let verdict = match report.findings.len() {
                0 => format!("no findings up to SNIP {snip}"),
                1 => "1 finding".to_owned(),
                n => format!("{n} findings"),
            };
            line(format!("{shown}: {verdict}"))?;
        }
    }
    Ok(Outcome::found(refused))
}

#[derive(serde::Serialize)]
struct WithFile<'a> {
    file: &'a str,
    #[serde(flatten)]
    finding: &'a x12::Finding,
}

fn info(path: &Path) -> Result<Outcome> {
    let bytes = read(path)?;
    let interchanges = x12::read(&bytes).with_context(|| name(path))?;
    for interchange in &interchanges {
        let isa = &interchange.isa;
        line(format!("interchange {} from {} to {}", isa.el(13).trim(), isa.el(6).trim(), isa.el(8).trim()))?;
        for group in &interchange.groups {
            line(format!("  group {} {} {}", group.gs.el(6), group.gs.el(1), group.gs.el(8)))?;
            for transaction in &group.transactions {
                line(format!(
                    "    transaction {} {} {}: {} segments",
                    transaction.set_id(),
                    transaction.control(),
                    transaction.guide(),
                    transaction.segments.len()
                ))?;
            }
        }
    }
    Ok(Outcome::Done)
}
