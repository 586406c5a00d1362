//! Codes that two facts make together: diabetes and its complications, hypertension with heart or kidney disease,
//! drugs and measures that belong to a condition, pregnancy.

use std::collections::BTreeSet;

use claim::{Evidence, Prompt, RejectedCandidate};
use codes::Icd10cm;

mod birth;
mod diabetes;
mod pairs;

use crate::{
    Visit,
    context::{Assertion, is_believed, said_of},
    diagnose::{Problem, Standing, rejection},
    document::{Document, Token, word_position},
    medication::{Drug, DrugClass},
    past,
    rule::applied,
    table::{cell, table},
};

/// Applies every combination rule to the problems found.
pub(crate) fn combine(
    document: &Document<'_>,
    visit: &Visit,
    icd: &Icd10cm<'_>,
    drugs: &[Drug],
    problems: &mut Vec<Problem>,
    rejected: &mut Vec<RejectedCandidate>,
    prompts: &mut Vec<Prompt>,
) {
    let mut room = Room { document, icd, problems, rejected };
    room.diabetes(prompts);
    room.diabetes_drugs(drugs);
    room.pairs();
    room.dementia();
    room.stroke();
    room.hypertension();
    room.lungs();
    room.systemic();
    room.polyps();
    room.obesity(visit);
    room.joints();
    room.pregnancy();
    room.anticoagulants(drugs);
    room.chronic_pain();
    room.primary();
    room.burns();
    room.adverse_effects();
}

struct Room<'r, 'n> {
    document: &'r Document<'n>,
    icd: &'r Icd10cm<'r>,
    problems: &'r mut Vec<Problem>,
    rejected: &'r mut Vec<RejectedCandidate>,
}

impl Room<'_, '_> {
    fn reported(&self, prefixes: &[&str]) -> Vec<Problem> {
        self.problems.iter().filter(|p| p.standing > Standing::Elsewhere && p.is(prefixes)).cloned().collect()
    }

    fn has(&self, prefixes: &[&str]) -> bool {
        self.problems.iter().any(|p| p.standing > Standing::Elsewhere && p.is(prefixes))
    }

    /// Takes problems out in favour of another code, and says so.
    fn replace(&mut self, out: &str, rule: &str, reason: &str) {
        for problem in self.problems.iter().filter(|p| p.code == out) {
            self.rejected.push(rejection(self.icd, out, rule, reason, problem.evidence.clone()));
        }
        self.problems.retain(|p| p.code != out);
    }

    /// Adds a combination of two problems where the first of them stands.
    fn add(&mut self, code: String, of: &[&Problem], rule: &str, text: &str) {
        if !self.icd.is_billable(&code) {
            return;
        }
        let mut evidence: Vec<Evidence> = of.iter().flat_map(|p| p.evidence.iter().cloned()).collect();
        let mut seen = BTreeSet::new();
        evidence.retain(|words| seen.insert((words.start, words.end)));
        let position = of.iter().map(|p| p.position).min().unwrap_or_default();
        let standing = of.iter().map(|p| p.standing).max().unwrap_or(Standing::Prose);
        let block = of.first().map_or(0, |p| p.block);
        if let Some(known) = self.problems.iter_mut().find(|p| p.code == code) {
            known.standing = known.standing.max(standing);
            known.cite(evidence);
            known.rules.push(applied(rule, text));
            return;
        }
        let rules = vec![applied(rule, text)];
        self.problems.push(Problem {
            code,
            evidence,
            standing,
            is_default: false,
            rules,
            neighbours: Vec::new(),
            position,
            block,
            prompt: None,
        });
    }

    /// Where the patient is said to take drugs of a class.
    fn taken(&self, drugs: &[Drug], class: DrugClass) -> Vec<Evidence> {
        let of_class = drugs.iter().filter(|drug| drug.class == class).map(|drug| drug.evidence.clone());
        of_class.filter(|words| said_of(self.document, words) != Assertion::Uncertain).collect()
    }

    fn add_status(&mut self, code: &str, taken: &[Evidence], with: &Problem, rule: &str, text: &str) {
        if taken.is_empty() {
            return;
        }
        let status = Problem {
            evidence: taken.to_vec(),
            position: usize::MAX,
            standing: Standing::Prose,
            is_default: true,
            ..with.clone()
        };
        self.add(code.to_owned(), &[&status], rule, text);
    }

