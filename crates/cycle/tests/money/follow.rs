//! Denials worked: corrected, appealed, accepted, billed to the patient.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use claim::{
    AdjustmentGroup::{Co, Oa, Pi, Pr},
    ClaimDecision, ClaimStatus, Frequency,
};
use cycle::{
    CycleError,
    follow::{self, LetterPurpose},
};
use jiff::civil::date;
use ledger::Account;
use store::appeal::AppealStatus;

use crate::stage::{Stage, cents, decided, play};

fn refuses<T: std::fmt::Debug>(attempt: Result<T, CycleError>, words: &str) {
    match attempt {
        Err(CycleError::Refused(sentence)) => assert!(sentence.contains(words), "{sentence}"),
        other => panic!("{other:?} where a refusal was expected"),
    }
}

/// Text of a PDF document, or none where the program that reads it is not installed.
pub fn text_of(stage: &Stage, document: uuid::Uuid) -> Option<String> {
    let bytes = stage.read(|tx| Ok(store::document::bytes(tx, document)?));
    let (input, output) = (Stdio::piped(), Stdio::piped());
    let started = Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(input).stdout(output).spawn();
    let read = started.map(|mut reader| {
        reader.stdin.take().unwrap().write_all(&bytes).unwrap();
        reader.wait_with_output().unwrap()
    });
    match read {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(_) => {
            eprintln!("SKIPPED the words of a PDF: pdftotext is not installed");
            None
        }
    }
}

#[test]
fn a_corrected_claim_takes_the_place_of_the_denied_one() {
    play("corrected", |stage| {
        let billed = stage.bill("c08", &[("20610", 20_000), ("99213", 15_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "45", 8_000)], &[(Co, "97", 15_000)]]);
        let mut claim = billed.claim.clone();
        claim.lines[1].modifiers.push("25".parse().unwrap());
        let correct = |reason| stage.attempt(|tx| follow::correct(tx, &stage.library, billed.id, &claim, reason));
        refuses(correct(" "), "supports");
        let second = correct("Separate evaluation documented").unwrap();
        refuses(correct("Again"), "already corrects");
        assert_eq!(stage.work("claim", billed.id), [], "the denial is worked");
        assert_eq!(stage.status(billed.id), ClaimStatus::Paid, "until the correction is decided");

        let second = stage.accepted(second);
        assert_eq!(second.claim.frequency, Frequency::Replacement);
        assert_eq!(second.claim.original_reference.as_deref(), Some("ICN1"));
        assert_eq!(second.charges, billed.charges, "the services and charges are the same");
        // Without the reversal of the first decision the second would count twice.
        let early = stage.decide(&second, "T0", &[&[(Co, "45", 8_000)], &[(Co, "45", 4_000)]]);
        assert_eq!((early.claims_posted, early.claims_parked), (0, 1));
        let first = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 8_000)], &[(Co, "97", 15_000)]]);
        let anew = decided(&second, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 8_000)], &[(Co, "45", 4_000)]]);
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![payer::mirror(&first), anew], &[]));
        assert_eq!(stage.status(billed.id), ClaimStatus::Superseded);
        assert_eq!(stage.status(second.id), ClaimStatus::Paid);
        assert_eq!((stage.balance(Account::InsuranceReceivable), stage.balance(Account::Contractual)), (0, 12_000));
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn other_units_are_another_charge() {
    play("units", |stage| {
        let billed = stage.bill("c23", &[("17110", 60_000), ("99213", 15_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "151", 60_000)], &[(Co, "45", 4_000)]];
        stage.decide(&billed, "T1", cuts);
        let mut claim = billed.claim.clone();
        claim.lines[0].charge = cents(10_000);
        let second =
            stage.write(|tx| follow::correct(tx, &stage.library, billed.id, &claim, "One unit covers them all"));
        assert_eq!(stage.balance(Account::Charges), -25_000);
        let second = stage.accepted(second);
        assert_ne!(second.charges[0], billed.charges[0]);
        assert_eq!(second.charges[1], billed.charges[1]);
        let back = payer::mirror(&decided(&billed, ClaimDecision::Primary, "ICN1", cuts));
        let anew = decided(&second, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 2_000)], &[(Co, "45", 4_000)]]);
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![back, anew], &[]));
        assert_eq!((stage.balance(Account::InsuranceReceivable), stage.balance(Account::Contractual)), (0, 6_000));
    });
}

