//! What a start of search costs: `cargo run --release -p codes --example search_times`.
#![allow(clippy::unwrap_used, reason = "a measurement, run by hand")]

use std::time::Instant;

use codes::Library;
use jiff::civil::date;

fn main() {
    let started = Instant::now();
    let library = Library::shipped();
    println!("starter tables: {:?}", started.elapsed());
    let icd = library.icd10cm(date(2026, 6, 1));
    let started = Instant::now();
    println!("list: {} lines in {:?}", icd.terms().count(), started.elapsed());
    let started = Instant::now();
    let name = icd.search_name();
    println!("name {} in {:?}", name.get(..8).unwrap_or_default(), started.elapsed());
    let started = Instant::now();
    let bytes = icd.pack_search();
    println!("structures made and packed, {} KiB, in {:?}", bytes.len() / 1024, started.elapsed());
    let other = Library::shipped().with(Vec::new());
    let again = other.icd10cm(date(2026, 6, 1));
    println!("list again: {}", again.terms().count());
    let started = Instant::now();
    assert!(again.unpack_search(&bytes));
    println!("unpacked in {:?}", started.elapsed());
    for words in ["htn", "dm2 w ckd", "fx rt radius", "hypertensoin", "chronic obstructive pulmonary disease"] {
        let started = Instant::now();
        let hits = again.search(words, 3);
        let first = hits.first().map(|hit| format!("{} {} {:.2}", hit.code, hit.title, hit.score));
        println!("{words}: {} in {:?}", first.unwrap_or_default(), started.elapsed());
    }
}