    fn anticoagulants(&mut self, drugs: &[Drug]) {
        let with = self.reported(&["I48", "I82", "I26", "Z86718"]).into_iter().next();
        if let Some(with) = with {
            self.add_status(
                "Z7901",
                &self.taken(drugs, DrugClass::Anticoagulant),
                &with,
                "DX21",
                "The anticoagulant is taken long-term.",
            );
        }
    }

    /// The primary that a secondary neoplasm came from: a history when it was taken out (Guidelines I.C.2.d, I.C.2.m).
    fn primary(&mut self) {
        const TAKEN_OUT: &[&str] = &["resected", "removed", "excised", "resection"];
        let Some(secondary) = self.reported(&["C77", "C78", "C79"]).into_iter().next() else { return };
        let Some(sentence) = self.document.sentence_at(secondary.position) else { return };
        let lower = self.document.lower_of(sentence);
        let named = table!("neoplasms.tsv").find_map(|row| {
            let (start, end) =
                cell(row, 0).split('|').find_map(|site| word_position(lower, &format!("{site} primary")))?;
            let code: String = cell(row, 1).chars().filter(|c| *c != '.').collect();
            Some((code, self.document.evidence(sentence.start + start, sentence.start + end)?))
        });
        let Some((code, words)) = named.filter(|(code, _)| !self.has(&[code])) else { return };
        let out = TAKEN_OUT.iter().find_map(|word| word_position(lower, word));
        let evidence: Vec<Evidence> = std::iter::once(words)
            .chain(out.and_then(|(start, end)| self.document.evidence(sentence.start + start, sentence.start + end)))
            .collect();
        let code = if out.is_some() { past::history(self.icd, &code).unwrap_or(code) } else { code };
        let primary = Problem { evidence, position: secondary.position + 1, ..secondary };
        self.add(code, &[&primary], "DX-PRIMARY", "The primary is told with the secondary.");
    }

    /// A code of a painful place does not say that the pain is chronic (Guidelines I.C.6.b.1.b).
    fn chronic_pain(&mut self) {
        const PAINS: &[&str] = &["M255", "M542", "M545", "M546", "M549", "M796"];
        let chronic = self.reported(PAINS).into_iter().find_map(|pain| {
            let tokens = self.document.tokens.get(pain.position.checked_sub(3)?..pain.position + 3)?;
            let word = tokens.iter().find(|token| token.stem == "chronic")?;
            Some((self.document.evidence(word.start, word.end)?, pain))
        });
        if let Some((words, pain)) = chronic {
            let how = Problem { evidence: vec![words], ..pain.clone() };
            let text = "The place is coded besides; this code says that the pain is chronic.";
            self.add("G8929".to_owned(), &[&pain, &how], "DX-PAIN", text);
        }
    }

    /// Hypertension is presumed to cause heart failure and kidney disease (Guidelines I.C.9.a).
    fn hypertension(&mut self) {
        let Some(pressure) = self.reported(&["I10"]).into_iter().next() else { return };
        let heart = self.reported(&["I50"]).into_iter().next();
        let kidney = self.reported(&["N18"]).into_iter().next();
        let is_end_stage = kidney.as_ref().is_some_and(|k| k.is(&["N185", "N186"]));
        let code = match (&heart, &kidney, is_end_stage) {
            (Some(_), Some(_), true) => "I132",
            (Some(_), Some(_), false) => "I130",
            (Some(_), None, _) => "I110",
            (None, Some(_), true) => "I120",
            (None, Some(_), false) => "I129",
            (None, None, _) => return,
        };
        let of: Vec<&Problem> = std::iter::once(&pressure).chain(&heart).chain(&kidney).collect();
        self.add(
            code.to_owned(),
            &of,
            "DX31",
            "Hypertension with heart failure or kidney disease is presumed related.",
        );
        self.replace("I10", "DX31", "The combination code says it.");
    }

