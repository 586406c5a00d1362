//! The schema and its statements.

use std::collections::BTreeSet;

use super::{ACTOR, Fixture, on_both, sealer};
use crate::{
    Db, Location, Scope, StoreError,
    pack::KeptPack,
    schema::{APPEND_ONLY, CLIENT_TABLES, SHARED_TABLES},
    sql::Sql,
};

/// The statements of every module.
const INVENTORY: &[&[Sql]] = &[
    crate::appeal::STATEMENTS,
    crate::audit::STATEMENTS,
    crate::bulletin::STATEMENTS,
    crate::charge::STATEMENTS,
    crate::claim::STATEMENTS,
    crate::client::STATEMENTS,
    crate::coding::STATEMENTS,
    crate::counter::STATEMENTS,
    crate::coverage::STATEMENTS,
    crate::document::STATEMENTS,
    crate::encounter::STATEMENTS,
    crate::favourite::STATEMENTS,
    crate::gold::STATEMENTS,
    crate::idempotency::STATEMENTS,
    crate::installation::STATEMENTS,
    crate::job::STATEMENTS,
    crate::ledger::STATEMENTS,
    crate::note::STATEMENTS,
    crate::outbox::STATEMENTS,
    crate::pack::STATEMENTS,
    crate::patient::STATEMENTS,
    crate::payer::STATEMENTS,
    crate::provider::STATEMENTS,
    crate::query::STATEMENTS,
    crate::ranking::STATEMENTS,
    crate::release::STATEMENTS,
    crate::remittance::STATEMENTS,
    crate::schema::STATEMENTS,
    crate::statement::STATEMENTS,
    crate::submission::STATEMENTS,
    crate::tariff::STATEMENTS,
    crate::user::STATEMENTS,
    crate::work::STATEMENTS,
];

#[test]
fn every_statement_prepares_on_both_engines() {
    on_both(|fixture| {
        let mut raw = fixture.raw();
        for sql in INVENTORY.iter().copied().flatten() {
            raw.prepare(*sql).unwrap();
        }
    });
}

#[test]
fn every_module_with_statements_is_in_the_inventory() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = std::fs::read_dir(sources).unwrap().filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.is_file() && std::fs::read_to_string(path).unwrap().contains("\nstatements! {\n")
    });
    assert_eq!(modules.count(), INVENTORY.len());
}

/// A statement on client data names the client: nothing else keeps clients apart on SQLite.
#[test]
fn every_statement_on_client_data_is_scoped() {
    for sql in INVENTORY.iter().copied().flatten() {
        let words: BTreeSet<&str> = sql.text().split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        if CLIENT_TABLES.iter().any(|table| words.contains(table)) {
            let text = sql.text();
            let is_scoped = text.contains("client_id = $1") || text.contains("client_id IN (WITH RECURSIVE");
            assert!(is_scoped || text.starts_with("INSERT"), "{}: {text}", sql.name());
        }
    }
}

#[test]
fn the_lists_of_tables_are_complete() {
    let text = concat!(include_str!("../../migrations/0001.sql"), include_str!("../../migrations/0002.sql"));
    let tables = text.split("CREATE TABLE ").skip(1).map(|rest| rest.split_once(" (").unwrap());
    for (table, rest) in tables {
        let (columns, _) = rest.split_once("\n);").unwrap();
        let has_client = columns.contains("\n    client_id TEXT NOT NULL");
        let is_role = table == "user_role";
        assert_eq!(CLIENT_TABLES.contains(&table), has_client && !is_role, "{table}");
        assert_eq!(SHARED_TABLES.contains(&table), !has_client || is_role, "{table}");
    }
    assert!(APPEND_ONLY.iter().all(|table| CLIENT_TABLES.contains(table)));
}

#[test]
fn append_only_tables_refuse_changes_even_from_the_owner() {
    on_both(|fixture| {
        let practice = super::practice(fixture, "CH");
        fixture.write(practice.scope(), |tx| {
            crate::document::keep(tx, "835", "a.835", b"ISA")?;
            crate::audit::seal_blocks(tx)
        });
        for table in APPEND_ONLY {
            for sql in [format!("UPDATE {table} SET client_id = 'x'"), format!("DELETE FROM {table}")] {
                let outcome = fixture.raw().batch(&sql);
                let is_empty = matches!(fixture.location, Location::Sqlite(_)) && outcome.is_ok();
                if is_empty {
                    // A row trigger has nothing to refuse in an empty table.
                    let count =
                        crate::sql::Sql::new("count", Box::leak(format!("SELECT COUNT(*) FROM {table}").into()));
                    let rows: i64 = fixture.raw().query(count, &[]).unwrap()[0].get().unwrap();
                    assert_eq!(rows, 0, "{sql}");
                } else {
                    let error = outcome.unwrap_err();
                    assert!(matches!(&error, StoreError::AppendOnly { table: t } if t == table), "{sql}: {error}");
                }
            }
        }
    });
}

