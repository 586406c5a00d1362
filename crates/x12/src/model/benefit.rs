//! Eligibility and benefits: inquiries (270) and answers (271).

use super::build::{loops, plain_segments, segments};
use super::parts::{
    Amount, Beginning, City, Codes, Contact, Delivery, Demographics, LoopEnd, LoopStart, Message, Name, Period, Person,
    Provider, Reference, Refusal, Relation, Street, Trace,
};
use super::tree::documents;

segments! {
    /// What is asked about.
    Asked = "EQ" {
        procedure_qualifier: 2-1, procedure: 2-2, modifier_1: 2-3, modifier_2: 2-4, modifier_3: 2-5, modifier_4: 2-6,
        coverage: 3, insurance: 4, pointer_1: 5-1, pointer_2: 5-2, pointer_3: 5-3, pointer_4: 5-4;
        repeats service_types: 1
    }
    /// A benefit.
    Benefit = "EB" {
        information: 1, coverage: 2, insurance: 4, plan: 5, period: 6, amount: 7, percent: 8, quantity_qualifier: 9,
        quantity: 10, needs_authorization: 11, in_network: 12, procedure_qualifier: 13-1, procedure: 13-2,
        modifier_1: 13-3, modifier_2: 13-4, modifier_3: 13-5, modifier_4: 13-6, pointer_1: 14-1, pointer_2: 14-2,
        pointer_3: 14-3, pointer_4: 14-4;
        repeats service_types: 3
    }
}

plain_segments! {
    /// A military person.
    Military = "MPI";
    /// More about what is asked or given.
    Information = "III";
}

loops! {
    /// A 270.
    EligibilityInquiry = [""] { beginning: Option<Beginning>, payers: Vec<AskedPayer> }
    /// 270 2000A.
    AskedPayer = ["2000A"] level "20" { parties: Vec<Person>, providers: Vec<AskingProvider> }
    /// 270 2000B.
    AskingProvider = ["2000B"] level "21" { parties: Vec<BenefitProvider>, subscribers: Vec<AskedSubscriber> }
    /// 270 2000C.
    AskedSubscriber = ["2000C"] level "22" {
        traces: Vec<Trace>,
        person: Option<AskedPerson>,
        dependents: Vec<AskedDependent>,
    }
    /// 270 2000D.
    AskedDependent = ["2000D"] level "23" {
        traces: Vec<Trace>,
        person: Option<AskedPerson>,
    }
    /// 270 2110C, 2110D.
    Inquiry = ["2110C", "2110D"] {
        asked: Option<Asked>,
        amounts: Vec<Amount>,
        information: Vec<Information>,
        references: Vec<Reference>,
        dates: Vec<Period>,
    }
    /// 270 and 271 2100B: identifiers come before the address here.
    BenefitProvider = ["2100B"] {
        name: Option<Name>,
        references: Vec<Reference>,
        street: Option<Street>,
        city: Option<City>,
        refusals: Vec<Refusal>,
        specialty: Option<Provider>,
    }
    /// 270 2100C, 2100D.
    AskedPerson = ["2100C", "2100D"] {
        name: Option<Name>,
        references: Vec<Reference>,
        street: Option<Street>,
        city: Option<City>,
        specialty: Option<Provider>,
        birth: Option<Demographics>,
        relation: Option<Relation>,
        codes: Vec<Codes>,
        dates: Vec<Period>,
        inquiries: Vec<Inquiry>,
    }
    /// 271 2100C, 2100D.
    AnsweredPerson = ["2100C", "2100D"] {
        name: Option<Name>,
        references: Vec<Reference>,
        street: Option<Street>,
        city: Option<City>,
        refusals: Vec<Refusal>,
        specialty: Option<Provider>,
        birth: Option<Demographics>,
        relation: Option<Relation>,
        codes: Vec<Codes>,
        dates: Vec<Period>,
        military: Option<Military>,
        benefits: Vec<BenefitGiven>,
    }

    /// A 271.
    EligibilityAnswer = [""] { beginning: Option<Beginning>, payers: Vec<AnsweringPayer> }
    /// 271 2000A.
    AnsweringPayer = ["2000A"] level "20" {
        refusals: Vec<Refusal>,
        party: Option<AnsweringParty>,
        providers: Vec<AnsweredProvider>,
    }
    /// 271 2100A.
    AnsweringParty = ["2100A"] { name: Option<Name>, contacts: Vec<Contact>, refusals: Vec<Refusal> }
    /// 271 2000B.
    AnsweredProvider = ["2000B"] level "21" { parties: Vec<BenefitProvider>, subscribers: Vec<AnsweredSubscriber> }
    /// 271 2000C.
    AnsweredSubscriber = ["2000C"] level "22" {
        traces: Vec<Trace>,
        person: Option<AnsweredPerson>,
        dependents: Vec<AnsweredDependent>,
    }
    /// 271 2000D.
    AnsweredDependent = ["2000D"] level "23" {
        traces: Vec<Trace>,
        person: Option<AnsweredPerson>,
    }
    /// 271 2110C, 2110D.
    BenefitGiven = ["2110C", "2110D"] {
        benefit: Option<Benefit>,
        delivery: Vec<Delivery>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        refusals: Vec<Refusal>,
        messages: Vec<Message>,
        more: Vec<MoreInformation>,
        related_start: Option<LoopStart>,
        related: Vec<RelatedEntity>,
        related_end: Option<LoopEnd>,
    }
    /// 271 2115C, 2115D.
    MoreInformation = ["2115C", "2115D"] { information: Vec<Information> }
    /// 271 2120C, 2120D.
    RelatedEntity = ["2120C", "2120D"] {
        name: Option<Name>,
        street: Option<Street>,
        city: Option<City>,
        contacts: Vec<Contact>,
        specialty: Option<Provider>,
    }
}

documents! {
    EligibilityInquiry = "270" "HS" ["005010X279"];
    EligibilityAnswer = "271" "HB" ["005010X279"];
}
