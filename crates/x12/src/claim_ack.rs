//! The 277CA made from findings: which claims of an 837 go on, and why the others do not.

use crate::ack::plain;
use crate::finding::{AckLevel, Finding, Severity};
use crate::segment::Segment;
use crate::stream::{Event, Reader};
use crate::validate::Report;
use crate::value::{amount, cents, period};
use crate::write::{Element, Envelope, WriteError, Writer, composite, text};

/// The guide of the 277CA written here.
const GUIDE_277CA: &str = "005010X214";

/// What is known while an 837 is read again.
#[derive(Default)]
struct Batch {
    reference: String,
    submitter: Party,
    receiver: Party,
    providers: Vec<Provider>,
    patient: Party,
}

#[derive(Clone, Default)]
struct Party {
    kind: String,
    last: String,
    first: String,
    qualifier: String,
    id: String,
}

struct Provider {
    party: Party,
    claims: Vec<Claim>,
}

struct Claim {
    control: String,
    cents: i64,
    day: String,
    patient: Party,
    /// Category and status of each reason, none when it is accepted.
    reasons: Vec<String>,
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

/// Writes an interchange with one 277CA for every 837 that its 999 accepts; `None` when there is none.
///
/// A claim with an error of SNIP 3 to 5 is refused with its status codes (at most [`REASONS_MAX`]), the rest are
/// accepted. `reply.at` is the day of receipt and of processing.
///
/// # Errors
/// [`WriteError`] when the reply's own envelope does not fit.
pub fn f277ca(
    bytes: &[u8],
    report: &Report,
    reply: &Envelope<'_>,
    group_control: u32,
) -> Result<Option<Vec<u8>>, WriteError> {
    let mut writer = Writer::new(reply);
    writer.group("HN", GUIDE_277CA, group_control);
    let mut answered = 0_u32;
    let mut reader = Reader::new(bytes);
    let (mut at, mut batch) = (At::default(), None);
    // Reading from memory does not fail.
    while let Ok(event) = reader.next_event() {
        at.take(&event);
        match event {
            Event::Transaction(st) => batch = (st.el(1) == "837" && at.is_accepted(report)).then(Batch::default),
            Event::Unit(segments) => {
                if let Some(batch) = &mut batch {
                    batch.take(&segments, &at, report);
                }
            }
            Event::TransactionEnd(_) => {
                if let Some(batch) = batch.take() {
                    answered = answered.saturating_add(1);
                    batch.write(&mut writer, reply, answered);
                }
            }
            Event::End(_) => break,
            _ => {}
        }
    }
    Ok(if answered == 0 { None } else { Some(writer.finish()?) })
}

/// Most reasons given for one claim.
pub const REASONS_MAX: usize = 3;

/// Where the reader stands in the envelopes, as findings count them.
#[derive(Default)]
struct At {
    interchanges: usize,
    groups: usize,
    transactions: usize,
}

impl At {
    const fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Interchange(_) => {
                self.interchanges = self.interchanges.saturating_add(1);
                self.groups = 0;
            }
            Event::Group(_) => {
                self.groups = self.groups.saturating_add(1);
                self.transactions = 0;
            }
            Event::Transaction(_) => self.transactions = self.transactions.saturating_add(1),
            _ => {}
        }
    }

    fn is_here(&self, finding: &Finding) -> bool {
        let place = &finding.place;
        finding.severity == Severity::Error
            && place.interchange.checked_add(1) == Some(self.interchanges)
            && place.group.is_none_or(|group| group.checked_add(1) == Some(self.groups))
            && place.transaction.is_none_or(|transaction| transaction.checked_add(1) == Some(self.transactions))
    }

    /// Whether neither TA1 nor 999 refuses the transaction set.
    fn is_accepted(&self, report: &Report) -> bool {
        let refusals = [AckLevel::Ta1, AckLevel::Ak9, AckLevel::Ik5, AckLevel::Ik3, AckLevel::Ik4];
        !report.findings.iter().any(|one| self.is_here(one) && refusals.contains(&one.ack.level))
    }

    fn reasons(&self, report: &Report, control: &str) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        for finding in report.findings.iter().filter(|one| self.is_here(one) && one.place.claim == control) {
            let code = if finding.ack.level == AckLevel::ClaimStatus { finding.ack.code } else { "A7:21" };
            if reasons.len() < REASONS_MAX && !reasons.iter().any(|known| known == code) {
                reasons.push(code.to_owned());
            }
        }
        reasons
    }
}

