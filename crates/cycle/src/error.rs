//! Why a step of the cycle was not taken. Nothing is half done then: the caller's transaction is dropped.

use exchange::ExchangeError;
use ledger::posting::PostingError;
use store::StoreError;

use crate::{counter::CounterError, desk::DeskError, register::RegisterError, verify::VerifyError};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The books refuse a posting.
    #[error(transparent)]
    Posting(#[from] PostingError),
    /// A built-in payer cannot answer.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A built-in payer cannot be opened.
    #[error(transparent)]
    Counter(#[from] CounterError),
    /// A world cannot be registered.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A question about coverage cannot be asked or an answer not taken.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A document cannot be drawn.
    #[error("the document cannot be drawn: {0}")]
    Form(String),
    /// The record does not allow it; the sentence says why and what to do.
    #[error("{0}")]
    Refused(String),
}

impl CycleError {
    /// A refusal in plain words.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}
