//! Coverage policies: which diagnoses support a service (medical necessity).
//!
//! Starter policies are ours. Imported ones are Medicare coverage articles: the covered diagnoses of a group belong to the
//! services of the same group (Medicare Coverage Database, `article_x_hcpc_code`, `article_x_icd10_covered`). A service
//! that several contractors' articles speak of is supported when one of them supports it, because a claim does not name
//! its contractor.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use claim::{DiagnosisCode, ProcedureCode};
use jiff::civil::Date;

use crate::{
    Span, Target,
    table::{self, Dated, TableError},
};

/// A policy in force for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its number; of several articles the first.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What supports the service: one of these is enough.
    pub clauses: Vec<Arc<Clause>>,
}

/// What a policy asks of the diagnoses of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// Diagnoses that support the service: code prefixes and ranges of them.
    pub covered: Vec<Target>,
    /// Single codes that do, without dots.
    codes: BTreeSet<Box<str>>,
    /// Of these codes, those that do so only beside another one (the asterisk of an article).
    with_another: BTreeSet<Box<str>>,
    /// Codes that do not.
    excluded: BTreeSet<Box<str>>,
}

impl Clause {
    /// True when a diagnosis is one of those covered. A clause that lists none covers every one it does not exclude.
    #[must_use]
    pub fn covers(&self, diagnosis: &DiagnosisCode) -> bool {
        let code = diagnosis.as_str();
        let is_open = self.covered.is_empty() && self.codes.is_empty();
        let is_listed = self.codes.contains(code) || self.covered.iter().any(|target| target.names(code));
        (is_open || is_listed) && !self.excluded.contains(code)
    }

    /// True when the clause names a diagnosis itself, by its code or its category.
    #[must_use]
    pub fn lists(&self, diagnosis: &DiagnosisCode) -> bool {
        let code = diagnosis.as_str();
        self.codes.contains(code)
            || self.excluded.contains(code)
            || self.covered.iter().any(|target| target.names(code))
    }

    fn supports(&self, diagnoses: &[&DiagnosisCode]) -> bool {
        let covered: BTreeSet<&DiagnosisCode> = diagnoses.iter().copied().filter(|code| self.covers(code)).collect();
        covered.iter().any(|code| covered.len() > 1 || !self.with_another.contains(code.as_str()))
    }
}

impl Policy {
    /// True when the diagnoses of a line support the service.
    #[must_use]
    pub fn supports(&self, diagnoses: &[&DiagnosisCode]) -> bool {
        self.clauses.iter().any(|clause| clause.supports(diagnoses))
    }

    /// True when one of its clauses lists a diagnosis, whatever else the line has.
    #[must_use]
    pub fn covers(&self, diagnosis: &DiagnosisCode) -> bool {
        self.clauses.iter().any(|clause| clause.covers(diagnosis))
    }
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<ProcedureCode, Policy>, TableError> {
    let rows = table::read(file, text, |row| {
        let covered = row.list("covered", "ICD-10-CM prefixes or ranges such as M17 or M17-M19")?;
        let policy = Policy {
            id: row.text("id").to_owned(),
            title: row.text("title").to_owned(),
            clauses: vec![Arc::new(Clause { covered, ..Clause::default() })],
        };
        let span = row.span()?;
        let codes: Vec<ProcedureCode> = row.list("procedures", "CPT or HCPCS codes separated by spaces")?;
        Ok(codes.into_iter().map(|code| (code, span, policy.clone())).collect::<Vec<_>>())
    })?;
    Ok(Dated::new(rows.into_iter().flatten()))
}

/// Imported coverage articles, by service.
#[derive(Debug, Default)]
pub(crate) struct Articles {
    services: BTreeMap<ProcedureCode, Vec<Article>>,
}

#[derive(Debug)]
struct Article {
    span: Span,
    id: String,
    title: String,
    clause: Arc<Clause>,
}

/// Article, version and group.
type Group<'a> = (&'a str, &'a str, &'a str);

