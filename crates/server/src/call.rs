//! A request by somebody who is signed in: how handlers reach the records.

use serde::{Serialize, de::DeserializeOwned};
use store::{Key, Once, Role, Scope, StoreError, Tx};

use crate::answer::{Fault, Outcome, go};
use crate::app::App;
use crate::asked::Asked;
use crate::session::Person;
use crate::view::frame::{ClientChoice, Frame, Link};
use crate::{asset, words, worklist};

/// A request with who makes it.
pub struct Call<'a> {
    /// What every request shares.
    pub app: &'a App,
    /// What is asked.
    pub asked: &'a Asked,
    /// By whom.
    pub person: &'a Person,
}

/// Longest idempotency key a form may carry.
const KEY_MAX: usize = 120;

impl Call<'_> {
    /// Reads records of the client being worked for.
    ///
    /// # Errors
    /// What `f` returns, or the store's refusal.
    pub fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.app.db.read(&self.person.actor(), Scope::One(self.person.client.id), f)
    }

    /// Changes records of the client being worked for.
    ///
    /// # Errors
    /// What `f` returns (nothing was changed), or the store's refusal.
    pub fn write<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.app.db.write(&self.person.actor(), Scope::One(self.person.client.id), f)
    }

    /// Moves money: at most once for the key that the form carries.
    ///
    /// # Errors
    /// [`Fault::Refused`] without a key; as [`Call::write`]; [`Fault::Unknown`] when the commit was not confirmed.
    pub fn once<T: Serialize + DeserializeOwned>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Fault>,
    ) -> Result<Once<T>, Fault> {
        let key = self.asked.form.text("idempotency");
        if key.is_empty() || key.len() > KEY_MAX {
            return Err(Fault::refused("The form came without its key: open the page again and repeat."));
        }
        let files: Vec<String> =
            self.asked.files.iter().map(|f| crate::password::bytes_fingerprint(&f.bytes)).collect();
        let request = format!("{} {} {}", self.asked.uri.path(), self.asked.form.request(), files.join(" "));
        let key = Key::new(format!("{}:{key}", self.person.user.id), request.as_bytes());
        self.app.db.write_once(&self.person.actor(), Scope::One(self.person.client.id), &key, f)
    }

    /// True with one of the roles.
    #[must_use]
    pub fn has(&self, roles: &[Role]) -> bool {
        self.person.has(roles)
    }

    /// An address, or nothing for those who may not go there: a link never leads to a refusal.
    #[must_use]
    pub fn link(&self, roles: &[Role], href: String) -> String {
        if self.has(roles) { href } else { String::new() }
    }

    /// Goes to a page that begins with a message.
    ///
    /// # Errors
    /// Never; handlers end with it.
    pub fn done(&self, to: &str, message: impl Into<String>) -> Outcome {
        self.app.say(&self.person.session.token_hash, "good", message.into());
        Ok(go(to))
    }

    /// As [`Call::done`], and says so when the form was sent before.
    ///
    /// # Errors
    /// Never; handlers end with it.
    pub fn done_once<T>(&self, to: &str, once: &Once<T>, message: impl Into<String>) -> Outcome {
        if once.is_repeat {
            let text = "This was done already, the first time the form was sent. Nothing was done twice.";
            self.app.say(&self.person.session.token_hash, "warn", text.to_owned());
            return Ok(go(to));
        }
        self.done(to, message)
    }

    /// The surroundings of a page.
    ///
    /// # Errors
    /// When the store fails.
    pub fn frame(&self, tx: &mut Tx<'_>) -> Result<Frame, Fault> {
        let person = self.person;
        let here = self.asked.uri.path();
        let counts = worklist::Counts::gather(tx, person)?;
        let worklists = worklist::of(person).map(|list| {
            let href = list.href();
            let count = counts.of(list);
            Link {
                is_current: here == href,
                href,
                label: list.label.to_owned(),
                count: if count == 0 { String::new() } else { count.to_string() },
                key: list.key.to_owned(),
            }
        });
        let records = worklist::RECORDS.iter().filter(|record| person.has(record.roles)).map(|record| Link {
            href: record.href.to_owned(),
            label: record.label.to_owned(),
            count: String::new(),
            key: record.key.to_owned(),
            is_current: here == record.href,
        });
        Ok(Frame {
            theme: String::new(),
            asset_key: asset::key().to_owned(),
            csrf: person.form_token(person.client.id),
            idempotency: crate::password::token().map_err(|e| Fault::Broken(e.to_string()))?,
            client_name: person.client.name.clone(),
            client_colour: person.colour.to_owned(),
            clients: person
                .clients
                .iter()
                .map(|client| ClientChoice {
                    id: client.id.to_string(),
                    name: client.name.clone(),
                    is_current: client.id == person.client.id,
                })
                .collect(),
            today: words::long_day(tx.today()),
            user_name: person.user.name.clone(),
            worklists: worklists.collect(),
            records: records.collect(),
            may_write: person.has(crate::room::encounter_new::WRITERS),
            is_demo: self.app.demo.is_some() && tx.is_demo(),
            messages: self.app.take_messages(&person.session.token_hash),
        })
    }
}

/// Something that was asked for by a name that may not be there.
///
/// # Errors
/// [`Fault::NotFound`] when there is nothing.
pub fn found<T>(record: Result<Option<T>, StoreError>) -> Result<T, Fault> {
    record?.ok_or(Fault::NotFound)
}
