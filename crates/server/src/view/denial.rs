//! A denial: why, whose work, until when, and the ways out.

use askama::Template;

use super::frame::Frame;
use super::part::{Amount, ContextBar, Explained, Tag};

/// A denial being worked (`denial.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "denial.html")]
pub struct DenialPage {
    /// Surroundings.
    pub frame: Frame,
    /// Whose.
    pub context: ContextBar,
    /// Its number, used in addresses.
    pub id: String,
    /// Claim denied.
    pub control_number: String,
    /// Payer and decision date.
    pub lead: String,
    /// Address of the remittance that said so.
    pub remittance_href: String,
    /// The person may work it now.
    pub may_work: bool,
    /// Where the work stands.
    pub status: Tag,
    /// The payer's reasons (group and CARC, `CO-16`) in plain words.
    pub reasons: Vec<Explained>,
    /// Remarks (RARC) in plain words.
    pub remarks: Vec<Explained>,
    /// Root cause in words.
    pub cause: String,
    /// Whose work it is.
    pub owner: String,
    /// What to do next, in words.
    pub action: String,
    /// Last day to appeal or correct.
    pub deadline: String,
    /// Days left.
    pub left: Tag,
    /// Denied.
    pub amount: Amount,
    /// Lines denied.
    pub lines: Vec<DeniedLine>,
    /// The payer's number for the claim, for a corrected claim.
    pub payer_reference: String,
    /// How a correction is sent: as replacement, or as a new claim, in words; empty when none may be sent.
    pub correction: String,
    /// Appeal letter as drafted; empty when no appeal lies.
    pub appeal_letter: String,
    /// The appeal that is open and only has to be filed, in words; or empty.
    pub appeal_open: String,
    /// Why a write-off is not allowed; empty when it is.
    pub write_off_barred: String,
    /// Whether a write-off is usual for the reason, in words.
    pub write_off_advice: String,
    /// It is above the person's limit: they may put it to the manager.
    pub may_ask: bool,
    /// The patient may be asked for it.
    pub may_bill: bool,
    /// The payer asked before the patient, or empty.
    pub asked_next: String,
    /// What was done, latest first.
    pub history: Vec<Explained>,
}

/// A line denied.
#[derive(Clone, Debug, Default)]
pub struct DeniedLine {
    /// From 1.
    pub number: u16,
    /// Code and modifiers.
    pub procedure: String,
    /// Charge.
    pub charge: Amount,
    /// Denied.
    pub denied: Amount,
    /// Reasons.
    pub reasons: String,
    /// The codes of the line with the words of the note that led to them.
    pub evidence: Vec<CodeEvidence>,
}

/// A code of a denied line and where it comes from.
#[derive(Clone, Debug, Default)]
pub struct CodeEvidence {
    /// The code.
    pub code: String,
    /// Words of the note.
    pub quotes: Vec<String>,
    /// Why it was decided, when a person said so.
    pub decided: String,
    /// Where the words stand, or empty.
    pub href: String,
}
