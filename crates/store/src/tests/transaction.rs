//! All or nothing, once, and audited.

use std::sync::Barrier;

use jiff::Timestamp;

use super::{ACTOR, on_both, practice};
use crate::{Clock, Key, Scope, StoreError, audit, counter, document, encounter, installation, patient};

#[test]
fn a_failed_write_leaves_nothing() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let rows = || fixture.read(a.scope(), audit::count);
        let before = rows();
        let error = fixture.refused(a.scope(), |tx| {
            let mut changed = patient::get(tx, a.patient)?;
            changed.phone = "9".into();
            patient::update(tx, &changed)?;
            counter::next(tx, "claim")?;
            Err::<(), _>(StoreError::Illegal("second thoughts".into()))
        });
        assert!(matches!(error, StoreError::Illegal(_)));
        assert_eq!(rows(), before);
        assert_eq!(fixture.read(a.scope(), |tx| patient::get(tx, a.patient)).phone, "5035550111");
        assert_eq!(fixture.write(a.scope(), |tx| counter::next(tx, "claim")), 1);
        assert_eq!(fixture.write(a.scope(), |tx| counter::next(tx, "claim")), 2);
    });
}

#[test]
fn a_panic_in_a_write_leaves_nothing_and_the_database_usable() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            fixture.write(a.scope(), |tx| {
                patient::set_ssn(tx, a.patient, "123")?;
                if tx.is_demo() { Ok(()) } else { panic!("as planned") }
            })
        }));
        assert!(outcome.is_err());
        assert_eq!(fixture.read(a.scope(), |tx| patient::ssn(tx, a.patient)), None);
        fixture.write(a.scope(), |tx| patient::set_ssn(tx, a.patient, "123456789"));
        assert_eq!(fixture.read(a.scope(), |tx| patient::ssn(tx, a.patient)).unwrap(), "123456789");
    });
}

#[test]
fn a_change_without_an_audit_row_is_refused() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        const SILENT: crate::sql::Sql =
            crate::sql::Sql::new("silent", "UPDATE encounter SET reason = 'x' WHERE client_id = $1");
        let error = fixture.refused(a.scope(), |tx| {
            let params = crate::value::params![tx.owner()?];
            tx.execute(SILENT, params).map(|_| ())
        });
        assert!(matches!(error, StoreError::Unaudited), "{error}");
        assert_eq!(fixture.read(a.scope(), |tx| encounter::get(tx, a.encounter.id)).reason, "");
    });
}

#[test]
fn the_same_key_acts_once() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let act = |key: &Key| {
            fixture.db.write_once::<u64, StoreError>(&ACTOR, a.scope(), key, |tx| counter::next(tx, "claim"))
        };
        let key = Key::new("k1", b"pay 10.00");
        let first = act(&key).unwrap();
        assert_eq!((first.value, first.is_repeat), (1, false));
        let again = act(&key).unwrap();
        assert_eq!((again.value, again.is_repeat), (1, true));
        let error = act(&Key::new("k1", b"pay 11.00")).unwrap_err();
        assert!(matches!(error, StoreError::KeyReused { .. }), "{error}");
        assert_eq!(act(&Key::new("k2", b"pay 10.00")).unwrap().value, 2);
    });
}

#[test]
fn fifty_requests_with_one_key_have_one_effect() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let start = Barrier::new(50);
        let key = Key::new("click", b"pay");
        let values: Vec<_> = std::thread::scope(|threads| {
            let run = || {
                start.wait();
                // Contention beyond the store's own patience is answered with "repeat": the client does.
                loop {
                    let scope = a.scope();
                    match fixture.db.write_once::<u64, StoreError>(&ACTOR, scope, &key, |tx| counter::next(tx, "n")) {
                        Err(StoreError::Contention(_) | StoreError::Exists { .. }) => {}
                        outcome => return outcome.unwrap(),
                    }
                }
            };
            let all: Vec<_> = (0..50).map(|_| threads.spawn(run)).collect();
            all.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(values.iter().all(|once| once.value == 1));
        assert_eq!(values.iter().filter(|once| !once.is_repeat).count(), 1);
        assert_eq!(fixture.write(a.scope(), |tx| counter::next(tx, "n")), 2);
    });
}