#[test]
fn a_paid_line_is_corrected_and_its_money_follows() {
    play("paidunits", |stage| {
        let billed = stage.bill("c14", &[("17110", 60_000), ("99213", 15_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "45", 20_000), (Pr, "3", 3_000)], &[(Co, "45", 4_000)]];
        stage.decide(&billed, "T1", cuts);
        stage.write(|tx| cycle::money::receive(tx, billed.patient_id, cents(3_000), "check", "1001", None));
        let mut claim = billed.claim.clone();
        (claim.lines[0].units, claim.lines[0].charge) = (2.into(), cents(20_000));
        let second = stage.write(|tx| follow::correct(tx, &stage.library, billed.id, &claim, "Two lesions, not six"));
        assert_eq!(stage.breaches(), Vec::<String>::new(), "the books hold while the payer has not answered");
        let accounts = || {
            use Account::{Charges, Contractual, CreditBalance, InsuranceReceivable, PatientReceivable, Unapplied};
            [Charges, InsuranceReceivable, Contractual, PatientReceivable, CreditBalance, Unapplied]
                .map(|account| stage.balance(account))
        };
        // The new charge is open in full, the payer's 370.00 are owed to it, the patient's 30.00 wait.
        assert_eq!(accounts(), [-35_000, 20_000, 4_000, 0, -37_000, -3_000]);
        let owed = stage.work("patient", billed.patient_id);
        assert_eq!(owed, [("credit_balance".to_owned(), 37_000)], "the patient's own wait for the new share");
        let old = stage.read(|tx| Ok(store::charge::get(tx, billed.charges[0])?));
        assert!(old.is_voided && old.amount == cents(60_000), "what was charged stays on record");

        // The payer takes its decision back and decides anew.
        let second = stage.accepted(second);
        assert_eq!((second.charges[1], second.claim.lines[0].units), (billed.charges[1], 2.into()));
        let back = payer::mirror(&decided(&billed, ClaimDecision::Primary, "ICN1", cuts));
        let anew = decided(
            &second,
            ClaimDecision::Primary,
            "ICN2",
            &[&[(Co, "45", 5_000), (Pr, "3", 2_000)], &[(Co, "45", 4_000)]],
        );
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![back, anew], &[("FB", -24_000)]));
        // 130.00 and 110.00 are paid now; the patient's share is 20.00, and 10.00 of theirs are too much.
        assert_eq!(accounts(), [-35_000, 0, 9_000, 0, 0, -1_000]);
        assert_eq!(stage.work("patient", billed.patient_id), [("credit_balance".to_owned(), 1_000)]);
        assert_eq!(stage.status(billed.id), ClaimStatus::Superseded);
    });
}

#[test]
fn a_corrected_line_that_two_payers_paid_is_owed_to_each() {
    play("twopayers", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "45", 11_439), (Pr, "2", 2_712)]];
        let posted = stage.decide(&billed, "T1", cuts);
        let second = stage.accepted(posted.opened[0]);
        stage.decide(&second, "T2", &[&[(Oa, "23", 22_288), (Pr, "3", 500)]]);
        let mut payer = billed.payer.clone();
        payer.accepts_replacement = true;
        stage.db().write(&crate::place::DEMO, store::Scope::Installation, |tx| store::payer::put(tx, &payer)).unwrap();
        let mut claim = billed.claim.clone();
        claim.lines[0].procedure = "99213".parse().unwrap();
        claim.lines[0].charge = cents(15_000);
        let correct =
            |id, claim: &claim::Claim| stage.attempt(|tx| follow::correct(tx, &stage.library, id, claim, "Level"));
        refuses(correct(second.id, &claim::Claim { lines: claim.lines.clone(), ..second.claim.clone() }), "first");
        let anew = stage.accepted(correct(billed.id, &claim).unwrap());
        let owed = || (stage.balance(Account::CreditBalance), stage.balance(Account::PatientReceivable));
        assert_eq!(owed(), (-10_849 - 2_212, 0));
        assert_eq!(stage.breaches(), Vec::<String>::new());

        // Only the first payer takes its money back; the supplement's stays owed to it.
        let back = payer::mirror(&decided(&billed, ClaimDecision::Primary, "ICN1", cuts));
        let again = decided(&anew, ClaimDecision::Primary, "ICN2", &[&[(Co, "45", 5_000), (Pr, "2", 2_000)]]);
        stage.take_in(&stage.remittance(&billed.payer, "T3", vec![back, again], &[("FB", -2_849)]));
        assert_eq!(owed(), (-2_212, 0));
        assert_eq!(stage.balance(Account::InsuranceReceivable), 2_000);
        assert_eq!(stage.work("patient", billed.patient_id), [("credit_balance".to_owned(), 2_212)]);
    });
}

