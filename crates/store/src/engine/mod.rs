//! Two engines behind one connection type.

mod postgres;
mod sqlite;

use crate::{
    Result,
    sql::Sql,
    value::{Row, Value},
};

pub(crate) use self::{postgres::Postgres, sqlite::Sqlite};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// A connection of either engine.
#[expect(clippy::large_enum_variant, reason = "a handful exist, each for as long as the database is open")]
pub(crate) enum Connection {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Connection {
    /// Starts a transaction that sees only the rows of `clients`, where the engine can enforce that.
    pub(crate) fn begin(&mut self, access: Access, clients: &str) -> Result<()> {
        match self {
            Self::Sqlite(c) => c.batch(if access == Access::Write { "BEGIN IMMEDIATE" } else { "BEGIN" }),
            Self::Postgres(c) => c.begin(access, clients),
        }
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        self.batch("COMMIT")
    }

    pub(crate) fn rollback(&mut self) -> Result<()> {
        self.batch("ROLLBACK")
    }

    /// Runs statements without parameters: transaction control and migrations.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        match self {
            Self::Sqlite(c) => c.batch(text),
            Self::Postgres(c) => c.batch(text),
        }
    }

    pub(crate) fn query(&mut self, sql: Sql, params: &[Value]) -> Result<Vec<Row>> {
        let rows = match self {
            Self::Sqlite(c) => c.query(sql, params),
            Self::Postgres(c) => c.query(sql, params),
        }?;
        Ok(rows.into_iter().map(|values| Row { statement: sql, values: values.into_iter() }).collect())
    }

    pub(crate) fn execute(&mut self, sql: Sql, params: &[Value]) -> Result<u64> {
        match self {
            Self::Sqlite(c) => c.execute(sql, params),
            Self::Postgres(c) => c.execute(sql, params),
        }
    }

    /// Prepares a statement without running it.
    #[cfg(test)]
    pub(crate) fn prepare(&mut self, sql: Sql) -> Result<()> {
        match self {
            Self::Sqlite(c) => c.prepare(sql),
            Self::Postgres(c) => c.prepare(sql),
        }
    }
}
