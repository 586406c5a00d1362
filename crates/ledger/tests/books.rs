//! The books of one invented practice, posted and proved; and broken on purpose.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use claim::{
    Address, Adjustment, AdjustmentGroup, Carc, ChargeId, ClaimDecision, ClaimPayment, LinePayment, Money, PatientId,
    PayerId, PayerSequence, PersonName, ProcedureCode, ProviderAdjustment, Remittance, RemittanceId, TransactionId,
};
use jiff::civil::date;
use ledger::posting::{self, Held, OpenClaim, OpenLine, ReasonRule};
use ledger::{Account, Books, ChargeFact, Entry, Recorded, RemittanceFact, RemittanceLineFact, Transaction, verify};
use proptest::prelude::*;
use uuid::Uuid;

const PATIENT: PatientId = PatientId(Uuid::from_u128(1));
const MEDICARE: PayerId = PayerId(Uuid::from_u128(2));
const SUPPLEMENT: PayerId = PayerId(Uuid::from_u128(3));

fn cents(cents: i64) -> Money {
    Money::from_cents(cents)
}

fn adjustment(group: AdjustmentGroup, reason: &str, amount: i64) -> Adjustment {
    Adjustment::new(group, Carc::new(reason).unwrap(), cents(amount))
}

fn rule(carc: &Carc) -> ReasonRule {
    ReasonRule {
        is_write_off: ["45", "59", "253", "24"].contains(&carc.as_str()),
        is_patient_share: ["1", "2", "3"].contains(&carc.as_str()),
    }
}

fn line(charge: i64, paid: i64, adjustments: Vec<Adjustment>) -> LinePayment {
    LinePayment {
        procedure: ProcedureCode::new("99214").unwrap(),
        modifiers: vec![],
        submitted_procedure: None,
        charge: cents(charge),
        paid: cents(paid),
        units: claim::Units::ONE,
        from: None,
        adjustments,
        remarks: vec![],
        control_number: Some("C1-1".into()),
        allowed: None,
    }
}

fn payment(decision: ClaimDecision, lines: Vec<LinePayment>) -> ClaimPayment {
    ClaimPayment {
        offset: 0,
        control_number: "C1".into(),
        decision,
        charge: lines.iter().map(|l| l.charge).sum(),
        paid: lines.iter().map(|l| l.paid).sum(),
        patient_responsibility: None,
        filing_code: "MB".into(),
        payer_control_number: "ICN1".into(),
        facility_code: String::new(),
        frequency: "1".into(),
        patient: PersonName::new("JANE", "DOE"),
        member_id: String::new(),
        corrected_member_id: None,
        rendering_npi: String::new(),
        forwarded_to: None,
        adjustments: vec![],
        remarks: vec![],
        received_on: None,
        from: None,
        interest: None,
        lines,
    }
}

fn remittance(amount: i64, claims: Vec<ClaimPayment>, provider_adjustments: Vec<ProviderAdjustment>) -> Remittance {
    Remittance {
        payer_name: "DEMO MAC".into(),
        payer_number: String::new(),
        payer_address: Address::default(),
        payer_phone: String::new(),
        payee_name: "DEMO CLINIC".into(),
        payee_id: "1234567893".into(),
        payee_tax_id: String::new(),
        handling: "I".into(),
        amount: cents(amount),
        method: "ACH".into(),
        transfer: None,
        paid_on: date(2026, 3, 15),
        trace_number: format!("T{amount}"),
        originator: "1512345678".into(),
        produced_on: None,
        claims,
        provider_adjustments,
    }
}

/// A journal under construction, with the documents it came from.
#[derive(Default)]
struct Practice {
    books: Books,
}

impl Practice {
    fn record(&mut self, transaction: Transaction) -> TransactionId {
        let number = self.books.journal.len() as u64 + 1;
        let id = TransactionId(Uuid::from_u128(1_000 + u128::from(number)));
        self.books.journal.push(Recorded { id, number, transaction });
        id
    }

