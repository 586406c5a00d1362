//! The embedded engine.

use std::path::Path;

use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::Access;
use crate::{Result, StoreError, sql::Sql, value::Value};

/// First release without the WAL-reset bug.
const VERSION_MIN: i32 = 3_051_003;
/// How long a connection waits for the writer.
const BUSY_MS: u64 = 10_000;
/// Prepared statements kept per connection: more than there are.
const STATEMENTS_MAX: usize = 400;

pub(crate) struct Sqlite(Connection);

impl Sqlite {
    /// Opens the file; only a writer may create it.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self> {
        if rusqlite::version_number() < VERSION_MIN {
            return Err(StoreError::OldSqlite(rusqlite::version().to_owned()));
        }
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
        } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            // FULL: with NORMAL a power cut loses acknowledged commits. Temporary files never hold records.
            connection.execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
                 PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;",
            )?;
            if access == Access::Read {
                connection.execute_batch("PRAGMA query_only=ON")?;
            }
            Ok(connection)
        };
        open().map(Self).map_err(|e: rusqlite::Error| StoreError::Connect(format!("{} ({})", e, path.display())))
    }

    pub(super) fn batch(&mut self, text: &str) -> Result<()> {
        self.0.execute_batch(text).map_err(|e| error("batch", e))
    }

    pub(super) fn query(&mut self, sql: Sql, params: &[Value]) -> Result<Vec<Vec<Value>>> {
        let run = || {
            let mut statement = self.0.prepare_cached(&sql.numbered())?;
            let columns = statement.column_count();
            let mut rows = statement.query(params_from_iter(params))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((0..columns).map(|i| row.get_ref(i).map(value)).collect::<Result<_, _>>()?);
            }
            Ok(found)
        };
        run().map_err(|e| error(sql.name(), e))
    }

    pub(super) fn execute(&mut self, sql: Sql, params: &[Value]) -> Result<u64> {
        let run = || self.0.prepare_cached(&sql.numbered())?.execute(params_from_iter(params));
        run().map(|rows| rows as u64).map_err(|e| error(sql.name(), e))
    }

    #[cfg(test)]
    pub(super) fn prepare(&mut self, sql: Sql) -> Result<()> {
        self.0.prepare(&sql.numbered()).map(|_| ()).map_err(|e| error(sql.name(), e))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        // STRICT tables keep floats out; a sum that overflows fails in SQLite itself.
        ValueRef::Real(number) => Value::Text(number.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

fn error(statement: &'static str, error: rusqlite::Error) -> StoreError {
    use rusqlite::ffi;
    let message = error.to_string();
    let Some(code) = error.sqlite_error() else {
        return StoreError::Database { statement, message };
    };
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            return StoreError::Exists { rule: message };
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return StoreError::Dangling { rule: message },
        ffi::SQLITE_CONSTRAINT_TRIGGER => {
            let table = message.split(' ').next().unwrap_or_default().to_owned();
            return StoreError::AppendOnly { table };
        }
        _ => {}
    }
    match code.code {
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy(message),
        ErrorCode::CannotOpen => StoreError::Connect(message),
        _ => StoreError::Database { statement, message },
    }
}
