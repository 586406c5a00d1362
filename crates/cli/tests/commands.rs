//! The commands as people run them: files in, files out, exit statuses and messages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use claim::{Claim, Money, Remittance};

/// The sample claims of `examples/claims.837`: an office visit Medicare takes, and a patient whose
/// member identifier nobody has.
const CLAIMS: &str = "examples/claims.837";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn superbill(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_superbill")).args(arguments).current_dir(root()).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("superbill-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn read(&self, ending: &str) -> Vec<(String, Vec<u8>)> {
        let mut found: Vec<_> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.to_str().unwrap().ends_with(ending))
            .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&p).unwrap()))
            .collect();
        found.sort();
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sample() -> Vec<Claim> {
    let bytes = std::fs::read(root().join(CLAIMS)).unwrap();
    exchange::read_837p(&bytes).unwrap().into_iter().flat_map(|b| b.claims).map(|r| r.claim).collect()
}

fn adjudicate(out: &Folder, file: &str) -> Output {
    superbill(&["adjudicate", file, "--plans", "examples/plans", "--out", out.path(), "--on", "2026-03-20"])
}

fn remittances(out: &Folder) -> Vec<Remittance> {
    out.read(".835").iter().flat_map(|(_, bytes)| exchange::read_835(bytes).unwrap()).collect()
}

#[test]
fn a_claim_file_is_valid_scrubbed_and_priced() {
    let validated = superbill(&["x12", "validate", CLAIMS]);
    assert_eq!(validated.status.code(), Some(0), "{}", text(&validated));
    let scrubbed = superbill(&["scrub", CLAIMS, "--on", "2026-03-05", "--format", "json"]);
    assert!(matches!(scrubbed.status.code(), Some(0 | 1)), "{}", text(&scrubbed));
    assert_eq!(text(&scrubbed).lines().count(), sample().len());
    let priced = superbill(&["price", CLAIMS]);
    // Rulebook vector V1: 99214 in an office in 2026 is 135.61.
    assert!(text(&priced).contains("99214 charged 250.00, allowed 135.61"), "{}", text(&priced));
}

#[test]
fn the_payer_answers_with_files_and_pays_to_the_cent() {
    let out = Folder::new("pays");
    let answered = adjudicate(&out, CLAIMS);
    assert_eq!(answered.status.code(), Some(1), "one claim is refused: {}", text(&answered));
    for ending in [".ta1", ".999", ".277ca", ".835"] {
        assert_eq!(out.read(ending).len(), 1, "{ending}: {}", text(&answered));
    }
    for ending in [".277ca", ".835", ".999"] {
        let (name, _) = out.read(ending).remove(0);
        let path = out.0.join(name);
        let validated = superbill(&["x12", "validate", "--snip", "3", path.to_str().unwrap()]);
        assert_eq!(validated.status.code(), Some(0), "{ending}: {}", text(&validated));
    }
    let paid = remittances(&out);
    assert_eq!(paid.iter().flat_map(Remittance::imbalances).count(), 0);
    // Vector V1: 250.00 charged, deductible met: 106.32 paid.
    assert_eq!(paid[0].amount, Money::from_cents(10_632));
    assert_eq!(paid[0].claims.len(), 1);
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let (first, second) = (Folder::new("first"), Folder::new("second"));
    adjudicate(&first, CLAIMS);
    adjudicate(&second, CLAIMS);
    for ending in [".ta1", ".999", ".277ca", ".835"] {
        assert_eq!(first.read(ending), second.read(ending), "{ending}");
    }
}

#[test]
fn a_file_cut_in_the_middle_is_refused_with_its_place() {
    let bytes = std::fs::read(root().join(CLAIMS)).unwrap();
    let folder = Folder::new("cut");
    let cut = folder.write("cut.837", &bytes[..bytes.len() / 2]);
    for command in [vec!["scrub", &cut], vec!["price", &cut]] {
        let refused = superbill(&command);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
        assert!(text(&refused).contains("cut.837") && text(&refused).contains("byte"), "{}", text(&refused));
    }
    let validated = superbill(&["x12", "validate", &cut]);
    assert_ne!(validated.status.code(), Some(0), "{}", text(&validated));
}

#[test]
fn bad_input_is_named() {
    let folder = Folder::new("bad");
    let text_file = folder.write("letter.837", b"Dear payer, please pay.");
    let cases: &[(&[&str], &str)] = &[
        (&["scrub", "no-such-file.837"], "no-such-file.837 cannot be opened"),
        (&["scrub", &text_file], "letter.837"),
        (&["adjudicate", CLAIMS, "--plans", "examples", "--out", folder.path()], "holds no plan"),
    ];
    for (arguments, words) in cases {
        let refused = superbill(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", text(&refused));
        assert!(text(&refused).contains(words), "{arguments:?}: {}", text(&refused));
    }
}

#[test]
fn a_broken_plan_is_named_by_file_line_and_field() {
    let folder = Folder::new("plan");
    for file in ["plan.toml", "members.csv", "fees.csv"] {
        std::fs::copy(root().join("examples/plans/medicare").join(file), folder.0.join(file)).unwrap();
    }
    let plan = std::fs::read_to_string(folder.0.join("plan.toml")).unwrap();
    folder.write("plan.toml", plan.replace("tax_id = \"990000001\"", "tax_id = \"99\"").as_bytes());
    let refused = superbill(&["adjudicate", CLAIMS, "--plans", folder.path(), "--out", folder.path()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("plan.toml") && text(&refused).contains("tax_id"), "{}", text(&refused));
}

#[test]
fn the_library_answers_by_date() {
    let shown = superbill(&["codes", "show", "E11.42", "--dos", "2026-03-02"]);
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown));
    assert!(text(&shown).contains("billable on 2026-03-02 (ICD-10-CM 2026-04)"), "{}", text(&shown));
    let header = superbill(&["codes", "check", "E11.4", "I10", "--dos", "2026-03-02"]);
    assert_eq!(header.status.code(), Some(1));
    assert!(text(&header).contains("DX02  E11.4 is not billable"), "{}", text(&header));
    let stale = superbill(&["codes", "show", "I10", "--dos", "2027-03-02"]);
    assert!(text(&stale).contains("stale"), "{}", text(&stale));
    let found = superbill(&["codes", "search", "diabetic", "polyneuropathy", "--dos", "2026-03-02"]);
    assert!(text(&found).contains("E11.42"), "{}", text(&found));
}
