//! Claims: where each stands, its frozen versions, and everything that happened to it.

use claim::{
    ChargeId, Claim, ClaimId, ClaimStatus, Cleanliness, ClientId, Coverage, CoverageId, EncounterId, Finding,
    Frequency, Money, PatientId, PayerId, PayerSequence, PersonName,
};
use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, filter, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT c.client_id, c.id, c.number, c.status, c.sequence, c.frequency, c.encounter_id, c.patient_id, \
             c.payer_id, c.coverage_id, c.follows_id, c.served_on, c.file_by, c.charge_cents, c.expected_cents, \
             c.paid_cents, c.version, c.payer_control_number, c.created_at, c.submitted_on, c.decided_on, p.body, \
             y.name FROM claim c JOIN patient p ON p.client_id = c.client_id AND p.id = c.patient_id \
             JOIN payer y ON y.id = c.payer_id WHERE ",
            in_scope!("c"),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO claim (client_id, id, number, status, sequence, frequency, encounter_id, patient_id, payer_id, \
              coverage_id, follows_id, served_on, file_by, charge_cents, expected_cents, paid_cents, version, created_at) \
              VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, $15)";
    ADD_LINE = "INSERT INTO claim_line (client_id, claim_id, line, charge_id) VALUES ($1, $2, $3, $4)";
    LINES = concat!("SELECT line, charge_id FROM claim_line WHERE ", in_scope!(), " AND claim_id = $2 ORDER BY line");
    ADD_VERSION = "INSERT INTO claim_version (client_id, claim_id, version, body, findings, cleanliness, reason, actor, \
                   at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    TO_VERSION = "UPDATE claim SET version = $3, charge_cents = $4 WHERE client_id = $1 AND id = $2";
    VERSIONS = concat!("SELECT version, body, findings, cleanliness, reason, actor, at FROM claim_version WHERE ",
                       in_scope!(), " AND claim_id = $2 ORDER BY version DESC");
    VERSION = concat!("SELECT version, body, findings, cleanliness, reason, actor, at FROM claim_version WHERE ",
                      in_scope!(), " AND claim_id = $2 AND version = $3");
    SET_STATUS = "UPDATE claim SET status = $3 WHERE client_id = $1 AND id = $2";
    SET_SUBMITTED = "UPDATE claim SET submitted_on = COALESCE(submitted_on, $3) WHERE client_id = $1 AND id = $2";
    SET_EXPECTED = "UPDATE claim SET expected_cents = $3 WHERE client_id = $1 AND id = $2";
    SET_PAYER_NUMBER = "UPDATE claim SET payer_control_number = $3 WHERE client_id = $1 AND id = $2";
    ADD_PAYMENT = "UPDATE claim SET paid_cents = paid_cents + $3, decided_on = $4, payer_control_number = $5 \
                   WHERE client_id = $1 AND id = $2";
    ADD_EVENT = "INSERT INTO claim_event (client_id, id, claim_id, at, actor, kind, text, document_id, detail) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    EVENTS = concat!("SELECT id, at, actor, kind, text, document_id, detail FROM claim_event WHERE ", in_scope!(),
                     " AND claim_id = $2 ORDER BY id");
    GET = columns!(" AND c.id = $2");
    BY_NUMBER = columns!(" AND c.number = $2");
    OF_ENCOUNTER = columns!(" AND c.encounter_id = $2 ORDER BY c.created_at, c.number");
    OF_COVERAGE = columns!(" AND c.patient_id = $2 AND c.coverage_id = $3 ORDER BY c.created_at, c.number");
    OF_CHARGE = columns!(" AND EXISTS (SELECT 1 FROM claim_line l WHERE l.client_id = c.client_id \
                          AND l.claim_id = c.id AND l.charge_id = $2) ORDER BY c.created_at, c.number");
    LIST_NEWEST = columns!(" AND ($2 = '' OR c.status = $2) AND ($3 = '' OR c.patient_id = $3) \
                            AND ($4 = '' OR c.payer_id = $4) ORDER BY c.served_on DESC, c.number DESC LIMIT $5 OFFSET $6");
    LIST_FILE_BY = columns!(" AND ($2 = '' OR c.status = $2) AND ($3 = '' OR c.patient_id = $3) \
                             AND ($4 = '' OR c.payer_id = $4) ORDER BY c.file_by, c.number LIMIT $5 OFFSET $6");
    LIST_CHARGE = columns!(" AND ($2 = '' OR c.status = $2) AND ($3 = '' OR c.patient_id = $3) \
                            AND ($4 = '' OR c.payer_id = $4) ORDER BY c.charge_cents DESC, c.number LIMIT $5 OFFSET $6");
    COUNTS = concat!("SELECT status, COUNT(*), CAST(SUM(charge_cents) AS BIGINT) FROM claim WHERE ", in_scope!(),
                     " GROUP BY status");
}

