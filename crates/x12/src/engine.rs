//! Judging event by event: the open envelopes, and what each kind of transaction set remembers between its units.

use std::sync::Arc;

use crate::answer_rules::Answers;
use crate::claim_rules::Claims;
use crate::element_rules::judge_elements;
use crate::envelope::ReadError;
use crate::envelope_rules::{
    judge_functional_id, judge_ge, judge_gs, judge_iea, judge_isa, judge_se, judge_st, judge_stray,
};
use crate::finding::{AckLevel, Finding, Judge, Place, Rule};
use crate::guide::{Guide, guide_of};
use crate::hierarchy_rules::Hierarchy;
use crate::ids;
use crate::lexer::not_x12;
use crate::limits::{LIMIT, Numbers, UNIT_BYTES_MAX};
use crate::list_rules::ListJudge;
use crate::lists::Lists;
use crate::overlay::Overlays;
use crate::payment_rules::judge_payments;
use crate::remittance_rules::Payments;
use crate::segment::{Delimiters, Segment};
use crate::situation_rules::Situations;
use crate::stream::{Event, Mark, Reader, begins_unit};
use crate::structure_rules::{judge_fault, judge_line_numbers};
use crate::validate::{GroupSummary, InterchangeSummary, Options, Report, TransactionSummary};
use crate::walk::{Fault, FaultKind, Kept, Step, Walker, unplaced};

/// Judges the events of one file.
pub(crate) struct Engine<'o> {
    judge: Judge,
    options: &'o Options,
    lists: ListJudge<'o>,
    report: Report,
    /// Whether the report tells every envelope of the file.
    keeps_envelopes: bool,
    interchange_count: usize,
    interchanges: Numbers,
    traces: Numbers,
    interchange: Option<OpenInterchange<'o>>,
    first_error: Option<ReadError>,
}

struct OpenInterchange<'o> {
    isa: Kept,
    group_count: usize,
    groups: Numbers,
    group: Option<OpenGroup<'o>>,
}

struct OpenGroup<'o> {
    gs: Kept,
    transaction_count: usize,
    transactions: Numbers,
    transaction: Option<OpenTransaction<'o>>,
}

struct OpenTransaction<'o> {
    st: Kept,
    body: Option<Body<'o>>,
    units: usize,
    segments: u32,
    /// The last segment read, to point at when SE is missing.
    last: Kept,
}

/// What stands above a transaction set and decides how it is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Above {
    pub delimiters: Delimiters,
    /// ISA08 and GS03.
    pub receivers: [String; 2],
    /// GS08.
    pub version: String,
}

/// A transaction set judged apart from its file, from its ST up to its SE.
pub(crate) struct Judged<'o> {
    /// Where its ST stands.
    pub offset: usize,
    /// What was taken to stand above it.
    pub above: Arc<Above>,
    /// Where its SE stands.
    pub end: Mark,
    transaction: OpenTransaction<'o>,
    findings: Vec<Finding>,
    /// The last claim.
    claim: String,
    unchecked: Vec<&'static str>,
    traces: Numbers,
}

/// Judges transaction sets apart from their file.
pub(crate) struct Apart<'o> {
    options: &'o Options,
    lists: ListJudge<'o>,
    /// Whether findings are given unit by unit, each in the order of the file.
    is_each: bool,
}

/// A transaction set with a guide.
struct Body<'o> {
    guide: &'static Guide,
    walker: Walker,
    hierarchy: Hierarchy,
    sense: Sense,
    overlays: Option<Overlays<'o>>,
    /// The claim of the unit before.
    claim_before: String,
    /// Room for the segments of a unit.
    room: Vec<Step<'static>>,
}

/// What the rules of a kind of transaction set remember.
enum Sense {
    Claims(Box<Claims>, Box<Situations>),
    Payments(Payments),
    Answers(Box<Answers>),
    None,
}

