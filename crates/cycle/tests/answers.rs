//! Answers that come before money (TA1, 999, 277CA): each is about a file to one partner, as it was sent then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;
#[allow(dead_code)]
#[path = "money/stage.rs"]
mod stage;

use claim::{ClaimAck, ClaimAckBatch, ClaimStatus, StatusCode};
use cycle::{
    intake::{self, Intake},
    submit,
};
use exchange::{Controls, Party};
use jiff::civil::date;
use stage::{Billed, Stage, play};
use store::submission::Submission;

/// The day the answers are made.
const DAY: jiff::civil::Date = date(2026, 1, 20);

/// The claim out of its payer's hands, sent in a file of its own as a new version.
fn send(stage: &Stage, billed: &Billed, interchange: u32) -> Submission {
    stage.write(|tx| {
        if store::claim::get(tx, billed.id)?.status != ClaimStatus::Rejected {
            store::claim::set_status(tx, billed.id, ClaimStatus::Rejected, "Refused by telephone", None)?;
        }
        store::claim::set_status(tx, billed.id, ClaimStatus::Draft, "Looked at", None)?;
        store::claim::add_version(tx, billed.id, &billed.claim, &[], "Corrected")?;
        for item in store::work::of_subject(tx, "claim", billed.id)?.iter().filter(|item| item.done_at.is_none()) {
            store::work::finish(tx, item.id, "Corrected")?;
        }
        store::claim::set_status(tx, billed.id, ClaimStatus::Ready, "Corrected", None)?;
        let submitter = store::installation::submitter(tx)?;
        let file = submit::send(tx, &submitter, billed.payer.id, &[billed.id], interchange)?;
        Ok(store::submission::get(tx, file.submission)?)
    })
}

/// A 277CA of a payer about the claim in a file, in an envelope with the control number `number`.
fn claim_answer(stage: &Stage, billed: &Billed, of: &Submission, from: &Party, number: u32, accepts: bool) -> Vec<u8> {
    let submitter: Party = stage.read(|tx| Ok(store::installation::submitter(tx)?));
    let (category, status) = if accepts { ("A2", "20") } else { ("A7", "562") };
    let answer = ClaimAck {
        control_number: billed.number.clone(),
        is_accepted: accepts,
        statuses: vec![StatusCode { category: category.into(), status: status.into(), entity: String::new() }],
        charge: billed.claim.charge(),
        payer_control_number: accepts.then(|| format!("ICN{number}")),
        patient_last: billed.claim.patient.name.last.clone(),
        patient_first: billed.claim.patient.name.first.clone(),
        member_id: billed.claim.member.member_id.clone(),
        from: billed.claim.first_day(),
    };
    let batch = ClaimAckBatch {
        payer_name: from.name.clone(),
        payer_number: from.id.clone(),
        submitter_name: submitter.name.clone(),
        submitter_id: submitter.id.clone(),
        batch_reference: of.reference.clone(),
        billing_name: billed.claim.billing.name.clone(),
        billing_npi: billed.claim.billing.npi.to_string(),
        received_on: DAY,
        processed_on: DAY,
        claims: vec![answer],
    };
    let controls = Controls {
        interchange: number,
        group: number,
        transaction: 1,
        at: DAY.at(9, 0, 0, 0),
        usage: 'T',
        reference: format!("R{number}"),
    };
    exchange::write_277ca(&batch, from, &submitter, &controls).unwrap()
}

/// The TA1 and the 999 of a payer about a file, both refusing it.
fn refusals(stage: &Stage, of: &Submission, from: &str, number: u32) -> [Vec<u8>; 2] {
    let bytes = stage.read(|tx| Ok(store::document::bytes(tx, of.document_id)?));
    let report = x12::validate(&bytes, &x12::Options { snip: 2, ..x12::Options::default() });
    let submitter: Party = stage.read(|tx| Ok(store::installation::submitter(tx)?));
    let stamp = ("20260120", "0900");
    let envelope = x12::write::Envelope { usage: 'T', ..x12::write::Envelope::new(from, &submitter.id, stamp, number) };
    let refused = |bytes: Vec<u8>, from: &str, to: &str| {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(from), "{text}");
        text.replace(from, to).into_bytes()
    };
    let ta1 = refused(x12::ack::ta1(&report, &envelope).unwrap(), "*A*000", "*R*025");
    let f999 = refused(x12::ack::f999(&report, &envelope, number).unwrap().unwrap(), "IK5*A", "IK5*R*5");
    [ta1, f999]
}