    fn charge(&mut self, number: u128, amount: i64) -> ChargeId {
        let id = ChargeId(Uuid::from_u128(number));
        self.record(posting::charge(id, PATIENT, Some(MEDICARE), cents(amount), date(2026, 3, 1), "99214".into()));
        self.books.charges.push(ChargeFact { id, amount: cents(amount) });
        id
    }

    /// Posts a remittance of one claim with one line on `charge_id` and returns its transactions.
    fn post(&mut self, id: u128, remittance: &Remittance, open: &OpenClaim, charge_id: ChargeId) -> Vec<TransactionId> {
        let id = RemittanceId(Uuid::from_u128(id));
        let on = remittance.paid_on;
        if let Some(deposit) = posting::deposit(remittance, id, Some(open.payer_id), remittance.paid_on, "hash") {
            self.record(deposit);
        }
        let mut made = Vec::new();
        let mut lines = Vec::new();
        for decided in &remittance.claims {
            lines.push(RemittanceLineFact { charge_id, paid: decided.paid });
            if decided.decision == ClaimDecision::Reversal {
                let original = self
                    .books
                    .journal
                    .iter()
                    .rfind(|r| r.transaction.kind == ledger::TransactionKind::RemittanceClaim)
                    .cloned()
                    .unwrap();
                made.push(self.record(posting::reversal(decided, &original, id, on, "hash").unwrap()));
                continue;
            }
            let posted = posting::claim_payment(decided, open, id, on, "hash", &rule).unwrap();
            made.extend(posted.transaction.map(|t| self.record(t)));
        }
        for adjustment in &remittance.provider_adjustments {
            let posted = posting::provider_adjustment(adjustment, Some(open.payer_id), id, on, "hash").unwrap();
            made.extend(posted.map(|t| self.record(t)));
        }
        self.books.remittances.push(RemittanceFact {
            id,
            trace_number: remittance.trace_number.clone(),
            amount: remittance.amount,
            is_fully_posted: true,
            lines,
        });
        made
    }

    fn balance(&self, account: Account) -> i64 {
        self.entries().filter(|e| e.account == account).map(|e| e.amount.cents()).sum()
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.books.journal.iter().flat_map(|r| &r.transaction.entries)
    }

    fn broken(&self) -> Vec<String> {
        verify(&self.books).breaches.into_iter().map(|b| format!("{} {}", b.invariant, b.message)).collect()
    }
}

fn open(charge_id: ChargeId, sequence: PayerSequence, next: bool, amount: i64) -> OpenClaim {
    let payer_id = if sequence == PayerSequence::Primary { MEDICARE } else { SUPPLEMENT };
    OpenClaim {
        patient_id: PATIENT,
        payer_id,
        sequence,
        next: next.then_some((PayerSequence::Secondary, SUPPLEMENT)),
        lines: vec![OpenLine {
            control_number: "C1-1".into(),
            charge_id,
            procedure: ProcedureCode::new("99214").unwrap(),
            charge: cents(25_000),
            open: cents(amount),
        }],
    }
}

fn v1_line() -> LinePayment {
    use AdjustmentGroup::{Co, Pr};
    let adjustments = vec![adjustment(Co, "45", 11_439), adjustment(Co, "253", 217), adjustment(Pr, "2", 2_712)];
    line(25_000, 10_632, adjustments)
}

fn medicare_visit() -> (Practice, ChargeId) {
    let mut practice = Practice::default();
    let charge_id = practice.charge(77, 25_000);
    let paid = remittance(10_632, vec![payment(ClaimDecision::Primary, vec![v1_line()])], vec![]);
    practice.post(900, &paid, &open(charge_id, PayerSequence::Primary, true, 25_000), charge_id);
    (practice, charge_id)
}

