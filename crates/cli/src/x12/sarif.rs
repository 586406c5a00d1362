//! Findings as SARIF 2.1.0, which code scanning tools read.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use x12::{Finding, Severity};

/// A log being gathered.
#[derive(Default)]
pub struct Sarif {
    results: Vec<Value>,
    /// Each with what it cites, for a rule of a payer.
    rules: BTreeMap<String, Option<String>>,
}

impl Sarif {
    pub fn add(&mut self, file: &str, finding: &Finding) {
        self.rules.entry(finding.rule.to_string()).or_insert_with(|| finding.citation.clone());
        let level = if finding.severity == Severity::Error { "error" } else { "warning" };
        self.results.push(json!({
            "ruleId": finding.rule,
            "level": level,
            "message": { "text": finding.message },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": file },
                    "region": { "byteOffset": finding.offset, "byteLength": finding.length },
                },
                "logicalLocations": [{ "fullyQualifiedName": finding.path }],
            }],
            "properties": { "snip": finding.snip, "ack": finding.ack, "transaction": finding.transaction },
        }));
    }

    pub fn log(self) -> Value {
        let rules = self.rules.into_iter().map(|(id, citation)| match x12::explain(&id) {
            Some(rule) => json!({
                "id": id,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.text },
            }),
            None => json!({
                "id": id,
                "shortDescription": { "text": "A rule of the payer" },
                "fullDescription": { "text": citation.unwrap_or_default() },
            }),
        });
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "superbill x12", "rules": rules.collect::<Vec<_>>() } },
                "results": self.results,
            }],
        })
    }
}
