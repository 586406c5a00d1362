//! Opening a database and running transactions on it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Actor, Result, Scope, Sealer, StoreError, Tx,
    engine::{Access, Connection, Postgres, Sqlite},
    idempotency::{self, Key, Once},
    installation,
    pool::{Lease, Pool},
    schema,
};

/// Reading connections of the embedded engine; its writer is one.
const READERS_MAX: usize = 8;
/// Connections to a server.
const SERVER_CONNECTIONS_MAX: usize = 8;
/// How often a transaction runs when the server cannot order it among others.
const ATTEMPTS_MAX: u32 = 8;

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A data folder with the embedded database `superbill.db` in it.
    Sqlite(PathBuf),
    /// A PostgreSQL server: `postgres://user:password@host/database`.
    Postgres(String),
}

/// An open database. Clones share it.
///
/// Calls run on the calling thread and block; never call from a thread that drives an async runtime
/// (use its blocking pool).
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    readers: Pool,
    writer: Pool,
    sealer: Sealer,
    /// Held until the last clone is gone.
    _lock: Option<fs::File>,
}

impl Db {
    /// Opens the database, creates or migrates it, and checks that the key belongs to it.
    ///
    /// # Errors
    /// When the folder is in use, the schema is newer, the key is another one, or the engine fails.
    pub fn open(location: &Location, sealer: Sealer) -> Result<Self> {
        let inner = match location {
            Location::Sqlite(folder) => {
                let lock = lock(folder)?;
                let path = folder.join("superbill.db");
                let reading = path.clone();
                let writer = Pool::new(1, move || Sqlite::open(&path, Access::Write).map(Connection::Sqlite));
                let readers =
                    Pool::new(READERS_MAX, move || Sqlite::open(&reading, Access::Read).map(Connection::Sqlite));
                Inner { readers, writer, sealer, _lock: Some(lock) }
            }
            Location::Postgres(url) => {
                let connect = |url: String| move || Postgres::open(&url).map(Connection::Postgres);
                let writer = Pool::new(SERVER_CONNECTIONS_MAX, connect(url.clone()));
                let readers = Pool::new(SERVER_CONNECTIONS_MAX, connect(url.clone()));
                Inner { readers, writer, sealer, _lock: None }
            }
        };
        let mut lease = inner.writer.lend()?;
        schema::migrate(lease.connection()?)?;
        lease.give_back();
        let db = Self(Arc::new(inner));
        db.write(&Actor::System("store"), Scope::Installation, installation::check_key)?;
        Ok(db)
    }

    /// Opens a database to read in it, also while another process works on its folder. It must have the schema of this
    /// version, and nothing can be written.
    ///
    /// # Errors
    /// When the folder has no database or one of another schema, the key is another one, or the engine fails.
    pub fn open_to_read(location: &Location, sealer: Sealer) -> Result<Self> {
        let Location::Sqlite(folder) = location else { return Self::open(location, sealer) };
        let (folder, path) = (folder.clone(), folder.join("superbill.db"));
        let readers = Pool::new(READERS_MAX, move || Sqlite::open(&path, Access::Read).map(Connection::Sqlite));
        let writer = Pool::new(1, move || Err(StoreError::FolderInUse(folder.clone())));
        let mut lease = readers.lend()?;
        schema::check(lease.connection()?)?;
        lease.give_back();
        let db = Self(Arc::new(Inner { readers, writer, sealer, _lock: None }));
        db.read(&Actor::System("store"), Scope::Installation, installation::confirm_key)?;
        Ok(db)
    }

    /// Runs `f` on a consistent view that it cannot change.
    ///
    /// # Errors
    /// What `f` returns, or the engine's refusal.
    pub fn read<T, E: From<StoreError>>(
        &self,
        actor: &Actor,
        scope: Scope,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lease = self.0.readers.lend()?;
        let connection = lease.connection()?;
        connection.begin(Access::Read, &scope.list())?;
        let mut tx = Tx::new(connection, actor, &scope, Access::Read, &self.0.sealer);
        let outcome = installation::load_clock(&mut tx).map_err(E::from).and_then(|()| f(&mut tx));
        let _ = finish(lease, Connection::rollback);
        outcome
    }

