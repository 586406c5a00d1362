//! The revenue cycle: one function per step, from a note to a closed account.

mod agreement;
pub mod approval;
pub mod assemble;
pub mod bill;
pub mod chart;
pub mod coding;
pub mod counter;
pub mod coverage;
pub mod demo;
pub mod desk;
mod error;
pub mod follow;
pub mod import;
pub mod intake;
pub mod learning;
pub mod limits;
pub mod money;
pub mod number;
pub mod office;
pub mod post;
pub mod proof;
pub mod reader;
pub mod register;
pub mod release;
pub mod round;
pub mod scrub;
pub mod statements;
pub mod submit;
pub mod summary;
pub mod verify;
pub mod visits;

pub use agreement::{Agreement, AgreementTotals, compare};
pub use error::CycleError;
