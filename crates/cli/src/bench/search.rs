//! `superbill bench search`: how often search finds the right code, and how fast, with and without the official index.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::Args;
use codes::{
    Icd10cm, Library,
    import::{Options, read, unpack},
};
use jiff::civil::{Date, date};
use serde::Serialize;
use serde_json::Value;

use crate::{
    codes::take_kept,
    input::{Format, Outcome, json, line},
};

use super::{build, peak_memory, timed};

/// Phrases with their codes, titles and index rows asked back: the right code first, among five, among ten; and times.
#[derive(Args)]
pub struct Search {
    /// The folder of shared material: `notes/short_strings`, `data/icd10cm_index`, `data/icd10cm`.
    #[arg(long, env = "SUPERBILL_SHARED", default_value = "../shared")]
    shared: PathBuf,
    /// The part of the phrase sets that is asked.
    #[arg(long, default_value = "dev")]
    part: String,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The day whose edition answers.
const DAY: Date = date(2026, 6, 1);
/// The index as a table, then the tables beside it.
const INDEX: [&str; 4] = [
    "data/icd10cm_index/ICD10CM_2025_Index.csv.zst",
    "data/icd10cm/icd10cm-neoplasm-April-1-2026.xml.zst",
    "data/icd10cm/icd10cm-drug-April-1-2026.xml.zst",
    "data/icd10cm/icd10cm-eindex-April-1-2026.xml.zst",
];
/// One title of so many is asked; all would take minutes.
const TITLES_STEP: usize = 23;
const ROWS_STEP: usize = 23;

/// What was asked of one set.
#[derive(Serialize, Default)]
struct Score {
    index: bool,
    set: String,
    asked: usize,
    first: usize,
    five: usize,
    ten: usize,
    p50_microseconds: u128,
    p99_microseconds: u128,
}

#[derive(Serialize)]
struct Report {
    build: &'static str,
    /// From nothing to the first answer: list, search structures and question.
    cold_milliseconds: u128,
    /// The same when the structures were kept by an earlier start.
    kept_milliseconds: u128,
    scores: Vec<Score>,
    absent: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
}

/// A question and the codes that answer it.
struct Question {
    text: String,
    gold: Vec<String>,
}

impl Search {
    pub fn run(self) -> Result<Outcome> {
        let mut absent = Vec::new();
        let (bare, cold) = timed(|| {
            let library = Library::shipped();
            drop(library.icd10cm(DAY).search("htn", 10));
            library
        });
        let packed = bare.icd10cm(DAY).pack_search();
        let ((), kept) = timed(|| {
            let library = Library::shipped().with(Vec::new());
            let icd = library.icd10cm(DAY);
            let _ = take_kept(&icd, || Some(packed.clone()));
            drop(icd.search("htn", 10));
        });
        let mut scores = Vec::new();
        let sets = self.sets(&mut absent)?;
        self.score(&bare, &sets, &mut scores)?;
        let full = self.with_index(&bare, &mut absent)?;
        if let Some((full, rows)) = &full {
            self.score(full, &sets, &mut scores)?;
            scores.push(score(&full.icd10cm(DAY), "index rows", rows));
        }
        let report = Report {
            build: build(),
            cold_milliseconds: cold.as_millis(),
            kept_milliseconds: kept.as_millis(),
            scores,
            absent,
            peak_memory_bytes: peak_memory(),
        };
        match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.print()?,
        }
        Ok(Outcome::found(!report.absent.is_empty()))
    }

    fn score(&self, library: &Library, sets: &[(String, Vec<Question>)], scores: &mut Vec<Score>) -> Result<()> {
        let icd = library.icd10cm(DAY);
        drop(icd.search("htn", 10));
        scores.extend(
            sets.iter().map(|(name, questions)| Score { index: library.has_index(), ..score(&icd, name, questions) }),
        );
        let titles = icd
            .tabular()
            .billable()
            .step_by(TITLES_STEP)
            .filter_map(|code| Some(Question { text: icd.title(&code)?.into_owned(), gold: vec![code] }));
        let titles: Vec<Question> = titles.collect();
        scores.push(Score { index: library.has_index(), ..score(&icd, "titles", &titles) });
        Ok(())
    }

    fn sets(&self, absent: &mut Vec<String>) -> Result<Vec<(String, Vec<Question>)>> {
        let mut sets = Vec::new();
        for (file, kind, name) in [
            ("doid", "", "doid"),
            ("icd9gem_exact", "short", "icd9 abbreviated"),
            ("icd9gem_exact", "long", "icd9 long"),
            ("icd9gem_approx", "short", "icd9 approximate, abbreviated"),
            ("icd9gem_approx", "long", "icd9 approximate, long"),
        ] {
            let path = self.shared.join("notes/short_strings").join(file).with_extension("jsonl");
            match fs::read_to_string(&path) {
                Ok(text) => sets.push((name.to_owned(), questions(&text, &self.part, kind)?)),
                Err(_) => absent.push(path.display().to_string()),
            }
        }
        Ok(sets)
    }

