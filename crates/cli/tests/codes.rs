//! Official files onto the shelf, as people do it: import, status, diff, update from a local server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A data folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("superbill-codes-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn codes(&self, arguments: &[&str]) -> Output {
        let data = self.0.join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_superbill"));
        command.arg("codes").args(arguments).args(["--data", data.to_str().unwrap()]).output().unwrap()
    }

    fn packs(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for system in std::fs::read_dir(self.0.join("data/library")).into_iter().flatten().flatten() {
            let files = std::fs::read_dir(system.path()).into_iter().flatten().flatten();
            found.extend(files.map(|file| file.path()));
        }
        found.sort();
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", text(output));
    text(output)
}

const LIMITS: &str = "\"notice\n\nof the owner\",,,\n\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication \
    Indicator,MUE Rationale\nE0114,2,3 Date of Service Edit: Clinical,CMS Policy\nJ1885,8,3 Date of Service Edit: \
    Clinical,Prescribing Information\n";

fn order(lines: &[(&str, u8, &str)]) -> String {
    let line = |(i, (code, flag, title)): (usize, &(&str, u8, &str))| {
        format!("{:05} {code:<7} {flag} {title:<60} {title}\r\n", i + 1)
    };
    lines.iter().enumerate().map(line).collect()
}

#[test]
fn an_import_is_reported_repeated_without_effect_and_used() {
    let folder = Folder::new("import");
    let file = folder.write("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", LIMITS);
    let first = done(&folder.codes(&["import", &file]));
    assert!(first.contains("mue-practitioner 2026-07-01: 2 rows") && first.contains("taken in"), "{first}");
    let packs = folder.packs();
    assert_eq!(packs.len(), 1);
    assert!(done(&folder.codes(&["import", &file])).contains("already in"));
    assert_eq!(folder.packs(), packs);
    // The next quarter: what changed is said, and both stay.
    let next = folder.write("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", &LIMITS.replace("J1885,8", "J1885,4"));
    let second = done(&folder.codes(&["import", &next]));
    assert!(second.contains("against 2026-07-01: 0 added, 0 removed, 1 changed"), "{second}");
    let diff = folder.codes(&["diff", "2026-07-01", "2026-10-01", "--table", "mue-practitioner"]);
    assert_eq!(diff.status.code(), Some(1));
    assert!(text(&diff).contains("~ J1885: units 8, mai 3"), "{}", text(&diff));
    // A correction of the same quarter is a revision beside the first.
    let corrected =
        folder.write("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", &LIMITS.replace("J1885,8", "J1885,5"));
    assert!(done(&folder.codes(&["import", &corrected])).contains("correction"));
    assert_eq!(folder.packs().len(), 3);
}

#[test]
fn a_refused_file_leaves_the_shelf_as_it_was() {
    let folder = Folder::new("refused");
    let good = folder.write("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", LIMITS);
    let bad =
        folder.write("MCR_MUE_OutpatientHospitalServices_Eff_07-01-2026.csv", &LIMITS.replace("E0114,2", "E0114,two"));
    let refused = folder.codes(&["import", &good, &bad]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused);
    assert!(said.contains("line 6, column units") && said.contains("\u{201c}two\u{201d}"), "{said}");
    assert_eq!(folder.packs(), Vec::<PathBuf>::new());
}

#[test]
fn a_damaged_pack_is_named() {
    let folder = Folder::new("damaged");
    let file = folder.write("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", LIMITS);
    done(&folder.codes(&["import", &file]));
    let pack = &folder.packs()[0];
    let mut bytes = std::fs::read(pack).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(pack, bytes).unwrap();
    let refused = folder.codes(&["status"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("2026-07-01_all_1.pack is damaged"), "{}", text(&refused));
}

#[test]
fn a_new_year_of_diagnoses_answers_on_its_days() {
    let folder = Folder::new("year");
    let lines = [
        ("A00", 0, "Cholera"),
        ("A001", 1, "Cholera of a new kind"),
        ("QA0", 0, "Disorders"),
        ("QA01", 1, "A disorder"),
    ];
    let file = folder.write("icd10cm-order-2027.txt", &order(&lines));
    let said = done(&folder.codes(&["import", &file]));
    assert!(said.contains("icd10cm (order) 2026-10-01: 4 rows, from 2026-10-01 to 2027-09-30"), "{said}");
    assert!(said.contains("against 2026-04: 1 added"), "{said}");
    assert!(done(&folder.codes(&["show", "A001", "--dos", "2026-10-01"])).contains("Cholera of a new kind"));
    assert!(done(&folder.codes(&["show", "A001", "--dos", "2026-09-30"])).contains("biovar eltor"));
    let gone = folder.codes(&["check", "I10", "--dos", "2026-10-01"]);
    assert!(text(&gone).contains("I10 does not exist on 2026-10-01"), "{}", text(&gone));
    let status = done(&folder.codes(&["status", "--on", "2026-11-27"]));
    assert!(status.contains("imported, 4 rows") && status.contains("alphabetic index is not imported"), "{status}");
    assert!(!status.contains("No edition of icd10cm covers"), "{status}");
    let alone = Folder::new("year-alone");
    let status = done(&alone.codes(&["status", "--on", "2026-11-27"]));
    assert!(status.contains("No edition of icd10cm covers 2026-11-27"), "{status}");
    assert!(status.contains("out of date: ICD-10-CM has 2025-10-01, the edition of 2026-10-01 is out"), "{status}");
}

#[test]
fn an_edition_says_what_it_touches_here() {
    let folder = Folder::new("impact");
    let said = text(&folder.codes(&["impact", "2026-04"]));
    assert!(said.contains("icd10cm 2025-10-01 against 2025-04: 487 added, 28 removed"), "{said}");
    let unknown = folder.codes(&["impact", "2031-10-01"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown).contains("icd10cm has no edition 2031-10-01"), "{}", text(&unknown));
}

/// A run on the tables of a folder: they stand in place of ours, and are imported once.
#[test]
fn a_run_stands_on_the_tables_of_a_folder() {
    let folder = Folder::new("tables");
    let tables = folder.0.join("tables");
    std::fs::create_dir_all(&tables).unwrap();
    std::fs::write(tables.join("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv"), LIMITS).unwrap();
    let claims = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/claims.837");
    let data = folder.0.join("data");
    let scrub = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_superbill"));
        command.args(["scrub", claims.to_str().unwrap(), "--tables", tables.to_str().unwrap()]);
        command.args(["--data", data.to_str().unwrap()]).output().unwrap()
    };
    let first = scrub();
    assert!(text(&first).contains("has no NCCI pairs, no fee schedule, no coverage"), "{}", text(&first));
    let cached: Vec<_> = std::fs::read_dir(data.join("tables")).unwrap().flatten().collect();
    assert_eq!(cached.len(), 1);
    assert_eq!(text(&scrub()), text(&first));
    assert_eq!(std::fs::read_dir(data.join("tables")).unwrap().count(), 1);
    // A table that does not fit is refused as an import is.
    std::fs::write(
        tables.join("MCR_MUE_PractitionerServices_Eff_01-01-2026.csv"),
        LIMITS.replace("E0114,2", "E0114,x"),
    )
    .unwrap();
    let refused = scrub();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("column units"), "{}", text(&refused));
}

