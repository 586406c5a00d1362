//! The library: every code system by date of service.

use std::sync::{Arc, LazyLock, OnceLock};

use claim::{Carc, Modifier, PlaceOfService, ProcedureCode, Rarc, Taxonomy};
use jiff::civil::Date;

use crate::{
    FeeRow, Icd10cm, Lexicon, ModifierRow, Mue, PackError, Place, Policy, Procedure, Ptp, Rate, Reason, Record, Remark,
    Span, Specialty, Status, TableError, Tabular, fee,
    icd10cm::Manifestations,
    import::{Pack, sha256},
    imported::{Imports, IndexRow},
    level2, modifier, ncci,
    ncci::{Answer, PairTable},
    policy, procedure, reason,
    search::{Hit, Index, ServiceIndex, Services},
    shipped,
    span::choose,
    table::Dated,
    taxonomy,
};

/// Every code system, each as immutable dated editions: what is shipped, and what was imported over it. Cloning shares
/// it.
#[derive(Clone)]
pub struct Library {
    inner: Arc<Inner>,
    imports: Arc<Imports>,
    icd10cm: Arc<[Edition]>,
    /// Starter prices, pairs, limits and policies stay silent.
    is_alone: bool,
}

#[derive(Default)]
struct Inner {
    lexicon: Lexicon,
    manifestations: Manifestations,
    procedures: Dated<ProcedureCode, Procedure>,
    fees: fee::Fees,
    rates: fee::Rates,
    pairs: ncci::PairTable,
    units: ncci::Units,
    modifiers: Dated<Modifier, ModifierRow>,
    places: Dated<PlaceOfService, Place>,
    reasons: Dated<Carc, Reason>,
    remarks: Dated<Rarc, Remark>,
    status_categories: Dated<String, Status>,
    statuses: Dated<String, Status>,
    policies: Dated<ProcedureCode, Policy>,
    specialties: Dated<Taxonomy, Specialty>,
    problems: Vec<TableError>,
}

/// An edition of ICD-10-CM: its list and search are made when first asked for.
pub(crate) struct Edition {
    pub name: String,
    span: Span,
    pack: Source,
    tabular: OnceLock<Result<Tabular, PackError>>,
    index: OnceLock<Index>,
}

/// Where an edition's list is.
enum Source {
    Shipped(&'static [u8]),
    Imported(Pack),
}

impl Edition {
    fn new(name: &str, span: Span, pack: Source) -> Self {
        Self { name: name.to_owned(), span, pack, tabular: OnceLock::new(), index: OnceLock::new() }
    }

    fn loaded(&self) -> &Result<Tabular, PackError> {
        self.tabular.get_or_init(|| match &self.pack {
            Source::Shipped(bytes) => Tabular::from_pack(bytes),
            Source::Imported(pack) => Tabular::from_text(&pack.text()?),
        })
    }

    pub fn tabular(&self) -> &Tabular {
        static NOTHING: LazyLock<Tabular> = LazyLock::new(Tabular::default);
        self.loaded().as_ref().unwrap_or(&NOTHING)
    }

    pub fn index(&self, make: impl FnOnce() -> Index) -> &Index {
        self.index.get_or_init(make)
    }

    pub fn take_index(&self, index: Index) -> bool {
        self.index.set(index).is_ok()
    }

    /// One name for the list, the lexicon and the given parts.
    pub fn search_name<'a>(&self, parts: impl Iterator<Item = &'a str>) -> String {
        let list = match &self.pack {
            Source::Shipped(bytes) => sha256(bytes),
            Source::Imported(pack) => pack.sha256.clone(),
        };
        let mut all = format!("{LEXICON}\n{list}");
        parts.for_each(|part| all.push_str(part));
        sha256(all.as_bytes())
    }
}

/// An edition and the days it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionInfo {
    /// Code system, such as `icd10cm`.
    pub system: String,
    /// Name, such as `2026-04`.
    pub name: String,
    /// The days it covers.
    pub span: Span,
}

