//! The rulebook's worked vectors: a claim and a plan in, the adjustments of each line out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod desk;

use claim::{Frequency, Money};
use codes::Library;
use desk::{Text, after, claim, decide, next, show};
use payer::{State, receive, run_now};

const ALL_EDITS: &str = "edits = [\"ncci\", \"mue\", \"add_on\", \"global\", \"modifiers\", \"therapy_modifiers\", \"new_patient\", \"medical_necessity\"]";

#[test]
fn v1_medicare_visit_after_the_deductible() {
    let payment = decide(&Text::medicare().plan(), &claim(&["99214 250"]));
    assert_eq!(show(&payment), ["CO-45 114.39 PR-2 27.12 CO-253 2.17 = 106.32"]);
    assert_eq!(payment.patient_responsibility, Some("27.12".parse().unwrap()));
    assert_eq!(payment.lines[0].allowed, Some("135.61".parse().unwrap()));
}

fn medicare_with_used(used: &str) -> Text {
    Text::medicare().members(&format!("M100,RIVERA,ANA,1984-03-09,F,self,2025-01-01,,,2026-01-01,{used}"))
}

#[test]
fn v2_and_v3_the_deductible_comes_first() {
    let part = decide(&medicare_with_used("183.00").plan(), &claim(&["99214 250"]));
    assert_eq!(show(&part), ["CO-45 114.39 PR-1 100.00 PR-2 7.12 CO-253 0.57 = 27.92"]);
    let plan = medicare_with_used("0.00").plan();
    let mut state = State::new();
    assert_eq!(show(&next(&plan, &mut state, &claim(&["99214 250"]))), ["CO-45 114.39 PR-1 135.61 = 0.00"]);
    let left: Vec<Money> = state.used.values().flat_map(|years| years.values()).map(|used| used.deductible).collect();
    assert_eq!(Money::from_cents(28_300) - left[0], "147.39".parse().unwrap());
}

#[test]
fn v4_the_facility_price() {
    let mut visit = claim(&["99214 250"]);
    visit.place_of_service = "22".parse().unwrap();
    assert_eq!(show(&decide(&Text::medicare().plan(), &visit)), ["CO-45 165.50 PR-2 16.90 CO-253 1.35 = 66.25"]);
}

const OFFICE_COPAY: &str = "[[year.copay]]\nservice_type = \"98\"\ncodes = [\"99202-99215\"]\namount = \"30.00\"";

#[test]
fn v6_a_copay() {
    let plan = Text::eighty_twenty().fee("99214", "180").year(OFFICE_COPAY).plan();
    assert_eq!(show(&decide(&plan, &claim(&["99214 300"]))), ["CO-45 120.00 PR-3 30.00 = 150.00"]);
    // Once a day: the second visit of the day takes none.
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["99214 300"]));
    assert_eq!(show(&next(&plan, &mut state, &claim(&["99213-25 120"]))), ["CO-96 120.00 [N130] = 0.00"]);
    let plan = Text::eighty_twenty().fee("99214", "180").fee("99213", "90").year(OFFICE_COPAY).plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["99214 300"]));
    assert_eq!(show(&next(&plan, &mut state, &claim(&["99213-25 120"]))), ["CO-45 30.00 = 90.00"]);
}

#[test]
fn v7_and_v8_out_of_pocket_maximum() {
    let year = "deductible_individual = \"400.00\"\nout_of_pocket_individual = \"450.00\"";
    let plan = Text::eighty_twenty().fee("29999", "1000").year(year).plan();
    assert_eq!(show(&decide(&plan, &claim(&["29999 1200"]))), ["CO-45 200.00 PR-1 400.00 PR-2 50.00 = 550.00"]);
    let year = "deductible_individual = \"1500.00\"\nout_of_pocket_individual = \"1700.00\"\nis_embedded = false";
    let plan = Text::eighty_twenty().fee("29999", "3000").year(year).plan();
    assert_eq!(show(&decide(&plan, &claim(&["29999 4000"]))), ["CO-45 1000.00 PR-1 1500.00 PR-2 200.00 = 1300.00"]);
}

#[test]
fn v9_three_surgeries_of_a_day() {
    let plan = Text::eighty_twenty().fee("29881", "1000").fee("12032", "600").fee("11402", "400").plan();
    let payment = decide(&plan, &claim(&["29881 2000", "12032 1200", "11402 800"]));
    assert_eq!(
        show(&payment),
        [
            "CO-45 1000.00 PR-2 200.00 = 800.00",
            "CO-45 600.00 CO-59 300.00 PR-2 60.00 = 240.00",
            "CO-45 400.00 CO-59 200.00 PR-2 40.00 = 160.00"
        ]
    );
}

