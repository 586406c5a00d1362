//! The text of a pack.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use anyhow::{Context, Result};

use super::facts::{Drg, Facts};
use super::logic::{Logic, cells};
use super::names::Names;

const MDCS: &str = include_str!("mdcs.tsv");
const ACQUIRED: &str = include_str!("acquired.tsv");

/// Medical DRGs that stand before the others of their category, and after them.
const FIRST: [&str; 5] = ["207", "208", "805", "806", "807"];
const LAST: [&str; 2] = ["794", "998"];

/// A cluster whose codes mean nothing alone once it is complete: taking a joint out and putting a new one in.
const REVISION: &str = "466.or";

/// What a code stands for, by the numbers of the names.
type Sets = BTreeMap<Vec<usize>, usize>;

pub fn of(facts: &Facts, version: &str) -> Result<String> {
    let (mut names, mut sets) = (Names::default(), Sets::new());
    let mut clusters = BTreeSet::new();
    let mut codes = String::new();
    let exclusions: BTreeMap<&str, usize> = facts.exmap.keys().enumerate().map(|(at, list)| (&**list, at)).collect();
    diagnoses(facts, &exclusions, &mut names, &mut sets, &mut codes)?;
    procedures(facts, &mut names, &mut sets, &mut clusters, &mut codes)?;
    let mut text = String::new();
    for (name, scope) in names.rows() {
        writeln!(text, "attribute\t{name}\t{scope}")?;
    }
    let mut by_number: Vec<_> = sets.into_iter().map(|(set, number)| (number, set)).collect();
    by_number.sort();
    for (_, set) in by_number {
        writeln!(text, "set\t{}", joined(set.iter()))?;
    }
    for list in facts.exmap.values() {
        writeln!(text, "exclusion\t{}", list.join(" "))?;
    }
    for line in MDCS.lines().skip(1) {
        let [number, title, entry, unrelated] = cells(line)?;
        writeln!(text, "mdc\t{number}\t{title}\t{entry}\t{unrelated}")?;
    }
    for line in ACQUIRED.lines().skip(1) {
        let [number, label, condition] = cells(line)?;
        writeln!(text, "acquired\t{number}\t{label}\t{condition}")?;
    }
    drgs(facts, version, &names, &mut text)?;
    text.push_str(&codes);
    for (list, code, others) in clusters {
        let is_revision = names.rows().get(list).is_some_and(|(name, _)| name == REVISION);
        let whole = if is_revision { "whole" } else { "" };
        writeln!(text, "cluster\t{list}\t{code}\t{}\t{whole}", others.replace('|', " "))?;
    }
    Ok(text)
}

fn diagnoses(
    facts: &Facts,
    exclusions: &BTreeMap<&str, usize>,
    names: &mut Names,
    sets: &mut Sets,
    text: &mut String,
) -> Result<()> {
    let codes: BTreeSet<&String> = facts.dxmap.keys().chain(facts.ccmap.keys()).collect();
    for code in codes {
        let (mut set, mut mdcs) = (BTreeSet::new(), BTreeSet::new());
        for list in facts.dxmap.get(code).into_iter().flatten() {
            match list.strip_prefix("_MDC").filter(|mdc| mdc.len() == 2 && *mdc != "25") {
                Some(mdc) => {
                    mdcs.insert(mdc);
                }
                None => {
                    set.insert(names.number(list, true)?);
                }
            }
        }
        let set = place(sets, set);
        let mdcs = joined(mdcs.iter());
        let (level, exclusion, acquired) = match facts.ccmap.get(code) {
            None => (String::new(), String::new(), ""),
            Some(row) => {
                let list = exclusions.get(row.pdx.as_str());
                let alive = if row.aowa { " alive" } else { "" };
                let list = list.map(ToString::to_string).unwrap_or_default();
                (format!("{}{alive}", row.level), list, row.hac.as_deref().unwrap_or_default())
            }
        };
        writeln!(text, "dx\t{code}\t{mdcs}\t{set}\t{level}\t{exclusion}\t{acquired}")?;
    }
    Ok(())
}

