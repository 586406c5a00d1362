//! The built-in payer's desk: files come in, files go out, as with a payer far away.
//!
//! The payer itself speaks nouns (crate `payer`); here they are read from and written to X12.

use std::collections::BTreeSet;

use claim::{Claim, ClaimAck, ClaimAckBatch, Remittance, StatusCode};
use codes::Library;
use exchange::{ClaimBatch, Controls, ExchangeError, Party, RefusedClaim};
use jiff::civil::Date;
use payer::{Plan, ReopenError, Request, RunError, State};
use x12::write::Envelope;

use crate::follow::{Letter, LetterPurpose};

/// When the desk makes its files.
const HOUR: i8 = 18;

/// Why the desk could not answer a file.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The file cannot be read, or an answer cannot be written.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// An acknowledgement cannot be written.
    #[error(transparent)]
    Ack(#[from] x12::write::WriteError),
    /// The payer's own remittance does not add up.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What comes back for one file before any money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Kind (`ta1`, `999`, `277ca`) and bytes, in the order they are sent.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Claims taken into adjudication.
    pub accepted: usize,
    /// Claims refused, by the 277CA or with their transaction set.
    pub refused: usize,
}

/// A payer with its counters, ready to answer.
pub struct Desk {
    plan: Plan,
    state: State,
    counters: Counters,
    /// Interchanges answered, by sender and control number: one that comes again is a repetition.
    answered: BTreeSet<String>,
}

/// What a payer's desk knows between two files.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Memory {
    state: State,
    counters: Counters,
    #[serde(default)]
    answered: BTreeSet<String>,
}

/// Control numbers of the files the payer sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counters {
    interchange: u32,
}

impl Counters {
    fn next(&mut self) -> u32 {
        self.interchange = self.interchange.saturating_add(1);
        self.interchange
    }
}

impl Desk {
    /// A payer at the start of its day.
    #[must_use]
    pub fn new(plan: Plan, state: State) -> Self {
        Self { plan, state, counters: Counters::default(), answered: BTreeSet::new() }
    }

    /// The desk as it was left.
    #[must_use]
    pub fn resume(plan: Plan, memory: Memory) -> Self {
        Self { plan, state: memory.state, counters: memory.counters, answered: memory.answered }
    }

    /// What to keep until the next file.
    #[must_use]
    pub fn memory(&self) -> Memory {
        Memory { state: self.state.clone(), counters: self.counters, answered: self.answered.clone() }
    }

    /// Notes that a file was answered; false when it was before, by its sender and interchange control number.
    ///
    /// # Errors
    /// [`DeskError`] when the file is no X12.
    pub fn note_answered(&mut self, bytes: &[u8]) -> Result<bool, DeskError> {
        let interchanges = x12::read(bytes).map_err(ExchangeError::from)?;
        let key = |i: &x12::Interchange<'_>| format!("{} {}", i.isa.el(6).trim(), i.isa.el(13));
        let key = interchanges.first().map(key).unwrap_or_default();
        Ok(self.answered.insert(key))
    }

    /// The identifier claims carry.
    #[must_use]
    pub fn payer_number(&self) -> &str {
        &self.plan.payer.payer_number
    }

    /// What the payer remembers.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes in an older file as if it had come and been decided before, so that histories count.
    ///
    /// # Errors
    /// [`DeskError`] when the file cannot be read.
    pub fn take_history(&mut self, bytes: &[u8], library: &Library, on: Date) -> Result<(), DeskError> {
        for batch in exchange::read_837p(bytes)? {
            for received in batch.claims {
                // A claim of the history that is refused leaves no trace, as it left none then.
                let _ = payer::adjudicate(&self.plan, &mut self.state, library, &received.claim, on);
            }
        }
        Ok(())
    }

