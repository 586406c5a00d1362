//! The DRG of a stay: pre-MDC, category, surgical by hierarchy, medical, complications, each step with its reason.

use std::collections::BTreeSet;

use claim::Sex;
use serde::Serialize;

use crate::definitions::{Definitions, DiagnosisRow, Drg, DrgKind, Key, Level, Mdc, key};
use crate::evaluate::Facts;
use crate::stay::{Poa, Stay};

/// The category of what comes before all categories.
const PRE: &str = "PRE";
/// Categories of one sex: a diagnosis of both belongs to that of the patient.
const MALE: &str = "12";
const FEMALE: &str = "13";
/// A principal diagnosis that cannot be one, and a stay that no DRG takes.
const INVALID_PRINCIPAL: &str = "998";
const UNGROUPABLE: &str = "999";

/// What a secondary diagnosis weighs, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complication {
    /// The code.
    pub code: String,
    /// Its level before anything is taken away.
    pub level: Level,
    /// Present on admission.
    pub poa: Poa,
    /// What became of it.
    #[serde(flatten)]
    pub effect: Effect,
    /// The DRG had this code no weight, when it is another.
    pub drg_without: Option<String>,
}

/// What became of a complication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// It counts.
    Counts,
    /// The principal diagnosis takes its weight.
    ExcludedByPrincipal {
        /// The principal diagnosis.
        principal: String,
    },
    /// It is part of what makes the DRG.
    PartOfDrg {
        /// The DRG.
        drg: String,
    },
    /// It counts for those who leave alive.
    Died,
    /// Acquired in the hospital: not present on admission, or not documented to be.
    HospitalAcquired {
        /// The category of hospital-acquired conditions.
        category: String,
        /// What the category is about.
        label: String,
    },
}

/// A step of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Stable name: `principal`, `category`, `partition`, `drg`, `severity`.
    pub step: &'static str,
    /// What was decided and why.
    pub text: String,
    /// The codes that decided.
    pub codes: Vec<String>,
}

/// The DRG of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grouped {
    /// The number.
    pub drg: String,
    /// Its title.
    pub title: String,
    /// Surgical or medical.
    pub kind: DrgKind,
    /// Major diagnostic category the stay was grouped in; `PRE` before all.
    pub mdc: String,
    /// The gravest complication that counts for this DRG.
    pub gravest: Option<Level>,
    /// Every secondary diagnosis that is a complication, with what became of it.
    pub complications: Vec<Complication>,
    /// How it was decided.
    pub steps: Vec<Step>,
}

/// A complication of the stay before a DRG is looked at.
struct Weighed<'a> {
    at: usize,
    key: Key,
    level: Level,
    effect: Effect,
    diagnosis: &'a crate::StayDiagnosis,
}

impl Definitions {
    /// The DRG of a stay with the reason of each step.
    #[must_use]
    pub fn group(&self, stay: &Stay) -> Grouped {
        let stay = once_each(stay);
        let stay = &stay;
        let Some(principal) = stay.diagnoses.first() else {
            return self.invalid(UNGROUPABLE, "there is no principal diagnosis", stay);
        };
        let Some(row) = key(&principal.code).and_then(|key| self.diagnosis(&key)) else {
            let code = &principal.code;
            // Chapter 20, external causes, is not in the definitions: its codes are never principal.
            return if code.starts_with(['V', 'W', 'X', 'Y']) {
                self.invalid(
                    INVALID_PRINCIPAL,
                    &format!("{code} is an external cause, never a principal diagnosis"),
                    stay,
                )
            } else {
                self.invalid(UNGROUPABLE, &format!("{code} is not a diagnosis of these definitions"), stay)
            };
        };
        let facts = Facts::of(self, stay);
        let weighed = self.weigh(stay, &facts);
        let Some(decision) = self.decide(stay, row, &facts, &weighed, None) else {
            let text = format!("no DRG takes {} with the sex and status given", principal.code);
            return self.invalid(UNGROUPABLE, &text, stay);
        };
        let complications = weighed.iter().map(|w| self.explain(w, &decision, stay, row, &facts, &weighed)).collect();
        let drg = decision.drg;
        Grouped {
            drg: drg.number.clone(),
            title: drg.title.clone(),
            kind: drg.kind,
            mdc: decision.mdc.to_owned(),
            gravest: gravest(&weighed, drg, None),
            complications,
            steps: self.steps(&decision, &facts, &weighed),
        }
    }

