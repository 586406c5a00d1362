//! What an answer must agree with in itself: a 277CA (S2, S3) and a 999 (A1, A2).

use crate::finding::AckLevel::{self, Ik3, Ik4};
use crate::finding::{Judge, Rule};
use crate::guide::Guide;
use crate::value::{amount, cents};
use crate::walk::{Kept, Located, Step};

const ACTION: Rule = Rule::new("S2", 4, AckLevel::None, "");
const TOTALS: Rule = Rule::new("S3", 3, AckLevel::None, "").warning();
const COUNTS: Rule = Rule::new("A1", 3, AckLevel::None, "");
const ELEMENTS: Rule = Rule::new("A2", 4, Ik3, "I6");
const ANSWER: Rule = Rule::new("A1", 4, Ik4, "7");

/// What is known of an answer so far.
pub(crate) enum Answers {
    Claims(ClaimAnswers),
    Syntax(SyntaxAnswers),
}

/// A 277CA: the totals of the submitter and of the provider, and what their claims come to.
#[derive(Default)]
pub(crate) struct ClaimAnswers {
    submitter: Totals,
    provider: Totals,
}

/// A 999: what the transaction sets were answered.
#[derive(Default)]
pub(crate) struct SyntaxAnswers {
    received: u32,
    accepted: u32,
}

/// What one level says of its claims, and what they say.
#[derive(Default)]
struct Totals {
    /// QTY and AMT as they were sent.
    said: Vec<Kept>,
    counts: [u32; 2],
    cents: [i64; 2],
}

impl Answers {
    /// Of a guide that answers.
    pub fn of(guide: &Guide) -> Option<Self> {
        match guide.version {
            "005010X214" => Some(Self::Claims(ClaimAnswers::default())),
            "005010X231A1" => Some(Self::Syntax(SyntaxAnswers::default())),
            _ => None,
        }
    }

    /// Judges the next unit.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        match self {
            Self::Claims(answers) => answers.take(judge, steps),
            Self::Syntax(answers) => answers.take(judge, steps),
        }
    }

    /// At the end of the transaction set.
    pub fn close(&mut self, judge: &mut Judge) {
        if let Self::Claims(answers) = self {
            answers.provider.close(judge);
            answers.submitter.close(judge);
        }
    }
}

impl ClaimAnswers {
    fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        let mut is_answered = false;
        for Step { located, .. } in steps {
            let segment = &located.segment;
            match (located.loop_id, segment.id_bytes()) {
                ("2000C", b"HL") => std::mem::take(&mut self.provider).close(judge),
                ("2000B", b"HL") => std::mem::take(&mut self.submitter).close(judge),
                ("2200B", b"QTY" | b"AMT") => self.submitter.said.push(Kept::of(located)),
                ("2200C", b"QTY" | b"AMT") => self.provider.said.push(Kept::of(located)),
                ("2200D", b"TRN") => is_answered = false,
                (loop_id, b"STC") => {
                    judge_action(judge, located);
                    // The first status of a claim is its own.
                    if loop_id == "2200D" && !is_answered {
                        is_answered = true;
                        let side = usize::from(segment.el(3) == "U");
                        let charge = cents(segment.el(4)).unwrap_or_default();
                        self.submitter.add(side, charge);
                        self.provider.add(side, charge);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Totals {
    fn add(&mut self, side: usize, charge: i64) {
        if let (Some(count), Some(sum)) = (self.counts.get_mut(side), self.cents.get_mut(side)) {
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(charge);
        }
    }

    /// S3: counts and charges of the accepted (90, QA, YU) and of the refused (AA, QC, YY).
    fn close(self: &mut Totals, judge: &mut Judge) {
        let Self { said, counts, cents: sums } = std::mem::take(self);
        // A level refused as a whole lists no claims.
        if counts == [0, 0] {
            return;
        }
        for one in &said {
            let located = one.located();
            let segment = &located.segment;
            let [taken, refused] = counts;
            let [taken_sum, refused_sum] = sums;
            let expected = match (segment.id(), segment.el(1)) {
                ("QTY", "90" | "QA") => i64::from(taken).saturating_mul(100),
                ("QTY", "AA" | "QC") => i64::from(refused).saturating_mul(100),
                ("AMT", "YU") => taken_sum,
                ("AMT", "YY") => refused_sum,
                _ => continue,
            };
            if cents(segment.el(2)).is_some_and(|sent| sent != expected) {
                let words = if segment.id() == "QTY" { (expected / 100).to_string() } else { amount(expected) };
                let message = format!("{}02 is {} but the claims below come to {words}.", segment.id(), segment.el(2));
                judge.element(TOTALS, &located, 2, 0, message);
            }
        }
    }
}

/// S2: what is accepted goes on (WQ), what is refused does not (U).
fn judge_action(judge: &mut Judge, stc: &Located<'_>) {
    let segment = &stc.segment;
    let expected = match segment.comp(1, 1) {
        "A0" | "A1" | "A2" | "A5" => "WQ",
        "A3" | "A4" | "A6" | "A7" | "A8" => "U",
        _ => return,
    };
    if !segment.el(3).is_empty() && segment.el(3) != expected {
        let message = format!("STC03 must be {expected} with category {}.", segment.comp(1, 1));
        judge.element(ACTION, stc, 3, 0, message);
    }
}

impl SyntaxAnswers {
    fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>]) {
        let mut faulty: Option<&Located<'_>> = None;
        for Step { located, .. } in steps {
            let segment = &located.segment;
            if !matches!(segment.id_bytes(), b"IK4" | b"CTX") {
                judge_elements_named(judge, faulty.take());
            }
            match segment.id_bytes() {
                b"AK1" => (self.received, self.accepted) = (0, 0),
                b"AK2" => self.received = self.received.saturating_add(1),
                b"IK3" if segment.el(4) == "8" => faulty = Some(located),
                b"IK4" => faulty = None,
                b"IK5" if matches!(segment.el(1), "A" | "E") => self.accepted = self.accepted.saturating_add(1),
                b"AK9" => self.close(judge, located),
                _ => {}
            }
        }
        judge_elements_named(judge, faulty);
    }

    /// A1: AK904 counts the transaction sets accepted above; AK901 says what they say.
    fn close(&self, judge: &mut Judge, ak9: &Located<'_>) {
        let segment = &ak9.segment;
        let received: u32 = segment.el(3).parse().unwrap_or_default();
        let accepted: u32 = segment.el(4).parse().unwrap_or_default();
        // Answers may leave out the transaction sets they accept.
        let is_counted = self.received == received;
        if accepted > received || (is_counted && accepted != self.accepted && segment.el(5).is_empty()) {
            let message = format!("AK904 must be the number of transaction sets accepted, {}.", self.accepted);
            judge.element(COUNTS, ak9, 4, 0, message);
        } else if segment.el(1) == "A" && accepted < received {
            let message = "AK901 is A, all accepted, yet AK904 is less than AK903.";
            judge.element(ANSWER, ak9, 1, 0, message.to_owned());
        }
    }
}

/// A2: IK304 8 says that elements are wrong, and each has its IK4.
fn judge_elements_named(judge: &mut Judge, ik3: Option<&Located<'_>>) {
    if let Some(ik3) = ik3 {
        let message = "IK304 is 8, elements have errors, but no IK4 names them.";
        judge.element(ELEMENTS, ik3, 4, 0, message.to_owned());
    }
}