    /// The library with the official index, and a sample of the index's rows as questions.
    fn with_index(&self, bare: &Library, absent: &mut Vec<String>) -> Result<Option<(Library, Vec<Question>)>> {
        let mut packs = Vec::new();
        let mut rows = Vec::new();
        for file in INDEX {
            let path = self.shared.join(file);
            if !path.exists() {
                absent.push(path.display().to_string());
                continue;
            }
            let batch = batch(&path)?;
            if rows.is_empty()
                && let Some(pack) = batch.first()
            {
                rows = index_rows(&pack.text()?, bare);
            }
            packs.extend(batch);
        }
        Ok((!packs.is_empty()).then(|| (bare.with(packs), rows)))
    }
}

/// The tables of an official file.
pub fn batch(path: &Path) -> Result<Vec<codes::import::Pack>> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(read(&unpack(&name, &bytes)?, &Options::default(), &Library::shipped())?.packs)
}

fn questions(text: &str, part: &str, kind: &str) -> Result<Vec<Question>> {
    let mut questions = Vec::new();
    for row in text.lines() {
        let row: Value = serde_json::from_str(row)?;
        let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        // A name that is a title word for word says nothing of search.
        let is_title = row.get("in_title").and_then(Value::as_bool) == Some(true);
        if word("split") == part && (kind.is_empty() || word("kind") == kind) && !is_title {
            let gold = row.get("gold").and_then(Value::as_array).into_iter().flatten();
            let gold = gold.filter_map(Value::as_str).map(|code| code.replace('.', "")).collect();
            questions.push(Question { text: word("q").to_owned(), gold });
        }
    }
    Ok(questions)
}

/// A sample of the rows that lead to a code of the edition. Where the index leads the same words to several codes, each
/// of them is right.
fn index_rows(text: &str, library: &Library) -> Vec<Question> {
    let icd = library.icd10cm(DAY);
    let mut codes: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    let mut rows = Vec::new();
    for row in text.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(path), Some(code)) = (cells.next(), cells.nth(1)) else { continue };
        if icd.get(code).is_some() {
            codes.entry(words(path)).or_default().push(code.to_owned());
            rows.push(path);
        }
    }
    let gold = |path: &str| codes.get(&words(path)).cloned().unwrap_or_default();
    let asked = rows.into_iter().step_by(ROWS_STEP);
    asked.map(|path| Question { text: path.to_owned(), gold: gold(path) }).collect()
}

/// The words of a row, whatever stands between them.
fn words(path: &str) -> Vec<String> {
    let parts = path.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

/// The code itself, or one below the category that is the answer.
fn is_right(icd: &Icd10cm<'_>, gold: &[String], code: &str) -> bool {
    gold.iter().any(|gold| code == gold || (code.starts_with(gold.as_str()) && !icd.is_billable(gold)))
}

fn score(icd: &Icd10cm<'_>, name: &str, questions: &[Question]) -> Score {
    let mut times: Vec<Duration> = Vec::with_capacity(questions.len());
    let mut score = Score { index: true, set: name.to_owned(), asked: questions.len(), ..Score::default() };
    for question in questions {
        let started = Instant::now();
        let hits = icd.search(&question.text, 10);
        times.push(started.elapsed());
        let place = hits.iter().position(|hit| is_right(icd, &question.gold, &hit.code));
        score.first += usize::from(place == Some(0));
        score.five += usize::from(place.is_some_and(|place| place < 5));
        score.ten += usize::from(place.is_some());
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0, Duration::as_micros);
    Score { p50_microseconds: at(50), p99_microseconds: at(99), ..score }
}

impl Report {
    fn print(&self) -> Result<()> {
        for absent in &self.absent {
            line(format!("ABSENT: {absent}: what needs it was not measured"))?;
        }
        let share = |count: usize, of: usize| format!(".{:03}", (count * 1000).checked_div(of).unwrap_or_default());
        line(format!(
            "{:<40}{:>7} {:>6} {:>6} {:>6} {:>8} {:>8}",
            "set", "asked", "first", "five", "ten", "p50", "p99"
        ))?;
        for score in &self.scores {
            let set = format!("{}, {}", score.set, if score.index { "index" } else { "lexicon" });
            let all = |count| if count == score.asked { "1.000".to_owned() } else { share(count, score.asked) };
            line(format!(
                "{set:<40}{:>7} {:>6} {:>6} {:>6} {:>5} \u{b5}s {:>5} \u{b5}s",
                score.asked,
                all(score.first),
                all(score.five),
                all(score.ten),
                score.p50_microseconds,
                score.p99_microseconds
            ))?;
        }
        line(format!(
            "first answer from nothing {} ms, with kept structures {} ms ({} build)",
            self.cold_milliseconds, self.kept_milliseconds, self.build
        ))?;
        match self.peak_memory_bytes {
            Some(peak) => line(format!("peak memory {} MiB", peak >> 20)),
            None => line("peak memory: this system does not say"),
        }
    }
}
