//! `superbill codes status`: what is loaded, which days it covers, what is out of date today.

use anyhow::Result;
use clap::Args;
use codes::{
    Library, Span,
    import::{SYSTEMS, System},
};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    input::{Format, Outcome, json, line, today},
    place::Place,
};

/// Which editions are in, which days they cover, and what is out of date today.
#[derive(Args)]
pub struct Status {
    /// Ask as on this day.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// An edition at hand.
#[derive(Serialize)]
struct EditionRow {
    system: String,
    edition: String,
    part: String,
    from: Date,
    to: Option<Date>,
    is_current: bool,
    is_imported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// A table whose newest edition is older than the calendar's.
#[derive(Serialize)]
pub struct Late {
    pub system: &'static str,
    pub title: &'static str,
    /// The newest edition at hand.
    pub has: Option<Date>,
    /// The one that the calendar wants.
    pub due: Date,
}

#[derive(Serialize)]
struct Report {
    on: Date,
    editions: Vec<EditionRow>,
    late: Vec<Late>,
    has_index: bool,
    problems: Vec<String>,
}

impl Status {
    pub fn run(self) -> Result<Outcome> {
        let library = super::library(&self.place)?;
        let report = Report::new(&library, self.on.unwrap_or_else(today));
        let is_well = report.problems.is_empty();
        match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::found(!is_well))
    }
}

impl Report {
    fn new(library: &Library, on: Date) -> Self {
        let packs = library.packs();
        let is_imported = |name: &str| packs.iter().any(|p| p.system == "icd10cm" && p.edition.to_string() == name);
        let shipped = library.editions().into_iter().filter(|edition| !is_imported(&edition.name));
        let mut editions: Vec<EditionRow> = shipped
            .map(|edition| EditionRow {
                system: edition.system,
                edition: edition.name,
                part: "all".to_owned(),
                from: edition.span.from,
                to: edition.span.to,
                is_current: edition.span.covers(on),
                is_imported: false,
                rows: None,
                sha256: None,
            })
            .collect();
        editions.extend(drg::versions().iter().map(|version| EditionRow {
            system: "msdrg".to_owned(),
            edition: version.name.to_owned(),
            part: "all".to_owned(),
            from: version.first,
            to: Some(version.last),
            is_current: version.covers(on),
            is_imported: false,
            rows: None,
            sha256: None,
        }));
        let shipped = library.shipped_packs().map(|pack| (pack, false));
        editions.extend(shipped.chain(packs.iter().map(|pack| (pack, true))).map(|(pack, is_imported)| EditionRow {
            system: pack.system.clone(),
            edition: pack.edition.to_string(),
            part: pack.part.clone(),
            from: pack.span.from,
            to: pack.span.to,
            is_current: pack.span.covers(on),
            is_imported,
            rows: Some(pack.rows),
            sha256: Some(pack.sha256.clone()),
        }));
        Self {
            on,
            editions,
            late: out_of_date(library, on),
            has_index: library.has_index(),
            problems: library.problems(),
        }
    }

    fn print(&self) -> Result<()> {
        for row in &self.editions {
            let end = row.to.map_or_else(|| "open".to_owned(), |to| to.to_string());
            let now = if row.is_current { "in force" } else { "not in force" };
            let origin = if row.is_imported { "imported" } else { "shipped" };
            let rows = row.rows.map(|rows| format!(", {rows} rows")).unwrap_or_default();
            let part = if row.part == "all" { "" } else { &row.part };
            line(format!(
                "{:<22} {:<11} {part:<8} {} to {end:<10}  {now:<12}  {origin}{rows}",
                row.system, row.edition, row.from
            ))?;
        }
        for system in ["icd10cm", "msdrg"] {
            if !self.editions.iter().any(|row| row.system == system && row.is_current) {
                line(format!(
                    "No edition of {system} covers {}: look-ups answer from the nearest one, marked stale.",
                    self.on
                ))?;
            }
        }
        line(if self.has_index {
            "Search runs with the official alphabetic index."
        } else {
            "Search runs with the product's own lexicon; the official alphabetic index is not imported."
        })?;
        let (old, missing): (Vec<&Late>, Vec<&Late>) = self.late.iter().partition(|late| late.has.is_some());
        for late in old {
            let has = late.has.map(|day| day.to_string()).unwrap_or_default();
            line(format!("out of date: {} has {has}, the edition of {} is out", late.title, late.due))?;
        }
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|late| late.system).collect();
            line(format!("not imported, starter tables answer where there are any: {}", names.join(", ")))?;
        }
        self.problems.iter().try_for_each(line)
    }
}

/// The tables that are out of date on a day.
pub fn out_of_date(library: &Library, on: Date) -> Vec<Late> {
    SYSTEMS.iter().filter_map(|system| late(library, system, on)).collect()
}

fn late(library: &Library, system: &'static System, on: Date) -> Option<Late> {
    let due = system.due(on)?;
    let packs = library.shipped_packs().chain(library.packs()).filter(|pack| pack.system == system.name);
    let lists = library.editions().into_iter().filter(|edition| edition.system == system.name);
    let spans: Vec<Span> = packs.map(|pack| pack.span).chain(lists.map(|edition| edition.span)).collect();
    // The second edition of a year that changes nothing is not published for every table: a list of codes that covers
    // the day is not out of date.
    let is_list = matches!(system.name, "icd10cm" | "icd10pcs");
    let covers = is_list && spans.iter().any(|span| span.covers(on));
    let has = spans.iter().map(|span| span.from).max();
    (!covers && has.is_none_or(|has| has < due)).then_some(Late { system: system.name, title: system.title, has, due })
}
