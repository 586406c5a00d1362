//! Remittances into the books.

use claim::{
    AdjustmentGroup::{Co, Oa, Pr},
    ClaimDecision, ClaimStatus, Money,
};
use cycle::{CycleError, post};
use ledger::Account;
use store::remittance::{RemittanceClaimState, RemittanceState};

use crate::stage::{Billed, Stage, cents, decided, play};

/// The rulebook's Medicare visit (EDI flow 3.13): 250.00 charged, 106.32 paid, 27.12 coinsurance.
const V1: &[crate::stage::Cut] = &[(Co, "45", 11_439), (Co, "253", 217), (Pr, "2", 2_712)];

fn state(stage: &Stage, id: claim::RemittanceId) -> RemittanceState {
    stage.read(|tx| Ok(store::remittance::get(tx, id)?.state))
}

#[test]
fn a_paid_claim_is_posted_to_the_cent_and_once() {
    play("paid", |stage| {
        let billed = stage.bill("c25", &[("99214", 25_000)]);
        let posted = stage.decide(&billed, "T1", &[V1]);
        assert!(posted.is_new);
        assert_eq!((posted.claims_posted, posted.claims_parked, posted.denials), (1, 0, 0));
        assert_eq!(state(stage, posted.id), RemittanceState::Posted);
        assert_eq!(stage.status(billed.id), ClaimStatus::Paid);
        let balances = [Account::InsuranceReceivable, Account::PatientReceivable, Account::Contractual]
            .map(|account| stage.balance(account));
        assert_eq!(balances, [0, 2_712, 11_439]);
        assert_eq!((stage.balance(Account::Sequestration), stage.balance(Account::Unapplied)), (217, 0));
        let record = stage.read(|tx| Ok(store::claim::get(tx, billed.id)?));
        assert_eq!((record.paid, record.payer_control_number.as_deref()), (cents(10_632), Some("ICN1")));

        // The same payment in the same or another file adds nothing.
        let count = || stage.read(|tx| Ok(store::ledger::journal(tx)?.len()));
        let before = count();
        let again = stage.decide(&billed, "T1", &[V1]);
        assert_eq!((again.is_new, again.id, again.claims_posted), (false, posted.id, 0));
        assert_eq!(count(), before);
    });
}

#[test]
fn a_denial_moves_nothing_and_becomes_work() {
    play("denied", |stage| {
        let billed = stage.bill("c25", &[("93000", 4_500), ("99213", 15_000)]);
        let posted = stage.decide(&billed, "T1", &[&[(Co, "50", 4_500)], &[(Co, "45", 5_000), (Pr, "2", 2_000)]]);
        assert_eq!(posted.denials, 1);
        assert_eq!(stage.status(billed.id), ClaimStatus::Paid);
        assert_eq!(stage.balance(Account::InsuranceReceivable), 4_500);
        let (item, denial) = stage.read(|tx| cycle::follow::open_denials(tx, billed.id)).remove(0);
        assert_eq!((denial.carc.as_str(), denial.line, denial.procedure.as_str()), ("50", 1, "93000"));
        assert_eq!(
            (item.amount, denial.charge, denial.cause.as_str()),
            (cents(4_500), cents(4_500), "Medical necessity")
        );
        assert!(!denial.text.is_empty() && !denial.action.is_empty());
        // 120 days from the remittance of 2026-01-19 at Medicare.
        assert_eq!(item.due_on, Some(jiff::civil::date(2026, 5, 19)));

        // Refused again, it is the same money and not more.
        let other = stage.bill("c25", &[("93000", 4_500)]);
        stage.decide(&other, "T2", &[&[(Co, "50", 4_500)]]);
        stage.decide(&other, "T3", &[&[(Co, "50", 4_500)]]);
        assert_eq!(stage.work("claim", other.id), [("denial".to_owned(), 4_500)]);
    });
}