#[test]
fn v10_both_sides() {
    let plan = Text::medicare().fee("20610", "500").plan();
    assert_eq!(show(&decide(&plan, &claim(&["20610-50 1500"]))), ["CO-45 750.00 PR-2 150.00 CO-253 12.00 = 588.00"]);
}

#[test]
fn v12_a_therapy_assistant() {
    let plan = Text::medicare().fee("97140", "20.86").plan();
    assert_eq!(
        show(&decide(&plan, &claim(&["97140-GP-CQ 60"]))),
        ["CO-45 39.14 PR-2 4.17 CO-172 2.50 CO-253 0.28 [N851] = 13.91"]
    );
}

#[test]
fn v14_and_v15_co_surgeon_and_assistant() {
    let plan = Text::medicare().fee("29999", "1600").fee("27447", "1600").plan();
    let co_surgeon = show(&decide(&plan, &claim(&["29999-62 2500"])));
    assert_eq!(co_surgeon, ["CO-45 900.00 CO-59 600.00 PR-2 200.00 CO-253 16.00 = 784.00"]);
    let assistant = show(&decide(&plan, &claim(&["27447-AS 800"])));
    assert_eq!(assistant, ["CO-59 582.40 PR-2 43.52 CO-253 3.48 = 170.60"]);
    // Two surgeons are not covered for this one.
    assert_eq!(show(&decide(&plan, &claim(&["27447-62 2500"]))), ["CO-54 2500.00 = 0.00"]);
}

#[test]
fn v17_and_v18_a_code_pair() {
    let text = Text::eighty_twenty().rules(ALL_EDITS).fee("97150", "150").fee("97140", "60");
    let plan = Text { pricing: "method = \"fees_only\"\nreductions = false", ..text }.plan();
    let pair = decide(&plan, &claim(&["97150-GP 200", "97140-GP 90"]));
    assert_eq!(show(&pair), ["CO-45 50.00 PR-2 30.00 = 120.00", "CO-236 90.00 = 0.00"]);
    assert_eq!(pair.remarks[0].as_str(), "M80");
    let apart = decide(&plan, &claim(&["97150-GP 200", "97140-GP-XS 90"]));
    assert_eq!(show(&apart)[1], "CO-45 30.00 PR-2 12.00 = 48.00");
}

#[test]
fn v19_too_many_units_deny_the_line() {
    let plan = Text::eighty_twenty().rules(ALL_EDITS).fee("97110", "50").plan();
    let payment = decide(&plan, &claim(&["97110-GP x7 300"]));
    assert_eq!(show(&payment), ["CO-151 300.00 [N362] = 0.00"]);
}

#[test]
fn v20_no_diagnosis_of_the_policy() {
    let library = Library::shipped();
    let code = ["82306", "20610", "83036", "84443", "97110"]
        .into_iter()
        .find(|code| library.coverage_policy(&code.parse().unwrap(), desk::SERVED).is_some())
        .expect("a policy of the shipped library");
    let plan = Text::eighty_twenty().rules("edits = [\"medical_necessity\"]").fee(code, "30").plan();
    let decided = |modifier: &str| {
        let mut test = claim(&[&format!("{code}{modifier} 80")]);
        test.diagnoses = vec!["Z00.00".parse().unwrap()];
        show(&decide(&plan, &test)).remove(0)
    };
    assert_eq!(decided(""), "CO-50 80.00 [N115] = 0.00");
    assert_eq!(decided("-GA"), "PR-50 80.00 [N115] = 0.00");
    assert_eq!(decided("-GZ"), "CO-50 80.00 [N115] = 0.00");
    // To Medicare GZ says so itself, whatever the diagnosis.
    let medicare = Text::medicare().rules("edits = [\"medical_necessity\"]").plan();
    assert_eq!(show(&decide(&medicare, &claim(&["99214-GZ 250"]))), ["CO-50 250.00 = 0.00"]);
}

