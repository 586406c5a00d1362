//! Intake: whatever a partner sends is kept, read by what it is, and joined to what it answers.

use claim::{Ack, ClaimAck, ClaimAckBatch, ClaimStatus, StatusCode, TransactionAck};
use codes::Library;
use exchange::FileKind;
use serde_json::json;
use store::{
    Role, Tx,
    submission::{Submission, SubmittedClaim},
    work::NewWorkItem,
};
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
    /// Numbers of the visits that have a draft now.
    pub drafts: Vec<String>,
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
            let senders = senders(bytes)?;
            for ack in acks.iter().filter(|_| kept.is_new) {
                acknowledge(tx, library, kept.document.id, &senders, ack, &mut intake)?;
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

/// Who wrote a file (ISA06, GS02).
fn senders(bytes: &[u8]) -> Result<Vec<String>, CycleError> {
    Ok(verify::envelopes(bytes)?.into_iter().map(|(sender, _)| sender).collect())
}

/// A file of ours and the document that answers it.
struct Answer<'a> {
    submission: &'a Submission,
    document: Uuid,
    /// `ta1`, `999` or `277ca`.
    kind: &'static str,
}

fn acknowledge(
    tx: &mut Tx<'_>,
    library: &Library,
    document: Uuid,
    senders: &[String],
    ack: &Ack,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    let (kind, named) = match ack {
        Ack::Interchange(ack) => ("ta1", store::submission::by_interchange(tx, &ack.interchange_control)?),
        Ack::Transaction(ack) => ("999", store::submission::by_group(tx, &ack.group_control)?),
        Ack::Claims(batch) => ("277ca", store::submission::by_reference(tx, &batch.batch_reference)?),
    };
    // Everybody counts from one: a number means our file only when it comes from whom we sent the file to.
    let submission = named.filter(|submission| senders.contains(&submission.partner));
    store::submission::keep_ack(tx, document, submission.as_ref().map(|submission| submission.id), ack)?;
    let Some(submission) = submission else {
        let from = senders.first().map_or("", String::as_str);
        intake.strays.push(format!("{} of {from} answers no file this client sent there", describe(ack)));
        return Ok(());
    };
    let answer = Answer { submission: &submission, document, kind };
    match ack {
        Ack::Interchange(ack) if ack.code == 'R' => {
            let why = format!("TA1: the interchange was refused (note {})", ack.note);
            for claim in store::submission::claims(tx, submission.id)? {
                reject(tx, &answer, &claim, &why, intake)?;
            }
        }
        Ack::Interchange(ack) => {
            let text = format!("TA1: interchange {} taken", ack.interchange_control);
            for claim in store::submission::claims(tx, submission.id)? {
                store::claim::event(tx, claim.claim_id, "ta1", &text, Some(document), &json!({}))?;
            }
        }
        Ack::Transaction(ack) => transaction(tx, &answer, ack, intake)?,
        Ack::Claims(batch) => claims(tx, library, &answer, batch, intake)?,
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

/// A 999: refused when its code is R, M, W or X (IK501), else the set passed. A group taken in part without saying which
/// of its sets decides nothing: sent again, those that were taken would come twice.
fn transaction(
    tx: &mut Tx<'_>,
    answer: &Answer<'_>,
    ack: &TransactionAck,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    for claim in store::submission::claims(tx, answer.submission.id)? {
        let is_meant = match ack.transaction_control.as_str() {
            // Every set that the file did not name before.
            "" => !store::claim::events(tx, claim.claim_id)?
                .iter()
                .any(|event| event.kind == answer.kind && event.document_id == Some(answer.document)),
            control => control == claim.transaction_control,
        };
        if !is_meant {
            continue;
        }
        if ack.code == 'P' {
            let text = "999: the file was taken in part, without saying which claims: ask the payer";
            store::claim::event(tx, claim.claim_id, answer.kind, text, Some(answer.document), &json!({}))?;
            intake.strays.push(format!("{} was taken in part, without saying which", answer.submission.file_name));
        } else if ack.code == 'R' {
            let why = format!("999: the file was refused: {}", ack.errors.join("; "));
            reject(tx, answer, &claim, &why, intake)?;
        } else {
            advance(tx, answer, &claim, ClaimStatus::Acknowledged, "999: the file passed")?;
        }
    }
    Ok(())
}

fn claims(
    tx: &mut Tx<'_>,
    library: &Library,
    answer: &Answer<'_>,
    batch: &ClaimAckBatch,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    let sent = store::submission::claims(tx, answer.submission.id)?;
    for ack in &batch.claims {
        let why = sentence(library, ack);
        if ack.control_number.is_empty() {
            for claim in sent.iter().filter(|_| !ack.is_accepted) {
                reject(tx, answer, claim, &why, intake)?;
            }
            continue;
        }
        let named = store::claim::by_number(tx, &ack.control_number)?;
        let Some(claim) = sent.iter().find(|claim| named.as_ref().is_some_and(|record| record.id == claim.claim_id))
        else {
            intake.strays.push(format!("277CA answers claim {}, which was not in the file", ack.control_number));
            continue;
        };
        if !ack.is_accepted {
            reject(tx, answer, claim, &why, intake)?;
        } else if advance(tx, answer, claim, ClaimStatus::Accepted, &why)? != Effect::Outdated {
            intake.accepted += 1;
            if let Some(number) = &ack.payer_control_number {
                store::claim::set_payer_control_number(tx, claim.claim_id, number)?;
            }
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

/// What an answer did to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It moved on.
    Moved,
    /// A later answer came first, or the same one came twice: nothing new.
    Stood,
    /// The claim went out again since: the answer is about what was sent before.
    Outdated,
}

/// Moves a claim on where the answer says something new about what was sent last; every answer is noted.
fn advance(
    tx: &mut Tx<'_>,
    answer: &Answer<'_>,
    claim: &SubmittedClaim,
    next: ClaimStatus,
    text: &str,
) -> Result<Effect, CycleError> {
    // Control numbers count up, whatever the clock does.
    let files = store::submission::of_claim(tx, claim.claim_id)?;
    let last = files.into_iter().max_by(|a, b| a.interchange_control.cmp(&b.interchange_control));
    if last.is_some_and(|last| last.id != answer.submission.id) {
        let file = &answer.submission.file_name;
        let text = format!("{text} (of version {} in {file}; sent again since, so nothing changes)", claim.version);
        store::claim::event(tx, claim.claim_id, answer.kind, &text, Some(answer.document), &json!({}))?;
        return Ok(Effect::Outdated);
    }
    store::claim::event(tx, claim.claim_id, answer.kind, text, Some(answer.document), &json!({}))?;
    if !store::claim::get(tx, claim.claim_id)?.status.may_become(next) {
        return Ok(Effect::Stood);
    }
    store::claim::set_status(tx, claim.claim_id, next, text, Some(answer.document))?;
    Ok(Effect::Moved)
}

/// A claim nobody decided: it is fixed and sent again as an original, by somebody.
fn reject(
    tx: &mut Tx<'_>,
    answer: &Answer<'_>,
    claim: &SubmittedClaim,
    why: &str,
    intake: &mut Intake,
) -> Result<(), CycleError> {
    if advance(tx, answer, claim, ClaimStatus::Rejected, why)? != Effect::Moved {
        return Ok(());
    }
    intake.rejected += 1;
    let record = store::claim::get(tx, claim.claim_id)?;
    let new = NewWorkItem {
        kind: REJECTION,
        owner: Role::Biller,
        subject: ("claim", record.id.to_string()),
        title: format!("{}: {why}", record.number),
        amount: record.charge,
        due_on: Some(record.file_by),
    };
    store::work::open(tx, &new, &json!({ "number": record.number, "why": why, "document": answer.document }))?;
    Ok(())
}
