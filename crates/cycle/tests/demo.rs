//! The demo lived to its end on SQLite and, where `SUPERBILL_TEST_POSTGRES` names a server, on PostgreSQL: the same
//! seed gives the same files and figures whatever the engine, the books hold, and everything the story promises is
//! there to be worked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use claim::{AdjustmentGroup, ClaimDecision, ClaimStatus, EncounterStatus, PayerSequence};
use codes::Library;
use cycle::{
    demo::Demo,
    office::Office,
    summary::{self, Summary},
};
use place::{DEMO, Place, places};
use store::{
    Scope, StoreError,
    claim::{ClaimFilter, ClaimOrder},
    encounter::EncounterFilter,
};
use world::{Beat, World};

/// A world lived in a database and a folder, both gone with it.
struct Lived {
    place: Place,
    folder: PathBuf,
    world: World,
}

impl Lived {
    fn new(place: Place, seed: u64, name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("superbill_lived_{name}_{}_{}", place.name, std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let world = World::new(seed).unwrap();
        let office = Office::new(place.db().clone(), Arc::new(Library::shipped()), folder.clone());
        let mut demo = Demo::new(&office, &world);
        demo.register(|persona| format!("$argon2id$of {}", persona.login)).unwrap();
        demo.live(|_| ()).unwrap();
        Self { place, folder, world }
    }

    fn summary(&self) -> Summary {
        let all = self.world.clients.iter().map(|client| client.id).collect();
        self.place.db().read(&DEMO, Scope::Read(all), summary::of).unwrap()
    }

    /// Every file that went out or came in, by folder and name.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.folder).unwrap().to_owned();
                    found.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}

impl Drop for Lived {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn one_seed_gives_the_same_files_and_figures_on_every_engine() {
    let mut lived: Vec<Lived> = places("alike").into_iter().map(|place| Lived::new(place, 1, "alike")).collect();
    lived.push(Lived::new(places("again").remove(0), 1, "again"));
    let (first, others) = lived.split_first().unwrap();
    let (files, figures) = (first.files(), first.summary());
    assert!(figures.holds(), "{:?} {:?}", figures.proof.breaches, figures.broken_lines);
    let kinds = |ending: &str| files.keys().filter(|name| name.to_string_lossy().ends_with(ending)).count();
    assert!(kinds(".837") > 20 && kinds(".835") > 20 && kinds(".999") > 20 && kinds(".277ca") > 20);
    for other in others {
        let theirs = other.files();
        assert_eq!(files.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{}", other.place.name);
        for (name, bytes) in &files {
            assert!(theirs[name] == *bytes, "{} differs on {}", name.display(), other.place.name);
        }
        assert_eq!(figures, other.summary(), "{}", other.place.name);
    }
    first
        .place
        .db()
        .read(&DEMO, Scope::One(first.world.clients[0].id), |tx| {
            let chain = store::audit::verify(tx)?;
            assert!(chain.breaks.is_empty() && chain.sealed > 1_000 && chain.unsealed == 0, "{chain:?}");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let another = Lived::new(places("other").remove(0), 2, "other");
    assert!(another.summary().holds());
    assert_ne!(another.files(), files, "another seed is another world");
}

#[test]
fn the_story_is_there_to_be_worked() {
    let lived = Lived::new(places("story").remove(0), 1, "story");
    let figures = lived.summary();
    assert!(figures.claims_sent > 80 && figures.claims_clean < figures.claims_sent);
    assert!(figures.rejections >= 1 && figures.corrected >= 1 && figures.claims_fixed >= 1);
    let ages = figures.insurance_aging.buckets.iter().zip(&figures.patient_aging.buckets);
    assert!(
        ages.clone().all(|(insurer, patient)| (*insurer + *patient).is_positive()),
        "{:?}",
        ages.collect::<Vec<_>>()
    );
    let (mut reasons, mut reversals, mut secondary_paid, mut patient_payments) = (BTreeMap::new(), 0, 0, 0);
    let (mut appeals, mut near_limit, mut parked) = (Vec::new(), 0, 0);
    let (mut held, mut refused_as_patients, mut told_of_desk) = (Vec::new(), 0, 0);
    for client in &lived.world.clients {
        lived
            .place
            .db()
            .read(&DEMO, Scope::One(client.id), |tx| {
                for record in store::remittance::list(tx, &Default::default(), 500, 0)? {
                    let body = store::remittance::body(tx, record.id)?;
                    reversals += body.claims.iter().filter(|c| c.decision == ClaimDecision::Reversal).count();
                    let all = body.claims.iter().flat_map(|c| c.all_adjustments());
                    for adjustment in all.filter(|a| a.group != AdjustmentGroup::Oa || a.reason.as_str() != "23") {
                        *reasons.entry(adjustment.reason.as_str().to_owned()).or_insert(0) += 1;
                    }
                }
                let paid = ClaimFilter { status: Some(ClaimStatus::Paid), ..ClaimFilter::default() };
                let paid = store::claim::list(tx, &paid, ClaimOrder::Newest, 500, 0)?;
                secondary_paid += paid.iter().filter(|c| c.sequence == PayerSequence::Secondary).count();
                patient_payments += store::statement::payments(tx, None, 500, 0)?.len();
                appeals.extend(store::appeal::pending(tx, 50, 0)?.into_iter().map(|appeal| appeal.due_on));
                parked += store::remittance::parked(tx, 50, 0)?.len();
                let which = ClaimFilter { status: Some(ClaimStatus::Held), ..ClaimFilter::default() };
                for claim in store::claim::list(tx, &which, ClaimOrder::Newest, 500, 0)? {
                    let version = store::claim::latest(tx, claim.id)?;
                    held.extend(version.findings.into_iter().filter(|finding| finding.holds()).map(|f| f.message));
                }
                for claim in store::claim::list(tx, &ClaimFilter::default(), ClaimOrder::Newest, 500, 0)? {
                    let denials = cycle::follow::open_denials(tx, claim.id).unwrap();
                    refused_as_patients += denials.iter().filter(|(_, denial)| denial.is_patients()).count();
                    told_of_desk += usize::from(store::claim::latest(tx, claim.id)?.claim.patient_paid.is_positive());
                }
                let waiting = EncounterFilter { status: Some(EncounterStatus::ToCode), ..EncounterFilter::default() };
                for record in store::encounter::list(tx, &waiting, 500, 0)? {
                    let visit = lived.world.visits.iter().find(|visit| visit.encounter.id == record.encounter.id);
                    near_limit += usize::from(visit.is_some_and(|visit| visit.has(Beat::NearFilingLimit)));
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    assert!(reasons.len() >= 8, "{reasons:?}");
    assert!(reversals >= 1 && secondary_paid >= 1 && patient_payments >= 1 && near_limit == 1 && parked >= 1);
    let last = lived.world.ends_on;
    assert!(
        appeals.iter().any(|due| last <= *due && *due <= last.saturating_add(jiff::ToSpan::days(7))),
        "{appeals:?}"
    );
    let limits =
        figures.work.iter().filter(|(kind, ..)| kind == "filing_limit").map(|(_, _, count, _)| count).sum::<u64>();
    assert_eq!(limits, 1, "{:?}", figures.work);
    // A mistyped number of units waits for somebody; what payers call the patient's waits, too, before it is billed.
    assert!(held.iter().any(|message| message.contains("97110")), "{held:?}");
    assert!(refused_as_patients >= 3 && told_of_desk >= 5, "{refused_as_patients} {told_of_desk}");
    assert!(figures.denials.iter().any(|cause| cause.reason == "PR-27"), "{:?}", figures.denials);
    let credits = figures.work.iter().filter(|(kind, ..)| kind == "credit_balance").count();
    assert_eq!(credits, 1, "{:?}", figures.work);
}