/// Answers each request by its path until the test ends.
fn serve(answers: Vec<(&'static str, &'static str, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let found = answers.iter().find(|(name, _, _)| path == *name);
            let (status, kind, body) =
                found.map_or(("404 Not Found", "text/plain", &[][..]), |(_, kind, body)| ("200 OK", kind, body));
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    format!("http://{address}")
}

#[test]
fn what_is_due_is_fetched_and_the_rest_is_explained() {
    let folder = Folder::new("update");
    let order = order(&[("A00", 0, "Cholera"), ("A001", 1, "Cholera of a new kind")]);
    let host = serve(vec![
        ("/2027/icd10cm-order-2027.txt", "application/octet-stream", order.into_bytes()),
        ("/licence", "text/html; charset=utf-8", b"<html>Do you accept?</html>".to_vec()),
        ("/2026q4/gpci2026.csv", "text/csv", b"name,colour\napple,red\n".to_vec()),
    ]);
    let sources = format!(
        "system\tmonths\taccess\taddress\tpage\n\
         icd10cm\t10\topen\t{host}/{{fy}}/icd10cm-order-{{fy}}.txt\t{host}/page\n\
         hcpcs\t1 4 7 10\topen\t{host}/licence\t{host}/page\n\
         gpci\t1 4 7 10\topen\t{host}/{{yyyy}}q{{q}}/gpci{{yyyy}}.csv\t{host}/page\n\
         equipment\t1\topen\t{host}/dme{{yy}}.zip\t{host}/page\n\
         fees\t1 4 7 10\tlicence\t{host}/rvu{{yy}}{{letter}}.zip\t{host}/page\n"
    );
    let sources = folder.write("sources.tsv", &sources);
    let update =
        |more: &[&str]| folder.codes(&[&["update", "--sources", &sources, "--on", "2026-11-27"], more].concat());
    let dry = update(&["--dry-run"]);
    assert!(text(&dry).contains("would fetch") && folder.packs().is_empty(), "{}", text(&dry));
    let said = update(&[]);
    assert_eq!(said.status.code(), Some(1), "{}", text(&said));
    let said = text(&said);
    assert!(said.contains("icd10cm: fetched") && said.contains("icd10cm (order) 2026-10-01: 2 rows"), "{said}");
    assert!(said.contains("shows a page instead of the file"), "{said}");
    assert!(said.contains("what came from there is refused: gpci2026.csv: no official layout"), "{said}");
    assert!(said.contains("equipment: the edition of 2026-01-01 is due") && said.contains("404"), "{said}");
    assert!(said.contains("asks for a licence click") && said.contains("superbill codes import rvu26d.zip"), "{said}");
    assert!(done(&update(&["icd10cm"])).contains("the edition of 2026-10-01 is in"));
    let unknown = update(&["colours"]);
    assert_eq!(unknown.status.code(), Some(2));
}

/// The national files, where they are at hand.
#[test]
fn official_files_are_imported_together() {
    let root = std::env::var_os("SUPERBILL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("data");
    let files = [
        "icd10cm_index/ICD10CM_2025_Index.csv.zst",
        "pfs/GPCI2024_JAN_A.csv",
        "excerpts_2026/GPCI2026.csv",
        "pfs/ZIP5_JAN2026.csv.zst",
    ];
    let paths: Vec<String> = files.iter().map(|file| root.join(file).to_str().unwrap().to_owned()).collect();
    if paths.iter().any(|path| !Path::new(path).exists()) {
        eprintln!("SKIPPED: official files are not at hand, set SUPERBILL_SHARED");
        return;
    }
    let folder = Folder::new("official");
    let arguments: Vec<&str> = std::iter::once("import").chain(paths.iter().map(String::as_str)).collect();
    let said = done(&folder.codes(&arguments));
    assert!(said.contains("zip-localities 2026-01-01: 42956 rows"), "{said}");
    assert!(done(&folder.codes(&["status"])).contains("Search runs with the official alphabetic index."));
    let found = done(&folder.codes(&["search", "Aarskog", "syndrome", "--dos", "2026-06-01"]));
    assert!(found.contains("Q87.19"), "{found}");
}
