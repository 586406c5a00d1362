//! Imported packs over the shipped tables: each table is read when it is first asked for.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use claim::{Modifier, ProcedureCode};
use jiff::civil::Date;

use crate::{
    FeeRow, Rate, Span, TableError,
    fee::{self, Fees, Rates},
    import::{HISTORIES, Pack, SYSTEMS},
    lexicon,
    ncci::{self, PairTable, Units},
    policy::Articles,
    records::{Record, Records},
    search::{ServiceIndex, Services, Source},
    shipped,
    span::choose,
    table::Dated,
};

/// What was imported.
#[derive(Default)]
pub(crate) struct Imports {
    /// The newest revision of each part, oldest edition first.
    packs: Vec<Pack>,
    fees: OnceLock<Fees>,
    laboratory: OnceLock<Fees>,
    rates: OnceLock<Rates>,
    units: OnceLock<Units>,
    articles: OnceLock<Articles>,
    primaries: OnceLock<BTreeMap<ProcedureCode, Vec<(Span, ProcedureCode)>>>,
    pairs: OnceLock<PairTable>,
    hospital_pairs: OnceLock<PairTable>,
    /// For each of [`SYSTEMS`].
    records: Vec<OnceLock<Records>>,
    phrases: OnceLock<Vec<(Source, String, String)>>,
    index: OnceLock<Vec<IndexRow>>,
    /// For CPT, Level II and ICD-10-PCS.
    services: [OnceLock<ServiceIndex>; 3],
}

/// A line of the alphabetic index.
#[derive(Clone, Debug)]
pub(crate) struct IndexRow {
    pub path: Box<str>,
    pub code: Box<str>,
    pub see: Box<str>,
}

/// Reads a pack as look-ups will.
///
/// # Errors
/// [`TableError`] when a value fits the official layout but not the question it answers.
pub(crate) fn check(pack: &Pack, text: &str) -> Result<(), TableError> {
    match pack.system.as_str() {
        "fees" => fee::read(&pack.source, text).map(drop),
        "laboratory" => fee::read_amounts(&pack.source, text).map(drop),
        "rates" => fee::read_rates(&pack.source, text).map(drop),
        "mue-practitioner" => ncci::read_units(&pack.source, text).map(drop),
        _ => Ok(()),
    }
}

impl Imports {
    pub fn new(mut packs: Vec<Pack>) -> Self {
        packs.sort_by(|a, b| {
            (&a.system, a.edition, &a.part, a.revision).cmp(&(&b.system, b.edition, &b.part, b.revision))
        });
        // Of the revisions of a part the newest stays.
        let mut newest: Vec<Pack> = Vec::new();
        for pack in packs {
            let same =
                |last: &&mut Pack| last.system == pack.system && last.edition == pack.edition && last.part == pack.part;
            match newest.last_mut().filter(same) {
                Some(last) => *last = pack,
                None => newest.push(pack),
            }
        }
        let records = SYSTEMS.iter().map(|_| OnceLock::new()).collect();
        Self { packs: newest, records, ..Self::default() }
    }

    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The packs of a table, oldest edition first: the shipped ones, unless the same edition was imported, then the
    /// imported ones.
    fn of<'a>(&'a self, system: &'a str) -> impl Iterator<Item = &'a Pack> {
        let mut packs: Vec<&Pack> = self.packs.iter().filter(|pack| pack.system == system).collect();
        let is_imported = |edition| packs.iter().any(|pack| pack.edition == edition);
        packs.extend(shipped::of(system).filter(|pack| !is_imported(pack.edition)).collect::<Vec<_>>());
        packs.sort_by_key(|pack| pack.edition);
        packs.into_iter()
    }

    /// The editions of a table laid over each other. Every pack was read once before it was taken ([`check`]).
    fn laid<T: Default>(
        &self,
        system: &str,
        read: impl Fn(&str, &str) -> Result<T, TableError>,
        lay: impl Fn(&mut T, T),
    ) -> T {
        let mut all = T::default();
        for pack in self.of(system) {
            if let Some(table) = pack.text().ok().and_then(|text| read(&pack.source, &text).ok()) {
                lay(&mut all, table);
            }
        }
        all
    }