#[test]
fn the_demo_clock_stands_still_until_moved() {
    on_both(|fixture| {
        let start: Timestamp = "2026-01-05T14:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-01-06T14:00:00Z".parse().unwrap();
        fixture.write(Scope::Installation, |tx| installation::begin_demo(tx, "Demo", 7, start));
        let ids = fixture.write(Scope::Installation, |tx| {
            assert_eq!((tx.now(), tx.today()), (start, jiff::civil::date(2026, 1, 5)));
            Ok([tx.new_id::<uuid::Uuid>()?, tx.new_id()?])
        });
        fixture.write(Scope::Installation, |tx| installation::move_clock(tx, later));
        let error = fixture.refused(Scope::Installation, |tx| installation::move_clock(tx, start));
        assert!(matches!(error, StoreError::Illegal(_)));
        let found = fixture.read(Scope::Installation, installation::get);
        assert_eq!((found.clock, found.demo_seed, found.name.as_str()), (Clock::Demo(later), Some(7), "Demo"));
        let next = fixture.write(Scope::Installation, |tx| tx.new_id::<uuid::Uuid>());
        assert!(ids[0] < ids[1] && ids[1] < next);
    });
}

#[test]
fn the_same_seed_gives_the_same_ids_on_both_engines() {
    let ids = std::cell::RefCell::new(Vec::new());
    on_both(|fixture| {
        let start = "2026-01-05T14:00:00Z".parse().unwrap();
        fixture.write(Scope::Installation, |tx| installation::begin_demo(tx, "Demo", 7, start));
        let a = practice(fixture, "AA");
        ids.borrow_mut().push((a.client, a.patient, a.encounter.id, a.charges));
    });
    assert!(ids.borrow().windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn two_writers_on_one_counter_get_different_numbers() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let mut numbers: Vec<u64> = std::thread::scope(|threads| {
            let run = || {
                let next = || loop {
                    match fixture.db.write(&ACTOR, a.scope(), |tx| counter::next(tx, "isa13")) {
                        Err(StoreError::Contention(_)) => {}
                        outcome => return outcome.unwrap(),
                    }
                };
                (0..20).map(|_| next()).collect::<Vec<_>>()
            };
            let all: Vec<_> = (0..4).map(|_| threads.spawn(run)).collect();
            all.into_iter().flat_map(|t| t.join().unwrap()).collect()
        });
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=80).collect::<Vec<_>>());
    });
}

#[test]
fn a_full_disk_changes_nothing_and_says_so() {
    let fixture = super::Fixture::sqlite();
    let a = practice(&fixture, "AA");
    // The page limit stands for the disk: SQLite answers both with the same code.
    const LIMIT: crate::sql::Sql = crate::sql::Sql::new("limit", "PRAGMA max_page_count = 1");
    const ROOM: crate::sql::Sql = crate::sql::Sql::new("room", "PRAGMA max_page_count = 1000000");
    let keep = || fixture.db.write(&ACTOR, a.scope(), |tx| document::keep(tx, "835", "big", &[7; 1_000_000]));
    fixture.write(a.scope(), |tx| tx.rows(LIMIT, &[]).map(|_| ()));
    let error = keep().unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    assert!(fixture.read(a.scope(), |tx| document::list(tx, None, 9, 0)).is_empty());
    fixture.write(a.scope(), |tx| tx.rows(ROOM, &[]).map(|_| ()));
    assert!(keep().unwrap().is_new);
}

#[test]
fn a_commit_that_is_not_confirmed_is_unknown_until_the_key_is_tried_again() {
    let Ok(server) = std::env::var(super::SERVER) else {
        eprintln!("SKIPPED: {} does not name a server", super::SERVER);
        return;
    };
    let fixture = super::Fixture::postgres(&server);
    let a = practice(&fixture, "AA");
    const BACKEND: crate::sql::Sql = crate::sql::Sql::new("backend", "SELECT pg_backend_pid()");
    let key = Key::new("k", b"pay");
    let pay = |is_cut: bool| {
        fixture.db.write_once::<u64, StoreError>(&ACTOR, a.scope(), &key, |tx| {
            if is_cut {
                // Cut between the last statement and COMMIT: nothing after this reaches the server.
                let number = counter::next(tx, "n")?;
                let pid: i64 = tx.one(BACKEND, &[])?.get()?;
                fixture.raw().batch(&format!("SELECT pg_terminate_backend({pid})"))?;
                return Ok(number);
            }
            counter::next(tx, "n")
        })
    };
    let _ = pay(true).unwrap_err();
    let cut = |tx: &mut crate::Tx<'_>| -> crate::Result<()> {
        let pid: i64 = tx.one(BACKEND, &[])?.get()?;
        fixture.raw().batch(&format!("SELECT pg_terminate_backend({pid})"))
    };
    let error = fixture.db.write(&ACTOR, a.scope(), cut).unwrap_err();
    assert!(matches!(error, StoreError::UnknownOutcome { .. }), "{error}");
    let once = pay(false).unwrap();
    assert_eq!((once.value, once.is_repeat), (1, false));
    assert!(pay(false).unwrap().is_repeat);
}
