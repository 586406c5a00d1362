//! The payers do what the story needs, from their plans alone: the expert's codes, keyed as the script says,
//! go to each payer, and the answers are read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod keyed;

use std::collections::{BTreeMap, BTreeSet};

use claim::{Claim, ClaimDecision, Frequency, Money, Remittance};
use codes::Library;
use jiff::{ToSpan, civil::Date};
use keyed::{changed, claim};
use payer::{Plan, State, receive, run};
use world::{Action, Beat, Change, Insurer, Person, Visit, World};

/// One payer's half year.
struct Desk<'a> {
    plan: Plan,
    state: State,
    library: &'a Library,
    paid: Vec<Remittance>,
    refused: BTreeSet<String>,
    numbers: BTreeMap<String, String>,
}

impl Desk<'_> {
    fn send(&mut self, claim: &Claim, on: Date) {
        for ack in receive(&self.plan, &mut self.state, self.library, std::slice::from_ref(claim), on) {
            match ack.payer_control_number {
                Some(number) => drop(self.numbers.insert(claim.control_number.clone(), number)),
                None => drop(self.refused.insert(claim.control_number.clone())),
            }
        }
    }

    /// Reasons of every decision on a claim.
    fn reasons(&self, number: &str) -> BTreeSet<String> {
        let of_claim = self.paid.iter().flat_map(|r| &r.claims).filter(|c| c.control_number == number);
        of_claim.flat_map(|c| c.all_adjustments().map(|a| a.reason.to_string()).collect::<Vec<_>>()).collect()
    }

    fn paid(&self, number: &str) -> Option<Money> {
        self.paid.iter().flat_map(|r| &r.claims).rfind(|c| c.control_number == number).map(|c| c.paid)
    }
}

fn actions<'a>(world: &'a World, visit: &'a Visit) -> impl Iterator<Item = (Date, &'a Action)> {
    let id = visit.encounter.id;
    world.script.iter().map(|a| (a.on, &a.action)).filter(move |(_, action)| {
        matches!(action,
            Action::SignNote { encounter } | Action::MistypeCharges { encounter, .. }
            | Action::CorrectClaim { encounter, .. } | Action::ResendByMistake { encounter } if *encounter == id)
    })
}

/// Claims of a visit with the day each goes.
fn mail(world: &World, visit: &Visit, person: &Person, insurer: &Insurer) -> Vec<(Date, Claim)> {
    let coverage = &person.coverages[0];
    let mut keyed = visit.gold.clone();
    let mut mail = Vec::new();
    let number = visit.encounter.id.to_string()[24..].to_uppercase();
    for (on, action) in actions(world, visit) {
        match action {
            Action::MistypeCharges { changes, .. } => keyed = changed(keyed, changes),
            Action::CorrectClaim { changes, .. } => {
                let codes = changed(keyed.clone(), changes);
                let mut again = claim(world, visit, coverage, insurer, &codes, format!("{number}C"));
                again.frequency = Frequency::Replacement;
                for change in changes {
                    if let Change::SetAuthorization(authorization) = change {
                        again.prior_authorization = Some(authorization.clone());
                    }
                }
                mail.push((on.saturating_add(14.days()), again));
            }
            Action::ResendByMistake { .. } => {
                mail.push((on, claim(world, visit, coverage, insurer, &keyed, format!("{number}D"))));
            }
            _ => {}
        }
    }
    for (on, action) in actions(world, visit) {
        if matches!(action, Action::SignNote { .. }) && on <= world.coding_ends_on {
            let mut first = claim(world, visit, coverage, insurer, &keyed, number.clone());
            let sent_on = on.saturating_add(2.days());
            for recorded in world.script.iter().filter(|a| a.on <= sent_on) {
                match &recorded.action {
                    Action::RecordAuthorization { coverage: of, number, .. } if *of == coverage.id => {
                        first.prior_authorization = Some(number.clone());
                    }
                    _ => {}
                }
            }
            mail.push((sent_on, first));
        }
    }
    mail
}

