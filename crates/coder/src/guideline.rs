//! The official guidelines over the list of diagnoses: what explains what, what excludes what, and the order.

use claim::{Prompt, RejectedCandidate};
use codes::Icd10cm;

mod purpose;

use crate::{
    Visit,
    diagnose::{Problem, Standing, rejection},
    document::Document,
    inpatient::principal,
    rule::applied,
};

/// Symptoms that a diagnosis explains: prefixes of the symptom, prefixes of diagnoses (Guidelines I.B.5).
const INTEGRAL: &[(&[&str], &[&str])] = &[
    (&["R05", "R060", "R062", "R0981", "R0982", "R49"], &["J", "U071", "A37", "I50", "I110", "I130"]),
    (&["J029", "R070", "R0981"], &["J00", "J01", "J02", "J03", "J06", "J10", "J11", "U071", "B27"]),
    (
        &["R50", "R6883", "R530", "R5381", "R5383"],
        &[
            "J", "A", "B", "N10", "N30", "N39", "H66", "L03", "U071", "K35", "K57", "K81", "D50", "D64", "E03", "F32",
            "F33", "I50",
        ],
    ),
    (&["R07"], &["I20", "I21", "I25", "J18", "J20", "K21", "M940", "S2", "F410"]),
    (&["R060", "R600", "R0902"], &["I50", "I110", "I130", "J18", "J44", "J45", "J96"]),
    (&["R00"], &["I47", "I48", "I49", "E05", "F41"]),
    (&["R10", "R11", "R14", "R197"], &["K", "N10", "N20", "N30", "N39", "A0", "N83", "N80", "O"]),
    (&["R12", "R131"], &["K20", "K21", "K22"]),
    (&["R30", "R35", "R31"], &["N10", "N20", "N30", "N39", "N40", "N41", "A5"]),
    (&["R51"], &["G43", "G44", "S060", "J01", "J32", "J10", "J11", "U071"]),
    (&["R42", "H55"], &["H81", "I951", "S060"]),
    (&["R21", "L299", "R20"], &["L", "B0", "B3", "B86", "G56", "G62", "M541", "E1142", "E1140"]),
    (&["R739", "R358", "R35"], &["E08", "E09", "E10", "E11", "E13"]),
    (&["R030"], &["I10", "I11", "I12", "I13"]),
    (&["R59"], &["J02", "J03", "B27"]),
    (&["R634", "R635"], &["E66", "E05", "E03"]),
    (&["H920", "R509"], &["H60", "H65", "H66"]),
    (&["R26"], &["G20"]),
    (&["H0284"], &["L23", "L24", "L25", "T78"]),
    (&["M545", "M549", "M546"], &["M51", "M48", "M47", "M541", "M543", "M544", "S390", "S335"]),
    (&["M542"], &["M50", "M4712", "M47812", "S16", "S134", "M5412"]),
    (&["G8929"], &["M17", "M16", "M19"]),
    (&["F419"], &["F41", "F43"]),
    (&["N644", "R922"], &["C50"]),
];

/// May only be first-listed (Guidelines I.C.21.c.16), as far as this crate suggests them.
const FIRST_ONLY: &[&str] = &["Z00", "Z01", "Z02", "Z04", "Z34", "Z38", "Z39", "Z40", "Z42", "Z510", "Z511", "Z762"];

/// Screenings and aftercare that usually explain the visit.
const FIRST_BY_PURPOSE: &[&str] = &["Z12", "Z30", "Z45", "Z47", "Z48"];

/// Applies the guidelines and puts the problems in reporting order.
pub(crate) fn apply(
    document: &Document<'_>,
    visit: &Visit,
    icd: &Icd10cm<'_>,
    problems: &mut Vec<Problem>,
    rejected: &mut Vec<RejectedCandidate>,
    prompts: &mut Vec<Prompt>,
) {
    less_specific(icd, problems, rejected);
    integral_symptoms(icd, problems, rejected);
    excluded(icd, problems, rejected, prompts);
    purpose::vaccination(document, problems);
    purpose::preventive_visit(document, visit, problems);
    purpose::screening(document, visit, icd, problems);
    purpose::routine_examination(icd, problems);
    purpose::first_only(icd, problems, rejected);
    purpose::injury_aftercare(icd, problems, rejected);
    secondary_only(icd, problems, rejected);
    order(document, visit, icd, problems);
}

