//! The 277CA made from findings: which claims of an 837 go on, and why the others do not.

use std::io;

use crate::ack::plain;
use crate::draft::{Draft, Mark, RespondError, Spool, Written};
use crate::finding::{AckLevel, Finding};
use crate::segment::Segment;
use crate::value::{amount, cents, period};
use crate::write::{Element, Envelope, Writer, composite, text};

/// The guide of the 277CA written here.
const GUIDE_277CA: &str = "005010X214";

/// Most reasons given for one claim.
pub const REASONS_MAX: usize = 3;

/// Writes a 277CA for every 837 that its 999 accepts. A claim with an error of SNIP 3 to 5 is refused with its status
/// codes (at most [`REASONS_MAX`]), the rest are accepted. The day of the reply is that of receipt and of processing.
///
/// Totals come before claims and are known after them, so the claims of a set wait in a spool of their own.
pub(crate) struct ClaimAnswers<'e, S> {
    draft: Draft<'e, S>,
    reply: Envelope<'e>,
    claims: Writer<'e>,
    written: Written<S>,
    batch: Option<Batch>,
}

/// What is known of the open 837.
#[derive(Default)]
struct Batch {
    reference: String,
    submitter: Party,
    receiver: Party,
    patient: Party,
    /// Providers whose claims are still to come.
    providers: Vec<Party>,
    has_provider: bool,
    /// The last claim and the one before, whose end is judged with the unit that follows.
    pending: [Option<Claim>; 2],
    /// HL numbers given.
    levels: u32,
    provider_level: u32,
    accepted: Sum,
    refused: Sum,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    claims: u32,
    cents: i64,
}

#[derive(Clone, Default)]
struct Party {
    kind: String,
    last: String,
    first: String,
    qualifier: String,
    id: String,
}

struct Claim {
    /// CLM01 as sent.
    control: String,
    cents: i64,
    day: String,
    patient: Party,
    /// Providers that begin before it.
    providers: Vec<Party>,
    /// Category and status of each reason, none when it is accepted.
    reasons: Vec<&'static str>,
}

impl Party {
    fn of(nm1: &Segment<'_>) -> Self {
        let part = |element: usize| plain(nm1.el(element));
        Self { kind: part(2), last: part(3), first: part(4), qualifier: part(8), id: part(9) }
    }

    fn write(&self, writer: &mut Writer<'_>, entity: &str, qualifier: &str) {
        let kind = if self.kind == "1" { "1" } else { "2" };
        let last = if self.last.is_empty() { "UNKNOWN" } else { &self.last };
        let (qualifier, id) = if self.id.is_empty() { ("", "") } else { (qualifier, self.id.as_str()) };
        writer.segment("NM1", &[entity, kind, last, &self.first, "", "", "", qualifier, id]);
    }
}

impl<'e, S: Spool> ClaimAnswers<'e, S> {
    pub fn new(reply: &Envelope<'e>, [spool, claims]: [S; 2]) -> Self {
        let mut draft = Draft::new(reply, spool);
        draft.writer.group("HN", GUIDE_277CA, reply.interchange_control);
        // Only the segments of its transaction sets are taken.
        let mut writer = Writer::new(reply);
        writer.group("HN", GUIDE_277CA, reply.interchange_control);
        Self { draft, reply: reply.clone(), claims: writer, written: Written::new(claims), batch: None }
    }

    pub fn mark(&mut self) -> io::Result<Mark> {
        self.draft.mark()
    }

    pub fn take_back(&mut self, mark: Mark) -> io::Result<()> {
        self.draft.take_back(mark)
    }

    /// Begins a transaction set.
    pub fn begin(&mut self, set_id: &str) -> io::Result<()> {
        self.written.cut(0)?;
        self.claims.transaction("277", "0001", Some(GUIDE_277CA));
        self.claims.take_written();
        // HL 1 and 2 are the receiver and the submitter.
        self.batch = (set_id == "837").then(|| Batch { levels: 2, ..Batch::default() });
        Ok(())
    }