#[test]
fn medicare_pays_and_the_supplement_takes_the_coinsurance() {
    let (mut practice, charge_id) = medicare_visit();
    assert_eq!(practice.broken(), Vec::<String>::new());
    assert_eq!(practice.balance(Account::InsuranceReceivable), 2_712);
    assert_eq!(practice.balance(Account::Contractual), 11_439);
    assert_eq!(practice.balance(Account::Sequestration), 217);

    // The supplement repeats the primary's effect as OA-23, which posts nothing.
    let oa23 = adjustment(AdjustmentGroup::Oa, "23", 22_288);
    let secondary =
        remittance(2_712, vec![payment(ClaimDecision::Secondary, vec![line(25_000, 2_712, vec![oa23])])], vec![]);
    practice.post(901, &secondary, &open(charge_id, PayerSequence::Secondary, false, 2_712), charge_id);
    assert_eq!(practice.broken(), Vec::<String>::new());
    assert_eq!(practice.balance(Account::InsuranceReceivable), 0);
    assert_eq!(practice.balance(Account::PatientReceivable), 0);
    assert_eq!(practice.balance(Account::Unapplied), 0);
}

#[test]
fn a_denial_moves_nothing() {
    let mut practice = Practice::default();
    let charge_id = practice.charge(77, 25_000);
    let claim_open = open(charge_id, PayerSequence::Primary, false, 25_000);
    let refusals = [
        ("50", AdjustmentGroup::Co),
        ("45", AdjustmentGroup::Co),
        ("18", AdjustmentGroup::Oa),
        // The patient was not insured, or the service is no benefit: group PR refuses as well.
        ("27", AdjustmentGroup::Pr),
        ("96", AdjustmentGroup::Pr),
    ];
    for (reason, group) in refusals {
        let denied = payment(ClaimDecision::Primary, vec![line(25_000, 0, vec![adjustment(group, reason, 25_000)])]);
        let id = RemittanceId(Uuid::from_u128(5));
        let posted = posting::claim_payment(&denied, &claim_open, id, date(2026, 3, 9), "hash", &rule).unwrap();
        assert_eq!(posted.transaction, None, "{reason}");
        assert_eq!(posted.denials.len(), 1, "{reason}");
        assert_eq!((posted.to_patient, posted.to_next_payer), (Money::ZERO, Money::ZERO), "{reason}");
    }
    assert_eq!(practice.balance(Account::InsuranceReceivable), 25_000);
}

#[test]
fn a_reversal_and_its_correction_leave_only_the_correction() {
    let (mut practice, charge_id) = medicare_visit();
    let mut back = v1_line();
    back.charge = -back.charge;
    back.paid = -back.paid;
    for a in &mut back.adjustments {
        a.amount = -a.amount;
    }
    let denied = line(25_000, 0, vec![adjustment(AdjustmentGroup::Co, "50", 25_000)]);
    let claims = vec![payment(ClaimDecision::Reversal, vec![back]), payment(ClaimDecision::Primary, vec![denied])];
    // Vector V32: a batch below zero is carried forward, so nothing is paid.
    let forward = ProviderAdjustment { reason: "FB".into(), reference: "ICN1".into(), amount: cents(-10_632) };
    let taken = remittance(0, claims, vec![forward]);
    assert_eq!(taken.imbalances(), vec![]);
    practice.post(901, &taken, &open(charge_id, PayerSequence::Primary, true, 0), charge_id);
    assert_eq!(practice.broken(), Vec::<String>::new());
    assert_eq!(practice.balance(Account::InsuranceReceivable), 25_000);
    assert_eq!(practice.balance(Account::PayerOwed), -10_632);
    assert_eq!(practice.balance(Account::Contractual), 0);
}

