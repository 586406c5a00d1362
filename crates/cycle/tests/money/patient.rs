//! Patients' money and statements.

use claim::AdjustmentGroup::{Co, Pr};
use cycle::{CycleError, money, statements};
use ledger::Account;

use crate::{
    follow::text_of,
    stage::{Stage, cents, play},
};

fn received(stage: &Stage, patient: claim::PatientId, amount: i64) -> money::Receipt {
    stage.write(|tx| money::receive(tx, patient, cents(amount), "card_link", "pay_123", None))
}

#[test]
fn money_paid_ahead_waits_for_the_share() {
    play("ahead", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000)]);
        let receipt = received(stage, billed.patient_id, 3_000);
        assert_eq!((receipt.applied.len(), receipt.unapplied), (0, cents(3_000)));
        stage.decide(&billed, "T1", &[&[(Co, "45", 4_000), (Pr, "3", 2_500)]]);
        let balance = stage.read(|tx| Ok(store::ledger::patient_balance(tx, billed.patient_id)?));
        assert_eq!((balance.patient, balance.unapplied), (cents(0), cents(500)));
        assert_eq!(stage.work("patient", billed.patient_id), [("credit_balance".to_owned(), 500)]);

        // Given back: approved, then paid; never more than waits or was approved.
        let refund = |amount| stage.attempt(|tx| money::refund(tx, billed.patient_id, cents(amount), "Overpaid copay"));
        assert!(matches!(refund(501), Err(CycleError::Refused(_))));
        refund(500).unwrap();
        assert_eq!(stage.work("patient", billed.patient_id), [("pay_refund".to_owned(), 500)]);
        let pay =
            |amount, check: &str| stage.attempt(|tx| money::refund_paid(tx, billed.patient_id, cents(amount), check));
        for (amount, check) in [(501, "check 2001"), (0, "check 2001"), (500, " "), (500, "4111111111111111")] {
            assert!(matches!(pay(amount, check), Err(CycleError::Refused(_))), "{amount} {check}");
        }
        pay(200, "check 2001").unwrap();
        assert_eq!(stage.read(|tx| money::refund_due(tx, billed.patient_id)), cents(300));
        assert_eq!(stage.work("patient", billed.patient_id), [("pay_refund".to_owned(), 500)], "until all is paid");
        pay(300, "check 2002").unwrap();
        assert_eq!(stage.work("patient", billed.patient_id), []);
        assert!(matches!(pay(1, "check 2003"), Err(CycleError::Refused(_))));
        assert_eq!((stage.balance(Account::Bank), stage.balance(Account::RefundPayable)), (-500, 0));
    });
}

#[test]
fn a_payment_goes_to_its_visit_then_to_the_oldest() {
    play("oldest", |stage| {
        let old = stage.bill("c14", &[("99213", 15_000)]);
        let new = stage.bill("c14", &[("99214", 25_000)]);
        stage.decide(&old, "T1", &[&[(Pr, "1", 15_000)]]);
        stage.decide(&new, "T2", &[&[(Pr, "1", 25_000)]]);
        let receipt = stage
            .write(|tx| money::receive(tx, new.patient_id, cents(26_000), "check", "1001", Some(new.encounter_id)));
        let parts: Vec<_> = receipt.applied.iter().map(|part| (part.charge_id, part.amount)).collect();
        assert_eq!(parts, [(new.charges[0], cents(25_000)), (old.charges[0], cents(1_000))]);
        let receipt = received(stage, new.patient_id, 10_000);
        assert_eq!(receipt.applied[0].charge_id, old.charges[0]);
        let owed = stage.read(|tx| money::owed(tx, new.patient_id));
        assert_eq!(owed.iter().map(|(_, amount)| amount.cents()).collect::<Vec<_>>(), [4_000]);
    });
}

#[test]
fn what_is_no_payment_is_refused() {
    play("nopayment", |stage| {
        let patient = stage.world.people[0].patient.id;
        for (amount, reference) in [(0, ""), (-100, ""), (100, "4111 1111 1111 1111")] {
            let refused = stage.attempt(|tx| money::receive(tx, patient, cents(amount), "card_link", reference, None));
            assert!(matches!(refused, Err(CycleError::Refused(_))), "{amount} {reference}");
        }
        assert_eq!(stage.balance(Account::CashClearing), 0);
    });
}

