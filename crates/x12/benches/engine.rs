//! Bytes a second of each layer, beside a bare memchr split of the same bytes.
#![allow(clippy::unwrap_used)]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use x12::{Options, read, validate};

mod made;

fn main() {
    divan::main();
}

#[divan::bench(args = made::KINDS)]
fn memchr_split(bencher: Bencher, kind: &str) {
    let bytes = made::file(kind);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| memchr::memchr2_iter(b'~', b'*', black_box(&bytes)).fold(0_usize, |sum, at| sum.wrapping_add(at)));
}

#[divan::bench(args = made::KINDS)]
fn read_segments(bencher: Bencher, kind: &str) {
    let bytes = made::file(kind);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| read(black_box(&bytes)).unwrap().len());
}

#[divan::bench(args = made::KINDS)]
fn validate_all(bencher: Bencher, kind: &str) {
    let bytes = made::file(kind);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| validate(black_box(&bytes), &Options::default()).findings.len());
}
