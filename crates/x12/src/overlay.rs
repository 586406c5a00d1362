//! Companion guides as data (SNIP 7): what a payer asks beyond the implementation guide, in a TOML file of its own.
//! The format, with a full example, is described in `docs/x12-overlays.md`.
//!
//! ```
//! use std::sync::Arc;
//! use x12::{Options, Overlay, validate};
//! # let mut file = Vec::new();
//! # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 1), &mut file).unwrap();
//! let overlay = Overlay::parse(
//!     r#"
//!     guides = ["005010X222A1"]
//!     [[rule]]
//!     id = "DEMO-1"
//!     require = "2300/REF*G1"
//!     when = ["2300/CLM05-1 = 11"]
//!     cite = "Demo payer, companion guide 2026, section 4"
//!     "#,
//! )?;
//! let report = validate(&file, &Options { overlays: vec![Arc::new(overlay)], ..Options::default() });
//! assert_eq!((report.findings[0].snip, report.findings[0].rule.as_ref()), (7, "DEMO-1"));
//! # Ok::<(), x12::OverlayError>(())
//! ```

use serde::Deserialize;
use toml::Spanned;

use crate::finding::Severity;
use crate::guide::guide_named;

mod apply;
mod nesting;
mod path;

pub(crate) use apply::Overlays;
use nesting::Nesting;
use path::{Clause, Path};

/// The rules of a payer, read from its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// What it is called, such as the companion guide it puts in rules.
    pub name: String,
    /// The guides it adds to, at least one.
    guides: Vec<String>,
    /// ISA08 or GS03 of the files it speaks of; any when empty.
    receivers: Vec<String>,
    /// Hold for all its rules.
    conditions: Vec<Clause>,
    rules: Vec<OverlayRule>,
}

/// One rule of a payer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OverlayRule {
    id: String,
    severity: Severity,
    ask: Ask,
    target: Path,
    conditions: Vec<Clause>,
    citation: Option<String>,
    /// What is said instead of our own words.
    message: Option<String>,
}

/// What a rule asks of its segment or element.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ask {
    /// It must be there.
    Require,
    /// It must not be there.
    Forbid,
    /// It must keep to limits.
    Limit(Limits),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Limits {
    /// Times a segment occurs in its loop, or in the transaction set.
    at_most: Option<u32>,
    is_per_transaction: bool,
    length_min: Option<usize>,
    length_max: Option<usize>,
    /// Allowed values; any when empty.
    values: Vec<String>,
    /// Values not allowed.
    not_values: Vec<String>,
    /// `9` a digit, `A` a letter, `X` either, anything else itself.
    shape: Option<String>,
}

/// What is wrong with an overlay file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct OverlayError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was expected.
    pub message: String,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverlayFile {
    #[serde(default)]
    name: String,
    guides: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    receivers: Vec<String>,
    #[serde(default)]
    when: Vec<Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<RuleTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    id: Spanned<String>,
    require: Option<Spanned<String>>,
    forbid: Option<Spanned<String>>,
    limit: Option<Spanned<String>>,
    at_most: Option<Spanned<u32>>,
    per: Option<Spanned<String>>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    not_values: Vec<String>,
    shape: Option<String>,
    #[serde(default)]
    when: Vec<Spanned<String>>,
    severity: Option<Spanned<String>>,
    cite: Option<String>,
    message: Option<String>,
}

/// Where something is wrong, as a byte range of the text, and what.
type Wrong = (std::ops::Range<usize>, String);

impl Overlay {
    /// Reads an overlay and compares its paths with the guides it names.
    ///
    /// # Errors
    /// [`OverlayError`] with the line and column of the first thing that is not understood.
    pub fn parse(text: &str) -> Result<Self, OverlayError> {
        let file: OverlayFile = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            at(text, offset, error.message().to_owned())
        })?;
        overlay(file).map_err(|(span, message)| at(text, span.start, message))
    }

    /// How many rules it has.
    #[must_use]
    pub const fn rule_count(&self) -> usize {
        self.rules.len()
    }
}

fn at(text: &str, offset: usize, message: String) -> OverlayError {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()).saturating_add(1);
    OverlayError { line, column, message }
}

fn overlay(file: OverlayFile) -> Result<Overlay, Wrong> {
    let mut nestings = Vec::new();
    for guide in file.guides.get_ref() {
        let Some(known) = guide_named(guide.get_ref()) else {
            let message = format!("{:?} is no guide; `superbill x12 info --guides` lists them", guide.get_ref());
            return Err((guide.span(), message));
        };
        nestings.push(Nesting::of(known));
    }
    if nestings.is_empty() {
        return Err((file.guides.span(), "name at least one guide, such as \"005010X222A1\"".to_owned()));
    }
    let rules: Result<Vec<OverlayRule>, Wrong> = file.rule.into_iter().map(|table| rule(table, &nestings)).collect();
    let rules = rules?;
    Ok(Overlay {
        name: file.name,
        guides: file.guides.into_inner().into_iter().map(Spanned::into_inner).collect(),
        receivers: file.receivers,
        conditions: clauses(file.when, &nestings)?,
        rules,
    })
}

