//! Code systems as immutable dated editions.
//!
//! [`Library`] answers by date of service: diagnoses with their hierarchy and instructions ([`Icd10cm`]), services,
//! fees, NCCI pairs and unit limits, modifiers, places, adjustment reasons, remarks, status codes and coverage
//! policies. For a table and a day the newest edition that covers the day answers, else the nearest one marked
//! stale. What is shipped stands in `data/`, with its origin in `data/PROVENANCE.md`; official tables are imported.

mod alphabet;
mod editions;
mod fee;
mod icd10cm;
pub mod import;
mod imported;
mod level2;
mod lexicon;
mod library;
mod modifier;
mod ncci;
mod policy;
mod procedure;
mod reason;
mod records;
mod risk;
mod search;
mod shipped;
mod span;
mod table;
mod taxonomy;

pub use alphabet::IndexLine;
pub use editions::{InEdition, Release, Standing};
pub use fee::{FeeRow, Rate, RateUnit};
pub use icd10cm::{
    Diagnosis, Icd10cm, Instruction, Instructions, Kind, PackError, SeventhCharacter, Tabular, TabularError, Target,
    Term, TermKind, read_tabular,
};
pub use lexicon::{Lexicon, without_accent};
pub use library::{EditionInfo, InpatientProcedure, Library};
pub use modifier::{ModifierKind, ModifierRow, Place};
pub use ncci::{Mue, Ptp};
pub use policy::{Clause, Policy};
pub use procedure::{Family, GlobalPeriod, Procedure};
pub use reason::{Desk, Reason, ReasonCategory, Remark, Status};
pub use records::Record;
pub use risk::RiskCategory;
pub use search::{Branch, Described, FEATURES, Hit, Ranker, Services};
pub use span::Span;
pub use table::TableError;
pub use taxonomy::Specialty;
