//! Whom a payer insures, and finding the person a claim or question means.

use claim::{Money, PersonName, Relationship, Sex};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Plan;

/// One person in one span of coverage (a row of `members.csv`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Member identifier on the card; a family shares it.
    pub member_id: String,
    /// Name on the card.
    pub name: PersonName,
    /// Date of birth.
    pub born_on: Date,
    /// Sex.
    pub sex: Sex,
    /// Relation to the subscriber.
    pub relationship: Relationship,
    /// Group number, or empty.
    pub group: String,
    /// First day of coverage.
    pub effective_on: Date,
    /// Last day of coverage, when it ended.
    pub terminated_on: Option<Date>,
    /// Qualified Medicare beneficiary: owes no share.
    pub is_qmb: bool,
    /// Payer that pays before this one.
    pub primary_payer: Option<String>,
    /// Payer that pays after this one.
    pub secondary_payer: Option<String>,
    /// An earlier member identifier that claims may still carry; answers correct it.
    pub former_id: Option<String>,
    /// The payer's number of the injury (workers' compensation).
    pub claim_number: Option<String>,
    /// What was used up before the first claim.
    pub opening: Option<Opening>,
}

/// What a member had used up elsewhere in a benefit year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// A day of the benefit year meant.
    pub on: Date,
    /// Of the deductible.
    pub deductible: Money,
    /// Of the out-of-pocket maximum.
    pub out_of_pocket: Money,
    /// Of the therapy threshold (physical and speech).
    pub therapy: Money,
}

/// One person of a family, over all spans of coverage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(String);

impl Member {
    /// The person, the same in every span of coverage.
    #[must_use]
    pub fn person(&self) -> PersonKey {
        PersonKey(format!("{}|{}|{}", self.member_id, self.born_on, self.name.first.to_uppercase()))
    }

    /// True on days of this span of coverage.
    #[must_use]
    pub fn covers(&self, on: Date) -> bool {
        self.effective_on <= on && self.terminated_on.is_none_or(|end| on <= end)
    }

    fn has_id(&self, id: &str) -> bool {
        self.member_id == id || self.former_id.as_deref() == Some(id)
    }
}

/// Why a person was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// Nobody has the identifier.
    Identifier,
    /// Somebody has it, born on another day.
    BirthDate,
    /// Somebody has it and the birthday, with another name.
    Name,
}

impl Plan {
    /// The person with this identifier, name and date of birth: the span that covers the day, else the
    /// nearest one (the last that began before it, else the first).
    pub(crate) fn find_member(
        &self,
        id: &str,
        name: &PersonName,
        born_on: Date,
        on: Date,
    ) -> Result<&Member, Mismatch> {
        let family: Vec<&Member> = self.members.iter().filter(|m| m.has_id(id)).collect();
        if family.is_empty() {
            return Err(Mismatch::Identifier);
        }
        let born: Vec<&Member> = family.into_iter().filter(|m| m.born_on == born_on).collect();
        if born.is_empty() {
            return Err(Mismatch::BirthDate);
        }
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        let mut spans: Vec<&Member> =
            born.into_iter().filter(|m| same(&m.name.last, &name.last) && same(&m.name.first, &name.first)).collect();
        spans.sort_by_key(|m| m.effective_on);
        let covering = spans.iter().find(|m| m.covers(on));
        let before = spans.iter().rfind(|m| m.effective_on <= on);
        covering.or(before).or(spans.first()).copied().ok_or(Mismatch::Name)
    }
}
