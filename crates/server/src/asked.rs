//! What a request asks: the parts of its address, the fields of its form, the files in it.

use std::net::SocketAddr;
use std::str::FromStr;

use axum::body::Body;
use axum::extract::{Form, FromRequest, Multipart, Query, Request};
use axum::http::{HeaderMap, Method, Uri, header};

use crate::answer::Fault;
use crate::listen::Peer;

/// Largest request body: an 835 of a few thousand claims with its form.
pub const BODY_MAX: usize = 16 * 1024 * 1024;
/// Most fields of one form.
const FIELDS_MAX: usize = 500;

/// Names with their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a name without spaces around it; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a name as it was sent.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// [`Fault::Refused`] naming the field.
    pub fn required(&self, name: &str, what: &str) -> Result<&str, Fault> {
        let text = self.text(name);
        if text.is_empty() { Err(Fault::Refused(format!("{what} is missing."))) } else { Ok(text) }
    }

    /// A value of a form: an id, a date, an amount.
    ///
    /// # Errors
    /// [`Fault::Refused`] saying what is expected.
    pub fn value<T: FromStr>(&self, name: &str, expected: &str) -> Result<T, Fault> {
        let text = self.text(name);
        text.parse().map_err(|_| Fault::Refused(format!("\u{201c}{text}\u{201d} is not {expected}.")))
    }

    /// What a person typed or chose: every field but the tokens and what is empty.
    #[must_use]
    pub fn typed(&self) -> Vec<(String, String)> {
        let typed = |(name, value): &&(String, String)| {
            !["csrf", "idempotency", "password"].contains(&name.as_str()) && !value.is_empty()
        };
        self.0.iter().filter(typed).cloned().collect()
    }

    /// What the request asks, for telling a repetition from another request: every field but the tokens.
    #[must_use]
    pub fn request(&self) -> String {
        let asked: Vec<_> = self.0.iter().filter(|(n, _)| n != "csrf" && n != "idempotency").collect();
        serde_json::to_string(&asked).unwrap_or_default()
    }
}

/// A file sent with a form.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Name as the browser gives it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A request as handlers see it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET or POST.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// Where it came from, when known.
    pub peer: Option<SocketAddr>,
    params: Vec<(String, String)>,
    /// Fields of the address.
    pub query: Fields,
    /// Fields of the form.
    pub form: Fields,
    /// Files of the form.
    pub files: Vec<Upload>,
}

impl Asked {
    /// Reads a request whole.
    ///
    /// # Errors
    /// [`Fault::Refused`] when it is too large or no form.
    pub async fn read(params: Vec<(String, String)>, request: Request) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|q| q.0).unwrap_or_default();
        let mut asked = Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            peer,
            params,
            query: Fields(query),
            form: Fields::default(),
            files: Vec::new(),
        };
        if parts.method == Method::POST {
            let bytes = axum::body::to_bytes(body, BODY_MAX)
                .await
                .map_err(|_| Fault::Refused(format!("What was sent is larger than {} MB.", BODY_MAX / 1024 / 1024)))?;
            asked.read_form(Request::from_parts(parts, Body::from(bytes))).await?;
        }
        Ok(asked)
    }

    async fn read_form(&mut self, request: Request) -> Result<(), Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            if kind.starts_with("application/x-www-form-urlencoded") {
                let read = Form::<Vec<(String, String)>>::from_request(request, &()).await;
                self.form = Fields(read.map_err(|_| Fault::refused("The form cannot be read."))?.0);
            }
            return self.bounded();
        }
        let broken = |_| Fault::refused("The form cannot be read: it was cut on the way. Send it again.");
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|_| Fault::refused("The form cannot be read."))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            match file_name {
                // A file field left alone comes without name and bytes.
                Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
                Some(file_name) => self.files.push(Upload { name: file_name, bytes: bytes.to_vec() }),
                None => {
                    let text = String::from_utf8(bytes.to_vec())
                        .map_err(|_| Fault::Refused(format!("The field {name} is not text in UTF-8.")))?;
                    self.form.0.push((name, text));
                }
            }
        }
        self.bounded()
    }

    fn bounded(&self) -> Result<(), Fault> {
        if self.form.0.len() > FIELDS_MAX {
            return Err(Fault::Refused(format!("A form has at most {FIELDS_MAX} fields.")));
        }
        Ok(())
    }

    /// The same person asking for a page of this server instead.
    #[must_use]
    pub fn page(&self, address: &str, params: Vec<(String, String)>) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|q| q.0).unwrap_or_default();
        Some(Self {
            method: Method::GET,
            uri,
            headers: self.headers.clone(),
            peer: self.peer,
            params,
            query: Fields(query),
            form: Fields::default(),
            files: Vec::new(),
        })
    }

    /// A part of the path.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when it is not what the name stands for: such a page does not exist.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, Fault> {
        let found = self.params.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
        found.parse().map_err(|_| Fault::NotFound)
    }

    /// A header as text, or empty.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// True when the script asks, not the person's browser for a page.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.uri.path().ends_with(".json")
    }

    /// The page of this server that the request came from, else the start.
    #[must_use]
    pub fn back(&self) -> String {
        let host = self.header("host");
        let from = self.header("referer").split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        match from.strip_prefix(host) {
            Some(path) if !host.is_empty() && path.starts_with('/') && !path.starts_with("//") => path.to_owned(),
            _ => "/".to_owned(),
        }
    }

    /// True when the request comes from this machine and asks for it by a name of its own: another
    /// name would be a page elsewhere that had its address changed to ours.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.header("host");
        let name =
            host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(n, _)| n);
        self.peer.is_some_and(|peer| peer.ip().is_loopback()) && ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    }
}
