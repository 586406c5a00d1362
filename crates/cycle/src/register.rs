//! Puts an invented world into an empty installation: first what belongs to nobody in particular
//! ([`installation`]), then each client with its prices and patients ([`client`]).
//!
//! Of the patients only what registration knows is written; what the payers know better stays in their
//! plans. Visits come later, as they happen (`visits`).

use claim::{ClientId, Payer};
use exchange::Party;
use jiff::{civil::Date, tz::TimeZone};
use price::{ChargeMaster, ChargeRow, Contract, ContractFee, FeeTable};
use store::{
    Role, StoreError, Tx,
    client::ClientSettings,
    patient::PatientSearch,
    tariff::{Tariff, TariffKind},
    user::User,
};
use world::{BillingCompany, ContractTerms, Persona, World};

use crate::counter::{self, CounterError};

/// When the offices open on the first day, in the demo's hours (UTC).
const OPENS: i8 = 8;
/// Colours that mark the pages of the clients, in their order; each is readable under white text.
const COLOURS: [&str; 4] = ["#1b6e5a", "#7a3e9d", "#9a4a12", "#1f5fa8"];

/// Why a world was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The store refused; an installation in use is one such case.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A payer's plan is not as documented.
    #[error(transparent)]
    Counter(#[from] CounterError),
    /// The client has patients or clinicians already.
    #[error("client {0} is registered already: nothing was changed")]
    AlreadyRegistered(String),
    /// The world knows no client of this identity.
    #[error("this world has no client {0}")]
    UnknownClient(ClientId),
    /// A value of the world does not fit the record.
    #[error("{0}")]
    Unfit(String),
}

/// How many records a step added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Clients.
    pub clients: usize,
    /// Accounts.
    pub users: usize,
    /// Payers, each with its plan.
    pub payers: usize,
    /// Clinicians, the client's own and those who refer.
    pub providers: usize,
    /// Charge masters and contracts.
    pub tariffs: usize,
    /// Patients.
    pub patients: usize,
    /// Coverages.
    pub coverages: usize,
}

/// The billing company as it stands on files (1000A).
#[must_use]
pub fn submitter(company: &BillingCompany) -> Party {
    Party {
        name: company.name.clone(),
        id: company.submitter_id.clone(),
        contact_name: company.contact.clone(),
        phone: company.phone.clone(),
    }
}

/// Turns an empty installation into the demo of a world: its clock stands at the first morning, identities
/// follow the seed; payers with their plans, clients, and accounts with their roles are there.
///
/// Scope: installation. `password_hash` gives the Argon2id hash of an account, in PHC form.
///
/// # Errors
/// [`RegisterError::Store`] with [`StoreError::Illegal`] when the installation is in use; [`RegisterError::Counter`].
pub fn installation(
    tx: &mut Tx<'_>,
    world: &World,
    password_hash: impl Fn(&Persona) -> String,
) -> Result<Registered, RegisterError> {
    let opens = TimeZone::UTC
        .to_timestamp(world.starts_on.at(OPENS, 0, 0, 0))
        .map_err(|e| RegisterError::Unfit(format!("the first day of the world: {e}")))?;
    store::installation::begin_demo(tx, &world.company.name, world.seed, opens)?;
    store::installation::set_submitter(tx, &submitter(&world.company))?;
    for insurer in &world.insurers {
        store::payer::put(tx, &insurer.payer)?;
        counter::open(tx, insurer.payer.id, &insurer.plan)?;
    }
    for (client, colour) in world.clients.iter().zip(COLOURS.iter().cycle()) {
        let client = store::client::Client {
            id: client.id,
            code: client.code.clone(),
            name: client.billing.name.clone(),
            colour: (*colour).to_owned(),
            billing: client.billing.clone(),
            settings: ClientSettings { clia: client.clia.clone(), ..ClientSettings::default() },
        };
        store::client::insert(tx, &client)?;
    }
    for persona in &world.users {
        account(tx, persona, password_hash(persona))?;
    }
    Ok(Registered {
        clients: world.clients.len(),
        users: world.users.len(),
        payers: world.insurers.len(),
        ..Registered::default()
    })
}