    /// Answers an 837: TA1 and 999 always, a 277CA for each transaction of a file that passed SNIP 1 and 2.
    ///
    /// # Errors
    /// [`DeskError`] when nothing can be answered because the file is no X12, or an answer cannot be written.
    pub fn answer(&mut self, bytes: &[u8], library: &Library, on: Date) -> Result<Answers, DeskError> {
        let report = x12::validate(bytes, &x12::Options { snip: 2, ..x12::Options::default() });
        if let Some(unreadable) = report.unreadable {
            return Err(DeskError::Exchange(unreadable.into()));
        }
        let submitter = sender_of(bytes)?;
        let mut answers = Answers::default();
        let stamp = (on.strftime("%Y%m%d").to_string(), format!("{HOUR:02}00"));
        let interchange_ack = x12::ack::ta1(&report, &self.envelope(&submitter, &stamp))?;
        answers.files.push(("ta1", interchange_ack));
        let envelope = self.envelope(&submitter, &stamp);
        let group = envelope.interchange_control;
        if let Some(file) = x12::ack::f999(&report, &envelope, group)? {
            answers.files.push(("999", file));
        }
        // What the 999 refuses was never received; the other sets of the file are taken.
        let batches = match exchange::read_837p(bytes) {
            Ok(batches) => batches,
            Err(error) if report.is_valid() => return Err(error.into()),
            Err(_) => {
                answers.refused = 1;
                return Ok(answers);
            }
        };
        let taken = taken_sets(&report);
        for (index, batch) in batches.iter().enumerate() {
            if taken.get(index).copied().unwrap_or_default() {
                self.answer_batch(batch, library, on, &mut answers)?;
            } else {
                answers.refused += batch.claims.len();
            }
        }
        Ok(answers)
    }

    fn answer_batch(
        &mut self,
        batch: &ClaimBatch,
        library: &Library,
        on: Date,
        answers: &mut Answers,
    ) -> Result<(), DeskError> {
        let claims: Vec<Claim> = batch.claims.iter().map(|received| received.claim.clone()).collect();
        let mut acks = payer::receive(&self.plan, &mut self.state, library, &claims, on);
        acks.extend(batch.refused.iter().map(unreadable_claim));
        answers.accepted += acks.iter().filter(|ack| ack.is_accepted).count();
        answers.refused += acks.iter().filter(|ack| !ack.is_accepted).count();
        let answer = self.claim_acks(batch, &claims, acks, on);
        let controls = self.controls(on, &batch.controls.reference);
        answers.files.push(("277ca", exchange::write_277ca(&answer, &self.party(), &batch.submitter, &controls)?));
        Ok(())
    }

    /// Answers a 270 with a 271.
    ///
    /// # Errors
    /// [`DeskError`] when the file holds no inquiry or the answer cannot be written.
    pub fn answer_inquiry(&mut self, bytes: &[u8], on: Date) -> Result<Vec<u8>, DeskError> {
        let inquiries = exchange::read_270(bytes)?;
        let answers: Vec<_> =
            inquiries.iter().map(|inquiry| payer::check_eligibility(&self.plan, &self.state, inquiry)).collect();
        let submitter = Party { id: sender_of(bytes)?, ..Party::default() };
        let submitter = Party { name: submitter.id.clone(), ..submitter };
        let controls = self.controls(on, "");
        let reference = format!("{:09}", controls.interchange);
        Ok(exchange::write_271(&answers, &self.party(), &submitter, &Controls { reference, ..controls })?)
    }

    /// Reads a letter about a decided claim: an appeal, or a claim with a clerical error corrected. The plan says what
    /// an appeal changes; the answer comes as a remittance on a later pay day, also when it changes nothing.
    ///
    /// # Errors
    /// Why the payer does not look at it again.
    pub fn reopen(&mut self, letter: &Letter, on: Date) -> Result<(), ReopenError> {
        let request = match &letter.purpose {
            LetterPurpose::Appeal(reasons) => Request::Appeal(reasons),
            LetterPurpose::Reopening(corrected) => Request::Correction(corrected),
        };
        payer::reopen(&self.plan, &mut self.state, &letter.payer_control_number, request, on)
    }

    /// Decides and pays everything that does not lie: one 835 file a payee, with its name.
    ///
    /// # Errors
    /// [`DeskError`] when a remittance does not balance or cannot be written.
    pub fn pay(&mut self, library: &Library, on: Date) -> Result<Vec<(String, Vec<u8>)>, DeskError> {
        let remittances = payer::run_now(&self.plan, &mut self.state, library, on)?;
        self.remit(remittances, on)
    }

    /// Works through the payer's day: on pay days, decides what is due and pays it; files as of [`Desk::pay`].
    ///
    /// # Errors
    /// [`DeskError`] when a remittance does not balance or cannot be written.
    pub fn work_day(&mut self, library: &Library, on: Date) -> Result<Vec<(String, Vec<u8>)>, DeskError> {
        let remittances = payer::run(&self.plan, &mut self.state, library, on)?;
        self.remit(remittances, on)
    }

