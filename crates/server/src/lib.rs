//! Pages and API.
//!
//! [`router`] answers requests of an [`App`]; `table` holds every route with its policy. A request is read
//! at the edge, then handled on the blocking pool, because the store blocks.

mod again;
pub mod answer;
pub mod app;
pub mod asked;
mod asset;
pub mod call;
pub mod guard;
mod left;
pub mod listen;
pub mod password;
mod room;
pub mod route;
pub mod session;
pub mod table;
pub mod view;
mod words;
pub mod worklist;

pub use app::{App, DemoLogins};
pub use route::router;
