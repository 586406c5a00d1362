//! Official files in, dated tables out.
//!
//! Every official file becomes a [`Pack`]: a table of one edition in the one form that shipped tables have, with its
//! origin and a checksum. A file is taken whole or refused with its place; what a release leaves out stays as it was.
//! [`Library::with`](crate::Library::with) lays packs over what is shipped.

mod archive;
mod ccsr;
mod diff;
mod edition;
mod equipment;
mod fixed;
mod grid;
mod guidelines;
mod index;
mod layout;
mod layouts;
mod mce;
mod order;
mod pack;
mod pairs;
mod pcs;
mod publisher;
mod rows;
mod shape;
mod system;

use std::collections::BTreeSet;

use jiff::civil::Date;

pub use archive::{Member, unpack};
pub use diff::{Alert, Change, Diff, Effect, Held, HeldKind, impact};
pub use pack::{Pack, sha256};
pub use publisher::{Access, Publication, SOURCES, due};
pub use system::{SYSTEMS, System};

use crate::{Library, Span, imported::check, read_tabular};
use edition::{YearKind, first_day};
use order::{Addendum, Order};
use rows::fiscal_end;

/// Files that carry the whole history of a code: the newest one that has the code speaks for all days.
pub(crate) const HISTORIES: &[&str] = &["hcpcs", "add-ons", "reasons", "articles", "ptp-practitioner", "ptp-hospital"];

/// Why an official file is refused. Nothing of it is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// One value does not fit.
    #[error(
        "{file} line {line}, column {column}: expected {expected}, found \u{201c}{found}\u{201d}. Nothing was imported; take the file as published."
    )]
    Cell {
        /// Which file.
        file: String,
        /// 1-based line.
        line: u64,
        /// Column by its name.
        column: String,
        /// What should stand there.
        expected: String,
        /// What stands there (at most 40 characters).
        found: String,
    },
    /// The file as a whole does not fit.
    #[error("{file}: {reason}. Nothing was imported.")]
    File {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
}

impl ImportError {
    fn cell(file: &str, line: u64, column: &str, expected: &str, found: &str) -> Self {
        Self::Cell {
            file: file.to_owned(),
            line,
            column: column.to_owned(),
            expected: expected.to_owned(),
            found: found.chars().take(40).collect(),
        }
    }

    fn file(file: &str, reason: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), reason: reason.into() }
    }

    fn undated(file: &str) -> Self {
        Self::file(file, "neither its name nor its head says when it takes effect; say it with --from")
    }
}

/// What the one who imports says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The first day of the edition, where the file does not tell it or tells it wrong.
    pub from: Option<Date>,
    /// The site holds a licence for the texts of CPT, CDT and reason codes.
    pub has_licence: bool,
}

/// What a set of files gave.
#[derive(Debug, Default)]
pub struct Batch {
    /// The tables.
    pub packs: Vec<Pack>,
    /// Files that hold no table: manuals, pictures, other layouts.
    pub passed_over: Vec<String>,
    /// What the one who imports should know.
    pub notices: Vec<String>,
    orders: Vec<(Order, Span, Member)>,
    addenda: Vec<(Addendum, Span, Member)>,
    tabulars: Vec<Member>,
}

/// Reads the files of one release. A tabular list needs the valid codes of its year: from an order file among the
/// files, else from an edition that the library has.
///
/// # Errors
/// [`ImportError`] when a known file does not fit, or when no file is known at all.
pub fn read(members: &[Member], options: &Options, library: &Library) -> Result<Batch, ImportError> {
    let mut batch = Batch::default();
    for member in members {
        let before = batch.packs.len();
        if !read_member(member, options, &mut batch)? {
            batch.passed_over.push(member.name.clone());
        }
        for pack in batch.packs.iter_mut().skip(before) {
            pack.source.clone_from(&member.name);
            pack.sha256 = sha256(&member.bytes);
        }
    }
    diagnoses(&mut batch, options, library)?;
    for pack in &batch.packs {
        let text = pack.text().map_err(|error| ImportError::file(&pack.source, error.to_string()))?;
        check(pack, &text).map_err(|error| ImportError::file(&pack.source, format!("as our table: {error}")))?;
    }
    // The same table as text and as workbook is one.
    let mut seen = BTreeSet::new();
    let Batch { packs, passed_over, .. } = &mut batch;
    packs.retain(|pack| {
        let is_first = seen.insert((pack.system.clone(), pack.edition, pack.part.clone()));
        if !is_first {
            passed_over.push(pack.source.clone());
        }
        is_first
    });
    if batch.packs.is_empty() {
        let name = members.first().map_or("nothing", |member| member.name.as_str());
        let reason = "no official layout is known with this header; `superbill codes import --help` lists what is read";
        return Err(ImportError::file(name, reason));
    }
    Ok(batch)
}

