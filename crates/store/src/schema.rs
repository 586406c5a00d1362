//! The schema: migrations that run by themselves, append-only triggers, row security.

use crate::{
    Result, StoreError,
    engine::Connection,
    sql::statements,
    value::{Value, params},
};

/// The role every transaction takes on PostgreSQL: not the owner of the tables, so row security holds.
pub(crate) const APPLICATION_ROLE: &str = "superbill_app";

/// The schema's history; a released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
];

/// Kept for ever as written: the database refuses UPDATE and DELETE.
pub(crate) const APPEND_ONLY: &[&str] = &[
    "ack",
    "audit_block",
    "audit_row",
    "audit_sealed",
    "bulletin",
    "bulletin_receipt",
    "claim_event",
    "claim_line",
    "claim_version",
    "code_set",
    "coding_decision",
    "coding_run",
    "document",
    "idempotency",
    "ledger_entry",
    "ledger_transaction",
    "note_version",
    "patient_payment",
    "ranking",
    "ranking_use",
    "release_acknowledgement",
    "remittance",
    "statement",
    "submission",
    "submission_claim",
];

/// Tables whose rows belong to a client and are hidden from every other one.
pub(crate) const CLIENT_TABLES: &[&str] = &[
    "ack",
    "appeal",
    "audit_block",
    "audit_row",
    "audit_sealed",
    "bulletin",
    "bulletin_receipt",
    "charge",
    "claim",
    "claim_event",
    "claim_line",
    "claim_version",
    "code_set",
    "coding_decision",
    "coding_run",
    "counter",
    "coverage",
    "document",
    "eligibility_check",
    "encounter",
    "gold",
    "idempotency",
    "job",
    "ledger_entry",
    "ledger_transaction",
    "note_draft",
    "note_version",
    "outbox",
    "patient",
    "patient_payment",
    "provider",
    "provider_query",
    "ranking",
    "ranking_use",
    "release_acknowledgement",
    "remittance",
    "remittance_claim",
    "remittance_state",
    "statement",
    "submission",
    "submission_claim",
    "tariff",
    "work_item",
];

/// Tables of the installation: no row security, reached by the code that signs people in.
pub(crate) const SHARED_TABLES: &[&str] = &[
    "client",
    "favourite_code",
    "installation",
    "library_pack",
    "migration",
    "payer",
    "payer_plan",
    "session",
    "user_account",
    "user_role",
];

statements! {
    VERSION = "SELECT COALESCE(MAX(number), 0) FROM migration";
    APPLIED = "INSERT INTO migration (number) VALUES ($1)";
}

/// How many migrations the database has seen.
fn version(connection: &mut Connection) -> Result<usize> {
    let mut rows = connection.query(VERSION, params![])?;
    let found: i64 = rows.first_mut().map(crate::value::Row::get).transpose()?.unwrap_or_default();
    let done = usize::try_from(found).unwrap_or(0);
    if done > MIGRATIONS.len() {
        return Err(StoreError::Newer { found, known: i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX) });
    }
    Ok(done)
}

/// Refuses a database that does not have the newest schema.
pub(crate) fn check(connection: &mut Connection) -> Result<()> {
    if version(connection)? == MIGRATIONS.len() { Ok(()) } else { Err(StoreError::Older) }
}

/// Brings the database to the newest schema, or refuses when it is newer.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let known = MIGRATIONS.len();
    prepare(connection)?;
    let outcome = (|| {
        let done = version(connection)?;
        for (number, text) in (1i64..).zip(MIGRATIONS).skip(done) {
            connection.batch(&dialect(connection, text))?;
            connection.execute(APPLIED, &[Value::Int(number)])?;
        }
        if done < known {
            connection.batch(&guards(connection))?;
        }
        Ok(())
    })();
    match outcome {
        Ok(()) => connection.commit(),
        Err(e) => {
            // The error that matters is the first one.
            let _ = connection.rollback();
            Err(e)
        }
    }
}

/// Starts the migrating transaction: alone, and with the table that says what was done.
fn prepare(connection: &mut Connection) -> Result<()> {
    const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)";
    match connection {
        Connection::Sqlite(_) => connection.batch(&format!("BEGIN IMMEDIATE; {TABLE};")),
        Connection::Postgres(_) => {
            // 5253 is an arbitrary number that all our processes agree on.
            connection.batch("BEGIN; SELECT pg_advisory_xact_lock(5253)")?;
            connection.batch(&role())?;
            connection.batch(TABLE)
        }
    }
}

/// Makes the application's role unless it is there, and lets the connecting user take it.
fn role() -> String {
    format!(
        "DO $$ BEGIN
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
             CREATE ROLE {APPLICATION_ROLE} NOLOGIN NOBYPASSRLS;
           END IF;
           IF NOT pg_has_role(current_user, '{APPLICATION_ROLE}', 'MEMBER') THEN
             EXECUTE format('GRANT {APPLICATION_ROLE} TO %I', current_user);
           END IF;
         EXCEPTION
           WHEN duplicate_object OR unique_violation THEN NULL;
           WHEN insufficient_privilege THEN
             RAISE EXCEPTION 'the role {APPLICATION_ROLE} is missing: let an administrator run CREATE ROLE {APPLICATION_ROLE} NOLOGIN; GRANT {APPLICATION_ROLE} TO %', current_user;
         END $$"
    )
}

/// The one schema as the engine takes it: strict types on SQLite, byte order of text on PostgreSQL.
fn dialect(connection: &Connection, text: &str) -> String {
    match connection {
        Connection::Sqlite(_) => text.replace("\n);", "\n) STRICT;").replace("BIGINT", "INTEGER"),
        Connection::Postgres(_) => text.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" BLOB", " BYTEA"),
    }
}

/// Triggers and row security for the lists above.
fn guards(connection: &Connection) -> String {
    match connection {
        Connection::Sqlite(_) => sqlite_guards(),
        Connection::Postgres(_) => postgres_guards(),
    }
}

fn sqlite_guards() -> String {
    let mut text = String::new();
    for table in APPEND_ONLY {
        for event in ["UPDATE", "DELETE"] {
            text += &format!(
                "CREATE TRIGGER IF NOT EXISTS {table}_refuses_{event} BEFORE {event} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
            );
        }
    }
    text
}

fn postgres_guards() -> String {
    let mut text = String::from(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;\n",
    );
    text += &format!("GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE};\n");
    for table in SHARED_TABLES.iter().chain(CLIENT_TABLES) {
        let rights = if APPEND_ONLY.contains(table) { "SELECT, INSERT" } else { "SELECT, INSERT, UPDATE, DELETE" };
        text += &format!("GRANT {rights} ON {table} TO {APPLICATION_ROLE};\n");
    }
    for table in APPEND_ONLY {
        text += &format!(
            "CREATE OR REPLACE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        );
    }
    for table in CLIENT_TABLES {
        // A setting never set is NULL, one that was set LOCAL is '' afterwards: both show no row.
        text += &format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; \
             DROP POLICY IF EXISTS {table}_client ON {table}; \
             CREATE POLICY {table}_client ON {table} \
             USING (client_id = ANY (string_to_array(current_setting('app.clients', true), ',')));\n"
        );
    }
    text
}
