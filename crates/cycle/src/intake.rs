//! Intake: whatever a partner sends is kept, read by what it is, and joined to what it answers.

use claim::{Ack, ClaimAck, ClaimAckBatch, ClaimId, ClaimStatus, StatusCode, TransactionAck};
use codes::Library;
use exchange::FileKind;
use serde_json::json;
use store::{Role, Tx, submission::Submission, work::NewWorkItem};
use uuid::Uuid;

use crate::{
    CycleError,
    post::{self, PostedRemittance},
    verify::{self, Heard},
};

/// The kind of work a refused claim makes.
pub const REJECTION: &str = "rejection";

/// What taking a file in did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    /// The document it is kept as.
    pub document: Uuid,
    /// What it is, for people.
    pub kind: String,
    /// False when the same bytes were taken in before: nothing was added.
    pub is_new: bool,
    /// Claims a payer or its front door accepted.
    pub accepted: usize,
    /// Claims refused.
    pub rejected: usize,
    /// Answers to nothing this client sent, in words.
    pub strays: Vec<String>,
    /// What became of remittances.
    pub remittances: Vec<PostedRemittance>,
    /// What a 271 said.
    pub eligibility: Option<Heard>,
}

/// Takes a file in.
///
/// Scope: one client. The same file again adds nothing.
///
/// # Errors
/// [`CycleError::Exchange`] says where the file cannot be read; [`CycleError::Refused`] when it is not one that comes
/// in, such as our own 837. Nothing is kept then but what the caller has.
pub fn take_in(tx: &mut Tx<'_>, library: &Library, file_name: &str, bytes: &[u8]) -> Result<Intake, CycleError> {
    let kind = match exchange::kind_of(bytes) {
        Some(kind) => kind,
        None => return Err(unknown(file_name, bytes)),
    };
    let mut intake = Intake { kind: kind.label().to_owned(), ..Intake::default() };
    match kind {
        FileKind::Acknowledgements => {
            let acks = exchange::read_acks(bytes)?;
            let kept = store::document::keep(tx, "ack", file_name, bytes)?;
            intake.document = kept.document.id;
            intake.is_new = kept.is_new;
            for ack in acks.iter().filter(|_| kept.is_new) {
                acknowledge(tx, library, kept.document.id, ack, &mut intake)?;
            }
        }
        FileKind::Remittances => {
            let remittances = exchange::read_835(bytes)?;
            let kept = store::document::keep(tx, "835", file_name, bytes)?;
            intake.document = kept.document.id;
            intake.is_new = kept.is_new;
            intake.remittances = post::take_in(tx, library, kept.document.id, &remittances)?;
        }
        FileKind::EligibilityAnswers => {
            let heard = verify::hear(tx, file_name, bytes)?;
            intake.document = heard.document;
            intake.is_new = !heard.answers.is_empty();
            intake.eligibility = Some(heard);
        }
        other => {
            return Err(CycleError::refused(format!(
                "{file_name} holds {}: only acknowledgements, remittances and eligibility answers come in here",
                other.label()
            )));
        }
    }
    Ok(intake)
}

/// Says why a file is none of ours: the reader's own words when it is not X12 at all or was cut.
fn unknown(file_name: &str, bytes: &[u8]) -> CycleError {
    match exchange::read_835(bytes) {
        Err(error) => CycleError::Exchange(error),
        Ok(_) => CycleError::refused(format!("{file_name} mixes files of several kinds: send each kind by itself")),
    }
}

fn acknowledge(
    tx: &mut Tx<'_>,
    library: &Library,
    document: Uuid,
    ack: &Ack,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    let submission = match ack {
        Ack::Interchange(ack) => store::submission::by_interchange(tx, &ack.interchange_control)?,
        Ack::Transaction(ack) => store::submission::by_group(tx, &ack.group_control)?,
        Ack::Claims(batch) => store::submission::by_reference(tx, &batch.batch_reference)?,
    };
    store::submission::keep_ack(tx, document, submission.as_ref().map(|submission| submission.id), ack)?;
    let Some(submission) = submission else {
        intake.strays.push(format!("{} answers no file of this client", describe(ack)));
        return Ok(());
    };
    match ack {
        Ack::Interchange(ack) if ack.code == 'R' => {
            let why = format!("TA1: the interchange was refused (note {})", ack.note);
            for claim in store::submission::claims(tx, submission.id)? {
                reject(tx, claim.claim_id, &why, document, "ta1", intake)?;
            }
        }
        Ack::Interchange(ack) => {
            let text = format!("TA1: interchange {} taken", ack.interchange_control);
            for claim in store::submission::claims(tx, submission.id)? {
                store::claim::event(tx, claim.claim_id, "ta1", &text, Some(document), &json!({}))?;
            }
        }
        Ack::Transaction(ack) => transaction(tx, &submission, ack, document, intake)?,
        Ack::Claims(batch) => claims(tx, library, &submission, batch, document, intake)?,
    }
    Ok(())
}