#[test]
fn medicare_is_asked_to_reopen() {
    play("reopening", |stage| {
        let billed = stage.bill("c25", &[("99213", 15_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "4", 15_000)]]);
        let mut claim = billed.claim.clone();
        claim.lines[0].modifiers.push("25".parse().unwrap());
        let same = stage.write(|tx| follow::correct(tx, &stage.library, billed.id, &claim, "Modifier left out"));
        assert_eq!(same, billed.id, "no replacement is sent to Medicare Part B");
        assert_eq!(stage.read(|tx| Ok(store::claim::of_encounter(tx, billed.encounter_id)?.len())), 1);
        let outgoing = stage.read(|tx| Ok(store::outbox::waiting(tx, 10)?)).remove(0);
        let letter = stage.read(|tx| follow::letter_of(tx, &outgoing)).unwrap();
        let LetterPurpose::Reopening(enclosed) = &letter.purpose else { panic!("{letter:?}") };
        assert_eq!((&enclosed.lines, letter.payer_control_number.as_str()), (&claim.lines, "ICN1"));
        if let Some(text) = text_of(stage, outgoing.document_id) {
            assert!(text.contains("we sent 99213 (units: 1), correct is 99213-25 (units: 1)"), "{text}");
        }
        // The new decision is posted on the same claim; nothing was posted before, so nothing is mirrored.
        let first = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "4", 15_000)]]);
        let anew = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 5_000)]]);
        let posted = stage.take_in(&stage.remittance(&billed.payer, "T2", vec![payer::mirror(&first), anew], &[]));
        assert_eq!((posted.claims_posted, stage.status(billed.id)), (2, ClaimStatus::Paid));

        claim.lines[0].charge = cents(20_000);
        refuses(stage.attempt(|tx| follow::correct(tx, &stage.library, billed.id, &claim, "More")), "appeal");
    });
}

#[test]
fn an_appeal_is_opened_in_time_filed_and_decided() {
    play("appeal", |stage| {
        let billed = stage.bill("c25", &[("93000", 4_500)]);
        refuses(stage.attempt(|tx| follow::open_appeal(tx, billed.id, "History of syncope")), "no open denial");
        stage.decide(&billed, "T1", &[&[(Co, "50", 4_500)]]);
        // A draft gives way to the next one; a filed appeal does not.
        let draft = stage.write(|tx| follow::open_appeal(tx, billed.id, "Palpitations"));
        let id = stage.write(|tx| follow::open_appeal(tx, billed.id, "History of syncope"));
        assert_eq!(stage.read(|tx| Ok(store::appeal::get(tx, draft)?.status)), AppealStatus::Withdrawn);
        let appeal = stage.read(|tx| Ok(store::appeal::get(tx, id)?));
        assert_eq!((appeal.level, appeal.due_on), (1, date(2026, 5, 19)));
        let document = stage.write(|tx| follow::file_appeal(tx, id));
        refuses(stage.attempt(|tx| follow::open_appeal(tx, billed.id, "Again")), "with the payer");
        if let Some(text) = text_of(stage, document) {
            for words in ["redetermination", "CO-50", "History of syncope", &billed.number, "ICN1"] {
                assert!(text.contains(words), "{words} is missing in {text}");
            }
        }
        let first = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "50", 4_500)]]);
        let anew = decided(&billed, ClaimDecision::Primary, "ICN1", &[&[(Co, "45", 2_000)]]);
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![payer::mirror(&first), anew], &[]));
        assert_eq!(stage.read(|tx| Ok(store::appeal::get(tx, id)?.status)), AppealStatus::Won);
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn an_appeal_that_changes_nothing_is_lost_and_goes_to_the_next_level() {
    play("lost", |stage| {
        let billed = stage.bill("c25", &[("93000", 4_500)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "50", 4_500)]];
        stage.decide(&billed, "T1", cuts);
        let id = stage.write(|tx| follow::open_appeal(tx, billed.id, "asdf"));
        stage.write(|tx| follow::file_appeal(tx, id));
        let outgoing = stage.read(|tx| Ok(store::outbox::waiting(tx, 10)?)).remove(0);
        let letter = stage.read(|tx| follow::letter_of(tx, &outgoing)).unwrap();
        assert_eq!(letter.purpose, LetterPurpose::Appeal(vec!["50".parse().unwrap()]));

        let same = decided(&billed, ClaimDecision::Primary, "ICN1", cuts);
        stage.take_in(&stage.remittance(&billed.payer, "T2", vec![payer::mirror(&same), same], &[]));
        assert_eq!(stage.read(|tx| Ok(store::appeal::get(tx, id)?.status)), AppealStatus::Lost);
        assert_eq!(stage.work("claim", billed.id), [("denial".to_owned(), 4_500)]);
        let second = stage.write(|tx| follow::open_appeal(tx, billed.id, "History of syncope"));
        assert_eq!(stage.read(|tx| Ok(store::appeal::get(tx, second)?.level)), 2);
    });
}