fn account(tx: &mut Tx<'_>, persona: &Persona, password_hash: String) -> Result<(), RegisterError> {
    let role = role(persona.role);
    let user = User {
        id: persona.id,
        login: persona.login.clone(),
        name: persona.name.full(),
        title: role.label().to_owned(),
        is_active: true,
        created_at: tx.now(),
        password_hash,
    };
    store::user::insert(tx, &user)?;
    for client_id in &persona.clients {
        store::user::grant(tx, persona.id, *client_id, role)?;
    }
    Ok(())
}

const fn role(role: world::Role) -> Role {
    match role {
        world::Role::Coder => Role::Coder,
        world::Role::Biller => Role::Biller,
        world::Role::Poster => Role::Poster,
        world::Role::Manager => Role::Manager,
        world::Role::FrontDesk => Role::FrontDesk,
        world::Role::Provider => Role::Provider,
    }
}

/// Registers the client of the scope: clinicians, charge master, contracts, patients with their coverages.
///
/// Scope: one client, which [`installation`] has made.
///
/// # Errors
/// [`RegisterError::AlreadyRegistered`] the second time; [`RegisterError::UnknownClient`].
pub fn client(tx: &mut Tx<'_>, world: &World) -> Result<Registered, RegisterError> {
    let id = tx.client()?;
    let client = world.clients.iter().find(|c| c.id == id).ok_or(RegisterError::UnknownClient(id))?;
    let is_empty = store::patient::count(tx, &PatientSearch::default())? == 0 && store::provider::list(tx)?.is_empty();
    if !is_empty {
        return Err(RegisterError::AlreadyRegistered(client.code.clone()));
    }
    let mut registered =
        Registered { providers: client.providers.len() + client.referring.len(), ..Registered::default() };
    for provider in &client.providers {
        let account = world.users.iter().find(|persona| persona.provider == Some(provider.id));
        store::provider::insert(tx, provider, true, account.map(|persona| persona.id))?;
    }
    for provider in &client.referring {
        store::provider::insert(tx, provider, false, None)?;
    }
    registered.tariffs = tariffs(tx, world, client)?;
    for person in world.people.iter().filter(|person| person.client == id) {
        store::patient::insert(tx, &person.patient)?;
        for coverage in &person.coverages {
            store::coverage::insert(tx, coverage)?;
        }
        registered.patients += 1;
        registered.coverages += person.coverages.len();
    }
    Ok(registered)
}

/// The charge master, and the contracts from the day it begins.
fn tariffs(tx: &mut Tx<'_>, world: &World, client: &world::Client) -> Result<usize, RegisterError> {
    let from = client.charges.iter().map(|charge| charge.effective_from).min().unwrap_or(world.starts_on);
    let rows = client.charges.iter().map(|charge| ChargeRow {
        procedure: charge.procedure.clone(),
        modifier: charge.modifier.clone(),
        charge: charge.charge,
        effective_from: charge.effective_from,
        effective_to: None,
    });
    let master = tariff(tx, TariffKind::ChargeMaster, "Charge master", None, from)?;
    store::tariff::insert(tx, &master, &ChargeMaster::new(rows))?;
    let mut count = 1;
    for insurer in &world.insurers {
        let Some(terms) = &insurer.contract else { continue };
        let agreed = tariff(tx, TariffKind::Contract, &terms.name, Some(&insurer.payer), from)?;
        store::tariff::insert(tx, &agreed, &contract(terms, from))?;
        count += 1;
    }
    Ok(count)
}

fn tariff(
    tx: &mut Tx<'_>,
    kind: TariffKind,
    name: &str,
    payer: Option<&Payer>,
    from: Date,
) -> Result<Tariff, RegisterError> {
    Ok(Tariff {
        id: tx.new_id()?,
        kind,
        name: name.to_owned(),
        payer_id: payer.map(|payer| payer.id),
        effective_on: from,
        terminated_on: None,
    })
}

/// The agreement as the office has it on file; what the payer does with it is in the payer's plan.
fn contract(terms: &ContractTerms, from: Date) -> Contract {
    let fees = terms.fees.iter().map(|(procedure, amount)| ContractFee {
        procedure: procedure.clone(),
        modifier: None,
        amount: *amount,
        facility_amount: None,
        effective_from: from,
        effective_to: None,
    });
    let basis_points = u32::from(terms.percent_of_medicare).saturating_mul(100);
    Contract { fees: FeeTable::new(fees), ..Contract::percent_of_medicare(&terms.name, from, basis_points) }
}