#[test]
fn a_statement_says_what_is_owed_and_why() {
    play("statement", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000), ("93000", 4_500)]);
        assert!(stage.write(|tx| statements::print(tx, &stage.library, billed.patient_id)).is_none());
        // The tracing is refused and open: it is shown as pending and not asked for.
        stage.decide(&billed, "T1", &[&[(Co, "45", 4_000), (Pr, "1", 11_000)], &[(Co, "97", 4_500)]]);
        received(stage, billed.patient_id, 1_000);
        let printed = stage.write(|tx| statements::print_due(tx, &stage.library));
        let [statement] = &printed[..] else { panic!("{printed:?}") };
        assert_eq!(statement.amount, cents(10_000));
        if let Some(text) = text_of(stage, statement.document_id) {
            for words in ["100.00", "Deductible, yours since 01/19/2026", "150.00", "40.00", "45.00", &statement.number]
            {
                assert!(text.contains(words), "{words} is missing in {text}");
            }
        }
        // Once in thirty days, and only from the minimum on.
        assert!(stage.write(|tx| statements::print_due(tx, &stage.library)).is_empty());
        stage.days_pass(29);
        assert!(stage.write(|tx| statements::print_due(tx, &stage.library)).is_empty());
        stage.days_pass(1);
        assert_eq!(stage.write(|tx| statements::print_due(tx, &stage.library)).len(), 1);
        assert_eq!(stage.read(|tx| statements::aging_of(tx, billed.patient_id)).open(), cents(10_000));
        received(stage, billed.patient_id, 9_501);
        stage.days_pass(30);
        assert!(stage.write(|tx| statements::print_due(tx, &stage.library)).is_empty());
    });
}

#[test]
fn a_childs_statement_goes_to_who_insures_them() {
    play("child", |stage| {
        let billed = stage.bill("c11", &[("99213", 15_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 4_000), (Pr, "3", 2_500)]]);
        let printed = stage.write(|tx| statements::print_due(tx, &stage.library)).remove(0);
        let person = stage.world.people.iter().find(|person| person.key == "c11").unwrap();
        let parent = person.coverages[0].subscriber.clone().unwrap();
        if let Some(text) = text_of(stage, printed.document_id) {
            let addressee = format!("{}, for {}", parent.name.full(), person.patient.name.full());
            assert!(text.contains(&addressee), "{addressee} is missing in {text}");
        }
    });
}

#[test]
fn a_coverage_under_a_claim_keeps_its_payer_and_its_place() {
    play("coverage", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000)]);
        let coverage = stage.world.people.iter().find(|person| person.key == "c14").unwrap().coverages[0].clone();
        let other = stage.read(|tx| Ok(store::payer::list(tx)?)).into_iter().find(|p| p.id != billed.payer.id).unwrap();
        let change = |changed: &claim::Coverage| stage.attempt(|tx| cycle::coverage::change(tx, changed));
        let (mut elsewhere, mut later, mut corrected) = (coverage.clone(), coverage.clone(), coverage.clone());
        elsewhere.payer_id = other.id;
        later.sequence = claim::PayerSequence::Secondary;
        for changed in [elsewhere.clone(), later] {
            let refused = change(&changed);
            let Err(CycleError::Refused(why)) = refused else { panic!("{refused:?}") };
            assert!(why.contains(&billed.number) && why.contains("new coverage"), "{why}");
        }
        // What is written on the card, and until when, may be corrected.
        corrected.member_id = "W99".into();
        corrected.terminated_on = Some(jiff::civil::date(2026, 6, 30));
        change(&corrected).unwrap();
        assert_eq!(stage.read(|tx| Ok(store::coverage::get(tx, coverage.id)?)), corrected);

        // A coverage nobody was billed under is free.
        let unused = stage.world.people.iter().find(|person| person.key == "c15").unwrap().coverages[0].clone();
        change(&claim::Coverage { payer_id: other.id, ..unused }).unwrap();
    });
}

#[test]
fn a_patient_outside_the_scope_gets_no_money_and_no_statement() {
    play("outside", |stage| {
        let stranger = claim::PatientId::from(uuid::Uuid::from_u128(7));
        let is_missing = |error| matches!(error, CycleError::Store(store::StoreError::NotFound { .. }));
        let refused = stage.attempt(|tx| money::refund(tx, stranger, cents(100), "Overpaid")).unwrap_err();
        assert!(is_missing(refused));
        let printed = stage.attempt(|tx| statements::print(tx, &stage.library, stranger)).unwrap_err();
        assert!(is_missing(printed));
    });
}
