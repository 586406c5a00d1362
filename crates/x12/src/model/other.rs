//! Service review (278), attachments (275), enrollment (834), premium payment (820) and application advice (824).

use super::build::{loops, plain_segments, segments};
use super::claim::{DentalService, InstitutionalService, ProfessionalService, Tooth};
use super::parts::{
    Amount, Attachment, Beginning, City, Codes, Conditions, Contact, Context, Currency, Day, Delivery, Demographics,
    Institutional, LoopEnd, LoopStart, Manipulation, Message, MoreName, Name, Number, Party, Period, Provider,
    Quantity, Reference, Refusal, Relation, Start, Status, Street, Trace, Transport,
};
use super::remittance::{Payment, RemittanceDelivery};
use super::tree::documents;

segments! {
    /// A service review.
    Review = "UM" {
        category: 1, certification: 2, service: 3, facility: 4-1, facility_qualifier: 4-2, frequency: 4-3,
        cause_1: 5-1, cause_2: 5-2, cause_3: 5-3, cause_state: 5-4, cause_country: 5-5, urgency: 6, health: 7,
        prognosis: 8, release: 9, delay: 10,
    }
    /// The decision of a service review.
    Decision = "HCR" { action: 1, number: 2, reason: 3, second_opinion: 4 }
    /// A kind of attachment.
    Category = "CAT" { report: 1, report_list: 2, version: 3 }
    /// A coverage that a member has.
    MemberCoverage = "HD" { maintenance: 1, reason: 2, line: 3, plan: 4, level: 5 }
    /// Coordination of benefits of a member.
    Coordination = "COB" { order: 1, number: 2, coordination: 3 ; repeats service_types: 4 }
    /// Whom a premium is paid for.
    Entity = "ENT" { number: 1, role: 2, id_qualifier: 3, id: 4 }
    /// What of an invoice or account is paid.
    Remitted = "RMR" { qualifier: 1, reference: 2, kind: 3, amount: 4, billed: 5, discount: 6, reason: 7, adjusted: 8 }
    /// Why a premium payment differs.
    PremiumAdjustment = "ADX" { amount: 1, reason: 2, qualifier: 3, reference: 4 }
    /// The transaction set an advice is about.
    AdviceOrigin = "OTI" {
        answer: 1, qualifier: 2, reference: 3, sender: 4, receiver: 5, date: 6, time: 7, group: 8, set_control: 9,
        set_id: 10, version: 11,
    }
    /// What is wrong.
    AdviceError = "TED" { code: 1, text: 2, segment: 3, position: 4, element: 5, component: 6, value: 7, new_value: 8 }
    /// An error in the words of a list.
    ListError = "RED" { text: 1, relation: 2, agency: 3, list: 5, code: 6 }
}

plain_segments! {
    /// Oxygen.
    Oxygen = "CR5";
    /// Home health.
    HomeHealth = "CR6";
    /// How an attachment is encoded.
    Encoding = "EFI";
    /// An attachment, its length first.
    Binary = "BIN";
    /// An attachment with its filter, its length second.
    BinaryFiltered = "BDS";
    /// An account number.
    Account = "ACT";
    /// An employment class.
    Employment = "EC";
    /// An income.
    Income = "ICM";
    /// Health.
    Health = "HLH";
    /// A language.
    Language = "LUI";
    /// A disability.
    Disability = "DSB";
    /// An identification card.
    Card = "IDC";
    /// A place of a provider.
    Place = "PLA";
    /// A line of an invoice.
    InvoiceLine = "IT1";
    /// A charge or allowance.
    ServiceCharge = "SAC";
    /// A part of a line of an invoice.
    InvoiceDetail = "SLN";
}

