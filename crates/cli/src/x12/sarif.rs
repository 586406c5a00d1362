//! Findings as SARIF 2.1.0, which code scanning tools read.

use std::collections::BTreeMap;
use std::io::{Stdout, Write};

use anyhow::Result;
use serde_json::{Value, json};
use x12::{Finding, Severity};

/// A log printed finding by finding; the rules they name come last.
pub struct Sarif {
    out: Stdout,
    has_result: bool,
    /// Each with what it cites, for a rule of a payer.
    rules: BTreeMap<String, Option<String>>,
}

impl Default for Sarif {
    fn default() -> Self {
        Self { out: std::io::stdout(), has_result: false, rules: BTreeMap::new() }
    }
}

impl Sarif {
    pub fn begin(&mut self) -> Result<()> {
        let schema = "https://json.schemastore.org/sarif-2.1.0.json";
        Ok(write!(self.out, "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[")?)
    }

    pub fn add(&mut self, file: &str, finding: &Finding) -> Result<()> {
        self.rules.entry(finding.rule.to_string()).or_insert_with(|| finding.citation.clone());
        let level = if finding.severity == Severity::Error { "error" } else { "warning" };
        let result = json!({
            "ruleId": finding.rule,
            "level": level,
            "message": { "text": finding.message },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(file) },
                    "region": region(finding),
                },
                "logicalLocations": [{ "fullyQualifiedName": finding.path }],
            }],
            "properties": { "snip": finding.snip, "ack": finding.ack, "transaction": finding.transaction },
        });
        let comma = if std::mem::replace(&mut self.has_result, true) { "," } else { "" };
        Ok(write!(self.out, "{comma}{result}")?)
    }

    pub fn finish(mut self) -> Result<()> {
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
        let tool = json!({ "driver": { "name": "superbill x12", "rules": rules.collect::<Vec<_>>() } });
        Ok(writeln!(self.out, "],\"tool\":{tool}}}]}}")?)
    }
}

/// Where a finding stands: bytes, and the line where it is known.
fn region(finding: &Finding) -> Value {
    let mut region = json!({ "byteOffset": finding.offset, "byteLength": finding.length });
    if let Some(region) = region.as_object_mut().filter(|_| finding.line > 0) {
        region.insert("startLine".to_owned(), finding.line.into());
    }
    region
}

/// A path as a URI reference.
fn uri(file: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let one = |byte: u8| if is_kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    file.bytes().map(one).collect()
}
