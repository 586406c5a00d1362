//! Small procedures and drugs as notes tell them: over many lines, in lists, by the vial; each with what must not be given.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{code, medicare, services};

fn of(text: &str) -> Vec<String> {
    services(&code(text))
}

fn gives(lines: &[String], wanted: &[&str]) {
    for line in wanted {
        assert!(lines.iter().any(|l| l == line), "{line}: {lines:?}");
    }
}

fn spares(lines: &[String], begins: &[&str]) {
    for begin in begins {
        assert!(!lines.iter().any(|l| l.starts_with(begin)), "{begin}: {lines:?}");
    }
}

#[test]
fn a_dose_is_what_was_given_and_no_needle_nor_vial() {
    let knee = of("Left knee osteoarthritis. Time out. 22G needle, medial approach.\n\
                   Injected left knee with triamcinolone 60 mg from a 200 mg vial. Tolerated well.");
    gives(&knee, &["20610-LT", "J3301 x6"]);
    let both =
        of("Both knees prepped. Depo-Medrol 40 mg injected into each knee. Bandage. Osteoarthritis of both knees.");
    gives(&both, &["20610-50", "J1010 x80"]);
    // A biosimilar is no brand; what is swallowed was not injected.
    let log =
        of("Crohn disease.\nInfliximab-dyyb 400 mg in 250 mL NS\n0900 started\n1110 completed\nOndansetron 4 mg ODT");
    gives(&log, &["Q5103 x40", "96413", "96415"]);
    spares(&log, &["J1745", "J2405", "J7050"]);
}

#[test]
fn each_injection_is_one_and_a_supplied_drug_is_only_given() {
    let two = of("Migraine.\nGiven here: ketorolac 30 mg IM L glut; promethazine 25 mg IM R glut.");
    gives(&two, &["J1885 x2", "J2550", "96372 x2"]);
    let own = of("Asthma.\nXolair 300 mg subcutaneous given in upper arm, drug from specialty pharmacy.");
    gives(&own, &["96372"]);
    spares(&own, &["J2357"]);
    let regimen = of("HPI: takes testosterone cypionate 200 mg IM every 2 weeks.\nAssessment: hypogonadism.");
    spares(&regimen, &["J1071", "96372"]);
}

#[test]
fn waste_is_of_the_drug_before_it() {
    let lines = medicare(
        "Osteoporosis and vomiting.\nOndansetron 4 mg IV push at 0900.\n\
         Zoledronic acid 4 mg in 100 mL over 20 min, 5 mg vial, 1 mg discarded.",
    );
    gives(&lines, &["J2405 x4", "J3489 x4", "J3489-JW"]);
    let none = medicare("Osteoporosis.\nProlia 60 mg SC L upper arm given, prefilled syringe, no waste.");
    gives(&none, &["J0897-JZ x60", "96372"]);
}

#[test]
fn a_procedure_is_told_over_its_whole_note() {
    let implant = "Implant visit\nConsent: signed\nArm: left. Lidocaine 2 mL.\nNexplanon insertion without difficulty.\n\
                   Device: etonogestrel 68 mg rod, lot 12\nRemoval due by 2029";
    let lines = of(implant);
    gives(&lines, &["11981", "J7307"]);
    spares(&lines, &["11982", "11983"]);
    let talked = of(
        "HPI: wants contraception.\nPlan: Nexplanon insertion next visit, consent form given. Lidocaine allergy denied.",
    );
    spares(&talked, &["1198", "J7307"]);
}

#[test]
fn pieces_and_lesions_are_counted_by_their_sites() {
    let pieces = of(
        "Neoplasm of skin.\nBx x3 today, consent. Punch 4 mm left shoulder, punch 4 mm mid back, shave right cheek. To path.",
    );
    gives(&pieces, &["11104", "11105", "11103"]);
    let once = of(
        "Neoplasm of skin.\nShave biopsy of the left cheek performed, lidocaine. Shave biopsy specimen of the left cheek sent to path.",
    );
    gives(&once, &["11102"]);
    spares(&once, &["11103"]);
    let table = of("| L temple | AK | LN2 |\n| nose | AK | LN2 |\n| R hand | AK | LN2 |\n| scalp | AK | not frozen |");
    gives(&table, &["17000", "17003 x2"]);
}

#[test]
fn a_wound_is_sewn_by_its_thread() {
    let sewn = of("Lac R dorsal hand 2.0 cm.\nRepair: lidocaine. Deep layer 4-0 vicryl x 3, skin 4-0 nylon running.");
    gives(&sewn, &["12041"]);
    spares(&of("Laceration of hand 2 cm, sutured last week. 5-0 nylon sutures out today."), &["120"]);
}

#[test]
fn a_visit_beside_the_procedure_says_so() {
    let alone = of(
        "Here for the injection only. Hypertension stable.\nRight knee osteoarthritis. Right knee injected with Kenalog 40 mg, tolerated.",
    );
    spares(&alone, &["992"]);
    let decided = of("HPI: fell on the outstretched hand, left wrist pain and swelling for a day.\n\
                      Assessment: nondisplaced distal radius fracture, left. Closed treatment without manipulation, short arm splint applied today.");
    gives(&decided, &["25600-LT"]);
    spares(&decided, &["29125"]);
}