#[test]
fn v21_filed_late() {
    let plan = Text::eighty_twenty().rules("").fee("99214", "180").plan();
    let mut late = claim(&["99214 300"]);
    let mut state = State::new();
    let on = desk::SERVED.saturating_add(jiff::Span::new().days(400));
    let decisions = payer::adjudicate(&plan, &mut state, &Library::shipped(), &late, on).unwrap();
    assert_eq!(show(&decisions[0]), ["CO-29 300.00 = 0.00"]);
    assert_eq!(decisions[0].decision.code(), "1");
    // Days of a range count from the first.
    let mut range = late.clone();
    range.control_number = "T0".into();
    range.lines[0].through = range.lines[0].from.saturating_add(jiff::Span::new().days(40));
    let decisions = payer::adjudicate(&plan, &mut state, &Library::shipped(), &range, on).unwrap();
    assert_eq!(show(&decisions[0]), ["CO-29 300.00 = 0.00"]);
    // A secondary claim counts from the first payer's decision.
    late = after(late, "100", "20");
    late.control_number = "T2".into();
    late.lines[0].adjudications[0].decided_on = on;
    let decisions = payer::adjudicate(&plan, &mut state, &Library::shipped(), &late, on).unwrap();
    assert_eq!(decisions[0].paid, "20".parse().unwrap());
}

#[test]
fn v22_the_same_again() {
    let plan = Text::eighty_twenty().fee("99214", "180").plan();
    let mut state = State::new();
    next(&plan, &mut state, &claim(&["99214 300"]));
    let mut again = claim(&["99214 300"]);
    again.control_number = "T2".into();
    assert_eq!(show(&next(&plan, &mut state, &again)), ["OA-18 300.00 = 0.00"]);
}

#[test]
fn v23_no_authorization() {
    let plan = Text::eighty_twenty().rules("authorization_required = [\"97161-97164\"]").fee("97161", "100").plan();
    let mut evaluation = claim(&["97161-GP 180"]);
    assert_eq!(show(&decide(&plan, &evaluation)), ["CO-197 180.00 = 0.00"]);
    evaluation.prior_authorization = Some("PA-1".into());
    assert_eq!(show(&decide(&plan, &evaluation)), ["CO-45 80.00 PR-2 20.00 = 80.00"]);
}

#[test]
fn v24_to_v26_after_another_payer() {
    let second = |method: &'static str| {
        let text = Text { coordination: method, ..Text::eighty_twenty().fee("99214", "180") };
        show(&decide(&text.plan(), &after(claim(&["99214 300"]), "160", "40"))).remove(0)
    };
    assert_eq!(second("standard"), "OA-23 260.00 = 40.00");
    assert_eq!(second("non_duplication"), "OA-23 260.00 PR-275 40.00 = 0.00");
    assert_eq!(second("maintenance_of_benefits"), "OA-23 260.00 PR-2 8.00 = 32.00");
}

#[test]
fn v27_medicare_second() {
    let plan = Text::medicare().fee("99214", "125").plan();
    let payment = decide(&plan, &after(claim(&["99214 175"]), "120", "30"));
    assert_eq!(show(&payment), ["OA-23 145.00 CO-253 0.60 = 29.40"]);
    assert_eq!(payment.decision.code(), "2");
}

#[test]
fn v28_medicaid_up_to_its_fee() {
    let text = Text { coordination: "lesser_of", ..Text::new("medicaid").fee("99214", "90") };
    let payment = decide(&text.plan(), &after(claim(&["99214 250"]), "106.32", "27.12"));
    assert_eq!(show(&payment), ["OA-23 222.88 CO-303 27.12 = 0.00"]);
    assert_eq!(payment.patient_responsibility, Some(Money::ZERO));
}

