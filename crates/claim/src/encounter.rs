//! Visits and their notes.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{EncounterId, NoteId, PatientId, PlaceOfService, ProviderId, UserId};

/// Where coding rules are taken from: outpatient and professional, or inpatient facility.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Outpatient and professional services (ICD-10-CM Guidelines section IV).
    #[default]
    Outpatient,
    /// Inpatient facility (Guidelines sections II and III).
    Inpatient,
}

/// A visit of a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encounter {
    /// Our record.
    pub id: EncounterId,
    /// Number people use, unique in the installation: `CH-E000123`.
    pub number: String,
    /// Whose visit.
    pub patient_id: PatientId,
    /// Date of service.
    pub served_on: Date,
    /// Who rendered it.
    pub rendering_id: ProviderId,
    /// Who referred or ordered, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referring_id: Option<ProviderId>,
    /// Where it took place.
    pub place_of_service: PlaceOfService,
    /// Which coding rules apply.
    pub setting: Setting,
    /// Seen by the same group and specialty within three years (CPT: established patient).
    pub is_established: bool,
    /// Where it stands.
    pub status: EncounterStatus,
}

/// Where a visit stands between note and claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EncounterStatus {
    /// No signed note yet: not billable.
    Unsigned,
    /// Signed, waiting for a coder.
    ToCode,
    /// A question to the provider is open: held.
    Queried,
    /// Codes final, waiting for charge review or claim.
    Coded,
    /// On a claim.
    Billed,
    /// Kept off any claim, with a reason.
    NotBilled,
}

impl EncounterStatus {
    /// As stored and shown in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::ToCode => "to_code",
            Self::Queried => "queried",
            Self::Coded => "coded",
            Self::Billed => "billed",
            Self::NotBilled => "not_billed",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Unsigned, Self::ToCode, Self::Queried, Self::Coded, Self::Billed, Self::NotBilled]
            .into_iter()
            .find(|s| s.code() == code)
    }

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unsigned => "Unsigned",
            Self::ToCode => "To code",
            Self::Queried => "Query open",
            Self::Coded => "Coded",
            Self::Billed => "Billed",
            Self::NotBilled => "Not billed",
        }
    }
}

/// What a note documents; chooses its template and the readers' expectations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Office or other visit note.
    #[default]
    Progress,
    /// Therapy evaluation or daily note with minutes.
    Therapy,
    /// Operative or procedure note.
    Operative,
    /// Dictated transcript.
    Transcript,
    /// Pathology, laboratory or imaging report.
    Report,
    /// Anesthesia record.
    Anesthesia,
}

impl NoteKind {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Therapy => "therapy",
            Self::Operative => "operative",
            Self::Transcript => "transcript",
            Self::Report => "report",
            Self::Anesthesia => "anesthesia",
        }
    }

    /// From the stored code; anything else is a progress note.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        [Self::Therapy, Self::Operative, Self::Transcript, Self::Report, Self::Anesthesia]
            .into_iter()
            .find(|k| k.code() == code)
            .unwrap_or_default()
    }
}

/// One version of a clinical note. Versions are never changed: an addendum is the next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Our record.
    pub id: NoteId,
    /// The visit it documents.
    pub encounter_id: EncounterId,
    /// 1, 2, 3 and so on.
    pub version: u32,
    /// What it documents.
    pub kind: NoteKind,
    /// The extracted text; every evidence span is a byte range of it.
    pub text: String,
    /// Signature, absent while the note is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Why this version exists, empty for the first.
    #[serde(default)]
    pub reason: String,
}

/// Who signed a note and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The clinician who signed.
    pub provider_id: ProviderId,
    /// The account that did it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}
