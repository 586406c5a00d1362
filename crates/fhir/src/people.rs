//! Patient, Practitioner, Organization, Coverage.

use crate::{
    Address, CodeableConcept, ContactPoint, FhirDate, HumanName, Id, Identifier, Meta, Period, Reference,
    element::elements,
};

elements! {
    /// Who is cared for.
    Patient {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Medical record and other numbers.
        many identifier: Identifier,
        /// Names.
        many name: HumanName,
        /// Phones and mail.
        many telecom: ContactPoint,
        /// `male`, `female`, `other`, `unknown`.
        one gender: String,
        /// Birth.
        one birth_date: FhirDate,
        /// Homes.
        many address: Address,
    }
    /// Who cares.
    Practitioner {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// NPI and other numbers.
        many identifier: Identifier,
        /// Names.
        many name: HumanName,
        /// Degrees and licences.
        many qualification: Qualification,
    }
    /// A degree or licence.
    Qualification {
        /// Which.
        one code: CodeableConcept,
    }
    /// A practice, a payer.
    Organization {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// NPI, tax and payer numbers.
        many identifier: Identifier,
        /// Kinds.
        many r#type: CodeableConcept,
        /// Name.
        one name: String,
        /// Phones and mail.
        many telecom: ContactPoint,
        /// Where.
        many address: Address,
    }
    /// Who pays for whom.
    Coverage {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Numbers.
        many identifier: Identifier,
        /// `active`, `cancelled`, `draft`, `entered-in-error`.
        one status: String,
        /// Kind.
        one r#type: CodeableConcept,
        /// Whose contract.
        one subscriber: Reference,
        /// Member number.
        one subscriber_id: String,
        /// Who is covered.
        one beneficiary: Reference,
        /// Which of several under the number.
        one dependent: String,
        /// The beneficiary to the subscriber.
        one relationship: CodeableConcept,
        /// From and to.
        one period: Period,
        /// Who pays.
        many payor: Reference,
        /// Group, plan and so on.
        many class: CoverageClass,
        /// 1 pays first.
        one order: u32,
    }
    /// A group or plan of a coverage.
    CoverageClass {
        /// `group`, `plan` …
        one r#type: CodeableConcept,
        /// Its number.
        one value: String,
        /// Its name.
        one name: String,
    }
}

impl Patient {
    /// The medical record number: of type MR (HL7 table 0203), else the first number.
    pub fn record_number(&self) -> Option<&str> {
        record_number(&self.identifier)
    }

    /// The official name, else the first.
    pub fn legal_name(&self) -> Option<&HumanName> {
        self.name.iter().find(|n| n.r#use.as_deref() == Some("official")).or_else(|| self.name.first())
    }
}

fn record_number(identifiers: &[Identifier]) -> Option<&str> {
    let is_mr =
        |i: &&Identifier| i.r#type.iter().flat_map(|t| &t.coding).any(|coding| coding.code.as_deref() == Some("MR"));
    let chosen = identifiers.iter().find(is_mr).or_else(|| identifiers.first())?;
    chosen.value.as_deref()
}

/// URI of the national provider identifier (FHIR R4, identifier systems).
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";

impl Practitioner {
    /// The national provider identifier.
    pub fn npi(&self) -> Option<&str> {
        self.identifier.iter().find(|i| i.system.as_deref() == Some(NPI))?.value.as_deref()
    }
}
