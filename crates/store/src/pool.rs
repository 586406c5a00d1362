//! A bounded set of connections that live as long as the database is open.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{Result, StoreError, engine::Connection};

/// How long a caller waits for a free connection.
const WAIT: Duration = Duration::from_secs(30);

type Open = Box<dyn Fn() -> Result<Connection> + Send + Sync>;

pub(crate) struct Pool {
    open: Open,
    limit: usize,
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    idle: Vec<Connection>,
    lent: usize,
}

/// A connection on loan. Dropped without [`Lease::give_back`] it is closed: whatever its state was, nobody
/// meets it again.
pub(crate) struct Lease<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Pool {
    pub(crate) fn new(limit: usize, open: impl Fn() -> Result<Connection> + Send + Sync + 'static) -> Self {
        let state = Mutex::new(State { idle: Vec::new(), lent: 0 });
        Self { open: Box::new(open), limit, state, freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is two numbers and a list, whole at every step: a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lend(&self) -> Result<Lease<'_>> {
        let full = |state: &mut State| state.idle.is_empty() && state.lent >= self.limit;
        let waited = self.freed.wait_timeout_while(self.state(), WAIT, full);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Busy("no connection became free".into()));
        }
        state.lent += 1;
        let idle = state.idle.pop();
        drop(state);
        // From here on the lease's drop keeps the count right.
        let mut lease = Lease { pool: self, connection: idle };
        if lease.connection.is_none() {
            lease.connection = Some((self.open)()?);
        }
        Ok(lease)
    }
}

impl Lease<'_> {
    pub(crate) fn connection(&mut self) -> Result<&mut Connection> {
        self.connection.as_mut().ok_or_else(|| StoreError::Connect("the connection was given back".into()))
    }

    pub(crate) fn give_back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.state().idle.push(connection);
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.pool.state().lent -= 1;
        self.pool.freed.notify_one();
    }
}
