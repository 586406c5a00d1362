//! `superbill client provider`: clinicians of a practice, and those elsewhere who refer to it.

use anyhow::{Context as _, Result, bail};
use claim::{Npi, PersonName, Provider, Taxonomy};
use clap::Args;
use store::{Db, Scope};

use super::by_code;
use crate::{input::line, place::CLI};

#[derive(Args)]
pub struct AddProvider {
    /// Code of the client.
    client: String,
    /// The clinician's own NPI.
    npi: Npi,
    #[arg(long)]
    first: String,
    #[arg(long)]
    last: String,
    /// Printed after the name: MD, PT, NP.
    #[arg(long)]
    credential: String,
    /// Specialty, ten characters.
    #[arg(long)]
    taxonomy: Taxonomy,
    /// The account the clinician signs notes with.
    #[arg(long)]
    login: Option<String>,
    /// Works elsewhere and refers patients.
    #[arg(long, conflicts_with = "login")]
    referring: bool,
}

impl AddProvider {
    pub fn run(self, db: &Db) -> Result<()> {
        let client = by_code(db, &self.client)?;
        let account = match &self.login {
            None => None,
            Some(login) => Some(
                db.read(&CLI, Scope::Installation, |tx| store::user::by_login(tx, &login.to_lowercase()))?
                    .with_context(|| format!("there is no account {login}: superbill user add makes one"))?
                    .id,
            ),
        };
        let name = PersonName::new(self.first.trim(), self.last.trim());
        if name.first.is_empty() || name.last.is_empty() {
            bail!("--first and --last: a clinician has both");
        }
        db.write(&CLI, Scope::One(client.id), |tx| {
            if store::provider::list(tx)?.iter().any(|there| there.provider.npi == self.npi) {
                bail!("{} has a clinician with NPI {} already: nothing was changed", client.name, self.npi);
            }
            let provider = Provider {
                id: tx.new_id()?,
                name: name.clone(),
                credential: self.credential.trim().to_owned(),
                npi: self.npi.clone(),
                taxonomy: self.taxonomy.clone(),
            };
            Ok(store::provider::insert(tx, &provider, !self.referring, account)?)
        })?;
        line(format!("{}, {} was added to {}.", name.full(), self.credential.trim(), client.name))
    }
}
