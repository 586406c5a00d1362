//! The built-in payers at work: they read what lies in their folders and write what they have to say.

use std::{fs, path::Path};

use claim::Payer;
use exchange::FileKind;
use jiff::civil::Date;
use store::{Scope, client::Client};

use super::{
    JOBS, NOBODY, Office, OfficeError,
    folder::{at, files, put, put_by},
};
use crate::{CycleError, counter, desk::Desk, follow::Letter};

impl Office {
    /// Tells a built-in payer what a letter asks for, since nobody there reads letters. A payer that refuses (a claim it
    /// does not know, a limit that passed) stays silent, and the claim stands as it was decided.
    pub(super) fn hand_over(&self, letter: &Letter) -> Result<(), OfficeError> {
        let today = self.today()?;
        Ok(self.db.write(&JOBS, Scope::Installation, |tx| {
            if let Some(mut desk) = counter::desk(tx, letter.payer_id)?
                && desk.reopen(letter, today).is_ok()
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
                    match self.answer(&mut desk, client, payer, &path, today) {
                        Ok(()) => read.push((path, "read")),
                        // One file nobody can answer does not keep the others waiting.
                        Err(OfficeError::Cycle(_)) => read.push((path, "unread")),
                        Err(error) => return Err(error),
                    }
                }
            }
            for (name, bytes) in desk.work_day(&self.library, today).map_err(CycleError::from)? {
                // Money for somebody who is no client any more is kept where nobody takes it in.
                let code = payee(&clients, &bytes)?.map_or(NOBODY, |client| client.code.as_str());
                put(&self.place(code, &payer.payer_number).join("in"), &name, &bytes)?;
            }
            if desk.memory() != before {
                self.db.write(&JOBS, Scope::Installation, |tx| counter::leave(tx, payer.id, &desk))?;
            }
            for (path, folder) in read {
                put_by(&path, folder)?;
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
        let kind = exchange::kind_of(&bytes);
        // Nothing was lost when the payer's memory was kept and the file could not be laid aside: it is known.
        if kind.is_some() && !desk.note_answered(&bytes).map_err(CycleError::from)? {
            return Ok(());
        }
        match kind {
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
}

/// Whose money a remittance file brings (1000B N104).
fn payee<'a>(clients: &'a [Client], bytes: &[u8]) -> Result<Option<&'a Client>, OfficeError> {
    let remittances = exchange::read_835(bytes).map_err(CycleError::from)?;
    let payee = remittances.first().map(|remittance| remittance.payee_id.clone()).unwrap_or_default();
    Ok(clients.iter().find(|client| client.billing.npi.as_str() == payee))
}
