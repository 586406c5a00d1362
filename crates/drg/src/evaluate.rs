//! What the codes of a stay stand for, and whether a condition holds for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::definitions::{Definitions, Key, Level, Scope, key};
use crate::formula::{Attribute, Formula};
use crate::stay::Stay;

/// What the codes of a stay stand for. A code is named by its place: the diagnoses, then the procedures.
pub(crate) struct Facts<'a> {
    definitions: &'a Definitions,
    stay: &'a Stay,
    /// For each attribute the codes that have it.
    holders: Vec<Vec<usize>>,
    /// Procedures of the operating room.
    operations: Vec<usize>,
    extensive: Vec<usize>,
}

impl<'a> Facts<'a> {
    pub fn of(definitions: &'a Definitions, stay: &'a Stay) -> Self {
        let mut facts = Self {
            definitions,
            stay,
            holders: vec![Vec::new(); definitions.attributes.len()],
            operations: Vec::new(),
            extensive: Vec::new(),
        };
        facts.read_diagnoses();
        facts.read_procedures();
        facts
    }

    fn read_diagnoses(&mut self) {
        for (at, diagnosis) in self.stay.diagnoses.iter().enumerate() {
            let row = key(&diagnosis.code).and_then(|key| self.definitions.diagnosis(&key));
            let Some(row) = row else { continue };
            for attribute in self.definitions.set(row.set) {
                let looks_here = match self.definitions.scope(*attribute) {
                    Some(Scope::Principal) => at == 0,
                    Some(Scope::Secondary) => at > 0,
                    Some(Scope::Any) => true,
                    Some(Scope::Procedure) | None => false,
                };
                if looks_here {
                    self.hold(*attribute, at);
                }
            }
        }
    }

    fn read_procedures(&mut self) {
        let definitions = self.definitions;
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        for (place, procedure) in self.stay.procedures.iter().enumerate() {
            if let Some(key) = key(procedure) {
                places.entry(key).or_insert(self.stay.diagnoses.len() + place);
            }
        }
        let mut swallowed = BTreeSet::new();
        for (key, at) in &places {
            for cluster in definitions.clusters.get(key).into_iter().flatten() {
                if cluster.others.iter().all(|other| places.contains_key(other)) {
                    self.hold(cluster.attribute, *at);
                    if cluster.is_whole {
                        swallowed.extend(cluster.others.iter().copied());
                        swallowed.insert(*key);
                    }
                }
            }
        }
        for (key, at) in &places {
            let Some(row) = definitions.procedures.get(key) else { continue };
            if !swallowed.contains(key) {
                definitions.set(row.set).iter().for_each(|attribute| self.hold(*attribute, *at));
            }
            if row.is_operation {
                self.operations.push(*at);
            }
            if row.is_extensive {
                self.extensive.push(*at);
            }
        }
    }

    fn hold(&mut self, attribute: Attribute, at: usize) {
        if let Some(holders) = self.holders.get_mut(usize::from(attribute))
            && !holders.contains(&at)
        {
            holders.push(at);
        }
    }

    fn holders(&self, attribute: Attribute) -> &[usize] {
        self.holders.get(usize::from(attribute)).map_or(&[], Vec::as_slice)
    }

    pub fn operations(&self) -> &[usize] {
        &self.operations
    }

    /// The code at a place.
    pub fn code(&self, at: usize) -> &str {
        let procedure = at.checked_sub(self.stay.diagnoses.len());
        procedure
            .map_or_else(|| self.stay.diagnoses.get(at).map(|d| &d.code), |place| self.stay.procedures.get(place))
            .map_or("", String::as_str)
    }

    /// Whether a condition holds when the gravest complication is of this level.
    pub fn holds(&self, formula: &Formula, gravest: Option<Level>) -> bool {
        match formula {
            Formula::Always => true,
            Formula::All(parts) => parts.iter().all(|part| self.holds(part, gravest)),
            Formula::Any(parts) => parts.iter().any(|part| self.holds(part, gravest)),
            Formula::Not(part) => !self.holds(part, gravest),
            Formula::Has(attribute) => !self.holders(*attribute).is_empty(),
            Formula::Mcc => gravest == Some(Level::Mcc),
            Formula::Cc => gravest.is_some(),
            Formula::Alive => self.stay.is_alive(),
            Formula::Status(statuses) => statuses.contains(&self.stay.discharge_status),
            Formula::Operation { extensive, besides } => self.operation(*extensive, *besides).next().is_some(),
            Formula::Only(attribute) => (1..self.stay.diagnoses.len()).all(|at| self.holders(*attribute).contains(&at)),
            Formula::Total { at_least, parts } => {
                let sum = parts.iter().fold(0_u32, |sum, (weight, attribute)| {
                    let count = u32::try_from(self.holders(*attribute).len()).unwrap_or(u32::MAX);
                    sum.saturating_add(count.saturating_mul(*weight))
                });
                sum >= *at_least
            }
            Formula::Different { at_least, of } => {
                let count = of.iter().filter(|attribute| !self.holders(**attribute).is_empty()).count();
                u32::try_from(count).is_ok_and(|count| count >= *at_least)
            }
        }
    }

    fn operation(&self, extensive: bool, besides: Option<Attribute>) -> impl Iterator<Item = usize> {
        let among = if extensive { &self.extensive } else { &self.operations };
        let left_out = besides.map_or(&[][..], |attribute| self.holders(attribute));
        among.iter().copied().filter(|at| !left_out.contains(at))
    }

    /// The codes that make a condition hold.
    pub fn proof(&self, formula: &Formula, gravest: Option<Level>) -> BTreeSet<usize> {
        let mut places = BTreeSet::new();
        self.prove(formula, gravest, &mut places);
        places
    }

    fn prove(&self, formula: &Formula, gravest: Option<Level>, places: &mut BTreeSet<usize>) {
        if !self.holds(formula, gravest) {
            return;
        }
        match formula {
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|p| self.prove(p, gravest, places)),
            Formula::Has(attribute) => places.extend(self.holders(*attribute)),
            Formula::Operation { extensive, besides } => places.extend(self.operation(*extensive, *besides)),
            Formula::Total { parts, .. } => {
                parts.iter().for_each(|(_, attribute)| places.extend(self.holders(*attribute)));
            }
            Formula::Different { of, .. } => of.iter().for_each(|attribute| places.extend(self.holders(*attribute))),
            _ => {}
        }
    }
}