#[test]
fn a_reversal_is_mirrored_and_the_correction_stands_alone() {
    play("reversed", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 9_200), (Pr, "3", 3_000)]]);
        // The patient pays the share, which the reversal then takes off them.
        stage.write(|tx| cycle::money::receive(tx, billed.patient_id, cents(3_000), "check", "1001", None));
        assert_eq!(stage.balance(Account::PatientReceivable), 0);
        let first = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200), (Pr, "3", 3_000)]]);
        let second = decided(&billed, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 9_200), (Pr, "3", 2_000)]]);
        let claims = vec![payer::mirror(&first), second];
        let posted = stage.take_in(&stage.remittance(&billed.payer, "T2", claims, &[]));
        assert_eq!((posted.claims_posted, posted.claims_parked), (2, 0));
        assert_eq!(stage.balance(Account::PatientReceivable), 0);
        // 30.00 were paid and 20.00 are owed now: 10.00 wait and are a credit to be worked.
        assert_eq!(stage.balance(Account::Unapplied), -1_000);
        assert_eq!(stage.work("patient", billed.patient_id), [("credit_balance".to_owned(), 1_000)]);
        assert_eq!(stage.read(|tx| Ok(store::claim::get(tx, billed.id)?.paid)), cents(13_800));
        assert_eq!(stage.status(billed.id), ClaimStatus::Paid);

        // Taking back what was taken back before, and deciding a second time what stands, are both parked.
        let twice = decided(&billed, ClaimDecision::Primary, "ICN3", &[&[(Co, "45", 9_200), (Pr, "3", 2_000)]]);
        let parked = stage.take_in(&stage.remittance(&billed.payer, "T3", vec![payer::mirror(&first), twice], &[]));
        assert_eq!((parked.claims_posted, parked.claims_parked), (0, 2));
        assert_eq!(state(stage, parked.id), RemittanceState::Posting);
    });
}

#[test]
fn a_payment_taken_back_without_a_new_decision_is_work() {
    play("takenback", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "45", 9_200)]];
        stage.decide(&billed, "T1", cuts);
        let back = payer::mirror(&decided(&billed, ClaimDecision::Primary, "ICN1", cuts));
        // More is taken back than paid: the rest is carried forward (PLB FB).
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![back], &[("FB", -15_800)]));
        assert_eq!(stage.work("claim", billed.id), [("taken_back".to_owned(), 25_000)]);
        assert_eq!((stage.balance(Account::InsuranceReceivable), stage.balance(Account::PayerOwed)), (25_000, -15_800));
        let anew = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200), (Pr, "3", 2_000)]]);
        stage.take_in(&stage.remittance(&billed.payer, "T3", vec![anew], &[("FB", 13_800)]));
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn the_next_payer_gets_a_claim_with_the_decision() {
    play("secondary", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000)]);
        let posted = stage.decide(&billed, "T1", &[V1]);
        let [second] = posted.opened[..] else { panic!("{posted:?}") };
        let claim = stage.read(|tx| Ok(store::claim::latest(tx, second)?.claim));
        assert_eq!(claim.other_payers[0].paid, Some(cents(10_632)));
        assert_eq!(claim.lines[0].adjudications[0].adjustments.len(), 3);
        assert_eq!(stage.read(|tx| Ok(store::claim::get(tx, second)?.follows_id)), Some(billed.id));
        assert_eq!(
            (stage.balance(Account::InsuranceReceivable), stage.balance(Account::PatientReceivable)),
            (2_712, 0)
        );
        // The supplement pays the coinsurance and repeats what Medicare did as OA-23, which posts nothing.
        let second = stage.accepted(second);
        stage.decide(&second, "T2", &[&[(Oa, "23", 22_288)]]);
        assert_eq!(stage.status(second.id), ClaimStatus::Paid);
        assert_eq!((stage.balance(Account::InsuranceReceivable), stage.balance(Account::Contractual)), (0, 11_439));
    });
}

