//! The tables shipped as packs against the official lists.

use std::collections::{BTreeMap, BTreeSet};

use codes::{
    Library,
    import::{Options, unpack},
};
use jiff::civil::date;

use crate::{batch, bytes};

fn text(path: &str) -> Option<String> {
    Some(String::from_utf8(unpack(path, &bytes(path)?).unwrap().remove(0).bytes).unwrap())
}

/// Models are laid down a year before they pay: the file of 2026 speaks of services of 2025.
#[test]
fn risk_categories_are_those_of_the_official_mapping() {
    let library = Library::shipped();
    for (path, day, models) in [
        (
            "hcc/ra_dx_to_cc_2026.csv.zst",
            date(2025, 6, 1),
            [("CMS-HCC Model V28", 8_317), ("CMS-HCC Model V24", 10_354), ("RxHCC Model V08", 5_546)],
        ),
        (
            "hcc/ra_dx_to_cc_2027.csv.zst",
            date(2026, 6, 1),
            [("CMS-HCC Model V28", 8_299), ("CMS-HCC Model V24", 0), ("RxHCC Model V08", 5_527)],
        ),
    ] {
        let Some(official) = text(path) else { return };
        let mut listed: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for row in official.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            listed.entry(cells[0]).or_default().insert((cells[2], cells[1]));
        }
        for (code, rows) in &listed {
            let ours = library.risk_categories(code, day);
            assert!(ours.iter().all(|category| !category.label.is_empty()), "{code} {ours:?}");
            let ours: BTreeSet<(&str, &str)> = ours.iter().map(|c| (c.model.as_str(), c.number.as_str())).collect();
            assert_eq!(ours, *rows, "{code}");
        }
        for (model, count) in models {
            let rows = listed.values().flatten().filter(|(of, _)| *of == model).count();
            assert_eq!(rows, count, "{model} in {path}");
        }
    }
}

#[test]
fn a_diagnosis_counts_in_the_models_of_its_day() {
    let library = Library::shipped();
    let models = |day| -> Vec<String> {
        let found = library.risk_categories("E11.42", day).into_iter();
        found.filter(|c| c.model.starts_with("CMS-HCC Model")).map(|c| format!("{} {}", c.model, c.number)).collect()
    };
    assert_eq!(models(date(2025, 12, 31)), ["CMS-HCC Model V22 18", "CMS-HCC Model V24 18", "CMS-HCC Model V28 37"]);
    assert_eq!(models(date(2026, 1, 1)), ["CMS-HCC Model V22 18", "CMS-HCC Model V28 37"]);
    assert!(models(date(2024, 12, 31)).is_empty() && library.risk_categories("J00", date(2026, 1, 1)).is_empty());
}

/// The shipped list is that of October 2023; the order file at hand is that of April 2024, with 41 later codes and 3 revised
/// titles.
#[test]
fn inpatient_procedures_are_those_of_the_official_list() {
    let Some(file) = bytes("icd10pcs/cms_fy2024_pr.zip") else { return };
    let members = unpack("fy2024.zip", &file).unwrap();
    let order = members.iter().find(|member| member.name.ends_with("icd10pcs_order_2024.txt")).unwrap();
    let order = String::from_utf8(order.bytes.clone()).unwrap();
    let library = Library::shipped();
    let day = date(2024, 3, 31);
    let (mut same, mut revised, mut later) = (0, 0, Vec::new());
    for line in order.lines().filter(|line| &line[14..15] == "1") {
        let (code, title) = (line[6..13].trim(), line[77..].trim());
        match library.inpatient_procedure(code, day) {
            Some(found) => {
                revised += usize::from(found.title != title);
                assert!(!found.is_stale);
                same += 1;
            }
            None => later.push(code),
        }
    }
    assert_eq!((same, revised, later.len()), (78_597, 3, 41), "{later:?}");
    // Past its year the list answers, and says that it is old.
    let found = library.inpatient_procedure("0dtj4zz", date(2026, 3, 2)).unwrap();
    assert!(found.is_stale && found.title == "Resection of Appendix, Percutaneous Endoscopic Approach", "{found:?}");
    assert!(library.inpatient_procedure("0DT", day).is_none() && library.inpatient_procedure("99213", day).is_none());
}

/// An imported edition answers for its own days only, and the shipped one where it did before.
#[test]
fn an_imported_list_of_procedures_answers_for_its_year() {
    let Some(read) = batch("icd10pcs/cms_fy2026_pr.zip", &Options::default()) else { return };
    let library = Library::shipped().with(read.unwrap().packs);
    let title =
        |code: &str, day| library.inpatient_procedure(code, day).map(|found| (found.is_stale, found.edition.from));
    let (old, new) = (date(2024, 3, 31), date(2026, 3, 2));
    assert_eq!(title("0DTJ4ZZ", old), Some((false, date(2023, 10, 1))));
    assert_eq!(title("0DTJ4ZZ", new), Some((false, date(2025, 10, 1))));
    let list = library.packs()[0].text().unwrap();
    let is_new = |code: &&str| Library::shipped().inpatient_procedure(code, old).is_none();
    let codes = list.lines().skip(1).filter_map(|row| row.split('\t').next()).filter(|code| code.len() == 7);
    let added: Vec<&str> = codes.filter(is_new).collect();
    assert!(added.len() > 400, "{}", added.len());
    assert!(added.iter().all(|code| title(code, old).is_none() && title(code, new).is_some()));
    let hits = |day| library.search_services(codes::Services::Pcs, added[0], day, 5).len();
    assert_eq!((hits(old), hits(new)), (0, 1));
}
