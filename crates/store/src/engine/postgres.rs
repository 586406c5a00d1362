//! The server engine.

use std::{collections::HashMap, error::Error, net::IpAddr};

use postgres::{
    Client, Config, NoTls,
    config::{Host, SslMode},
    error::SqlState,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::Access;
use crate::{Result, StoreError, schema::APPLICATION_ROLE, sql::Sql, value::Value};

/// A statement that runs longer is a defect; a lock held longer is a dead neighbour.
const STATEMENT_MS: u32 = 60_000;
const LOCK_MS: u32 = 10_000;
const CONNECT_SECONDS: u64 = 10;

pub(crate) struct Postgres {
    client: Client,
    prepared: HashMap<&'static str, postgres::Statement>,
}

impl Postgres {
    /// Connects. Without TLS only to this machine, unless the URL says `sslmode=disable`.
    pub(crate) fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|e: postgres::Error| StoreError::Connect(e.to_string()))?;
        if config.get_ssl_mode() != SslMode::Disable && !config.get_hosts().iter().all(is_local) {
            return Err(StoreError::Connect(
                "the server is on another machine and the connection is not encrypted: use a local socket, a tunnel, \
                 or add ?sslmode=disable where the network itself is protected"
                    .into(),
            ));
        }
        config.application_name("superbill").connect_timeout(std::time::Duration::from_secs(CONNECT_SECONDS));
        let client = config.connect(NoTls).map_err(|e| StoreError::Connect(words(&e)))?;
        Ok(Self { client, prepared: HashMap::new() })
    }

    /// Every setting is LOCAL: nothing of a client outlives the transaction on a pooled connection.
    pub(super) fn begin(&mut self, access: Access, clients: &str) -> Result<()> {
        let level = match access {
            Access::Read => "REPEATABLE READ READ ONLY",
            Access::Write => "SERIALIZABLE",
        };
        if !clients.chars().all(|c| c.is_ascii_hexdigit() || c == '-' || c == ',') {
            return Err(StoreError::OutOfScope("a client id in the scope is malformed".into()));
        }
        self.batch(&format!(
            "BEGIN ISOLATION LEVEL {level}; SET LOCAL ROLE {APPLICATION_ROLE}; SET LOCAL app.clients = '{clients}'; \
             SET LOCAL statement_timeout = {STATEMENT_MS}; SET LOCAL lock_timeout = {LOCK_MS}"
        ))
    }

    pub(super) fn batch(&mut self, text: &str) -> Result<()> {
        self.client.batch_execute(text).map_err(|e| error("batch", &e))
    }

    fn statement(&mut self, sql: Sql) -> Result<postgres::Statement> {
        if let Some(statement) = self.prepared.get(sql.text()) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql.text()).map_err(|e| error(sql.name(), &e))?;
        self.prepared.insert(sql.text(), statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: Sql, params: &[Value]) -> Result<Vec<Vec<Value>>> {
        let statement = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        let rows = self.client.query(&statement, &params).map_err(|e| error(sql.name(), &e))?;
        rows.iter()
            .map(|row| (0..row.len()).map(|i| value(row, i)).collect::<Result<_, _>>())
            .collect::<Result<_, _>>()
            .map_err(|e: postgres::Error| StoreError::Corrupt { place: sql.name().to_owned(), cause: words(&e) })
    }

    pub(super) fn execute(&mut self, sql: Sql, params: &[Value]) -> Result<u64> {
        let statement = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        self.client.execute(&statement, &params).map_err(|e| error(sql.name(), &e))
    }

    #[cfg(test)]
    pub(super) fn prepare(&mut self, sql: Sql) -> Result<()> {
        self.client.prepare(sql.text()).map(|_| ()).map_err(|e| error(sql.name(), &e))
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // An untyped comparison such as `$2 = 0` makes the parameter a four-byte number.
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Int(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn value(row: &postgres::Row, i: usize) -> Result<Value, postgres::Error> {
    let ty = row.columns().get(i).map(|column| column.type_().clone());
    Ok(match ty {
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(i)?.map_or(Value::Null, Value::Int),
        Some(Type::INT4) => row.try_get::<_, Option<i32>>(i)?.map_or(Value::Null, |n| Value::Int(n.into())),
        Some(Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(i)?.map_or(Value::Null, Value::Bytes),
        _ => row.try_get::<_, Option<String>>(i)?.map_or(Value::Null, Value::Text),
    })
}

/// The server's own words; the client library alone says only "db error".
fn words(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |e| e.message().to_owned())
}

fn error(statement: &'static str, error: &postgres::Error) -> StoreError {
    let message = words(error);
    let Some(code) = error.code() else {
        return StoreError::Database { statement, message };
    };
    let rule = || error.as_db_error().and_then(|e| e.constraint()).unwrap_or(&message).to_owned();
    match code.clone() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Contention(message),
        SqlState::UNIQUE_VIOLATION => StoreError::Exists { rule: rule() },
        SqlState::FOREIGN_KEY_VIOLATION => StoreError::Dangling { rule: rule() },
        SqlState::DISK_FULL => StoreError::DiskFull,
        SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED => StoreError::Busy(message),
        SqlState::RESTRICT_VIOLATION => {
            StoreError::AppendOnly { table: message.split(' ').next().unwrap_or_default().to_owned() }
        }
        // The application's role has no right to change these tables in the first place.
        SqlState::INSUFFICIENT_PRIVILEGE if message.starts_with("permission denied for table ") => {
            StoreError::AppendOnly { table: message.split(' ').next_back().unwrap_or_default().to_owned() }
        }
        _ => StoreError::Database { statement, message },
    }
}
