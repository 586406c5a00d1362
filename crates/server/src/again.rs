//! A refused form comes back as the page it was sent from, with what is wrong on top and what was typed kept.

use axum::response::Response;

use crate::answer::{Fault, Outcome};
use crate::app::App;
use crate::asked::Asked;
use crate::route::{Route, Verb, handle};
use crate::view::frame::{Kept, Message};
use crate::{left, session};

/// The page before with the message, when the record refused a form; sign-in when its session had ended; else the fault
/// as it is.
pub(crate) fn shown(app: &App, asked: &Asked, fault: Fault) -> Outcome {
    if matches!(fault, Fault::SignIn) {
        return left::kept(app, asked, fault);
    }
    let is_refusal = matches!(fault, Fault::Refused(_) | Fault::Conflict(_));
    if !is_refusal || asked.header("referer").is_empty() {
        return Err(fault);
    }
    match page_before(app, asked, &fault)? {
        Some(page) => Ok(page),
        None => Err(fault),
    }
}

fn page_before(app: &App, asked: &Asked, fault: &Fault) -> Result<Option<Response>, Fault> {
    let back = asked.back();
    let Some((route, page)) = route_of(&back).and_then(|(route, params)| Some((route, asked.page(&back, params)?)))
    else {
        return Ok(None);
    };
    let Some(person) = session::find(&app.db, asked.header("cookie"))? else { return Ok(None) };
    let (status, _, text) = fault.words();
    let kept = Kept { action: asked.uri.path().to_owned(), page: back, fields: asked.form.typed() };
    let session = &person.session.token_hash;
    app.tell(session, Message { kind: "bad".into(), text, kept: Some(kept), ..Message::default() });
    let shown = handle(app, route, &page).ok().filter(|response| response.status().is_success());
    if shown.is_none() {
        app.take_messages(session);
    }
    Ok(shown.map(|mut response| {
        *response.status_mut() = status;
        response
    }))
}

/// The page of an address: its route, and the parts of its path by name.
fn route_of(address: &str) -> Option<(&'static Route, Vec<(String, String)>)> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let pages = crate::table::ROUTES.iter().filter(|route| route.verb == Verb::Get);
    pages.into_iter().find_map(|route| Some((route, parts(route.path, path)?)))
}

fn parts(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (names, values) = (template.split('/'), path.split('/'));
    if names.clone().count() != values.clone().count() {
        return None;
    }
    let mut found = Vec::new();
    for (name, value) in names.zip(values) {
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => found.push((name.to_owned(), value.to_owned())),
            None if name == value => {}
            None => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_finds_its_page_and_a_word_comes_before_a_number() {
        let of = |address: &str| route_of(address).map(|(route, params)| (route.path, params));
        assert_eq!(of("/encounters/new?patient=1"), Some(("/encounters/new", Vec::new())));
        let number = vec![("number".to_owned(), "CH-E000001".to_owned())];
        assert_eq!(of("/encounters/CH-E000001"), Some(("/encounters/{number}", number)));
        assert_eq!(of("/denials/1/write-off"), None);
    }
}
