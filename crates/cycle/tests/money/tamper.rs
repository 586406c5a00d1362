//! The proof finds what somebody with the database in hand has changed.

use claim::AdjustmentGroup::Co;
use cycle::proof;
use store::{Location, Scope};

use crate::{
    place::{self, DEMO},
    stage::{cents, play},
};

/// Moves one cent of the posted payment, past every guard of the database.
fn tamper(location: &Location, change: &str) {
    match location {
        Location::Sqlite(folder) => {
            let database = rusqlite::Connection::open(folder.join("superbill.db")).unwrap();
            database.execute_batch("DROP TRIGGER IF EXISTS ledger_entry_refuses_UPDATE").unwrap();
            database.execute_batch(change).unwrap();
        }
        Location::Postgres(url) => {
            place::run(url, "ALTER TABLE ledger_entry DISABLE TRIGGER USER");
            place::run(url, change);
        }
    }
}

#[test]
fn one_cent_is_found_and_named() {
    play("tamper", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 9_200)]]);
        let all = Scope::Read(stage.world.clients.iter().map(|client| client.id).collect());
        assert!(stage.db().read(&DEMO, all, proof::prove).unwrap().holds());
        let aged = stage.read(|tx| proof::aging(tx, stage.world.ends_on));
        assert_eq!(aged.insurance.open(), cents(0));

        // Both sides of the posting are changed, so that it still balances: only the file tells.
        let payment = "account = 'UNAPPLIED' AND charge_id IS NOT NULL";
        let receivable = "account = 'AR-INS' AND charge_id IS NOT NULL AND remittance_id IS NOT NULL AND reason = ''";
        let pay = |cents: i64| {
            let set = |to: i64, entry: &str| format!("UPDATE ledger_entry SET amount_cents = {to} WHERE {entry}; ");
            tamper(&stage.place.location, &(set(cents, payment) + &set(-cents, receivable)));
        };
        pay(15_801);
        let found = stage.breaches();
        let names_it = |breach: &String| breach.contains("trace T1 pays 158.00") && breach.contains("158.01");
        assert!(found.iter().any(names_it), "{found:?}");
        pay(15_800);
    });
}
