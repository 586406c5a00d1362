//! The pure parts of the cycle once more over the records of a lived world, each by itself.

use std::time::Duration;

use anyhow::Result;
use codes::Library;
use cycle::{CycleError, coding, desk::Desk, number};
use edit::Context;
use jiff::{civil::Date, tz::TimeZone};
use payer::{Plan, State};
use store::{Db, Scope, Tx, claim::ClaimFilter, encounter::EncounterFilter};
use world::World;

use super::{Stage, timed};
use crate::place::CLI;

/// Records read at most, of each kind.
const RECORDS_MAX: u32 = 100_000;

/// Changes made to see what one takes.
const COMMITS: u32 = 200;

/// What one change takes until the disk has it, in microseconds.
pub fn commit(db: &Db) -> Result<u64> {
    let change = |tx: &mut Tx<'_>| number::next_interchange(tx);
    let (made, took) = timed(|| (0..COMMITS).try_for_each(|_| db.write(&CLI, Scope::Installation, change).map(drop)));
    made?;
    Ok(u64::try_from((took / COMMITS).as_micros()).unwrap_or(u64::MAX))
}

/// Files as they were kept, oldest first, each with its day.
fn documents(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<(Date, Vec<u8>)>, CycleError> {
    let mut kept = store::document::list(tx, Some(kind), RECORDS_MAX, 0)?;
    kept.sort_by(|a, b| (a.kept_at, &a.name).cmp(&(b.kept_at, &b.name)));
    let day = |at| TimeZone::UTC.to_datetime(at).date();
    kept.iter().map(|file| Ok((day(file.kept_at), store::document::bytes(tx, file.id)?))).collect()
}

/// Reads notes, scrubs claims, reads and answers files again.
pub fn again(db: &Db, library: &Library, world: &World) -> Result<Vec<Stage>> {
    let mut coded = (0, Duration::ZERO);
    let mut claims = Vec::new();
    let (mut sent, mut paid) = (Vec::new(), Vec::new());
    for client in &world.clients {
        db.write(&CLI, Scope::One(client.id), |tx| {
            let visits = store::encounter::list(tx, &EncounterFilter::default(), RECORDS_MAX, 0)?;
            for visit in visits {
                if store::note::latest(tx, visit.encounter.id)?.is_some() {
                    let (coding, took) = timed(|| coding::suggest(tx, library, None, visit.encounter.id));
                    coding?;
                    coded = (coded.0 + 1, coded.1 + took);
                }
            }
            Ok::<_, CycleError>(())
        })?;
        db.read(&CLI, Scope::One(client.id), |tx| {
            for record in store::claim::list(tx, &ClaimFilter::default(), Default::default(), RECORDS_MAX, 0)? {
                claims.push(store::claim::latest(tx, record.id)?.claim);
            }
            sent.extend(documents(tx, "837")?);
            paid.extend(documents(tx, "835")?);
            Ok::<_, CycleError>(())
        })?;
    }
    sent.sort_by_key(|(day, _)| *day);

    let context = Context::new(world.ends_on);
    let ((), scrubbing) = timed(|| claims.iter().for_each(|claim| drop(edit::check(claim, &context, library))));
    let (answered, answering) = timed(|| answer(&sent, library, world));
    answered?;
    let (read, reading) = timed(|| paid.iter().try_for_each(|(_, bytes)| exchange::read_835(bytes).map(drop)));
    read?;
    Ok(vec![
        Stage::new("read notes, suggest codes", coded.0, coded.1),
        Stage::new("scrub claims", claims.len(), scrubbing),
        Stage::new("payers answer 837 files", sent.len(), answering),
        Stage::new("read 835 files", paid.len(), reading),
    ])
}

/// The payers' side of every file, by payers that remember nothing yet.
fn answer(sent: &[(Date, Vec<u8>)], library: &Library, world: &World) -> Result<()> {
    let mut desks = Vec::new();
    for insurer in &world.insurers {
        let plan = Plan::parse(&insurer.plan.plan_toml, &insurer.plan.members_csv, &insurer.plan.fees_csv)?;
        desks.push(Desk::new(plan, State::new()));
    }
    for (day, bytes) in sent {
        let addressed = cycle::desk::addressed_payers(bytes)?;
        if let Some(desk) = desks.iter_mut().find(|desk| addressed.iter().any(|payer| payer == desk.payer_number())) {
            desk.answer(bytes, library, *day)?;
        }
    }
    for desk in &mut desks {
        desk.pay(library, world.ends_on)?;
    }
    Ok(())
}
