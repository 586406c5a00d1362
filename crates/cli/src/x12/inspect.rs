//! `superbill x12 info`, `diff`, `balance`, `match` and `explain`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use x12::Event;

use super::source::{of_file, of_output, open, peek};
use crate::input::{Format, Outcome, json, line, name};

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

/// Shows the envelopes as they come, and how much stands in each transaction set.
fn info(path: &Path) -> Result<Outcome> {
    let mut reader = x12::Reader::new(open(path)?);
    let (mut version, mut open, mut broken) = (String::new(), None::<OpenSet>, None);
    let mut is_begun = false;
    loop {
        let event = reader.next_event()?;
        if !matches!(event, Event::Unit(_) | Event::TransactionEnd(_)) {
            open.take().map_or(Ok(()), |set| line(set.words("; its end, SE, is missing")))?;
        }
        match event {
            Event::Interchange(isa) => {
                is_begun = true;
                line(format!("interchange {} from {} to {}", isa.el(13).trim(), isa.el(6).trim(), isa.el(8).trim()))?;
            }
            Event::Answer(ta1) => line(format!("  TA1 {} {} {}", ta1.el(1), ta1.el(4), ta1.el(5)))?,
            Event::Group(gs) => {
                gs.el(8).clone_into(&mut version);
                line(format!("  group {} {} {}", gs.el(6), gs.el(1), gs.el(8)))?;
            }
            Event::Transaction(st) => {
                let guide = if st.el(3).is_empty() { &version } else { st.el(3) };
                open = Some(OpenSet { name: format!("{} {} {guide}", st.el(1), st.el(2)), segments: 1, claims: 0 });
            }
            Event::Unit(segments) => {
                if let Some(set) = &mut open {
                    set.segments += segments.len();
                    set.claims += segments.iter().filter(|one| matches!(one.id(), "CLM" | "CLP")).count();
                }
            }
            Event::TransactionEnd(_) => {
                if let Some(mut set) = open.take() {
                    set.segments += 1;
                    line(set.words(""))?;
                }
            }
            Event::Stray(segment) => line(format!("  {} outside its envelope", segment.id()))?,
            Event::Broken(error) => {
                broken.get_or_insert(error);
            }
            Event::GroupEnd(_) | Event::InterchangeEnd(_) => {}
            Event::End(_) => break,
        }
    }
    match broken {
        Some(error) => Err(error).with_context(|| name(path)),
        None if !is_begun => bail!("{}: byte 0: the file is empty", name(path)),
        None => Ok(Outcome::Done),
    }
}

/// What was seen of a transaction set.
struct OpenSet {
    name: String,
    segments: usize,
    claims: usize,
}

impl OpenSet {
    fn words(&self, end: &str) -> String {
        let claims = if self.claims == 0 { String::new() } else { format!(", {} claims", self.claims) };
        format!("    transaction {}: {} segments{claims}{end}", self.name, self.segments)
    }
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
        let claims = |path: &Path| of_file(x12::ClaimTexts::read(open(path)?), path);
        let differences = claims(&self.left)?.differences(&claims(&self.right)?);
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
        let (mut sets, mut is_balanced) = (0_usize, true);
        let show = |one: x12::Balance| {
            sets += 1;
            is_balanced &= one.is_balanced;
            let shown = if self.format == Format::Json { json(&one) } else { line(sums(&one)) };
            shown.map_err(of_output)
        };
        of_file(x12::balances(open(&self.file)?, show), &self.file)?;
        if sets == 0 {
            bail!("{} holds neither claims (837) nor payments (835)", name(&self.file));
        }
        Ok(Outcome::found(!is_balanced))
    }
}