impl<'o> Engine<'o> {
    pub fn new(options: &'o Options, lists: &'o dyn Lists) -> Self {
        Self {
            judge: Judge::new(options.snip, options.zip),
            options,
            lists: ListJudge::new(lists, options.snip),
            report: Report::default(),
            keeps_envelopes: true,
            interchange_count: 0,
            interchanges: Numbers::default(),
            traces: Numbers::default(),
            interchange: None,
            first_error: None,
        }
    }

    /// Leaves the envelopes out of the report, whose number has no limit.
    pub const fn without_envelopes(mut self) -> Self {
        self.keeps_envelopes = false;
        self
    }

    /// Judges the next event; false after the last.
    pub fn take(&mut self, event: Event<'_>) -> bool {
        match event {
            Event::Interchange(isa) => self.open_interchange(&isa),
            Event::Answer(_) => {}
            Event::Group(gs) => self.open_group(&gs),
            Event::Transaction(st) => self.open_transaction(&st),
            Event::Unit(segments) => self.unit(&segments),
            Event::TransactionEnd(se) => self.close_transaction(Some(&se)),
            Event::GroupEnd(ge) => self.close_group(Some(&ge)),
            Event::InterchangeEnd(iea) => self.close_interchange(Some(&iea)),
            Event::Stray(segment) => self.stray(&segment),
            Event::Broken(error) => self.broken(error),
            Event::End(_) => {
                self.close_interchange(None);
                return false;
            }
        }
        true
    }

    /// Takes the findings made since the last time, in the order of the file.
    pub fn findings(&mut self) -> Vec<Finding> {
        let mut findings = std::mem::take(&mut self.judge.findings);
        findings.sort_by_key(|finding| finding.offset);
        findings
    }

    pub fn finish(mut self) -> Report {
        if self.interchange_count == 0 {
            let empty = || not_x12(0, "the file is empty".to_owned());
            return Report { unreadable: Some(self.first_error.unwrap_or_else(empty)), ..Report::default() };
        }
        self.report.findings = self.findings();
        self.report.unchecked = self.lists.unchecked;
        self.report
    }

    fn open_interchange(&mut self, isa: &Segment<'_>) {
        self.close_interchange(None);
        self.judge.place = Place { interchange: self.interchange_count, ..Place::default() };
        judge_isa(&mut self.judge, isa, &mut self.interchanges);
        self.interchange_count = self.interchange_count.saturating_add(1);
        if self.keeps_envelopes {
            self.report.interchanges.push(InterchangeSummary {
                control: isa.el(13).to_owned(),
                at: (isa.el(9).to_owned(), isa.el(10).to_owned()),
                groups: Vec::new(),
            });
        }
        let (isa, groups) = (Kept::of_segment(isa), Numbers::default());
        self.interchange = Some(OpenInterchange { isa, group_count: 0, groups, group: None });
    }

    fn close_interchange(&mut self, iea: Option<&Segment<'_>>) {
        self.close_group(None);
        let Some(open) = self.interchange.take() else { return };
        self.judge.place = Place { interchange: self.interchange_count.saturating_sub(1), ..Place::default() };
        judge_iea(&mut self.judge, &open.isa.segment(), open.group_count, iea);
    }

    fn open_group(&mut self, gs: &Segment<'_>) {
        self.close_group(None);
        let Some(open) = &mut self.interchange else { return };
        self.judge.place.group = Some(open.group_count);
        open.group_count = open.group_count.saturating_add(1);
        judge_gs(&mut self.judge, gs, &mut open.groups);
        if let Some(summary) = self.report.interchanges.last_mut() {
            summary.groups.push(GroupSummary {
                functional_id: gs.el(1).to_owned(),
                control: gs.el(6).to_owned(),
                version: gs.el(8).to_owned(),
                declared: String::new(),
                transactions: Vec::new(),
            });
        }
        let (gs, transactions) = (Kept::of_segment(gs), Numbers::default());
        open.group = Some(OpenGroup { gs, transaction_count: 0, transactions, transaction: None });
    }

