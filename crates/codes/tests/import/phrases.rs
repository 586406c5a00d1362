//! Search with and without the official alphabetic index, on the tuning part of the phrase sets.

use std::fs;

use codes::{
    Icd10cm, Library,
    import::{Options, Pack},
};
use jiff::civil::date;

use crate::{batch, shared};

const INDEX: &str = "icd10cm_index/ICD10CM_2025_Index.csv.zst";
const TABLES: [&str; 3] = [
    "icd10cm/icd10cm-neoplasm-April-1-2026.xml.zst",
    "icd10cm/icd10cm-drug-April-1-2026.xml.zst",
    "icd10cm/icd10cm-eindex-April-1-2026.xml.zst",
];

fn packs(path: &str) -> Option<Vec<Pack>> {
    Some(batch(path, &Options::default())?.unwrap_or_else(|error| panic!("{error}")).packs)
}

/// The code itself, or one below the category that is the answer.
fn is_right(icd: &Icd10cm<'_>, gold: &[String], code: &str) -> bool {
    gold.iter().any(|g| code == g || (code.starts_with(g.as_str()) && !icd.is_billable(g)))
}

/// How many phrases of a thousand find their code first, among five, among ten.
fn shares(icd: &Icd10cm<'_>, file: &str, kind: &str) -> Option<[usize; 3]> {
    let path = shared(&format!("../notes/short_strings/{file}.jsonl"))?;
    let (mut asked, mut found) = (0_usize, [0_usize; 3]);
    for line in fs::read_to_string(path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        if row["split"] != "dev" || (!kind.is_empty() && row["kind"] != kind) || row["in_title"] == true {
            continue;
        }
        let gold = row["gold"].as_array().unwrap().iter().map(|g| g.as_str().unwrap().replace('.', ""));
        let gold: Vec<String> = gold.collect();
        let hits = icd.search(row["q"].as_str().unwrap(), 10);
        let place = hits.iter().position(|hit| is_right(icd, &gold, &hit.code));
        asked += 1;
        for (count, within) in found.iter_mut().zip([1, 5, 10]) {
            *count += usize::from(place.is_some_and(|place| place < within));
        }
    }
    Some(found.map(|count| count * 1000 / asked.max(1)))
}

#[test]
fn the_index_finds_more_phrases() {
    let Some(index) = packs(INDEX) else { return };
    let mut all = index.clone();
    all.extend(TABLES.iter().filter_map(|path| packs(path)).flatten());
    let without = Library::shipped();
    let with = without.with(index);
    let with_all = without.with(all);
    let day = date(2026, 6, 1);
    for (file, name, kind) in
        [("doid", "doid", ""), ("icd9gem_exact", "icd9 abbreviated", "short"), ("icd9gem_exact", "icd9 long", "long")]
    {
        let Some(before) = shares(&without.icd10cm(day), file, kind) else { return };
        let after = shares(&with.icd10cm(day), file, kind).unwrap();
        let tables = shares(&with_all.icd10cm(day), file, kind).unwrap();
        eprintln!("{name}: first, five, ten of a thousand: lexicon {before:?}, index {after:?}, and tables {tables:?}");
        let aim = if name == "doid" { [600, 700] } else { [780, 930] };
        assert!(tables[0] >= aim[0] && tables[1] >= aim[1] && tables[1] + 5 >= before[1], "{name}");
    }
}

#[test]
fn titles_and_index_rows_find_their_codes() {
    let Some(index) = packs(INDEX) else { return };
    let text = index[0].text().unwrap();
    let library = Library::shipped().with(index);
    let icd = library.icd10cm(date(2026, 6, 1));
    let (mut asked, mut first, mut ten) = (0, 0, 0);
    for code in icd.tabular().billable().step_by(97) {
        let title = icd.title(&code).unwrap();
        let hits = icd.search(&title, 10);
        asked += 1;
        first += usize::from(hits.first().is_some_and(|hit| hit.code == code));
        ten += usize::from(hits.iter().any(|hit| hit.code == code));
        if hits.first().is_none_or(|hit| hit.code != code) {
            eprintln!("{code} {title}: found {:?}", hits.first().map(|hit| (&hit.code, &hit.title)));
        }
    }
    eprintln!("titles: {asked} asked, first {first}, among ten {ten}");
    assert!(first == asked, "{first} of {asked}");
    let (mut asked, mut first, mut ten) = (0, 0, 0);
    for row in text.lines().skip(1).step_by(97) {
        let cells: Vec<&str> = row.split('\t').collect();
        if cells[2].is_empty() || icd.get(cells[2]).is_none() {
            continue;
        }
        let hits = icd.search(cells[0], 10);
        let is_its = |code: &str| code == cells[2] || code.starts_with(cells[2]);
        asked += 1;
        first += usize::from(hits.first().is_some_and(|hit| is_its(&hit.code)));
        ten += usize::from(hits.iter().any(|hit| is_its(&hit.code)));
    }
    eprintln!("index rows: {asked} asked, first {first}, among ten {ten}");
    assert!(first * 100 >= asked * 95 && ten * 1000 >= asked * 990, "{first} and {ten} of {asked}");
}
