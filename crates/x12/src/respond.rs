//! TA1, 999 and 277CA of a file of any length, made while it is judged.

use std::io::{Read, Write};

use crate::ack::{GUIDE_999, answer_interchange, answer_transaction, begin_group, end_group};
use crate::claim_ack::ClaimAnswers;
use crate::draft::{Draft, Mark, RespondError, Spool};
use crate::engine::Engine;
use crate::envelope::ReadError;
use crate::finding::{AckCode, AckLevel, Finding, Severity};
use crate::guide::guide_of;
use crate::limits::FINDINGS_MAX;
use crate::lists::Lists;
use crate::segment::Segment;
use crate::stream::{Event, Reader};
use crate::validate::{Options, TransactionSummary};
use crate::write::Envelope;

/// The answers a file can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To interchanges.
    Ta1,
    /// To groups, transaction sets, segments and elements.
    F999,
    /// To claims.
    F277ca,
}

/// What came of a file that was answered.
#[derive(Clone, Debug, Default)]
pub struct Responded {
    /// Whether any error was found.
    pub is_valid: bool,
    /// Why nothing could be read, when nothing could; nothing is written then.
    pub unreadable: Option<ReadError>,
}

/// Judges a file as it is read and writes the answers asked for one after another, each an interchange of its own with
/// the next number from `reply` on, which is the number of its group too. A 999 is left out when every interchange is
/// refused, a 277CA when no 837 is accepted.
///
/// Answers can be as long as the file and are known to be given only at its end, so they wait in spools. At most
/// [`FINDINGS_MAX`] errors of a transaction set are listed; it is refused all the same.
///
/// ```
/// use std::io::Cursor;
/// use x12::ack::{Kind, respond};
/// use x12::{NoLists, Options, write::Envelope};
/// # let mut claims = Vec::new();
/// # x12::generate(&x12::Plan::new(x12::FileKind::Professional, 3), &mut claims).unwrap();
/// let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
/// let (asked, in_memory) = ([Kind::Ta1, Kind::F999, Kind::F277ca], || Ok(Cursor::new(Vec::new())));
/// let mut answers = Vec::new();
/// let done = respond(claims.as_slice(), (&Options::default(), &NoLists), &asked, &reply, in_memory, &mut answers)?;
/// assert!(done.is_valid && String::from_utf8_lossy(&answers).contains("STC*A2:20*"));
/// # Ok::<(), x12::ack::RespondError>(())
/// ```
///
/// # Errors
/// [`RespondError`] when the source or a spool cannot be read or written, or when the envelope of the reply does not fit.
pub fn respond<S: Spool>(
    source: impl Read,
    (options, lists): (&Options, &dyn Lists),
    asked: &[Kind],
    reply: &Envelope<'_>,
    mut spool: impl FnMut() -> std::io::Result<S>,
    mut out: impl Write,
) -> Result<Responded, RespondError> {
    let mut responder = Responder::default();
    let mut reply = reply.clone();
    for kind in asked {
        match kind {
            Kind::Ta1 => responder.interchanges = Some(Draft::new(&reply, spool()?)),
            Kind::F999 => {
                let mut draft = Draft::new(&reply, spool()?);
                draft.writer.group("FA", GUIDE_999, reply.interchange_control);
                responder.syntax = Some(draft);
            }
            Kind::F277ca => responder.claims = Some(ClaimAnswers::new(&reply, [spool()?, spool()?])),
        }
        reply.interchange_control = reply.interchange_control.saturating_add(1);
    }
    let mut reader = Reader::new(source);
    let mut engine = Engine::new(options, lists).without_envelopes();
    loop {
        let event = reader.next_event()?;
        if let (Event::Unit(segments), Some(claims)) = (&event, &mut responder.claims) {
            claims.unit(segments);
        }
        let step = Step::of(&event);
        let goes_on = engine.take(event);
        responder.take(step, engine.findings())?;
        if !goes_on {
            break;
        }
    }
    let unreadable = engine.finish().unreadable;
    if unreadable.is_none() {
        responder.finish(asked, &mut out)?;
    }
    Ok(Responded { is_valid: responder.is_valid && unreadable.is_none(), unreadable })
}

/// How an event changes the envelopes that are open.
enum Step {
    Interchange([String; 3]),
    Group([String; 3]),
    Transaction(TransactionSummary),
    TransactionEnd,
    /// GE01.
    GroupEnd(String),
    /// IEA, bytes that cannot be read, or the end of the file.
    InterchangeEnd,
    Inside,
}

