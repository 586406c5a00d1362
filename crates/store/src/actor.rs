//! Who acts, in which role, for which clients.

use std::fmt;

use claim::{ClientId, UserId};
use serde::{Deserialize, Serialize};

use crate::{Result, StoreError};

/// A role a user holds on a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Codes encounters.
    Coder,
    /// Builds, scrubs and submits claims; works rejections and denials.
    Biller,
    /// Posts remittances and patient payments.
    Poster,
    /// Sees everything of the client, approves.
    Manager,
    /// Registers patients and coverages.
    FrontDesk,
    /// Writes and signs notes, answers queries.
    Provider,
    /// Reads everything, changes nothing.
    Auditor,
    /// Manages users, payers and settings.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Coder,
        Self::Biller,
        Self::Poster,
        Self::Manager,
        Self::FrontDesk,
        Self::Provider,
        Self::Auditor,
        Self::Admin,
    ];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coder => "coder",
            Self::Biller => "biller",
            Self::Poster => "poster",
            Self::Manager => "manager",
            Self::FrontDesk => "front_desk",
            Self::Provider => "provider",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Coder => "Coder",
            Self::Biller => "Biller",
            Self::Poster => "Poster",
            Self::Manager => "Manager",
            Self::FrontDesk => "Front desk",
            Self::Provider => "Provider",
            Self::Auditor => "Auditor",
            Self::Admin => "Administrator",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person who signed in.
    User(UserId),
    /// The software by itself, with the part that acts: `demo`, `jobs`, `cli`.
    System(&'static str),
}

impl Actor {
    /// The user, when it is one.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::System(_) => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::System(part) => write!(f, "system:{part}"),
        }
    }
}

/// Whose rows a transaction may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One client: every write of client data.
    One(ClientId),
    /// Several clients, for worklists across clients; reading only.
    Read(Vec<ClientId>),
    /// What belongs to no client: installation, users, payers.
    Installation,
}

/// Stands for the installation where a client's id would stand.
pub(crate) const INSTALLATION: &str = "-";

impl Scope {
    /// The clients as statements take them: ids joined by commas, each 36 characters.
    pub(crate) fn list(&self) -> String {
        match self {
            Self::One(client) => client.to_string(),
            Self::Read(clients) => clients.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            Self::Installation => INSTALLATION.to_owned(),
        }
    }

    /// The key that new rows carry.
    pub(crate) fn owner(&self) -> Result<String> {
        match self {
            Self::Read(_) => Err(StoreError::OutOfScope("a scope of several clients is for reading only".into())),
            _ => Ok(self.list()),
        }
    }
}
