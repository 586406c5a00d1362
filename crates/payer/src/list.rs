//! Lists of procedure codes as plans write them: single codes and ranges.

use claim::ProcedureCode;
use serde::Deserialize;

/// Codes from `first` through `last` in the order of their text; both ends belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CodeRange {
    first: ProcedureCode,
    last: ProcedureCode,
}

impl TryFrom<String> for CodeRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let read = |code: &str| ProcedureCode::new(code).map_err(|e| format!("{e}, or two of them as 99202-99215"));
        let range = Self { first: read(first)?, last: read(last)? };
        if range.last < range.first {
            return Err(format!("the range {text} ends before it begins"));
        }
        Ok(range)
    }
}

/// Single codes and ranges; `["99202-99215", "G2211"]` in a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct CodeList(Vec<CodeRange>);

impl CodeList {
    /// True when nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when the code is listed by itself or inside a range.
    #[must_use]
    pub fn contains(&self, code: &ProcedureCode) -> bool {
        self.0.iter().any(|range| range.first <= *code && *code <= range.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_codes_and_ranges() {
        let list = CodeList(vec!["99202-99215".to_owned().try_into().unwrap(), "G2211".to_owned().try_into().unwrap()]);
        for (code, is_listed) in [("99202", true), ("99215", true), ("99216", false), ("G2211", true), ("G2212", false)]
        {
            assert_eq!(list.contains(&code.parse().unwrap()), is_listed, "{code}");
        }
        assert!(CodeRange::try_from("99215-99202".to_owned()).is_err());
        assert!(CodeRange::try_from("9920".to_owned()).unwrap_err().contains("99202-99215"));
    }
}
