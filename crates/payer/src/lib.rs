//! The payer's side of the counter.
//!
//! A [`Plan`] says what a payer covers and how; a [`State`] remembers what it has seen and decided. From the two
//! come answers about eligibility ([`check_eligibility`]), acknowledgements of claims ([`receive`]), decisions and
//! proved remittances ([`run`]). Everything is a pure function of plan, state and date: the same inputs give the
//! same answers to the byte.

mod benefit;
mod case;
mod clinical;
mod coordinate;
mod denial;
mod eligibility;
mod folder;
mod list;
mod member;
pub mod plan;
mod pricing;
mod reason;
mod receive;
mod remit;
mod settle;
pub mod state;

pub use eligibility::check_eligibility;
pub use folder::PlanError;
pub use list::{CodeList, CodeRange};
pub use member::{Member, Opening, PersonKey};
pub use plan::Plan;
pub use receive::receive;
pub use remit::{ReopenError, Request, RunError, adjudicate, mirror, reopen, run, run_now};
pub use state::{Record, Standing, State};
