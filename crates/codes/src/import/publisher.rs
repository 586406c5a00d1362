//! Where official files are published, as a table: the addresses of the editions that are due on a day.

use jiff::civil::Date;

use crate::table::{self, TableError};

/// The addresses shipped with the product.
pub const SOURCES: &str = include_str!("../../data/sources.tsv");

/// NCCI versions count years from this one, and quarters from 0.
const NCCI_YEAR_ZERO: i16 = 1994;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Who may fetch a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open,
    /// A person who accepts a licence on the page.
    Licence,
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The table it holds.
    pub system: String,
    /// First day of the edition that is due.
    pub edition: Date,
    /// Who may fetch it.
    pub access: Access,
    /// Its address.
    pub address: String,
    /// The page that offers it.
    pub page: String,
}

impl Publication {
    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or_default()
    }
}

/// The files whose editions are the newest on a day, from a table of addresses.
///
/// # Errors
/// [`TableError`] when the table does not have its layout.
pub fn due(file: &str, text: &str, today: Date) -> Result<Vec<Publication>, TableError> {
    const ACCESS: &[(&str, Access)] = &[("open", Access::Open), ("licence", Access::Licence)];
    let rows = table::read(file, text, |row| {
        let months: Vec<i8> = row.list("months", "months as numbers separated by spaces")?;
        let days = [today.year() - 1, today.year()]
            .into_iter()
            .flat_map(|year| months.iter().filter_map(move |month| Date::new(year, *month, 1).ok()));
        let edition = days.filter(|day| *day <= today).max();
        let edition = edition.ok_or_else(|| row.error("months", "at least one month"))?;
        Ok(Publication {
            system: row.text("system").to_owned(),
            edition,
            access: row.word("access", ACCESS)?,
            address: fill(row.text("address"), edition),
            page: row.text("page").to_owned(),
        })
    })?;
    Ok(rows)
}

/// The address of an edition.
fn fill(pattern: &str, edition: Date) -> String {
    let (year, month) = (edition.year(), edition.month());
    let quarter = (month - 1) / 3;
    let fiscal = if month >= 10 { year + 1 } else { year };
    let position = usize::try_from(month - 1).unwrap_or_default();
    let letter = ["a", "b", "c", "d"].get(usize::try_from(quarter).unwrap_or_default()).copied().unwrap_or_default();
    pattern
        .replace("{yyyy}", &year.to_string())
        .replace("{yy}", &format!("{:02}", year % 100))
        .replace("{fy}", &fiscal.to_string())
        .replace("{fyy}", &format!("{:02}", fiscal % 100))
        .replace("{q}", &(quarter + 1).to_string())
        .replace("{letter}", letter)
        .replace("{month}", MONTHS.get(position).copied().unwrap_or_default())
        .replace("{ncci}", &format!("{}{quarter}", year - NCCI_YEAR_ZERO))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn addresses_follow_the_calendar() {
        let all = due("sources.tsv", SOURCES, date(2026, 11, 27)).unwrap();
        let of = |system: &str| all.iter().find(|p| p.system == system).unwrap();
        assert_eq!(of("icd10cm").file(), "icd10cm-code-descriptions-2027.zip");
        assert_eq!((of("icd10cm").edition, of("icd10cm").access), (date(2026, 10, 1), Access::Open));
        assert_eq!(of("hcpcs").file(), "october-2026-alpha-numeric-hcpcs-file.zip");
        assert_eq!(of("ptp-practitioner").file(), "medicare-ncci-2026q4-practitioner-ptp-edits-ccipra-v323r0-f1.zip");
        assert_eq!((of("fees").file(), of("fees").access), ("rvu26d.zip", Access::Licence));
        // Before October the fiscal year is the one that began the year before.
        let earlier = due("sources.tsv", SOURCES, date(2026, 9, 30)).unwrap();
        assert!(earlier.iter().any(|p| p.file() == "icd10cm-code-descriptions-2026.zip"));
        for publication in &all {
            assert!(super::super::System::named(&publication.system).is_some(), "{}", publication.system);
            assert!(!publication.address.contains('{'), "{}", publication.address);
        }
        assert!(
            due("mine.tsv", "system\tmonths\taccess\taddress\tpage\nhcpcs\t\topen\tx\ty\n", date(2026, 1, 1)).is_err()
        );
    }
}
