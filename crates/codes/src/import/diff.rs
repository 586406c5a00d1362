//! What an edition changes, and whom it concerns.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pack, System};
use crate::{PackError, Tabular};

/// Rows by their key: what is new, gone and different between two editions of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Rows that only the later edition has.
    pub added: Vec<String>,
    /// Rows that only the earlier edition has.
    pub removed: Vec<String>,
    /// Rows that both have, with other values.
    pub changed: Vec<Change>,
}

/// A row that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The columns that identify it.
    pub key: String,
    /// The values it had.
    pub before: String,
    /// The values it has.
    pub after: String,
}

impl Diff {
    /// True when the editions say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// Compares the billable codes of two tabular lists and their titles.
    #[must_use]
    pub fn of_diagnoses(before: &Tabular, after: &Tabular) -> Self {
        Self::of_rows(&billable(before), &billable(after))
    }

    /// Compares a tabular list with a pack of ICD-10-CM.
    ///
    /// # Errors
    /// [`PackError`] when the pack is damaged or holds another table.
    pub fn with_tabular(before: &Tabular, after: &Pack) -> Result<Self, PackError> {
        Ok(Self::of_diagnoses(before, &Tabular::from_text(&after.text()?)?))
    }

    /// Compares two packs of one table.
    ///
    /// # Errors
    /// [`PackError`] when one of them is damaged.
    pub fn between(before: &Pack, after: &Pack) -> Result<Self, PackError> {
        Ok(Self::of_rows(&rows(before)?, &rows(after)?))
    }

    fn of_rows(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Self {
        let missing = |from: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
            from.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
        };
        let changed = old.iter().filter_map(|(key, before)| {
            let after = new.get(key).filter(|after| *after != before)?;
            Some(Change { key: key.clone(), before: before.clone(), after: after.clone() })
        });
        Self { added: missing(new, old), removed: missing(old, new), changed: changed.collect() }
    }
}

fn billable(tabular: &Tabular) -> BTreeMap<String, String> {
    let title = |code: &str| tabular.find(code).map(|place| place.title(tabular).into_owned());
    tabular.billable().map(|code| (code.clone(), title(&code).unwrap_or_default())).collect()
}

/// Rows by key. Dates are no change of their own, because every edition has its own; the codes of ICD-10-CM are its
/// billable ones.
fn rows(pack: &Pack) -> Result<BTreeMap<String, String>, PackError> {
    let text = pack.text()?;
    if pack.system == "icd10cm" {
        return Ok(billable(&Tabular::from_text(&text)?));
    }
    let key = System::named(&pack.system).map_or(1, |system| system.key);
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let has_own_days = super::HISTORIES.contains(&pack.system.as_str());
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let kept = columns
            .iter()
            .zip(&cells)
            .skip(key)
            .filter(|(column, cell)| !cell.is_empty() && (has_own_days || !column.starts_with("effective_")));
        let values: Vec<String> = kept.map(|(column, cell)| format!("{column} {cell}")).collect();
        let of_key = cells.get(..key).unwrap_or(&cells);
        // Pairs stand together by their column 1 code.
        let keys: Vec<String> = match of_key {
            [first, seconds] if pack.system.starts_with("ptp-") => {
                seconds.split(' ').map(|second| format!("{first} {second}")).collect()
            }
            _ => vec![of_key.join(" ").trim_end().to_owned()],
        };
        for key in keys {
            let entry = rows.entry(key).or_default();
            if !entry.is_empty() {
                entry.push_str("; ");
            }
            entry.push_str(&values.join(", "));
        }
    }
    Ok(rows)
}

/// What a site holds that a new edition may touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Whose they are: a coder's favourites, the fee schedule, claim 1042.
    pub holder: String,
    /// What kind of thing holds them.
    pub kind: HeldKind,
    /// The codes it holds, without dots.
    pub codes: Vec<String>,
}

/// What holds codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldKind {
    /// An encounter that is not finished.
    #[default]
    Encounter,
    /// A claim that is not sent.
    Claim,
    /// A person's favourites.
    Favourites,
    /// A template.
    Template,
    /// Lines of a fee schedule.
    Fees,
    /// A rule that names codes.
    Rule,
}

