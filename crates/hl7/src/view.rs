//! Typed views of the messages a billing office receives. Each borrows its message; a value is looked up when asked.

mod event;
mod segments;

pub use event::{Ack, Adt, Dft, Event, Header, Mdm, Order, Oru, Siu, event};
pub use segments::{
    Address, Appointment, Coded, Diagnosis, DocumentHeader, Guarantor, Identifier, Insurance, Name, Observation,
    Patient, Transaction, Visit,
};