/// Where a claim stands, with what lists show beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRecord {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: ClaimId,
    /// Patient control number (CLM01).
    pub number: String,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Which payer in the order it addresses.
    pub sequence: PayerSequence,
    /// Original, replacement or void.
    pub frequency: Frequency,
    /// Of which visit.
    pub encounter_id: EncounterId,
    /// Whose visit.
    pub patient_id: PatientId,
    /// Addressee.
    pub payer_id: PayerId,
    /// Under which coverage.
    pub coverage_id: CoverageId,
    /// The claim it replaces, or the earlier payer's claim it follows.
    pub follows_id: Option<ClaimId>,
    /// First day of service.
    pub served_on: Date,
    /// Last filing day.
    pub file_by: Date,
    /// Charged.
    pub charge: Money,
    /// Expected from the payer, when a contract says.
    pub expected: Option<Money>,
    /// Paid so far.
    pub paid: Money,
    /// Newest version; 0 before the first.
    pub version: u32,
    /// The payer's number, once known.
    pub payer_control_number: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// First sent on.
    pub submitted_on: Option<Date>,
    /// Last decided on.
    pub decided_on: Option<Date>,
    /// The patient's name.
    pub patient_name: PersonName,
    /// The payer's name.
    pub payer_name: String,
}

/// What a new claim is made of.
#[derive(Clone, Debug)]
pub struct NewClaim<'a> {
    /// Our record.
    pub id: ClaimId,
    /// The claim as built; becomes no version until it is scrubbed and kept with [`add_version`].
    pub claim: &'a Claim,
    /// Of which visit.
    pub encounter_id: EncounterId,
    /// Whose visit.
    pub patient_id: PatientId,
    /// Addressee.
    pub payer_id: PayerId,
    /// Under which coverage.
    pub coverage_id: CoverageId,
    /// The claim it replaces or follows.
    pub follows_id: Option<ClaimId>,
    /// Last filing day.
    pub file_by: Date,
    /// Expected from the payer, when a contract says.
    pub expected: Option<Money>,
    /// The charge of each line, in line order.
    pub charges: &'a [ChargeId],
}

/// A frozen version of a claim with what the edits said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimVersion {
    /// 1, 2, 3 and so on.
    pub version: u32,
    /// The claim.
    pub claim: Claim,
    /// The edits' findings.
    pub findings: Vec<Finding>,
    /// What they make of it.
    pub cleanliness: Cleanliness,
    /// Why this version exists.
    pub reason: String,
    /// Who made it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Something that happened to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimEvent {
    /// Our record.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What kind: `status`, `submitted`, `ta1`, `999`, `277ca`, `835`, `fix`, `note`.
    pub kind: String,
    /// For people.
    pub text: String,
    /// The file it came in or went out in.
    pub document_id: Option<Uuid>,
    /// Details as JSON.
    pub detail: serde_json::Value,
}

