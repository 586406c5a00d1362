//! Remittances: kept once as received, then posted claim by claim.

use claim::{ClaimDecision, ClaimId, ClientId, Imbalance, Money, PayerId, Remittance, RemittanceId, TransactionId};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, coded, filter, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT r.client_id, r.id, r.document_id, r.payer_id, r.payer_name, r.originator, r.trace_number, \
             r.paid_on, r.amount_cents, r.claims_count, r.received_at, r.imbalances, s.state, s.reason, \
             (SELECT COUNT(*) FROM remittance_claim c WHERE c.client_id = r.client_id AND c.remittance_id = r.id \
             AND c.state = 'posted'), \
             (SELECT COUNT(*) FROM remittance_claim c WHERE c.client_id = r.client_id AND c.remittance_id = r.id \
             AND c.state = 'parked') \
             FROM remittance r JOIN remittance_state s ON s.client_id = r.client_id AND s.remittance_id = r.id WHERE ",
            in_scope!("r"),
            $rest
        )
    };
}

macro_rules! claim_columns {
    ($rest:literal) => {
        concat!(
            "SELECT client_id, remittance_id, position, clp_offset, control_number, payer_control_number, patient_name, \
             decision, charge_cents, paid_cents, state, reason, claim_id, transaction_id FROM remittance_claim WHERE ",
            in_scope!(),
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO remittance (client_id, id, document_id, payer_id, payer_name, originator, trace_number, \
              paid_on, amount_cents, claims_count, received_at, body, imbalances, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    INSERT_STATE = "INSERT INTO remittance_state (client_id, remittance_id, state, reason, changed_at) \
                    VALUES ($1, $2, $3, $4, $5)";
    INSERT_CLAIM = "INSERT INTO remittance_claim (client_id, remittance_id, position, clp_offset, control_number, \
                    payer_control_number, patient_name, decision, charge_cents, paid_cents, state, reason) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', '')";
    OF_TRACE = "SELECT r.id, r.amount_cents, r.imbalances, r.body, s.replaced_by FROM remittance r \
                JOIN remittance_state s ON s.client_id = r.client_id AND s.remittance_id = r.id \
                WHERE r.client_id = $1 AND r.originator = $2 AND r.trace_number = $3 AND r.paid_on = $4 \
                ORDER BY r.version";
    REPLACE = "UPDATE remittance_state SET replaced_by = $3, reason = $4, changed_at = $5 \
               WHERE client_id = $1 AND remittance_id = $2";
    SET_STATE = "UPDATE remittance_state SET state = $3, reason = $4, changed_at = $5 \
                 WHERE client_id = $1 AND remittance_id = $2";
    GET = columns!(" AND r.id = $2");
    BODY = concat!("SELECT body FROM remittance WHERE ", in_scope!(), " AND id = $2");
    LIST = columns!(" AND ($2 = '' OR (s.state = $2 AND s.replaced_by IS NULL)) AND ($3 = '' OR r.payer_id = $3) \
                     ORDER BY r.paid_on DESC, r.id DESC LIMIT $4 OFFSET $5");
    COUNTS = concat!("SELECT s.state, COUNT(*), CAST(SUM(r.amount_cents) AS BIGINT) FROM remittance r \
                     JOIN remittance_state s ON s.client_id = r.client_id AND s.remittance_id = r.id WHERE ",
                     in_scope!("r"), " AND s.replaced_by IS NULL GROUP BY s.state");
    CLAIMS = claim_columns!(" AND remittance_id = $2 ORDER BY position");
    CLAIMS_OF = claim_columns!(" AND claim_id = $2 ORDER BY remittance_id, position");
    PARKED = claim_columns!(" AND state = 'parked' ORDER BY remittance_id DESC, position LIMIT $2 OFFSET $3");
    SET_CLAIM = "UPDATE remittance_claim SET state = $4, reason = $5, claim_id = $6, transaction_id = $7 \
                 WHERE client_id = $1 AND remittance_id = $2 AND position = $3 \
                 AND state NOT IN ('posted', 'returned')";
}

/// Where a remittance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemittanceState {
    /// Every equation holds; nothing posted yet.
    Proved,
    /// Some claims are posted; its other money is unapplied.
    Posting,
    /// Every claim is posted or parked by a person's choice.
    Posted,
    /// Kept out of the books: it does not add up, or somebody must look.
    Parked,
}

impl RemittanceState {
    const ALL: [Self; 4] = [Self::Proved, Self::Posting, Self::Posted, Self::Parked];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Posting => "posting",
            Self::Posted => "posted",
            Self::Parked => "parked",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}
coded!(RemittanceState, RemittanceClaimState, ClaimDecision);

/// Where a claim of a remittance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemittanceClaimState {
    /// Not looked at yet.
    Waiting,
    /// In the books.
    Posted,
    /// Held back, with a reason: unknown claim, unexpected lines.
    Parked,
    /// Not ours: its money goes back to who sent it.
    Returned,
}

impl RemittanceClaimState {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Posted => "posted",
            Self::Parked => "parked",
            Self::Returned => "returned",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Posted, Self::Parked, Self::Returned].into_iter().find(|state| state.code() == code)
    }
}

