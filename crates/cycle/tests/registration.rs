//! A world in an installation: what is registered, who sees what, and what payers say about coverages; on
//! SQLite, and on the PostgreSQL server of `SUPERBILL_TEST_POSTGRES` (a superuser's address).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod place;

use std::collections::BTreeMap;

use claim::{ClientId, CoverageId, EligibilityAnswer};
use cycle::{
    counter, number,
    register::{self, RegisterError},
    verify::{self, VerifyError},
    visits,
};
use exchange::Party;
use place::{DEMO, found, places, seed};
use price::{ChargeMaster, Contract};
use store::{Db, Scope, StoreError, document, patient::PatientSearch, tariff::TariffKind};
use world::{Beat, InsurerKey, Visit, World};

#[test]
fn a_world_is_registered_whole_and_once() {
    let world = World::new(1).unwrap();
    for place in places("whole") {
        let db = place.db();
        let all = found(db, &world);
        assert_eq!((all.clients, all.payers, all.users), (2, 4, world.users.len()), "{}", place.name);
        for client in &world.clients {
            let scope = || Scope::One(client.id);
            let added = db.write(&DEMO, scope(), |tx| register::client(tx, &world)).unwrap();
            let own: Vec<_> = world.people.iter().filter(|p| p.client == client.id).collect();
            assert_eq!(added.patients, own.len(), "{}", place.name);
            assert_eq!(added.coverages, own.iter().map(|p| p.coverages.len()).sum::<usize>());
            assert_eq!(added.tariffs, 4, "a charge master and three contracts");
            let again = db.write(&DEMO, scope(), |tx| register::client(tx, &world));
            assert!(matches!(again, Err(RegisterError::AlreadyRegistered(code)) if code == client.code));
            db.read(&DEMO, scope(), |tx| {
                assert_eq!(store::patient::count(tx, &PatientSearch::default())?, added.patients as u64);
                let providers = store::provider::list(tx)?;
                assert_eq!(providers.len(), added.providers);
                assert_eq!(providers.iter().filter(|p| p.is_rendering).count(), client.providers.len());
                for person in &own {
                    assert_eq!(store::patient::get(tx, person.patient.id)?, person.patient);
                    assert_eq!(store::coverage::of_patient(tx, person.patient.id)?, person.coverages);
                }
                let master: ChargeMaster =
                    store::tariff::in_force(tx, TariffKind::ChargeMaster, None, world.starts_on)?.unwrap();
                assert_eq!(master.rows().count(), client.charges.len());
                let ppo = world.insurers.iter().find(|i| i.key == InsurerKey::Ppo).unwrap();
                let agreed: Contract =
                    store::tariff::in_force(tx, TariffKind::Contract, Some(ppo.payer.id), world.starts_on)?.unwrap();
                let (procedure, fee) = &ppo.contract.as_ref().unwrap().fees[0];
                assert_eq!(agreed.fees.find(procedure, &[], world.starts_on).unwrap().amount, *fee);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        }
        installation_stands(db, &world);
        let again = db.write(&DEMO, Scope::Installation, |tx| register::installation(tx, &world, |_| String::new()));
        assert!(matches!(again, Err(RegisterError::Store(StoreError::Illegal(_)))), "{}", place.name);
    }
}

fn installation_stands(db: &Db, world: &World) {
    db.read(&DEMO, Scope::Installation, |tx| {
        let installation = store::installation::get(tx)?;
        assert_eq!((installation.name.as_str(), installation.demo_seed), ("Larkspur Billing Services", Some(1)));
        assert_eq!(tx.today(), world.starts_on);
        assert_eq!(store::client::list(tx)?.len(), 2);
        for persona in &world.users {
            let user = store::user::by_login(tx, &persona.login)?.unwrap();
            assert_eq!(user.password_hash, format!("$argon2id$of {}", persona.login));
            let roles = store::user::roles(tx, user.id)?;
            let expected: Vec<_> = persona.clients.iter().map(|c| (*c, persona.role.code())).collect();
            assert_eq!(roles.iter().map(|(c, role)| (*c, role.code())).collect::<Vec<_>>(), expected);
        }
        for insurer in &world.insurers {
            let desk = counter::desk(tx, insurer.payer.id).unwrap().unwrap();
            assert_eq!(desk.payer_number(), insurer.payer.payer_number);
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

#[test]
fn visits_come_with_drafts_and_their_own_numbers() {
    let world = World::new(1).unwrap();
    for place in places("visits") {
        let db = place.db();
        seed(db, &world);
        let mut count = 0;
        for client in &world.clients {
            let first = world.starts_on.saturating_add(jiff::ToSpan::days(30));
            let next = first.tomorrow().unwrap();
            for (from, through) in [(world.starts_on, first), (next, world.ends_on)] {
                let record = |tx: &mut store::Tx<'_>| visits::record(tx, &world, from, through);
                count += db.write(&DEMO, Scope::One(client.id), record).unwrap();
            }
            db.read(&DEMO, Scope::One(client.id), |tx| {
                for visit in world.visits.iter().filter(|v| v.client == client.id) {
                    let record = store::encounter::get(tx, visit.encounter.id)?;
                    let number = format!("{}-{}", client.code, visit.encounter.number);
                    assert_eq!(record.encounter, claim::Encounter { number, ..visit.encounter.clone() });
                    assert_eq!(store::note::draft(tx, visit.encounter.id)?.unwrap().text, visit.note_text);
                    assert_eq!(store::gold::expected(tx, visit.encounter.id)?, Some(visit.gold.clone()));
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
            let twice =
                db.write(&DEMO, Scope::One(client.id), |tx| visits::record(tx, &world, world.starts_on, world.ends_on));
            assert!(matches!(twice, Err(StoreError::Exists { .. })), "{}: {twice:?}", place.name);
        }
        assert_eq!(count, world.visits.len(), "{}", place.name);
    }
}

#[test]
fn a_client_sees_no_patient_of_another() {
    let world = World::new(1).unwrap();
    for place in places("scope") {
        let db = place.db();
        seed(db, &world);
        for client in &world.clients {
            db.read(&DEMO, Scope::One(client.id), |tx| {
                for person in world.people.iter().filter(|p| p.client != client.id) {
                    let id = person.patient.id;
                    assert!(matches!(store::patient::get(tx, id), Err(StoreError::NotFound { .. })));
                    assert!(store::coverage::of_patient(tx, id)?.is_empty());
                }
                let seen = store::patient::find(tx, &PatientSearch::default(), 1_000, 0)?;
                assert!(seen.iter().all(|(owner, _)| *owner == client.id), "{}", place.name);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        }
        let [a, b] = world.clients.as_slice() else { panic!("two clients") };
        let of_b = world.people.iter().find(|p| p.client == b.id).unwrap();
        let asked = ask(db, &world, a.id, &of_b.coverages[0].id, of_b.coverages[0].payer_id, world.starts_on);
        assert!(matches!(asked, Err(VerifyError::Store(StoreError::NotFound { .. }))), "{}", place.name);
    }
}

fn ask(
    db: &Db,
    world: &World,
    client: ClientId,
    coverage: &CoverageId,
    payer: claim::PayerId,
    on: jiff::civil::Date,
) -> Result<verify::InquiryFile, VerifyError> {
    let interchange = db.write(&DEMO, Scope::Installation, number::next_interchange)?;
    let submitter: Party = register::submitter(&world.company);
    db.write(&DEMO, Scope::One(client), |tx| verify::ask(tx, &submitter, payer, &[*coverage], on, interchange))
}

/// Asks about the coverage of a visit on its day, through the payer's desk as the store keeps it.
fn asked_and_heard(db: &Db, world: &World, visit: &Visit) -> EligibilityAnswer {
    let coverage = world.person(visit).unwrap().coverages.iter().find(|c| c.id == visit.coverage).unwrap();
    let on = visit.encounter.served_on;
    let sent = ask(db, world, visit.client, &coverage.id, coverage.payer_id, on).unwrap();
    let reply = db
        .write(&DEMO, Scope::Installation, |tx| {
            let mut desk = counter::desk(tx, coverage.payer_id)?.unwrap();
            let reply = desk.answer_inquiry(&sent.bytes, on).unwrap();
            counter::leave(tx, coverage.payer_id, &desk)?;
            Ok::<_, counter::CounterError>(reply)
        })
        .unwrap();
    let hear = |tx: &mut store::Tx<'_>| verify::hear(tx, "answer.271", &reply);
    let heard = db.write(&DEMO, Scope::One(visit.client), hear).unwrap();
    assert_eq!((heard.answers.len(), heard.repeated, heard.unmatched.len()), (1, 0, 0));
    let replayed = db.write(&DEMO, Scope::One(visit.client), hear).unwrap();
    assert_eq!((replayed.document, replayed.answers.len(), replayed.repeated), (heard.document, 0, 1));
    db.read(&DEMO, Scope::One(visit.client), |tx| {
        assert_eq!(document::bytes(tx, sent.document)?, sent.bytes);
        assert_eq!(document::bytes(tx, heard.document)?, reply);
        let check = store::coverage::checks(tx, coverage.id)?.remove(0);
        assert_eq!((check.inquiry_document, check.answer_document), (Some(sent.document), Some(heard.document)));
        assert_eq!(check.answer.as_ref(), Some(&heard.answers[0].1));
        Ok::<_, StoreError>(check.answer.unwrap())
    })
    .unwrap()
}

#[test]
fn payers_say_who_is_covered_as_the_story_has_it() {
    let world = World::new(1).unwrap();
    for place in places("verify") {
        let db = place.db();
        seed(db, &world);
        let mut said = BTreeMap::new();
        for visit in &world.visits {
            let answer = asked_and_heard(db, &world, visit);
            let expected = if visit.has(Beat::MemberIdMistyped) {
                assert_eq!(answer.refusal.as_ref().unwrap().0, "75", "subscriber not found");
                None
            } else {
                Some(!visit.has(Beat::CoverageTerminated))
            };
            assert_eq!(answer.is_active(), expected, "{}: {} of {:?}", place.name, visit.encounter.number, visit.beats);
            *said.entry(expected).or_insert(0) += 1;
        }
        assert!(said[&None] >= 1 && said[&Some(false)] >= 1 && said[&Some(true)] > 50, "{}: {said:?}", place.name);
    }
}

#[test]
fn answers_to_nobodys_question_change_nothing() {
    let world = World::new(1).unwrap();
    for place in places("strangers") {
        let db = place.db();
        seed(db, &world);
        let visit = &world.visits[0];
        let other = world.clients.iter().find(|c| c.id != visit.client).unwrap();
        let coverage = world.person(visit).unwrap().primary().unwrap().clone();
        let on = visit.encounter.served_on;
        let sent = ask(db, &world, visit.client, &coverage.id, coverage.payer_id, on).unwrap();
        let mut desk = db.read(&DEMO, Scope::Installation, |tx| counter::desk(tx, coverage.payer_id)).unwrap().unwrap();
        let reply = desk.answer_inquiry(&sent.bytes, on).unwrap();
        let heard = db.write(&DEMO, Scope::One(other.id), |tx| verify::hear(tx, "stray.271", &reply)).unwrap();
        assert_eq!((heard.answers.len(), heard.unmatched.len()), (0, 1), "{}", place.name);
        // The same words from somebody else, or meant for somebody else, answer nothing.
        let text = String::from_utf8(reply.clone()).unwrap();
        let isa: Vec<&str> = text.split('*').collect();
        for (at, name) in [(6, "forged.271"), (8, "elsewhere.271")] {
            let strange = text.replacen(isa[at], &format!("{:<15}", "99999"), 1);
            let hear = |tx: &mut store::Tx<'_>| verify::hear(tx, name, strange.as_bytes());
            let heard = db.write(&DEMO, Scope::One(visit.client), hear).unwrap();
            assert_eq!((heard.answers.len(), heard.unmatched.len()), (0, 1), "{} {name}", place.name);
        }
        let cut = db.write(&DEMO, Scope::One(visit.client), |tx| verify::hear(tx, "cut.271", &reply[..200]));
        assert!(matches!(cut, Err(VerifyError::Exchange(_))), "{}: {cut:?}", place.name);
        let open = db.read(&DEMO, Scope::One(visit.client), |tx| store::coverage::checks(tx, coverage.id)).unwrap();
        assert!(open[0].answered_at.is_none());
        let ppo = world.insurers.iter().find(|i| i.payer.id != coverage.payer_id).unwrap();
        let wrong = ask(db, &world, visit.client, &coverage.id, ppo.payer.id, on);
        assert!(matches!(wrong, Err(VerifyError::OtherPayer(_))), "{}: {wrong:?}", place.name);
    }
}