impl Articles {
    /// Joins the four tables of one download. Articles that were retired are left out.
    pub fn join(articles: &str, services: &str, covered: &str, noncovered: &str, since: Date) -> Self {
        let mut clauses: BTreeMap<Group<'_>, Clause> = BTreeMap::new();
        each(
            covered,
            ["article", "version", "group", "code", "needs_second"],
            |[article, version, group, code, mark]| {
                let clause = clauses.entry((article, version, group)).or_default();
                clause.codes.insert(code.into());
                if mark == "Y" {
                    clause.with_another.insert(code.into());
                }
            },
        );
        each(noncovered, ["article", "version", "group", "code", "code"], |[article, version, group, code, _]| {
            clauses.entry((article, version, group)).or_default().excluded.insert(code.into());
        });
        let clauses: BTreeMap<Group<'_>, Arc<Clause>> = clauses.into_iter().map(|(k, v)| (k, Arc::new(v))).collect();
        let mut known: BTreeMap<(&str, &str), (Span, String, String)> = BTreeMap::new();
        let names = ["article", "version", "title", "number", "retired", "effective_from", "effective_to"];
        each(articles, names, |[article, version, title, number, retired, from, to]| {
            if retired.is_empty() {
                let span = Span { from: from.parse().unwrap_or(since), to: to.parse().ok() };
                let id = if number.is_empty() { format!("A{article}") } else { number.to_owned() };
                known.insert((article, version), (span, id, title.to_owned()));
            }
        });
        let mut all = Self::default();
        each(services, ["article", "version", "group", "code", "code"], |[article, version, group, code, _]| {
            let (Some((span, id, title)), Ok(code)) = (known.get(&(article, version)), code.parse()) else { return };
            let clause = clauses.get(&(article, version, group)).cloned().unwrap_or_default();
            let (span, id, title) = (*span, id.clone(), title.clone());
            all.services.entry(code).or_default().push(Article { span, id, title, clause });
        });
        all
    }

    /// What the articles in force on a day ask for a service.
    pub fn on(&self, code: &ProcedureCode, on: Date) -> Option<Policy> {
        let mut in_force = self.services.get(code)?.iter().filter(|article| article.span.covers(on)).peekable();
        let first = *in_force.peek()?;
        let clauses = in_force.map(|article| Arc::clone(&article.clause)).collect();
        Some(Policy { id: first.id.clone(), title: first.title.clone(), clauses })
    }
}

/// The named columns of every row; a column that a table lacks is empty.
fn each<'a, const N: usize>(text: &'a str, names: [&str; N], mut give: impl FnMut([&'a str; N])) {
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let positions = names.map(|name| columns.iter().position(|column| *column == name));
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        give(positions.map(|position| position.and_then(|i| cells.get(i)).copied().unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn groups_of_an_article_are_joined_by_day() {
        let articles = Articles::join(
            "article\tversion\ttitle\tstatus\tretired\tnumber\teffective_from\teffective_to\n\
             1\t2\tKnees\tA\t\tA1\t2026-01-01\t\n7\t1\tGone\tR\t2025-12-31\tA7\t\t\n9\t1\tOpen\tA\t\tA9\t2026-07-01\t\n",
            "article\tversion\tcode\tgroup\trange\n1\t2\t29877\t1\tN\n1\t2\tG0289\t2\tN\n7\t1\t29877\t1\tN\n9\t1\tG0289\t1\tN\n",
            "article\tversion\tcode\tgroup\trange\tneeds_second\n1\t2\tM23200\t1\tB\tN\n1\t2\tM23201\t1\tE\tY\n1\t2\tM1711\t2\tN\tN\n",
            "article\tversion\tcode\tgroup\trange\n9\t1\tM1711\t1\tN\n",
            date(2026, 1, 1),
        );
        let code = |text: &str| text.parse::<ProcedureCode>().unwrap();
        let supports = |service: &str, on, diagnoses: &[&str]| {
            let codes: Vec<DiagnosisCode> = diagnoses.iter().map(|d| d.parse().unwrap()).collect();
            articles.on(&code(service), on).map(|policy| policy.supports(&codes.iter().collect::<Vec<_>>()))
        };
        let day = date(2026, 3, 2);
        assert_eq!(supports("29877", day, &["M23.200"]), Some(true));
        assert_eq!(supports("29877", day, &["M17.11"]), Some(false));
        // The asterisk asks for a second covered diagnosis.
        assert_eq!(supports("29877", day, &["M23.201"]), Some(false));
        assert_eq!(supports("29877", day, &["M23.201", "I10"]), Some(false));
        assert_eq!(supports("29877", day, &["M23.201", "M23.200"]), Some(true));
        assert_eq!(supports("29877", date(2025, 12, 31), &["M23.200"]), None);
        // Two articles: one is enough. The second lists only what it does not cover.
        assert_eq!(supports("G0289", day, &["I10"]), Some(false));
        assert_eq!(supports("G0289", date(2026, 7, 1), &["I10"]), Some(true));
        assert_eq!(supports("G0289", date(2026, 7, 1), &["M17.11"]), Some(true));
        assert_eq!(supports("99213", day, &["I10"]), None);
    }
}
