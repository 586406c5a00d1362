//! The coder's page: the note beside its codes.

use askama::Template;

use super::frame::Frame;
use super::part::{Choice, ContextBar, Tag};
use super::segment::NoteSegment;
use super::stay::StayView;

/// An encounter being coded (`encounter.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "encounter.html")]
pub struct EncounterPage {
    /// Surroundings.
    pub frame: Frame,
    /// Whose.
    pub context: ContextBar,
    /// Number people use.
    pub number: String,
    /// Date of service.
    pub served_on: String,
    /// Who rendered it.
    pub provider: String,
    /// Place of service, code and words.
    pub place: String,
    /// New or established.
    pub standing: String,
    /// Where it stands.
    pub status: Tag,
    /// Why it stands there, or empty.
    pub reason: String,
    /// True while the person may decide.
    pub may_decide: bool,
    /// The person may sign the draft.
    pub may_sign: bool,
    /// The person may change the draft.
    pub may_write: bool,
    /// The person may write an addendum.
    pub may_addend: bool,
    /// The person may make the claim of the coded visit.
    pub may_build: bool,
    /// Suggestions that would be coded still wait.
    pub has_rest: bool,
    /// What keeps it from being finished, each one sentence.
    pub blockers: Vec<String>,
    /// The note, cut at its evidence.
    pub note: Vec<NoteSegment>,
    /// Version shown, `1`, and who signed it when; or that it is unsigned.
    pub note_version: String,
    /// Signature in words, or empty while unsigned.
    pub signature: String,
    /// Other versions: label and address.
    pub versions: Vec<Choice>,
    /// Diagnoses in reporting order.
    pub diagnoses: Vec<SuggestionView>,
    /// Procedures in line order.
    pub procedures: Vec<SuggestionView>,
    /// How the visit level was reached, when there is one.
    pub level: Option<LevelReasoning>,
    /// What a hospital stay needs besides, for one.
    pub stay: Option<StayView>,
    /// Things to ask.
    pub prompts: Vec<PromptView>,
    /// Questions asked.
    pub queries: Vec<QueryView>,
    /// Candidates dropped.
    pub rejected: Vec<RejectedView>,
    /// Claim made from it, address; or empty.
    pub claim_href: String,
    /// Editions and rule versions used.
    pub editions: Vec<String>,
}

/// A code with why, and what can be done with it.
#[derive(Clone, Debug, Default)]
pub struct SuggestionView {
    /// `s1`; the same as in [`NoteSegment::evidence`].
    pub id: String,
    /// `icd10cm` or `hcpcs`.
    pub system: &'static str,
    /// Position in the order, from 1.
    pub position: usize,
    /// The code as people write it.
    pub code: String,
    /// Official title or our label.
    pub title: String,
    /// `25, RT`, or empty.
    pub modifiers: String,
    /// Units, or empty for a diagnosis.
    pub units: String,
    /// `1, 2`, positions of diagnoses, or empty for a diagnosis.
    pub pointers: String,
    /// Certainty in words with the score, `Sure, 94%`.
    pub certainty: Tag,
    /// Words of the note.
    pub quotes: Vec<String>,
    /// Rules applied.
    pub rules: Vec<RuleView>,
    /// Address of the code on the day of the visit.
    pub href: String,
    /// Other codes worth a look.
    pub alternatives: Vec<Choice>,
    /// What was decided.
    pub decision: Option<Tag>,
    /// Why it was decided so, or empty.
    pub decision_reason: String,
    /// Added by a person: there is no suggestion to decide about.
    pub is_added: bool,
}

/// A rule applied.
#[derive(Clone, Debug, Default)]
pub struct RuleView {
    /// Stable id.
    pub id: String,
    /// What it says here.
    pub text: String,
    /// Where it is written.
    pub citation: String,
    /// Address of its section, where the guidelines are imported; else empty.
    pub href: String,
}

/// How an evaluation and management level was reached (CPT: two of three elements, or time).
#[derive(Clone, Debug, Default)]
pub struct LevelReasoning {
    /// The result, `99214, moderate`.
    pub result: String,
    /// Problems, data, risk, and the time where it is stated.
    pub elements: Vec<LevelRow>,
    /// Why these give the result.
    pub conclusion: String,
    /// Time beyond the visit under each set of thresholds; empty where there is none.
    pub prolonged: Vec<String>,
}

/// One element of the level.
#[derive(Clone, Debug, Default)]
pub struct LevelRow {
    /// `l1`; marks its words in the note like a code.
    pub id: String,
    /// Element.
    pub name: String,
    /// Level reached.
    pub level: String,
    /// What was counted, or empty.
    pub counted: String,
    /// Words of the note.
    pub quotes: Vec<String>,
}

/// Something to ask.
#[derive(Clone, Debug, Default)]
pub struct PromptView {
    /// `p1`; marks its words in the note like a code.
    pub id: String,
    /// For the coder.
    pub text: String,
    /// For the provider, neutral.
    pub question: String,
    /// Answers offered.
    pub options: Vec<String>,
    /// Coding should wait.
    pub is_blocking: bool,
}

/// A question asked of the provider.
#[derive(Clone, Debug, Default)]
pub struct QueryView {
    /// Our record, used in addresses.
    pub id: String,
    /// The person may answer it.
    pub may_answer: bool,
    /// Answers offered.
    pub options: Vec<String>,
    /// The question.
    pub question: String,
    /// When and by whom.
    pub asked: String,
    /// Open or answered.
    pub status: Tag,
    /// The answer, or empty.
    pub answer: String,
}

/// A candidate that was dropped.
#[derive(Clone, Debug, Default)]
pub struct RejectedView {
    /// `r1`; marks its words in the note like a code.
    pub id: String,
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Why not.
    pub reason: String,
    /// Rule id.
    pub rule: String,
}