/// A remittance without its claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemittanceRecord {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: RemittanceId,
    /// The file it came in.
    pub document_id: Uuid,
    /// The payer, when known.
    pub payer_id: Option<PayerId>,
    /// The payer's name as sent.
    pub payer_name: String,
    /// TRN03.
    pub originator: String,
    /// TRN02.
    pub trace_number: String,
    /// BPR16.
    pub paid_on: Date,
    /// BPR02.
    pub amount: Money,
    /// Claims in it.
    pub claims_count: u32,
    /// When it was kept.
    pub received_at: Timestamp,
    /// Equations that do not hold.
    pub imbalances: Vec<Imbalance>,
    /// Where it stands.
    pub state: RemittanceState,
    /// Why, or empty.
    pub reason: String,
    /// Claims in the books.
    pub posted_count: u32,
    /// Claims held back.
    pub parked_count: u32,
}

/// A claim of a remittance and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemittanceClaim {
    /// Whose.
    pub client_id: ClientId,
    /// Of which remittance.
    pub remittance_id: RemittanceId,
    /// 0-based place in the remittance.
    pub position: u32,
    /// Byte offset of its CLP in the file.
    pub offset: u64,
    /// CLP01.
    pub control_number: String,
    /// CLP07.
    pub payer_control_number: String,
    /// `Last, First` as sent.
    pub patient_name: String,
    /// CLP02.
    pub decision: ClaimDecision,
    /// CLP03.
    pub charge: Money,
    /// CLP04.
    pub paid: Money,
    /// Where it stands.
    pub state: RemittanceClaimState,
    /// Why, or empty.
    pub reason: String,
    /// The claim it was matched to.
    pub claim_id: Option<ClaimId>,
    /// The ledger transaction it made, when money moved.
    pub transaction_id: Option<TransactionId>,
}

/// Outcome of [`keep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptRemittance {
    /// The record, old or new.
    pub id: RemittanceId,
    /// False when the same payment was kept before: nothing was added.
    pub is_new: bool,
    /// The one that did not add up, in whose place this one stands.
    pub replaces: Option<RemittanceId>,
}

/// Which remittances to list.
#[derive(Clone, Debug, Default)]
pub struct RemittanceFilter {
    /// Where they stand.
    pub state: Option<RemittanceState>,
    /// Of this payer.
    pub payer_id: Option<PayerId>,
}

fn read(row: &mut Row) -> Result<RemittanceRecord> {
    Ok(RemittanceRecord {
        client_id: row.get()?,
        id: row.get()?,
        document_id: row.get()?,
        payer_id: row.get()?,
        payer_name: row.get()?,
        originator: row.get()?,
        trace_number: row.get()?,
        paid_on: row.get()?,
        amount: row.get()?,
        claims_count: row.get()?,
        received_at: row.get()?,
        imbalances: row.json()?,
        state: row.get()?,
        reason: row.get()?,
        posted_count: row.get()?,
        parked_count: row.get()?,
    })
}

fn read_claim(row: &mut Row) -> Result<RemittanceClaim> {
    Ok(RemittanceClaim {
        client_id: row.get()?,
        remittance_id: row.get()?,
        position: row.get()?,
        offset: row.get()?,
        control_number: row.get()?,
        payer_control_number: row.get()?,
        patient_name: row.get()?,
        decision: row.get()?,
        charge: row.get()?,
        paid: row.get()?,
        state: row.get()?,
        reason: row.get()?,
        claim_id: row.get()?,
        transaction_id: row.get()?,
    })
}

/// A remittance of the same originator, trace and date that was kept before.
struct Earlier {
    id: RemittanceId,
    amount: Money,
    is_balanced: bool,
    body: Remittance,
    is_replaced: bool,
}

impl Earlier {
    /// True when it is the same payment, or the same mistake.
    fn is_same(&self, remittance: &Remittance) -> bool {
        if self.is_balanced { self.amount == remittance.amount } else { self.body == *remittance }
    }
}

fn of_trace(tx: &mut Tx<'_>, remittance: &Remittance) -> Result<Vec<Earlier>> {
    let params = params![tx.owner()?, &remittance.originator, &remittance.trace_number, remittance.paid_on];
    tx.list(OF_TRACE, params, |row| {
        Ok(Earlier {
            id: row.get()?,
            amount: row.get()?,
            is_balanced: row.json::<Vec<Imbalance>>()?.is_empty(),
            body: row.json()?,
            is_replaced: row.get::<Option<RemittanceId>>()?.is_some(),
        })
    })
}

