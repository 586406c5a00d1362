//! The visits of an invented world, as they happen.

use claim::{CodeSet, EncounterId};
use jiff::civil::Date;
use store::{StoreError, Tx};
use world::{Visit, World};

use crate::compare;

/// Records the visits that the client of the scope had on the days: each with its note as a draft, which
/// waits for the clinician's signature, and the expert's codes, kept apart for measuring.
///
/// Visits are numbered as they come, so days are recorded in order and each once. Returns how many there were.
///
/// # Errors
/// [`StoreError::Exists`] when a visit is recorded already; whatever else the store refuses.
pub fn record(tx: &mut Tx<'_>, world: &World, from: Date, through: Date) -> Result<usize, StoreError> {
    let client = tx.client()?;
    let mut count = 0;
    for visit in &world.visits {
        let on = visit.encounter.served_on;
        if visit.client == client && from <= on && on <= through {
            record_one(tx, visit)?;
            count += 1;
        }
    }
    Ok(count)
}

fn record_one(tx: &mut Tx<'_>, visit: &Visit) -> Result<(), StoreError> {
    let number = store::encounter::next_number(tx)?;
    let encounter = claim::Encounter { number, ..visit.encounter.clone() };
    store::encounter::insert(tx, &encounter)?;
    store::note::save_draft(tx, encounter.id, visit.note_kind, &visit.note_text)?;
    store::gold::put(tx, encounter.id, &visit.gold)
}

/// Keeps how far the decided codes of a visit agree with those an expert wrote down. Nothing else reads these, and it
/// happens after the decision is on record.
///
/// # Errors
/// When the store refuses.
pub fn judge(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<(), StoreError> {
    let written = store::gold::expected::<CodeSet>(tx, encounter_id)?;
    let decided = store::coding::codes(tx, encounter_id)?;
    if let (Some(written), Some(decided)) = (written, decided) {
        store::gold::keep_agreement(tx, encounter_id, &compare(&decided.codes, &written))?;
    }
    Ok(())
}
