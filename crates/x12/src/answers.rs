//! Answers read back: TA1, 999 and 277CA as one list, joined to the claims and segments they speak of.

use serde::Serialize;

use crate::envelope::{Interchange, ReadError, Transaction, read, read_complete};
use crate::finding::AckLevel;
use crate::model::{
    AnswerPatient, AnswerProvider, ClaimAcknowledgement, ClaimStatus, LevelStatus, Status, SyntaxAnswer, view,
};
use crate::model::{AnsweredTransaction, GroupAnswer, InterchangeAnswer, SegmentInError};
use crate::segment::Segment;

/// One thing an answer says: that a part was accepted, or what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// `TA1`, `AK9`, `IK5`, `IK3`, `IK4` or `277CA`, as findings name it.
    pub level: &'static str,
    /// Whether the part goes on.
    pub is_accepted: bool,
    /// The code: TA105, AK905, IK502, IK304, IK403, or the statuses of STC as `A7:562:85`.
    pub code: String,
    /// ISA13 of the interchange (TA1), GS06 of the group (999) or the reference of the batch (277CA) answered.
    pub control: String,
    /// ST02 of the transaction set answered.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub transaction: String,
    /// CLM01 of the claim it stands in, where the answer or the file it answers tells.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub claim: String,
    /// The number the payer gave the claim (REF*1K).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub payer_claim: String,
    /// Segment in error.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub segment: String,
    /// Its place in the transaction set, ST = 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// `2` or `2-1`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub element: String,
    /// Byte offset of the segment in the file answered, when it is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// What is said, in our words.
    pub message: String,
}

/// Reads the answers of a file: TA1, 999 and 277CA in any mix and in its order; other transaction sets are passed over.
/// With the bytes of the file they answer, each error of a 999 is joined to the claim its segment stands in.
///
/// ```
/// use x12::{Options, ack, answers, validate, write::Envelope};
/// # let mut claims = Vec::new();
/// # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 1), &mut claims).unwrap();
/// # let claims = String::from_utf8(claims).unwrap().replace("*Y*A*Y*Y", "*Y*Q*Y*Y").into_bytes();
/// let report = validate(&claims, &Options::default());
/// let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
/// let answer = ack::f999(&report, &reply, 1)?.unwrap();
/// let read = answers(&answer, Some(&claims))?;
/// assert_eq!((read[0].level, read[0].code.as_str(), read[0].claim.as_str()), ("IK4", "7", "C00000000"));
/// assert_eq!(read[0].message, "not a valid code: \"Q\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReadError`] when the answer cannot be read or is cut, or the file it answers cannot be read at all.
pub fn answers(answer: &[u8], claims: Option<&[u8]>) -> Result<Vec<Answer>, ReadError> {
    let sent = claims.map(read).transpose()?.unwrap_or_default();
    let mut out = Vec::new();
    for interchange in &read_complete(answer)? {
        let strays = interchange.strays.iter().filter(|segment| segment.id() == "TA1");
        out.extend(interchange.answers.iter().chain(strays).map(interchange_answer));
        for transaction in interchange.transactions() {
            if let Some(syntax) = view::<SyntaxAnswer<&str>>(transaction) {
                syntax_answers(&syntax, &sent, &mut out);
            } else if let Some(claims) = view::<ClaimAcknowledgement<&str>>(transaction) {
                claim_answers(&claims, &mut out);
            }
        }
    }
    Ok(out)
}

fn interchange_answer(ta1: &Segment<'_>) -> Answer {
    let InterchangeAnswer { control, answer, note, .. } = InterchangeAnswer::<&str>::read(ta1);
    let is_accepted = matches!(answer, "A" | "E");
    let (level, code) = (AckLevel::Ta1.as_str(), note.to_owned());
    let message = if is_accepted { "interchange accepted".to_owned() } else { words(AckLevel::Ta1, note) };
    Answer { level, is_accepted, code, control: control.to_owned(), message, ..Answer::default() }
}