fn describe(ack: &Ack) -> String {
    match ack {
        Ack::Interchange(ack) => format!("TA1 for interchange {}", ack.interchange_control),
        Ack::Transaction(ack) => format!("999 for group {} set {}", ack.group_control, ack.transaction_control),
        Ack::Claims(batch) => format!("277CA for batch {}", batch.batch_reference),
    }
}

/// A 999: refused when its code is R, M, W or X (IK501), else the set passed.
fn transaction(
    tx: &mut Tx<'_>,
    submission: &Submission,
    ack: &TransactionAck,
    document: Uuid,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    let is_refused = !matches!(ack.code, 'A' | 'E' | 'P');
    // A 999 without AK2 speaks of the whole group.
    let is_meant = |control: &str| ack.transaction_control.is_empty() || control == ack.transaction_control;
    for claim in store::submission::claims(tx, submission.id)? {
        if !is_meant(&claim.transaction_control) {
            continue;
        }
        if is_refused {
            let why = format!("999: the file was refused: {}", ack.errors.join("; "));
            reject(tx, claim.claim_id, &why, document, "999", intake)?;
        } else {
            advance(tx, claim.claim_id, ClaimStatus::Acknowledged, "999: the file passed", document, "999")?;
        }
    }
    Ok(())
}

fn claims(
    tx: &mut Tx<'_>,
    library: &Library,
    submission: &Submission,
    batch: &ClaimAckBatch,
    document: Uuid,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    let sent = store::submission::claims(tx, submission.id)?;
    for answer in &batch.claims {
        let why = sentence(library, answer);
        if answer.control_number.is_empty() {
            for claim in sent.iter().filter(|_| !answer.is_accepted) {
                reject(tx, claim.claim_id, &why, document, "277ca", intake)?;
            }
            continue;
        }
        let claim = store::claim::by_number(tx, &answer.control_number)?
            .filter(|record| sent.iter().any(|claim| claim.claim_id == record.id));
        let Some(claim) = claim else {
            intake.strays.push(format!("277CA answers claim {}, which was not in the file", answer.control_number));
            continue;
        };
        if answer.is_accepted {
            intake.accepted += 1;
            advance(tx, claim.id, ClaimStatus::Accepted, &why, document, "277ca")?;
            if let Some(number) = &answer.payer_control_number {
                store::claim::set_payer_control_number(tx, claim.id, number)?;
            }
        } else {
            reject(tx, claim.id, &why, document, "277ca", intake)?;
        }
    }
    Ok(())
}

/// `277CA A7:562 the identifier of the provider …` in our own words.
fn sentence(library: &Library, answer: &ClaimAck) -> String {
    let mut parts = Vec::new();
    for StatusCode { category, status, entity } in &answer.statuses {
        let category_text = library.status_category(category).map(|s| s.text.as_str()).unwrap_or_default();
        let text = library.claim_status(status).map(|s| s.text.as_str()).unwrap_or_default();
        let entity = if entity.is_empty() { String::new() } else { format!(":{entity}") };
        parts.push(format!("{category}:{status}{entity} {category_text}: {text}"));
    }
    format!("277CA {}", parts.join("; "))
}

/// Moves a claim on where the answer says something new; a later answer may have come first.
fn advance(
    tx: &mut Tx<'_>,
    id: ClaimId,
    next: ClaimStatus,
    text: &str,
    document: Uuid,
    kind: &str,
) -> Result<(), CycleError> {
    store::claim::event(tx, id, kind, text, Some(document), &json!({}))?;
    if store::claim::get(tx, id)?.status.may_become(next) {
        store::claim::set_status(tx, id, next, text, Some(document))?;
    }
    Ok(())
}

/// A claim nobody decided: it is fixed and sent again as an original, by somebody.
fn reject(
    tx: &mut Tx<'_>,
    id: ClaimId,
    why: &str,
    document: Uuid,
    kind: &str,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    intake.rejected += 1;
    advance(tx, id, ClaimStatus::Rejected, why, document, kind)?;
    let record = store::claim::get(tx, id)?;
    let open = store::work::of_subject(tx, "claim", id)?;
    if open.iter().any(|item| item.kind == REJECTION && item.done_at.is_none()) {
        return Ok(());
    }
    let new = NewWorkItem {
        kind: REJECTION,
        owner: Role::Biller,
        subject: ("claim", id.to_string()),
        title: format!("{}: {why}", record.number),
        amount: record.charge,
        due_on: Some(record.file_by),
    };
    store::work::open(tx, &new, &json!({ "number": record.number, "why": why, "document": document }))?;
    Ok(())
}
