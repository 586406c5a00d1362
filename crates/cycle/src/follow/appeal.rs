//! Letters to payers: appeals of denials and requests to reopen a decision, kept as they were sent.

use claim::{AppealId, Carc, Claim, ClaimId, Money, Payer, PayerId, PayerKind};
use form::{LetterData, us_date};
use jiff::ToSpan;
use store::{Tx, appeal::AppealStatus, claim::ClaimRecord, outbox::Outgoing};
use uuid::Uuid;

use super::{DenialWork, open_denials};
use crate::CycleError;

/// Days to ask for the second level at Medicare (42 CFR 405.962).
const RECONSIDERATION_DAYS: i64 = 180;
/// How letter files begin, by purpose; a claim number and `.pdf` follow.
const APPEAL: &str = "appeal-";
const REOPENING: &str = "reopening-";

/// Opens an appeal of the denials of a claim: the next level, due by the payer's limit. One that was opened and not
/// filed is withdrawn for it: this reason stands now.
///
/// # Errors
/// [`CycleError::Refused`] when nothing of the claim is denied, a filed appeal is undecided, the days are over, or
/// without a reason.
pub fn open_appeal(tx: &mut Tx<'_>, claim_id: ClaimId, reason: &str) -> Result<AppealId, CycleError> {
    let record = store::claim::get(tx, claim_id)?;
    if reason.trim().is_empty() {
        return Err(CycleError::refused("Say in short why the decision is wrong."));
    }
    let denials = open_denials(tx, claim_id)?;
    let Some((item, first)) = denials.iter().max_by_key(|(item, _)| item.amount) else {
        return Err(CycleError::refused(format!("Claim {} has no open denial to appeal.", record.number)));
    };
    let earlier = store::appeal::of_claim(tx, claim_id)?;
    if earlier.iter().any(|appeal| appeal.status == AppealStatus::Filed) {
        return Err(CycleError::refused(format!("An appeal of claim {} is with the payer.", record.number)));
    }
    let payer = store::payer::get(tx, record.payer_id)?;
    let decided = earlier.iter().filter(|appeal| matches!(appeal.status, AppealStatus::Won | AppealStatus::Lost));
    let lost = decided.clone().filter_map(|appeal| appeal.decided_on).max();
    let days = match (payer.kind, lost) {
        (PayerKind::MedicareB, Some(_)) => RECONSIDERATION_DAYS,
        _ => i64::from(payer.appeal_limit_days),
    };
    let due_on = lost.unwrap_or(first.decided_on).saturating_add(days.days());
    if tx.today() > due_on {
        return Err(CycleError::refused(format!("The last day to appeal claim {} was {due_on}.", record.number)));
    }
    let level = u8::try_from(decided.count() + 1).unwrap_or(u8::MAX);
    for draft in earlier.iter().filter(|appeal| appeal.status == AppealStatus::Open) {
        store::appeal::decide(tx, draft.id, AppealStatus::Withdrawn, tx.today())?;
    }
    let body = serde_json::json!({ "reason": reason.trim(), "amount": at_stake(&denials) });
    let id = store::appeal::open(tx, claim_id, Some(item.id), level, due_on, &body)?;
    let text = format!("Appeal of level {level} opened, to be filed by {due_on}: {}", reason.trim());
    store::claim::event(tx, claim_id, "appeal", &text, None, &serde_json::json!({ "appeal": id }))?;
    Ok(id)
}

fn at_stake(denials: &[(store::work::WorkItem, DenialWork)]) -> Money {
    denials.iter().map(|(item, _)| item.amount).sum()
}

/// Files an open appeal: its letter is kept and put into the outbox. Returns the letter's document.
///
/// # Errors
/// [`CycleError::Refused`] after its last day; when it is not open; when the letter cannot be drawn.
pub fn file_appeal(tx: &mut Tx<'_>, id: AppealId) -> Result<Uuid, CycleError> {
    let appeal = store::appeal::get(tx, id)?;
    if tx.today() > appeal.due_on {
        return Err(CycleError::refused(format!("The last day to file this appeal was {}.", appeal.due_on)));
    }
    let record = store::claim::get(tx, appeal.claim_id)?;
    let payer = store::payer::get(tx, record.payer_id)?;
    let denials = open_denials(tx, record.id)?;
    let request = if payer.kind == PayerKind::MedicareB && appeal.level == 1 { "redetermination" } else { "appeal" };
    let refused = denials.iter().map(|(item, denial)| {
        let remarks = denial.remarks.iter().map(|remark| format!(", {}", remark.code)).collect::<String>();
        format!(
            "Line {}: {}, ${} refused as {}-{}{remarks} ({}).",
            denial.line, denial.procedure, item.amount, denial.group, denial.carc, denial.text
        )
    });
    let reason = appeal.body.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default();
    let mut paragraphs = vec![format!("We ask for a {request} of your decision on this claim.")];
    paragraphs.extend(refused);
    paragraphs.push(reason.to_owned());
    paragraphs.push(format!("Please pay the ${} that was refused.", at_stake(&denials)));
    let draft = Draft {
        subject: format!("Request for {request}"),
        paragraphs,
        enclosures: vec!["Claim as sent".into(), "Remittance advice".into(), "Clinical note of the visit".into()],
        prefix: APPEAL,
    };
    let sent = store::claim::latest(tx, record.id)?.claim;
    let document = send(tx, &record, &payer, &sent, draft)?;
    store::appeal::file(tx, id, tx.today(), document)?;
    let text = format!("Appeal of level {} filed with {}.", appeal.level, payer.name);
    store::claim::event(tx, record.id, "appeal", &text, Some(document), &serde_json::json!({ "appeal": id }))?;
    Ok(document)
}