/// The claim to the next payer as a file; it must pass everything its receiver checks before adjudication.
fn written(stage: &Stage, claim: &claim::Claim) -> String {
    let submitter: exchange::Party = stage.read(|tx| Ok(store::installation::submitter(tx)?));
    let (name, id) = (claim.payer.name.clone(), claim.payer.payer_number.clone());
    let receiver = exchange::Party { name, id, ..exchange::Party::default() };
    let controls = exchange::Controls {
        interchange: 1,
        group: 1,
        transaction: 1,
        at: jiff::civil::date(2026, 1, 20).at(9, 0, 0, 0),
        usage: 'T',
        reference: "R1".into(),
    };
    let bytes = exchange::write_837p(std::slice::from_ref(claim), &submitter, &receiver, &controls).unwrap();
    let report = x12::validate(&bytes, &x12::Options { snip: 5, ..x12::Options::default() });
    let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == x12::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(exchange::read_837p(&bytes).unwrap()[0].claims[0].claim.lines, claim.lines);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_line_decided_in_parts_goes_on_as_one_and_as_decided() {
    play("parts", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000)]);
        let mut whole = decided(&billed, ClaimDecision::Primary, "ICN1", &[V1]);
        whole.lines[0].procedure = "99213".parse().unwrap();
        whole.lines[0].submitted_procedure = Some("99214".parse().unwrap());
        let mut rest = whole.lines[0].clone();
        (rest.charge, rest.paid, rest.units) = (cents(5_000), cents(4_000), claim::Units::ZERO);
        rest.adjustments = vec![claim::Adjustment::new(Co, "45".parse().unwrap(), cents(1_000))];
        whole.lines[0].charge -= rest.charge;
        whole.lines[0].paid -= rest.paid;
        whole.lines[0].adjustments[0].amount -= cents(1_000);
        whole.lines.push(rest);
        let posted = stage.take_in(&stage.remittance(&billed.payer, "T1", vec![whole], &[]));
        let [second] = posted.opened[..] else { panic!("{posted:?}") };
        let claim = stage.read(|tx| Ok(store::claim::latest(tx, second)?.claim));
        let [decision] = &claim.lines[0].adjudications[..] else { panic!("{:?}", claim.lines) };
        assert_eq!((decision.paid, decision.adjustments.len(), decision.units), (cents(10_632), 3, 1.into()));
        let text = written(stage, &claim);
        assert!(text.contains("*106.32*HC:99213*"), "{text}");
    });
}

#[test]
fn lines_decided_as_one_are_told_with_what_is_left_to_the_patient() {
    play("bundled", |stage| {
        let billed = stage.bill("c01", &[("93005", 10_000), ("93010", 8_000), ("99213", 15_000)]);
        let cuts: &[&[crate::stage::Cut]] =
            &[&[(Co, "45", 1_000), (Pr, "2", 2_000)], &[(Co, "97", 8_000)], &[(Co, "97", 15_000)]];
        let mut decision = decided(&billed, ClaimDecision::Primary, "ICN1", cuts);
        // Tracing and reading are decided as the whole electrocardiogram, paid on the first line.
        for line in &mut decision.lines[..2] {
            line.submitted_procedure = Some(std::mem::replace(&mut line.procedure, "93000".parse().unwrap()));
        }
        let posted = stage.take_in(&stage.remittance(&billed.payer, "T1", vec![decision], &[]));
        let [second] = posted.opened[..] else { panic!("{posted:?}") };
        let claim = stage.read(|tx| Ok(store::claim::latest(tx, second)?.claim));
        let told: Vec<_> = claim.lines.iter().map(|line| &line.adjudications[0]).collect();
        assert_eq!(told.iter().map(|told| told.bundled_into).collect::<Vec<_>>(), [None, Some(1), None]);
        let left: Vec<_> = told.iter().map(|told| told.patient_liability).collect();
        assert_eq!(left, [Some(cents(2_000)), Some(cents(0)), Some(cents(0))]);
        assert_eq!(claim.other_payers[0].patient_liability, None, "it stands on the lines");
        let text = written(stage, &claim);
        assert!(text.contains("*HC:93000**1*1~") && text.contains("AMT*EAF*20~"), "{text}");
    });
}

