//! The installation: its name, its clock, the check of its key.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Clock, Result, StoreError, Tx,
    sql::statements,
    value::{params, to_json},
};

statements! {
    GET = "SELECT name, created_at, demo_now, demo_seed FROM installation WHERE id = 1";
    CLOCK = "SELECT demo_now, demo_seed, demo_counter FROM installation WHERE id = 1";
    KEY_CHECK = "SELECT key_check FROM installation WHERE id = 1";
    CREATE = "INSERT INTO installation (id, name, created_at, key_check, demo_seed, demo_counter) \
              VALUES (1, '', $1, $2, 0, 0)";
    CLIENTS = "SELECT COUNT(*) FROM client";
    BEGIN_DEMO = "UPDATE installation SET name = $1, demo_now = $2, demo_seed = $3, demo_counter = 0 WHERE id = 1";
    RENAME = "UPDATE installation SET name = $1 WHERE id = 1";
    SET_SUBMITTER = "UPDATE installation SET submitter = $1 WHERE id = 1";
    SUBMITTER = "SELECT submitter FROM installation WHERE id = 1";
    MOVE_CLOCK = "UPDATE installation SET demo_now = $1 WHERE id = 1";
    KEEP_COUNTER = "UPDATE installation SET demo_counter = $1 WHERE id = 1";
}

const KEY_FIELD: &str = "installation.key_check";
const KEY_WORD: &[u8] = b"superbill";

/// What is known of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Name of the billing company, or empty.
    pub name: String,
    /// When the database was made.
    pub created_at: Timestamp,
    /// Its clock.
    pub clock: Clock,
    /// Seed of the invented world, in a demo.
    pub demo_seed: Option<u64>,
}

/// Reads it.
///
/// # Errors
/// When the engine fails.
pub fn get(tx: &mut Tx<'_>) -> Result<Installation> {
    let mut row = tx.one(GET, params![])?;
    let (name, created_at) = (row.get()?, row.get()?);
    let demo_now: Option<Timestamp> = row.get()?;
    let seed: i64 = row.get()?;
    Ok(Installation {
        name,
        created_at,
        clock: demo_now.map_or(Clock::System, Clock::Demo),
        demo_seed: demo_now.map(|_| seed.cast_unsigned()),
    })
}

/// Names the installation.
///
/// # Errors
/// When the engine fails.
pub fn rename(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.execute(RENAME, params![name])?;
    tx.audit("installation.rename", "installation", "1", &())
}

/// Keeps how the billing company stands on files it sends (1000A).
///
/// # Errors
/// When the engine fails.
pub fn set_submitter(tx: &mut Tx<'_>, submitter: &impl Serialize) -> Result<()> {
    tx.execute(SET_SUBMITTER, params![to_json(submitter)?])?;
    tx.audit("installation.set_submitter", "installation", "1", &())
}

/// How the billing company stands on files it sends.
///
/// # Errors
/// When the engine fails, or nothing was kept yet.
pub fn submitter<T: DeserializeOwned>(tx: &mut Tx<'_>) -> Result<T> {
    tx.one(SUBMITTER, params![])?.json()
}

/// Turns an empty installation into a demo: time and identities come from `now` and `seed` from here on,
/// also in this transaction.
///
/// # Errors
/// [`StoreError::Illegal`] when there are clients already.
pub fn begin_demo(tx: &mut Tx<'_>, name: &str, seed: u64, now: Timestamp) -> Result<()> {
    let clients: i64 = tx.one(CLIENTS, params![])?.get()?;
    if clients > 0 || tx.is_demo() {
        return Err(StoreError::Illegal("this installation is in use: a demo needs a data folder of its own".into()));
    }
    tx.execute(BEGIN_DEMO, params![name, now, seed.cast_signed()])?;
    tx.run_demo(now, seed, 0);
    tx.audit("installation.begin_demo", "installation", "1", &seed)
}

/// Moves the demo's clock forward; later transactions see the new time.
///
/// # Errors
/// [`StoreError::Illegal`] outside a demo, or backwards.
pub fn move_clock(tx: &mut Tx<'_>, to: Timestamp) -> Result<()> {
    if !tx.is_demo() {
        return Err(StoreError::Illegal("the clock of this installation is the system's".into()));
    }
    if to < tx.now() {
        return Err(StoreError::Illegal("the demo's clock never goes back".into()));
    }
    tx.execute(MOVE_CLOCK, params![to])?;
    tx.audit("installation.move_clock", "installation", "1", &to)
}

/// Makes the installation's row, or checks that the key belongs to it.
pub(crate) fn check_key(tx: &mut Tx<'_>) -> Result<()> {
    if tx.row(KEY_CHECK, params![])?.is_some() {
        return confirm_key(tx);
    }
    let sealed = tx.seal(KEY_FIELD, "1", KEY_WORD)?;
    tx.execute(CREATE, params![tx.now(), sealed])?;
    tx.audit("installation.create", "installation", "1", &())
}

/// Checks that the key belongs to the installation, which must be there.
pub(crate) fn confirm_key(tx: &mut Tx<'_>) -> Result<()> {
    let row = tx.row(KEY_CHECK, params![])?;
    let sealed: Vec<u8> = row.ok_or_else(|| StoreError::not_found("installation", "1"))?.get()?;
    tx.unseal(KEY_FIELD, "1", &sealed).map(|_| ()).map_err(|_| StoreError::WrongKey)
}

/// Gives the transaction the demo's clock and ids, where there is one.
pub(crate) fn load_clock(tx: &mut Tx<'_>) -> Result<()> {
    let Some(mut row) = tx.row(CLOCK, params![])? else { return Ok(()) };
    if let Some(now) = row.get::<Option<Timestamp>>()? {
        let seed: i64 = row.get()?;
        tx.run_demo(now, seed.cast_unsigned(), row.get()?);
    }
    Ok(())
}

/// Remembers how many demo ids were made.
pub(crate) fn keep_ids(tx: &mut Tx<'_>) -> Result<()> {
    match tx.moved_counter() {
        Some(counter) => tx.execute_mechanics(KEEP_COUNTER, params![counter]).map(|_| ()),
        None => Ok(()),
    }
}
