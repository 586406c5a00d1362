//! A remittance: its proof, what is posted, what waits for a person, and files that come in.

use claim::{ClaimPayment, ClaimStatus, Money, RemittanceId};
use codes::{Library, ReasonCategory};
use cycle::{approval, intake, post};
use store::patient::PatientSearch;
use store::remittance::{RemittanceClaim, RemittanceClaimState, RemittanceRecord, RemittanceState};
use store::{Role, Tx};

use crate::answer::{Fault, Outcome, page};
use crate::call::{Call, found};
use crate::view::part::{Amount, Choice, NamedAmount};
use crate::view::remittance::{ParkedItem, PostedItem, Proof, ProviderAdjustmentView, RemittancePage};
use crate::words;

/// Who posts.
pub const POSTERS: &[Role] = &[Role::Poster, Role::Manager];
/// Claims offered for a parked decision.
const CANDIDATES_MAX: u32 = 8;

/// Our few words for the reasons of provider-level adjustments (PLB03-1).
const REASONS: [(&str, &str); 8] = [
    ("WO", "Recovery of an overpayment"),
    ("FB", "Balance carried to another remittance"),
    ("L6", "Interest"),
    ("72", "Refund the payer received"),
    ("CS", "Adjustment"),
    ("LE", "Levy"),
    ("50", "Late charge"),
    ("AP", "Advance repaid"),
];

/// `GET /remittances/{id}`.
pub fn show(call: &Call<'_>) -> Outcome {
    let id: RemittanceId = call.asked.param("id")?;
    let remittance = call.read(|tx| {
        let record = store::remittance::get(tx, id)?;
        let body = store::remittance::body(tx, id)?;
        let rows = store::remittance::claims(tx, id)?;
        let unapplied = store::ledger::unapplied(tx)?;
        let unapplied = unapplied.iter().find(|(of, _)| *of == id).map_or(Money::ZERO, |(_, left)| *left);
        let file = store::document::get(tx, record.document_id)?;
        let mut posted = Vec::new();
        let mut parked = Vec::new();
        for row in &rows {
            let decided = usize::try_from(row.position).ok().and_then(|at| body.claims.get(at));
            match row.state {
                RemittanceClaimState::Posted | RemittanceClaimState::Returned => {
                    posted.push(posted_item(tx, &call.app.library, row, decided)?)
                }
                _ => parked.push(parked_item(tx, row, &record)?),
            }
        }
        Ok(RemittancePage {
            frame: call.frame(tx)?,
            id: id.to_string(),
            payer: record.payer_name.clone(),
            trace: record.trace_number.clone(),
            paid_on: format!("paid {} by {}", record.paid_on, body.method),
            file: file.name,
            file_href: format!("/documents/{}", record.document_id),
            status: words::remittance(&record),
            reason: record.reason.clone(),
            proof: proof(&record, body.claims_paid(), body.provider_adjusted()),
            posted,
            parked,
            provider_adjustments: body
                .provider_adjustments
                .iter()
                .map(|a| ProviderAdjustmentView {
                    text: REASONS
                        .iter()
                        .find(|(code, _)| *code == a.reason)
                        .map_or("Other", |(_, words)| words)
                        .to_owned(),
                    code: a.reason.clone(),
                    reference: a.reference.clone(),
                    amount: Amount::adjustment(a.amount),
                })
                .collect(),
            is_outside: record.state == RemittanceState::Parked,
            unapplied: Amount::balance(if record.state == RemittanceState::Parked { record.amount } else { unapplied }),
            may_match: call.has(POSTERS) && record.state == RemittanceState::Posting,
        })
    })?;
    page(&remittance)
}

fn proof(record: &RemittanceRecord, claims: Money, adjusted: Money) -> Proof {
    let named = |label: &str, amount: Amount| NamedAmount { label: label.to_owned(), amount };
    Proof {
        holds: record.imbalances.is_empty(),
        terms: vec![
            named("Claims", Amount::payment(claims)),
            named("Provider adjustments", Amount::adjustment(adjusted)),
            named("Paid", Amount::payment(record.amount)),
        ],
        difference: Amount::difference(record.amount - (claims - adjusted)),
        breaks: record.imbalances.iter().map(claim::Imbalance::sentence).collect(),
    }
}

