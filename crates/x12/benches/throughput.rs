//! Megabytes per CPU-second of each layer, beside a bare memchr split of the same bytes in the same run. CPU time and not
//! wall time, so that a busy machine does not change the figures much.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::float_arithmetic)]

use std::hint::black_box;
use std::time::Instant;

use x12::{ClaimReader, Event, Lexer, NoLists, Options, Reader, validate_each};

mod made;

/// Measurements of each layer; the best counts.
const MEASUREMENTS: usize = 3;

/// The system counts CPU time in ticks, so that each measurement repeats until so many seconds are spent.
const SECONDS_MIN: f64 = 0.3;

/// Works through the bytes and gives a figure, so that the work is not left out.
type Layer = fn(&[u8]) -> usize;

fn main() {
    println!("{:28} {:>9} {:>9} {:>9}   MB per CPU-second", "", "837P", "837I", "835");
    let files: Vec<Vec<u8>> = made::KINDS.iter().map(|kind| made::file(kind)).collect();
    let layers: [(&str, Layer); 7] = [
        ("memchr split", |bytes| memchr::memchr2_iter(b'~', b'*', bytes).fold(0, usize::wrapping_add)),
        ("segments (Lexer)", |bytes| {
            Lexer::new(bytes).map_while(Result::ok).fold(0, |sum, one| sum.wrapping_add(one.offset()))
        }),
        ("every element (Lexer)", every_element),
        ("units (Reader)", units),
        ("validate SNIP 1-2", |bytes| findings(bytes, 2)),
        ("validate SNIP 1-5", |bytes| findings(bytes, 5)),
        ("JSON a claim (ClaimReader)", json_lines),
    ];
    for (name, run) in layers {
        let speeds = files.iter().map(|bytes| format!("{:9.0}", speed(bytes, run)));
        println!("{name:28} {}", speeds.collect::<Vec<_>>().join(" "));
    }
}

fn speed(bytes: &[u8], run: Layer) -> f64 {
    let measure = |_| {
        let start = cpu_seconds();
        let mut megabytes = 0.0;
        while cpu_seconds() - start < SECONDS_MIN {
            black_box(run(black_box(bytes)));
            megabytes += bytes.len() as f64 / 1e6;
        }
        megabytes / (cpu_seconds() - start)
    };
    (0..MEASUREMENTS).map(measure).fold(0.0, f64::max)
}

/// CPU time of this process where the system tells it, else wall time.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = stat.and_then(|text| text.split(' ').next().and_then(|first| first.parse::<f64>().ok()));
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn every_element(bytes: &[u8]) -> usize {
    let lengths = |segment: x12::Segment<'_>| segment.elements().map(<[u8]>::len).fold(0, usize::wrapping_add);
    Lexer::new(bytes).map_while(Result::ok).map(lengths).fold(0, usize::wrapping_add)
}

fn units(bytes: &[u8]) -> usize {
    let mut reader = Reader::new(bytes);
    let mut count = 0;
    loop {
        match reader.next_event().unwrap() {
            Event::Unit(segments) => count += segments.len(),
            Event::End(_) => return count,
            _ => {}
        }
    }
}

fn findings(bytes: &[u8], snip: u8) -> usize {
    let mut count = 0;
    let options = Options { snip, ..Options::default() };
    let report = validate_each(bytes, &options, &NoLists, |_| {
        count += 1;
        Ok(())
    });
    assert!(report.unwrap().unreadable.is_none());
    count
}

fn json_lines(bytes: &[u8]) -> usize {
    let mut claims = ClaimReader::new(bytes);
    let (mut length, mut line) = (0, Vec::new());
    while let Some(claim) = claims.next_claim().unwrap() {
        line.clear();
        claim.write_line(&mut line);
        length += line.len();
    }
    length
}