    /// Chronic obstructive disease with a lower infection or asthma (tabular notes at J44).
    fn lungs(&mut self) {
        let Some(chronic) = self.reported(&["J449"]).into_iter().next() else { return };
        if let Some(infection) = self.reported(&["J18", "J20", "J15", "J13"]).into_iter().next() {
            self.add("J440".to_owned(), &[&chronic, &infection], "DX15", "With an infection of the lower airways.");
            self.replace("J449", "DX15", "The combination code says it.");
        } else if let Some(asthma) = self.reported(&["J45"]).into_iter().next() {
            self.add(
                "J4489".to_owned(),
                &[&chronic, &asthma],
                "DX15",
                "With asthma; the type of asthma is coded besides.",
            );
            self.replace("J449", "DX15", "The combination code says it.");
        }
    }

    /// Organ failure of an infection needs the infection; failing lungs may lack oxygen and keep carbon dioxide; an
    /// anemia due to a tumour is coded as such (Guidelines I.C.1.d, I.C.2.c.1).
    fn systemic(&mut self) {
        if let Some(severe) = self.reported(&["R652"]).into_iter().next()
            && !self.has(&["A40", "A41", "A02", "B37"])
        {
            self.add(
                "A419".to_owned(),
                &[&severe],
                "DX11",
                "The systemic infection goes first; its organism is not named.",
            );
        }
        for lungs in self.reported(&["J9601", "J9611", "J9621"]) {
            let sentence = self.document.sentence_at(lungs.position);
            if sentence.is_some_and(|s| self.document.lower_of(s).contains("hypercapnia")) {
                let other = format!("{}2", lungs.code.get(..4).unwrap_or_default());
                self.add(other, &[&lungs], "DX12", "Both are written: lack of oxygen and excess of carbon dioxide.");
            }
        }
        self.blood_loss();
        let (anemia, tumour) = (self.reported(&["D649"]).into_iter().next(), self.reported(&["C"]).into_iter().next());
        if let (Some(anemia), Some(tumour)) = (anemia, tumour) {
            let sentence = self.document.sentence_at(anemia.position);
            if sentence.is_some_and(|s| {
                ["due to", "secondary to", "from"].iter().any(|w| self.document.lower_of(s).contains(w))
            }) {
                self.add("D630".to_owned(), &[&anemia, &tumour], "DX14", "The anemia is due to the tumour.");
                self.replace("D649", "DX15", "The combination code says it.");
            }
        }
    }

    /// Iron lost with blood (Index: Anemia, iron deficiency, secondary to blood loss).
    fn blood_loss(&mut self) {
        let Some(anemia) = self.reported(&["D509"]).into_iter().next() else { return };
        let Some(loss) = self.reported(&["N92", "K922", "K921", "K625"]).into_iter().next() else { return };
        let lower = self.document.sentence_at(anemia.position).map_or("", |s| self.document.lower_of(s));
        if ["due to", "secondary to", "from"].iter().any(|w| word_position(lower, w).is_some()) {
            self.add("D500".to_owned(), &[&anemia, &loss], "DX14", "The iron is lost with blood.");
            self.replace("D509", "DX15", "The combination code says it.");
        }
    }

    /// A polyp that pathology calls an adenoma is coded by its place.
    fn polyps(&mut self) {
        if !self.has(&["D12"]) && !self.problems.iter().any(|p| p.is(&["D126"])) {
            return;
        }
        const PLACES: &[(&str, &str)] = &[
            ("transverse", "D123"),
            ("ascending", "D122"),
            ("descending", "D124"),
            ("sigmoid", "D125"),
            ("cecum", "D120"),
            ("cecal", "D120"),
            ("rectal", "D128"),
        ];
        let adenoma = self.problems.iter().find(|p| p.is(&["D126"])).cloned();
        let is_of_polyp = |lower: &str| lower.contains("polyp") || lower.contains("adenoma");
        let told: Vec<&str> = self
            .document
            .sentences
            .iter()
            .map(|s| self.document.lower_of(s))
            .filter(|lower| is_of_polyp(lower))
            .collect();
        let mut codes: Vec<&str> = Vec::new();
        for (word, code) in PLACES {
            if told.iter().any(|lower| word_position(lower, word).is_some()) && !codes.contains(code) {
                codes.push(code);
            }
        }
        if let Some(adenoma) = adenoma.filter(|_| !codes.is_empty()) {
            let standing = adenoma.standing.max(Standing::Prose);
            self.problems.retain(|p| p.code != "D126");
            let adenoma = Problem { standing, ..adenoma };
            for code in codes {
                self.add(code.to_owned(), &[&adenoma], "DX02", "Pathology and the place of the polyp choose the code.");
            }
        }
        self.replace("K635", "DX15", "Pathology calls the polyp an adenoma.");
    }

