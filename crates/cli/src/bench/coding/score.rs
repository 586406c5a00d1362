//! Counting agreement: precision, recall, F1, rank measures.
#![allow(clippy::float_arithmetic, reason = "measures of agreement, no money")]

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use claim::{Band, SuggestedCode};
use codes::{Icd10cm, Kind};
use serde::Serialize;

use crate::input::line;

/// The diagnoses suggested for a note, best first.
pub struct Answer {
    ranked: Vec<(String, Band)>,
}

impl Answer {
    pub fn of(coding: &claim::Coding) -> Self {
        let mut ranked: Vec<(u16, String, Band)> = coding
            .suggestions
            .iter()
            .filter_map(|s| match &s.code {
                SuggestedCode::Diagnosis { code } => Some((s.score, code.as_str().to_owned(), s.band)),
                SuggestedCode::Procedure { .. } => None,
            })
            .collect();
        ranked.sort_by_key(|(score, _, _)| std::cmp::Reverse(*score));
        Self { ranked: ranked.into_iter().map(|(_, code, band)| (code, band)).collect() }
    }

    /// Codes of a band or a firmer one.
    pub fn at_least(&self, band: Band) -> impl Iterator<Item = &String> {
        self.ranked.iter().filter(move |(_, b)| *b >= band).map(|(code, _)| code)
    }
}

/// Codes right, given and in the labels.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    pub right: usize,
    pub given: usize,
    pub gold: usize,
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Agreement {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Counts {
    pub fn add(&mut self, given: &BTreeSet<String>, gold: &BTreeSet<String>) {
        self.right += given.intersection(gold).count();
        self.given += given.len();
        self.gold += gold.len();
    }

    pub fn agreement(&self) -> Agreement {
        let share = |of: usize| if of == 0 { 0.0 } else { self.right as f64 / of as f64 };
        let f1 =
            if self.given + self.gold == 0 { 0.0 } else { 2.0 * self.right as f64 / (self.given + self.gold) as f64 };
        Agreement { precision: rounded(share(self.given)), recall: rounded(share(self.gold)), f1: rounded(f1) }
    }
}

/// To three places.
pub fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

/// How suggestions fared when the words behind them were taken out.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Vanish {
    /// Tried and vanished, by change.
    counts: [(usize, usize); Change::ALL.len()],
}

/// How the words behind a suggestion are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Removed,
    Negated,
    OfTheFamily,
    RuledOut,
}

impl Change {
    pub const ALL: &[Self] = &[Self::Removed, Self::Negated, Self::OfTheFamily, Self::RuledOut];

    /// What is put before the words; nothing when they are taken out.
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Removed => None,
            Self::Negated => Some("no evidence of"),
            Self::OfTheFamily => Some("mother has"),
            Self::RuledOut => Some("rule out"),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Negated => "negated",
            Self::OfTheFamily => "of the family",
            Self::RuledOut => "to be ruled out",
        }
    }
}

impl Vanish {
    pub fn take(&mut self, change: Change, is_gone: bool) {
        let at = Change::ALL.iter().position(|c| *c == change);
        if let Some((tried, vanished)) = at.and_then(|at| self.counts.get_mut(at)) {
            *tried += 1;
            *vanished += usize::from(is_gone);
        }
    }

    /// Suggestions tried, and the share that vanished by each change.
    pub fn told(&self) -> String {
        let tried = self.counts.first().map_or(0, |(tried, _)| *tried);
        let of = |(change, (tried, vanished)): (&Change, &(usize, usize))| {
            let share = if *tried == 0 { 0.0 } else { *vanished as f64 / *tried as f64 };
            format!("{} {share:.3}", change.name())
        };
        let shares: Vec<String> = Change::ALL.iter().zip(&self.counts).map(of).collect();
        format!("gone of {tried} when {}", shares.join(", "))
    }

    pub fn share_removed(&self) -> f64 {
        let (tried, vanished) = self.counts.first().copied().unwrap_or_default();
        if tried == 0 { 0.0 } else { rounded(vanished as f64 / tried as f64) }
    }
}

/// Agreement with one set.
#[derive(Serialize)]
pub struct Quality {
    set: &'static str,
    notes: usize,
    exact: Agreement,
    category: Agreement,
    accept: Agreement,
    /// Labels among the best five and ten suggestions, of all labels.
    recall_at_5: f64,
    recall_at_10: f64,
    mean_average_precision: f64,
    /// Of labels whose category was given, those given to the leaf.
    leaf_share: f64,
    vanished_share: f64,
    chapters: BTreeMap<String, Agreement>,
    #[serde(skip)]
    pub vanish: Vanish,
    #[serde(skip)]
    tally: Tally,
}

#[derive(Default)]
struct Tally {
    exact: Counts,
    category: Counts,
    accept: Counts,
    at_5: usize,
    at_10: usize,
    average_precision: f64,
    leaf: (usize, usize),
    chapters: BTreeMap<String, Counts>,
}

