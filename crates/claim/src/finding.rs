//! What an edit says about a claim.

use serde::{Deserialize, Serialize};

/// How an edit came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing wrong (kept only where a report asks for it).
    Pass,
    /// The claim breaks the rule.
    Fail,
    /// Broken, but a listed exception applies (a modifier, an override with a reason).
    Bypassed,
    /// A table it needs is not loaded.
    Unchecked,
}

/// How much a failed edit weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The claim may go.
    Warning,
    /// The claim is held.
    Error,
}

/// Whose work clears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Registration and coverage.
    FrontDesk,
    /// Codes and modifiers.
    Coder,
    /// Claim data and files.
    Biller,
    /// Documentation.
    Provider,
}

impl Owner {
    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::FrontDesk => "Front desk",
            Self::Coder => "Coder",
            Self::Biller => "Biller",
            Self::Provider => "Provider",
        }
    }
}

/// One result of one edit on one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable rule id, such as `C4` or `DX09`.
    pub id: String,
    /// How it came out.
    pub verdict: Verdict,
    /// How much it weighs.
    pub severity: Severity,
    /// Whose work it is.
    pub owner: Owner,
    /// 1-based service line, when it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u16>,
    /// The field as people and the 837 name it, such as `24D modifier (SV101-3)`.
    pub field: String,
    /// What is wrong and what to do, in one or two sentences.
    pub message: String,
    /// Where the rule is written.
    pub citation: String,
    /// A change software may make by itself, when the rule allows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Editions that judged it, `name@version`.
    #[serde(default)]
    pub editions: Vec<String>,
}

/// A correction that needs no judgement, so software may make it and say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fix {
    /// Append a modifier that a payer table demands for the code (never 25, 59 or X{EPSU}).
    AddModifier {
        /// 1-based line.
        line: u16,
        /// Which.
        modifier: crate::Modifier,
    },
    /// Move a diagnosis behind another (etiology before manifestation).
    MoveDiagnosis {
        /// 1-based from.
        from: u8,
        /// 1-based to.
        to: u8,
    },
    /// Drop an exact duplicate diagnosis.
    DropDiagnosis {
        /// 1-based position.
        position: u8,
    },
}

impl Finding {
    /// True when it keeps the claim from going out.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.verdict == Verdict::Fail && self.severity == Severity::Error
    }
}

/// What a set of findings makes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cleanliness {
    /// An error failed.
    Held,
    /// No error failed, but tables were missing.
    CleanAsFarAsChecked,
    /// Everything was checked and no error failed.
    Clean,
}

impl Cleanliness {
    /// Judges a set of findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(Finding::holds) {
            Self::Held
        } else if findings.iter().any(|f| f.verdict == Verdict::Unchecked) {
            Self::CleanAsFarAsChecked
        } else {
            Self::Clean
        }
    }
}