#[test]
fn a_first_payer_that_changes_its_mind_is_told_to_the_next() {
    play("changed", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000)]);
        let posted = stage.decide(&billed, "T1", &[V1]);
        let second = stage.accepted(posted.opened[0]);
        assert_eq!(stage.work("claim", second.id), []);
        let first = decided(&billed, ClaimDecision::Primary, "ICN1", &[V1]);
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![payer::mirror(&first)], &[("FB", -10_632)]));
        let outdated = [(post::OUTDATED.to_owned(), 25_000)];
        assert_eq!(stage.work("claim", second.id), outdated, "its claim shows a decision that stands no more");

        // Decided anew it is the same work, and the correction carries the new decision.
        let lower: &[crate::stage::Cut] = &[(Co, "45", 15_000), (Pr, "2", 2_000)];
        let anew = decided(&billed, ClaimDecision::Primary, "ICN2", &[lower]);
        stage.take_in(&stage.remittance(&billed.payer, "T3", vec![anew], &[("FB", 8_000)]));
        assert_eq!(stage.work("claim", second.id), outdated);
        let mut insurer = second.payer.clone();
        insurer.accepts_replacement = true;
        let put = |tx: &mut store::Tx<'_>| store::payer::put(tx, &insurer);
        stage.db().write(&crate::place::DEMO, store::Scope::Installation, put).unwrap();
        // What the supplement paid on the earlier word is too much now.
        stage.decide(&second, "T4", &[&[(Oa, "23", 22_288)]]);
        assert_eq!(stage.balance(Account::CreditBalance), -712);
        let correct =
            |tx: &mut store::Tx<'_>| cycle::follow::correct(tx, &stage.library, second.id, &second.claim, "Told anew");
        let corrected = stage.write(correct);
        let claim = stage.read(|tx| Ok(store::claim::latest(tx, corrected)?.claim));
        assert_eq!((claim.other_payers.len(), claim.other_payers[0].paid), (1, Some(cents(8_000))));
        let told = &claim.lines[0].adjudications;
        assert_eq!((told.len(), told[0].paid, told[0].patient_liability), (1, cents(8_000), Some(cents(2_000))));
        assert_eq!(stage.work("claim", second.id), []);
    });
}

#[test]
fn a_decision_without_lines_is_dated_with_its_payer() {
    play("lineless", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000)]);
        let mut decision = decided(&billed, ClaimDecision::Primary, "ICN1", &[V1]);
        decision.adjustments = std::mem::take(&mut decision.lines[0].adjustments);
        decision.lines.clear();
        let coverage = stage.world.people.iter().find(|p| p.key == "c01").unwrap().coverages[1].clone();
        let payer = stage.read(|tx| Ok(store::payer::get(tx, coverage.payer_id)?));
        let on = jiff::civil::date(2026, 1, 19);
        let claim = cycle::assemble::next_claim("QF0000009X", &billed.claim, &decision, on, (&coverage, &payer));
        let text = written(stage, &claim);
        assert_eq!(text.matches("DTP*573*D8*20260119").count(), 1, "{text}");
    });
}

