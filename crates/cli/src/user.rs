//! `superbill user`: accounts and their roles.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;
use server::password;
use store::{Db, Role, Scope, StoreError, Tx, client::Client, user::User};

use crate::{
    client,
    input::{Format, Outcome, json, line, name, read},
    place::{CLI, Place},
};

/// Longest sign-in name.
const LOGIN_MAX: usize = 64;

#[derive(Args)]
pub struct Users {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Every account with its roles.
    List {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Add an account. Without a password file a random password is made and printed once.
    Add {
        /// Sign-in name.
        login: String,
        /// Name of the person.
        #[arg(long)]
        name: String,
        /// What the person does, for other people.
        #[arg(long, default_value = "")]
        title: String,
        #[command(flatten)]
        secret: Secret,
    },
    /// Replace a password and end the account's sessions.
    Password {
        login: String,
        #[command(flatten)]
        secret: Secret,
    },
    /// Give a role on a client.
    Grant(RoleOnClient),
    /// Take a role on a client.
    Revoke(RoleOnClient),
    /// Close an account and end its sessions; what it did stays on record.
    Disable { login: String },
    /// Open a closed account.
    Enable { login: String },
}

#[derive(Args)]
struct Secret {
    /// A file with the password on its first line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Args)]
struct RoleOnClient {
    login: String,
    /// Code of the client.
    client: String,
    /// coder, biller, poster, manager, front_desk, provider, auditor or admin.
    #[arg(value_parser = role)]
    role: Role,
}

fn role(text: &str) -> Result<Role, String> {
    let all = || Role::ALL.map(Role::code).join(", ");
    Role::from_code(&text.replace('-', "_")).ok_or_else(|| format!("expected one of {}", all()))
}

#[derive(Serialize)]
struct Account {
    login: String,
    name: String,
    title: String,
    is_active: bool,
    roles: Vec<Held>,
}

#[derive(Serialize)]
struct Held {
    client: String,
    role: Role,
}

impl Users {
    pub fn run(self) -> Result<Outcome> {
        let (db, _) = self.place.open()?;
        match self.action {
            Action::List { format } => list(&db, format)?,
            Action::Add { login, name, title, secret } => add(&db, &login, name, title, &secret)?,
            Action::Password { login, secret } => {
                let (word, hash) = secret.take()?;
                change(&db, &login, |tx, user| store::user::set_password(tx, user.id, &hash))?;
                said(&format!("The password of {login} was replaced and its sessions ended."), word)?;
            }
            Action::Grant(held) => {
                let client = held.change(&db, store::user::grant)?;
                line(format!("{} is {} of {}.", held.login, held.role.label().to_lowercase(), client.name))?;
            }
            Action::Revoke(held) => {
                let client = held.change(&db, store::user::revoke)?;
                line(format!("{} is no longer {} of {}.", held.login, held.role.label().to_lowercase(), client.name))?;
            }
            Action::Disable { login } => {
                change(&db, &login, |tx, user| store::user::set_active(tx, user.id, false))?;
                line(format!("The account {login} is closed and its sessions have ended."))?;
            }
            Action::Enable { login } => {
                change(&db, &login, |tx, user| store::user::set_active(tx, user.id, true))?;
                line(format!("The account {login} is open."))?;
            }
        }
        Ok(Outcome::Done)
    }
}

impl RoleOnClient {
    fn change(
        &self,
        db: &Db,
        f: impl Fn(&mut Tx<'_>, claim::UserId, claim::ClientId, Role) -> Result<(), StoreError>,
    ) -> Result<Client> {
        let client = client::by_code(db, &self.client)?;
        change(db, &self.login, |tx, user| f(tx, user.id, client.id, self.role))?;
        Ok(client)
    }
}

impl Secret {
    /// The hash, and the password itself where it was made here.
    fn take(&self) -> Result<(Option<String>, String)> {
        let Some(path) = &self.password_file else {
            let made = password::generated()?;
            let hash = password::hash(&made)?;
            return Ok((Some(made), hash));
        };
        let text = first_line(path)?;
        let hash = password::hash(&text).with_context(|| name(path))?;
        Ok((None, hash))
    }
}

fn first_line(path: &Path) -> Result<String> {
    let text = String::from_utf8(read(path)?).with_context(|| format!("{} is not text (UTF-8)", name(path)))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn said(done: &str, made: Option<String>) -> Result<()> {
    line(done)?;
    match made {
        Some(word) => line(format!("Password, shown this once: {word}")),
        None => Ok(()),
    }
}

fn add(db: &Db, login: &str, name: String, title: String, secret: &Secret) -> Result<()> {
    let login = login.trim().to_lowercase();
    let is_fit = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    if login.is_empty() || login.len() > LOGIN_MAX || !login.chars().all(is_fit) {
        bail!(
            "a sign-in name has 1 to {LOGIN_MAX} letters, digits, dots, hyphens, underscores or @; this is “{login}”"
        );
    }
    if name.trim().is_empty() {
        bail!("--name is empty: give the name of the person");
    }
    let (word, password_hash) = secret.take()?;
    db.write(&CLI, Scope::Installation, |tx| {
        if store::user::by_login(tx, &login)?.is_some() {
            bail!("there is an account {login} already: nothing was changed");
        }
        let user = User {
            id: tx.new_id()?,
            login: login.clone(),
            name: name.trim().to_owned(),
            title: title.trim().to_owned(),
            is_active: true,
            created_at: tx.now(),
            password_hash: password_hash.clone(),
        };
        Ok(store::user::insert(tx, &user)?)
    })?;
    said(&format!("The account {login} was added. It sees nothing until it has a role: superbill user grant."), word)
}

/// Changes the account of a sign-in name.
fn change(db: &Db, login: &str, f: impl Fn(&mut Tx<'_>, &User) -> Result<(), StoreError>) -> Result<()> {
    db.write(&CLI, Scope::Installation, |tx| {
        let Some(user) = store::user::by_login(tx, &login.to_lowercase())? else {
            bail!("there is no account {login}: superbill user list shows them all");
        };
        Ok(f(tx, &user)?)
    })
}

fn list(db: &Db, format: Format) -> Result<()> {
    let accounts = db.read(&CLI, Scope::Installation, |tx| {
        let clients = store::client::list(tx)?;
        let code = |id| clients.iter().find(|c| c.id == id).map(|c| c.code.clone()).unwrap_or_default();
        let mut accounts = Vec::new();
        for user in store::user::list(tx)? {
            let roles = store::user::roles(tx, user.id)?;
            let roles = roles.into_iter().map(|(client, role)| Held { client: code(client), role }).collect();
            let User { login, name, title, is_active, .. } = user;
            accounts.push(Account { login, name, title, is_active, roles });
        }
        Ok::<_, StoreError>(accounts)
    })?;
    if format == Format::Json {
        return json(&accounts);
    }
    if accounts.is_empty() {
        return line("There is no account yet: superbill user add LOGIN --name NAME makes one.");
    }
    for Account { login, name, is_active, roles, .. } in accounts {
        let roles: Vec<String> = roles.iter().map(|held| format!("{} {}", held.client, held.role.code())).collect();
        let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        let closed = if is_active { "" } else { " (closed)" };
        line(format!("{login}{closed}: {name}; {roles}"))?;
    }
    Ok(())
}
