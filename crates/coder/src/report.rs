//! What kind of paper a note is, as far as its services ask: a visit, or one of the papers that tell of no visit.

use claim::NoteKind;

use crate::{
    Visit,
    document::{Document, word_position},
    papers, procedures, reading,
};

/// A kind of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// Someone saw the patient.
    Visit,
    /// An operation or endoscopy.
    Operation,
    /// An anesthesia record.
    Anesthesia,
    /// A reading of images or of tissue.
    Reading,
    /// An ambulance run.
    Ambulance,
    /// Equipment ordered and delivered.
    Equipment,
    /// Blood drawn and tests made, nobody seen.
    Laboratory,
}

/// Only so much of a note says what it is.
const HEAD_BYTES: usize = 420;

impl Report {
    pub(crate) fn of(document: &Document<'_>, visit: &Visit) -> Self {
        let end = (0..=HEAD_BYTES.min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end));
        let head = document.lower.get(..end.unwrap_or_default()).unwrap_or_default();
        let says = |words: &[&str]| words.iter().any(|word| head.contains(word));
        let specialty = visit.specialty.as_ref().map_or("", |taxonomy| taxonomy.as_str());
        let place = visit.place_of_service.as_str();
        if specialty.starts_with("3416") || matches!(place, "41" | "42") || says(&["prehospital care report"]) {
            Self::Ambulance
        } else if specialty.starts_with("332B")
            || says(&["dme order", "dme delivery", "equipment delivery", "mail order shipment", "delivery ticket"])
        {
            Self::Equipment
        } else if specialty.starts_with("207L")
            || says(&["anesthesia record"])
            || papers::is_anesthesia_record(document)
        {
            Self::Anesthesia
        } else if procedures::is_laboratory_visit(document, head) {
            Self::Laboratory
        } else if reading::is_report(document, visit) || is_reading(document, head) {
            Self::Reading
        } else if is_operation(document, head) {
            Self::Operation
        } else {
            Self::Visit
        }
    }
}

/// A technique or a comparison, findings and an impression, and nobody who complains.
fn is_reading(document: &Document<'_>, head: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| document.lower.contains(word));
    let is_surgical =
        ["operative", "procedure:", "endoscop", "colonoscopy", "cystoscop"].iter().any(|w| head.contains(w));
    let is_tissue = ["pathology report", "surgical pathology", "pathologist"].iter().any(|w| head.contains(w));
    const IMAGES: &[&str] =
        &["ultrasound", "us", "ct", "mri", "mr", "xr", "x-ray", "mammogram", "dxa", "pet", "doppler", "duplex"];
    let title = head.trim_start().lines().next().unwrap_or_default();
    let is_titled = title.len() < 90 && IMAGES.iter().any(|word| word_position(title, word).is_some());
    let is_told = has(&["findings:", "findings\n"]) && has(&["impression:", "impression\n"]);
    let is_made = || has(&["technique", "comparison", "views", "tomosynthesis", "contrast", "portable"]);
    is_tissue || !is_surgical && is_told && (is_titled || is_made())
}

fn is_operation(document: &Document<'_>, head: &str) -> bool {
    const TITLES: &[&str] = &[
        "operative report",
        "operative note",
        "op note",
        "operation note",
        "op report",
        "operative record",
        "procedure report",
        "colonoscopy report",
        "colonoscopy\n",
        "endoscopy report",
        "catheterization and pci report",
        "catheterization report",
        "operation:",
        "operations:",
        "procedure performed",
        "procedures performed",
        "mohs surgery",
        "mohs micrographic",
    ];
    const BEFORE: &[&str] = &["preop", "pre-op", "preoperative", "pre/post", "pre op "];
    const AFTER: &[&str] = &["postop", "post-op", "postoperative", "pre/post", "same"];
    let has = |words: &[&str]| words.iter().any(|word| document.lower.contains(word));
    let first_line = head.trim_start().lines().next().unwrap_or_default();
    document.kind == NoteKind::Operative
        || first_line.contains("procedure note")
        || document.lower.lines().any(|line| {
            let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
            line.starts_with("operative note") || line.starts_with("operative report")
        })
        || TITLES.iter().any(|title| head.contains(title))
        || BEFORE.iter().any(|word| head.contains(word)) && has(AFTER) && has(&["procedure", "operation"])
}
