//! Pages and API.

pub mod guard;
pub mod listen;
pub mod password;
pub mod view;