#[test]
fn what_does_not_add_up_stays_outside_the_books() {
    play("unbalanced", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let claims = vec![decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200)]])];
        let mut remittance = stage.remittance(&billed.payer, "T1", claims, &[]);
        remittance.amount += cents(1);
        let kept = stage.take_in(&remittance);
        assert_eq!((kept.claims_posted, state(stage, kept.id)), (0, RemittanceState::Parked));
        assert_eq!((stage.balance(Account::CashClearing), stage.status(billed.id)), (0, ClaimStatus::Accepted));
        let items = stage.read(|tx| Ok(store::work::of_subject(tx, "remittance", kept.id)?));
        let reason = items[0].body["reason"].as_str().unwrap();
        assert!(
            items[0].kind == "unbalanced" && reason.contains("trace T1") && reason.contains("difference 0.01"),
            "{reason}"
        );
        // Another practice's money waits unapplied, and goes back.
        let mut other = stage.remittance(&billed.payer, "T2", remittance.claims.clone(), &[]);
        (other.payee_id, other.payee_tax_id) = ("1999999992".into(), "99-9999999".into());
        let kept = stage.take_in(&other);
        assert_eq!((state(stage, kept.id), kept.claims_posted), (RemittanceState::Posting, 0));
        let (arrived, paid) = (stage.balance(Account::CashClearing), stage.balance(Account::Unapplied));
        assert_eq!(arrived, -paid);
        let matched = stage.attempt(|tx| post::post_parked(tx, &stage.library, kept.id, 0, billed.id));
        assert!(
            matches!(&matched, Err(CycleError::Refused(why)) if why.contains("only be sent back")),
            "another practice's money pays no claim of ours: {matched:?}"
        );
        assert!(stage.attempt(|tx| post::give_back(tx, kept.id, 0, "")).is_err());
        stage.write(|tx| post::give_back(tx, kept.id, 0, "Pays another practice"));
        assert!(stage.attempt(|tx| post::give_back(tx, kept.id, 0, "Twice")).is_err());
        assert_eq!(stage.balance(Account::RefundPayable), paid);
        assert_eq!((state(stage, kept.id), stage.balance(Account::Unapplied)), (RemittanceState::Posted, 0));
        let items = stage.read(|tx| Ok(store::work::of_subject(tx, "remittance", kept.id)?));
        let item = items.iter().find(|item| item.done_at.is_none()).unwrap();
        assert_eq!(item.kind, post::RETURN_PAYMENT);
        assert!(stage.attempt(|tx| post::sent_back(tx, item.id, " ")).is_err());
        stage.write(|tx| post::sent_back(tx, item.id, "check 1044"));
        assert!(stage.attempt(|tx| post::sent_back(tx, item.id, "check 1044")).is_err());
        assert_eq!((stage.balance(Account::RefundPayable), stage.balance(Account::Bank)), (0, paid));
    });
}

#[test]
fn the_corrected_remittance_takes_the_place_of_the_wrong_one() {
    play("corrected", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let good = stage.remittance(
            &billed.payer,
            "T1",
            vec![decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200)]])],
            &[],
        );
        // One cent off in an adjustment; then in the payment itself, which is a second mistake under the same trace.
        let mut wrong = good.clone();
        wrong.claims[0].lines[0].adjustments[0].amount += cents(1);
        let mut worse = good.clone();
        worse.amount += cents(1);
        let [first, second] = [&wrong, &worse].map(|remittance| stage.take_in(remittance));
        assert!(first.is_new && second.is_new && !stage.take_in(&wrong).is_new);
        assert_eq!(stage.work("remittance", first.id), []);
        assert_eq!(stage.work("remittance", second.id), [("unbalanced".to_owned(), 15_801)]);

        let posted = stage.take_in(&good);
        assert_eq!((posted.is_new, posted.claims_posted, state(stage, posted.id)), (true, 1, RemittanceState::Posted));
        assert_eq!((stage.status(billed.id), stage.balance(Account::CashClearing)), (ClaimStatus::Paid, 15_800));
        assert_eq!(stage.work("remittance", second.id), []);
        let waiting = stage.read(|tx| Ok(store::remittance::counts(tx)?));
        assert_eq!(waiting, [(RemittanceState::Posted, 1, cents(15_800))]);

        for again in [&good, &wrong, &worse] {
            assert!(!stage.take_in(again).is_new);
        }
        assert_eq!(stage.balance(Account::CashClearing), 15_800);
    });
}

