//! Definitions as text, compressed: lines of tabs, in the order that each names only what came before.

use std::collections::HashMap;

use thiserror::Error;

use crate::definitions::{
    Cluster, Definitions, DiagnosisRow, Drg, DrgKind, HospitalAcquired, Key, Level, Mdc, ProcedureRow, Scope, key,
};
use crate::formula::{Attribute, Formula, FormulaError};

/// Definitions that cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PackError {
    /// No definitions are shipped.
    #[error("no MS-DRG definitions are shipped")]
    Nothing,
    /// Not what was packed.
    #[error("the packed MS-DRG definitions are damaged: {0}")]
    Damaged(String),
    /// A line that is not of the layout.
    #[error("line {line} of the MS-DRG definitions: expected {expected}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What should stand there.
        expected: String,
    },
}

impl Definitions {
    /// Reads definitions from what `from_text` reads, compressed.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn from_pack(bytes: &[u8]) -> Result<Self, PackError> {
        let text = zstd::decode_all(bytes).map_err(|error| PackError::Damaged(error.to_string()))?;
        let text = String::from_utf8(text).map_err(|error| PackError::Damaged(error.to_string()))?;
        Self::from_text(&text)
    }

    /// Reads definitions: attributes, sets of them, exclusions, categories, DRGs, then codes.
    ///
    /// # Errors
    /// Says which line is not of the layout.
    pub fn from_text(text: &str) -> Result<Self, PackError> {
        let mut packed = Packed::default();
        for (at, line) in text.lines().enumerate() {
            let cells: Vec<&str> = line.split('\t').collect();
            packed.take(&cells).map_err(|expected| PackError::Line { line: at + 1, expected })?;
        }
        if packed.into.drgs.is_empty() {
            return Err(PackError::Damaged("no DRG in it".to_owned()));
        }
        Ok(packed.into)
    }
}

#[derive(Default)]
struct Packed {
    into: Definitions,
    names: HashMap<String, Attribute>,
}

impl Packed {
    fn take(&mut self, cells: &[&str]) -> Result<(), String> {
        match *cells {
            ["attribute", name, scope] => self.attribute(name, scope),
            ["set", attributes] => {
                let set = attributes.split_ascii_whitespace().map(number).collect::<Result<_, _>>()?;
                self.into.sets.push(set);
                Ok(())
            }
            ["exclusion", codes] => {
                self.into.exclusions.push(keys(codes)?);
                Ok(())
            }
            ["mdc", number, title, entry, unrelated] => self.mdc(number, title, entry, unrelated),
            ["acquired", number, label, condition] => {
                let formula = self.formula(condition).map_err(|error| error.to_string())?;
                let row = HospitalAcquired { number: number.to_owned(), label: label.to_owned(), formula };
                self.into.acquired.push(row);
                Ok(())
            }
            ["drg", number, mdc, kind, title, condition, parts] => self.drg(number, mdc, kind, title, condition, parts),
            ["dx", code, mdcs, set, level, exclusion, acquired] => {
                self.diagnosis(code, mdcs, set, level, exclusion, acquired)
            }
            ["px", code, set, operation] => {
                let (is_operation, is_extensive) = (!operation.is_empty(), operation == "X");
                let row = ProcedureRow { set: number(set)?, is_operation, is_extensive };
                self.into.procedures.insert(one(code)?, row);
                Ok(())
            }
            ["cluster", attribute, first, others, whole] => {
                let others = keys(others)?;
                let cluster = Cluster { attribute: number(attribute)?, others, is_whole: !whole.is_empty() };
                self.into.clusters.entry(one(first)?).or_default().push(cluster);
                Ok(())
            }
            _ => Err("a row of attribute, set, exclusion, mdc, acquired, drg, dx, px or cluster".to_owned()),
        }
    }

    fn attribute(&mut self, name: &str, scope: &str) -> Result<(), String> {
        let scope = match scope {
            "P" => Scope::Principal,
            "S" => Scope::Secondary,
            "A" => Scope::Any,
            "X" => Scope::Procedure,
            other => return Err(format!("P, S, A or X instead of {other}")),
        };
        let at = Attribute::try_from(self.into.attributes.len()).map_err(|_| "fewer attributes".to_owned())?;
        self.names.insert(name.to_owned(), at);
        self.into.attributes.push(scope);
        Ok(())
    }

    fn mdc(&mut self, number: &str, title: &str, entry: &str, unrelated: &str) -> Result<(), String> {
        let read = |text: &str| self.formula(text).map_err(|error| error.to_string());
        let entry = if entry.is_empty() { None } else { Some(read(entry)?) };
        let mdc = Mdc { number: number.to_owned(), title: title.to_owned(), entry, unrelated: read(unrelated)? };
        self.into.mdcs.push(mdc);
        Ok(())
    }

    fn drg(
        &mut self,
        number: &str,
        mdc: &str,
        kind: &str,
        title: &str,
        condition: &str,
        parts: &str,
    ) -> Result<(), String> {
        let kind = match kind {
            "surgical" => DrgKind::Surgical,
            "medical" => DrgKind::Medical,
            "" => DrgKind::Neither,
            other => return Err(format!("surgical, medical or nothing instead of {other}")),
        };
        let drg = Drg {
            number: number.to_owned(),
            mdc: mdc.to_owned(),
            kind,
            title: title.to_owned(),
            condition: condition.to_owned(),
            formula: self.formula(condition).map_err(|error| error.to_string())?,
            parts: keys(parts)?,
        };
        self.into.drgs.push(drg);
        Ok(())
    }

    fn diagnosis(
        &mut self,
        code: &str,
        mdcs: &str,
        set: &str,
        level: &str,
        exclusion: &str,
        acquired: &str,
    ) -> Result<(), String> {
        let mut row = DiagnosisRow { set: number(set)?, ..DiagnosisRow::default() };
        for mdc in mdcs.split_ascii_whitespace() {
            row.mdcs |= 1_u32.checked_shl(number(mdc)?).ok_or("an MDC of two digits")?;
        }
        (row.level, row.is_for_the_living) = match level {
            "" => (None, false),
            "CC" => (Some(Level::Cc), false),
            "MCC" => (Some(Level::Mcc), false),
            "MCC alive" => (Some(Level::Mcc), true),
            other => return Err(format!("CC, MCC or MCC alive instead of {other}")),
        };
        if !exclusion.is_empty() {
            row.exclusion = Some(number(exclusion)?);
        }
        if !acquired.is_empty() {
            let known = self.into.acquired.iter().position(|row| row.number == acquired);
            row.acquired = Some(known.ok_or_else(|| format!("a known category instead of {acquired}"))?);
        }
        self.into.diagnoses.insert(one(code)?, row);
        Ok(())
    }

    fn formula(&self, text: &str) -> Result<Formula, FormulaError> {
        Formula::read(text, |name| self.names.get(name).copied())
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("a number instead of {text:?}"))
}

fn one(code: &str) -> Result<Key, String> {
    key(code).ok_or_else(|| format!("a code of at most seven characters instead of {code:?}"))
}

/// Sorted, for look-up by bisection.
fn keys(codes: &str) -> Result<Vec<Key>, String> {
    let mut keys: Vec<Key> = codes.split_ascii_whitespace().map(one).collect::<Result<_, _>>()?;
    keys.sort_unstable();
    Ok(keys)
}