impl HeldKind {
    /// In a word, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Encounter => "Open encounter",
            Self::Claim => "Open claim",
            Self::Favourites => "Favourite",
            Self::Template => "Template",
            Self::Fees => "Fee line",
            Self::Rule => "Rule",
        }
    }
}

/// Why a held code needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The code is no longer in the edition, or has an end date now.
    Ended,
    /// A longer code is needed now.
    Divided,
    /// Its title, price, limit or another value is another one.
    Changed,
}

impl Effect {
    /// In a word, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Divided => "divided",
            Self::Changed => "changed",
        }
    }
}

/// One thing to tell somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Whom it concerns.
    pub holder: String,
    /// What holds the code.
    pub kind: HeldKind,
    /// The code.
    pub code: String,
    /// What happens to it.
    pub effect: Effect,
    /// New codes below a divided one, or the values before and after.
    pub detail: String,
}

/// The alerts a difference gives: open work first, then what is divided and ended, in the order of the codes.
#[must_use]
pub fn impact(diff: &Diff, held: &[Held]) -> Vec<Alert> {
    let removed: BTreeSet<&str> = diff.removed.iter().map(|key| code_of(key)).collect();
    let mut changed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Change { key, before, after } in &diff.changed {
        changed.entry(code_of(key)).or_default().push(format!("{before} \u{2192} {after}"));
    }
    let added: BTreeSet<&str> = diff.added.iter().map(|key| code_of(key)).collect();
    let mut alerts = Vec::new();
    for Held { holder, kind, codes } in held {
        for code in codes.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            let below: Vec<&str> = added
                .range(code..)
                .take_while(|new| new.starts_with(code))
                .filter(|new| **new != code)
                .copied()
                .collect();
            let (effect, detail) = match (removed.contains(code), below.is_empty(), changed.get(code)) {
                (true, false, _) => (Effect::Divided, below.join(" ")),
                (true, true, _) => (Effect::Ended, String::new()),
                (false, _, Some(values)) => (Effect::Changed, values.join("; ")),
                (false, _, None) => continue,
            };
            alerts.push(Alert { holder: holder.clone(), kind: *kind, code: code.to_owned(), effect, detail });
        }
    }
    alerts.sort_by(|a, b| (a.kind, a.effect, &a.code, &a.holder).cmp(&(b.kind, b.effect, &b.code, &b.holder)));
    alerts
}

/// A key begins with its code.
fn code_of(key: &str) -> &str {
    key.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_alerts_whom_it_concerns() {
        let diff = Diff {
            added: vec!["B8801".to_owned(), "B8809".to_owned(), "QA00101".to_owned()],
            removed: vec!["B880".to_owned(), "L02".to_owned()],
            changed: vec![Change {
                key: "99213 26".to_owned(),
                before: "work 97".to_owned(),
                after: "work 130".to_owned(),
            }],
        };
        let held = |holder: &str, kind, codes: &[&str]| Held {
            holder: holder.to_owned(),
            kind,
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let alerts = impact(
            &diff,
            &[
                held("Ann", HeldKind::Favourites, &["B880", "I10"]),
                held("standard fees", HeldKind::Fees, &["99213", "99214"]),
                held("claim 7", HeldKind::Claim, &["B880", "L02", "B880"]),
                held("nobody", HeldKind::Claim, &["E119"]),
            ],
        );
        let told: Vec<(&str, &str, Effect, &str)> =
            alerts.iter().map(|a| (a.holder.as_str(), a.code.as_str(), a.effect, a.detail.as_str())).collect();
        assert_eq!(
            told,
            [
                ("claim 7", "L02", Effect::Ended, ""),
                ("claim 7", "B880", Effect::Divided, "B8801 B8809"),
                ("Ann", "B880", Effect::Divided, "B8801 B8809"),
                ("standard fees", "99213", Effect::Changed, "work 97 \u{2192} work 130"),
            ]
        );
        assert!(impact(&Diff::default(), &[held("claim 7", HeldKind::Claim, &["B880"])]).is_empty());
    }
}
