//! Made files: clean ones have no finding, planted defects are all found and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeSet, HashMap};

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

/// Claims the other generator is asked for; `X12_GEN_CLAIMS=150000` makes files of about 100 MB.
fn other_claims() -> String {
    std::env::var("X12_GEN_CLAIMS").unwrap_or_else(|_| "1500".to_owned())
}

/// The load generator of the shared material, which plants defects of its own.
#[test]
fn defects_of_the_other_generator_are_found() {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("SUPERBILL_SHARED").map_or(beside, std::path::PathBuf::from);
    for kind in ["837p", "837i", "835"] {
        let file = std::env::temp_dir().join(format!("superbill-gen-{}-{kind}", std::process::id()));
        let made = std::process::Command::new("python3")
            .arg(shared.join("x12/gen.py"))
            .args([kind, "--claims", &other_claims(), "--per-st", "100", "--corrupt", "0.2", "-o"])
            .arg(&file)
            .output();
        if !made.is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED: no generator at {} or no python3", shared.display());
            return;
        }
        let truth = std::path::PathBuf::from(format!("{}.truth.json", file.display()));
        let bytes = std::fs::read(&file).unwrap();
        let defects: serde_json::Value = serde_json::from_slice(&std::fs::read(&truth).unwrap()).unwrap();
        std::fs::remove_file(&file).unwrap();
        std::fs::remove_file(&truth).unwrap();
        let mut findings: HashMap<(String, String), Vec<Finding>> = HashMap::new();
        let report = validate_each(bytes.as_slice(), &Options::default(), &NoLists, |finding| {
            let place = (finding.transaction.clone().unwrap_or_default(), finding.place.claim.clone());
            findings.entry(place).or_default().push(finding);
            Ok(())
        });
        assert!(report.unwrap().unreadable.is_none());
        let planted = defects["defects"].as_array().unwrap();
        assert!(planted.len() > 100);
        for defect in planted {
            let text = |key: &str| defect[key].as_str().unwrap_or_default().to_owned();
            let is_it = |one: &&Finding| {
                one.segment == text("segment")
                    && (defect["element"].is_null() || one.element == Some(defect["element"].to_string()))
                    && (defect["code"].is_null() || one.ack.code == text("code"))
            };
            let here = findings.get(&(text("st"), text("claim")));
            assert!(here.is_some_and(|here| here.iter().any(|one| is_it(&one))), "{kind} {defect}");
        }
        eprintln!("{kind}: {} planted defects found", planted.len());
    }
}