fn half_year<'a>(world: &World, insurer: &Insurer, library: &'a Library) -> Desk<'a> {
    let folder = &insurer.plan;
    let plan = Plan::parse(&folder.plan_toml, &folder.members_csv, &folder.fees_csv).unwrap();
    let mut desk = Desk {
        plan,
        state: State::new(),
        library,
        paid: Vec::new(),
        refused: BTreeSet::new(),
        numbers: BTreeMap::new(),
    };
    let mut letters: BTreeMap<Date, Vec<Claim>> = BTreeMap::new();
    for visit in &world.visits {
        let person = world.person(visit).unwrap();
        if person.coverages[0].payer_id == insurer.payer.id {
            for (on, claim) in mail(world, visit, person, insurer) {
                letters.entry(on).or_default().push(claim);
            }
        }
    }
    let mut on = world.starts_on;
    while on <= world.ends_on {
        for mut claim in letters.remove(&on).unwrap_or_default() {
            if claim.frequency == Frequency::Replacement {
                let first = claim.control_number.trim_end_matches('C');
                claim.original_reference = desk.numbers.get(first).cloned();
            }
            desk.send(&claim, on);
        }
        desk.paid.extend(run(&desk.plan, &mut desk.state, library, on).unwrap());
        on = on.saturating_add(1.days());
    }
    desk
}

/// What the first claim of each visit came to, and the desks of the payers.
fn play(seed: u64, library: &Library) -> (World, Vec<Desk<'_>>) {
    let world = World::new(seed).unwrap();
    let desks = world.insurers.iter().map(|insurer| half_year(&world, insurer, library)).collect();
    (world, desks)
}

fn number(visit: &Visit) -> String {
    visit.encounter.id.to_string()[24..].to_uppercase()
}

#[test]
fn each_beat_comes_out_as_told() {
    let library = Library::shipped();
    for seed in [1, 2, 3] {
        let (world, desks) = play(seed, &library);
        let desk = |visit: &Visit| {
            let payer = world.person(visit).unwrap().coverages[0].payer_id;
            let at = world.insurers.iter().position(|i| i.payer.id == payer).unwrap();
            &desks[at]
        };
        let expect = |beat: Beat, wanted: &[&str]| {
            for visit in world.visits_with(beat) {
                let found = desk(visit).reasons(&number(visit));
                assert!(
                    wanted.iter().any(|reason| found.contains(*reason)),
                    "seed {seed}: {beat:?} of {} on {}: {found:?}",
                    visit.title,
                    visit.encounter.served_on
                );
            }
        };
        expect(Beat::Modifier25Missing, &["97"]);
        expect(Beat::Bundled, &["97"]);
        expect(Beat::UnitsExceeded, &["151"]);
        expect(Beat::AuthorizationMissing, &["197"]);
        expect(Beat::CoverageTerminated, &["27"]);
        expect(Beat::NonCovered, &["96", "204"]);
        expect(Beat::TherapyThreshold, &["119"]);
        expect(Beat::MedicalNecessityAppeal, &["50"]);
        expect(Beat::FiledLate, &["29"]);
        expect(Beat::Assistant, &["59"]);
        expect(Beat::WorkInjuryPaid, &["P12"]);
        for visit in world.visits_with(Beat::MemberIdMistyped) {
            assert!(desk(visit).refused.contains(&number(visit)));
        }
        for visit in world.visits_with(Beat::ResentInError) {
            assert!(desk(visit).reasons(&format!("{}D", number(visit))).contains("18"));
        }
        for visit in world.visits_with(Beat::PendedForever).chain(world.visits_with(Beat::WorkClaimPended)) {
            assert_eq!(desk(visit).paid(&number(visit)), None, "{}", visit.title);
        }
        for beat in [Beat::Modifier25Missing, Beat::Bundled, Beat::UnitsExceeded, Beat::AuthorizationMissing] {
            let visit = world.visits_with(beat).next().unwrap();
            let corrected = desk(visit).paid(&format!("{}C", number(visit)));
            assert!(corrected.is_some_and(Money::is_positive), "seed {seed}: {beat:?}: {corrected:?}");
        }
        let reversals = |d: &Desk<'_>| {
            d.paid.iter().flat_map(|r| &r.claims).filter(|c| c.decision == ClaimDecision::Reversal).count()
        };
        assert!(desks.iter().map(reversals).sum::<usize>() >= 4);
        let strays = desks.iter().flat_map(|d| &d.paid).flat_map(|r| &r.claims);
        assert_eq!(strays.filter(|c| c.control_number.starts_with("QF-")).count(), 1);
    }
}

