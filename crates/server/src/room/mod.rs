//! Handlers, one file for each kind of page: they load records, fill a view and change what a form asks.

pub mod account;
pub mod auth;
pub mod bulletins;
pub mod claim;
pub mod coding;
mod context;
mod decide;
pub mod demo;
pub mod denial;
mod edit;
pub mod encounter;
pub mod encounter_new;
mod evidence;
pub mod home;
pub mod json;
pub mod learning;
pub mod library;
pub mod lists;
pub mod manager;
pub mod payment;
pub mod registration;
pub mod releases;
pub mod remittance;
mod rows;
mod segments;
pub mod work;
