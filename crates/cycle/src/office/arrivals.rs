//! What came in: files taken, refused, told.

use std::fs;

use claim::Money;
use serde_json::json;
use store::{Role, Scope, client::Client, work::NewWorkItem};

use super::{
    Arrival, JOBS, NOTES, Office, OfficeError, UNREADABLE,
    folder::{at, files, is_growing, name_of, partners, put_by},
};
use crate::{
    CycleError, import,
    intake::{self, Intake},
};

impl Office {
    /// Takes in everything that came for every client, in the order of names. A file that cannot be read is kept, laid
    /// into `in/refused` and becomes work; the others come in. `rested` leaves out files somebody may still be writing.
    ///
    /// # Errors
    /// When the store or a folder fails: what was not taken stays where it lies.
    pub fn take_in(&self, rested: bool) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = Vec::new();
        for client in self.clients()? {
            let home = self.folder.join(&client.code);
            for partner in partners(&home)? {
                for path in files(&home.join(&partner).join("in"))? {
                    if rested && is_growing(&path) {
                        continue;
                    }
                    let bytes = fs::read(&path).map_err(at(&path))?;
                    let name = name_of(&path);
                    let outcome = if partner == NOTES {
                        self.take_notes(&client, &name, &bytes)
                    } else {
                        let take = |tx: &mut store::Tx<'_>| intake::take_in(tx, &self.library, &name, &bytes);
                        self.db.write(&JOBS, Scope::One(client.id), take)
                    };
                    let outcome = match outcome {
                        Ok(intake) => {
                            put_by(&path, "taken")?;
                            Ok(intake)
                        }
                        Err(error @ (CycleError::Exchange(_) | CycleError::Refused(_))) => {
                            self.refuse(&client, &partner, &name, &bytes, &error)?;
                            put_by(&path, "refused")?;
                            Err(error)
                        }
                        Err(error) => return Err(error.into()),
                    };
                    arrivals.push(Arrival { client: client.id, partner: partner.clone(), name, outcome });
                }
            }
        }
        Ok(arrivals)
    }

    /// Reads a file of notes outside the record, then drafts them.
    fn take_notes(&self, client: &Client, name: &str, bytes: &[u8]) -> Result<Intake, CycleError> {
        let Some(reader) = &self.reader else {
            return Err(CycleError::refused("notes come in while the application serves"));
        };
        let notes = reader.read(bytes).map_err(|error| CycleError::refused(error.to_string()))?;
        let take = |tx: &mut store::Tx<'_>| import::import(tx, name, bytes, &notes);
        let imported = self.db.write(&JOBS, Scope::One(client.id), take)?;
        Ok(Intake {
            document: imported.document,
            kind: "notes".to_owned(),
            is_new: imported.is_new,
            drafts: imported.drafts,
            strays: imported.unmatched,
            ..Intake::default()
        })
    }

    /// Keeps a file nobody could read and makes it work.
    fn refuse(
        &self,
        client: &Client,
        partner: &str,
        name: &str,
        bytes: &[u8],
        error: &CycleError,
    ) -> Result<(), OfficeError> {
        let why = error.to_string();
        Ok(self.db.write(&JOBS, Scope::One(client.id), |tx| {
            let document = store::document::keep(tx, "refused", name, bytes)?.document;
            let item = NewWorkItem {
                kind: UNREADABLE,
                owner: Role::Poster,
                subject: ("document", document.id.to_string()),
                title: format!("{name} from {partner} was not taken: {why}"),
                amount: Money::ZERO,
                due_on: None,
            };
            store::work::open_once(tx, &item, &json!({ "file": name, "partner": partner, "why": why })).map(|_| ())
        })?)
    }
}