/// An ICD-10-PCS code of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InpatientProcedure {
    /// Seven characters.
    pub code: String,
    /// Official title.
    pub title: String,
    /// The days its edition covers.
    pub edition: Span,
    /// No edition covers the day; this is the nearest one's.
    pub is_stale: bool,
}

impl Library {
    /// What is shipped with the product: two editions of ICD-10-CM and starter tables of our own.
    #[must_use]
    pub fn shipped() -> Self {
        static SHIPPED: LazyLock<Library> = LazyLock::new(|| Library {
            inner: Arc::new(Inner::shipped()),
            imports: Arc::new(Imports::new(Vec::new())),
            icd10cm: shipped_editions().collect(),
            is_alone: false,
        });
        SHIPPED.clone()
    }

    /// This library with imported tables over what is shipped. A table that was imported answers where it covers the
    /// day; everywhere else the shipped one does.
    #[must_use]
    pub fn with(&self, packs: Vec<Pack>) -> Self {
        let imports = Imports::new(packs);
        // A tabular list says more than the order file of the same edition.
        let of_day = |day| imports.packs().iter().filter(move |p| p.system == "icd10cm" && p.edition == day);
        let lists = imports.packs().iter().filter(|pack| pack.system == "icd10cm");
        let chosen = lists.filter(|pack| pack.part == "tabular" || of_day(pack.edition).all(|p| p.part != "tabular"));
        let imported =
            chosen.map(|pack| Edition::new(&pack.edition.to_string(), pack.span, Source::Imported(pack.clone())));
        let icd10cm = shipped_editions().chain(imported).collect();
        Self { inner: Arc::clone(&self.inner), imports: Arc::new(imports), icd10cm, is_alone: self.is_alone }
    }

    /// As [`Library::with`], but without our starter prices, NCCI pairs, unit limits and coverage policies: what no
    /// imported table answers stays unanswered. For a run that must stand on the given tables alone.
    #[must_use]
    pub fn with_only(&self, packs: Vec<Pack>) -> Self {
        Self { is_alone: true, ..self.with(packs) }
    }

    /// The starter tables that prices and edits stand on, unless the library stands alone.
    fn starter(&self) -> Option<&Inner> {
        (!self.is_alone).then_some(&self.inner)
    }

