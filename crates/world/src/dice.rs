//! Chance from a seed: the same seed and the same question give the same answer on every machine.

use uuid::Uuid;

/// Midnight UTC of the first day of the story in milliseconds; it only makes identifiers look their age.
const EPOCH_MS: u64 = 1_767_571_200_000;

/// A stream of numbers for one question (SplitMix64; Steele, Lea and Flood 2014).
///
/// Every question has a stream of its own, so that a new one moves none of the others.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream that answers `question` in the world of `seed`.
    pub(crate) fn of(seed: u64, question: &str) -> Self {
        // FNV-1a of the question; one step mixes it with the seed.
        let hash = question
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut dice = Self(seed ^ hash);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// A number from `low` through `high`; `low` when they are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0);
        low.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items; `None` when there are none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(items.len()).unwrap_or(0));
        items.get(usize::try_from(at).unwrap_or(0))
    }

    /// One character of an alphabet.
    pub(crate) fn letter(&mut self, alphabet: &str) -> char {
        let letters: Vec<char> = alphabet.chars().collect();
        self.pick(&letters).copied().unwrap_or('A')
    }

    /// A number of decimal digits, the first never zero.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|i| self.letter(if i == 0 { "123456789" } else { "0123456789" })).collect()
    }

    /// Puts the items into an order of chance (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = usize::try_from(self.below(u64::try_from(i).unwrap_or(0) + 1)).unwrap_or(0);
            items.swap(i, j);
        }
    }

    /// A record identity (UUIDv7 whose random part comes from the stream).
    pub(crate) fn uuid(&mut self) -> Uuid {
        let mut random = [0u8; 10];
        for byte in &mut random {
            *byte = u8::try_from(self.below(256)).unwrap_or(0);
        }
        uuid::Builder::from_unix_timestamp_millis(EPOCH_MS, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_answer() {
        assert_eq!(Dice::of(1, "a").digits(8), Dice::of(1, "a").digits(8));
        assert_ne!(Dice::of(1, "a").digits(8), Dice::of(2, "a").digits(8));
        assert_ne!(Dice::of(1, "a").digits(8), Dice::of(1, "b").digits(8));
        let mut dice = Dice::of(7, "range");
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert_eq!(dice.pick::<u8>(&[]), None);
        assert_eq!(dice.uuid().get_version_num(), 7);
    }
}