    fn close_group(&mut self, ge: Option<&Segment<'_>>) {
        self.close_transaction(None);
        let Some(group) = self.interchange.as_mut().and_then(|open| open.group.take()) else { return };
        let count = group.transaction_count;
        if let Some(summary) = self.report.interchanges.last_mut().and_then(|one| one.groups.last_mut()) {
            summary.declared = ge.map_or(count.to_string(), |ge| ge.el(1).to_owned());
        }
        judge_ge(&mut self.judge, &group.gs.segment(), count, ge);
        self.judge.place = Place { interchange: self.judge.place.interchange, ..Place::default() };
    }

    fn open_transaction(&mut self, st: &Segment<'_>) {
        self.close_transaction(None);
        let Some(open) = self.interchange.as_mut() else { return };
        let isa = open.isa.segment();
        let Some(group) = open.group.as_mut() else { return };
        let gs = group.gs.segment();
        if group.transaction_count == 0 {
            judge_functional_id(&mut self.judge, &gs, st.el(1));
        }
        self.judge.place.transaction = Some(group.transaction_count);
        group.transaction_count = group.transaction_count.saturating_add(1);
        self.judge.transaction = Some(st.el(2).to_owned());
        let transaction = OpenTransaction::new(st, self.options, [isa.el(8), gs.el(3)], gs.el(8));
        let is_checked = transaction.body.is_some();
        judge_st(&mut self.judge, &gs, st, is_checked, &mut group.transactions);
        if let Some(summary) = self.report.interchanges.last_mut().and_then(|one| one.groups.last_mut()) {
            summary.transactions.push(TransactionSummary {
                set_id: st.el(1).to_owned(),
                control: st.el(2).to_owned(),
                version: st.el(3).to_owned(),
                is_checked,
            });
        }
        self.lists.begin(st.el(1));
        group.transaction = Some(transaction);
    }

    fn unit(&mut self, segments: &[Segment<'_>]) {
        let Some(transaction) = self.interchange.as_mut().and_then(OpenInterchange::transaction) else { return };
        transaction.unit(&mut self.judge, segments, self.options, &mut self.lists, &mut self.traces);
    }

    /// What stands above the transaction set that was opened.
    pub fn above(&self, delimiters: Delimiters) -> Option<Above> {
        let open = self.interchange.as_ref()?;
        let (isa, gs) = (open.isa.segment(), open.group.as_ref()?.gs.segment());
        let receivers = [isa.el(8).to_owned(), gs.el(3).to_owned()];
        Some(Above { delimiters, receivers, version: gs.el(8).to_owned() })
    }

    /// Takes over what was found out apart about the transaction set that was opened; its findings come back when they
    /// are given unit by unit, else they are kept. `None` when it must be judged again, for it repeats a number.
    pub fn adopt(&mut self, judged: Judged<'o>, is_each: bool) -> Option<Vec<Finding>> {
        let group = self.interchange.as_mut()?.group.as_mut()?;
        if group.transaction.is_none() || !self.traces.join(&judged.traces) {
            return None;
        }
        group.transaction = Some(judged.transaction);
        self.judge.place.claim = judged.claim;
        for list in judged.unchecked {
            if !self.lists.unchecked.contains(&list) {
                self.lists.unchecked.push(list);
            }
        }
        let Place { interchange, group, transaction, .. } = self.judge.place;
        let placed = judged.findings.into_iter().map(|mut finding| {
            finding.place = Place { interchange, group, transaction, ..finding.place };
            finding
        });
        if is_each {
            return Some(placed.collect());
        }
        placed.for_each(|finding| self.judge.push(finding));
        Some(Vec::new())
    }

    fn close_transaction(&mut self, se: Option<&Segment<'_>>) {
        let group = self.interchange.as_mut().and_then(|open| open.group.as_mut());
        let Some(transaction) = group.and_then(|group| group.transaction.take()) else { return };
        let last = transaction.last.segment();
        if let Some(body) = transaction.body {
            body.close(&mut self.judge, se.unwrap_or(&last));
        }
        self.judge.place.claim.clear();
        let segments = se.map_or(transaction.segments, Segment::position);
        judge_se(&mut self.judge, &transaction.st.segment(), segments, se);
        self.judge.transaction = None;
        self.judge.place.transaction = None;
    }

    fn stray(&mut self, segment: &Segment<'_>) {
        let place = Place { interchange: self.judge.place.interchange, ..Place::default() };
        let place = std::mem::replace(&mut self.judge.place, place);
        judge_stray(&mut self.judge, segment);
        self.judge.place = place;
    }

    fn broken(&mut self, error: ReadError) {
        self.close_interchange(None);
        // No interchange of the report is refused for what stands between them.
        self.judge.place = Place { interchange: usize::MAX, ..Place::default() };
        let message = format!("{}; expected {}. {}", error.what, error.expected, error.action);
        self.judge.bytes(Rule::new("E1", 1, AckLevel::Ta1, "022"), error.offset, message);
        self.first_error.get_or_insert(error);
    }
}

impl<'o> OpenInterchange<'o> {
    fn transaction(&mut self) -> Option<&mut OpenTransaction<'o>> {
        self.group.as_mut()?.transaction.as_mut()
    }
}

