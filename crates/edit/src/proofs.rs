//! What holds for all edits together.

use claim::{Claim, Finding, Fix, PayerKind, Severity, Verdict};
use codes::Library;
use proptest::prelude::*;

use crate::{
    Override, apply_fixes,
    cases::{Case, Change, cases, diagnoses, lines, medicare},
    check, edits, sample,
};

fn failures(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.verdict == Verdict::Fail).collect()
}

fn examine(changes: &[Change]) -> Vec<Finding> {
    let (mut claim, mut context) = (sample::claim(), sample::context());
    changes.iter().for_each(|change| change(&mut claim, &mut context));
    check(&claim, &context, &Library::shipped())
}

#[test]
fn the_sample_is_clean() {
    assert_eq!(examine(&[]), []);
}

#[test]
fn every_case_breaks_and_mends() {
    for (number, Case(id, breaks, mends)) in (1..).zip(cases()) {
        let broken = examine(&[*breaks]);
        assert!(failures(&broken).iter().any(|f| f.id == *id), "case {number}, {id} does not fail: {broken:#?}");
        let mended = examine(&[*breaks, *mends]);
        assert!(failures(&mended).iter().all(|f| f.id != *id), "case {number}, {id} still fails: {mended:#?}");
    }
}

/// Edits that only say what could not be checked or excused have their own tests below.
const WITHOUT_CASE: [&str; 2] = ["PROC", "LCD"];

#[test]
fn every_edit_has_a_case() {
    for edit in edits() {
        assert!(
            cases().any(|Case(id, ..)| *id == edit.id) || WITHOUT_CASE.contains(&edit.id),
            "{} has no case",
            edit.id
        );
        assert!(edits().filter(|other| other.id == edit.id).count() == 1, "{} stands twice", edit.id);
        assert!(!edit.title.is_empty() && !edit.citation.is_empty());
    }
}

#[test]
fn an_unknown_service_is_unchecked_and_holds_nothing() {
    let findings = examine(&[|c, _| lines(c, &[("0999T", &[], 1)])]);
    assert!(findings.iter().any(|f| f.id == "PROC" && f.verdict == Verdict::Unchecked));
    assert!(!findings.iter().any(Finding::holds));
}

#[test]
fn a_pair_on_two_sides_is_bypassed_and_on_one_side_is_not() {
    let judge = |change: Change| examine(&[change]).into_iter().find(|f| f.id == "PTP").map(|f| f.verdict);
    let apart = judge(|c, _| lines(c, &[("20610", &["LT"], 1), ("20550", &["RT"], 1)]));
    assert_eq!(apart, Some(Verdict::Bypassed));
    let together = judge(|c, _| lines(c, &[("20610", &["RT"], 1), ("20550", &["RT"], 1)]));
    assert_eq!(together, Some(Verdict::Fail));
}

#[test]
fn an_override_needs_a_reason() {
    let excluded: Change = |c, _| diagnoses(c, &["J00", "J029"]);
    let without: Change = |_, x| x.overrides = vec![Override { id: "DX09".into(), line: None, reason: "  ".into() }];
    let with: Change = |_, x| {
        x.overrides = vec![Override { id: "DX09".into(), line: None, reason: "Two unrelated infections.".into() }];
    };
    let verdict = |changes: &[Change]| examine(changes).into_iter().find(|f| f.id == "DX09").map(|f| f.verdict);
    assert_eq!(verdict(&[excluded, without]), Some(Verdict::Fail));
    assert_eq!(verdict(&[excluded, with]), Some(Verdict::Bypassed));
}

