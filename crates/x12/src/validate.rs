//! Judging a file: envelopes, structure, elements and the rules of each guide, up to a SNIP level.

use std::collections::BTreeSet;

use crate::claim_rules::judge_claims;
use crate::element_rules::judge_elements;
use crate::envelope::{Group, Interchange, ReadError, Transaction, read};
use crate::envelope_rules::{judge_group, judge_interchange, judge_transaction};
use crate::finding::{AckLevel, Finding, Judge, Place, Severity};
use crate::guide::guide_of;
use crate::remittance_rules::{Traces, judge_remittance};
use crate::structure_rules::{judge_fault, judge_hierarchy, judge_line_numbers};
use crate::walk::walk;

/// What to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Highest SNIP level, 1 to 5.
    pub snip: u8,
    /// Today, CCYYMMDD; days of service after it are findings. `None` does not ask.
    pub on: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { snip: 5, on: None }
    }
}

/// What a file is and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Defects in the order of the file.
    pub findings: Vec<Finding>,
    /// What the file holds, for acknowledgements.
    pub interchanges: Vec<InterchangeSummary>,
    /// Why nothing could be read, when nothing could.
    pub unreadable: Option<ReadError>,
}

/// The envelope of an interchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterchangeSummary {
    /// ISA13.
    pub control: String,
    /// ISA09 and ISA10 as sent.
    pub at: (String, String),
    /// Groups.
    pub groups: Vec<GroupSummary>,
}

/// The envelope of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary {
    /// GS01.
    pub functional_id: String,
    /// GS06.
    pub control: String,
    /// GS08.
    pub version: String,
    /// GE01 as sent; the number found when GE is missing.
    pub declared: String,
    /// Transaction sets.
    pub transactions: Vec<TransactionSummary>,
}

/// The envelope of a transaction set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionSummary {
    /// ST01.
    pub set_id: String,
    /// ST02.
    pub control: String,
    /// ST03 as sent.
    pub version: String,
    /// True when a guide is known and the set was checked against it.
    pub is_checked: bool,
}

impl Report {
    /// True when the file could be read and no finding is an error.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.unreadable.is_none() && !self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The errors that one place of the file leads to on one acknowledgement.
    pub(crate) fn errors_at<'r>(
        &'r self,
        is_here: impl Fn(&Place) -> bool + 'r,
        levels: &'r [AckLevel],
    ) -> impl Iterator<Item = &'r Finding> {
        self.findings.iter().filter(move |finding| {
            finding.severity == Severity::Error && levels.contains(&finding.ack.level) && is_here(&finding.place)
        })
    }
}

/// Judges a file up to `options.snip`.
#[must_use]
pub fn validate(bytes: &[u8], options: &Options) -> Report {
    let interchanges = match read(bytes) {
        Ok(interchanges) => interchanges,
        Err(error) => return Report { unreadable: Some(error), ..Report::default() },
    };
    let mut judge = Judge::new(options.snip);
    let mut seen = BTreeSet::new();
    let mut traces = Traces::new();
    for (index, interchange) in interchanges.iter().enumerate() {
        judge.place = Place { interchange: index, ..Place::default() };
        judge_interchange(&mut judge, interchange, &mut seen);
        judge_groups(&mut judge, interchange, options, &mut traces);
    }
    let mut findings = judge.findings;
    findings.sort_by_key(|finding| finding.offset);
    Report { findings, interchanges: interchanges.iter().map(summary).collect(), unreadable: None }
}

fn judge_groups(judge: &mut Judge, interchange: &Interchange<'_>, options: &Options, traces: &mut Traces) {
    let mut groups_seen = BTreeSet::new();
    for (index, group) in interchange.groups.iter().enumerate() {
        judge.place = Place { group: Some(index), interchange: judge.place.interchange, ..Place::default() };
        judge_group(judge, group, &mut groups_seen);
        let mut transactions_seen = BTreeSet::new();
        for (index, transaction) in group.transactions.iter().enumerate() {
            judge.place.transaction = Some(index);
            judge.transaction = Some(transaction.control().to_owned());
            if judge_transaction(judge, group, transaction, &mut transactions_seen) {
                judge_body(judge, transaction, options, traces);
            }
            judge.place.claim.clear();
            judge.transaction = None;
        }
        judge.place.transaction = None;
    }
}

fn judge_body(judge: &mut Judge, transaction: &Transaction<'_>, options: &Options, traces: &mut Traces) {
    let Some(guide) = guide_of(transaction.set_id(), transaction.guide()) else { return };
    let walk = walk(guide, &transaction.segments);
    let mut faults = walk.faults.iter().peekable();
    for step in &walk.steps {
        match step.located.segment.id() {
            "CLM" | "CLP" => step.located.segment.el(1).clone_into(&mut judge.place.claim),
            "HL" | "PLB" | "SE" => judge.place.claim.clear(),
            _ => {}
        }
        while let Some(fault) = faults.next_if(|fault| fault.at.position() <= step.located.segment.position()) {
            judge_fault(judge, fault);
        }
        judge_elements(judge, step);
    }
    judge.place.claim.clear();
    match guide.set_id {
        "837" => {
            judge_hierarchy(judge, guide, &walk.steps);
            judge_line_numbers(judge, &walk.steps);
            judge_claims(judge, &walk.steps, options.on.as_deref());
        }
        "835" => judge_remittance(judge, &walk.steps, traces),
        "270" | "271" | "276" | "277" | "278" => judge_hierarchy(judge, guide, &walk.steps),
        _ => {}
    }
}

fn summary(interchange: &Interchange<'_>) -> InterchangeSummary {
    InterchangeSummary {
        control: interchange.control().to_owned(),
        at: (interchange.isa.el(9).to_owned(), interchange.isa.el(10).to_owned()),
        groups: interchange.groups.iter().map(group_summary).collect(),
    }
}

fn group_summary(group: &Group<'_>) -> GroupSummary {
    let found = group.transactions.len().to_string();
    let transactions = group.transactions.iter().map(|transaction| TransactionSummary {
        set_id: transaction.set_id().to_owned(),
        control: transaction.control().to_owned(),
        version: transaction.st().map_or("", |st| st.el(3)).to_owned(),
        is_checked: guide_of(transaction.set_id(), transaction.guide()).is_some(),
    });
    GroupSummary {
        functional_id: group.gs.el(1).to_owned(),
        control: group.control().to_owned(),
        version: group.gs.el(8).to_owned(),
        declared: group.ge.as_ref().map_or(found, |ge| ge.el(1).to_owned()),
        transactions: transactions.collect(),
    }
}
