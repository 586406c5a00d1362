//! The demo's summary: one screen for people, one document for programs.

use std::time::Duration;

use anyhow::Result;
use claim::Money;
use cycle::{office::Office, round, summary::Summary};
use ledger::Aging;
use serde_json::{Map, Value};

use crate::input::line;

type Summaries = [(String, Summary)];

/// Every client's figures by name.
pub fn as_json(summaries: &Summaries) -> Result<Value> {
    let mut clients = Map::new();
    for (name, summary) in summaries {
        clients.insert(name.clone(), serde_json::to_value(summary)?);
    }
    Ok(Value::Object(clients))
}

/// One screen.
pub fn summary(summaries: &Summaries, office: &Office, elapsed: Duration) -> Result<()> {
    let all: Vec<&Summary> = summaries.iter().map(|(_, summary)| summary).collect();
    let count = |of: fn(&Summary) -> usize| all.iter().map(|s| of(s)).sum::<usize>();
    let money = |of: fn(&Summary) -> Money| all.iter().map(|s| of(s)).sum::<Money>();
    let names: Vec<&str> = summaries.iter().map(|(name, _)| name.as_str()).collect();
    line(format!("\n{}, to {}", names.join(" and "), office.today()?))?;
    coding(&all)?;
    let (sent, clean) = (count(|s| s.claims_sent), count(|s| s.claims_clean));
    line(format!(
        "Claims      {sent} sent, {} clean without a person ({clean}), {} corrected by software, {} rejected (277CA), \
         {} corrected claims, {} secondary",
        percent(clean, sent),
        count(|s| s.claims_fixed),
        count(|s| s.rejections),
        count(|s| s.corrected),
        count(|s| s.secondary),
    ))?;
    denials(&all)?;
    line(format!(
        "Money       charged {}, insurers paid {}, patients paid {}, adjusted {}",
        money(|s| s.money.charged),
        money(|s| s.money.insurer_paid),
        money(|s| s.money.patient_paid),
        money(|s| s.money.adjusted),
    ))?;
    line(format!(
        "Open        insurers {}, patients {}, received and not applied {}",
        money(|s| s.money.insurance_open),
        money(|s| s.money.patient_open),
        money(|s| s.money.unapplied),
    ))?;
    aging("insurers", all.iter().map(|s| &s.insurance_aging))?;
    aging("patients", all.iter().map(|s| &s.patient_aging))?;
    work(&all)?;
    proof(&all)?;
    line(format!("Elapsed     {:.1} s", elapsed.as_secs_f64()))
}

fn percent(part: usize, whole: usize) -> String {
    format!("{} %", (100 * part).checked_div(whole).unwrap_or_default())
}

fn coding(all: &[&Summary]) -> Result<()> {
    let visits: u64 = all.iter().flat_map(|s| s.visits.values()).sum();
    let billed: u64 = all.iter().filter_map(|s| s.visits.get("billed")).sum();
    let (mut full, mut coded, mut matched, mut missed, mut extra) = (0, 0, 0, 0, 0);
    for agreement in all.iter().map(|s| &s.agreement) {
        full += agreement.full;
        coded += agreement.visits;
        matched += agreement.matched;
        missed += agreement.missed;
        extra += agreement.extra;
    }
    line(format!(
        "Coding      {visits} visits, {billed} billed; demo coder under rules {} to {} agrees with the written codes in \
         {matched}, missed {missed}, added {extra}; {full} of {coded} visits alike",
        round::RULES.first().map_or("", |rule| rule.0),
        round::RULES.last().map_or("", |rule| rule.0),
    ))
}

fn denials(all: &[&Summary]) -> Result<()> {
    let mut causes: Vec<(String, usize, Money, String)> = Vec::new();
    for cause in all.iter().flat_map(|s| &s.denials) {
        match causes.iter_mut().find(|known| known.0 == cause.reason) {
            Some(known) => {
                known.1 += cause.count;
                known.2 += cause.amount;
            }
            None => causes.push((cause.reason.clone(), cause.count, cause.amount, cause.text.clone())),
        }
    }
    causes.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    for (index, (reason, count, amount, text)) in causes.iter().enumerate() {
        let head = if index == 0 { "Denials" } else { "" };
        line(format!("{head:<12}{reason:<8}{count:>3} \u{d7}  {:>10}  {text}", amount.to_string()))?;
    }
    Ok(())
}

fn aging<'a>(whose: &str, agings: impl Iterator<Item = &'a Aging>) -> Result<()> {
    let mut buckets = vec![Money::ZERO; Aging::LABELS.len()];
    for aging in agings {
        for (sum, bucket) in buckets.iter_mut().zip(&aging.buckets) {
            *sum += *bucket;
        }
    }
    let parts: Vec<String> =
        Aging::LABELS.iter().zip(&buckets).map(|(label, amount)| format!("{label}: {amount}")).collect();
    line(format!("Aging       {whose:<9} {}", parts.join("  ")))
}

fn work(all: &[&Summary]) -> Result<()> {
    let mut kinds: Vec<(String, u64)> = Vec::new();
    for (kind, _, count, _) in all.iter().flat_map(|s| &s.work) {
        match kinds.iter_mut().find(|known| known.0 == *kind) {
            Some(known) => known.1 += count,
            None => kinds.push((kind.clone(), *count)),
        }
    }
    let parts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {}", kind.replace('_', " "))).collect();
    line(format!("To do       {}", parts.join(", ")))
}

fn proof(all: &[&Summary]) -> Result<()> {
    let sum = |of: fn(&Summary) -> usize| all.iter().map(|s| of(s)).sum::<usize>();
    let trial: Money = all.iter().map(|s| s.proof.trial_balance).sum();
    let word = |is_true: bool| if is_true { "holds" } else { "BROKEN" };
    line(format!(
        "Proof       {}: {} remittances balance against {} transactions; trial balance {trial}; \
         {} charges equal payments + adjustments + open ({} do not)",
        word(all.iter().all(|s| s.holds())),
        sum(|s| s.proof.remittances),
        sum(|s| s.proof.transactions),
        sum(|s| s.lines),
        sum(|s| s.broken_lines.len()),
    ))?;
    for breach in all.iter().flat_map(|s| &s.proof.breaches) {
        line(format!("            {}: {}", breach.invariant, breach.message))?;
    }
    Ok(())
}
