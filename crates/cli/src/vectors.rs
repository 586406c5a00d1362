//! `superbill vectors`: rule vectors answered by the rules of the product, one JSON line each.
//!
//! A file holds `{"meta": …, "vectors": [{"id", "input", the expectations}]}` and is named by its kind. `got` has the
//! keys of the vector's expectations; codes are compared without dots, money as decimals.

mod guideline;
mod modifier;
mod rule;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use codes::Library;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::input::{self, Outcome, line};

#[derive(Args)]
pub struct Vectors {
    /// Files of vectors; the name of each says its kind (`em_time.json`).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// One vector answered.
#[derive(Serialize)]
struct Answer<'v> {
    id: &'v str,
    expected: Map<String, Value>,
    got: Map<String, Value>,
    pass: bool,
}

/// What was asked and what came of it.
struct Verdict {
    got: Map<String, Value>,
    pass: bool,
}

/// Keys of a vector that expect something.
const EXPECTATIONS: &[&str] = &[
    "expected",
    "any_of",
    "must_not",
    "forbidden",
    "expected_mdm",
    "expected_units",
    "expected_total_units",
    "expected_time_units",
    "expected_allowed",
    "expected_modifiers",
];

impl Vectors {
    pub fn run(self) -> Result<Outcome> {
        let library = Library::shipped();
        let mut failed = false;
        for path in &self.files {
            let kind = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            for (text, pass) in answers(path, &kind, &library)? {
                failed |= !pass;
                line(text)?;
            }
        }
        Ok(Outcome::found(failed))
    }
}

fn answers(path: &Path, kind: &str, library: &Library) -> Result<Vec<(String, bool)>> {
    let file: Value = serde_json::from_slice(&input::read(path)?).with_context(|| input::name(path))?;
    let Some(vectors) = file.get("vectors").and_then(Value::as_array) else {
        bail!("{}: expected an object with a list \u{201c}vectors\u{201d}", input::name(path));
    };
    vectors.iter().map(|vector| answer(vector, kind, library).with_context(|| input::name(path))).collect()
}

fn answer(vector: &Value, kind: &str, library: &Library) -> Result<(String, bool)> {
    let id = vector.get("id").and_then(Value::as_str).context("a vector without an id")?;
    let verdict = match kind {
        "icd10cm_guideline_rules" => guideline::answer(vector, library),
        "modifiers" => modifier::answer(vector, library),
        _ => rule::answer(kind, vector),
    };
    let verdict = verdict.with_context(|| format!("vector {id} of kind \u{201c}{kind}\u{201d}"))?;
    let keys = EXPECTATIONS.iter().filter_map(|key| Some(((*key).to_owned(), vector.get(*key)?.clone())));
    let answer = Answer { id, expected: keys.collect(), got: verdict.got, pass: verdict.pass };
    Ok((serde_json::to_string(&answer)?, answer.pass))
}

/// A whole number of the input; 0 when absent.
fn number(value: Option<&Value>) -> u32 {
    value.and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or_default()
}

fn word(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn codes(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(|code| code.replace('.', "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file of vectors of the shared material.
    #[test]
    fn shared_vectors_pass() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let shared = std::env::var_os("SUPERBILL_SHARED").map_or_else(|| root.join("../shared"), Into::into);
        let folder = shared.join("notes/vectors");
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("SKIPPED: shared material not found (set SUPERBILL_SHARED)");
            return;
        };
        let library = Library::shipped();
        let mut failed = Vec::new();
        let mut count = 0;
        for path in files.filter_map(|entry| Some(entry.ok()?.path())) {
            let kind = path.file_stem().unwrap().to_string_lossy().into_owned();
            for (text, pass) in answers(&path, &kind, &library).unwrap() {
                count += 1;
                if !pass {
                    failed.push(text);
                }
            }
        }
        println!("{} of {count} vectors pass", count - failed.len());
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
