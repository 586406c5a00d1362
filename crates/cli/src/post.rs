//! `superbill post`: files from payers into the record and the books of a client.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use claim::{Imbalance, Money, RemittanceId};
use clap::Args;
use codes::Library;
use cycle::{
    CycleError,
    intake::{self, Intake},
    post::PostedRemittance,
};
use jiff::civil::Date;
use serde::Serialize;
use store::{
    Db, Scope, Tx,
    client::Client,
    remittance::{RemittanceClaimState, RemittanceState},
};

use crate::{
    client,
    input::{Format, Outcome, json, line, name, read},
    place::{CLI, Place},
};

#[derive(Args)]
pub struct Post {
    /// 835 remittances; also TA1, 999, 277CA and 271. `-` for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Code of the client they are for; may be left out where there is only one.
    #[arg(long, value_name = "CODE")]
    client: Option<String>,
    #[command(flatten)]
    place: Place,
    /// JSON is one line a file.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A file and what became of it.
#[derive(Serialize)]
struct Taken {
    file: String,
    kind: String,
    is_new: bool,
    accepted: usize,
    rejected: usize,
    strays: Vec<String>,
    remittances: Vec<Remitted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eligibility: Option<Answered>,
}

/// A remittance as it stands after the file was taken in.
#[derive(Serialize)]
struct Remitted {
    trace_number: String,
    payer: String,
    paid_on: Date,
    amount: Money,
    is_new: bool,
    state: &'static str,
    reason: String,
    claims_posted: usize,
    denials: usize,
    next_payer_claims: usize,
    parked: Vec<ParkedClaim>,
    imbalances: Vec<Imbalance>,
    held_unapplied: Money,
}

#[derive(Serialize)]
struct ParkedClaim {
    control_number: String,
    paid: Money,
    reason: String,
}

#[derive(Serialize)]
struct Answered {
    answered: usize,
    repeated: usize,
    unmatched: usize,
}

impl Post {
    pub fn run(self) -> Result<Outcome> {
        let (db, _) = self.place.open()?;
        let client = chosen(&db, self.client.as_deref())?;
        let library = crate::codes::library(&self.place)?;
        let (mut waits, mut unreadable) = (false, 0);
        for path in &self.files {
            let bytes = read(path)?;
            match take_in(&db, &client, &library, path, &bytes) {
                Ok(taken) => {
                    waits |= taken.waits();
                    match self.format {
                        Format::Json => json(&taken)?,
                        Format::Text => taken.print()?,
                    }
                }
                // The database, not the file: the next one would fail too.
                Err(error @ CycleError::Store(_)) => return Err(error).with_context(|| name(path)),
                Err(error) => {
                    unreadable += 1;
                    // A refusal begins with the file's name, which stands here already.
                    let text = error.to_string();
                    let text = text.strip_prefix(&file_name(path)).map_or(text.as_str(), str::trim_start);
                    eprintln!("superbill: {}: {text}", name(path));
                }
            }
        }
        match unreadable {
            0 => Ok(Outcome::found(waits)),
            1 => bail!("1 file could not be taken in and changed nothing"),
            many => bail!("{many} files could not be taken in and changed nothing"),
        }
    }
}

/// The client named, or the only one.
fn chosen(db: &Db, code: Option<&str>) -> Result<Client> {
    if let Some(code) = code {
        return client::by_code(db, code);
    }
    let mut all = client::one_or_all(db, None)?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => bail!("there is no client yet: superbill client add makes one"),
        _ => bail!("there are several clients: say which one the files are for with --client CODE"),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| name(path), |last| last.to_string_lossy().into_owned())
}

/// Takes a file in and reads what became of it, in one transaction.
fn take_in(db: &Db, client: &Client, library: &Library, path: &Path, bytes: &[u8]) -> Result<Taken, CycleError> {
    let file_name = file_name(path);
    db.write(&CLI, Scope::One(client.id), |tx| {
        let Intake { kind, is_new, accepted, rejected, strays, remittances, eligibility, .. } =
            intake::take_in(tx, library, &file_name, bytes)?;
        let remittances = remittances.iter().map(|one| remitted(tx, one)).collect::<Result<_, _>>()?;
        let eligibility = eligibility.map(|heard| Answered {
            answered: heard.answers.len(),
            repeated: heard.repeated,
            unmatched: heard.unmatched.len(),
        });
        Ok(Taken { file: name(path), kind, is_new, accepted, rejected, strays, remittances, eligibility })
    })
}

