//! Identities of our own records: UUIDs made in the application, never by the database.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map($name)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A practice served by the installation.
    ClientId,
    /// A person who signs in.
    UserId,
    /// A patient of one client.
    PatientId,
    /// One insurance coverage of a patient.
    CoverageId,
    /// A rendering, referring or supervising clinician, or a billing group.
    ProviderId,
    /// An insurer or plan.
    PayerId,
    /// A visit.
    EncounterId,
    /// A clinical note; its versions are numbered.
    NoteId,
    /// A charge: one procedure on one date, the unit the ledger accounts for.
    ChargeId,
    /// A claim; its versions are numbered.
    ClaimId,
    /// A received remittance (835).
    RemittanceId,
    /// A ledger transaction.
    TransactionId,
    /// An item on somebody's worklist.
    WorkItemId,
    /// A patient statement.
    StatementId,
    /// A question to a provider.
    QueryId,
    /// An appeal of a denial.
    AppealId,
}
