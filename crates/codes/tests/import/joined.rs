//! Tables that answer together, and the layouts that hold more than a row a code.

use std::collections::BTreeSet;

use claim::DiagnosisCode;
use codes::{
    Library, Standing,
    import::{Batch, ImportError, Member, Options, Pack, read},
};
use jiff::civil::{Date, date};

use crate::{batch, bytes};

fn of(name: &str, text: &str, from: Option<Date>) -> Result<Batch, ImportError> {
    let member = Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    read(&[member], &Options { from, has_licence: false }, &Library::shipped())
}

fn taken(path: &str, from: Option<Date>) -> Option<Vec<Pack>> {
    Some(batch(path, &Options { from, has_licence: false })?.unwrap().packs)
}

fn unpacked(path: &str) -> Option<String> {
    Some(String::from_utf8(zstd::decode_all(bytes(path)?.as_slice()).unwrap()).unwrap())
}

const TABLES: &str = "icd10pcs/icd10pcs_tables_2024.rebuilt.xml.zst";

/// The product of a row's values is its codes; those of all tables are the valid codes of the year but for the few that
/// came or went within it.
#[test]
fn procedure_tables_give_the_codes_of_their_year() {
    let (Some(tables), Some(order)) = (taken(TABLES, None), taken("icd10pcs/cms_fy2024_pr.zip", None)) else { return };
    let [table] = tables.as_slice() else { panic!("{} tables", tables.len()) };
    assert_eq!((table.system.as_str(), table.edition), ("icd10pcs-tables", date(2023, 10, 1)));
    let text = table.text().unwrap();
    let mut codes: BTreeSet<String> = BTreeSet::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        names.insert(cells[0]);
        let mut products = vec![cells[0].to_owned()];
        for cell in &cells[4..8] {
            let values: Vec<&str> =
                cell.split_once(": ").unwrap().1.split(" | ").map(|value| value.split(' ').next().unwrap()).collect();
            products =
                products.iter().flat_map(|code| values.iter().map(move |value| format!("{code}{value}"))).collect();
        }
        assert_eq!(products.len().to_string(), cells[8], "{line}");
        codes.extend(products);
    }
    assert_eq!((names.len(), codes.len()), (905, 78_603));
    let order = order.iter().find(|pack| pack.system == "icd10pcs").unwrap().text().unwrap();
    let valid: BTreeSet<String> = order
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|cells| cells[1] == "y")
        .map(|cells| cells[0].to_owned())
        .collect();
    assert_eq!((valid.difference(&codes).count(), codes.difference(&valid).count()), (41, 6));
    // A table is found by its three characters, row by row, with its definition.
    let library = Library::shipped().with(tables);
    let rows: Vec<_> = library.records("icd10pcs-tables", "001 ", date(2024, 1, 1)).collect();
    assert!(rows.len() > 1 && rows[0].1.get("title").ends_with("Bypass"), "{rows:?}");
    assert!(rows[0].1.get("character5").starts_with("Approach: 0 Open | 3 Percutaneous"), "{rows:?}");
    assert!(rows[0].1.get("definition").starts_with("Altering the route"), "{rows:?}");
}

#[test]
fn procedure_index_and_definitions_are_read() {
    let Some(index) = taken("icd10pcs/icd10pcs_index_2024.rebuilt.xml.zst", None) else { return };
    let Some(definitions) = taken("icd10pcs/icd10pcs_definitions_2024.rebuilt.xml.zst", None) else { return };
    let text = index[0].text().unwrap();
    assert!(text.contains("Abdominohysterectomy\t0UT9\tResection, Uterus\t\n"), "{}", &text[..2_000]);
    assert!(text.contains("Abdominal cavity\t\t\tPeritoneal Cavity\n"));
    assert!(text.contains("Abortion, Laminaria\t10A07ZW\t\t\n"));
    let library = Library::shipped().with([index, definitions].concat());
    let bypass = library.record("icd10pcs-definitions", "0 3 Bypass", date(2024, 1, 1)).unwrap();
    assert!(bypass.get("includes").contains("colostomy"), "{bypass:?}");
}

#[test]
fn damaged_procedure_files_are_refused_with_their_place() {
    let Some(text) = unpacked(TABLES) else { return };
    let few = text.replacen("pcsRow codes=\"99\"", "pcsRow codes=\"98\"", 1);
    let refused = of("icd10pcs_tables_2024.xml", &few, None).unwrap_err().to_string();
    assert!(refused.contains("98 codes") && refused.contains("line "), "{refused}");
    let cut: String = text.chars().take(text.chars().count() / 2).collect();
    assert!(of("icd10pcs_tables_2024.xml", &cut, None).is_err());
    let other = of("icd10pcs_tables_2024.xml", "<html><body>Do you accept?</body></html>", None).unwrap_err();
    assert!(other.to_string().contains("no official layout"), "{other}");
}

