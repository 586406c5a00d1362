//! What a file holds, before anybody reads it.

use serde::{Deserialize, Serialize};
use x12::{Interchange, ReadError, Transaction};

use crate::ExchangeError;

/// What the transaction sets of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// 837 professional (005010X222).
    ProfessionalClaims,
    /// 837 institutional (005010X223).
    InstitutionalClaims,
    /// 837 dental (005010X224).
    DentalClaims,
    /// 835 (005010X221).
    Remittances,
    /// TA1, 999, 277CA (005010X214), alone or mixed.
    Acknowledgements,
    /// 270 (005010X279).
    EligibilityInquiries,
    /// 271 (005010X279).
    EligibilityAnswers,
    /// 276 (005010X212).
    StatusInquiries,
    /// 277 answer to a 276 (005010X212).
    StatusAnswers,
}

impl FileKind {
    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ProfessionalClaims => "professional claims (837P 005010X222)",
            Self::InstitutionalClaims => "institutional claims (837I 005010X223)",
            Self::DentalClaims => "dental claims (837D 005010X224)",
            Self::Remittances => "remittances (835)",
            Self::Acknowledgements => "acknowledgements (TA1, 999, 277CA)",
            Self::EligibilityInquiries => "eligibility inquiries (270)",
            Self::EligibilityAnswers => "eligibility answers (271)",
            Self::StatusInquiries => "claim status inquiries (276)",
            Self::StatusAnswers => "claim status answers (277)",
        }
    }

    /// What one transaction set is.
    fn of(transaction: &Transaction<'_>) -> Option<Self> {
        let guide = transaction.guide();
        Some(match transaction.set_id() {
            "837" if guide.contains("X222") => Self::ProfessionalClaims,
            "837" if guide.contains("X223") => Self::InstitutionalClaims,
            "837" if guide.contains("X224") => Self::DentalClaims,
            "835" => Self::Remittances,
            "999" | "997" => Self::Acknowledgements,
            "277" if guide.contains("X214") => Self::Acknowledgements,
            "277" => Self::StatusAnswers,
            "276" => Self::StatusInquiries,
            "270" => Self::EligibilityInquiries,
            "271" => Self::EligibilityAnswers,
            _ => return None,
        })
    }
}

/// What a file holds; `None` when it is not X12, holds nothing we know, or several kinds at once.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> Option<FileKind> {
    let interchanges = x12::read(bytes).ok()?;
    let answers = interchanges.iter().flat_map(|i| &i.answers).map(|_| Some(FileKind::Acknowledgements));
    let mut kinds = answers.chain(interchanges.iter().flat_map(Interchange::transactions).map(FileKind::of));
    let first = kinds.next()??;
    kinds.all(|kind| kind == Some(first)).then_some(first)
}

/// Reads a whole file whose transaction sets are all of one kind.
pub(crate) fn read_kind(bytes: &[u8], kind: FileKind) -> Result<Vec<Interchange<'_>>, ExchangeError> {
    let interchanges = x12::read_complete(bytes)?;
    if let Some(error) = interchanges.iter().find_map(cut_in_trailer) {
        return Err(error.into());
    }
    for transaction in interchanges.iter().flat_map(Interchange::transactions) {
        if FileKind::of(transaction) != Some(kind) {
            let found = format!("{} {}", transaction.set_id(), transaction.guide());
            return Err(ExchangeError::Kind { found: found.trim().to_owned(), expected: kind.label() });
        }
    }
    Ok(interchanges)
}

/// The last segment may lack its terminator, but not its control number.
fn cut_in_trailer(interchange: &Interchange<'_>) -> Option<ReadError> {
    let iea = interchange.iea.filter(|iea| !iea.is_terminated() && iea.el(2) != interchange.control())?;
    Some(ReadError {
        offset: iea.offset(),
        what: "the file is cut in its last segment".to_owned(),
        expected: "IEA with the control number of ISA13",
        action: "Ask the sender for the whole file.",
    })
}
