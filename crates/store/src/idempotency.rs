//! Requests that move money happen once, however often they are sent.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    Result, StoreError, Tx,
    seal::hex,
    sql::statements,
    value::{params, to_json},
};

statements! {
    FIND = "SELECT request_hash, result FROM idempotency WHERE client_id = $1 AND key = $2";
    KEEP = "INSERT INTO idempotency (client_id, key, request_hash, result, kept_at) VALUES ($1, $2, $3, $4, $5)";
}

/// A key the caller made before sending, and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    key: String,
    request_hash: String,
}

impl Key {
    /// A key for a request; the same key with another request is refused.
    #[must_use]
    pub fn new(key: impl Into<String>, request: &[u8]) -> Self {
        Self { key: key.into(), request_hash: hex(&Sha256::digest(request)) }
    }
}

/// What a request returned, now or the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once<T> {
    /// The result.
    pub value: T,
    /// True when it was done earlier and nothing changed now.
    pub is_repeat: bool,
}

pub(crate) fn find<T: DeserializeOwned>(tx: &mut Tx<'_>, key: &Key) -> Result<Option<T>> {
    let owner = tx.owner()?;
    let Some(mut row) = tx.row(FIND, params![owner, &key.key])? else { return Ok(None) };
    let hash: String = row.get()?;
    if hash != key.request_hash {
        return Err(StoreError::KeyReused { key: key.key.clone() });
    }
    row.json().map(Some)
}

pub(crate) fn keep<T: Serialize>(tx: &mut Tx<'_>, key: &Key, value: &T) -> Result<()> {
    let params = params![tx.owner()?, &key.key, &key.request_hash, to_json(value)?, tx.now()];
    let kept = tx.execute_mechanics(KEEP, params);
    if matches!(kept, Err(StoreError::Exists { .. })) {
        // The same request at the same moment came first: the repetition finds its result.
        tx.contend();
    }
    kept.map(|_| ())
}