    /// The share of the body that is burned, told besides the burns (Guidelines I.C.19.d.6).
    fn burns(&mut self) {
        let Some(burn) = self.reported(&["T20", "T21", "T22", "T23", "T24", "T25"]).into_iter().next() else { return };
        let share = self.document.sentences.iter().find_map(|sentence| {
            let lower = self.document.lower_of(sentence);
            let (start, end) = ["tbsa", "bsa", "body surface"].iter().find_map(|word| word_position(lower, word))?;
            let digits = |text: &str| text.trim().rsplit(|c: char| !c.is_ascii_digit()).next().map(str::to_owned);
            let before = lower.get(..start)?.trim_end().strip_suffix('%')?;
            let share: u32 = digits(before)?.parse().ok()?;
            Some((share, self.document.evidence(sentence.start + start, sentence.start + end)?))
        });
        let Some((share, words)) = share.filter(|(share, _)| *share <= 100) else { return };
        let tens = (share / 10).min(9);
        let code = if tens == 0 { "T310".to_owned() } else { format!("T31{tens}0") };
        let extent = Problem { evidence: vec![words], position: burn.position + 1, ..burn };
        self.add(code, &[&extent], "DX12", "The extent of the burns is told besides.");
    }

    /// Care after a joint was replaced: the aftercare, then the joint (Guidelines I.C.21.c.7; tabular note at Z47.1).
    fn joints(&mut self) {
        let Some(joint) = self.reported(&["Z966"]).into_iter().next() else { return };
        let sentence = self.document.sentence_at(joint.position);
        let is_aftercare = sentence.is_some_and(|s| word_position(self.document.lower_of(s), "aftercare").is_some());
        if is_aftercare || self.document.is_therapy {
            self.add("Z471".to_owned(), &[&joint], "DX21", "Care in recovery from the replacement of a joint.");
        }
    }

    /// Body mass index with a diagnosis of weight (Guidelines I.B.14).
    fn obesity(&mut self, visit: &Visit) {
        let Some(weight) = self.reported(&["E66"]).into_iter().next() else { return };
        if visit.age().is_some_and(|age| age < 20) {
            return;
        }
        let indices = self.body_mass_indices();
        let Some(value) = indices.first().map(|(value, _)| *value) else { return };
        let evidence: Vec<Evidence> =
            indices.into_iter().filter(|(other, _)| *other == value).map(|(_, words)| words).collect();
        let code = match value {
            0..=19 => "Z681".to_owned(),
            20..=39 => format!("Z68{value}"),
            40..=44 => "Z6841".to_owned(),
            45..=49 => "Z6842".to_owned(),
            50..=59 => "Z6843".to_owned(),
            60..=69 => "Z6844".to_owned(),
            _ => "Z6845".to_owned(),
        };
        let measured =
            Problem { evidence, position: usize::MAX, standing: Standing::Prose, is_default: true, ..weight };
        self.add(
            code,
            &[&measured],
            "DX22",
            "The index may come from anyone's note, since the clinician diagnosed the weight.",
        );
    }

    fn body_mass_indices(&self) -> Vec<(u32, Evidence)> {
        let index = |window: &[Token]| {
            let (first, rest) = window.split_first()?;
            if first.stem != "bmi" {
                return None;
            }
            let number = rest.iter().find(|t| t.stem.starts_with(|c: char| c.is_ascii_digit()))?;
            let whole: u32 = number.stem.split('.').next()?.parse().ok()?;
            (10..=90).contains(&whole).then_some(())?;
            Some((whole, self.document.evidence(first.start, number.end)?))
        };
        let found = self.document.tokens.windows(5).filter_map(index);
        found.filter(|(_, words)| is_believed(self.document, words)).collect()
    }
}
