//! `superbill client`: the practices an installation serves, their clinicians and charges.

mod charges;
mod provider;

use anyhow::{Result, bail};
use claim::{Address, BillingProvider, Npi, Taxonomy};
use clap::{Args, Subcommand};
use exchange::Party;
use store::{
    Db, Scope,
    client::{Client, ClientSettings},
};

use crate::{
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

/// Colours that mark the pages of clients, each readable under white text.
const COLOURS: [&str; 4] = ["#1b6e5a", "#7a3e9d", "#9a4a12", "#1f5fa8"];
/// Longest client code: claim numbers begin with it and have 14 characters.
const CODE_MAX: usize = 4;

#[derive(Args)]
pub struct Clients {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Every client.
    List {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Add a client. The first one also stands as the sender of files, until a billing company does.
    Add(Box<Add>),
    /// Add a clinician of a client, or one who refers to it.
    Provider(Box<provider::AddProvider>),
    /// Say what a client charges, from a CSV file.
    Charges(charges::ImportCharges),
}

#[derive(Args)]
struct Add {
    /// Two to four letters or digits; claim numbers begin with it.
    #[arg(value_parser = code)]
    code: String,
    /// Legal name of the billing provider.
    #[arg(long)]
    name: String,
    /// Its NPI (organisation).
    #[arg(long)]
    npi: Npi,
    /// Its employer identification number.
    #[arg(long, value_parser = digits::<9>)]
    tax_id: String,
    /// Its specialty, ten characters.
    #[arg(long)]
    taxonomy: Taxonomy,
    /// Its street address with nine-digit ZIP: "12 Main Street, Suite 3, Springfield, IL 62701-0001".
    #[arg(long, value_parser = address)]
    address: Address,
    /// Its telephone number.
    #[arg(long, value_parser = digits::<10>)]
    phone: String,
    /// One person does everything: approvals become an owner's review.
    #[arg(long)]
    solo: bool,
    /// Certificate of its laboratory, where it has one.
    #[arg(long)]
    clia: Option<String>,
}

impl Clients {
    pub fn run(self) -> Result<Outcome> {
        let (db, _) = self.place.open()?;
        match self.action {
            Action::List { format } => list(&db, format)?,
            Action::Add(add) => add.run(&db)?,
            Action::Provider(add) => add.run(&db)?,
            Action::Charges(import) => import.run(&db)?,
        }
        Ok(Outcome::Done)
    }
}

impl Add {
    fn run(self, db: &Db) -> Result<()> {
        if self.address.zip.len() != 9 {
            bail!("--address: a billing provider's ZIP code has nine digits, this one is {}", self.address.zip);
        }
        let Self { code, name, npi, tax_id, taxonomy, address, phone, solo, clia } = self;
        let billing = BillingProvider { name, npi, tax_id, taxonomy, address, pay_to: None, phone };
        let settings = ClientSettings { is_solo: solo, clia, ..ClientSettings::default() };
        let is_first = db.write(&CLI, Scope::Installation, |tx| {
            let there = store::client::list(tx)?;
            if there.iter().any(|client| client.code == code) {
                bail!("there is a client {code} already: nothing was changed");
            }
            let colour = COLOURS.iter().cycle().nth(there.len()).copied().unwrap_or_default().to_owned();
            let client = Client {
                id: tx.new_id()?,
                code: code.clone(),
                name: billing.name.clone(),
                colour,
                billing: billing.clone(),
                settings: settings.clone(),
            };
            store::client::insert(tx, &client)?;
            if there.is_empty() {
                let BillingProvider { name, tax_id, phone, .. } = billing.clone();
                store::installation::rename(tx, &name)?;
                let contact_name = name.clone();
                store::installation::set_submitter(tx, &Party { name, id: tax_id, contact_name, phone })?;
            }
            Ok(there.is_empty())
        })?;
        line(format!("Client {code} was added: {}.", billing.name))?;
        if is_first {
            line(format!("Files are sent in its name, as submitter {}.", billing.tax_id))?;
        }
        Ok(())
    }
}

fn list(db: &Db, format: Format) -> Result<()> {
    let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
    if format == Format::Json {
        return json(&clients);
    }
    if clients.is_empty() {
        return line("There is no client yet: superbill client add CODE … makes one.");
    }
    for Client { code, name, billing, .. } in &clients {
        line(format!("{code}: {name}, NPI {}, tax id {}", billing.npi, billing.tax_id))?;
    }
    Ok(())
}

/// The client of a code.
///
/// # Errors
/// Names the clients there are.
pub fn by_code(db: &Db, code: &str) -> Result<Client> {
    let clients = db.read(&CLI, Scope::Installation, store::client::list)?;
    match clients.iter().find(|client| client.code.eq_ignore_ascii_case(code)) {
        Some(client) => Ok(client.clone()),
        None if clients.is_empty() => bail!("there is no client yet: superbill client add makes one"),
        None => {
            let codes: Vec<&str> = clients.iter().map(|client| client.code.as_str()).collect();
            bail!("there is no client {code}; there are {}", codes.join(", "))
        }
    }
}

/// The client of a code, or every client without one.
///
/// # Errors
/// As [`by_code`].
pub fn one_or_all(db: &Db, code: Option<&str>) -> Result<Vec<Client>> {
    match code {
        Some(code) => Ok(vec![by_code(db, code)?]),
        None => Ok(db.read(&CLI, Scope::Installation, store::client::list)?),
    }
}

fn code(text: &str) -> Result<String, String> {
    let is_fit = (2..=CODE_MAX).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    if is_fit { Ok(text.to_ascii_uppercase()) } else { Err(format!("expected 2 to {CODE_MAX} letters or digits")) }
}

/// Exactly `N` digits; the punctuation of telephone and identification numbers is left out.
pub fn digits<const N: usize>(text: &str) -> Result<String, String> {
    let bare: String = text.chars().filter(|c| !"-() .".contains(*c)).collect();
    let is_fit = bare.len() == N && bare.bytes().all(|b| b.is_ascii_digit());
    if is_fit { Ok(bare) } else { Err(format!("expected {N} digits")) }
}

/// `street[, suite], city, ST ZIP`.
pub fn address(text: &str) -> Result<Address, String> {
    let expected = || "expected \"street, city, ST ZIP\" or \"street, suite, city, ST ZIP\"".to_owned();
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (line1, line2, city, last) = match parts.as_slice() {
        [line1, city, last] => (*line1, "", *city, *last),
        [line1, line2, city, last] => (*line1, *line2, *city, *last),
        _ => return Err(expected()),
    };
    let (state, zip) = last.split_once(' ').ok_or_else(expected)?;
    let zip: String = zip.chars().filter(|c| !"- ".contains(*c)).collect();
    let is_state = state.len() == 2 && state.chars().all(|c| c.is_ascii_alphabetic());
    let is_zip = matches!(zip.len(), 5 | 9) && zip.bytes().all(|b| b.is_ascii_digit());
    if line1.is_empty() || city.is_empty() || !is_state || !is_zip {
        return Err(expected());
    }
    Ok(Address {
        line1: line1.to_owned(),
        line2: line2.to_owned(),
        city: city.to_owned(),
        state: state.to_ascii_uppercase(),
        zip,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_from_one_line() {
        let read = address("12 Main Street, Suite 3, Springfield, il 62701-0001").unwrap();
        assert_eq!((read.line2.as_str(), read.state.as_str(), read.zip.as_str()), ("Suite 3", "IL", "627010001"));
        assert_eq!(address("PO Box 9, Springfield, IL 62701").unwrap().line2, "");
        for bad in ["", "12 Main Street", "12 Main Street, Springfield, Illinois", "a, b, IL 6270"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
