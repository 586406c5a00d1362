//! Signing in and out, choosing the client, and what needs no sign-in.

use axum::http::header;
use axum::response::IntoResponse;
use claim::ClientId;
use store::{Actor, Role, Scope, user, user::User};

use crate::answer::{Fault, Outcome, go, page};
use crate::app::App;
use crate::asked::Asked;
use crate::call::Call;
use crate::view::entry::{Persona, PersonaGroup, SignIn};
use crate::{asset, left, password, session};

const SERVER: Actor = Actor::System("server");
/// The same for an unknown name and a wrong password, so that names cannot be found out.
const REFUSED: &str = "User name or password is wrong.";

/// Roles in the order people are shown.
const ORDER: [Role; 6] = [Role::Coder, Role::Biller, Role::Poster, Role::FrontDesk, Role::Provider, Role::Manager];

/// `GET /healthz`: the process answers and the records can be read.
pub fn health(app: &App, _: &Asked) -> Outcome {
    app.db.read(&SERVER, Scope::Installation, |tx| store::installation::get(tx).map(|_| ()))?;
    Ok("ok\n".into_response())
}

/// `GET /assets/{file}`.
pub fn asset(_: &App, asked: &Asked) -> Outcome {
    asset::get(&asked.param::<String>("file")?)
}

/// `GET /sign-in`.
pub fn sign_in_page(app: &App, asked: &Asked) -> Outcome {
    page(&form(app, asked, "")?)
}

fn form(app: &App, asked: &Asked, error: &str) -> Result<SignIn, Fault> {
    let next = if asked.form.text("next").is_empty() { asked.query.text("next") } else { asked.form.text("next") };
    Ok(SignIn {
        asset_key: asset::key().to_owned(),
        error: error.to_owned(),
        next: local(next).to_owned(),
        is_kept: !asked.query.text("kept").is_empty(),
        personas: personas(app, asked)?,
    })
}

/// The demo's people with what they do, for a browser on this machine.
fn personas(app: &App, asked: &Asked) -> Result<Vec<PersonaGroup>, Fault> {
    let Some(demo) = app.demo.as_ref().filter(|_| asked.is_local()) else { return Ok(Vec::new()) };
    app.db.read(&SERVER, Scope::Installation, |tx| {
        let clients = store::client::list(tx)?;
        let mut personas = Vec::new();
        for user in user::list(tx)?.into_iter().filter(|user| user.is_active && demo.0.contains_key(&user.login)) {
            let roles = user::roles(tx, user.id)?;
            let at: Vec<&str> = clients
                .iter()
                .filter(|client| roles.iter().any(|(id, _)| *id == client.id))
                .map(|client| client.name.as_str())
                .collect();
            let mut titles: Vec<Role> = roles.iter().map(|(_, role)| *role).collect();
            titles.sort_unstable();
            titles.dedup();
            let words: Vec<&str> = titles.iter().map(|role| role.label()).collect();
            let what = words.join(" and ");
            let order = titles.iter().filter_map(|role| ORDER.iter().position(|o| o == role)).min();
            // Those of every client first, then client by client in the order of the work.
            let place = (std::cmp::Reverse(at.len()), at.join(" and "), order, user.name.clone());
            personas.push((place, Persona { login: user.login, name: user.name, what }));
        }
        personas.sort_by(|a, b| a.0.cmp(&b.0));
        let mut groups: Vec<PersonaGroup> = Vec::new();
        for ((_, label, ..), persona) in personas {
            match groups.last_mut().filter(|group| group.label == label) {
                Some(group) => group.personas.push(persona),
                None => groups.push(PersonaGroup { label, personas: vec![persona] }),
            }
        }
        Ok(groups)
    })
}

/// `POST /sign-in`.
pub fn sign_in(app: &App, asked: &Asked) -> Outcome {
    let (login, given) = (asked.form.text("login").to_lowercase(), asked.form.raw("password"));
    let from = asked.peer.map_or_else(String::new, |peer| peer.ip().to_string());
    // Behind a proxy everybody comes from its address: one who guesses must not lock out all.
    let (by_login, by_address) = (format!("login {login}"), (!app.is_secure).then(|| format!("address {from}")));
    if app.must_wait(&by_login) || by_address.as_ref().is_some_and(|from| app.must_wait(from)) {
        return Err(Fault::Wait);
    }
    let account = app.db.read(&SERVER, Scope::Installation, |tx| user::by_login(tx, &login))?;
    let hash = account.as_ref().map_or(password::decoy(), |user| user.password_hash.as_str());
    let is_known = app.knows(given, hash);
    match account.filter(|user| is_known && user.is_active) {
        Some(user) => {
            app.forget_failures(&by_login);
            enter(app, asked, &user)
        }
        None => {
            app.note_failure(&by_login);
            by_address.iter().for_each(|from| app.note_failure(from));
            let noted: String = login.chars().take(60).collect();
            app.db.write(&SERVER, Scope::Installation, |tx| user::sign_in_failed(tx, &noted))?;
            crate::answer::refused_page(&form(app, asked, REFUSED)?)
        }
    }
}

/// `POST /sign-in/persona`: one click, in a demo, on this machine.
pub fn enter_as(app: &App, asked: &Asked) -> Outcome {
    let login = asked.form.text("login");
    if !app.demo.as_ref().is_some_and(|demo| asked.is_local() && demo.0.contains_key(login)) {
        return Err(Fault::NotFound);
    }
    let account = app.db.read(&SERVER, Scope::Installation, |tx| user::by_login(tx, login))?;
    enter(app, asked, &account.filter(|user| user.is_active).ok_or(Fault::NotFound)?)
}

/// Starts the session and goes where the person wanted to go, or to the form they sent after the last one had ended.
fn enter(app: &App, asked: &Asked, user: &User) -> Outcome {
    let roles = app.db.read(&SERVER, Scope::Installation, |tx| user::roles(tx, user.id))?;
    if roles.is_empty() {
        let error = "This account has no role at any client yet. A manager gives roles with superbill user.";
        return crate::answer::refused_page(&form(app, asked, error)?);
    }
    let waiting = left::waiting(app, user.id, &roles);
    let client = waiting.as_ref().map(|waiting| waiting.client);
    let (cookie, session) = session::open(&app.db, user, client, app.is_secure)?;
    let to = match waiting {
        Some(waiting) => {
            app.tell(&session, waiting.message);
            go(local(&waiting.page))
        }
        None => go(local(asked.form.text("next"))),
    };
    Ok(([(header::SET_COOKIE, cookie)], to).into_response())
}

/// A path of this server, else the start: nobody is sent elsewhere after signing in.
fn local(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_path { next } else { "/" }
}

/// `POST /sign-out`.
pub fn sign_out(call: &Call<'_>) -> Outcome {
    let cookie = session::close(&call.app.db, call.person, call.app.is_secure)?;
    Ok(([(header::SET_COOKIE, cookie)], go("/sign-in")).into_response())
}

/// `POST /clients/switch`: works for another client from here on, in every window.
pub fn switch_client(call: &Call<'_>) -> Outcome {
    let wanted: ClientId = call.asked.form.text("client").parse().map_err(|_| Fault::NotFound)?;
    let client = call.person.clients.iter().find(|client| client.id == wanted).ok_or(Fault::NotFound)?;
    session::switch(&call.app.db, call.person, client.id)?;
    call.done("/", format!("You work for {} now.", client.name))
}