    /// Runs `f` and commits what it did, all or nothing. `f` may run more than once, so it must have no
    /// effect outside the transaction: files and messages go through the outbox.
    ///
    /// # Errors
    /// What `f` returns (nothing was changed); [`StoreError::UnknownOutcome`] when the commit was not
    /// confirmed.
    pub fn write<T, E: From<StoreError>>(
        &self,
        actor: &Actor,
        scope: Scope,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        scope.owner()?;
        let mut attempt = 1;
        loop {
            match self.attempt(actor, &scope, &mut f) {
                Attempt::Done(outcome) => return outcome,
                Attempt::Repeat(outcome) if attempt >= ATTEMPTS_MAX => return outcome,
                Attempt::Repeat(_) => {}
            }
            thread::sleep(pause(attempt));
            attempt += 1;
        }
    }

    /// As [`Db::write`], at most once for each key: asked again with the same key and request, it returns
    /// what the first time returned and changes nothing.
    ///
    /// # Errors
    /// As [`Db::write`]; [`StoreError::KeyReused`] when the key came with another request.
    pub fn write_once<T, E>(
        &self,
        actor: &Actor,
        scope: Scope,
        key: &Key,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Once<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<StoreError>,
    {
        self.write(actor, scope, |tx| {
            if let Some(value) = idempotency::find(tx, key)? {
                return Ok(Once { value, is_repeat: true });
            }
            let value = f(tx)?;
            idempotency::keep(tx, key, &value)?;
            Ok(Once { value, is_repeat: false })
        })
    }

    fn attempt<T, E: From<StoreError>>(
        &self,
        actor: &Actor,
        scope: &Scope,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Attempt<T, E> {
        let mut lease = match self.0.writer.lend() {
            Ok(lease) => lease,
            Err(e) => return Attempt::Done(Err(e.into())),
        };
        let begun = lease.connection().and_then(|c| c.begin(Access::Write, &scope.list()).map(|()| c));
        let connection = match begun {
            Ok(connection) => connection,
            Err(e) => return Attempt::Done(Err(e.into())),
        };
        let mut tx = Tx::new(connection, actor, scope, Access::Write, &self.0.sealer);
        let outcome = installation::load_clock(&mut tx).map_err(E::from).and_then(|()| f(&mut tx)).and_then(|value| {
            installation::keep_ids(&mut tx).and_then(|()| tx.ready()).map_err(E::from).map(|()| value)
        });
        let is_contended = tx.is_contended();
        match outcome {
            Err(e) => {
                // Where rolling back fails the connection is closed, which rolls back too.
                let _ = finish(lease, Connection::rollback);
                let outcome = Err(e);
                if is_contended { Attempt::Repeat(outcome) } else { Attempt::Done(outcome) }
            }
            Ok(value) => match finish(lease, Connection::commit) {
                Ok(()) => Attempt::Done(Ok(value)),
                Err(e @ StoreError::Contention(_)) => Attempt::Repeat(Err(e.into())),
                Err(e @ StoreError::DiskFull) => Attempt::Done(Err(e.into())),
                // A commit that failed may have happened; the connection is closed already.
                Err(e) => Attempt::Done(Err(StoreError::UnknownOutcome { cause: e.to_string() }.into())),
            },
        }
    }
}

enum Attempt<T, E> {
    Done(Result<T, E>),
    Repeat(Result<T, E>),
}

/// Ends the transaction; a connection on which that fails is closed, not given back.
fn finish(mut lease: Lease<'_>, end: impl Fn(&mut Connection) -> Result<()>) -> Result<()> {
    end(lease.connection()?)?;
    lease.give_back();
    Ok(())
}

/// Longer after each attempt, and not the same for two that collided.
fn pause(attempt: u32) -> Duration {
    let mut byte = [0u8; 1];
    // Without random bytes the pause is merely regular.
    let _ = getrandom::fill(&mut byte);
    Duration::from_millis(u64::from(attempt) * 4 + u64::from(byte[0] % 16))
}

/// One process works on a data folder at a time.
fn lock(folder: &Path) -> Result<fs::File> {
    let bad = |action, cause| StoreError::File { action, path: folder.into(), cause };
    fs::create_dir_all(folder).map_err(|e| bad("cannot create the data folder", e))?;
    let path = folder.join("lock");
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|e| bad("cannot write to the data folder", e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::FolderInUse(folder.into())),
        Err(fs::TryLockError::Error(e)) => Err(bad("cannot lock the data folder", e)),
    }
}