impl Step {
    fn of(event: &Event<'_>) -> Self {
        let all = |segment: &Segment<'_>, elements: [usize; 3]| elements.map(|n| segment.el(n).to_owned());
        match event {
            Event::Interchange(isa) => Self::Interchange(all(isa, [13, 9, 10])),
            Event::Group(gs) => Self::Group(all(gs, [1, 6, 8])),
            Event::Transaction(st) => {
                let [set_id, control, version] = all(st, [1, 2, 3]);
                Self::Transaction(TransactionSummary { set_id, control, version, is_checked: false })
            }
            Event::TransactionEnd(_) => Self::TransactionEnd,
            Event::GroupEnd(ge) => Self::GroupEnd(ge.el(1).to_owned()),
            Event::InterchangeEnd(_) | Event::Broken(_) | Event::End(_) => Self::InterchangeEnd,
            Event::Answer(_) | Event::Unit(_) | Event::Stray(_) => Self::Inside,
        }
    }
}

/// Follows the envelopes as findings count them, and writes what is known at the end of each.
struct Responder<'e, S> {
    interchanges: Option<Draft<'e, S>>,
    syntax: Option<Draft<'e, S>>,
    claims: Option<ClaimAnswers<'e, S>>,
    open: Option<OpenInterchange>,
    /// Interchanges so far.
    count: usize,
    is_valid: bool,
}

impl<S> Default for Responder<'_, S> {
    fn default() -> Self {
        Self { interchanges: None, syntax: None, claims: None, open: None, count: 0, is_valid: true }
    }
}

struct OpenInterchange {
    index: usize,
    /// ISA13, ISA09, ISA10.
    named: [String; 3],
    /// The first error by its place in the file.
    error: Option<(usize, &'static str)>,
    /// 999 and 277CA before it.
    marks: [Mark; 2],
    groups: usize,
    group: Option<OpenGroup>,
}

struct OpenGroup {
    index: usize,
    /// GS01, GS06, GS08.
    named: [String; 3],
    codes: Vec<(usize, &'static str)>,
    /// 277CA before it.
    mark: Mark,
    received: usize,
    accepted: usize,
    transaction: Option<OpenTransaction>,
}

struct OpenTransaction {
    index: usize,
    summary: TransactionSummary,
    is_refused: bool,
    /// What the 999 lists.
    errors: Vec<Finding>,
}

impl<S: Spool> Responder<'_, S> {
    fn take(&mut self, step: Step, findings: Vec<Finding>) -> Result<(), RespondError> {
        let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
        // What concerns the envelope this event opens is placed when it is open.
        let later: Vec<Finding> = errors.filter_map(|error| self.place(error)).collect();
        match step {
            Step::Interchange(named) => {
                self.end_interchange()?;
                let marks = self.marks()?;
                let index = self.count;
                self.count = self.count.saturating_add(1);
                self.open = Some(OpenInterchange { index, named, error: None, marks, groups: 0, group: None });
            }
            Step::Group(named) => {
                self.end_group(None)?;
                self.begin_group(named)?;
            }
            Step::Transaction(summary) => {
                self.end_transaction()?;
                self.begin_transaction(summary)?;
            }
            Step::TransactionEnd => self.end_transaction()?,
            Step::GroupEnd(declared) => self.end_group(Some(declared))?,
            Step::InterchangeEnd => self.end_interchange()?,
            Step::Inside => {}
        }
        for error in later {
            self.place(error);
        }
        match &mut self.claims {
            Some(claims) => Ok(claims.settle()?),
            None => Ok(()),
        }
    }

    /// Keeps an error where it is answered; gives it back when that is not open.
    fn place(&mut self, error: Finding) -> Option<Finding> {
        self.is_valid = false;
        let (place, AckCode { level, code }) = (&error.place, error.ack);
        let Some(open) = self.open.as_mut().filter(|open| open.index == place.interchange) else { return Some(error) };
        let Some(group_index) = place.group else {
            let is_first = open.error.is_none_or(|(offset, _)| error.offset < offset);
            if level == AckLevel::Ta1 && is_first {
                open.error = Some((error.offset, code));
            }
            return None;
        };
        let Some(group) = open.group.as_mut().filter(|group| group.index == group_index) else { return Some(error) };
        let Some(index) = place.transaction else {
            if level == AckLevel::Ak9 {
                group.codes.push((error.offset, code));
            }
            return None;
        };
        let Some(set) = group.transaction.as_mut().filter(|set| set.index == index) else { return Some(error) };
        match level {
            AckLevel::Ta1 | AckLevel::Ak9 => set.is_refused = true,
            AckLevel::Ik5 | AckLevel::Ik3 | AckLevel::Ik4 => {
                set.is_refused = true;
                if level == AckLevel::Ik5 || set.errors.len() < FINDINGS_MAX {
                    set.errors.push(error);
                }
            }
            AckLevel::ClaimStatus | AckLevel::None => {
                if let Some(claims) = &mut self.claims {
                    claims.error(&error);
                }
            }
        }
        None
    }

    /// Where 999 and 277CA stand.
    fn marks(&mut self) -> std::io::Result<[Mark; 2]> {
        let syntax = self.syntax.as_mut().map(Draft::mark).transpose()?;
        let claims = self.claims.as_mut().map(ClaimAnswers::mark).transpose()?;
        Ok([syntax, claims].map(Option::unwrap_or_default))
    }

