//! Short notes under the official guidelines: what is coded, in which order, and what must not be.

use anyhow::Result;
use claim::{Band, Setting, SuggestedCode};
use coder::Ranking;
use codes::Library;
use jiff::civil::date;
use serde_json::{Map, Value, json};

use super::{Verdict, codes, word};
use crate::bench::sets;

pub fn answer(vector: &Value, library: &Library) -> Result<Verdict> {
    let mut visit = sets::visit();
    visit.served_on = date(2026, 3, 4);
    visit.patient_born_on = Some(date(1970, 5, 5));
    if word(vector.get("setting")) == "inpatient" {
        visit.setting = Setting::Inpatient;
    }
    let coding = coder::suggest(&sets::note(word(vector.get("text"))), &visit, library, &Ranking::default());
    let given: Vec<String> = coding
        .suggestions
        .iter()
        .filter(|s| s.band > Band::Offer && matches!(s.code, SuggestedCode::Diagnosis { .. }))
        .map(|s| s.code.code().to_owned())
        .collect();
    let expected = codes(vector.get("expected"));
    let places: Vec<Option<usize>> = expected.iter().map(|code| given.iter().position(|g| g == code)).collect();
    let in_order = vector.get("ordered") != Some(&Value::Bool(true)) || places.is_sorted();
    let any = codes(vector.get("any_of"));
    let found_any: Vec<&String> = any.iter().filter(|code| given.contains(code)).collect();
    // "E11.9+E11.65" forbids the two together.
    let is_given = |code: &&String| code.split('+').all(|one| given.iter().any(|g| g == one));
    let must_not = codes(vector.get("must_not"));
    let wrong: Vec<&String> = must_not.iter().filter(is_given).collect();
    let pass =
        places.iter().all(Option::is_some) && in_order && (any.is_empty() || !found_any.is_empty()) && wrong.is_empty();
    let mut got = Map::new();
    got.insert("expected".to_owned(), json!(given));
    if vector.get("any_of").is_some() {
        got.insert("any_of".to_owned(), json!(found_any));
    }
    if vector.get("must_not").is_some() {
        got.insert("must_not".to_owned(), json!(wrong));
    }
    Ok(Verdict { got, pass })
}