#[test]
fn claim_level_adjustments_reduce_what_the_lines_pay() {
    // The lines would pay 180.00 and nothing; 3.60 is held back from the claim as a whole.
    let denied = vec![adjustment(AdjustmentGroup::Co, "50", 9_000)];
    let mut decided = payment(
        ClaimDecision::Primary,
        vec![line(25_000, 18_000, vec![adjustment(AdjustmentGroup::Co, "45", 7_000)]), line(9_000, 0, denied)],
    );
    decided.lines[1].control_number = Some("C1-2".into());
    decided.adjustments = vec![adjustment(AdjustmentGroup::Co, "253", 360)];
    decided.paid = cents(17_640);
    let file = remittance(17_640, vec![decided.clone()], vec![]);
    assert_eq!(file.imbalances(), vec![]);

    let (first, second) = (ChargeId(Uuid::from_u128(77)), ChargeId(Uuid::from_u128(78)));
    let mut claim_open = open(first, PayerSequence::Primary, false, 25_000);
    let other = OpenLine {
        control_number: "C1-2".into(),
        charge_id: second,
        charge: cents(9_000),
        open: cents(9_000),
        ..claim_open.lines[0].clone()
    };
    claim_open.lines.push(other);
    let paid = posting::paid_by_charge(&decided, &claim_open).unwrap();
    assert_eq!(paid, [(first, cents(17_640)), (second, cents(0))]);
    let id = RemittanceId(Uuid::from_u128(5));
    let posted = posting::claim_payment(&decided, &claim_open, id, date(2026, 3, 9), "hash", &rule).unwrap();
    let entries = posted.transaction.unwrap().entries;
    let on =
        |account: Account| -> i64 { entries.iter().filter(|e| e.account == account).map(|e| e.amount.cents()).sum() };
    assert_eq!((on(Account::Unapplied), on(Account::Sequestration)), (17_640, 360));
    assert_eq!((on(Account::InsuranceReceivable), posted.remainders), (-25_000, vec![]));

    // A file without lines for a claim of one line says the same.
    decided.lines.clear();
    decided.charge = cents(25_000);
    decided.adjustments.push(adjustment(AdjustmentGroup::Co, "45", 7_000));
    claim_open.lines.truncate(1);
    assert_eq!(posting::paid_by_charge(&decided, &claim_open).unwrap(), [(first, cents(17_640))]);
}

#[test]
fn what_a_later_payer_neither_pays_nor_leaves_is_told() {
    // Medicare second: the first payer left 130.00, Medicare pays 100.00 and lets the patient owe 5.00.
    let charge_id = ChargeId(Uuid::from_u128(77));
    let adjustments = vec![adjustment(AdjustmentGroup::Oa, "23", 14_500), adjustment(AdjustmentGroup::Pr, "2", 500)];
    let decided = payment(ClaimDecision::Secondary, vec![line(25_000, 10_000, adjustments)]);
    let claim_open = open(charge_id, PayerSequence::Secondary, false, 13_000);
    let id = RemittanceId(Uuid::from_u128(5));
    let posted = posting::claim_payment(&decided, &claim_open, id, date(2026, 3, 9), "hash", &rule).unwrap();
    assert_eq!((posted.to_patient, posted.remainders), (cents(500), vec![(charge_id, cents(2_500))]));
}

#[test]
fn a_later_payer_that_repeats_the_contract_still_leaves_the_patient_a_share() {
    // The first payer left 40.00; the second pays 32.00, leaves 8.00 and calls the rest of the charge contractual.
    let charge_id = ChargeId(Uuid::from_u128(77));
    let adjustments = vec![adjustment(AdjustmentGroup::Co, "45", 21_000), adjustment(AdjustmentGroup::Pr, "2", 800)];
    let decided = payment(ClaimDecision::Secondary, vec![line(25_000, 3_200, adjustments)]);
    let claim_open = open(charge_id, PayerSequence::Secondary, false, 4_000);
    let id = RemittanceId(Uuid::from_u128(5));
    let posted = posting::claim_payment(&decided, &claim_open, id, date(2026, 3, 9), "hash", &rule).unwrap();
    assert_eq!((posted.to_patient, posted.remainders), (cents(800), vec![]));
    let entries = posted.transaction.unwrap().entries;
    assert!(entries.iter().all(|entry| entry.account != Account::Contractual), "{entries:?}");
}

