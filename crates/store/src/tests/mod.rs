//! The promises of the store, the same ones on both engines.

mod audit;
mod books;
mod isolation;
mod library;
mod record;
mod schema;
mod transaction;

use std::{path::PathBuf, str::FromStr};

use claim::{
    Address, BillingProvider, ChargeId, ClaimId, ClientId, Coverage, CoverageId, Encounter, EncounterId,
    EncounterStatus, Money, Npi, Patient, PatientId, Payer, PayerId, PayerKind, PayerSequence, PersonName,
    PlaceOfService, ProcedureCode, Provider, ProviderId, Relationship, Setting, Sex, Taxonomy,
};
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::{
    Actor, Db, Location, Scope, Sealer, StoreError, Tx,
    charge::{self, Charge},
    client::{self, Client, ClientSettings},
    coverage, encounter,
    engine::{Access, Connection, Postgres, Sqlite},
    patient, payer, provider,
};

const ACTOR: Actor = Actor::System("test");
const SERVER: &str = "SUPERBILL_TEST_POSTGRES";

/// An empty database of its own, gone with the fixture.
struct Fixture {
    db: Db,
    location: Location,
    /// Server and database to drop.
    dropped: Option<(String, String)>,
    folder: Option<PathBuf>,
}

/// Runs a test on SQLite, and on PostgreSQL where the environment names a server.
fn on_both(test: impl Fn(&Fixture)) {
    test(&Fixture::sqlite());
    match std::env::var(SERVER) {
        Ok(server) => test(&Fixture::postgres(&server)),
        Err(_) => eprintln!("SKIPPED on PostgreSQL: {SERVER} does not name a server"),
    }
}

fn sealer() -> Sealer {
    Sealer::with_key(&[42; 32])
}

