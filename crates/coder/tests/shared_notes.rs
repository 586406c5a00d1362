//! Agreement with labelled visit notes of the shared material; skipped, saying so, when it is absent. The labels
//! measure and never teach: no row of the shipped tables is made from them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    reason = "a test fails by panicking"
)]

mod common;

use std::{collections::BTreeSet, time::Instant};

use claim::{Band, NoteKind, SuggestedCode};
use serde_json::Value;

struct Score {
    right: usize,
    given: usize,
    gold: usize,
}

impl Score {
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.given + self.gold).max(1) as f64
    }
}

fn score(file: &str, band: Band, is_told: bool) -> Option<Score> {
    let shared = common::shared()?;
    let text = std::fs::read_to_string(shared.join("notes/acibench_icd").join(file)).ok()?;
    let mut score = Score { right: 0, given: 0, gold: 0 };
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let mut visit = common::visit();
        visit.patient_born_on = None;
        visit.served_on = jiff::civil::date(2025, 3, 4);
        let note = row["note"].as_str().unwrap();
        let started = Instant::now();
        let coding = common::code_with(note, NoteKind::Progress, &visit);
        let elapsed = started.elapsed();
        for suggestion in &coding.suggestions {
            assert!(!suggestion.evidence.is_empty());
            for evidence in &suggestion.evidence {
                assert_eq!(&note[evidence.start..evidence.end], evidence.text);
            }
        }
        let got: BTreeSet<String> = coding
            .suggestions
            .iter()
            .filter(|s| s.band >= band && matches!(s.code, SuggestedCode::Diagnosis { .. }))
            .map(|s| s.code.code().to_owned())
            .collect();
        let gold: BTreeSet<String> =
            row["dx"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
        score.right += got.intersection(&gold).count();
        score.given += got.len();
        score.gold += gold.len();
        if is_told {
            println!(
                "{} {elapsed:?} missed {:?} false {:?}",
                row["id"],
                gold.difference(&got).collect::<Vec<_>>(),
                got.difference(&gold).collect::<Vec<_>>()
            );
        }
    }
    Some(score)
}

#[test]
fn agreement_with_labelled_visits() {
    for (file, least) in [("train.jsonl", 0.5), ("valid.jsonl", 0.5)] {
        let Some(all) = score(file, Band::Suggest, true) else { return };
        let precision = all.right as f64 / all.given.max(1) as f64;
        let recall = all.right as f64 / all.gold.max(1) as f64;
        println!("{file}: micro-F1 {:.3}, precision {precision:.3}, recall {recall:.3}", all.f1());
        if let Some(sure) = score(file, Band::Accept, false) {
            let precision = sure.right as f64 / sure.given.max(1) as f64;
            println!(
                "{file}: accept precision {precision:.3}, recall {:.3}",
                sure.right as f64 / sure.gold.max(1) as f64
            );
        }
        assert!(all.f1() >= least, "{file}: {:.3}", all.f1());
    }
}
