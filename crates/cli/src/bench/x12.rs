//! `superbill bench x12`: megabytes per CPU-second of each layer of the X12 engine, beside a bare split of the same bytes.

mod threads;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Serialize;
use x12::{ClaimReader, FileKind, Lexer, Lists, NoLists, Options, Plan, generate, validate_each};

use self::threads::Threads;
use crate::input::{Format, Outcome, json, line};
use crate::place::Place;
use crate::x12::lists::LibraryLists;

#[derive(Args)]
pub struct X12 {
    /// Claims or payments of each file.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..))]
    claims: u32,
    /// Measure pyx12 beside it: installed from its package into this folder, which is kept for the next time.
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

/// Claims of the file a slow peer is given.
const PEER_CLAIMS: u32 = 300;

/// The package a peer is installed from.
const PYX12: &str = "pyx12==4.0.0";

/// Works through the bytes and gives a figure, so that the work is not left out.
type Layer = fn(&[u8]) -> usize;

const LAYERS: [(&str, Layer); 4] = [
    ("memchr split", split),
    ("every element", every_element),
    ("validate, SNIP 1 to 5", |bytes| findings(bytes, &NoLists)),
    ("JSON, a claim a line", json_lines),
];

/// One layer, in kilobytes per CPU-second of each kind of file.
#[derive(Serialize)]
struct Row {
    layer: String,
    professional: Option<u64>,
    institutional: Option<u64>,
    remittance: Option<u64>,
}

#[derive(Serialize)]
struct Report {
    unit: &'static str,
    bytes: [usize; 3],
    rows: Vec<Row>,
    threads: Threads,
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
            let [professional, institutional, remittance] = files.each_ref().map(|bytes| Some(speed(bytes, run)));
            rows.push(Row { layer: layer.to_owned(), professional, institutional, remittance });
        }
        let lists = LibraryLists::of(&self.place)?;
        let [professional, institutional, remittance] =
            files.each_ref().map(|bytes| Some(speed(bytes, |bytes| findings(bytes, &lists))));
        rows.push(Row { layer: "  with the code library".to_owned(), professional, institutional, remittance });
        let threads = Threads::measure(&files);
        let mut skipped = Vec::new();
        if let Some(folder) = &self.peers {
            match pyx12(folder) {
                Ok(program) => {
                    let [professional, institutional, remittance] = kinds.map(|kind| {
                        let bytes = file(kind, PEER_CLAIMS)?;
                        peer_speed(&program, folder, &bytes)
                    });
                    rows.push(Row {
                        layer: format!("{PYX12}, SNIP 1 and 2"),
                        professional: Some(professional?),
                        institutional: Some(institutional?),
                        remittance: Some(remittance?),
                    });
                }
                Err(error) => skipped.push(format!("{PYX12}: {error:#}")),
            }
        }
        let report = Report {
            unit: "kilobytes per CPU-second, one core",
            bytes: files.each_ref().map(Vec::len),
            rows,
            threads,
            skipped,
            peak_memory_bytes: super::peak_memory(),
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
            let shown =
                |speed: &Option<u64>| speed.map_or("-".to_owned(), |kb| format!("{}.{}", kb / 1_000, kb % 1_000 / 100));
            let speeds = [professional, institutional, remittance].map(|one| format!("{:>10}", shown(one)));
            line(format!("{layer:24}{}", speeds.concat()))?;
        }
        self.threads.print()?;
        for peer in &self.skipped {
            line(format!("SKIPPED {peer}"))?;
        }
        match self.peak_memory_bytes {
            Some(peak) => line(format!("peak memory {} MiB, the files measured among it", peak >> 20)),
            None => Ok(()),
        }
    }
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

/// Installs pyx12 into a folder of its own, unless it is there.
fn pyx12(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("bin/x12valid");
    if !program.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", PYX12]))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    anyhow::ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// Kilobytes per second of a peer that judges a file: it uses one core, so wall time stands for CPU time.
fn peer_speed(program: &Path, folder: &Path, bytes: &[u8]) -> Result<u64> {
    let path = folder.join("bench.x12");
    std::fs::write(&path, bytes)?;
    let started = Instant::now();
    // What it finds and its exit status mean nothing here.
    Command::new(program).arg(&path).output().with_context(|| program.display().to_string())?;
    let took = started.elapsed().as_nanos().max(1);
    std::fs::remove_file(&path)?;
    Ok(u64::try_from(bytes.len() as u128 * 1_000_000 / took)?)
}
