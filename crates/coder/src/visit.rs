//! The level of the visit from the note: problems, data and risk, and the stated time, each with its words.

use claim::{Band, Evidence, NoteKind};

use crate::{
    Visit,
    diagnose::{Diagnoses, Problem, Standing, lasts},
    document::{Document, Sentence, word_position},
    level::{
        Complexity, DataElements, ProblemElements, VisitFamily, data_level, em_level_from_mdm, em_level_from_time, mdm,
        problem_level,
    },
    rule::applied,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    therapy,
    units::{Regime, prolonged_units},
};

/// Adds the visit and what is beyond its time.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, diagnoses: &Diagnoses, found: &mut Services) {
    if !is_visit(document, found) {
        return;
    }
    let Some(family) = family(document, visit) else { return };
    let (problems, problem_words, counted) = problems(document, diagnoses, found);
    let (data, data_words) = data(document, found);
    let (risk, risk_words) = risk(document, diagnoses);
    let complexity = mdm(problems, data, risk);
    let by_mdm = em_level_from_mdm(family, complexity, visit.served_on);
    let time = total_minutes(document);
    let by_time = time.as_ref().and_then(|(minutes, _)| em_level_from_time(family, *minutes, visit.served_on));
    let is_preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    if problem_words.is_empty() && by_time.is_none() || is_preventive && !stands_beside_preventive(diagnoses, &counted)
    {
        return;
    }
    let Some(code) = by_mdm.max(by_time) else { return };
    let mut evidence: Vec<Evidence> = Vec::new();
    let uses_time = by_time > by_mdm;
    if let Some((_, words)) = time.as_ref().filter(|_| uses_time) {
        evidence.push(words.clone());
    }
    evidence.extend(problem_words.into_iter().take(4).chain(data_words.into_iter().take(4)).chain(risk_words));
    let (problems, data, risk) = (problems.word(), data.word(), risk.word());
    let mut service = Service::new(code, ServiceKind::Visit, "Visit", evidence, 0).ruled(
        "EM-MDM",
        format!(
            "Problems {problems}, data {data}, risk {risk}: {}{}.",
            complexity.word(),
            by_mdm.map_or_else(String::new, |c| format!(", {c}"))
        ),
    );
    if let Some((minutes, _)) = &time {
        let says = by_time.map_or_else(|| "below the lowest threshold".to_owned(), str::to_owned);
        service.rules.push(applied("EM-TIME", format!("{minutes} minutes in total: {says}.")));
        service.alternatives.extend(by_time.filter(|c| *c != code).map(|c| (c.to_owned(), "By time".to_owned())));
    }
    service.alternatives.extend(by_mdm.filter(|c| *c != code).map(|c| (c.to_owned(), "By decision making".to_owned())));
    service.band = Band::Suggest;
    found.services.push(service);
    if let Some((minutes, words)) = time {
        prolonged(visit, code, minutes, words, found);
    }
}

fn prolonged(visit: &Visit, base: &str, minutes: u32, words: Evidence, found: &mut Services) {
    let regime = if visit.is_medicare() { Regime::Medicare } else { Regime::Cpt };
    let other = if visit.is_medicare() { Regime::Cpt } else { Regime::Medicare };
    let Some((code, units)) = prolonged_units(regime, base, minutes, visit.served_on) else { return };
    let mut service = Service::new(code, ServiceKind::Prolonged, "Prolonged service", vec![words], 0)
        .ruled("EM-PROLONGED", format!("{minutes} minutes with {base}: {units} unit(s) of 15 minutes."));
    service.units = units;
    if let Some((code, units)) = prolonged_units(other, base, minutes, visit.served_on) {
        service.alternatives.push((code.to_owned(), format!("The other regime: {units} unit(s)")));
    }
    found.services.push(service);
}

