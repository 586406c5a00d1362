//! The nouns of medical billing.
//!
//! Money, codes, patients, coverages, encounters, notes, claims, remittances and acknowledgements,
//! as every other room of the house uses them. No file format, no SQL, no clock, no I/O.

mod ack;
mod claim;
mod code;
mod coding;
mod eligibility;
mod encounter;
mod finding;
mod id;
mod inpatient;
mod money;
mod party;
mod patient;
mod remittance;
mod units;

pub use ack::{Ack, ClaimAck, ClaimAckBatch, InterchangeAck, StatusCode, TransactionAck};
pub use claim::{
    Claim, ClaimMember, ClaimPatient, ClaimPayer, ClaimStatus, Frequency, LineAdjudication, OtherPayer,
    ServiceFacility, ServiceLine, UnitBasis,
};
pub use code::{Carc, CodeError, DiagnosisCode, Modifier, Npi, PlaceOfService, ProcedureCode, Rarc, Taxonomy};
pub use coding::{
    AppliedRule, Band, CodeSet, CodedDiagnosis, CodedService, Coding, CodingDecision, DecisionKind, Evidence,
    LevelElement, ProlongedTime, Prompt, RejectedCandidate, StatedTime, SuggestedCode, Suggestion, VisitLevel,
};
pub use eligibility::{Benefit, EligibilityAnswer, EligibilityInquiry};
pub use encounter::{Encounter, EncounterStatus, Note, NoteKind, Setting, Signature};
pub use finding::{Cleanliness, Finding, Fix, Owner, Severity, Verdict};
pub use id::{
    AppealId, ChargeId, ClaimId, ClientId, CoverageId, EncounterId, NoteId, PatientId, PayerId, ProviderId, QueryId,
    RemittanceId, StatementId, TransactionId, UserId, WorkItemId,
};
pub use inpatient::{Inpatient, InpatientDiagnosis, InpatientProcedure, PcsAxis, WorkingDrg};
pub use money::{Money, MoneyError};
pub use party::{Address, BillingProvider, Payer, PayerKind, PersonName, Provider, Sex, age_on};
pub use patient::{Accident, AccidentCause, Coverage, Patient, PayerSequence, Relationship, Subscriber};
pub use remittance::{
    Adjustment, AdjustmentGroup, BankAccount, ClaimDecision, ClaimPayment, Imbalance, LinePayment, ProviderAdjustment,
    Remittance, Transfer,
};
pub use units::{Units, UnitsError};