fn drop_at(problems: &mut Vec<Problem>, out: &[usize]) {
    let mut at = 0;
    problems.retain(|_| {
        at += 1;
        !out.contains(&(at - 1))
    });
}

fn is_reported(problem: &Problem) -> bool {
    problem.standing > Standing::Elsewhere
}

/// A code of the same category that says more stands for the one that says less.
pub(crate) fn less_specific(icd: &Icd10cm<'_>, problems: &mut Vec<Problem>, rejected: &mut Vec<RejectedCandidate>) {
    const KIN: &[(&str, &[&str])] = &[
        ("M1990", &["M15", "M16", "M17", "M18", "M190", "M191"]),
        ("F32", &["F33"]),
        ("M549", &["M545", "M546", "M541", "M543", "M544", "M47", "M48", "M51", "S390"]),
        ("J329", &["J01"]),
        ("J40", &["J20", "J42", "J44"]),
        ("J029", &["J020", "J028", "J03"]),
        ("I509", &["I502", "I503", "I504", "I508"]),
        ("Z720", &["F17"]),
        ("R0602", &["R0609"]),
        ("M5450", &["M544", "M5416", "M5116", "M5126"]),
        ("D649", &["D50", "D51", "D62", "D63"]),
        ("E785", &["E780", "E781", "E782"]),
        ("O34219", &["O3421"]),
        ("M2550", &["M2551", "M2552", "M2553", "M2555", "M2556", "M2557"]),
    ];
    let mut out = Vec::new();
    for (i, a) in problems.iter().enumerate().filter(|(_, p)| is_reported(p)) {
        let better = problems.iter().enumerate().find(|(j, b)| {
            let is_sibling = a.is_default
                && b.code.get(..3) == a.code.get(..3)
                && !b.is_default
                && !a.code.starts_with('Z')
                && icd.title(&a.code).is_some_and(|t| t.to_lowercase().contains("unspecified"));
            let is_same = a.code.get(..4) == b.code.get(..4) && says_less(icd, a, b);
            let is_kin = KIN.iter().any(|(less, more)| a.code.starts_with(less) && b.is(more));
            i != *j && is_reported(b) && b.code != a.code && (is_sibling || is_same || is_kin)
        });
        if let Some((_, better)) = better {
            let reason = format!("{} says more.", better.code);
            rejected.push(rejection(icd, &a.code, "DX02", &reason, a.evidence.clone()));
            out.push(i);
        }
    }
    drop_at(problems, &out);
}

/// "Chronic migraine" beside "chronic migraine, intractable": the same condition in fewer words, of no other side.
fn says_less(icd: &Icd10cm<'_>, a: &Problem, b: &Problem) -> bool {
    let words = |p: &Problem| p.evidence.first().map(|e| e.text.to_lowercase()).unwrap_or_default();
    let has_side = |p: &Problem| {
        icd.title(&p.code).is_some_and(|title| {
            let title = title.to_lowercase();
            title.contains("right") || title.contains("left") || title.contains("bilateral")
        })
    };
    let (less, more) = (words(a), words(b));
    !has_side(a) && !has_side(b) && more.len() > less.len() && !less.is_empty() && more.starts_with(&less)
}

fn integral_symptoms(icd: &Icd10cm<'_>, problems: &mut Vec<Problem>, rejected: &mut Vec<RejectedCandidate>) {
    let mut out = Vec::new();
    for (i, symptom) in problems.iter().enumerate() {
        let explained = problems.iter().find(|other| {
            let by_table = INTEGRAL.iter().any(|(symptoms, by)| symptom.is(symptoms) && other.is(by));
            let is_itself = other.code == symptom.code
                || INTEGRAL.iter().any(|(symptoms, _)| other.is(symptoms) && other.is(&["R"]));
            // The tabular list asks for some symptoms besides their disease.
            let is_asked = || icd.instructions(&other.code).use_additional.iter().any(|i| i.names(&symptom.code));
            is_reported(other) && !is_itself && (by_table || explains_pain(icd, other, symptom)) && !is_asked()
        });
        if let Some(explained) = explained {
            let reason = format!("A usual part of {}.", icd.title(&explained.code).unwrap_or_default());
            rejected.push(rejection(icd, &symptom.code, "DX16", &reason, symptom.evidence.clone()));
            out.push(i);
        }
    }
    drop_at(problems, &out);
}

