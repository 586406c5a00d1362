//! What coding learned from the decisions of the client's people.

use askama::Template;

use super::frame::Frame;
use super::part::Tag;

/// The versions and the points of one (`learning.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "learning.html")]
pub struct LearningPage {
    /// Surroundings.
    pub frame: Frame,
    /// A version is in use; else suggestions stand as installed.
    pub is_learned: bool,
    /// May learn and switch.
    pub may_switch: bool,
    /// Newest first.
    pub versions: Vec<VersionView>,
    /// The version whose points are shown; 0 without one.
    pub shown: u32,
    /// Its points, largest first.
    pub points: Vec<PointsView>,
}

/// One version.
#[derive(Clone, Debug, Default)]
pub struct VersionView {
    /// 1, 2, 3 and so on.
    pub version: u32,
    /// In use, may be used, may not.
    pub state: Tag,
    /// When and by whom.
    pub made: String,
    /// Visits and codes it rests on.
    pub basis: String,
    /// What the back-test found, as a sentence.
    pub test: String,
    /// May be switched on.
    pub may_use: bool,
}

/// What was learned of one code.
#[derive(Clone, Debug, Default)]
pub struct PointsView {
    /// As written.
    pub code: String,
    /// With sign.
    pub points: String,
    /// Decisions behind it.
    pub taken: u32,
    /// Decisions behind it.
    pub dropped: u32,
    /// Decisions behind it.
    pub added: u32,
}
