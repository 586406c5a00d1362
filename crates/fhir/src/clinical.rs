//! Encounter and what is written, found and done in it.

use serde_json::Value;

use crate::{
    Annotation, Attachment, Base64, Code, CodeableConcept, Coding, FhirDateTime, Id, Identifier, Meta, Period,
    Quantity, Reference, element::elements,
};

elements! {
    /// Text of a resource for people.
    Narrative {
        /// `generated`, `extensions`, `additional`, `empty`.
        one status: Code,
        /// XHTML.
        one div: String,
    }
    /// A visit.
    Encounter {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Visit numbers.
        many identifier: Identifier,
        /// `planned`, `in-progress`, `finished` …
        one status: Code,
        /// `AMB`, `IMP`, `EMER` … (v3 ActCode).
        one class: Coding,
        /// Kinds of visit.
        many r#type: CodeableConcept,
        /// Who was seen.
        one subject: Reference,
        /// Who took part.
        many participant: EncounterParticipant,
        /// From and to.
        one period: Period,
        /// Why.
        many reason_code: CodeableConcept,
        /// Diagnoses in order.
        many diagnosis: EncounterDiagnosis,
        /// Practice.
        one service_provider: Reference,
    }
    /// Who took part in a visit.
    EncounterParticipant {
        /// `PPRF` primary performer, `REF` referrer …
        many r#type: CodeableConcept,
        /// Who.
        one individual: Reference,
    }
    /// A diagnosis of a visit.
    EncounterDiagnosis {
        /// Which.
        one condition: Reference,
        /// 1 comes first.
        one rank: u32,
    }
    /// A document and what is known of it.
    DocumentReference {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `current`, `superseded`, `entered-in-error`.
        one status: Code,
        /// `preliminary`, `final`, `amended`.
        one doc_status: Code,
        /// Kind of document (LOINC).
        one r#type: CodeableConcept,
        /// Whose.
        one subject: Reference,
        /// Written.
        one date: FhirDateTime,
        /// By whom.
        many author: Reference,
        /// In words.
        one description: String,
        /// The document, in one form or several.
        many content: DocumentContent,
        /// The visit.
        one context: DocumentContext,
        /// Resources that stand inside.
        many contained: Value,
    }
    /// One form of a document.
    DocumentContent {
        /// It.
        one attachment: Attachment,
    }
    /// The visit of a document.
    DocumentContext {
        /// Which.
        many encounter: Reference,
        /// When.
        one period: Period,
    }
    /// Bytes.
    Binary {
        /// Logical identifier.
        one id: Id,
        /// Media type.
        one content_type: String,
        /// The bytes.
        one data: Base64,
    }
    /// A document made of sections.
    Composition {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `preliminary`, `final`, `amended`, `entered-in-error`.
        one status: Code,
        /// Kind of document (LOINC).
        one r#type: CodeableConcept,
        /// Whose.
        one subject: Reference,
        /// The visit.
        one encounter: Reference,
        /// Written.
        one date: FhirDateTime,
        /// By whom.
        many author: Reference,
        /// Title.
        one title: String,
        /// Sections in order.
        many section: CompositionSection,
    }
    /// A section of a document.
    CompositionSection {
        /// Heading.
        one title: String,
        /// Kind (LOINC).
        one code: CodeableConcept,
        /// Its text.
        one text: Narrative,
        /// Sections inside.
        many section: CompositionSection,
    }
    /// A problem or diagnosis.
    Condition {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `active`, `resolved` …
        one clinical_status: CodeableConcept,
        /// `confirmed`, `provisional`, `refuted` …
        one verification_status: CodeableConcept,
        /// `problem-list-item`, `encounter-diagnosis`.
        many category: CodeableConcept,
        /// Which.
        one code: CodeableConcept,
        /// Where in the body.
        many body_site: CodeableConcept,
        /// Whose.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// Since.
        one onset_date_time: FhirDateTime,
        /// Until.
        one abatement_date_time: FhirDateTime,
        /// Written.
        one recorded_date: FhirDateTime,
        /// Remarks.
        many note: Annotation,
    }
    /// Something done.
    Procedure {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `completed`, `in-progress`, `not-done` …
        one status: Code,
        /// Which.
        one code: CodeableConcept,
        /// To whom.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// When.
        one performed_date_time: FhirDateTime,
        /// From and to.
        one performed_period: Period,
        /// By whom.
        many performer: ProcedurePerformer,
        /// Why.
        many reason_code: CodeableConcept,
        /// Where in the body.
        many body_site: CodeableConcept,
        /// Remarks.
        many note: Annotation,
    }
    /// Who did it.
    ProcedurePerformer {
        /// Who.
        one actor: Reference,
    }
    /// Something found or measured.
    Observation {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `final`, `amended`, `entered-in-error` …
        one status: Code,
        /// `vital-signs`, `laboratory` …
        many category: CodeableConcept,
        /// What.
        one code: CodeableConcept,
        /// In whom.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// When.
        one effective_date_time: FhirDateTime,
        /// As a number.
        one value_quantity: Quantity,
        /// As a meaning.
        one value_codeable_concept: CodeableConcept,
        /// As words.
        one value_string: String,
        /// High, low …
        many interpretation: CodeableConcept,
        /// Parts, such as systolic and diastolic.
        many component: ObservationComponent,
    }
    /// A part of an observation.
    ObservationComponent {
        /// What.
        one code: CodeableConcept,
        /// As a number.
        one value_quantity: Quantity,
        /// As a meaning.
        one value_codeable_concept: CodeableConcept,
    }
    /// A report on what was examined.
    DiagnosticReport {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `final`, `preliminary`, `amended` …
        one status: Code,
        /// `LAB`, `RAD` …
        many category: CodeableConcept,
        /// What.
        one code: CodeableConcept,
        /// In whom.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// When.
        one effective_date_time: FhirDateTime,
        /// By whom.
        many performer: Reference,
        /// Observations.
        many result: Reference,
        /// In words.
        one conclusion: String,
        /// As codes.
        many conclusion_code: CodeableConcept,
        /// As a document.
        many presented_form: Attachment,
        /// Resources that stand inside.
        many contained: Value,
    }
    /// A drug ordered.
    MedicationRequest {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `active`, `completed`, `stopped` …
        one status: Code,
        /// `order`, `plan` …
        one intent: Code,
        /// Which (RxNorm).
        one medication_codeable_concept: CodeableConcept,
        /// Whose.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// When.
        one authored_on: FhirDateTime,
        /// By whom.
        one requester: Reference,
        /// Why.
        many reason_code: CodeableConcept,
    }
    /// Something ordered.
    ServiceRequest {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// `active`, `completed`, `revoked` …
        one status: Code,
        /// `order`, `plan` …
        one intent: Code,
        /// What.
        one code: CodeableConcept,
        /// For whom.
        one subject: Reference,
        /// In which visit.
        one encounter: Reference,
        /// For when.
        one occurrence_date_time: FhirDateTime,
        /// When ordered.
        one authored_on: FhirDateTime,
        /// By whom.
        one requester: Reference,
        /// Why.
        many reason_code: CodeableConcept,
    }
}
