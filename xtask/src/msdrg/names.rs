//! Short names for the lists of the definitions, such as `291.pdx` for the list `291&292&293|PDX`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// Lists by name; the place of a name is its number.
#[derive(Default)]
pub struct Names {
    by_list: BTreeMap<String, usize>,
    rows: Vec<(String, char)>,
}

impl Names {
    /// The number of a list of diagnoses or procedures, without the codes that are needed beside it.
    pub fn number(&mut self, list: &str, is_diagnosis: bool) -> Result<usize> {
        if let Some(number) = self.by_list.get(list) {
            return Ok(*number);
        }
        let name = name(list);
        if self.rows.iter().any(|(other, _)| *other == name) {
            bail!("two lists would be called {name}; {list} is one of them");
        }
        let number = self.rows.len();
        self.by_list.insert(list.to_owned(), number);
        self.rows.push((name, if is_diagnosis { scope(list) } else { 'X' }));
        Ok(number)
    }

    /// Names with the diagnoses they look at: `P`rincipal, `S`econdary, `A`ny; `X` for procedures.
    pub fn rows(&self) -> &[(String, char)] {
        &self.rows
    }
}

fn scope(list: &str) -> char {
    if list.starts_with("_TRAUMA") || list.contains("PSDX") || list.contains("PDX OR SDX") {
        'A'
    } else if list.contains("SDX") {
        'S'
    } else {
        'P'
    }
}

fn name(list: &str) -> String {
    match list {
        "_MDC24_PDX" => return "trauma.principal".to_owned(),
        "_MDC25" => return "hiv.principal".to_owned(),
        _ => {}
    }
    if let Some(site) = list.strip_prefix("_TRAUMA24_SITE_") {
        return format!("trauma.{}", site.to_lowercase());
    }
    let (drgs, words) = list.split_once('|').unwrap_or((list, ""));
    let stars = words.bytes().filter(|b| *b == b'*').count();
    let words = words.to_lowercase().replace("non-orpcs", "nonor").replace("non orpcs", "nonor").replace("orpcs", "or");
    let words: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let short = match words.as_slice() {
        [a, b, c, .., y, z] if words.len() > 6 => [*a, *b, *c, *y, *z].join("_"),
        words => words.join("_"),
    };
    let first = drgs.split('&').next().unwrap_or_default();
    if stars == 0 { format!("{first}.{short}") } else { format!("{first}.{short}_{}", stars + 1) }
}
