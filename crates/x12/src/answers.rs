//! Answers read back: TA1, 999 and 277CA alike, joined to the claims and segments they speak of.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::Serialize;

use crate::envelope::{StreamError, Transaction};
use crate::finding::AckLevel;
use crate::lexer::not_x12;
use crate::located::Kept;
use crate::model::{
    AnswerPatient, AnswerProvider, ClaimAcknowledgement, ClaimStatus, LevelStatus, Status, SyntaxAnswer, view,
};
use crate::model::{AnsweredTransaction, GroupAnswer, InterchangeAnswer, SegmentInError};
use crate::segment::Segment;
use crate::stream::{Event, Reader};
use crate::whole::Envelopes;

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

/// Reads the answers of a file as it comes: TA1, 999 and 277CA in any mix; other transaction sets are passed over. Holds
/// one transaction set. What TA1 and 277CA say is given at once; what a 999 says comes back, to be joined with the file
/// it answers.
///
/// ```
/// use x12::{Options, ack, answers, validate, write::Envelope};
/// # let mut claims = Vec::new();
/// # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 1), &mut claims).unwrap();
/// # let claims = String::from_utf8(claims).unwrap().replace("*Y*A*Y*Y", "*Y*Q*Y*Y").into_bytes();
/// let report = validate(&claims, &Options::default());
/// let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
/// let answer = ack::f999(&report, &reply, 1)?.unwrap();
/// let syntax = answers(answer.as_slice(), |one| Ok(println!("{}", one.message)))?;
/// let read = syntax.join(claims.as_slice())?;
/// assert_eq!((read[0].level, read[0].code.as_str(), read[0].claim.as_str()), ("IK4", "7", "C00000000"));
/// assert_eq!(read[0].message, "not a valid code: \"Q\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`StreamError`] when the answer cannot be read or is cut, or when `give` fails.
pub fn answers(
    source: impl Read,
    mut give: impl FnMut(Answer) -> io::Result<()>,
) -> Result<SyntaxAnswers, StreamError> {
    let mut reader = Reader::new(source);
    let mut envelopes = Envelopes::default();
    let (mut version, mut set): (String, Vec<Kept>) = (String::new(), Vec::new());
    let mut syntax = Vec::new();
    loop {
        let event = reader.next_event()?;
        match &event {
            // A TA1 may follow groups; what else stands outside its envelope says nothing.
            Event::Stray(segment) if segment.id() != "TA1" => continue,
            Event::Stray(_) => {}
            event => envelopes.take(event)?,
        }
        match &event {
            Event::Answer(ta1) | Event::Stray(ta1) => give(interchange_answer(ta1))?,
            Event::Group(gs) => gs.el(8).clone_into(&mut version),
            Event::Transaction(st) => set = vec![Kept::of_segment(st)],
            Event::Unit(segments) => set.extend(segments.iter().map(Kept::of_segment)),
            Event::TransactionEnd(se) => {
                set.push(Kept::of_segment(se));
                let segments = set.iter().map(Kept::segment).collect();
                let transaction = Transaction { segments, version: &version };
                if let Some(answer) = view::<SyntaxAnswer<&str>>(&transaction) {
                    syntax_answers(&answer, &mut syntax);
                } else if let Some(answer) = view::<ClaimAcknowledgement<&str>>(&transaction) {
                    claim_answers(&answer, &mut give)?;
                }
            }
            Event::End(_) => return Ok(SyntaxAnswers(syntax)),
            _ => {}
        }
    }
}

/// What the 999s of a file say.
#[derive(Clone, Debug, Default)]
pub struct SyntaxAnswers(Vec<Answer>);

/// What is asked about the transaction sets of a file, by GS06 and ST02: the answers about it, by the place of their
/// segment.
type Asked = BTreeMap<(String, String), Vec<(u32, usize)>>;

impl SyntaxAnswers {
    /// As they stand in the answer, each with the claim its CTX names, if any.
    #[must_use]
    pub fn into_inner(self) -> Vec<Answer> {
        self.0
    }