impl<'o> OpenTransaction<'o> {
    fn new(st: &Segment<'_>, options: &'o Options, receivers: [&str; 2], version: &str) -> Self {
        let version = if st.el(3).is_empty() { version } else { st.el(3) };
        let guide = guide_of(st.el(1), version);
        let body = guide.map(|guide| Body::new(guide, Overlays::of(options, guide, receivers)));
        let kept = Kept::of_segment(st);
        Self { last: kept.clone(), st: kept, body, units: 0, segments: 1 }
    }

    fn unit(
        &mut self,
        judge: &mut Judge,
        segments: &[Segment<'_>],
        options: &Options,
        lists: &mut ListJudge<'_>,
        traces: &mut Numbers,
    ) {
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return };
        self.last.take(last);
        self.segments = last.position();
        let Some(body) = &mut self.body else { return };
        if self.units > 0 && !begins_unit(body.guide.set_id, first.id()) {
            let message =
                format!("More than {UNIT_BYTES_MAX} bytes belong together here; their sums were not checked.");
            judge.segment(LIMIT, &unplaced(*first), message);
        }
        self.units = self.units.saturating_add(1);
        body.take(judge, segments, options, lists, traces);
    }
}

impl<'o> Apart<'o> {
    pub fn new(options: &'o Options, lists: &'o dyn Lists, is_each: bool) -> Self {
        Self { options, lists: ListJudge::new(lists, options.snip), is_each }
    }

    /// Judges the transaction set that begins `bytes`. `None` when it has no SE there or more findings than are kept.
    pub fn judge(&mut self, bytes: &[u8], offset: usize, line: usize, above: &Arc<Above>) -> Option<Judged<'o>> {
        let Self { options, lists, is_each } = self;
        let mut reader = Reader::resume(bytes, above.delimiters, offset, line);
        let mut judge = Judge::new(options.snip, options.zip);
        let (mut open, mut traces, mut findings) = (None, Numbers::default(), Vec::new());
        let end = loop {
            match reader.next_event().ok()? {
                Event::Transaction(st) if open.is_none() => {
                    judge.transaction = Some(st.el(2).to_owned());
                    lists.begin(st.el(1));
                    let [isa, gs] = &above.receivers;
                    open = Some(OpenTransaction::new(&st, options, [isa, gs], &above.version));
                }
                Event::Unit(segments) => {
                    open.as_mut()?.unit(&mut judge, &segments, options, lists, &mut traces);
                    if *is_each {
                        judge.findings.sort_by_key(|finding| finding.offset);
                        findings.append(&mut judge.findings);
                    }
                }
                Event::TransactionEnd(se) => break Mark::before(&se),
                _ => return None,
            }
        };
        findings.append(&mut judge.findings);
        let unchecked = std::mem::take(&mut lists.unchecked);
        if judge.is_full() {
            return None;
        }
        let (transaction, claim) = (open?, judge.place.claim);
        Some(Judged { offset, above: Arc::clone(above), end, transaction, findings, claim, unchecked, traces })
    }
}

