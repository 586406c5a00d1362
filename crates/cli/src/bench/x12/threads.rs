//! Judging on one thread and on two: wall time of both in the same run.

use std::num::NonZeroUsize;
use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use x12::{NoLists, Options, validate_each_parallel};

use crate::input::line;

/// Rounds of both, one after the other, so that what else the machine does meets both; the best of each counts.
const ROUNDS: usize = 5;

/// Kilobytes a second of wall time of each kind of file.
#[derive(Serialize)]
pub struct Threads {
    unit: &'static str,
    one: [u64; 3],
    two: [u64; 3],
}

impl Threads {
    pub fn measure(files: &[Vec<u8>; 3]) -> Self {
        let speeds = files.each_ref().map(|bytes| {
            let mut best = [0; 2];
            for _ in 0..ROUNDS {
                for (best, jobs) in best.iter_mut().zip([1, 2]) {
                    *best = speed(bytes, jobs).max(*best);
                }
            }
            best
        });
        Self {
            unit: "kilobytes per second of wall time",
            one: speeds.map(|[one, _]| one),
            two: speeds.map(|[_, two]| two),
        }
    }

    pub fn print(&self) -> Result<()> {
        let shown = |name: &str, values: [u64; 3], unit: usize| {
            let part = |value: u64| format!("{}.{:0unit$}", value / 1_000, value % 1_000 / 10_u64.pow(3 - unit as u32));
            format!("{name:24}{}", values.map(|value| format!("{:>10}", part(value))).concat())
        };
        line(format!("{}   MB per second of wall time", shown("validate, --jobs 1", self.one, 1)))?;
        line(shown("validate, --jobs 2", self.two, 1))?;
        let mut gains = self.two;
        gains.iter_mut().zip(self.one).for_each(|(two, one)| *two = *two * 1_000 / one.max(1));
        line(format!("{}   times as fast", shown("two threads against one", gains, 2)))
    }
}

fn speed(bytes: &[u8], jobs: usize) -> u64 {
    let started = Instant::now();
    // Reading from memory does not fail, and a faultless file has no findings.
    let jobs = NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN);
    let _ = validate_each_parallel(bytes, &Options::default(), &NoLists, jobs, |_| Ok(()));
    u64::try_from(bytes.len() as u128 * 1_000_000 / started.elapsed().as_nanos().max(1)).unwrap_or(u64::MAX)
}