fn remitted(tx: &mut Tx<'_>, posted: &PostedRemittance) -> Result<Remitted, CycleError> {
    let record = store::remittance::get(tx, posted.id)?;
    let claims = store::remittance::claims(tx, posted.id)?;
    let parked = claims
        .into_iter()
        .filter(|claim| claim.state == RemittanceClaimState::Parked)
        .map(|claim| ParkedClaim { control_number: claim.control_number, paid: claim.paid, reason: claim.reason });
    Ok(Remitted {
        trace_number: record.trace_number,
        payer: record.payer_name,
        paid_on: record.paid_on,
        amount: record.amount,
        is_new: posted.is_new,
        state: record.state.code(),
        reason: record.reason,
        claims_posted: usize::try_from(record.posted_count).unwrap_or(usize::MAX),
        denials: posted.denials,
        next_payer_claims: posted.opened.len(),
        parked: parked.collect(),
        imbalances: record.imbalances,
        held_unapplied: held(tx, posted.id)?,
    })
}

fn held(tx: &mut Tx<'_>, id: RemittanceId) -> Result<Money, CycleError> {
    let unapplied = store::ledger::unapplied(tx)?;
    Ok(unapplied.iter().filter(|(of, _)| *of == id).map(|(_, amount)| *amount).sum())
}

impl Taken {
    /// True when somebody must look: something is held back, refused, unknown or was sent twice.
    fn waits(&self) -> bool {
        !self.is_new
            || self.rejected > 0
            || !self.strays.is_empty()
            || self.remittances.iter().any(|one| !one.is_new || one.state != RemittanceState::Posted.code())
            || self.eligibility.as_ref().is_some_and(|answered| answered.unmatched > 0)
    }

    fn print(&self) -> Result<()> {
        let Self { file, kind, .. } = self;
        let before = match (self.is_new, &self.eligibility) {
            (true, _) => "",
            (false, None) => ", taken in before: nothing added",
            (false, Some(_)) => ", nothing added",
        };
        line(format!("{file}: {kind}{before}"))?;
        if self.accepted + self.rejected > 0 {
            line(format!("  {} accepted, {} refused", count(self.accepted, "claim"), self.rejected))?;
        }
        for stray in &self.strays {
            line(format!("  unknown: {stray}"))?;
        }
        for remittance in &self.remittances {
            remittance.print(self.is_new)?;
        }
        if let Some(Answered { answered, repeated, unmatched }) = &self.eligibility {
            line(format!("  {answered} questions answered, {repeated} answered before, {unmatched} never asked"))?;
        }
        Ok(())
    }
}

impl Remitted {
    fn print(&self, is_new_file: bool) -> Result<()> {
        let Self { trace_number, payer, paid_on, amount, state, .. } = self;
        let before = if self.is_new || !is_new_file { "" } else { ", known before: nothing added" };
        line(format!("  trace {trace_number} from {payer}, {paid_on}, {amount}: {state}{before}"))?;
        if !self.imbalances.is_empty() {
            for imbalance in &self.imbalances {
                line(format!("    {}", imbalance.sentence()))?;
            }
            return line("    Nothing of it is posted: ask the payer for a corrected remittance.");
        }
        line(format!(
            "    {} posted, {} to work, {} made for the next payer",
            count(self.claims_posted, "claim"),
            count(self.denials, "denial"),
            count(self.next_payer_claims, "claim"),
        ))?;
        for ParkedClaim { control_number, paid, reason } in &self.parked {
            line(format!("    parked {control_number}, paid {paid}: {reason}"))?;
        }
        if !self.reason.is_empty() {
            line(format!("    waits: {}", self.reason))?;
        }
        if !self.held_unapplied.is_zero() {
            line(format!("    {} is held unapplied", self.held_unapplied))?;
        }
        Ok(())
    }
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}
