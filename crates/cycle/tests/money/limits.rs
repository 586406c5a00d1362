//! Filing limits become work once.

use claim::ClaimStatus;
use cycle::limits::{self, FILING_LIMIT};
use jiff::ToSpan;
use store::{Actor, Scope};

use crate::stage::{Billed, Stage, play};

/// Days from the remittances to a week before the claim's last day.
const DAYS_TO_LIMIT: i64 = 365 - 14 - 7;

fn open(stage: &Stage, billed: &Billed) -> usize {
    stage.work("claim", billed.id).into_iter().filter(|(kind, _)| kind == FILING_LIMIT).count()
}

fn item(stage: &Stage, billed: &Billed) -> store::work::WorkItem {
    let items = stage.read(|tx| Ok(store::work::of_subject(tx, "claim", billed.id)?));
    items.into_iter().find(|item| item.kind == FILING_LIMIT && item.done_at.is_none()).unwrap()
}

fn set(stage: &Stage, billed: &Billed, status: ClaimStatus) {
    stage.write(|tx| Ok(store::claim::set_status(tx, billed.id, status, "", None)?));
}

#[test]
fn a_limit_put_off_or_seen_is_not_opened_again() {
    play("limits", |stage| {
        let billed = stage.bill("c14", &[("99214", 25_000)]);
        set(stage, &billed, ClaimStatus::Rejected);
        stage.days_pass(DAYS_TO_LIMIT);
        let watch = || stage.write(limits::watch);
        assert_eq!((watch(), open(stage, &billed)), (1, 1));
        assert_eq!((watch(), open(stage, &billed)), (0, 1));

        let first = item(stage, &billed);
        stage.write(|tx| Ok(store::work::snooze(tx, first.id, tx.today().saturating_add(3.days()))?));
        assert_eq!((watch(), open(stage, &billed)), (0, 1));

        // Sent, it needs nobody, asleep or not; refused at the door, it does again.
        for status in [ClaimStatus::Draft, ClaimStatus::Ready, ClaimStatus::Submitted] {
            set(stage, &billed, status);
        }
        assert_eq!((watch(), open(stage, &billed)), (0, 0));
        set(stage, &billed, ClaimStatus::Rejected);
        assert_eq!((watch(), open(stage, &billed)), (1, 1));

        // What a person finished stays finished.
        let second = item(stage, &billed);
        let biller = stage.db().read(&crate::place::DEMO, Scope::Installation, store::user::list).unwrap()[0].id;
        let finish = |tx: &mut store::Tx<'_>| store::work::finish(tx, second.id, "seen");
        stage.db().write(&Actor::User(biller), Scope::One(stage.client), finish).unwrap();
        assert_eq!((watch(), open(stage, &billed)), (0, 0));
    });
}
