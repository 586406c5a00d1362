//! Eligibility: what a payer says about a coverage, asked and answered in files (005010X279A1).
//!
//! [`ask`] writes a 270 and records each question; [`hear`] reads a 271 and records each answer with the
//! question it belongs to. Both files are kept. Whether a person or a program carries them, and whether the
//! payer is built in or far away, makes no difference here.

use claim::{BillingProvider, Coverage, CoverageId, EligibilityAnswer, EligibilityInquiry, Patient, Payer, PayerId};
use exchange::{Controls, ExchangeError, Party};
use jiff::{civil::Date, tz::TimeZone};
use store::{StoreError, Tx};
use uuid::Uuid;

/// What is asked about: the plan as a whole (EQ01, Health Benefit Plan Coverage).
const WHOLE_PLAN: &str = "30";

/// Why a question was not asked, or an answer not taken.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written or read.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// A file of questions goes to one payer.
    #[error("coverage {0} is with another payer: ask each payer in a file of its own")]
    OtherPayer(CoverageId),
}

/// A 270 as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryFile {
    /// The document it is kept as.
    pub document: Uuid,
    /// File name.
    pub name: String,
    /// The 270.
    pub bytes: Vec<u8>,
}

/// What a 271 said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The document it is kept as.
    pub document: Uuid,
    /// Answers to open questions, with the coverage each is about.
    pub answers: Vec<(CoverageId, EligibilityAnswer)>,
    /// Answers to questions that were answered before; nothing changed.
    pub repeated: usize,
    /// Answers to nothing this client asked of that payer.
    pub unmatched: Vec<EligibilityAnswer>,
}

/// Asks a payer about coverages on a day: one 270, kept and put into the outbox, and an open question for each
/// coverage.
///
/// Scope: one client. `interchange` is ISA13, used once by the submitter ([`crate::number::next_interchange`]).
///
/// # Errors
/// [`VerifyError::OtherPayer`]; [`VerifyError::Exchange`] when a value does not fit the file, such as an
/// empty list of coverages.
pub fn ask(
    tx: &mut Tx<'_>,
    submitter: &Party,
    payer_id: PayerId,
    coverages: &[CoverageId],
    on: Date,
    interchange: u32,
) -> Result<InquiryFile, VerifyError> {
    let payer = store::payer::get(tx, payer_id)?;
    let client = store::client::current(tx)?;
    let mut questions = Vec::new();
    for id in coverages {
        let coverage = store::coverage::get(tx, *id)?;
        if coverage.payer_id != payer_id {
            return Err(VerifyError::OtherPayer(*id));
        }
        let patient = store::patient::get(tx, coverage.patient_id)?;
        let trace = format!("{}EL{:06}", client.code, store::counter::next(tx, "eligibility")?);
        let asked = inquiry(trace, &payer, &client.billing, &patient, &coverage, on);
        questions.push((coverage, asked));
    }
    let inquiries: Vec<EligibilityInquiry> = questions.iter().map(|(_, asked)| asked.clone()).collect();
    let controls = Controls {
        interchange,
        group: interchange,
        transaction: 1,
        at: TimeZone::UTC.to_datetime(tx.now()),
        usage: if tx.is_demo() { 'T' } else { 'P' },
        reference: format!("{interchange:09}"),
    };
    let receiver = Party { name: payer.name.clone(), id: payer.payer_number.clone(), ..Party::default() };
    let bytes = exchange::write_270(&inquiries, submitter, &receiver, &controls)?;
    let name = format!("{}-{interchange:09}.270", payer.payer_number);
    let document = store::document::keep(tx, "270", &name, &bytes)?.document.id;
    store::outbox::add(tx, &payer.payer_number, &name, document)?;
    for (coverage, asked) in &questions {
        store::coverage::ask(tx, coverage, asked, Some(document))?;
    }
    Ok(InquiryFile { document, name, bytes })
}

/// The question. A patient is always asked about by their own name under the member identifier on the card,
/// which a payer needs to tell the members of a family apart.
fn inquiry(
    trace: String,
    payer: &Payer,
    billing: &BillingProvider,
    patient: &Patient,
    coverage: &Coverage,
    on: Date,
) -> EligibilityInquiry {
    EligibilityInquiry {
        trace,
        payer_name: payer.name.clone(),
        payer_number: payer.payer_number.clone(),
        provider_name: billing.name.clone(),
        provider_npi: billing.npi.to_string(),
        member_id: coverage.member_id.clone(),
        name: patient.name.clone(),
        born_on: patient.born_on,
        sex: patient.sex,
        on,
        service_types: vec![WHOLE_PLAN.to_owned()],
    }
}

/// Takes a 271 in: keeps it, and gives each open question of this client its answer. The same file again
/// changes nothing, and so does one whose envelopes are not those of the question with sender and receiver swapped.
///
/// Scope: one client.
///
/// # Errors
/// [`VerifyError::Exchange`] when the file is no 271 or cannot be read.
pub fn hear(tx: &mut Tx<'_>, file_name: &str, bytes: &[u8]) -> Result<Heard, VerifyError> {
    let answers = exchange::read_271(bytes)?;
    let envelopes = envelopes(bytes)?;
    let own = store::installation::submitter::<Party>(tx)?.id;
    let document = store::document::keep(tx, "271", file_name, bytes)?.document.id;
    let mut heard = Heard { document, answers: Vec::new(), repeated: 0, unmatched: Vec::new() };
    for answer in answers {
        let asked = store::coverage::check_by_trace(tx, &answer.trace)?
            .filter(|check| check.inquiry.payer_number == answer.payer_number)
            .filter(|check| envelopes.iter().all(|(from, to)| *from == check.inquiry.payer_number && *to == own));
        match asked {
            None => heard.unmatched.push(answer),
            Some(check) if check.answered_at.is_some() => heard.repeated += 1,
            Some(check) => {
                store::coverage::answer(tx, &answer, Some(document))?;
                heard.answers.push((check.coverage_id, answer));
            }
        }
    }
    Ok(heard)
}

/// Who wrote a file to whom, by each of its envelopes (ISA06 and ISA08, GS02 and GS03).
///
/// # Errors
/// [`ExchangeError`] when it is no X12.
pub(crate) fn envelopes(bytes: &[u8]) -> Result<Vec<(String, String)>, ExchangeError> {
    let interchanges = x12::read(bytes)?;
    let envelopes = interchanges.iter().flat_map(|interchange| {
        let groups = interchange.groups.iter().map(|group| (group.gs.el(2), group.gs.el(3)));
        [(interchange.isa.el(6), interchange.isa.el(8))].into_iter().chain(groups)
    });
    Ok(envelopes.map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned())).collect())
}
