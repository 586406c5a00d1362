//! Why a payer adjusted or what it says about a claim: adjustment reasons (CARC), remarks (RARC) and claim status
//! codes, in plain words of our own, with whose work they make.

use claim::{Carc, Rarc};

use crate::{
    Span,
    table::{self, Dated, TableError},
};

macro_rules! words {
    ($(#[$outer:meta])* $name:ident in $list:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $label:literal;)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        const $list: &[(&str, $name)] = &[$(($word, $name::$variant),)*];

        impl $name {
            /// For people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

words! {
    /// The root cause an adjustment points to.
    ReasonCategory in CATEGORIES {
        /// The patient's share.
        PatientShare = "patient-share", "Patient share";
        /// Contract or fee schedule.
        Contractual = "contractual", "Contractual";
        /// Not eligible.
        Eligibility = "eligibility", "Eligibility";
        /// Another payer comes first.
        Coordination = "coordination", "Coordination of benefits";
        /// Authorization or referral.
        Authorization = "authorization", "Authorization";
        /// Medical necessity.
        Necessity = "necessity", "Medical necessity";
        /// Codes and modifiers.
        Coding = "coding", "Coding";
        /// Included in another service.
        Bundling = "bundling", "Bundling";
        /// Sent or paid before.
        Duplicate = "duplicate", "Duplicate";
        /// Late.
        TimelyFiling = "timely-filing", "Timely filing";
        /// Provider not enrolled, certified or allowed.
        Enrollment = "enrollment", "Enrolment";
        /// Data missing or wrong.
        Information = "information", "Missing information";
        /// Records.
        Documentation = "documentation", "Documentation";
        /// Not a benefit, or used up.
        Benefit = "benefit", "Benefit limits";
        /// Administrative.
        Administrative = "administrative", "Administrative";
    }
}

words! {
    /// Whose work it makes.
    Desk in DESKS {
        /// Registration and coverage.
        FrontDesk = "front-desk", "Front desk";
        /// Codes and modifiers.
        Coding = "coding", "Coding";
        /// Claims and posting.
        Billing = "billing", "Billing";
        /// Enrolment.
        Credentialing = "credentialing", "Credentialing";
        /// Calls and appeals.
        PayerFollowUp = "payer-follow-up", "Payer follow-up";
        /// The treating clinician.
        Clinician = "clinician", "Clinician";
        /// The patient.
        Patient = "patient", "Patient";
    }
}

/// A claim adjustment reason (CAS02).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: Carc,
    /// What it means, in our words.
    pub text: String,
    /// Groups it is seen with, most usual first (`CO PR`).
    pub groups: Vec<String>,
    /// Root cause.
    pub category: ReasonCategory,
    /// Whose work.
    pub owner: Desk,
    /// What to do next.
    pub action: String,
    /// With group CO the amount may be written off without review; everything else is work.
    pub is_write_off_allowed: bool,
    /// A remark that is not an alert must come with it.
    pub needs_remark: bool,
    /// The days it is valid.
    pub span: Span,
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<Carc, Reason>, TableError> {
    let rows = table::read(file, text, |row| {
        Ok(Reason {
            code: row.value("code", "an adjustment reason code")?,
            text: row.text("text").to_owned(),
            groups: row.list("groups", "groups")?,
            category: row.word("category", CATEGORIES)?,
            owner: row.word("owner", DESKS)?,
            action: row.text("action").to_owned(),
            is_write_off_allowed: row.flag("write_off")?,
            needs_remark: row.flag("needs_remark")?,
            span: row.span()?,
        })
    })?;
    Ok(Dated::new(rows.into_iter().map(|row| (row.code.clone(), row.span, row))))
}

/// A remark (LQ02, MOA03).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The code.
    pub code: Rarc,
    /// What it means, in our words.
    pub text: String,
    /// Tells something, never explains an adjustment.
    pub is_alert: bool,
    /// Root cause it points to.
    pub category: ReasonCategory,
    /// Whose work.
    pub owner: Desk,
}

pub(crate) fn read_remarks(file: &str, text: &str) -> Result<Dated<Rarc, Remark>, TableError> {
    let rows = table::read(file, text, |row| {
        let remark = Remark {
            code: row.value("code", "a remark code")?,
            text: row.text("text").to_owned(),
            is_alert: row.flag("alert")?,
            category: row.word("category", CATEGORIES)?,
            owner: row.word("owner", DESKS)?,
        };
        Ok((remark.code.clone(), row.span()?, remark))
    })?;
    Ok(Dated::new(rows))
}

/// A claim status code or category (STC01-1 and STC01-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: String,
    /// What it means, in our words.
    pub text: String,
}

pub(crate) fn read_statuses(file: &str, text: &str) -> Result<Dated<String, Status>, TableError> {
    let rows = table::read(file, text, |row| {
        let status = Status { code: row.text("code").to_owned(), text: row.text("text").to_owned() };
        Ok((status.code.clone(), row.span()?, status))
    })?;
    Ok(Dated::new(rows))
}