#[test]
fn a_charge_is_voided_and_a_refund_is_paid() {
    let mut practice = Practice::default();
    practice.charge(77, 25_000);
    let original = practice.books.journal[0].clone();
    practice.record(posting::void_charge(&original, date(2026, 3, 2), "Wrong visit".into()));
    practice.books.charges[0].amount = cents(0);
    practice.record(posting::patient_payment(PATIENT, cents(3_000), date(2026, 3, 1), "Copay".into()));
    practice.record(posting::patient_refund(PATIENT, cents(3_000), date(2026, 3, 3), "Visit voided".into()));
    practice.record(posting::refund_paid(PATIENT, cents(3_000), date(2026, 3, 4), "Check 12".into()));
    assert_eq!(practice.broken(), Vec::<String>::new());
    assert_eq!(practice.balance(Account::InsuranceReceivable), 0);
    assert_eq!((practice.balance(Account::RefundPayable), practice.balance(Account::Bank)), (0, -3_000));
    practice.record(posting::void_charge(&original, date(2026, 3, 5), "Again".into()));
    assert!(practice.broken().iter().any(|b| b.starts_with("I10")));
}

#[test]
fn parts_of_a_billed_line_share_what_is_open() {
    let charge_id = ChargeId(Uuid::from_u128(77));
    let parts = vec![
        line(10_000, 6_000, vec![adjustment(AdjustmentGroup::Co, "45", 4_000)]),
        line(15_000, 9_000, vec![adjustment(AdjustmentGroup::Co, "45", 6_000)]),
    ];
    let decided = payment(ClaimDecision::Primary, parts);
    let claim_open = open(charge_id, PayerSequence::Primary, false, 25_000);
    let id = RemittanceId(Uuid::from_u128(5));
    let posted = posting::claim_payment(&decided, &claim_open, id, date(2026, 3, 9), "hash", &rule).unwrap();
    assert_eq!((posted.remainders, posted.denials), (vec![], vec![]));
}

#[test]
fn only_what_was_posted_is_taken_back() {
    let (practice, charge_id) = medicare_visit();
    let original = practice.books.journal.last().unwrap();
    let id = RemittanceId(Uuid::from_u128(5));
    let mut back = payment(ClaimDecision::Reversal, vec![line(-25_000, -10_000, vec![])]);
    let refused = posting::reversal(&back, original, id, date(2026, 4, 1), "hash").unwrap_err();
    assert_eq!(refused.to_string(), "it takes back 100.00, but 106.32 was posted; it must be posted by hand");
    let claim_open = open(charge_id, PayerSequence::Primary, false, 25_000);
    let refused = posting::claim_payment(&back, &claim_open, id, date(2026, 4, 1), "hash", &rule);
    assert_eq!(refused.unwrap_err(), posting::PostingError::NothingToReverse);
    back.decision = ClaimDecision::Primary;
    let refused = posting::reversal(&back, original, id, date(2026, 4, 1), "hash").unwrap_err();
    assert_eq!(refused.to_string(), "claim status 1 takes nothing back; only 22 does");
}

#[test]
fn unknown_lines_and_provider_reasons_are_refused() {
    let mut practice = Practice::default();
    let charge_id = practice.charge(77, 25_000);
    let mut stranger = line(9_900, 9_900, vec![]);
    stranger.control_number = None;
    let refused = posting::claim_payment(
        &payment(ClaimDecision::Primary, vec![stranger]),
        &open(charge_id, PayerSequence::Primary, false, 25_000),
        RemittanceId(Uuid::from_u128(5)),
        date(2026, 3, 9),
        "hash",
        &rule,
    );
    assert_eq!(refused.unwrap_err().to_string(), "line 1 (99214, charge 99.00) matches no line of the claim as billed");
    let odd = ProviderAdjustment { reason: "XX".into(), reference: String::new(), amount: cents(1) };
    let id = RemittanceId(Uuid::from_u128(5));
    assert!(posting::provider_adjustment(&odd, None, id, date(2026, 3, 9), "hash").is_err());
}

