//! `superbill audit`: the proof of the audit log.

use anyhow::Result;
use clap::Subcommand;
use serde::Serialize;
use store::{Db, Scope, StoreError, audit::AuditProof};

use crate::{
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

#[derive(Subcommand)]
pub enum Audit {
    /// Recompute every hash of the log and name the first row that does not hold.
    Verify {
        #[command(flatten)]
        place: Place,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// The log of one client, or of the installation, and its proof.
#[derive(Serialize)]
pub struct Chain {
    /// Client code, or `installation`.
    pub chain: String,
    #[serde(flatten)]
    pub proof: AuditProof,
}

#[derive(Serialize)]
struct Report<'a> {
    holds: bool,
    chains: &'a [Chain],
}

impl Audit {
    pub fn run(self) -> Result<Outcome> {
        let Self::Verify { place, format } = self;
        let (db, _) = place.open()?;
        let chains = chains(&db)?;
        let holds = chains.iter().all(|chain| chain.proof.breaks.is_empty());
        if format == Format::Json {
            json(&Report { holds, chains: &chains })?;
            return Ok(Outcome::found(!holds));
        }
        for Chain { chain, proof } in &chains {
            let AuditProof { blocks, sealed, unsealed, .. } = proof;
            line(format!("{chain}: {sealed} rows in {blocks} blocks, {unsealed} not yet sealed"))?;
            for broken in &proof.breaks {
                line(format!("  {broken}"))?;
            }
        }
        line(match first_break(&chains) {
            None => "the audit log holds".to_owned(),
            Some(first) => format!(
                "the audit log does not hold, first at {first}. Keep this database as it is, restore a copy from before \
                 the change elsewhere and compare"
            ),
        })?;
        Ok(Outcome::found(!holds))
    }
}

/// The first thing that does not hold.
pub fn first_break(chains: &[Chain]) -> Option<String> {
    chains.iter().find_map(|c| c.proof.breaks.first().map(|broken| format!("{}: {broken}", c.chain)))
}

/// The proofs of the installation's log and of every client's.
pub fn chains(db: &Db) -> Result<Vec<Chain>, StoreError> {
    let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
    let proof = db.read(&CLI, Scope::Installation, store::audit::verify)?;
    let mut chains = vec![Chain { chain: "installation".to_owned(), proof }];
    for client in clients {
        let proof = db.read(&CLI, Scope::One(client.id), store::audit::verify)?;
        chains.push(Chain { chain: client.code, proof });
    }
    Ok(chains)
}
