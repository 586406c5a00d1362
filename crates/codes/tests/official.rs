//! What is shipped against the official files, where these are at hand (`SUPERBILL_SHARED`, else `../shared`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use claim::{DiagnosisCode, ProcedureCode};
use codes::{Family, Library};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 6, 1);

/// A file of the shared material; says so and gives nothing when it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SUPERBILL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = root.join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {path} is not at hand, set SUPERBILL_SHARED");
        return None;
    }
    Some(file)
}

fn zipped(path: &str, member: &str) -> Option<String> {
    let file = fs::File::open(shared(path)?).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut text = Vec::new();
    archive.by_name(member).unwrap().read_to_end(&mut text).unwrap();
    Some(String::from_utf8_lossy(&text).into_owned())
}

fn compressed(path: &str) -> Option<String> {
    let bytes = zstd::decode_all(fs::File::open(shared(path)?).unwrap()).unwrap();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Billable codes of an order file: code in columns 7 to 13, flag in column 15.
fn billable_in_order(text: &str) -> BTreeSet<String> {
    text.lines().filter(|l| l.get(14..15) == Some("1")).map(|l| l[6..13].trim().to_owned()).collect()
}

#[test]
fn billable_codes_equal_the_order_files() {
    let editions = [
        (TODAY, "data/icd10cm/fy2026_icd10cm-code-descriptions.zip", "icd10cm-order-2026.txt", 74_719),
        (
            date(2025, 6, 1),
            "data/icd10cm/fy2025apr_icd10cm-code-descriptions.zip",
            "icd10cm-order-April-2025.txt",
            74_260,
        ),
    ];
    for (on, path, member, count) in editions {
        let Some(order) = zipped(path, member) else { return };
        let official = billable_in_order(&order);
        assert_eq!(official.len(), count);
        let library = Library::shipped();
        let icd = library.icd10cm(on);
        let ours: BTreeSet<String> = icd.tabular().billable().collect();
        assert!(ours == official, "{:?}", ours.symmetric_difference(&official).take(10).collect::<Vec<_>>());
        // Every code finds itself; titles differ by diacritics at most.
        let mut differing = 0;
        for line in order.lines().filter(|l| l.get(14..15) == Some("1")) {
            let diagnosis = icd.get(line[6..13].trim()).unwrap();
            assert!(diagnosis.is_billable);
            differing += usize::from(diagnosis.title != line[77..].trim());
        }
        assert!(differing < 250, "{differing} titles differ");
        // Header rows are there and are not billable.
        for line in order.lines().filter(|l| l.get(14..15) == Some("0")) {
            let code = line[6..13].trim();
            assert!(icd.get(code).is_some() && !icd.is_billable(code), "{code}");
        }
    }
}

/// Every code of every official order file has the shape of a code on a claim, headers included.
#[test]
fn every_code_of_every_edition_is_a_diagnosis_code() {
    let files = [
        ("fy2024apr_icd10cm-code-descriptions.zip", 97_296),
        ("fy2025_icd10cm-code-descriptions.zip", 97_584),
        ("fy2025apr_icd10cm-code-descriptions.zip", 97_584),
        ("fy2026_icd10cm-code-descriptions.zip", 98_186),
    ];
    for (file, rows) in files {
        let Some(path) = shared(&format!("data/icd10cm/{file}")) else { return };
        let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
        let is_order = |name: &&str| name.contains("order") && name.ends_with(".txt") && !name.contains("addenda");
        let member = archive.file_names().find(is_order).unwrap().to_owned();
        let mut text = String::new();
        archive.by_name(&member).unwrap().read_to_string(&mut text).unwrap();
        let codes: Vec<&str> = text.lines().map(|line| line[6..13].trim()).collect();
        assert_eq!(codes.len(), rows, "{file}");
        let refused: Vec<&&str> = codes.iter().filter(|code| DiagnosisCode::new(code).is_err()).collect();
        assert!(refused.is_empty(), "{file}: {refused:?}");
    }
}

#[test]
fn manifestations_agree_with_the_code_editor() {
    let Some(text) = compressed("data/mce/mce_v41_1_code_edits.csv.zst") else { return };
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let listed: BTreeSet<String> = text
        .lines()
        .filter(|line| line.to_lowercase().contains("manifestation"))
        .map(|line| line.split('"').nth(1).unwrap().replace('.', ""))
        .filter(|code| icd.is_billable(code))
        .collect();
    assert!(listed.len() > 100);
    let missed: Vec<&String> = listed.iter().filter(|code| !icd.is_manifestation(code)).collect();
    let extra: Vec<String> =
        icd.tabular().billable().filter(|code| icd.is_manifestation(code) && !listed.contains(code)).collect();
    assert!(missed.is_empty(), "{} missed: {missed:?}; {} extra: {extra:?}", missed.len(), extra.len());
    assert!(extra.is_empty(), "{} extra: {extra:?}", extra.len());
}

/// Numbers valid somewhere in the official fee, laboratory and HCPCS files.
fn official_services() -> Option<BTreeSet<String>> {
    let first = |text: String| -> Vec<String> {
        text.lines().map(|line| line.split(',').next().unwrap_or("").trim_matches('"').to_owned()).collect()
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    known.extend(first(compressed("data/pfs/PPRRVU2024_JUL_C.csv.zst")?));
    known.extend(first(compressed("data/hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst")?));
    known.extend(compressed("data/clfs/PUF_CLFS_CY2026_Q2V1.redacted.csv.zst")?.split(',').map(str::to_owned));
    Some(known)
}

#[test]
fn every_service_is_in_the_official_lists() {
    let Some(known) = official_services() else { return };
    let library = Library::shipped();
    // Numbers newer than the fee schedule at hand.
    let newer = ["98016"];
    let unknown: Vec<String> = library
        .procedures(TODAY)
        .map(|service| service.code.to_string())
        .filter(|code| !known.contains(code) && !newer.contains(&code.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn pairs_and_limits_are_in_the_official_tables() {
    let Some(pairs) = compressed("data/ncci/ptp_practitioner_2024q3.csv.zst") else { return };
    let library = Library::shipped();
    let active: BTreeMap<(&str, &str), &str> = pairs
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split(',');
            let (a, b, deleted, indicator) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            deleted.trim_matches(['"', '*', ' ']).is_empty().then_some(((a, b), indicator))
        })
        .collect();
    let services: Vec<ProcedureCode> = library.procedures(TODAY).map(|service| service.code.clone()).collect();
    let mut found = 0;
    for a in &services {
        for b in &services {
            if let Some(pair) = library.ptp(a, b, TODAY) {
                found += 1;
                let official = active.get(&(a.as_str(), b.as_str()));
                assert_eq!(official, Some(&pair.modifier_indicator.to_string().as_str()), "{a} {b}");
            }
        }
    }
    assert!(found > 1_000, "{found}");
    let limits =
        fs::read_to_string(shared("data/ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv").unwrap());
    for line in limits.unwrap().lines() {
        let fields: Vec<&str> = line.split(',').map(|field| field.trim_matches('"')).collect();
        let [code, units, mai, ..] = fields.as_slice() else { continue };
        let Ok(code) = code.parse::<ProcedureCode>() else { continue };
        if let Some(mue) = library.mue(&code, TODAY) {
            assert_eq!(
                (mue.units.to_string(), mue.mai.to_string()),
                ((*units).to_owned(), mai[..1].to_owned()),
                "{code}"
            );
        }
    }
}

#[test]
fn indicators_agree_with_the_fee_schedule() {
    let Some(text) = compressed("data/pfs/PPRRVU2024_JUL_C.csv.zst") else { return };
    let library = Library::shipped();
    let (mut same, mut different) = (0, Vec::new());
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for row in rows.records().map(Result::unwrap).filter(|row| row.len() > 20) {
        let fields: Vec<&str> = row.iter().collect();
        let Ok(code) = fields[0].parse::<ProcedureCode>() else { continue };
        let Some(service) = library.procedure(&code, TODAY).filter(|_| fields[1].is_empty()) else { continue };
        let ours = format!("{} {} {}", service.multiple_procedure, service.bilateral, service.pc_tc);
        let official = format!("{} {} {}", fields[18], fields[19], fields[13]);
        if ours == official {
            same += 1
        } else {
            different.push(format!("{code} ours {ours} official {official}"))
        }
        let days = service.global_days.days().map(|days| format!("{days:03}"));
        assert!(days.is_none_or(|days| days == fields[14]), "{code} {}", fields[14]);
    }
    eprintln!("indicators: {same} equal, {} differ {different:?}", different.len());
    assert!(same > 700 && different.len() < 25, "{same} {different:?}");
}

#[test]
fn modifiers_places_and_reasons_exist() {
    let Some(hcpcs) = compressed("data/hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst") else { return };
    let known: BTreeSet<&str> = hcpcs.lines().filter_map(|line| line.split(',').next()).collect();
    let modifiers = include_str!("../data/modifiers.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
    for line in modifiers {
        let mut fields = line.split('\t');
        let (code, label) = (fields.next().unwrap(), fields.next().unwrap());
        let is_cpt = code.starts_with(|c: char| c.is_ascii_digit());
        assert!(is_cpt || known.contains(code) || label.starts_with("Ambulance:"), "{code} {label}");
    }
    // And every official one is there.
    let ours: BTreeSet<&str> =
        include_str!("../data/modifiers.tsv").lines().filter_map(|line| line.split('\t').next()).collect();
    let missing: Vec<&&str> = known.iter().filter(|code| code.len() == 2 && !ours.contains(*code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let reasons = fs::read_to_string(shared("data/codelists/carc_rarc_2024-06.csv").unwrap()).unwrap();
    let listed = |kind: &str| -> BTreeSet<String> {
        let rows = reasons.lines().map(|line| line.split('"').filter(|field| *field != ",").collect::<Vec<_>>());
        rows.filter(|f| f.get(2) == Some(&kind)).map(|f| f[1].to_owned()).collect()
    };
    // 308 came after this list.
    for (file, kind) in [(include_str!("../data/carc.tsv"), "CARC"), (include_str!("../data/rarc.tsv"), "RARC")] {
        let official = listed(kind);
        assert!(official.len() > 300);
        let ours =
            file.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| line.split('\t').next());
        let unknown: Vec<&str> = ours.filter(|code| !official.contains(*code) && *code != "308").collect();
        assert!(unknown.is_empty(), "{kind} {unknown:?}");
    }
    let places = fs::read_to_string(shared("data/codelists/place_of_service_2024.csv").unwrap()).unwrap();
    let library = Library::shipped();
    for place in library.places_of_service() {
        let prefix = format!("{},", place.code);
        let row =
            places.lines().find(|line| line.starts_with(&prefix) || line.starts_with(&format!("\"{}\"", place.code)));
        let row = row.unwrap_or_else(|| panic!("{}", place.code));
        assert_eq!(place.is_facility, !row.contains("Non-Facility"), "{row}");
    }
}

#[test]
fn add_on_primaries_agree_with_the_add_on_table() {
    let Some(path) = shared("data/ncci/aoc_2024q3.csv") else { return };
    let text = fs::read_to_string(path).unwrap();
    let add_ons: BTreeSet<&str> = text.lines().filter_map(|line| line.split(',').nth(1)).collect();
    let library = Library::shipped();
    for service in library.procedures(TODAY).filter(|service| !service.add_on_to.is_empty()) {
        // Newer than the table, or not valid for Medicare and so not in it.
        let is_outside = ["G2211", "99437", "99439", "99417", "99418"].contains(&service.code.as_str());
        assert!(is_outside || add_ons.contains(service.code.as_str()), "{} is no add-on", service.code);
    }
    let missing: Vec<String> = library
        .procedures(TODAY)
        .filter(|s| s.family != Family::CareManagement && s.add_on_to.is_empty() && add_ons.contains(s.code.as_str()))
        .map(|service| service.code.to_string())
        .collect();
    assert!(missing.len() < 12, "{missing:?}");
}

/// How often search finds the right code first and among five, on the tuning part of the phrase sets.
#[test]
fn phrases_find_their_codes() {
    let library = Library::shipped();
    let icd = library.icd10cm(TODAY);
    let sets =
        [("doid", "doid", ""), ("icd9gem_exact", "icd9 abbreviated", "short"), ("icd9gem_exact", "icd9 long", "long")];
    for (file, name, kind) in sets {
        let Some(path) = shared(&format!("notes/short_strings/{file}.jsonl")) else { return };
        let (mut asked, mut first, mut five) = (0_usize, 0_usize, 0_usize);
        for line in fs::read_to_string(path).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let is_asked = row["split"] == "dev" && (kind.is_empty() || row["kind"] == kind) && row["in_title"] != true;
            if !is_asked {
                continue;
            }
            let gold: Vec<String> =
                row["gold"].as_array().unwrap().iter().map(|g| g.as_str().unwrap().into()).collect();
            let hits = icd.search(row["q"].as_str().unwrap(), 5);
            let right = |code: &str| {
                gold.iter().any(|g| {
                    code == g || (g.len() == 3 && code.starts_with(g.as_str())) || (g.len() == 7 && g.starts_with(code))
                })
            };
            asked += 1;
            first += usize::from(hits.first().is_some_and(|hit| right(&hit.code)));
            five += usize::from(hits.iter().any(|hit| right(&hit.code)));
        }
        let share = |count: usize| count * 1000 / asked.max(1);
        eprintln!("{name}: {asked} phrases, first {}‰, among five {}‰", share(first), share(five));
        assert!(share(five) > 400, "{name}");
    }
}