fn read_member(member: &Member, options: &Options, batch: &mut Batch) -> Result<bool, ImportError> {
    let name = member.name.to_lowercase();
    let is_unread = [".pdf", ".doc", ".docx", ".xls"].iter().any(|end| name.ends_with(end));
    // Lists of changes stand beside the list itself, in its layout.
    let is_changes = ["addcodes", "deletecodes", "revisecodes"].iter().any(|word| name.contains(word));
    if is_unread || is_changes {
        return Ok(false);
    }
    let start = String::from_utf8_lossy(member.bytes.get(..member.bytes.len().min(4_000)).unwrap_or_default());
    if start.contains("<ICD10CM.tabular") {
        batch.tabulars.push(member.clone());
        return Ok(true);
    }
    if start.contains("<ICD10CM.index") {
        let (system, table) = index::read(member)?;
        batch.packs.push(table.pack(system, "all", version_span(member, &start, options)?, member)?);
        return Ok(true);
    }
    if let Some((system, table)) = pcs::read(member, &start)? {
        batch.packs.push(table.pack(system, "all", version_span(member, &start, options)?, member)?);
        return Ok(true);
    }
    if start.trim_start().starts_with('<') {
        return Ok(false);
    }
    if let Some(table) = guidelines::read(member)? {
        let head: String = start.lines().take(10).collect::<Vec<_>>().join(" ");
        batch.packs.push(table.pack("guidelines", "all", version_span(member, &head, options)?, member)?);
        return Ok(true);
    }
    if let Some(pack) = mce::read(member, options)? {
        batch.packs.push(pack);
        return Ok(true);
    }
    if let Some(table) = index::read_table(member)? {
        batch.packs.push(table.pack("index", "all", version_span(member, "", options)?, member)?);
        return Ok(true);
    }
    Ok(fixed::read(member, options, batch)?
        || equipment::read(member, options, batch)?
        || ccsr::read(member, options, batch)?
        || rows::read(member, options, batch)?)
}

/// The days of an XML file or a text: its name says April or a year, else its `version`, else its head.
fn version_span(member: &Member, start: &str, options: &Options) -> Result<Span, ImportError> {
    let name = member.name.rsplit('/').next().unwrap_or_default();
    let version = start.split("<version>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    let told = || {
        let texts = [name, version, start.get(..300).unwrap_or_default()];
        texts.into_iter().find_map(|text| first_day(text, YearKind::Fiscal))
    };
    let from = options.from.or_else(told).ok_or_else(|| ImportError::undated(&member.name))?;
    Ok(Span { from, to: Some(fiscal_end(from)) })
}

/// Editions of ICD-10-CM from their order files and tabular lists.
fn diagnoses(batch: &mut Batch, options: &Options, library: &Library) -> Result<(), ImportError> {
    let (mut orders, tabulars) = (std::mem::take(&mut batch.orders), std::mem::take(&mut batch.tabulars));
    // Changes without the list itself: made to the list of the day before, they give the next one whole.
    for (addendum, span, member) in std::mem::take(&mut batch.addenda) {
        let is_there = orders.iter().any(|(_, of_order, _)| of_order.to == span.to)
            || library.editions().iter().any(|edition| edition.span.from == span.from);
        let before = library.icd10cm(span.from.yesterday().unwrap_or(span.from));
        if is_there || before.is_stale() {
            continue;
        }
        batch.notices.push(format!(
            "icd10cm {}: made of {} and the changes in {}; import the order file of the year when it is out",
            span.from,
            before.edition(),
            member.name
        ));
        orders.push((Order::of(before.tabular()).changed_by(&addendum), span, member));
    }
    for member in &tabulars {
        let text = grid::decode(&member.bytes);
        let start: String = text.chars().take(4_000).collect();
        let span = version_span(member, &start, options)?;
        let order = orders.iter().find(|(_, of_order, _)| of_order.to == span.to);
        let loaded = library.icd10cm(span.from);
        let known: Vec<String> = loaded.tabular().billable().collect();
        let valid = match order {
            Some((order, _, _)) => order.billable(),
            None if !loaded.is_stale() => known.iter().map(String::as_str).collect(),
            None => {
                let reason = "the valid codes of its year are not at hand; import the order file with it";
                return Err(ImportError::file(&member.name, reason));
            }
        };
        let tabular =
            read_tabular(&text, &valid).map_err(|error| ImportError::file(&member.name, error.to_string()))?;
        let complete = tabular.billable().filter(|code| valid.contains(code.as_str())).count();
        if complete != valid.len() || tabular.billable().count() != complete {
            let reason = format!("it has {complete} of the {} valid codes of its year", valid.len());
            return Err(ImportError::file(&member.name, reason));
        }
        batch.add(&tabular.to_text(), tabular.billable().count(), "tabular", span, member)?;
    }
    for (order, span, member) in &orders {
        let loaded = library.icd10cm(span.from);
        let tabular = order.tabular(loaded.tabular());
        batch.add(&tabular.to_text(), order.entries.len(), "order", *span, member)?;
        if tabulars.is_empty() {
            batch.notices.push(format!(
                "icd10cm {}: chapters and instructions are those of {} until the tabular file of its year is imported",
                span.from,
                loaded.edition()
            ));
        }
    }
    Ok(())
}

impl Batch {
    fn add(&mut self, text: &str, rows: usize, part: &str, span: Span, member: &Member) -> Result<(), ImportError> {
        let pack = Pack::new("icd10cm", part, span, rows, text);
        let mut pack = pack.map_err(|error| ImportError::file(&member.name, error.to_string()))?;
        pack.source.clone_from(&member.name);
        pack.sha256 = sha256(&member.bytes);
        self.packs.push(pack);
        Ok(())
    }
}
