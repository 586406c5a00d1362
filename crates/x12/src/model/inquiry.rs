//! Claim status inquiries and answers (276, 277), claim acknowledgements (277CA) and requests for information (277).

use super::build::loops;
use super::parts::{
    AdjudicatedService, Amount, Attachment, Beginning, Demographics, Period, Person, Quantity, Reference, Status, Trace,
};
use super::tree::documents;

loops! {
    /// A 276.
    StatusInquiry = [""] { beginning: Option<Beginning>, payers: Vec<InquiryPayer> }
    /// 276 2000A.
    InquiryPayer = ["2000A"] level "20" { parties: Vec<Person>, receivers: Vec<InquiryReceiver> }
    /// 276 2000B.
    InquiryReceiver = ["2000B"] level "21" { parties: Vec<Person>, providers: Vec<InquiryProvider> }
    /// 276 2000C.
    InquiryProvider = ["2000C"] level "19" { parties: Vec<Person>, subscribers: Vec<InquirySubscriber> }
    /// 276 2000D.
    InquirySubscriber = ["2000D"] level "22" {
        birth: Option<Demographics>,
        parties: Vec<Person>,
        claims: Vec<ClaimInquiry>,
        dependents: Vec<InquiryDependent>,
    }
    /// 276 2000E.
    InquiryDependent = ["2000E"] level "23" {
        birth: Option<Demographics>,
        parties: Vec<Person>,
        claims: Vec<ClaimInquiry>,
    }
    /// 276 2200D, 2200E.
    ClaimInquiry = ["2200D", "2200E"] {
        trace: Option<Trace>,
        references: Vec<Reference>,
        amounts: Vec<Amount>,
        dates: Vec<Period>,
        lines: Vec<LineInquiry>,
    }
    /// 276 2210D, 2210E.
    LineInquiry = ["2210D", "2210E"] {
        service: Option<AdjudicatedService>,
        references: Vec<Reference>,
        dates: Vec<Period>,
    }

    /// A 277 that answers a 276.
    StatusAnswer = [""] { beginning: Option<Beginning>, payers: Vec<StatusPayer> }
    /// A 277 that asks for information, X213.
    InformationRequest = [""] { beginning: Option<Beginning>, payers: Vec<StatusPayer> }
    /// 277 2000A.
    StatusPayer = ["2000A"] level "20" { parties: Vec<Person>, receivers: Vec<StatusReceiver> }
    /// 277 2000B.
    StatusReceiver = ["2000B"] level "21" {
        parties: Vec<Person>,
        statuses: Vec<LevelStatus>,
        providers: Vec<StatusProvider>,
    }
    /// 277 2000C.
    StatusProvider = ["2000C"] level "19" {
        parties: Vec<Person>,
        statuses: Vec<LevelStatus>,
        subscribers: Vec<StatusSubscriber>,
    }
    /// 277 2000D.
    StatusSubscriber = ["2000D"] level "22" {
        parties: Vec<Person>,
        claims: Vec<ClaimStatus>,
        dependents: Vec<StatusDependent>,
    }
    /// 277 2000E.
    StatusDependent = ["2000E"] level "23" { parties: Vec<Person>, claims: Vec<ClaimStatus> }
    /// 277 2200B, 2200C: an answer about everything below.
    LevelStatus = ["2200B", "2200C"] {
        trace: Option<Trace>,
        statuses: Vec<Status>,
        references: Vec<Reference>,
        quantities: Vec<Quantity>,
        amounts: Vec<Amount>,
    }
    /// 277 2200D, 2200E.
    ClaimStatus = ["2200D", "2200E"] {
        trace: Option<Trace>,
        statuses: Vec<Status>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        attachments: Vec<Attachment>,
        lines: Vec<LineStatus>,
    }
    /// 277 2220D, 2220E.
    LineStatus = ["2220D", "2220E"] {
        service: Option<AdjudicatedService>,
        statuses: Vec<Status>,
        references: Vec<Reference>,
        dates: Vec<Period>,
        attachments: Vec<Attachment>,
    }

    /// A 277CA.
    ClaimAcknowledgement = [""] { beginning: Option<Beginning>, sources: Vec<AnswerSource> }
    /// 277CA 2000A.
    AnswerSource = ["2000A"] level "20" {
        parties: Vec<Person>,
        receipt: Option<Receipt>,
        submitters: Vec<AnswerSubmitter>,
    }
    /// 277CA 2200A.
    Receipt = ["2200A"] { trace: Option<Trace>, dates: Vec<Period> }
    /// 277CA 2000B.
    AnswerSubmitter = ["2000B"] level "21" {
        parties: Vec<Person>,
        status: Option<LevelStatus>,
        providers: Vec<AnswerProvider>,
    }
    /// 277CA 2000C.
    AnswerProvider = ["2000C"] level "19" {
        parties: Vec<Person>,
        status: Option<LevelStatus>,
        patients: Vec<AnswerPatient>,
    }
    /// 277CA 2000D.
    AnswerPatient = ["2000D"] level "PT" { parties: Vec<Person>, claims: Vec<ClaimStatus> }
}

documents! {
    StatusInquiry = "276" "HR" ["005010X212"];
    StatusAnswer = "277" "HN" ["005010X212"];
    InformationRequest = "277" "HN" ["005010X213"];
    ClaimAcknowledgement = "277" "HN" ["005010X214"];
}