/// Keeps a remittance with its claims: proved, or parked with the equation that does not hold. The same
/// payment again (originator, trace, date and amount) adds nothing, in whatever file it comes. One that did not add up
/// never was in the books: what its payer sends under the same trace afterwards takes its place.
pub fn keep(
    tx: &mut Tx<'_>,
    remittance: &Remittance,
    document_id: Uuid,
    payer_id: Option<PayerId>,
) -> Result<KeptRemittance> {
    let owner = tx.owner()?;
    let earlier = of_trace(tx, remittance)?;
    if let Some(known) = earlier.iter().find(|known| known.is_same(remittance)) {
        return Ok(KeptRemittance { id: known.id, is_new: false, replaces: None });
    }
    let id: RemittanceId = tx.new_id()?;
    let imbalances = remittance.imbalances();
    let params = params![
        &owner,
        id,
        document_id,
        payer_id,
        &remittance.payer_name,
        &remittance.originator,
        &remittance.trace_number,
        remittance.paid_on,
        remittance.amount,
        remittance.claims.len(),
        tx.now(),
        to_json(remittance)?,
        to_json(&imbalances)?,
        earlier.len() + 1,
    ];
    tx.execute(INSERT, params)?;
    let (state, reason) = match imbalances.first() {
        None => (RemittanceState::Proved, String::new()),
        Some(first) => (RemittanceState::Parked, first.sentence()),
    };
    tx.execute(INSERT_STATE, params![&owner, id, state, reason, tx.now()])?;
    for (position, decided) in remittance.claims.iter().enumerate() {
        let params = params![
            &owner,
            id,
            position,
            decided.offset,
            &decided.control_number,
            &decided.payer_control_number,
            decided.patient.sorted(),
            decided.decision,
            decided.charge,
            decided.paid,
        ];
        tx.execute(INSERT_CLAIM, params)?;
    }
    tx.audit("remittance.keep", "remittance", id, &(&remittance.trace_number, remittance.amount, state.code()))?;
    let replaces = earlier.iter().find(|known| !known.is_balanced && !known.is_replaced).map(|known| known.id);
    if let Some(replaced) = replaces {
        let reason = "Replaced by what the payer sent under the same trace afterwards.";
        tx.execute(REPLACE, params![&owner, replaced, id, reason, tx.now()])?;
        tx.audit("remittance.replace", "remittance", replaced, &id)?;
    }
    Ok(KeptRemittance { id, is_new: true, replaces })
}

/// Moves a remittance on. One that does not add up never leaves [`RemittanceState::Parked`].
pub fn set_state(tx: &mut Tx<'_>, id: RemittanceId, state: RemittanceState, reason: &str) -> Result<()> {
    let record = get(tx, id)?;
    if state != RemittanceState::Parked && !record.imbalances.is_empty() {
        return Err(StoreError::Illegal(format!(
            "remittance {} does not add up: it cannot be posted",
            record.trace_number
        )));
    }
    tx.execute(SET_STATE, params![tx.owner()?, id, state, reason, tx.now()])?;
    tx.audit("remittance.set_state", "remittance", id, &state.code())
}

/// Records what became of a claim of a remittance. A posted or returned one is never touched again.
pub fn set_claim(
    tx: &mut Tx<'_>,
    remittance_id: RemittanceId,
    position: u32,
    state: RemittanceClaimState,
    reason: &str,
    matched: (Option<ClaimId>, Option<TransactionId>),
) -> Result<()> {
    let params = params![tx.owner()?, remittance_id, position, state, reason, matched.0, matched.1];
    if tx.execute(SET_CLAIM, params)? == 0 {
        return Err(StoreError::Illegal("this claim of the remittance is posted or returned already".into()));
    }
    tx.audit("remittance.set_claim", "remittance", remittance_id, &(position, state.code(), matched))
}

/// One remittance.
pub fn get(tx: &mut Tx<'_>, id: RemittanceId) -> Result<RemittanceRecord> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("remittance", id))?;
    read(&mut row)
}

/// A remittance as received.
pub fn body(tx: &mut Tx<'_>, id: RemittanceId) -> Result<Remittance> {
    let params = params![tx.clients(), id];
    tx.row(BODY, params)?.ok_or_else(|| StoreError::not_found("remittance", id))?.json()
}

/// Remittances in scope, latest payment first; one that was replaced stands in no state's list.
pub fn list(tx: &mut Tx<'_>, which: &RemittanceFilter, limit: u32, offset: u32) -> Result<Vec<RemittanceRecord>> {
    let state = filter(which.state.map(RemittanceState::code));
    let params = params![tx.clients(), state, filter(which.payer_id), limit, offset];
    tx.list(LIST, params, read)
}

/// How many remittances in scope stand where, and what they pay, without replaced ones.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(RemittanceState, u64, Money)>> {
    let params = params![tx.clients()];
    tx.list(COUNTS, params, |row| Ok((row.get()?, row.get()?, row.get()?)))
}

/// The claims of a remittance, in order.
pub fn claims(tx: &mut Tx<'_>, id: RemittanceId) -> Result<Vec<RemittanceClaim>> {
    let params = params![tx.clients(), id];
    tx.list(CLAIMS, params, read_claim)
}

/// What remittances said about one of our claims, in the order they came.
pub fn of_claim(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<RemittanceClaim>> {
    let params = params![tx.clients(), id];
    tx.list(CLAIMS_OF, params, read_claim)
}

/// Claims of remittances held back, newest first.
pub fn parked(tx: &mut Tx<'_>, limit: u32, offset: u32) -> Result<Vec<RemittanceClaim>> {
    let params = params![tx.clients(), limit, offset];
    tx.list(PARKED, params, read_claim)
}
