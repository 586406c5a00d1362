//! House rules that a compiler does not check: dependencies between rooms point one way, and every
//! package of the build has a licence that `deny.toml` allows.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What each room may lean on. A room that is not listed fails, so that a new one is placed on purpose.
const LAYERS: &[(&str, &[&str])] = &[
    ("claim", &[]),
    ("x12", &[]),
    ("hl7", &[]),
    ("fhir", &[]),
    ("document", &["fhir", "hl7"]),
    ("codes", &["claim"]),
    ("drg", &["claim"]),
    ("coder", &["claim", "codes", "drg"]),
    ("edit", &["claim", "codes"]),
    ("price", &["claim", "codes"]),
    ("payer", &["claim", "codes", "edit", "price"]),
    ("ledger", &["claim"]),
    ("form", &["claim"]),
    ("exchange", &["claim", "x12"]),
    ("world", &["claim"]),
    ("store", &["claim", "codes", "ledger"]),
    (
        "cycle",
        &[
            "claim", "codes", "coder", "document", "drg", "edit", "exchange", "form", "ledger", "payer", "price",
            "store", "world", "x12",
        ],
    ),
    ("server", &["claim", "codes", "cycle", "document", "form", "ledger", "store"]),
    (
        "superbill",
        &[
            "claim", "codes", "coder", "cycle", "document", "drg", "edit", "exchange", "ledger", "payer", "price",
            "server", "store", "world", "x12",
        ],
    ),
    ("xtask", &["claim", "codes", "drg", "edit"]),
];

pub fn check() -> Result<()> {
    let metadata = metadata()?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata has no packages")?;
    let mut broken = layers(packages);
    broken.extend(licences(packages)?);
    if broken.is_empty() {
        println!("layers and licences: in order ({} packages)", packages.len());
        return Ok(());
    }
    bail!("house rules are broken:\n{}", broken.join("\n"))
}

fn metadata() -> Result<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]).output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata printed something else than JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn layers(packages: &[Value]) -> Vec<String> {
    let rooms: BTreeMap<&str, BTreeSet<&str>> =
        LAYERS.iter().map(|(room, below)| (*room, below.iter().copied().collect())).collect();
    let ours: Vec<&Value> = packages.iter().filter(|p| text(p, "source").is_empty()).collect();
    let names: BTreeSet<&str> = ours.iter().map(|p| text(p, "name")).collect();
    let mut broken = Vec::new();
    for package in ours {
        let name = text(package, "name");
        let Some(allowed) = rooms.get(name) else {
            broken.push(format!("{name}: give it a place in the layers (xtask/src/rules.rs and ARCHITECTURE.md)"));
            continue;
        };
        let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        for dependency in dependencies.filter(|d| text(d, "kind").is_empty()).map(|d| text(d, "name")) {
            if names.contains(dependency) && !allowed.contains(dependency) {
                broken.push(format!("{name} leans on {dependency}, which is not below it"));
            }
        }
    }
    broken
}

fn licences(packages: &[Value]) -> Result<Vec<String>> {
    let policy = std::fs::read_to_string("deny.toml").context("deny.toml cannot be read")?;
    let allowed: BTreeSet<&str> = policy
        .split_once("allow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| list.split('"').skip(1).step_by(2).collect())
        .context("deny.toml has no list of allowed licences")?;
    let mut broken = Vec::new();
    for package in packages {
        let expression = text(package, "license").replace('/', " OR ");
        if !is_allowed(&expression, &allowed) {
            broken.push(format!(
                "{} {}: licence \u{201c}{expression}\u{201d}",
                text(package, "name"),
                text(package, "version")
            ));
        }
    }
    Ok(broken)
}

/// `A OR B` needs one, `A AND B` all; brackets around an alternative are read as an alternative.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let flat = expression.replace(['(', ')'], " ");
    let one_is_allowed = |part: &str| part.split(" OR ").any(|l| allowed.contains(l.trim()));
    !flat.trim().is_empty() && flat.split(" AND ").all(one_is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_read_as_written() {
        let allowed = BTreeSet::from(["MIT", "Apache-2.0", "Unicode-3.0"]);
        assert!(is_allowed("MIT OR Apache-2.0", &allowed));
        assert!(is_allowed("(MIT OR GPL-3.0) AND Unicode-3.0", &allowed));
        assert!(!is_allowed("GPL-3.0", &allowed));
        assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
        assert!(!is_allowed("", &allowed));
    }
}
