//! The one table of routes, and the way every request goes through it: who asks, may they, is the form
//! ours, then the handler on the blocking pool.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request, State};
use axum::http::{Method, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use store::{Role, client::Client};

use crate::answer::{Fault, Outcome, go};
use crate::app::{App, Live};
use crate::asked::Asked;
use crate::call::Call;
use crate::session::Person;
use crate::{again, guard, password, session};

/// Handles a request of anybody.
pub type Open = fn(&App, &Asked) -> Outcome;
/// Handles a request of somebody who is signed in.
pub type Signed = fn(&Call<'_>) -> Outcome;

/// Who may use a route, with what it does for them: a route without a policy has no handler.
#[derive(Clone, Copy)]
pub enum Policy {
    /// Anybody, signed in or not.
    Public(Open),
    /// Anybody who is signed in.
    SignedIn(Signed),
    /// Those with one of the roles at the client they work for.
    Roles(&'static [Role], Signed),
}

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Shows; changes nothing.
    Get,
    /// Changes.
    Post,
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// Shows or changes.
    pub verb: Verb,
    /// Address with its parameters in braces.
    pub path: &'static str,
    /// Who may, and the handler.
    pub policy: Policy,
}

/// Shows a page to anybody.
#[must_use]
pub const fn get(path: &'static str, policy: Policy) -> Route {
    Route { verb: Verb::Get, path, policy }
}

/// Changes something.
#[must_use]
pub const fn post(path: &'static str, policy: Policy) -> Route {
    Route { verb: Verb::Post, path, policy }
}

/// The application of an installation.
pub fn router(live: Arc<Live>) -> Router {
    let table = crate::table::ROUTES.iter().fold(Router::new(), |router, route| {
        let filter = match route.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
        };
        let handler = move |State(live): State<Arc<Live>>, params: RawPathParams, request: Request| async move {
            answer(live.now(), route, params, request).await
        };
        router.route(route.path, on(filter, handler))
    });
    table
        .fallback(|| async { Fault::NotFound.response("/", false) })
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(guard::same_origin))
        .layer(middleware::from_fn(guard::headers))
        .with_state(live)
}

async fn answer(app: Arc<App>, route: &'static Route, params: RawPathParams, request: Request) -> Response {
    let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let asked = match Asked::read(params, request).await {
        Ok(asked) => asked,
        Err(fault) => return fault.response("/", false),
    };
    let (back, wants_json) = (asked.back(), asked.wants_json());
    let next = asked.uri.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default();
    let is_page = asked.method != Method::POST && !wants_json;
    // The store blocks, so it never runs on a thread of the runtime.
    let done = tokio::task::spawn_blocking(move || {
        handle(&app, route, &asked).or_else(|fault| match route.verb {
            Verb::Post => again::shown(&app, &asked, fault),
            Verb::Get => Err(fault),
        })
    });
    let done = done.await;
    match done {
        Ok(Ok(response)) => response,
        Ok(Err(Fault::SignIn)) if is_page => go(&format!("/sign-in?next={}", escaped(&next))),
        Ok(Err(fault)) => fault.response(&back, wants_json),
        Err(error) => Fault::Broken(format!("{}: {error}", route.path)).response(&back, wants_json),
    }
}

pub(crate) fn handle(app: &App, route: &Route, asked: &Asked) -> Outcome {
    let (roles, handler) = match route.policy {
        Policy::Public(handler) => return handler(app, asked),
        Policy::SignedIn(handler) => (None, handler),
        Policy::Roles(roles, handler) => (Some(roles), handler),
    };
    let person = session::find(&app.db, asked.header(header::COOKIE.as_str()))?.ok_or(Fault::SignIn)?;
    if roles.is_some_and(|roles| !person.has(roles)) {
        return Err(Fault::Forbidden("Your roles at this client do not allow this. A manager gives roles."));
    }
    if route.verb == Verb::Post {
        // Signing out, switching and the demo's days belong to the person, whichever client's page asks.
        let is_of_client = roles.is_some();
        let of = page_of(asked, &person)
            .ok_or(Fault::Forbidden("The form is not from your session: open the page again and repeat."))?;
        if is_of_client && of.id != person.client.id {
            return Err(Fault::OtherClient { page: of.name.clone(), now: person.client.name.clone() });
        }
    }
    handler(&Call { app, asked, person: &person })
}

/// The client whose page the form was on, when its token is one of the session.
pub(crate) fn page_of<'a>(asked: &Asked, person: &'a Person) -> Option<&'a Client> {
    let token = asked.form.text("csrf");
    person.clients.iter().find(|client| password::same(token, &person.form_token(client.id)))
}

/// A path for a query, so that none of its own signs are read.
pub(crate) fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.response("/", false)
    }
}
