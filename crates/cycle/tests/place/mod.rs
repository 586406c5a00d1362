//! A database of every engine at hand for one test, and a world in it.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

use std::path::PathBuf;

use cycle::register;
use store::{Actor, Db, Location, Scope, Sealer};
use world::World;

pub const DEMO: Actor = Actor::System("demo");

/// A database of one test, gone with it.
pub struct Place {
    pub name: &'static str,
    db: Option<Db>,
    pub location: Location,
}

impl Place {
    fn open(name: &'static str, location: Location) -> Self {
        let db = Db::open(&location, Sealer::with_key(&[7; 32])).unwrap();
        Self { name, db: Some(db), location }
    }

    pub fn db(&self) -> &Db {
        self.db.as_ref().unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.db = None;
        match &self.location {
            Location::Sqlite(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Location::Postgres(url) => {
                let (server, database) = url.rsplit_once('/').unwrap();
                run(&format!("{server}/postgres"), &format!("DROP DATABASE {database} WITH (FORCE)"));
            }
        }
    }
}

pub fn run(url: &str, sql: &str) {
    postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}

/// An empty database of every engine at hand; `test` keeps those of different tests apart.
pub fn places(test: &str) -> Vec<Place> {
    let own = format!("superbill_cycle_{test}_{}", std::process::id());
    let folder: PathBuf = std::env::temp_dir().join(&own);
    let mut places = vec![Place::open("SQLite", Location::Sqlite(folder))];
    match std::env::var("SUPERBILL_TEST_POSTGRES") {
        Ok(url) => {
            run(&url, &format!("CREATE DATABASE {own}"));
            let (server, _) = url.rsplit_once('/').unwrap();
            places.push(Place::open("PostgreSQL", Location::Postgres(format!("{server}/{own}"))));
        }
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SUPERBILL_TEST_POSTGRES is not set"),
    }
    places
}

pub fn found(db: &Db, world: &World) -> register::Registered {
    db.write(&DEMO, Scope::Installation, |tx| {
        register::installation(tx, world, |persona| format!("$argon2id$of {}", persona.login))
    })
    .unwrap()
}

pub fn seed(db: &Db, world: &World) {
    found(db, world);
    for client in &world.clients {
        db.write(&DEMO, Scope::One(client.id), |tx| register::client(tx, world)).unwrap();
    }
}