#[test]
fn fixes_clear_what_they_promise() {
    let mut claim = sample::claim();
    claim.rendering.as_mut().unwrap().taxonomy = "225100000X".parse().unwrap();
    claim.diagnoses = ["G63", "E538", "M5450", "E538"].map(|code| code.parse().unwrap()).to_vec();
    claim.lines = vec![sample::line(1, "97110", &[], 12_000, 2)];
    claim.lines[0].pointers = vec![1, 2];
    let context = sample::context();
    let findings = check(&claim, &context, &Library::shipped());
    let fixable: Vec<&str> = findings.iter().filter(|f| f.fix.is_some()).map(|f| f.id.as_str()).collect();
    assert_eq!(fixable, ["DX26", "DX13", "THER1"]);
    let (fixed, done) = apply_fixes(&claim, &findings);
    assert_eq!(done.len(), 3);
    assert_eq!(fixed.lines[0].modifiers, ["GP".parse().unwrap()]);
    assert_eq!(fixed.pointed(&fixed.lines[0]).iter().map(|d| d.as_str()).collect::<Vec<_>>(), ["E538", "G63"]);
    assert_eq!(failures(&check(&fixed, &context, &Library::shipped())), Vec::<&Finding>::new());
    let never: [&str; 6] = ["25", "59", "XE", "XP", "XS", "XU"];
    for Case(id, breaks, _) in cases() {
        for finding in examine(&[*breaks]) {
            if let Some(Fix::AddModifier { modifier, .. }) = finding.fix {
                assert!(!never.contains(&modifier.as_str()), "{id} adds {modifier}");
            }
        }
    }
}

#[test]
fn severities_follow_the_payer() {
    let pair: Change = |c, _| lines(c, &[("97150", &["GP"], 1), ("97140", &["GP"], 1)]);
    let work: Change = |_, x| x.payer = Some(PayerKind::WorkersCompensation);
    let severity = |changes: &[Change]| examine(changes).into_iter().find(|f| f.id == "PTP").map(|f| f.severity);
    assert_eq!(severity(&[pair]), Some(Severity::Error));
    assert_eq!(severity(&[pair, work]), Some(Severity::Warning));
}

#[test]
fn a_policy_asks_for_a_supporting_diagnosis() {
    let library = Library::shipped();
    let policy = |code: &claim::ProcedureCode| library.coverage_policy(code, sample::SERVED_ON);
    let procedure = library.procedures(sample::SERVED_ON).find(|p| policy(&p.code).is_some()).unwrap();
    let covered = policy(&procedure.code).unwrap().clauses[0].covered[0].first().parse().unwrap();
    let judge = |modifiers: &[&str], diagnosis: claim::DiagnosisCode| {
        let mut claim = sample::claim();
        medicare(&mut claim);
        lines(&mut claim, &[(procedure.code.as_str(), modifiers, 1)]);
        claim.diagnoses = vec![diagnosis];
        let found = check(&claim, &sample::context(), &library).into_iter().find(|f| f.id == "LCD");
        found.map(|f| (f.verdict, f.severity))
    };
    let unrelated = || "W5801XA".parse().unwrap();
    assert_eq!(judge(&[], unrelated()), Some((Verdict::Fail, Severity::Error)));
    assert_eq!(judge(&["GA"], unrelated()), Some((Verdict::Bypassed, Severity::Error)));
    assert_eq!(judge(&[], covered), None);
}

proptest! {
    /// Whatever the order and repetition, fixing ends, and every pointer still leads to the code it meant.
    #[test]
    fn fixes_end_and_pointers_hold(picked in proptest::collection::vec(0usize..8, 1..12), pointers in proptest::collection::vec(1u8..13, 1..4)) {
        const POOL: [&str; 8] = ["G63", "E538", "I10", "E119", "F0280", "G309", "N181", "E1122"];
        let library = Library::shipped();
        let mut claim = sample::claim();
        claim.diagnoses = picked.iter().map(|i| POOL[*i].parse().unwrap()).collect();
        claim.lines[0].pointers = pointers.into_iter().filter(|p| usize::from(*p) <= picked.len()).collect();
        let meant = |claim: &Claim| -> std::collections::BTreeSet<String> {
            claim.pointed(&claim.lines[0]).into_iter().map(|code| code.as_str().to_owned()).collect()
        };
        let before = meant(&claim);
        for _ in 0..picked.len() {
            claim = apply_fixes(&claim, &check(&claim, &sample::context(), &library)).0;
        }
        prop_assert_eq!(meant(&claim), before);
        let rest = check(&claim, &sample::context(), &library);
        prop_assert!(rest.iter().all(|finding| finding.fix.is_none()), "{rest:#?}");
    }
}
