//! A second opinion: pyx12, installed from its package, accepts what we write. Its exit status means nothing; what it
//! prints does. Without python3 or a package index this test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::Command;

use x12::write::Envelope;
use x12::{FileKind, Options, Plan, ack, generate, validate};

/// The package this was written against.
const PACKAGE: &str = "pyx12==4.0.0";

fn installed() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pyx12");
    let valid = home.join("bin/x12valid");
    if valid.exists() {
        return Some(valid);
    }
    let run = |program: &Path, arguments: &[&str]| {
        Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    let is_installed = run(Path::new("python3"), &["-m", "venv", home.to_str()?])
        && run(&home.join("bin/pip"), &["install", "--quiet", "--disable-pip-version-check", PACKAGE]);
    (is_installed && valid.exists()).then_some(valid)
}

fn made(kind: FileKind) -> Vec<u8> {
    let mut bytes = Vec::new();
    generate(&Plan::new(kind, 40), &mut bytes).unwrap();
    bytes
}

#[test]
fn pyx12_accepts_what_we_write() {
    let Some(valid) = installed() else {
        eprintln!("SKIPPED: {PACKAGE} cannot be installed");
        return;
    };
    let claims = made(FileKind::Professional);
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let answer = ack::f999(&validate(&claims, &Options::default()), &reply, 5).unwrap().unwrap();
    let files = [
        ("837p", claims),
        ("837i", made(FileKind::Institutional)),
        ("835", made(FileKind::Remittance)),
        ("999", answer),
    ];
    for (name, bytes) in files {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ours.{name}"));
        std::fs::write(&path, bytes).unwrap();
        let output = Command::new(&valid).arg(&path).output().unwrap();
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(printed.contains(&format!("ours.{name}: OK")), "{name}: {printed}");
    }
}
