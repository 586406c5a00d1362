//! One code through the editions: since when it is valid, why it is not on a day, what replaced it; and what an edition
//! changes for whom.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    Library, PackError, Span,
    icd10cm::bare,
    import::{Diff, HISTORIES, Held, HeldKind, Pack},
};

/// Where a diagnosis stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid on a claim as it stands.
    Billable,
    /// It exists, but a longer code is needed (ICD-10-CM Guidelines I.B.2).
    Incomplete {
        /// All it lacks is a seventh character.
        needs_seventh: bool,
    },
    /// It comes with a later edition.
    NotYet {
        /// Its first day.
        from: Date,
    },
    /// It is gone, or has been divided and is a header since.
    Ended {
        /// Its last day as a valid code.
        last: Date,
    },
    /// No edition at hand has it.
    Unknown,
}

/// A code in one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InEdition {
    /// The edition's name.
    pub edition: String,
    /// The days it covers.
    pub span: Span,
    /// The code's title there; nothing when the edition does not have it.
    pub title: Option<String>,
    /// Valid there on a claim as it stands.
    pub is_billable: bool,
}

/// What an imported edition of a table changed against the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Which table, one of [`crate::import::SYSTEMS`].
    pub system: String,
    /// Its first day.
    pub edition: Date,
    /// The days it covers.
    pub span: Span,
    /// The edition before, as `codes status` names it.
    pub before: String,
    /// What is new, gone and different.
    pub diff: Diff,
}

/// Tables whose changes concern people who code and bill.
const TOLD: &[&str] = &["icd10cm", "icd10pcs", "hcpcs", "fees", "mue-practitioner", "add-ons", "guidelines"];
/// More rows than this are not compared for an alert.
const COMPARED_ROWS_MAX: usize = 500_000;

impl Library {
    /// A diagnosis in every edition at hand, oldest first; dots allowed.
    #[must_use]
    pub fn through_editions(&self, code: &str) -> Vec<InEdition> {
        let editions = self.editions().into_iter().map(|info| {
            let icd = self.icd10cm(info.span.from);
            let found = icd.get(code);
            InEdition {
                edition: info.name,
                span: info.span,
                is_billable: found.as_ref().is_some_and(|diagnosis| diagnosis.is_billable),
                title: found.map(|diagnosis| diagnosis.title.into_owned()),
            }
        });
        editions.collect()
    }

    /// Where a diagnosis stands on a day; dots allowed.
    #[must_use]
    pub fn standing(&self, code: &str, on: Date) -> Standing {
        let found = self.icd10cm(on).get(code);
        if found.as_ref().is_some_and(|diagnosis| diagnosis.is_billable) {
            return Standing::Billable;
        }
        let mut editions = self.through_editions(code);
        editions.sort_by_key(|edition| edition.span.from);
        let is_then = |edition: &&InEdition| edition.is_billable;
        if let Some(last) = editions.iter().rev().filter(|edition| edition.span.from <= on).find(is_then) {
            // It ended where the first edition after it no longer has it.
            let next = editions.iter().find(|edition| edition.span.from > last.span.from && !edition.is_billable);
            let day = next.and_then(|edition| edition.span.from.yesterday().ok()).or(last.span.to);
            return Standing::Ended { last: day.unwrap_or(on) };
        }
        if let Some(diagnosis) = found {
            return Standing::Incomplete { needs_seventh: diagnosis.needs_seventh };
        }
        match editions.iter().filter(|edition| edition.span.from > on).find(is_then) {
            Some(first) => Standing::NotYet { from: first.span.from },
            None => Standing::Unknown,
        }
    }

    /// The valid codes of a day that took the place of one that is not valid then: those of the official conversion table
    /// where it was imported, else the longer codes below it, else the nearest valid code above it. With dots allowed in,
    /// without dots out.
    #[must_use]
    pub fn replacements(&self, code: &str, on: Date) -> Vec<String> {
        let (icd, code) = (self.icd10cm(on), bare(code));
        let mut found: BTreeSet<String> = BTreeSet::new();
        for (key, record) in self.records("conversions", "", on) {
            let names =
                |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').any(|n| bare(n) == code);
            if names(record.get("previous"))
                && let Some(new) = key.split(' ').next()
            {
                found.insert(new.to_owned());
            }
        }
        found.retain(|new| icd.is_billable(new) && *new != code);
        if found.is_empty() {
            // Placeholders and the seventh character stand behind what was divided: S301XXA became S3010XA and others.
            let (stem, seventh) = match (code.get(..6), code.get(6..)) {
                (Some(stem), Some(seventh)) if !seventh.is_empty() => (stem.trim_end_matches('X'), seventh),
                _ => (code.as_str(), ""),
            };
            let longer = |new: &String| new.starts_with(stem) && new.get(6..).unwrap_or_default().starts_with(seventh);
            found.extend(icd.tabular().billable().filter(|new| longer(new) && *new != code));
        }
        if found.is_empty() {
            let above = (3..code.len()).rev().filter_map(|length| code.get(..length));
            found.extend(above.map(str::to_owned).find(|short| icd.is_billable(short)));
        }
        found.into_iter().collect()
    }

