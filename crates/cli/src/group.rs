//! `superbill group`: the MS-DRG of each stay of an 837I file, with the reason of each step.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use drg::{Complication, DrgKind, Effect, Grouped, Level, Poa, Stay, StayDiagnosis};
use exchange::StayClaim;
use jiff::civil::Date;
use serde::Serialize;

use crate::input::{Format, Outcome, json, line, name, read};

#[derive(Args)]
pub struct Group {
    /// An 837I file; `-` for standard input.
    file: PathBuf,
    /// JSON is one line a claim.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What became of a claim.
#[derive(Serialize)]
struct GroupedClaim<'a> {
    control_number: &'a str,
    discharged: Date,
    /// Why it was not grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// The version of the definitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    /// No version covers the discharge; the nearest one answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_stale: Option<bool>,
    /// The DRG on the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed: Option<&'a str>,
    #[serde(flatten)]
    grouped: Option<Grouped>,
}

impl Group {
    pub fn run(self) -> Result<Outcome> {
        let bytes = read(&self.file)?;
        let claims = exchange::read_stays(&bytes).with_context(|| name(&self.file))?;
        let mut has_findings = false;
        for claim in &claims {
            let answer = group(claim)?;
            has_findings |= answer.is_finding();
            match self.format {
                Format::Json => json(&answer)?,
                Format::Text => answer.print()?,
            }
        }
        Ok(Outcome::found(has_findings))
    }
}

fn group(claim: &StayClaim) -> Result<GroupedClaim<'_>> {
    let mut answer = GroupedClaim {
        control_number: &claim.control_number,
        discharged: claim.through,
        refused: None,
        version: None,
        is_stale: None,
        claimed: claim.drg.as_deref(),
        grouped: None,
    };
    match stay(claim) {
        Err(reason) => answer.refused = Some(reason),
        Ok(stay) => {
            let found = drg::on(claim.through)?;
            answer.version = Some(found.version.name);
            answer.is_stale = Some(found.is_stale);
            answer.grouped = Some(found.definitions.group(&stay));
        }
    }
    Ok(answer)
}

/// The stay of a claim; an error says why it has no DRG.
fn stay(claim: &StayClaim) -> Result<Stay, String> {
    if !claim.is_inpatient() {
        return Err(format!("bill type {} is no inpatient stay (11x)", claim.bill_type));
    }
    if claim.has_icd_9 {
        return Err("it has codes of ICD-9; the definitions know ICD-10 (ABK, ABF, BBR, BBQ)".to_owned());
    }
    let mut diagnoses = Vec::new();
    for (code, poa) in &claim.diagnoses {
        let poa =
            Poa::of(poa).ok_or_else(|| format!("{code} is {poa} on admission; expected Y, N, U, W or nothing"))?;
        diagnoses.push(StayDiagnosis { code: code.clone(), poa });
    }
    Ok(Stay {
        diagnoses,
        procedures: claim.procedures.clone(),
        sex: claim.sex,
        discharge_status: claim.discharge_status.clone(),
    })
}

impl GroupedClaim<'_> {
    /// A stay without a DRG, or with another one than the claim says.
    fn is_finding(&self) -> bool {
        let ungrouped = |g: &Grouped| g.kind == DrgKind::Neither;
        self.grouped.as_ref().is_none_or(|g| ungrouped(g) || self.claimed.is_some_and(|claimed| claimed != g.drg))
    }

    fn print(&self) -> Result<()> {
        let (Some(grouped), Some(version)) = (&self.grouped, self.version) else {
            let why = self.refused.as_deref().unwrap_or_default();
            return line(format!("{}  not grouped: {why}", self.control_number));
        };
        let stale = if self.is_stale == Some(true) { ", which does not cover this discharge" } else { "" };
        line(format!("{}  {} {}", self.control_number, grouped.drg, grouped.title))?;
        line(format!("    MS-DRG {version}{stale}; discharged {}", self.discharged))?;
        if let Some(claimed) = self.claimed.filter(|claimed| *claimed != grouped.drg) {
            line(format!("    the claim says {claimed}"))?;
        }
        for step in &grouped.steps {
            let codes = if step.codes.is_empty() { String::new() } else { format!(" [{}]", step.codes.join(" ")) };
            line(format!("    {}: {}{codes}", step.step, step.text))?;
        }
        grouped.complications.iter().try_for_each(|complication| line(format!("      {}", words(complication))))
    }
}

/// A complication and what became of it.
fn words(complication: &Complication) -> String {
    let Complication { code, level, poa, effect, drg_without } = complication;
    let level = Level::code(*level);
    match effect {
        Effect::Counts => {
            let without = drg_without.as_ref().map(|drg| format!("; without it {drg}")).unwrap_or_default();
            format!("{code} {level} counts{without}")
        }
        Effect::ExcludedByPrincipal { principal } => {
            format!("{code} {level} does not count beside the principal diagnosis {principal}")
        }
        Effect::PartOfDrg { drg } => format!("{code} {level} does not count: it is part of what makes {drg}"),
        Effect::Died => format!("{code} {level} counts only for patients who leave alive"),
        Effect::HospitalAcquired { category, label } => {
            format!(
                "{code} {level} does not count: hospital-acquired ({category}, {label}), present on admission {}",
                poa.code()
            )
        }
    }
}
