//! The revenue cycle: one function per step, from a note to a closed account.

mod agreement;
pub mod assemble;
pub mod desk;
pub mod number;
pub mod round;

pub use agreement::{Agreement, AgreementTotals, compare};