fn party(billed: &Billed) -> Party {
    Party { name: billed.payer.name.clone(), id: billed.payer.payer_number.clone(), ..Party::default() }
}

fn take_in(stage: &Stage, name: &str, bytes: &[u8]) -> Intake {
    stage.write(|tx| intake::take_in(tx, &stage.library, name, bytes))
}

#[test]
fn an_answer_to_what_was_sent_before_changes_nothing() {
    play("outdated", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let payer = party(&billed);
        let first = send(stage, &billed, 901);
        let refused = take_in(stage, "1.277", &claim_answer(stage, &billed, &first, &payer, 1, false));
        assert_eq!((refused.rejected, stage.status(billed.id)), (1, ClaimStatus::Rejected));
        assert_eq!(stage.work("claim", billed.id), [("rejection".to_owned(), 25_000)]);

        // Corrected and on its way again, the old refusals come once more, in envelopes never seen.
        let second = send(stage, &billed, 902);
        let [ta1, f999] = refusals(stage, &first, &payer.id, 3);
        let late = [claim_answer(stage, &billed, &first, &payer, 2, false), ta1, f999];
        let count = || stage.read(|tx| Ok(store::claim::events(tx, billed.id)?.len()));
        for (at, bytes) in late.iter().enumerate() {
            let before = count();
            let taken = take_in(stage, &format!("late{at}"), bytes);
            assert_eq!((taken.is_new, taken.rejected, taken.strays), (true, 0, vec![]));
            assert_eq!((stage.status(billed.id), stage.work("claim", billed.id)), (ClaimStatus::Submitted, vec![]));
            assert_eq!(count(), before + 1, "every answer is noted");
        }
        // So does an old acceptance; the one that answers the second file counts.
        let old = take_in(stage, "old.277", &claim_answer(stage, &billed, &first, &payer, 4, true));
        assert_eq!((old.accepted, stage.status(billed.id)), (0, ClaimStatus::Submitted));
        let new = take_in(stage, "new.277", &claim_answer(stage, &billed, &second, &payer, 5, true));
        assert_eq!((new.accepted, stage.status(billed.id)), (1, ClaimStatus::Accepted));
        let number = stage.read(|tx| Ok(store::claim::get(tx, billed.id)?.payer_control_number));
        assert_eq!(number.as_deref(), Some("ICN5"));
    });
}

#[test]
fn a_decided_claim_is_not_refused_any_more() {
    play("decided", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let sent = send(stage, &billed, 901);
        stage.decide(&billed, "T1", &[&[(claim::AdjustmentGroup::Co, "45", 9_200)]]);
        let late = take_in(stage, "1.277", &claim_answer(stage, &billed, &sent, &party(&billed), 1, false));
        assert_eq!((late.rejected, stage.status(billed.id)), (0, ClaimStatus::Paid));
        assert_eq!(stage.work("claim", billed.id), []);
    });
}

#[test]
fn an_answer_counts_only_from_whom_the_file_was_sent_to() {
    play("stranger", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let sent = send(stage, &billed, 901);
        let stranger = Party { name: "Another payer".into(), id: "99999".into(), ..Party::default() };
        let [ta1, f999] = refusals(stage, &sent, &stranger.id, 1);
        for (at, bytes) in [ta1, f999, claim_answer(stage, &billed, &sent, &stranger, 2, false)].iter().enumerate() {
            let taken = take_in(stage, &format!("stray{at}"), bytes);
            assert!(taken.strays[0].contains("99999"), "{:?}", taken.strays);
            assert_eq!((taken.rejected, stage.status(billed.id)), (0, ClaimStatus::Submitted));
        }
        assert_eq!(stage.work("claim", billed.id), []);
        // From the payer itself the same refusal counts, once.
        let [ta1, f999] = refusals(stage, &sent, &party(&billed).id, 3);
        assert_eq!([take_in(stage, "ta1", &ta1), take_in(stage, "999", &f999)].map(|taken| taken.rejected), [1, 0]);
        assert_eq!(stage.work("claim", billed.id), [("rejection".to_owned(), 25_000)]);
    });
}