    fn remit(&mut self, remittances: Vec<Remittance>, on: Date) -> Result<Vec<(String, Vec<u8>)>, DeskError> {
        let mut files = Vec::new();
        for remittance in remittances {
            let receiver =
                Party { name: remittance.payee_name.clone(), id: remittance.payee_id.clone(), ..Party::default() };
            let controls = self.controls(on, &remittance.trace_number);
            let file_name = format!("{}-{}.835", self.payer_number(), remittance.trace_number);
            files.push((file_name, exchange::write_835(&[remittance], &self.party(), &receiver, &controls)?));
        }
        Ok(files)
    }

    fn party(&self) -> Party {
        let payer = &self.plan.payer;
        Party {
            name: payer.name.clone(),
            id: payer.payer_number.clone(),
            contact_name: "Claims desk".to_owned(),
            phone: payer.phone.clone(),
        }
    }

    fn controls(&mut self, on: Date, reference: &str) -> Controls {
        let number = self.counters.next();
        Controls {
            interchange: number,
            group: number,
            transaction: 1,
            at: on.at(HOUR, 0, 0, 0),
            usage: 'T',
            reference: reference.to_owned(),
        }
    }

    fn envelope<'a>(&'a mut self, submitter: &'a str, (date, time): &'a (String, String)) -> Envelope<'a> {
        let number = self.counters.next();
        let sender = &self.plan.payer.payer_number;
        Envelope { usage: 'T', ..Envelope::new(sender, submitter, (date, time), number) }
    }

    fn claim_acks(&self, batch: &ClaimBatch, claims: &[Claim], acks: Vec<ClaimAck>, on: Date) -> ClaimAckBatch {
        let taken = claims.first().map(|claim| (claim.billing.name.clone(), claim.billing.npi.to_string()));
        let echoed = batch.refused.first().map(|r| (r.echo.billing_name.clone(), r.echo.billing_npi.clone()));
        let (billing_name, billing_npi) = taken.or(echoed).unwrap_or_default();
        ClaimAckBatch {
            payer_name: self.plan.payer.name.clone(),
            payer_number: self.plan.payer.payer_number.clone(),
            submitter_name: batch.submitter.name.clone(),
            submitter_id: batch.submitter.id.clone(),
            batch_reference: batch.controls.reference.clone(),
            billing_name,
            billing_npi,
            received_on: on,
            processed_on: on,
            claims: acks,
        }
    }
}

/// A claim with a value no claim can hold: refused as invalid (277CA A7:21), with what could be read of it.
fn unreadable_claim(refused: &RefusedClaim) -> ClaimAck {
    let echo = &refused.echo;
    ClaimAck {
        control_number: refused.control_number.clone(),
        is_accepted: false,
        statuses: vec![StatusCode { category: "A7".into(), status: "21".into(), entity: String::new() }],
        charge: echo.charge,
        payer_control_number: None,
        patient_last: echo.patient.last.clone(),
        patient_first: echo.patient.first.clone(),
        member_id: echo.member_id.clone(),
        from: None,
    }
}

/// Whether each transaction set of a file passed, in file order: an error of an envelope refuses everything in it.
fn taken_sets(report: &x12::Report) -> Vec<bool> {
    let errors: Vec<_> =
        report.findings.iter().filter(|f| f.severity == x12::Severity::Error).map(|f| &f.place).collect();
    let mut taken = Vec::new();
    for (i, interchange) in report.interchanges.iter().enumerate() {
        for (g, group) in interchange.groups.iter().enumerate() {
            taken.extend((0..group.transactions.len()).map(|t| {
                !errors.iter().any(|place| {
                    place.interchange == i
                        && place.group.is_none_or(|group| group == g)
                        && place.transaction.is_none_or(|set| set == t)
                })
            }));
        }
    }
    taken
}

/// Who sent an interchange (ISA06).
fn sender_of(bytes: &[u8]) -> Result<String, ExchangeError> {
    let interchanges = x12::read(bytes)?;
    Ok(interchanges.first().map(|i| i.isa.el(6).trim().to_owned()).unwrap_or_default())
}

/// The payers an 837 file is addressed to, each once, in the order met (2010BB NM109).
///
/// # Errors
/// [`ExchangeError`] when the file cannot be read.
pub fn addressed_payers(bytes: &[u8]) -> Result<Vec<String>, ExchangeError> {
    let mut found: Vec<String> = Vec::new();
    for batch in exchange::read_837p(bytes)? {
        let refused = batch.refused.into_iter().map(|r| r.echo.payer_number);
        for payer_number in batch.claims.into_iter().map(|r| r.claim.payer.payer_number).chain(refused) {
            if !found.contains(&payer_number) {
                found.push(payer_number);
            }
        }
    }
    Ok(found)
}
