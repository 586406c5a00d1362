//! Whether a condition in a sentence is there.

use std::path::Path;

use anyhow::{Context as _, Result};
use codes::Library;
use serde::Serialize;

use super::{
    score::{Agreement, Counts},
    sets,
};
use crate::input::line;

/// Agreement about negation: sentences with the condition in them, the label of each.
#[derive(Serialize)]
pub struct Agreements {
    sentences: usize,
    negated: Agreement,
}

/// Measures every sentence of the set.
///
/// # Errors
/// When the file cannot be read.
pub fn measure(shared: &Path, library: &Library, mut told: impl FnMut(String) -> Result<()>) -> Result<Agreements> {
    let path = shared.join("notes/assertion/negex_odd.tsv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let visit = sets::visit();
    let mut counts = Counts::default();
    let mut sentences = 0;
    for row in text.lines() {
        let cells: Vec<&str> = row.split('\t').map(|cell| cell.trim_matches('"')).collect();
        let &[_, concept, sentence, label] = cells.as_slice() else { continue };
        let Some((start, end)) = place(sentence, concept) else { continue };
        sentences += 1;
        let is_given =
            coder::assertion(&sets::note(sentence), &visit, library, start, end) == coder::Assertion::Negated;
        let is_gold = label == "Negated";
        counts.right += usize::from(is_given && is_gold);
        counts.given += usize::from(is_given);
        counts.gold += usize::from(is_gold);
        if is_given != is_gold {
            told(format!("{label}: {concept}: {sentence}"))?;
        }
    }
    Ok(Agreements { sentences, negated: counts.agreement() })
}

/// Where the condition stands in its sentence; the set writes it in capitals there.
fn place(sentence: &str, concept: &str) -> Option<(usize, usize)> {
    let words: Vec<String> = concept.split_whitespace().map(str::to_uppercase).collect();
    let first = words.first()?;
    let in_capitals = sentence.match_indices(first.as_str()).map(|(at, _)| at);
    let upper = sentence.to_ascii_uppercase();
    let any = upper.match_indices(first.as_str()).map(|(at, _)| at);
    in_capitals.chain(any).find_map(|start| {
        let mut end = start;
        for word in &words {
            let rest = upper.get(end..)?;
            let skipped = rest.len() - rest.trim_start().len();
            rest.trim_start().starts_with(word.as_str()).then_some(())?;
            end += skipped + word.len();
        }
        sentence.is_char_boundary(start).then_some(())?;
        sentence.is_char_boundary(end).then_some((start, end))
    })
}

impl Agreements {
    pub fn print(&self) -> Result<()> {
        let Agreement { precision, recall, f1 } = self.negated;
        line(format!("  assertions ({} sentences)", self.sentences))?;
        line(format!("    negated                  precision {precision:.3}  recall {recall:.3}  F1 {f1:.3}"))
    }
}
