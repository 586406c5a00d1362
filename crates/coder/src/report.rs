//! What kind of paper a note is, as far as its services ask: a visit, or one of the papers that tell of no visit.

use claim::NoteKind;

use crate::{
    Visit,
    document::{Document, word_position},
    operations::words::shared,
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
        } else if is_operation(document, visit) {
            Self::Operation
        } else {
            Self::Visit
        }
    }
}

/// Named as an image, or a technique and a comparison, findings and an impression; and nobody who complains.
fn is_reading(document: &Document<'_>, head: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| document.lower.contains(word));
    let is_surgical =
        ["operative", "procedure:", "endoscop", "colonoscopy", "cystoscop"].iter().any(|w| head.contains(w));
    let is_tissue = ["pathology report", "surgical pathology", "pathologist"].iter().any(|w| head.contains(w));
    let is_titled = document
        .lines()
        .filter(|(_, line)| !line.trim().is_empty())
        .take(TITLE_LINES)
        .any(|(start, line)| names_image(document, start, line));
    let is_told = has(&["findings:", "findings\n"]) && has(&["impression:", "impression\n"]);
    let is_made = || has(&["technique", "comparison", "views", "tomosynthesis", "contrast", "portable"]);
    let is_read = || {
        has(&[
            "findings",
            "impression",
            "technique",
            "comparison",
            "rads",
            "impr",
            "interpreted",
            "signed",
            "reason:",
            "indication",
            "electronically signed",
        ])
    };
    is_tissue || !is_surgical && !is_seen(document) && (is_titled && is_read() || is_told && is_made())
}

/// A name of a paper stands in one of its first lines.
const TITLE_LINES: usize = 2;

/// A short line that names an image; short names are told from words by their capitals ("US", not "us").
fn names_image(document: &Document<'_>, start: usize, line: &str) -> bool {
    const SHORT: &[&str] = &["us", "ct", "mr", "xr", "pet"];
    const IMAGES: &[&str] = &[
        "ultrasound",
        "sonogram",
        "mri",
        "x-ray",
        "xray",
        "radiograph",
        "radiographs",
        "mammogram",
        "mammography",
        "dxa",
        "dexa",
        "doppler",
        "duplex",
        "echocardiogram",
        "echocardiography",
        "views",
        "cta",
        "mra",
        "cxr",
        "tomosynthesis",
        "ldct",
        "bone density",
    ];
    let is_capital = |word: &str| {
        word_position(line, word)
            .and_then(|(from, to)| document.text.get(start + from..start + to))
            .is_some_and(|written| written.bytes().all(|b| b.is_ascii_uppercase()))
    };
    line.len() < 110
        && (IMAGES.iter().any(|word| word_position(line, word).is_some()) || SHORT.iter().any(|word| is_capital(word)))
}

/// Someone came with a complaint, and was looked at.
fn is_seen(document: &Document<'_>) -> bool {
    shared("@sign visit").iter().filter(|sign| word_position(&document.lower, sign).is_some()).count() >= 2
}

/// Named as an operation in its first lines, or written as one: anesthesia, loss of blood, the field, its end, people.
fn is_operation(document: &Document<'_>, visit: &Visit) -> bool {
    const SIGNS: &[&str] = &["@sign anesthesia", "@sign loss", "@sign field", "@sign end", "@sign people"];
    /// So many kinds of signs make an operation.
    const ENOUGH: usize = 3;
    let holds = |text: &str, name| shared(name).iter().any(|word| word_position(text, word).is_some());
    let plain = |line: &str| line.replace('-', " ");
    let lower = plain(&document.lower);
    let signs = || SIGNS.iter().filter(|sign| holds(&lower, sign)).count();
    let is_titled = |line: &str| {
        let (label, is_labelled) = line.split_once(':').map_or((line, false), |(label, _)| (label, true));
        let is_heading = is_labelled && shared("@headings").contains(&label.trim()) && signs() > 0;
        is_heading || label.trim().len() < 110 && holds(label, "@papers") && !holds(line, "@visit papers")
    };
    let is_headed = |line: &str| {
        let label = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["operative note", "operative report", "procedure performed", "procedures performed"]
            .iter()
            .any(|word| label.starts_with(word))
    };
    let is_hospital = ["19", "22", "24"].contains(&visit.place_of_service.as_str());
    document.kind == NoteKind::Operative
        || lower.lines().filter(|line| !line.trim().is_empty()).take(TITLE_LINES).any(is_titled)
        || lower.lines().any(is_headed)
        || !is_seen(document) && signs() + usize::from(is_hospital) >= ENOUGH
}
