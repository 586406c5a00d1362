//! The revenue cycle: one function per step, from a note to a closed account.

mod agreement;
pub mod assemble;
pub mod counter;
pub mod desk;
mod error;
pub mod number;
pub mod register;
pub mod round;
pub mod verify;
pub mod visits;

pub use agreement::{Agreement, AgreementTotals, compare};
pub use error::CycleError;
