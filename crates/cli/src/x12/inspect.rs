//! `superbill x12 info`, `diff`, `balance`, `match` and `explain`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::source::open;
use crate::input::{Format, Outcome, json, line, name, read};

#[derive(Args)]
pub struct Info {
    /// An X12 file; `-` for standard input.
    #[arg(required_unless_present = "guides")]
    file: Option<PathBuf>,
    /// Show which guides are covered, and how deeply, instead.
    #[arg(long)]
    guides: bool,
}

impl Info {
    pub fn run(self) -> Result<Outcome> {
        if self.guides {
            line("set  guide           loops  segments  levels    source")?;
            for guide in x12::guides() {
                let x12::GuideInfo { set_id, version, loops, segments, levels, source, .. } = guide;
                line(format!("{set_id:4} {version:15} {loops:5} {segments:9}  {levels:9} {source}"))?;
            }
        }
        match self.file {
            Some(path) => info(&path),
            None => Ok(Outcome::Done),
        }
    }
}

fn info(path: &Path) -> Result<Outcome> {
    let bytes = read(path)?;
    let interchanges = x12::read(&bytes).with_context(|| name(path))?;
    for interchange in &interchanges {
        let isa = &interchange.isa;
        line(format!("interchange {} from {} to {}", isa.el(13).trim(), isa.el(6).trim(), isa.el(8).trim()))?;
        for group in &interchange.groups {
            line(format!("  group {} {} {}", group.gs.el(6), group.gs.el(1), group.gs.el(8)))?;
            for transaction in &group.transactions {
                line(format!(
                    "    transaction {} {} {}: {} segments",
                    transaction.set_id(),
                    transaction.control(),
                    transaction.guide(),
                    transaction.segments.len()
                ))?;
            }
        }
    }
    Ok(Outcome::Done)
}

#[derive(Args)]
pub struct Diff {
    left: PathBuf,
    right: PathBuf,
    /// JSON is one line a difference.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Diff {
    pub fn run(self) -> Result<Outcome> {
        let differences = x12::compare(open(&self.left)?, open(&self.right)?)?;
        for one in &differences {
            if self.format == Format::Json {
                json(one)?;
                continue;
            }
            for (mark, side) in [('-', &one.left), ('+', &one.right)] {
                if !side.is_empty() {
                    line(format!("{}: {mark} {side}", one.claim))?;
                }
            }
        }
        Ok(Outcome::found(!differences.is_empty()))
    }
}

#[derive(Args)]
pub struct Balance {
    /// An X12 file; `-` for standard input.
    file: PathBuf,
    /// JSON is one line a transaction set.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Balance {
    pub fn run(self) -> Result<Outcome> {
        let balances = x12::balances(open(&self.file)?)?;
        if balances.is_empty() {
            bail!("{} holds neither claims (837) nor payments (835)", name(&self.file));
        }
        for one in &balances {
            if self.format == Format::Json {
                json(one)?;
                continue;
            }
            let x12::Balance { set, transaction, claims, charged, paid, provider_adjustments, payment, .. } = one;
            let verdict = match (set.as_str(), one.is_balanced) {
                ("835", true) => format!(", paid {paid} less {provider_adjustments} is {payment}: balanced"),
                ("835", false) => format!(", paid {paid} less {provider_adjustments} is not {payment}: out of balance"),
                _ => String::new(),
            };
            line(format!("{set} {transaction}: {claims} claims, charged {charged}{verdict}"))?;
        }
        Ok(Outcome::found(balances.iter().any(|one| !one.is_balanced)))
    }
}