/// Operative notes, reports and anesthesia records tell of no visit; so do notes of nothing but a vaccine.
fn is_visit(document: &Document<'_>, found: &Services) -> bool {
    let is_operation = found.services.iter().any(|s| s.kind == ServiceKind::Operation);
    let is_nurse = ["nurse visit", "injection only visit", "vaccine only", "flu clinic", "immunization only"]
        .iter()
        .any(|w| document.lower.contains(w));
    matches!(document.kind, NoteKind::Progress | NoteKind::Transcript) && !is_operation && !is_nurse
}

fn family(document: &Document<'_>, visit: &Visit) -> Option<VisitFamily> {
    let has = |words: &[&str]| document.find_phrase(words).is_some();
    Some(match visit.place_of_service.as_str() {
        "23" => VisitFamily::Emergency,
        "21" if has(&["admission h&p", "admitted", "admit to", "history and physical", "initial hospital"]) => {
            VisitFamily::HospitalInitial
        }
        "21" => VisitFamily::HospitalSubsequent,
        "31" | "32" if has(&["admission", "admitted"]) => VisitFamily::NursingInitial,
        "31" | "32" => VisitFamily::NursingSubsequent,
        "12" | "13" | "14" if visit.is_established => VisitFamily::HomeEstablished,
        "12" | "13" | "14" => VisitFamily::HomeNew,
        "41" | "42" | "81" => return None,
        _ if visit.is_established => VisitFamily::OfficeEstablished,
        _ => VisitFamily::OfficeNew,
    })
}

/// A visit beside a preventive one treats a problem that needed work.
fn stands_beside_preventive(diagnoses: &Diagnoses, counted: &ProblemElements) -> bool {
    let has_problem = diagnoses.reported().any(|p| p.standing == Standing::Head && !p.is(&["Z", "R030", "E66"]));
    has_problem
        && counted.worsening_chronic + counted.acute_uncomplicated + counted.uncertain_prognosis + counted.systemic > 0
}

const STABLE: &[&str] =
    &["stable", "well controlled", "well-controlled", "controlled", "at goal", "doing well", "in remission"];
const WORSE: &[&str] = &[
    "uncontrolled",
    "not well controlled",
    "not controlled",
    "poorly controlled",
    "poor control",
    "worsening",
    "worse",
    "worsened",
    "not at goal",
    "above goal",
    "exacerbation",
    "suboptimal",
    "suboptimally",
    "inadequately controlled",
    "progressing",
    "progression",
    "flare",
    "elevated today",
    "not improving",
    "failing",
    "failed",
    "out of control",
    "increased symptoms",
    "persistent",
    "remains elevated",
    "still elevated",
    "breakthrough",
    "increasing",
    "more frequent",
    "partial improvement",
    "partial response",
    "incomplete response",
    "still symptomatic",
    "residual symptoms",
];
const SYSTEMIC: &[&str] = &["J18", "N10", "J10", "U071", "A01", "A02", "A03", "A04", "K57", "A41"];
const SELF_LIMITED: &[&str] =
    &["J00", "W57", "L70", "H612", "B07", "L918", "L82", "S00", "L550", "L22", "L602", "B351"];
const UNCERTAIN: &[&str] = &["R91", "N63", "R634", "R55", "R19", "D48", "R56", "R59", "R07", "R31", "K921", "R413"];
const COMPLICATED: &[&str] = &["S060", "S42", "S52", "S62", "S72", "S82", "S92", "S22", "S43", "S83"];
const THREAT: &[&str] = &["I21", "I26", "J96", "I63", "A41", "R6520", "R6521", "K35"];

const ADVICE: &[&str] = &["Z08", "Z09", "Z11", "Z13", "Z20", "Z30", "Z32", "Z56", "Z63", "Z70", "Z71", "Z72", "Z73"];

