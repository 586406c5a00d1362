//! `superbill x12` over files longer than the memory it is given: the commands that work through a file as it is read
//! finish with 32 MiB of their own, and one that holds the file does not.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Memory a command may take for itself, in KiB: what it allocates, not the program's own pages.
const LIMIT_KIB: u32 = 32 * 1024;

/// Megabytes of each file: more than the limit.
const MEGABYTES: &str = "48";

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("superbill-memory-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// A made file, and how many bytes it has.
    fn make(&self, kind: &str, defects: &str) -> String {
        let path = self.path(kind);
        let arguments = ["x12", "gen", kind, "--mb", MEGABYTES, "--defects", defects, "-o", &path];
        let made = Command::new(env!("CARGO_BIN_EXE_superbill")).args(arguments).status().unwrap();
        assert!(made.success() && std::fs::metadata(&path).unwrap().len() > u64::from(LIMIT_KIB) * 1024);
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A command that may take so much memory and no more.
fn limited(arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -d {LIMIT_KIB} && exec \"$0\" x12 \"$@\"")]);
    command.arg(env!("CARGO_BIN_EXE_superbill")).args(arguments).stdout(Stdio::null());
    command
}

/// Runs a command within the limit that must end with `status`.
fn run(status: i32, arguments: &[&str]) {
    let Output { status: ended, stderr, .. } = limited(arguments).output().unwrap();
    assert_eq!(ended.code(), Some(status), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
}

#[test]
fn the_limit_stops_what_holds_a_file() {
    let folder = Folder::new("held");
    let file = folder.make("837p", "0");
    assert!(!limited(&["diff", &file, &file]).stderr(Stdio::null()).status().unwrap().success());
}

#[test]
fn claims_go_through_in_flat_memory() {
    let folder = Folder::new("claims");
    let file = folder.make("837p", "5");
    for layout in [&["fmt"][..], &["fmt", "--indent"], &["fmt", "--min"], &["redact"]] {
        run(0, &[layout, &[&file]].concat());
    }
    for form in [&["json"][..], &["json", "--ndjson"], &["json", "--csv"], &["info"], &["balance"]] {
        run(0, &[form, &[&file]].concat());
    }
    for format in ["text", "json", "sarif"] {
        run(1, &["validate", "--format", format, &file]);
    }
    run(0, &["split", &file, "-o", &folder.path("parts")]);
    run(0, &["split", &file, "--claims", "50000", "-o", &folder.path("parts")]);
    let answers = folder.path("answers");
    run(1, &["ack", &file, "-o", &answers]);
    run(1, &["match", &file, &answers]);
}

#[test]
fn payments_go_through_in_flat_memory() {
    let folder = Folder::new("payments");
    let file = folder.make("835", "5");
    for command in [&["redact"][..], &["json"], &["json", "--csv"], &["info"], &["balance"]] {
        run(0, &[command, &[&file]].concat());
    }
    for command in [&["validate"][..], &["ack"]] {
        run(1, &[command, &[&file]].concat());
    }
}

#[test]
fn two_gigabytes_without_a_segment_go_through_in_flat_memory() {
    let mut child = limited(&["validate", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let isa =
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
    input.write_all(isa.as_bytes()).unwrap();
    let line = vec![b'X'; 1 << 20];
    (0..2_048).for_each(|_| input.write_all(&line).unwrap());
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