impl Batch {
    fn take(&mut self, segments: &[Segment<'_>], at: &At, report: &Report) {
        let Some(first) = segments.first() else { return };
        if first.id() == "CLM" {
            let control = first.el(1);
            let service = segments.iter().find(|one| one.id() == "DTP" && matches!(one.el(1), "472" | "434"));
            let claim = Claim {
                control: plain(control),
                cents: cents(first.value(2)).unwrap_or_default(),
                day: String::from_utf8_lossy(period(service.map_or(b"", |dtp| dtp.value(3))).0).into_owned(),
                patient: self.patient.clone(),
                reasons: at.reasons(report, control),
            };
            if let Some(provider) = self.providers.last_mut() {
                provider.claims.push(claim);
            }
            return;
        }
        for segment in segments {
            match (segment.id(), segment.el(1)) {
                ("BHT", _) => self.reference = plain(segment.el(3)),
                ("NM1", "41") => self.submitter = Party::of(segment),
                ("NM1", "40") => self.receiver = Party::of(segment),
                ("NM1", "85") => self.providers.push(Provider { party: Party::of(segment), claims: Vec::new() }),
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

    fn write(&self, writer: &mut Writer<'_>, reply: &Envelope<'_>, number: u32) {
        let (day, time) = reply.at;
        let reference = format!("{:09}{number:04}", reply.interchange_control);
        writer.transaction("277", &format!("{number:04}"), Some(GUIDE_277CA));
        writer.segment("BHT", &["0085", "08", &reference, day, time, "TH"]);
        writer.segment("HL", &["1", "", "20", "1"]);
        self.receiver.write(writer, "AY", "46");
        writer.segment("TRN", &["1", &reference]);
        writer.segment("DTP", &["050", "D8", day]);
        writer.segment("DTP", &["009", "D8", day]);
        let children = if self.providers.is_empty() { "0" } else { "1" };
        writer.segment("HL", &["2", "1", "21", children]);
        self.submitter.write(writer, "41", "46");
        writer.segment("TRN", &["2", if self.reference.is_empty() { "0" } else { &self.reference }]);
        let claims = || self.providers.iter().flat_map(|provider| &provider.claims);
        let receipt = composite(&["A1", "19", "PR"]);
        let total = amount(sum(claims()));
        writer.segment("STC", &[receipt, text(day), text("WQ"), text(&total)]);
        totals(writer, ("90", "AA"), claims);
        let mut level = 2_u32;
        for provider in &self.providers {
            level = level.saturating_add(1);
            let parent = level;
            let children = if provider.claims.is_empty() { "0" } else { "1" };
            writer.segment("HL", &[parent.to_string().as_str(), "2", "19", children]);
            provider.party.write(writer, "85", if provider.party.qualifier == "XX" { "XX" } else { "FI" });
            for claim in &provider.claims {
                level = level.saturating_add(1);
                writer.segment("HL", &[level.to_string().as_str(), &parent.to_string(), "PT", "0"]);
                claim.write(writer, day);
            }
        }
    }
}

impl Claim {
    fn write(&self, writer: &mut Writer<'_>, day: &str) {
        let patient = Party { kind: "1".to_owned(), ..self.patient.clone() };
        patient.write(writer, "QC", if patient.qualifier == "II" { "II" } else { "MI" });
        writer.segment("TRN", &["2", &self.control]);
        let accepted = ["A2:20".to_owned()];
        let reasons = if self.reasons.is_empty() { &accepted[..] } else { &self.reasons };
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

fn sum<'c>(claims: impl Iterator<Item = &'c Claim>) -> i64 {
    claims.map(|claim| claim.cents).fold(0, i64::saturating_add)
}

/// How many claims go on and how many do not, and their charges.
fn totals<'c, I: Iterator<Item = &'c Claim>>(
    writer: &mut Writer<'_>,
    (accepted, refused): (&str, &str),
    claims: impl Fn() -> I,
) {
    let is_accepted = |claim: &&Claim| claim.reasons.is_empty();
    let counts = [claims().filter(is_accepted).count(), claims().filter(|claim| !is_accepted(claim)).count()];
    for (qualifier, count) in [accepted, refused].iter().zip(counts).filter(|(_, count)| *count > 0) {
        writer.segment("QTY", &[*qualifier, &count.to_string()]);
    }
    let sums = [sum(claims().filter(is_accepted)), sum(claims().filter(|claim| !is_accepted(claim)))];
    for ((qualifier, total), count) in ["YU", "YY"].iter().zip(sums).zip(counts) {
        if count > 0 {
            writer.segment("AMT", &[*qualifier, &amount(total)]);
        }
    }
}
