//! PDF with a text layer (ISO 32000-1): words by where they stand on the page. A page that is only a picture has none.
//!
//! Lines are read from top to bottom and each from left to right, so a page of two columns reads across both.
#![allow(clippy::float_arithmetic, reason = "places on a page are no money")]

mod content;
mod font;
mod layout;

use lopdf::{Document, LoadOptions};

use crate::{About, Kind, Read, ReadError, flow::Flow, limit::PAGES_MAX};

/// Most bytes one stream of a file may unpack to.
const STREAM_BYTES_MAX: usize = 32 << 20;

fn refuse(place: impl Into<String>, found: impl Into<String>, advice: &str) -> ReadError {
    ReadError::new(Kind::Pdf, place, found, advice)
}

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    let options = LoadOptions { max_decompressed_size: Some(STREAM_BYTES_MAX), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword | lopdf::Error::UnsupportedSecurityHandler(_) => {
            locked()
        }
        error => refuse("file", format!("no readable PDF ({error})"), "save or print the note as PDF again"),
    })?;
    if document.is_encrypted() {
        return Err(locked());
    }
    let mut flow = Flow::new(Kind::Pdf);
    let mut wordless = Vec::new();
    for (n, page) in document.page_iter().enumerate() {
        let number = u32::try_from(n + 1).unwrap_or(u32::MAX);
        if n >= PAGES_MAX {
            return Err(refuse(format!("page {number}"), "too many pages", "give the pages of one visit"));
        }
        let runs = content::runs(&document, page)
            .map_err(|e| refuse(format!("page {number}"), e, "save or print the note as PDF again"))?;
        if runs.is_empty() {
            wordless.push(number.to_string());
        }
        flow.blank();
        flow.page(number);
        layout::write(runs, &mut flow)?;
    }
    let (text, map) = flow.finish()?;
    let left_out = match wordless.as_slice() {
        [] => Vec::new(),
        pages => vec![format!("pages without a text layer: {}", pages.join(", "))],
    };
    Ok(Read { kind: Kind::Pdf, text, map, about: About::default(), hints: Vec::new(), left_out })
}

fn locked() -> ReadError {
    refuse("file", "a document locked by a password", "save it without one and try again")
}
