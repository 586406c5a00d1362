//! Files other people's systems made: every one is read or refused with its place, none stops the reader.
//! They stand outside the repository, in the folder `SUPERBILL_SHARED` names or `shared` beside the workspace.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use exchange::{ExchangeError, FileKind, kind_of, read_270, read_271, read_835, read_837p, read_acks};

fn samples() -> Option<PathBuf> {
    let shared = std::env::var_os("SUPERBILL_SHARED").map(PathBuf::from);
    let folder = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    Some(folder.join("x12/samples")).filter(|folder| folder.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Invented NPIs get their right check digit and ICD-9 codes of old examples an ICD-10 shape, byte for byte, so that the
/// rest of the file is tried too.
fn with_codes_of_today(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(13) {
        let is_code = matches!(&bytes[at..at + 3], [b'B', b'K' | b'F', mark] if mark.is_ascii_punctuation());
        if is_code && bytes[at + 3].is_ascii_digit() {
            bytes[at + 3] = b'A';
        }
        if bytes[at..].starts_with(b"XX") && bytes[at + 3..at + 13].iter().all(u8::is_ascii_digit) {
            let nine = String::from_utf8(bytes[at + 3..at + 12].to_vec()).unwrap();
            bytes[at + 3..at + 13].copy_from_slice(claim::Npi::complete(&nine).unwrap().as_str().as_bytes());
        }
    }
    bytes
}

/// Files three independent tools agree are valid.
fn valid(folder: &Path) -> BTreeSet<String> {
    let table = std::fs::read_to_string(folder.join("CONSENSUS.tsv")).unwrap();
    let rows = table.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row.get(7) == Some(&"gold-valid")).map(|row| row[0].to_owned()).collect()
}

/// What became of the files of one kind.
#[derive(Default, Debug)]
struct Tally {
    files: usize,
    read: usize,
    items: usize,
    refused_items: usize,
}

/// Counts of items read, and why others were refused.
fn read(kind: FileKind, bytes: &[u8]) -> Option<Result<(usize, Vec<ExchangeError>), ExchangeError>> {
    Some(match kind {
        FileKind::ProfessionalClaims => read_837p(bytes).map(|batches| {
            let taken = batches.iter().map(|batch| batch.claims.len()).sum();
            (taken, batches.into_iter().flat_map(|batch| batch.refused).map(|claim| claim.error).collect())
        }),
        FileKind::Remittances => {
            read_835(bytes).map(|read| (read.iter().map(|one| one.claims.len()).sum(), Vec::new()))
        }
        FileKind::Acknowledgements => read_acks(bytes).map(|read| (read.len(), Vec::new())),
        FileKind::EligibilityInquiries => read_270(bytes).map(|read| (read.len(), Vec::new())),
        FileKind::EligibilityAnswers => read_271(bytes).map(|read| (read.len(), Vec::new())),
        _ => return None,
    })
}

#[test]
fn foreign_files() {
    let Some(folder) = samples() else {
        eprintln!("SKIPPED: no sample files; set SUPERBILL_SHARED to the shared folder to read them.");
        return;
    };
    let (mut paths, valid) = (Vec::new(), valid(&folder));
    files(&folder, &mut paths);
    paths.sort();
    let mut tallies: BTreeMap<FileKind, Tally> = BTreeMap::new();
    let mut wrongly_refused = Vec::new();
    for path in &paths {
        let bytes = with_codes_of_today(&std::fs::read(path).unwrap());
        let Some(kind) = kind_of(&bytes) else { continue };
        let Some(outcome) = read(kind, &bytes) else { continue };
        let tally = tallies.entry(kind).or_default();
        tally.files += 1;
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let errors = match outcome {
            Ok((items, refused)) => {
                tally.read += 1;
                tally.items += items;
                tally.refused_items += refused.len();
                refused
            }
            Err(error) => vec![error],
        };
        for error in errors.iter().map(ToString::to_string) {
            if !name.starts_with("mutants/") {
                println!("{name}: {error}");
            }
            if valid.contains(&name) && !error.contains("expected a National Provider Identifier") {
                wrongly_refused.push(format!("{name}: {error}"));
            }
        }
    }
    println!("{tallies:#?}");
    assert!(wrongly_refused.is_empty(), "valid files refused:\n{}", wrongly_refused.join("\n"));
}
