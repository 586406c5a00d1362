//! Submission: ready claims become one 837P file, frozen as it goes out.

use claim::{ClaimId, ClaimStatus, Money, PayerId};
use exchange::{Controls, Party};
use jiff::tz::TimeZone;
use serde_json::json;
use store::{
    Tx,
    claim::{ClaimFilter, ClaimOrder},
    submission::{Submission, SubmittedClaim},
};
use uuid::Uuid;

use crate::CycleError;

/// Claims of one file; a payer's limit, and what one person can still look through.
pub const CLAIMS_PER_FILE_MAX: u32 = 5_000;

/// A file as it waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// The submission's record.
    pub submission: Uuid,
    /// Its frozen bytes.
    pub document: Uuid,
    /// File name.
    pub name: String,
    /// The partner's folder.
    pub partner: String,
    /// Claims in it.
    pub claims: usize,
}

/// The ready claims of the client, by payer in the order of payers.
///
/// # Errors
/// When the store refuses.
pub fn ready(tx: &mut Tx<'_>) -> Result<Vec<(PayerId, Vec<ClaimId>)>, CycleError> {
    let mut by_payer = Vec::new();
    for payer in store::payer::list(tx)? {
        let filter =
            ClaimFilter { status: Some(ClaimStatus::Ready), payer_id: Some(payer.id), ..ClaimFilter::default() };
        let mut claims = store::claim::list(tx, &filter, ClaimOrder::FileBy, CLAIMS_PER_FILE_MAX, 0)?;
        claims.sort_by(|a, b| a.number.cmp(&b.number));
        if !claims.is_empty() {
            by_payer.push((payer.id, claims.into_iter().map(|claim| claim.id).collect()));
        }
    }
    Ok(by_payer)
}

/// Writes ready claims of one payer to a file, checks the file as its receiver will, and puts it into the outbox;
/// the claims are on their way.
///
/// Scope: one client. `interchange` is ISA13, used once ([`crate::number::next_interchange`]).
///
/// # Errors
/// [`CycleError::Refused`] when a claim is not ready or another payer's, or when the file would not pass;
/// [`CycleError::Exchange`] names the claim and the field that does not fit a file.
pub fn send(
    tx: &mut Tx<'_>,
    submitter: &Party,
    payer_id: PayerId,
    claims: &[ClaimId],
    interchange: u32,
) -> Result<SentFile, CycleError> {
    let payer = store::payer::get(tx, payer_id)?;
    let client = store::client::current(tx)?;
    let mut records = Vec::new();
    let mut bodies = Vec::new();
    for id in claims {
        let record = store::claim::get(tx, *id)?;
        if record.payer_id != payer_id || record.status != ClaimStatus::Ready {
            return Err(CycleError::refused(format!(
                "claim {} for {} is {}: only ready claims of one payer go into a file",
                record.number,
                record.payer_name,
                record.status.label().to_lowercase()
            )));
        }
        bodies.push(store::claim::latest(tx, *id)?.claim);
        records.push(record);
    }
    let controls = Controls {
        interchange,
        group: interchange,
        transaction: 1,
        at: TimeZone::UTC.to_datetime(tx.now()),
        usage: if tx.is_demo() { 'T' } else { 'P' },
        reference: format!("{}{interchange:09}", client.code),
    };
    let receiver = Party { name: payer.name.clone(), id: payer.payer_number.clone(), ..Party::default() };
    let bytes = exchange::write_837p(&bodies, submitter, &receiver, &controls)?;
    let envelope = inspected(&bytes)?;
    let name = format!("{}-{interchange:09}.837", payer.payer_number);
    let document = store::document::keep(tx, "837", &name, &bytes)?.document.id;
    let transactions: Vec<String> = exchange::read_837p(&bytes)?
        .into_iter()
        .flat_map(|batch| batch.claims)
        .map(|received| received.transaction_control)
        .collect();
    let submitted: Vec<SubmittedClaim> = records
        .iter()
        .zip(transactions)
        .map(|(record, transaction_control)| SubmittedClaim {
            claim_id: record.id,
            version: record.version,
            transaction_control,
        })
        .collect();
    if submitted.len() != records.len() {
        return Err(CycleError::refused("the file does not hold every claim when read back: nothing was sent"));
    }
    let submission = Submission {
        client_id: client.id,
        id: tx.new_id()?,
        document_id: document,
        partner: payer.payer_number.clone(),
        file_name: name.clone(),
        interchange_control: envelope.0,
        group_control: envelope.1,
        reference: controls.reference,
        claims_count: u32::try_from(records.len()).unwrap_or(u32::MAX),
        charge: bodies.iter().map(claim::Claim::charge).sum::<Money>(),
        sent_at: tx.now(),
    };
    store::submission::insert(tx, &submission, &submitted)?;
    store::outbox::add(tx, &payer.payer_number, &name, document)?;
    for record in &records {
        let text = format!("Sent to {} in {name}", payer.name);
        store::claim::set_status(tx, record.id, ClaimStatus::Submitted, &text, Some(document))?;
        store::claim::event(tx, record.id, "submitted", &text, Some(document), &json!({ "version": record.version }))?;
    }
    Ok(SentFile { submission: submission.id, document, name, partner: payer.payer_number, claims: records.len() })
}

/// The file's ISA13 and GS06, once it passes syntax, guide and balance (SNIP 1 to 3).
fn inspected(bytes: &[u8]) -> Result<(String, String), CycleError> {
    let report = x12::validate(bytes, &x12::Options { snip: 3, ..x12::Options::default() });
    if let Some(finding) = report.findings.iter().find(|finding| finding.severity == x12::Severity::Error) {
        return Err(CycleError::refused(format!(
            "the file would not pass: {} ({}, segment {} at byte {})",
            finding.message, finding.rule, finding.segment, finding.offset
        )));
    }
    let interchange = report.interchanges.first();
    let group = interchange.and_then(|interchange| interchange.groups.first());
    interchange
        .zip(group)
        .map(|(interchange, group)| (interchange.control.clone(), group.control.clone()))
        .ok_or_else(|| CycleError::refused("the file holds no group of claims: nothing was sent"))
}
