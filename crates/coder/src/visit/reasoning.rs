//! How the level was reached, for people who check it: each element with what was counted and its words, the stated
//! time, and both sets of thresholds for the time beyond the visit.

use claim::{Evidence, LevelElement, ProlongedTime, StatedTime, VisitLevel};

use crate::{
    Visit,
    level::{Complexity, ProblemElements, mdm},
    units::{Regime, prolonged_units},
};

/// The level both ways; `elements` are problems, data and risk.
pub(super) fn level(
    code: &str,
    by_decision_making: Option<&str>,
    elements: [(&str, Complexity, &Vec<Evidence>); 3],
    counted: &ProblemElements,
    time: Option<(u32, &Evidence, Option<&str>)>,
    visit: &Visit,
) -> VisitLevel {
    let [(_, problems, _), (_, data, _), (_, risk, _)] = elements;
    VisitLevel {
        code: code.to_owned(),
        complexity: mdm(problems, data, risk).word().to_owned(),
        by_decision_making: by_decision_making.map(str::to_owned),
        elements: elements
            .into_iter()
            .map(|(name, complexity, evidence)| LevelElement {
                name: name.to_owned(),
                complexity: complexity.word().to_owned(),
                counted: if name == "Problems" { kinds(counted) } else { String::new() },
                evidence: evidence.clone(),
            })
            .collect(),
        time: time.map(|(minutes, words, by_time)| StatedTime {
            minutes,
            code: by_time.map(str::to_owned),
            evidence: words.clone(),
        }),
        prolonged: time.map_or_else(Vec::new, |(minutes, _, _)| prolonged(code, minutes, visit)),
    }
}

/// Both sets of thresholds, where one of them gives a unit.
fn prolonged(base: &str, minutes: u32, visit: &Visit) -> Vec<ProlongedTime> {
    let of_regime = |(regime, name, is_of_payer): (Regime, &str, bool)| {
        let reached = prolonged_units(regime, base, minutes, visit.served_on);
        ProlongedTime {
            regime: name.to_owned(),
            code: reached.map(|(code, _)| code.to_owned()),
            units: reached.map_or(0, |(_, units)| units),
            is_of_payer,
        }
    };
    let is_medicare = visit.is_medicare();
    let both = [(Regime::Cpt, "CPT", !is_medicare), (Regime::Medicare, "Medicare", is_medicare)].map(of_regime);
    if both.iter().any(|time| time.units > 0) { both.into() } else { Vec::new() }
}

/// Problems by kind, `1 chronic, not at goal; 2 stable chronic`.
fn kinds(counted: &ProblemElements) -> String {
    [
        (counted.threat, "a threat to life or function"),
        (counted.severe_exacerbation, "chronic, severely worse"),
        (counted.worsening_chronic, "chronic, not at goal"),
        (counted.systemic, "acute with systemic symptoms"),
        (counted.complicated_injury, "complicated injury"),
        (counted.uncertain_prognosis, "new, of uncertain prognosis"),
        (counted.stable_chronic, "chronic, stable"),
        (counted.acute_uncomplicated, "acute, uncomplicated"),
        (counted.self_limited, "self-limited"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, kind)| format!("{count} {kind}"))
    .collect::<Vec<_>>()
    .join("; ")
}
