//! Diabetes with what it brought about, its control and its drugs (Guidelines I.C.4.a).

use claim::Prompt;

use super::Room;
use crate::{
    diagnose::{Problem, Standing},
    document::word_position,
    medication::{Drug, DrugClass},
};

/// A complication of diabetes by the code it has without diabetes: prefix, the rest of the combination code, whether
/// the complication is coded besides (Guidelines I.A.15, I.C.4.a; Index: Diabetes, with).
const COMPLICATIONS: &[(&str, &str, bool)] = &[
    ("N18", "22", true),
    ("L974", "621", true),
    ("L975", "621", true),
    ("L97", "622", true),
    ("K3184", "43", true),
    ("I739", "51", false),
    ("H269", "36", false),
    ("H350", "319", false),
    ("R739", "65", false),
    ("E162", "649", false),
    ("G629", "40", false),
];

impl Room<'_, '_> {
    pub(super) fn diabetes(&mut self, prompts: &mut Vec<Prompt>) {
        for family in ["E11", "E10"] {
            let told = || self.problems.iter().find(|p| p.is(&[family])).cloned();
            let complicates =
                |p: &Problem| p.standing > Standing::Elsewhere && COMPLICATIONS.iter().any(|c| p.is(&[c.0]));
            // A complication that is assessed makes a diabetes of the history one that is treated.
            let with_complication = || told().filter(|_| self.problems.iter().any(complicates));
            let Some(base) = self.reported(&[family]).into_iter().next().or_else(with_complication) else { continue };
            for (prefix, suffix, is_kept) in COMPLICATIONS {
                for other in self.reported(&[prefix]) {
                    if self.is_unrelated(&other) {
                        continue;
                    }
                    let mut suffix = *suffix;
                    if suffix == "40" && other.evidence.iter().any(|e| is_polyneuropathy(&e.text)) {
                        suffix = "42";
                    }
                    let code = format!("{family}{suffix}");
                    let taken = prefix == &"L97" && other.is(&["L974", "L975"]);
                    if !taken {
                        self.add(
                            code,
                            &[&base, &other],
                            "DX14",
                            "Diabetes \u{201c}with\u{201d} this condition is taken as linked.",
                        );
                        if !is_kept {
                            self.replace(&other.code, "DX15", "The combination code says it.");
                        }
                    }
                }
            }
            // The stage of the kidney disease says more than its cause alone.
            if self.has(&[&format!("{family}22")]) {
                self.replace(&format!("{family}21"), "DX15", "A stage of kidney disease says more.");
            }
            self.diabetes_control(family, &base, prompts);
            let bare = format!("{family}9");
            if self.problems.iter().any(|p| p.standing > Standing::Elsewhere && p.is(&[family]) && p.code != bare) {
                self.replace(&bare, "DX15", "A code with a complication says more.");
            }
        }
    }

    /// Poor control means hyperglycemia (Index: Diabetes, poorly controlled); "uncontrolled" needs a question.
    fn diabetes_control(&mut self, family: &str, base: &Problem, prompts: &mut Vec<Prompt>) {
        let block: Vec<_> = self.document.sentences.iter().filter(|s| s.block == base.block).collect();
        let find = |words: &[&str]| {
            block.iter().find_map(|s| {
                let lower = self.document.lower_of(s);
                let (start, end) = words.iter().find_map(|w| word_position(lower, w))?;
                self.document.evidence(s.start + start, s.start + end)
            })
        };
        let poor = find(&["poorly controlled", "poor control", "inadequately controlled", "out of control"]);
        let vague = find(&["uncontrolled", "not well controlled", "not at goal"]);
        let code = format!("{family}65");
        if let Some(words) = poor {
            let with = Problem { evidence: vec![words], ..base.clone() };
            self.add(code, &[base, &with], "DX14", "Poorly controlled diabetes is coded with hyperglycemia.");
        } else if let Some(words) = vague
            && !self.problems.iter().any(|p| p.code == code)
        {
            prompts.push(Prompt {
                id: "diabetes-control".to_owned(),
                text: "Control of diabetes is described without saying whether glucose is high or low.".to_owned(),
                question: "Please describe the state of the patient's blood glucose that your note refers to."
                    .to_owned(),
                options: vec!["With hyperglycemia".to_owned(), "With hypoglycemia".to_owned(), "Neither".to_owned()],
                evidence: vec![words],
                code: Some(code),
                is_blocking: false,
            });
        }
    }

    fn is_unrelated(&self, other: &Problem) -> bool {
        let sentence = self.document.sentence_at(other.position);
        let lower = sentence.map_or("", |s| self.document.lower_of(s));
        ["not due to diabetes", "unrelated to diabetes", "not related to diabetes", "due to hypertension only"]
            .iter()
            .any(|w| lower.contains(w))
    }

    /// Long-term drugs of diabetes (Guidelines I.C.4.a.3); insulin says nothing new with type 1.
    pub(super) fn diabetes_drugs(&mut self, drugs: &[Drug]) {
        let Some(diabetes) = self.reported(&["E08", "E09", "E10", "E11", "E13"]).into_iter().next() else { return };
        let is_type_1 = self.has(&["E10"]);
        let has_pump = self.problems.iter().any(|p| p.is(&["Z9641"]));
        for (class, code) in
            [(DrugClass::Insulin, "Z794"), (DrugClass::OralDiabetes, "Z7984"), (DrugClass::InjectableDiabetes, "Z7985")]
        {
            if class == DrugClass::Insulin && (is_type_1 || has_pump) {
                continue;
            }
            self.add_status(
                code,
                &self.taken(drugs, class),
                &diabetes,
                "DX32",
                "The drug is taken long-term for diabetes.",
            );
        }
    }
}

fn is_polyneuropathy(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("poly") || lower.contains("peripheral")
}
