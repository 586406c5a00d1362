//! The audit log shows what was done to it.

use super::{ACTOR, Fixture, Practice, on_both, practice};
use crate::{
    audit::{self, AuditFilter, AuditProof},
    patient,
};

fn verify(fixture: &Fixture, practice: &Practice) -> AuditProof {
    // Writing scope, reading transaction.
    fixture.db.read(&ACTOR, practice.scope(), audit::verify).unwrap()
}

#[test]
fn every_change_says_who_did_what() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        fixture.write(a.scope(), |tx| patient::set_ssn(tx, a.patient, "123456789"));
        let which = AuditFilter { entity: Some("patient".into()), entity_id: Some(a.patient.to_string()) };
        let rows = fixture.read(a.scope(), |tx| audit::list(tx, &which, 10, 0));
        assert_eq!(rows.iter().map(|r| r.action.as_str()).collect::<Vec<_>>(), ["patient.set_ssn", "patient.insert"]);
        assert!(rows.iter().all(|r| r.actor == "system:test" && r.client == a.client.to_string()));
        assert!(!rows.iter().any(|r| r.detail.contains("123456789")));
    });
}

#[test]
fn blocks_chain_and_the_tail_is_reported() {
    on_both(|fixture| {
        let (a, b) = (practice(fixture, "AA"), practice(fixture, "BB"));
        let before = verify(fixture, &a);
        assert_eq!((before.blocks, before.breaks.len()), (0, 0));
        let sealed = fixture.write(a.scope(), audit::seal_blocks);
        assert_eq!(sealed, before.unsealed);
        fixture.write(a.scope(), |tx| patient::set_ssn(tx, a.patient, "1"));
        let after = verify(fixture, &a);
        assert_eq!((after.blocks, after.sealed, after.unsealed, after.breaks.len()), (1, sealed, 1, 0));
        fixture.write(a.scope(), audit::seal_blocks);
        assert_eq!(verify(fixture, &a).blocks, 2);
        assert_ne!(verify(fixture, &a).head, after.head);
        assert_eq!(verify(fixture, &b).blocks, 0, "another client's log is not touched");
    });
}

#[test]
fn edits_deletions_and_insertions_are_found() {
    /// The statement that does it, for a client.
    type Attack = fn(&str) -> String;
    let attacks: [(&str, Attack, &str); 5] = [
        (
            "audit_row",
            |c| format!("UPDATE audit_row SET actor = 'user:x' WHERE action = 'patient.insert' AND client_id = '{c}'"),
            "was changed",
        ),
        (
            "audit_row",
            |c| format!("DELETE FROM audit_row WHERE action = 'patient.insert' AND client_id = '{c}'"),
            "is missing",
        ),
        (
            "audit_block",
            |c| format!("UPDATE audit_block SET hash = 'x' WHERE number = 1 AND client_id = '{c}'"),
            "not the ones",
        ),
        (
            "audit_block",
            |c| format!("UPDATE audit_block SET previous_hash = 'x' WHERE number = 2 AND client_id = '{c}'"),
            "does not continue",
        ),
        (
            "audit_row",
            |c| format!("UPDATE audit_row SET detail = '2' WHERE action = 'patient.set_ssn' AND client_id = '{c}'"),
            "was changed",
        ),
    ];
    for (table, attack, expected) in attacks {
        on_both(|fixture| {
            let a = practice(fixture, "AA");
            fixture.write(a.scope(), audit::seal_blocks);
            fixture.write(a.scope(), |tx| patient::set_ssn(tx, a.patient, "1"));
            fixture.write(a.scope(), audit::seal_blocks);
            assert_eq!(verify(fixture, &a).breaks, Vec::<String>::new());
            fixture.tamper(table, &attack(&a.client.to_string()));
            let breaks = verify(fixture, &a).breaks;
            assert!(breaks.iter().any(|b| b.contains(expected)), "{expected}: {breaks:?}");
        });
    }
}
