//! `superbill bench x12`: megabytes per CPU-second of each layer of the X12 engine, beside a bare split of the same bytes.

mod peers;
mod threads;

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use x12::{ClaimReader, FileKind, Lexer, Lists, NoLists, Options, Plan, generate, validate_each};

use self::peers::{Peer, Run};
use self::threads::Threads;
use crate::input::{Format, Outcome, json, line};
use crate::place::Place;
use crate::x12::lists::LibraryLists;

#[derive(Args)]
pub struct X12 {
    /// Claims or payments of each file.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..))]
    claims: u32,
    /// Measure other readers beside it: pyx12 and the crates edi, x12-types and x12-stream-parser, installed from their
    /// registries into this folder, which is kept for the next time.
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Each measurement repeats until so much CPU time is spent.
const MILLISECONDS_MIN: u128 = 500;

/// Measurements of each layer; the best counts.
const MEASUREMENTS: usize = 3;

/// Works through the bytes and gives a figure, so that the work is not left out.
type Layer = fn(&[u8]) -> usize;

const LAYERS: [(&str, Layer); 4] = [
    ("memchr split", split),
    ("every element", every_element),
    ("JSON, a claim a line", json_lines),
    ("validate, SNIP 1 to 5", |bytes| findings(bytes, &NoLists)),
];

/// One layer, in kilobytes per CPU-second of each kind of file.
#[derive(Serialize)]
struct Row {
    layer: String,
    professional: u64,
    institutional: u64,
    remittance: u64,
}

#[derive(Serialize)]
struct Report {
    unit: &'static str,
    bytes: [usize; 3],
    rows: Vec<Row>,
    threads: Threads,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    peers: Vec<Peer>,
    skipped: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
    build: &'static str,
}

impl X12 {
    pub fn run(self) -> Result<Outcome> {
        let kinds = [FileKind::Professional, FileKind::Institutional, FileKind::Remittance];
        let file = |kind, claims| {
            let mut bytes = Vec::new();
            generate(&Plan::new(kind, claims), &mut bytes).map(|_| bytes)
        };
        let [professional, institutional, remittance] = kinds.map(|kind| file(kind, self.claims));
        let files = [professional?, institutional?, remittance?];
        let mut rows = Vec::new();
        for (layer, run) in LAYERS {
            let [professional, institutional, remittance] = files.each_ref().map(|bytes| speed(bytes, run));
            rows.push(Row { layer: layer.to_owned(), professional, institutional, remittance });
        }
        let lists = LibraryLists::of(&self.place)?;
        let [professional, institutional, remittance] =
            files.each_ref().map(|bytes| speed(bytes, |bytes| findings(bytes, &lists)));
        rows.push(Row { layer: "  with the code library".to_owned(), professional, institutional, remittance });
        let threads = Threads::measure(&files);
        let peak_memory_bytes = super::peak_memory();
        let (peers, skipped) = match &self.peers {
            Some(folder) => {
                let short: Vec<Vec<u8>> =
                    kinds.into_iter().map(|kind| file(kind, peers::PYX12_CLAIMS)).collect::<Result<_, _>>()?;
                peers::measure(folder, &files, &short)?
            }
            None => Default::default(),
        };
        let report = Report {
            unit: "kilobytes per CPU-second, one core",
            bytes: files.each_ref().map(Vec::len),
            rows,
            threads,
            peers,
            skipped,
            peak_memory_bytes,
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        };
        match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::Done)
    }
}

impl Report {
    fn print(&self) -> Result<()> {
        line(format!("{:24}{:>10}{:>10}{:>10}   MB per CPU-second ({} build)", "", "837P", "837I", "835", self.build))?;
        for Row { layer, professional, institutional, remittance } in &self.rows {
            let speeds = [professional, institutional, remittance].map(|one| format!("{:>10}", megabytes(*one)));
            line(format!("{layer:24}{}", speeds.concat()))?;
        }
        self.threads.print()?;
        self.print_peers()?;
        for peer in &self.skipped {
            line(format!("SKIPPED {peer}"))?;
        }
        match self.peak_memory_bytes {
            Some(peak) => line(format!("peak memory {} MiB, the files measured among it", peak >> 20)),
            None => Ok(()),
        }
    }
}

impl Report {
    fn print_peers(&self) -> Result<()> {
        for Peer { name, does, runs } in &self.peers {
            line(format!("{name}: {does}"))?;
            for (kind, run) in ["837P", "837I", "835"].iter().zip(runs) {
                line(match run {
                    Run::Refused(why) => format!("{kind:>8} refused: {why}"),
                    Run::Done { kilobytes_per_cpu_second, peak_memory_bytes } => format!(
                        "{kind:>8} {:>8} MB per CPU-second, {} MiB at most",
                        megabytes(*kilobytes_per_cpu_second),
                        peak_memory_bytes >> 20
                    ),
                })?;
            }
        }
        Ok(())
    }
}

fn megabytes(kilobytes: u64) -> String {
    format!("{}.{}", kilobytes / 1_000, kilobytes % 1_000 / 100)
}

/// Kilobytes per CPU-second.
fn speed(bytes: &[u8], run: impl Fn(&[u8]) -> usize) -> u64 {
    let measure = |_| {
        let start = cpu_nanoseconds();
        let mut worked = 0_u128;
        while cpu_nanoseconds().saturating_sub(start) < MILLISECONDS_MIN * 1_000_000 {
            black_box(run(black_box(bytes)));
            worked += bytes.len() as u128;
        }
        // Bytes a nanosecond are gigabytes a second.
        worked * 1_000_000 / cpu_nanoseconds().saturating_sub(start).max(1)
    };
    u64::try_from((0..MEASUREMENTS).map(measure).max().unwrap_or_default()).unwrap_or(u64::MAX)
}

/// CPU time of this process where the system tells it, else wall time.
fn cpu_nanoseconds() -> u128 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok();
    let spent = stat.and_then(|text| text.split(' ').next().and_then(|first| first.parse().ok()));
    spent.unwrap_or_else(|| START.elapsed().as_nanos())
}

fn split(bytes: &[u8]) -> usize {
    memchr::memchr2_iter(b'~', b'*', bytes).fold(0, usize::wrapping_add)
}

fn every_element(bytes: &[u8]) -> usize {
    let lengths = |segment: x12::Segment<'_>| segment.elements().map(<[u8]>::len).fold(0, usize::wrapping_add);
    Lexer::new(bytes).map_while(Result::ok).map(lengths).fold(0, usize::wrapping_add)
}

fn findings(bytes: &[u8], lists: &dyn Lists) -> usize {
    let mut count = 0;
    // Reading from memory does not fail, and a faultless file has no findings.
    let _ = validate_each(bytes, &Options::default(), lists, |_| {
        count += 1;
        Ok(())
    });
    count
}

fn json_lines(bytes: &[u8]) -> usize {
    let mut claims = ClaimReader::new(bytes);
    let (mut length, mut line) = (0_usize, Vec::new());
    while let Ok(Some(claim)) = claims.next_claim() {
        line.clear();
        claim.write_line(&mut line);
        length += line.len();
    }
    length
}