/// One file of two transaction sets; the trailer of the second counts wrongly.
fn two_sets(stage: &Stage, first: &Billed, second: &Billed) -> String {
    let submitter: Party = stage.read(|tx| Ok(store::installation::submitter(tx)?));
    let write = |billed: &Billed, transaction| {
        let controls = Controls {
            interchange: 77,
            group: 77,
            transaction,
            at: DAY.at(9, 0, 0, 0),
            usage: 'T',
            reference: format!("B{transaction}"),
        };
        let claims = std::slice::from_ref(&billed.claim);
        String::from_utf8(exchange::write_837p(claims, &submitter, &party(billed), &controls).unwrap()).unwrap()
    };
    let (good, bad) = (write(first, 1), write(second, 2));
    let set = &bad[bad.find("ST*837").unwrap()..bad.find("GE*").unwrap()];
    let (body, trailer) = set.split_at(set.find("SE*").unwrap());
    let end = good.find("GE*").unwrap();
    let wrong = trailer.replacen(trailer.split('*').nth(1).unwrap(), "7", 1);
    format!("{}{body}{wrong}{}", &good[..end], good[end..].replacen("GE*1", "GE*2", 1))
}

#[test]
fn the_built_in_payer_takes_what_its_999_accepts() {
    play("parts", |stage| {
        let (first, second) = (stage.bill("c14", &[("99214", 25_000)]), stage.bill("c14", &[("99213", 15_000)]));
        let file = two_sets(stage, &first, &second);
        let mut desk = stage
            .db()
            .read(&place::DEMO, store::Scope::Installation, |tx| cycle::counter::desk(tx, first.payer.id))
            .unwrap()
            .unwrap();
        let answers = desk.answer(file.as_bytes(), &stage.library, DAY).unwrap();
        assert_eq!(answers.files.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["ta1", "999", "277ca"]);
        let text = |at: usize| String::from_utf8(answers.files[at].1.clone()).unwrap();
        assert!(text(1).contains("AK9*P*2*2*1~"), "{}", text(1));
        assert!(text(2).contains(&first.number) && !text(2).contains(&second.number), "{}", text(2));
        assert_eq!((answers.accepted, answers.refused), (1, 1));
    });
}

#[test]
fn a_file_taken_in_part_refuses_what_is_named_and_no_more() {
    play("inpart", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let sent = send(stage, &billed, 901);
        let answer = |sets: &str, ak9: &str, number: u32| {
            let submitter: Party = stage.read(|tx| Ok(store::installation::submitter(tx)?));
            let (from, to) = (party(&billed).id, submitter.id);
            format!(
                "ISA*00*          *00*          *ZZ*{from:<15}*ZZ*{to:<15}*260120*0900*^*00501*{number:09}*0*T*:~\
                 GS*FA*{from}*{to}*20260120*0900*{number}*X*005010X231A1~ST*999*0001*005010X231A1~\
                 AK1*HC*{}*005010X222A1~{sets}AK9*{ak9}~SE*9*0001~GE*1*{number}~IEA*1*{number:09}~",
                sent.group_control
            )
        };
        // Nobody says which set was refused: nothing is sent again that may have been taken.
        let taken = take_in(stage, "1.999", answer("", "P*2*2*1", 1).as_bytes());
        assert!(taken.strays[0].contains("in part"), "{:?}", taken.strays);
        assert_eq!((stage.status(billed.id), stage.work("claim", billed.id)), (ClaimStatus::Submitted, vec![]));
        // Another set is named as refused, and the rest was taken.
        let other = "AK2*837*9999*005010X222A1~IK5*R*5~";
        let taken = take_in(stage, "2.999", answer(other, "P*2*2*1", 2).as_bytes());
        assert_eq!((taken.rejected, stage.status(billed.id)), (0, ClaimStatus::Acknowledged));
    });
    play("ingroup", |stage| {
        // Its own set is in order and the group is not: nothing of it was taken.
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        let sent = send(stage, &billed, 901);
        let [_, f999] = refusals(stage, &sent, &party(&billed).id, 3);
        let text = String::from_utf8(f999).unwrap().replace("IK5*R*5", "IK5*A");
        let group = text.replace("AK9*A*1*1*1", "AK9*R*1*1*0*5");
        assert_ne!(text, group);
        assert_eq!(take_in(stage, "1.999", group.as_bytes()).rejected, 1);
        assert_eq!(stage.status(billed.id), ClaimStatus::Rejected);
    });
}
