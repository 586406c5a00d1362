//! What the library says with imported tables over the shipped ones.

use std::collections::BTreeSet;

use claim::{Money, ProcedureCode};
use codes::{
    Library,
    import::{Diff, Effect, Held, HeldKind, Member, Options, Pack, impact, read, unpack},
};
use jiff::civil::{Date, date};

use crate::{batch, bytes};

fn code(text: &str) -> ProcedureCode {
    text.parse().unwrap()
}

/// The shipped library with files over it; nothing when one is not at hand.
fn with(files: &[(&str, Option<Date>)]) -> Option<Library> {
    let mut packs: Vec<Pack> = Vec::new();
    for (path, from) in files {
        let options = Options { from: *from, ..Options::default() };
        packs.extend(batch(path, &options)?.unwrap_or_else(|error| panic!("{error}")).packs);
    }
    Some(Library::shipped().with(packs))
}

#[test]
fn an_order_file_is_an_edition_with_every_code_and_title() {
    for (path, billable, on) in [
        ("icd10cm/fy2026_icd10cm-code-descriptions.zip", 74_719, date(2026, 3, 1)),
        ("icd10cm/fy2024apr_icd10cm-code-descriptions.zip", 74_044, date(2024, 5, 1)),
    ] {
        let Some(library) = with(&[(path, None)]) else { return };
        let icd = library.icd10cm(on);
        assert!(!icd.is_stale(), "{path}");
        let codes: BTreeSet<String> = icd.tabular().billable().collect();
        assert_eq!(codes.len(), billable, "{path}");
        // Instructions come from the edition that has them.
        assert!(icd.excludes1("E10.9", "E11.9").is_some() && icd.ancestors("E11.9").len() == 3, "{path}");
        let order = unpack(path, &bytes(path).unwrap()).unwrap();
        let order =
            order.iter().find(|m| m.name.contains("order") && !m.name.contains("adden") && m.name.ends_with("txt"));
        let text = String::from_utf8_lossy(&order.unwrap().bytes).into_owned();
        for line in text.lines() {
            let (code, title) = (line[6..13].trim(), line[77..].trim());
            let found = icd.get(code).unwrap_or_else(|| panic!("{code} is not there"));
            assert_eq!(found.title, title.split_whitespace().collect::<Vec<_>>().join(" "), "{code}");
            assert_eq!(found.is_billable, &line[14..15] == "1", "{code}");
        }
    }
}

#[test]
fn the_tabular_list_of_a_year_needs_its_valid_codes_and_keeps_its_notes() {
    let Some(library) = with(&[("icd10cm/icd10cm-tabular-April-1-2026.xml.zst", None)]) else { return };
    let icd = library.icd10cm(date(2026, 5, 1));
    assert_eq!((icd.edition(), icd.tabular().billable().count()), ("2026-04-01", 74_719));
    assert!(icd.excludes1("E10.9", "E11.9").is_some());
    // A year of which no list of valid codes is at hand.
    let xml = "<ICD10CM.tabular><version>2031</version></ICD10CM.tabular>";
    let members = unpack("icd10cm-tabular-2031.xml", xml.as_bytes()).unwrap();
    let error = read(&members, &Options::default(), &Library::shipped()).unwrap_err().to_string();
    assert!(error.contains("import the order file with it"), "{error}");
}

#[test]
fn the_day_chooses_the_fee_and_the_conversion_factor() {
    let files = [
        ("pfs/PPRRVU2024_JAN_A.csv.zst", None),
        ("pfs/PPRRVU2024_MAR_AR.csv.zst", Some(date(2024, 3, 9))),
        ("pfs/PPRRVU2024_APR_B.csv.zst", None),
        ("pfs/PPRRVU2024_JUL_C.csv.zst", None),
    ];
    let Some(library) = with(&files) else { return };
    let fee = library.fee(&code("99213"), None, date(2024, 8, 1)).unwrap();
    assert_eq!((fee.work, fee.practice_nonfacility, fee.practice_facility, fee.malpractice), (130, 133, 56, 10));
    assert!(!fee.is_stale && !fee.is_demo);
    let factor = |day| library.rate("conversion-factor", day).unwrap().value;
    assert_eq!((factor(date(2024, 3, 8)), factor(date(2024, 3, 9))), (327_442, 332_875));
    // The year after has no imported schedule: what is shipped for the day answers.
    assert!(library.fee(&code("99213"), None, date(2026, 6, 1)).unwrap().is_demo);
}