#[test]
fn a_stranger_waits_and_is_matched_by_hand() {
    play("stranger", |stage| {
        let known = stage.bill("c14", &[("99214", 25_000)]);
        let lost = stage.bill("c15", &[("99213", 16_500)]);
        let mut stranger = decided(&lost, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 8_100)]]);
        stranger.control_number = "QF-12345".into();
        let own = decided(&known, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200)]]);
        let posted = stage.take_in(&stage.remittance(&known.payer, "T1", vec![stranger, own], &[]));
        assert_eq!((posted.claims_posted, posted.claims_parked), (1, 1));
        assert_eq!((state(stage, posted.id), stage.balance(Account::Unapplied)), (RemittanceState::Posting, -8_400));
        assert_eq!(stage.work("remittance", posted.id), [("unmatched".to_owned(), 8_400)]);

        // The wrong claim is refused with the reason and changes nothing; the right one takes the money.
        let wrong = stage.attempt(|tx| post::post_parked(tx, &stage.library, posted.id, 0, known.id));
        assert!(matches!(wrong, Err(CycleError::Refused(_))), "{wrong:?}");
        stage.write(|tx| post::post_parked(tx, &stage.library, posted.id, 0, lost.id));
        assert_eq!((state(stage, posted.id), stage.balance(Account::Unapplied)), (RemittanceState::Posted, 0));
        assert_eq!(stage.work("remittance", posted.id), []);
        let rows = stage.read(|tx| Ok(store::remittance::claims(tx, posted.id)?));
        assert!(rows.iter().all(|row| row.state == RemittanceClaimState::Posted));
        let twice = stage.attempt(|tx| post::post_parked(tx, &stage.library, posted.id, 0, lost.id));
        assert!(matches!(twice, Err(CycleError::Refused(_))), "{twice:?}");
    });
}

#[test]
fn a_payer_nobody_knows_is_matched_by_a_person() {
    play("unknown", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let claims = vec![decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200)]])];
        let mut remittance = stage.remittance(&billed.payer, "T1", claims, &[]);
        (remittance.payer_name, remittance.payer_number) = ("ELSEWHERE HEALTH".into(), "99887".into());
        let posted = stage.take_in(&remittance);
        assert_eq!((posted.claims_posted, posted.claims_parked), (0, 1));
        assert_eq!((stage.status(billed.id), stage.balance(Account::Unapplied)), (ClaimStatus::Accepted, -15_800));
        let row = stage.read(|tx| Ok(store::remittance::claims(tx, posted.id)?)).remove(0);
        assert!(["ELSEWHERE HEALTH (99887)", "by hand"].iter().all(|words| row.reason.contains(words)), "{row:?}");

        // A person who knows that it is the payer under another name matches it.
        stage.write(|tx| post::post_parked(tx, &stage.library, posted.id, 0, billed.id));
        assert_eq!((stage.status(billed.id), stage.balance(Account::Unapplied)), (ClaimStatus::Paid, 0));
        assert_eq!(state(stage, posted.id), RemittanceState::Posted);
    });
}

#[test]
fn provider_level_amounts_go_to_their_accounts_and_unknown_ones_wait() {
    play("plb", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let claims = vec![decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200)]])];
        let remittance = stage.remittance(&billed.payer, "T1", claims, &[("L6", -123), ("WO", 5_000), ("ZZ", 700)]);
        let posted = stage.take_in(&remittance);
        assert_eq!((posted.claims_posted, state(stage, posted.id)), (1, RemittanceState::Posting));
        assert_eq!((stage.balance(Account::Interest), stage.balance(Account::PayerOwed)), (-123, 5_000));
        assert_eq!(stage.work("remittance", posted.id), [("unmatched".to_owned(), 700)]);
        assert_eq!(stage.balance(Account::Unapplied), 700);
    });
}

