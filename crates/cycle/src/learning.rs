//! Learning without drift: what people decided moves the order of suggestions, one client at a time, by a table that
//! is kept, can be read, and is tested on later visits before it may be used.

use std::collections::BTreeMap;

use claim::EncounterStatus;
use coder::{
    Ranking,
    learn::{self, BackTest, JudgedVisit, Learned},
};
use codes::Library;
use serde::{Deserialize, Serialize};
use store::{Tx, encounter::EncounterFilter};

use crate::{CycleError, coding};

/// Newest visits of one state that are read; older habits are no guide.
const VISITS_MAX: u32 = 2_000;
/// Where the codes of a visit are final.
const FINAL: [EncounterStatus; 2] = [EncounterStatus::Coded, EncounterStatus::Billed];

/// What was learned from a client's visits, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learning {
    /// Rules of the coder that the decisions were compared with.
    pub rules_version: String,
    /// Visits that people coded.
    pub visits: usize,
    /// By code without dot.
    pub codes: BTreeMap<String, Learned>,
    /// How it did on later visits.
    pub back_test: BackTest,
}

impl Learning {
    /// As the coder takes it.
    #[must_use]
    pub fn ranking(&self, version: u32) -> Ranking {
        let points = self.codes.iter().map(|(code, learned)| (code.clone(), learned.points));
        Ranking { version: version.to_string(), points: points.collect(), likeness: None }
    }
}

/// Compares what the rules say as installed with the final codes of visits that people coded. Reads only, so that it
/// keeps nobody waiting; [`store::ranking::save`] keeps it.
///
/// # Errors
/// When the store refuses.
pub fn learn(tx: &mut Tx<'_>, library: &Library) -> Result<Learning, CycleError> {
    let installed = Ranking::default();
    let mut visits = Vec::new();
    for status in FINAL {
        let which = EncounterFilter { status: Some(status), ..EncounterFilter::default() };
        for record in store::encounter::list(tx, &which, VISITS_MAX, 0)? {
            let encounter = record.encounter;
            let Some(decided) = store::coding::codes(tx, encounter.id)? else { continue };
            // What software took by itself says nothing about it.
            if !decided.actor.starts_with("user:") {
                continue;
            }
            let Some(note) = store::note::latest(tx, encounter.id)? else { continue };
            let patient = store::patient::get(tx, encounter.patient_id)?;
            let visit = coding::visit(tx, &encounter, &patient)?;
            let said = coder::suggest(&note, &visit, library, &installed);
            visits.push(JudgedVisit { served_on: encounter.served_on, judged: learn::judge(&said, &decided.codes) });
        }
    }
    Ok(Learning {
        rules_version: coder::RULES_VERSION.to_owned(),
        visits: visits.len(),
        codes: learn::learn(&visits),
        back_test: learn::back_test(&visits),
    })
}

/// Orders suggestions by a version from now on; 0 is the ranking as installed. Suggestions already made stay as they
/// were said.
///
/// # Errors
/// [`CycleError::Refused`] when the back-test speaks against it or when it is in use.
pub fn switch(tx: &mut Tx<'_>, version: u32) -> Result<(), CycleError> {
    if store::ranking::in_use(tx)? == version {
        return Err(CycleError::refused(match version {
            0 => "suggestions stand as installed already".to_owned(),
            _ => format!("version {version} is in use already"),
        }));
    }
    if version > 0 {
        let learning = store::ranking::get::<Learning>(tx, version)?.body;
        if let Some(objection) = learning.back_test.objection() {
            return Err(CycleError::refused(format!("version {version} is not used: {objection}")));
        }
    }
    Ok(store::ranking::switch(tx, version)?)
}

/// The ranking in use at the client.
///
/// # Errors
/// When the store refuses.
pub fn in_use(tx: &mut Tx<'_>) -> Result<Ranking, CycleError> {
    match store::ranking::in_use(tx)? {
        0 => Ok(Ranking::default()),
        version => Ok(store::ranking::get::<Learning>(tx, version)?.body.ranking(version)),
    }
}
