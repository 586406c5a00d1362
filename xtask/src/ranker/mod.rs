//! The ranker of code search (`cargo run --release -p xtask -- ranker [SHARED]`): boosted trees trained on the training
//! part of the phrase sets (ICD-9-CM titles with their equivalents, public domain; names of the Disease Ontology, CC0),
//! with and without the alphabetic index, written to `crates/codes/data/ranker.tsv`.
//!
//! A seventh of the training phrases, chosen by their identity, steers nothing and shows what was learnt. The part
//! marked `dev` is never read here: `superbill bench search` measures on it.

mod boost;

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use anyhow::{Context as _, Result};
use codes::{
    Described, Icd10cm, Library, Ranker,
    import::{Options, read, unpack},
};
use serde_json::Value;

use boost::{Group, train};

const SETS: [&str; 3] = ["doid", "icd9gem_exact", "icd9gem_approx"];
const INDEX: [&str; 4] = [
    "data/icd10cm_index/ICD10CM_2025_Index.csv.zst",
    "data/icd10cm/icd10cm-neoplasm-April-1-2026.xml.zst",
    "data/icd10cm/icd10cm-drug-April-1-2026.xml.zst",
    "data/icd10cm/icd10cm-eindex-April-1-2026.xml.zst",
];
const TABLE: &str = "crates/codes/data/ranker.tsv";
/// The day whose edition is trained on.
const DAY: jiff::civil::Date = jiff::civil::date(2026, 6, 1);
/// One phrase in this many is held back.
const HELD_BACK: u64 = 7;

/// A phrase of a set.
struct Phrase {
    set: &'static str,
    text: String,
    gold: Vec<String>,
    is_held_back: bool,
    weight: f32,
}

pub fn generate() -> Result<()> {
    let shared = std::env::args().nth(2).or_else(|| std::env::var("SUPERBILL_SHARED").ok());
    let shared = shared.unwrap_or_else(|| "../shared".to_owned());
    let shared = Path::new(&shared);
    let phrases = phrases(shared)?;
    let bare = Library::shipped();
    let full = bare.with(index(shared)?);
    let mut groups = Vec::new();
    for (name, library) in [("lexicon", &bare), ("index", &full)] {
        drop(library.icd10cm(DAY).search("a", 1));
        let started = Instant::now();
        let sample = phrases.iter().step_by(phrases.len() / 400);
        let asked = sample.map(|phrase| library.icd10cm(DAY).search(&phrase.text, 10).len()).filter(|n| *n > 0).count();
        println!("{name}: {asked} phrases answered in {:?}", started.elapsed());
        let described = describe(&library.icd10cm(DAY), &phrases);
        report_recall(name, &phrases, &described, &library.icd10cm(DAY));
        for (phrase, candidates) in phrases.iter().zip(described) {
            let group = group(phrase, candidates, &library.icd10cm(DAY));
            groups.push((name, phrase, group));
        }
    }
    let learning: Vec<&Group> = groups
        .iter()
        .filter(|(_, phrase, group)| !phrase.is_held_back && group.has_right())
        .map(|(_, _, g)| g)
        .collect();
    println!("{} questions to learn from", learning.len());
    let ranker = train(&learning);
    report_places(&ranker, groups.iter().map(|(name, phrase, group)| (*name, *phrase, group)));
    let text = format!(
        "# Boosted trees that put search results in order; made by `cargo run --release -p xtask -- ranker`, see\n\
         # PROVENANCE.md. Features are described in src/search/candidate.rs.\n{}",
        ranker.to_text()
    );
    fs::write(TABLE, text).with_context(|| format!("{TABLE} cannot be written; start from the checkout"))?;
    println!("{TABLE} written");
    Ok(())
}

fn index(shared: &Path) -> Result<Vec<codes::import::Pack>> {
    let mut packs = Vec::new();
    for file in INDEX {
        let path = shared.join(file);
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let (name, bytes) = (file.trim_end_matches(".zst"), zstd::decode_all(&*bytes)?);
        packs.extend(read(&unpack(name, &bytes)?, &Options::default(), &Library::shipped())?.packs);
    }
    Ok(packs)
}

