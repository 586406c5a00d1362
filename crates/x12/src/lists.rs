//! External code lists (SNIP 5): asked of the caller, never compiled in.
//!
//! A list that is not loaded gives no finding and no verdict: it is named in `Report::unchecked`.

/// Claim adjustment reason codes.
pub const CARC: &str = "carc";
/// Remittance advice remark codes.
pub const RARC: &str = "rarc";
/// Diagnoses, ICD-10-CM, without dots.
pub const ICD10CM: &str = "icd10cm";
/// Inpatient procedures, ICD-10-PCS.
pub const ICD10PCS: &str = "icd10pcs";
/// HCPCS procedures of both levels.
pub const HCPCS: &str = "hcpcs";
/// Dental procedures.
pub const CDT: &str = "cdt";
/// Procedure modifiers.
pub const MODIFIER: &str = "modifier";
/// Places of service.
pub const PLACE: &str = "place";
/// Provider taxonomy.
pub const TAXONOMY: &str = "taxonomy";
/// Claim status codes.
pub const STATUS: &str = "status";
/// Claim status categories.
pub const STATUS_CATEGORY: &str = "status_category";
/// Revenue codes.
pub const REVENUE: &str = "revenue";
/// Conditions, occurrences and values of an institutional claim.
pub const BILLING: &str = "billing";
/// Diagnosis related groups.
pub const DRG: &str = "drg";

/// The code lists a caller has.
pub trait Lists {
    /// Whether `code` is in `list` on the day `on` (CCYYMMDD, empty when the file gives none); `None` when the list is
    /// not loaded for that day.
    fn has(&self, list: &str, code: &str, on: &str) -> Option<bool>;

    /// Whether an adjustment reason says nothing without a remark code; `None` when the list does not tell.
    fn needs_remark(&self, reason: &str) -> Option<bool> {
        let _ = reason;
        None
    }
}

/// No list at all: every code of an external list stays unchecked.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLists;

impl Lists for NoLists {
    fn has(&self, _list: &str, _code: &str, _on: &str) -> Option<bool> {
        None
    }
}