#[test]
fn the_last_day_to_appeal_is_the_last() {
    play("tooolate", |stage| {
        let billed = stage.bill("c25", &[("93000", 4_500)]);
        stage.decide(&billed, "T1", &[&[(Co, "50", 4_500)]]);
        stage.days_pass(120);
        let id = stage.write(|tx| follow::open_appeal(tx, billed.id, "On the last day"));
        stage.days_pass(1);
        refuses(stage.attempt(|tx| follow::file_appeal(tx, id)), "2026-05-19");
    });
}

#[test]
fn a_denial_is_given_up_or_moved_where_that_is_allowed() {
    play("given", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000), ("93000", 4_500), ("81002", 1_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Co, "97", 15_000)], &[(Pi, "96", 4_500)], &[(Co, "27", 1_000)]];
        stage.decide(&billed, "T1", cuts);
        let denials = stage.read(|tx| follow::open_denials(tx, billed.id));
        let id = |carc: &str| denials.iter().find(|(_, d)| d.carc == carc).unwrap().0.id;
        refuses(stage.attempt(|tx| follow::pass_on(tx, &stage.library, id("97"), "They signed")), "may not be billed");
        refuses(stage.attempt(|tx| follow::accept_denial(tx, id("97"), "")), "why");
        stage.write(|tx| follow::accept_denial(tx, id("97"), "No separate service"));
        refuses(stage.attempt(|tx| follow::accept_denial(tx, id("97"), "Twice")), "no open denial");
        stage.write(|tx| follow::pass_on(tx, &stage.library, id("96"), "Told before the service"));
        assert_eq!(stage.status(billed.id), ClaimStatus::Denied);
        stage.write(|tx| follow::pass_on(tx, &stage.library, id("27"), "Not insured that day"));
        assert_eq!(stage.status(billed.id), ClaimStatus::Closed);
        let balances = [Account::OtherAdjustment, Account::PatientReceivable, Account::InsuranceReceivable];
        assert_eq!(balances.map(|account| stage.balance(account)), [15_000, 5_500, 0]);
    });
}

