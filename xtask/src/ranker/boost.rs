//! Gradient boosting of small regression trees under a listwise loss: the right candidate of a question should have the
//! whole share of its softmax (Cao et al. 2007; Chen and Guestrin 2016 for the trees).

#![allow(clippy::float_arithmetic, reason = "trees are grown from real numbers, they are no money")]

use codes::{Branch, FEATURES, Ranker};

/// The candidates of one question.
pub struct Group {
    pub weight: f32,
    /// Features, and whether the candidate is right.
    pub rows: Vec<([f32; FEATURES.len()], bool)>,
}

impl Group {
    pub fn has_right(&self) -> bool {
        self.rows.iter().any(|(_, right)| *right)
    }
}

const TREES: usize = 130;
const DEPTH: usize = 5;
const RATE: f32 = 0.14;
/// Thresholds tried for one feature.
const BINS: usize = 48;
/// Holds leaves back that few rows speak for.
const LAMBDA: f32 = 4.0;
const HESSIAN_MIN: f32 = 3.0;
const GAIN_MIN: f32 = 0.5;

/// All rows: a column of bins for each feature.
struct Table {
    thresholds: Vec<Vec<f32>>,
    bins: Vec<Vec<u8>>,
    right: Vec<f32>,
    /// First row, one past the last row and weight of each question.
    groups: Vec<(usize, usize, f32)>,
}

fn table(groups: &[&Group]) -> Table {
    let rows: Vec<&[f32; FEATURES.len()]> = groups.iter().flat_map(|group| group.rows.iter().map(|(f, _)| f)).collect();
    let mut thresholds = Vec::new();
    let mut bins = Vec::new();
    for feature in 0..FEATURES.len() {
        let value = |row: &[f32; FEATURES.len()]| row.get(feature).copied().unwrap_or_default();
        let mut values: Vec<f32> =
            rows.iter().step_by(rows.len().div_ceil(200_000).max(1)).map(|row| value(row)).collect();
        values.sort_by(f32::total_cmp);
        let mut cuts: Vec<f32> = Vec::new();
        if values.iter().collect::<Vec<_>>().windows(2).filter(|pair| matches!(pair, [a, b] if a != b)).count() < BINS {
            cuts.clone_from(&values);
        } else {
            let at = |i: usize| values.get(i * values.len() / BINS).copied().unwrap_or_default();
            cuts.extend((1..BINS).map(at));
        }
        cuts.dedup();
        // Shorter numbers read better and rank the same.
        cuts.iter_mut().for_each(|cut| *cut = (*cut * 10_000.0).round() / 10_000.0);
        cuts.dedup();
        let bin = |row: &[f32; FEATURES.len()]| {
            u8::try_from(cuts.partition_point(|cut| *cut < value(row))).unwrap_or(u8::MAX)
        };
        bins.push(rows.iter().map(|row| bin(row)).collect());
        thresholds.push(cuts);
    }
    let mut begin = 0;
    let mut spans = Vec::new();
    let mut right = Vec::new();
    for group in groups {
        let count = group.rows.iter().filter(|(_, right)| *right).count();
        right.extend(group.rows.iter().map(|(_, is)| if *is { 1.0 / count.max(1) as f32 } else { 0.0 }));
        spans.push((begin, begin + group.rows.len(), group.weight));
        begin += group.rows.len();
    }
    Table { thresholds, bins, right, groups: spans }
}

pub fn train(groups: &[&Group]) -> Ranker {
    let table = table(groups);
    let count = table.right.len();
    let mut scores = vec![0.0_f32; count];
    let mut trees = Vec::new();
    for nth in 0..TREES {
        let (slopes, loss) = slopes(&table, &scores);
        let tree = grow(&table, &slopes, &mut scores);
        trees.push(tree);
        if nth % 20 == 0 {
            println!("tree {nth}: loss {loss:.4}");
        }
    }
    Ranker::new(trees)
}

/// First and second derivatives of the loss for each row, and the mean loss of a question.
fn slopes(table: &Table, scores: &[f32]) -> (Vec<[f32; 2]>, f32) {
    let mut slopes = vec![[0.0_f32; 2]; scores.len()];
    let (mut loss, mut weights) = (0.0_f64, 0.0_f64);
    for (begin, end, weight) in &table.groups {
        let (Some(scores), Some(right), Some(slopes)) =
            (scores.get(*begin..*end), table.right.get(*begin..*end), slopes.get_mut(*begin..*end))
        else {
            continue;
        };
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
        // Several right codes share the target by what the model thinks of each: any of them will do.
        let of_right: f32 = scores.iter().zip(right).filter(|(_, r)| **r > 0.0).map(|(s, _)| (s - most).exp()).sum();
        let share_of_right = (of_right / sum).max(1e-9);
        loss -= f64::from(share_of_right.ln() * weight);
        weights += f64::from(*weight);
        for ((slope, score), right) in slopes.iter_mut().zip(scores).zip(right) {
            let share = (score - most).exp() / sum;
            let wanted = if *right > 0.0 { share / share_of_right } else { 0.0 };
            *slope = [(wanted - share) * weight, (share * (1.0 - share)).max(1e-4) * weight];
        }
    }
    (slopes, (loss / weights.max(1.0)) as f32)
}

