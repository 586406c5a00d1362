//! What is kept in memory ends at the limits that are stated: up to them everything is judged, beyond them one finding
//! says what was not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::Read;

use common::{CLAIM, claim};
use x12::{ClaimReader, Finding, NoLists, Options, Split, validate_each};

const MILLION: u32 = 1_000_000;

/// A file that is made while it is read: a head, so many pieces, a tail.
struct Made<F> {
    at: u32,
    count: u32,
    piece: F,
    tail: String,
    ready: Vec<u8>,
    given: usize,
}

fn made<F: FnMut(u32) -> String>(head: String, count: u32, piece: F, tail: &str) -> Made<F> {
    Made { at: 0, count, piece, tail: tail.to_owned(), ready: head.into_bytes(), given: 0 }
}

impl<F: FnMut(u32) -> String> Read for Made<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.ready.len() - self.given < buffer.len() && self.at < self.count {
            if self.given > 1 << 16 {
                self.ready.drain(..self.given);
                self.given = 0;
            }
            self.at += 1;
            self.ready.extend_from_slice((self.piece)(self.at).as_bytes());
        }
        if self.at == self.count {
            self.ready.extend_from_slice(std::mem::take(&mut self.tail).as_bytes());
        }
        let length = buffer.len().min(self.ready.len() - self.given);
        buffer[..length].copy_from_slice(&self.ready[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

/// A made claim file up to a segment.
fn before(segment: &str) -> String {
    String::from_utf8(claim(CLAIM)).unwrap().split(segment).next().unwrap().to_owned()
}

/// How many findings say that a limit is met, and how many are of a kind.
fn count(source: impl Read, is_it: impl Fn(&Finding) -> bool) -> (usize, usize) {
    let (mut limits, mut count) = (0, 0);
    let give = |finding: Finding| {
        limits += usize::from(finding.rule == "LIMIT");
        count += usize::from(is_it(&finding));
        Ok(())
    };
    validate_each(source, &Options::default(), &NoLists, give).unwrap();
    (limits, count)
}

#[test]
fn a_million_levels_are_judged_and_the_next_is_one_finding() {
    // The first level is that of the billing provider; the millionth has a wrong number.
    let level = |at: u32| format!("HL*{}*1*22*0~", if at == MILLION - 1 { 7 } else { at + 1 });
    let is_wrong = |one: &Finding| one.rule == "E18" && one.element.as_deref() == Some("1");
    assert_eq!(count(made(before("HL*2"), MILLION - 1, level, ""), is_wrong), (0, 1));
    let level = |at: u32| format!("HL*{}*1*22*0~", at + 1);
    assert_eq!(count(made(before("HL*2"), MILLION + 5, level, ""), is_wrong), (1, 0));
}

#[test]
fn a_million_claim_numbers_are_told_apart_and_the_next_is_one_finding() {
    let claims = |tail: &str| made(before("CLM*"), MILLION, |at| format!("CLM*C{at}*1***11:B:1*Y*A*Y*Y~"), tail);
    let is_twice = |one: &Finding| one.message.starts_with("CLM01 occurs twice");
    assert_eq!(count(claims("CLM*C1*1***11:B:1*Y*A*Y*Y~"), is_twice), (0, 1));
    // What comes after the limit is not remembered, so it is not found again.
    assert_eq!(count(claims(&"CLM*NEW*1***11:B:1*Y*A*Y*Y~".repeat(3)), is_twice), (1, 0));
}

#[test]
fn a_million_transaction_sets_are_told_apart_and_the_next_is_one_finding() {
    let set = |at: u32| format!("ST*100*{at:09}~SE*2*{at:09}~");
    let is_twice = |one: &Finding| one.ack.code == "23";
    assert_eq!(count(made(before("ST*"), MILLION, set, &set(1)), is_twice), (0, 1));
    assert_eq!(count(made(before("ST*"), MILLION + 5, set, ""), is_twice), (1, 0));
}

#[test]
fn two_gigabytes_in_one_line_are_one_finding() {
    let source = before("HL*2").into_bytes();
    let length = source.len() as u64;
    let endless = source.as_slice().chain(std::io::repeat(b'X').take(2 << 30));
    let mut found = Vec::new();
    validate_each(endless, &Options::default(), &NoLists, |one| {
        found.push((one.rule.into_owned(), one.offset));
        Ok(())
    })
    .unwrap();
    assert!(found.contains(&("E1".to_owned(), usize::try_from(length).unwrap())), "{found:?}");
    assert!(found.len() < 10, "{found:?}");
}

#[test]
fn levels_a_million_deep_go_through_every_tool() {
    let deep = || {
        let claim = format!("CLM*{}", before("SE*").split_once("CLM*").unwrap().1);
        let tail = format!("{claim}SE*{}*0001~GE*1*1~IEA*1*000000001~", MILLION + 16);
        made(before("HL*2"), MILLION, |at| format!("HL*{}*{at}*22*1~", at + 1), &tail)
    };
    assert_eq!(count(deep(), |_| false).0, 1);
    let mut claims = ClaimReader::new(deep());
    let claim = claims.next_claim().unwrap().unwrap();
    assert_eq!(claim.control(), "A1");
    assert!(claim.context.len() < 100);
    assert!(claims.next_claim().unwrap().is_none() && claims.broken.is_none());
    assert_eq!(x12::split(deep(), Split::Claims(1), || Ok(std::io::sink()), |_| Ok(())).unwrap(), 1);
    x12::lay_out(deep(), x12::Layout::Indented, std::io::sink()).unwrap();
    x12::json::write_document(deep(), std::io::sink()).unwrap();
}
