//! Money in the database.

use claim::{AdjustmentGroup, Carc, ClaimDecision, ClaimPayment, LinePayment, PersonName, ProcedureCode, Remittance};
use jiff::civil::{Date, date};
use ledger::{Account, Books, Entry, Transaction, TransactionKind};

use super::{Fixture, Practice, SERVED_ON, address, cents, on_both, practice};
use crate::{
    StoreError, charge, document, ledger as journal,
    remittance::{self, RemittanceClaimState, RemittanceState},
};

fn remittance(paid: i64) -> Remittance {
    let line = LinePayment {
        procedure: ProcedureCode::new("99213").unwrap(),
        modifiers: vec![],
        submitted_procedure: None,
        charge: cents(15_000),
        paid: cents(9_000),
        units: claim::Units::ONE,
        from: None,
        adjustments: vec![claim::Adjustment::new(AdjustmentGroup::Co, Carc::new("45").unwrap(), cents(6_000))],
        remarks: vec![],
        control_number: None,
        allowed: None,
    };
    let decided = ClaimPayment {
        offset: 120,
        control_number: "AA0000001X".into(),
        decision: ClaimDecision::Primary,
        charge: cents(15_000),
        paid: cents(9_000),
        patient_responsibility: None,
        filing_code: "12".into(),
        payer_control_number: "ICN".into(),
        facility_code: String::new(),
        frequency: "1".into(),
        patient: PersonName::new("Jane", "Doe"),
        member_id: String::new(),
        corrected_member_id: None,
        rendering_npi: String::new(),
        forwarded_to: None,
        adjustments: vec![],
        remarks: vec![],
        received_on: None,
        from: None,
        interest: None,
        lines: vec![line],
    };
    Remittance {
        payer_name: "Blue Mesa".into(),
        payer_number: String::new(),
        payer_address: address(),
        payer_phone: String::new(),
        payee_name: "Practice".into(),
        payee_id: "1234567893".into(),
        payee_tax_id: String::new(),
        handling: "I".into(),
        amount: cents(paid),
        method: "ACH".into(),
        transfer: None,
        paid_on: date(2026, 3, 20),
        trace_number: "T1".into(),
        originator: "1840000001".into(),
        produced_on: None,
        claims: vec![decided],
        provider_adjustments: vec![],
    }
}

fn balance(fixture: &Fixture, practice: &Practice, account: Account) -> i64 {
    let found = fixture.read(practice.scope(), |tx| journal::trial_balance(tx, date(2026, 12, 31)));
    found.iter().filter(|(a, _)| *a == account).map(|(_, m)| m.cents()).sum()
}

#[test]
fn charges_stand_in_the_books_and_add_up_to_zero() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        practice(fixture, "BB");
        assert_eq!(balance(fixture, &a, Account::InsuranceReceivable), 17_000);
        assert_eq!(balance(fixture, &a, Account::Charges), -17_000);
        fixture.read(a.scope(), |tx| {
            let all = journal::trial_balance(tx, date(2026, 12, 31))?;
            assert_eq!(all.iter().map(|(_, m)| m.cents()).sum::<i64>(), 0);
            assert!(journal::trial_balance(tx, date(2026, 3, 1))?.is_empty(), "as of the day before");
            let account = journal::patient_balance(tx, a.patient)?;
            assert_eq!((account.insurance.cents(), account.patient.cents()), (17_000, 0));
            let open = journal::open_items(tx, date(2026, 12, 31))?;
            assert_eq!(open.len(), 2);
            assert!(open.iter().all(|item| item.since == SERVED_ON && item.client_id == a.client));
            let books = Books { journal: journal::journal(tx)?, charges: charge::facts(tx)?, remittances: vec![] };
            assert_eq!(books.journal.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2]);
            assert!(ledger::verify(&books).holds());
            assert_eq!(journal::of_charge(tx, a.charges[0])?.len(), 1);
            Ok(())
        });
    });
}

#[test]
fn a_patient_owes_since_the_balance_last_became_theirs() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let charge = a.charges[0];
        let to_patient = |amount: i64, on: Date| {
            let mut patient = Entry::new(Account::PatientReceivable, cents(amount));
            let mut insurer = Entry::new(Account::InsuranceReceivable, cents(-amount));
            (insurer.payer, insurer.sequence) = (Some(a.payer), Some(claim::PayerSequence::Primary));
            for entry in [&mut patient, &mut insurer] {
                (entry.charge, entry.patient) = (Some(charge), Some(a.patient));
            }
            // The payer who left it stands on the patient's entry too, and makes it no other debt.
            patient.payer = Some(a.payer).filter(|_| amount.is_positive());
            let transaction = Transaction {
                kind: TransactionKind::Transfer,
                memo: String::new(),
                effective_on: on,
                source: Default::default(),
                reverses: None,
                entries: vec![patient, insurer],
            };
            fixture.write(a.scope(), |tx| journal::record(tx, &transaction));
        };
        let since = |as_of: Date| {
            let open = fixture.read(a.scope(), |tx| journal::open_items(tx, as_of));
            let own = open.iter().find(|item| item.account == Account::PatientReceivable);
            own.map(|item| (item.since, item.amount.cents()))
        };
        to_patient(2_000, date(2026, 3, 10));
        to_patient(-2_000, date(2026, 3, 20));
        assert_eq!(since(date(2026, 3, 15)), Some((date(2026, 3, 10), 2_000)));
        assert_eq!(since(date(2026, 3, 25)), None);
        to_patient(1_500, date(2026, 4, 5));
        assert_eq!(since(date(2026, 4, 30)), Some((date(2026, 4, 5), 1_500)), "it was nobody's between");
        // What is taken back and left again the same day, in part or more, stays as old as it was.
        to_patient(-1_500, date(2026, 4, 20));
        to_patient(1_800, date(2026, 4, 20));
        to_patient(-300, date(2026, 5, 1));
        assert_eq!(since(date(2026, 5, 2)), Some((date(2026, 4, 5), 1_500)));
    });
}

