//! What belongs to one client is not there for another.

use claim::PatientId;

use super::{ACTOR, on_both, practice};
use crate::{Scope, StoreError, charge, document, encounter, ledger, patient, patient::PatientSearch, work};

#[test]
fn a_client_sees_nothing_of_another() {
    on_both(|fixture| {
        let (a, b) = (practice(fixture, "AA"), practice(fixture, "BB"));
        let kept = fixture.write(a.scope(), |tx| document::keep(tx, "note", "a.txt", b"secret"));
        fixture.read(b.scope(), |tx| {
            assert!(matches!(patient::get(tx, a.patient), Err(StoreError::NotFound { .. })));
            assert!(matches!(encounter::get(tx, a.encounter.id), Err(StoreError::NotFound { .. })));
            assert!(matches!(document::bytes(tx, kept.document.id), Err(StoreError::NotFound { .. })));
            assert!(document::by_hash(tx, &kept.document.sha256)?.is_none());
            assert!(charge::of_patient(tx, a.patient)?.is_empty());
            assert!(ledger::of_patient(tx, a.patient)?.is_empty());
            assert_eq!(patient::find(tx, &PatientSearch::default(), 10, 0)?.len(), 1);
            assert_eq!(ledger::journal(tx)?.len(), 2);
            Ok(())
        });
        let both = Scope::Read(vec![a.client, b.client]);
        let found = fixture.read(both, |tx| patient::find(tx, &PatientSearch::default(), 10, 0));
        assert_eq!(found.iter().map(|(client, _)| *client).collect::<std::collections::BTreeSet<_>>().len(), 2);
        fixture.read(Scope::Read(vec![]), |tx| {
            assert!(patient::find(tx, &PatientSearch::default(), 10, 0)?.is_empty());
            Ok(())
        });
        fixture.read(Scope::Installation, |tx| {
            assert!(patient::find(tx, &PatientSearch::default(), 10, 0)?.is_empty());
            Ok(())
        });
    });
}

#[test]
fn a_client_cannot_write_into_another() {
    on_both(|fixture| {
        let (a, b) = (practice(fixture, "AA"), practice(fixture, "BB"));
        let mut stolen = fixture.read(a.scope(), |tx| patient::get(tx, a.patient));
        stolen.phone = "0".into();
        let error = fixture.refused(b.scope(), |tx| patient::update(tx, &stolen));
        assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
        // A record of B that refers to a record of A.
        let mut coverage = a.coverage.clone();
        coverage.id = claim::CoverageId(uuid::Uuid::from_u128(5));
        let error = fixture.refused(b.scope(), |tx| crate::coverage::insert(tx, &coverage));
        assert!(matches!(error, StoreError::Dangling { .. }), "{error}");
        assert_eq!(fixture.read(a.scope(), |tx| patient::get(tx, a.patient)).phone, "5035550111");
    });
}

#[test]
fn several_clients_are_for_reading_only() {
    on_both(|fixture| {
        let (a, b) = (practice(fixture, "AA"), practice(fixture, "BB"));
        let scope = Scope::Read(vec![a.client, b.client]);
        let error = fixture.refused(scope.clone(), |_| Ok(()));
        assert!(matches!(error, StoreError::OutOfScope(_)), "{error}");
        let outcome = fixture.db.read(&ACTOR, scope, |tx| work::release(tx, claim::WorkItemId(uuid::Uuid::nil())));
        assert!(matches!(outcome, Err(StoreError::OutOfScope(_))));
        let outcome = fixture.db.read(&ACTOR, a.scope(), |tx| patient::set_ssn(tx, a.patient, "1"));
        assert!(matches!(outcome, Err(StoreError::OutOfScope(_))));
    });
}

/// The second wall: with the statement's own scoping left out, PostgreSQL still shows one client's rows.
#[test]
fn row_security_holds_without_the_statement() {
    let Ok(server) = std::env::var(super::SERVER) else {
        eprintln!("SKIPPED: {} does not name a server", super::SERVER);
        return;
    };
    let fixture = super::Fixture::postgres(&server);
    let (a, b) = (practice(&fixture, "AA"), practice(&fixture, "BB"));
    let everyone = crate::sql::Sql::new("test", "SELECT id FROM patient");
    let ids = |scope: &Scope| -> Vec<PatientId> {
        let mut raw = fixture.raw();
        raw.begin(crate::engine::Access::Read, &scope.list()).unwrap();
        let found = raw.query(everyone, &[]).unwrap().iter_mut().map(|row| row.get().unwrap()).collect();
        raw.rollback().unwrap();
        found
    };
    assert_eq!(ids(&a.scope()), [a.patient]);
    assert_eq!(ids(&b.scope()), [b.patient]);
    assert!(ids(&Scope::Installation).is_empty());
    assert!(ids(&Scope::Read(vec![])).is_empty());
    // A pooled connection keeps nothing: after the transaction, the application's role sees no row.
    let mut raw = fixture.raw();
    raw.begin(crate::engine::Access::Read, &a.scope().list()).unwrap();
    raw.rollback().unwrap();
    raw.batch("SET ROLE superbill_app").unwrap();
    assert!(raw.query(everyone, &[]).unwrap().is_empty());
}