impl Quality {
    pub fn new(set: &'static str) -> Self {
        let none = Agreement::default();
        Self {
            set,
            notes: 0,
            exact: none,
            category: none,
            accept: none,
            recall_at_5: 0.0,
            recall_at_10: 0.0,
            mean_average_precision: 0.0,
            leaf_share: 0.0,
            vanished_share: 0.0,
            chapters: BTreeMap::new(),
            vanish: Vanish::default(),
            tally: Tally::default(),
        }
    }

    pub fn take(&mut self, answer: &Answer, gold: &BTreeSet<String>, icd: &Icd10cm<'_>) {
        let tally = &mut self.tally;
        self.notes += 1;
        let given: BTreeSet<String> = answer.at_least(Band::Suggest).cloned().collect();
        tally.exact.add(&given, gold);
        let categories = |codes: &BTreeSet<String>| -> BTreeSet<String> {
            codes.iter().map(|code| code.get(..3).unwrap_or(code).to_owned()).collect()
        };
        let given_categories = categories(&given);
        tally.category.add(&given_categories, &categories(gold));
        tally.accept.add(&answer.at_least(Band::Accept).cloned().collect(), gold);
        for code in gold.iter().filter(|code| given_categories.contains(code.get(..3).unwrap_or(code))) {
            tally.leaf.1 += 1;
            tally.leaf.0 += usize::from(given.contains(code));
        }
        let hits = |k: usize| answer.ranked.iter().take(k).filter(|(code, _)| gold.contains(code)).count();
        tally.at_5 += hits(5);
        tally.at_10 += hits(10);
        let mut right = 0;
        let mut precision = 0.0;
        for (position, (code, _)) in answer.ranked.iter().enumerate() {
            if gold.contains(code) {
                right += 1;
                precision += f64::from(right) / (position + 1) as f64;
            }
        }
        if !gold.is_empty() {
            tally.average_precision += precision / gold.len() as f64;
        }
        let of_chapter = |codes: &BTreeSet<String>| -> BTreeMap<String, BTreeSet<String>> {
            let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for code in codes {
                map.entry(chapter(icd, code)).or_default().insert(code.clone());
            }
            map
        };
        let (given, gold) = (of_chapter(&given), of_chapter(gold));
        let none = BTreeSet::new();
        for name in given.keys().chain(gold.keys()).collect::<BTreeSet<_>>() {
            let counts = tally.chapters.entry(name.clone()).or_default();
            counts.add(given.get(name).unwrap_or(&none), gold.get(name).unwrap_or(&none));
        }
    }

    pub fn finish(&mut self) {
        let tally = &self.tally;
        let share = |part: usize, of: usize| if of == 0 { 0.0 } else { rounded(part as f64 / of as f64) };
        self.exact = tally.exact.agreement();
        self.category = tally.category.agreement();
        self.accept = tally.accept.agreement();
        self.recall_at_5 = share(tally.at_5, tally.exact.gold);
        self.recall_at_10 = share(tally.at_10, tally.exact.gold);
        self.mean_average_precision = rounded(tally.average_precision / self.notes.max(1) as f64);
        self.leaf_share = share(tally.leaf.0, tally.leaf.1);
        self.vanished_share = self.vanish.share_removed();
        self.chapters = tally.chapters.iter().map(|(name, counts)| (name.clone(), counts.agreement())).collect();
    }

    pub fn print(&self) -> Result<()> {
        line(format!("  {} ({} notes)", self.set, self.notes))?;
        let show = |name: &str, a: &Agreement| {
            line(format!("    {name:<24} precision {:.3}  recall {:.3}  F1 {:.3}", a.precision, a.recall, a.f1))
        };
        show("codes", &self.exact)?;
        show("categories", &self.category)?;
        show("accept band", &self.accept)?;
        line(format!(
            "    recall@5 {:.3}  recall@10 {:.3}  MAP {:.3}  leaf in right category {:.3}",
            self.recall_at_5, self.recall_at_10, self.mean_average_precision, self.leaf_share
        ))?;
        line(format!("    {}", self.vanish.told()))?;
        let chapters: Vec<String> = self
            .tally
            .chapters
            .iter()
            .map(|(name, counts)| format!("{name} {:.2} ({})", counts.agreement().f1, counts.gold))
            .collect();
        line(format!("    F1 by chapter (labels): {}", chapters.join(", ")))
    }
}

fn chapter(icd: &Icd10cm<'_>, code: &str) -> String {
    let above = icd.ancestors(code);
    let number = above.iter().find(|d| d.kind == Kind::Chapter).map(|d| d.code.to_string());
    number.map_or_else(|| "none".to_owned(), |number| format!("{number:0>2}"))
}
