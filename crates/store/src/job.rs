//! Jobs: work for the software itself, enqueued in the transaction that makes it necessary.

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::statements,
    value::{params, to_json},
};

/// Attempts before a job is left for a person.
const ATTEMPTS_MAX: u32 = 8;
/// A runner that holds a job longer than this is gone; another may take it.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

statements! {
    ENQUEUE = "INSERT INTO job (client_id, id, kind, payload, state, run_at, attempts, last_error) \
               VALUES ($1, $2, $3, $4, 'waiting', $5, 0, '')";
    NEXT = "SELECT id, kind, payload, attempts FROM job WHERE client_id = $1 AND state IN ('waiting', 'running') \
            AND run_at <= $2 ORDER BY run_at, id LIMIT 1";
    TAKE = "UPDATE job SET state = 'running', run_at = $3, attempts = $4 WHERE client_id = $1 AND id = $2";
    COMPLETE = "UPDATE job SET state = 'done', last_error = '' WHERE client_id = $1 AND id = $2";
    FAIL = "UPDATE job SET state = $3, run_at = $4, last_error = $5 WHERE client_id = $1 AND id = $2";
    COUNTS = "SELECT state, COUNT(*) FROM job WHERE client_id = $1 GROUP BY state ORDER BY state";
}

/// A job taken by a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Our record.
    pub id: Uuid,
    /// Which job it is.
    pub kind: String,
    /// What it needs, as JSON.
    payload: String,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

impl Job {
    /// What it needs.
    ///
    /// # Errors
    /// When it is of another shape.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.payload)
            .map_err(|e| StoreError::Corrupt { place: format!("payload of job {}", self.kind), cause: e.to_string() })
    }
}

/// Adds a job to the scope's queue, to run from `run_at` on.
pub fn enqueue(tx: &mut Tx<'_>, kind: &str, payload: &impl Serialize, run_at: Timestamp) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    tx.execute_mechanics(ENQUEUE, params![tx.owner()?, id, kind, to_json(payload)?, run_at])?;
    Ok(id)
}

/// Takes the scope's next due job, in a transaction of its own. A runner that dies leaves it to the next one
/// after ten minutes. Two runners never take the same one: they are ordered by the engine.
pub fn take(tx: &mut Tx<'_>) -> Result<Option<Job>> {
    let (owner, now) = (tx.owner()?, tx.now());
    let Some(mut row) = tx.row(NEXT, params![&owner, now])? else { return Ok(None) };
    let mut job = Job { id: row.get()?, kind: row.get()?, payload: row.get()?, attempts: row.get()? };
    job.attempts += 1;
    tx.execute_mechanics(TAKE, params![owner, job.id, later(now, LEASE), job.attempts])?;
    Ok(Some(job))
}

/// Marks a job done; best in the transaction of its effect.
pub fn complete(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    tx.execute_mechanics(COMPLETE, params![tx.owner()?, id]).map(|_| ())
}

/// Puts a failed job back, each time for twice as long, or leaves it for a person after the last attempt.
pub fn fail(tx: &mut Tx<'_>, job: &Job, error: &str) -> Result<()> {
    let state = if job.attempts >= ATTEMPTS_MAX { "failed" } else { "waiting" };
    let pause = SignedDuration::from_mins(1 << job.attempts.min(ATTEMPTS_MAX));
    let params = params![tx.owner()?, job.id, state, later(tx.now(), pause), error];
    tx.execute_mechanics(FAIL, params).map(|_| ())
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// How many jobs of the scope are waiting, running, done and failed.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(String, u64)>> {
    let params = params![tx.owner()?];
    tx.list(COUNTS, params, |row| Ok((row.get()?, row.get()?)))
}