/// Which claims to list.
#[derive(Clone, Debug, Default)]
pub struct ClaimFilter {
    /// Where they stand.
    pub status: Option<ClaimStatus>,
    /// Of this patient.
    pub patient_id: Option<PatientId>,
    /// Addressed to this payer.
    pub payer_id: Option<PayerId>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimOrder {
    /// Latest service first.
    #[default]
    Newest,
    /// Nearest filing limit first.
    FileBy,
    /// Highest charge first.
    Charge,
}

fn read(row: &mut Row) -> Result<ClaimRecord> {
    Ok(ClaimRecord {
        client_id: row.get()?,
        id: row.get()?,
        number: row.get()?,
        status: row.get()?,
        sequence: row.get()?,
        frequency: row.get()?,
        encounter_id: row.get()?,
        patient_id: row.get()?,
        payer_id: row.get()?,
        coverage_id: row.get()?,
        follows_id: row.get()?,
        served_on: row.get()?,
        file_by: row.get()?,
        charge: row.get()?,
        expected: row.get()?,
        paid: row.get()?,
        version: row.get()?,
        payer_control_number: row.get()?,
        created_at: row.get()?,
        submitted_on: row.get()?,
        decided_on: row.get()?,
        patient_name: row.json::<claim::Patient>()?.name,
        payer_name: row.get()?,
    })
}

/// Adds a claim as a draft, with its lines tied to charges.
pub fn insert(tx: &mut Tx<'_>, new: &NewClaim<'_>) -> Result<()> {
    let (owner, claim) = (tx.owner()?, new.claim);
    let served_on =
        claim.first_day().ok_or_else(|| StoreError::Illegal("a claim needs at least one service line".into()))?;
    if claim.lines.len() != new.charges.len() {
        return Err(StoreError::Illegal("every line of a claim needs its charge".into()));
    }
    let params = params![
        &owner,
        new.id,
        &claim.control_number,
        claim.sequence,
        claim.frequency,
        new.encounter_id,
        new.patient_id,
        new.payer_id,
        new.coverage_id,
        new.follows_id,
        served_on,
        new.file_by,
        claim.charge(),
        new.expected,
        tx.now(),
    ];
    tx.execute(INSERT, params)?;
    for (line, charge_id) in claim.lines.iter().zip(new.charges) {
        tx.execute(ADD_LINE, params![&owner, new.id, line.number, *charge_id])?;
    }
    tx.audit("claim.insert", "claim", new.id, &(&claim.control_number, claim.charge()))
}

/// Freezes the claim as its next version; returns the version's number.
pub fn add_version(tx: &mut Tx<'_>, id: ClaimId, claim: &Claim, findings: &[Finding], reason: &str) -> Result<u32> {
    let owner = tx.owner()?;
    let version = get(tx, id)?.version + 1;
    let cleanliness = code_of(&Cleanliness::of(findings))?;
    let params = params![
        &owner,
        id,
        version,
        to_json(claim)?,
        to_json(&findings)?,
        &cleanliness,
        reason,
        tx.actor().to_string(),
        tx.now(),
    ];
    tx.execute(ADD_VERSION, params)?;
    tx.execute(TO_VERSION, params![owner, id, version, claim.charge()])?;
    tx.audit("claim.add_version", "claim", id, &(version, cleanliness, claim.charge()))?;
    Ok(version)
}

/// Moves a claim on, where that is legal, and says so in its history.
pub fn set_status(tx: &mut Tx<'_>, id: ClaimId, next: ClaimStatus, text: &str, document: Option<Uuid>) -> Result<()> {
    let record = get(tx, id)?;
    if !record.status.may_become(next) {
        return Err(StoreError::Illegal(format!(
            "claim {} is {}: it cannot become {}",
            record.number,
            record.status.code(),
            next.code()
        )));
    }
    let owner = tx.owner()?;
    tx.execute(SET_STATUS, params![&owner, id, next])?;
    if next == ClaimStatus::Submitted {
        tx.execute(SET_SUBMITTED, params![owner, id, tx.today()])?;
    }
    let detail = serde_json::json!({ "from": record.status.code(), "to": next.code() });
    event(tx, id, "status", text, document, &detail)
}

/// Adds to a claim's history.
pub fn event(
    tx: &mut Tx<'_>,
    id: ClaimId,
    kind: &str,
    text: &str,
    document: Option<Uuid>,
    detail: &serde_json::Value,
) -> Result<()> {
    let event_id: Uuid = tx.new_id()?;
    let params =
        params![tx.owner()?, event_id, id, tx.now(), tx.actor().to_string(), kind, text, document, to_json(detail)?,];
    tx.execute(ADD_EVENT, params)?;
    tx.audit(&format!("claim.{kind}"), "claim", id, &detail)
}

/// Sets what a contract lets expect.
pub fn set_expected(tx: &mut Tx<'_>, id: ClaimId, expected: Option<Money>) -> Result<()> {
    tx.change("claim", id, SET_EXPECTED, params![tx.owner()?, id, expected])?;
    tx.audit("claim.set_expected", "claim", id, &expected)
}

/// Notes the payer's number of an accepted claim.
pub fn set_payer_control_number(tx: &mut Tx<'_>, id: ClaimId, number: &str) -> Result<()> {
    tx.change("claim", id, SET_PAYER_NUMBER, params![tx.owner()?, id, number])?;
    tx.audit("claim.set_payer_control_number", "claim", id, &number)
}

/// Adds a decision's payment (negative for a reversal) to what the claim was paid.
pub fn add_payment(tx: &mut Tx<'_>, id: ClaimId, paid: Money, on: Date, payer_control_number: &str) -> Result<()> {
    tx.change("claim", id, ADD_PAYMENT, params![tx.owner()?, id, paid, on, payer_control_number])?;
    tx.audit("claim.add_payment", "claim", id, &paid)
}

/// One claim.
pub fn get(tx: &mut Tx<'_>, id: ClaimId) -> Result<ClaimRecord> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("claim", id))?;
    read(&mut row)
}

/// The claim of a control number.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<ClaimRecord>> {
    let params = params![tx.clients(), number];
    tx.row(BY_NUMBER, params)?.as_mut().map(read).transpose()
}

