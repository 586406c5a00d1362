//! Data reviewed and analysed: unique tests, outside notes, other historians, own readings, discussions (CPT E/M
//! guidelines).

use claim::Evidence;

use crate::{
    document::{Document, Sentence, word_position},
    level::{Complexity, DataElements, data_level},
    sections::SectionKind,
    service::Services,
};

/// Tests by the words that name them; one row is one unique test.
const TESTS: &[&[&str]] = &[
    &["cbc", "complete blood count"],
    &["cmp", "comprehensive metabolic"],
    &["bmp", "basic metabolic", "creatinine", "renal function", "potassium"],
    &["a1c", "hba1c", "hemoglobin a1c"],
    &["lipid panel", "lipids", "fasting lipids", "cholesterol panel", "ldl"],
    &["tsh", "thyroid function"],
    &["urine culture"],
    &["urinalysis", "ua"],
    &["microalbumin", "uacr", "albumin/creatinine"],
    &["psa"],
    &["vitamin d level", "25-oh vitamin d"],
    &["b12 level"],
    &["ferritin", "iron studies"],
    &["esr", "sed rate"],
    &["crp"],
    &["inr"],
    &["bnp"],
    &["troponin"],
    &["d-dimer"],
    &["liver enzymes", "liver function tests", "lfts", "hepatic panel"],
    &["rapid strep", "strep test", "throat culture"],
    &["influenza test", "rapid flu", "flu swab"],
    &["covid test", "covid swab"],
    &["monospot"],
    &["chest x-ray", "cxr", "chest xray"],
    &["x-ray", "x-rays", "xray", "radiographs"],
    &["mri"],
    &["ct scan", "ct of", "ct abdomen", "ct head", "ct chest"],
    &["ultrasound"],
    &["echocardiogram", "echo"],
    &["stress test"],
    &["ekg", "ecg", "electrocardiogram"],
    &["spirometry", "pulmonary function", "pfts"],
    &["mammogram"],
    &["dexa", "bone density"],
    &["sleep study"],
    &["uric acid"],
    &["hepatitis panel"],
    &["wound culture"],
    &["emg", "nerve conduction"],
];

/// Tests whose reading the practice itself bills here.
const READ_HERE: &[(&str, &str)] = &[
    ("93000", "ekg"),
    ("94010", "spirometry"),
    ("94060", "spirometry"),
    ("71046", "chest x-ray"),
    ("73", "x-ray"),
    ("72", "x-ray"),
];

const INTERPRETED: &[&str] = &[
    "independently reviewed",
    "independently interpreted",
    "independently viewed",
    "personally reviewed the images",
    "personally reviewed the image",
    "personally reviewed the x-ray",
    "personally viewed",
    "read by me",
    "my read",
    "my interpretation",
    "i personally reviewed and interpreted",
    "my own interpretation",
];

/// The data element with its words.
pub(super) fn data(document: &Document<'_>, found: &Services) -> (Complexity, Vec<Evidence>) {
    let mut elements = DataElements::default();
    let mut words = Vec::new();
    let of_interest = |s: &Sentence| {
        !matches!(s.section, SectionKind::Past | SectionKind::Family | SectionKind::Surgical | SectionKind::Social)
    };
    let not_now = ["last year", "declined", "not indicated", "consider", "if ", "no need for", "deferred"];
    for names in TESTS {
        let is_read_here = READ_HERE
            .iter()
            .any(|(code, test)| names.contains(test) && found.services.iter().any(|s| s.code.starts_with(code)));
        let told = document
            .find_phrase_where(names, |s| of_interest(s) && !not_now.iter().any(|w| document.lower_of(s).contains(w)));
        if let Some((_, evidence)) = told.filter(|_| !is_read_here) {
            elements.tests_ordered += 1;
            words.push(evidence);
        }
    }
    // The reading of a test that is billed here is no reading besides.
    let reads_elsewhere = |s: &Sentence| {
        let lower = document.lower_of(s);
        let is_billed = |code: &str| found.services.iter().any(|s| s.code.starts_with(code));
        let names = |test: &str| {
            TESTS
                .iter()
                .filter(|names| names.contains(&test))
                .any(|names| names.iter().any(|n| word_position(lower, n).is_some()))
        };
        of_interest(s) && !READ_HERE.iter().any(|(code, test)| is_billed(code) && names(test))
    };
    let interpreted = document.find_phrase_where(INTERPRETED, reads_elsewhere);
    elements.independent_interpretation = interpreted.is_some();
    words.extend(interpreted.map(|(_, words)| words));
    let mut flag =
        |phrases: &[&str]| document.find_phrase_where(phrases, of_interest).map(|(_, e)| words.push(e)).is_some();
    elements.external_discussion = flag(&[
        "discussed with dr",
        "discussed case with",
        "discussed the case with",
        "spoke with dr",
        "discussed with the radiologist",
        "discussed with cardiology",
        "discussed management with",
        "spoke with cardiology",
    ]);
    elements.external_notes = u32::from(flag(&[
        "reviewed records from",
        "records reviewed",
        "reviewed outside records",
        "reviewed ed records",
        "reviewed notes from",
        "reviewed the note from",
        "outside records",
        "hospital records reviewed",
        "discharge summary reviewed",
        "reviewed discharge summary",
        "reviewed consult note",
    ]));
    elements.independent_historian = flag(&[
        "history obtained from mother",
        "history obtained from father",
        "history provided by",
        "history per mother",
        "history per mom",
        "history from mother",
        "per mother",
        "mother reports",
        "mom reports",
        "mother states",
        "father reports",
        "historian",
        "history obtained from daughter",
        "history obtained from son",
        "history obtained from wife",
        "history obtained from husband",
        "daughter provides",
        "parents report",
        "per mom",
        "history given by",
    ]);
    (data_level(&elements), words)
}