    pub fn fee(&self, code: &ProcedureCode, modifier: Option<&Modifier>, on: Date) -> Option<(&FeeRow, bool)> {
        let key = (code.clone(), modifier.cloned());
        let laboratory = self.laboratory.get_or_init(|| self.laid("laboratory", fee::read_amounts, Dated::extend));
        let fees = self.fees.get_or_init(|| self.laid("fees", fee::read, Dated::extend));
        laboratory.nearest(&key, on).filter(|(_, is_stale)| !is_stale).or_else(|| fees.nearest(&key, on))
    }

    pub fn rate(&self, name: &str, on: Date) -> Option<(&Rate, bool)> {
        self.rates.get_or_init(|| self.laid("rates", fee::read_rates, Dated::extend)).nearest(name, on)
    }

    pub fn units(&self) -> &Units {
        self.units.get_or_init(|| self.laid("mue-practitioner", ncci::read_units, Dated::extend))
    }

    pub fn pairs(&self) -> &PairTable {
        self.pairs.get_or_init(|| self.pairs_of("ptp-practitioner"))
    }

    pub fn hospital_pairs(&self) -> &PairTable {
        self.hospital_pairs.get_or_init(|| self.pairs_of("ptp-hospital"))
    }

    fn pairs_of(&self, system: &str) -> PairTable {
        let mut table = ncci::PairBuilder::default();
        for pack in self.of(system) {
            if let Ok(text) = pack.text() {
                table.lay(pack.edition, &text);
            }
        }
        table.finish()
    }

    fn records(&self, system: &str) -> Option<&Records> {
        let position = SYSTEMS.iter().position(|known| known.name == system)?;
        let key = SYSTEMS.get(position)?.key;
        let cell = self.records.get(position)?;
        Some(cell.get_or_init(|| Records::new(self.of(system), key, HISTORIES.contains(&system))))
    }

    /// The newest download of coverage articles; its tables belong together.
    pub fn articles(&self) -> &Articles {
        self.articles.get_or_init(|| {
            let Some(newest) = self.of("articles").last() else { return Articles::default() };
            let text = |system| {
                let same = self.of(system).filter(|pack| pack.edition == newest.edition).last();
                same.and_then(|pack| pack.text().ok()).unwrap_or_default()
            };
            Articles::join(
                &text("articles"),
                &text("article-services"),
                &text("article-covered"),
                &text("article-noncovered"),
                newest.edition,
            )
        })
    }

    /// The primaries of an add-on code on a day, when an imported table knows the code. Codes whose primaries the
    /// contractor decides (type 2) have none that could be checked: nothing is said of them.
    pub fn primaries(&self, code: &ProcedureCode, on: Date) -> Option<Vec<ProcedureCode>> {
        let all = self.primaries.get_or_init(|| {
            let mut all: BTreeMap<ProcedureCode, Vec<(Span, ProcedureCode)>> = BTreeMap::new();
            for (key, span, _) in self.records("add-ons").into_iter().flat_map(Records::all) {
                let mut codes = key.split(' ').map(str::parse);
                if let (Some(Ok(code)), Some(Ok(primary))) = (codes.next(), codes.next()) {
                    all.entry(code).or_default().push((span, primary));
                }
            }
            all
        });
        let rows = all.get(code)?.iter().filter(|(span, _)| span.covers(on));
        let primaries: Vec<ProcedureCode> = rows.map(|(_, primary)| primary.clone()).collect();
        (!primaries.is_empty()).then_some(primaries)
    }

