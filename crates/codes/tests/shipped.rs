//! What is shipped: tables read, rows agree with each other, editions answer by date.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::time::Instant;

use claim::{Carc, DiagnosisCode, Modifier, PlaceOfService, ProcedureCode};
use codes::{Family, GlobalPeriod, Kind, Library, TermKind};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 6, 1);

fn procedure(code: &str) -> ProcedureCode {
    code.parse().unwrap()
}

#[test]
fn everything_shipped_reads() {
    assert_eq!(Library::shipped().problems(), Vec::<String>::new());
}

#[test]
fn the_date_chooses_the_edition() {
    let library = Library::shipped();
    let ask = |on| (library.icd10cm(on).edition().to_owned(), library.icd10cm(on).is_stale());
    assert_eq!(ask(date(2025, 9, 30)), ("2025-04".to_owned(), false));
    assert_eq!(ask(date(2025, 10, 1)), ("2026-04".to_owned(), false));
    assert_eq!(ask(date(2026, 10, 1)), ("2026-04".to_owned(), true));
    assert_eq!(ask(date(2024, 9, 30)), ("2025-04".to_owned(), true));
    // Multiple sclerosis was split on 1 October 2025.
    assert!(library.icd10cm(date(2025, 9, 30)).is_billable("G35"));
    assert!(!library.icd10cm(date(2025, 10, 1)).is_billable("G35"));
    assert!(library.icd10cm(date(2025, 10, 1)).is_billable("G35.D"));
}

#[test]
fn an_edition_loads_quickly() {
    let start = Instant::now();
    let billable = Library::shipped().icd10cm(TODAY).tabular().billable().count();
    assert_eq!(billable, 74_719);
    assert_eq!(Library::shipped().icd10cm(date(2025, 1, 1)).tabular().billable().count(), 74_260);
    eprintln!("two editions: {:?}", start.elapsed());
}

#[test]
fn seventh_characters_and_placeholders() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    // Rulebook vectors T1 and T2.
    assert!(icd.is_billable("S72.001A") && !icd.is_billable("S72001") && icd.get("S7200XA").is_none());
    assert!(icd.is_billable("T36.0X1A") && icd.get("T3601A").is_none());
    assert_eq!(icd.title("S93.401A").unwrap(), "Sprain of unspecified ligament of right ankle, initial encounter");
    let phases: Vec<char> = icd.seventh_characters("S93.401").iter().map(|s| s.character).collect();
    assert_eq!(phases, ['A', 'D', 'S']);
    assert!(icd.get("S93401").unwrap().needs_seventh && icd.seventh_characters("S93401A").is_empty());
    // The list rules out what the definition would allow.
    assert!(icd.is_billable("S06.1X7A") && icd.get("S06.1X7D").is_none());
    assert!(icd.is_billable("I10") && !icd.is_billable("E11") && !icd.is_billable("I10-I1A"));
}

#[test]
fn the_hierarchy() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let above: Vec<String> = icd.ancestors("E11.40").iter().map(|d| d.code.to_string()).collect();
    assert_eq!(above, ["E114", "E11", "E08-E13", "4"]);
    let above: Vec<String> = icd.ancestors("T36.0X1A").iter().map(|d| d.code.to_string()).collect();
    assert_eq!(above, ["T360X1", "T360X", "T360", "T36", "T36-T50", "19"]);
    let below: Vec<String> = icd.children("I50").iter().map(|d| d.code.to_string()).collect();
    assert_eq!(below, ["I501", "I502", "I503", "I504", "I508", "I509"]);
    assert_eq!(icd.children("S93401").len(), 3);
    assert_eq!(icd.children("4").first().unwrap().kind, Kind::Block);
    assert!(icd.ancestors("nothing").is_empty() && icd.get("").is_none());
}

#[test]
fn instructions_are_inherited_and_name_codes() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    // Rulebook vectors T4 and T5.
    assert!(icd.excludes1("J00", "J02.9").unwrap().contains("J00"));
    assert!(icd.excludes1("J02.9", "J00").is_some());
    assert!(icd.excludes1("I10", "J02.9").is_none());
    assert!(icd.is_manifestation("G63") && icd.is_manifestation("F02.80") && !icd.is_manifestation("E11.40"));
    assert!(icd.instructions("I50.9").code_first.iter().any(|note| note.names("I11.0")));
    assert!(icd.instructions("E11.9").use_additional.iter().any(|note| note.names("Z79.4")));
    assert!(icd.instructions("N39.0").use_additional.iter().any(|note| note.names("B96.20")));
    let inherited = icd.instructions("S93.401A").excludes2;
    assert!(inherited.iter().any(|note| note.at == "S93"));
    assert!(!icd.inclusion_terms("R05.1").is_empty() || !icd.inclusion_terms("J00").is_empty());
    assert!(icd.instructions("I10").includes.iter().any(|note| note.text.contains("high blood pressure")));
}