#[test]
fn money_counts_from_the_day_it_moves_and_never_from_a_day_to_come() {
    play("effective", |stage| {
        let today = stage.read(|tx| Ok(tx.today()));
        for (trace, moves_in, counts_in) in [("T1", 3, 0), ("T2", -3, -3)] {
            let billed = stage.bill("c14", &[("99214", 25_000)]);
            let claims =
                vec![decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 9_200), (Pr, "3", 3_000)]])];
            let mut remittance = stage.remittance(&billed.payer, trace, claims, &[]);
            let day = |days: i64| today.saturating_add(jiff::ToSpan::days(days));
            remittance.paid_on = day(moves_in);
            let posted = stage.take_in(&remittance);
            let made = stage.read(|tx| Ok(store::ledger::of_remittance(tx, posted.id)?));
            assert_eq!(made.len(), 2, "{trace}");
            assert!(made.iter().all(|p| p.recorded.transaction.effective_on == day(counts_in)), "{trace}: {made:?}");
        }
    });
}

#[test]
fn a_duplicate_is_no_second_sum_of_money() {
    play("duplicate", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 9_200)]]);
        let again = stage.write(|tx| cycle::bill::resend(tx, &stage.library, billed.id, "Thought lost"));
        let again: Billed = stage.accepted(again);
        let posted = stage.take_in(&stage.remittance(
            &again.payer,
            "T2",
            vec![decided(&again, ClaimDecision::Primary, "ICN2", &[&[(Oa, "18", 25_000)]])],
            &[],
        ));
        assert_eq!(posted.denials, 1);
        assert_eq!(stage.work("claim", again.id), [("denial".to_owned(), 0)]);
        let (item, denial) = stage.read(|tx| cycle::follow::open_denials(tx, again.id)).remove(0);
        assert_eq!(denial.duplicate_of, Some(billed.number.clone()));
        stage.write(|tx| cycle::follow::accept_denial(tx, item.id, "Sent twice"));
        assert_eq!(stage.status(again.id), ClaimStatus::Closed);
        assert_eq!((stage.status(billed.id), stage.balance(Account::OtherAdjustment)), (ClaimStatus::Paid, 0));
    });
}

#[test]
fn a_payer_that_pays_twice_leaves_a_credit() {
    play("paidtwice", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 9_200), (Pr, "3", 2_000)]]);
        let again = stage.write(|tx| cycle::bill::resend(tx, &stage.library, billed.id, "Thought lost"));
        let again = stage.accepted(again);
        // Contract and copay were taken with the first decision: only the money is too much.
        let paid = decided(&again, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 9_200), (Pr, "3", 2_000)]]);
        stage.take_in(&stage.remittance(&again.payer, "T2", vec![paid.clone()], &[]));
        assert_eq!((stage.balance(Account::CreditBalance), stage.balance(Account::InsuranceReceivable)), (-13_800, 0));
        assert_eq!((stage.balance(Account::Contractual), stage.balance(Account::PatientReceivable)), (9_200, 2_000));
        assert_eq!(stage.work("patient", again.patient_id), [("credit_balance".to_owned(), 13_800)]);
        // When the payer takes it back, the credit goes with it.
        let back = payer::mirror(&paid);
        stage.take_in(&stage.remittance(&again.payer, "T3", vec![back], &[("FB", -13_800)]));
        assert_eq!((stage.balance(Account::CreditBalance), stage.balance(Account::InsuranceReceivable)), (0, 0));
    });
}

#[test]
fn less_than_the_contract_is_told() {
    play("underpaid", |stage| {
        for (trace, taken, work) in [("T1", 10_780, 1), ("T2", 9_500, 0)] {
            let billed = stage.bill("c14", &[("99214", 25_000)]);
            stage.write(|tx| Ok(store::claim::set_expected(tx, billed.id, Some(Money::from_cents(15_800)))?));
            stage.decide(&billed, trace, &[&[(Co, "45", taken), (Pr, "3", 3_000)]]);
            let found = stage.work("claim", billed.id);
            assert_eq!(found.len(), work, "{trace}: {found:?}");
            assert!(found.iter().all(|item| *item == ("underpayment".to_owned(), 15_800 - (25_000 - taken))));
        }
    });
}