/// 999: each segment and element in error, then each transaction set, then the group when it says more.
fn syntax_answers(syntax: &SyntaxAnswer<&str>, sent: &[Interchange<'_>], out: &mut Vec<Answer>) {
    let group = syntax.group.as_ref().map_or("", |group| group.control);
    for set in &syntax.sets {
        let control = set.set.as_ref().map_or("", |set| set.control);
        let base = Answer { control: group.to_owned(), transaction: control.to_owned(), ..Answer::default() };
        let answered = find(sent, group, control);
        for segment in &set.segments {
            segment_answers(segment, answered, &base, out);
        }
        out.extend(set_answers(set, &base));
    }
    if let Some(answer) = &syntax.answer {
        out.extend(group_answers(answer, group));
    }
}

fn set_answers(set: &AnsweredTransaction<&str>, base: &Answer) -> Vec<Answer> {
    let Some(answer) = &set.answer else { return Vec::new() };
    let is_accepted = matches!(answer.answer, "A" | "E");
    let base = Answer { level: AckLevel::Ik5.as_str(), is_accepted, ..base.clone() };
    let errors = [answer.error_1, answer.error_2, answer.error_3, answer.error_4, answer.error_5];
    let mut rows: Vec<Answer> = errors
        .into_iter()
        .filter(|code| !code.is_empty())
        .map(|code| Answer { code: code.to_owned(), message: words(AckLevel::Ik5, code), ..base.clone() })
        .collect();
    if rows.is_empty() {
        let message = if is_accepted { "transaction set accepted" } else { "transaction set refused" };
        rows.push(Answer { message: message.to_owned(), ..base });
    }
    rows
}

fn group_answers(answer: &GroupAnswer<&str>, group: &str) -> Vec<Answer> {
    let errors = [answer.error_1, answer.error_2, answer.error_3, answer.error_4, answer.error_5];
    let row = |code: &str| Answer {
        level: AckLevel::Ak9.as_str(),
        code: code.to_owned(),
        control: group.to_owned(),
        message: words(AckLevel::Ak9, code),
        ..Answer::default()
    };
    errors.into_iter().filter(|code| !code.is_empty()).map(row).collect()
}

fn segment_answers(
    segment: &SegmentInError<&str>,
    answered: Option<&Transaction<'_>>,
    base: &Answer,
    out: &mut Vec<Answer>,
) {
    let Some(error) = &segment.error else { return };
    let position = error.position.parse::<u32>().ok();
    let found = position.and_then(|position| answered.map(|set| around(set, position)));
    let named = |context: &[crate::model::Context<&str>]| {
        let names = context.iter().filter_map(|one| one.elements.first());
        names
            .into_iter()
            .find(|name| name.first() == Some(&"CLM01"))
            .and_then(|name| name.get(1).map(|it| (*it).to_owned()))
    };
    let (claim, offset) = found.unwrap_or_default();
    let base = Answer {
        level: AckLevel::Ik3.as_str(),
        code: error.code.to_owned(),
        claim: named(&segment.context).unwrap_or(claim),
        segment: error.segment.to_owned(),
        position,
        offset,
        message: words(AckLevel::Ik3, error.code),
        ..base.clone()
    };
    for element in segment.elements.iter().filter_map(|element| element.error.as_ref()) {
        let component = if element.component.is_empty() { String::new() } else { format!("-{}", element.component) };
        let value = if element.value.is_empty() { String::new() } else { format!(": {:?}", element.value) };
        out.push(Answer {
            level: AckLevel::Ik4.as_str(),
            code: element.code.to_owned(),
            element: format!("{}{component}", element.element),
            message: format!("{}{value}", words(AckLevel::Ik4, element.code)),
            ..base.clone()
        });
    }
    if segment.elements.is_empty() {
        out.push(base);
    }
}

/// The transaction set of these numbers.
fn find<'s, 'a>(sent: &'s [Interchange<'a>], group: &str, control: &str) -> Option<&'s Transaction<'a>> {
    let groups = sent.iter().flat_map(|one| &one.groups).filter(|one| one.control() == group);
    groups.flat_map(|one| &one.transactions).find(|one| one.control() == control)
}

