//! Charges and expected payment.
//!
//! [`ChargeMaster`] says what the practice charges; [`expected`] says what a payer should allow under a
//! [`Contract`], line by line, with every step, its rule and where the rule is written. Payment cuts that
//! come after benefits (sequestration, the therapy-assistant share) belong to the payer, not to the price.

mod charge;
mod contract;
mod expect;
mod medicare;
mod quote;
mod reduce;
mod table;
#[cfg(test)]
mod vectors;

pub use charge::{ChargeMaster, ChargeRow};
pub use contract::{BasisPoints, Contract, ContractFee, FeeTable, Locality, Method, WHOLE};
pub use expect::{LineExpectation, PriceStep, expected};
pub use medicare::{limiting_charge, non_participating};
