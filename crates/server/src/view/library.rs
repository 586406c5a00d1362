//! The code library: finding a code, what it says on a day, what an edition changes, what payers and the team announce.

use askama::Template;

use super::frame::Frame;
use super::part::{Choice, Tag};

/// A code with a line about it.
#[derive(Clone, Debug, Default)]
pub struct CodeLine {
    /// As people write it, with the dot; empty for a heading.
    pub code: String,
    /// Title or words of the index.
    pub title: String,
    /// Address; empty when there is nothing behind it.
    pub href: String,
    /// Billable, incomplete, ended.
    pub state: Option<Tag>,
    /// Steps below the first line, for the index.
    pub depth: usize,
}

/// Notes of one kind, each with where it stands.
#[derive(Clone, Debug, Default)]
pub struct NoteGroup {
    /// Kind: Excludes 1, Code first.
    pub label: &'static str,
    /// Where it stands (the code, or what it is inherited from), and its words.
    pub notes: Vec<(String, String)>,
}

/// Finding a code (`library.html`): by words, in the alphabetic index, in the tabular list.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "library.html")]
pub struct LibraryPage {
    /// Surroundings.
    pub frame: Frame,
    /// `words`, `index` or `tree`.
    pub way: &'static str,
    /// The day asked about.
    pub on: String,
    /// Which edition answers, and whether it covers the day.
    pub edition: String,
    /// Which index search and navigation run with.
    pub index: String,
    /// What was typed.
    pub words: String,
    /// Letters of the index with their addresses.
    pub letters: Vec<(String, String)>,
    /// What stands above, from the chapter down.
    pub trail: Vec<CodeLine>,
    /// Notes that hold here, inherited ones too.
    pub notes: Vec<NoteGroup>,
    /// What is found, or what stands below.
    pub lines: Vec<CodeLine>,
    /// What no line means.
    pub empty: String,
    /// The person's codes.
    pub favourites: Vec<CodeLine>,
    /// Releases the person has not acknowledged.
    pub releases: usize,
    /// Bulletins the person has not read.
    pub unread: usize,
}

/// One code on one day (`code.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// Surroundings.
    pub frame: Frame,
    /// As people write it.
    pub code: String,
    /// Without the dot, as addresses have it.
    pub bare: String,
    /// Its title on the day, else the last it had.
    pub title: String,
    /// The day asked about.
    pub on: String,
    /// Where it stands.
    pub state: Tag,
    /// Why, in a sentence with what to do.
    pub why: String,
    /// What took its place, or what completes it.
    pub instead: Vec<CodeLine>,
    /// Which edition answers.
    pub edition: String,
    /// Facts: unit limit, risk category, replaced codes.
    pub facts: Vec<(String, String)>,
    /// What stands above, from the chapter down.
    pub trail: Vec<CodeLine>,
    /// Notes that hold for it.
    pub notes: Vec<NoteGroup>,
    /// What stands below.
    pub below: Vec<CodeLine>,
    /// Every edition at hand: name, days, title, state.
    pub editions: Vec<(String, String, String, Tag)>,
    /// True when it is one of the person's favourites.
    pub is_favourite: bool,
}

/// One thing that a release touches.
#[derive(Clone, Debug, Default)]
pub struct ImpactLine {
    /// Open encounter, favourite, fee line.
    pub kind: &'static str,
    /// Whose: the number of an encounter or a claim, the name of a list.
    pub holder: String,
    /// Its address, or empty.
    pub href: String,
    /// The code.
    pub code: String,
    /// The code's address.
    pub code_href: String,
    /// Ended, divided, changed.
    pub effect: Tag,
    /// What it became.
    pub detail: String,
}

/// What an edition changes, for one person at one client.
#[derive(Clone, Debug, Default)]
pub struct ReleaseAlert {
    /// Table, such as `icd10cm`.
    pub system: String,
    /// First day.
    pub edition: String,
    /// `ICD-10-CM of 2026-10-01`.
    pub title: String,
    /// `487 new, 28 gone, 38 changed against 2026-04`.
    pub summary: String,
    /// What it touches.
    pub impact: Vec<ImpactLine>,
    /// Touched things that are not shown.
    pub more: usize,
    /// The person has seen it.
    pub is_acknowledged: bool,
}

/// What the imported editions change (`releases.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "releases.html")]
pub struct ReleasesPage {
    /// Surroundings.
    pub frame: Frame,
    /// Newest first.
    pub releases: Vec<ReleaseAlert>,
}

/// A section of the Official Guidelines (`guideline.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "guideline.html")]
pub struct GuidelinePage {
    /// Surroundings.
    pub frame: Frame,
    /// Address of the section: `I.C.4.a`.
    pub section: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub text: String,
    /// The day asked about.
    pub on: String,
    /// Sections above and below, with their titles and addresses.
    pub around: Vec<CodeLine>,
}

/// A bulletin as it is read.
#[derive(Clone, Debug, Default)]
pub struct BulletinView {
    /// Our record.
    pub id: String,
    /// Who speaks.
    pub from: String,
    /// One line.
    pub title: String,
    /// The words.
    pub body: String,
    /// When and by whom.
    pub published: String,
    /// Who has read it.
    pub readers: String,
    /// The person has.
    pub is_read: bool,
}

/// What payers announce and the team agrees on (`bulletins.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "bulletins.html")]
pub struct BulletinsPage {
    /// Surroundings.
    pub frame: Frame,
    /// Newest first.
    pub bulletins: Vec<BulletinView>,
    /// Payers to choose from.
    pub payers: Vec<Choice>,
    /// The person may publish.
    pub may_publish: bool,
}
