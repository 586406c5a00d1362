//! Segments by their fields. Field names are ours; numbers are those of HL7 v2.5.1.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};

use crate::{Hl7Error, Segment, Value, time};

/// XPN and XCN: a person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name<'a> {
    /// Family name.
    pub family: Cow<'a, str>,
    /// First given name.
    pub given: Cow<'a, str>,
    /// Further given names or initials.
    pub middle: Cow<'a, str>,
    /// JR, III.
    pub suffix: Cow<'a, str>,
}

impl<'a> Name<'a> {
    /// Reads the components from the one of the family name on; the family name may have subcomponents.
    fn at(value: Value<'a>, family: usize) -> Self {
        Self {
            family: value.component(family).subcomponent(1).text(),
            given: value.component(family + 1).text(),
            middle: value.component(family + 2).text(),
            suffix: value.component(family + 3).text(),
        }
    }
}

/// CX and XCN: a number, who gave it, and of what kind it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// The number.
    pub number: Cow<'a, str>,
    /// Assigning authority, first subcomponent.
    pub authority: Cow<'a, str>,
    /// HL7 table 0203: MR medical record, SS social security, NPI, AN account …
    pub kind: Cow<'a, str>,
}

/// XAD: an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Street.
    pub street: Cow<'a, str>,
    /// Second line.
    pub other: Cow<'a, str>,
    /// City.
    pub city: Cow<'a, str>,
    /// State.
    pub state: Cow<'a, str>,
    /// ZIP code.
    pub zip: Cow<'a, str>,
}

/// CE and CWE: a code, its words and its system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded<'a> {
    /// The code.
    pub code: Cow<'a, str>,
    /// Its words.
    pub text: Cow<'a, str>,
    /// HL7 table 0396: I10, C4, LN …
    pub system: Cow<'a, str>,
}

fn coded(value: Value<'_>) -> Coded<'_> {
    Coded { code: value.component(1).text(), text: value.component(2).text(), system: value.component(3).text() }
}

fn address(value: Value<'_>) -> Address<'_> {
    Address {
        street: value.component(1).subcomponent(1).text(),
        other: value.component(2).text(),
        city: value.component(3).text(),
        state: value.component(4).text(),
        zip: value.component(5).text(),
    }
}

/// CX has authority and kind in components 4 and 5, XCN in 9 and 13.
fn identifiers<'a>(field: Value<'a>, authority: usize, kind: usize) -> Vec<Identifier<'a>> {
    let read = |value: Value<'a>| Identifier {
        number: value.component(1).text(),
        authority: value.component(authority).subcomponent(1).text(),
        kind: value.component(kind).text(),
    };
    field.repetitions().filter(|value| !value.component(1).is_empty()).map(read).collect()
}