/// The letter that asks for a clerical reopening.
pub(super) fn reopening_letter(
    tx: &mut Tx<'_>,
    record: &ClaimRecord,
    payer: &Payer,
    sent: &Claim,
    corrected: &Claim,
    reason: &str,
) -> Result<Uuid, CycleError> {
    let mut paragraphs =
        vec!["We ask you to reopen your decision on this claim to correct a clerical error.".to_owned()];
    for (before, after) in sent.lines.iter().zip(&corrected.lines).filter(|(before, after)| before != after) {
        paragraphs.push(format!("Line {}: we sent {}, correct is {}.", before.number, told(before), told(after)));
    }
    if sent.diagnoses != corrected.diagnoses {
        let listed = |claim: &Claim| claim.diagnoses.iter().map(claim::DiagnosisCode::dotted).collect::<Vec<_>>();
        paragraphs.push(format!(
            "Diagnoses: we sent {}, correct is {}.",
            listed(sent).join(", "),
            listed(corrected).join(", ")
        ));
    }
    paragraphs.push(reason.to_owned());
    let draft = Draft {
        subject: "Request for clerical error reopening".into(),
        paragraphs,
        enclosures: vec!["Claim as corrected".into(), "Remittance advice".into()],
        prefix: REOPENING,
    };
    send(tx, record, payer, corrected, draft)
}

fn told(line: &claim::ServiceLine) -> String {
    let modifiers: String = line.modifiers.iter().map(|modifier| format!("-{modifier}")).collect();
    format!("{}{modifiers} (units: {})", line.procedure, line.units)
}

struct Draft {
    subject: String,
    paragraphs: Vec<String>,
    enclosures: Vec<String>,
    prefix: &'static str,
}

/// Draws the letter, keeps it and puts it into the outbox.
fn send(tx: &mut Tx<'_>, record: &ClaimRecord, payer: &Payer, sent: &Claim, draft: Draft) -> Result<Uuid, CycleError> {
    let client = store::client::current(tx)?;
    let facts = [
        ("Patient", record.patient_name.full()),
        ("Member", sent.member.member_id.clone()),
        ("Claim", record.number.clone()),
        ("Your claim number", record.payer_control_number.clone().unwrap_or_default()),
        ("Date of service", us_date(record.served_on)),
        ("Decided on", record.decided_on.map(us_date).unwrap_or_default()),
        ("Charge", format!("${}", record.charge)),
    ];
    let data = LetterData {
        sender_name: client.billing.name.clone(),
        sender_address: client.billing.address.clone(),
        recipient_name: payer.name.clone(),
        recipient_address: payer.address.clone(),
        on: tx.today(),
        subject: draft.subject,
        facts: facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        paragraphs: draft.paragraphs,
        enclosures: draft.enclosures,
        signed_by: format!("Billing office, {}", client.billing.name),
    };
    let bytes = form::letter(&data).map_err(|e| CycleError::Form(e.to_string()))?;
    let name = format!("{}{}.pdf", draft.prefix, record.number);
    let document = store::document::keep(tx, "letter", &name, &bytes)?.document.id;
    store::outbox::add(tx, &payer.payer_number, &name, document)?;
    Ok(document)
}

/// What a letter asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterPurpose {
    /// To set denials aside, for these reasons.
    Appeal(Vec<Carc>),
    /// To decide the claim again, as it is corrected in the enclosure.
    Reopening(Box<Claim>),
}

/// A letter on its way to a payer, in the payer's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it asks for.
    pub purpose: LetterPurpose,
    /// About which claim.
    pub claim_id: ClaimId,
    /// To whom.
    pub payer_id: PayerId,
    /// The payer's number of the claim.
    pub payer_control_number: String,
}

/// What an outgoing file asks a payer for, when it is a letter of ours: the one who carries it to a built-in payer
/// tells that payer so, for nobody there reads PDF.
///
/// # Errors
/// When the store refuses.
pub fn letter_of(tx: &mut Tx<'_>, outgoing: &Outgoing) -> Result<Option<Letter>, CycleError> {
    let named = |prefix: &str| outgoing.file_name.strip_prefix(prefix)?.strip_suffix(".pdf");
    let (appeal, reopening) = (named(APPEAL), named(REOPENING));
    let Some(number) = appeal.or(reopening) else { return Ok(None) };
    let Some(record) = store::claim::by_number(tx, number)? else { return Ok(None) };
    let Some(payer_control_number) = record.payer_control_number.clone() else { return Ok(None) };
    let purpose = if appeal.is_some() {
        let denials = open_denials(tx, record.id)?;
        LetterPurpose::Appeal(denials.into_iter().filter_map(|(_, denial)| Carc::new(&denial.carc).ok()).collect())
    } else {
        LetterPurpose::Reopening(Box::new(store::claim::latest(tx, record.id)?.claim))
    };
    Ok(Some(Letter { purpose, claim_id: record.id, payer_id: record.payer_id, payer_control_number }))
}
