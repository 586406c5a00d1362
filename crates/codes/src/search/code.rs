//! A code or the beginning of one as the question.

use super::Hit;
use crate::icd10cm::{Icd10cm, Kind, bare};

/// The code itself, then what stands below it in the order of the list; nothing when the question is no code.
pub(crate) fn by_code(icd10cm: Icd10cm<'_>, text: &str, limit: usize) -> Option<Vec<Hit>> {
    let code = bare(text.trim());
    let mut chars = code.chars();
    // The second character is a letter in a few codes (QA0).
    let is_code = chars.next()?.is_ascii_alphabetic()
        && chars.all(|c| c.is_ascii_alphanumeric())
        && code.bytes().any(|b| b.is_ascii_digit())
        && (2..=7).contains(&code.len());
    if !is_code {
        return None;
    }
    let nodes = icd10cm.tabular().nodes().iter();
    let below = nodes.filter(|node| node.kind == Kind::Code && node.code.starts_with(&code)).map(|node| &*node.code);
    let exact = icd10cm.get(&code).filter(|d| d.kind == Kind::Code).map(|d| d.code.into_owned());
    let is_new = |known: &&str| exact.as_deref() != Some(*known);
    let completed = icd10cm.children(&code).into_iter().filter(|d| d.is_billable && d.code.len() == 7);
    let completed: Vec<String> = completed.map(|d| d.code.into_owned()).collect();
    let all = exact.iter().map(String::as_str).chain(below.filter(is_new));
    let mut listed: Vec<&str> = all.take(limit).collect();
    for code in &completed {
        if listed.len() < limit && !listed.contains(&code.as_str()) {
            listed.push(code);
        }
    }
    let hits: Vec<Hit> = listed.into_iter().filter_map(|code| hit(icd10cm, code)).collect();
    (!hits.is_empty()).then_some(hits)
}

fn hit(icd10cm: Icd10cm<'_>, code: &str) -> Option<Hit> {
    let diagnosis = icd10cm.get(code)?;
    Some(Hit {
        code: diagnosis.code.into_owned(),
        score: 1.0,
        title: diagnosis.title.into_owned(),
        is_billable: diagnosis.is_billable,
        words: Vec::new(),
        is_whole: true,
    })
}
