//! Every code that the table of hospital procedures can make is a code of the official list.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

#[test]
fn every_combination_is_a_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/icd10pcs/cms_fy2026_pr.zip");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: {} is absent", path.display());
        return;
    };
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut text = String::new();
    archive.by_name("icd10pcs_order_2026.txt").unwrap().read_to_string(&mut text).unwrap();
    let official: BTreeSet<&str> = text.lines().filter_map(|line| line.get(6..13)).collect();
    let mut lists: BTreeMap<&str, Vec<char>> = BTreeMap::new();
    for row in rows(include_str!("../data/pcs_values.tsv")) {
        lists.entry(row[0]).or_default().push(row[1].chars().next().unwrap());
    }
    let values = |cell: &str| -> Vec<char> {
        match cell.strip_prefix('@') {
            Some(list) => lists[list].clone(),
            None if cell.contains('=') => cell.chars().take(1).collect(),
            None => cell.chars().filter(|c| *c != ' ').collect(),
        }
    };
    let mut made = 0;
    for row in rows(include_str!("../data/pcs.tsv")) {
        let mut codes = vec![row[4].to_owned()];
        for cell in &row[5..9] {
            codes = codes.iter().flat_map(|code| values(cell).into_iter().map(move |c| format!("{code}{c}"))).collect();
        }
        made += codes.len();
        let unknown: Vec<&String> = codes.iter().filter(|code| !official.contains(code.as_str())).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", row[1]);
    }
    assert!(made > 300, "{made} codes");
}
