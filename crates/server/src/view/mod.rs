//! One struct per page, holding exactly what the page shows: display-ready fields, no store types.
//!
//! A handler loads, fills the struct and renders it; a field the template misses does not compile.
//! Templates escape everything; nothing here is ever marked safe.

pub mod account;
pub mod agreement;
pub mod claim_form;
pub mod claim_page;
pub mod denial;
pub mod edi;
pub mod encounter;
pub mod encounter_new;
pub mod entry;
pub mod frame;
pub mod home;
pub mod learning;
pub mod library;
pub mod listing;
pub mod manager;
pub mod part;
pub mod remittance;
pub mod segment;
pub mod stay;
pub mod work_item;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
