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
    /// Paid so far.
    pub paid: Amount,
    /// Last filing day in words, or empty.
    pub filing_limit: String,
    /// Where the coverage is corrected while the claim can still take it, or empty.
    pub coverage_href: String,
    /// Address of the encounter.
    pub encounter_href: String,
    /// Other claims of the visit: address and words.
    pub related: Vec<(String, String)>,
    /// What the edits say, worst first.
    pub findings: Vec<FindingView>,
    /// What may be done now.
    pub may: ClaimActions,
    /// The form that changes or corrects it, when the person may.
    pub edit: Option<ClaimEdit>,
    /// The tab shown.
    pub tab: ClaimTab,
}

/// What may be done with a claim now.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClaimActions {
    /// Take what registration knows now and examine again.
    pub check: bool,
    /// Put in the next file.
    pub send: bool,
    /// Override what holds it, with a reason.
    pub override_finding: bool,
    /// Make it again, for a payer that never received it.
    pub resend: bool,
    /// Take it apart: the visit goes back to the coder.
    pub take_apart: bool,
}

/// What people change about a claim.
#[derive(Clone, Debug, Default)]
pub struct ClaimEdit {
    /// It was decided: services and charges may change too, and another claim or a letter corrects it.
    pub is_correction: bool,
    /// Shown open.
    pub is_open: bool,
    /// Box 1a.
    pub member_id: String,
    /// Box 11.
    pub group_number: String,
    /// Box 23.
    pub authorization: String,
    /// Box 11b.
    pub casualty: String,
    /// Box 24B.
    pub place: String,
    /// Box 19.
    pub note: String,
    /// Box 21, separated by spaces.
    pub diagnoses: String,
    /// Box 24.
    pub lines: Vec<EditLine>,
}

/// A service line being changed.
#[derive(Clone, Debug, Default)]
pub struct EditLine {
    /// From 1.
    pub number: u16,
    /// 24D.
    pub procedure: String,
    /// 24D, separated by spaces.
    pub modifiers: String,
    /// 24E as positions, separated by spaces.
    pub pointers: String,
    /// 24G.
    pub units: claim::Units,
    /// 24F, `120.00`.
    pub charge: String,
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
    /// Address of the remittance in that file, or empty.
    pub remittance_href: String,
    /// Who did it, or empty.
    pub by: String,
}
