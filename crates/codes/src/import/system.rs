//! The tables that can be imported, and when new editions of them appear.

use jiff::civil::{Date, date};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct System {
    /// Its name, such as `mue-practitioner`.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Months on whose first day a new edition takes effect; none where there is no calendar.
    pub months: &'static [i8],
    /// So many of its first columns identify a row.
    pub key: usize,
}

const FISCAL: &[i8] = &[10];
const HALF: &[i8] = &[4, 10];
const QUARTERS: &[i8] = &[1, 4, 7, 10];
const YEAR: &[i8] = &[1];
/// Reason and remark codes are revised three times a year.
const THIRDS: &[i8] = &[3, 7, 11];
const NEVER: &[i8] = &[];

const fn system(name: &'static str, title: &'static str, months: &'static [i8], key: usize) -> System {
    System { name, title, months, key }
}

/// Every table, in the order of `status`.
pub const SYSTEMS: &[System] = &[
    system("icd10cm", "ICD-10-CM", HALF, 1),
    system("index", "ICD-10-CM alphabetic index", FISCAL, 3),
    system("index-neoplasms", "ICD-10-CM table of neoplasms", FISCAL, 3),
    system("index-drugs", "ICD-10-CM table of drugs", FISCAL, 3),
    system("index-external-causes", "ICD-10-CM index of external causes", FISCAL, 3),
    system("icd10cm-addenda", "ICD-10-CM changes", HALF, 2),
    system("guidelines", "Official coding guidelines", FISCAL, 1),
    system("poa-exempt", "Exempt from present on admission", FISCAL, 1),
    system("conversions", "ICD-10-CM conversion table", FISCAL, 2),
    system("hcpcs", "HCPCS Level II", QUARTERS, 1),
    system("ptp-practitioner", "NCCI pairs, practitioner", QUARTERS, 2),
    system("ptp-hospital", "NCCI pairs, outpatient hospital", QUARTERS, 2),
    system("mue-practitioner", "Unit limits, practitioner", QUARTERS, 1),
    system("mue-hospital", "Unit limits, outpatient hospital", QUARTERS, 1),
    system("mue-dme", "Unit limits, equipment", QUARTERS, 1),
    system("add-ons", "NCCI add-on codes", QUARTERS, 2),
    system("fees", "Physician fee schedule", QUARTERS, 2),
    system("rates", "Conversion factors", YEAR, 1),
    system("gpci", "Geographic practice cost indices", YEAR, 2),
    system("localities", "Localities and their counties", YEAR, 2),
    system("anesthesia", "Anesthesia conversion factors", YEAR, 2),
    system("opps-cap", "Imaging cap by locality", QUARTERS, 4),
    system("zip-localities", "ZIP code to locality", QUARTERS, 1),
    system("laboratory", "Clinical laboratory fees", QUARTERS, 2),
    system("equipment", "Equipment and supply fees", QUARTERS, 5),
    system("drugs", "Drug payment limits", QUARTERS, 1),
    system("drug-packages", "Drug packages to HCPCS", QUARTERS, 2),
    system("articles", "Coverage articles", NEVER, 2),
    system("article-services", "Coverage articles: services", NEVER, 4),
    system("article-covered", "Coverage articles: covered diagnoses", NEVER, 4),
    system("article-noncovered", "Coverage articles: diagnoses not covered", NEVER, 4),
    system("reasons", "Adjustment reasons and remarks", THIRDS, 2),
    system("adjustment-reasons", "Adjustment reasons, payer list", THIRDS, 1),
    system("claim-statuses", "Claim statuses, payer list", THIRDS, 1),
    system("places", "Places of service", NEVER, 1),
    system("taxonomy", "Provider taxonomy", &[1, 7], 1),
    system("revenue-codes", "Revenue codes", NEVER, 1),
    system("bill-types", "Types of bill", NEVER, 1),
    system("patient-statuses", "Patient statuses", NEVER, 1),
    system("admission-sources", "Admission sources", NEVER, 1),
    system("admission-types", "Admission types", NEVER, 1),
    system("condition-codes", "Condition codes", NEVER, 1),
    system("hcc", "Risk adjustment categories", YEAR, 3),
    system("hcc-labels", "Risk adjustment categories: labels", NEVER, 3),
    system("ccsr", "Clinical classes of diagnoses", YEAR, 2),
    system("icd10pcs", "ICD-10-PCS", HALF, 1),
    system("icd10pcs-tables", "ICD-10-PCS tables", FISCAL, 2),
    system("icd10pcs-index", "ICD-10-PCS index", FISCAL, 4),
    system("icd10pcs-definitions", "ICD-10-PCS definitions", FISCAL, 3),
    system("icd10pcs-addenda", "ICD-10-PCS changes", HALF, 2),
    system("opps", "Outpatient payment, Addendum B", QUARTERS, 1),
    system("drg-weights", "MS-DRG weights", FISCAL, 1),
    system("mce", "Medicare Code Editor", HALF, 2),
    system("gem-10-to-9", "Equivalences, ICD-10-CM to ICD-9-CM", NEVER, 2),
    system("gem-9-to-10", "Equivalences, ICD-9-CM to ICD-10-CM", NEVER, 2),
];

impl System {
    /// The table of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SYSTEMS.iter().find(|system| system.name == name)
    }

    /// The day the edition of a day took effect by the calendar.
    #[must_use]
    pub fn due(&self, today: Date) -> Option<Date> {
        let days = [today.year() - 1, today.year()].into_iter();
        days.flat_map(|year| self.months.iter().map(move |month| date(year, *month, 1))).rfind(|day| *day <= today)
    }

    /// The day the next edition takes effect by the calendar.
    #[must_use]
    pub fn next(&self, today: Date) -> Option<Date> {
        let mut days = [today.year(), today.year() + 1].into_iter();
        days.find_map(|year| self.months.iter().map(|month| date(year, *month, 1)).find(|day| *day > today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_says_what_is_due() {
        let day = date(2026, 11, 27);
        let due = |name: &str| System::named(name).and_then(|system| system.due(day));
        assert_eq!(due("icd10cm"), Some(date(2026, 10, 1)));
        assert_eq!(due("fees"), Some(date(2026, 10, 1)));
        assert_eq!(due("gpci"), Some(date(2026, 1, 1)));
        assert_eq!(due("articles"), None);
        assert_eq!(System::named("gpci").and_then(|s| s.next(day)), Some(date(2027, 1, 1)));
        assert_eq!(System::named("taxonomy").and_then(|s| s.due(date(2026, 1, 1))), Some(date(2026, 1, 1)));
    }
}
