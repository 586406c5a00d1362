//! Messages by what they announce (MSH-9).

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::{Appointment, Diagnosis, DocumentHeader, Guarantor, Insurance, Observation, Patient, Transaction, Visit};
use crate::{Hl7Error, Message, Segment, time};

/// What a message announces.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A document: MDM^T01 to T11.
    Mdm(Mdm<'a>),
    /// Results or a report: ORU^R01.
    Oru(Oru<'a>),
    /// A person or visit, new or changed.
    Adt(Adt<'a>),
    /// Charges: DFT^P03, P11.
    Dft(Dft<'a>),
    /// An appointment: SIU^S12 to S26.
    Siu(Siu<'a>),
    /// An answer.
    Ack(Ack<'a>),
    /// Anything else, by its header.
    Other(Header<'a>),
}

/// MSH.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a>(pub Segment<'a>);

impl<'a> Header<'a> {
    /// MSH-9.1: message type.
    pub fn kind(&self) -> Cow<'a, str> {
        self.0.field(9).component(1).text()
    }

    /// MSH-9.2: trigger event.
    pub fn trigger(&self) -> Cow<'a, str> {
        self.0.field(9).component(2).text()
    }

    /// MSH-10: control number.
    pub fn control(&self) -> Cow<'a, str> {
        self.0.field(10).text()
    }

    /// MSH-4: sending facility.
    pub fn facility(&self) -> Cow<'a, str> {
        self.0.field(4).component(1).text()
    }

    /// MSH-7: when it was written.
    ///
    /// # Errors
    /// When something else than a time stands there.
    pub fn written_at(&self) -> Result<Option<DateTime>, Hl7Error> {
        time::time(&self.0, 7)
    }
}

/// A document notification, with the document (T02, T04 …) or without (T01, T03 …).
#[derive(Clone, Debug)]
pub struct Mdm<'a> {
    /// MSH.
    pub header: Header<'a>,
    /// PID.
    pub patient: Patient<'a>,
    /// PV1.
    pub visit: Option<Visit<'a>>,
    /// TXA.
    pub document: DocumentHeader<'a>,
    /// OBX.
    pub observations: Vec<Observation<'a>>,
}

/// Results.
#[derive(Clone, Debug)]
pub struct Oru<'a> {
    /// MSH.
    pub header: Header<'a>,
    /// PID; results of samples without a patient have none.
    pub patient: Option<Patient<'a>>,
    /// PV1.
    pub visit: Option<Visit<'a>>,
    /// OBR with their OBX.
    pub orders: Vec<Order<'a>>,
}

/// OBR and what was observed for it.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// OBR: field 4 says what was ordered.
    pub request: Segment<'a>,
    /// OBX.
    pub observations: Vec<Observation<'a>>,
}

/// A person or visit.
#[derive(Clone, Debug)]
pub struct Adt<'a> {
    /// MSH; its trigger says what happened: A01 admitted, A04 registered, A08 changed, A40 merged …
    pub header: Header<'a>,
    /// PID.
    pub patient: Patient<'a>,
    /// PV1.
    pub visit: Option<Visit<'a>>,
    /// MRG-1 of a merge: the number that is given up.
    pub merged: Option<Cow<'a, str>>,
    /// DG1.
    pub diagnoses: Vec<Diagnosis<'a>>,
    /// IN1.
    pub insurances: Vec<Insurance<'a>>,
    /// GT1.
    pub guarantors: Vec<Guarantor<'a>>,
}

/// Charges.
#[derive(Clone, Debug)]
pub struct Dft<'a> {
    /// MSH.
    pub header: Header<'a>,
    /// PID.
    pub patient: Patient<'a>,
    /// PV1.
    pub visit: Option<Visit<'a>>,
    /// FT1.
    pub transactions: Vec<Transaction<'a>>,
    /// DG1.
    pub diagnoses: Vec<Diagnosis<'a>>,
    /// IN1.
    pub insurances: Vec<Insurance<'a>>,
}

/// An appointment.
#[derive(Clone, Debug)]
pub struct Siu<'a> {
    /// MSH; its trigger says what happened: S12 booked, S13 moved, S15 cancelled, S26 not kept …
    pub header: Header<'a>,
    /// SCH.
    pub appointment: Appointment<'a>,
    /// PID.
    pub patient: Option<Patient<'a>>,
    /// PV1.
    pub visit: Option<Visit<'a>>,
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct Ack<'a> {
    /// MSH.
    pub header: Header<'a>,
    /// MSA.
    pub answer: Segment<'a>,
}

impl<'a> Ack<'a> {
    /// MSA-1: AA or CA taken, AE or CE error, AR or CR rejected.
    pub fn code(&self) -> Cow<'a, str> {
        self.answer.field(1).text()
    }

    /// MSA-2: control number of the message answered.
    pub fn control(&self) -> Cow<'a, str> {
        self.answer.field(2).text()
    }

    /// MSA-3: what the receiver says.
    pub fn text(&self) -> Cow<'a, str> {
        self.answer.field(3).text()
    }
}

/// Reads what a message announces.
///
/// # Errors
/// A type that MSH-9 does not name, or a segment that its type must have and it has not.
pub fn event<'a>(message: &Message<'a>) -> Result<Event<'a>, Hl7Error> {
    let msh = message.required("MSH")?;
    msh.required(9, "the message type, such as MDM^T02")?;
    let header = Header(msh);
    let all = |id: &'static str| message.segments().iter().filter(move |s| s.id == id).copied();
    let visit = message.segment("PV1").map(Visit);
    let patient = || message.required("PID").map(Patient);
    Ok(match header.kind().as_ref() {
        "MDM" => Event::Mdm(Mdm {
            header,
            patient: patient()?,
            visit,
            document: DocumentHeader(message.required("TXA")?),
            observations: all("OBX").map(Observation).collect(),
        }),
        "ORU" => {
            Event::Oru(Oru { header, patient: message.segment("PID").map(Patient), visit, orders: orders(message)? })
        }
        "ADT" => Event::Adt(Adt {
            header,
            patient: patient()?,
            visit,
            merged: message.segment("MRG").map(|s| s.field(1).component(1).text()),
            diagnoses: all("DG1").map(Diagnosis).collect(),
            insurances: all("IN1").map(Insurance).collect(),
            guarantors: all("GT1").map(Guarantor).collect(),
        }),
        "DFT" => Event::Dft(Dft {
            header,
            patient: patient()?,
            visit,
            transactions: all("FT1").map(Transaction).collect(),
            diagnoses: all("DG1").map(Diagnosis).collect(),
            insurances: all("IN1").map(Insurance).collect(),
        }),
        "SIU" => Event::Siu(Siu {
            header,
            appointment: Appointment(message.required("SCH")?),
            patient: message.segment("PID").map(Patient),
            visit,
        }),
        "ACK" => Event::Ack(Ack { header, answer: message.required("MSA")? }),
        _ => Event::Other(header),
    })
}

/// Observations by the request they stand under.
fn orders<'a>(message: &Message<'a>) -> Result<Vec<Order<'a>>, Hl7Error> {
    let mut orders: Vec<Order<'a>> = Vec::new();
    for segment in message.segments() {
        match segment.id {
            "OBR" => orders.push(Order { request: *segment, observations: Vec::new() }),
            "OBX" => {
                let Some(order) = orders.last_mut() else {
                    let place = format!("segment {}", segment.number);
                    return Err(Hl7Error::new(segment.offset, place, b"OBX", "OBR before the first OBX of an ORU"));
                };
                order.observations.push(Observation(*segment));
            }
            _ => {}
        }
    }
    Ok(orders)
}