    fn invalid(&self, number: &str, why: &str, stay: &Stay) -> Grouped {
        let drg = self.drg(number);
        Grouped {
            drg: number.to_owned(),
            title: drg.map(|drg| drg.title.clone()).unwrap_or_default(),
            kind: DrgKind::Neither,
            mdc: String::new(),
            gravest: None,
            complications: Vec::new(),
            steps: vec![Step {
                step: "principal",
                text: why.to_owned(),
                codes: stay.diagnoses.first().map(|d| d.code.clone()).into_iter().collect(),
            }],
        }
    }

    /// The secondary diagnoses that are complications, each with what takes its weight in any DRG.
    fn weigh<'a>(&self, stay: &'a Stay, facts: &Facts<'_>) -> Vec<Weighed<'a>> {
        let Some(principal) = stay.diagnoses.first() else { return Vec::new() };
        let principal_key = key(&principal.code).unwrap_or_default();
        let mut weighed = Vec::new();
        for (at, diagnosis) in stay.diagnoses.iter().enumerate().skip(1) {
            let Some(key) = key(&diagnosis.code) else { continue };
            let Some((row, level)) = self.diagnosis(&key).and_then(|row| Some((row, row.level?))) else { continue };
            let acquired = row.acquired.and_then(|at| self.acquired.get(at));
            let acquired = acquired.filter(|c| diagnosis.poa.is_acquired() && facts.holds(&c.formula, None));
            let effect = if row.exclusion.is_some_and(|list| self.excludes(list, &principal_key)) {
                Effect::ExcludedByPrincipal { principal: principal.code.clone() }
            } else if row.is_for_the_living && !stay.is_alive() {
                Effect::Died
            } else if let Some(category) = acquired {
                Effect::HospitalAcquired { category: category.number.clone(), label: category.label.clone() }
            } else {
                Effect::Counts
            };
            weighed.push(Weighed { at, key, level, effect, diagnosis });
        }
        weighed
    }