fn sums(one: &x12::Balance) -> String {
    let x12::Balance { set, transaction, claims, charged, paid, provider_adjustments, payment, .. } = one;
    let verdict = match (set.as_str(), one.is_balanced) {
        ("835", true) => format!(", paid {paid} less {provider_adjustments} is {payment}: balanced"),
        ("835", false) => format!(", paid {paid} less {provider_adjustments} is not {payment}: out of balance"),
        _ => String::new(),
    };
    format!("{set} {transaction}: {claims} claims, charged {charged}{verdict}")
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
        let (head, source) = peek(&self.answers)?;
        let is_acknowledgement = is_acknowledgement(&head);
        let answers = head.as_slice().chain(source);
        let (good, all) = if is_acknowledgement { self.acknowledged(answers)? } else { self.settled(answers)? };
        if self.format == Format::Text {
            line(match is_acknowledgement {
                true => format!("{} of {all} answers refuse or report an error", all - good),
                false => format!("{good} of {all} claims matched"),
            })?;
        }
        Ok(Outcome::found(good < all))
    }

    /// Each claim with its payment: how many match, of how many.
    fn settled(&self, payments: impl Read) -> Result<(usize, usize)> {
        let (mut matched, mut all) = (0, 0);
        let payments = of_file(x12::Payments::read(payments), &self.answers)?;
        let show = |one: x12::Settlement| {
            all += 1;
            matched += usize::from(one.is_matched());
            self.show(&one, settlement)
        };
        of_file(payments.settle(open(&self.claims)?, show), &self.claims)?;
        Ok((matched, all))
    }

    /// Each thing an acknowledgement says, with the claim it is about: how many accept, of how many.
    fn acknowledged(&self, answers: impl Read) -> Result<(usize, usize)> {
        let (mut accepted, mut all) = (0, 0);
        let mut show = |one: x12::Answer| {
            all += 1;
            accepted += usize::from(one.is_accepted);
            self.show(&one, answer)
        };
        let syntax = of_file(x12::answers(answers, &mut show), &self.answers)?;
        let joined = of_file(syntax.join(open(&self.claims)?), &self.claims)?;
        joined.into_iter().try_for_each(show)?;
        Ok((accepted, all))
    }

    fn show<T: serde::Serialize>(&self, one: &T, text: fn(&T) -> String) -> io::Result<()> {
        let shown = if self.format == Format::Json { json(one) } else { line(text(one)) };
        shown.map_err(of_output)
    }
}

fn settlement(one: &x12::Settlement) -> String {
    let amount = |text: &Option<String>| text.clone().unwrap_or_else(|| "0.00".to_owned());
    let words = match (&one.charged, &one.paid) {
        (Some(charged), Some(_)) if one.is_matched() => {
            format!("charged {charged}, paid {}, patient {}", amount(&one.paid), amount(&one.patient))
        }
        (Some(charged), Some(_)) => format!("charged {charged}, but answered as {}", amount(&one.charge_answered)),
        (Some(charged), None) => format!("charged {charged}, not answered"),
        _ => format!("paid {}, but no such claim was sent", amount(&one.paid)),
    };
    format!("{}: {words}", one.claim)
}

fn answer(one: &x12::Answer) -> String {
    let verdict = if one.is_accepted { "accepted" } else { "refused" };
    let set = if one.transaction.is_empty() { String::new() } else { format!(" transaction {}", one.transaction) };
    let claim = if one.claim.is_empty() { String::new() } else { format!(" claim {}", one.claim) };
    let mut place = one.position.map_or(String::new(), |at| format!(", segment {at} {}", one.segment));
    if !one.element.is_empty() {
        place.push_str(&format!(" element {}", one.element));
    }
    if let Some(offset) = one.offset {
        place.push_str(&format!(" (byte {offset})"));
    }
    let code = if one.code.is_empty() { String::new() } else { format!(" {}", one.code) };
    format!("{verdict} {}{code}: {}{set}{claim}{place}: {}", one.level, one.control, one.message)
}

/// Whether the first group of a file holds acknowledgements, or a TA1 comes before any group.
fn is_acknowledgement(head: &[u8]) -> bool {
    let mut reader = x12::Reader::new(head);
    loop {
        match reader.next_event() {
            Ok(Event::Answer(_)) => return true,
            Ok(Event::Group(gs)) => return matches!(gs.el(1), "FA" | "HN"),
            Ok(Event::End(_)) | Err(_) => return false,
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
