//! The office: files between the record, the partners' folders and the built-in payers, day by day.
//!
//! Folders: `exchange/<client>/<partner>/out` holds what goes to a partner, `in` what comes back. A built-in payer
//! reads from `out` and writes to `in`, as a payer far away does through a clearinghouse; neither side sees the
//! other's memory.

mod folder;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use claim::{ClaimId, ClientId, CoverageId, Payer, PayerId};
use codes::Library;
use exchange::{FileKind, Party};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use store::{Actor, Db, Scope, client::Client};

use crate::{
    CycleError,
    counter::{self, CounterError},
    desk::Desk,
    follow::{self, Letter},
    intake::{self, Intake},
    limits, number, statements,
    submit::{self, SentFile},
    verify::{self, InquiryFile},
};
use folder::{at, files, name_of, partners, put, put_by};

/// Who acts when nobody does.
pub const JOBS: Actor = Actor::System("jobs");
/// Files carried at once.
const OUTBOX_MAX: u32 = 1_000;
/// Days looked ahead for the next answer.
const ANSWER_DAYS_MAX: i64 = 60;
/// When the office opens, in the demo's hours.
const OPENS: i8 = 8;

/// Why the office could not do its day's work.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// A step was not taken.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// A file or folder.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl From<store::StoreError> for OfficeError {
    fn from(error: store::StoreError) -> Self {
        Self::Cycle(error.into())
    }
}

impl From<CounterError> for OfficeError {
    fn from(error: CounterError) -> Self {
        Self::Cycle(error.into())
    }
}

/// A file that came in and what became of it.
#[derive(Debug)]
pub struct Arrival {
    /// For which client.
    pub client: ClientId,
    /// From which partner.
    pub partner: String,
    /// File name.
    pub name: String,
    /// What it did, or why it was not taken: then it lies in `in/refused`.
    pub outcome: Result<Intake, CycleError>,
}

/// The office of an installation.
#[derive(Clone)]
pub struct Office {
    db: Db,
    library: Arc<Library>,
    folder: PathBuf,
}

impl Office {
    /// The office that works on a database and keeps its folders under `folder`.
    #[must_use]
    pub fn new(db: Db, library: Arc<Library>, folder: PathBuf) -> Self {
        Self { db, library, folder }
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The code library.
    #[must_use]
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Every client.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn clients(&self) -> Result<Vec<Client>, OfficeError> {
        Ok(self.db.read(&JOBS, Scope::Installation, store::client::list)?)
    }

    /// Today by the clock of the installation.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn today(&self) -> Result<Date, OfficeError> {
        Ok(self.db.read(&JOBS, Scope::Installation, |tx| Ok::<_, store::StoreError>(tx.today()))?)
    }

    fn submitter(&self) -> Result<Party, OfficeError> {
        Ok(self.db.read(&JOBS, Scope::Installation, store::installation::submitter)?)
    }

    fn interchange(&self) -> Result<u32, OfficeError> {
        Ok(self.db.write(&JOBS, Scope::Installation, number::next_interchange)?)
    }

    fn place(&self, client: &str, partner: &str) -> PathBuf {
        self.folder.join(client).join(partner)
    }

    /// Sends ready claims of one payer in a file.
    ///
    /// # Errors
    /// As [`submit::send`].
    pub fn send(
        &self,
        actor: &Actor,
        client: ClientId,
        payer: PayerId,
        claims: &[ClaimId],
    ) -> Result<SentFile, OfficeError> {
        let (submitter, interchange) = (self.submitter()?, self.interchange()?);
        let send = |tx: &mut store::Tx<'_>| submit::send(tx, &submitter, payer, claims, interchange);
        Ok(self.db.write(actor, Scope::One(client), send)?)
    }

    /// Sends every ready claim of a client, one file a payer.
    ///
    /// # Errors
    /// As [`submit::send`].
    pub fn send_ready(&self, actor: &Actor, client: ClientId) -> Result<Vec<SentFile>, OfficeError> {
        let ready = self.db.read(actor, Scope::One(client), submit::ready)?;
        ready.iter().map(|(payer, claims)| self.send(actor, client, *payer, claims)).collect()
    }