#[test]
fn laboratory_fees_are_amounts() {
    let Some(library) = with(&[("clfs/PUF_CLFS_CY2026_Q2V1.redacted.csv.zst", None)]) else { return };
    let fee = library.fee(&code("0001U"), None, date(2026, 6, 1)).unwrap();
    assert_eq!(fee.amount, Some(Money::from_cents(72_000)));
}

#[test]
fn limits_and_pairs_are_those_of_the_day() {
    let files = [
        ("ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv", None),
        ("excerpts_2026/ccipra-v322r0-f1.excerpt.txt", None),
    ];
    let Some(library) = with(&files) else { return };
    let mue = library.mue(&code("0001U"), date(2026, 6, 1)).unwrap();
    assert_eq!((mue.units, mue.mai), (1, 2));
    let pair = |a, b, day| library.ptp(&code(a), &code(b), day).map(|p| p.modifier_indicator);
    assert_eq!(pair("0001A", "99213", date(2023, 12, 31)), Some(1));
    assert_eq!(pair("0001A", "99213", date(2024, 1, 1)), None);
    // Never in force.
    assert_eq!(pair("0001A", "90473", date(2022, 1, 1)), None);
    // What the file leaves out stays as shipped.
    let shipped = Library::shipped();
    assert_eq!(
        library.ptp(&code("99213"), &code("36415"), date(2026, 6, 1)),
        shipped.ptp(&code("99213"), &code("36415"), date(2026, 6, 1))
    );
}

#[test]
fn the_national_table_answers_whole() {
    let Some(library) = with(&[("ncci/ptp_practitioner_2024q3.csv.zst", None)]) else { return };
    assert_eq!(library.packs()[0].rows, 2_546_017);
    let text =
        String::from_utf8(zstd::decode_all(&*bytes("ncci/ptp_practitioner_2024q3.csv.zst").unwrap()).unwrap()).unwrap();
    let day = date(2024, 8, 1);
    let mut active = 0;
    for line in text.lines().skip(1).step_by(97) {
        let fields: Vec<&str> = line.split(',').collect();
        let found = library.ptp(&code(fields[0]), &code(fields[1]), day);
        let is_active = fields[2].trim_matches('*').is_empty() && fields[3] != "9";
        if is_active {
            active += 1;
            assert_eq!(found.map(|pair| pair.modifier_indicator.to_string()).as_deref(), Some(fields[3]), "{line}");
        }
    }
    assert!(active > 10_000, "{active}");
}

#[test]
fn every_zip_code_joins_its_indices() {
    let files = [("pfs/ZIP5_JAN2026.csv.zst", None), ("excerpts_2026/GPCI2026.csv", None)];
    let Some(library) = with(&files) else { return };
    let day = date(2026, 6, 1);
    let zips = library.packs().iter().find(|pack| pack.system == "zip-localities").unwrap().text().unwrap();
    for line in zips.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let row = library.record("zip-localities", fields[0], day).unwrap();
        let key = format!("{} {}", row.get("carrier"), row.get("locality"));
        let indices = library.record("gpci", &key, day).unwrap_or_else(|| panic!("{key} of {}", fields[0]));
        assert!(!indices.is_stale && !indices.get("work").is_empty());
    }
    let alaska = library.record("zip-localities", "99501", day).unwrap();
    assert_eq!((alaska.get("carrier"), alaska.get("locality")), ("02102", "01"));
}