fn problems(
    document: &Document<'_>,
    diagnoses: &Diagnoses,
    found: &Services,
) -> (Complexity, Vec<Evidence>, ProblemElements) {
    let mut counted = ProblemElements::default();
    let mut words = Vec::new();
    let treated: Vec<&String> =
        found.services.iter().filter(|s| s.holds_evaluation()).flat_map(|s| &s.treats).collect();
    for problem in diagnoses.reported().filter(|p| !p.is(&["Z", "V", "W", "X", "Y"])) {
        // What a procedure treats is part of the procedure.
        if treated.iter().any(|t| problem.code.starts_with(t.as_str())) && diagnoses.reported().count() > 1 {
            continue;
        }
        words.extend(problem.evidence.first().cloned());
        count(document, problem, &mut counted);
    }
    // Advice, screening and the like, when nothing else was the matter.
    if words.is_empty()
        && let Some(advice) = diagnoses.reported().find(|p| p.is(ADVICE))
    {
        words.extend(advice.evidence.first().cloned());
        counted.self_limited += 1;
    }
    (problem_level(&counted), words, counted)
}

fn count(document: &Document<'_>, problem: &Problem, counted: &mut ProblemElements) {
    let block: Vec<&Sentence> =
        document.sentences.iter().filter(|s| s.block == problem.block && s.section.is_assessed()).collect();
    let says =
        |words: &[&str]| block.iter().any(|s| words.iter().any(|w| word_position(document.lower_of(s), w).is_some()));
    let is_severe = says(&["severe exacerbation", "severe", "acute decompensated", "decompensated"]);
    if problem.is(THREAT) {
        counted.threat += 1;
    } else if lasts(&problem.code)
        || problem.is(&["E55", "D50", "D64", "N40", "M54", "M75", "M77", "M72", "R73", "L57", "J30"])
    {
        let is_worse = says(WORSE) || problem.is(&["J441", "J45901", "E1165", "J4521", "J4531", "J4541", "J4551"]);
        if is_worse && is_severe && problem.is(&["J44", "J45", "I50", "F32", "F33"]) {
            counted.severe_exacerbation += 1;
        } else if is_worse && !says(&["not worse", "no worse"]) {
            counted.worsening_chronic += 1;
        } else {
            counted.stable_chronic += 1;
        }
    } else if problem.is(SYSTEMIC) {
        counted.systemic += 1;
    } else if problem.is(COMPLICATED) && !is_simple_fracture(document, problem) {
        counted.complicated_injury += 1;
    } else if problem.is(UNCERTAIN) && !says(STABLE) {
        counted.uncertain_prognosis += 1;
    } else if problem.is(SELF_LIMITED) {
        counted.self_limited += 1;
    } else {
        counted.acute_uncomplicated += 1;
    }
}

/// A fracture that has not moved is treated like a sprain.
fn is_simple_fracture(document: &Document<'_>, problem: &Problem) -> bool {
    const SIMPLE: &[&str] =
        &["torus", "buckle", "nondisplaced", "non-displaced", "no displacement", "hairline", "undisplaced"];
    problem.is(&["S42", "S52", "S62", "S82", "S92"]) && document.find_phrase(SIMPLE).is_some()
}

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