#[test]
fn one_tampered_cent_fails_the_proof() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        fixture.tamper(
            "ledger_entry",
            &format!(
                "UPDATE ledger_entry SET amount_cents = amount_cents + 1 WHERE account = 'AR-INS' AND charge_id = '{}'",
                a.charges[0]
            ),
        );
        let books = fixture.read(a.scope(), |tx| {
            Ok(Books { journal: journal::journal(tx)?, charges: charge::facts(tx)?, remittances: vec![] })
        });
        let proof = ledger::verify(&books);
        assert!(!proof.holds() && proof.trial_balance == cents(1), "{proof:?}");
    });
}

#[test]
fn an_unbalanced_transaction_is_refused() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let transaction = Transaction {
            kind: TransactionKind::WriteOff,
            memo: String::new(),
            effective_on: SERVED_ON,
            source: Default::default(),
            reverses: None,
            entries: vec![Entry::new(Account::BadDebt, cents(5)), Entry::new(Account::PatientReceivable, cents(-4))],
        };
        let error = fixture.refused(a.scope(), |tx| journal::record(tx, &transaction));
        assert!(matches!(error, StoreError::Unbalanced(_)), "{error}");
        assert_eq!(balance(fixture, &a, Account::BadDebt), 0);
    });
}

#[test]
fn a_transaction_is_reversed_once() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let original = fixture.read(a.scope(), |tx| Ok(journal::journal(tx)?.remove(0)));
        let mut mirror = original.transaction.clone();
        mirror.reverses = Some(original.id);
        mirror.entries.iter_mut().for_each(|e| e.amount = -e.amount);
        fixture.write(a.scope(), |tx| journal::record(tx, &mirror));
        let error = fixture.refused(a.scope(), |tx| journal::record(tx, &mirror));
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");
    });
}

#[test]
fn a_remittance_is_kept_once_and_posted_claims_stay() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let keep = |bytes: &'static [u8]| {
            fixture.write(a.scope(), |tx| {
                let file = document::keep(tx, "835", "in.835", bytes)?;
                remittance::keep(tx, &remittance(9_000), file.document.id, Some(a.payer))
            })
        };
        let first = keep(b"one");
        let again = keep(b"the same payment in another envelope");
        assert!(first.is_new && !again.is_new && first.id == again.id);
        fixture.write(a.scope(), |tx| {
            remittance::set_state(tx, first.id, RemittanceState::Posting, "")?;
            remittance::set_claim(tx, first.id, 0, RemittanceClaimState::Posted, "", (None, None))
        });
        let error = fixture.refused(a.scope(), |tx| {
            remittance::set_claim(tx, first.id, 0, RemittanceClaimState::Parked, "again", (None, None))
        });
        assert!(matches!(error, StoreError::Illegal(_)));
        let record = fixture.read(a.scope(), |tx| remittance::get(tx, first.id));
        assert_eq!((record.state, record.posted_count, record.parked_count), (RemittanceState::Posting, 1, 0));
        assert_eq!(fixture.read(a.scope(), |tx| remittance::body(tx, first.id)), remittance(9_000));
        let claims = fixture.read(a.scope(), |tx| remittance::claims(tx, first.id));
        assert_eq!((claims[0].offset, claims[0].patient_name.as_str()), (120, "Doe, Jane"));
    });
}

#[test]
fn a_remittance_one_cent_out_is_parked_for_good() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let kept = fixture.write(a.scope(), |tx| {
            let file = document::keep(tx, "835", "in.835", b"off")?;
            remittance::keep(tx, &remittance(9_001), file.document.id, Some(a.payer))
        });
        let record = fixture.read(a.scope(), |tx| remittance::get(tx, kept.id));
        assert_eq!(record.state, RemittanceState::Parked);
        assert!(record.reason.contains("difference"), "{}", record.reason);
        let error = fixture.refused(a.scope(), |tx| remittance::set_state(tx, kept.id, RemittanceState::Posted, ""));
        assert!(matches!(error, StoreError::Illegal(_)));
    });
}
