//! The ranker: boosted trees over the features of candidates, trained by `xtask` and kept as a plain table.
//!
//! `data/ranker.tsv` has a row for each node: tree, node, the feature asked, the threshold, the node that follows when
//! the value is not above it, the one that follows otherwise, and for a leaf its value.
#![allow(clippy::float_arithmetic, reason = "weights rank codes, they are no money")]

use std::sync::LazyLock;

use super::candidate::FEATURES;
use crate::table::{self, TableError};

/// Boosted trees.
#[derive(Clone, Debug, Default)]
pub struct Ranker {
    trees: Vec<Vec<Branch>>,
}

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Branch {
    /// A question: feature, threshold, the node when the value is not above it, the node when it is.
    Split(u16, f32, u16, u16),
    /// An answer.
    Leaf(f32),
}

impl Ranker {
    /// Trees, each with its root first and every branch after the node that leads to it.
    #[must_use]
    pub fn new(trees: Vec<Vec<Branch>>) -> Self {
        Self { trees }
    }

    pub(crate) fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Ranker> = LazyLock::new(|| {
            // A test reads the table; a product with a broken one ranks by retrieval alone.
            Ranker::read("ranker.tsv", include_str!("../../data/ranker.tsv")).unwrap_or_default()
        });
        &SHIPPED
    }

    /// Reads the table.
    ///
    /// # Errors
    /// Names the row that does not fit.
    pub fn read(file: &str, text: &str) -> Result<Self, TableError> {
        let names: Vec<(&str, u16)> = FEATURES.iter().copied().zip(0..).collect();
        let mut trees: Vec<Vec<Branch>> = Vec::new();
        table::read(file, text, |row| {
            let (tree, node): (usize, usize) = (row.value("tree", "a number")?, row.value("node", "a number")?);
            if tree == trees.len() {
                trees.push(Vec::new());
            }
            let Some(branches) = trees.get_mut(tree).filter(|branches| branches.len() == node) else {
                return Err(row.error("node", "the number after that of the row before"));
            };
            branches.push(if row.text("feature").is_empty() {
                Branch::Leaf(row.value("value", "a number")?)
            } else {
                let (low, high): (u16, u16) = (row.value("low", "a node")?, row.value("high", "a node")?);
                if usize::from(low) <= node || usize::from(high) <= node {
                    return Err(row.error("low", "nodes further down"));
                }
                Branch::Split(row.word("feature", &names)?, row.value("threshold", "a number")?, low, high)
            });
            Ok(())
        })?;
        Ok(Self { trees })
    }

    /// The table's text, as [`Ranker::read`] reads it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = "tree\tnode\tfeature\tthreshold\tlow\thigh\tvalue\n".to_owned();
        for (tree, branches) in self.trees.iter().enumerate() {
            for (node, branch) in branches.iter().enumerate() {
                text.push_str(&match branch {
                    Branch::Split(feature, threshold, low, high) => {
                        let name = FEATURES.get(usize::from(*feature)).copied().unwrap_or_default();
                        format!("{tree}\t{node}\t{name}\t{threshold}\t{low}\t{high}\t\n")
                    }
                    Branch::Leaf(value) => format!("{tree}\t{node}\t\t\t\t\t{value}\n"),
                });
            }
        }
        text
    }

    /// True without trees.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// How likely a candidate is what was meant; only to compare candidates of one question.
    #[must_use]
    pub fn score(&self, features: &[f32; FEATURES.len()]) -> f32 {
        self.trees.iter().map(|tree| follow(tree, features)).sum()
    }
}

fn follow(tree: &[Branch], features: &[f32; FEATURES.len()]) -> f32 {
    let mut at = 0;
    // Branches lead downwards only, so this ends.
    loop {
        match tree.get(at) {
            None => return 0.0,
            Some(Branch::Leaf(value)) => return *value,
            Some(Branch::Split(feature, threshold, low, high)) => {
                let value = features.get(usize::from(*feature)).copied().unwrap_or_default();
                let next = usize::from(if value <= *threshold { *low } else { *high });
                if next <= at {
                    return 0.0;
                }
                at = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_read_and_written_alike() {
        let text = include_str!("../../data/ranker.tsv");
        let ranker = Ranker::read("ranker.tsv", text).unwrap();
        assert!(!ranker.is_empty());
        let rows =
            |text: &str| text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rows(&ranker.to_text()), rows(text));
    }

    #[test]
    fn branches_are_followed() {
        let text = "tree\tnode\tfeature\tthreshold\tlow\thigh\tvalue\n0\t0\tbest_term\t0.5\t1\t2\t\n0\t1\t\t\t\t\t-1\n0\t2\t\t\t\t\t2\n";
        let ranker = Ranker::read("ranker.tsv", text).unwrap();
        let mut features = [0.0; FEATURES.len()];
        assert_eq!(ranker.score(&features), -1.0);
        features[2] = 0.6;
        assert_eq!(ranker.score(&features), 2.0);
        assert!(Ranker::read("ranker.tsv", &text.replace("\t1\t2\t\n", "\t0\t2\t\n")).is_err());
    }
}