#[derive(Args)]
pub struct Match {
    /// The claims, an 837.
    claims: PathBuf,
    /// Their payments, an 835, or their acknowledgements: TA1, 999 and 277CA in any mix.
    answers: PathBuf,
    /// JSON is one line a claim.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Match {
    pub fn run(self) -> Result<Outcome> {
        let bytes = read(&self.answers)?;
        if is_acknowledgement(&bytes) {
            return self.acknowledgements(&bytes);
        }
        let settlements = x12::settle(open(&self.claims)?, bytes.as_slice())?;
        let mut unmatched = 0_usize;
        for one in &settlements {
            unmatched += usize::from(!one.is_matched());
            if self.format == Format::Json {
                json(one)?;
                continue;
            }
            let amount = |text: &Option<String>| text.clone().unwrap_or_else(|| "0.00".to_owned());
            let words = match (&one.charged, &one.paid) {
                (Some(charged), Some(_)) if one.is_matched() => {
                    format!("charged {charged}, paid {}, patient {}", amount(&one.paid), amount(&one.patient))
                }
                (Some(charged), Some(_)) => {
                    format!("charged {charged}, but answered as {}", amount(&one.charge_answered))
                }
                (Some(charged), None) => format!("charged {charged}, not answered"),
                _ => format!("paid {}, but no such claim was sent", amount(&one.paid)),
            };
            line(format!("{}: {words}", one.claim))?;
        }
        if self.format == Format::Text {
            line(format!("{} of {} claims matched", settlements.len() - unmatched, settlements.len()))?;
        }
        Ok(Outcome::found(unmatched > 0))
    }
}

impl Match {
    /// Each thing an acknowledgement says, with the claim it is about.
    fn acknowledgements(&self, bytes: &[u8]) -> Result<Outcome> {
        let claims = read(&self.claims)?;
        let answers = x12::answers(bytes, Some(&claims)).with_context(|| name(&self.answers))?;
        for one in &answers {
            if self.format == Format::Json {
                json(one)?;
                continue;
            }
            let verdict = if one.is_accepted { "accepted" } else { "refused" };
            let set =
                if one.transaction.is_empty() { String::new() } else { format!(" transaction {}", one.transaction) };
            let claim = if one.claim.is_empty() { String::new() } else { format!(" claim {}", one.claim) };
            let mut place = one.position.map_or(String::new(), |at| format!(", segment {at} {}", one.segment));
            if !one.element.is_empty() {
                place.push_str(&format!(" element {}", one.element));
            }
            if let Some(offset) = one.offset {
                place.push_str(&format!(" (byte {offset})"));
            }
            let code = if one.code.is_empty() { String::new() } else { format!(" {}", one.code) };
            line(format!("{verdict} {}{code}: {}{set}{claim}{place}: {}", one.level, one.control, one.message))?;
        }
        let refused = answers.iter().filter(|one| !one.is_accepted).count();
        if self.format == Format::Text {
            line(format!("{refused} of {} answers refuse or report an error", answers.len()))?;
        }
        Ok(Outcome::found(refused > 0))
    }
}

/// Whether the first group of a file holds acknowledgements, or a TA1 comes before any group.
fn is_acknowledgement(bytes: &[u8]) -> bool {
    let mut reader = x12::Reader::new(bytes);
    loop {
        match reader.next_event() {
            Ok(x12::Event::Answer(_)) => return true,
            Ok(x12::Event::Group(gs)) => return matches!(gs.el(1), "FA" | "HN"),
            Ok(x12::Event::End(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

#[derive(Args)]
pub struct Explain {
    /// Such as `C7`; every rule in one line each when absent.
    rule: Option<String>,
}

impl Explain {
    pub fn run(self) -> Result<Outcome> {
        match self.rule {
            None => x12::rules().iter().try_for_each(|rule| line(format!("{:6} {}", rule.id, rule.title)))?,
            Some(id) => match x12::explain(&id) {
                Some(rule) => line(format!("{} (SNIP {})\n{}.\n\n{}", rule.id, rule.snip, rule.title, rule.text))?,
                None => bail!("there is no rule {id}; `superbill x12 explain` lists them all"),
            },
        }
        Ok(Outcome::Done)
    }
}