/// Pain, stiffness or swelling of a part that has a diagnosis of its own.
fn explains_pain(icd: &Icd10cm<'_>, diagnosis: &Problem, symptom: &Problem) -> bool {
    if !symptom.is(&["M255", "M796", "M254", "M256", "M7989"])
        || !diagnosis.is(&["M", "S", "L0", "G56"])
        || diagnosis.is(&["M255", "M796", "M254", "M256", "M7989", "M6281"])
    {
        return false;
    }
    const KIN: &[(&str, &[&str])] = &[
        ("hand", &["hand", "finger", "thumb", "wrist", "carpal"]),
        ("finger", &["finger", "hand"]),
        ("foot", &["foot", "toe", "plantar", "hallux", "heel"]),
        ("toe", &["toe", "hallux", "foot"]),
        ("shoulder", &["shoulder", "rotator", "bicipital", "humerus", "clavicle", "acromioclavicular"]),
        ("knee", &["knee", "patell", "menisc", "cruciate", "collateral"]),
        ("elbow", &["elbow", "epicondyl", "olecranon"]),
        ("ankle", &["ankle", "achilles", "malleol"]),
        ("hip", &["hip", "trochanteric", "femur"]),
        ("wrist", &["wrist", "radius", "carpal", "radial styloid", "scaphoid"]),
        ("arm", &["arm", "humerus", "elbow", "shoulder"]),
        ("leg", &["leg", "tibia", "fibula", "calf", "knee"]),
        ("limb", &["leg", "arm", "knee", "foot", "hand"]),
    ];
    let (Some(pain), Some(cause)) = (icd.title(&symptom.code), icd.title(&diagnosis.code)) else { return false };
    let (pain, cause) = (pain.to_lowercase(), cause.to_lowercase());
    let sides = |text: &str| (text.contains("right"), text.contains("left"));
    let (a, b) = (sides(&pain), sides(&cause));
    let is_other_side = (a.0 && !a.1 && b.1 && !b.0) || (a.1 && !a.0 && b.0 && !b.1);
    !is_other_side && KIN.iter().any(|(part, kin)| pain.contains(part) && kin.iter().any(|k| cause.contains(k)))
}

/// Two codes that the tabular keeps apart: the firmer one stays, and where both stand equally firm a person decides.
fn excluded(
    icd: &Icd10cm<'_>,
    problems: &mut Vec<Problem>,
    rejected: &mut Vec<RejectedCandidate>,
    prompts: &mut Vec<Prompt>,
) {
    let mut out: Vec<usize> = Vec::new();
    let reported: Vec<usize> = (0..problems.len()).filter(|i| problems.get(*i).is_some_and(is_reported)).collect();
    for (n, i) in reported.iter().enumerate() {
        for j in reported.iter().skip(n + 1) {
            let (Some(a), Some(b)) = (problems.get(*i), problems.get(*j)) else { continue };
            if out.contains(i) || out.contains(j) {
                continue;
            }
            let Some(note) = icd.excludes1(&a.code, &b.code) else { continue };
            let rank = |p: &Problem| (p.standing, !p.is_default, !p.is(&["R", "Z"]), p.code.len());
            let (weak, strong, at) = if rank(a) < rank(b) { (a, b, *i) } else { (b, a, *j) };
            rejected.push(rejection(
                icd,
                &weak.code,
                "DX09",
                &format!("{note} (with {})", strong.code),
                weak.evidence.clone(),
            ));
            if weak.standing == strong.standing && !weak.is(&["R"]) {
                prompts.push(conflict(icd, weak, strong));
            }
            out.push(at);
        }
    }
    drop_at(problems, &out);
}

fn conflict(icd: &Icd10cm<'_>, weak: &Problem, strong: &Problem) -> Prompt {
    let title = |p: &Problem| icd.title(&p.code).map(|t| t.into_owned()).unwrap_or_default();
    Prompt {
        id: "excludes-conflict".to_owned(),
        text: format!("{} and {} are not reported together unless they are unrelated.", strong.code, weak.code),
        question: "Both conditions are written. Please clarify how they relate.".to_owned(),
        options: vec![title(strong), title(weak), "Both, unrelated to each other".to_owned()],
        evidence: strong.evidence.iter().chain(&weak.evidence).take(4).cloned().collect(),
        code: Some(weak.code.clone()),
        is_blocking: false,
    }
}

