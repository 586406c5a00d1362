//! Made files: clean ones have no finding, planted defects are all found and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use x12::{FileKind, Finding, NoLists, Options, Plan, generate, validate, validate_each};

const KINDS: [FileKind; 3] = [FileKind::Professional, FileKind::Institutional, FileKind::Remittance];

fn key(finding: &Finding) -> (String, String, &str, String, String) {
    let Finding { transaction, place, rule, segment, element, .. } = finding;
    let transaction = transaction.clone().unwrap_or_default();
    (transaction, place.claim.clone(), rule, segment.clone(), element.clone().unwrap_or_default())
}

#[test]
fn faultless_files_have_no_finding() {
    for kind in KINDS {
        let mut bytes = Vec::new();
        let truth = generate(&Plan::new(kind, 2_500), &mut bytes).unwrap();
        assert_eq!((truth.claims, truth.transactions, truth.bytes), (2_500, 3, bytes.len() as u64));
        let report = validate(&bytes, &Options::default());
        assert!(report.findings.is_empty(), "{kind:?} {:?}", report.findings.first());
    }
}

#[test]
fn every_planted_defect_is_found_and_nothing_else() {
    for kind in KINDS {
        let mut bytes = Vec::new();
        let plan = Plan { defects_per_mille: 200, per_transaction: 100, seed: 7, ..Plan::new(kind, 2_000) };
        let truth = generate(&plan, &mut bytes).unwrap();
        assert!(truth.defects.len() > 300);
        let mut findings = Vec::new();
        let report = validate_each(bytes.as_slice(), &Options::default(), &NoLists, |finding| {
            findings.push(finding);
            Ok(())
        });
        assert!(report.unwrap().findings.is_empty());
        let found: BTreeSet<_> = findings.iter().map(key).collect();
        let planted: BTreeSet<_> = truth
            .defects
            .iter()
            .map(|d| {
                let element = d.element.unwrap_or_default().to_owned();
                (d.transaction.clone(), d.claim.clone(), d.rule, d.segment.to_owned(), element)
            })
            .collect();
        let missed: Vec<_> = planted.difference(&found).collect();
        let surplus: Vec<_> = found.difference(&planted).collect();
        assert!(missed.is_empty() && surplus.is_empty(), "{kind:?} missed {missed:?} surplus {surplus:?}");
    }
}

#[test]
fn the_same_plan_makes_the_same_file() {
    let make = |seed| {
        let mut bytes = Vec::new();
        generate(&Plan { seed, ..Plan::new(FileKind::Professional, 50) }, &mut bytes).unwrap();
        bytes
    };
    assert_eq!(make(3), make(3));
    assert_ne!(make(3), make(5));
}