#[test]
fn terms_name_codes_of_the_edition() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let mut counts = [0_usize; 3];
    for term in icd.terms() {
        counts[match term.kind {
            TermKind::Title => 0,
            TermKind::Inclusion => 1,
            TermKind::Lexicon => 2,
        }] += 1;
        assert!(icd.get(term.code).is_some(), "{}", term.code);
    }
    assert!(counts[0] > 46_000 && counts[1] > 10_000 && counts[2] > 1_500, "{counts:?}");
}

#[test]
fn every_phrase_of_the_lexicon_means_a_code_in_force() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let phrases = library.lexicon().terms().chain(library.lexicon().sought());
    let unknown: Vec<_> = phrases.filter(|(_, code)| icd.get(code).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn search_as_coders_type() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let cases = [
        ("htn", "I10"),
        ("dm2 w ckd", "E1122"),
        ("high blood pressure", "I10"),
        ("copd exacerbation", "J441"),
        ("knee pain right", "M25561"),
        ("sprained right ankle", "S93401A"),
        ("fx rt radius", "S5291XA"),
        ("open fracture of right radius", "S5291XB"),
        ("sprain right ankle subsequent encounter", "S93401D"),
        ("E11.4", "E114"),
        ("e1140", "E1140"),
        ("heart attack", "I219"),
        ("hypertensoin", "I10"),
        ("type 2 diabetes with polyneuropathy", "E1142"),
        ("ear wax both ears", "H6123"),
        ("low back pain", "M5450"),
        ("frozen shoulder left", "M7502"),
        ("Crohn's", "K5090"),
        ("S72001A", "S72001A"),
        ("nicotine dependence cigs", "F17210"),
        ("cradle cap", "L210"),
    ];
    let mut missed = Vec::new();
    for (text, code) in cases {
        let hits = icd.search(text, 5);
        if !hits.iter().take(3).any(|hit| hit.code == code) {
            missed.push((text, code, hits.iter().map(|h| format!("{} {}", h.code, h.title)).collect::<Vec<_>>()));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(icd.search("", 5).is_empty() && icd.search("xyzzyq", 5).is_empty());
    assert!(icd.search("diab", 5).iter().all(|hit| hit.title.to_lowercase().contains("diabet")));
    assert!(cases.iter().flat_map(|(text, _)| icd.search(text, 5)).all(|hit| hit.is_billable || hit.code == "E114"));
    let found = icd.search("htn", 1).remove(0);
    assert!(found.is_whole && found.words == ["hypertension"] && found.score > 0.5, "{found:?}");
    assert!(!icd.search("hypertensoin", 1).remove(0).is_whole);
}

#[test]
fn services() {
    let library = Library::shipped();
    let visit = library.procedure(&procedure("99214"), TODAY).unwrap();
    assert_eq!((visit.family, visit.level, visit.minutes), (Family::OfficeVisitEstablished, Some(4), Some(30)));
    let exercise = library.procedure(&procedure("97110"), TODAY).unwrap();
    assert!(exercise.is_timed && exercise.always_therapy && exercise.multiple_procedure == 5);
    assert_eq!(exercise.label, "Therapy: exercise, 15 min");
    let warts = library.procedure(&procedure("17110"), TODAY).unwrap();
    assert_eq!(warts.global_days, GlobalPeriod::Days(10));
    assert!(library.procedure(&procedure("17003"), TODAY).unwrap().is_add_on());
    // In force from 2024.
    assert!(library.procedure(&procedure("G2211"), date(2023, 12, 31)).is_none());
    assert!(library.procedure(&procedure("G2211"), date(2024, 1, 1)).is_some());
    let is_level2 = |code: &str| code.starts_with(|c: char| c.is_ascii_uppercase());
    let (level2, numbers): (Vec<_>, Vec<_>) = library.procedures(TODAY).partition(|p| is_level2(p.code.as_str()));
    assert!(level2.len() >= 800 && numbers.len() >= 600, "{} and {}", level2.len(), numbers.len());
    assert!(level2.iter().all(|service| service.label.contains(' ')));
    let drug = library.procedure(&procedure("J0690"), TODAY).unwrap();
    assert_eq!((drug.label.as_str(), drug.global_days), ("Drug: cefazolin 500 mg", GlobalPeriod::NotApplicable));
}

#[test]
fn rows_agree_with_each_other() {
    let library = Library::shipped();
    for service in library.procedures(TODAY) {
        let Some(fee) = library.fee(&service.code, None, TODAY) else {
            // Supplies and drugs are priced by the equipment, average price and ambulance files, which are imported.
            assert!(service.code.as_str().starts_with(['A', 'E', 'J']), "no fee for {}", service.code);
            continue;
        };
        assert!(!fee.is_stale, "{}", service.code);
        assert_eq!((fee.multiple_procedure, fee.bilateral), (service.multiple_procedure, service.bilateral));
        assert!(service.level.is_none_or(|level| (1..=5).contains(&level)));
        assert!(!service.is_timed || service.minutes.is_some(), "{} is timed without minutes", service.code);
        for primary in &service.add_on_to {
            let is_known = library.procedure(primary, TODAY).is_some();
            assert!(is_known || primary.as_str().starts_with('9') || primary.as_str().starts_with("298"), "{primary}");
        }
    }
}

#[test]
fn fees_and_rates() {
    let library = Library::shipped();
    let fee = library.fee(&procedure("99214"), None, TODAY).unwrap();
    assert_eq!(fee.work + fee.practice_nonfacility + fee.malpractice, 406);
    assert_eq!(fee.work + fee.practice_facility + fee.malpractice, 253);
    assert!(!fee.is_demo && library.fee(&procedure("99214"), None, date(2027, 1, 1)).unwrap().is_stale);
    let rate = |name: &str, on| library.rate(name, on).unwrap();
    assert_eq!(rate("conversion-factor", TODAY).value, 334_009);
    assert_eq!(rate("conversion-factor", date(2024, 3, 8)).value, 327_442);
    assert_eq!(rate("conversion-factor", date(2024, 3, 9)).value, 332_875);
    assert!(rate("conversion-factor", date(2027, 2, 1)).is_stale);
    assert_eq!(rate("therapy-threshold-pt-slp", TODAY).money().unwrap().to_decimal(), "2480.00");
    assert_eq!(rate("part-b-deductible", date(2025, 5, 1)).money().unwrap().to_decimal(), "257.00");
    assert_eq!(rate("sequestration", date(2021, 1, 1)).value, 0);
    let component = |modifier: &str| library.fee(&procedure("73562"), Some(&modifier.parse().unwrap()), TODAY).unwrap();
    let whole = library.fee(&procedure("73562"), None, TODAY).unwrap();
    assert_eq!(component("26").work, whole.work);
    assert_eq!(component("26").practice_nonfacility + component("TC").practice_nonfacility, whole.practice_nonfacility);
}

#[test]
fn edits_tables() {
    let library = Library::shipped();
    let pair = |a: &str, b: &str| library.ptp(&procedure(a), &procedure(b), TODAY).map(|p| p.modifier_indicator);
    assert_eq!(pair("20610", "99213"), Some(1));
    assert_eq!(pair("99213", "20610"), None);
    assert_eq!(pair("96372", "99211"), Some(0));
    assert_eq!(pair("97161", "97750"), Some(0));
    assert_eq!(library.mue(&procedure("97110"), TODAY).unwrap().units, 6);
    assert_eq!(library.mue(&procedure("17110"), TODAY).unwrap().mai, 2);
    let modifier = |code: &str| code.parse::<Modifier>().unwrap();
    for bypassing in ["25", "59", "XS", "LT", "RT", "F5", "TA", "E1", "91", "57", "LC"] {
        assert!(library.bypasses_ptp(&modifier(bypassing)), "{bypassing}");
    }
    for other in ["50", "51", "76", "77", "26", "TC", "GP", "KX"] {
        assert!(!library.bypasses_ptp(&modifier(other)), "{other}");
    }
    assert_eq!(library.modifier(&modifier("F7"), TODAY).unwrap().side, Some('R'));
    assert!(library.modifier(&modifier("JZ"), date(2022, 1, 1)).is_none());
}

#[test]
fn places_reasons_and_policies() {
    let library = Library::shipped();
    let place = |code: &str| library.place_of_service(&code.parse::<PlaceOfService>().unwrap()).unwrap();
    for code in ["02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"] {
        assert!(place(code).is_facility, "{code}");
    }
    assert!(!place("10").is_facility && !place("11").is_facility && !place("32").is_facility);
    let reason = |code: &str| library.carc(&code.parse::<Carc>().unwrap()).unwrap();
    assert!(reason("45").is_write_off_allowed && reason("253").is_write_off_allowed);
    for work in ["16", "18", "22", "27", "29", "50", "96", "97", "119", "197", "236", "1", "2", "3"] {
        assert!(!reason(work).is_write_off_allowed, "{work}");
    }
    assert!(reason("16").needs_remark && reason("96").needs_remark && !reason("45").needs_remark);
    assert!(library.rarc(&"MA18".parse().unwrap()).unwrap().is_alert);
    assert!(library.status_category("A7").is_some() && library.claim_status("562").is_some());
    let policy = library.coverage_policy(&procedure("20610"), TODAY).unwrap();
    assert!(policy.covers(&"M17.11".parse::<DiagnosisCode>().unwrap()));
    assert!(!policy.covers(&"I10".parse::<DiagnosisCode>().unwrap()));
}