/// Each planted bug must be found, and the books must have been sound before it.
#[test]
fn planted_bugs_are_found() {
    type Bug = (&'static str, &'static str, fn(&mut Practice));
    let bugs: &[Bug] = &[
        ("one posted cent changed", "I01", |p| p.books.journal[2].transaction.entries[0].amount += cents(1)),
        ("a balanced cent moved between accounts", "I12", |p| {
            let entries = &mut p.books.journal[2].transaction.entries;
            entries[0].amount += cents(1);
            entries[2].amount -= cents(1);
        }),
        ("remittance posted twice", "I12", |p| {
            let again = p.books.journal[2].transaction.clone();
            p.record(again);
        }),
        ("deposit posted twice", "I19", |p| {
            let again = p.books.journal[1].transaction.clone();
            p.record(again);
        }),
        ("deposit lost", "I19", |p| {
            p.books.journal.remove(1);
        }),
        ("prior payer's effect written off", "I13", |p| {
            let mut again = p.books.journal[2].transaction.clone();
            let charge = again.entries[0].charge;
            again.entries = vec![
                Entry { charge, ..Entry::new(Account::Contractual, cents(22_288)) },
                Entry { charge, ..Entry::new(Account::InsuranceReceivable, cents(-22_288)) },
            ];
            p.record(again);
        }),
        ("money left unapplied", "I07", |p| {
            p.books.journal.remove(2);
        }),
        ("charge changed in the record", "I22", |p| p.books.charges[0].amount += cents(1)),
        ("reversal with another amount", "I10", |p| {
            let mut back = p.books.journal[2].transaction.clone();
            back.reverses = Some(p.books.journal[2].id);
            for entry in &mut back.entries {
                entry.amount = -entry.amount;
            }
            back.entries[0].amount += cents(5);
            back.entries[1].amount -= cents(5);
            p.record(back);
        }),
        ("a copay applied that was never received", "I11", |p| {
            let charge_id = p.books.charges[0].id;
            p.record(posting::allocation(PATIENT, charge_id, cents(1), date(2026, 3, 16), "Copay".into()));
        }),
        ("payment on another charge", "I12", |p| {
            let stranger = ChargeId(Uuid::from_u128(4_242));
            for entry in &mut p.books.journal[2].transaction.entries {
                entry.charge = Some(stranger);
            }
        }),
    ];
    for (name, invariant, plant) in bugs {
        let (mut practice, _) = medicare_visit();
        assert_eq!(practice.broken(), Vec::<String>::new());
        plant(&mut practice);
        let broken = practice.broken();
        assert!(broken.iter().any(|b| b.starts_with(invariant)), "{name}: {broken:?}");
    }
}

proptest! {
    /// Any split of a charge into payment, contract and patient share leaves sound books.
    #[test]
    fn any_decision_keeps_the_books_sound(
        charge in 1i64..5_000_000, contract in 0i64..1_000, patient in 0i64..1_000, copay_first in any::<bool>(),
    ) {
        let mut practice = Practice::default();
        let charge_id = practice.charge(77, charge);
        let contractual = charge * contract / 1_001;
        let share = (charge - contractual) * patient / 1_001;
        let paid = charge - contractual - share;
        let adjustments = vec![
            adjustment(AdjustmentGroup::Co, "45", contractual),
            adjustment(AdjustmentGroup::Pr, "2", share),
        ];
        let decided = remittance(paid, vec![payment(ClaimDecision::Primary, vec![line(charge, paid, adjustments)])], vec![]);
        prop_assert_eq!(decided.imbalances(), vec![]);
        if copay_first {
            practice.record(posting::patient_payment(PATIENT, cents(3_000), date(2026, 3, 1), "Copay".into()));
        }
        let mut claim_open = open(charge_id, PayerSequence::Primary, false, charge);
        claim_open.lines[0].charge = cents(charge);
        practice.post(900, &decided, &claim_open, charge_id);
        let due = practice.balance(Account::PatientReceivable);
        prop_assert_eq!(due, share);
        if copay_first && due > 0 {
            practice.record(posting::allocation(PATIENT, charge_id, cents(due.min(3_000)), date(2026, 3, 16), "Copay".into()));
        }
        prop_assert_eq!(practice.broken(), Vec::<String>::new());
    }
}

