//! Nouns to X12 and back: professional claims (837P), acknowledgements (TA1, 999, 277CA), remittances (835) and
//! eligibility (270, 271); of institutional claims (837I), what decides a DRG.
//!
//! Writers take nouns of the crate `claim` and give the same bytes for the same input. Readers refuse a file that was
//! cut, and say of anything they cannot take where it stands, what was expected and what to do ([`ExchangeError`]).
//! Whether a file obeys its guide is the business of `x12::validate`; whether money adds up, of
//! `Remittance::imbalances`; so a reader takes what it can represent and judges neither.

mod acks;
mod adjustment;
mod claim_837p;
mod eligibility_27x;
mod error;
mod kind;
mod party;
mod pen;
mod remit_835;
mod scope;
mod stay_837i;
mod words;

pub use acks::{read_acks, write_277ca};
pub use claim_837p::{
    CLAIMS_PER_TRANSACTION_MAX, ClaimBatch, ClaimEcho, DIAGNOSES_MAX, LINES_MAX, ReceivedClaim, RefusedClaim,
    read_837p, write_837p,
};
pub use eligibility_27x::{read_270, read_271, write_270, write_271};
pub use error::{ExchangeError, Misread, Unwritable};
pub use kind::{FileKind, kind_of};
pub use party::{Controls, Party};
pub use remit_835::{read_835, write_835};
pub use stay_837i::{StayClaim, read_stays};