#[test]
fn a_newer_database_is_refused() {
    let fixture = Fixture::sqlite();
    fixture.raw().batch("INSERT INTO migration (number) VALUES (999)").unwrap();
    let Location::Sqlite(folder) = fixture.location.clone() else { unreachable!() };
    let copy = folder.join("copy");
    std::fs::create_dir(&copy).unwrap();
    let to = copy.join("superbill.db");
    fixture.raw().batch(&format!("VACUUM INTO '{}'", to.display())).unwrap();
    let error = Db::open(&Location::Sqlite(copy), sealer()).err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
}

#[test]
fn a_second_process_is_refused_and_the_message_names_the_folder() {
    let fixture = Fixture::sqlite();
    let Location::Sqlite(folder) = &fixture.location else { unreachable!() };
    let error = Db::open(&fixture.location, sealer()).err().unwrap();
    assert!(error.to_string().contains(&folder.display().to_string()), "{error}");
    assert!(matches!(error, StoreError::FolderInUse(_)));
}

#[test]
fn a_second_process_may_read_beside_the_first() {
    let fixture = Fixture::sqlite();
    let beside = Db::open_to_read(&fixture.location, sealer()).unwrap();
    let pack = KeptPack {
        system: "hcpcs".into(),
        file: "2026-04-01_all_1.pack".into(),
        sha256: "ab".into(),
        imported_on: jiff::civil::date(2026, 4, 2),
    };
    fixture.write(Scope::Installation, |tx| crate::pack::keep(tx, &pack, b"rows"));
    let seen = beside.read(&ACTOR, Scope::Installation, crate::pack::list).unwrap();
    assert_eq!(seen.len(), 1);
    let refused = beside.write(&ACTOR, Scope::Installation, |_| Ok::<_, StoreError>(()));
    assert!(matches!(refused, Err(StoreError::FolderInUse(_))), "{refused:?}");
    let other = crate::Sealer::with_key(&[1; 32]);
    assert!(matches!(Db::open_to_read(&fixture.location, other).err(), Some(StoreError::WrongKey)));
    let Location::Sqlite(folder) = &fixture.location else { unreachable!() };
    let empty = folder.join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert!(Db::open_to_read(&Location::Sqlite(empty.clone()), sealer()).is_err());
    assert!(std::fs::read_dir(empty).unwrap().next().is_none(), "looking makes no database");
}

#[test]
fn another_key_is_refused() {
    on_both(|fixture| {
        let location = match &fixture.location {
            // The folder is locked; a copy is not.
            Location::Sqlite(folder) => {
                let copy = folder.join("copy");
                std::fs::create_dir(&copy).unwrap();
                let to = copy.join("superbill.db");
                fixture.raw().batch(&format!("VACUUM INTO '{}'", to.display())).unwrap();
                Location::Sqlite(copy)
            }
            server @ Location::Postgres(_) => server.clone(),
        };
        let error = Db::open(&location, crate::Sealer::with_key(&[1; 32])).err().unwrap();
        assert!(matches!(error, StoreError::WrongKey), "{error}");
        Db::open(&location, sealer()).map(|_| ()).unwrap();
    });
}

/// The ordinary case of a server: an owner of the database who is no superuser.
#[test]
fn an_owner_without_special_rights_migrates_and_works() {
    let Ok(server) = std::env::var(super::SERVER) else {
        eprintln!("SKIPPED: {} does not name a server", super::SERVER);
        return;
    };
    let name = format!("superbill_owner_{}", super::random());
    let connect = |url: &str| crate::engine::Connection::Postgres(crate::engine::Postgres::open(url).unwrap());
    let mut administrator = connect(&server);
    let (rest, _) = server.rsplit_once('/').unwrap();
    let (_, host) = rest.rsplit_once('@').unwrap();
    administrator.batch(&format!("CREATE ROLE {name} LOGIN PASSWORD 'p'")).unwrap();
    administrator.batch(&format!("CREATE DATABASE {name} OWNER {name}")).unwrap();
    let location = Location::Postgres(format!("postgres://{name}:p@{host}/{name}"));
    // Another test has made the role on this server; here somebody still has to lend it.
    drop(Fixture::postgres(&server));
    let error = Db::open(&location, sealer()).err().unwrap();
    assert!(error.to_string().contains(&format!("GRANT superbill_app TO {name}")), "{error}");
    administrator.batch(&format!("GRANT superbill_app TO {name}")).unwrap();
    let fixture = Fixture {
        db: Db::open(&location, sealer()).unwrap(),
        location,
        dropped: Some((server.clone(), name.clone())),
        folder: None,
    };
    let (a, b) = (super::practice(&fixture, "AA"), super::practice(&fixture, "BB"));
    fixture.write(a.scope(), crate::audit::seal_blocks);
    let error = fixture.refused(b.scope(), |tx| crate::patient::set_ssn(tx, a.patient, "1"));
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    drop(fixture);
    administrator.batch(&format!("DROP ROLE {name}")).unwrap();
}
