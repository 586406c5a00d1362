//! Every kind of decision, and what is refused.

use super::*;
use claim::Band;

fn suggestion(code: SuggestedCode) -> Suggestion {
    Suggestion {
        code,
        title: String::new(),
        score: 900,
        band: Band::Suggest,
        evidence: vec![],
        rules: vec![],
        alternatives: vec![],
    }
}

fn dx(code: &str) -> Suggestion {
    suggestion(SuggestedCode::Diagnosis { code: DiagnosisCode::new(code).unwrap() })
}

/// Two diagnoses and a visit that treats both.
fn coding() -> Coding {
    let diagnoses = vec![DiagnosisCode::new("I10").unwrap(), DiagnosisCode::new("E119").unwrap()];
    let code = ProcedureCode::new("99213").unwrap();
    let visit = suggestion(SuggestedCode::Procedure { code, modifiers: vec![], units: claim::Units::ONE, diagnoses });
    Coding { suggestions: vec![dx("E119"), dx("I10"), visit], ..Coding::default() }
}

struct Visit {
    decisions: Vec<CodingDecision>,
    codes: CodeSet,
}

impl Visit {
    fn decide(&mut self, which: usize, kind: DecisionKind, wanted: Wanted) -> Result<(), String> {
        let (coding, at) = (coding(), Timestamp::UNIX_EPOCH);
        let about = about(&coding, &self.decisions, &self.codes, &coding.suggestions[which], kind, &wanted, at)?;
        self.decisions.push(about.0);
        self.codes = about.1;
        Ok(())
    }

    fn shown(&self) -> (Vec<String>, Vec<(String, Vec<u8>)>) {
        let services = self.codes.services.iter().map(|s| (s.code.to_string(), s.pointers.clone()));
        (self.codes.diagnoses.iter().map(|d| d.code.dotted()).collect(), services.collect())
    }
}

fn visit() -> Visit {
    Visit { decisions: vec![], codes: CodeSet::default() }
}

fn because(reason: &str) -> Wanted {
    Wanted { reason: reason.into(), ..Wanted::default() }
}

#[test]
fn the_order_suggested_holds_whatever_is_accepted_first() {
    let mut v = visit();
    for which in [2, 1, 0] {
        v.decide(which, DecisionKind::Accept, Wanted::default()).unwrap();
    }
    // The service was accepted before its diagnoses, and points to them all the same.
    assert_eq!(v.shown(), (vec!["E11.9".into(), "I10".into()], vec![("99213".into(), vec![2, 1])]));
    v.decide(2, DecisionKind::Change, Wanted { code: "99213".into(), pointers: "1".into(), ..because("one") }).unwrap();
    v.decide(1, DecisionKind::Accept, Wanted::default()).unwrap();
    assert_eq!(v.shown().1, [("99213".into(), vec![1])]);
}

#[test]
fn a_decision_replaces_the_one_before() {
    let mut v = visit();
    v.decide(0, DecisionKind::Accept, Wanted::default()).unwrap();
    v.decide(0, DecisionKind::Change, Wanted { code: "E11.42".into(), ..because("neuropathy") }).unwrap();
    assert_eq!(v.shown().0, ["E11.42"]);
    v.decide(0, DecisionKind::Reject, because("not treated today")).unwrap();
    assert_eq!(v.shown().0, Vec::<String>::new());
    assert_eq!(v.decisions.len(), 3);
}

#[test]
fn pointers_follow_their_diagnosis_when_the_order_changes() {
    let mut v = visit();
    for which in [0, 1, 2] {
        v.decide(which, DecisionKind::Accept, Wanted::default()).unwrap();
    }
    assert_eq!(v.shown().1, [("99213".into(), vec![2, 1])]);
    v.decide(1, DecisionKind::Change, Wanted { code: "I10".into(), position: "1".into(), ..because("first") }).unwrap();
    assert_eq!(v.shown(), (vec!["I10".into(), "E11.9".into()], vec![("99213".into(), vec![1, 2])]));
}

#[test]
fn what_is_asked_must_make_sense() {
    let mut v = visit();
    assert!(v.decide(0, DecisionKind::Reject, Wanted::default()).unwrap_err().contains("reason"));
    let nonsense = Wanted { code: "sugar".into(), ..because("x") };
    assert!(v.decide(0, DecisionKind::Change, nonsense).unwrap_err().contains("no ICD-10-CM code"));
    v.decide(0, DecisionKind::Accept, Wanted::default()).unwrap();
    let wanted = Wanted { code: "99213".into(), pointers: "7".into(), ..because("x") };
    assert!(v.decide(2, DecisionKind::Change, wanted).unwrap_err().contains("no position"));
    let twice = add(
        &coding(),
        &v.decisions,
        &v.codes,
        true,
        &Wanted { code: "E11.9".into(), ..because("x") },
        Timestamp::UNIX_EPOCH,
    );
    assert!(twice.unwrap_err().contains("already"));
    let wanted = Wanted { code: "g0283".into(), modifiers: "gp".into(), ..because("given") };
    let (decision, codes) = add(&coding(), &v.decisions, &v.codes, false, &wanted, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((decision.decided.as_deref(), codes.services[0].pointers.as_slice()), (Some("G0283"), &[1u8][..]));
}
