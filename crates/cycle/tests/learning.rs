//! Learning without drift: visits that people code teach a version, its back-test decides whether it may be used, and
//! a visit says by which version its suggestions stood.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod place;

use claim::{Band, CodeSet, Coding, Encounter, EncounterId, EncounterStatus, Note, NoteKind, Setting, SuggestedCode};
use codes::Library;
use cycle::{
    CycleError, coding,
    learning::{self, Learning},
};
use jiff::ToSpan;
use place::{DEMO, places, seed};
use store::{Actor, Scope, Tx};
use world::World;

const TEXT: &str = "Assessment and plan:\n1. Essential hypertension, stable. Continue lisinopril.\n\
                    2. Type 2 diabetes mellitus. Continue metformin 500 mg.\n";
/// A long-term drug that the people of this practice do not code.
const HABIT: &str = "Z7984";

fn visit(tx: &mut Tx<'_>, world: &World, day: i32) -> Result<EncounterId, CycleError> {
    let client = &world.clients[0];
    let person = world.people.iter().find(|person| person.client == client.id).unwrap();
    let encounter = Encounter {
        id: tx.new_id()?,
        number: store::encounter::next_number(tx)?,
        patient_id: person.patient.id,
        served_on: world.starts_on - day.days(),
        rendering_id: client.providers[0].id,
        referring_id: None,
        place_of_service: "11".parse().unwrap(),
        setting: Setting::Outpatient,
        is_established: true,
        status: EncounterStatus::ToCode,
    };
    store::encounter::insert(tx, &encounter)?;
    let note = Note {
        id: tx.new_id()?,
        encounter_id: encounter.id,
        version: 1,
        kind: NoteKind::Progress,
        text: TEXT.to_owned(),
        signature: None,
        reason: String::new(),
    };
    store::note::write(tx, &note)?;
    Ok(encounter.id)
}

/// What a person decides: every suggestion but the habit's.
fn decided(coding: &Coding) -> CodeSet {
    let taken = coding.suggestions.iter().filter(|s| s.band >= Band::Suggest && s.code.code() != HABIT);
    let mut codes = CodeSet::default();
    for suggestion in taken {
        if let SuggestedCode::Diagnosis { code } = &suggestion.code {
            codes.diagnoses.push(claim::CodedDiagnosis { code: code.clone(), evidence: suggestion.evidence.clone() });
        }
    }
    codes
}

fn score(coding: &Coding, code: &str) -> u16 {
    coding.suggestions.iter().find(|s| s.code.code() == code).unwrap().score
}

#[test]
fn decisions_of_people_teach_and_those_of_software_do_not() {
    let world = World::new(1).unwrap();
    let library = Library::shipped();
    for place in places("learning") {
        let db = place.db();
        seed(db, &world);
        let scope = || Scope::One(world.clients[0].id);
        let coder = Actor::User(world.users[0].id);
        let code = |actor: &Actor, count: i32| {
            for day in 0..count {
                db.write(actor, scope(), |tx| {
                    let id = visit(tx, &world, day)?;
                    let coding = coding::suggest(tx, &library, None, id)?;
                    coding::settle(tx, id, &[], &decided(&coding))?;
                    store::encounter::set_status(tx, id, EncounterStatus::Coded, "")?;
                    Ok::<_, CycleError>(())
                })
                .unwrap();
            }
        };
        let learn = || {
            let learning = db.read(&DEMO, scope(), |tx| learning::learn(tx, &library)).unwrap();
            let version = db.write(&coder, scope(), |tx| store::ranking::save(tx, &learning)).unwrap();
            (version, learning)
        };
        let switch = |version| db.write(&coder, scope(), |tx| learning::switch(tx, version));

        code(&DEMO, 70);
        let (first, nothing) = learn();
        assert_eq!((first, nothing.visits, nothing.codes.len()), (1, 0, 0), "{}", place.name);
        let refused = switch(1).unwrap_err().to_string();
        assert!(refused.contains("0 visits to learn from"), "{refused}");

        code(&coder, 70);
        let (second, learning) = learn();
        assert_eq!((second, learning.visits), (2, 70), "{}", place.name);
        let habit = learning.codes[HABIT];
        assert_eq!((habit.taken, habit.dropped, habit.added), (0, 70, 0));
        assert!(habit.points < -200 && learning.codes["I10"].points > 0, "{learning:?}");
        assert_eq!(learning.back_test.objection(), None);

        let waiting = db.write(&coder, scope(), |tx| visit(tx, &world, 0)).unwrap();
        let say = || db.write(&coder, scope(), |tx| coding::suggest(tx, &library, None, waiting)).unwrap();
        let installed = say();
        assert!(installed.versions.contains(&"ranking@installed".to_owned()));
        switch(2).unwrap();
        assert!(switch(2).unwrap_err().to_string().contains("in use already"));
        let learned = say();
        assert!(learned.versions.contains(&"ranking@2".to_owned()));
        assert_eq!(learned, say(), "same input, same versions, same output");
        assert!(score(&learned, HABIT) < score(&installed, HABIT));
        assert_eq!(
            learned.suggestions.iter().map(|s| s.code.code()).collect::<Vec<_>>(),
            installed.suggestions.iter().map(|s| s.code.code()).collect::<Vec<_>>(),
            "nothing is made or hidden"
        );
        // What is learned next compares with the rules as installed, not with what was learned before.
        assert_eq!(learn().1.codes, learning.codes);

        switch(0).unwrap();
        assert_eq!(say(), installed);
        let other = Scope::One(world.clients[1].id);
        let elsewhere = db.read(&DEMO, other, store::ranking::list::<Learning>).unwrap();
        assert!(elsewhere.is_empty(), "each client learns by itself");
        let kept = db.read(&DEMO, scope(), store::ranking::list::<Learning>).unwrap();
        assert_eq!(kept.iter().map(|k| k.version).collect::<Vec<_>>(), [3, 2, 1]);
    }
}
