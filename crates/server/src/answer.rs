//! What a handler returns: a response, or why there is none.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use cycle::CycleError;
use serde::Serialize;
use store::StoreError;

use crate::asset;
use crate::view::entry::Notice;

/// Result of a handler.
pub type Outcome = Result<Response, Fault>;

/// Why a request was not done. Nothing was changed then, except where the outcome is unknown.
#[derive(Debug)]
pub enum Fault {
    /// Nobody is signed in.
    SignIn,
    /// The person may not do this.
    Forbidden(&'static str),
    /// There is no such thing for this person: not there, or another client's.
    NotFound,
    /// The form was on a page of one client while the person works for another by now.
    OtherClient {
        /// The client of the page.
        page: String,
        /// The client worked for now.
        now: String,
    },
    /// It was changed or used in the meantime.
    Conflict(String),
    /// The record does not allow it; the sentence says why and what to do.
    Refused(String),
    /// Too many attempts.
    Wait,
    /// The database did not confirm a change.
    Unknown,
    /// The database is busy or full; nothing was changed.
    Busy(String),
    /// A defect or a failure below; the text goes to the log, never to the page.
    Broken(String),
}

impl Fault {
    /// A refusal in plain words.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }

    /// Status, title and text of its page.
    pub(crate) fn words(&self) -> (StatusCode, &'static str, String) {
        let here = |s: &str| s.to_owned();
        match self {
            Self::SignIn => (StatusCode::UNAUTHORIZED, "Signed out", here("Sign in to go on. Nothing was changed.")),
            Self::Forbidden(why) => (StatusCode::FORBIDDEN, "Not yours to do", here(why)),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Not found",
                here("Nothing is here for you: the address is wrong, or it belongs to another client."),
            ),
            Self::OtherClient { page, now } => (
                StatusCode::CONFLICT,
                "You work for another client now",
                format!(
                    "The page was of {page}, and you work for {now} now. Nothing was changed. Switch to {page} and \
                     repeat."
                ),
            ),
            Self::Conflict(why) => {
                (StatusCode::CONFLICT, "Changed in the meantime", format!("{why}. Open the page again and repeat."))
            }
            Self::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, "Not done", format!("{why} Nothing was changed.")),
            Self::Wait => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", here("Wait five minutes, then try again."))
            }
            Self::Unknown => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Not known whether it was done",
                here(
                    "The database did not confirm the change; it may or may not have happened. Send the same form \
                     again (reload this page): what was done already is not done twice, because the form carries \
                     its own key.",
                ),
            ),
            Self::Busy(why) => (StatusCode::SERVICE_UNAVAILABLE, "Try again", why.clone()),
            Self::Broken(_) => (StatusCode::INTERNAL_SERVER_ERROR, "This failed", String::new()),
        }
    }

    /// Its page, or for programs its JSON. `back` is where the person came from.
    #[must_use]
    pub fn response(self, back: &str, wants_json: bool) -> Response {
        let (status, title, mut text) = self.words();
        if let Self::Broken(cause) = &self {
            let id = crate::password::token().map_or_else(|_| "-".to_owned(), |token| token.chars().take(8).collect());
            eprintln!("error {id}: {cause}");
            text = format!("It is our fault, and nothing was changed. Tell the administrator the number {id}.");
        }
        if wants_json {
            return (status, json(&serde_json::json!({ "title": title, "detail": text }))).into_response();
        }
        let notice =
            Notice { asset_key: asset::key().to_owned(), title: title.to_owned(), text, back: back.to_owned() };
        match notice.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, title).into_response(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } | StoreError::Dangling { .. } => Self::NotFound,
            StoreError::Exists { .. } => Self::Conflict("This exists already".into()),
            StoreError::AppendOnly { .. } | StoreError::KeyReused { .. } => {
                Self::Conflict("This form was already sent with other contents".into())
            }
            StoreError::Illegal(sentence) => Self::Refused(sentence_of(&sentence)),
            StoreError::OutOfScope(_) => Self::Forbidden("This belongs to several clients; choose one first."),
            StoreError::UnknownOutcome { .. } => Self::Unknown,
            StoreError::DiskFull | StoreError::Busy(_) | StoreError::Contention(_) => {
                Self::Busy("The database is busy or its disk is full. Nothing was changed; repeat in a moment.".into())
            }
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<CycleError> for Fault {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::Store(error) => error.into(),
            CycleError::Refused(sentence) => Self::Refused(sentence_of(&sentence)),
            CycleError::Exchange(error) => Self::Refused(sentence_of(&error.to_string())),
            CycleError::Posting(error) => Self::Refused(sentence_of(&error.to_string())),
            CycleError::Verify(error) => Self::Refused(sentence_of(&error.to_string())),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// A message of a lower room as a sentence: capital first, full stop last.
fn sentence_of(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// A rendered page.
///
/// # Errors
/// [`Fault::Broken`] when the template cannot be rendered.
pub fn page(template: &impl Template) -> Outcome {
    Ok(Html(template.render().map_err(|e| Fault::Broken(e.to_string()))?).into_response())
}

/// A page that shows what is wrong with what was sent.
///
/// # Errors
/// [`Fault::Broken`] when the template cannot be rendered.
pub fn refused_page(template: &impl Template) -> Outcome {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(template)?).into_response())
}

/// After a change: the browser asks for the next page (303), so that reloading repeats nothing.
#[must_use]
pub fn go(to: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else { return StatusCode::SEE_OTHER.into_response() };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// JSON for the script.
#[must_use]
pub fn json(body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).unwrap_or_else(|_| "null".to_owned());
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A kept file. PDF opens in the browser, text is shown as text; nothing is ever run.
#[must_use]
pub fn file(name: &str, bytes: Vec<u8>) -> Response {
    let kind = if bytes.starts_with(b"%PDF-") { "application/pdf" } else { "text/plain; charset=utf-8" };
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let disposition = format!("inline; filename=\"{safe}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_outcome_is_neither_done_nor_failed() {
        let fault = Fault::from(StoreError::UnknownOutcome { cause: "disk I/O error".into() });
        let (status, title, text) = fault.words();
        assert_eq!((status, title), (StatusCode::SERVICE_UNAVAILABLE, "Not known whether it was done"));
        assert!(text.contains("not done twice") && !text.contains("Nothing was changed"), "{text}");
    }

    #[test]
    fn a_failure_below_never_shows_what_was_said_there() {
        let fault = Fault::from(StoreError::Database { statement: "GET", message: "row of Okafor, Ines".into() });
        assert!(matches!(fault, Fault::Broken(_)));
        assert!(!fault.words().2.contains("Okafor"));
    }

    #[test]
    fn another_clients_record_and_a_missing_one_are_the_same() {
        let missing = Fault::from(StoreError::NotFound { what: "claim", id: "1".into() });
        let dangling = Fault::from(StoreError::Dangling { rule: "claim_patient".into() });
        assert_eq!(missing.words(), dangling.words());
        assert_eq!(missing.words().0, StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_refusal_is_a_sentence() {
        assert_eq!(sentence_of("the note is empty"), "The note is empty.");
        assert_eq!(sentence_of("Say why?"), "Say why?");
        let full = Fault::from(StoreError::DiskFull);
        assert!(matches!(full, Fault::Busy(why) if why.contains("Nothing was changed")));
    }

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let response = file("a\"b\r\n.835", b"ISA*".to_vec());
        let header = response.headers().get("content-disposition").unwrap().to_str().unwrap();
        assert_eq!(header, "inline; filename=\"a_b__.835\"");
        assert_eq!(response.headers().get("content-type").unwrap(), "text/plain; charset=utf-8");
    }
}