    /// What each imported edition changed, newest first. An edition without one before it changes nothing.
    ///
    /// # Errors
    /// [`PackError`] when a pack is damaged.
    pub fn releases(&self) -> Result<Vec<Release>, PackError> {
        let mut releases: Vec<Release> = Vec::new();
        for pack in self.packs().iter().filter(|pack| TOLD.contains(&pack.system.as_str())) {
            let is_known = |known: &Release| known.system == pack.system && known.edition == pack.edition;
            if pack.rows > COMPARED_ROWS_MAX || releases.iter().any(is_known) {
                continue;
            }
            if let Some((before, diff)) = self.change(pack)? {
                let (system, edition, span) = (pack.system.clone(), pack.edition, pack.span);
                releases.push(Release { system, edition, span, before, diff });
            }
        }
        releases.sort_by(|a, b| (b.edition, &a.system).cmp(&(a.edition, &b.system)));
        Ok(releases)
    }

    /// What an edition changed, shipped or imported, by its name or its first day; nothing when it is not at hand or has
    /// none before it.
    ///
    /// # Errors
    /// [`PackError`] when a pack is damaged.
    pub fn release(&self, system: &str, name: &str) -> Result<Option<Release>, PackError> {
        let is_it = |release: &Release| release.system == system && release.edition.to_string() == name;
        if let Some(found) = self.releases()?.into_iter().find(is_it) {
            return Ok(Some(found));
        }
        let editions = self.editions();
        let named = editions.iter().find(|info| info.name == name || info.span.from.to_string() == name);
        let Some(info) = named.filter(|_| system == "icd10cm") else { return Ok(None) };
        let Ok(eve) = info.span.from.yesterday() else { return Ok(None) };
        let (before, after) = (self.icd10cm(eve), self.icd10cm(info.span.from));
        if before.edition() == after.edition() {
            return Ok(None);
        }
        Ok(Some(Release {
            system: system.to_owned(),
            edition: info.span.from,
            span: info.span,
            before: before.edition().to_owned(),
            diff: Diff::of_diagnoses(before.tabular(), after.tabular()),
        }))
    }

    fn change(&self, pack: &Pack) -> Result<Option<(String, Diff)>, PackError> {
        if pack.system == "icd10cm" {
            let Ok(eve) = pack.edition.yesterday() else { return Ok(None) };
            let before = self.icd10cm(eve);
            let after = self.icd10cm(pack.edition);
            return Ok(Some((before.edition().to_owned(), Diff::of_diagnoses(before.tabular(), after.tabular()))));
        }
        let earlier = self.packs().iter().filter(|p| p.system == pack.system && p.part == pack.part);
        let Some(before) = earlier.filter(|p| p.edition < pack.edition).max_by_key(|p| p.edition) else {
            return Ok(None);
        };
        let mut diff = Diff::between(before, pack)?;
        if HISTORIES.contains(&pack.system.as_str()) {
            // What a partial release leaves out stays as it was.
            diff.removed.clear();
        }
        Ok(Some((before.edition.to_string(), diff)))
    }

    /// The coverage policies that name codes a release changes, as holders of those codes.
    #[must_use]
    pub fn rules_touched(&self, diff: &Diff, on: Date) -> Vec<Held> {
        let changed: Vec<claim::DiagnosisCode> = diff.removed.iter().filter_map(|code| code.parse().ok()).collect();
        let mut rules: Vec<Held> = Vec::new();
        for procedure in self.procedures(on) {
            let Some(policy) = self.coverage_policy(&procedure.code, on) else { continue };
            let holder = format!("{} {}", policy.id, policy.title);
            if rules.iter().any(|rule| rule.holder == holder) {
                continue;
            }
            let lists = |code: &&claim::DiagnosisCode| policy.clauses.iter().any(|clause| clause.lists(code));
            let codes: Vec<String> = changed.iter().filter(lists).map(ToString::to_string).collect();
            if !codes.is_empty() {
                rules.push(Held { holder, kind: HeldKind::Rule, codes });
            }
        }
        rules
    }
}
