//! What is kept in memory at most, so that no file can grow it. Beyond a limit there is one `LIMIT` finding and the
//! part concerned stays unchecked.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::finding::AckLevel;
use crate::finding::{Judge, Rule};
use crate::walk::Located;

/// Longest segment taken; a file without terminators must not become one segment.
pub const SEGMENT_BYTES_MAX: usize = 1 << 20;

/// Longest claim, payment or other unit read at once; a longer one is read in parts.
pub const UNIT_BYTES_MAX: usize = 2 << 20;

/// Findings kept. A file with more is broken as a whole; what follows tells nothing new.
pub const FINDINGS_MAX: usize = 10_000;

/// Control numbers of one kind remembered to find one used twice, in the scope that makes them unique.
pub const NUMBERS_MAX: usize = 1_000_000;

/// Hierarchical levels of a transaction set whose parents are checked.
pub const LEVELS_MAX: usize = 1_000_000;

/// How deep levels may nest; no guide goes deeper than six.
pub const DEPTH_MAX: usize = 32;

/// The rule that reports a limit.
pub(crate) const LIMIT: Rule = Rule::new("LIMIT", 1, AckLevel::None, "").warning();

/// Numbers remembered for quick look-up before they are packed.
const RECENT_MAX: usize = 1 << 17;

/// Control numbers met, as hashes: a million of them take about ten megabytes whatever their length.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    recent: HashSet<u64>,
    /// Those before, in order.
    packed: Vec<u64>,
    is_full: bool,
}

impl Numbers {
    /// True when `number` was met before. At the limit one finding says so, and nothing more is remembered.
    pub fn is_again(&mut self, judge: &mut Judge, at: &Located<'_>, element: usize, number: &impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        number.hash(&mut hasher);
        let key = hasher.finish();
        if self.has(key) {
            return true;
        }
        if self.len() < NUMBERS_MAX {
            self.add(key);
        } else if !self.is_full {
            self.is_full = true;
            let message = format!(
                "More than {NUMBERS_MAX} numbers: whether the rest are unique was not checked. Split the file."
            );
            judge.element(LIMIT, at, element, 0, message);
        }
        false
    }

    /// Takes over the numbers met elsewhere; false when one of them was met here too, or when they are too many, and
    /// then none is taken over.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut keys = other.recent.iter().chain(&other.packed);
        let is_new = self.len().saturating_add(other.len()) <= NUMBERS_MAX && !keys.any(|key| self.has(*key));
        if is_new {
            other.recent.iter().chain(&other.packed).for_each(|key| self.add(*key));
        }
        is_new
    }

    fn len(&self) -> usize {
        self.recent.len().saturating_add(self.packed.len())
    }

    fn has(&self, key: u64) -> bool {
        self.recent.contains(&key) || self.packed.binary_search(&key).is_ok()
    }

    fn add(&mut self, key: u64) {
        self.recent.insert(key);
        if self.recent.len() >= RECENT_MAX {
            self.packed.reserve_exact(self.recent.len());
            self.packed.extend(self.recent.drain());
            self.packed.sort_unstable();
        }
    }
}