fn posted_item(
    tx: &mut Tx<'_>,
    library: &Library,
    row: &RemittanceClaim,
    decided: Option<&ClaimPayment>,
) -> Result<PostedItem, Fault> {
    let claim = row.claim_id.map(|id| store::claim::get(tx, id)).transpose()?;
    let mut adjusted = Money::ZERO;
    let mut patient_share = Money::ZERO;
    let mut reasons = Vec::new();
    for adjustment in decided.into_iter().flat_map(ClaimPayment::all_adjustments) {
        // With group PR only a share is the patient's at once; other reasons refuse the service.
        let is_share = library.carc(&adjustment.reason).is_some_and(|r| r.category == ReasonCategory::PatientShare);
        if adjustment.group == claim::AdjustmentGroup::Pr && is_share {
            patient_share += adjustment.amount;
        } else {
            adjusted += adjustment.amount;
        }
        let reason = format!("{}-{}", adjustment.group.code(), adjustment.reason.as_str());
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    Ok(PostedItem {
        href: claim.as_ref().map(|claim| format!("/claims/{}?view=history", claim.number)).unwrap_or_default(),
        control_number: row.control_number.clone(),
        patient: row.patient_name.clone(),
        served_on: claim.map(|claim| claim.served_on.to_string()).unwrap_or_default(),
        charge: Amount::adjustment(row.charge),
        adjusted: Amount::adjustment(adjusted),
        patient_share: Amount::balance(patient_share),
        paid: Amount::payment(row.paid),
        state: words::decision(row.decision, row.paid.is_positive(), row.state),
        reasons: reasons.join(" "),
    })
}

fn parked_item(tx: &mut Tx<'_>, row: &RemittanceClaim, record: &RemittanceRecord) -> Result<ParkedItem, Fault> {
    let candidates = candidates(tx, row)?;
    let limit = approval::limit_passed(tx, row.paid)?;
    let known =
        if candidates.is_empty() { "No claim here has this number or patient" } else { "It may be one of these" };
    Ok(ParkedItem {
        id: row.position.to_string(),
        control_number: row.control_number.clone(),
        patient: row.patient_name.clone(),
        paid: Amount::payment(row.paid),
        why: match (row.reason.as_str(), record.reason.as_str()) {
            ("", whole) => format!("{known}. The remittance as a whole waits: {whole}"),
            (reason, _) => reason.to_owned(),
        },
        candidates,
        may_return: !row.paid.is_negative() && limit.is_none(),
        return_barred: limit.map(|limit| format!("Above {limit} USD a manager sends it back.")).unwrap_or_default(),
    })
}

/// Sent claims it may belong to: of the same number, or of a patient of the same name.
fn candidates(tx: &mut Tx<'_>, row: &RemittanceClaim) -> Result<Vec<Choice>, Fault> {
    let mut found = Vec::new();
    if let Some(claim) = store::claim::by_number(tx, &row.control_number)? {
        found.push(claim);
    }
    let search = PatientSearch { text: row.patient_name.clone(), born_on: None };
    for (_, patient) in store::patient::find(tx, &search, 3, 0)? {
        let which = store::claim::ClaimFilter { patient_id: Some(patient.id), ..Default::default() };
        found.extend(store::claim::list(tx, &which, store::claim::ClaimOrder::Newest, CANDIDATES_MAX, 0)?);
    }
    let mut choices: Vec<Choice> = Vec::new();
    let unsent = [ClaimStatus::Draft, ClaimStatus::Held, ClaimStatus::Ready];
    for claim in found.into_iter().filter(|claim| !unsent.contains(&claim.status)) {
        if choices.iter().all(|choice| choice.value != claim.number) {
            let words = format!(
                "{}, {}, {}, charge {}, {}",
                claim.number,
                claim.patient_name.sorted(),
                claim.served_on,
                claim.charge,
                claim.status.label().to_lowercase()
            );
            choices.push(Choice::new(claim.number, words));
        }
    }
    choices.truncate(CANDIDATES_MAX as usize);
    Ok(choices)
}

/// `POST /remittances`: a file from a payer, whoever brings it.
pub fn take_in(call: &Call<'_>) -> Outcome {
    let file = call.asked.files.first().ok_or_else(|| Fault::refused("Choose the file: an 835, 999, 277CA or TA1."))?;
    if file.bytes.is_empty() {
        return Err(Fault::Refused(format!("{} is empty: ask the payer to send it again.", file.name)));
    }
    let named = |fault: Fault| match fault {
        Fault::Refused(why) if !why.contains(&file.name) => Fault::Refused(format!("{}: {why}", file.name)),
        other => other,
    };
    let done = call.once(|tx| {
        let taken = intake::take_in(tx, &call.app.library, &file.name, &file.bytes).map_err(|e| named(e.into()))?;
        let text = told(tx, &taken)?;
        let first = taken.remittances.first().map(|posted| posted.id);
        Ok((first, text))
    })?;
    let (first, text) = &done.value;
    let to = first.map_or_else(|| "/remittances".to_owned(), |id| format!("/remittances/{id}"));
    call.done_once(&to, &done, text)
}

/// What came of a file, in words.
fn told(tx: &mut Tx<'_>, taken: &intake::Intake) -> Result<String, Fault> {
    let mut text = format!("Taken in as {}.", taken.kind);
    if !taken.is_new {
        text.push_str(" The same file was here before: nothing was added.");
    }
    for posted in &taken.remittances {
        let record = store::remittance::get(tx, posted.id)?;
        let name = format!("Remittance {} of {} USD", record.trace_number, record.amount);
        if !posted.is_new {
            text.push_str(&format!(" {name} was here before: nothing was added."));
            continue;
        }
        if !record.imbalances.is_empty() {
            text.push_str(&format!(" {name} does not add up and is kept out of the books."));
            continue;
        }
        text.push_str(&format!(
            " {name}: {} posted, {} parked, {}.",
            posted.claims_posted,
            posted.claims_parked,
            words::count(posted.denials, "denial", "denials")
        ));
    }
    if taken.accepted + taken.rejected > 0 {
        text.push_str(&format!(" {} accepted, {} refused.", taken.accepted, taken.rejected));
    }
    for stray in &taken.strays {
        text.push_str(&format!(" {stray}."));
    }
    Ok(text)
}

/// `POST /remittances/{id}/items/{position}/match`: a person says whose it is.
pub fn match_item(call: &Call<'_>) -> Outcome {
    let id: RemittanceId = call.asked.param("id")?;
    let position: u32 = call.asked.param("position")?;
    let number = call.asked.form.required("claim", "The claim number")?.to_uppercase();
    let done = call.once(|tx| {
        store::remittance::get(tx, id)?;
        let claim = found(store::claim::by_number(tx, &number))
            .map_err(|_| Fault::Refused(format!("This client has no claim {number}.")))?;
        post::post_parked(tx, &call.app.library, id, position, claim.id)?;
        Ok(claim.number)
    })?;
    call.done_once(&format!("/remittances/{id}"), &done, format!("Posted to claim {}.", done.value))
}

/// `POST /remittances/{id}/items/{position}/not-ours`: its payment goes back to who sent it.
pub fn give_back(call: &Call<'_>) -> Outcome {
    let id: RemittanceId = call.asked.param("id")?;
    let position: u32 = call.asked.param("position")?;
    let reason = call.asked.form.required("reason", "Why it is not ours")?.to_owned();
    let done = call.once(|tx| Ok(post::give_back(tx, id, position, &reason)?))?;
    let text = "It is not ours: what it paid goes back, and sending it is on the list of other work.";
    call.done_once(&format!("/remittances/{id}"), &done, text)
}