impl<'o> Body<'o> {
    fn new(guide: &'static Guide, overlays: Option<Overlays<'o>>) -> Self {
        let sense = match guide.set_id {
            "837" => {
                let claims = Claims::new(guide);
                let situations = Situations::new(claims.kind());
                Sense::Claims(Box::new(claims), Box::new(situations))
            }
            "835" => Sense::Payments(Payments::default()),
            _ => Answers::of(guide).map_or(Sense::None, |answers| Sense::Answers(Box::new(answers))),
        };
        let walker = Walker::new(guide);
        Self {
            guide,
            walker,
            hierarchy: Hierarchy::default(),
            sense,
            overlays,
            claim_before: String::new(),
            room: Vec::new(),
        }
    }

    fn take(
        &mut self,
        judge: &mut Judge,
        segments: &[Segment<'_>],
        options: &Options,
        lists: &mut ListJudge<'_>,
        traces: &mut Numbers,
    ) {
        let Some(first) = segments.first() else { return };
        std::mem::swap(&mut self.claim_before, &mut judge.place.claim);
        judge.place.claim.clear();
        if matches!(first.key(), ids::CLM | ids::CLP) {
            judge.place.claim.push_str(first.el(1));
        }
        let mut faults = Vec::new();
        let mut steps = emptied(std::mem::take(&mut self.room));
        for segment in segments {
            let step = self.walker.step(segment, &mut faults);
            // What the file ends in is reported by the trailers that are missing.
            if segment.is_terminated() {
                judge_elements(judge, &step);
            }
            if segment.key() == ids::HL {
                self.hierarchy.take(judge, self.guide, &step.located);
            }
            steps.push(step);
        }
        judge_faults(judge, &faults, first, &self.claim_before);
        match &mut self.sense {
            Sense::Claims(claims, situations) => {
                judge_line_numbers(judge, &steps);
                claims.take(judge, &steps, options.on.as_deref());
                situations.take(judge, &steps);
            }
            Sense::Payments(payments) => {
                payments.take(judge, &steps, traces, lists.lists);
                judge_payments(judge, &steps);
            }
            Sense::Answers(answers) => answers.take(judge, &steps),
            Sense::None => {}
        }
        lists.take(judge, &steps);
        if let Some(overlays) = &mut self.overlays {
            overlays.take(judge, &steps);
        }
        self.room = emptied(steps);
    }

    fn close(mut self, judge: &mut Judge, last: &Segment<'_>) {
        let mut faults = Vec::new();
        self.walker.close(last, &mut faults);
        for fault in &faults {
            judge_fault(judge, fault);
        }
        judge.place.claim.clear();
        self.hierarchy.close(judge, 0);
        match &mut self.sense {
            Sense::Payments(payments) => payments.close(judge),
            Sense::Answers(answers) => answers.close(judge),
            Sense::Claims(..) | Sense::None => {}
        }
    }
}

/// The room of a vector for segments of another unit: collecting nothing from it keeps its memory.
fn emptied<'b>(steps: Vec<Step<'_>>) -> Vec<Step<'b>> {
    steps.into_iter().map_while(|_| None).collect()
}

/// Reports breaks of the structure. What is missing where a unit begins belongs to the claim before it.
fn judge_faults(judge: &mut Judge, faults: &[Fault<'_>], first: &Segment<'_>, before: &str) {
    for fault in faults {
        let is_before = fault.kind == FaultKind::Missing && fault.at.position() == first.position();
        let claim =
            if is_before { std::mem::replace(&mut judge.place.claim, before.to_owned()) } else { String::new() };
        judge_fault(judge, fault);
        if is_before {
            judge.place.claim = claim;
        }
    }
}
