//! Claims from the expert's codes pass the scrubber, except where the story plants a fault.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, dead_code, reason = "tests")]

mod keyed;

use claim::{Severity, Verdict};
use codes::Library;
use edit::Context;
use jiff::ToSpan;
use world::World;

#[test]
fn the_experts_claims_are_clean() {
    let library = Library::shipped();
    for seed in [1, 5] {
        let world = World::new(seed).unwrap();
        let mut held = Vec::new();
        for visit in &world.visits {
            let person = world.person(visit).unwrap();
            let coverage = &person.coverages[0];
            let insurer = world.insurers.iter().find(|i| i.payer.id == coverage.payer_id).unwrap();
            let claim = keyed::claim(&world, visit, coverage, insurer, &visit.gold, "CH0000001X".into());
            let context = Context {
                payer: Some(insurer.payer.kind),
                ..Context::new(visit.encounter.served_on.saturating_add(2.days()))
            };
            for finding in edit::check(&claim, &context, &library) {
                if finding.verdict == Verdict::Fail && finding.severity == Severity::Error {
                    held.push(format!("{}: {} {}", visit.title, finding.id, finding.message));
                }
            }
        }
        assert!(held.is_empty(), "seed {seed}:\n{}", held.join("\n"));
    }
}