fn procedures<'a>(
    facts: &'a Facts,
    names: &mut Names,
    sets: &mut Sets,
    clusters: &mut BTreeSet<(usize, &'a str, &'a str)>,
    text: &mut String,
) -> Result<()> {
    let limited: BTreeSet<&String> = facts.neoormap.iter().collect();
    for (code, lists) in &facts.prmap {
        let mut set = BTreeSet::new();
        for list in lists {
            let mut bars = list.match_indices('|').map(|(at, _)| at);
            let _drgs = bars.next().with_context(|| format!("{code} has the list {list}"))?;
            match bars.next().and_then(|at| list.split_at_checked(at)) {
                None => {
                    set.insert(names.number(list, false)?);
                }
                Some((list, others)) => {
                    clusters.insert((names.number(list, false)?, code, others.trim_start_matches('|')));
                }
            }
        }
        let operation = match (facts.orpcsmap.contains_key(code), limited.contains(code)) {
            (false, _) => "",
            (true, true) => "L",
            (true, false) => "X",
        };
        let set = place(sets, set);
        writeln!(text, "px\t{code}\t{set}\t{operation}")?;
    }
    Ok(())
}

/// DRGs in the order of decision.
fn drgs(facts: &Facts, version: &str, names: &Names, text: &mut String) -> Result<()> {
    let logic = Logic::of(version)?;
    let rank = |number: &str| facts.surgical_rank.get(number.trim_start_matches('0')).copied();
    let mut order: Vec<(&String, &Drg)> = facts.drgmap.iter().collect();
    order.sort_by_key(|(number, drg)| {
        let place = FIRST.contains(&number.as_str()).then_some(0).or(LAST.contains(&number.as_str()).then_some(2));
        (!drg.is_surgical, rank(number).unwrap_or(u32::MAX), place.unwrap_or(1), *number)
    });
    let group = Groups::of(facts);
    for (number, drg) in order {
        let kind = match (drg.is_surgical, drg.is_medical) {
            (true, _) => "surgical",
            (_, true) => "medical",
            _ => "",
        };
        let mdc = match (number.as_str(), drg.mdc.as_str()) {
            ("998", _) => "14",
            ("999", _) => "none",
            // Those of no category are decided before all others, or when no category has the operation.
            (_, "") if rank(number).is_some() => "PRE",
            (_, mdc) => mdc,
        };
        let headed = group.lists(number, names);
        let condition = logic.condition(number, &drg.desc, &headed)?;
        let parts = facts.drg_exclusions.get(number).map(|codes| codes.join(" ")).unwrap_or_default();
        writeln!(text, "drg\t{number}\t{mdc}\t{kind}\t{}\t{condition}\t{parts}", drg.desc)?;
    }
    Ok(())
}

/// Which DRG heads the lists of each: `292` has those of `291`.
struct Groups(BTreeMap<String, String>);

impl Groups {
    fn of(facts: &Facts) -> Self {
        let lists = facts.dxmap.values().chain(facts.prmap.values()).flatten();
        let drgs = lists.filter_map(|list| list.split_once('|')).map(|(drgs, _)| drgs);
        let of_one = |drgs: &str| {
            let head = drgs.split('&').next().unwrap_or_default().to_owned();
            drgs.split('&').map(|drg| (drg.to_owned(), head.clone())).collect::<Vec<_>>()
        };
        Self(drgs.collect::<BTreeSet<_>>().into_iter().flat_map(of_one).collect())
    }

    fn lists<'a>(&self, number: &str, names: &'a Names) -> Vec<&'a str> {
        let Some(head) = self.0.get(number) else { return Vec::new() };
        let of_head = |name: &&str| name.split('.').next() == Some(head);
        let mut lists: Vec<&str> = names.rows().iter().map(|(name, _)| name.as_str()).filter(of_head).collect();
        lists.sort_unstable();
        lists
    }
}

fn place(sets: &mut Sets, set: BTreeSet<usize>) -> usize {
    let next = sets.len();
    *sets.entry(set.into_iter().collect()).or_insert(next)
}

fn joined(parts: impl Iterator<Item = impl ToString>) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(" ")
}
