//! The world of any seed is whole: valid codes, readable plans, every beat, the same bytes twice.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use claim::PayerKind;
use codes::Library;
use jiff::civil::{Weekday, date};
use payer::Plan;
use world::{Action, Beat, DEFAULT_SEED, World};

fn world(seed: u64) -> World {
    World::new(seed).unwrap()
}

#[test]
fn the_same_seed_is_the_same_world_and_another_is_another() {
    assert_eq!(world(7), world(7));
    let (one, two) = (world(1), world(2));
    assert_ne!(one.people[0].patient.name, two.people[0].patient.name);
    assert_ne!(one.clients[0].billing.npi, two.clients[0].billing.npi);
    let days = |w: &World| w.visits.iter().map(|v| v.encounter.served_on).collect::<Vec<_>>();
    assert_ne!(days(&one), days(&two));
    let texts = |w: &World| w.visits.iter().map(|v| v.note_text.clone()).collect::<BTreeSet<_>>();
    assert!(texts(&one).is_disjoint(&texts(&two)));
}

#[test]
fn two_clients_four_payers_and_enough_people_and_visits() {
    let world = world(DEFAULT_SEED);
    let codes: Vec<_> = world.clients.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, ["CH", "RB"]);
    assert_eq!(world.insurers.len(), 4);
    assert!((40..=46).contains(&world.people.len()), "{} patients", world.people.len());
    assert!((78..=92).contains(&world.visits.len()), "{} visits", world.visits.len());
    assert!(world::note_texts() >= 45);
    for client in &world.clients {
        assert!(world.visits.iter().filter(|v| v.client == client.id).count() >= 30, "{}", client.code);
        for role in ["coder", "biller", "poster", "manager", "front_desk", "provider"] {
            let here = |u: &&world::Persona| u.role.code() == role && u.clients == [client.id];
            assert!(world.users.iter().any(|u| here(&u)), "{} has no {role}", client.code);
        }
    }
    assert_eq!(world.users.iter().filter(|u| u.clients.len() == 2).count(), 1);
    let logins: BTreeSet<_> = world.users.iter().map(|u| &u.login).collect();
    assert_eq!(logins.len(), world.users.len());
}

#[test]
fn every_beat_happens_whatever_the_seed() {
    for seed in 0..20 {
        let world = world(seed);
        for beat in Beat::ALL {
            assert!(world.visits_with(beat).next().is_some(), "seed {seed}: {beat:?}");
        }
    }
}

#[test]
fn visits_fall_on_working_days_inside_the_story_and_the_edition() {
    for seed in 0..20 {
        let world = world(seed);
        for visit in &world.visits {
            let on = visit.encounter.served_on;
            assert!((world.starts_on..=world.ends_on).contains(&on), "seed {seed}: {on}");
            assert!(!matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday), "seed {seed}: {on}");
            let person = world.person(visit).unwrap();
            assert!(person.patient.born_on < on);
            assert!(person.coverages[0].effective_on <= on, "seed {seed}: {} {on}", person.key);
        }
        let twice: BTreeSet<_> = world.visits.iter().map(|v| (v.encounter.patient_id, v.encounter.served_on)).collect();
        assert_eq!(twice.len(), world.visits.len(), "seed {seed}: somebody comes twice on one day");
    }
}

#[test]
fn every_written_code_is_good_on_its_day_and_has_a_price() {
    let library = Library::shipped();
    for seed in 0..8 {
        let world = world(seed);
        for visit in &world.visits {
            let on = visit.encounter.served_on;
            let edition = library.icd10cm(on);
            let client = world.clients.iter().find(|c| c.id == visit.client).unwrap();
            for diagnosis in &visit.gold.diagnoses {
                assert!(edition.is_billable(diagnosis.code.as_str()), "{}: {}", visit.title, diagnosis.code);
                for evidence in &diagnosis.evidence {
                    assert_eq!(&visit.note_text[evidence.start..evidence.end], evidence.text);
                }
            }
            for service in &visit.gold.services {
                assert!(library.procedure(&service.code, on).is_some(), "{}: {}", visit.title, service.code);
                assert!(client.charges.iter().any(|c| c.procedure == service.code), "no charge for {}", service.code);
                for modifier in &service.modifiers {
                    assert!(library.modifier(modifier, on).is_some(), "{}: {modifier}", visit.title);
                }
            }
        }
    }
}