#[test]
fn a_terminated_service_has_its_last_day_and_its_text() {
    let Some(library) = with(&[("hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst", None)]) else { return };
    let ended = library.packs()[0].text().unwrap();
    let ended = ended.lines().skip(1).filter(|line| !line.split('\t').nth(3).unwrap().is_empty()).count();
    assert!(ended > 1_000, "{ended}");
    let row = library.record("hcpcs", "J1885", date(2026, 6, 1)).unwrap();
    assert!(!row.is_stale && row.get("text").to_lowercase().contains("ketorolac"));
}

#[test]
fn the_index_helps_search_and_says_that_it_is_there() {
    assert!(!Library::shipped().has_index());
    let Some(library) = with(&[("icd10cm_index/ICD10CM_2025_Index.csv.zst", None)]) else { return };
    assert!(library.has_index());
    let first = |words: &str| library.icd10cm(date(2026, 6, 1)).search(words, 1)[0].code.clone();
    assert_eq!(first("aarskog syndrome"), "Q8719");
    // The index refers from one term to another.
    assert!(first("abdominalgia").starts_with("R10"));
}

/// The published differences: 487 added, 28 removed, 38 revised.
#[test]
fn a_release_is_compared_with_the_one_before() {
    let pack = |path| {
        let packs = batch(path, &Options::default())?.unwrap().packs;
        packs.into_iter().find(|pack| pack.system == "icd10cm")
    };
    let Some(before) = pack("icd10cm/fy2025_icd10cm-code-descriptions.zip") else { return };
    let after = pack("icd10cm/fy2026_icd10cm-code-descriptions.zip").unwrap();
    let diff = Diff::between(&before, &after).unwrap();
    assert_eq!((diff.added.len(), diff.removed.len(), diff.changed.len()), (487, 28, 38));
    assert!(Diff::between(&after, &after).unwrap().is_empty());
    let held = Held { holder: "claim 1042".to_owned(), kind: HeldKind::Claim, codes: vec!["B880".to_owned()] };
    let alerts = impact(&diff, &[held]);
    assert_eq!(
        alerts.iter().map(|a| (a.effect, a.detail.as_str())).collect::<Vec<_>>(),
        [(Effect::Divided, "B8801 B8809")]
    );
}

#[test]
fn the_parts_of_a_release_are_one_table() {
    let part = |number: u8, pair: &str| Member {
        name: format!("ncci.zip/ccipra-v322r0-f{number}.txt"),
        bytes: format!(
            "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\
             \t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n{pair}\t\t20260701\t*\t1\tMore extensive procedure\r\n"
        )
        .into_bytes(),
    };
    let of = |pairs: &[Member]| read(pairs, &Options::default(), &Library::shipped()).unwrap().packs;
    let (before, after) = (of(&[part(1, "11042\tG9999")]), of(&[part(1, "11042\tG9998")]));
    let diff = Diff::between(&before[0], &after[0]).unwrap();
    assert_eq!((diff.added, diff.removed), (vec!["11042 G9998".to_owned()], vec!["11042 G9999".to_owned()]));
    let members = [part(1, "11042\tG9999"), part(2, "11042\tG9998"), part(3, "99999\tG9998")];
    let packs = read(&members, &Options::default(), &Library::shipped()).unwrap().packs;
    assert_eq!(packs.iter().map(|pack| pack.part.as_str()).collect::<Vec<_>>(), ["f1", "f2", "f3"]);
    let library = Library::shipped().with(packs);
    for (a, b) in [("11042", "G9999"), ("11042", "G9998"), ("99999", "G9998")] {
        assert!(library.ptp(&code(a), &code(b), date(2026, 7, 1)).is_some(), "{a} {b}");
        assert!(library.ptp(&code(a), &code(b), date(2026, 6, 30)).is_none(), "{a} {b}");
    }
}