#[test]
fn a_refusal_called_the_patients_is_worked_before_the_patient_owes_it() {
    play("patients", |stage| {
        // c14 has one coverage. The copay is a share and moves at once; the benefit that is used up does not.
        let billed = stage.bill("c14", &[("99213", 15_000), ("93000", 4_500), ("81002", 1_000)]);
        let cuts: &[&[crate::stage::Cut]] =
            &[&[(Co, "45", 4_000), (Pr, "3", 2_500)], &[(Pr, "119", 4_500)], &[(Pr, "31", 1_000)]];
        let posted = stage.decide(&billed, "T1", cuts);
        assert_eq!(posted.denials, 2);
        let receivables = || [Account::PatientReceivable, Account::InsuranceReceivable].map(|a| stage.balance(a));
        assert_eq!(receivables(), [2_500, 5_500]);
        assert_eq!(stage.work("claim", billed.id), [("denial".to_owned(), 4_500), ("denial".to_owned(), 1_000)]);
        let causes = stage.read(cycle::summary::of).denials;
        assert_eq!(causes.iter().map(|cause| cause.reason.as_str()).collect::<Vec<_>>(), ["PR-119", "PR-31"]);

        let denials = stage.read(|tx| follow::open_denials(tx, billed.id));
        let id = |carc: &str| denials.iter().find(|(_, d)| d.carc == carc).unwrap().0.id;
        let pass_on = |id, why: &str| stage.attempt(|tx| follow::pass_on(tx, &stage.library, id, why));
        refuses(pass_on(id("119"), " "), "why");
        assert_eq!(pass_on(id("119"), "All visits of the year are used").unwrap(), None);
        assert_eq!(receivables(), [7_000, 1_000]);
        refuses(pass_on(id("119"), "Twice"), "no open denial");
        // What the office may not ask of the patient it may give up, as any other refusal.
        stage.write(|tx| follow::accept_denial(tx, id("31"), "Registered wrongly, our mistake"));
        assert_eq!((receivables(), stage.balance(Account::OtherAdjustment)), ([7_000, 0], 1_000));
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn a_refusal_of_the_whole_claim_is_a_denial_also_with_group_pr() {
    play("notinsured", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000)]);
        let cuts: &[&[crate::stage::Cut]] = &[&[(Pr, "27", 15_000)]];
        stage.decide(&billed, "T1", cuts);
        assert_eq!(stage.status(billed.id), ClaimStatus::Denied);
        assert_eq!(
            (stage.balance(Account::PatientReceivable), stage.balance(Account::InsuranceReceivable)),
            (0, 15_000)
        );
        let (item, _) = stage.read(|tx| follow::open_denials(tx, billed.id)).remove(0);
        stage.write(|tx| follow::pass_on(tx, &stage.library, item.id, "Not insured that day").map(|_| ()));
        assert_eq!(stage.status(billed.id), ClaimStatus::Closed);
        stage.write(|tx| cycle::money::receive(tx, billed.patient_id, cents(6_000), "check", "1001", None));
        assert_eq!(stage.balance(Account::PatientReceivable), 9_000);

        // The coverage is reinstated and the payer pays: the patient owes the copay alone and has a credit.
        stage.decide(&billed, "T2", &[&[(Co, "45", 4_000), (Pr, "3", 2_500)]]);
        let accounts = [Account::PatientReceivable, Account::InsuranceReceivable, Account::Contractual];
        assert_eq!(accounts.map(|account| stage.balance(account)), [0, 0, 4_000]);
        assert_eq!(stage.balance(Account::Unapplied), -3_500);
        assert_eq!(stage.work("patient", billed.patient_id), [("credit_balance".to_owned(), 3_500)]);
    });
}

#[test]
fn a_refusal_called_the_patients_is_asked_of_the_next_payer_first() {
    play("asksnext", |stage| {
        // c01 has a supplement behind Medicare.
        let billed = stage.bill("c01", &[("99213", 15_000)]);
        let posted = stage.decide(&billed, "T1", &[&[(Pr, "204", 15_000)]]);
        assert!(posted.opened.is_empty(), "nobody is asked before a person has looked");
        let (item, _) = stage.read(|tx| follow::open_denials(tx, billed.id)).remove(0);
        let next = stage.read(|tx| follow::asked_next(tx, billed.id)).unwrap();
        let made = stage.write(|tx| follow::pass_on(tx, &stage.library, item.id, "No benefit of Medicare")).unwrap();
        let second = stage.accepted(made);
        assert_eq!((second.payer.name.as_str(), second.claim.other_payers[0].paid), (next.as_str(), Some(cents(0))));
        assert_eq!((stage.balance(Account::PatientReceivable), stage.status(billed.id)), (0, ClaimStatus::Closed));
        stage.decide(&second, "T2", &[&[(Oa, "23", 5_000)]]);
        assert_eq!((stage.balance(Account::InsuranceReceivable), stage.status(second.id)), (5_000, ClaimStatus::Paid));
    });
}

#[test]
fn what_the_next_payer_decides_needs_no_work_at_the_first() {
    play("decidednext", |stage| {
        let billed = stage.bill("c01", &[("99214", 25_000), ("93000", 4_500)]);
        let posted = stage.decide(&billed, "T1", &[&[(Co, "45", 11_439), (Pr, "2", 2_712)], &[(Pr, "96", 4_500)]]);
        // The coinsurance goes on, and the claim shows the refused service too.
        let [second] = posted.opened[..] else { panic!("{posted:?}") };
        assert_eq!(stage.work("claim", billed.id), [("denial".to_owned(), 4_500)]);
        let second = stage.accepted(second);
        stage.decide(&second, "T2", &[&[(Oa, "23", 22_288)], &[(Co, "45", 1_500)]]);
        assert_eq!(stage.work("claim", billed.id), [], "the supplement paid what Medicare refused");
        let accounts = [Account::InsuranceReceivable, Account::CreditBalance, Account::PatientReceivable];
        assert_eq!(accounts.map(|account| stage.balance(account)), [0, 0, 0]);
    });
}

