//! Answers made from a [`Report`]: TA1 for interchanges, 999 for groups, transaction sets, segments and elements.
//!
//! Only errors are answered. What concerns a claim's sense and not its syntax (SNIP 3 and above) is for the 277CA,
//! which [`respond`] writes with the others, for a file of any length.
//!
//! ```
//! use x12::{Options, ack, validate, write::Envelope};
//! # let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
//! # let bytes = format!("{isa}GS*HC*CLINIC*PAYER*20261002*0915*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20261002*0915*CH~SE*3*0001~GE*1*1~IEA*1*000000001~").into_bytes();
//! let report = validate(&bytes, &Options::default());
//! let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
//! let answer = ack::f999(&report, &reply, 1)?.unwrap();
//! assert!(String::from_utf8_lossy(&answer).contains("AK9*R*1*1*0~"));
//! # Ok::<(), x12::write::WriteError>(())
//! ```

pub use crate::claim_ack::REASONS_MAX;
pub use crate::draft::{RespondError, Spool};
use crate::finding::{AckLevel, Finding, Place};
pub use crate::respond::{Kind, Responded, respond};
use crate::validate::{GroupSummary, InterchangeSummary, Report, TransactionSummary};
use crate::write::{Envelope, WriteError, Writer, composite, text};

/// The guide of the 999 written here.
pub(crate) const GUIDE_999: &str = "005010X231A1";

/// Codes an IK5 or AK9 can carry.
const CODES_MAX: usize = 5;

/// Longest copy of bad data (IK404).
const COPY_MAX: usize = 99;

/// Writes an interchange with one TA1 for every interchange of the report (TA104 `A`, or `R` with the first TA105).
///
/// # Errors
/// [`WriteError`] when the reply's own envelope does not fit.
pub fn ta1(report: &Report, reply: &Envelope<'_>) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(reply);
    for (index, interchange) in report.interchanges.iter().enumerate() {
        let error = interchange_error(report, index).map(|finding| finding.ack.code);
        let InterchangeSummary { control, at: (date, time), .. } = interchange;
        answer_interchange(&mut writer, [control, date, time], error);
    }
    writer.finish()
}

/// Writes an interchange with one 999 for every group that can be answered; `None` when there is none.
/// A group of a refused interchange is answered by the TA1 alone, and a 999 is never answered by another.
///
/// # Errors
/// [`WriteError`] when the reply's own envelope does not fit.
pub fn f999(report: &Report, reply: &Envelope<'_>, group_control: u32) -> Result<Option<Vec<u8>>, WriteError> {
    let mut writer = Writer::new(reply);
    writer.group("FA", GUIDE_999, group_control);
    let mut answered = 0_u32;
    for (interchange_index, interchange) in report.interchanges.iter().enumerate() {
        if interchange_error(report, interchange_index).is_some() {
            continue;
        }
        for (index, group) in interchange.groups.iter().enumerate().filter(|(_, group)| group.functional_id != "FA") {
            answered = answered.saturating_add(1);
            begin_group(&mut writer, answered, [&group.functional_id, &group.control, &group.version]);
            answer_group(&mut writer, report, (interchange_index, index), group);
        }
    }
    Ok(if answered == 0 { None } else { Some(writer.finish()?) })
}

fn interchange_error(report: &Report, index: usize) -> Option<&Finding> {
    report.errors_at(move |place| place.interchange == index && place.group.is_none(), &[AckLevel::Ta1]).next()
}

/// One TA1, with the first TA105 where the interchange is refused.
pub(crate) fn answer_interchange(writer: &mut Writer<'_>, [control, date, time]: [&str; 3], error: Option<&str>) {
    let answer = if error.is_none() { "A" } else { "R" };
    writer.segment("TA1", &[&plain(control), &plain(date), &plain(time), answer, error.unwrap_or("000")]);
}

/// A 999 up to its first transaction set.
pub(crate) fn begin_group(writer: &mut Writer<'_>, answered: u32, [functional_id, control, version]: [&str; 3]) {
    writer.transaction("999", &format!("{answered:04}"), Some(GUIDE_999));
    writer.segment("AK1", &[plain(functional_id).as_str(), &plain(control), &plain(version)]);
}

fn answer_group(writer: &mut Writer<'_>, report: &Report, at: (usize, usize), group: &GroupSummary) {
    let (interchange, index) = at;
    let mut accepted = 0_usize;
    for (transaction_index, transaction) in group.transactions.iter().enumerate() {
        let is_here = move |place: &Place| {
            place.interchange == interchange
                && place.group == Some(index)
                && place.transaction == Some(transaction_index)
        };
        let errors: Vec<&Finding> = report.errors_at(is_here, &[AckLevel::Ik5, AckLevel::Ik3, AckLevel::Ik4]).collect();
        if answer_transaction(writer, transaction, &errors) {
            accepted = accepted.saturating_add(1);
        }
    }
    let is_here = move |place: &Place| {
        place.interchange == interchange && place.group == Some(index) && place.transaction.is_none()
    };
    let codes: Vec<&str> = report.errors_at(is_here, &[AckLevel::Ak9]).map(|finding| finding.ack.code).collect();
    end_group(writer, &group.declared, (group.transactions.len(), accepted), codes);
}