/// CLM01 of the claim a position stands in, empty outside one, and the offset of its segment.
fn around(set: &Transaction<'_>, position: u32) -> (String, Option<usize>) {
    let index = usize::try_from(position).unwrap_or(usize::MAX).saturating_sub(1);
    let before = set.segments.get(..=index).unwrap_or(&set.segments);
    let nearest = before.iter().rev().find(|segment| matches!(segment.id(), "CLM" | "HL" | "SE"));
    let claim = nearest.filter(|segment| segment.id() == "CLM").map_or("", |clm| clm.el(1));
    (claim.to_owned(), set.segments.get(index).map(Segment::offset))
}

/// 277CA: each claim, and a submitter or provider refused as a whole.
fn claim_answers(answer: &ClaimAcknowledgement<&str>, out: &mut Vec<Answer>) {
    for submitter in answer.sources.iter().flat_map(|source| &source.submitters) {
        let trace = submitter.status.as_ref().and_then(|status| status.trace.as_ref());
        let control = trace.map_or("", |trace| trace.reference);
        out.extend(submitter.status.as_ref().and_then(|status| refused_whole(status, control, "submitter")));
        for AnswerProvider { status, patients, .. } in &submitter.providers {
            out.extend(status.as_ref().and_then(|status| refused_whole(status, control, "provider")));
            let claims = patients.iter().flat_map(|AnswerPatient { claims, .. }| claims);
            out.extend(claims.map(|claim| claim_answer(claim, control)));
        }
    }
}

fn claim_answer(claim: &ClaimStatus<&str>, control: &str) -> Answer {
    let payer_claim = claim.references.iter().find(|one| one.qualifier == "1K").map_or("", |one| one.value);
    let own = status_answer(&claim.statuses, control);
    let lines = claim.lines.iter().flat_map(|line| &line.statuses).map(codes).filter(|code| !code.is_empty());
    let lines: Vec<String> = lines.collect();
    let more = if lines.is_empty() { String::new() } else { format!("; lines: {}", lines.join(", ")) };
    Answer {
        claim: claim.trace.as_ref().map_or("", |trace| trace.reference).to_owned(),
        payer_claim: payer_claim.to_owned(),
        message: format!("{}{more}", own.message),
        ..own
    }
}

fn refused_whole(status: &LevelStatus<&str>, control: &str, who: &str) -> Option<Answer> {
    let is_refused = status.statuses.iter().any(|one| one.action == "U");
    let own = status_answer(&status.statuses, control);
    is_refused.then(|| Answer { message: format!("every claim of the {who} refused"), ..own })
}

fn status_answer(statuses: &[Status<&str>], control: &str) -> Answer {
    let is_accepted = statuses.iter().all(|one| one.action != "U");
    let code: Vec<String> = statuses.iter().map(codes).filter(|code| !code.is_empty()).collect();
    Answer {
        level: AckLevel::ClaimStatus.as_str(),
        is_accepted,
        code: code.join(", "),
        control: control.to_owned(),
        message: if is_accepted { "claim accepted" } else { "claim refused" }.to_owned(),
        ..Answer::default()
    }
}

/// The statuses of one STC as `category:status:entity`.
fn codes(status: &Status<&str>) -> String {
    let all = [
        [status.category, status.status, status.entity],
        [status.category_2, status.status_2, status.entity_2],
        [status.category_3, status.status_3, status.entity_3],
    ];
    let given = all.iter().filter(|one| one.iter().any(|part| !part.is_empty()));
    given.map(|one| one.join(":").trim_end_matches(':').to_owned()).collect::<Vec<_>>().join(", ")
}