#[test]
fn what_nothing_befalls_is_paid_and_many_reasons_occur() {
    let library = Library::shipped();
    for seed in [1, 4] {
        let (world, desks) = play(seed, &library);
        let mut reasons = BTreeSet::new();
        for (insurer, desk) in world.insurers.iter().zip(&desks) {
            for visit in &world.visits {
                let person = world.person(visit).unwrap();
                let quiet = [Beat::SupplementSecondary, Beat::WorkInjuryPaid, Beat::Assistant, Beat::DeskCredit];
                let is_quiet = visit.beats.iter().all(|b| quiet.contains(b));
                if person.coverages[0].payer_id != insurer.payer.id || !is_quiet {
                    continue;
                }
                let number = number(visit);
                let known = ["1", "2", "3", "45", "59", "253", "172", "P12"];
                let found = desk.reasons(&number);
                let is_old = visit.encounter.served_on.saturating_add(35.days()) < world.ends_on;
                assert!(
                    found.iter().all(|reason| known.contains(&reason.as_str())),
                    "seed {seed}: {} for {}: {found:?}",
                    visit.title,
                    person.key
                );
                assert!(!is_old || desk.paid(&number).is_some(), "seed {seed}: {} is not decided", visit.title);
            }
            for remittance in &desk.paid {
                reasons
                    .extend(remittance.claims.iter().flat_map(|c| c.all_adjustments()).map(|a| a.reason.to_string()));
            }
        }
        assert!(reasons.len() >= 14, "{reasons:?}");
        for wanted in ["1", "2", "3", "45", "59", "253", "18", "27", "29", "50", "97", "119", "151", "197"] {
            assert!(reasons.contains(wanted), "seed {seed}: {wanted} is missing from {reasons:?}");
        }
    }
}

#[test]
fn the_appeal_is_due_in_the_week_after_the_story_opens() {
    let library = Library::shipped();
    let (world, desks) = play(1, &library);
    let visit = world.visits_with(Beat::MedicalNecessityAppeal).next().unwrap();
    let denied = desks[0].paid.iter().find(|r| r.claims.iter().any(|c| c.control_number == number(visit))).unwrap();
    let due = denied.paid_on.saturating_add(i64::from(world.insurers[0].payer.appeal_limit_days).days());
    let left = world.ends_on.until(due).unwrap().get_days();
    assert!((0..=7).contains(&left), "denied {}, due {due}", denied.paid_on);
}

/// Prints what became of every first claim: `cargo test -p world --test story -- --nocapture outcomes`.
#[test]
fn outcomes_are_told() {
    let library = Library::shipped();
    let (world, desks) = play(world::DEFAULT_SEED, &library);
    for visit in &world.visits {
        let person = world.person(visit).unwrap();
        let at = world.insurers.iter().position(|i| i.payer.id == person.coverages[0].payer_id).unwrap();
        let number = number(visit);
        println!(
            "{} {} {:<45.45} {:>9} {:?}",
            visit.encounter.served_on,
            person.key,
            visit.title,
            desks[at].paid(&number).map_or("-".into(), |paid| paid.to_string()),
            desks[at].reasons(&number)
        );
    }
    let decided = world.visits.iter().filter(|v| desks.iter().any(|d| d.paid(&number(v)).is_some())).count();
    assert!(decided >= 65, "{decided} claims are decided");
}
