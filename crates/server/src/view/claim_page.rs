//! The claim: as a form, as a file, and what happened to it.

use askama::Template;

use super::claim_form::{FindingView, FormView};
use super::edi::EdiLine;
use super::frame::Frame;
use super::part::{Amount, ContextBar, Tag};

/// A claim (`claim.html`); the tab is part of the address (`?view=form|837|history`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "claim.html")]
pub struct ClaimPage {
    /// Surroundings.
    pub frame: Frame,
    /// Whose.
    pub context: ContextBar,
    /// Control number.
    pub control_number: String,
    /// Where it stands.
    pub status: Tag,
    /// Payer, sequence and frequency in words.
    pub lead: String,
    /// Charge.
    pub charge: Amount,
    /// Last filing day in words, or empty.
    pub filing_limit: String,
    /// Address of the encounter.
    pub encounter_href: String,
    /// What the edits say, worst first.
    pub findings: Vec<FindingView>,
    /// What may be done now.
    pub may: ClaimActions,
    /// The tab shown.
    pub tab: ClaimTab,
}

/// What may be done with a claim now.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClaimActions {
    /// Corrections that need no judgement.
    pub fix: bool,
    /// Check again with today's tables.
    pub check: bool,
    /// Put in the next file.
    pub send: bool,
    /// Override a finding with a reason.
    pub override_finding: bool,
}

/// A tab of the claim page.
#[derive(Clone, Debug)]
pub enum ClaimTab {
    /// By CMS-1500 box.
    Form(FormView),
    /// As the 837 carries it.
    File(Vec<EdiLine>),
    /// Submissions and answers, latest first.
    History(Vec<Event>),
}

impl Default for ClaimTab {
    fn default() -> Self {
        Self::Form(FormView::default())
    }
}

/// Something that happened to a claim.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// When.
    pub when: String,
    /// What.
    pub what: Tag,
    /// The answer in plain words.
    pub text: String,
    /// Code and wording of the answer, or empty.
    pub code: String,
    /// File it came from or went with, or empty.
    pub file: String,
    /// Address of the file, or empty.
    pub file_href: String,
    /// Who did it, or empty.
    pub by: String,
}
