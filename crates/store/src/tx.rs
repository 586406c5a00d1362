//! A transaction: the only way to the rows, always with an actor and a scope.

use claim::ClientId;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Actor, Clock, Result, Scope, Sealer, StoreError, audit,
    clock::Ids,
    engine::{Access, Connection},
    sql::Sql,
    value::{Row, Value, to_json},
};

/// A running transaction.
pub struct Tx<'a> {
    connection: &'a mut Connection,
    actor: &'a Actor,
    scope: &'a Scope,
    clients: String,
    access: Access,
    sealer: &'a Sealer,
    clock: Clock,
    ids: Ids,
    ids_loaded: Ids,
    is_changed: bool,
    is_audited: bool,
    is_contended: bool,
    open_transactions: i64,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(
        connection: &'a mut Connection,
        actor: &'a Actor,
        scope: &'a Scope,
        access: Access,
        sealer: &'a Sealer,
    ) -> Self {
        Self {
            connection,
            actor,
            scope,
            clients: scope.list(),
            access,
            sealer,
            clock: Clock::System,
            ids: Ids::System,
            ids_loaded: Ids::System,
            is_changed: false,
            is_audited: false,
            is_contended: false,
            open_transactions: 0,
        }
    }

    /// The installation's present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The installation's day.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// True when the demo's clock stands behind [`Tx::now`].
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        matches!(self.clock, Clock::Demo(_))
    }

    /// A new identity, as any of the id types: `let id: PatientId = tx.new_id()?`.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn new_id<T: From<Uuid>>(&mut self) -> Result<T> {
        self.ids.next(self.clock.now()).map(T::from)
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        self.actor
    }

    /// Whose rows are in reach.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        self.scope
    }

    /// The client of a scope of one.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`] in any other scope.
    pub fn client(&self) -> Result<ClientId> {
        match self.scope {
            Scope::One(client) => Ok(*client),
            _ => Err(StoreError::OutOfScope("this needs one client: choose it first".into())),
        }
    }

    /// The clients in scope as `in_scope!` takes them.
    pub(crate) fn clients(&self) -> &str {
        &self.clients
    }

    /// The key of new rows: the client, or the installation.
    pub(crate) fn owner(&self) -> Result<String> {
        self.scope.owner()
    }

    pub(crate) fn rows(&mut self, sql: Sql, params: &[Value]) -> Result<Vec<Row>> {
        let found = self.connection.query(sql, params);
        self.watched(found)
    }

    pub(crate) fn row(&mut self, sql: Sql, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, params)?.into_iter().next())
    }

    /// The first row of a statement that always has one, such as a count.
    pub(crate) fn one(&mut self, sql: Sql, params: &[Value]) -> Result<Row> {
        self.row(sql, params)?.ok_or_else(|| StoreError::not_found("row of", sql.name()))
    }

    /// Reads every row with `read`.
    pub(crate) fn list<T>(
        &mut self,
        sql: Sql,
        params: &[Value],
        mut read: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.rows(sql, params)?.iter_mut().map(&mut read).collect()
    }

    /// Changes rows of the record: the transaction must also write to the audit log.
    pub(crate) fn execute(&mut self, sql: Sql, params: &[Value]) -> Result<u64> {
        self.is_changed = true;
        self.execute_mechanics(sql, params)
    }

    /// Changes one row of the record, which must be there and in scope.
    pub(crate) fn change(&mut self, what: &'static str, id: impl ToString, sql: Sql, params: &[Value]) -> Result<()> {
        match self.execute(sql, params)? {
            0 => Err(StoreError::not_found(what, id)),
            _ => Ok(()),
        }
    }

    /// Changes rows that carry no record of their own: counters, sessions, queue states, the audit log.
    pub(crate) fn execute_mechanics(&mut self, sql: Sql, params: &[Value]) -> Result<u64> {
        self.writes()?;
        let done = self.connection.execute(sql, params);
        self.watched(done)
    }

    /// Refuses in a reading transaction.
    pub(crate) fn writes(&self) -> Result<()> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(StoreError::OutOfScope("a reading transaction changes nothing".into())),
        }
    }

    /// Says in the audit log what was done. Values only for codes and money, never free text.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn audit(&mut self, action: &str, entity: &str, id: impl ToString, detail: &impl Serialize) -> Result<()> {
        let detail = to_json(detail)?;
        audit::append(self, action, entity, &id.to_string(), &detail)?;
        self.is_audited = true;
        Ok(())
    }

    pub(crate) fn seal(&self, field: &str, row: &str, plain: &[u8]) -> Result<Vec<u8>> {
        self.sealer.seal(field, row, plain)
    }

    pub(crate) fn unseal(&self, field: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.sealer.unseal(field, row, sealed)
    }

    pub(crate) fn unseal_text(&self, field: &str, row: &str, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.unseal(field, row, sealed)?)
            .map_err(|_| StoreError::Corrupt { place: format!("{field} of {row}"), cause: "not UTF-8".into() })
    }

    /// Adds to the sum of all ledger entries written; it must be zero at commit.
    pub(crate) fn posted(&mut self, cents: i64) {
        self.open_transactions += cents;
    }

    /// Takes time and identities from the demo's clock and seed.
    pub(crate) fn run_demo(&mut self, now: Timestamp, seed: u64, counter: u64) {
        self.clock = Clock::Demo(now);
        self.ids = Ids::Seeded { seed, counter };
        self.ids_loaded = self.ids;
    }

    /// The demo's identity counter, when this transaction moved it.
    pub(crate) fn moved_counter(&self) -> Option<u64> {
        match self.ids {
            Ids::Seeded { counter, .. } if self.ids != self.ids_loaded => Some(counter),
            _ => None,
        }
    }

    /// Marks the transaction to be repeated.
    pub(crate) fn contend(&mut self) {
        self.is_contended = true;
    }

    /// Refuses to commit what would break a promise of the store.
    pub(crate) fn ready(&self) -> Result<()> {
        if self.is_changed && !self.is_audited {
            return Err(StoreError::Unaudited);
        }
        if self.open_transactions != 0 {
            let sum = claim::Money::from_cents(self.open_transactions);
            return Err(StoreError::Unbalanced(format!("entries of this change add up to {sum}, not to zero")));
        }
        Ok(())
    }

    /// True when the engine asked for the whole transaction to be repeated.
    pub(crate) const fn is_contended(&self) -> bool {
        self.is_contended
    }

    fn watched<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if matches!(outcome, Err(StoreError::Contention(_))) {
            self.is_contended = true;
        }
        outcome
    }
}