fn data(document: &Document<'_>, found: &Services) -> (Complexity, Vec<Evidence>) {
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

fn risk(document: &Document<'_>, diagnoses: &Diagnoses) -> (Complexity, Vec<Evidence>) {
    let decided = |s: &Sentence| {
        s.section.is_assessed()
            || matches!(s.section, SectionKind::None | SectionKind::Instructions | SectionKind::Treatment)
    };
    let is_refused = |start: usize| {
        let before = document.lower.get(..start).unwrap_or_default().split_whitespace().next_back();
        before.is_some_and(|word| {
            ["no", "not", "without", "declines", "declined", "denies", "post", "s/p", "prior", "previous", "after"]
                .contains(&word)
        })
    };
    let by_words = |phrases: &[&str]| {
        let each = phrases.iter().filter_map(|phrase| document.find_phrase_where(&[*phrase], decided));
        each.map(|(_, words)| words).find(|words| !is_refused(words.start))
    };
    let high: &[&str] = &[
        "admit to hospital",
        "admitted to the hospital",
        "hospital admission",
        "transfer to ed",
        "sent to the emergency department",
        "send to the ed",
        "dnr",
        "do not resuscitate",
        "hospice",
        "emergency surgery",
        "drug toxicity monitoring",
        "monitoring for toxicity",
    ];
    if let Some(words) = by_words(high) {
        return (Complexity::High, vec![words]);
    }
    let in_plan = |at: usize| document.sentences.get(at).is_some_and(decided);
    if let Some(drug) = diagnoses.drugs.iter().find(|d| d.class.is_prescription() && in_plan(d.sentence)) {
        return (Complexity::Moderate, vec![drug.evidence.clone()]);
    }
    let moderate: &[&str] = &[
        "prescription",
        "prescribed",
        "prescribe",
        "rx",
        "refill",
        "refilled",
        "refills",
        "antibiotic",
        "antibiotics",
        "steroid taper",
        "inhaler",
        "schedule surgery",
        "surgery scheduled",
        "arthroscopy",
        "arthroplasty",
        "meniscectomy",
        "cholecystectomy",
        "hysterectomy",
        "herniorrhaphy",
        "carpal tunnel release",
        "surgical repair",
        "recommend surgery",
        "elect to proceed with surgery",
        "elected to proceed with surgery",
        "unable to afford",
        "cannot afford",
        "homeless",
        "food insecurity",
        "lacks transportation",
        "continue current medications",
        "continue current medication",
        "continue medications",
        "continue all meds",
        "continue all medications",
        "continue meds",
        "continue current meds",
        "continue same meds",
        "continue current regimen",
    ];
    if let Some(words) = by_words(moderate) {
        return (Complexity::Moderate, vec![words]);
    }
    let low: &[&str] = &[
        "physical therapy",
        "pt referral",
        "over the counter",
        "over-the-counter",
        "otc",
        "nsaids",
        "nsaid",
        "brace",
        "supportive care",
        "occupational therapy",
        "fluids",
        "ice",
        "splint",
        "boot",
        "topical",
    ];
    let over_the_counter = diagnoses.drugs.iter().find(|d| in_plan(d.sentence)).map(|d| d.evidence.clone());
    match by_words(low).or(over_the_counter) {
        Some(words) => (Complexity::Low, vec![words]),
        None => (Complexity::Straightforward, Vec::new()),
    }
}

/// The clinician's total time on the day, as stated.
fn total_minutes(document: &Document<'_>) -> Option<(u32, Evidence)> {
    const STATED: &[&str] = &[
        "total time",
        "i spent",
        "spent a total of",
        "total of",
        "time spent",
        "minutes were spent",
        "minutes spent",
        "minutes was spent",
        "minutes total",
        "min total",
        "total visit time",
        "total encounter time",
        "total minutes",
    ];
    const OTHER_TIME: &[&str] = &[
        "cessation",
        "counseling on",
        "counselling on tobacco",
        "advance care",
        "critical care",
        "exercise",
        "walking",
        "per week",
        "a day",
        "per day",
        "anesthesia",
        "tourniquet",
        "nurse",
        "staff time",
    ];
    for (start, _) in STATED.iter().flat_map(|phrase| document.lower.match_indices(phrase)) {
        let line_start = document.lower.get(..start)?.rfind(['\n', '.']).map_or(0, |at| at + 1);
        let rest = document.lower.get(line_start..)?;
        let line_end = rest.find('\n').unwrap_or(rest.len()).min(260);
        let line = (0..=line_end).rev().find_map(|end| rest.get(..end)).unwrap_or_default();
        if OTHER_TIME.iter().any(|w| line.contains(w)) {
            continue;
        }
        if let Some((minutes, end)) = therapy::minutes(line) {
            let from = start.min(line_start + end);
            return Some((
                minutes,
                document.evidence(from.min(line_start + end.saturating_sub(4)), (line_start + end).max(start))?,
            ));
        }
    }
    None
}
