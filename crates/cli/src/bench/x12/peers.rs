//! Other X12 readers over the same files, installed from their registries into a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

/// The package of the one that judges files.
const PYX12: &str = "pyx12==4.0.0";

/// Claims or payments of the file it is given, for it is slow.
pub const PYX12_CLAIMS: u32 = 300;

/// Crates, what each does, and the project that measures them, in this repository.
const CRATES: [(&str, &str); 3] = [
    ("edi", "parses into groups and segments"),
    ("x12-stream-parser", "cuts segments and elements"),
    ("x12-types", "parses into structs"),
];
const PROJECT: &str = "crates/x12/peers/Cargo.toml";

/// Runs a command and tells its CPU seconds and the kilobytes it held at most.
const MEASURE: &str = "import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(round((used.ru_utime + used.ru_stime) * 1000), used.ru_maxrss)";

/// What came of one file.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    Done {
        kilobytes_per_cpu_second: u64,
        peak_memory_bytes: u64,
    },
    /// Why the file is not taken.
    Refused(String),
}

/// One reader over the files of each kind.
#[derive(Serialize)]
pub struct Peer {
    pub name: &'static str,
    pub does: &'static str,
    pub runs: Vec<Run>,
}

/// Measures every peer, and this program beside them, over files and shorter ones of the same kinds. Says which peer
/// could not be had, and why.
pub fn measure(folder: &Path, files: &[Vec<u8>], short: &[Vec<u8>]) -> Result<(Vec<Peer>, Vec<String>)> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let files = Files::write(folder, files, "whole")?;
    let short = Files::write(folder, short, "short")?;
    let (mut peers, mut skipped) = (Vec::new(), Vec::new());
    let mut add = |name, does, runs: Result<Vec<Run>>| match runs {
        Ok(runs) => peers.push(Peer { name, does, runs }),
        Err(error) => skipped.push(format!("{name}: {error:#}")),
    };
    add("superbill", "judges at SNIP 1 to 5, the program whole", this_program(&files));
    let built = build(folder);
    for (name, does) in CRATES {
        let program = built.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"));
        add(name, does, program.and_then(|program| files.each(|path| crate_run(program, name, path))));
    }
    let judged = pyx12(folder).and_then(|program| short.each(|path| child(&[program.as_os_str()], path)));
    add(PYX12, "judges at SNIP 1 and 2", judged);
    Ok((peers, skipped))
}

fn this_program(files: &Files) -> Result<Vec<Run>> {
    let program = std::env::current_exe()?;
    files.each(|path| child(&[program.as_os_str(), "x12".as_ref(), "validate".as_ref()], path))
}

/// Files that are gone at the end.
struct Files(Vec<PathBuf>);

impl Files {
    fn write(folder: &Path, files: &[Vec<u8>], name: &str) -> Result<Self> {
        let mut paths = Self(Vec::new());
        for (number, bytes) in files.iter().enumerate() {
            let path = folder.join(format!("{name}-{number}.x12"));
            std::fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
            paths.0.push(path);
        }
        Ok(paths)
    }

    fn each(&self, run: impl Fn(&Path) -> Result<Run>) -> Result<Vec<Run>> {
        self.0.iter().map(|path| run(path)).collect()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for path in &self.0 {
            // What cannot be removed stays in the folder that was named for it.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Builds the project of the crates.
fn build(folder: &Path) -> Result<PathBuf> {
    ensure!(Path::new(PROJECT).is_file(), "{PROJECT} is not here; run this in the repository");
    let target = folder.join("crates");
    let arguments = ["build", "--release", "--quiet", "--locked", "--manifest-path", PROJECT, "--target-dir"];
    output(Command::new("cargo").args(arguments).arg(&target))?;
    Ok(target.join("release/x12-peers"))
}

fn crate_run(program: &Path, name: &str, path: &Path) -> Result<Run> {
    let printed = output(Command::new(program).arg(name).arg(path))?;
    let mut parts = printed.trim().splitn(3, '\t');
    let mut part = || parts.next().unwrap_or_default();
    Ok(match part() {
        "done" => {
            let mut number = || part().parse().context("the peer gives no figure");
            Run::Done { kilobytes_per_cpu_second: number()?, peak_memory_bytes: number()? }
        }
        _ => Run::Refused(part().to_owned()),
    })
}

/// Installs pyx12, unless it is there.
fn pyx12(folder: &Path) -> Result<PathBuf> {
    let home = folder.join("pyx12");
    let program = home.join("bin/x12valid");
    if !program.exists() {
        output(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        output(Command::new(home.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", PYX12]))?;
    }
    Ok(program)
}

/// A program over a file; what it prints and its exit status mean nothing here.
fn child(program: &[&std::ffi::OsStr], path: &Path) -> Result<Run> {
    let bytes = std::fs::metadata(path)?.len();
    let printed = output(Command::new("python3").args(["-c", MEASURE]).args(program).arg(path))?;
    let (milliseconds, kib) = printed.trim().split_once(' ').context("python3 tells no figures")?;
    let (milliseconds, kib) = (milliseconds.parse::<u64>()?, kib.parse::<u64>()?);
    Ok(Run::Done { kilobytes_per_cpu_second: bytes / milliseconds.max(1), peak_memory_bytes: kib * 1024 })
}

/// What a command printed, or what went wrong.
fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
