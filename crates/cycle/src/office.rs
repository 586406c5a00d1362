//! The office: files between the record, the partners' folders and the built-in payers, day by day.
//!
//! Folders: `exchange/<client>/<partner>/out` holds what goes to a partner, `in` what comes back. A built-in payer
//! reads from `out` and writes to `in`, as a payer far away does through a clearinghouse. Letters are the exception:
//! nobody at a built-in payer reads PDF, so what a letter asks for is told to its desk when the letter is carried, and
//! the plan decides.

mod arrivals;
mod days;
mod folder;
mod payers;

use std::{path::PathBuf, sync::Arc};

use claim::{ClaimId, ClientId, CoverageId, Money, PayerId};
use codes::Library;
use exchange::Party;
use jiff::civil::Date;
use serde_json::json;
use store::{Actor, Db, Role, Scope, client::Client, work::NewWorkItem};

use crate::{
    CycleError,
    counter::CounterError,
    follow,
    intake::Intake,
    number,
    reader::Reader,
    submit::{self, SentFile},
    verify::{self, InquiryFile},
};
use folder::put;

/// Who acts when nobody does.
pub const JOBS: Actor = Actor::System("jobs");
/// Files carried at once.
const OUTBOX_MAX: u32 = 1_000;
/// Days looked ahead for the next answer: a payer that has not answered within four weeks does not answer by itself.
const ANSWER_DAYS_MAX: i64 = 28;
/// Stands for the client in the folder of payments for nobody here.
const NOBODY: &str = "nobody";
/// The kind of work a file is that nobody could read.
pub const UNREADABLE: &str = "unreadable";
/// The partner whose folder notes come in by: `exchange/<client>/notes/in`.
pub const NOTES: &str = "notes";
/// The kind of work a file is that could not be written.
pub const UNSENT: &str = "unsent";
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
    reader: Option<Reader>,
}

impl Office {
    /// The office that works on a database and keeps its folders under `folder`.
    #[must_use]
    pub fn new(db: Db, library: Arc<Library>, folder: PathBuf) -> Self {
        Self { db, library, folder, reader: None }
    }

    /// With a reader of notes that come as files.
    #[must_use]
    pub fn with_reader(self, reader: Reader) -> Self {
        Self { reader: Some(reader), ..self }
    }

    /// What reads notes that come as files.
    #[must_use]
    pub fn reader(&self) -> Option<&Reader> {
        self.reader.as_ref()
    }

    /// The same office with another code library.
    #[must_use]
    pub fn with_library(&self, library: &Arc<Library>) -> Self {
        Self { library: Arc::clone(library), ..self.clone() }
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

    /// Sends every ready claim of a client, one file a payer. A file that cannot be written becomes work for the
    /// biller, and the other payers' go.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn send_ready(&self, actor: &Actor, client: ClientId) -> Result<Vec<SentFile>, OfficeError> {
        let ready = self.db.read(actor, Scope::One(client), submit::ready)?;
        let mut sent = Vec::new();
        for (payer, claims) in &ready {
            match self.send(actor, client, *payer, claims) {
                Ok(file) => {
                    self.db.write(&JOBS, Scope::One(client), |tx| finish_unsent(tx, *payer))?;
                    sent.push(file);
                }
                Err(OfficeError::Cycle(error @ (CycleError::Exchange(_) | CycleError::Refused(_)))) => {
                    self.unsent(client, *payer, &error)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    fn unsent(&self, client: ClientId, payer: PayerId, error: &CycleError) -> Result<(), OfficeError> {
        let why = error.to_string();
        Ok(self.db.write(&JOBS, Scope::One(client), |tx| {
            let name = store::payer::get(tx, payer)?.name;
            let item = NewWorkItem {
                kind: UNSENT,
                owner: Role::Biller,
                subject: ("payer", payer.to_string()),
                title: format!("The file of ready claims for {name} was not written: {why}"),
                amount: Money::ZERO,
                due_on: None,
            };
            store::work::open_once(tx, &item, &json!({ "why": why })).map(|_| ())
        })?)
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
}

/// A file that could not be written went out after all.
fn finish_unsent(tx: &mut store::Tx<'_>, payer: PayerId) -> Result<(), store::StoreError> {
    for item in store::work::of_subject(tx, "payer", payer)? {
        if item.kind == UNSENT && item.done_at.is_none() {
            store::work::finish(tx, item.id, "It went out")?;
        }
    }
    Ok(())
}