fn rule(table: Spanned<RuleTable>, nestings: &[Nesting]) -> Result<OverlayRule, Wrong> {
    let span = table.span();
    let table = table.into_inner();
    let id = table.id.get_ref();
    if id.is_empty() || id.len() > 40 || id.contains(char::is_whitespace) {
        return Err((table.id.span(), "an id is one word of at most 40 characters, such as \"PH-12\"".to_owned()));
    }
    let asked = [(table.require, Asked::Require), (table.forbid, Asked::Forbid), (table.limit, Asked::Limit)];
    let mut asked = asked.into_iter().filter_map(|(path, asked)| path.map(|path| (path, asked)));
    let (Some((path, kind)), None) = (asked.next(), asked.next()) else {
        return Err((span, format!("rule {id} needs exactly one of require, forbid and limit")));
    };
    let target = known_path(&path, nestings)?;
    let is_per_transaction = match table.per.as_ref().map(|per| per.get_ref().as_str()) {
        None | Some("loop") => false,
        Some("transaction") => true,
        Some(_) => {
            let place = table.per.map_or(span, |per| per.span());
            return Err((place, "per is \"loop\" or \"transaction\"".to_owned()));
        }
    };
    let limits = Limits {
        at_most: table.at_most.as_ref().map(|most| *most.get_ref()),
        is_per_transaction,
        length_min: table.min_length,
        length_max: table.max_length,
        values: table.values,
        not_values: table.not_values,
        shape: table.shape,
    };
    let is_of_element = Limits { at_most: None, is_per_transaction: false, ..limits.clone() } != Limits::default();
    let ask = match kind {
        Asked::Limit if limits == Limits::default() => {
            let message =
                format!("rule {id}: a limit needs at_most, min_length, max_length, values, not_values or shape");
            return Err((path.span(), message));
        }
        Asked::Limit if limits.at_most.is_some() && target.element > 0 => {
            return Err((path.span(), format!("rule {id}: at_most counts segments; leave the element out")));
        }
        Asked::Limit if is_of_element && target.element == 0 => {
            return Err((path.span(), format!("rule {id}: lengths and values are of an element, such as 2300/CLM01")));
        }
        Asked::Limit => Ask::Limit(limits),
        _ if limits != Limits::default() => {
            return Err((span, format!("rule {id}: at_most, lengths, values and shape go with limit")));
        }
        Asked::Require => Ask::Require,
        Asked::Forbid => Ask::Forbid,
    };
    let severity = match table.severity.as_ref().map(|severity| severity.get_ref().as_str()) {
        None | Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some(_) => {
            let place = table.severity.map_or(span, |severity| severity.span());
            return Err((place, "severity is \"error\" or \"warning\"".to_owned()));
        }
    };
    let id = id.clone();
    let conditions = clauses(table.when, nestings)?;
    Ok(OverlayRule { id, severity, ask, target, conditions, citation: table.cite, message: table.message })
}

enum Asked {
    Require,
    Forbid,
    Limit,
}

fn clauses(texts: Vec<Spanned<String>>, nestings: &[Nesting]) -> Result<Vec<Clause>, Wrong> {
    let clause = |text: Spanned<String>| {
        let clause = Clause::parse(text.get_ref()).map_err(|message| (text.span(), message))?;
        check(&clause.path, nestings).map_err(|message| (text.span(), message))?;
        Ok(clause)
    };
    texts.into_iter().map(clause).collect()
}

fn known_path(text: &Spanned<String>, nestings: &[Nesting]) -> Result<Path, Wrong> {
    let path = Path::parse(text.get_ref()).map_err(|message| (text.span(), message))?;
    check(&path, nestings).map_err(|message| (text.span(), message))?;
    Ok(path)
}

/// A path must lead somewhere in one of the guides, so that a typing error is no rule that never speaks.
fn check(path: &Path, nestings: &[Nesting]) -> Result<(), String> {
    if nestings.iter().any(|nesting| nesting.has(path)) {
        return Ok(());
    }
    let (Path { loop_id, segment, .. }, guides) = (path, nestings.iter().map(|one| one.guide.version));
    let place = if loop_id.is_empty() { "the header".to_owned() } else { format!("loop {loop_id}") };
    Err(format!("{segment} does not stand in {place} of {}", guides.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Overlay::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_line_and_column() {
        let rule = |rest: &str| format!("guides = [\"005010X222A1\"]\n[[rule]]\nid = \"A\"\n{rest}");
        assert!(wrong("guides = [\"005010X222A1\"\nname = 3").starts_with("line 2, column "));
        assert_eq!(
            wrong("guides = [\"005010X999\"]"),
            "line 1, column 11: \"005010X999\" is no guide; `superbill x12 info --guides` lists them"
        );
        assert_eq!(wrong("guides = []"), "line 1, column 10: name at least one guide, such as \"005010X222A1\"");
        assert_eq!(
            wrong(&rule("require = \"2301/REF*G1\"")),
            "line 4, column 11: REF does not stand in loop 2301 of 005010X222A1"
        );
        assert_eq!(
            wrong(&rule("forbid = \"2300/CLM05\"\nwhen = [\"2300/CLM05-3 = 7\", \"2300/XX\"]")),
            "line 5, column 29: XX does not stand in loop 2300 of 005010X222A1"
        );
        assert_eq!(wrong(&rule("")), "line 2, column 1: rule A needs exactly one of require, forbid and limit");
        assert!(wrong(&rule("limit = \"2300/CLM01\"")).ends_with("values, not_values or shape"));
        assert!(wrong(&rule("limit = \"2300/CLM01\"\nat_most = 2")).contains("at_most counts segments"));
        assert!(wrong(&rule("limit = \"2300/REF*G1\"\nmax_length = 2")).contains("are of an element"));
        assert!(wrong(&rule("forbid = \"2300/PWK\"\nmax_length = 2")).contains("go with limit"));
        assert_eq!(
            wrong(&rule("forbid = \"2300/PWK\"\nseverity = \"loud\"")),
            "line 5, column 12: severity is \"error\" or \"warning\""
        );
        assert!(wrong(&rule("forbit = \"2300/PWK\"")).starts_with("line 4, column 1: unknown field `forbit`"));
    }
}