/// The best question for the rows of one leaf.
#[derive(Clone, Copy, Default)]
struct Split {
    gain: f32,
    feature: usize,
    bin: usize,
}

/// Grows one tree level by level and adds what it says to the scores.
fn grow(table: &Table, slopes: &[[f32; 2]], scores: &mut [f32]) -> Vec<Branch> {
    // Each row's open leaf; leaves are numbered as they appear in `branches`.
    let mut leaf_of: Vec<u16> = vec![0; slopes.len()];
    let mut branches = vec![Branch::Leaf(0.0)];
    let mut open: Vec<u16> = vec![0];
    for _ in 0..DEPTH {
        let splits = best_splits(table, slopes, &leaf_of, &open);
        let mut children: Vec<Option<(Split, u16, u16)>> = vec![None; branches.len()];
        let mut next = Vec::new();
        for (leaf, split) in open.iter().zip(splits) {
            if split.gain < GAIN_MIN {
                continue;
            }
            let low = branches.len() as u16;
            branches.push(Branch::Leaf(0.0));
            branches.push(Branch::Leaf(0.0));
            let threshold = table.thresholds.get(split.feature).and_then(|cuts| cuts.get(split.bin)).copied();
            if let Some(branch) = branches.get_mut(usize::from(*leaf)) {
                *branch = Branch::Split(split.feature as u16, threshold.unwrap_or_default(), low, low + 1);
            }
            if let Some(place) = children.get_mut(usize::from(*leaf)) {
                *place = Some((split, low, low + 1));
            }
            next.extend([low, low + 1]);
        }
        for (row, leaf) in leaf_of.iter_mut().enumerate() {
            if let Some(Some((split, low, high))) = children.get(usize::from(*leaf)) {
                let bin = table.bins.get(split.feature).and_then(|column| column.get(row)).copied().unwrap_or_default();
                *leaf = if usize::from(bin) <= split.bin { *low } else { *high };
            }
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    let mut sums = vec![[0.0_f64; 2]; branches.len()];
    for (leaf, slope) in leaf_of.iter().zip(slopes) {
        if let Some(sum) = sums.get_mut(usize::from(*leaf)) {
            sum[0] += f64::from(slope[0]);
            sum[1] += f64::from(slope[1]);
        }
    }
    for (branch, sum) in branches.iter_mut().zip(&sums) {
        if let Branch::Leaf(value) = branch {
            let step = RATE * (sum[0] / (sum[1] + f64::from(LAMBDA))) as f32;
            *value = (step * 10_000.0).round() / 10_000.0;
        }
    }
    for (score, leaf) in scores.iter_mut().zip(&leaf_of) {
        if let Some(Branch::Leaf(value)) = branches.get(usize::from(*leaf)) {
            *score += value;
        }
    }
    branches
}

/// For each open leaf its best split; features are shared out between two threads.
fn best_splits(table: &Table, slopes: &[[f32; 2]], leaf_of: &[u16], open: &[u16]) -> Vec<Split> {
    let last = open.iter().copied().max().map_or(0, usize::from);
    let mut place_of = vec![usize::MAX; last + 1];
    for (place, leaf) in open.iter().enumerate() {
        if let Some(to) = place_of.get_mut(usize::from(*leaf)) {
            *to = place;
        }
    }
    let places: Vec<usize> =
        leaf_of.iter().map(|leaf| place_of.get(usize::from(*leaf)).copied().unwrap_or(usize::MAX)).collect();
    let of = |parity: usize| {
        let mut best = vec![Split::default(); open.len()];
        for feature in (parity..FEATURES.len()).step_by(2) {
            split_by(table, feature, slopes, &places, &mut best);
        }
        best
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| of(1));
        let mut best = of(0);
        for (mine, theirs) in best.iter_mut().zip(other.join().unwrap_or_default()) {
            if theirs.gain > mine.gain {
                *mine = theirs;
            }
        }
        best
    })
}

fn split_by(table: &Table, feature: usize, slopes: &[[f32; 2]], places: &[usize], best: &mut [Split]) {
    let (Some(column), Some(cuts)) = (table.bins.get(feature), table.thresholds.get(feature)) else { return };
    let width = cuts.len() + 1;
    let mut sums = vec![[0.0_f32; 2]; width * best.len()];
    for ((bin, slope), place) in column.iter().zip(slopes).zip(places) {
        if *place != usize::MAX
            && let Some(sum) = sums.get_mut(place * width + usize::from(*bin))
        {
            sum[0] += slope[0];
            sum[1] += slope[1];
        }
    }
    let worth = |g: f32, h: f32| g * g / (h + LAMBDA);
    for (of_leaf, best) in sums.chunks(width).zip(best) {
        let (all_g, all_h) = of_leaf.iter().fold((0.0, 0.0), |(g, h), sum| (g + sum[0], h + sum[1]));
        let (mut g, mut h) = (0.0, 0.0);
        for (bin, sum) in of_leaf.iter().enumerate().take(cuts.len()) {
            g += sum[0];
            h += sum[1];
            if h < HESSIAN_MIN || all_h - h < HESSIAN_MIN {
                continue;
            }
            let gain = worth(g, h) + worth(all_g - g, all_h - h) - worth(all_g, all_h);
            if gain > best.gain {
                *best = Split { gain, feature, bin };
            }
        }
    }
}