    /// Joins each error with the claim its segment stands in, and its offset, in the file that is answered.
    ///
    /// # Errors
    /// [`StreamError`] when that file cannot be read at all.
    pub fn join(mut self, sent: impl Read) -> Result<Vec<Answer>, StreamError> {
        let mut asked = self.asked();
        let mut reader = Reader::new(sent);
        let (mut group, mut claim) = (String::new(), String::new());
        let mut wanted = Vec::new().into_iter().peekable();
        let mut is_begun = false;
        loop {
            let event = reader.next_event()?;
            match &event {
                Event::Broken(error) if !is_begun => return Err(error.clone().into()),
                Event::End(_) if !is_begun => return Err(not_x12(0, "the file is empty".to_owned()).into()),
                Event::End(_) => return Ok(self.0),
                Event::Group(gs) => gs.el(6).clone_into(&mut group),
                Event::Transaction(st) => {
                    claim.clear();
                    let key = (group.clone(), st.el(2).to_owned());
                    wanted = asked.remove(&key).unwrap_or_default().into_iter().peekable();
                }
                _ => {}
            }
            is_begun = true;
            for segment in event.segments().iter().filter(|segment| segment.position() > 0) {
                match segment.id() {
                    "CLM" => segment.el(1).clone_into(&mut claim),
                    "HL" | "SE" => claim.clear(),
                    _ => {}
                }
                while let Some((_, index)) = wanted.next_if(|(position, _)| *position <= segment.position()) {
                    if let Some(answer) = self.0.get_mut(index) {
                        answer.offset = Some(segment.offset());
                        if answer.claim.is_empty() {
                            answer.claim.clone_from(&claim);
                        }
                    }
                }
            }
        }
    }

    fn asked(&self) -> Asked {
        let mut asked = Asked::new();
        for (index, answer) in self.0.iter().enumerate() {
            if let Some(position) = answer.position.filter(|position| *position > 0) {
                let key = (answer.control.clone(), answer.transaction.clone());
                asked.entry(key).or_default().push((position, index));
            }
        }
        asked.values_mut().for_each(|places| places.sort_unstable());
        asked
    }
}

fn interchange_answer(ta1: &Segment<'_>) -> Answer {
    let InterchangeAnswer { control, answer, note, .. } = InterchangeAnswer::<&str>::read(ta1);
    let is_accepted = matches!(answer, "A" | "E");
    let (level, code) = (AckLevel::Ta1.as_str(), note.to_owned());
    let message = if is_accepted { "interchange accepted".to_owned() } else { words(AckLevel::Ta1, note) };
    Answer { level, is_accepted, code, control: control.to_owned(), message, ..Answer::default() }
}

/// 999: each segment and element in error, then each transaction set, then the group when it says more.
fn syntax_answers(syntax: &SyntaxAnswer<&str>, out: &mut Vec<Answer>) {
    let group = syntax.group.as_ref().map_or("", |group| group.control);
    for set in &syntax.sets {
        let control = set.set.as_ref().map_or("", |set| set.control);
        let base = Answer { control: group.to_owned(), transaction: control.to_owned(), ..Answer::default() };
        set.segments.iter().for_each(|segment| segment_answers(segment, &base, out));
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

fn segment_answers(segment: &SegmentInError<&str>, base: &Answer, out: &mut Vec<Answer>) {
    let Some(error) = &segment.error else { return };
    let mut names = segment.context.iter().filter_map(|one| one.elements.first());
    let claim = names.find(|name| name.first() == Some(&"CLM01")).and_then(|name| name.get(1));
    let base = Answer {
        level: AckLevel::Ik3.as_str(),
        code: error.code.to_owned(),
        claim: claim.map_or_else(String::new, |claim| (*claim).to_owned()),
        segment: error.segment.to_owned(),
        position: error.position.parse().ok(),
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

/// 277CA: each claim, and a submitter or provider refused as a whole.
fn claim_answers(
    answer: &ClaimAcknowledgement<&str>,
    mut give: impl FnMut(Answer) -> io::Result<()>,
) -> io::Result<()> {
    for submitter in answer.sources.iter().flat_map(|source| &source.submitters) {
        let trace = submitter.status.as_ref().and_then(|status| status.trace.as_ref());
        let control = trace.map_or("", |trace| trace.reference);
        let whole = |status: &Option<LevelStatus<&str>>, who| {
            status.as_ref().and_then(|status| refused_whole(status, control, who))
        };
        whole(&submitter.status, "submitter").map_or(Ok(()), &mut give)?;
        for AnswerProvider { status, patients, .. } in &submitter.providers {
            whole(status, "provider").map_or(Ok(()), &mut give)?;
            let claims = patients.iter().flat_map(|AnswerPatient { claims, .. }| claims);
            claims.map(|claim| claim_answer(claim, control)).try_for_each(&mut give)?;
        }
    }
    Ok(())
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
