//! What a new edition of the code library touches: a person's favourites, and a client's fee lines, open encounters and
//! open claims.

use claim::{ClaimStatus, EncounterStatus, SuggestedCode, UserId};
use codes::{
    Library, Release, Span,
    import::{Alert, Held, HeldKind, impact},
};
use jiff::civil::Date;
use price::ChargeMaster;
use store::{
    Tx,
    claim::{ClaimFilter, ClaimOrder},
    encounter::EncounterFilter,
    tariff::TariffKind,
};

use crate::CycleError;

/// Records of one state looked through; a client with more has other worries than this list.
const LOOK_MAX: u32 = 2_000;
/// Encounters whose codes can still change.
const OPEN_ENCOUNTERS: [EncounterStatus; 3] =
    [EncounterStatus::ToCode, EncounterStatus::Queried, EncounterStatus::Coded];
/// Claims that are not with a payer.
const OPEN_CLAIMS: [ClaimStatus; 4] =
    [ClaimStatus::Draft, ClaimStatus::Held, ClaimStatus::Ready, ClaimStatus::Rejected];

/// What a release touches at the client of the scope: open work of the days it covers, fee lines, the rules that name its
/// codes, and the favourites of people, each under a name of its own.
///
/// # Errors
/// When the store refuses.
pub fn touched(
    tx: &mut Tx<'_>,
    library: &Library,
    release: &Release,
    people: &[(UserId, String)],
) -> Result<Vec<Alert>, CycleError> {
    let mut held = encounters(tx, release.span)?;
    held.extend(claims(tx, release.span)?);
    for (user, name) in people {
        let codes = store::favourite::list(tx, *user)?;
        held.push(Held { holder: name.clone(), kind: HeldKind::Favourites, codes });
    }
    held.extend(fee_lines(tx, release.edition)?);
    held.extend(library.rules_touched(&release.diff, release.edition));
    Ok(impact(&release.diff, &held))
}

fn encounters(tx: &mut Tx<'_>, days: Span) -> Result<Vec<Held>, CycleError> {
    let mut held = Vec::new();
    for status in OPEN_ENCOUNTERS {
        let which = EncounterFilter { status: Some(status), ..EncounterFilter::default() };
        for record in store::encounter::list(tx, &which, LOOK_MAX, 0)? {
            let visit = record.encounter;
            if !days.covers(visit.served_on) {
                continue;
            }
            let codes = match store::coding::codes(tx, visit.id)? {
                Some(decided) => {
                    let diagnoses = decided.codes.diagnoses.iter().map(|diagnosis| diagnosis.code.to_string());
                    diagnoses.chain(decided.codes.services.iter().map(|service| service.code.to_string())).collect()
                }
                None => {
                    let run = store::coding::latest_run(tx, visit.id)?;
                    let suggestions = run.iter().flat_map(|run| &run.coding.suggestions);
                    suggestions.map(|suggestion| bare(&suggestion.code)).collect()
                }
            };
            held.push(Held { holder: visit.number, kind: HeldKind::Encounter, codes });
        }
    }
    Ok(held)
}

fn bare(code: &SuggestedCode) -> String {
    match code {
        SuggestedCode::Diagnosis { code } => code.to_string(),
        SuggestedCode::Procedure { code, .. } => code.to_string(),
    }
}

fn claims(tx: &mut Tx<'_>, days: Span) -> Result<Vec<Held>, CycleError> {
    let mut held = Vec::new();
    for status in OPEN_CLAIMS {
        let which = ClaimFilter { status: Some(status), ..ClaimFilter::default() };
        for record in store::claim::list(tx, &which, ClaimOrder::Newest, LOOK_MAX, 0)? {
            if !days.covers(record.served_on) {
                continue;
            }
            let claim = store::claim::latest(tx, record.id)?.claim;
            let services = claim.lines.iter().map(|line| line.procedure.to_string());
            let codes = claim.diagnoses.iter().map(ToString::to_string).chain(services).collect();
            held.push(Held { holder: record.number, kind: HeldKind::Claim, codes });
        }
    }
    Ok(held)
}

fn fee_lines(tx: &mut Tx<'_>, on: Date) -> Result<Vec<Held>, CycleError> {
    let master: Option<ChargeMaster> = store::tariff::in_force(tx, TariffKind::ChargeMaster, None, on)?;
    let codes = master.iter().flat_map(ChargeMaster::rows).map(|row| row.procedure.to_string()).collect();
    Ok(vec![Held { holder: "Charge master".to_owned(), kind: HeldKind::Fees, codes }])
}