const CLASSES: &str = "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP','Default CCSR CATEGORY \
    DESCRIPTION IP','Default CCSR CATEGORY OP','Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 \
    DESCRIPTION','CCSR CATEGORY 2','CCSR CATEGORY 2 DESCRIPTION'\n\
    'A000',\"Cholera, classical\",'DIG001','x','DIG001','x','DIG001','x','INF003','x'\n\
    'I10','x','CIR007','x','CIR007','x','CIR007','x',' ',' '\n";

#[test]
fn clinical_classes_side_by_side_are_a_row_each() {
    let batch = of("DXCCSR_v2026-1.csv", CLASSES, None).unwrap();
    assert_eq!((batch.packs[0].edition, batch.packs[0].rows), (date(2025, 10, 1), 3));
    let library = Library::shipped().with(batch.packs);
    let day = date(2026, 3, 2);
    let classes = |code: &str| -> Vec<String> {
        let prefix = format!("{code} ");
        library.records("ccsr", &prefix, day).map(|(key, row)| format!("{key} {}", row.get("is_inpatient"))).collect()
    };
    assert_eq!(classes("A000"), ["A000 DIG001 Y", "A000 INF003 N"]);
    assert_eq!(classes("I10"), ["I10 CIR007 Y"]);
    let refused = of("DXCCSR_v2026-1.csv", &CLASSES.replace("'INF003'", "'INF3'"), None).unwrap_err().to_string();
    assert!(refused.contains("line 2, column CCSR CATEGORY"), "{refused}");
}

#[test]
fn the_version_of_2023_answers_by_diagnosis() {
    let Some(packs) = taken("ccsr/DXCCSR_v2023-1_mapping.csv.zst", Some(date(2022, 10, 1))) else { return };
    let library = Library::shipped().with(packs);
    assert_eq!(library.records("ccsr", "A000 ", date(2026, 3, 2)).count(), 2);
}

#[test]
fn articles_ask_for_their_diagnoses() {
    let folder = "coverage/mcd_layout_sample";
    let names =
        ["article.csv", "article_x_hcpc_code.csv", "article_x_icd10_covered.csv", "article_x_icd10_noncovered.csv"];
    let mut packs = Vec::new();
    for name in names {
        let Some(taken) = taken(&format!("{folder}/{name}"), Some(date(2026, 9, 14))) else { return };
        packs.extend(taken);
    }
    let library = Library::shipped().with(packs);
    let policy = |code: &str, on| library.coverage_policy(&code.parse().unwrap(), on);
    let supports = |diagnosis: &str| {
        let diagnosis: DiagnosisCode = diagnosis.parse().unwrap();
        policy("29877", date(2026, 10, 1)).unwrap().supports(&[&diagnosis])
    };
    let found = policy("29877", date(2026, 10, 1)).unwrap();
    assert_eq!((found.id.as_str(), found.clauses.len()), ("A52369", 1));
    assert!(supports("M23.200") && !supports("M23.201") && !supports("M17.11") && !supports("I10"));
    // Our starter policies still speak of what no article does.
    assert!(policy("20610", date(2026, 10, 1)).is_some_and(|policy| policy.covers(&"M17.11".parse().unwrap())));
    assert!(
        Library::shipped().with_only(Vec::new()).coverage_policy(&"20610".parse().unwrap(), date(2026, 3, 2)).is_none()
    );
}

