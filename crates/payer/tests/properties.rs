//! What holds for every claim: nothing of a charge is lost, a reversal is the exact mirror, and the same work gives
//! the same bytes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod desk;

use claim::{Claim, ClaimPayment, Frequency, Money};
use codes::Library;
use desk::{Text, after};
use jiff::ToSpan;
use payer::{Plan, State, mirror, receive, run_now};
use proptest::prelude::*;

const CODES: [&str; 8] = ["99213", "99214", "20610", "97110", "97140", "90471", "81002", "77777"];
const METHODS: [&str; 6] = [
    "standard",
    "non_duplication",
    "maintenance_of_benefits",
    "medicare_secondary",
    "medicare_supplement",
    "lesser_of",
];

fn plan(deductible: i64, percent: u8, out_of_pocket: i64, method: &'static str) -> Plan {
    let money = |cents: i64| Money::from_cents(cents).to_decimal();
    let edits = "edits = [\"ncci\", \"mue\", \"add_on\", \"global\", \"modifiers\", \"therapy_modifiers\", \"new_patient\", \"medical_necessity\"]";
    let mut text = Text::new("ppo").rules(edits).rules("therapy_assistant_percent = 85").year(&format!(
        "deductible_individual = \"{}\"\ncoinsurance_percent = {percent}\nout_of_pocket_individual = \"{}\"",
        money(deductible),
        money(out_of_pocket)
    ));
    text.coordination = method;
    text = text.more("[[sequestration]]\nfrom = \"2022-07-01\"\npercent = 2\n");
    text = text.year("[[year.copay]]\nservice_type = \"98\"\ncodes = [\"99213\"]\namount = \"25.00\"");
    text = text.year("[[year.limit]]\nservice_type = \"PT\"\ncodes = [\"97110-97140\"]\nvisits = 2");
    for (index, code) in CODES.iter().take(7).enumerate() {
        text = text.fee(code, &format!("{}.{:02}", 20 + index * 37, index * 13 % 100));
    }
    text.plan()
}

prop_compose! {
    fn a_line()(code in 0..CODES.len(), units in 1u32..4, cents in 1i64..60_000, modifier in 0usize..6) -> (String, i64) {
        let modifier = ["", "-25", "-59", "-GP", "-GP-CQ", "-50"][modifier];
        (format!("{}{modifier} x{units} {}", CODES[code], Money::from_cents(cents).to_decimal()), cents)
    }
}

prop_compose! {
    fn a_claim()(lines in prop::collection::vec(a_line(), 1..6), day in 0i32..10, share in prop::option::of((0i64..100, 0i64..100))) -> Claim {
        let texts: Vec<&str> = lines.iter().map(|(text, _)| text.as_str()).collect();
        let mut claim = desk::claim(&texts);
        for line in &mut claim.lines {
            line.from = line.from.saturating_add(day.days());
            line.through = line.from;
        }
        match share {
            Some((paid, left)) => {
                let charge = claim.lines[0].charge;
                let paid = charge.ratio(paid, 200);
                after(claim, &paid.to_decimal(), &charge.ratio(left, 200).to_decimal())
            }
            None => claim,
        }
    }
}

fn assert_whole(payment: &ClaimPayment) {
    for line in &payment.lines {
        let adjusted: Money = line.adjustments.iter().map(|a| a.amount).sum();
        assert_eq!(line.charge, line.paid + adjusted, "{}", desk::show_line(line));
        assert!(!line.paid.is_negative(), "{}", desk::show_line(line));
    }
    let adjusted: Money = payment.all_adjustments().map(|a| a.amount).sum();
    assert_eq!(payment.charge, payment.paid + adjusted);
}

/// Sends the claims in and pays them, then replaces the first and pays again.
fn work(plan: &Plan, claims: &[Claim]) -> (State, Vec<claim::Remittance>) {
    let (library, mut state) = (Library::shipped(), State::new());
    let mut sent = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let numbered = Claim { control_number: format!("T{index}"), ..claim.clone() };
        sent.extend(receive(plan, &mut state, &library, &[numbered], desk::TODAY));
    }
    let mut remittances = run_now(plan, &mut state, &library, desk::TODAY).unwrap();
    let replacement = Claim {
        control_number: "R0".into(),
        frequency: Frequency::Replacement,
        original_reference: sent[0].payer_control_number.clone(),
        ..claims[0].clone()
    };
    sent.extend(receive(plan, &mut state, &library, &[replacement], desk::TODAY));
    remittances.extend(run_now(plan, &mut state, &library, desk::TODAY).unwrap());
    (state, remittances)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn charge_is_paid_plus_adjustments(
        claims in prop::collection::vec(a_claim(), 1..5),
        deductible in 0i64..40_000, percent in 0u8..=50, out_of_pocket in 0i64..80_000, method in 0usize..6,
    ) {
        let plan = plan(deductible, percent, out_of_pocket, METHODS[method]);
        let (state, remittances) = work(&plan, &claims);
        for remittance in &remittances {
            prop_assert_eq!(remittance.imbalances(), vec![]);
            prop_assert!(!remittance.amount.is_negative());
        }
        let reversals = remittances.iter().flat_map(|r| &r.claims).filter(|c| c.decision.code() == "22").count();
        prop_assert_eq!(reversals, 1);
        for record in state.records.values() {
            record.versions.iter().filter(|v| v.decision.code() != "22").for_each(assert_whole);
        }
        // What members used up is what the decisions in force say, whatever was taken back in between.
        let stands = state.records.values().flat_map(|r| &r.accruals);
        let share: Money = stands.clone().map(|a| a.share).sum();
        let used = state.used.values().flat_map(|years| years.values());
        prop_assert_eq!(used.clone().map(|u| u.out_of_pocket).sum::<Money>(), share);
        prop_assert_eq!(used.map(|u| u.deductible).sum::<Money>(), stands.map(|a| a.deductible).sum::<Money>());
        prop_assert!(share <= Money::from_cents(out_of_pocket));
    }

    #[test]
    fn a_reversal_is_the_exact_mirror(claims in prop::collection::vec(a_claim(), 1..3)) {
        let plan = plan(20_000, 20, 50_000, "standard");
        let (state, _) = work(&plan, &claims);
        let first = state.records.values().next().unwrap();
        let [decision, reversal] = first.versions.as_slice() else { panic!("one decision and its reversal") };
        prop_assert_eq!(reversal.charge + decision.charge, Money::ZERO);
        prop_assert_eq!(reversal.paid + decision.paid, Money::ZERO);
        for (a, b) in decision.all_adjustments().zip(reversal.all_adjustments()) {
            prop_assert_eq!((a.group, &a.reason, a.amount), (b.group, &b.reason, -b.amount));
        }
        let again = mirror(reversal);
        prop_assert_eq!(&again.lines, &decision.lines);
    }

    #[test]
    fn the_same_work_gives_the_same_bytes(claims in prop::collection::vec(a_claim(), 1..4)) {
        let plan = plan(10_000, 20, 50_000, "standard");
        let (first, sent) = work(&plan, &claims);
        let (second, sent_again) = work(&plan, &claims);
        let bytes = serde_json::to_string(&first).unwrap();
        prop_assert_eq!(&bytes, &serde_json::to_string(&second).unwrap());
        prop_assert_eq!(sent, sent_again);
        prop_assert_eq!(serde_json::from_str::<State>(&bytes).unwrap(), first);
    }
}