impl Fixture {
    fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("superbill-store-{}", random()));
        let location = Location::Sqlite(folder.clone());
        let db = Db::open(&location, sealer()).unwrap();
        Self { db, location, dropped: None, folder: Some(folder) }
    }

    fn postgres(server: &str) -> Self {
        let name = format!("superbill_store_{}", random());
        let mut owner = Connection::Postgres(Postgres::open(server).unwrap());
        owner.batch(&format!("CREATE DATABASE {name}")).unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        let location = Location::Postgres(format!("{base}/{name}"));
        let db = Db::open(&location, sealer()).unwrap();
        Self { db, location, dropped: Some((server.to_owned(), name)), folder: None }
    }

    /// A connection past the store, with the owner's rights.
    fn raw(&self) -> Connection {
        match &self.location {
            Location::Sqlite(folder) => {
                Connection::Sqlite(Sqlite::open(&folder.join("superbill.db"), Access::Write).unwrap())
            }
            Location::Postgres(url) => Connection::Postgres(Postgres::open(url).unwrap()),
        }
    }

    /// Changes rows as somebody would who got hold of the database itself.
    fn tamper(&self, table: &str, sql: &str) {
        let (off, on) = match self.location {
            Location::Sqlite(_) => {
                let drop = |event| format!("DROP TRIGGER {table}_refuses_{event};");
                (drop("UPDATE") + &drop("DELETE"), String::new())
            }
            Location::Postgres(_) => (
                format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
                format!("ALTER TABLE {table} ENABLE TRIGGER USER"),
            ),
        };
        let mut raw = self.raw();
        raw.batch(&off).unwrap();
        raw.batch(sql).unwrap();
        raw.batch(&on).unwrap();
    }

    fn write<T>(&self, scope: Scope, f: impl FnMut(&mut Tx<'_>) -> crate::Result<T>) -> T {
        self.db.write(&ACTOR, scope, f).unwrap()
    }

    fn refused<T: std::fmt::Debug>(&self, scope: Scope, f: impl FnMut(&mut Tx<'_>) -> crate::Result<T>) -> StoreError {
        self.db.write(&ACTOR, scope, f).unwrap_err()
    }

    fn read<T>(&self, scope: Scope, f: impl FnOnce(&mut Tx<'_>) -> crate::Result<T>) -> T {
        self.db.read(&ACTOR, scope, f).unwrap()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.dropped {
            let mut owner = Connection::Postgres(Postgres::open(server).unwrap());
            owner.batch(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
        }
        if let Some(folder) = &self.folder {
            // An open file may be removed here; what stays lies in the temporary folder.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn random() -> String {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).unwrap();
    crate::hex(&bytes)
}

/// A small practice.
struct Practice {
    client: ClientId,
    patient: PatientId,
    payer: PayerId,
    coverage: Coverage,
    encounter: Encounter,
    charges: Vec<ChargeId>,
}

const SERVED_ON: Date = date(2026, 3, 2);

fn cents(cents: i64) -> Money {
    Money::from_cents(cents)
}

fn address() -> Address {
    Address {
        line1: "1 Elm St".into(),
        line2: String::new(),
        city: "Salem".into(),
        state: "OR".into(),
        zip: "973010001".into(),
    }
}

impl Practice {
    fn scope(&self) -> Scope {
        Scope::One(self.client)
    }
}

/// Adds a client with one patient, one visit and two charges. The payer is shared by all clients.
fn practice(fixture: &Fixture, code: &str) -> Practice {
    let payer = Payer {
        id: PayerId(Uuid::from_u128(77)),
        name: "Blue Mesa".into(),
        payer_number: "BMH01".into(),
        kind: PayerKind::Ppo,
        address: address(),
        filing_limit_days: 180,
        appeal_limit_days: 90,
        accepts_replacement: true,
    };
    let client = fixture.write(Scope::Installation, |tx| {
        payer::put(tx, &payer)?;
        let client = Client {
            id: tx.new_id()?,
            code: code.into(),
            name: format!("Practice {code}"),
            colour: "#147".into(),
            billing: BillingProvider {
                name: format!("Practice {code}"),
                npi: Npi::complete("123456789").unwrap(),
                tax_id: "841234567".into(),
                taxonomy: Taxonomy::new("207Q00000X").unwrap(),
                address: address(),
                pay_to: None,
                phone: "5035550100".into(),
            },
            settings: ClientSettings::default(),
        };
        client::insert(tx, &client)?;
        Ok(client.id)
    });
    fixture.write(Scope::One(client), |tx| register(tx, client, payer.id))
}

fn register(tx: &mut Tx<'_>, client: ClientId, payer: PayerId) -> crate::Result<Practice> {
    let clinician = Provider {
        id: tx.new_id::<ProviderId>()?,
        name: PersonName::new("Ruth", "Okafor"),
        credential: "MD".into(),
        npi: Npi::complete("987654321").unwrap(),
        taxonomy: Taxonomy::new("207Q00000X").unwrap(),
    };
    provider::insert(tx, &clinician, true, None)?;
    let person = Patient {
        id: tx.new_id()?,
        mrn: "M1".into(),
        name: PersonName::new("Jane", "Doe_50%"),
        born_on: date(1970, 5, 4),
        sex: Sex::Female,
        address: address(),
        phone: "5035550111".into(),
    };
    patient::insert(tx, &person)?;
    let coverage = Coverage {
        id: tx.new_id::<CoverageId>()?,
        patient_id: person.id,
        payer_id: payer,
        sequence: PayerSequence::Primary,
        member_id: "W1".into(),
        group_number: String::new(),
        plan_name: String::new(),
        relationship: Relationship::Subscriber,
        subscriber: None,
        effective_on: date(2026, 1, 1),
        terminated_on: None,
        copay: None,
        property_casualty_claim: None,
        accident: None,
        prior_authorization: None,
    };
    coverage::insert(tx, &coverage)?;
    let encounter = Encounter {
        id: tx.new_id::<EncounterId>()?,
        number: encounter::next_number(tx)?,
        patient_id: person.id,
        served_on: SERVED_ON,
        rendering_id: clinician.id,
        referring_id: None,
        place_of_service: PlaceOfService::new("11").unwrap(),
        setting: Setting::Outpatient,
        is_established: true,
        status: EncounterStatus::Unsigned,
    };
    encounter::insert(tx, &encounter)?;
    let mut charges = Vec::new();
    for (line, (code, amount)) in (1u16..).zip([("99213", 15_000), ("81002", 2_000)]) {
        let charge = Charge {
            id: tx.new_id()?,
            encounter_id: encounter.id,
            patient_id: person.id,
            line,
            procedure: ProcedureCode::new(code).unwrap(),
            modifiers: vec![],
            units: claim::Units::ONE,
            pointers: vec![1],
            served_on: SERVED_ON,
            amount: cents(amount),
            is_voided: false,
        };
        charge::insert(tx, &charge)?;
        let memo = code.to_owned();
        let posted = ledger::posting::charge(charge.id, person.id, Some(payer), charge.amount, SERVED_ON, memo);
        crate::ledger::record(tx, &posted)?;
        charges.push(charge.id);
    }
    Ok(Practice { client, patient: person.id, payer, coverage, encounter, charges })
}

fn some_claim_id() -> ClaimId {
    ClaimId::from_str("018f0000-0000-7000-8000-000000000001").unwrap()
}
