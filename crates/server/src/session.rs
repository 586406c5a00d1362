//! Who is signed in: the session behind a cookie, the person, their clients and roles.

use axum::http::HeaderValue;
use claim::ClientId;
use jiff::{SignedDuration, Timestamp};
use store::{Actor, Db, Role, Scope, client::Client, user, user::Session, user::User};

use crate::answer::Fault;
use crate::app::present;
use crate::left;

/// Name of the cookie.
const COOKIE: &str = "superbill";
/// A session rests at most this long.
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);
/// And ends after this, however busy (NIST SP 800-63B-4, AAL2).
const LIFE: SignedDuration = SignedDuration::from_hours(12);
/// A visit within this time is not written down again.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Names the style sheet knows for the bands of the clients, in the order of their codes.
const COLOURS: [&str; 4] = ["teal", "amber", "violet", "rose"];

/// Somebody who is signed in, working for one client.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their account.
    pub user: User,
    /// Their session.
    pub session: Session,
    /// The client being worked for.
    pub client: Client,
    /// Every client they have a role at.
    pub clients: Vec<Client>,
    /// Their roles at the client being worked for.
    pub roles: Vec<Role>,
    /// Name of the colour of the client's band.
    pub colour: &'static str,
}

impl Person {
    /// True with one of the roles at the client being worked for.
    #[must_use]
    pub fn has(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// The token of the forms of a client's pages: a form of one client is never taken for another.
    #[must_use]
    pub fn form_token(&self, client: ClientId) -> String {
        crate::password::fingerprint(&format!("{}:{client}", self.session.csrf_token))
    }

    /// As the records name them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.id)
    }

    /// Every client they have a role at.
    #[must_use]
    pub fn client_ids(&self) -> Vec<ClientId> {
        self.clients.iter().map(|client| client.id).collect()
    }
}

const SERVER: Actor = Actor::System("server");

/// The person behind a cookie header, if their session still runs. A new client choice is kept with it.
///
/// # Errors
/// When the store fails.
pub fn find(db: &Db, cookies: &str) -> Result<Option<Person>, Fault> {
    let now = present();
    let person = known(db, cookies)?.filter(|person| is_running(&person.session, now));
    if let Some(person) = &person
        && now.duration_since(person.session.seen_at) >= TOUCH_EVERY
    {
        switch(db, person, person.client.id)?;
    }
    Ok(person)
}

/// The person behind a cookie header whose session ended by itself a short while ago.
///
/// # Errors
/// When the store fails.
pub fn ended(db: &Db, cookies: &str) -> Result<Option<Person>, Fault> {
    let now = present();
    Ok(known(db, cookies)?.filter(|person| !is_running(&person.session, now)))
}

fn is_running(session: &Session, now: Timestamp) -> bool {
    now < session.expires_at && now.duration_since(session.seen_at) < IDLE
}

/// Whose session a cookie header names, whether it runs or not.
fn known(db: &Db, cookies: &str) -> Result<Option<Person>, Fault> {
    let Some(token) = token_of(cookies) else { return Ok(None) };
    let hash = crate::password::fingerprint(token);
    db.read(&SERVER, Scope::Installation, |tx| {
        let Some(session) = user::session(tx, &hash)? else { return Ok(None) };
        let roles = user::roles(tx, session.user_id)?;
        let all = store::client::list(tx)?;
        let clients: Vec<Client> =
            all.iter().filter(|client| roles.iter().any(|(id, _)| *id == client.id)).cloned().collect();
        let chosen = session.client_id.and_then(|id| clients.iter().find(|client| client.id == id));
        let Some(client) = chosen.or(clients.first()).cloned() else { return Ok(None) };
        let place = all.iter().position(|c| c.id == client.id).unwrap_or_default();
        Ok::<_, Fault>(Some(Person {
            user: user::get(tx, session.user_id)?,
            roles: roles.iter().filter(|(id, _)| *id == client.id).map(|(_, role)| *role).collect(),
            colour: COLOURS.get(place % COLOURS.len()).copied().unwrap_or("teal"),
            session,
            client,
            clients,
        }))
    })
}

/// Notes the client a person works for, and that they were here.
///
/// # Errors
/// When the store fails.
pub fn switch(db: &Db, person: &Person, client: ClientId) -> Result<(), Fault> {
    db.write(&person.actor(), Scope::Installation, |tx| {
        user::touch_session(tx, &person.session.token_hash, present(), Some(client))
    })?;
    Ok(())
}

/// Starts a session for a client, or for the person's first one, and returns its cookie and the fingerprint of its token.
/// Sessions that ended are forgotten on the way, once what was typed in them need not be kept any more.
///
/// # Errors
/// When the store fails or the system gives no randomness.
pub fn open(
    db: &Db,
    user: &User,
    client_id: Option<ClientId>,
    is_secure: bool,
) -> Result<(HeaderValue, String), Fault> {
    let broken = |e: crate::password::PasswordError| Fault::Broken(e.to_string());
    let (token, csrf_token) = (crate::password::token().map_err(broken)?, crate::password::token().map_err(broken)?);
    let now = present();
    let session = Session {
        token_hash: crate::password::fingerprint(&token),
        user_id: user.id,
        csrf_token,
        client_id,
        created_at: now,
        seen_at: now,
        expires_at: now.saturating_add(LIFE).map_err(|e| Fault::Broken(e.to_string()))?,
    };
    db.write(&Actor::User(user.id), Scope::Installation, |tx| {
        let before = |span| now.saturating_sub(span).map_err(|e| Fault::Broken(e.to_string()));
        user::expire_sessions(tx, before(left::LIFE)?, before(IDLE.saturating_add(left::LIFE))?)?;
        user::open_session(tx, &session)?;
        Ok::<_, Fault>(())
    })?;
    Ok((cookie(&token, LIFE.as_secs(), is_secure)?, session.token_hash))
}

/// Ends a session and returns the cookie that makes the browser forget it.
///
/// # Errors
/// When the store fails.
pub fn close(db: &Db, person: &Person, is_secure: bool) -> Result<HeaderValue, Fault> {
    db.write(&person.actor(), Scope::Installation, |tx| user::close_session(tx, &person.session))?;
    cookie("", 0, is_secure)
}

fn cookie(token: &str, seconds: i64, is_secure: bool) -> Result<HeaderValue, Fault> {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(|e| Fault::Broken(e.to_string()))
}

fn token_of(cookies: &str) -> Option<&str> {
    cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, v)| v)
}