loops! {
    /// A 278, request or response.
    ServiceReview = [""] { beginning: Option<Beginning>, organizations: Vec<ReviewOrganization> }
    /// 278 2000A.
    ReviewOrganization = ["2000A"] level "20" {
        refusals: Vec<Refusal>,
        parties: Vec<ReviewParty>,
        requesters: Vec<ReviewRequester>,
    }
    /// 278 2000B.
    ReviewRequester = ["2000B"] level "21" { parties: Vec<ReviewParty>, subscribers: Vec<ReviewSubscriber> }
    /// 278 2000C.
    ReviewSubscriber = ["2000C"] level "22" {
        parties: Vec<ReviewParty>,
        events: Vec<ReviewEvent>,
        dependents: Vec<ReviewDependent>,
    }
    /// 278 2000D.
    ReviewDependent = ["2000D"] level "23" { parties: Vec<ReviewParty>, events: Vec<ReviewEvent> }
    /// 278 2000E.
    ReviewEvent = ["2000E"] level "EV" {
        traces: Vec<Trace>,
        refusals: Vec<Refusal>,
        review: Option<Review>,
        decision: Option<Decision>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        codes: Vec<Codes>,
        delivery: Option<Delivery>,
        conditions: Vec<Conditions>,
        institutional: Option<Institutional>,
        transport: Option<Transport>,
        manipulation: Option<Manipulation>,
        oxygen: Option<Oxygen>,
        home_health: Option<HomeHealth>,
        attachments: Vec<Attachment>,
        message: Option<Message>,
        parties: Vec<ReviewParty>,
        services: Vec<ReviewService>,
    }
    /// 278 2000F.
    ReviewService = ["2000F"] level "SS" {
        traces: Vec<Trace>,
        refusals: Vec<Refusal>,
        review: Option<Review>,
        decision: Option<Decision>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        codes: Vec<Codes>,
        professional: Option<ProfessionalService>,
        institutional: Option<InstitutionalService>,
        dental: Option<DentalService>,
        teeth: Vec<Tooth>,
        delivery: Option<Delivery>,
        attachments: Vec<Attachment>,
        message: Option<Message>,
        parties: Vec<ReviewParty>,
    }
    /// 278 2010: identifiers come before the address here.
    ReviewParty = ["2010A", "2010B", "2010C", "2010D", "2010E", "2010F"] {
        name: Option<Name>,
        references: Vec<Reference>,
        street: Option<Street>,
        city: Option<City>,
        contacts: Vec<Contact>,
        refusals: Vec<Refusal>,
        specialty: Option<Provider>,
        birth: Option<Demographics>,
        relation: Option<Relation>,
    }

    /// A 275.
    Attachments = [""] { start: Option<Start>, parties: Vec<AttachmentParty>, details: Vec<AttachmentDetail> }
    /// 275 1000.
    AttachmentParty = ["1000A", "1000B", "1000C", "1000D"] {
        name: Option<Name>,
        specialty: Option<Provider>,
        references: Vec<Reference>,
        street: Option<Street>,
        city: Option<City>,
        contacts: Vec<Contact>,
        dates: Vec<Period>,
    }
    /// 275 2000A.
    AttachmentDetail = ["2000A"] {
        number: Option<Number>,
        trace: Option<Trace>,
        statuses: Vec<Status>,
        references: Vec<Reference>,
        contents: Vec<AttachmentContent>,
    }
    /// 275 2100A, 2100B.
    AttachmentContent = ["2100A", "2100B"] {
        date: Option<Period>,
        category: Option<Category>,
        files: Vec<AttachmentFile>,
    }
    /// 275 2110A, 2110B.
    AttachmentFile = ["2110A", "2110B"] {
        encoding: Option<Encoding>,
        binary: Option<Binary>,
        filtered: Option<BinaryFiltered>,
    }

    /// An 834.
    Enrollment = [""] {
        start: Option<Start>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        quantities: Vec<Quantity>,
        parties: Vec<EnrollmentParty>,
        members: Vec<Member>,
    }
    /// 834 1000.
    EnrollmentParty = ["1000A", "1000B", "1000C"] { party: Option<Party>, account: Option<BrokerAccount> }
    /// 834 1100C.
    BrokerAccount = ["1100C"] { account: Option<Account> }
    /// 834 2000.
    Member = ["2000"] {
        relation: Option<Relation>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        persons: Vec<MemberPerson>,
        disabilities: Vec<MemberDisability>,
        coverages: Vec<Coverages>,
        reporting: Option<Reporting>,
    }
    /// 834 2100.
    MemberPerson = ["2100A", "2100B", "2100C", "2100D", "2100E", "2100F", "2100G", "2100H"] {
        name: Option<Name>,
        contacts: Vec<Contact>,
        street: Option<Street>,
        city: Option<City>,
        birth: Option<Demographics>,
        employment: Vec<Employment>,
        income: Option<Income>,
        amounts: Vec<Amount>,
        health: Option<Health>,
        languages: Vec<Language>,
    }
    /// 834 2200.
    MemberDisability = ["2200"] { disability: Option<Disability>, dates: Vec<Period> }
    /// 834 2300.
    Coverages = ["2300"] {
        coverage: Option<MemberCoverage>,
        dates: Vec<Period>,
        amounts: Vec<Amount>,
        references: Vec<Reference>,
        cards: Vec<Card>,
        providers: Vec<MemberProvider>,
        coordination: Vec<MemberCoordination>,
    }
    /// 834 2310.
    MemberProvider = ["2310"] {
        number: Option<Number>,
        name: Option<Name>,
        streets: Vec<Street>,
        city: Option<City>,
        contacts: Vec<Contact>,
        place: Option<Place>,
    }
    /// 834 2320.
    MemberCoordination = ["2320"] {
        coordination: Option<Coordination>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        parties: Vec<CoordinationParty>,
    }
    /// 834 2330.
    CoordinationParty = ["2330"] {
        name: Option<Name>,
        street: Option<Street>,
        city: Option<City>,
        contacts: Vec<Contact>,
    }
    /// 834 LS: what an exchange reports.
    Reporting = ["LS_LOOP"] { start: Option<LoopStart>, categories: Vec<ReportingCategory>, end: Option<LoopEnd> }
    /// 834 2700.
    ReportingCategory = ["2700"] { number: Option<Number>, details: Vec<ReportingDetail> }
    /// 834 2750.
    ReportingDetail = ["2750"] { party: Option<Party>, references: Vec<Reference>, dates: Vec<Period> }

    /// An 820.
    PremiumPayment = [""] {
        payment: Option<Payment>,
        trace: Option<Trace>,
        currency: Option<Currency>,
        references: Vec<Reference>,
        dates: Vec<Day>,
        parties: Vec<PremiumParty>,
        entities: Vec<PremiumEntity>,
    }
    /// 820 1000.
    PremiumParty = ["1000A", "1000B", "1000C"] {
        party: Option<Party>,
        more: Option<MoreName>,
        street: Option<Street>,
        city: Option<City>,
        delivery: Option<RemittanceDelivery>,
        contacts: Vec<Contact>,
    }
    /// 820 2000.
    PremiumEntity = ["2000", "2000A", "2000B"] {
        entity: Option<Entity>,
        persons: Vec<PremiumPerson>,
        adjustments: Vec<EntityAdjustment>,
        items: Vec<PremiumItem>,
    }
    /// 820 2100.
    PremiumPerson = ["2100", "2100B"] { name: Option<Name>, references: Vec<Reference> }
    /// 820 2200, 2320.
    EntityAdjustment = ["2200A", "2200B", "2320A", "2320B"] { adjustment: Option<PremiumAdjustment> }
    /// 820 2300.
    PremiumItem = ["2300", "2300A", "2300B"] {
        remitted: Option<Remitted>,
        references: Vec<Reference>,
        dates: Vec<Day>,
        invoices: Vec<Invoice>,
        adjustments: Vec<EntityAdjustment>,
    }
    /// 820 2310A.
    Invoice = ["2310A"] {
        line: Option<InvoiceLine>,
        charges: Vec<InvoiceCharge>,
        details: Vec<InvoiceMembers>,
    }
    /// 820 2312A.
    InvoiceCharge = ["2312A"] { charge: Option<ServiceCharge> }
    /// 820 2315A.
    InvoiceMembers = ["2315A"] { detail: Option<InvoiceDetail> }

    /// An 824.
    ApplicationAdvice = [""] { start: Option<Start>, parties: Vec<AdviceParty>, origins: Vec<Advice> }
    /// 824 1000.
    AdviceParty = ["1000A", "1000B"] { party: Option<Party>, contacts: Vec<Contact> }
    /// 824 2000.
    Advice = ["2000"] {
        origin: Option<AdviceOrigin>,
        references: Vec<Reference>,
        dates: Vec<Day>,
        amounts: Vec<Amount>,
        errors: Vec<AdviceDetail>,
    }
    /// 824 2100.
    AdviceDetail = ["2100"] { error: Option<AdviceError>, context: Vec<Context>, list_errors: Vec<ListError> }
}

documents! {
    ServiceReview = "278" "HI" ["005010X217"];
    Attachments = "275" "PI" ["005010X210", "006020X314"];
    Enrollment = "834" "BE" ["005010X220"];
    PremiumPayment = "820" "RA" ["005010X218", "005010X306"];
    ApplicationAdvice = "824" "AG" ["005010X186"];
}
