//! The style sheet, the script and the icon: compiled in, cached by browsers until they change.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answer::Fault;

const FILES: [(&str, &str, &str); 3] = [
    ("superbill.css", "text/css; charset=utf-8", include_str!("../assets/superbill.css")),
    ("superbill.js", "text/javascript; charset=utf-8", include_str!("../assets/superbill.js")),
    ("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
];

/// Changes when an asset changes: pages name their assets with it.
#[must_use]
pub fn key() -> &'static str {
    static KEY: LazyLock<String> = LazyLock::new(|| {
        let all: String = FILES.iter().map(|(_, _, text)| *text).collect();
        crate::password::fingerprint(&all).chars().take(12).collect()
    });
    &KEY
}

/// An asset by name.
///
/// # Errors
/// [`Fault::NotFound`] for any other name.
pub fn get(name: &str) -> Result<Response, Fault> {
    let (_, kind, text) = FILES.iter().find(|(file, _, _)| *file == name).ok_or(Fault::NotFound)?;
    let cached = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, cached)], *text).into_response())
}
