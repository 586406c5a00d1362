//! Segments that several transaction sets share.

use super::build::{loops, plain_segments, segments};

segments! {
    /// Beginning of a hierarchical transaction set.
    Beginning = "BHT" { structure: 1, purpose: 2, reference: 3, date: 4, time: 5, kind: 6 }
    /// Beginning of an enrollment, an attachment or an application advice.
    Start = "BGN" { purpose: 1, reference: 2, date: 3, time: 4, time_zone: 5, other_reference: 6, kind: 7, action: 8 }
    /// A person or an organization in a role.
    Name = "NM1" {
        role: 1, kind: 2, last: 3, first: 4, middle: 5, prefix: 6, suffix: 7, id_qualifier: 8, id: 9,
        relation: 10, related_role: 11, maiden: 12,
    }
    /// A party of a payment or enrollment.
    Party = "N1" { role: 1, name: 2, id_qualifier: 3, id: 4, relation: 5, related_role: 6 }
    /// More of a party's name.
    MoreName = "N2" { name: 1, second: 2 }
    /// Street address.
    Street = "N3" { first: 1, second: 2 }
    /// City, state and ZIP code.
    City = "N4" { city: 1, state: 2, zip: 3, country: 4, location_qualifier: 5, location: 6, subdivision: 7 }
    /// An identifier.
    Reference = "REF" {
        qualifier: 1, value: 2, description: 3, other_qualifier: 4-1, other_value: 4-2, second_qualifier: 4-3,
        second_value: 4-4,
    }
    /// A person to contact.
    Contact = "PER" {
        function: 1, name: 2, first_qualifier: 3, first_number: 4, second_qualifier: 5, second_number: 6,
        third_qualifier: 7, third_number: 8,
    }
    /// A day or a period.
    Period = "DTP" { qualifier: 1, format: 2, value: 3 }
    /// A day of a payment.
    Day = "DTM" { qualifier: 1, date: 2, time: 3, time_zone: 4, format: 5, value: 6 }
    /// An amount.
    Amount = "AMT" { qualifier: 1, amount: 2, side: 3 }
    /// A quantity.
    Quantity = "QTY" { qualifier: 1, quantity: 2, unit: 3-1 }
    /// Birth and sex.
    Demographics = "DMG" { format: 1, birth_date: 2, sex: 3, marital_status: 4, citizenship: 6 ; repeats race: 5 }
    /// What a provider is.
    Provider = "PRV" { role: 1, qualifier: 2, taxonomy: 3 }
    /// A trace number.
    Trace = "TRN" { kind: 1, reference: 2, originator: 3, division: 4 }
    /// Why a request was refused.
    Refusal = "AAA" { answer: 1, agency: 2, reason: 3, follow_up: 4 }
    /// The number of a line or group of lines.
    Number = "LX" { number: 1 }
    /// A service that was adjudicated or is asked about.
    AdjudicatedService = "SVC" {
        procedure_qualifier: 1-1, procedure: 1-2, modifier_1: 1-3, modifier_2: 1-4, modifier_3: 1-5, modifier_4: 1-6,
        description: 1-7, charge: 2, paid: 3, revenue: 4, units: 5, submitted_qualifier: 6-1, submitted: 6-2,
        submitted_modifier_1: 6-3, submitted_modifier_2: 6-4, submitted_modifier_3: 6-5, submitted_modifier_4: 6-6,
        submitted_description: 6-7, submitted_units: 7,
    }
    /// Where a claim or line stands: up to three statuses.
    Status = "STC" {
        category: 1-1, status: 1-2, entity: 1-3, list: 1-4, date: 2, action: 3, charge: 4, paid: 5, paid_on: 6, method: 7,
        check_date: 8, check: 9, category_2: 10-1, status_2: 10-2, entity_2: 10-3, list_2: 10-4,
        category_3: 11-1, status_3: 11-2, entity_3: 11-3, list_3: 11-4, text: 12,
    }
    /// A currency.
    Currency = "CUR" { role: 1, currency: 2, rate: 3, second_role: 4, second_currency: 5 }
    /// A remark code.
    Remark = "LQ" { list: 1, code: 2 }
    /// A message.
    Message = "MSG" { text: 1, control: 2, number: 3 }
    /// A relation to the subscriber, and what an enrollment does.
    Relation = "INS" {
        is_subscriber: 1, relationship: 2, maintenance: 3, reason: 4, benefit_status: 5, medicare_plan: 6-1,
        medicare_reason: 6-2, cobra: 7, employment: 8, student: 9, handicap: 10, death_format: 11, death_date: 12,
        confidentiality: 13, birth_sequence: 17,
    }
    /// A report that belongs to a claim or service.
    Attachment = "PWK" {
        report: 1, transmission: 2, copies: 3, entity: 4, control_qualifier: 5, control: 6, description: 7,
    }
}

plain_segments! {
    /// Codes of a claim: each element a qualifier, a code, and what belongs to it.
    Codes = "HI";
    /// How services are delivered.
    Delivery = "HSD";
    /// Where an error stands.
    Context = "CTX";
    /// Adjustments of a group: the group, then reason, amount and quantity up to six times.
    Adjustments = "CAS";
    /// Remarks of an inpatient claim.
    InpatientRemarks = "MIA";
    /// Remarks of an outpatient or professional claim.
    OutpatientRemarks = "MOA";
    /// Codes of an institutional claim: admission type and source, patient status.
    Institutional = "CL1";
    /// A condition indicator with its codes.
    Conditions = "CRC";
    /// An ambulance transport.
    Transport = "CR1";
    /// A chiropractic treatment.
    Manipulation = "CR2";
    /// Begins the loops of further parties.
    LoopStart = "LS";
    /// Ends them.
    LoopEnd = "LE";
}

loops! {
    /// A party with its address, identifiers and contacts, in any loop that NM1 begins.
    Person = [
        "1000A", "1000B", "1000C", "1000D", "2010A", "2010B", "2010C", "2010D", "2010E", "2010F", "2010AA", "2010AB",
        "2010AC", "2010BA", "2010BB", "2010CA", "2100A", "2100B", "2100C", "2100D", "2100E", "2120C", "2120D", "2310A",
        "2310B", "2310C", "2310D", "2310E", "2310F", "2330A", "2330B", "2330C", "2330D", "2330E", "2330F", "2330G",
        "2330H", "2330I", "2420A", "2420B", "2420C", "2420D", "2420E", "2420F", "2420G", "2420H",
    ] {
        name: Option<Name>,
        street: Option<Street>,
        city: Option<City>,
        birth: Option<Demographics>,
        specialty: Option<Provider>,
        dates: Vec<Period>,
        references: Vec<Reference>,
        contacts: Vec<Contact>,
    }
}
