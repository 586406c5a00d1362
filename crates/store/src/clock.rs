//! Time and identities, from one source each.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::{Result, StoreError};

/// Where the installation's time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The operating system.
    System,
    /// The demo's: stands still until it is moved, and is kept in the database.
    Demo(Timestamp),
}

impl Clock {
    /// The present.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Demo(now) => now,
        }
    }

    /// The day: the system's time zone, for a demo UTC.
    #[must_use]
    pub fn today(self) -> Date {
        match self {
            Self::System => TimeZone::system().to_datetime(Timestamp::now()).date(),
            Self::Demo(now) => TimeZone::UTC.to_datetime(now).date(),
        }
    }
}

/// Where new identities come from. All are UUIDv7, so they sort by the time they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Random behind the moment, which never goes back in this process: ids of later transactions sort later.
    System,
    /// From a seed and a counter kept in the database: the same seed and actions give the same ids.
    Seeded { seed: u64, counter: u64 },
}

impl Ids {
    /// The next identity.
    pub(crate) fn next(&mut self, now: Timestamp) -> Result<Uuid> {
        let mut millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut random = [0u8; 10];
        match self {
            Self::System => {
                getrandom::fill(&mut random)
                    .map_err(|e| StoreError::Connect(format!("the system gives no random bytes: {e}")))?;
                let stamp = stamp(millis);
                millis = stamp >> COUNTER_BITS;
                place(&mut random, stamp, 2);
            }
            Self::Seeded { seed, counter } => {
                *counter += 1;
                let hash =
                    Sha256::new().chain_update(seed.to_be_bytes()).chain_update(counter.to_be_bytes()).finalize();
                random.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
                place(&mut random, *counter, 5);
            }
        }
        Ok(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

/// Bits of an id that count within a millisecond: what the version leaves of the first two random bytes.
const COUNTER_BITS: u32 = 12;

/// A moment in milliseconds with a counter below, larger than every one before, also when the clock stands or steps back.
/// A counter that is full goes on in the next millisecond.
fn stamp(millis: u64) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let after = |last: u64| last.saturating_add(1).max(millis << COUNTER_BITS);
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last)));
    after(last.unwrap_or_else(|last| last))
}

/// Puts a counter in front, so that ids of one millisecond sort in the order they were made. The first
/// byte's upper half and the third's upper two bits are overwritten by version and variant; both are left out.
fn place(random: &mut [u8; 10], counter: u64, bytes: usize) {
    let mut rest = counter;
    for i in (0..bytes).rev() {
        let bits = match i {
            0 => 4,
            2 => 6,
            _ => 8,
        };
        if let Some(byte) = random.get_mut(i) {
            *byte = u8::try_from(rest & ((1 << bits) - 1)).unwrap_or(0);
        }
        rest >>= bits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_sort() {
        let at = "2026-01-05T08:00:00Z".parse().unwrap();
        let make = |seed| {
            let mut ids = Ids::Seeded { seed, counter: 0 };
            (0..5_000).map(|_| ids.next(at).unwrap()).collect::<Vec<_>>()
        };
        let first = make(1);
        assert_eq!(first, make(1));
        assert_ne!(first, make(2));
        assert!(first.is_sorted());
        assert_eq!(first.iter().collect::<std::collections::BTreeSet<_>>().len(), first.len());
        assert!(first.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn system_ids_of_one_moment_sort() {
        let at = "2026-01-05T08:00:00Z".parse().unwrap();
        let mut ids = Ids::System;
        let made: Vec<_> = (0..1_000).map(|_| ids.next(at).unwrap()).collect();
        assert!(made.is_sorted());
    }

    #[test]
    fn system_ids_of_one_transaction_sort_after_those_of_the_one_before() {
        let at = Timestamp::now();
        let stepped_back = at - jiff::SignedDuration::from_secs(60);
        let made: Vec<_> = [at, at, stepped_back, at]
            .into_iter()
            .flat_map(|now| {
                let mut transaction = Ids::System;
                (0..3_000).map(|_| transaction.next(now).unwrap()).collect::<Vec<_>>()
            })
            .collect();
        assert!(made.is_sorted());
        assert_eq!(made.iter().collect::<std::collections::BTreeSet<_>>().len(), made.len());
    }
}