/// What the accounts hold of a charge.
fn held(practice: &Practice, charge_id: ChargeId) -> Vec<Held> {
    let mut found: Vec<Held> = Vec::new();
    for entry in practice.entries().filter(|entry| entry.charge == Some(charge_id)) {
        let one =
            Held { account: entry.account, sequence: entry.sequence, payer_id: entry.payer, amount: entry.amount };
        let is_it = |h: &&mut Held| (h.account, h.sequence, h.payer_id) == (one.account, one.sequence, one.payer_id);
        match found.iter_mut().find(is_it) {
            Some(known) => known.amount += one.amount,
            None => found.push(one),
        }
    }
    found
}

#[test]
fn a_charge_taken_back_after_a_decision_leaves_the_insurers_money_owed() {
    let (mut practice, charge_id) = medicare_visit();
    let void = posting::void_charge(&practice.books.journal[0].clone(), date(2026, 4, 1), "corrected".into());
    practice.record(void);
    practice.books.charges[0].amount = Money::ZERO;
    let undone = posting::decisions_undone(
        charge_id,
        PATIENT,
        &held(&practice, charge_id),
        date(2026, 4, 1),
        "corrected".into(),
    );
    let undone = practice.record(undone.unwrap());
    assert_eq!(practice.broken(), Vec::<String>::new());
    let accounts = [Account::InsuranceReceivable, Account::Contractual, Account::Sequestration, Account::CreditBalance];
    assert_eq!(accounts.map(|account| practice.balance(account)), [0, 0, 0, -10_632]);
    // Nothing is left to undo a second time.
    let again =
        posting::decisions_undone(charge_id, PATIENT, &held(&practice, charge_id), date(2026, 4, 1), "x".into());
    assert_eq!(again, None);

    // The payer takes its decision back: the credit goes first, then the mirror of the posting.
    let original = practice.books.journal.iter().find(|recorded| recorded.id == undone).unwrap().clone();
    practice.record(Transaction { reverses: Some(undone), entries: original.mirror(), ..original.transaction.clone() });
    let mut back = v1_line();
    (back.charge, back.paid) = (-back.charge, -back.paid);
    back.adjustments.iter_mut().for_each(|a| a.amount = -a.amount);
    let forward = ProviderAdjustment { reason: "FB".into(), reference: "ICN1".into(), amount: cents(-10_632) };
    let taken = remittance(0, vec![payment(ClaimDecision::Reversal, vec![back])], vec![forward]);
    practice.post(901, &taken, &open(charge_id, PayerSequence::Primary, true, 0), charge_id);
    assert_eq!(practice.broken(), Vec::<String>::new());
    assert_eq!(accounts.map(|account| practice.balance(account)), [0, 0, 0, 0]);
}

#[test]
fn a_credit_is_measured_by_what_insurers_paid() {
    let (mut practice, charge_id) = medicare_visit();
    // The patient pays the coinsurance of 27.12, which was theirs without a supplement.
    practice.record(posting::patient_payment(PATIENT, cents(2_712), date(2026, 4, 1), "check".into()));
    practice.record(posting::allocation(PATIENT, charge_id, cents(2_712), date(2026, 4, 1), "applied".into()));
    let credit = |amount: i64| {
        let line = posting::InsuranceBalance {
            charge_id,
            patient_id: PATIENT,
            payer_id: MEDICARE,
            sequence: PayerSequence::Primary,
            amount: cents(amount),
        };
        posting::insurance_overpayment(line, date(2026, 4, 2), "overpaid".into())
    };
    // 106.32 came from the insurer: that much it can be owed, and not a cent of the patient's money.
    for (amount, is_broken) in [(10_632, false), (10_633, true)] {
        let mut practice = Practice { books: practice.books.clone() };
        practice.record(credit(amount));
        let broken = practice.broken();
        assert_eq!(broken.iter().any(|b| b.contains("owed back to insurers")), is_broken, "{broken:?}");
    }
}
