//! The fuzz targets over the seeds, over every cut and every flipped byte of them, and over random damage.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
mod targets;

use common::{CLAIM, REMITTANCE, claim, remittance};
use proptest::prelude::*;

fn all(bytes: &[u8]) {
    targets::lexer(bytes);
    targets::reader(bytes);
    targets::validator(bytes);
    targets::tools(bytes);
    targets::json(bytes);
}

fn seeds() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = paths.iter().map(|path| std::fs::read(path).unwrap());
    files.chain([claim(CLAIM), remittance(REMITTANCE)]).collect()
}

#[test]
fn seeds_do_no_harm() {
    let seeds = seeds();
    assert!(seeds.len() > 8);
    seeds.iter().for_each(|seed| all(seed));
}

#[test]
fn cuts_at_every_byte_do_no_harm() {
    for whole in [claim(CLAIM), remittance(REMITTANCE)] {
        (0..whole.len()).for_each(|cut| all(&whole[..cut]));
    }
}

#[test]
fn every_byte_flipped_does_no_harm() {
    for whole in [claim(CLAIM), remittance(REMITTANCE)] {
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            all(&bytes);
            bytes[at] = b'~';
            all(&bytes);
            bytes[at] = b'*';
            all(&bytes);
        }
    }
}

proptest! {
    #[test]
    fn damage_does_no_harm(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = claim(CLAIM);
        for (at, byte) in &damage {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        let again = bytes[cut.index(bytes.len())..].to_vec();
        bytes.extend(again);
        all(&bytes);
    }
}