fn user(stage: &Stage, role: world::Role) -> store::Actor {
    let persona = stage.world.users.iter().find(|u| u.role == role && u.clients.contains(&stage.client));
    store::Actor::User(persona.unwrap().id)
}

#[test]
fn large_write_offs_need_a_manager() {
    play("limit", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "97", 15_000)]]);
        let (item, _) = stage.read(|tx| follow::open_denials(tx, billed.id)).remove(0);
        stage.write(|tx| follow::open_appeal(tx, billed.id, "Two services"));
        let give_up = |role| {
            let scope = store::Scope::One(stage.client);
            stage.db().write(&user(stage, role), scope, |tx| follow::accept_denial(tx, item.id, "Not worth it"))
        };
        refuses(give_up(world::Role::Biller), "manager");
        give_up(world::Role::Manager).unwrap();
        // Nothing is left to appeal.
        let appeal = stage.read(|tx| Ok(store::appeal::of_claim(tx, billed.id)?)).remove(0);
        assert_eq!(appeal.status, AppealStatus::Withdrawn);
        assert_eq!(stage.balance(Account::OtherAdjustment), 15_000);
    });
}

#[test]
fn where_one_person_does_everything_the_owner_reviews_at_the_end_of_the_month() {
    play("solo", |stage| {
        stage
            .db()
            .write(&crate::place::DEMO, store::Scope::Installation, |tx| {
                let mut all = store::client::list(tx)?;
                let client = all.iter_mut().find(|client| client.id == stage.client).unwrap();
                client.settings.is_solo = true;
                store::client::update(tx, client)
            })
            .unwrap();
        let billed = stage.bill("c14", &[("99213", 15_000), ("93000", 4_500)]);
        stage.decide(&billed, "T1", &[&[(Co, "97", 15_000)], &[(Co, "50", 4_500)]]);
        for (item, _) in stage.read(|tx| follow::open_denials(tx, billed.id)) {
            let scope = store::Scope::One(stage.client);
            let give_up = |tx: &mut store::Tx<'_>| follow::accept_denial(tx, item.id, "Not worth it");
            stage.db().write(&user(stage, world::Role::Biller), scope, give_up).unwrap();
        }
        // Only what is above the limit is listed.
        assert_eq!(stage.work("claim", billed.id), [("owner_review".to_owned(), 15_000)]);
        let item = stage.read(|tx| Ok(store::work::of_subject(tx, "claim", billed.id.to_string())?)).pop().unwrap();
        assert_eq!(item.due_on, stage.read(|tx| Ok(tx.today().last_of_month())).into());
    });
}

#[test]
fn a_large_write_off_is_put_to_the_manager_and_ends_with_the_denial() {
    play("asked", |stage| {
        let billed = stage.bill("c14", &[("93000", 6_500)]);
        stage.decide(&billed, "T1", &[&[(Co, "97", 6_500)]]);
        let (item, work) = stage.read(|tx| follow::open_denials(tx, billed.id)).remove(0);
        assert!(!work.may_bill_patient());
        refuses(stage.attempt(|tx| follow::ask_manager(tx, item.id, " ")), "Say why");
        stage.write(|tx| follow::ask_manager(tx, item.id, "Bundled, nothing to appeal").map(|_| ()));
        assert!(stage.work("claim", billed.id).contains(&("manager_decision".to_owned(), 6_500)));
        refuses(stage.attempt(|tx| follow::ask_manager(tx, item.id, "Again")), "asked already");
        stage.write(|tx| follow::accept_denial(tx, item.id, "Agreed"));
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn what_was_given_up_is_open_again_when_the_payer_pays_after_all() {
    play("regained", |stage| {
        let billed = stage.bill("c14", &[("99213", 15_000)]);
        stage.decide(&billed, "T1", &[&[(Co, "50", 15_000)]]);
        let (item, _) = stage.read(|tx| follow::open_denials(tx, billed.id)).remove(0);
        stage.write(|tx| follow::accept_denial(tx, item.id, "Not worth it"));
        assert_eq!(stage.balance(Account::OtherAdjustment), 15_000);
        stage.decide(&billed, "T2", &[&[(Co, "45", 5_000)]]);
        let accounts = [Account::OtherAdjustment, Account::Contractual, Account::CreditBalance, Account::Unapplied];
        assert_eq!(accounts.map(|account| stage.balance(account)), [0, 5_000, 0, 0]);
        assert_eq!(stage.balance(Account::InsuranceReceivable), 0);
    });
}