#[test]
fn imported_primaries_replace_ours() {
    let table = "Notice of the owner\nAOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,AOC_Edit_EffDT,\
        AOC_Edit_DelDT,Special_Instruction_Notes\n1,17003,,17000,,2013001,,\n1,17003,,17999,,2026182,,\n\
        2,99100,,CCCCC,,2013001,,\n";
    let packs = of("AOC_V2026Q3-MCR.csv", table, Some(date(2026, 7, 1))).unwrap().packs;
    let library = Library::shipped().with(packs);
    let primaries = |on| {
        let found = library.procedure(&"17003".parse().unwrap(), on).unwrap().add_on_to;
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(primaries(date(2026, 6, 30)), ["17000"]);
    assert_eq!(primaries(date(2026, 7, 1)), ["17000", "17999"]);
}

/// Codes of fiscal year 2026 that were new, divided or gone, by the day.
#[test]
fn a_code_says_where_it_stands() {
    let library = Library::shipped();
    let (before, after) = (date(2025, 9, 30), date(2025, 10, 1));
    assert_eq!(library.standing("I10", after), Standing::Billable);
    assert_eq!(library.standing("E11", after), Standing::Incomplete { needs_seventh: false });
    assert_eq!(library.standing("S52.501", after), Standing::Incomplete { needs_seventh: true });
    assert_eq!(library.standing("X99999", after), Standing::Unknown);
    let release = library.release("icd10cm", "2026-04").unwrap().unwrap();
    assert_eq!((release.diff.added.len(), release.diff.removed.len()), (487, 28));
    let gone = &release.diff.removed[0];
    assert_eq!(library.standing(gone, before), Standing::Billable);
    assert_eq!(library.standing(gone, after), Standing::Ended { last: before });
    let new = &release.diff.added[0];
    assert_eq!(library.standing(new, before), Standing::NotYet { from: after });
    for gone in &release.diff.removed {
        let instead = library.replacements(gone, after);
        assert!(!instead.is_empty(), "{gone} has no replacement");
        assert!(instead.iter().all(|code| library.standing(code, after) == Standing::Billable), "{gone} {instead:?}");
    }
}

#[test]
fn the_conversion_table_names_what_replaced_a_code() {
    let Some(packs) = taken("icd10cm/fy2026_icd10cm-conversion-table.xlsx", None) else { return };
    let library = Library::shipped().with(packs);
    let release = library.release("icd10cm", "2026-04").unwrap().unwrap();
    let named = |code: &str| library.records("conversions", code, date(2026, 3, 2)).count();
    let known = release.diff.added.iter().filter(|code| named(&format!("{code} ")) > 0).count();
    assert!(known * 10 > release.diff.added.len() * 9, "{known} of {}", release.diff.added.len());
}

/// A partial release, as the Centers publish changes within a year, gives a whole edition.
#[test]
fn changes_alone_make_the_next_edition() {
    let addenda = "Delete:      1 B881    Tungiasis [sandflea infestation]                             Tungiasis [sandflea infestation]\n\
        Add:         1 B8811   Tungiasis of the foot                                        Tungiasis of the foot\n\
        Add:         0 B881    Tungiasis                                                    Tungiasis\n";
    let batch = of("icd10cm-order-addenda-April-2026.txt", addenda, Some(date(2026, 4, 1))).unwrap();
    assert!(batch.notices.iter().any(|notice| notice.contains("made of 2026-04")), "{:?}", batch.notices);
    let library = Library::shipped().with(batch.packs);
    assert_eq!(library.standing("B88.1", date(2026, 3, 31)), Standing::Billable);
    assert_eq!(library.standing("B88.1", date(2026, 4, 1)), Standing::Ended { last: date(2026, 3, 31) });
    assert_eq!(library.replacements("B88.1", date(2026, 4, 1)), ["B8811"]);
    let releases = library.releases().unwrap();
    let [release] = releases.as_slice() else { panic!("{releases:?}") };
    assert_eq!(
        (release.diff.added.as_slice(), release.diff.removed.as_slice()),
        (&["B8811".to_owned()][..], &["B881".to_owned()][..])
    );
    // Everything else is as before, instructions too.
    let icd = library.icd10cm(date(2026, 5, 1));
    assert!(icd.is_billable("I10") && !icd.instructions("E1142").excludes1.is_empty());
    assert_eq!(icd.tabular().billable().count(), 74_719);
}

#[test]
fn the_index_is_walked_with_and_without_the_official_one() {
    let (day, shipped) = (date(2026, 3, 2), Library::shipped());
    let ours = shipped.index_lines("Heart att", day, 20);
    assert!(ours.iter().any(|line| line.code.starts_with("I21")), "{ours:?}");
    assert!(shipped.index_lines("", day, 0).is_empty());
    let Some(packs) = taken("icd10cm_index/ICD10CM_2025_Index.csv.zst", None) else { return };
    let library = shipped.with(packs);
    let letter = library.index_lines("D", day, 5_000);
    assert!(letter.iter().all(|line| line.depth == 0) && letter.iter().any(|line| line.path == "Diabetes"));
    let below = library.index_lines("Diabetes, diabetic, type 2", day, 500);
    assert!(
        below.iter().any(|line| line.depth > 0 && line.code.starts_with("E11")),
        "{:?}",
        &below[..below.len().min(5)]
    );
    let unknown: Vec<_> =
        below.iter().filter(|line| !line.code.is_empty() && library.icd10cm(day).get(&line.code).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// What bundles at a hospital need not bundle in an office: each table answers its own question.
#[test]
fn hospital_pairs_are_a_table_of_their_own() {
    let pairs = "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n\
        \t\tprior to 1996\tDate\tDate\t0=not allowed\t\n11042\tG9999\t\t20260701\t*\t1\tMore extensive procedure\n";
    let library = Library::shipped().with(of("ccioph-v322r0-f1.txt", pairs, None).unwrap().packs);
    let (a, b) = ("11042".parse().unwrap(), "G9999".parse().unwrap());
    let (before, after) = (date(2026, 6, 30), date(2026, 7, 1));
    assert_eq!(library.hospital_ptp(&a, &b, after).map(|pair| pair.modifier_indicator), Some(1));
    assert!(library.hospital_ptp(&a, &b, before).is_none() && library.hospital_ptp(&b, &a, after).is_none());
    assert!(library.ptp(&a, &b, after).is_none());
}
