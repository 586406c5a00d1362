//! The condition of each DRG: our formula, else the one list of codes its number heads; then the complication its title
//! asks for.

use anyhow::{Context, Result, bail, ensure};

const LOGIC: &str = include_str!("logic.tsv");

/// Conditions of one version.
pub struct Logic {
    rows: Vec<(u16, u16, &'static str)>,
}

impl Logic {
    pub fn of(version: &str) -> Result<Self> {
        let major: u16 = version.split('.').next().unwrap_or_default().parse()?;
        let mut rows = Vec::new();
        for line in LOGIC.lines().skip(1) {
            let [drgs, versions, condition] = cells(line)?;
            let (first, last) = range(versions)?;
            if (first..=last).contains(&major) {
                let (first, last) = range(drgs)?;
                rows.push((first, last, condition));
            }
        }
        Ok(Self { rows })
    }

    /// The whole condition of a DRG. `lists` are the attributes whose name begins with a DRG's number.
    pub fn condition(&self, number: &str, title: &str, lists: &[&str]) -> Result<String> {
        let drg: u16 = number.parse()?;
        let written = self.rows.iter().find(|(first, last, _)| (*first..=*last).contains(&drg));
        let condition = match written {
            Some((_, _, condition)) => (*condition).to_owned(),
            None => alternatives(lists).with_context(|| format!("DRG {number} {title} has no condition"))?,
        };
        let says_severity =
            condition.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "mcc" || word == "cc");
        let asked = if says_severity { None } else { severity(title) };
        Ok(match asked {
            Some(level) if condition == "always" => level.to_owned(),
            Some(level) if condition.contains('|') => format!("({condition}) & {level}"),
            Some(level) => format!("{condition} & {level}"),
            None => condition,
        })
    }
}

/// Lists that each decide alone: procedures with or without an operating room, or the principal diagnosis.
fn alternatives(lists: &[&str]) -> Result<String> {
    let kind = |list: &str| list.split_once('.').map(|(_, kind)| kind.to_owned()).unwrap_or_default();
    let alone =
        |list: &&&str| matches!(kind(list).as_str(), "or" | "or_or" | "nonor" | "or_nonor" | "pdx") || lists.len() == 1;
    let alone_count = lists.iter().filter(alone).count();
    if lists.is_empty() || alone_count < lists.len() {
        bail!("its lists are {lists:?}; write a formula");
    }
    Ok(lists.join(" | "))
}

/// What a title asks for; the DRG above it in rank has taken what is graver.
fn severity(title: &str) -> Option<&'static str> {
    if title.contains("with CC") {
        Some("cc")
    } else if title.contains("with MCC") {
        Some("mcc")
    } else {
        None
    }
}

pub fn cells<const N: usize>(line: &'static str) -> Result<[&'static str; N]> {
    let cells: Vec<&str> = line.split('\t').collect();
    cells.try_into().map_err(|cells: Vec<&str>| anyhow::anyhow!("{} cells instead of {N}: {line}", cells.len()))
}

fn range(text: &str) -> Result<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse()?, last.parse()?);
    ensure!(first <= last, "{text} ends before it begins");
    Ok((first, last))
}