fn phrases(shared: &Path) -> Result<Vec<Phrase>> {
    let mut phrases = Vec::new();
    for set in SETS {
        let path = shared.join(format!("notes/short_strings/{set}.jsonl"));
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        for line in text.lines() {
            let row: Value = serde_json::from_str(line)?;
            let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
            if word("split") != "train" || row.get("in_title").and_then(Value::as_bool) == Some(true) {
                continue;
            }
            // Long and abbreviated titles of one code are one identity.
            let identity = word("id").trim_end_matches("-short").trim_end_matches("-long");
            let hash = identity.bytes().fold(14_695_981_039_346_656_037_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
            });
            // Approximate equivalents are many and of one kind (injuries): a sixth of them is enough.
            if set == "icd9gem_approx" && (hash >> 20) % 6 != 0 {
                continue;
            }
            let gold = row.get("gold").and_then(Value::as_array).into_iter().flatten();
            let set = match (set, word("kind")) {
                ("icd9gem_exact", "short") => "abbreviated",
                ("icd9gem_exact", _) => "long",
                ("icd9gem_approx", _) => "approximate",
                _ => "doid",
            };
            phrases.push(Phrase {
                set,
                text: word("q").to_owned(),
                gold: gold.filter_map(Value::as_str).map(|code| code.replace('.', "")).collect(),
                is_held_back: (hash >> 8) % HELD_BACK == 0,
                weight: if set == "approximate" { 0.5 } else { 1.0 },
            });
        }
    }
    Ok(phrases)
}

/// The code, or one below the category that is the answer.
fn is_right(icd: &Icd10cm<'_>, gold: &[String], code: &str) -> bool {
    gold.iter().any(|gold| code == gold || (code.starts_with(gold.as_str()) && !icd.is_billable(gold)))
}

fn describe(icd: &Icd10cm<'_>, phrases: &[Phrase]) -> Vec<Vec<Described>> {
    let half = phrases.len().div_ceil(2);
    let (first, second) = phrases.split_at(half);
    let of = |phrases: &[Phrase]| phrases.iter().map(|phrase| icd.describe(&phrase.text)).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| of(second));
        let mut all = of(first);
        all.extend(other.join().unwrap_or_default());
        all
    })
}

fn group(phrase: &Phrase, candidates: Vec<Described>, icd: &Icd10cm<'_>) -> Group {
    let row = |found: Described| (found.features, is_right(icd, &phrase.gold, &found.code));
    Group { weight: phrase.weight, rows: candidates.into_iter().map(row).collect() }
}

fn report_recall(name: &str, phrases: &[Phrase], described: &[Vec<Described>], icd: &Icd10cm<'_>) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (phrase, candidates) in phrases.iter().zip(described) {
        let entry = counts.entry(phrase.set).or_default();
        entry.0 += 1;
        entry.1 += usize::from(candidates.iter().any(|found| is_right(icd, &phrase.gold, &found.code)));
    }
    for (set, (asked, found)) in counts {
        println!("{name:<8} {set:<12} right code among the candidates: {} of 1000", found * 1000 / asked.max(1));
    }
}

fn report_places<'a>(ranker: &Ranker, groups: impl Iterator<Item = (&'static str, &'a Phrase, &'a Group)>) {
    let mut counts: BTreeMap<(&str, &str, bool), [usize; 4]> = BTreeMap::new();
    for (name, phrase, group) in groups {
        let mut rated: Vec<(f32, bool)> =
            group.rows.iter().map(|(features, right)| (ranker.score(features), *right)).collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0));
        let place = rated.iter().position(|(_, right)| *right);
        let entry = counts.entry((name, phrase.set, phrase.is_held_back)).or_default();
        let [asked, within @ ..] = entry;
        *asked += 1;
        for (count, most) in within.iter_mut().zip([1, 5, 10]) {
            *count += usize::from(place.is_some_and(|place| place < most));
        }
    }
    for ((name, set, held_back), [asked, first, five, ten]) in counts {
        let share = |count: usize| count * 1000 / asked.max(1);
        let part = if held_back { "held back" } else { "learnt" };
        println!(
            "{name:<8} {set:<12} {part:<9} {asked:>6}: first {} five {} ten {}",
            share(first),
            share(five),
            share(ten)
        );
    }
}
