//! Questions to providers about their notes. Questions and answers are sealed.

use claim::{ClientId, EncounterId, Prompt, ProviderId, QueryId};
use jiff::Timestamp;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, filter, params, to_json},
};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT client_id, id, encounter_id, provider_id, question, asked_at, asked_by, answer, answered_at, \
             answered_by FROM provider_query WHERE ",
            in_scope!(),
            $rest
        )
    };
}

statements! {
    ASK = "INSERT INTO provider_query (client_id, id, encounter_id, provider_id, prompt, question, asked_at, asked_by) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ANSWER = "UPDATE provider_query SET answer = $3, answered_at = $4, answered_by = $5 \
              WHERE client_id = $1 AND id = $2 AND answered_at IS NULL";
    GET = columns!(" AND id = $2");
    OF_ENCOUNTER = columns!(" AND encounter_id = $2 ORDER BY id");
    OPEN = columns!(" AND answered_at IS NULL AND ($2 = '' OR provider_id = $2) ORDER BY id LIMIT $3 OFFSET $4");
}

const QUESTION_FIELD: &str = "provider_query.question";
const ANSWER_FIELD: &str = "provider_query.answer";

/// A question with its answer, once there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Whose.
    pub client_id: ClientId,
    /// Our record.
    pub id: QueryId,
    /// About which visit.
    pub encounter_id: EncounterId,
    /// To whom.
    pub provider_id: ProviderId,
    /// What is asked, why, and the answers offered.
    pub prompt: Prompt,
    /// When.
    pub asked_at: Timestamp,
    /// By whom: `user:ID` or `system:part`.
    pub asked_by: String,
    /// The answer.
    pub answer: Option<String>,
    /// When it came.
    pub answered_at: Option<Timestamp>,
    /// By whom.
    pub answered_by: Option<String>,
}

/// Asks.
pub fn ask(tx: &mut Tx<'_>, encounter_id: EncounterId, provider_id: ProviderId, prompt: &Prompt) -> Result<QueryId> {
    let id: QueryId = tx.new_id()?;
    let question = tx.seal(QUESTION_FIELD, &id.to_string(), to_json(prompt)?.as_bytes())?;
    let params =
        params![tx.owner()?, id, encounter_id, provider_id, &prompt.id, question, tx.now(), tx.actor().to_string(),];
    tx.execute(ASK, params)?;
    tx.audit("query.ask", "encounter", encounter_id, &prompt.id)?;
    Ok(id)
}

/// Answers an open question.
pub fn answer(tx: &mut Tx<'_>, id: QueryId, answer: &str) -> Result<()> {
    let sealed = tx.seal(ANSWER_FIELD, &id.to_string(), answer.as_bytes())?;
    let params = params![tx.owner()?, id, sealed, tx.now(), tx.actor().to_string()];
    if tx.execute(ANSWER, params)? == 0 {
        return Err(StoreError::Illegal("this question is not open".into()));
    }
    tx.audit("query.answer", "query", id, &())
}

fn read(tx: &Tx<'_>, row: &mut Row) -> Result<Query> {
    let client_id = row.get()?;
    let id: QueryId = row.get()?;
    let (encounter_id, provider_id) = (row.get()?, row.get()?);
    let question: Vec<u8> = row.get()?;
    let prompt = tx.unseal(QUESTION_FIELD, &id.to_string(), &question)?;
    let prompt = serde_json::from_slice(&prompt)
        .map_err(|e| StoreError::Corrupt { place: QUESTION_FIELD.into(), cause: e.to_string() })?;
    let (asked_at, asked_by) = (row.get()?, row.get()?);
    let answer: Option<Vec<u8>> = row.get()?;
    let answer = answer.map(|sealed| tx.unseal_text(ANSWER_FIELD, &id.to_string(), &sealed)).transpose()?;
    let (answered_at, answered_by) = (row.get()?, row.get()?);
    Ok(Query { client_id, id, encounter_id, provider_id, prompt, asked_at, asked_by, answer, answered_at, answered_by })
}

/// One question.
pub fn get(tx: &mut Tx<'_>, id: QueryId) -> Result<Query> {
    let params = params![tx.clients(), id];
    let mut row = tx.row(GET, params)?.ok_or_else(|| StoreError::not_found("query", id))?;
    read(tx, &mut row)
}

/// The questions about a visit, in order.
pub fn of_encounter(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Vec<Query>> {
    let params = params![tx.clients(), encounter_id];
    let mut rows = tx.rows(OF_ENCOUNTER, params)?;
    rows.iter_mut().map(|row| read(tx, row)).collect()
}

/// Open questions in scope, oldest first; to one clinician, or to all.
pub fn open(tx: &mut Tx<'_>, provider_id: Option<ProviderId>, limit: u32, offset: u32) -> Result<Vec<Query>> {
    let params = params![tx.clients(), filter(provider_id), limit, offset];
    let mut rows = tx.rows(OPEN, params)?;
    rows.iter_mut().map(|row| read(tx, row)).collect()
}