    /// The packs that were imported, the newest revision of each, by table and edition.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        self.imports.packs()
    }

    /// The tables shipped as packs that answer: an imported pack of the same edition answers in the place of a shipped one.
    pub fn shipped_packs(&self) -> impl Iterator<Item = &Pack> {
        let is_replaced = |own: &Pack| self.packs().iter().any(|p| p.system == own.system && p.edition == own.edition);
        shipped::all().filter(move |own| !is_replaced(own))
    }

    /// The row of an imported table for a day, by the columns that identify it joined by spaces (`01112 05` in `gpci`).
    /// The nearest one, marked stale, when none covers the day.
    #[must_use]
    pub fn record(&self, system: &str, key: &str, on: Date) -> Option<Record<'_>> {
        self.imports.record(system, key, on)
    }

    /// Every row of an imported table that is in force on a day and whose key begins so, in order of the key: the
    /// categories of a diagnosis in `hcc` are those of `I509 `, the rows of a procedure table those of `001 `.
    pub fn records<'a>(
        &'a self,
        system: &str,
        prefix: &'a str,
        on: Date,
    ) -> impl Iterator<Item = (&'a str, Record<'a>)> + use<'a> {
        self.imports.records_from(system, prefix, on)
    }

    /// True when the official alphabetic index was imported; without it our lexicon alone helps search.
    #[must_use]
    pub fn has_index(&self) -> bool {
        self.imports.has_index()
    }

    /// The lines of the imported alphabetic index, in its order.
    pub(crate) fn index_rows(&self) -> &[IndexRow] {
        self.imports.index_rows()
    }

    /// Phrases of the imported alphabetic index and its tables with the code each leads to, without dots; none as
    /// shipped.
    pub fn index_phrases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports.phrases().iter().map(|(_, phrase, code)| (phrase.as_str(), code.as_str()))
    }

    /// Shipped tables that could not be read, for the doctor; the product's tests keep this empty.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let packs = self.icd10cm.iter().filter_map(|edition| {
            edition.loaded().as_ref().err().map(|error| format!("icd10cm {}: {error}", edition.name))
        });
        let problems = self.inner.problems.iter().map(ToString::to_string);
        problems.chain(packs).chain(shipped::problems()).collect()
    }

    /// The ICD-10-CM edition for a day of service.
    #[must_use]
    pub fn icd10cm(&self, on: Date) -> Icd10cm<'_> {
        static NO_EDITION: LazyLock<Edition> = LazyLock::new(|| {
            let never = Span { from: Date::MIN, to: Some(Date::MIN) };
            Edition::new("none", never, Source::Shipped(&[]))
        });
        let (edition, is_stale) = choose(&self.icd10cm, |e| e.span, on).unwrap_or((&NO_EDITION, true));
        Icd10cm::new(edition, &self.inner.lexicon, &self.inner.manifestations, &self.imports, on, is_stale)
    }

    /// The editions at hand, oldest first.
    #[must_use]
    pub fn editions(&self) -> Vec<EditionInfo> {
        let info = |edition: &Edition| EditionInfo {
            system: "icd10cm".to_owned(),
            name: edition.name.clone(),
            span: edition.span,
        };
        self.icd10cm.iter().map(info).collect()
    }

    /// Synonyms, abbreviations and phrases of our own.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.inner.lexicon
    }

    /// A service valid on a day.
    #[must_use]
    pub fn procedure(&self, code: &ProcedureCode, on: Date) -> Option<Procedure> {
        let mut procedure = self.inner.procedures.on(code, on).cloned()?;
        if let Some(primaries) = self.imports.primaries(code, on) {
            procedure.add_on_to = primaries;
        }
        Some(procedure)
    }

    /// Every service valid on a day, in order of the number.
    pub fn procedures(&self, on: Date) -> impl Iterator<Item = &Procedure> {
        self.inner.procedures.iter().filter(move |(_, span, _)| span.covers(on)).map(|(_, _, procedure)| procedure)
    }

    /// A procedure of the ICD-10-PCS edition that answers for a day, shipped or imported.
    #[must_use]
    pub fn inpatient_procedure(&self, code: &str, on: Date) -> Option<InpatientProcedure> {
        let code = code.to_ascii_uppercase();
        let (edition, is_stale) = self.imports.answering("icd10pcs", on)?;
        let day = if is_stale { edition.from } else { on };
        // Headers have three characters.
        let row = self.record("icd10pcs", &code, day).filter(|row| !row.is_stale && code.len() == 7)?;
        Some(InpatientProcedure { title: row.get("title").to_owned(), edition, is_stale, code })
    }

    /// The services that words, a number or the beginning of one find on a day, best first: services of our own tables
    /// that are valid then, procedures of the ICD-10-PCS edition that answers for the day, and every service of an
    /// imported Level II list.
    #[must_use]
    pub fn search_services(&self, of: Services, text: &str, on: Date, limit: usize) -> Vec<Hit> {
        let index = self.imports.services(of, || {
            let is_cpt = |code: &str| code.as_bytes().first().is_some_and(u8::is_ascii_digit);
            let mut rows = match of {
                Services::Cpt => Vec::new(),
                Services::Hcpcs => self.imports.texts("hcpcs"),
                Services::Pcs => self.imports.texts("icd10pcs"),
            };
            if of != Services::Pcs {
                let shipped =
                    self.inner.procedures.iter().map(|(code, _, procedure)| (code.as_str(), &procedure.label));
                let wanted = shipped.filter(|(code, _)| is_cpt(code) == (of == Services::Cpt));
                rows.extend(wanted.map(|(code, label)| (code.into(), label.as_str().into())));
            }
            ServiceIndex::new(rows, &self.inner.lexicon)
        });
        let mut hits = index.search(&self.inner.lexicon, text, limit * 2);
        hits.retain(|hit| {
            if of == Services::Pcs {
                return self.inpatient_procedure(&hit.code, on).is_some();
            }
            let code = hit.code.parse::<ProcedureCode>().ok();
            let dated =
                code.map(|code| (self.inner.procedures.nearest(&code, on).is_some(), self.procedure(&code, on)));
            !matches!(dated, Some((true, None)))
        });
        hits.truncate(limit);
        hits
    }

    /// The fee row of a service: the component's with modifier 26 or TC (or 53 where it has its own row), else the
    /// whole. The nearest row, marked stale, when none covers the day.
    #[must_use]
    pub fn fee(&self, code: &ProcedureCode, modifier: Option<&Modifier>, on: Date) -> Option<FeeRow> {
        let find = |modifier: Option<&Modifier>| {
            let shipped = self.starter().and_then(|own| own.fees.nearest(&(code.clone(), modifier.cloned()), on));
            fresher(self.imports.fee(code, modifier, on), shipped)
        };
        let (row, is_stale) = modifier.and_then(|m| find(Some(m))).or_else(|| find(None))?;
        Some(FeeRow { is_stale, ..row.clone() })
    }

    /// A rate by name, such as `conversion-factor`. The nearest one, marked stale, when none covers the day.
    #[must_use]
    pub fn rate(&self, name: &str, on: Date) -> Option<Rate> {
        let shipped = self.starter().and_then(|own| own.rates.nearest(name, on));
        let (rate, is_stale) = fresher(self.imports.rate(name, on), shipped)?;
        Some(Rate { is_stale, ..rate.clone() })
    }

    /// The NCCI pair of a column 1 and a column 2 code in force on a day (practitioner table).
    #[must_use]
    pub fn ptp(&self, column1: &ProcedureCode, column2: &ProcedureCode, on: Date) -> Option<Ptp> {
        let of = |table: &PairTable| table.on(column1.as_str(), column2.as_str(), on);
        let pair = match of(self.imports.pairs()) {
            Answer::Known(pair) => pair,
            Answer::Unknown => match self.starter().map(|own| of(&own.pairs)) {
                Some(Answer::Known(pair)) => pair,
                Some(Answer::Unknown) | None => None,
            },
        };
        pair.filter(|pair| pair.modifier_indicator != 9)
    }

    /// The NCCI pair in force on a day at an outpatient hospital, when the hospital table was imported.
    #[must_use]
    pub fn hospital_ptp(&self, column1: &ProcedureCode, column2: &ProcedureCode, on: Date) -> Option<Ptp> {
        match self.imports.hospital_pairs().on(column1.as_str(), column2.as_str(), on) {
            Answer::Known(pair) => pair.filter(|pair| pair.modifier_indicator != 9),
            Answer::Unknown => None,
        }
    }

    /// The most units of a service (practitioner table).
    #[must_use]
    pub fn mue(&self, code: &ProcedureCode, on: Date) -> Option<Mue> {
        self.imports.units().on(code, on).or_else(|| self.starter()?.units.on(code, on)).copied()
    }

    /// A modifier valid on a day.
    #[must_use]
    pub fn modifier(&self, modifier: &Modifier, on: Date) -> Option<&ModifierRow> {
        self.inner.modifiers.on(modifier, on)
    }

    /// True when a modifier bypasses a PTP pair whose indicator is 1, whatever the day.
    #[must_use]
    pub fn bypasses_ptp(&self, modifier: &Modifier) -> bool {
        self.inner.modifiers.nearest(modifier, Date::MAX).is_some_and(|(row, _)| row.bypasses_ptp)
    }

    /// A place of service.
    #[must_use]
    pub fn place_of_service(&self, place: &PlaceOfService) -> Option<&Place> {
        self.inner.places.nearest(place, Date::MAX).map(|(row, _)| row)
    }

    /// Every place of service, in order.
    pub fn places_of_service(&self) -> impl Iterator<Item = &Place> {
        self.inner.places.iter().map(|(_, _, place)| place)
    }

    /// An adjustment reason; deactivated ones too, because old remittances carry them.
    #[must_use]
    pub fn carc(&self, code: &Carc) -> Option<&Reason> {
        self.inner.reasons.nearest(code, Date::MAX).map(|(row, _)| row)
    }

    /// A remark.
    #[must_use]
    pub fn rarc(&self, code: &Rarc) -> Option<&Remark> {
        self.inner.remarks.nearest(code, Date::MAX).map(|(row, _)| row)
    }

    /// A claim status category (STC01-1).
    #[must_use]
    pub fn status_category(&self, code: &str) -> Option<&Status> {
        self.inner.status_categories.nearest(code, Date::MAX).map(|(row, _)| row)
    }

    /// A claim status code (STC01-2).
    #[must_use]
    pub fn claim_status(&self, code: &str) -> Option<&Status> {
        self.inner.statuses.nearest(code, Date::MAX).map(|(row, _)| row)
    }

    /// The coverage policy of a service on a day; nothing when no policy speaks of it.
    #[must_use]
    pub fn coverage_policy(&self, code: &ProcedureCode, on: Date) -> Option<Policy> {
        let imported = self.imports.articles().on(code, on);
        imported.or_else(|| self.starter()?.policies.on(code, on).cloned())
    }

    /// A provider specialty.
    #[must_use]
    pub fn specialty(&self, code: &Taxonomy) -> Option<&Specialty> {
        self.inner.specialties.nearest(code, Date::MAX).map(|(row, _)| row)
    }
}

