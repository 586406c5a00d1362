//! Pregnancy and birth: weeks of gestation, what complicates a pregnancy, the outcome of delivery.

use claim::Evidence;

use super::Room;
use crate::{
    context::is_believed,
    diagnose::{Problem, Standing},
    document::word_position,
};

impl Room<'_, '_> {
    /// Anemia in pregnancy and weeks of gestation (Guidelines I.C.15).
    pub(super) fn pregnancy(&mut self) {
        // What complicates a pregnancy makes it no incidental one (Guidelines I.C.15.a.1).
        if self.has(&["O"]) {
            self.replace("Z331", "DX27", "The pregnancy is not incidental to the visit.");
        }
        self.outcome();
        let of_pregnancy = |p: &&Problem| p.standing > Standing::Elsewhere && p.is(&["O"]) || p.is(&["Z331"]);
        let Some(pregnant) = self.problems.iter().find(of_pregnancy).cloned() else { return };
        let Some((weeks, words)) = self.weeks() else { return };
        if (8..=42).contains(&weeks) && (pregnant.is(&["O"]) || self.has(&["D50", "D64"])) {
            let counted = Problem { evidence: vec![words], position: usize::MAX, is_default: true, ..pregnant.clone() };
            self.add(format!("Z3A{weeks:02}"), &[&counted], "DX27", "Weeks of gestation are told besides.");
        }
        let Some(anemia) = self.reported(&["D50", "D64"]).into_iter().next() else { return };
        let trimester = match weeks {
            ..14 => 1,
            14..28 => 2,
            _ => 3,
        };
        self.add(
            format!("O9901{trimester}"),
            &[&pregnant, &anemia],
            "DX27",
            "Anemia complicating pregnancy goes first.",
        );
        self.replace("Z331", "DX27", "The pregnancy is not incidental to the visit.");
    }

    /// "39 weeks", "39w1d", "39 1/7 weeks".
    fn weeks(&self) -> Option<(u32, Evidence)> {
        let tokens = &self.document.tokens;
        let told = (0..tokens.len()).filter_map(|at| {
            let first = tokens.get(at)?;
            let stem = |ahead: usize| tokens.get(at + ahead).map_or("", |token| token.stem.as_str());
            let end = |ahead: usize| tokens.get(at + ahead).map(|token| token.end);
            let number = |text: &str| text.parse::<u32>().ok().filter(|weeks| (4..=43).contains(weeks));
            let (weeks, end) = if let Some((weeks, _)) = first.stem.split_once('w') {
                (number(weeks)?, first.end)
            } else if matches!(stem(1), "week" | "wk") {
                (number(&first.stem)?, end(1)?)
            } else if stem(2) == "week" && stem(1).contains('/') {
                (number(&first.stem)?, end(2)?)
            } else {
                return None;
            };
            let words = self.document.evidence(first.start, end)?;
            is_believed(self.document, &words).then_some((weeks, words))
        });
        // Earlier weeks are told of earlier days.
        told.max_by_key(|(weeks, _)| *weeks)
    }

    /// The record of a birth tells its outcome (Guidelines I.C.15.b.5); twins are left to a person.
    fn outcome(&mut self) {
        const LIVE: &[&str] = &["live", "liveborn", "viable", "vigorous", "apgar", "apgars"];
        const CHILD: &[&str] =
            &["male", "female", "infant", "boy", "girl", "baby", "newborn", "neonate", "apgar", "apgars"];
        const BORN: &[&str] = &["placenta", "cord", "delivered", "delivery", "cesarean", "svd", "nsvd", "born"];
        let Some(birth) = self.reported(&["O"]).into_iter().next() else { return };
        let has = |lower: &str, words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
        let is_several = has(&self.document.lower, &["twin", "twins", "triplets", "stillborn", "fetal demise"]);
        if is_several || self.has(&["Z37"]) || !has(&self.document.lower, BORN) {
            return;
        }
        let told = self.document.sentences.iter().find_map(|sentence| {
            let lower = self.document.lower_of(sentence);
            let (start, end) = LIVE.iter().find_map(|word| word_position(lower, word))?;
            let words = self.document.evidence(sentence.start + start, sentence.start + end)?;
            (has(lower, CHILD) && is_believed(self.document, &words)).then_some(words)
        });
        let Some(words) = told else { return };
        let outcome = Problem { evidence: vec![words], position: usize::MAX, is_default: true, ..birth };
        self.add("Z370".to_owned(), &[&outcome], "DX27", "The outcome of delivery is told besides.");
        for to_come in ["Z392", "Z390"] {
            self.replace(to_come, "DX20", "The care after the birth is to come.");
        }
    }
}