/// Manifestations and external causes never stand alone (Guidelines I.A.13, I.C.20); a body mass index needs its
/// diagnosis.
fn secondary_only(icd: &Icd10cm<'_>, problems: &mut Vec<Problem>, rejected: &mut Vec<RejectedCandidate>) {
    let can_lead = |p: &Problem| !icd.is_manifestation(&p.code) && !p.is(&["V", "W", "X", "Y", "Z68", "Z79"]);
    if problems.iter().any(|p| is_reported(p) && can_lead(p)) {
        return;
    }
    let mut out = Vec::new();
    for (i, problem) in problems.iter().enumerate().filter(|(_, p)| is_reported(p)) {
        rejected.push(rejection(
            icd,
            &problem.code,
            "DX13",
            "It needs the condition it belongs to.",
            problem.evidence.clone(),
        ));
        out.push(i);
    }
    drop_at(problems, &out);
}

fn order(document: &Document<'_>, visit: &Visit, icd: &Icd10cm<'_>, problems: &mut [Problem]) {
    let is_scope = document.lower.contains("screening colonoscopy");
    let is_stay = visit.setting == claim::Setting::Inpatient;
    let lead = if is_stay { principal::lead(document, problems) } else { None };
    let leads = lead.as_ref().and_then(|(at, _)| problems.get(*at)).map(|p| (p.code.clone(), p.position));
    let class = |p: &Problem| -> u8 {
        if !is_reported(p) {
            return 9;
        }
        if leads.as_ref().is_some_and(|(code, position)| *code == p.code && *position == p.position) {
            return 0;
        }
        if p.is(FIRST_ONLY) || p.is(FIRST_BY_PURPOSE) && (is_scope || !p.is(&["Z12"]) || p.standing == Standing::Head) {
            0
        } else if p.is(&["O"]) {
            1
        } else if p.is(&["V", "W", "X", "Y"]) {
            6
        } else if p.is(&["Z37"]) {
            3
        } else if p.is(&["Z3A", "Z23"]) {
            4
        } else if p.is(&["Z"]) {
            5
        } else if is_stay && (p.is(&["R"]) || p.rules.iter().any(|rule| rule.id == "DX-SECONDARY")) {
            3
        } else {
            2
        }
    };
    problems.sort_by_key(|p| (class(p), p.position, combination_rank(&p.code)));
    etiology_first(icd, problems);
    if let Some((code, position)) = &leads {
        lead_first(problems, |p| p.code == *code && p.position == *position);
    }
    if let Some(first) = problems.first_mut().filter(|p| is_reported(p)) {
        first.rules.push(match lead {
            Some((_, rule)) => rule,
            None if is_stay => applied("DX-PRINCIPAL", principal::UNNAMED),
            None => applied("DX19", "First-listed: the reason chiefly responsible for the visit."),
        });
    }
}

/// Combination codes before the codes that detail them.
fn combination_rank(code: &str) -> u8 {
    let rank = ["E08", "E09", "E10", "E11", "E13", "I11", "I12", "I13", "J44"].iter().any(|p| code.starts_with(p));
    u8::from(!rank)
}

/// The principal diagnosis stands first, or right behind the code that its "code first" note put before it.
fn lead_first(problems: &mut [Problem], leads: impl Fn(&Problem) -> bool) {
    if let Some(at) = problems.iter().position(leads).filter(|at| *at > 1)
        && let Some(head) = problems.get_mut(..=at)
    {
        head.rotate_right(2);
    }
}

/// Moves a code behind the one that its "code first" note names (Guidelines I.A.13, I.A.17).
fn etiology_first(icd: &Icd10cm<'_>, problems: &mut [Problem]) {
    let count = problems.iter().filter(|p| is_reported(p)).count();
    for _ in 0..count {
        let mut moved = false;
        'pairs: for i in 0..count {
            for j in i + 1..count {
                let (Some(a), Some(b)) = (problems.get(i), problems.get(j)) else { continue };
                let instructions = icd.instructions(&a.code);
                if instructions.code_first.iter().any(|note| note.names(&b.code)) && !a.is(FIRST_ONLY) {
                    if let Some(range) = problems.get_mut(i..=j) {
                        range.rotate_left(1);
                    }
                    moved = true;
                    break 'pairs;
                }
            }
        }
        if !moved {
            return;
        }
    }
}