/// An imported row when it covers the day or nothing shipped does.
fn fresher<'a, T>(imported: Option<(&'a T, bool)>, shipped: Option<(&'a T, bool)>) -> Option<(&'a T, bool)> {
    let covers = |row: &(&T, bool)| !row.1;
    imported.filter(covers).or(shipped.filter(covers)).or(imported).or(shipped)
}

fn shipped_editions() -> impl Iterator<Item = Edition> {
    ICD10CM.iter().map(|(name, span, pack)| Edition::new(name, *span, Source::Shipped(pack)))
}

const LEXICON: &str = include_str!("../data/lexicon.tsv");

/// The packed ICD-10-CM editions: name, first day, last day, pack.
const ICD10CM: [(&str, Span, &[u8]); 2] = [
    (
        "2025-04",
        Span { from: jiff::civil::date(2024, 10, 1), to: Some(jiff::civil::date(2025, 9, 30)) },
        include_bytes!("../data/icd10cm-2025-04.zst"),
    ),
    (
        "2026-04",
        Span { from: jiff::civil::date(2025, 10, 1), to: Some(jiff::civil::date(2026, 9, 30)) },
        include_bytes!("../data/icd10cm-2026-04.zst"),
    ),
];

macro_rules! shipped_table {
    ($problems:ident, $read:path, $name:literal) => {
        match $read($name, include_str!(concat!("../data/", $name))) {
            Ok(table) => table,
            Err(error) => {
                $problems.push(error);
                Default::default()
            }
        }
    };
}

