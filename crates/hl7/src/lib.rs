//! HL7 version 2 (2.1 to 2.8) as bytes: messages, segments and fields with their places, written and read back,
//! and typed views of the messages a billing office receives. It knows no claim and does no I/O.
//!
//! Nothing is copied until a value is asked for, and every value knows the bytes it came from, so that a word of a
//! note points into the original message.

mod batch;
mod delimiters;
mod error;
mod escape;
mod message;
pub mod mllp;
mod note;
mod time;
mod view;
mod write;

pub use batch::split;
pub use delimiters::Delimiters;
pub use error::Hl7Error;
pub use message::{Message, Segment, Value};
pub use note::{Attachment, NoteText, Run, note_text};
pub use view::{
    Ack, Address, Adt, Appointment, Coded, Dft, Diagnosis, DocumentHeader, Event, Guarantor, Header, Identifier,
    Insurance, Mdm, Name, Observation, Order, Oru, Patient, Siu, Transaction, Visit, event,
};
pub use write::{Builder, SegmentBuilder, acknowledge};
