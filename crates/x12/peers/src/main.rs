//! One peer over one file, for `superbill bench x12 --peers`: `x12-peers PEER FILE` prints kilobytes per CPU-second and
//! the peak memory in bytes, or why the peer refuses the file.

use std::hint::black_box;
use std::time::Instant;

use x12_stream_parser::{Delimiters, Parser};
use x12_types::util::Parser as _;
use x12_types::v005010::{_835, _837, Transmission};

/// Work goes on until so much CPU time is spent.
const NANOSECONDS_MIN: u128 = 1_000_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, peer, path] = arguments.as_slice() else { panic!("x12-peers PEER FILE") };
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let work: fn(&str) -> Result<usize, String> = match peer.as_str() {
        "edi" => edi,
        "x12-stream-parser" => stream_parser,
        "x12-types" if text.contains("~\nST*835*") => types_835,
        "x12-types" => types_837,
        _ => panic!("no peer {peer}"),
    };
    let (started, mut bytes) = (cpu_nanoseconds(), 0_u128);
    while bytes == 0 || cpu_nanoseconds() - started < NANOSECONDS_MIN {
        if let Err(error) = black_box(work(black_box(&text))) {
            println!("refused\t{}", error.chars().take(160).collect::<String>().replace(['\n', '\t'], " "));
            return;
        }
        bytes += text.len() as u128;
    }
    // Bytes a nanosecond are gigabytes a second.
    let speed = bytes * 1_000_000 / (cpu_nanoseconds() - started).max(1);
    println!("done\t{speed}\t{}", peak_memory());
}

/// Documents of groups, transaction sets and segments; no guides.
fn edi(text: &str) -> Result<usize, String> {
    let document = edi::parse(text).map_err(|error| format!("{error:?}"))?;
    Ok(document.interchanges.len())
}

/// Segments and elements, by delimiters that are given to it; it refuses a line end after the last segment.
fn stream_parser(text: &str) -> Result<usize, String> {
    let mut length = 0;
    for segment in Parser::new(text.trim_end().as_bytes(), Delimiters::new(b'~', b'*', b':')) {
        let segment = segment.map_err(|error| format!("{error:?}"))?;
        length += segment.elements().map(<[u8]>::len).sum::<usize>();
    }
    Ok(length)
}

/// Structs of the segments of a transaction set.
fn types_837(text: &str) -> Result<usize, String> {
    match Transmission::<_837>::parse(text) {
        Ok((rest, _)) => whole(text, rest),
        Err(error) => Err(error.to_string()),
    }
}

fn types_835(text: &str) -> Result<usize, String> {
    match Transmission::<_835>::parse(text) {
        Ok((rest, _)) => whole(text, rest),
        Err(error) => Err(error.to_string()),
    }
}

fn whole(text: &str, rest: &str) -> Result<usize, String> {
    match rest.trim() {
        "" => Ok(text.len()),
        rest => {
            let next: String = rest.chars().take(40).collect();
            Err(format!("stops after {} of {} bytes, before {next}", text.len() - rest.len(), text.len()))
        }
    }
}

/// CPU time of this process where the system tells it, else wall time.
fn cpu_nanoseconds() -> u128 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok();
    let spent = stat.and_then(|text| text.split(' ').next().and_then(|first| first.parse().ok()));
    spent.unwrap_or_else(|| START.elapsed().as_nanos())
}

/// The most memory held so far, 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()).and_then(|number| number.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
