//! The demo lived to its end, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::{path::PathBuf, sync::Arc};

use codes::Library;
use cycle::{demo::Demo, office::Office, summary};
use place::{DEMO, places};
use store::Scope;
use world::World;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("superbill_demo_{name}_{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn lives() {
    let world = World::new(1).unwrap();
    let library = Arc::new(Library::shipped());
    let place = places("lives").remove(0);
    let home = folder("lives");
    let office = Office::new(place.db().clone(), library, home.clone());
    let mut demo = Demo::new(&office, &world);
    demo.register(|p| format!("$argon2id$of {}", p.login)).unwrap();
    demo.live(|p| {
        if p.passed % 30 == 0 {
            eprintln!("{p:?}")
        }
    })
    .unwrap();
    let clients = world.clients.iter().map(|c| c.id).collect::<Vec<_>>();
    let s = place.db().read(&DEMO, Scope::Read(clients), summary::of).unwrap();
    eprintln!("{}", serde_json::to_string_pretty(&s).unwrap());
    for client in &world.clients {
        place.db().read(&DEMO, Scope::One(client.id), |tx| {
            for r in store::encounter::list(tx, &Default::default(), 500, 0)? {
                if r.encounter.status != claim::EncounterStatus::Billed {
                    let beats = world.visits.iter().find(|v| v.encounter.id == r.encounter.id).map(|v| v.beats.clone());
                    eprintln!("VISIT {} {} {:?} {} {:?}", r.encounter.number, r.encounter.served_on, r.encounter.status, r.reason, beats);
                    for q in store::query::of_encounter(tx, r.encounter.id)? { eprintln!("   Q {} {:?}", q.prompt.question, q.answered_at); }
                }
            }
            for w in store::work::list(tx, &Default::default(), Default::default(), 500, 0)? { eprintln!("OPEN {} {:?} {} {:?}", w.kind, w.owner, w.title, w.due_on); }
            for w in store::work::list_done(tx, &Default::default(), 500, 0)? { eprintln!("DONE {} {:?} {} {:?} -> {}", w.kind, w.owner, w.title, w.due_on, w.outcome); }
            for r in store::remittance::parked(tx, 50, 0)? { eprintln!("PARKED {r:?}"); }
            for a in store::appeal::pending(tx, 50, 0)? { eprintln!("APPEAL {a:?}"); }
            Ok::<_, store::StoreError>(())
        }).unwrap();
    }
    assert!(s.holds());
}
