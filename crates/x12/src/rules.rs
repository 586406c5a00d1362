//! The rules by their stable ids, explained.

use std::sync::LazyLock;

/// A rule as it is explained to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Such as `C7`.
    pub id: &'static str,
    /// The SNIP levels it judges at.
    pub snip: &'static str,
    /// What it asks.
    pub title: &'static str,
    /// Why, and what to do.
    pub text: &'static str,
}

static RULES: LazyLock<Vec<Explanation>> = LazyLock::new(|| {
    let lines = include_str!("../data/rules.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(explanation).collect()
});

fn explanation(line: &'static str) -> Option<Explanation> {
    let mut parts = line.splitn(4, '|');
    Some(Explanation { id: parts.next()?, snip: parts.next()?, title: parts.next()?, text: parts.next()? })
}

/// Every rule, in the order of the rulebook.
#[must_use]
pub fn rules() -> &'static [Explanation] {
    &RULES
}

/// The rule of an id, whatever its case.
///
/// ```
/// assert_eq!(x12::explain("c7").unwrap().title, "CLM02 is the sum of the line charges");
/// ```
#[must_use]
pub fn explain(id: &str) -> Option<&'static Explanation> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_reported_is_explained() {
        let sources = [
            include_str!("answer_rules.rs"),
            include_str!("claim_rules.rs"),
            include_str!("claim_rules/other_payer.rs"),
            include_str!("element_rules.rs"),
            include_str!("engine.rs"),
            include_str!("envelope_rules.rs"),
            include_str!("hierarchy_rules.rs"),
            include_str!("institutional_rules.rs"),
            include_str!("limits.rs"),
            include_str!("payment_rules.rs"),
            include_str!("remittance_rules.rs"),
            include_str!("situation_rules.rs"),
            include_str!("structure_rules.rs"),
        ];
        let mut met = 0;
        for piece in sources.iter().flat_map(|source| source.split("Rule::new(\"").skip(1)) {
            let id = piece.split('"').next().unwrap();
            assert!(explain(id).is_some(), "{id} has no explanation");
            met += 1;
        }
        assert!(met > 60);
        for (_, id, ..) in crate::list_rules::RULES {
            assert!(explain(id).is_some(), "{id} has no explanation");
        }
    }
}