/// A code of TA1 or 999 in our words.
#[must_use]
pub fn words(level: AckLevel, code: &str) -> String {
    let words = match (level, code) {
        (AckLevel::Ta1, "000") => "no error",
        (AckLevel::Ta1, "001") => "control numbers of ISA and IEA differ",
        (AckLevel::Ta1, "004" | "026" | "027") => "separator invalid",
        (AckLevel::Ta1, "005" | "006") => "sender not known",
        (AckLevel::Ta1, "007" | "008") => "receiver not known",
        (AckLevel::Ta1, "014" | "015") => "date or time invalid",
        (AckLevel::Ta1, "017") => "version of the interchange not supported",
        (AckLevel::Ta1, "018") => "control number invalid",
        (AckLevel::Ta1, "021") => "number of groups wrong",
        (AckLevel::Ta1, "022") => "structure of the interchange invalid",
        (AckLevel::Ta1, "023") => "file cut",
        (AckLevel::Ta1, "024") => "content invalid",
        (AckLevel::Ta1, "025") => "interchange received twice",
        (AckLevel::Ak9, "1") => "group not supported",
        (AckLevel::Ak9, "2") => "version of the group not supported",
        (AckLevel::Ak9, "3") => "trailer (GE) missing",
        (AckLevel::Ak9, "4") => "control numbers of GS and GE differ",
        (AckLevel::Ak9, "5") => "number of transaction sets wrong",
        (AckLevel::Ak9, "6") => "control number invalid",
        (AckLevel::Ak9, "19") => "control number used twice in the interchange",
        (AckLevel::Ik5, "1") => "transaction set not supported",
        (AckLevel::Ik5, "2") => "trailer (SE) missing",
        (AckLevel::Ik5, "3") => "control numbers of ST and SE differ",
        (AckLevel::Ik5, "4") => "count of segments (SE01) is wrong",
        (AckLevel::Ik5, "5") => "segments have errors",
        (AckLevel::Ik5, "6") => "transaction set identifier missing or invalid",
        (AckLevel::Ik5, "7") => "control number missing or invalid",
        (AckLevel::Ik5, "23") => "control number used twice in the group",
        (AckLevel::Ik5, "I5") => "the guide has errors",
        (AckLevel::Ik5, "I6") => "guide not supported",
        (AckLevel::Ik3, "1") => "unknown segment",
        (AckLevel::Ik3, "2") => "segment not expected here",
        (AckLevel::Ik3, "3") => "required segment missing",
        (AckLevel::Ik3, "4") => "loop occurs too often",
        (AckLevel::Ik3, "5") => "segment occurs too often",
        (AckLevel::Ik3, "6") => "segment not in this transaction set",
        (AckLevel::Ik3, "7") => "segment out of order",
        (AckLevel::Ik3, "8") => "its elements have errors",
        (AckLevel::Ik3, "I4") => "segment the guide does not use",
        (AckLevel::Ik3, "I6") => "segment required by the situation is missing",
        (AckLevel::Ik3, "I7") => "loop occurs too seldom",
        (AckLevel::Ik3, "I8") => "segment occurs too seldom",
        (AckLevel::Ik3, "I9") => "segment not allowed in this situation",
        (AckLevel::Ik4, "1") => "required element missing",
        (AckLevel::Ik4, "2") => "element required by another one missing",
        (AckLevel::Ik4, "3") => "too many elements",
        (AckLevel::Ik4, "4") => "too short",
        (AckLevel::Ik4, "5") => "too long",
        (AckLevel::Ik4, "6") => "character not allowed",
        (AckLevel::Ik4, "7") => "not a valid code",
        (AckLevel::Ik4, "8") => "not a valid date",
        (AckLevel::Ik4, "9") => "not a valid time",
        (AckLevel::Ik4, "10") => "not allowed beside another element",
        (AckLevel::Ik4, "12") => "repeated too often",
        (AckLevel::Ik4, "13") => "too many components",
        (AckLevel::Ik4, "I6") => "code the guide does not use",
        (AckLevel::Ik4, "I9") => "element required by the situation is missing",
        (AckLevel::Ik4, "I10") => "element the guide does not use",
        (AckLevel::Ik4, "I11") => "repeated too seldom",
        (AckLevel::Ik4, "I12") => "does not have the form the guide asks for",
        (AckLevel::Ik4, "I13") => "element not allowed in this situation",
        (level, code) => return format!("{level} error {code}"),
    };
    words.to_owned()
}
