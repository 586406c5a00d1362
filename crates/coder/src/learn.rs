//! What a practice's decisions teach: points for each code, and a test on later visits before they are used.
//!
//! Learning cannot feed on itself: it compares what the rules say *as installed* with what people decided, it never
//! makes a suggestion safe to take unseen, and it never makes or hides one. It sees codes and decisions, no payment.

use std::collections::{BTreeMap, BTreeSet};

use claim::{Band, CodeSet, Coding, Evidence};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::likeness::Likeness;

/// Most points a code can gain or lose.
const POINTS_MAX: i64 = 300;
/// How many imagined decisions that agree with the rules as installed stand against the real ones: a few decisions move
/// little.
const PRIOR: i64 = 20;
/// Fewer decisions on a code teach nothing.
const DECISIONS_MIN: u32 = 5;
/// Visits that have to stand on each side of a back-test.
const VISITS_MIN: usize = 20;
/// At this loss a suggestion is no longer safe to take unseen.
const DISTRUST: i16 = -100;

/// How a site's accepted and rejected suggestions move the order: points added to a code's score. Versioned, empty
/// as installed, and never derived from payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// Name of this version; empty for the ranking as installed.
    pub version: String,
    /// Points by code without dot, between -300 and 300.
    pub points: BTreeMap<String, i16>,
    /// Word vectors of the site, where it supplies some.
    pub likeness: Option<Likeness>,
}

impl Ranking {
    /// With word vectors besides.
    #[must_use]
    pub fn with_likeness(self, likeness: Option<&Likeness>) -> Self {
        Self { likeness: likeness.cloned(), ..self }
    }

    /// Where an offer or alternative stands among the others, highest first: what was learned of its code, and how near
    /// its title comes to the words it would rest on.
    pub(crate) fn place(&self, code: &str, title: &str, evidence: &[Evidence]) -> i64 {
        let words = || evidence.iter().map(|evidence| evidence.text.as_str()).collect::<Vec<_>>().join(" ");
        let near = self.likeness.as_ref().map_or(0, |likeness| likeness.of(&words(), title));
        i64::from(self.points(code)) + near * POINTS_MAX / 1_000
    }

    /// As it stands among the versions of a run.
    pub(crate) fn name(&self) -> String {
        let points = if self.version.is_empty() { "installed" } else { &self.version };
        match &self.likeness {
            Some(likeness) => format!("ranking@{points}+vectors-{}", likeness.version()),
            None => format!("ranking@{points}"),
        }
    }

    /// What is added to the score of a code.
    pub(crate) fn points(&self, code: &str) -> i16 {
        self.points.get(code).copied().unwrap_or_default().clamp(-300, 300)
    }

    /// A score from 0 to 1000 with what was learned.
    pub(crate) fn score(&self, code: &str, installed: u16) -> u16 {
        scored(installed, self.points(code))
    }

    /// A code that people often drop is not taken unseen; nothing is trusted more than as installed.
    pub(crate) fn band(&self, code: &str, installed: Band) -> Band {
        if installed == Band::Accept && self.points(code) <= DISTRUST { Band::Suggest } else { installed }
    }
}

/// What people decided on one code at one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Without dot.
    pub code: String,
    /// The score as installed, 0 to 1000; 0 for a code that people added.
    pub score: u16,
    /// In the final codes.
    pub is_taken: bool,
}

/// A visit that people coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedVisit {
    /// Day of service; learning goes forward in time.
    pub served_on: Date,
    /// Its codes.
    pub judged: Vec<Judged>,
}

/// What was counted for one code, and the points that come of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// Suggestions people took.
    pub taken: u32,
    /// Suggestions people dropped.
    pub dropped: u32,
    /// Times people added the code themselves.
    pub added: u32,
    /// Points added to its score.
    pub points: i16,
}

/// How the points of earlier visits would have done on later ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackTest {
    /// Visits learned from: the earlier two thirds.
    pub learned_from: usize,
    /// Visits tested on: the later third.
    pub tested_on: usize,
    /// Pairs of a taken and a dropped code within a visit.
    pub pairs: u64,
    /// Pairs in which the taken one stands higher, in thousandths, as installed. A tie counts half.
    pub ordered_installed: u64,
    /// The same with what was learned.
    pub ordered_learned: u64,
    /// Mean squared difference of score and decision, in thousandths, as installed.
    pub error_installed: u64,
    /// The same with what was learned.
    pub error_learned: u64,
}

