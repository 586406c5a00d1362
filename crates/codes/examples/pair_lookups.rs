//! How fast NCCI pairs are imported and answered: `cargo run --release -p codes --example pair_lookups -- FILE…`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic, reason = "a measurement, run by hand")]

use std::time::Instant;

use claim::ProcedureCode;
use codes::{
    Library,
    import::{Options, read, unpack},
};
use jiff::civil::date;

fn main() {
    let mut packs = Vec::new();
    let mut codes: Vec<ProcedureCode> = Vec::new();
    for path in std::env::args().skip(1) {
        let started = Instant::now();
        let members = unpack(&path, &std::fs::read(&path).expect("the file is readable")).unwrap();
        let batch = read(&members, &Options::default(), &Library::shipped()).unwrap();
        for pack in &batch.packs {
            println!("{} {}: {} rows imported in {:?}", pack.system, pack.edition, pack.rows, started.elapsed());
            println!("  pack of {} KiB", pack.to_bytes().len() / 1024);
        }
        for pack in &batch.packs {
            let text = pack.text().unwrap();
            let names = text.lines().skip(1).flat_map(|line| line.split(['\t', ' ']).take(40));
            codes.extend(names.filter_map(|name| name.parse().ok()));
        }
        packs.extend(batch.packs);
    }
    codes.sort();
    codes.dedup();
    let library = Library::shipped().with(packs);
    let day = date(2024, 8, 1);
    let started = Instant::now();
    let (Some(first), Some(last)) = (codes.first(), codes.last()) else { return };
    let known = library.ptp(first, last, day).is_some();
    println!("first answer ({known}), with the table read, after {:?}", started.elapsed());
    let started = Instant::now();
    let (mut asked, mut found) = (0_u64, 0_u64);
    for a in codes.iter().step_by(7) {
        for b in codes.iter().step_by(3) {
            asked += 1;
            found += u64::from(library.ptp(a, b, day).is_some() || library.mue(b, day).is_some());
        }
    }
    let took = started.elapsed();
    println!(
        "{asked} pairs asked, {found} found, in {took:?}: {:.1} million a second",
        asked as f64 / took.as_secs_f64() / 1e6
    );
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status
            .lines()
            .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"))
            .for_each(|line| println!("{line}"));
    }
}