    /// Asks a payer about coverages on a day.
    ///
    /// # Errors
    /// As [`verify::ask`].
    pub fn ask(
        &self,
        actor: &Actor,
        client: ClientId,
        payer: PayerId,
        coverages: &[CoverageId],
        on: Date,
    ) -> Result<InquiryFile, OfficeError> {
        let (submitter, interchange) = (self.submitter()?, self.interchange()?);
        let ask = |tx: &mut store::Tx<'_>| {
            verify::ask(tx, &submitter, payer, coverages, on, interchange).map_err(CycleError::from)
        };
        Ok(self.db.write(actor, Scope::One(client), ask)?)
    }

    /// Carries what waits in the outbox to the partners' folders. What cannot be written waits on, with the reason.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn carry(&self) -> Result<usize, OfficeError> {
        let mut carried = 0;
        for client in self.clients()? {
            let scope = || Scope::One(client.id);
            let waiting = self.db.read(&JOBS, scope(), |tx| store::outbox::waiting(tx, OUTBOX_MAX))?;
            for file in waiting {
                let bytes = self.db.read(&JOBS, scope(), |tx| store::document::bytes(tx, file.document_id))?;
                match put(&self.place(&client.code, &file.partner).join("out"), &file.file_name, &bytes) {
                    Ok(()) => {
                        let letter = self.db.read(&JOBS, scope(), |tx| follow::letter_of(tx, &file))?;
                        self.db.write(&JOBS, scope(), |tx| store::outbox::sent(tx, file.id))?;
                        if let Some(letter) = letter {
                            self.hand_over(&letter)?;
                        }
                        carried += 1;
                    }
                    Err(error) => {
                        let why = error.to_string();
                        self.db.write(&JOBS, scope(), |tx| store::outbox::failed(tx, file.id, &why))?;
                    }
                }
            }
        }
        Ok(carried)
    }

    /// Tells a built-in payer what a letter asks for, since nobody there reads letters. A payer that refuses (a claim it
    /// does not know, a limit that passed) stays silent, and the claim stands as it was decided.
    fn hand_over(&self, letter: &Letter) -> Result<(), OfficeError> {
        let today = self.today()?;
        Ok(self.db.write(&JOBS, Scope::Installation, |tx| {
            if let Some(mut desk) = counter::desk(tx, letter.payer_id)?
                && desk.reopen(&letter.payer_control_number, &letter.reasons, today).is_ok()
            {
                counter::leave(tx, letter.payer_id, &desk)?;
            }
            Ok::<_, CycleError>(())
        })?)
    }

    /// Lets each built-in payer read what lies in its folders and, where its day has come, decide and pay.
    ///
    /// # Errors
    /// When a payer cannot answer; its memory is as before then.
    pub fn payers_work(&self) -> Result<(), OfficeError> {
        let today = self.today()?;
        let clients = self.clients()?;
        let payers = self.db.read(&JOBS, Scope::Installation, store::payer::list)?;
        for payer in &payers {
            let Some(mut desk) = self.db.read(&JOBS, Scope::Installation, |tx| counter::desk(tx, payer.id))? else {
                continue;
            };
            let before = desk.memory();
            let mut read = Vec::new();
            for client in &clients {
                for path in files(&self.place(&client.code, &payer.payer_number).join("out"))? {
                    self.answer(&mut desk, client, payer, &path, today)?;
                    read.push(path);
                }
            }
            for (name, bytes) in desk.work_day(&self.library, today).map_err(CycleError::from)? {
                let client = payee(&clients, &bytes)?;
                put(&self.place(&client.code, &payer.payer_number).join("in"), &name, &bytes)?;
            }
            if desk.memory() != before {
                self.db.write(&JOBS, Scope::Installation, |tx| counter::leave(tx, payer.id, &desk))?;
            }
            for path in read {
                put_by(&path, "read")?;
            }
        }
        Ok(())
    }

    /// What is no X12 (a letter) is laid aside by the built-in payer.
    fn answer(
        &self,
        desk: &mut Desk,
        client: &Client,
        payer: &Payer,
        path: &Path,
        today: Date,
    ) -> Result<(), OfficeError> {
        let bytes = fs::read(path).map_err(at(path))?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = self.place(&client.code, &payer.payer_number).join("in");
        match exchange::kind_of(&bytes) {
            Some(FileKind::EligibilityInquiries) => {
                let answer = desk.answer_inquiry(&bytes, today).map_err(CycleError::from)?;
                put(&folder, &format!("{stem}.271"), &answer)
            }
            Some(FileKind::ProfessionalClaims) => {
                let answers = desk.answer(&bytes, &self.library, today).map_err(CycleError::from)?;
                // In the order a payer sends them: the envelope first, then the set, then the claims.
                for (order, (kind, bytes)) in (1..).zip(answers.files) {
                    put(&folder, &format!("{stem}.{order}.{kind}"), &bytes)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Takes in everything that came for every client, in the order of names. A file that cannot be taken is laid into
    /// `in/refused` and told; the others come in.
    ///
    /// # Errors
    /// When the store or a folder fails.
    pub fn take_in(&self) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = Vec::new();
        for client in self.clients()? {
            let home = self.folder.join(&client.code);
            for partner in partners(&home)? {
                for path in files(&home.join(&partner).join("in"))? {
                    let bytes = fs::read(&path).map_err(at(&path))?;
                    let name = name_of(&path);
                    let take = |tx: &mut store::Tx<'_>| intake::take_in(tx, &self.library, &name, &bytes);
                    let outcome = self.db.write(&JOBS, Scope::One(client.id), take);
                    put_by(&path, if outcome.is_ok() { "taken" } else { "refused" })?;
                    arrivals.push(Arrival { client: client.id, partner: partner.clone(), name, outcome });
                }
            }
        }
        Ok(arrivals)
    }

    /// Everything between the office and its partners once: carry, let the payers work, take in.
    ///
    /// # Errors
    /// As its parts.
    pub fn exchange(&self) -> Result<Vec<Arrival>, OfficeError> {
        self.carry()?;
        self.payers_work()?;
        self.take_in()
    }

    /// Moves a demo's clock to the morning of a day.
    ///
    /// # Errors
    /// Outside a demo, or backwards.
    pub fn begin_day(&self, day: Date) -> Result<(), OfficeError> {
        let opens = TimeZone::UTC
            .to_timestamp(day.at(OPENS, 0, 0, 0))
            .map_err(|error| CycleError::refused(format!("the day {day} cannot be reached: {error}")))?;
        Ok(self.db.write(&JOBS, Scope::Installation, |tx| store::installation::move_clock(tx, opens))?)
    }

    /// What happens every day without anybody: ready claims go out, partners answer, statements are
    /// printed when due, near filing limits become work.
    ///
    /// # Errors
    /// As its parts.
    pub fn run_jobs(&self) -> Result<Vec<Arrival>, OfficeError> {
        for client in self.clients()? {
            self.send_ready(&JOBS, client.id)?;
            self.db.write(&JOBS, Scope::One(client.id), |tx| statements::print_due(tx, &self.library))?;
            self.db.write(&JOBS, Scope::One(client.id), limits::watch)?;
        }
        let arrivals = self.exchange()?;
        self.seal_audit_log()?;
        Ok(arrivals)
    }

    /// What happens all the time without anybody: files go out and come in, near limits become work, the audit log is
    /// chained. A demo's partners wait until its days are moved.
    ///
    /// # Errors
    /// As its parts.
    pub fn tick(&self) -> Result<Vec<Arrival>, OfficeError> {
        let is_demo = self.db.read(&JOBS, Scope::Installation, |tx| Ok::<_, store::StoreError>(tx.is_demo()))?;
        let arrivals = if is_demo { Vec::new() } else { self.exchange()? };
        for client in self.clients()? {
            self.db.write(&JOBS, Scope::One(client.id), limits::watch)?;
        }
        self.seal_audit_log()?;
        Ok(arrivals)
    }

    /// Chains what the audit log has gathered since, client by client.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn seal_audit_log(&self) -> Result<(), OfficeError> {
        self.db.write(&JOBS, Scope::Installation, store::audit::seal_blocks)?;
        for client in self.clients()? {
            self.db.write(&JOBS, Scope::One(client.id), store::audit::seal_blocks)?;
        }
        Ok(())
    }

    /// Moves a demo on by a number of days, each with its jobs; what came in.
    ///
    /// # Errors
    /// As its parts.
    pub fn advance(&self, days: i64) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = self.run_jobs()?;
        for _ in 0..days {
            self.begin_day(self.today()?.saturating_add(1.days()))?;
            arrivals.extend(self.run_jobs()?);
        }
        Ok(arrivals)
    }

    /// Moves a demo on, day by day, until a payer decides something; what came in.
    ///
    /// # Errors
    /// As its parts.
    pub fn advance_to_answer(&self) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = self.run_jobs()?;
        for _ in 0..ANSWER_DAYS_MAX {
            if arrivals.iter().any(is_decision) {
                break;
            }
            self.begin_day(self.today()?.saturating_add(1.days()))?;
            arrivals.extend(self.run_jobs()?);
        }
        Ok(arrivals)
    }
}

fn is_decision(arrival: &Arrival) -> bool {
    arrival.outcome.as_ref().is_ok_and(|intake| intake.rejected > 0 || !intake.remittances.is_empty())
}

/// Whose money a remittance file brings (1000B N104).
fn payee<'a>(clients: &'a [Client], bytes: &[u8]) -> Result<&'a Client, OfficeError> {
    let remittances = exchange::read_835(bytes).map_err(CycleError::from)?;
    let payee = remittances.first().map(|remittance| remittance.payee_id.clone()).unwrap_or_default();
    clients
        .iter()
        .find(|client| client.billing.npi.as_str() == payee)
        .ok_or_else(|| CycleError::refused(format!("the built-in payer pays {payee}, who is no client here")).into())
}
