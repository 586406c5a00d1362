//! Files sent to payers, the claims in them, and the answers that came before money.

use claim::{Ack, ClaimId, ClientId, Money};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT s.client_id, s.id, s.document_id, s.partner, s.file_name, s.interchange_control, s.group_control, \
             s.reference, s.claims_count, s.charge_cents, s.sent_at FROM submission s WHERE ",
            in_scope!("s"),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO submission (client_id, id, document_id, partner, file_name, interchange_control, \
              group_control, reference, claims_count, charge_cents, sent_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ADD_CLAIM = "INSERT INTO submission_claim (client_id, submission_id, claim_id, claim_version, transaction_control) \
                 VALUES ($1, $2, $3, $4, $5)";
    GET = columns!(" AND s.id = $2");
    BY_INTERCHANGE = columns!(" AND s.interchange_control = $2");
    BY_GROUP = columns!(" AND s.group_control = $2 ORDER BY s.id DESC");
    BY_REFERENCE = columns!(" AND s.reference = $2 ORDER BY s.id DESC");
    LIST = columns!(" ORDER BY s.id DESC LIMIT $2 OFFSET $3");
    OF_CLAIM = columns!(" AND EXISTS (SELECT 1 FROM submission_claim m WHERE m.client_id = s.client_id \
                         AND m.submission_id = s.id AND m.claim_id = $2) ORDER BY s.id");
    CLAIMS = concat!("SELECT claim_id, claim_version, transaction_control FROM submission_claim WHERE ", in_scope!(),
                     " AND submission_id = $2 ORDER BY transaction_control, claim_id");
    KEEP_ACK = "INSERT INTO ack (client_id, id, document_id, submission_id, kind, is_accepted, body, received_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ACKS = concat!("SELECT id, document_id, submission_id, is_accepted, body, received_at FROM ack WHERE ", in_scope!(),
                   " AND submission_id = $2 ORDER BY id");
}

/// A file that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: Uuid,
    /// Its frozen bytes.
    pub document_id: Uuid,
    /// To whom: the partner's folder name.
    pub partner: String,
    /// File name.
    pub file_name: String,
    /// ISA13.
    pub interchange_control: String,
    /// GS06.
    pub group_control: String,
    /// BHT03, which a 277CA answers.
    pub reference: String,
    /// Claims in it.
    pub claims_count: u32,
    /// Their charges.
    pub charge: Money,
    /// When.
    pub sent_at: Timestamp,
}

/// A claim in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittedClaim {
    /// Which claim.
    pub claim_id: ClaimId,
    /// In which version.
    pub version: u32,
    /// ST02 of its transaction set.
    pub transaction_control: String,
}

/// An answer that came for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AckRecord {
    /// Our record.
    pub id: Uuid,
    /// The file it came in.
    pub document_id: Uuid,
    /// The file it answers, when known.
    pub submission_id: Option<Uuid>,
    /// False when anything was refused.
    pub is_accepted: bool,
    /// The answer.
    pub ack: Ack,
    /// When.
    pub received_at: Timestamp,
}

fn read(row: &mut Row) -> Result<Submission> {
    Ok(Submission {
        client_id: row.get()?,
        id: row.get()?,
        document_id: row.get()?,
        partner: row.get()?,
        file_name: row.get()?,
        interchange_control: row.get()?,
        group_control: row.get()?,
        reference: row.get()?,
        claims_count: row.get()?,
        charge: row.get()?,
        sent_at: row.get()?,
    })
}

/// Records a file as it went out, with its claims.
pub fn insert(tx: &mut Tx<'_>, submission: &Submission, claims: &[SubmittedClaim]) -> Result<()> {
    let owner = tx.owner()?;
    let params = params![
        &owner,
        submission.id,
        submission.document_id,
        &submission.partner,
        &submission.file_name,
        &submission.interchange_control,
        &submission.group_control,
        &submission.reference,
        submission.claims_count,
        submission.charge,
        submission.sent_at,
    ];
    tx.execute(INSERT, params)?;
    for sent in claims {
        let params = params![&owner, submission.id, sent.claim_id, sent.version, &sent.transaction_control];
        tx.execute(ADD_CLAIM, params)?;
    }
    let detail = (&submission.interchange_control, submission.claims_count, submission.charge);
    tx.audit("submission.insert", "submission", submission.id, &detail)
}

/// One file.
pub fn get(tx: &mut Tx<'_>, id: Uuid) -> Result<Submission> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("submission", id))?;
    read(&mut row)
}

/// The file of an interchange control number (a TA1 names it).
pub fn by_interchange(tx: &mut Tx<'_>, control: &str) -> Result<Option<Submission>> {
    let params = params![tx.clients(), control];
    tx.row(BY_INTERCHANGE, params)?.as_mut().map(read).transpose()
}

/// The newest file with a group control number (a 999 names it).
pub fn by_group(tx: &mut Tx<'_>, control: &str) -> Result<Option<Submission>> {
    let params = params![tx.clients(), control];
    tx.row(BY_GROUP, params)?.as_mut().map(read).transpose()
}

/// The newest file with a batch reference (a 277CA names it).
pub fn by_reference(tx: &mut Tx<'_>, reference: &str) -> Result<Option<Submission>> {
    let params = params![tx.clients(), reference];
    tx.row(BY_REFERENCE, params)?.as_mut().map(read).transpose()
}

/// Files in scope, newest first.
pub fn list(tx: &mut Tx<'_>, limit: u32, offset: u32) -> Result<Vec<Submission>> {
    let params = params![tx.clients(), limit, offset];
    tx.list(LIST, params, read)
}

/// The files a claim went out in, in order.
pub fn of_claim(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<Submission>> {
    let params = params![tx.clients(), id];
    tx.list(OF_CLAIM, params, read)
}

/// The claims of a file.
pub fn claims(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<SubmittedClaim>> {
    let params = params![tx.clients(), id];
    tx.list(CLAIMS, params, |row| {
        Ok(SubmittedClaim { claim_id: row.get()?, version: row.get()?, transaction_control: row.get()? })
    })
}

/// Keeps an answer, tied to the file it answers where that is known.
pub fn keep_ack(tx: &mut Tx<'_>, document_id: Uuid, submission_id: Option<Uuid>, ack: &Ack) -> Result<Uuid> {
    let id: Uuid = tx.new_id()?;
    let (kind, is_accepted) = match ack {
        Ack::Interchange(a) => ("ta1", a.code != 'R'),
        Ack::Transaction(a) => ("999", a.code != 'R'),
        Ack::Claims(batch) => ("277ca", batch.claims.iter().all(|c| c.is_accepted)),
    };
    let params = params![tx.owner()?, id, document_id, submission_id, kind, is_accepted, to_json(ack)?, tx.now()];
    tx.execute(KEEP_ACK, params)?;
    tx.audit("ack.keep", "ack", id, &(kind, is_accepted))?;
    Ok(id)
}

/// The answers to a file, in order.
pub fn acks(tx: &mut Tx<'_>, submission_id: Uuid) -> Result<Vec<AckRecord>> {
    let params = params![tx.clients(), submission_id];
    tx.list(ACKS, params, |row| {
        Ok(AckRecord {
            id: row.get()?,
            document_id: row.get()?,
            submission_id: row.get()?,
            is_accepted: row.get()?,
            ack: row.json()?,
            received_at: row.get()?,
        })
    })
}