    /// The first DRG whose condition holds, as if the complication at a place had no weight.
    fn decide<'a>(
        &'a self,
        stay: &Stay,
        principal: &DiagnosisRow,
        facts: &Facts<'_>,
        weighed: &[Weighed<'_>],
        without: Option<usize>,
    ) -> Option<Decision<'a>> {
        let first = |mdc: &str| {
            let holds = |drg: &&Drg| drg.mdc == mdc && facts.holds(&drg.formula, gravest(weighed, drg, without));
            self.drgs.iter().find(holds)
        };
        if let Some(drg) = first(PRE) {
            return Some(Decision { drg, mdc: PRE, is_unrelated: false });
        }
        let mdc = self.category(stay.sex, principal, facts)?;
        let related = first(&mdc.number);
        if related.is_none_or(|drg| drg.kind != DrgKind::Surgical)
            && facts.holds(&mdc.unrelated, None)
            && let Some(drg) = first("")
        {
            return Some(Decision { drg, mdc: &mdc.number, is_unrelated: true });
        }
        related.map(|drg| Decision { drg, mdc: &mdc.number, is_unrelated: false })
    }

    /// The major diagnostic category: those that a stay enters by more than its principal diagnosis first.
    fn category(&self, sex: Sex, principal: &DiagnosisRow, facts: &Facts<'_>) -> Option<&Mdc> {
        let entered = self.mdcs.iter().find(|mdc| mdc.entry.as_ref().is_some_and(|e| facts.holds(e, None)));
        let has = |mdc: &Mdc| mdc.number.parse().is_ok_and(|bit: u32| principal.mdcs >> bit & 1 == 1);
        let fits = |mdc: &&Mdc| match (mdc.number.as_str(), sex) {
            (MALE, Sex::Female) | (FEMALE, Sex::Male) => false,
            _ => mdc.entry.is_none() && has(mdc),
        };
        entered.or_else(|| self.mdcs.iter().filter(fits).max_by_key(|mdc| matches!(&*mdc.number, MALE | FEMALE)))
    }

    fn explain(
        &self,
        complication: &Weighed<'_>,
        decision: &Decision<'_>,
        stay: &Stay,
        principal: &DiagnosisRow,
        facts: &Facts<'_>,
        weighed: &[Weighed<'_>],
    ) -> Complication {
        let is_part = decision.drg.parts.binary_search(&complication.key).is_ok();
        let effect = match &complication.effect {
            Effect::Counts if is_part => Effect::PartOfDrg { drg: decision.drg.number.clone() },
            effect => effect.clone(),
        };
        let other = (effect == Effect::Counts)
            .then(|| self.decide(stay, principal, facts, weighed, Some(complication.at)))
            .flatten()
            .filter(|other| other.drg.number != decision.drg.number);
        Complication {
            code: complication.diagnosis.code.clone(),
            level: complication.level,
            poa: complication.diagnosis.poa,
            effect,
            drg_without: other.map(|other| other.drg.number.clone()),
        }
    }

    fn steps(&self, decision: &Decision<'_>, facts: &Facts<'_>, weighed: &[Weighed<'_>]) -> Vec<Step> {
        let drg = decision.drg;
        let level = gravest(weighed, drg, None);
        let codes = |places: BTreeSet<usize>| places.into_iter().map(|at| facts.code(at).to_owned()).collect();
        let mut steps = Vec::new();
        if decision.mdc == PRE {
            let text = "decided before all categories, whatever the principal diagnosis is".to_owned();
            steps.push(Step { step: "category", text, codes: Vec::new() });
        } else if let Some(mdc) = self.mdc(decision.mdc) {
            let (why, places) = match &mdc.entry {
                Some(entry) => ("by its own rule over the diagnoses", facts.proof(entry, None)),
                None => ("by the principal diagnosis", BTreeSet::from([0])),
            };
            let text = format!("MDC {} {}, {why}", mdc.number, mdc.title);
            steps.push(Step { step: "category", text, codes: codes(places) });
        }
        steps.push(Step {
            step: "partition",
            text: partition(decision, facts).to_owned(),
            codes: codes(facts.operations().iter().copied().collect()),
        });
        let text = format!("{} {}", drg.number, drg.title);
        steps.push(Step { step: "drg", text, codes: codes(facts.proof(&drg.formula, level)) });
        let counting = weighed.iter().filter(|w| Some(w.level) == level && counts(w, drg));
        steps.push(Step {
            step: "severity",
            text: match level {
                Some(level) => format!("with {}", level.code()),
                None => "without CC or MCC".to_owned(),
            },
            codes: codes(counting.map(|w| w.at).collect()),
        });
        steps
    }
}

struct Decision<'a> {
    drg: &'a Drg,
    mdc: &'a str,
    is_unrelated: bool,
}

fn partition(decision: &Decision<'_>, facts: &Facts<'_>) -> &'static str {
    match (decision.drg.kind, decision.is_unrelated, facts.operations().is_empty()) {
        (_, true, _) => "surgical: no operation belongs to the category, so it is unrelated to the principal diagnosis",
        (DrgKind::Surgical, ..) => "surgical: the first of the hierarchy whose condition holds",
        (_, _, true) => "medical: no operating-room procedure",
        (_, _, false) => "medical: the procedures decide no surgical DRG here",
    }
}

/// Whether a complication counts in a DRG.
fn counts(complication: &Weighed<'_>, drg: &Drg) -> bool {
    complication.effect == Effect::Counts && drg.parts.binary_search(&complication.key).is_err()
}

fn gravest(weighed: &[Weighed<'_>], drg: &Drg, without: Option<usize>) -> Option<Level> {
    weighed.iter().filter(|w| Some(w.at) != without && counts(w, drg)).map(|w| w.level).max()
}

/// The stay with each diagnosis once, at its first place.
fn once_each(stay: &Stay) -> Stay {
    let mut seen = BTreeSet::new();
    let mut stay = stay.clone();
    stay.diagnoses.retain(|diagnosis| key(&diagnosis.code).is_none_or(|key| seen.insert(key)));
    stay
}