#[test]
fn plan_folders_read_and_know_every_patient() {
    for seed in 0..8 {
        let world = world(seed);
        for insurer in &world.insurers {
            let folder = &insurer.plan;
            let plan = Plan::parse(&folder.plan_toml, &folder.members_csv, &folder.fees_csv)
                .unwrap_or_else(|e| panic!("{}: {e}", folder.name));
            assert_eq!(plan.payer.payer_number, insurer.payer.payer_number);
            assert_eq!(plan.payer.kind, insurer.payer.kind);
            assert_eq!(plan.strays.len(), usize::from(insurer.payer.kind == PayerKind::Ppo));
            for client in &world.clients {
                assert!(plan.enrollment(&client.billing.npi).is_some());
            }
            let known: BTreeSet<_> = plan.members.iter().map(|m| &m.member_id).collect();
            for person in &world.people {
                for coverage in person.coverages.iter().filter(|c| c.payer_id == insurer.payer.id) {
                    let is_typo = person.at_payer.member_id.is_some();
                    assert_eq!(known.contains(&coverage.member_id), !is_typo, "{}", person.key);
                }
            }
        }
    }
}

#[test]
fn limits_close_in_at_the_end() {
    for seed in 0..20 {
        let world = world(seed);
        let near = world.visits_with(Beat::NearFilingLimit).next().unwrap();
        let person = world.person(near).unwrap();
        let insurer = world.insurers.iter().find(|i| i.payer.id == person.coverages[0].payer_id).unwrap();
        let passed = near.encounter.served_on.until(world.ends_on).unwrap().get_days();
        let left = i32::from(insurer.payer.filing_limit_days) - passed;
        assert!((1..=14).contains(&left), "{left} days left to file");
        let signed = |visit: &world::Visit| {
            let id = visit.encounter.id;
            let is_it =
                |a: &&world::ScriptedAction| matches!(a.action, Action::SignNote { encounter } if encounter == id);
            world.script.iter().find(is_it).map(|a| a.on)
        };
        assert!(signed(near).unwrap() > world.coding_ends_on);
        let late = world.visits_with(Beat::FiledLate).next().unwrap();
        assert!(late.encounter.served_on.until(signed(late).unwrap()).unwrap().get_days() > 60);
        assert!(world.visits_with(Beat::UnsignedAtEnd).all(|v| signed(v).is_none()));
        let left: Vec<_> = world.visits_with(Beat::ToCodeAtEnd).map(|v| signed(v).unwrap()).collect();
        assert!(left.len() >= 4 && left.iter().all(|on| (date(2026, 7, 7)..=world.ends_on).contains(on)));
    }
}

#[test]
fn the_script_is_in_order_and_inside_the_story() {
    for seed in 0..20 {
        let world = world(seed);
        assert!(world.script.is_sorted_by_key(|a| a.on));
        assert!(world.script.iter().all(|a| (world.starts_on..=world.ends_on).contains(&a.on)));
        let count = |is_it: fn(&Action) -> bool| world.script.iter().filter(|a| is_it(&a.action)).count();
        assert!(count(|a| matches!(a, Action::PayAtDesk { .. })) >= 10);
        assert!(count(|a| matches!(a, Action::PayStatement { .. })) >= 10);
        assert_eq!(count(|a| matches!(a, Action::CorrectMemberId { .. })), 1);
        assert_eq!(count(|a| matches!(a, Action::AnswerQuery { .. })), 1);
        assert_eq!(count(|a| matches!(a, Action::OpenAppeal { .. })), 1);
        assert_eq!(count(|a| matches!(a, Action::ResendByMistake { .. })), 1);
        assert_eq!(count(|a| matches!(a, Action::CorrectClaim { .. })), 4);
    }
}

#[test]
fn something_stays_open_in_every_age() {
    let lasting = [
        Beat::PendedForever,
        Beat::WorkClaimPended,
        Beat::PatientNeverPays,
        Beat::MedicalNecessityAppeal,
        Beat::CoverageTerminated,
        Beat::TherapyThreshold,
    ];
    for seed in 0..20 {
        let world = world(seed);
        let age = |v: &&world::Visit| v.encounter.served_on.until(world.ends_on).unwrap().get_days();
        let open: Vec<i32> =
            world.visits.iter().filter(|v| v.beats.iter().any(|b| lasting.contains(b))).map(|v| age(&v)).collect();
        for bucket in [31..=60, 61..=90, 91..=120, 121..=150, 151..=180, 181..=400] {
            assert!(open.iter().any(|days| bucket.contains(days)), "seed {seed}: nothing is {bucket:?} days old");
        }
        assert!(world.visits.iter().filter(|v| age(v) <= 30).count() >= 8);
    }
}
