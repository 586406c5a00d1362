//! New encounter: a note is typed, pasted, dropped or uploaded.

use askama::Template;

use super::frame::Frame;
use super::part::Choice;

/// The form for a new encounter, or for an addendum (`encounter_new.html`).
#[derive(Clone, Debug, Template)]
#[template(path = "encounter_new.html")]
pub struct EncounterNew {
    /// Surroundings.
    pub frame: Frame,
    /// Number of the encounter an addendum is for; empty for a new encounter.
    pub addendum_to: String,
    /// Number of the encounter whose draft is written; empty otherwise.
    pub draft_of: String,
    /// True when the person may sign as its author.
    pub may_sign: bool,
    /// True when a hospital stay is coded for the hospital.
    pub is_stay: bool,
    /// Payers a new patient may be insured with.
    pub payers: Vec<Choice>,
    /// What was wrong with what was sent, each naming the field.
    pub errors: Vec<String>,
    /// Patient as typed: MRN or name.
    pub patient: String,
    /// Date of service, `2026-03-02`.
    pub served_on: String,
    /// Latest date accepted.
    pub served_on_max: String,
    /// Clinicians of the client.
    pub providers: Vec<Choice>,
    /// Places of service.
    pub places: Vec<Choice>,
    /// Kinds of note.
    pub kinds: Vec<Choice>,
    /// The note as typed.
    pub text: String,
    /// Largest note accepted, in words.
    pub limit: String,
    /// Templates offered.
    pub templates: &'static [NoteTemplate],
    /// What a billable note needs.
    pub needs: &'static [NoteNeed],
}

impl Default for EncounterNew {
    fn default() -> Self {
        Self {
            frame: Frame::default(),
            addendum_to: String::new(),
            draft_of: String::new(),
            may_sign: false,
            is_stay: false,
            payers: Vec::new(),
            errors: Vec::new(),
            patient: String::new(),
            served_on: String::new(),
            served_on_max: String::new(),
            providers: Vec::new(),
            places: Vec::new(),
            kinds: Vec::new(),
            text: String::new(),
            limit: format!("{} KiB", cycle::chart::NOTE_BYTES_MAX / 1024),
            templates: &TEMPLATES,
            needs: &NEEDS,
        }
    }
}

/// An empty note with its headings.
#[derive(Clone, Copy, Debug)]
pub struct NoteTemplate {
    /// Name on the button.
    pub label: &'static str,
    /// The headings.
    pub text: &'static str,
}

/// The templates offered.
pub static TEMPLATES: [NoteTemplate; 3] = [
    NoteTemplate { label: "SOAP", text: include_str!("../../templates/notes/soap.txt") },
    NoteTemplate { label: "Operative", text: include_str!("../../templates/notes/operative.txt") },
    NoteTemplate { label: "Therapy with minutes", text: include_str!("../../templates/notes/therapy.txt") },
];

/// Something a billable note documents. The page hides a need as soon as its pattern is found.
#[derive(Clone, Copy, Debug)]
pub struct NoteNeed {
    /// What to write.
    pub text: &'static str,
    /// A regular expression over the whole note, letter case ignored, that means it is there or not
    /// called for. A heading counts only with words behind it.
    pub pattern: &'static str,
}

/// What the coder will look for. A need that depends on the kind of note (minutes, side) starts with
/// the words that call for it, negated.
pub static NEEDS: [NoteNeed; 7] = [
    NoteNeed {
        text: "History: why the patient came, since when",
        pattern: r"(subjective|history|hpi|complain\w*|presents?|indication|interval)\b[^\n]*[:.]?\s*\n?[^\n]*\w{3,}|(^|\n)\s*c/?c\b[:.]?[^\n]*\w{3,}",
    },
    NoteNeed {
        text: "Examination or measures: what was found",
        pattern: r"(objective|exam\w*|vitals?|findings|bp|range of motion|rom|strength)\b\s*:?[^\S\n]*[^\n:]*\d|(exam\w*|findings)\s*:?[^\S\n]*[a-z]{3,}",
    },
    NoteNeed {
        text: "Results reviewed, or that there were none",
        pattern: r"\b(results?|labs?|x-?rays?|radiograph\w*|ecg|ekg|culture|a1c|mri|ct|patholog\w*|no (new )?(tests|imaging|results)|therapy|operative)\b",
    },
    NoteNeed {
        text: "Assessment: a diagnosis in words",
        pattern: r"(assessment|impression|\bimp|\ba/p|\ba&p|\bdx|diagnos[ie]s)\b[^\n]*[:.]?\s*(\d[.)])?[^\S\n]*[a-z]{3,}",
    },
    NoteNeed {
        text: "Plan: treatment, tests, follow-up",
        pattern: r"(plan|disposition|follow[- ]?up|return)\b[^\n]*[:.]?\s*(\d[.)])?[^\S\n]*[a-z]{3,}",
    },
    NoteNeed {
        text: "Minutes of each timed service, and total treatment minutes",
        pattern: r"^(?![\s\S]*\b(therap(y|ist|eutic)|exercise|gait training|manual technique)\b)|\d+\s*min[\s\S]*total[^\n]*\d",
    },
    NoteNeed {
        text: "Side: left, right or both",
        pattern: r"^(?![\s\S]*\b(knee|shoulder|ankle|hip|elbow|wrist|hand|foot|eye|ear|leg|arm|finger|toe)s?\b)|\b(left|right|bilateral|both)\b(?!,)",
    },
];