    pub fn unit(&mut self, segments: &[Segment<'_>]) {
        if let Some(batch) = &mut self.batch {
            batch.take(segments);
        }
    }

    /// An error of the transaction set: a reason against the claim it stands in.
    pub fn error(&mut self, finding: &Finding) {
        let claims = self.batch.iter_mut().flat_map(|batch| batch.pending.iter_mut().flatten());
        for claim in claims.filter(|claim| claim.control == finding.place.claim) {
            let code = if finding.ack.level == AckLevel::ClaimStatus { finding.ack.code } else { "A7:21" };
            if claim.reasons.len() < REASONS_MAX && !claim.reasons.contains(&code) {
                claim.reasons.push(code);
            }
        }
    }

    /// After the errors of a unit: the claim before the last one gets no more of them.
    pub fn settle(&mut self) -> io::Result<()> {
        let Some(batch) = &mut self.batch else { return Ok(()) };
        let [before, last] = &mut batch.pending;
        let settled = before.take();
        *before = last.take();
        if let Some(claim) = settled {
            batch.write_claim(&claim, &mut self.claims, self.reply.at.0);
            self.written.add(&self.claims.take_written())?;
        }
        Ok(())
    }

    /// Ends a transaction set, which is answered when the 999 accepts it.
    pub fn end(&mut self, is_accepted: bool) -> io::Result<()> {
        self.settle()?;
        self.settle()?;
        let Some(mut batch) = self.batch.take().filter(|_| is_accepted) else { return Ok(()) };
        for provider in std::mem::take(&mut batch.providers) {
            batch.write_provider(&provider, false, &mut self.claims);
        }
        self.written.add(&self.claims.take_written())?;
        let segments = self.claims.segments().saturating_sub(1);
        batch.write_head(&mut self.draft.writer, &self.reply);
        self.draft.append(segments, &mut self.written)?;
        self.draft.writer.end_transaction();
        self.draft.keep()
    }

    /// Copies the interchange, unless it holds no answer.
    pub fn finish(mut self, out: &mut impl io::Write) -> Result<(), RespondError> {
        self.claims.finish()?;
        if self.draft.writer.transactions() == 0 { Ok(()) } else { self.draft.finish(out) }
    }
}

impl Batch {
    fn take(&mut self, segments: &[Segment<'_>]) {
        let Some(first) = segments.first() else { return };
        if first.id() == "CLM" {
            let service = segments.iter().find(|one| one.id() == "DTP" && matches!(one.el(1), "472" | "434"));
            let [_, last] = &mut self.pending;
            *last = Some(Claim {
                control: first.el(1).to_owned(),
                cents: cents(first.value(2)).unwrap_or_default(),
                day: plain(&String::from_utf8_lossy(period(service.map_or(b"", |dtp| dtp.value(3))).0)),
                patient: self.patient.clone(),
                providers: std::mem::take(&mut self.providers),
                reasons: Vec::new(),
            });
            return;
        }
        for segment in segments {
            match (segment.id(), segment.el(1)) {
                ("BHT", _) => self.reference = plain(segment.el(3)),
                ("NM1", "41") => self.submitter = Party::of(segment),
                ("NM1", "40") => self.receiver = Party::of(segment),
                ("NM1", "85") => {
                    self.has_provider = true;
                    self.providers.push(Party::of(segment));
                }
                ("NM1", "IL") => self.patient = Party::of(segment),
                // A dependent is known by the subscriber's number.
                ("NM1", "QC") => {
                    let Party { qualifier, id, .. } = std::mem::take(&mut self.patient);
                    self.patient = Party { qualifier, id, ..Party::of(segment) };
                }
                _ => {}
            }
        }
    }

    fn next_level(&mut self) -> String {
        self.levels = self.levels.saturating_add(1);
        self.levels.to_string()
    }

    fn write_head(&self, writer: &mut Writer<'_>, reply: &Envelope<'_>) {
        let (day, time) = reply.at;
        let number = writer.transactions().saturating_add(1);
        let reference = format!("{:09}{number:04}", reply.interchange_control);
        writer.transaction("277", &format!("{number:04}"), Some(GUIDE_277CA));
        writer.segment("BHT", &["0085", "08", &reference, day, time, "TH"]);
        writer.segment("HL", &["1", "", "20", "1"]);
        self.receiver.write(writer, "AY", "46");
        writer.segment("TRN", &["1", &reference]);
        writer.segment("DTP", &["050", "D8", day]);
        writer.segment("DTP", &["009", "D8", day]);
        writer.segment("HL", &["2", "1", "21", if self.has_provider { "1" } else { "0" }]);
        self.submitter.write(writer, "41", "46");
        writer.segment("TRN", &["2", if self.reference.is_empty() { "0" } else { &self.reference }]);
        let receipt = composite(&["A1", "19", "PR"]);
        let total = amount(self.accepted.cents.saturating_add(self.refused.cents));
        writer.segment("STC", &[receipt, text(day), text("WQ"), text(&total)]);
        // How many claims go on and how many do not, and their charges.
        let sums = || [("90", "YU", self.accepted), ("AA", "YY", self.refused)].into_iter();
        for (quantity, _, sum) in sums().filter(|(.., sum)| sum.claims > 0) {
            writer.segment("QTY", &[quantity, &sum.claims.to_string()]);
        }
        for (_, charges, sum) in sums().filter(|(.., sum)| sum.claims > 0) {
            writer.segment("AMT", &[charges, &amount(sum.cents)]);
        }
    }

    fn write_provider(&mut self, party: &Party, has_claims: bool, writer: &mut Writer<'_>) {
        let level = self.next_level();
        self.provider_level = self.levels;
        writer.segment("HL", &[level.as_str(), "2", "19", if has_claims { "1" } else { "0" }]);
        party.write(writer, "85", if party.qualifier == "XX" { "XX" } else { "FI" });
    }

    fn write_claim(&mut self, claim: &Claim, writer: &mut Writer<'_>, day: &str) {
        for (at, provider) in claim.providers.iter().enumerate() {
            self.write_provider(provider, at.saturating_add(1) == claim.providers.len(), writer);
        }
        let level = self.next_level();
        writer.segment("HL", &[level.as_str(), &self.provider_level.to_string(), "PT", "0"]);
        claim.write(writer, day);
        let sum = if claim.reasons.is_empty() { &mut self.accepted } else { &mut self.refused };
        sum.claims = sum.claims.saturating_add(1);
        sum.cents = sum.cents.saturating_add(claim.cents);
    }
}

impl Claim {
    fn write(&self, writer: &mut Writer<'_>, day: &str) {
        let patient = Party { kind: "1".to_owned(), ..self.patient.clone() };
        patient.write(writer, "QC", if patient.qualifier == "II" { "II" } else { "MI" });
        writer.segment("TRN", &["2", &plain(&self.control)]);
        let reasons = if self.reasons.is_empty() { &["A2:20"][..] } else { &self.reasons };
        let parts: Vec<[&str; 2]> =
            reasons.iter().map(|code| code.split_once(':').unwrap_or((code, "")).into()).collect();
        let mut codes = parts.iter().map(|part| composite(part));
        let charge = amount(self.cents);
        let action = if self.reasons.is_empty() { "WQ" } else { "U" };
        let first = codes.next().unwrap_or(text(""));
        let mut elements: Vec<Element<'_>> = vec![first, text(day), text(action), text(&charge)];
        elements.resize(9, text(""));
        elements.extend(codes);
        writer.segment("STC", &elements);
        if self.day.len() == 8 {
            writer.segment("DTP", &["472", "D8", &self.day]);
        }
    }
}
