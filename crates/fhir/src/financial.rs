//! Claim, ClaimResponse, ExplanationOfBenefit.

use serde_json::Number;

use crate::{
    Attachment, Code, CodeableConcept, FhirDate, FhirDateTime, Id, Identifier, Meta, Money, Period, Quantity,
    Reference, element::elements,
};

elements! {
    /// What is billed, or asked to be authorized beforehand.
    Claim {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Numbers.
        many identifier: Identifier,
        /// `active`, `cancelled`, `draft`, `entered-in-error`.
        one status: Code,
        /// `professional`, `institutional` …
        one r#type: CodeableConcept,
        /// `claim`, `preauthorization`, `predetermination`.
        one r#use: Code,
        /// Whose.
        one patient: Reference,
        /// Service dates.
        one billable_period: Period,
        /// Written.
        one created: FhirDateTime,
        /// Payer.
        one insurer: Reference,
        /// Billing provider.
        one provider: Reference,
        /// Who took part.
        many care_team: CareTeamMember,
        /// What else is known.
        many supporting_info: ClaimSupportingInfo,
        /// Diagnoses in order.
        many diagnosis: ClaimDiagnosis,
        /// Procedures in order.
        many procedure: ClaimProcedure,
        /// Coverages in order.
        many insurance: ClaimInsurance,
        /// Service lines.
        many item: ClaimItem,
        /// Total charge.
        one total: Money,
    }
    /// Who took part in the services.
    CareTeamMember {
        /// Number that lines point to.
        one sequence: u32,
        /// Who.
        one provider: Reference,
        /// `primary`, `referring` …
        one role: CodeableConcept,
        /// Specialty.
        one qualification: CodeableConcept,
    }
    /// What else is known of the services.
    ClaimSupportingInfo {
        /// Number that lines point to.
        one sequence: u32,
        /// What it is about.
        one category: CodeableConcept,
        /// As a code.
        one code: CodeableConcept,
        /// When.
        one timing_date: FhirDate,
        /// As words.
        one value_string: String,
        /// As a document.
        one value_attachment: Attachment,
        /// As a resource.
        one value_reference: Reference,
    }
    /// A diagnosis of a claim.
    ClaimDiagnosis {
        /// Number that lines point to.
        one sequence: u32,
        /// Which.
        one diagnosis_codeable_concept: CodeableConcept,
        /// As a resource.
        one diagnosis_reference: Reference,
        /// `principal`, `admitting` …
        many r#type: CodeableConcept,
        /// Present on admission.
        one on_admission: CodeableConcept,
    }
    /// A procedure of a claim.
    ClaimProcedure {
        /// Its place in the order.
        one sequence: u32,
        /// When.
        one date: FhirDateTime,
        /// Which.
        one procedure_codeable_concept: CodeableConcept,
    }
    /// A coverage of a claim.
    ClaimInsurance {
        /// Its place in the order.
        one sequence: u32,
        /// True for the one this claim goes to.
        one focal: bool,
        /// Which.
        one coverage: Reference,
        /// Authorization numbers.
        many pre_auth_ref: String,
    }
    /// A service line.
    ClaimItem {
        /// Its number.
        one sequence: u32,
        /// Diagnoses it points to.
        many diagnosis_sequence: u32,
        /// Revenue code.
        one revenue: CodeableConcept,
        /// Service.
        one product_or_service: CodeableConcept,
        /// Modifiers.
        many modifier: CodeableConcept,
        /// Day.
        one serviced_date: FhirDate,
        /// From and to.
        one serviced_period: Period,
        /// Place of service.
        one location_codeable_concept: CodeableConcept,
        /// Units.
        one quantity: Quantity,
        /// Charge of a unit.
        one unit_price: Money,
        /// Charge.
        one net: Money,
    }
    /// What a payer says to a claim.
    ClaimResponse {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Numbers.
        many identifier: Identifier,
        /// `active`, `cancelled` …
        one status: Code,
        /// `professional`, `institutional` …
        one r#type: CodeableConcept,
        /// `claim`, `preauthorization` …
        one r#use: Code,
        /// Whose.
        one patient: Reference,
        /// Written.
        one created: FhirDateTime,
        /// Payer.
        one insurer: Reference,
        /// The claim answered.
        one request: Reference,
        /// `queued`, `complete`, `error`, `partial`.
        one outcome: Code,
        /// In words.
        one disposition: String,
        /// Authorization number.
        one pre_auth_ref: String,
        /// From and to of the authorization.
        one pre_auth_period: Period,
        /// Lines.
        many item: ClaimResponseItem,
        /// Adjustments of the claim as a whole.
        many adjudication: Adjudication,
        /// Sums.
        many total: Total,
        /// Payment.
        one payment: Payment,
    }
    /// What a payer says to a line.
    ClaimResponseItem {
        /// Number of the line.
        one item_sequence: u32,
        /// Amounts and reasons.
        many adjudication: Adjudication,
    }
    /// One amount and its reason.
    Adjudication {
        /// `submitted`, `eligible`, `deductible`, `benefit` …
        one category: CodeableConcept,
        /// Reason (CARC).
        one reason: CodeableConcept,
        /// Amount.
        one amount: Money,
        /// A number that is no money.
        one value: Number,
    }
    /// A sum of a category.
    Total {
        /// Category.
        one category: CodeableConcept,
        /// Amount.
        one amount: Money,
    }
    /// What is paid.
    Payment {
        /// `complete`, `partial`.
        one r#type: CodeableConcept,
        /// On.
        one date: FhirDate,
        /// Amount.
        one amount: Money,
        /// Trace number.
        one identifier: Identifier,
    }
    /// A claim with its answer, for the patient.
    ExplanationOfBenefit {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Numbers.
        many identifier: Identifier,
        /// `active`, `cancelled` …
        one status: Code,
        /// `professional`, `institutional` …
        one r#type: CodeableConcept,
        /// `claim`, `preauthorization` …
        one r#use: Code,
        /// Whose.
        one patient: Reference,
        /// Service dates.
        one billable_period: Period,
        /// Written.
        one created: FhirDateTime,
        /// Payer.
        one insurer: Reference,
        /// Billing provider.
        one provider: Reference,
        /// `queued`, `complete`, `error`, `partial`.
        one outcome: Code,
        /// Who took part.
        many care_team: CareTeamMember,
        /// What else is known.
        many supporting_info: ClaimSupportingInfo,
        /// Diagnoses in order.
        many diagnosis: ClaimDiagnosis,
        /// Procedures in order.
        many procedure: ClaimProcedure,
        /// Coverages in order.
        many insurance: ClaimInsurance,
        /// Lines.
        many item: ExplanationItem,
        /// Adjustments of the claim as a whole.
        many adjudication: Adjudication,
        /// Sums.
        many total: Total,
        /// Payment.
        one payment: Payment,
    }
    /// A line with its answer.
    ExplanationItem {
        /// Its number.
        one sequence: u32,
        /// Diagnoses it points to.
        many diagnosis_sequence: u32,
        /// Revenue code.
        one revenue: CodeableConcept,
        /// Service.
        one product_or_service: CodeableConcept,
        /// Modifiers.
        many modifier: CodeableConcept,
        /// Day.
        one serviced_date: FhirDate,
        /// From and to.
        one serviced_period: Period,
        /// Place of service.
        one location_codeable_concept: CodeableConcept,
        /// Units.
        one quantity: Quantity,
        /// Charge.
        one net: Money,
        /// Amounts and reasons.
        many adjudication: Adjudication,
    }
}