impl Inner {
    fn shipped() -> Self {
        let mut problems: Vec<TableError> = Vec::new();
        let mut procedures = shipped_table!(problems, procedure::read, "procedures.tsv");
        procedures.extend(shipped_table!(problems, level2::read, "level2.tsv"));
        Self {
            lexicon: shipped_table!(problems, Lexicon::read, "lexicon.tsv"),
            manifestations: shipped_table!(problems, Manifestations::read, "manifestations.tsv"),
            procedures,
            fees: shipped_table!(problems, fee::read, "fees.tsv"),
            rates: shipped_table!(problems, fee::read_rates, "rates.tsv"),
            pairs: shipped_table!(problems, ncci::read_pairs, "ptp.tsv"),
            units: shipped_table!(problems, ncci::read_units, "mue.tsv"),
            modifiers: shipped_table!(problems, modifier::read, "modifiers.tsv"),
            places: shipped_table!(problems, modifier::read_places, "places.tsv"),
            reasons: shipped_table!(problems, reason::read, "carc.tsv"),
            remarks: shipped_table!(problems, reason::read_remarks, "rarc.tsv"),
            status_categories: shipped_table!(problems, reason::read_statuses, "status_categories.tsv"),
            statuses: shipped_table!(problems, reason::read_statuses, "statuses.tsv"),
            policies: shipped_table!(problems, policy::read, "policies.tsv"),
            specialties: shipped_table!(problems, taxonomy::read, "specialties.tsv"),
            problems,
        }
    }
}
