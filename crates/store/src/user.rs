//! Accounts, their roles on clients, and sessions. Scope: installation.

use claim::{ClientId, UserId};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Result, Role, StoreError, Tx,
    sql::statements,
    value::{Row, params},
};

statements! {
    INSERT = "INSERT INTO user_account (id, login, name, title, password_hash, is_active, created_at) \
              VALUES ($1, $2, $3, $4, $5, 1, $6)";
    BY_ID = "SELECT id, login, name, title, is_active, created_at, password_hash FROM user_account WHERE id = $1";
    BY_LOGIN = "SELECT id, login, name, title, is_active, created_at, password_hash FROM user_account WHERE login = $1";
    ALL = "SELECT id, login, name, title, is_active, created_at, password_hash FROM user_account ORDER BY login";
    SET_PASSWORD = "UPDATE user_account SET password_hash = $2 WHERE id = $1";
    SET_ACTIVE = "UPDATE user_account SET is_active = $2 WHERE id = $1";
    GRANT = "INSERT INTO user_role (user_id, client_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    REVOKE = "DELETE FROM user_role WHERE user_id = $1 AND client_id = $2 AND role = $3";
    ROLES = "SELECT r.client_id, r.role FROM user_role r JOIN client c ON c.id = r.client_id \
             WHERE r.user_id = $1 ORDER BY c.code, r.role";
    OPEN_SESSION = "INSERT INTO session (token_hash, user_id, csrf_token, client_id, created_at, seen_at, expires_at) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SESSION = "SELECT s.token_hash, s.user_id, s.csrf_token, s.client_id, s.created_at, s.seen_at, s.expires_at \
               FROM session s JOIN user_account u ON u.id = s.user_id WHERE s.token_hash = $1 AND u.is_active = 1";
    TOUCH = "UPDATE session SET seen_at = $2, client_id = $3 WHERE token_hash = $1";
    CLOSE_SESSION = "DELETE FROM session WHERE token_hash = $1";
    CLOSE_SESSIONS = "DELETE FROM session WHERE user_id = $1";
    EXPIRE = "DELETE FROM session WHERE expires_at < $1 OR seen_at < $2";
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// Our record.
    pub id: UserId,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// What they do, for people.
    pub title: String,
    /// False once the account is closed.
    pub is_active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Argon2id hash in PHC form; made and checked outside the store.
    #[serde(skip)]
    pub password_hash: String,
}

/// A signed-in browser. Times are the system's, never the demo's: sessions end in real time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: String,
    /// Who.
    pub user_id: UserId,
    /// Token that forms carry.
    pub csrf_token: String,
    /// The client chosen last.
    pub client_id: Option<ClientId>,
    /// Start.
    pub created_at: Timestamp,
    /// Last request by the person.
    pub seen_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
}

fn read(row: &mut Row) -> Result<User> {
    Ok(User {
        id: row.get()?,
        login: row.get()?,
        name: row.get()?,
        title: row.get()?,
        is_active: row.get()?,
        created_at: row.get()?,
        password_hash: row.get()?,
    })
}

/// Adds an account.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let params = params![user.id, &user.login, &user.name, &user.title, &user.password_hash, user.created_at];
    tx.execute(INSERT, params)?;
    tx.audit("user.insert", "user", user.id, &user.login)
}

/// One account.
pub fn get(tx: &mut Tx<'_>, id: UserId) -> Result<User> {
    let mut row = tx.row(BY_ID, params![id])?.ok_or_else(|| StoreError::not_found("user", id))?;
    read(&mut row)
}

/// The account of a sign-in name.
pub fn by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<User>> {
    tx.row(BY_LOGIN, params![login])?.as_mut().map(read).transpose()
}

/// Every account.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<User>> {
    tx.list(ALL, params![], read)
}

/// Replaces the password and ends every session.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Result<()> {
    tx.change("user", id, SET_PASSWORD, params![id, password_hash])?;
    tx.execute(CLOSE_SESSIONS, params![id])?;
    tx.audit("user.set_password", "user", id, &())
}

/// Opens or closes an account; closing ends every session.
pub fn set_active(tx: &mut Tx<'_>, id: UserId, is_active: bool) -> Result<()> {
    tx.change("user", id, SET_ACTIVE, params![id, is_active])?;
    if !is_active {
        tx.execute(CLOSE_SESSIONS, params![id])?;
    }
    tx.audit("user.set_active", "user", id, &is_active)
}

/// Gives a role on a client.
pub fn grant(tx: &mut Tx<'_>, id: UserId, client_id: ClientId, role: Role) -> Result<()> {
    tx.execute(GRANT, params![id, client_id, role])?;
    tx.audit("user.grant", "user", id, &(client_id, role))
}

/// Takes a role on a client.
pub fn revoke(tx: &mut Tx<'_>, id: UserId, client_id: ClientId, role: Role) -> Result<()> {
    tx.execute(REVOKE, params![id, client_id, role])?;
    tx.audit("user.revoke", "user", id, &(client_id, role))
}

/// The roles of an account, by client.
pub fn roles(tx: &mut Tx<'_>, id: UserId) -> Result<Vec<(ClientId, Role)>> {
    tx.list(ROLES, params![id], |row| Ok((row.get()?, row.get()?)))
}

/// Starts a session.
pub fn open_session(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    let params = params![
        &session.token_hash,
        session.user_id,
        &session.csrf_token,
        session.client_id,
        session.created_at,
        session.seen_at,
        session.expires_at,
    ];
    tx.execute(OPEN_SESSION, params)?;
    tx.audit("session.open", "user", session.user_id, &())
}

/// The session of a token hash, while its account is open. Whether it has expired is the caller's to judge.
pub fn session(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Session>> {
    let Some(mut row) = tx.row(SESSION, params![token_hash])? else { return Ok(None) };
    Ok(Some(Session {
        token_hash: row.get()?,
        user_id: row.get()?,
        csrf_token: row.get()?,
        client_id: row.get()?,
        created_at: row.get()?,
        seen_at: row.get()?,
        expires_at: row.get()?,
    }))
}

/// Notes a request by the person, and the client they work on.
pub fn touch_session(tx: &mut Tx<'_>, token_hash: &str, at: Timestamp, client_id: Option<ClientId>) -> Result<()> {
    tx.execute_mechanics(TOUCH, params![token_hash, at, client_id]).map(|_| ())
}

/// Ends a session.
pub fn close_session(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.execute(CLOSE_SESSION, params![&session.token_hash])?;
    tx.audit("session.close", "user", session.user_id, &())
}

/// Forgets sessions that ended before `now` or rested since `idle_since`.
pub fn expire_sessions(tx: &mut Tx<'_>, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
    tx.execute_mechanics(EXPIRE, params![now, idle_since])
}

/// Says in the audit log that somebody failed to sign in.
pub fn sign_in_failed(tx: &mut Tx<'_>, login: &str) -> Result<()> {
    tx.audit("session.refused", "user", login, &())
}
