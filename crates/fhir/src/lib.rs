//! FHIR R4 (4.0.1) in JSON: the resources that carry a note, a visit or a claim, typed by hand. Elements that are not
//! typed are kept and written back, so that nothing a partner sent is lost. It knows no claim and does no I/O.
//!
//! Numbers are JSON numbers: the value is kept, trailing zeros of a decimal are not.

mod bundle;
mod clinical;
mod element;
mod error;
mod financial;
mod people;
mod primitive;
mod resource;

pub use bundle::{Bundle, BundleEntry};
pub use clinical::{
    Binary, Composition, CompositionSection, Condition, DiagnosticReport, DocumentContent, DocumentContext,
    DocumentReference, Encounter, EncounterDiagnosis, EncounterParticipant, MedicationRequest, Narrative, Observation,
    ObservationComponent, Procedure, ProcedurePerformer, ServiceRequest,
};
pub use element::{
    Address, Annotation, Attachment, CodeableConcept, Coding, ContactPoint, HumanName, Identifier, Meta, Money, Period,
    Quantity, Reference,
};
pub use error::FhirError;
pub use financial::{
    Adjudication, CareTeamMember, Claim, ClaimDiagnosis, ClaimInsurance, ClaimItem, ClaimProcedure, ClaimResponse,
    ClaimResponseItem, ClaimSupportingInfo, ExplanationItem, ExplanationOfBenefit, Payment, Total,
};
pub use people::{Coverage, CoverageClass, Organization, Patient, Practitioner, Qualification};
pub use primitive::{Base64, Code, FhirDate, FhirDateTime, Id};
pub use resource::Resource;