impl BackTest {
    /// What speaks against using the points, or nothing.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        if self.learned_from < VISITS_MIN || self.tested_on < VISITS_MIN {
            return Some(format!(
                "people have coded {} visits to learn from and {} later ones to test on, and {VISITS_MIN} of each are \
                 needed",
                self.learned_from, self.tested_on
            ));
        }
        if self.ordered_learned < self.ordered_installed {
            return Some(format!(
                "on later visits it puts the codes people took first less often ({} of 1,000 pairs, {} as installed)",
                self.ordered_learned, self.ordered_installed
            ));
        }
        if self.error_learned >= self.error_installed {
            return Some(format!(
                "on later visits its scores are no nearer to what people decided (mean squared error {} thousandths, \
                 {} as installed)",
                self.error_learned, self.error_installed
            ));
        }
        None
    }
}

/// What people decided about the suggestions of a visit: `coding` as the rules say it as installed, `codes` as final.
#[must_use]
pub fn judge(coding: &Coding, codes: &CodeSet) -> Vec<Judged> {
    let diagnoses = codes.diagnoses.iter().map(|diagnosis| diagnosis.code.as_str());
    let services = codes.services.iter().map(|service| service.code.as_str());
    let mut decided: BTreeSet<&str> = diagnoses.chain(services).collect();
    let mut judged = Vec::new();
    for suggestion in &coding.suggestions {
        let code = suggestion.code.code();
        if judged.iter().any(|other: &Judged| other.code == code) {
            continue;
        }
        let is_taken = decided.remove(code);
        // What is only offered was not dropped by not being taken.
        if is_taken || suggestion.band >= Band::Suggest {
            judged.push(Judged { code: code.to_owned(), score: suggestion.score, is_taken });
        }
    }
    judged.extend(decided.into_iter().map(|code| Judged { code: code.to_owned(), score: 0, is_taken: true }));
    judged
}

/// Counts decisions by code. The points are the mean difference of decision and score, drawn towards nothing by
/// [`PRIOR`].
#[must_use]
pub fn learn(visits: &[JudgedVisit]) -> BTreeMap<String, Learned> {
    let mut sums: BTreeMap<&str, (Learned, i64)> = BTreeMap::new();
    for judged in visits.iter().flat_map(|visit| &visit.judged) {
        let (learned, sum) = sums.entry(&judged.code).or_default();
        match (judged.is_taken, judged.score) {
            (true, 0) => learned.added += 1,
            (true, _) => learned.taken += 1,
            (false, _) => learned.dropped += 1,
        }
        *sum += difference(judged, 0);
    }
    let enough = sums.into_iter().filter(|(_, (learned, _))| decisions(learned) >= DECISIONS_MIN);
    let pointed = enough.map(|(code, (learned, sum))| {
        let points = (sum / (i64::from(decisions(&learned)) + PRIOR)).clamp(-POINTS_MAX, POINTS_MAX);
        (code.to_owned(), Learned { points: i16::try_from(points).unwrap_or_default(), ..learned })
    });
    pointed.collect()
}

fn decisions(learned: &Learned) -> u32 {
    learned.taken + learned.dropped + learned.added
}

/// A score from 0 to 1000 with points added.
fn scored(installed: u16, points: i16) -> u16 {
    installed.saturating_add_signed(points).min(1000)
}

/// Decision less score, in thousandths.
fn difference(judged: &Judged, points: i16) -> i64 {
    let decision = if judged.is_taken { 1000 } else { 0 };
    decision - i64::from(scored(judged.score, points))
}

/// Learns from the earlier two thirds of the visits and looks at the later third with and without what was learned.
#[must_use]
pub fn back_test(visits: &[JudgedVisit]) -> BackTest {
    let mut visits: Vec<&JudgedVisit> = visits.iter().collect();
    visits.sort_by_key(|visit| visit.served_on);
    let (earlier, later) = visits.split_at(visits.len() * 2 / 3);
    let earlier: Vec<JudgedVisit> = earlier.iter().map(|visit| (*visit).clone()).collect();
    let learned = learn(&earlier);
    let points = |code: &str| learned.get(code).map_or(0, |learned| learned.points);
    let (pairs, ordered_installed) = ordered(later, |_| 0);
    let (_, ordered_learned) = ordered(later, points);
    BackTest {
        learned_from: earlier.len(),
        tested_on: later.len(),
        pairs,
        ordered_installed,
        ordered_learned,
        error_installed: error(later, |_| 0),
        error_learned: error(later, points),
    }
}

