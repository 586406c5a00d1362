//! `superbill codes diff`: what an edition changed.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use codes::{
    Library,
    import::{Diff, Pack},
};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    input::{Format, Outcome, json, line},
    place::Place,
};

/// What changed from one edition to another, row by row.
#[derive(Args)]
pub struct Compare {
    /// The earlier edition: its first day, or the name that `codes status` shows.
    before: String,
    /// The later edition.
    after: String,
    /// Which table.
    #[arg(long, default_value = "icd10cm", value_name = "TABLE")]
    table: String,
    /// Show no more than so many rows of each kind.
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Report<'a> {
    table: &'a str,
    before: &'a str,
    after: &'a str,
    added: &'a [String],
    removed: &'a [String],
    changed: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    key: &'a str,
    before: &'a str,
    after: &'a str,
}

impl Compare {
    pub fn run(self) -> Result<Outcome> {
        let library = super::library(&self.place)?;
        let diff = self.diff(&library)?;
        match self.format {
            Format::Json => json(&Report {
                table: &self.table,
                before: &self.before,
                after: &self.after,
                added: &diff.added,
                removed: &diff.removed,
                changed: diff
                    .changed
                    .iter()
                    .map(|change| Changed { key: &change.key, before: &change.before, after: &change.after })
                    .collect(),
            })?,
            Format::Text => self.print(&diff)?,
        }
        Ok(Outcome::found(!diff.is_empty()))
    }

    fn diff(&self, library: &Library) -> Result<Diff> {
        if self.table == "icd10cm" {
            let (before, after) = (diagnoses(library, &self.before)?, diagnoses(library, &self.after)?);
            return Ok(Diff::of_diagnoses(library.icd10cm(before).tabular(), library.icd10cm(after).tabular()));
        }
        Ok(Diff::between(self.pack(library, &self.before)?, self.pack(library, &self.after)?)?)
    }

    fn pack<'a>(&self, library: &'a Library, name: &str) -> Result<&'a Pack> {
        let of_table = library.packs().iter().filter(|pack| pack.system == self.table);
        let mut named = of_table.clone().filter(|pack| pack.edition.to_string() == name);
        if let Some(pack) = named.next() {
            return Ok(pack);
        }
        let known: Vec<String> = of_table.map(|pack| pack.edition.to_string()).collect();
        bail!(
            "{} has no edition {name}; it has: {}",
            self.table,
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        )
    }

    fn print(&self, diff: &Diff) -> Result<()> {
        let Diff { added, removed, changed } = diff;
        line(format!(
            "{} {} to {}: {} added, {} removed, {} changed",
            self.table,
            self.before,
            self.after,
            added.len(),
            removed.len(),
            changed.len()
        ))?;
        added.iter().take(self.limit).try_for_each(|key| line(format!("+ {key}")))?;
        removed.iter().take(self.limit).try_for_each(|key| line(format!("- {key}")))?;
        changed
            .iter()
            .take(self.limit)
            .try_for_each(|change| line(format!("~ {}: {} \u{2192} {}", change.key, change.before, change.after)))
    }
}

/// A day that the named edition answers for.
fn diagnoses(library: &Library, name: &str) -> Result<Date> {
    let editions = library.editions();
    let edition = editions.iter().find(|edition| edition.name == name || edition.span.from.to_string() == name);
    let edition = edition.with_context(|| {
        let known: Vec<&str> = editions.iter().map(|edition| edition.name.as_str()).collect();
        format!("icd10cm has no edition {name}; it has: {}", known.join(", "))
    })?;
    Ok(edition.span.from)
}