    fn begin_group(&mut self, named: [String; 3]) -> Result<(), RespondError> {
        let [_, mark] = self.marks()?;
        let Some(open) = &mut self.open else { return Ok(()) };
        // A 999 is never answered by another.
        if let Some(draft) = self.syntax.as_mut().filter(|_| !is_answer(&named)) {
            let number = draft.writer.transactions().saturating_add(1);
            begin_group(&mut draft.writer, number, named.each_ref().map(String::as_str));
        }
        let index = open.groups;
        open.groups = open.groups.saturating_add(1);
        let (codes, transaction) = (Vec::new(), None);
        open.group = Some(OpenGroup { index, named, codes, mark, received: 0, accepted: 0, transaction });
        Ok(())
    }

    fn begin_transaction(&mut self, mut summary: TransactionSummary) -> Result<(), RespondError> {
        let Some(group) = self.open.as_mut().and_then(|open| open.group.as_mut()) else { return Ok(()) };
        let [_, _, version] = &group.named;
        let guide = if summary.version.is_empty() { version } else { &summary.version };
        summary.is_checked = guide_of(&summary.set_id, guide).is_some();
        if let Some(claims) = &mut self.claims {
            claims.begin(&summary.set_id)?;
        }
        let index = group.received;
        group.received = group.received.saturating_add(1);
        group.transaction = Some(OpenTransaction { index, summary, is_refused: false, errors: Vec::new() });
        Ok(())
    }

    fn end_transaction(&mut self) -> Result<(), RespondError> {
        let Some(group) = self.open.as_mut().and_then(|open| open.group.as_mut()) else { return Ok(()) };
        let Some(OpenTransaction { summary, is_refused, mut errors, .. }) = group.transaction.take() else {
            return Ok(());
        };
        errors.sort_by_key(|error| error.offset);
        let errors: Vec<&Finding> = errors.iter().collect();
        if let Some(draft) = self.syntax.as_mut().filter(|_| !is_answer(&group.named)) {
            if answer_transaction(&mut draft.writer, &summary, &errors) {
                group.accepted = group.accepted.saturating_add(1);
            }
            draft.keep()?;
        }
        match &mut self.claims {
            Some(claims) => Ok(claims.end(!is_refused)?),
            None => Ok(()),
        }
    }

    fn end_group(&mut self, declared: Option<String>) -> Result<(), RespondError> {
        self.end_transaction()?;
        let Some(mut group) = self.open.as_mut().and_then(|open| open.group.take()) else { return Ok(()) };
        group.codes.sort_by_key(|(offset, _)| *offset);
        let codes: Vec<&str> = group.codes.iter().map(|(_, code)| *code).collect();
        if let Some(claims) = self.claims.as_mut().filter(|_| !codes.is_empty()) {
            claims.take_back(group.mark)?;
        }
        if let Some(draft) = self.syntax.as_mut().filter(|_| !is_answer(&group.named)) {
            let declared = declared.unwrap_or_else(|| group.received.to_string());
            end_group(&mut draft.writer, &declared, (group.received, group.accepted), codes);
            draft.writer.end_transaction();
            draft.keep()?;
        }
        Ok(())
    }

    fn end_interchange(&mut self) -> Result<(), RespondError> {
        self.end_group(None)?;
        let Some(OpenInterchange { named, error, marks: [syntax, claims], .. }) = self.open.take() else {
            return Ok(());
        };
        let code = error.map(|(_, code)| code);
        if let Some(draft) = &mut self.interchanges {
            answer_interchange(&mut draft.writer, named.each_ref().map(String::as_str), code);
            draft.keep()?;
        }
        // The TA1 alone answers a refused interchange.
        if code.is_some() {
            self.syntax.as_mut().map_or(Ok(()), |draft| draft.take_back(syntax))?;
            self.claims.as_mut().map_or(Ok(()), |answers| answers.take_back(claims))?;
        }
        Ok(())
    }

    fn finish(&mut self, asked: &[Kind], out: &mut impl Write) -> Result<(), RespondError> {
        for kind in asked {
            match kind {
                Kind::Ta1 => self.interchanges.take().map_or(Ok(()), |draft| draft.finish(out))?,
                Kind::F999 => {
                    let draft = self.syntax.take().filter(|draft| draft.writer.transactions() > 0);
                    draft.map_or(Ok(()), |draft| draft.finish(out))?;
                }
                Kind::F277ca => self.claims.take().map_or(Ok(()), |answers| answers.finish(out))?,
            }
        }
        Ok(out.flush()?)
    }
}

/// Whether a group holds 999s.
fn is_answer([functional_id, ..]: &[String; 3]) -> bool {
    functional_id == "FA"
}