/// Hands a segment's fields out under their names.
macro_rules! views {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ident $number:literal,)* })*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(pub Segment<'a>);

        impl<'a> $name<'a> {
            $(views!(@field $(#[$field_doc])* $field $kind $number);)*
        })*
    };
    (@field $(#[$doc:meta])* $field:ident text $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Cow<'a, str> { self.0.field($number).component(1).text() }
    };
    (@field $(#[$doc:meta])* $field:ident name $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Name<'a> { Name::at(self.0.field($number), 1) }
    };
    (@field $(#[$doc:meta])* $field:ident person $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Name<'a> { Name::at(self.0.field($number), 2) }
    };
    (@field $(#[$doc:meta])* $field:ident ids $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Vec<Identifier<'a>> { identifiers(self.0.field($number), 4, 5) }
    };
    (@field $(#[$doc:meta])* $field:ident person_ids $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Vec<Identifier<'a>> { identifiers(self.0.field($number), 9, 13) }
    };
    (@field $(#[$doc:meta])* $field:ident address $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Address<'a> { address(self.0.field($number)) }
    };
    (@field $(#[$doc:meta])* $field:ident coded $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Coded<'a> { coded(self.0.field($number)) }
    };
    (@field $(#[$doc:meta])* $field:ident codes $number:literal) => {
        $(#[$doc])*
        pub fn $field(&self) -> Vec<Coded<'a>> {
            self.0.field($number).repetitions().filter(|value| !value.is_empty()).map(coded).collect()
        }
    };
    (@field $(#[$doc:meta])* $field:ident date $number:literal) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When something else than a day stands there.
        pub fn $field(&self) -> Result<Option<Date>, Hl7Error> { time::date(&self.0, $number) }
    };
    (@field $(#[$doc:meta])* $field:ident time $number:literal) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When something else than a time stands there.
        pub fn $field(&self) -> Result<Option<DateTime>, Hl7Error> { time::time(&self.0, $number) }
    };
}

views! {
    /// PID: who the patient is.
    Patient {
        /// PID-3: medical record and other numbers.
        ids: ids 3,
        /// PID-5: legal name.
        name: name 5,
        /// PID-7: birth.
        born_on: date 7,
        /// PID-8: administrative sex, HL7 table 0001.
        sex: text 8,
        /// PID-11: home.
        address: address 11,
        /// PID-13: phone at home.
        phone: text 13,
        /// PID-18: account number.
        account: text 18,
    }
    /// PV1: the visit.
    Visit {
        /// PV1-2: patient class, HL7 table 0004: I inpatient, O outpatient, E emergency.
        class: text 2,
        /// PV1-3: where, the point of care.
        location: text 3,
        /// PV1-7: attending, by name.
        attending: person 7,
        /// PV1-7: attending, by number.
        attending_ids: person_ids 7,
        /// PV1-8: who referred, by name.
        referring: person 8,
        /// PV1-19: visit number.
        number: text 19,
        /// PV1-44: begin of the visit.
        admitted_at: time 44,
        /// PV1-45: its end.
        discharged_at: time 45,
    }
    /// TXA: what a document is.
    DocumentHeader {
        /// TXA-2: document type, HL7 table 0270: PN progress note, OP operative report, HP history …
        kind: text 2,
        /// TXA-4: when what it tells of took place.
        activity_at: time 4,
        /// TXA-5: who did it, by name.
        provider: person 5,
        /// TXA-9: who wrote it, by name.
        author: person 9,
        /// TXA-9: who wrote it, by number.
        author_ids: person_ids 9,
        /// TXA-12: its unique number.
        number: text 12,
        /// TXA-13: the number of the document it amends.
        parent_number: text 13,
        /// TXA-17: completion, HL7 table 0271: AU and LA authenticated, DI dictated, PA pre-authenticated …
        completion: text 17,
    }
    /// OBX: one observation.
    Observation {
        /// OBX-2: type of the value.
        value_type: text 2,
        /// OBX-3: what was observed.
        what: coded 3,
        /// OBX-6: unit.
        unit: coded 6,
        /// OBX-7: reference range.
        range: text 7,
        /// OBX-8: abnormal flag.
        flag: text 8,
        /// OBX-11: result status, HL7 table 0085: F final, C corrected, D delete, X none …
        status: text 11,
        /// OBX-14: when observed.
        observed_at: time 14,
    }
    /// FT1: a charge.
    Transaction {
        /// FT1-4: date of service.
        served_on: date 4,
        /// FT1-6: CG charge, CD credit, PY payment, AJ adjustment.
        kind: text 6,
        /// FT1-7: the sender's own charge code.
        charge: coded 7,
        /// FT1-10: units.
        units: text 10,
        /// FT1-11: extended amount, dollars.
        amount: text 11,
        /// FT1-19: diagnoses.
        diagnoses: codes 19,
        /// FT1-20: who performed it, by number.
        performed_by_ids: person_ids 20,
        /// FT1-25: procedure code.
        procedure: coded 25,
        /// FT1-26: modifiers.
        modifiers: codes 26,
    }
    /// DG1: a diagnosis.
    Diagnosis {
        /// DG1-1: its place in the order.
        number: text 1,
        /// DG1-3: the code.
        code: coded 3,
        /// DG1-6: A admitting, W working, F final.
        kind: text 6,
    }
    /// IN1: a coverage.
    Insurance {
        /// IN1-1: its place in the order.
        number: text 1,
        /// IN1-2: plan.
        plan: coded 2,
        /// IN1-3: company numbers.
        company_ids: ids 3,
        /// IN1-4: company name.
        company: text 4,
        /// IN1-8: group number.
        group: text 8,
        /// IN1-12: effective.
        starts_on: date 12,
        /// IN1-13: expires.
        ends_on: date 13,
        /// IN1-16: name of the insured.
        insured: name 16,
        /// IN1-17: relationship of the insured to the patient, HL7 table 0063.
        relationship: text 17,
        /// IN1-18: birth of the insured.
        insured_born_on: date 18,
        /// IN1-36: policy number.
        policy: text 36,
        /// IN1-49: number of the insured.
        insured_ids: ids 49,
    }
    /// GT1: who pays what the patient owes.
    Guarantor {
        /// GT1-3: name.
        name: name 3,
        /// GT1-5: address.
        address: address 5,
        /// GT1-8: birth.
        born_on: date 8,
        /// GT1-11: relationship, HL7 table 0063.
        relationship: text 11,
    }
    /// SCH: an appointment.
    Appointment {
        /// SCH-1: number of who asked.
        placer_number: text 1,
        /// SCH-2: number of the schedule.
        filler_number: text 2,
        /// SCH-7: why.
        reason: coded 7,
        /// SCH-25: booked, cancelled, no-show …
        status: coded 25,
    }
}

impl Appointment<'_> {
    /// When it begins: SCH-11.4 (v2.3 to v2.5).
    ///
    /// # Errors
    /// When something else than a time stands there.
    pub fn starts_at(&self) -> Result<Option<DateTime>, Hl7Error> {
        time::time_of(self.0.field(11).component(4), &self.0, 11)
    }
}
