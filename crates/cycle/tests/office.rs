//! The office when things are not as they should be: charges before coverage, words no file can carry, files nobody can
//! read, files that come twice, nothing to wait for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::{path::PathBuf, sync::Arc};

use claim::{
    ClaimId, ClaimStatus, CodeSet, CodedDiagnosis, CodedService, Coverage, DiagnosisCode, EncounterId, Money, NoteKind,
    PatientId, PlaceOfService, ProcedureCode, Setting,
};
use codes::Library;
use cycle::{
    CycleError, bill, chart, coding, money,
    office::{Office, UNREADABLE},
    proof, scrub,
};
use ledger::Account;
use place::{DEMO, Place, places, seed};
use store::{Scope, Tx};
use world::World;

struct Practice {
    world: World,
    office: Office,
    folder: PathBuf,
    place: Place,
}

impl Practice {
    fn open(place: Place, name: &str) -> Self {
        let world = World::new(1).unwrap();
        seed(place.db(), &world);
        let folder =
            std::env::temp_dir().join(format!("superbill_office_{name}_{}_{}", place.name, std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let office = Office::new(place.db().clone(), Arc::new(Library::shipped()), folder.clone());
        Self { world, office, folder, place }
    }

    fn write<T>(&self, step: impl FnMut(&mut Tx<'_>) -> Result<T, CycleError>) -> T {
        self.place.db().write(&DEMO, Scope::One(self.world.clients[0].id), step).unwrap()
    }

    /// A new patient like one of the world's, known to the payer when `card` is theirs, without a coverage yet.
    fn patient(&self, like: usize, last: &str) -> (PatientId, Coverage) {
        let person = self.world.people.iter().filter(|p| p.client == self.world.clients[0].id).nth(like).unwrap();
        let id = self.write(|tx| {
            let mut patient = person.patient.clone();
            patient.id = tx.new_id()?;
            patient.mrn = format!("N{like}{last}");
            patient.name.last = last.to_owned();
            store::patient::insert(tx, &patient)?;
            Ok(patient.id)
        });
        let mut coverage = person.coverages[0].clone();
        (coverage.id, coverage.patient_id) = (self.write(|tx| Ok(tx.new_id()?)), id);
        (id, coverage)
    }

    /// A visit of a patient, coded and charged.
    fn charged(&self, patient_id: PatientId) -> EncounterId {
        let provider = self.world.clients[0].providers[0].clone();
        self.write(|tx| {
            let new = chart::NewVisit {
                patient_id,
                rendering_id: provider.id,
                referring_id: None,
                served_on: tx.today(),
                place_of_service: PlaceOfService::new("11").unwrap(),
                setting: Setting::Outpatient,
            };
            let id = chart::open_visit(tx, &new)?;
            store::note::save_draft(tx, id, NoteKind::Progress, "Cough for two days. Acute bronchitis.")?;
            chart::sign(tx, id, provider.id)?;
            let codes = CodeSet {
                diagnoses: vec![CodedDiagnosis { code: DiagnosisCode::new("J20.9").unwrap(), evidence: vec![] }],
                services: vec![CodedService {
                    code: ProcedureCode::new("99203").unwrap(),
                    modifiers: vec![],
                    units: claim::Units::ONE,
                    pointers: vec![1],
                    evidence: vec![],
                }],
            };
            coding::settle(tx, id, &[], &codes)?;
            coding::finish(tx, self.office.library(), id)?;
            Ok(id)
        })
    }

    fn built(&self, encounter: EncounterId) -> ClaimId {
        self.write(|tx| bill::build(tx, self.office.library(), encounter))
    }

    fn status(&self, id: ClaimId) -> ClaimStatus {
        self.write(|tx| Ok(store::claim::get(tx, id)?.status))
    }

    fn holds(&self) {
        let proof = self.write(proof::prove);
        assert!(proof.holds(), "{:?}", proof.breaches);
    }

    fn work(&self, kind: &str) -> Vec<String> {
        let filter = store::work::WorkFilter { kind: Some(kind.to_owned()), ..Default::default() };
        let items = self.write(|tx| Ok(store::work::list(tx, &filter, Default::default(), 50, 0)?));
        items.into_iter().map(|item| item.title).collect()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn play(name: &str, scene: impl Fn(&Practice)) {
    for place in places(name) {
        let practice = Practice::open(place, name);
        practice.office.begin_day(jiff::civil::date(2026, 2, 2)).unwrap();
        scene(&practice);
        practice.holds();
    }
}

#[test]
fn a_charge_entered_before_its_coverage_is_owed_by_the_insurer_once_there_is_a_claim() {
    play("late_coverage", |practice| {
        let (patient, coverage) = practice.patient(6, "Latecomer");
        let visit = practice.charged(patient);
        practice.write(|tx| money::receive(tx, patient, Money::from_cents(4_000), "cash", "", Some(visit)).map(|_| ()));
        let charge = practice.write(|tx| Ok(store::charge::of_encounter(tx, visit)?)).remove(0);
        let open =
            |account, sequence| practice.write(|tx| Ok(store::ledger::open_of(tx, charge.id, account, sequence)?));
        assert_eq!(open(Account::PatientReceivable, None), charge.amount - Money::from_cents(4_000));
        practice.write(|tx| Ok(store::coverage::insert(tx, &coverage)?));
        practice.built(visit);
        assert_eq!(open(Account::PatientReceivable, None), Money::ZERO);
        assert_eq!(open(Account::InsuranceReceivable, Some(claim::PayerSequence::Primary)), charge.amount);
        let balance = practice.write(|tx| Ok(store::ledger::patient_balance(tx, patient)?));
        assert_eq!((balance.unapplied, balance.credit), (Money::from_cents(4_000), Money::ZERO));
    });
}

#[test]
fn a_name_no_file_can_carry_holds_its_own_claim_and_no_other() {
    play("names", |practice| {
        let mut claims = Vec::new();
        for (like, last) in [(6, "O~Brien"), (7, "\u{674e}"), (8, "Plain")] {
            let (patient, coverage) = practice.patient(like, last);
            practice.write(|tx| Ok(store::coverage::insert(tx, &coverage)?));
            claims.push(practice.built(practice.charged(patient)));
        }
        let states: Vec<ClaimStatus> = claims.iter().map(|id| practice.status(*id)).collect();
        assert_eq!(states, [ClaimStatus::Held, ClaimStatus::Held, ClaimStatus::Ready]);
        let held = practice.write(|tx| Ok(store::claim::latest(tx, claims[0])?)).findings;
        let finding = held.iter().find(|finding| finding.id == scrub::UNWRITABLE).unwrap();
        assert!(finding.message.contains("O~Brien") || finding.message.contains("O~BRIEN"), "{}", finding.message);
        // It cannot be sent in spite of it either.
        practice.write(|tx| bill::send_anyway(tx, practice.office.library(), claims[0], "The name is right"));
        assert_eq!(practice.status(claims[0]), ClaimStatus::Held);
        practice.office.run_jobs().unwrap();
        assert!(practice.status(claims[2]) != ClaimStatus::Ready, "the plain claim went");
    });
}

#[test]
fn a_file_nobody_can_read_is_kept_and_becomes_work_and_the_others_come_in() {
    play("unreadable", |practice| {
        let folder = practice.folder.join("CH/HVPPO/in");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.835"), "ISA*00*cut in the mid").unwrap();
        for again in 0..2 {
            std::fs::write(folder.join("same.835"), format!("no X12 at all {again}")).unwrap();
            practice.office.run_jobs().unwrap();
        }
        let told = practice.work(UNREADABLE);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told.iter().any(|title| title.contains("a.835") && title.contains("HVPPO")), "{told:?}");
        let refused: Vec<_> = std::fs::read_dir(folder.join("refused")).unwrap().collect();
        assert_eq!(refused.len(), 3, "two files of one name are two files");
        let kept = practice.write(|tx| Ok(store::document::list(tx, Some("refused"), 10, 0)?));
        assert_eq!(kept.len(), 3);
    });
}

#[test]
fn a_payer_answers_a_file_once_however_often_it_lies_there() {
    play("repeated", |practice| {
        let (patient, coverage) = practice.patient(6, "Twice");
        practice.write(|tx| Ok(store::coverage::insert(tx, &coverage)?));
        practice.built(practice.charged(patient));
        practice.office.run_jobs().unwrap();
        let taken = practice.folder.join("CH/HVPPO/in/taken");
        let answers = || std::fs::read_dir(&taken).unwrap().count();
        let first = answers();
        assert!(first >= 2);
        let read = practice.folder.join("CH/HVPPO/out/read");
        for entry in std::fs::read_dir(&read).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, practice.folder.join("CH/HVPPO/out").join(path.file_name().unwrap())).unwrap();
        }
        practice.office.run_jobs().unwrap();
        assert_eq!(answers(), first);
    });
}

#[test]
fn nothing_to_wait_for_moves_no_day() {
    play("waiting", |practice| {
        let today = practice.office.today().unwrap();
        assert!(practice.office.advance_to_answer().unwrap().is_empty());
        assert_eq!(practice.office.today().unwrap(), today);
        let (patient, coverage) = practice.patient(6, "Awaited");
        practice.write(|tx| Ok(store::coverage::insert(tx, &coverage)?));
        practice.built(practice.charged(patient));
        assert!(!practice.office.advance_to_answer().unwrap().is_empty());
    });
}

#[test]
fn a_claim_nobody_decided_is_taken_apart_and_coded_anew() {
    play("apart", |practice| {
        let (patient, coverage) = practice.patient(6, "Anew");
        let visit = practice.charged(patient);
        practice.write(|tx| Ok(store::coverage::insert(tx, &coverage)?));
        let first = practice.built(visit);
        practice.write(|tx| bill::take_apart(tx, first, "Wrong level"));
        assert_eq!(practice.status(first), ClaimStatus::Closed);
        let owed = || practice.write(|tx| Ok(store::ledger::patient_balance(tx, patient)?));
        assert_eq!((owed().insurance, owed().patient), (Money::ZERO, Money::ZERO));
        practice.write(|tx| coding::finish(tx, practice.office.library(), visit));
        let second = practice.built(visit);
        assert_eq!(practice.status(second), ClaimStatus::Ready);
        assert!(owed().insurance.is_positive());
        practice.office.send_ready(&DEMO, practice.world.clients[0].id).unwrap();
        let scope = Scope::One(practice.world.clients[0].id);
        let sent = practice.place.db().write(&DEMO, scope, |tx| bill::take_apart(tx, second, "Too late"));
        assert!(matches!(sent, Err(CycleError::Refused(_))), "{sent:?}");
    });
}

#[test]
fn a_visit_kept_off_claims_costs_nobody_anything_and_one_without_cover_is_the_patients() {
    play("unbilled", |practice| {
        let (patient, _) = practice.patient(6, "Selfpay");
        let (kept_off, paid) = (practice.charged(patient), practice.charged(patient));
        let owed = || practice.write(|tx| Ok(store::ledger::patient_balance(tx, patient)?)).patient;
        let both = owed();
        practice.write(|tx| coding::do_not_bill(tx, kept_off, "A courtesy"));
        assert_eq!(owed() + owed(), both);
        practice.write(|tx| bill::self_pay(tx, paid));
        let status = practice.write(|tx| Ok(store::encounter::get(tx, paid)?.encounter.status));
        assert_eq!(status, claim::EncounterStatus::Billed);
        assert_eq!(owed() + owed(), both);
    });
}

#[test]
fn an_addendum_after_coding_goes_to_the_coder() {
    play("addendum", |practice| {
        let (patient, _) = practice.patient(6, "Addendum");
        let visit = practice.charged(patient);
        let provider = practice.world.clients[0].providers[0].id;
        practice.write(|tx| chart::addend(tx, visit, provider, "It was the right ear.").map(|_| ()));
        let told = practice.work(chart::ADDENDUM);
        assert_eq!(told.len(), 1, "{told:?}");
    });
}