/// The claims of a visit, in the order they were made.
pub fn of_encounter(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Vec<ClaimRecord>> {
    let params = params![tx.clients(), encounter_id];
    tx.list(OF_ENCOUNTER, params, read)
}

/// The claims under a coverage, in the order they were made.
pub fn of_coverage(tx: &mut Tx<'_>, coverage: &Coverage) -> Result<Vec<ClaimRecord>> {
    let params = params![tx.clients(), coverage.patient_id, coverage.id];
    tx.list(OF_COVERAGE, params, read)
}

/// The claims a charge is on, in the order they were made.
pub fn of_charge(tx: &mut Tx<'_>, charge_id: ChargeId) -> Result<Vec<ClaimRecord>> {
    let params = params![tx.clients(), charge_id];
    tx.list(OF_CHARGE, params, read)
}

/// Claims in scope.
pub fn list(
    tx: &mut Tx<'_>,
    which: &ClaimFilter,
    order: ClaimOrder,
    limit: u32,
    offset: u32,
) -> Result<Vec<ClaimRecord>> {
    let sql = match order {
        ClaimOrder::Newest => LIST_NEWEST,
        ClaimOrder::FileBy => LIST_FILE_BY,
        ClaimOrder::Charge => LIST_CHARGE,
    };
    let params = params![
        tx.clients(),
        filter(which.status.map(ClaimStatus::code)),
        filter(which.patient_id),
        filter(which.payer_id),
        limit,
        offset,
    ];
    tx.list(sql, params, read)
}

/// How many claims in scope stand where, and their charges.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(ClaimStatus, u64, Money)>> {
    let params = params![tx.clients()];
    tx.list(COUNTS, params, |row| Ok((row.get()?, row.get()?, row.get()?)))
}

/// The charge of each line.
pub fn lines(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<(u16, ChargeId)>> {
    let params = params![tx.clients(), id];
    tx.list(LINES, params, |row| Ok((row.get()?, row.get()?)))
}

fn read_version(row: &mut Row) -> Result<ClaimVersion> {
    Ok(ClaimVersion {
        version: row.get()?,
        claim: row.json()?,
        findings: row.json()?,
        cleanliness: from_code(&row.get::<String>()?)?,
        reason: row.get()?,
        actor: row.get()?,
        at: row.get()?,
    })
}

/// Every version, newest first.
pub fn versions(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<ClaimVersion>> {
    let params = params![tx.clients(), id];
    tx.list(VERSIONS, params, read_version)
}

/// The newest version.
pub fn latest(tx: &mut Tx<'_>, id: ClaimId) -> Result<ClaimVersion> {
    let version = get(tx, id)?.version;
    self::version(tx, id, version)
}

/// One version.
pub fn version(tx: &mut Tx<'_>, id: ClaimId, version: u32) -> Result<ClaimVersion> {
    let params = params![tx.clients(), id, version];
    let mut row = tx.row(VERSION, params)?.ok_or_else(|| StoreError::not_found("claim version", version))?;
    read_version(&mut row)
}

/// Everything that happened to a claim, by moment and, within one, by identity.
pub fn events(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<ClaimEvent>> {
    let params = params![tx.clients(), id];
    let mut events = tx.list(EVENTS, params, |row| {
        Ok(ClaimEvent {
            id: row.get()?,
            at: row.get()?,
            actor: row.get()?,
            kind: row.get()?,
            text: row.get()?,
            document_id: row.get()?,
            detail: row.json()?,
        })
    })?;
    // A moment's text has no fixed length, so the engines cannot sort it.
    events.sort_by_key(|event| (event.at, event.id));
    Ok(events)
}

/// The word serde writes for a variant without fields.
fn code_of<T: Serialize>(variant: &T) -> Result<String> {
    Ok(to_json(variant)?.trim_matches('"').to_owned())
}

fn from_code<T: DeserializeOwned>(code: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned()))
        .map_err(|e| StoreError::Corrupt { place: "claim_version.cleanliness".into(), cause: e.to_string() })
}