#[test]
fn v30_to_v32_reversal_denial_and_a_balance_carried() {
    // Authorised at first; the replacement has lost its number, so it is denied.
    let plan = Text::medicare().rules("authorization_required = [\"99214\"]").plan();
    let (library, mut state) = (Library::shipped(), State::new());
    let mut first = claim(&["99214 250"]);
    first.prior_authorization = Some("PA-1".into());
    let acks = receive(&plan, &mut state, &library, std::slice::from_ref(&first), desk::TODAY);
    let paid = run_now(&plan, &mut state, &library, desk::TODAY).unwrap();
    assert_eq!((paid[0].amount, paid[0].method.as_str()), ("106.32".parse().unwrap(), "ACH"));

    let mut replacement = claim(&["99214 250"]);
    replacement.control_number = "T2".into();
    replacement.frequency = Frequency::Replacement;
    replacement.original_reference = acks[0].payer_control_number.clone();
    assert!(receive(&plan, &mut state, &library, &[replacement], desk::TODAY)[0].is_accepted);
    let taken = run_now(&plan, &mut state, &library, desk::TODAY).unwrap().remove(0);
    let [reversal, denial] = taken.claims.as_slice() else { panic!("{:?}", taken.claims) };
    assert_eq!((reversal.decision.code(), reversal.charge), ("22", "-250".parse().unwrap()));
    assert_eq!(show(reversal), ["CO-45 -114.39 PR-2 -27.12 CO-253 -2.17 = -106.32"]);
    assert_eq!(reversal.patient_responsibility, None);
    assert_eq!(show(denial), ["CO-197 250.00 = 0.00"]);
    assert_eq!((taken.amount, taken.method.as_str()), (Money::ZERO, "NON"));
    let adjusted = |r: &claim::Remittance| -> Vec<(String, String)> {
        r.provider_adjustments.iter().map(|a| (a.reason.clone(), a.amount.to_decimal())).collect()
    };
    assert_eq!(adjusted(&taken), [("FB".to_owned(), "-106.32".to_owned())]);

    // The next payment repays the balance: V31 and V32 with a recovery demanded meanwhile.
    let mut later = claim(&["99214 250", "99213-25 300"]);
    later.control_number = "T3".into();
    later.prior_authorization = Some("PA-1".into());
    later.lines[0].from = jiff::civil::date(2026, 3, 9);
    later.lines[0].through = later.lines[0].from;
    state.recover(&desk::GROUP.parse().unwrap(), "BM-OLD", "50".parse().unwrap());
    assert!(receive(&plan, &mut state, &library, &[later], desk::TODAY)[0].is_accepted);
    let repaid = run_now(&plan, &mut state, &library, desk::TODAY).unwrap().remove(0);
    assert_eq!(adjusted(&repaid)[0], ("FB".to_owned(), "106.32".to_owned()));
    assert_eq!(adjusted(&repaid)[1].0, "WO");
    assert_eq!(repaid.imbalances(), []);
    assert!(state.carried.values().all(|left| left.is_zero()));
}

#[test]
fn v33_and_v34_prevention_and_capitation() {
    let year =
        "first_dollar_modifiers = [\"33\"]\n[[year.exclusion]]\ncodes = [\"99213\"]\nreason = \"24\"\ngroup = \"CO\"";
    let plan = Text::eighty_twenty().fee("99395", "170").year(year).plan();
    assert_eq!(show(&decide(&plan, &claim(&["99395-33 220"]))), ["CO-45 50.00 = 170.00"]);
    assert_eq!(show(&decide(&plan, &claim(&["99213 120"]))), ["CO-24 120.00 = 0.00"]);
}

#[test]
fn v35_a_wrong_member_identifier_never_reaches_adjudication() {
    let plan = Text::eighty_twenty().plan();
    let mut stranger = claim(&["99214 250"]);
    stranger.member.member_id = "M999".into();
    let mut state = State::new();
    let ack = receive(&plan, &mut state, &Library::shipped(), &[stranger], desk::TODAY).remove(0);
    let status = &ack.statuses[0];
    assert!(!ack.is_accepted);
    assert_eq!((status.category.as_str(), status.status.as_str(), status.entity.as_str()), ("A7", "33", "IL"));
    assert_eq!(run_now(&plan, &mut state, &Library::shipped(), desk::TODAY).unwrap(), []);
}

#[test]
fn v37_an_add_on_alone() {
    let plan = Text::eighty_twenty().rules(ALL_EDITS).fee("90472", "20").fee("90471", "30").plan();
    assert_eq!(show(&decide(&plan, &claim(&["90472 40"]))), ["CO-107 40.00 [N122] = 0.00"]);
    let both = show(&decide(&plan, &claim(&["90471 50", "90472 40"])));
    assert_eq!(both[1], "CO-45 20.00 PR-2 4.00 = 16.00");
}

#[test]
fn interest_on_a_late_payment() {
    // 106.32 paid ten days late at 4%: 0.12 (V31).
    let plan = Text::medicare().plan();
    let (library, mut state) = (Library::shipped(), State::new());
    assert!(receive(&plan, &mut state, &library, &[claim(&["99214 250"])], desk::SERVED)[0].is_accepted);
    let on = desk::SERVED.saturating_add(jiff::Span::new().days(40));
    let late = run_now(&plan, &mut state, &library, on).unwrap().remove(0);
    assert_eq!(late.claims[0].interest, Some("0.12".parse().unwrap()));
    assert_eq!(late.provider_adjustments[0].reason, "L6");
    assert_eq!(late.amount, "106.44".parse().unwrap());
}
