//! MS-DRG definitions by discharge date, and a grouper that gives the reason of each step.
//!
//! [`on`] finds the definitions of a discharge date, [`Definitions::group`] the DRG of a [`Stay`]. The tables in `data/`
//! are facts of the published definitions, with their origin in `data/PROVENANCE.md`; the conditions of the DRGs are
//! formulas beside them, so that no version is written into code.

mod definitions;
mod evaluate;
mod formula;
mod group;
mod pack;
mod stay;
mod versions;

pub use definitions::{Definitions, Drg, DrgKind, HospitalAcquired, Level, Mdc};
pub use formula::FormulaError;
pub use group::{Complication, Effect, Grouped, Step};
pub use pack::PackError;
pub use stay::{Poa, Stay, StayDiagnosis};
pub use versions::{Found, Version, on, versions};