/// Pairs of a taken and a dropped code of one visit, and in how many thousandths of them the taken one stands higher.
fn ordered(visits: &[&JudgedVisit], points: impl Fn(&str) -> i16) -> (u64, u64) {
    let (mut pairs, mut halves) = (0_u64, 0_u64);
    for visit in visits {
        let score = |judged: &Judged| scored(judged.score, points(&judged.code));
        // A code that people added stood nowhere, whatever was learned: it says nothing about order.
        for taken in visit.judged.iter().filter(|judged| judged.is_taken && judged.score > 0) {
            for dropped in visit.judged.iter().filter(|judged| !judged.is_taken) {
                pairs += 1;
                halves += match score(taken).cmp(&score(dropped)) {
                    std::cmp::Ordering::Greater => 2,
                    std::cmp::Ordering::Equal => 1,
                    std::cmp::Ordering::Less => 0,
                };
            }
        }
    }
    (pairs, (halves * 500).checked_div(pairs).unwrap_or_default())
}

fn error(visits: &[&JudgedVisit], points: impl Fn(&str) -> i16) -> u64 {
    let squares: Vec<u64> = visits
        .iter()
        .flat_map(|visit| visit.judged.iter().filter(|judged| judged.score > 0))
        .map(|judged| difference(judged, points(&judged.code)).unsigned_abs().pow(2))
        .collect();
    let count = u64::try_from(squares.len()).unwrap_or(u64::MAX);
    (squares.iter().sum::<u64>() / 1000).checked_div(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    fn visits(count: i32, of: impl Fn(i32) -> Vec<(&'static str, u16, bool)>) -> Vec<JudgedVisit> {
        let first = jiff::civil::date(2026, 1, 5);
        (0..count)
            .map(|n| JudgedVisit {
                served_on: first + n.days(),
                judged: of(n)
                    .into_iter()
                    .map(|(code, score, is_taken)| Judged { code: code.to_owned(), score, is_taken })
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn points_grow_with_decisions_and_a_few_teach_nothing() {
        let dropped = |n| visits(n, |_| vec![("Z7984", 650, false)]);
        assert_eq!(learn(&dropped(4)), BTreeMap::new());
        // 5 × -650 ÷ (5 + 20), then 60 × -650 ÷ 80, then the most that can be lost.
        assert_eq!(learn(&dropped(5))["Z7984"].points, -130);
        assert_eq!(learn(&dropped(15))["Z7984"].points, -278);
        assert_eq!(learn(&dropped(600))["Z7984"].points, -300);
        let added = learn(&visits(10, |_| vec![("M5450", 0, true)]));
        assert_eq!(added["M5450"], Learned { added: 10, points: 300, ..Learned::default() });
    }

    #[test]
    fn a_habit_that_holds_passes_the_test_and_one_that_turns_does_not() {
        let steady = |_| vec![("I10", 650, true), ("Z7984", 660, false)];
        let passed = back_test(&visits(90, steady));
        assert_eq!((passed.learned_from, passed.tested_on, passed.pairs), (60, 30, 30));
        assert_eq!((passed.ordered_installed, passed.ordered_learned), (0, 1000));
        assert!(passed.error_learned < passed.error_installed);
        assert_eq!(passed.objection(), None);

        let turned = back_test(&visits(90, |n| vec![("I10", 650, n >= 60), ("Z7984", 640, n < 60)]));
        assert_eq!((turned.ordered_installed, turned.ordered_learned), (1000, 0));
        assert!(turned.objection().unwrap().contains("less often"));

        let few = back_test(&visits(30, steady));
        assert!(few.objection().unwrap().contains("20 of each are needed"), "{few:?}");
    }

    #[test]
    fn decisions_that_agree_with_the_scores_are_no_reason_to_change_anything() {
        // Sure things taken, unsure ones taken two times in three: what the scores said all along.
        let even = back_test(&visits(90, |n| vec![("I10", 1000, true), ("R05", 667, n % 3 != 0)]));
        assert!(even.objection().unwrap().contains("no nearer"), "{even:?}");
    }

    #[test]
    fn nothing_is_trusted_more_and_a_code_often_dropped_is_not_taken_unseen() {
        let ranking = Ranking {
            version: "1".to_owned(),
            points: [("I10".into(), -120), ("J020".into(), 300)].into(),
            likeness: None,
        };
        assert_eq!(ranking.band("I10", Band::Accept), Band::Suggest);
        assert_eq!(ranking.band("I10", Band::Suggest), Band::Suggest);
        assert_eq!(ranking.band("J020", Band::Offer), Band::Offer);
        assert_eq!(ranking.score("J020", 800), 1000);
        assert_eq!(ranking.score("I10", 100), 0);
    }
}