/// The end of a 999: what the group came to, of how many transaction sets received and accepted.
pub(crate) fn end_group(
    writer: &mut Writer<'_>,
    declared: &str,
    (received, accepted): (usize, usize),
    mut codes: Vec<&str>,
) {
    codes.dedup();
    let answer = match accepted {
        _ if !codes.is_empty() => "R",
        all if all == received => "A",
        0 => "R",
        _ => "P",
    };
    let accepted = if codes.is_empty() { accepted } else { 0 };
    let declared = Some(declared).filter(|count| count.parse::<u32>().is_ok());
    let counts = [declared.map_or(received.to_string(), str::to_owned), received.to_string(), accepted.to_string()];
    let mut ak9 = vec![answer];
    ak9.extend(counts.iter().map(String::as_str));
    ak9.extend(codes.into_iter().take(CODES_MAX));
    writer.segment("AK9", &ak9);
}

/// Answers one transaction set; true when it is accepted.
pub(crate) fn answer_transaction(
    writer: &mut Writer<'_>,
    transaction: &TransactionSummary,
    errors: &[&Finding],
) -> bool {
    let TransactionSummary { set_id, control, version, is_checked } = transaction;
    writer.segment("AK2", &[plain(set_id).as_str(), &plain(control), &plain(version)]);
    let mut below: Vec<&Finding> =
        errors.iter().copied().filter(|finding| finding.ack.level != AckLevel::Ik5).collect();
    below.sort_by_key(|finding| (finding.position, finding.ack.level, finding.offset));
    let mut rest = below.as_slice();
    while let Some(first) = rest.first() {
        let together = match first.ack.level {
            AckLevel::Ik4 => rest.iter().take_while(|other| is_same_segment(first, other)).count(),
            _ => 1,
        };
        let (segment, others) = rest.split_at_checked(together).unwrap_or((rest, &[]));
        answer_segment(writer, set_id, segment);
        rest = others;
    }
    let mut codes: Vec<&str> = Vec::new();
    if !*is_checked {
        codes.push("1");
    }
    if !below.is_empty() {
        codes.push("5");
    }
    codes.extend(errors.iter().filter(|finding| finding.ack.level == AckLevel::Ik5).map(|finding| finding.ack.code));
    codes.dedup();
    let is_accepted = codes.is_empty();
    let mut ik5 = vec![if is_accepted { "A" } else { "R" }];
    ik5.extend(codes.into_iter().take(CODES_MAX));
    writer.segment("IK5", &ik5);
    is_accepted
}

fn is_same_segment(one: &Finding, other: &Finding) -> bool {
    one.position == other.position && other.ack.level == AckLevel::Ik4
}

/// One IK3 with its CTX and IK4s: a segment's own fault, or all its element faults under code 8.
fn answer_segment(writer: &mut Writer<'_>, set_id: &str, findings: &[&Finding]) {
    let Some(first) = findings.first() else { return };
    let position = first.position.unwrap_or_default().to_string();
    let is_about_elements = first.ack.level == AckLevel::Ik4;
    let code = if is_about_elements { "8" } else { first.ack.code };
    let id: String = plain(&first.segment).chars().filter(char::is_ascii_alphanumeric).take(3).collect();
    writer.segment("IK3", &[id.as_str(), &position, first.place.loop_id, code]);
    let claim = plain(&first.place.claim);
    if set_id == "837" && !claim.is_empty() {
        writer.segment("CTX", &[composite(&["CLM01", &claim])]);
    }
    for finding in findings.iter().filter(|_| is_about_elements) {
        let element = finding.element.as_deref().unwrap_or_default();
        let (element, component) = element.split_once('-').unwrap_or((element, ""));
        let copy: String = plain(&finding.value).chars().take(COPY_MAX).collect();
        writer.segment("IK4", &[composite(&[element, component]), text(""), text(finding.ack.code), text(&copy)]);
    }
}

/// Data of a foreign file made fit for ours: delimiters and control characters become blanks.
pub(crate) fn plain(value: &str) -> String {
    let is_fit = |c: char| c.is_ascii_graphic() && !matches!(c, '*' | ':' | '^' | '~');
    let fit: String = value.chars().map(|c| if is_fit(c) { c } else { ' ' }).collect();
    fit.trim().to_owned()
}