    pub fn records_from<'a>(
        &'a self,
        system: &str,
        prefix: &'a str,
        on: Date,
    ) -> impl Iterator<Item = (&'a str, Record<'a>)> + use<'a> {
        self.records(system).into_iter().flat_map(move |records| records.from(prefix, on))
    }

    pub fn record(&self, system: &str, key: &str, on: Date) -> Option<Record<'_>> {
        self.records(system)?.nearest(key, on)
    }

    /// Phrases of the alphabetic index with the code each leads to, references followed.
    pub fn phrases(&self) -> &[(Source, String, String)] {
        self.phrases.get_or_init(|| {
            let mut phrases = Vec::new();
            for pack in self.phrase_packs() {
                if let Ok(text) = pack.text() {
                    let source = if pack.system == "index" { Source::Index } else { Source::Table };
                    phrases_of(source, &text, &mut phrases);
                }
            }
            phrases
        })
    }

    /// The lines of the alphabetic index and of the index of external causes, in their order.
    pub fn index_rows(&self) -> &[IndexRow] {
        self.index.get_or_init(|| {
            let mut lines = Vec::new();
            for system in ["index", "index-external-causes"] {
                let Some(text) = self.of(system).last().and_then(|pack| pack.text().ok()) else { continue };
                lines.extend(text.lines().skip(1).filter_map(|line| {
                    let mut cells = line.split('\t');
                    let (path, code, see) = (cells.next()?, cells.nth(1)?, cells.next()?);
                    Some(IndexRow { path: path.into(), code: code.into(), see: see.into() })
                }));
            }
            lines
        })
    }

    /// The newest edition of the alphabetic index and of each of its tables.
    pub fn phrase_packs(&self) -> impl Iterator<Item = &Pack> {
        let systems = ["index", "index-neoplasms", "index-drugs", "index-external-causes"];
        systems.into_iter().filter_map(|system| self.of(system).last())
    }

    /// The searchable list of services; made when first asked for.
    pub fn services(&self, of: Services, make: impl FnOnce() -> ServiceIndex) -> &ServiceIndex {
        let [cpt, hcpcs, pcs] = &self.services;
        let cell = match of {
            Services::Cpt => cpt,
            Services::Hcpcs => hcpcs,
            Services::Pcs => pcs,
        };
        cell.get_or_init(make)
    }

    /// The edition of a table that answers for a day, and whether it is stale.
    pub fn answering(&self, system: &str, on: Date) -> Option<(Span, bool)> {
        let spans: Vec<Span> = self.of(system).map(|pack| pack.span).collect();
        choose(&spans, |span| *span, on).map(|(span, is_stale)| (*span, is_stale))
    }

    /// Code and text of every row of a table.
    pub fn texts(&self, system: &str) -> Vec<(Box<str>, Box<str>)> {
        let text = |record: Record<'_>| -> Option<Box<str>> {
            let found = ["text", "long", "title"].iter().map(|column| record.get(column)).find(|text| !text.is_empty());
            found.map(Into::into)
        };
        let rows = self.records(system).into_iter().flat_map(Records::all);
        rows.filter_map(|(code, _, record)| Some((code.into(), text(record)?))).collect()
    }

    pub fn has_index(&self) -> bool {
        self.of("index").next().is_some()
    }
}

/// The first letters of a text in small letters; nothing when they are not all plain.
fn beginning(text: &str) -> Option<String> {
    const LETTERS: usize = 5;
    let whole: String = text.chars().skip_while(|c| !c.is_alphanumeric()).take(LETTERS).collect();
    let is_plain = whole.chars().all(|c| c.is_ascii() && c != '\'');
    is_plain.then(|| whole.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase())
}

/// Phrases of one index. A reference leads to the code of the first entry whose path begins with its words.
fn phrases_of(source: Source, text: &str, phrases: &mut Vec<(Source, String, String)>) {
    let by_line: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    // The words of a path are worth making only where a reference may lead to it.
    let referred: BTreeSet<Option<String>> =
        by_line.iter().filter_map(|row| row.get(3).filter(|see| !see.is_empty())).map(|see| beginning(see)).collect();
    let is_plain = !referred.contains(&None);
    let may_lead = |path: &str| {
        let start = beginning(path);
        !is_plain || start.is_none() || referred.contains(&start)
    };
    let mut paths: HashMap<String, &str> = HashMap::new();
    for row in &by_line {
        if let [path, "", code, ..] = row.as_slice()
            && !code.is_empty()
            && may_lead(path)
        {
            paths.entry(lexicon::words(path).join(" ")).or_insert(code);
        }
    }
    for row in &by_line {
        let [path, column, code, see, modifiers] = row.as_slice() else { continue };
        let code =
            if code.is_empty() { paths.get(&lexicon::words(see).join(" ")).copied().unwrap_or_default() } else { code };
        if !code.is_empty() {
            phrases.push((source, format!("{path} {column}"), code.to_owned()));
            if !modifiers.is_empty() {
                phrases.push((source, format!("{path} {column} {modifiers}"), code.to_owned()));
            }
        }
    }
}
